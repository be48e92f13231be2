"""Seeded data. All of it is synthetic: drawn by a generator of its own from a seed, never from a global one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from acda_core.training.seeds import begun

DRAWINGS = {  # the patterns of the toy, and a second set of the same sizes
    "square": "### ### ###",
    "diamond": "..#.. .#.#. #...# .#.#. ..#..",
    "target": "####### #.....# #.###.# #.###.# #.###.# #.....# #######",
    "plus": ".#. ### .#.",
    "frame": "##### #...# #...# #...# #####",
    "cross": "#.....# .#...#. ..#.#.. ...#... ..#.#.. .#...#. #.....#",
}
TOY = "square", "diamond", "target"
OTHERS = "plus", "frame", "cross"


@dataclass(frozen=True)
class ToySample:
    """A noisy map with patterns, and where they are.

    Attributes:
        image: (1, 1, size, size).
        target: (1, 1, size, size), 1 at the centre of each pattern and 0 elsewhere.
        positions: (number, 2), row and column of each centre.
        sizes: (number,), side of the pattern there: 3, 5 or 7.
        patterns: the drawings that were placed, each (side, side).
    """

    image: Tensor
    target: Tensor
    positions: Tensor
    sizes: Tensor
    patterns: tuple[Tensor, ...]

    def to(self, device: torch.device | str) -> "ToySample":
        """The same sample with image and target on a device."""
        return replace(self, image=self.image.to(device), target=self.target.to(device))


def drawing(name: str) -> Tensor:
    """The pattern of that name in DRAWINGS: (side, side), 1 where it is drawn and 0 elsewhere."""
    if name not in DRAWINGS:
        raise ValueError(f"`name` must be one of {', '.join(DRAWINGS)}, got {name!r}")
    return torch.tensor([[float(mark == "#") for mark in row] for row in DRAWINGS[name].split()])


def toy_sample(
    seed: int, size: int = 100, number: int = 25, noise: float = 0.1, patterns: Sequence[str | Tensor] = TOY
) -> ToySample:
    """The synthetic sample of the toy experiment (Section 3.3, Fig. 6a): patterns on a noisy map.

    >>> sample = toy_sample(seed=0)
    >>> sample.image.shape, int(sample.target.sum())
    (torch.Size([1, 1, 100, 100]), 25)

    The patterns take turns, so that their numbers differ by at most one. They are added to the noise at random places,
    whole, with at least one pixel of noise alone between their squares and around them.

    Args:
        seed: of positions and noise. Other patterns of the same sizes get the same positions and the same noise.
        size: height and width of the map.
        number: how many patterns.
        noise: standard deviation of the normal noise; the patterns are 1 high.
        patterns: names in DRAWINGS, or square tensors of odd side.

    Raises:
        ValueError: an argument out of range, or patterns that do not fit.
    """
    if size < 1 or number < 1:
        raise ValueError(f"`size` and `number` must be at least 1, got {size} and {number}")
    if not noise >= 0:
        raise ValueError(f"`noise` must be at least 0, got {noise}")
    kinds = tuple(drawing(kind) if isinstance(kind, str) else kind for kind in patterns)
    if not kinds:
        raise ValueError("`patterns` must hold at least one pattern, got none")
    for kind in kinds:
        if kind.ndim != 2 or kind.shape[0] != kind.shape[1] or kind.shape[0] % 2 == 0:
            raise ValueError(f"`patterns` must be squares of odd side, got shape {tuple(kind.shape)}")
    random = begun(seed)
    image = noise * torch.randn(size, size, generator=random)
    target = torch.zeros(size, size)
    placed = [kinds[index % len(kinds)] for index in range(number)]
    placed.sort(key=len, reverse=True)  # large ones first, while there is room
    positions = _places([len(kind) for kind in placed], size, random)
    for kind, (row, column) in zip(placed, positions.tolist(), strict=True):
        reach = len(kind) // 2
        image[row - reach : row + reach + 1, column - reach : column + reach + 1] += kind
        target[row, column] = 1
    sizes = torch.tensor([len(kind) for kind in placed])
    return ToySample(image[None, None], target[None, None], positions, sizes, kinds)


def _places(sides: list[int], size: int, random: torch.Generator) -> Tensor:
    """Centres (number, 2) of squares with a pixel to spare around each, each drawn evenly from what is still free."""
    taken = torch.zeros(size, size)
    centres: list[tuple[int, int]] = []
    for side in sides:
        window = side + 2
        free = torch.zeros(0, 2)
        if window <= size:
            blocked = torch.nn.functional.max_pool2d(taken[None], window, stride=1)[0]
            free = (blocked == 0).nonzero()
        if not len(free):
            raise ValueError(f"`size` must leave room for {len(sides)} patterns, got {size}: {len(centres)} fit")
        row, column = free[torch.randint(len(free), (1,), generator=random)][0].tolist()
        taken[row + 1 : row + side + 1, column + 1 : column + side + 1] = 1
        centres.append((row + window // 2, column + window // 2))
    return torch.tensor(centres)
