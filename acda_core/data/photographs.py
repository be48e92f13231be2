"""Photographs of scikit-image, real, with synthetic blur or noise that varies over the image."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from acda_core.data import degradations
from acda_core.training.seeds import seeded

PROBLEMS = {"denoise": "signal-dependent noise of varying strength", "sr2": "blur of varying width, then half the size"}
TRAIN = "chelsea", "rocket", "motorcycle", "immunohistochemistry", "hubble_deep_field"
TEST = "astronaut", "coffee"
COPIES = 4  # of each training photograph, with other degradations
TEST_SEED = 10**6


@dataclass(frozen=True)
class Pair:
    """A photograph.

    Attributes:
        degraded, clean: 0 ... 1, (3, h, w), h and w multiples of 4.
        strength: of the degradation at each pixel, 0 ... 1, (h, w).
    """

    degraded: Tensor
    clean: Tensor
    strength: Tensor

    def to(self, device: str) -> "Pair":
        """The same on another device."""
        return Pair(self.degraded.to(device), self.clean.to(device), self.strength.to(device))


def photograph(name: str) -> Tensor:
    """One of TRAIN or TEST, which lie in the wheel of scikit-image: 0 ... 1, (3, h, w), cut to multiples of 4."""
    import skimage

    if name == "motorcycle":
        pixels = skimage.data.stereo_motorcycle()[0]
    elif name in TRAIN + TEST:
        pixels = getattr(skimage.data, name)()
    else:
        raise ValueError(f"`name` must be one of {', '.join(TRAIN + TEST)}, got {name!r}")
    image = torch.from_numpy(np.array(pixels[..., :3])).permute(2, 0, 1).float() / 255
    height, width = (size // 4 * 4 for size in image.shape[1:])
    return image[:, :height, :width].contiguous()


def degrade(clean: Tensor, problem: str, seed: int) -> Pair:
    """A synthetic degradation that varies slowly over the image.

    "denoise": normal noise of variance gain * image + 0.01^2, with gains from 0.001 to 0.02. "sr2": a Gaussian blur of
    0.3 to 2 pixels, half the size, and back by bicubic interpolation, so that the input is as large as the answer.

    Args:
        clean: 0 ... 1, (3, h, w).
        problem: a name in PROBLEMS.
        seed: of the field of strengths, and of the noise.

    Raises:
        ValueError: another problem.
    """
    if problem not in PROBLEMS:
        raise ValueError(f"`problem` must be one of {', '.join(PROBLEMS)}, got {problem!r}")
    strength = degradations.slow_field(seed, *clean.shape[1:])
    if problem == "denoise":
        degraded = degradations.signal_dependent_noise(clean, 0.001 + 0.019 * strength, 0.01, seed)
    else:
        small = degradations.halve(degradations.varying_blur(clean, 0.3 + 1.7 * strength))
        degraded = F.interpolate(small[None], scale_factor=2, mode="bicubic", align_corners=False)[0]
    return Pair(degraded.clamp(0, 1), clean, strength)


def training_pairs(problem: str, names: Sequence[str] = TRAIN) -> list[Pair]:
    """COPIES of each photograph, each with a degradation of its own."""
    clean = [photograph(name) for name in names]
    return [degrade(clean[seed % len(clean)], problem, seed) for seed in range(COPIES * len(clean))]


def held_out_pairs(problem: str, names: Sequence[str] = TEST) -> dict[str, Pair]:
    """Photographs, each with a degradation of its own that is none of :func:`training_pairs`."""
    seeds = {name: TEST_SEED + index for index, name in enumerate(TEST + TRAIN)}
    return {name: degrade(photograph(name), problem, seeds[name]) for name in names}


def patches(pairs: list[Pair], number: int, size: int, seed: int, step: int) -> tuple[Tensor, Tensor]:
    """Random patches of random pairs, mirrored at random: degraded and clean, (number, 3, size, size) each.

    Raises:
        ValueError: a size larger than a photograph.
    """
    found: list[tuple[Tensor, Tensor]] = []
    for index, top, left, down, right in _drawn(pairs, number, size, seed, step).tolist():
        part = (slice(None), slice(top, top + size), slice(left, left + size))
        axes = [axis for axis, mirrored in ((1, down), (2, right)) if mirrored]
        found.append((pairs[index].degraded[part].flip(axes), pairs[index].clean[part].flip(axes)))
    degraded, clean = zip(*found, strict=True)
    return torch.stack(degraded), torch.stack(clean)


def places(pairs: list[Pair], number: int, size: int, seed: int, step: int) -> Tensor:
    """Where :func:`patches` are, in all photographs' pixels in a row: (number, 3), int64.

    For each patch the index of its first pixel, and how far it is from there to the next row and to the next column; a
    mirrored patch is read backwards.
    """
    index, top, left, down, right = _drawn(pairs, number, size, seed, step).T
    shapes = [pair.clean.shape for pair in pairs]
    starts = np.array([0, *itertools.accumulate(height * width for _, height, width in shapes)])
    width = np.array([width for _, _, width in shapes])[index]
    first = starts[index] + (top + (size - 1) * down) * width + left + (size - 1) * right
    return torch.from_numpy(np.stack([first, width * (1 - 2 * down), 1 - 2 * right], 1))


def cut(pixels: Tensor, places: Tensor, size: int) -> Tensor:
    """The patches (number, 3, size, size) at the :func:`places` of pixels (3, all of all photographs)."""
    first, row, column = places[:, :, None, None].unbind(1)
    steps = torch.arange(size, device=pixels.device)
    return pixels[:, first + row * steps[:, None] + column * steps].transpose(0, 1).contiguous()


def _drawn(pairs: list[Pair], number: int, size: int, seed: int, step: int) -> NDArray[np.int64]:
    """For each patch the index of its pair, its top and left, and 1 where it is mirrored down and right: (number, 5).

    The numbers are those of torch.randint(pairs, (number,)) and then, for each patch, of torch.randint(rows),
    torch.randint(columns), and torch.rand twice. To call each of them takes several times as long.
    """
    bits = _bits(5 * number, seeded(seed, step))
    index, each = bits[:number] % len(pairs), bits[number:].reshape(number, 4)
    room = np.array([pair.clean.shape[1:] for pair in pairs]) - size + 1
    if room.min() < 1:
        smallest = room.min() + size - 1
        raise ValueError(f"`size` must be at most the smallest side of a photograph, {smallest}, got {size}")
    mirrored = each[:, 2:] % 2**24 < 2**23  # torch.rand takes 24 of the bits, and is below 1 / 2
    return np.concatenate([index[:, None], each[:, :2] % room[index], mirrored], 1)


def _bits(number: int, random: torch.Generator) -> NDArray[np.int64]:
    """The next numbers of 32 bits that a generator makes, (number,)."""
    pairs = torch.empty((number + 1) // 2, dtype=torch.int64).random_(-(2**63), None, generator=random).numpy()
    return np.stack([pairs >> 32 & 0xFFFFFFFF, pairs & 0xFFFFFFFF], 1).reshape(-1)[:number]
