"""ACDAConv2d, a layer in the place of nn.Conv2d."""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple, NoReturn, Self

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike
from torch import Tensor, fx, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.checkpoint import checkpoint

from acda_core import _checks, projection
from acda_core.bases import multiscale_bases
from acda_core.functional import acda_conv2d
from acda_core.generators import AtomGenerator, make_generator, slab
from acda_core.kernels import eager
from acda_core.kernels.operators import output_format

PADDING_MODES = "zeros", "reflect", "replicate", "circular"
BAND_BYTES = 64 * 2**20  # of hidden features and alpha, where no gradient is wanted
NO_WEIGHT = (
    "An ACDAConv2d has no `weight`: every pixel has a filter of its own, A times its atoms. What is learned is `A` "
    "(c, c' / groups, m), `bias` and `generator`."
)


class Geometry(NamedTuple):
    """The numbers that a layer calls acda_conv2d with; its padding is 0 where the layer pads by itself."""

    kernel_size: int
    stride: int
    padding: int
    dilation: int


class ACDAConv2d(nn.Module):
    """Adaptive convolution with dynamic atoms, in the place of nn.Conv2d: Z = A Z_tilde, Z_tilde by per-pixel atoms.

    Arguments, their order, attributes and the size of the output are nn.Conv2d's. See :func:`acda_core.acda_conv2d`
    for the equation.

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
        kernel_size: l, odd, at least 3. Like stride and dilation an integer or a pair of equal ones.
        stride, padding, dilation, groups, bias, padding_mode, device, dtype: as in nn.Conv2d. A pair of paddings may be
            uneven. With groups all share the atoms of a pixel. Where the padding is uneven or not with zeros, the
            layer is one without padding on the padded input, for its generator too.
        num_atoms: m, atoms of every pixel.
        num_bases: m', bases of each scale.
        scales: sizes of the bases; 3, 5, ..., l when None.
        bases: other fixed bases psi, (k, l, l), in the place of those that num_bases and scales describe.
        hidden_channels: d of the generator that is made; its own default when None, which is 16 for "normalised"
            and 64 for "paper".
        generator: "normalised", "paper", "released", a module that maps the features (N, c', H, W) to alpha,
            (N, m, S m', h, w) or (N, m S m', h, w), on the output grid, or a callable that makes one: see
            :func:`acda_core.generators.make_generator`.
        context_channels: channels of `context` where that differs from the input.
        save: "time", the default, since a step is shortest so: kept for backward are the input, alpha and, but for the
            default Phi on a processor, Phi's hidden features. "memory" keeps the input alone, as nn.Conv2d does, and
            backward runs Phi again; not for a generator with batch normalisation, which would count each batch twice.

    Raises:
        TypeError, ValueError: an argument out of range, naming it.
    """

    psi: Tensor
    transposed = False
    output_padding = (0, 0)
    qconfig = None  # torch's quantisation leaves the layer, and the convolutions of its generator, as they are

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] | str = 0,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        num_atoms: int = 6,
        num_bases: int = 6,
        scales: Sequence[int] | None = None,
        bases: ArrayLike | None = None,
        hidden_channels: int | None = None,
        generator: str | nn.Module | Callable[..., nn.Module] = "normalised",
        context_channels: int | None = None,
        save: str = "time",
    ):
        super().__init__()
        self.in_channels = _checks.integer("in_channels", in_channels, 1)
        self.out_channels = _checks.integer("out_channels", out_channels, 1)
        self.num_atoms = _checks.integer("num_atoms", num_atoms, 1)
        self.groups = _checks.integer("groups", groups, 1)
        for name, value in {"in_channels": self.in_channels, "out_channels": self.out_channels}.items():
            if value % self.groups:
                raise ValueError(f"`groups` must divide `{name}`, {value}, got {groups}")
        if context_channels is not None:
            _checks.integer("context_channels", context_channels, 1)
        if padding_mode not in PADDING_MODES:
            raise ValueError(f"`padding_mode` must be one of {', '.join(PADDING_MODES)}, got {padding_mode!r}")
        if save not in ("time", "memory"):
            raise ValueError(f'`save` must be "time" or "memory", got {save!r}')
        if dtype is not None and not dtype.is_floating_point:
            raise TypeError(f"`dtype` must be a floating-point one, got {dtype}")
        size = _checks.odd("kernel_size", _checks.square("kernel_size", kernel_size), 3)
        step = _checks.square("stride", stride, 1)
        spread = _checks.square("dilation", dilation, 1)
        self.kernel_size, self.stride, self.dilation = (size, size), (step, step), (spread, spread)
        rows, columns = _padding_pair(padding, step, spread * (size // 2))
        self.padding, self.padding_mode = padding if isinstance(padding, str) else (rows, columns), padding_mode
        self._pad_first = (columns, columns, rows, rows) if padding_mode != "zeros" or rows != columns else None
        self.geometry = Geometry(size, step, 0 if self._pad_first else rows, spread)
        if bases is None:
            self._psi = multiscale_bases(size, num_bases, scales)
            self.scales = tuple(scales) if scales is not None else tuple(range(3, size + 1, 2))
        else:
            self._psi, self.scales = _given_bases(bases, size, scales), (size,)
        self.register_buffer("psi", torch.empty(self._psi.shape, dtype=dtype, device=device))
        shape = self.out_channels, self.in_channels // self.groups, self.num_atoms
        self.A = nn.Parameter(torch.empty(shape, dtype=dtype, device=device))
        self.bias = nn.Parameter(torch.empty(self.out_channels, dtype=dtype, device=device)) if bias else None
        with nullcontext() if device is None else torch.device(device):
            self.generator = make_generator(
                generator,
                *(context_channels or self.in_channels, self.num_atoms, len(self._psi)),
                kernel_size=size,
                stride=step,
                padding=self.geometry.padding,
                dilation=spread,
                hidden_channels=hidden_channels,
            )
        if not isinstance(generator, nn.Module) and dtype is not None:
            self.generator.to(dtype)
        self.save = save
        if save == "memory" and any(isinstance(one, _BatchNorm) for one in self.generator.modules()):
            raise ValueError(
                '`save` must be "time" for a generator with batch normalisation: a batch would count twice'
            )
        self._reset_own()

    @classmethod
    def from_conv(
        cls,
        conv: nn.Conv2d,
        init: str = "project",
        *,
        num_atoms: int | None = None,
        num_bases: int = 6,
        bases: projection.Bases = None,
        hidden_channels: int | None = None,
        generator: str | nn.Module | Callable[..., nn.Module] = "normalised",
        save: str = "time",
    ) -> Self:
        """A layer in the place of a convolution: its sizes, its device, dtype and mode, frozen where it is frozen.

        >>> import torch
        >>> import acda_core as acda
        >>> conv, x = torch.nn.Conv2d(16, 32, 3, padding=1), torch.randn(1, 16, 8, 8)
        >>> layer = acda.ACDAConv2d.from_conv(conv)
        >>> layer.num_atoms, torch.allclose(layer(x), conv(x), atol=1e-5)
        (9, True)

        Args:
            conv: odd, square kernel of at least 3 x 3, one stride and one dilation.
            init: "project": the layer's filters are at all pixels those of the convolution, as near as its atoms come,
                and adapt as it is trained on; the generator must be an AtomGenerator. "follow": the generator is drawn
                at random, A is fitted to the convolution's filters on the atoms that it makes, and scaled so that each
                output answers to flat inputs and to noise as strongly as the convolution does. With the
                default generator a dense 3 x 3 layer then keeps the size of activations within a factor 1.5. The bias
                is the convolution's.
            num_atoms: m; when None 6 for "follow", and for "project" as many as the filters need, at most 9. Filters of
                3 x 3 never need more; l x l filters can need l^2.
            num_bases: m', of each scale.
            bases: "complete": those of the layer, and an orthonormal basis of what they do not span, l^2 in all;
                "own": the m bases that hold most of the convolution's filters, by singular values; an array (k, l, l);
                or a function that makes one for a size l, such as :func:`acda_core.multiscale_bases`. When None the
                layer's for "follow", "complete" for "project".
            hidden_channels, generator, save: as in :class:`ACDAConv2d`.

        Raises:
            TypeError, ValueError: no such convolution, or an argument out of range, naming it.
        """
        if not isinstance(conv, nn.Conv2d):
            raise TypeError(f"`conv` must be a nn.Conv2d, got {type(conv).__name__}")
        weight = conv.weight
        psi, num_atoms = projection.bases_and_atoms(weight, init, num_atoms, num_bases, bases)
        sizes: Any = conv.in_channels, conv.out_channels, conv.kernel_size, conv.stride, conv.padding, conv.dilation
        rest: Any = conv.groups, conv.bias is not None, conv.padding_mode, weight.device, weight.dtype
        layer = cls(
            *(*sizes, *rest),
            num_atoms=num_atoms,
            num_bases=num_bases,
            bases=psi,
            hidden_channels=hidden_channels,
            generator=generator,
            save=save,
        )
        projection.start(layer, conv, init)
        return layer

    def reset_parameters(self) -> None:
        """Draw A, bias and an AtomGenerator's parameters anew, and fill psi, also after `to_empty`."""
        self._reset_own()
        if isinstance(self.generator, AtomGenerator):
            self.generator.reset_parameters()

    def _reset_own(self) -> None:
        """A and bias drawn as in nn.Conv2d, for a fan-in of c' m: atoms of norm 1 keep the variance of its output."""
        with torch.no_grad():
            self.psi.copy_(torch.tensor(self._psi, device=self.psi.device))
        bound = 1 / math.sqrt(self.A[0].numel())
        nn.init.uniform_(self.A, -bound, bound)
        if self.bias is not None:
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """x (N, c', H, W) or (c', H, W) -> Z (N, c, h, w) or (c, h, w).

        context: what the generator looks at instead of x, (N, C, H, W).
        """
        if isinstance(x, fx.Proxy):  # a symbolic trace takes the layer as one operation
            if x.tracer.root is self:
                raise TypeError("`root` of torch.fx must be a network around an ACDAConv2d, got the layer itself")
            leaf: Any = x.tracer.create_proxy("call_module", x.tracer.path_of_module(self), (x, context), {})
            return leaf
        if isinstance(x, Tensor) and x.ndim == 3:
            return self(x[None], context if context is None else context[None])[0]
        _checks.features("x", x, self.in_channels, self.A)
        looks_at = self.generator.in_channels if isinstance(self.generator, AtomGenerator) else None
        if context is None and looks_at not in (None, self.in_channels):
            raise ValueError(f"`context` must have shape (N, {looks_at}, H, W): the generator looks at it, got None")
        if context is not None and looks_at is not None:
            _checks.features("context", context, looks_at, self.A)
            if (context.shape[0], *context.shape[2:]) != (x.shape[0], *x.shape[2:]):
                raise ValueError(
                    f"`context` must have the batch size, height and width of `x`, {tuple(x.shape)}, "
                    f"got {tuple(context.shape)}"
                )
        padded, features, generator = self._padded(x), x if context is None else context, self.generator
        height, width = _checks.output_grid(padded, *self.geometry)
        if isinstance(generator, AtomGenerator) and not (torch.is_grad_enabled() or eager.is_traced()):
            pixel_bytes = x.itemsize * (generator.hidden_channels + generator.num_atoms * generator.num_coefficients)
            rows = BAND_BYTES // max(1, len(x) * width * pixel_bytes)
            if rows < height and generator.goes_by_rows:
                return self._in_bands(padded, self._padded(features), generator, height, width, max(rows, 1))
        _, stride, padding, dilation = self.geometry
        if self.save == "memory" and torch.is_grad_enabled() and not eager.is_traced():
            return self._keeping_little(padded, features)
        alpha = self.coefficients(features)
        return acda_conv2d(padded, alpha, self.psi, self.A, self.bias, stride, padding, dilation, self.groups)

    def _in_bands(
        self, x: Tensor, features: Tensor, generator: AtomGenerator, height: int, width: int, rows: int
    ) -> Tensor:
        """forward, some rows at a time: alpha and the hidden features never exist for the whole image."""
        size, stride, padding, dilation = self.geometry
        for first in range(0, height, rows):
            end = min(first + rows, height)
            top, bottom = (row * stride - padding for row in (first, end - 1))
            seen = slab(x, top, bottom + dilation * (size - 1) + 1, padding)
            alpha = generator.rows(features, first, end)
            part = acda_conv2d(seen, alpha, self.psi, self.A, self.bias, stride, 0, dilation, self.groups)
            if first == 0:
                shape = len(x), self.out_channels, height, width
                Z = torch.empty(shape, dtype=part.dtype, device=part.device, memory_format=output_format(x))
            Z[:, :, first:end] = part
        return Z

    def _keeping_little(self, x: Tensor, features: Tensor) -> Tensor:
        """forward, whose backward makes alpha and the hidden features again, once."""
        read = x, features, self.psi, self.A, *self.generator.parameters()
        versions = [tensor._version for tensor in read]

        def again() -> Tensor:
            if [tensor._version for tensor in read] != versions:
                raise RuntimeError("`x`, `context` or a parameter was modified by an inplace operation before backward")
            return _Kept.apply(self.coefficients(features))

        alpha: Tensor = checkpoint(again, use_reentrant=False)
        node, place, shape = alpha.grad_fn, alpha.data_ptr(), alpha.shape
        _, stride, padding, dilation = self.geometry
        if node is None:
            return acda_conv2d(x, alpha, self.psi, self.A, self.bias, stride, padding, dilation, self.groups)

        def pack(saved: Tensor) -> Tensor | None:
            return None if (saved.data_ptr(), saved.shape) == (place, shape) else saved

        def unpack(kept: Tensor | None) -> Tensor:
            return node.saved_tensors[0] if kept is None else kept  # type: ignore[attr-defined]  # of a node, _Kept's

        with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
            return acda_conv2d(x, alpha, self.psi, self.A, self.bias, stride, padding, dilation, self.groups)

    def coefficients(self, features: Tensor) -> Tensor:
        """alpha (N, m, S m', h, w), what the generator makes of features (N, C, H, W)."""
        alpha = self.generator(self._padded(features))
        sizes = self.num_atoms, self.psi.shape[0]
        if alpha.ndim == 4 and alpha.shape[1] == math.prod(sizes):
            alpha = alpha.unflatten(1, sizes)
        if alpha.ndim != 5 or alpha.shape[1:3] != sizes:
            raise ValueError(
                f"`generator` must return shape (N, {sizes[0]}, {sizes[1]}, h, w) or (N, {math.prod(sizes)}, h, w), "
                f"got {tuple(alpha.shape)}"
            )
        return alpha

    def _padded(self, t: Tensor) -> Tensor:
        if self._pad_first is None:
            return t
        padded = F.pad(t, self._pad_first, "constant" if self.padding_mode == "zeros" else self.padding_mode)
        return padded if eager.is_traced() else padded.contiguous(memory_format=output_format(t))  # circular loses it

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        usual = {"padding": (0, 0), "dilation": (1, 1), "groups": 1, "padding_mode": "zeros"}
        text += "".join(f", {name}={getattr(self, name)}" for name in usual if getattr(self, name) != usual[name])
        if self.bias is None:
            text += ", bias=False"
        num_bases = self.psi.shape[0] // len(self.scales)
        return f"{text}, num_atoms={self.num_atoms}, num_bases={num_bases}, scales={self.scales}"

    def __getattr__(self, name: str) -> Any:
        if name == "weight":
            raise AttributeError(NO_WEIGHT)
        return super().__getattr__(name)

    def register_parameter(self, name: str, param: nn.Parameter | None) -> None:
        if name == "weight":
            raise AttributeError(NO_WEIGHT)
        super().register_parameter(name, param)

    def __prepare_scriptable__(self) -> NoReturn:
        raise RuntimeError(
            "torch.jit.script cannot compile an ACDAConv2d; use torch.compile, torch.export or torch.jit.trace"
        )


class _Kept(torch.autograd.Function):
    """The identity. Its node holds what went through: under a checkpoint, what makes it again when asked."""

    @staticmethod
    def forward(ctx: Any, alpha: Tensor) -> Tensor:
        ctx.save_for_backward(alpha)
        return alpha.view_as(alpha)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        return grad


def _padding_pair(padding: int | tuple[int, int] | str, stride: int, same: int) -> tuple[int, int]:
    """Rows and columns of padding on each side; `same`: as many as keep the size at stride 1."""
    if not isinstance(padding, str):
        rows, columns = _checks.pair(padding)
        return _checks.integer("padding", rows, 0), _checks.integer("padding", columns, 0)
    if padding not in ("same", "valid"):
        raise ValueError(f'`padding` must be an int, a pair of ints, "same" or "valid", got {padding!r}')
    if padding == "same" and stride > 1:
        raise ValueError(f'`padding` must not be "same" for stride {stride}: it keeps the size at stride 1 only')
    return (same, same) if padding == "same" else (0, 0)


def _given_bases(bases: ArrayLike, size: int, scales: Sequence[int] | None) -> np.ndarray:
    if scales is not None:
        raise ValueError(f"`scales` must be None where `bases` are given, got {scales!r}")
    psi = np.array(bases.detach().cpu().double().numpy() if isinstance(bases, Tensor) else bases, dtype=np.float64)
    if psi.ndim != 3 or psi.shape[1:] != (size, size) or not len(psi):
        raise ValueError(f"`bases` must have shape (k, {size}, {size}), got {psi.shape}")
    return psi
