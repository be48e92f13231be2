"""Two more layers with a filter for each pixel, each small and in the place of nn.Conv2d.

    Involution2d    an l x l kernel for each pixel and group of channels, made from the pixel itself, then a 1 x 1
                    convolution
    BasisConv2d     an l x l kernel for each pixel and channel, mixed from a dictionary that the whole image decides,
                    then a 1 x 1 convolution: basis prediction

Both are ACDA with something left out. Involution has one atom a group, free in all its entries, and a Phi that sees one
pixel. Basis prediction has ACDA's few coefficients a pixel, but the image makes its bases. The layers of
:mod:`acda_core.nets.rivals` are those that the paper itself compares with.
"""

import math
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core import _checks
from acda_core.functional import atom_conv
from acda_core.generators import AtomGenerator, make_generator


class Involution2d(nn.Module):
    """Li et al., "Involution: Inverting the Inherence of Convolution for Visual Recognition", CVPR 2021.

    >>> import torch
    >>> layer = Involution2d(6, 16, 5, padding=2, groups=3)
    >>> layer.kernels(torch.randn(2, 6, 9, 8)).shape, layer(torch.randn(2, 6, 9, 8)).shape
    (torch.Size([2, 3, 5, 5, 9, 8]), torch.Size([2, 16, 9, 8]))

    Y[n, i, h, w] = sum_uv D[n, g(i), u, v, h, w] x[n, i, h s + u - p, w s + v - p], where g(i) is the group of channel
    i and D = W_1 relu(norm(W_0 x)) at the pixel in the middle of the window. A 1 x 1 convolution of Y follows, as in
    the paper's bottleneck. Kernels are drawn as ACDA's atoms, and a stride takes the pixel in the middle, where the
    paper's code averages s x s pixels.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, bias: as in nn.Conv2d, integers; kernel_size odd.
        groups: of channels, each with a kernel of its own at every pixel; divides in_channels.
        hidden_channels: between W_0 and W_1; a quarter of in_channels, and at least 4, when None.

    Raises:
        ValueError: groups that do not divide in_channels.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        *,
        groups: int = 1,
        hidden_channels: int | None = None,
    ):
        super().__init__()
        if in_channels % _checks.integer("groups", groups, 1):
            raise ValueError(f"`groups` must divide `in_channels`, {in_channels}, got {groups}")
        self.kernel_size, self.stride, self.padding, self.groups = kernel_size, stride, padding, groups
        hidden = max(4, in_channels // 4) if hidden_channels is None else hidden_channels
        self.generator = make_generator(
            partial(AtomGenerator, kernel_sizes=(1, 1), norm="hidden"),
            *(in_channels, groups, kernel_size**2),
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            hidden_channels=hidden,
        )
        self.mix = nn.Conv2d(in_channels, out_channels, 1, bias=bias)

    def kernels(self, x: Tensor) -> Tensor:
        """D, (N, groups, l, l, h, w)."""
        D: Tensor = self.generator(x)
        return D.unflatten(2, (self.kernel_size, self.kernel_size))

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, h, w)."""
        by_group = x.unflatten(1, (self.groups, -1)).flatten(0, 1)  # (N groups, c' / groups, H, W)
        D = self.kernels(x).flatten(0, 1).unsqueeze(1)  # (N groups, 1, l, l, h, w)
        Y = atom_conv(by_group, D, self.stride, self.padding).flatten(1, 2)
        Z: Tensor = self.mix(Y.unflatten(0, (-1, self.groups)).flatten(1, 2))
        return Z


class BasisConv2d(nn.Module):
    """Xia et al., "Basis Prediction Networks for Effective Burst Denoising with Large Kernels", CVPR 2020, as a layer.

    >>> import torch
    >>> BasisConv2d(3, 4, 5, padding=2, num_bases=8).dictionary(torch.randn(2, 3, 9, 8)).shape
    torch.Size([2, 8, 3, 5, 5])

    Y[n, i, h, w] = sum_k a[n, k, h, w] sum_uv V[n, k, i, u, v] x[n, i, h s + u - p, w s + v - p]: the dictionary V of
    m' kernels, a slice of each for every channel, comes from the mean of the image's features; the coefficients a from
    the pixel's surroundings. A 1 x 1 convolution of Y follows, as in :class:`acda_core.nets.rivals.KernelConv2d`.

    The paper's network takes softmaxes of V and a, so that a pixel is an average of the frames of a burst; here, where
    kernels must be able to differentiate, both are free. At the start all images have the same dictionary.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, bias: as in nn.Conv2d, integers; kernel_size odd.
        num_bases: m', kernels in the dictionary of an image.
        hidden_channels: of the features whose mean decides the dictionary.
        generator: of the coefficients, as in :class:`acda_core.ACDAConv2d`, for one atom of m' coefficients.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        *,
        num_bases: int = 6,
        hidden_channels: int = 16,
        generator: str | nn.Module | Callable[..., nn.Module] = "paper",
    ):
        super().__init__()
        self.stride, self.padding = stride, padding
        self.shape = num_bases, in_channels, kernel_size, kernel_size
        sizes = in_channels, 1, num_bases
        self.generator = make_generator(generator, *sizes, kernel_size=kernel_size, stride=stride, padding=padding)
        self.features = nn.Sequential(nn.Conv2d(in_channels, hidden_channels, 3, padding=1), nn.ReLU())
        self.span = nn.Linear(hidden_channels, math.prod(self.shape))
        nn.init.zeros_(self.span.weight)
        nn.init.normal_(self.span.bias, std=1 / kernel_size)  # kernels of squared norm 1 on average
        self.mix = nn.Conv2d(in_channels, out_channels, 1, bias=bias)

    def dictionary(self, x: Tensor) -> Tensor:
        """V, (N, m', c', l, l)."""
        V: Tensor = self.span(self.features(x).mean((2, 3)))
        return V.unflatten(1, self.shape)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, h, w)."""
        n, c = x.shape[:2]
        V = self.dictionary(x).transpose(1, 2).flatten(0, 2).unsqueeze(1)  # (N c' m', 1, l, l)
        by_basis = F.conv2d(x.reshape(1, n * c, *x.shape[2:]), V, None, self.stride, self.padding, groups=n * c)
        by_basis = by_basis.view(n, c, self.shape[0], *by_basis.shape[2:])
        Z: Tensor = self.mix(torch.einsum("nikhw,nkhw->nihw", by_basis, self.generator(x)[:, 0]))
        return Z
