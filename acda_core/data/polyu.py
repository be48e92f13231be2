"""Photographs with the noise of real cameras: PolyU Real-World Noisy Images (Xu et al., arXiv:1804.02603).

A hundred crops of 512 x 512 pixels of thirty scenes, taken by five cameras at ISO 800 to 12,800. The clean side
is the mean of many shots of the same scene. The set may be used for teaching and research, with its notice kept; it
does not come with this package, and nothing is fetched. Crops of one scene are alike: split by camera, never by crop.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from acda_core.data.archives import UNREADABLE, decoded, named_folder
from acda_core.training.atomic import BrokenFile

COPY = "polyu.npz"
SITE = "https://github.com/csjunxu/PolyU-Real-World-Noisy-Images-Dataset"
NOISY, CLEAN = "_real.JPG", "_mean.JPG"  # ends of the names of the two sides of a pair, in the folder CroppedImages
FOLDER = "CroppedImages"


@dataclass(frozen=True)
class CameraPair:
    """A crop of a photograph, as it was taken and as the mean of many shots.

    Attributes:
        name: of the crop; the camera's name stands before the first underscore.
        noisy, clean: 0 to 1, (3, h, w).
    """

    name: str
    noisy: Tensor
    clean: Tensor

    @property
    def camera(self) -> str:
        return self.name.split("_")[0]


def polyu(folder: Path | None = None, size: int | None = None) -> list[CameraPair]:
    """All pairs, in the order of their names.

    Args:
        folder: that holds CroppedImages, as the set's repository has it, or polyu.npz, the same files in one; the
            folder that ACDA_DATA_DIR names when None.
        size: rows and columns from the middle of each crop; all when None.

    Raises:
        BrokenFile: a picture that cannot be read, or a noisy one without its clean one; a kind of ValueError.
        FileNotFoundError: there is no folder, or it holds neither.
    """
    folder = folder or named_folder()
    if folder is not None and (folder / COPY).is_file():
        files, place = _in_copy(folder / COPY), folder / COPY
    elif folder is not None and (folder / FOLDER).is_dir():
        files, place = _in_folder(folder / FOLDER), folder / FOLDER
    else:
        raise FileNotFoundError(f"ACDA_DATA_DIR must name a folder with {FOLDER} of {SITE}, or {COPY}; it is {folder}")
    try:
        return [CameraPair(name, *(_pixels(jpeg, size) for jpeg in pair)) for name, *pair in sorted(files)]
    except UNREADABLE as error:
        raise BrokenFile(f"{place} is broken or not complete: {error}") from error


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes, bytes]]:
    for path in folder.glob(f"*{NOISY}"):
        name = path.name.removesuffix(NOISY)
        yield name, path.read_bytes(), (folder / f"{name}{CLEAN}").read_bytes()


def _in_copy(path: Path) -> Iterator[tuple[str, bytes, bytes]]:
    with np.load(path, allow_pickle=False) as stored:
        names, sides = stored["ids"], []
        for side in ("noisy", "clean"):
            jpeg, offsets = stored[f"{side}_jpeg"], stored[f"{side}_offsets"]
            sides.append([jpeg[start:end].tobytes() for start, end in itertools.pairwise(offsets)])
    yield from zip(map(str, names), *sides, strict=True)


def _pixels(jpeg: bytes, size: int | None) -> Tensor:
    pixels = torch.from_numpy(np.array(decoded(jpeg))).permute(2, 0, 1).float() / 255
    if size is not None:
        top, left = ((length - size) // 2 for length in pixels.shape[1:])
        pixels = pixels[:, top : top + size, left : left + size]
    return pixels.contiguous()
