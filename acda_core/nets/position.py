"""Shift equivariance: what it is to move a picture, and two layers that do not follow when it moves."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def shift(x: Tensor, down: int, right: int, fill: float = 0.0) -> Tensor:
    """T_t x, a picture (..., h, w) moved by t = (down, right) pixels, each at least 0; `fill` comes in."""
    height, width = x.shape[-2:]
    moved = F.pad(x, (right, 0, down, 0), value=fill)
    return moved[..., :height, :width]


class PerImage(nn.Module):
    """A filter for each image: experts mixed by the mean of its features."""

    def __init__(self, size: int = 7, experts: int = 4):
        super().__init__()
        self.experts = nn.Parameter(torch.randn(experts, size, size) / size)
        self.route = nn.Linear(1, experts)

    def forward(self, x: Tensor, mode: str = "constant") -> Tensor:
        """One image (1, 1, h, w), padded by `mode` -> (1, 1, h, w)."""
        share = self.route(x.mean((2, 3))).sigmoid()[0]
        K = torch.einsum("e,euv->uv", share, self.experts)[None, None]
        return F.conv2d(F.pad(x, [len(K[0, 0]) // 2] * 4, mode=mode), K)


class PerPlace(nn.Module):
    """A filter for each pixel, learned: nothing is shared."""

    def __init__(self, size: int = 7, height: int = 100, width: int = 100):
        super().__init__()
        self.size = size
        self.K = nn.Parameter(0.01 * torch.randn(size**2, height, width))

    def forward(self, x: Tensor, mode: str = "constant") -> Tensor:
        """One image (1, 1, height, width), padded by `mode` -> (1, 1, height, width)."""
        around = F.pad(x, [self.size // 2] * 4, mode=mode)
        patches = F.unfold(around, self.size).view(1, -1, *x.shape[2:])
        return (self.K * patches).sum(1, keepdim=True)
