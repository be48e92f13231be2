"""Real images: CIFAR-10 and CIFAR-100, from their own site or from a folder of yours.

The folder is named by the environment variable ACDA_DATA_DIR. Without it the archive is fetched once, its checksum is
compared, and it is kept in the user's cache. A file that is broken or cut short is never used.
"""

import hashlib
import io
import itertools
import os
import pickle
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

SITE = "https://www.cs.toronto.edu/~kriz/"


@dataclass(frozen=True)
class Archive:
    """The python version of a CIFAR data set as its authors publish it."""

    file: str
    md5: str
    members: dict[str, list[str]]  # split: file names
    labels: str  # key of the labels


ARCHIVES = {
    10: Archive(
        "cifar-10-python.tar.gz",
        "c58f30108f718f92721af3b95e74349a",
        {"train": [f"data_batch_{number}" for number in range(1, 6)], "test": ["test_batch"]},
        "labels",
    ),
    100: Archive(
        "cifar-100-python.tar.gz",
        "eb9058c3a382ffc7106e4002c42a8d85",
        {"train": ["train"], "test": ["test"]},
        "fine_labels",
    ),
}
JPEG_COPY = "cifar10_jpeg.npz"  # CIFAR-10 with every image encoded as JPEG


@dataclass(frozen=True)
class LabelledImages:
    """Images (n, 3, 32, 32), uint8, labels (n,), int64, in the order of the source, and what that source is."""

    images: Tensor
    labels: Tensor
    source: str


def cifar(classes: int, split: str, folder: Path | None = None) -> LabelledImages:
    """CIFAR-10 or CIFAR-100.

    Args:
        classes: 10 or 100.
        split: "train" or "test".
        folder: where the archive is, or for CIFAR-10 a copy encoded as JPEG, `cifar10_jpeg.npz`. When None: the folder
            named by ACDA_DATA_DIR, else the archive is fetched.

    Raises:
        ValueError: another number of classes or split; a file with a wrong checksum, cut short or not readable.
        FileNotFoundError: the folder holds neither file.
    """
    if classes not in ARCHIVES:
        raise ValueError(f"`classes` must be 10 or 100, got {classes!r}")
    if split not in ("train", "test"):
        raise ValueError(f'`split` must be "train" or "test", got {split!r}')
    archive = ARCHIVES[classes]
    if folder is None and (named := os.environ.get("ACDA_DATA_DIR")):
        folder = Path(named)
    if folder is None:
        return _from_archive(_fetched(archive), archive, split)
    if (folder / archive.file).is_file():
        return _from_archive(folder / archive.file, archive, split)
    if classes == 10 and (folder / JPEG_COPY).is_file():
        return _from_jpeg_copy(folder / JPEG_COPY, split)
    wanted = archive.file + (f" or {JPEG_COPY}" if classes == 10 else "")
    raise FileNotFoundError(f"{folder} must hold {wanted}; the archive is at {SITE}{archive.file}")


def _fetched(archive: Archive) -> Path:
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            f"fetching {archive.file} needs pooch: pip install pooch. Or fetch {SITE}{archive.file} yourself and "
            "name its folder by ACDA_DATA_DIR"
        ) from error
    return Path(pooch.retrieve(SITE + archive.file, f"md5:{archive.md5}", archive.file, progressbar=True))


def _from_archive(path: Path, archive: Archive, split: str) -> LabelledImages:
    with path.open("rb") as file:
        md5 = hashlib.file_digest(file, "md5").hexdigest()
    if md5 != archive.md5:
        raise ValueError(f"{path} is not the published archive or is cut short: md5 {md5}, expected {archive.md5}")
    images, labels = [], []
    with tarfile.open(path) as tar:
        for member in tar:
            if Path(member.name).name in archive.members[split] and (batch := tar.extractfile(member)):
                part: dict[str, Any] = _Plain(batch, encoding="latin1").load()
                images.append(torch.tensor(part["data"]).view(-1, 3, 32, 32))
                labels.append(torch.tensor(part[archive.labels]))
    return LabelledImages(torch.cat(images), torch.cat(labels), archive.file)


class _Plain(pickle.Unpickler):
    """A pickle that may hold numpy arrays and plain Python objects, and nothing that runs code."""

    def find_class(self, module: str, name: str) -> Any:
        if module.split(".")[0] == "numpy" and name in ("_reconstruct", "ndarray", "dtype"):
            return super().find_class(module, name)
        raise ValueError(f"the archive holds {module}.{name}, which is not expected there")


def _from_jpeg_copy(path: Path, split: str) -> LabelledImages:
    try:
        with np.load(path, allow_pickle=False) as stored:
            jpeg, offsets, labels = (stored[f"{split}_{name}"] for name in ("jpeg", "offsets", "labels"))
        if len(offsets) != len(labels) + 1 or offsets[-1] != len(jpeg):
            raise ValueError(f"{len(labels)} labels, {len(offsets)} offsets up to {offsets[-1]}, {len(jpeg)} bytes")
        images = np.stack(list(_decoded(jpeg, offsets)))
    except Exception as error:  # numpy, zipfile and Pillow raise many kinds
        raise ValueError(f"{path} is broken or cut short: {error}") from error
    tensor = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    return LabelledImages(tensor, torch.from_numpy(labels.astype(np.int64)), f"{path.name}, images encoded as JPEG")


def _decoded(jpeg: Any, offsets: Any) -> Iterator[Any]:
    from PIL import Image

    for start, end in itertools.pairwise(offsets):
        yield np.asarray(Image.open(io.BytesIO(jpeg[start:end].tobytes())).convert("RGB"))
