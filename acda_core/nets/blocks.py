"""Blocks that the networks share. Each takes `conv`: a baseline and its rival differ in one argument.

`conv(in_channels, out_channels, kernel_size, padding=...)` makes a layer in the place of nn.Conv2d: nn.Conv2d itself,
ACDAConv2d, or one of rivals.
"""

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn

from acda_core.layers import ACDAConv2d

Conv = Callable[..., nn.Module]

PAPER_ACDA: Conv = partial(ACDAConv2d, generator="paper")
RELEASED_ACDA: Conv = partial(ACDAConv2d, generator="released")


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions and a shortcut, as in ResNet-18 (He et al., 2016)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut = shortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, H / stride, W / stride)."""
        return nn.functional.relu(self.branch(x) + self.shortcut(x))


class DynamicBottleneck(nn.Module):
    """1 x 1 convolution, adaptive convolution, 1 x 1 convolution, and a shortcut (Section 4.1).

    The middle is half as wide as the input, or as wide where the block strides.

    Args:
        in_channels, out_channels: c' and c.
        kernel_size: of the adaptive convolution.
        stride: of the first 1 x 1 convolution.
        conv: makes the adaptive convolution; nn.Conv2d gives the baseline.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, conv: Conv = PAPER_ACDA):
        super().__init__()
        middle = in_channels // 2 if stride == 1 else in_channels
        self.branch = nn.Sequential(
            nn.Conv2d(in_channels, middle, 1, stride, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            conv(middle, middle, kernel_size, padding=kernel_size // 2, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            nn.Conv2d(middle, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut = shortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, H / stride, W / stride)."""
        return nn.functional.relu(self.branch(x) + self.shortcut(x))


def shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
