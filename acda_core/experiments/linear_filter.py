"""The best linear filter, the same at all pixels: what every denoiser should be compared with. By least squares."""

import torch
import torch.nn.functional as F
from torch import Tensor


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


def filtered(images: Tensor, weights: Tensor, size: int) -> Tensor:
    """Images (n, c, h, w) through a filter of :func:`best`."""
    return (windows(images, size) @ weights).permute(0, 3, 1, 2).to(images)
