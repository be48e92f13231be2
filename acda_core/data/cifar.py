"""CIFAR-10 and CIFAR-100.

They are read from a folder of yours, which the environment variable ACDA_DATA_DIR names. Without it they are fetched
once from their own site, their checksums are compared, and they are kept in the cache. A file that is broken or cut
short is never used.
"""

import itertools
import pickle
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from acda_core.data.archives import UNREADABLE, Archive, decoded, named_folder
from acda_core.training.atomic import BrokenFile

SITE = "https://www.cs.toronto.edu/~kriz/"
CIFAR = {  # the python versions
    10: Archive(f"{SITE}cifar-10-python.tar.gz", "cifar-10-python.tar.gz", "md5", "c58f30108f718f92721af3b95e74349a"),
    100: Archive(
        f"{SITE}cifar-100-python.tar.gz", "cifar-100-python.tar.gz", "md5", "eb9058c3a382ffc7106e4002c42a8d85"
    ),
}
MEMBERS = {  # of each archive, by split
    10: {"train": [f"data_batch_{number}" for number in range(1, 6)], "test": ["test_batch"]},
    100: {"train": ["train"], "test": ["test"]},
}
LABELS = {10: "labels", 100: "fine_labels"}
JPEG_COPY = {10: "cifar10_jpeg.npz", 100: "cifar100_jpeg.npz"}  # every image encoded as JPEG


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
        folder: where the archive is, or a copy encoded as JPEG, `cifar10_jpeg.npz` or `cifar100_jpeg.npz`. When None:
            the folder named by ACDA_DATA_DIR, else the archive is fetched.

    Raises:
        ValueError: another number of classes or split.
        BrokenFile: a file with a wrong checksum, cut short or not readable; a kind of ValueError.
        OSError: the folder holds neither file, or the archive cannot be fetched.
    """
    if classes not in CIFAR:
        raise ValueError(f"`classes` must be 10 or 100, got {classes!r}")
    if split not in ("train", "test"):
        raise ValueError(f'`split` must be "train" or "test", got {split!r}')
    archive, folder = CIFAR[classes], folder or named_folder()
    if folder is None:
        return _from_archive(archive.fetched(), classes, split)
    if (folder / archive.file).is_file():
        return _from_archive(archive.verified(folder / archive.file), classes, split)
    if (folder / JPEG_COPY[classes]).is_file():
        return _from_jpeg_copy(folder / JPEG_COPY[classes], split)
    wanted = f"{archive.file} or {JPEG_COPY[classes]}"
    raise FileNotFoundError(f"{folder} must hold {wanted}; the archive is at {archive.url}")


def _from_archive(path: Path, classes: int, split: str) -> LabelledImages:
    images, labels = [], []
    with tarfile.open(path) as tar:
        for member in tar:
            if Path(member.name).name in MEMBERS[classes][split] and (batch := tar.extractfile(member)):
                part: dict[str, Any] = _Plain(batch, encoding="latin1").load()
                images.append(torch.tensor(part["data"]).view(-1, 3, 32, 32))
                labels.append(torch.tensor(part[LABELS[classes]]))
    return LabelledImages(torch.cat(images), torch.cat(labels), path.name)


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
    except UNREADABLE as error:
        raise BrokenFile(f"{path} is broken or cut short: {error}") from error
    tensor = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    return LabelledImages(tensor, torch.from_numpy(labels.astype(np.int64)), f"{path.name}, images encoded as JPEG")


def _decoded(jpeg: Any, offsets: Any) -> Iterator[Any]:
    for start, end in itertools.pairwise(offsets):
        yield decoded(jpeg[start:end].tobytes())
