"""The dynamic convolutions that the paper compares with, each small and in the place of nn.Conv2d.

    CondConv2d      a filter for each image, mixed from experts by a sigmoid
    DynamicConv2d   a filter for each image, mixed from experts by attention: DY-CNN
    DenseConv2d     a whole filter for each pixel: dynamic filter networks
    KernelConv2d    an l x l kernel for each pixel that all channels share, then a 1 x 1 convolution: kernel prediction

The first two adapt to the image, the last two to the pixel. DenseConv2d holds c c' l^2 numbers a pixel, which is why it
is rarely used; KernelConv2d is ACDA with one atom and no bases.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.functional import atom_conv
from acda_core.generators import AtomGenerator, make_generator


class CondConv2d(nn.Module):
    """Yang et al., "CondConv: Conditionally Parameterized Convolutions for Efficient Inference", NeurIPS 2019.

    >>> CondConv2d(3, 16, 5, padding=2)(torch.randn(2, 3, 9, 8)).shape
    torch.Size([2, 16, 9, 8])

    K[n] = sum_e r[n, e] K_e with routing weights r = sigmoid(W mean(x[n]) + b), and the same for the bias.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, bias: as in nn.Conv2d, integers.
        num_experts: how many filters are mixed.
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
        num_experts: int = 4,
    ):
        super().__init__()
        self.stride, self.padding = stride, padding
        self.routing = nn.Linear(in_channels, num_experts)
        self.weight, self.bias = _experts(num_experts, in_channels, out_channels, kernel_size, bias)

    def route(self, x: Tensor) -> Tensor:
        """Weights of the experts, (N, num_experts)."""
        return torch.sigmoid(self.routing(x.mean((2, 3))))

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, h, w)."""
        return _mixed_conv(x, self.route(x), self.weight, self.bias, self.stride, self.padding)


class DynamicConv2d(nn.Module):
    """Chen et al., "Dynamic Convolution: Attention over Convolution Kernels", CVPR 2020 (DY-CNN).

    >>> DynamicConv2d(3, 16, 5, padding=2)(torch.randn(2, 3, 9, 8)).shape
    torch.Size([2, 16, 9, 8])

    K[n] = sum_e a[n, e] K_e with attention a = softmax(W_2 relu(W_1 mean(x[n])) / temperature), and the same for the
    bias. The paper lowers the temperature from 30 to 1 in the first epochs: set `temperature` while training,
    to a number or a tensor of one.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, bias: as in nn.Conv2d, integers.
        num_experts: how many filters are mixed.
        reduction: in_channels over the width of the hidden layer, which has at least 4 channels.
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
        num_experts: int = 4,
        reduction: int = 4,
    ):
        super().__init__()
        self.stride, self.padding = stride, padding
        self.temperature: float | Tensor = 30.0
        hidden = max(4, in_channels // reduction)
        self.attention = nn.Sequential(nn.Linear(in_channels, hidden), nn.ReLU(), nn.Linear(hidden, num_experts))
        self.weight, self.bias = _experts(num_experts, in_channels, out_channels, kernel_size, bias)

    def route(self, x: Tensor) -> Tensor:
        """Weights of the experts, (N, num_experts), with sum 1."""
        return torch.softmax(self.attention(x.mean((2, 3))) / self.temperature, dim=1)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, h, w)."""
        return _mixed_conv(x, self.route(x), self.weight, self.bias, self.stride, self.padding)


class DenseConv2d(nn.Module):
    """Per-pixel filters, whole: De Brabandere et al., "Dynamic Filter Networks", NeurIPS 2016; Eqs. (2) and (3).

    >>> DenseConv2d(3, 4, 3, padding=1).filters(torch.randn(2, 3, 9, 8)).shape
    torch.Size([2, 4, 3, 3, 3, 9, 8])

    K_ij = Phi(neighbourhood) with ACDA's generator, a 1 x 1 and a 3 x 3 convolution: c c' l^2 outputs a pixel.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, bias: as in nn.Conv2d, integers; kernel_size odd.
        hidden_channels: of the generator.
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
        hidden_channels: int = 16,
    ):
        super().__init__()
        self.out_channels, self.kernel_size, self.stride, self.padding = out_channels, kernel_size, stride, padding
        self.generator = make_generator(
            AtomGenerator,
            *(in_channels, out_channels * in_channels, kernel_size**2),
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            hidden_channels=hidden_channels,
        )
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def filters(self, x: Tensor) -> Tensor:
        """K, (N, c, c', l, l, h, w), at the start of the variance of nn.Conv2d's weights."""
        K = self.generator(x).unflatten(2, (self.kernel_size, self.kernel_size))
        return K.unflatten(1, (self.out_channels, x.shape[1])) / math.sqrt(3 * x.shape[1])

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, h, w)."""
        windows = F.pad(x, [self.padding] * 4).unfold(2, self.kernel_size, self.stride)
        windows = windows.unfold(3, self.kernel_size, self.stride)
        Z = torch.einsum("noiuvhw,nihwuv->nohw", self.filters(x), windows)
        return Z if self.bias is None else Z + self.bias[:, None, None]


class KernelConv2d(nn.Module):
    """Kernel prediction: Mildenhall et al., "Burst Denoising with Kernel Prediction Networks", CVPR 2018, as a layer.

    >>> KernelConv2d(3, 4, 5, padding=2).kernels(torch.randn(2, 3, 9, 8)).shape
    torch.Size([2, 1, 5, 5, 9, 8])

    Each pixel's l x l kernel, free in all its entries, filters every channel alike; a 1 x 1 convolution follows.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, bias: as in nn.Conv2d, integers; kernel_size odd.
        generator: as in :class:`acda_core.ACDAConv2d`, for one atom of l^2 coefficients.
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
        generator: str | nn.Module | Callable[..., nn.Module] = "paper",
    ):
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        sizes = in_channels, 1, kernel_size**2
        self.generator = make_generator(generator, *sizes, kernel_size=kernel_size, stride=stride, padding=padding)
        self.mix = nn.Conv2d(in_channels, out_channels, 1, bias=bias)

    def kernels(self, x: Tensor) -> Tensor:
        """D, (N, 1, l, l, h, w)."""
        return self.generator(x).unflatten(2, (self.kernel_size, self.kernel_size))

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, h, w)."""
        return self.mix(atom_conv(x, self.kernels(x), self.stride, self.padding).flatten(1, 2))


def _experts(
    number: int, in_channels: int, out_channels: int, kernel_size: int, bias: bool
) -> tuple[nn.Parameter, nn.Parameter | None]:
    """Filters (E, c, c', l, l) and biases (E, c), each drawn as those of nn.Conv2d."""
    convs = [nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias) for _ in range(number)]
    biases = [conv.bias.detach() for conv in convs if conv.bias is not None]
    weight = nn.Parameter(torch.stack([conv.weight.detach() for conv in convs]))
    return weight, nn.Parameter(torch.stack(biases)) if biases else None


def _mixed_conv(
    x: Tensor, weights: Tensor, filters: Tensor, biases: Tensor | None, stride: int, padding: int
) -> Tensor:
    """Each image with its own mixture of filters, as one grouped convolution: (N, c, h, w)."""
    n, channels = x.shape[:2]
    K = torch.einsum("ne,eoiuv->noiuv", weights, filters).flatten(0, 1)  # (N c, c', l, l)
    offset = None if biases is None else (weights @ biases).flatten()
    Z = F.conv2d(x.reshape(1, n * channels, *x.shape[2:]), K, offset, stride, padding, groups=n)
    return Z.view(n, -1, *Z.shape[2:])
