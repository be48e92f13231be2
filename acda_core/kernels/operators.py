"""The four operators torch.ops.acda.*: schema, shapes, gradients and FLOPs. Nothing here knows a device.

`atom_conv` (x, D) -> Z_tilde and `acda_conv` (x, alpha, psi, A, bias) -> Z save only their arguments for backward, and
have a backward operator each. A back end computes them: :func:`implement`.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import flop_registry, register_flop_formula

from acda_core.kernels import eager

LIBRARY = torch.library.Library("acda", "FRAGMENT")
# What torch.compile hands over lies in memory as what it looked at did; the exact tag came with torch 2.7.
STRIDES = (getattr(torch.Tag, "needs_exact_strides", torch.Tag.needs_fixed_stride_order),)
for schema in (
    "atom_conv(Tensor x, Tensor D, int stride, int padding, int dilation) -> Tensor",
    "atom_conv_backward(Tensor grad, Tensor x, Tensor D, int stride, int padding, int dilation) -> (Tensor, Tensor)",
    "acda_conv(Tensor x, Tensor alpha, Tensor psi, Tensor A, Tensor? bias, int stride, int padding, int dilation)"
    " -> Tensor",
    "acda_conv_backward(Tensor grad, Tensor x, Tensor alpha, Tensor psi, Tensor A, int stride, int padding,"
    " int dilation, bool psi_grad) -> (Tensor, Tensor, Tensor, Tensor)",
):
    LIBRARY.define(schema, tags=STRIDES)


def implement(name: str, key: str, function: Callable[..., Any]) -> None:
    """Let a function compute the operator `name` for the tensors of a dispatch key, such as "CPU" or "CUDA".

    The operator is opaque to torch.compile. The decorator torch.library.custom_op does as much, but imports
    torch.compile at its first call in every process: two seconds.
    """
    LIBRARY.impl(name, without_autocast(function), key)


def without_autocast(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose arguments have their dtypes already: the products inside must not be cast again."""

    def run(*arguments: Any) -> Any:
        kind = arguments[0].device.type
        if not torch.is_autocast_enabled(kind):
            return function(*arguments)
        with torch.autocast(kind, enabled=False):
            return function(*arguments)

    return run


def atom_conv(x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    """Eq. (5): x (n, c', H, W), D (n, m, l, l, h, w) -> Z_tilde (n, c', m, h, w)."""
    form = eager.atom_conv if eager.is_wanted() else torch.ops.acda.atom_conv
    Z_tilde: Tensor = form(x, D, stride, padding, dilation)
    return Z_tilde


def acda_conv(
    x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int, dilation: int
) -> Tensor:
    """Eqs. (5), (6): x (n, c', H, W), alpha (n, m, k, h, w), psi (k, l, l), A (c, c' / groups, m) -> Z (n, c, h, w)."""
    form = eager.acda_conv if eager.is_wanted() else torch.ops.acda.acda_conv
    Z: Tensor = form(x, alpha, psi, A, bias, stride, padding, dilation)
    return Z


# ---------------------------------------------------------------------------------------------------------- shapes


def output_format(x: Tensor) -> torch.memory_format:
    """How Z lies in memory: as x does, where that is channels last; as nn.Conv2d has it."""
    last = x.is_contiguous(memory_format=torch.channels_last) and not x.is_contiguous()
    return torch.channels_last if last else torch.contiguous_format


def new_output(x: Tensor, alpha: Tensor, A: Tensor) -> Tensor:
    """Z (n, c, h, w), without its values."""
    shape = x.shape[0], A.shape[0], *alpha.shape[-2:]
    return torch.empty(shape, dtype=x.dtype, device=x.device, memory_format=output_format(x))


@torch.library.register_fake("acda::atom_conv", lib=LIBRARY)
def _(x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    return x.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])


