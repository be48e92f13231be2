"""Phi of the "normalised" generator as one operator on a processor, by phi.c: what AtomGenerator's modules compute.

Its form in plain calls, :func:`plain`, is differentiated wherever a gradient is to be differentiated again.
"""

import ctypes
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.flop_counter import flop_registry, register_flop_formula

from acda_core.kernels.build import REALS, library
from acda_core.kernels.cpu import BLOCK, GRAIN, NULL, SMALL_BLOCK, pointer, room, view
from acda_core.kernels.operators import LIBRARY, STRIDES, differentiable_gradients, implement

LENGTH = 2.0  # of a pixel's hidden features
SMALLEST = 1e-12  # squared length that they are divided by
STRIP = 128  # channels of x that are taken together
RUNS = 4  # of blocks for each thread, whose gradients are summed apart

for schema in (
    "phi(Tensor x, Tensor W_a, Tensor b_a, Tensor W_b, Tensor b_b, int stride, int margin, float limit) -> Tensor",
    "phi_backward(Tensor grad, Tensor alpha, Tensor x, Tensor W_a, Tensor b_a, Tensor W_b, Tensor b_b, int stride,"
    " int margin, float limit, bool x_grad) -> (Tensor, Tensor, Tensor, Tensor)",
):
    LIBRARY.define(schema, tags=STRIDES)


def is_there_for(dtype: torch.dtype) -> bool:
    """Whether there is a compiled kernel for a dtype."""
    return dtype in REALS and library(dtype) is not None


is_there_for._dynamo_marked_constant = True  # type: ignore[attr-defined]  # torch.compiler's decorator imports the compiler


def phi(
    x: Tensor, W_a: Tensor, b_a: Tensor, W_b: Tensor, b_b: Tensor, stride: int, margin: int, limit: float
) -> Tensor:
    """x (n, c, H, W), W_a (d, c, 1, 1), b_a (d,), W_b (o, d, l, l), b_b (o,) -> alpha (n, o, h, w).

    The hidden features begin `margin` pixels outside of x, inside where it is negative, and see every stride-th.
    """
    alpha: Tensor = torch.ops.acda.phi(x, W_a, b_a, W_b, b_b, stride, margin, limit)
    return alpha


def plain(
    x: Tensor, W_a: Tensor, b_a: Tensor, W_b: Tensor, b_b: Tensor, stride: int, margin: int, limit: float
) -> Tensor:
    """The same in plain torch calls, each differentiable in every way that torch knows."""
    hidden = F.conv2d(F.pad(x, (margin,) * 4), W_a, b_a, stride)
    energy = hidden.square().sum(1, keepdim=True).clamp_min(SMALLEST)
    seen = F.conv2d(F.relu(hidden * LENGTH * energy.rsqrt()), W_b)
    return b_b[:, None, None] + limit * torch.tanh(seen / limit)


class _Phi(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int64)
        for name in (
            *("images", "channels", "hidden", "outputs"),
            *("height", "width", "rows", "columns"),
            *("size", "stride", "margin"),
            *("threads", "block", "strip", "runs"),
        )
    ]


