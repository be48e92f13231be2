"""ACDAConv2d, a layer in the place of nn.Conv2d, and AtomGenerator, the network Phi that makes its coefficients.

Wang et al., "Adaptive Convolutions with Per-pixel Dynamic Filter Atom", ICCV 2021, Sections 3.2 and 4.4. The appendix
that describes the generator could not be obtained: generator="paper" follows the sizes in the text (l_a = 1, l_b = 3,
d = 64) with a ReLU between the two convolutions; generator="released" follows what is known of the authors' code (3 x 3
twice, batch normalisation and tanh after each).
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from acda_core.bases import multiscale_bases
from acda_core.functional import acda_conv2d

DYNAMIC_SHARE = 0.25  # of the atoms' squared norm at the start that comes from the input; the rest is a constant


class AtomGenerator(nn.Module):
    """Phi: two convolutions from features to the basis coefficients alpha of every output pixel.

    At the start each atom has squared norm 1 on average for features of variance 1 (bases of norm 1): with
    norm=None a quarter of it from the features and the rest from the bias, so that training starts near an ordinary
    convolution; with norm="batch" all of it from the normalised features.

    Args:
        in_channels: channels of the features.
        num_atoms: m, atoms of every pixel.
        num_coefficients: coefficients of each atom, S * m'.
        hidden_channels: d, between the two convolutions.
        kernel_sizes: (l_a, l_b), odd.
        norm: None or "batch", after each convolution.
        squash: None (ReLU between, nothing at the end) or "tanh" (after each convolution).
        stride: of the first convolution.
        offset: padding - l // 2 of the convolution that uses the coefficients: how many pixels its output grid begins
            outside the features (negative: inside).

    Raises:
        TypeError, ValueError: an argument out of range, naming it.
    """

    def __init__(
        self,
        in_channels: int,
        num_atoms: int,
        num_coefficients: int,
        hidden_channels: int = 64,
        kernel_sizes: Sequence[int] = (1, 3),
        norm: str | None = None,
        squash: str | None = None,
        stride: int = 1,
        offset: int = 0,
    ):
        super().__init__()
        _check_counts(
            in_channels=in_channels,
            num_atoms=num_atoms,
            num_coefficients=num_coefficients,
            hidden_channels=hidden_channels,
            stride=stride,
        )
        if not isinstance(kernel_sizes, Sequence) or len(kernel_sizes) != 2:
            raise TypeError(f"`kernel_sizes` must be a pair of odd ints (l_a, l_b), got {kernel_sizes!r}")
        for size in kernel_sizes:
            _check_odd("kernel_sizes", size, 1)
        _check_int("offset", offset)
        if norm not in (None, "batch"):
            raise ValueError(f'`norm` must be None or "batch", got {norm!r}')
        if squash not in (None, "tanh"):
            raise ValueError(f'`squash` must be None or "tanh", got {squash!r}')
        self.in_channels, self.num_atoms, self.num_coefficients = in_channels, num_atoms, num_coefficients
        self.kernel_sizes, self.stride, self.offset = tuple(kernel_sizes), stride, offset
        channels = num_atoms * num_coefficients
        margin = kernel_sizes[0] // 2 + stride * (kernel_sizes[1] // 2) + offset
        self.crop = max(-margin, 0)
        self.conv_a = nn.Conv2d(in_channels, hidden_channels, kernel_sizes[0], stride, padding=max(margin, 0))
        self.norm_a = nn.BatchNorm2d(hidden_channels) if norm else nn.Identity()
        self.activation = nn.Tanh() if squash else nn.ReLU()
        self.conv_b = nn.Conv2d(hidden_channels, channels, kernel_sizes[1])
        self.norm_b = nn.BatchNorm2d(channels) if norm else nn.Identity()
        self.squash = nn.Tanh() if squash else nn.Identity()
        self.reset_parameters()

    def reset_parameters(self) -> None:
        variance = 1 / self.num_coefficients  # of each coefficient
        weight_a, bias_a = self.conv_a.parameters()
        weight_b, bias_b = self.conv_b.parameters()
        nn.init.kaiming_normal_(weight_a, nonlinearity="relu")
        nn.init.zeros_(bias_a)
        nn.init.normal_(weight_b, std=math.sqrt(DYNAMIC_SHARE * variance / weight_b[0].numel()))
        nn.init.normal_(bias_b, std=math.sqrt((1 - DYNAMIC_SHARE) * variance))
        for norm in (self.norm_a, self.norm_b):
            if isinstance(norm, nn.BatchNorm2d):
                norm.reset_parameters()
        if isinstance(self.norm_b, nn.BatchNorm2d):
            nn.init.constant_(self.norm_b.weight, math.sqrt(variance))

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, in_channels, H, W), taken as zero outside -> alpha (N, m, S * m', h, w) on the output grid."""
        _check_features("features", features, self.in_channels, self.conv_a.weight)
        if self.crop:
            features = features[..., self.crop : -self.crop, self.crop : -self.crop]
        hidden = self.activation(self.norm_a(self.conv_a(features)))
        alpha = self.squash(self.norm_b(self.conv_b(hidden)))
        return alpha.unflatten(1, (self.num_atoms, self.num_coefficients))


