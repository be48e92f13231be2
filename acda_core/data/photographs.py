"""Photographs of scikit-image, real, with synthetic blur or noise that varies over the image."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
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


def training_pairs(problem: str) -> list[Pair]:
    """COPIES of each photograph of TRAIN, each with a degradation of its own."""
    clean = [photograph(name) for name in TRAIN]
    return [degrade(clean[seed % len(clean)], problem, seed) for seed in range(COPIES * len(clean))]


def held_out_pairs(problem: str) -> dict[str, Pair]:
    """The photographs of TEST, degraded."""
    return {name: degrade(photograph(name), problem, TEST_SEED + index) for index, name in enumerate(TEST)}


def patches(pairs: list[Pair], number: int, size: int, seed: int, step: int) -> tuple[Tensor, Tensor]:
    """Random patches of random pairs, mirrored at random: degraded and clean, (number, 3, size, size) each."""
    found: list[tuple[Tensor, Tensor]] = []
    for index, top, left, axes in _drawn(pairs, number, size, seed, step):
        part = (slice(None), slice(top, top + size), slice(left, left + size))
        found.append((pairs[index].degraded[part].flip(axes), pairs[index].clean[part].flip(axes)))
    degraded, clean = zip(*found, strict=True)
    return torch.stack(degraded), torch.stack(clean)


def places(pairs: list[Pair], number: int, size: int, seed: int, step: int) -> Tensor:
    """Where :func:`patches` are, in all photographs' pixels in a row: (number, 3), int64.

    For each patch the index of its first pixel, and how far it is from there to the next row and to the next column; a
    mirrored patch is read backwards.
    """
    starts = [0, *itertools.accumulate(pair.clean[0].numel() for pair in pairs)]
    found = []
    for index, top, left, axes in _drawn(pairs, number, size, seed, step):
        width = pairs[index].clean.shape[2]
        row, column = (-width if 1 in axes else width), (-1 if 2 in axes else 1)
        top, left = top + (size - 1) * (1 in axes), left + (size - 1) * (2 in axes)
        found.append((starts[index] + top * width + left, row, column))
    return torch.tensor(found)


def cut(pixels: Tensor, places: Tensor, size: int) -> Tensor:
    """The patches (number, 3, size, size) at the :func:`places` of pixels (3, all of all photographs)."""
    first, row, column = places[:, :, None, None].unbind(1)
    steps = torch.arange(size, device=pixels.device)
    return pixels[:, first + row * steps[:, None] + column * steps].transpose(0, 1).contiguous()


def _drawn(
    pairs: list[Pair], number: int, size: int, seed: int, step: int
) -> Iterator[tuple[int, int, int, list[int]]]:
    """For each patch the index of its pair, its top and left, and the axes along which it is mirrored."""
    random = seeded(seed, step)
    for index in torch.randint(len(pairs), (number,), generator=random).tolist():
        height, width = pairs[index].clean.shape[1:]
        top, left = (int(torch.randint(side - size + 1, (1,), generator=random)) for side in (height, width))
        yield index, top, left, [axis for axis in (1, 2) if torch.rand(1, generator=random) < 0.5]
