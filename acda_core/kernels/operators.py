"""The atom convolution, Eq. (5), alone or followed by the coefficient convolution, Eq. (6), as PyTorch operators.

`atom_conv` (x, D) -> Z_tilde and `acda_conv` (x, alpha, psi, A) -> Z have a backward of their own. They work through
the output in chunks of some rows, so that neither the atoms D of all pixels nor Z_tilde nor an unfolded x ever exists
as a whole, and they save only their arguments for backward. chunks.py computes a chunk.
"""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import register_flop_formula

from acda_core.kernels.build import REALS, library
from acda_core.kernels.chunked import Plain
from acda_core.kernels.cpu import Compiled
from acda_core.kernels.eager import plain_acda_conv, plain_atom_conv

OPERATORS = torch.library.Library("acda", "FRAGMENT")


def engine(x: Tensor, kernel_size: int, stride: int, padding: int) -> Compiled | Plain:
    compiled = x.device.type == "cpu" and x.dtype in REALS
    if compiled and (lib := library(x.dtype)):
        return Compiled(lib, x, kernel_size, stride, padding)
    return Plain(x, kernel_size, stride, padding)


def _dense(t: Tensor) -> Tensor:
    """t in memory order; unlike those of t.contiguous(), the strides of dimensions of size 1 are the usual ones."""
    return t.contiguous().flatten().view(t.shape)


def _working_dtype(x: Tensor) -> torch.dtype:
    """Half precision on a CPU is computed in float32 and rounded once."""
    return torch.float32 if x.device.type == "cpu" and x.dtype in (torch.bfloat16, torch.float16) else x.dtype


def _buffer(parts: Compiled | Plain, alpha: Tensor, channels: int) -> Tensor:
    """Room for the Z_tilde of the largest chunk."""
    n, m, _, h, w = alpha.shape
    size = max(((b.stop - b.start) * (r.stop - r.start) for b, r in parts.chunks(n, m, h, w)), default=0)
    return alpha.new_empty(size * channels * m * w)


def _operator(schema: str) -> Callable[[Callable[..., Any]], Any]:
    """Make a function torch.ops.acda.NAME: opaque to torch.compile, and run without autocast.

    Its arguments have their dtypes already, so the products inside must not be cast again. The decorator
    torch.library.custom_op does as much, but imports torch.compile at its first call in every process: two seconds.
    """

    def register(function: Callable[..., Any]) -> Any:
        @functools.wraps(function)
        def run(*arguments: Any) -> Any:
            kind = arguments[0].device.type
            if not torch.is_autocast_enabled(kind):
                return function(*arguments)
            with torch.autocast(kind, enabled=False):
                return function(*arguments)

        OPERATORS.define(function.__name__ + schema)
        OPERATORS.impl(function.__name__, run, "CompositeExplicitAutograd")
        return getattr(torch.ops.acda, function.__name__)

    return register


@_operator("(Tensor x, Tensor D, int stride, int padding) -> Tensor")
def atom_conv(x: Tensor, D: Tensor, stride: int, padding: int) -> Tensor:
    """Eq. (5): x (n, c', H, W), D (n, m, l, l, h, w) -> Z_tilde (n, c', m, h, w)."""
    dtype = _working_dtype(x)
    atoms = _dense(D.to(dtype).flatten(2, 3))
    parts = engine(x.to(dtype), D.shape[2], stride, padding)
    Z_tilde = atoms.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])
    (n, m, _, h, w) = atoms.shape
    for batch, rows in parts.chunks(n, m, h, w):
        parts.take(batch, rows)
        parts.forward(parts.compose(atoms[batch, :, :, rows], None), Z_tilde[batch, :, :, rows])
    return Z_tilde.to(x.dtype)


@_operator("(Tensor grad, Tensor x, Tensor D, int stride, int padding) -> (Tensor, Tensor)")
def atom_conv_backward(grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int) -> tuple[Tensor, Tensor]:
    dtype = _working_dtype(x)
    atoms, grad = _dense(D.to(dtype).flatten(2, 3)), _dense(grad.to(dtype))
    parts = engine(x.to(dtype), D.shape[2], stride, padding)
    parts.start_backward()
    grad_D = torch.empty_like(atoms)
    (n, m, _, h, w) = atoms.shape
    for batch, rows in parts.chunks(n, m, h, w):
        parts.take(batch, rows)
        tiles = parts.compose(atoms[batch, :, :, rows], None)
        parts.project(parts.backward(tiles, grad[batch, :, :, rows]), None, grad_D[batch, :, :, rows])
    return _dense(parts.grad_x).to(x.dtype), grad_D.view(D.shape).to(D.dtype)