class ACDAConv2d(nn.Module):
    """Adaptive convolution with dynamic atoms, in the place of nn.Conv2d: Z = A Z_tilde, Z_tilde by per-pixel atoms.

    Args:
        in_channels: c', channels of the input.
        out_channels: c, channels of the output.
        kernel_size: l, odd, at least 3.
        stride, padding: as in nn.Conv2d, integers.
        bias: whether to add one.
        num_atoms: m, atoms of every pixel.
        num_bases: m', bases of each scale.
        scales: sizes of the bases; 3, 5, ..., l when None.
        hidden_channels: d of the generator.
        generator: "paper", "released", or a module that maps the features (N, c', H, W) to alpha, (N, m, S m', h, w) or
            (N, m S m', h, w), on the output grid.
        context_channels: channels of `context` where that differs from the input.

    Raises:
        TypeError, ValueError: an argument out of range, naming it.

    The output has nn.Conv2d's size. See :func:`acda_core.acda_conv2d` for the equation.
    """

    psi: Tensor

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        *,
        num_atoms: int = 6,
        num_bases: int = 6,
        scales: Sequence[int] | None = None,
        hidden_channels: int = 64,
        generator: str | nn.Module = "paper",
        context_channels: int | None = None,
    ):
        super().__init__()
        _check_counts(in_channels=in_channels, out_channels=out_channels, num_atoms=num_atoms, stride=stride)
        _check_odd("kernel_size", kernel_size, 3)
        if context_channels is not None:
            _check_counts(context_channels=context_channels)
        _check_int("padding", padding)
        if padding < 0:
            raise ValueError(f"`padding` must be at least 0, got {padding}")
        psi = multiscale_bases(kernel_size, num_bases, scales)
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, kernel_size
        self.stride, self.padding, self.num_atoms = stride, padding, num_atoms
        self.scales = tuple(scales) if scales is not None else tuple(range(3, kernel_size + 1, 2))
        self.register_buffer("psi", torch.tensor(psi, dtype=torch.get_default_dtype()))
        self.A = nn.Parameter(torch.empty(out_channels, in_channels, num_atoms))
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        if isinstance(generator, str):
            generator = self._named_generator(generator, context_channels or in_channels, hidden_channels)
        elif not isinstance(generator, nn.Module):
            raise TypeError(f'`generator` must be "paper", "released" or a nn.Module, got {type(generator).__name__}')
        self.generator = generator
        self._reset_coefficients()

    def _named_generator(self, name: str, in_channels: int, hidden_channels: int) -> AtomGenerator:
        sizes = in_channels, self.num_atoms, self.psi.shape[0]
        place = {"stride": self.stride, "offset": self.padding - self.kernel_size // 2}
        if name == "paper":
            return AtomGenerator(*sizes, hidden_channels, (1, 3), stride=place["stride"], offset=place["offset"])
        if name == "released":
            hidden_channels = max(hidden_channels, 18 * len(self.scales))
            return AtomGenerator(*sizes, hidden_channels, (3, 3), "batch", "tanh", place["stride"], place["offset"])
        raise ValueError(f'`generator` must be "paper", "released" or a nn.Module, got {name!r}')

    def reset_parameters(self) -> None:
        """Draw A, bias and an AtomGenerator's parameters anew."""
        self._reset_coefficients()
        if isinstance(self.generator, AtomGenerator):
            self.generator.reset_parameters()

    def _reset_coefficients(self) -> None:
        """A and bias drawn as in nn.Conv2d, for a fan-in of c' m: atoms of norm 1 keep the variance of its output."""
        bound = 1 / math.sqrt(self.in_channels * self.num_atoms)
        nn.init.uniform_(self.A, -bound, bound)
        if self.bias is not None:
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """x (N, c', H, W) or (c', H, W) -> Z (N, c, h, w) or (c, h, w).

        context: what the generator looks at instead of x, (N, C, H, W).
        """
        if isinstance(x, Tensor) and x.ndim == 3:
            return self(x[None], context if context is None else context[None])[0]
        _check_features("x", x, self.in_channels, self.A)
        if context is not None and isinstance(self.generator, AtomGenerator):
            _check_features("context", context, self.generator.in_channels, self.A)
            if (context.shape[0], *context.shape[2:]) != (x.shape[0], *x.shape[2:]):
                raise ValueError(
                    f"`context` must have the batch size, height and width of `x`, {tuple(x.shape)}, "
                    f"got {tuple(context.shape)}"
                )
        smallest = self.kernel_size - 2 * self.padding
        if min(x.shape[2:]) < smallest:
            raise ValueError(f"`x` must be at least {smallest} pixels high and wide, got {x.shape[2]} x {x.shape[3]}")
        alpha = self.coefficients(x if context is None else context)
        return acda_conv2d(x, alpha, self.psi, self.A, self.bias, self.stride, self.padding)

    def coefficients(self, features: Tensor) -> Tensor:
        """alpha (N, m, S m', h, w), what the generator makes of features (N, C, H, W)."""
        alpha = self.generator(features)
        sizes = self.num_atoms, self.psi.shape[0]
        if alpha.ndim == 4 and alpha.shape[1] == math.prod(sizes):
            alpha = alpha.unflatten(1, sizes)
        if alpha.ndim != 5 or alpha.shape[1:3] != sizes:
            raise ValueError(
                f"`generator` must return shape (N, {sizes[0]}, {sizes[1]}, h, w) or (N, {math.prod(sizes)}, h, w), "
                f"got {tuple(alpha.shape)}"
            )
        return alpha

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding:
            text += f", padding={self.padding}"
        if self.bias is None:
            text += ", bias=False"
        num_bases = self.psi.shape[0] // len(self.scales)
        return f"{text}, num_atoms={self.num_atoms}, num_bases={num_bases}, scales={self.scales}"


def _check_features(name: str, features: Tensor, channels: int, parameter: Tensor) -> None:
    if not isinstance(features, Tensor):
        raise TypeError(f"`{name}` must be a torch.Tensor, got {type(features).__name__}")
    if features.ndim != 4 or features.shape[1] != channels:
        raise ValueError(f"`{name}` must have shape (N, {channels}, H, W), got {tuple(features.shape)}")
    device, dtype, kind = parameter.device, parameter.dtype, parameter.device.type
    if features.device != device:
        raise ValueError(f"`{name}` must be on the layer's device, {device}, got {features.device}")
    autocast = torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)
    if features.dtype != dtype and not (autocast and features.is_floating_point()):
        raise TypeError(f"`{name}` must have the layer's dtype, {dtype}, got {features.dtype}")


def _check_counts(**counts: int) -> None:
    for name, value in counts.items():
        _check_int(name, value)
        if value < 1:
            raise ValueError(f"`{name}` must be at least 1, got {value}")


def _check_odd(name: str, value: int, least: int) -> None:
    _check_int(name, value)
    if value < least or value % 2 == 0:
        raise ValueError(f"`{name}` must be odd and at least {least}, got {value}")


def _check_int(name: str, value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"`{name}` must be an int, got {value!r}")