@torch.library.register_fake("acda::atom_conv_backward", lib=LIBRARY)
def _(grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> tuple[Tensor, Tensor]:
    return torch.empty_like(x), D.new_empty(D.shape)


@torch.library.register_fake("acda::acda_conv", lib=LIBRARY)
def _(
    x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int, dilation: int
) -> Tensor:
    return new_output(x, alpha, A)


@torch.library.register_fake("acda::acda_conv_backward", lib=LIBRARY)
def _(
    grad: Tensor,
    x: Tensor,
    alpha: Tensor,
    psi: Tensor,
    A: Tensor,
    stride: int,
    padding: int,
    dilation: int,
    psi_grad: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return torch.empty_like(x), torch.empty_like(alpha), psi.new_empty(psi.shape), A.new_empty(A.shape)


# ------------------------------------------------------------------------------------------------------- gradients


def differentiable_gradients(
    form: Callable[..., Tensor], tensors: tuple[Tensor, ...], sizes: tuple[int, ...], grad: Tensor
) -> list[Tensor | None]:
    """Gradients that can be differentiated again, for backward(create_graph=True)."""
    # Of views, each standing for one argument: alpha may itself depend on x, and that way is not ours to follow.
    views = [t.view_as(t) for t in tensors]
    wanted = [t for t in views if t.requires_grad]
    gradients = iter(torch.autograd.grad(form(*views, *sizes), wanted, grad, create_graph=True))
    return [next(gradients) if t.requires_grad else None for t in views]


def _save_atom_conv(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(*inputs[:2])
    ctx.sizes = inputs[2:]


def _atom_conv_gradients(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, D = ctx.saved_tensors
    if torch.is_grad_enabled():
        return *differentiable_gradients(eager.atom_conv, (x, D), ctx.sizes, grad), None, None, None
    return *torch.ops.acda.atom_conv_backward(grad, x, D, *ctx.sizes), None, None, None


torch.library.register_autograd("acda::atom_conv", _atom_conv_gradients, setup_context=_save_atom_conv, lib=LIBRARY)


def _save_acda_conv(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(*inputs[:4])
    ctx.bias, ctx.sizes = inputs[4] is not None, inputs[5:]


def _acda_conv_gradients(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, alpha, psi, A = tensors = ctx.saved_tensors
    grad_bias = grad.sum((0, 2, 3)) if ctx.bias else None
    if torch.is_grad_enabled():

        def without_bias(x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, *sizes: int) -> Tensor:
            return eager.acda_conv(x, alpha, psi, A, None, *sizes)

        gradients = differentiable_gradients(without_bias, tensors, ctx.sizes, grad)
    else:
        gradients = torch.ops.acda.acda_conv_backward(grad, x, alpha, psi, A, *ctx.sizes, psi.requires_grad)
    return *gradients, grad_bias, None, None, None


torch.library.register_autograd("acda::acda_conv", _acda_conv_gradients, setup_context=_save_acda_conv, lib=LIBRARY)


# ----------------------------------------------------------------------------------------------------------- FLOPs


def _flops(D: tuple[int, ...], channels: int, bases: int = 0, A: tuple[int, ...] = (0,)) -> int:
    """Two a multiply-add of Eq. (5) with atoms D (n, m, l, l, h, w), and of composition and Eq. (6) where asked for."""
    n, m, size, _, h, w = D
    taps = m * size**2
    return 2 * n * h * w * (bases * taps + channels * taps + math.prod(A))


@register_flop_formula(torch.ops.acda.atom_conv)
def _(x: tuple[int, ...], D: tuple[int, ...], *rest: Any, **other: Any) -> int:
    return _flops(D, x[1])


@register_flop_formula(torch.ops.acda.atom_conv_backward)
def _(grad: tuple[int, ...], x: tuple[int, ...], D: tuple[int, ...], *rest: Any, **other: Any) -> int:
    return 2 * _flops(D, x[1])


@register_flop_formula(torch.ops.acda.acda_conv)
def _(
    x: tuple[int, ...], alpha: tuple[int, ...], psi: tuple[int, ...], A: tuple[int, ...], *rest: Any, **_: Any
) -> int:
    return _flops((*alpha[:2], *psi[1:], *alpha[3:]), x[1], psi[0], A)


@register_flop_formula(torch.ops.acda.acda_conv_backward)
def _(
    grad: tuple[int, ...],
    x: tuple[int, ...],
    alpha: tuple[int, ...],
    psi: tuple[int, ...],
    A: tuple[int, ...],
    stride: int,
    padding: int,
    dilation: int,
    psi_grad: bool,
    **other: Any,
) -> int:
    """Composition and Eq. (5) once more, then twice what forward needs without them, and the gradient of psi."""
    D = *alpha[:2], *psi[1:], *alpha[3:]
    again = _flops(D, x[1], psi[0])
    return again + 2 * _flops(D, x[1], 0, A) + (1 + psi_grad) * _flops(D, 0, psi[0])


# torch 2.4 keeps a formula by the overload of its operator, and looks for it by the operator
for operator in (torch.ops.acda.atom_conv, torch.ops.acda.atom_conv_backward, torch.ops.acda.acda_conv,
                 torch.ops.acda.acda_conv_backward):  # fmt: skip
    flop_registry.setdefault(operator, flop_registry.get(operator.default))
