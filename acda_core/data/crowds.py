"""Synthetic crowds: people who look smaller the further away they are, and the maps of their density.

Drawn, not photographed: a head and a body in one shade each, in front of a ground and a sky. Size falls linearly from
the bottom of the picture to the horizon, as it does for people of one height on a plane.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from acda_core.training.seeds import begun

NEAREST, FURTHEST = 0.11, 0.02  # diameter of a head over the height of the picture


@dataclass(frozen=True)
class Crowd:
    """A picture of a crowd.

    Attributes:
        image: grey, 0 ... 1, (1, height, width).
        dots: row and column of the middle of each visible head, (number, 2), float.
        sizes: diameter of each head in pixels, (number,).
    """

    image: Tensor
    dots: Tensor
    sizes: Tensor


def crowd(
    seed: int,
    height: int = 96,
    width: int = 128,
    fewest: int = 5,
    most: int = 80,
    noise: float = 0.03,
    spread: float = 1.0,
) -> Crowd:
    """A crowd at random places of a plane.

    >>> one = crowd(seed=0)
    >>> one.image.shape, len(one.dots) == len(one.sizes)
    (torch.Size([1, 96, 128]), True)

    The horizon is at a quarter to a half of the height. People are drawn from back to front, so that those in front
    hide those behind; a head of which less than half is left is taken out of the dots.

    Args:
        seed: of everything. The same seed gives the same picture.
        height, width: of the picture, at least 32 pixels.
        fewest, most: the number of people is drawn evenly from these.
        noise: standard deviation of the normal noise.
        spread: how far sizes lie from their mean: 1 for those of a plane, 0 for heads that are all alike. The numbers
            of people, their places on the ground and their shades do not change with it.

    Raises:
        ValueError: a picture that is too small, or numbers out of range.
    """
    if min(height, width) < 32:
        raise ValueError(f"`height` and `width` must be at least 32, got {height} and {width}")
    if not 0 <= fewest <= most:
        raise ValueError(f"`fewest` and `most` must satisfy 0 <= fewest <= most, got {fewest} and {most}")
    if not 0 <= spread <= 1:
        raise ValueError(f"`spread` must be from 0 to 1, got {spread}")
    random = begun(seed)

    def draw(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=random)

    rows, columns = torch.arange(height)[:, None] + 0.5, torch.arange(width)[None] + 0.5
    horizon = height * (0.25 + 0.25 * draw(1).item())
    ground, sky = 0.35 + 0.2 * draw(1), 0.75 + 0.2 * draw(1)
    image = torch.where(rows < horizon, sky, ground).expand(height, width).clone()
    image += 0.08 * _smooth_field(height, width, random)
    number = int(torch.randint(fewest, most + 1, (1,), generator=random))
    depth = draw(number).sort().values  # 0 at the horizon, 1 at the bottom; even in the picture
    nearness = torch.lerp(torch.full_like(depth, 0.5), depth, spread)
    size = height * (FURTHEST + (NEAREST - FURTHEST) * nearness)
    row = horizon + (height - horizon) * depth - 1.5 * size  # the head is above the feet
    column = width * draw(number)
    shades = draw(number, 2)
    owner = torch.full((height, width), -1)
    heads: list[Tensor] = []
    for person in range(number):
        r, i, j = size[person] / 2, row[person], column[person]
        head = (rows - i) ** 2 + (columns - j) ** 2 < r**2
        body = ((rows - i - 3 * r) / (2.2 * r)) ** 2 + ((columns - j) / (1.4 * r)) ** 2 < 1
        image = torch.where(body, 0.05 + 0.5 * shades[person, 0], image)
        image = torch.where(head, 0.45 + 0.5 * shades[person, 1], image)
        owner[body | head] = person
        heads.append(head)
    visible = [
        person
        for person, head in enumerate(heads)
        if head.any() and (owner[head] == person).float().mean() * _inside(row, column, size, person, width) > 0.5
    ]
    image = (image + noise * torch.randn(height, width, generator=random)).clamp(0, 1)
    return Crowd(image[None], torch.stack([row, column], 1)[visible], size[visible])


def _inside(row: Tensor, column: Tensor, size: Tensor, person: int, width: int) -> float:
    """How much of a head lies between the left and the right border."""
    left, right = (float(column[person] + side * size[person] / 2) for side in (-1, 1))
    return (min(right, width) - max(left, 0.0)) / float(size[person])


def _smooth_field(height: int, width: int, random: torch.Generator) -> Tensor:
    """A field that varies slowly, about -1 ... 1, (height, width)."""
    coarse = 2 * torch.rand(1, 1, 5, 7, generator=random) - 1
    return torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=False)[0, 0]


def density_map(dots: Tensor, height: int, width: int, sigma: float = 2.0, step: int = 1) -> Tensor:
    """A Gaussian of fixed size at each dot, with sum 1 inside the picture: the map sums to the number of dots.

    >>> density = density_map(torch.tensor([[10.0, 20.0], [30.0, 5.0]]), height=40, width=40)
    >>> density.shape, round(density.sum().item(), 4)
    (torch.Size([1, 40, 40]), 2.0)

    Args:
        dots: rows and columns in pixels of the picture, (number, 2), those of pixel (0, 0) being 0.5.
        height, width: of the picture.
        sigma: of the Gaussians, in pixels of the picture.
        step: pixels of the picture for one of the map.

    Returns:
        (1, height // step, width // step).

    Raises:
        ValueError: dots of another shape, or a picture that `step` does not divide.
    """
    if dots.ndim != 2 or dots.shape[1] != 2:
        raise ValueError(f"`dots` must have shape (number, 2), got {tuple(dots.shape)}")
    if height % step or width % step:
        raise ValueError(f"`step` must divide {height} and {width}, got {step}")
    waves = []
    for axis, length in enumerate((height, width)):
        places = (torch.arange(length // step, dtype=dots.dtype) + 0.5) * step
        wave = torch.exp(-0.5 * ((places - dots[:, axis, None]) / sigma) ** 2)
        waves.append(wave / wave.sum(1, keepdim=True).clamp_min(math.exp(-80)))
    return torch.einsum("ni,nj->ij", *waves)[None]
