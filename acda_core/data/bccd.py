"""Blood smears with a box around every cell: BCCD. Found, fetched and checked as cifar.py does it.

Twelve of them come with the package.
"""

import itertools
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from acda_core.data.archives import UNREADABLE, Archive, decoded, named_folder
from acda_core.training.atomic import BrokenFile

CELLS = "RBC", "WBC", "Platelets"  # red blood cells, white blood cells, platelets
BCCD_SPLITS = {"train": 205, "val": 87, "test": 72}
BCCD_COPY = "bccd.npz"  # the photographs and boxes of all splits in one file
BCCD_CLONE = "BCCD_Dataset"  # the folder of a clone of the repository
BCCD_SITE = "https://github.com/Shenggan/BCCD_Dataset"
BCCD = Archive(  # the checksum is the one that TensorFlow Datasets 4.9 compares
    f"{BCCD_SITE}/archive/v1.0.zip",
    "BCCD_Dataset-1.0.zip",
    "sha256",
    "97af5cc16d14d293fcb3c82a8f66e49b0339a8d0abd8e9508e0feeb4911caa1f",
)

SAMPLE = Path(__file__).parent / "samples" / "bccd.npz"


@dataclass(frozen=True)
class Smears:
    """Microscope photographs of blood with a box around each cell.

    Attributes:
        images: (n, 3, h, w), uint8.
        boxes: for each photograph top, left, bottom and right of its boxes in pixels, (number, 4), float.
        kinds: for each photograph what is in its boxes, as indices into CELLS, (number,), int64.
        source: where they are from, in words.
    """

    images: Tensor
    boxes: list[Tensor]
    kinds: list[Tensor]
    source: str


def bccd(split: str, folder: Path | None = None, reduce: int = 4) -> Smears:
    """Blood smears of the BCCD data set (MIT licence, 2017 shenggan): 480 x 640 pixels, three kinds of cells.

    Args:
        split: "train" (205 photographs), "val" (87) or "test" (72), as its authors part them.
        folder: holds the archive of release 1.0, BCCD_Dataset-1.0.zip, or a clone of the data set's repository,
            BCCD_Dataset, or both in one file, bccd.npz. When None: the folder named by ACDA_DATA_DIR, else the archive
            is fetched.
        reduce: pixels of the photograph for one of the image, along each axis.

    Raises:
        ValueError: another split or a number that does not divide the sizes.
        BrokenFile: a file with a wrong checksum, cut short or not readable; a kind of ValueError.
        OSError: the folder holds none of them, or the archive cannot be fetched.
    """
    if split not in BCCD_SPLITS:
        raise ValueError(f"`split` must be one of {', '.join(BCCD_SPLITS)}, got {split!r}")
    if reduce not in (1, 2, 4, 8):
        raise ValueError(f"`reduce` must be 1, 2, 4 or 8, got {reduce!r}")
    folder = folder or named_folder()
    if folder is None:
        return _from_bccd_archive(BCCD.fetched(), split, reduce)
    if (folder / BCCD_COPY).is_file():
        return _from_bccd_copy(folder / BCCD_COPY, split, reduce, BCCD_SPLITS[split])
    if (folder / BCCD.file).is_file():
        return _from_bccd_archive(BCCD.verified(folder / BCCD.file), split, reduce)
    if (folder / BCCD_CLONE).is_dir():
        return _from_bccd_folder(folder / BCCD_CLONE, split, reduce, "clone of its repository")
    raise FileNotFoundError(
        f"{folder} must hold {BCCD.file}, the archive at {BCCD.url}, or {BCCD_CLONE}, a clone of {BCCD_SITE}, "
        f"or {BCCD_COPY}"
    )


def bccd_sample(reduce: int = 4) -> Smears:
    """Twelve of the test photographs, every sixth, which come with the package at a quarter of their size.

    Their licence lies beside them, in acda_core/data/samples.

    Args:
        reduce: 4 or 8, pixels of the photograph for one of the image: (12, 3, 120, 160) or (12, 3, 60, 80).

    Raises:
        ValueError: another number.
    """
    if reduce not in (4, 8):
        raise ValueError(f"`reduce` must be 4 or 8, got {reduce!r}")
    return _from_bccd_copy(SAMPLE, "test", reduce // 4, None)


def _from_bccd_copy(path: Path, split: str, reduce: int, number: int | None) -> Smears:
    try:
        with np.load(path, allow_pickle=False) as stored:
            jpeg, offsets, rows = (stored[f"{split}_{name}"] for name in ("jpeg", "offsets", "boxes"))
            if tuple(stored["classes"]) != CELLS:
                raise ValueError(f"classes {', '.join(stored['classes'])}, expected {', '.join(CELLS)}")
        found = len(offsets) - 1
        if found != (number or found) or offsets[-1] != len(jpeg):
            raise ValueError(
                f"{found} photographs, {number or found} expected, up to {offsets[-1]} of {len(jpeg)} bytes"
            )
        parts = [jpeg[start:end].tobytes() for start, end in itertools.pairwise(offsets)]
        boxes = [rows[rows[:, 0] == index, 1:] for index in range(found)]
        return _smears(parts, boxes, reduce, f"BCCD ({split}), {path.name}")
    except UNREADABLE as error:
        raise BrokenFile(f"{path} is broken or cut short: {error}") from error


def _from_bccd_archive(path: Path, split: str, reduce: int) -> Smears:
    with zipfile.ZipFile(path) as archive:
        return _from_bccd_folder(zipfile.Path(archive, f"{path.stem}/"), split, reduce, path.name)


def _from_bccd_folder(folder: Path | zipfile.Path, split: str, reduce: int, form: str) -> Smears:
    try:
        parts = folder / "BCCD"
        names = (parts / "ImageSets" / "Main" / f"{split}.txt").read_text(encoding="utf-8").split()
        jpegs = [(parts / "JPEGImages" / f"{name}.jpg").read_bytes() for name in names]
        boxes = [_boxes_of(parts / "Annotations" / f"{name}.xml") for name in names]
        return _smears(jpegs, boxes, reduce, f"BCCD ({split}), {form}")
    except (OSError, KeyError, ValueError, AttributeError, TypeError, SyntaxError) as error:
        raise BrokenFile(f"{folder} is broken or not complete: {error}") from error


def _boxes_of(path: Path | zipfile.Path) -> Any:
    """Kind, xmin, ymin, xmax, ymax of each object of an annotation, (number, 5)."""
    rows = []
    for thing in ElementTree.fromstring(path.read_text(encoding="utf-8")).iter("object"):
        box = thing.find("bndbox")
        if box is None:
            raise ValueError(f"{path.name} holds an object without a box")
        corners = [int(str(box.findtext(side))) for side in ("xmin", "ymin", "xmax", "ymax")]
        rows.append([CELLS.index(str(thing.findtext("name"))), *corners])
    return np.array(rows).reshape(-1, 5)


def _smears(jpegs: Sequence[bytes], boxes: Sequence[Any], reduce: int, source: str) -> Smears:
    """Boxes come as rows of kind, xmin, ymin, xmax, ymax."""
    images = torch.from_numpy(np.stack([decoded(jpeg, reduce) for jpeg in jpegs])).permute(0, 3, 1, 2).contiguous()
    rows = [torch.from_numpy(np.asarray(part)) for part in boxes]
    corners = [row[:, [2, 1, 4, 3]].float() / reduce for row in rows]
    return Smears(images, corners, [row[:, 0].long() for row in rows], source)
