"""Three sets of microscope pictures with a dot in each cell, on which others publish how well they count.

    vgg   synthetic fluorescence, 200 pictures of 256 x 256 pixels (Lempitsky and Zisserman, NeurIPS 2010)
    mbm   bone marrow, 44 photographs of 600 x 600 pixels (of Kainz et al., MICCAI 2015)
    adi   fat tissue, 200 pictures of 150 x 150 pixels, cells of very different sizes side by side (Cohen et al.)

All three are in the repository of "Count-ception" (Cohen et al., ICCVW 2017). No licence came with them: they do not
come with this package, and nothing is fetched.
"""

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from acda_core.data.archives import UNREADABLE, decoded, named_folder
from acda_core.training.atomic import BrokenFile
from acda_core.training.seeds import seeded

SETS = "vgg", "mbm", "adi"
COPY = "cells.npz"
SITE = "https://github.com/ieee8023/countception"
DRAW = 11  # tells the random numbers of the draw from those of other things


@dataclass(frozen=True)
class Cells:
    """Pictures with a dot in each cell.

    Attributes:
        images: (n, 3, h, w), uint8.
        dots: for each picture row and column of its dots in pixels, (number, 2), float; pixel (0, 0) is at 0.5.
    """

    images: Tensor
    dots: list[Tensor]

    def __getitem__(self, chosen: Tensor) -> "Cells":
        """The pictures with these indices, (number,), int64."""
        return Cells(self.images[chosen], [self.dots[index] for index in chosen.tolist()])

    def __len__(self) -> int:
        return len(self.dots)


def cells(name: str, folder: Path | None = None, reduce: int = 1) -> Cells:
    """All pictures of a set, in the order of the file.

    The file, cells.npz, holds for each set `{name}_images`, the bytes of all pictures, PNG, JPEG or WebP, end to end;
    `{name}_offsets`, where each begins, and where the last one ends; and `{name}_dots`, rows of picture, row and
    column.

    Args:
        name: of SETS.
        folder: that holds cells.npz; the one that ACDA_DATA_DIR names when None.
        reduce: pixels of the picture for one of the image, along each axis.

    Raises:
        ValueError: another name.
        BrokenFile: a file that cannot be read, or dots outside of their pictures; a kind of ValueError.
        FileNotFoundError: there is no folder, or no such file in it.
    """
    if name not in SETS:
        raise ValueError(f"`name` must be one of {', '.join(SETS)}, got {name!r}")
    folder = folder or named_folder()
    path = None if folder is None else folder / COPY
    if path is None or not path.is_file():
        raise FileNotFoundError(f"ACDA_DATA_DIR must name a folder with {COPY}, made of {SITE}; it is {folder}")
    try:
        with np.load(path, allow_pickle=False) as stored:
            encoded, offsets, rows = (stored[f"{name}_{part}"] for part in ("images", "offsets", "dots"))
        if offsets[-1] != len(encoded):
            raise ValueError(f"{len(offsets) - 1} pictures up to {offsets[-1]} of {len(encoded)} bytes")
        pictures = [decoded(encoded[start:end].tobytes(), reduce) for start, end in itertools.pairwise(offsets)]
        images = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()
        beyond = np.array([len(images), *(reduce * side for side in images.shape[2:])])
        if rows.ndim != 2 or rows.shape[1] != 3 or (rows < 0).any() or (rows >= beyond).any():
            raise ValueError(f"there must be dots in {len(images)} pictures of {beyond[1]} x {beyond[2]} pixels")
    except UNREADABLE as error:
        raise BrokenFile(f"{path} is broken or cut short: {error}") from error
    places = (torch.from_numpy(rows[:, 1:].astype("f4")) + 0.5) / reduce
    return Cells(images, [places[torch.from_numpy(rows[:, 0] == index)] for index in range(len(images))])


def drawn(pictures: Cells, number: int, seed: int) -> tuple[Cells, Cells]:
    """So many pictures at random, and all others.

    Pictures are drawn one by one, as is the custom for these sets: of one smear of bone marrow, or of one donor of fat
    tissue, some can be among the first and others among the rest.

    Raises:
        ValueError: the number leaves none on one of the two sides.
    """
    if not 0 < number < len(pictures):
        raise ValueError(f"`number` must be from 1 to {len(pictures) - 1}, got {number}")
    order = torch.randperm(len(pictures), generator=seeded(seed, DRAW))
    return pictures[order[:number]], pictures[order[number:]]
