"""AtomGenerator, the network Phi that makes the basis coefficients of every pixel, and how a layer is given one.

Wang et al., "Adaptive Convolutions with Per-pixel Dynamic Filter Atom", ICCV 2021, Sections 3.2 and 4.4. The appendix
that describes the generator could not be obtained: "paper" follows the sizes in the text (l_a = 1, l_b = 3, d = 64)
with a ReLU between the two convolutions; "released" follows what is known of the authors' code (3 x 3 twice, batch
normalisation and tanh after each). "normalised", the default of the layer, is ours: the paper's sizes, made to stand in
any network at that network's learning rate.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core import _checks
from acda_core.kernels import eager
from acda_core.kernels import phi as one_pass
from acda_core.kernels.phi import LENGTH, SMALLEST

DYNAMIC_SHARE = 0.25  # of the atoms' squared norm at the start that comes from the input; the rest is a constant
OLDER = 'weights of acda-core 0.1 are for generator="paper" with 64 hidden channels, not for a bounded generator'
BOUND = 2.0  # of what the features may add to a coefficient, in units of a coefficient's size at the start


class AtomGenerator(nn.Module):
    """Phi: two convolutions from features to the basis coefficients alpha of every output pixel.

    >>> import torch
    >>> import acda_core as acda
    >>> phi = acda.AtomGenerator(16, num_atoms=6, num_coefficients=12)
    >>> phi(torch.randn(1, 16, 28, 28)).shape
    torch.Size([1, 6, 12, 28, 28])

    At the start each atom has squared norm 1 on average for features of variance 1 (bases of norm 1): a quarter of it
    from the features (a bound takes a little of that) and the rest from the bias, so that training starts
    near an ordinary convolution; with norm="batch" all of it from the normalised features.

    Args:
        in_channels: channels of the features.
        num_atoms: m, atoms of every pixel.
        num_coefficients: coefficients of each atom, S * m'.
        hidden_channels: d, between the two convolutions.
        kernel_sizes: (l_a, l_b), odd.
        norm: None; batch normalisation after the first convolution ("hidden") or after each ("batch"); or the d numbers
            of each pixel after the first convolution scaled to length 2 ("pixel").
        squash: None (ReLU between, nothing at the end), "tanh" (after each convolution) or "bounded" (ReLU between; of
            each coefficient the part that comes from the features is bounded by tanh to 2 / sqrt(S m') either way, and
            the bias of the second convolution is added after that).
        stride: of the first convolution.
        offset: padding - dilation * (l // 2) of the convolution that uses the coefficients: how many pixels its output
            grid begins outside the features (negative: inside).

    Raises:
        TypeError, ValueError: an argument out of range, naming it.
    """

    _version = 2  # of its weights; 1 is that of acda-core 0.1

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
        counts = {"in_channels": in_channels, "num_atoms": num_atoms, "num_coefficients": num_coefficients}
        for name, value in {**counts, "hidden_channels": hidden_channels, "stride": stride}.items():
            _checks.integer(name, value, 1)
        if not isinstance(kernel_sizes, Sequence) or len(kernel_sizes) != 2:
            raise TypeError(f"`kernel_sizes` must be a pair of odd ints (l_a, l_b), got {kernel_sizes!r}")
        for size in kernel_sizes:
            _checks.odd("kernel_sizes", size, 1)
        _checks.integer("offset", offset)
        if norm not in (None, "hidden", "batch", "pixel"):
            raise ValueError(f'`norm` must be None, "hidden", "batch" or "pixel", got {norm!r}')
        if squash not in (None, "tanh", "bounded"):
            raise ValueError(f'`squash` must be None, "tanh" or "bounded", got {squash!r}')
        self.in_channels, self.num_atoms, self.num_coefficients = in_channels, num_atoms, num_coefficients
        self.hidden_channels, self.kernel_sizes, self.stride, self.offset = (
            hidden_channels,
            tuple(kernel_sizes),
            stride,
            offset,
        )
        channels = num_atoms * num_coefficients
        self.margin = margin = kernel_sizes[0] // 2 + stride * (kernel_sizes[1] // 2) + offset
        self.crop = max(-margin, 0)
        self.conv_a = nn.Conv2d(in_channels, hidden_channels, kernel_sizes[0], stride, padding=max(margin, 0))
        self.norm_a = _hidden_norm(norm, hidden_channels)
        self.activation = nn.Tanh() if squash == "tanh" else nn.ReLU()
        self.conv_b = nn.Conv2d(hidden_channels, channels, kernel_sizes[1])
        self.norm_b = nn.BatchNorm2d(channels) if norm == "batch" else nn.Identity()
        self.squash = {None: nn.Identity, "tanh": nn.Tanh, "bounded": nn.Tanh}[squash]()
        self.limit = BOUND / math.sqrt(num_coefficients) if squash == "bounded" else None
        self.reset_parameters()
        for part in (self.conv_a, self.norm_a, self.conv_b, self.norm_b):  # where each module is asked to draw itself
            part.reset_parameters = self.reset_parameters  # type: ignore[assignment]  # mypy takes it for a submodule

    def reset_parameters(self) -> None:
        variance = 1 / self.num_coefficients  # of each coefficient
        weight_a, bias_a = self.conv_a.parameters()
        weight_b, bias_b = self.conv_b.parameters()
        nn.init.kaiming_normal_(weight_a, nonlinearity="relu")
        energy = float(weight_b[0].numel())  # of the hidden features that a coefficient sees
        if isinstance(self.norm_a, PixelNorm):
            nn.init.normal_(bias_a)
            energy = weight_b[0, 0].numel() * LENGTH**2 / 2  # ReLU takes half of it
        else:
            nn.init.zeros_(bias_a)
        nn.init.normal_(weight_b, std=math.sqrt(DYNAMIC_SHARE * variance / energy))
        nn.init.normal_(bias_b, std=math.sqrt((1 - DYNAMIC_SHARE) * variance))
        for norm in (self.norm_a, self.norm_b):
            if isinstance(norm, nn.BatchNorm2d):
                nn.BatchNorm2d.reset_parameters(norm)
        if isinstance(self.norm_b, nn.BatchNorm2d):
            nn.init.constant_(self.norm_b.weight, math.sqrt(variance))

    def _load_from_state_dict(
        self, state_dict: dict[str, Tensor], prefix: str, local_metadata: dict[str, Any], *rest: Any
    ) -> None:
        """As nn.Module, but a bounded Phi refuses the weights of 0.1, which have the same names."""
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)
        hidden = state_dict.get(f"{prefix}conv_a.weight")
        is_other = hidden is not None and hidden.shape != self.conv_a.weight.shape
        if self.limit is not None and (local_metadata.get("version", self._version) < 2 or is_other):
            rest[-1].append(OLDER)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, in_channels, H, W), taken as zero outside -> alpha (N, m, S * m', h, w) on the output grid."""
        _checks.features("features", features, self.in_channels, self.conv_a.weight)
        if self._is_one_pass_for(features):
            return self._in_one_pass(features, self.margin)
        if self.crop:
            features = features[..., self.crop : -self.crop, self.crop : -self.crop]
        return self._coefficients(self.conv_a(features))

    def rows(self, features: Tensor, first: int, end: int) -> Tensor:
        """The rows first to end - 1 of alpha, from the features around them; see :attr:`goes_by_rows`."""
        l_a, l_b = self.kernel_sizes
        top = first * self.stride - self.margin
        bottom = (end + l_b - 2) * self.stride - self.margin + l_a
        seen = slab(features, top, bottom, self.margin)
        if self._is_one_pass_for(seen):
            return self._in_one_pass(seen, 0)
        return self._coefficients(F.conv2d(seen, self.conv_a.weight, self.conv_a.bias, self.stride))

    @property
    def goes_by_rows(self) -> bool:
        """Whether :meth:`rows` gives what forward does: each part is known, looks at each pixel alone and has no hooks.

        Hooks wait for whole outputs, and batch normalisation in training averages over all pixels and images.
        """
        parts = self.conv_a, self.norm_a, self.activation, self.conv_b, self.norm_b, self.squash
        return (
            type(self).forward is AtomGenerator.forward
            and all(_is_conv2d(part) or _is_pointwise(part) for part in parts)
            and not any(_has_hooks(part) for part in self.modules())
        )

    def _is_one_pass_for(self, features: Tensor) -> bool:
        """Whether kernels.phi may take the place of the modules: they are plain, and nothing looks into them."""
        a, b = self.conv_a, self.conv_b
        parts = a, self.norm_a, self.activation, b, self.norm_b, self.squash
        plain = nn.Conv2d, PixelNorm, nn.ReLU, nn.Conv2d, nn.Identity, nn.Tanh
        return (
            not (eager.is_wanted() or torch._C._get_tracing_state())
            and features.device.type == "cpu"
            and self.limit is not None
            and tuple(map(type, parts)) == plain
            and self.kernel_sizes[0] == 1
            and a.bias is not None
            and b.bias is not None
            and not any(_has_hooks(part) for part in parts)
            and one_pass.is_there_for(features.dtype)
            and not _checks.autocast_is_on(features)
        )

    def _in_one_pass(self, features: Tensor, margin: int) -> Tensor:
        a, b = self.conv_a, self.conv_b
        sizes = self.stride, margin, self.limit or 0
        alpha = one_pass.phi(features, a.weight, a.bias, b.weight, b.bias, *sizes)  # type: ignore[arg-type]  # _is_one_pass_for asked for biases
        return alpha.view(alpha.shape[0], self.num_atoms, self.num_coefficients, *alpha.shape[2:])

    def _coefficients(self, hidden: Tensor) -> Tensor:
        hidden = self.activation(self.norm_a(hidden))
        alpha: Tensor
        if self.limit is None:
            alpha = self.squash(self.norm_b(self.conv_b(hidden)))
        else:
            b: Any = self.conv_b
            bias = None if getattr(b, "bias", None) is None else b.bias[:, None, None]
            if _is_conv2d(b) and not _has_hooks(b):
                seen = F.conv2d(hidden, b.weight)
            else:  # whatever stands there by now, and whoever looks on
                seen = b(hidden) if bias is None else b(hidden) - bias
            bounded = self.squash(self.norm_b(seen) / self.limit)
            alpha = self.limit * bounded
            if bias is not None:
                alpha = torch.add(bias.to(bounded.dtype), bounded, alpha=self.limit)
        return alpha.unflatten(1, (self.num_atoms, self.num_coefficients))


def _has_hooks(module: nn.Module) -> bool:
    return bool(
        module._forward_hooks or module._forward_pre_hooks or module._backward_hooks or module._backward_pre_hooks
    )


def _is_conv2d(module: nn.Module) -> bool:
    """Whether it computes what F.conv2d does with its weight, parametrised or not."""
    kind = type(module)
    return (kind is nn.Conv2d or kind.forward is nn.Conv2d.forward) and "forward" not in module.__dict__


def _is_pointwise(module: nn.Module) -> bool:
    if isinstance(module, nn.BatchNorm2d):
        return not module.training and module.running_mean is not None
    return isinstance(module, (nn.Identity, nn.ReLU, nn.Tanh, PixelNorm))


def slab(t: Tensor, top: int, bottom: int, margin: int) -> Tensor:
    """The rows top to bottom - 1 of t (N, C, H, W) with margin columns more on each side, zero outside of t.

    >>> import torch
    >>> slab(torch.ones(1, 1, 2, 2), -1, 1, margin=1)[0, 0].int().tolist()
    [[0, 0, 0, 0], [0, 1, 1, 0]]
    """
    height = t.shape[2]
    inside = t[:, :, min(max(top, 0), height) : max(min(bottom, height), 0)]
    above = min(max(-top, 0), bottom - top)
    return F.pad(inside, (margin, margin, above, bottom - top - above - inside.shape[2]))


class PixelNorm(nn.Module):
    """The numbers of each pixel, (N, d, h, w), scaled to length LENGTH over the d channels."""

    def forward(self, hidden: Tensor) -> Tensor:
        wide = hidden.float() if hidden.dtype.itemsize < 4 else hidden  # squares of halves can be infinite
        energy = wide.square().sum(1, keepdim=True)  # several times faster than the norm of F.normalize
        return (wide * (LENGTH * energy.clamp_min(SMALLEST).rsqrt())).to(hidden.dtype)


def _hidden_norm(norm: str | None, channels: int) -> nn.Module:
    if norm is None:
        return nn.Identity()
    return PixelNorm() if norm == "pixel" else nn.BatchNorm2d(channels)


def normalised_generator(
    in_channels: int,
    num_atoms: int,
    num_coefficients: int,
    hidden_channels: int = 16,
    stride: int = 1,
    offset: int = 0,
) -> AtomGenerator:
    """Phi that can stand in any network: 1 x 1, scaled in each pixel, ReLU, 3 x 3, bounded, and a constant added.

    The hidden features of a pixel are scaled to length 2, so that alpha does not grow with the features, and depends on
    no other image and no pixel beyond the 3 x 3 around. What they add to a coefficient is bounded by twice the size of
    a coefficient at the start, however far training goes. The constant part, the bias of `conv_b`, is an ordinary
    convolution's share: three quarters of the atoms' squared norm at the start.

    >>> import torch
    >>> phi = normalised_generator(16, num_atoms=6, num_coefficients=12)
    >>> x = torch.randn(1, 16, 28, 28)
    >>> bool((phi(1e6 * x) - phi(1e9 * x)).abs().max() < 1e-3)  # of degree 0 in large features
    True

    The arguments are those of :class:`AtomGenerator`.
    """
    sizes = in_channels, num_atoms, num_coefficients, hidden_channels
    return AtomGenerator(*sizes, (1, 3), "pixel", "bounded", stride, offset)


def released_generator(
    in_channels: int,
    num_atoms: int,
    num_coefficients: int,
    hidden_channels: int | None = None,
    stride: int = 1,
    offset: int = 0,
) -> AtomGenerator:
    """Phi as the authors released it: 3 x 3 twice, batch normalisation and tanh after each.

    >>> released_generator(16, num_atoms=6, num_coefficients=12).conv_a
    Conv2d(16, 64, kernel_size=(3, 3), stride=(1, 1), padding=(2, 2))

    Args:
        hidden_channels: half as many as the coefficients of all atoms, and at least 64, when None.

    The other arguments are those of :class:`AtomGenerator`.
    """
    hidden_channels = max(64, num_atoms * num_coefficients // 2) if hidden_channels is None else hidden_channels
    sizes = in_channels, num_atoms, num_coefficients, hidden_channels
    return AtomGenerator(*sizes, (3, 3), "batch", "tanh", stride, offset)


GENERATORS: dict[str, Callable[..., nn.Module]] = {
    "normalised": normalised_generator,
    "paper": AtomGenerator,
    "released": released_generator,
}
EXPECTED = '"normalised", "paper", "released", a nn.Module or a callable that makes one'


def make_generator(
    generator: str | nn.Module | Callable[..., nn.Module],
    in_channels: int,
    num_atoms: int,
    num_coefficients: int,
    *,
    kernel_size: int,
    stride: int,
    padding: int,
    dilation: int = 1,
    hidden_channels: int | None = None,
) -> nn.Module:
    """The generator of a layer: a module as it is, or what a name or a callable makes for the layer's sizes.

    >>> make_generator("paper", 16, 6, 12, kernel_size=5, stride=1, padding=0).offset
    -2

    Args:
        generator: a module; or a callable (in_channels, num_atoms, num_coefficients, stride=, offset=) -> module, which
            is also given hidden_channels= where that is not None; or a name of such a callable, "normalised", "paper"
            or "released".
        in_channels, num_atoms, num_coefficients, hidden_channels: as in :class:`AtomGenerator`.
        kernel_size, stride, padding, dilation: of the convolution that uses the coefficients. They live on its output
            grid, which begins padding - dilation * (l // 2) pixels outside the features: the `offset`.

    Raises:
        TypeError, ValueError: another name or kind of generator, or a number of hidden channels for a module.
    """
    if isinstance(generator, nn.Module):
        if hidden_channels is not None:
            raise ValueError(
                f"`hidden_channels` must be None for a generator that is made already, got {hidden_channels}"
            )
        return generator
    make = GENERATORS.get(generator) if isinstance(generator, str) else generator
    if make is None:
        raise ValueError(f"`generator` must be {EXPECTED}, got {generator!r}")
    if not callable(make):
        raise TypeError(f"`generator` must be {EXPECTED}, got {type(generator).__name__}")
    width = {} if hidden_channels is None else {"hidden_channels": hidden_channels}
    offset = padding - dilation * (kernel_size // 2)
    made = make(in_channels, num_atoms, num_coefficients, stride=stride, offset=offset, **width)
    if not isinstance(made, nn.Module):
        raise TypeError(f"`generator` must make a nn.Module, got {type(made).__name__}")
    return made