@_operator("(Tensor x, Tensor alpha, Tensor psi, Tensor A, Tensor? bias, int stride, int padding) -> Tensor")
def acda_conv(
    x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int
) -> Tensor:
    """Eqs. (5) and (6): x (n, c', H, W), alpha (n, m, k, h, w), psi (k, l, l), A (c, c', m) -> Z (n, c, h, w)."""
    dtype = _working_dtype(x)
    bases, coefficients = psi.to(dtype).flatten(1).contiguous(), A.to(dtype).flatten(1)
    parts = engine(x.to(dtype), psi.shape[-1], stride, padding)
    alpha, (n, m, _, h, w), channels = _dense(alpha.to(dtype)), alpha.shape, x.shape[1]
    Z = bases.new_empty(n, A.shape[0], h, w)
    offset = bases.new_zeros(A.shape[0], 1) if bias is None else bias.to(dtype)[:, None]
    buffer = _buffer(parts, alpha, channels)
    for batch, rows in parts.chunks(n, m, h, w):
        part = alpha[batch, :, :, rows]
        Z_tilde = _room(buffer, part, channels)
        parts.take(batch, rows)
        parts.forward(parts.compose(part, bases), Z_tilde)
        for image, result in zip(Z_tilde.flatten(3).flatten(1, 2), Z[batch, :, rows].flatten(2), strict=True):
            torch.addmm(offset, coefficients, image, out=result)
    return Z.to(x.dtype)


