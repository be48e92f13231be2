"""Networks that restore photographs, adaptive ones and their rivals."""

from functools import partial

import torch
from torch import Tensor, nn

from acda_core.functional import atom_conv
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.nets.blocks import RELEASED_ACDA, Conv, DynamicBottleneck
from acda_core.nets.pixelwise import BasisConv2d
from acda_core.nets.rivals import KernelConv2d

# A layer whose generator, 1 x 1 to 32 channels and 3 x 3, ends in tanh. The output of a layer grows with the product of
# coefficients and features. Eight of them in a row, with nothing that holds the coefficients back, trained well on
# patches and gave numbers out of range on whole photographs.
BOUNDED_ACDA: Conv = partial(ACDAConv2d, generator=partial(AtomGenerator, hidden_channels=32, squash="tanh"))


class RestorationNet(nn.Module):
    """Correct a photograph by what eight dynamic bottlenecks see at half its resolution, after Section 4.3.

    >>> RestorationNet(nn.Conv2d)(torch.randn(1, 3, 32, 48)).shape
    torch.Size([1, 3, 32, 48])

    Pixel-unshuffling by 2, a 3 x 3 convolution, the blocks, a 3 x 3 convolution, pixel-shuffling by 2; the result is
    added to the input. The paper has two convolutions and shufflings at each end, and its text gives no numbers of
    channels: this is a small net of the same kind. At the start the correction is zero.

    Args:
        conv: makes the adaptive convolutions of the blocks; nn.Conv2d gives the baseline.
        in_channels: of the photograph.
        out_channels: of the result; in_channels when None. The input is added where they are the same.
        channels: of the features; the blocks' convolutions have half as many.
        blocks: dynamic bottlenecks.
        kernel_size: of their adaptive convolutions.
    """

    def __init__(
        self,
        conv: Conv = RELEASED_ACDA,
        in_channels: int = 3,
        out_channels: int | None = None,
        channels: int = 32,
        blocks: int = 8,
        kernel_size: int = 5,
    ):
        super().__init__()
        out_channels = in_channels if out_channels is None else out_channels
        self.residual = in_channels == out_channels
        self.head = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(4 * in_channels, channels, 3, padding=1))
        self.body = nn.Sequential(
            *(DynamicBottleneck(channels, channels, kernel_size, conv=conv) for _ in range(blocks))
        )
        last = nn.Conv2d(channels, 4 * out_channels, 3, padding=1, bias=False)
        nn.init.zeros_(last.weight)
        self.tail = nn.Sequential(last, nn.PixelShuffle(2))

    def forward(self, x: Tensor) -> Tensor:
        """x (N, in_channels, H, W), H and W even -> (N, out_channels, H, W)."""
        result: Tensor = self.tail(self.body(self.head(x)))
        return x + result if self.residual else result


class PlainNet(nn.Module):
    """Zhang et al., "Beyond a Gaussian Denoiser", IEEE TIP 2017 (DnCNN), with fewer layers and channels.

    3 x 3 convolutions with batch normalisation and ReLU between, at full resolution, which predict the correction.

    Args:
        depth: convolutions, at least 3.
        channels: between them.
        normalized: with batch normalisation; else the convolutions have biases instead.
    """

    def __init__(self, depth: int = 7, channels: int = 24, normalized: bool = True):
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, channels, 3, padding=1), nn.ReLU()]
        for _ in range(depth - 2):
            layers.append(nn.Conv2d(channels, channels, 3, padding=1, bias=not normalized))
            if normalized:
                layers.append(nn.BatchNorm2d(channels))
            layers.append(nn.ReLU())
        self.layers = nn.Sequential(*layers, nn.Conv2d(channels, 3, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        """x (N, 3, H, W) -> (N, 3, H, W)."""
        return x + self.layers(x)


class OneLayer(nn.Module):
    """A photograph plus what one layer makes of it, 3 channels to 3. At the start that is zero.

    >>> OneLayer(KernelConv2d)(torch.ones(1, 3, 9, 8)).unique()
    tensor([1.], grad_fn=<Unique2Backward0>)

    Args:
        conv: makes the layer; nn.Conv2d gives a linear filter, the same for all pixels. At the start its weights are
            zero, or A of ACDA. Where kernels or coefficients of bases are predicted it is they that are zero, and the
            1 x 1 convolution after them is the identity: short runs fell faster from there than from zero weights.
        kernel_size: odd.
    """

    def __init__(self, conv: Conv, kernel_size: int = 5):
        super().__init__()
        self.layer = conv(3, 3, kernel_size, padding=kernel_size // 2)
        if isinstance(self.layer, (KernelConv2d, BasisConv2d)):
            phi = self.layer.generator
            last = "norm_b" if isinstance(phi.get_submodule("norm_b"), nn.BatchNorm2d) else "conv_b"
            zeros = [phi.get_parameter(f"{last}.weight"), phi.get_parameter(f"{last}.bias")]
            zeros.append(self.layer.mix.get_parameter("bias"))
            nn.init.dirac_(self.layer.mix.weight)
        else:
            names = ("A" if isinstance(self.layer, ACDAConv2d) else "weight"), "bias"
            zeros = [self.layer.get_parameter(name) for name in names]
        for parameter in zeros:
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, 3, H, W) -> (N, 3, H, W)."""
        result: Tensor = x + self.layer(x)
        return result


class ThreeLayers(nn.Module):
    """A photograph plus what three layers make of it, the middle one to be exchanged. At the start that is zero.

    >>> ThreeLayers(ACDAConv2d)(torch.randn(1, 3, 9, 8)).shape
    torch.Size([1, 3, 9, 8])

    A 3 x 3 convolution, the layer, a 3 x 3 convolution, with ReLUs between.

    Args:
        conv: makes the layer in the middle.
        width: channels before and after it.
        kernel_size: of it, odd.
    """

    def __init__(self, conv: Conv, width: int = 8, kernel_size: int = 5):
        super().__init__()
        last = nn.Conv2d(width, 3, 3, padding=1)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.get_parameter("bias"))
        self.layers = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1),
            nn.ReLU(),
            conv(width, width, kernel_size, padding=kernel_size // 2),
            nn.ReLU(),
            last,
        )

    def forward(self, x: Tensor) -> Tensor:
        """x (N, 3, H, W) -> (N, 3, H, W)."""
        result: Tensor = x + self.layers(x)
        return result


class KernelNet(nn.Module):
    """Mildenhall et al., "Burst Denoising with Kernel Prediction Networks", CVPR 2018 (KPN), for one picture.

    The network of RestorationNet with plain convolutions predicts a kernel for each pixel, which is applied to the
    photograph itself, all colours alike. At the start it is the identity.

    Args:
        kernel_size: of the kernels, odd.
    """

    def __init__(self, kernel_size: int = 5):
        super().__init__()
        self.kernel_size = kernel_size
        self.network = RestorationNet(nn.Conv2d, out_channels=kernel_size**2)

    def kernels(self, x: Tensor) -> Tensor:
        """x (N, 3, H, W) -> D (N, 1, l, l, H, W)."""
        kernels = self.network(x).unflatten(1, (1, self.kernel_size, self.kernel_size))
        middle = self.kernel_size // 2
        identity = torch.zeros_like(kernels[:1, :, :, :, :1, :1])
        identity[:, :, middle, middle].fill_(1)
        return kernels + identity

    def forward(self, x: Tensor) -> Tensor:
        """x (N, 3, H, W), H and W multiples of 4 -> (N, 3, H, W)."""
        return atom_conv(x, self.kernels(x), padding=self.kernel_size // 2)[:, :, 0]
