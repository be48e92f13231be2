"""The best linear filter, the same at all pixels: what every denoiser should be compared with. By least squares."""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor

from acda_core.data.photographs import Pair


def windows(images: Tensor, size: int) -> Tensor:
    """What a filter sees at each pixel of images (n, c, h, w), and a 1: (n, h, w, c size^2 + 1), float64.

    >>> windows(torch.ones(1, 3, 8, 9), size=5).shape
    torch.Size([1, 8, 9, 76])
    """
    seen = F.unfold(images.double(), size, padding=size // 2).transpose(1, 2)
    return F.pad(seen, (0, 1), value=1).unflatten(1, images.shape[2:])


def best(seen: Tensor, wanted: Tensor) -> Tensor:
    """The weights of least squared error: seen (pixels, k), wanted (pixels, c) -> (k, c)."""
    return torch.linalg.solve(seen.T @ seen, seen.T @ wanted)


def best_of_pairs(pairs: Iterable[Pair], size: int) -> Tensor:
    """The weights of least squared error over all pixels of degraded photographs: (3 size^2 + 1, 3)."""
    gram, moments = torch.zeros(()), torch.zeros(())
    for pair in pairs:
        seen = windows(pair.degraded[None], size).flatten(0, 2)
        gram, moments = gram + seen.T @ seen, moments + seen.T @ pair.clean.flatten(1).T.double()
    return torch.linalg.solve(gram, moments)


def filtered(images: Tensor, weights: Tensor, size: int) -> Tensor:
    """Images (n, c, h, w) through a filter of :func:`best` or :func:`best_of_pairs`."""
    return (windows(images, size) @ weights).permute(0, 3, 1, 2).to(images)