@_operator(
    "(Tensor grad, Tensor x, Tensor alpha, Tensor psi, Tensor A, int stride, int padding, bool psi_grad)"
    " -> (Tensor, Tensor, Tensor, Tensor)"
)
def acda_conv_backward(
    grad: Tensor, x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, stride: int, padding: int, psi_grad: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Gradients of x, alpha, psi (zeros unless psi_grad) and A; Z_tilde is computed again, chunk by chunk."""
    dtype = _working_dtype(x)
    bases, coefficients = psi.to(dtype).flatten(1).contiguous(), A.to(dtype).flatten(1)
    parts = engine(x.to(dtype), psi.shape[-1], stride, padding)
    parts.start_backward()
    alpha, grad, (n, m, _, h, w), channels = _dense(alpha.to(dtype)), _dense(grad.to(dtype)), alpha.shape, x.shape[1]
    grad_alpha = torch.empty_like(alpha)
    grad_bases, grad_A = torch.zeros_like(bases), torch.zeros_like(coefficients)
    buffer, grad_buffer = (_buffer(parts, alpha, channels) for _ in range(2))
    for batch, rows in parts.chunks(n, m, h, w):
        part = alpha[batch, :, :, rows]
        Z_tilde, grad_Z_tilde = _room(buffer, part, channels), _room(grad_buffer, part, channels)
        parts.take(batch, rows)
        atoms = parts.compose(part, bases)
        parts.forward(atoms, Z_tilde)
        images = (
            Z_tilde.flatten(3).flatten(1, 2),
            grad_Z_tilde.flatten(3).flatten(1, 2),
            grad[batch, :, rows].flatten(2),
        )
        for image, grad_image, grad_result in zip(*images, strict=True):
            grad_A.addmm_(grad_result, image.t())
            torch.mm(coefficients.t(), grad_result, out=grad_image)
        grad_atoms = parts.backward(atoms, grad_Z_tilde)
        parts.project(grad_atoms, bases, grad_alpha[batch, :, :, rows])
        if psi_grad:
            grad_D = part.new_empty(*part.shape[:2], bases.shape[1], *part.shape[3:])
            parts.project(grad_atoms, None, grad_D)
            grad_bases += torch.einsum("nmkp,nmtp->kt", part.flatten(3), grad_D.flatten(3))
    grad_psi, grad_A = grad_bases.view(psi.shape).to(psi.dtype), grad_A.view(A.shape).to(A.dtype)
    return _dense(parts.grad_x).to(x.dtype), grad_alpha.to(x.dtype), grad_psi, grad_A


def _room(buffer: Tensor, alpha: Tensor, channels: int) -> Tensor:
    n, m, _, rows, columns = alpha.shape
    return buffer[: n * channels * m * rows * columns].view(n, channels, m, rows, columns)


@torch.library.register_fake("acda::atom_conv", lib=OPERATORS)
def _(x: Tensor, D: Tensor, stride: int, padding: int) -> Tensor:
    return x.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])


@torch.library.register_fake("acda::atom_conv_backward", lib=OPERATORS)
def _(grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int) -> tuple[Tensor, Tensor]:
    return x.new_empty(x.shape), D.new_empty(D.shape)


@torch.library.register_fake("acda::acda_conv", lib=OPERATORS)
def _(x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int) -> Tensor:
    return x.new_empty(x.shape[0], A.shape[0], *alpha.shape[-2:])


@torch.library.register_fake("acda::acda_conv_backward", lib=OPERATORS)
def _(
    grad: Tensor, x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, stride: int, padding: int, psi_grad: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return x.new_empty(x.shape), alpha.new_empty(alpha.shape), psi.new_empty(psi.shape), A.new_empty(A.shape)


def _differentiable_gradients(
    function: Callable[..., Tensor], tensors: tuple[Tensor, ...], stride: int, padding: int, grad: Tensor
) -> list[Tensor | None]:
    # Of views, each standing for one argument: alpha may itself depend on x, and that way is not ours to follow.
    views = [t.view_as(t) for t in tensors]
    wanted = [t for t in views if t.requires_grad]
    gradients = iter(torch.autograd.grad(function(*views, stride, padding), wanted, grad, create_graph=True))
    return [next(gradients) if t.requires_grad else None for t in views]


def _save_atom_conv(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    *tensors, ctx.stride, ctx.padding = inputs
    ctx.save_for_backward(*tensors)


def _atom_conv_gradients(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, D = ctx.saved_tensors
    if torch.is_grad_enabled():  # backward(create_graph=True)
        return *_differentiable_gradients(plain_atom_conv, (x, D), ctx.stride, ctx.padding, grad), None, None
    return *atom_conv_backward(grad, x, D, ctx.stride, ctx.padding), None, None


torch.library.register_autograd("acda::atom_conv", _atom_conv_gradients, setup_context=_save_atom_conv, lib=OPERATORS)


def _save_acda_conv(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    x, alpha, psi, A, bias, ctx.stride, ctx.padding = inputs
    ctx.save_for_backward(x, alpha, psi, A)
    ctx.bias = bias is not None


def _acda_conv_gradients(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, alpha, psi, A = ctx.saved_tensors
    grad_bias = grad.sum((0, 2, 3)) if ctx.bias else None
    if torch.is_grad_enabled():  # backward(create_graph=True)
        tensors = x, alpha, psi, A
        gradients = _differentiable_gradients(plain_acda_conv, tensors, ctx.stride, ctx.padding, grad)
    else:
        gradients = acda_conv_backward(grad, x, alpha, psi, A, ctx.stride, ctx.padding, psi.requires_grad)
    return *gradients, grad_bias, None, None


torch.library.register_autograd("acda::acda_conv", _acda_conv_gradients, setup_context=_save_acda_conv, lib=OPERATORS)


def _flops(D: tuple[int, ...], channels: int, bases: int = 0, out_channels: int = 0) -> int:
    """Two a multiply-add of Eq. (5) with atoms D (n, m, l, l, h, w), and of composition and Eq. (6) where asked for."""
    n, m, size, _, h, w = D
    taps = m * size**2
    return 2 * n * h * w * (bases * taps + channels * taps + out_channels * channels * m)


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
    return _flops((*alpha[:2], *psi[1:], *alpha[3:]), x[1], psi[0], A[0])


@register_flop_formula(torch.ops.acda.acda_conv_backward)
def _(
    grad: tuple[int, ...],
    x: tuple[int, ...],
    alpha: tuple[int, ...],
    psi: tuple[int, ...],
    A: tuple[int, ...],
    stride: int,
    padding: int,
    psi_grad: bool,
    **other: Any,
) -> int:
    """Composition and Eq. (5) once more, then twice what forward needs without them, and the gradient of psi."""
    D = *alpha[:2], *psi[1:], *alpha[3:]
    again = _flops(D, x[1], psi[0])
    return again + 2 * _flops(D, x[1], 0, A[0]) + (1 + psi_grad) * _flops(D, 0, psi[0])
