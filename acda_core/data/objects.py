"""Pictures with objects to count, as a network that counts takes them: synthetic crowds and balls, blood smears, dotted
cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from acda_core.data.balls import Balls
from acda_core.data.bccd import CELLS, Smears
from acda_core.data.cells import Cells
from acda_core.data.crowds import crowd, density_map

SIGMA, STEP = 3.0, 4  # of the Gaussians, in pixels of the picture; pixels of the picture for one of the map
BLOOD_MEAN, BLOOD_SPREAD = 0.7, 0.1  # of the values of a blood smear, 0 ... 1


@dataclass(frozen=True)
class Pictures:
    """Pictures with objects to count.

    Attributes:
        images: what a network takes, (n, channels, h, w).
        densities: a map for each kind, (n, kinds, h / 4, w / 4).
        counts: objects in each picture, (n, kinds).
        centres: for each picture row and column of the middle of each object in pixels, (number, 2).
        sizes: for each picture the size of each object in pixels, (number,).
        kinds: for each picture the kind of each object, (number,), int64.
        mirrors: axes of the images along which a mirrored picture is as good a picture.
    """

    images: Tensor
    densities: Tensor
    counts: Tensor
    centres: list[Tensor]
    sizes: list[Tensor]
    kinds: list[Tensor]
    mirrors: tuple[int, ...]


def crowds(first_seed: int, number: int, spread: float = 1.0) -> Pictures:
    """Synthetic crowds with the seeds first_seed, first_seed + 1, ...; a size is the diameter of a head.

    `spread`, from 0 to 1, is that of :func:`acda_core.data.crowds.crowd`: how far sizes lie from their mean.
    """
    drawn = [crowd(first_seed + index, spread=spread) for index in range(number)]
    centres, sizes = [one.dots for one in drawn], [one.sizes for one in drawn]
    return _pictures(torch.stack([one.image for one in drawn]), centres, sizes, None, 1, (3,))


def scattered(drawn: Sequence[Balls]) -> Pictures:
    """Synthetic balls; a size is the diameter of a ball, from 1 to 7 pixels of the map."""
    centres, sizes = [one.dots for one in drawn], [one.sizes for one in drawn]
    return _pictures(torch.stack([one.image for one in drawn]), centres, sizes, None, 1, (2, 3))


def smears(photographs: Smears) -> Pictures:
    """Blood smears, scaled to mean 0 and spread 1 or so; a size is the side of a square as large as the box."""
    centres = [(box[:, :2] + box[:, 2:]) / 2 for box in photographs.boxes]
    sizes = [(box[:, 2:] - box[:, :2]).prod(1).sqrt() for box in photographs.boxes]
    images = (photographs.images.float() / 255 - BLOOD_MEAN) / BLOOD_SPREAD
    return _pictures(images, centres, sizes, photographs.kinds, len(CELLS), (2, 3))


def dotted(photographs: Cells, mean: float, spread: float) -> Pictures:
    """Cells with a dot each, which have no size: the distance to the nearest other dot stands for it.

    A side that STEP does not divide is made longer by its last pixels.

    Args:
        photographs: each with at least two dots.
        mean, spread: of the values, 0 ... 1, that become 0 and 1.
    """
    height, width = photographs.images.shape[2:]
    images = F.pad(photographs.images.float(), (0, -width % STEP, 0, -height % STEP), mode="replicate")
    images = (images / 255 - mean) / spread
    return _pictures(images, photographs.dots, [spacing(dots) for dots in photographs.dots], None, 1, (2, 3))


def spacing(dots: Tensor) -> Tensor:
    """From each dot of a picture, (number, 2), the distance to the nearest other one, (number,).

    >>> spacing(torch.tensor([[0.0, 0.0], [3.0, 4.0], [3.0, 6.0]]))
    tensor([5., 2., 2.])
    """
    distances = torch.cdist(dots, dots, compute_mode="donot_use_mm_for_euclid_dist")
    return distances.fill_diagonal_(torch.inf).min(1).values


def _pictures(
    images: Tensor,
    centres: list[Tensor],
    sizes: list[Tensor],
    kinds: list[Tensor] | None,
    number: int,
    mirrors: tuple[int, ...],
) -> Pictures:
    kinds = kinds or [torch.zeros(len(one), dtype=torch.int64) for one in centres]
    height, width = images.shape[2:]
    maps = [
        torch.cat([density_map(one[kind == index], height, width, SIGMA, STEP) for index in range(number)])
        for one, kind in zip(centres, kinds, strict=True)
    ]
    counts = torch.stack([torch.bincount(kind, minlength=number).float() for kind in kinds])
    return Pictures(images, torch.stack(maps), counts, centres, sizes, kinds, mirrors)
