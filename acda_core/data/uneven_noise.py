"""Tiles of photographs under noise that varies within the tile as much as is wanted, at the same mean variance.

One half of a tile's pixels, in blobs, has noise of variance v (1 + h), the other half v (1 - h). So h is the standard
deviation of the variance over its mean, in every tile: at 0 the noise is the same everywhere, at 1 one half has none.

Why the variance and not the standard deviation has a fixed mean: the noise is independent of the photograph, so a
linear filter that is the same at all pixels has the same expected error at every h, that of the mean variance. What
changes with h is won by treating pixels differently. The photographs are real, the noise is synthetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from acda_core.training.seeds import seeded

SIDE = 32  # pixels of a tile
KNOTS = 4  # rows and columns of random numbers in a tile, from which the blobs come
VARIANCE = 0.01  # v; the photographs go from 0 to 1
TRAIN = "chelsea", "rocket", "immunohistochemistry", "hubble_deep_field"  # of acda_core.data.photographs
VALIDATION = ("motorcycle",)
TEST = "astronaut", "coffee"


@dataclass(frozen=True)
class Tiles:
    """Tiles of photographs.

    Attributes:
        noisy, clean: (number, 3, side, side); the clean ones from 0 to 1, the noisy ones not cut off.
        strong: where the noise is stronger, half of each tile's pixels, (number, side, side), boolean.
    """

    noisy: Tensor
    clean: Tensor
    strong: Tensor


def noisy_tiles(photographs: Sequence[Tensor], number: int, h: float, *seeds: int, side: int = SIDE) -> Tiles:
    """Random tiles of random photographs.

    >>> tiles = noisy_tiles([torch.full((3, 40, 50), 0.5)], 2, 1.0, 0)
    >>> tiles.noisy.shape, tiles.strong.float().mean((1, 2))
    (torch.Size([2, 3, 32, 32]), tensor([0.5000, 0.5000]))
    >>> bool((tiles.noisy == tiles.clean).all(1).eq(~tiles.strong).all())  # at h = 1 one half has no noise
    True

    Args:
        photographs: 0 to 1, (3, height, width) each, at least `side` pixels high and wide.
        number: of tiles.
        h: heterogeneity, from 0 to 1. It decides nothing else: for other h the tiles, the halves and the normal numbers
            of the noise are the same.
        seeds: of everything.
        side: pixels of a tile, even.

    Raises:
        ValueError: h or the side out of range.
    """
    if not 0 <= h <= 1:
        raise ValueError(f"`h` must be from 0 to 1, got {h}")
    if side < 2 or side % 2:
        raise ValueError(f"`side` must be even and at least 2, got {side}")
    random = seeded(*seeds)
    clean = torch.stack([_tile(photographs, side, random) for _ in range(number)])
    strong = _half(number, side, random)
    variance = VARIANCE * (1 + h * (2 * strong.float() - 1))
    noise = torch.randn(clean.shape, generator=random)
    return Tiles(clean + variance.sqrt()[:, None] * noise, clean, strong)


def _tile(photographs: Sequence[Tensor], side: int, random: torch.Generator) -> Tensor:
    image = photographs[int(torch.randint(len(photographs), (1,), generator=random))]
    top, left = (int(torch.randint(length - side + 1, (1,), generator=random)) for length in image.shape[1:])
    return image[:, top : top + side, left : left + side]


def _half(number: int, side: int, random: torch.Generator) -> Tensor:
    """Half of each tile's pixels, in blobs: where a smooth random field is above its median."""
    coarse = torch.rand(number, 1, KNOTS, KNOTS, generator=random)
    field = F.interpolate(coarse, (side, side), mode="bilinear", align_corners=True).flatten(1)
    upper = field.argsort(1)[:, side * side // 2 :]
    half = torch.zeros(field.shape, dtype=torch.bool).scatter_(1, upper, torch.ones_like(upper, dtype=torch.bool))
    return half.view(number, side, side)
