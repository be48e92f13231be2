"""ACDAConv2d, a layer in the place of nn.Conv2d."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from acda_core import _checks
from acda_core.bases import multiscale_bases
from acda_core.functional import acda_conv2d
from acda_core.generators import AtomGenerator, make_generator


class ACDAConv2d(nn.Module):
    """Adaptive convolution with dynamic atoms, in the place of nn.Conv2d: Z = A Z_tilde, Z_tilde by per-pixel atoms.

    The output has nn.Conv2d's size. See :func:`acda_core.acda_conv2d` for the equation.

    >>> import torch
    >>> import acda_core as acda
    >>> layer = acda.ACDAConv2d(16, 32, kernel_size=5, padding=2)
    >>> layer(torch.randn(1, 16, 28, 28)).shape
    torch.Size([1, 32, 28, 28])

    With another generator, here one of 16 channels that normalises:

    >>> from functools import partial
    >>> phi = partial(acda.AtomGenerator, hidden_channels=16, norm="batch", squash="tanh")
    >>> acda.ACDAConv2d(16, 32, 5, padding=2, generator=phi).generator.conv_a
    Conv2d(16, 16, kernel_size=(1, 1), stride=(1, 1), padding=(1, 1))

    Args:
        in_channels: c', channels of the input.
        out_channels: c, channels of the output.
        kernel_size: l, odd, at least 3.
        stride, padding: as in nn.Conv2d, integers.
        bias: whether to add one.
        num_atoms: m, atoms of every pixel.
        num_bases: m', bases of each scale.
        scales: sizes of the bases; 3, 5, ..., l when None.
        hidden_channels: d of the generator that is made; its own default when None, which is 64 for "paper".
        generator: "paper", "released", a module that maps the features (N, c', H, W) to alpha, (N, m, S m', h, w) or
            (N, m S m', h, w), on the output grid, or a callable that makes one: see
            :func:`acda_core.generators.make_generator`.
        context_channels: channels of `context` where that differs from the input.

    Raises:
        TypeError, ValueError: an argument out of range, naming it.
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
        hidden_channels: int | None = None,
        generator: str | nn.Module | Callable[..., nn.Module] = "paper",
        context_channels: int | None = None,
    ):
        super().__init__()
        counts = {"in_channels": in_channels, "out_channels": out_channels, "num_atoms": num_atoms, "stride": stride}
        if context_channels is not None:
            counts["context_channels"] = context_channels
        for name, value in counts.items():
            _checks.integer(name, value, 1)
        _checks.odd("kernel_size", kernel_size, 3)
        _checks.integer("padding", padding, 0)
        psi = multiscale_bases(kernel_size, num_bases, scales)
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, kernel_size
        self.stride, self.padding, self.num_atoms = stride, padding, num_atoms
        self.scales = tuple(scales) if scales is not None else tuple(range(3, kernel_size + 1, 2))
        self.register_buffer("psi", torch.tensor(psi, dtype=torch.get_default_dtype()))
        self.A = nn.Parameter(torch.empty(out_channels, in_channels, num_atoms))
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        self.generator = make_generator(
            generator,
            *(context_channels or in_channels, num_atoms, len(psi)),
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            hidden_channels=hidden_channels,
        )
        self._reset_coefficients()

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
        _checks.features("x", x, self.in_channels, self.A)
        if context is not None and isinstance(self.generator, AtomGenerator):
            _checks.features("context", context, self.generator.in_channels, self.A)
            if (context.shape[0], *context.shape[2:]) != (x.shape[0], *x.shape[2:]):
                raise ValueError(
                    f"`context` must have the batch size, height and width of `x`, {tuple(x.shape)}, "
                    f"got {tuple(context.shape)}"
                )
        _checks.output_grid(x, self.kernel_size, self.stride, self.padding)
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
