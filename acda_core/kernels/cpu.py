"""The operators on a processor, by atom_conv.c.

Where there is no compiled kernel, plain torch takes its place. Half precision is computed in float32.
"""

import ctypes
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from acda_core.kernels import chunked
from acda_core.kernels.build import REALS, library
from acda_core.kernels.operators import implement, new_output

BLOCK = 256  # pixels of the output that are computed together
SMALL_BLOCK = 96  # pixels: smaller ones are made for threads that would have none
STRIP = 32  # channels likewise; at most that of atoms.c
MANY_WEIGHTS = 2**17  # of A, whose sums are worth to be held but once
FEW_TAPS = 2**18  # numbers of D, which each thread can hold
GRAIN = 2**20  # multiply-adds that are worth another thread
KEPT_BYTES = 2**24  # of working memory that a thread keeps, at most
COMPUTED_IN = {torch.bfloat16: torch.float32, torch.float16: torch.float32}  # and rounded once at the end
NULL = ctypes.c_void_p(None)
_kept = threading.local()


class _Call(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int64)
        for name in (
            *("images", "channels", "atoms", "taps", "bases"),
            *("height", "width", "rows", "columns"),
            *("size", "stride", "padding", "dilation"),
            *("outputs", "groups", "block", "strip", "threads", "by_strips"),
        )
    ]


class _View(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        *((name, ctypes.c_int64) for name in ("image", "atom", "plane", "row", "column")),
    ]


def view(t: Tensor) -> Any:
    """Where (n, m, k, h, w) or (n, c, h, w) stands in memory."""
    image, *atom, plane, row, column = t.stride()
    return ctypes.byref(_View(t.data_ptr(), image, *(atom or [0]), plane, row, column))


def pointer(t: Tensor | None) -> ctypes.c_void_p:
    return ctypes.c_void_p(None if t is None else t.data_ptr())


def _call(
    x: Tensor,
    alpha: Tensor,
    bases: int,
    A: Tensor | None,
    size: int,
    stride: int,
    padding: int,
    dilation: int,
    backward: bool = False,
) -> _Call:
    (images, channels, height, width), (atoms, _, rows, columns) = x.shape, alpha.shape[1:]
    outputs, groups = (0, 1) if A is None else (A.shape[0], channels // A.shape[1])
    pixels, taps = images * rows * columns, size**2
    each_pixel = atoms * (taps * (bases + channels) + outputs * channels // groups)
    threads = min(torch.get_num_threads(), 1 + pixels * each_pixel // GRAIN)
    weights, held = 0 if A is None else A.numel(), images * rows * -(-columns // 16) * 16 * taps * atoms
    by_strips = backward and 1 < threads <= channels // 2 and weights >= MANY_WEIGHTS and held <= FEW_TAPS
    # several pieces for each thread, so that one that is held up takes fewer
    pieces = 1 if threads == 1 else max(1, min(4, pixels // threads // SMALL_BLOCK))
    block = BLOCK if threads == 1 or by_strips else min(BLOCK, -(-pixels // (pieces * threads)))
    shares = threads * -(-channels // (threads * STRIP)) if by_strips else 1
    strip = -(-channels // shares) if by_strips else STRIP
    geometry = size, stride, padding, dilation
    numbers = images, channels, atoms, taps, bases, height, width, rows, columns, *geometry, outputs, groups
    return _Call(*numbers, block, strip, threads, by_strips)


def room(room_of: Any, sizes: ctypes.Structure, itemsize: int, backward: bool) -> Tensor:
    """Working memory. A thread keeps its own for the next call: new memory costs more than a small layer's sums."""
    room_of.restype = ctypes.c_int64
    needed = itemsize * room_of(ctypes.byref(sizes), ctypes.c_int64(backward))
    found: Tensor | None = getattr(_kept, "room", None)
    if found is None or len(found) < needed:
        found = torch.zeros(needed, dtype=torch.uint8, device="cpu")  # numbers that happen to be denormal are slow
        if needed <= KEPT_BYTES:
            _kept.room = found
    return found


def _run(lib: ctypes.CDLL, call: _Call, x: Tensor, backward: bool, *places: Any) -> None:
    where = room(lib.room_of, call, x.itemsize, backward)
    (lib.backward if backward else lib.forward)(*places, pointer(where), ctypes.byref(call))


def atom_conv(lib: ctypes.CDLL, x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    field = D.flatten(2, 3)
    Z_tilde = D.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])
    call = _call(x, field, 0, None, D.shape[2], stride, padding, dilation)
    _run(lib, call, x, False, view(x), view(field), NULL, NULL, NULL, view(Z_tilde.flatten(1, 2)))
    return Z_tilde


def acda_conv(
    lib: ctypes.CDLL,
    x: Tensor,
    alpha: Tensor,
    psi: Tensor,
    A: Tensor,
    bias: Tensor | None,
    stride: int,
    padding: int,
    dilation: int,
) -> Tensor:
    psi, A = psi.contiguous(), A.contiguous()
    bias = None if bias is None else bias.contiguous()
    Z = new_output(x, alpha, A)
    call = _call(x, alpha, len(psi), A, psi.shape[-1], stride, padding, dilation)
    _run(lib, call, x, False, view(x), view(alpha), pointer(psi), pointer(A), pointer(bias), view(Z))
    return Z


def atom_conv_backward(
    lib: ctypes.CDLL, grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int, dilation: int
) -> tuple[Tensor, Tensor]:
    field, grad = D.flatten(2, 3), grad.flatten(1, 2)
    grad_x, grad_D = torch.zeros_like(x), torch.empty_like(D, memory_format=torch.contiguous_format)
    call = _call(x, field, 0, None, D.shape[2], stride, padding, dilation)
    gradients = view(grad), view(grad_x), view(grad_D.flatten(2, 3))
    _run(lib, call, x, True, view(x), view(field), NULL, NULL, *gradients, NULL, NULL)
    return grad_x, grad_D


def acda_conv_backward(
    lib: ctypes.CDLL,
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
    """Gradients of x, alpha, psi (zeros unless psi_grad) and A."""
    psi, A = psi.contiguous(), A.contiguous()
    grad_x, grad_alpha, grad_psi = torch.zeros_like(x), torch.empty_like(alpha), psi.new_zeros(psi.shape)
    grad_A = torch.empty_like(A)
    call = _call(x, alpha, len(psi), A, psi.shape[-1], stride, padding, dilation, backward=True)
    gradients = view(grad), view(grad_x), view(grad_alpha)
    wanted = pointer(grad_psi if psi_grad else None), pointer(grad_A)
    _run(lib, call, x, True, view(x), view(alpha), pointer(psi), pointer(A), *gradients, *wanted)
    return grad_x, grad_alpha, grad_psi, grad_A


def _register(compiled: Callable[..., Any]) -> None:
    plain = getattr(chunked, compiled.__name__)

    def run(*arguments: Any) -> Any:
        dtype = arguments[0].dtype
        computed = COMPUTED_IN.get(dtype, dtype)
        if computed != dtype:
            arguments = tuple(one.to(computed) if isinstance(one, Tensor) else one for one in arguments)
        lib = library(computed) if computed in REALS else None
        found = plain(*arguments) if lib is None else compiled(lib, *arguments)
        if computed == dtype:
            return found
        return found.to(dtype) if isinstance(found, Tensor) else tuple(one.to(dtype) for one in found)

    implement(compiled.__name__, "CPU", run)


for compiled in (atom_conv, atom_conv_backward, acda_conv, acda_conv_backward):
    _register(compiled)
