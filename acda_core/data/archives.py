"""Archives that authors publish: fetched once, kept in the cache, known by a checksum, never used when broken."""

import hashlib
import io
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from acda_core.kernels.build import cache_folder
from acda_core.training.atomic import BrokenFile

# What numpy, zipfile, zlib and Pillow raise for a damaged file.
UNREADABLE = OSError, KeyError, ValueError, EOFError, SyntaxError, RuntimeError, zipfile.BadZipFile, zlib.error


@dataclass(frozen=True)
class Archive:
    """A file at a public address.

    Attributes:
        url: where it is.
        file: the name that it is kept under.
        algorithm: of its checksum, a name that hashlib knows.
        checksum: in hexadecimal digits.
    """

    url: str
    file: str
    algorithm: str
    checksum: str

    def fetched(self) -> Path:
        """Where the cache keeps it. It is fetched when it is not there yet.

        Raises:
            ImportError: pooch is missing.
            OSError: the address cannot be reached.
            BrokenFile: what came has another checksum; it is deleted.
        """
        by_hand = f"Or fetch {self.url} yourself and name its folder by ACDA_DATA_DIR"
        try:
            import pooch
        except ImportError as error:
            raise ImportError(f"fetching {self.file} needs pooch: pip install pooch. {by_hand}") from error
        known = f"{self.algorithm}:{self.checksum}"
        try:
            return Path(pooch.retrieve(self.url, known, self.file, cache_folder(), progressbar=True))
        except ValueError as error:
            raise BrokenFile(f"{self.file}: {error}") from error
        except OSError as error:
            raise OSError(f"{self.file} could not be fetched: {error}. {by_hand}") from error

    def verified(self, path: Path) -> Path:
        """The path, if the file there is this archive.

        Raises:
            BrokenFile: it has another checksum.
        """
        with path.open("rb") as file:
            found = hashlib.file_digest(file, self.algorithm).hexdigest()
        if found != self.checksum:
            raise BrokenFile(
                f"{path} is not the published archive or is cut short: {self.algorithm} {found}, "
                f"expected {self.checksum}"
            )
        return path


def named_folder() -> Path | None:
    """The folder of data that ACDA_DATA_DIR names, if it does."""
    named = os.environ.get("ACDA_DATA_DIR")
    return Path(named) if named else None


def decoded(jpeg: bytes, reduce: int = 1) -> Any:
    """The pixels of a picture, (h, w, 3), uint8; the mean of every `reduce` x `reduce` pixels."""
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB").reduce(reduce))