def _sizes(x: Tensor, W_b: Tensor, stride: int, margin: int) -> _Phi:
    (images, channels, height, width), (outputs, hidden, size, _) = x.shape, W_b.shape
    rows, columns = ((pixels + 2 * margin - 1) // stride + 2 - size for pixels in (height, width))
    pixels = images * rows * columns
    threads = min(torch.get_num_threads(), 1 + pixels * hidden * (channels + outputs * size**2) // GRAIN)
    pieces = 1 if threads == 1 else max(1, min(4, pixels // threads // SMALL_BLOCK))
    block = BLOCK if threads == 1 else min(BLOCK, -(-pixels // (pieces * threads)))
    runs = max(1, min(RUNS * threads, pixels // SMALL_BLOCK))
    grid = images, channels, hidden, outputs, height, width, rows, columns, size, stride, margin
    return _Phi(*grid, threads, block, min(channels, STRIP), runs)


def _new_alpha(x: Tensor, W_b: Tensor, stride: int, margin: int) -> Tensor:
    rows, columns = ((pixels + 2 * margin - 1) // stride + 2 - W_b.shape[2] for pixels in x.shape[2:])
    return x.new_empty(x.shape[0], W_b.shape[0], rows, columns)


def _forward(
    x: Tensor, W_a: Tensor, b_a: Tensor, W_b: Tensor, b_b: Tensor, stride: int, margin: int, limit: float
) -> Tensor:
    lib, alpha, sizes = library(x.dtype), _new_alpha(x, W_b, stride, margin), _sizes(x, W_b, stride, margin)
    assert lib is not None
    weights = [one.contiguous() for one in (W_a, b_a, W_b, b_b)]
    where = room(lib.phi_room_of, sizes, x.itemsize, backward=False)
    limited = *map(pointer, weights), ctypes.c_double(limit)
    lib.phi_forward(view(x), *limited, view(alpha), pointer(where), ctypes.byref(sizes))
    return alpha


def _backward(
    grad: Tensor,
    alpha: Tensor,
    x: Tensor,
    W_a: Tensor,
    b_a: Tensor,
    W_b: Tensor,
    b_b: Tensor,
    stride: int,
    margin: int,
    limit: float,
    x_grad: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Gradients of x (nothing in it unless x_grad), W_a, b_a and W_b."""
    lib, sizes = library(x.dtype), _sizes(x, W_b, stride, margin)
    assert lib is not None
    grad_x = torch.zeros_like(x) if x_grad else x.new_empty(0)
    taps, hidden, outputs, channels = sizes.size**2, sizes.hidden, sizes.outputs, sizes.channels
    sums = x.new_empty(hidden * (taps * outputs + channels + 1))
    weights = [one.contiguous() for one in (W_a, b_a, W_b, b_b)]
    where = room(lib.phi_room_of, sizes, x.itemsize, backward=True)
    gradients = view(grad), view(grad_x) if x_grad else NULL, pointer(sums)
    limited = *map(pointer, weights), ctypes.c_double(limit)
    lib.phi_backward(view(x), *limited, view(alpha), *gradients, pointer(where), ctypes.byref(sizes))
    grad_W_b, grad_W_a, grad_b_a = sums.split([taps * hidden * outputs, channels * hidden, hidden])
    grad_W_a = grad_W_a.view(channels, hidden).T.contiguous().view(W_a.shape)
    grad_W_b = grad_W_b.view(taps, hidden, outputs).permute(2, 1, 0).contiguous().view(W_b.shape)
    return grad_x, grad_W_a, grad_b_a.clone(), grad_W_b


implement("phi", "CPU", _forward)
implement("phi_backward", "CPU", _backward)


@torch.library.register_fake("acda::phi", lib=LIBRARY)
def _(x: Tensor, W_a: Tensor, b_a: Tensor, W_b: Tensor, b_b: Tensor, stride: int, margin: int, limit: float) -> Tensor:
    return _new_alpha(x, W_b, stride, margin)


@torch.library.register_fake("acda::phi_backward", lib=LIBRARY)
def _(
    grad: Tensor, alpha: Tensor, x: Tensor, W_a: Tensor, b_a: Tensor, W_b: Tensor, b_b: Tensor, *rest: Any
) -> tuple[Tensor, ...]:
    grad_x = torch.empty_like(x) if rest[-1] else x.new_empty(0)
    return grad_x, *(one.new_empty(one.shape) for one in (W_a, b_a, W_b))


def _save(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(*inputs[:5], output)
    ctx.sizes = inputs[5:]


def _gradients(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    *tensors, alpha = ctx.saved_tensors
    if torch.is_grad_enabled():
        return *differentiable_gradients(plain, tuple(tensors), ctx.sizes, grad), None, None, None
    x_grad = ctx.needs_input_grad[0]
    grad_x, *grad_weights = torch.ops.acda.phi_backward(grad, alpha, *tensors, *ctx.sizes, x_grad)
    return grad_x if x_grad else None, *grad_weights, grad.sum((0, 2, 3)), None, None, None


torch.library.register_autograd("acda::phi", _gradients, setup_context=_save, lib=LIBRARY)


def _flops(x: tuple[int, ...], W_a: tuple[int, ...], W_b: tuple[int, ...], alpha: tuple[int, ...]) -> int:
    (n, c), (outputs, hidden, size, _), (h, w) = x[:2], W_b, alpha[2:]
    return 2 * n * hidden * (c * (h + size - 1) * (w + size - 1) + outputs * size**2 * h * w)


@register_flop_formula(torch.ops.acda.phi)
def _(
    x: tuple[int, ...],
    W_a: tuple[int, ...],
    b_a: tuple[int, ...],
    W_b: tuple[int, ...],
    *rest: Any,
    out_shape: tuple[int, ...],
    **_: Any,
) -> int:
    return _flops(x, W_a, W_b, out_shape)


@register_flop_formula(torch.ops.acda.phi_backward)
def _(
    grad: tuple[int, ...],
    alpha: tuple[int, ...],
    x: tuple[int, ...],
    W_a: tuple[int, ...],
    b_a: tuple[int, ...],
    W_b: tuple[int, ...],
    *rest: Any,
    **_: Any,
) -> int:
    """The hidden features once more, and twice what forward needs."""
    return 2 * _flops(x, W_a, W_b, alpha) + _flops(x, W_a, (0, *W_b[1:]), alpha)


for operator in (torch.ops.acda.phi, torch.ops.acda.phi_backward):
    flop_registry.setdefault(operator, flop_registry.get(operator.default))
