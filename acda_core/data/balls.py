"""Synthetic balls whose size, contrast and density do not depend on one another.

Drawn, not photographed. A picture has four quarters: with few and with many balls, pale and clear ones, in an order
that the seed draws. Balls of all sizes are in each, so every picture holds all combinations.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from acda_core.training.seeds import begun

SMALLEST, LARGEST = 4, 28  # diameters of balls in pixels, drawn evenly from between
FEW, MANY = (1, 2), (5, 8)  # balls in a quarter, drawn evenly from these
PALE, CLEAR = 0.15, 0.4  # difference of a ball's middle from the ground
PLACES = 20  # tried for each ball


@dataclass(frozen=True)
class Balls:
    """A picture of balls.

    Attributes:
        image: grey, 0 ... 1, (1, height, width).
        dots: row and column of the middle of each ball, (number, 2), float.
        sizes: diameter of each ball in pixels, (number,).
        crowded: whether a ball's quarter has many, (number,), bool.
        clear: whether a ball's contrast is the greater one, (number,), bool.
    """

    image: Tensor
    dots: Tensor
    sizes: Tensor
    crowded: Tensor
    clear: Tensor


def balls(seed: int, height: int = 96, width: int = 128, noise: float = 0.03) -> Balls:
    """A picture of balls at random places.

    >>> one = balls(seed=0)
    >>> one.image.shape, len(one.dots) == len(one.sizes) == len(one.crowded) == len(one.clear)
    (torch.Size([1, 96, 128]), True)

    Sizes are drawn before places. Of PLACES random places of its quarter a ball takes the one that leaves most room to
    those drawn before; so no ball is left out, and size depends on neither contrast nor density. Small ones lie over
    large ones. A ball is brighter or darker than the ground, most so in its middle.

    Args:
        seed: of everything. The same seed gives the same picture.
        height, width: of the picture, even, at least 64 pixels.
        noise: standard deviation of the normal noise.

    Raises:
        ValueError: a picture that is too small, or has an odd side.
    """
    if min(height, width) < 64 or height % 2 or width % 2:
        raise ValueError(f"`height` and `width` must be even and at least 64, got {height} and {width}")
    random = begun(seed)

    def draw(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=random)

    quarters = torch.randperm(4, generator=random)
    crowded, clear, corner = [], [], []
    for quarter, kind in enumerate(quarters.tolist()):
        low, high = MANY if kind & 1 else FEW
        number = int(torch.randint(low, high + 1, (1,), generator=random))
        crowded += [bool(kind & 1)] * number
        clear += [bool(kind & 2)] * number
        corner += [[quarter // 2, quarter % 2]] * number
    number = len(corner)
    sizes = SMALLEST + (LARGEST - SMALLEST) * draw(number)
    half = torch.tensor([height / 2, width / 2])
    # A ball may reach over into the next quarter but not out of the picture; places are the same for all sizes.
    margin = LARGEST / 2
    start = torch.tensor(corner, dtype=torch.float32) * (half - margin) + margin
    dots = _spread(start, half - margin, sizes, draw(number, PLACES, 2))
    signs = torch.where(draw(number) < 0.5, -1.0, 1.0)
    contrasts = signs * torch.where(torch.tensor(clear), CLEAR, PALE)
    image = _drawn(0.4 + 0.2 * draw(1), dots, sizes, contrasts, height, width)
    image = (image + noise * torch.randn(height, width, generator=random)).clamp(0, 1)
    return Balls(image[None], dots, sizes, torch.tensor(crowded), torch.tensor(clear))


def _spread(start: Tensor, extent: Tensor, sizes: Tensor, draws: Tensor) -> Tensor:
    """A place for each ball, (number, 2): of those tried, start + extent * draws, the one with most room."""
    tried = start[:, None] + extent * draws
    dots = tried[:, 0].clone()
    for ball in range(1, len(dots)):
        gaps = torch.cdist(tried[ball], dots[:ball]) - (sizes[:ball] + sizes[ball]) / 2
        dots[ball] = tried[ball, gaps.min(1).values.argmax()]
    return dots


def _drawn(ground: Tensor, dots: Tensor, sizes: Tensor, contrasts: Tensor, height: int, width: int) -> Tensor:
    rows, columns = torch.arange(height)[:, None] + 0.5, torch.arange(width)[None] + 0.5
    image = ground.expand(height, width).clone()
    for ball in sizes.argsort(descending=True).tolist():
        (i, j), radius = dots[ball].tolist(), sizes[ball].item() / 2
        height_over = 1 - ((rows - i) ** 2 + (columns - j) ** 2) / radius**2
        shade = ground + contrasts[ball] * (1 + height_over.clamp_min(0).sqrt()) / 2
        image = torch.where(height_over > 0, shade, image)
    return image
