"""The fast atom convolution, Eq. (5), alone or followed by the coefficient convolution, Eq. (6).

Two PyTorch operators with their own backward: `atom_conv` (x, D) -> Z_tilde and `acda_conv` (x, alpha, psi, A) -> Z.
They work through the output in chunks of some rows, so that neither the atoms D of all pixels nor Z_tilde nor an
unfolded x ever exists as a whole, and they save only their arguments for backward.

On a CPU, float32 and float64 run `atom_conv.c`, compiled once by the C compiler of the machine and kept in a cache.
Everything else (CUDA, bfloat16, no compiler) runs the same chunks in plain torch.
"""

import contextlib
import ctypes
import functools
import hashlib
import os
import platform
import shlex
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

CHUNK_BYTES = 8 * 2**20  # of Z_tilde: stays in a CPU's last-level cache
PLAIN_CHUNK_BYTES = 64 * 2**20  # of unfolded x, on the plain path
SLACK = 8  # elements behind each channel that a vector may read: LANES in atom_conv.c
MAX_TAPS = 1024  # as in atom_conv.c
FLAGS = ["-O3", "-march=native", "-fopenmp", "-fPIC", "-shared"]
REALS = {torch.float32: "float", torch.float64: "double"}


class _Sizes(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int64)
        for name in (
            *("images", "channels", "atoms", "taps", "rows", "columns"),
            *("x_image", "x_channel", "x_row", "D_image", "D_plane", "Z_image", "Z_plane"),
        )
    ]


def cache_folder() -> Path:
    """Where the compiled kernels are kept: ACDA_CACHE_DIR, else acda_core in the user's cache folder."""
    if folder := os.environ.get("ACDA_CACHE_DIR"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "acda_core"


def _processor() -> str:
    """What -march=native depends on, so that a cache folder shared between machines stays right."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))


@functools.cache
def library(dtype: torch.dtype) -> ctypes.CDLL | None:
    """The compiled kernels for `dtype`, or None where they cannot be had (a warning says why, once)."""
    if os.environ.get("ACDA_KERNEL") == "plain":
        return None
    source = Path(__file__).with_name("atom_conv.c")
    compiler = os.environ.get("CC") or "cc"
    command = [*shlex.split(compiler), *FLAGS, f"-DREAL={REALS[dtype]}", str(source)]
    key = hashlib.sha256(repr((command[:-1], _processor())).encode() + source.read_bytes()).hexdigest()[:16]
    try:
        target = cache_folder() / f"atom_conv-{REALS[dtype]}-{key}.so"
        with contextlib.suppress(OSError):  # not there, or broken
            return ctypes.CDLL(str(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            made = Path(folder) / target.name
            subprocess.run([*command, "-o", str(made)], check=True, capture_output=True, text=True, timeout=120)
            os.replace(made, target)
        return ctypes.CDLL(str(target))
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:  # RuntimeError: the user has no home folder
        reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1:]
        warnings.warn(
            f"acda_core could not compile its fast kernel with {compiler!r} ({''.join(reason)}); it uses the slower "
            "plain torch path. Install a C compiler with OpenMP, set CC to one, or silence this by ACDA_KERNEL=plain.",
            RuntimeWarning,
            stacklevel=2,
        )
        return None


class _Compiled:
    """Chunks of the atom convolution by atom_conv.c, for one padded input.

    The input stands in `padded` with zeros around it, its columns sorted by column modulo stride, and SLACK elements
    behind each channel.
    """

    def __init__(self, lib: ctypes.CDLL, x: Tensor, kernel_size: int, stride: int, padding: int):
        self.lib, self.stride, self.padding = lib, stride, padding
        self.images, self.channels, self.height, self.width = x.shape
        self.columns = -(-(self.width + 2 * padding) // stride)  # of one phase
        taps = torch.arange(kernel_size)
        v = (taps % stride) * self.columns + taps // stride
        self.tap_offsets = (taps[:, None] * stride * self.columns + v).flatten()
        self.padded = self._zeros(x)
        for inside, columns in self._phases(self.padded, x):
            inside.copy_(columns)

    def _zeros(self, like: Tensor) -> Tensor:
        rows = self.height + 2 * self.padding
        return like.new_zeros(self.images, self.channels, rows * self.stride * self.columns + SLACK)

    def _phases(self, padded: Tensor, x: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        grid = padded[..., :-SLACK].unflatten(2, (-1, self.stride, self.columns))
        grid = grid[:, :, self.padding : self.padding + self.height]
        for phase in range(self.stride):
            first = (phase - self.padding) % self.stride
            columns = x[..., first :: self.stride]
            start = (first + self.padding) // self.stride
            yield grid[:, :, :, phase, start : start + columns.shape[-1]], columns

    def chunks(self, D_shape: torch.Size) -> Iterator[tuple[slice, slice]]:
        images, atoms, _, rows, columns = D_shape
        return _chunks(images, rows, self.channels * atoms * columns * self.padded.itemsize, CHUNK_BYTES)

    def _arguments(self, batch: slice, rows: slice, D: Tensor, Z_tilde: Tensor) -> tuple[int, ctypes.c_void_p, _Sizes]:
        x_row = self.stride**2 * self.columns
        sizes = _Sizes(
            *(D.shape[0], self.channels, *D.shape[1:]),
            *(self.padded.stride(0), self.padded.stride(1), x_row),
            *(D.stride(0), D.stride(2), Z_tilde.stride(0), Z_tilde.stride(2)),
        )
        offset = (batch.start * self.padded.stride(0) + rows.start * x_row) * self.padded.itemsize
        return offset, ctypes.c_void_p(self.tap_offsets.data_ptr()), sizes

    def forward(self, batch: slice, rows: slice, D: Tensor, Z_tilde: Tensor) -> None:
        offset, taps, sizes = self._arguments(batch, rows, D, Z_tilde)
        x = ctypes.c_void_p(self.padded.data_ptr() + offset)
        threads = torch.get_num_threads()
        self.lib.atom_conv_forward(x, _pointer(D), _pointer(Z_tilde), taps, ctypes.byref(sizes), threads)

    def start_backward(self) -> None:
        self.grad_padded = self._zeros(self.padded)

    def backward(self, batch: slice, rows: slice, D: Tensor, grad_Z_tilde: Tensor) -> Tensor:
        """grad_D of the chunk; grad_x is added to."""
        D = D.contiguous()
        offset, taps, sizes = self._arguments(batch, rows, D, grad_Z_tilde)
        threads = torch.get_num_threads()
        grad_D = D.new_empty(min(threads, self.channels), *D.shape)
        x, grad_x = (ctypes.c_void_p(t.data_ptr() + offset) for t in (self.padded, self.grad_padded))
        arguments = x, _pointer(D), _pointer(grad_Z_tilde), grad_x, _pointer(grad_D), taps, ctypes.byref(sizes)
        parts, part_size = (ctypes.c_int64(number) for number in (grad_D.shape[0], D.numel()))
        self.lib.atom_conv_backward(*arguments, parts, part_size, threads)
        return grad_D.sum(0)

    def grad_x(self) -> Tensor:
        x = self.padded.new_empty(self.images, self.channels, self.height, self.width)
        for inside, columns in self._phases(self.grad_padded, x):
            columns.copy_(inside)
        return x


class _Plain:
    """The same chunks in plain torch: each unfolds the patches of its own pixels only."""

    def __init__(self, x: Tensor, kernel_size: int, stride: int, padding: int):
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.padded = F.pad(x, [padding] * 4)

    def _patches(self, padded: Tensor, batch: slice, rows: slice) -> Tensor:
        windows = padded.unfold(2, self.kernel_size, self.stride).unfold(3, self.kernel_size, self.stride)
        return windows[batch, :, rows].flatten(4)  # (n, c', rows, w, l·l), a copy

    def chunks(self, D_shape: torch.Size) -> Iterator[tuple[slice, slice]]:
        images, _, taps, rows, columns = D_shape
        return _chunks(images, rows, self.padded.shape[1] * taps * columns * self.padded.itemsize, PLAIN_CHUNK_BYTES)

    def forward(self, batch: slice, rows: slice, D: Tensor, Z_tilde: Tensor) -> None:
        Z_tilde.copy_(torch.einsum("nihwt,nmthw->nimhw", self._patches(self.padded, batch, rows), D))

    def start_backward(self) -> None:
        self.grad_padded = torch.zeros_like(self.padded)

    def backward(self, batch: slice, rows: slice, D: Tensor, grad_Z_tilde: Tensor) -> Tensor:
        """grad_D of the chunk; grad_x is added to."""
        grad_patches = torch.einsum("nimhw,nmthw->tnihw", grad_Z_tilde, D)
        height, width = ((size - 1) * self.stride + 1 for size in D.shape[-2:])
        for tap, gradient in enumerate(grad_patches):
            top, left = rows.start * self.stride + tap // self.kernel_size, tap % self.kernel_size
            inside = self.grad_padded[batch, :, top : top + height : self.stride, left : left + width : self.stride]
            inside.add_(gradient)
        return torch.einsum("nihwt,nimhw->nmthw", self._patches(self.padded, batch, rows), grad_Z_tilde)

    def grad_x(self) -> Tensor:
        inside = slice(self.padding, -self.padding or None)
        return self.grad_padded[:, :, inside, inside].contiguous()


def _chunks(images: int, rows: int, row_bytes: int, budget: int) -> Iterator[tuple[slice, slice]]:
    """Parts of the output (images, rows) that fit the budget: some whole images, or some rows of one."""
    if rows * row_bytes <= budget:
        together = max(1, budget // max(1, rows * row_bytes))
        return ((slice(n, min(n + together, images)), slice(0, rows)) for n in range(0, images, together))
    number = -(-rows // max(1, budget // row_bytes))
    together = -(-rows // number)
    return (
        (slice(n, n + 1), slice(i, min(i + together, rows))) for n in range(images) for i in range(0, rows, together)
    )


def _dense(t: Tensor) -> Tensor:
    """t in memory order; unlike those of t.contiguous(), the strides of dimensions of size 1 are the usual ones."""
    return t.contiguous().flatten().view(t.shape)


def _pointer(t: Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(t.data_ptr())


def _engine(x: Tensor, kernel_size: int, stride: int, padding: int) -> _Compiled | _Plain:
    compiled = x.device.type == "cpu" and x.dtype in REALS and kernel_size**2 <= MAX_TAPS
    if compiled and (lib := library(x.dtype)):
        return _Compiled(lib, x, kernel_size, stride, padding)
    return _Plain(x, kernel_size, stride, padding)


def _working_dtype(x: Tensor) -> torch.dtype:
    """Half precision on a CPU is computed in float32 and rounded once."""
    return torch.float32 if x.device.type == "cpu" and x.dtype in (torch.bfloat16, torch.float16) else x.dtype


def _compose(alpha: Tensor, psi: Tensor | None) -> Tensor:
    """D (n, m, l·l, h, w) of a chunk; without psi, alpha holds the atoms themselves."""
    if psi is None:
        return alpha
    n, m, k, h, w = alpha.shape
    return torch.matmul(psi.t(), alpha.reshape(n, m, k, h * w)).view(n, m, -1, h, w)


def _buffer(engine: _Compiled | _Plain, D_shape: torch.Size, channels: int, like: Tensor) -> Tensor:
    """Room for the Z_tilde of the largest chunk."""
    size = max(((b.stop - b.start) * (r.stop - r.start) for b, r in engine.chunks(D_shape)), default=0)
    return like.new_empty(size * channels * D_shape[1] * D_shape[-1])


def _without_autocast(operator: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments have their dtypes already: the products inside must not be cast again."""

    @functools.wraps(operator)
    def run(*arguments: Any) -> Any:
        with torch.autocast(arguments[0].device.type, enabled=False):
            return operator(*arguments)

    return run


@torch.library.custom_op("acda::atom_conv", mutates_args=())
@_without_autocast
def atom_conv(x: Tensor, D: Tensor, stride: int, padding: int) -> Tensor:
    """Eq. (5): x (n, c', H, W), D (n, m, l, l, h, w) -> Z_tilde (n, c', m, h, w)."""
    dtype = _working_dtype(x)
    atoms = _dense(D.to(dtype).flatten(2, 3))
    engine = _engine(x.to(dtype), D.shape[2], stride, padding)
    Z_tilde = atoms.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])
    for batch, rows in engine.chunks(atoms.shape):
        engine.forward(batch, rows, atoms[batch, :, :, rows], Z_tilde[batch, :, :, rows])
    return Z_tilde.to(x.dtype)


@torch.library.custom_op("acda::atom_conv_backward", mutates_args=())
@_without_autocast
def atom_conv_backward(grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int) -> tuple[Tensor, Tensor]:
    dtype = _working_dtype(x)
    atoms, grad = _dense(D.to(dtype).flatten(2, 3)), _dense(grad.to(dtype))
    engine = _engine(x.to(dtype), D.shape[2], stride, padding)
    engine.start_backward()
    grad_D = torch.empty_like(atoms)
    for batch, rows in engine.chunks(atoms.shape):
        grad_D[batch, :, :, rows] = engine.backward(batch, rows, atoms[batch, :, :, rows], grad[batch, :, :, rows])
    return engine.grad_x().to(x.dtype), grad_D.view(D.shape).to(D.dtype)


@torch.library.custom_op("acda::acda_conv", mutates_args=())
@_without_autocast
def acda_conv(
    x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int
) -> Tensor:
    """Eqs. (5) and (6): x (n, c', H, W), alpha (n, m, k, h, w), psi (k, l, l), A (c, c', m) -> Z (n, c, h, w)."""
    dtype = _working_dtype(x)
    bases, coefficients = psi.to(dtype).flatten(1), A.to(dtype).flatten(1)
    engine = _engine(x.to(dtype), psi.shape[-1], stride, padding)
    (n, m, _, h, w), channels = alpha.shape, x.shape[1]
    D_shape = torch.Size((n, m, bases.shape[1], h, w))
    Z = bases.new_empty(n, A.shape[0], h, w)
    offset = bases.new_zeros(A.shape[0], 1) if bias is None else bias.to(dtype)[:, None]
    buffer = _buffer(engine, D_shape, channels, bases)
    for batch, rows in engine.chunks(D_shape):
        D = _compose(alpha[batch, :, :, rows].to(dtype), bases)
        Z_tilde = _room(buffer, D, channels)
        engine.forward(batch, rows, D, Z_tilde)
        for image, result in zip(Z_tilde.flatten(3).flatten(1, 2), Z[batch, :, rows].flatten(2), strict=True):
            torch.addmm(offset, coefficients, image, out=result)
    return Z.to(x.dtype)


@torch.library.custom_op("acda::acda_conv_backward", mutates_args=())
@_without_autocast
def acda_conv_backward(
    grad: Tensor, x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, stride: int, padding: int, psi_grad: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Gradients of x, alpha, psi (zeros unless psi_grad) and A; Z_tilde is computed again, chunk by chunk."""
    dtype = _working_dtype(x)
    bases, coefficients, grad = psi.to(dtype).flatten(1), A.to(dtype).flatten(1), _dense(grad.to(dtype))
    engine = _engine(x.to(dtype), psi.shape[-1], stride, padding)
    engine.start_backward()
    (n, m, _, h, w), channels = alpha.shape, x.shape[1]
    D_shape = torch.Size((n, m, bases.shape[1], h, w))
    grad_alpha = alpha.new_empty(alpha.shape)
    grad_bases, grad_A = bases.new_zeros(bases.shape), coefficients.new_zeros(coefficients.shape)
    buffer, grad_buffer = (_buffer(engine, D_shape, channels, bases) for _ in range(2))
    for batch, rows in engine.chunks(D_shape):
        part = alpha[batch, :, :, rows].to(dtype)
        D = _compose(part, bases)
        Z_tilde, grad_Z_tilde = _room(buffer, D, channels), _room(grad_buffer, D, channels)
        engine.forward(batch, rows, D, Z_tilde)
        images = (
            Z_tilde.flatten(3).flatten(1, 2),
            grad_Z_tilde.flatten(3).flatten(1, 2),
            grad[batch, :, rows].flatten(2),
        )
        for image, grad_image, grad_result in zip(*images, strict=True):
            grad_A.addmm_(grad_result, image.t())
            torch.mm(coefficients.t(), grad_result, out=grad_image)
        grad_D = engine.backward(batch, rows, D, grad_Z_tilde).flatten(3)
        grad_alpha[batch, :, :, rows] = torch.matmul(bases, grad_D).view(part.shape)
        if psi_grad:
            grad_bases += torch.einsum("nmkp,nmtp->kt", part.flatten(3), grad_D)
    grad_psi, grad_A = grad_bases.view(psi.shape).to(psi.dtype), grad_A.view(A.shape).to(A.dtype)
    return engine.grad_x().to(x.dtype), grad_alpha, grad_psi, grad_A


def _room(buffer: Tensor, D: Tensor, channels: int) -> Tensor:
    n, m, _, rows, columns = D.shape
    return buffer[: n * channels * m * rows * columns].view(n, channels, m, rows, columns)


def plain_acda_conv(x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, stride: int, padding: int) -> Tensor:
    """The same without bias, in one piece of differentiable torch calls: for export and second derivatives."""
    D = torch.einsum("nmkhw,kuv->nmuvhw", alpha, psi)
    return torch.einsum("oim,nimhw->nohw", A, plain_atom_conv(x, D, stride, padding))


def plain_atom_conv(x: Tensor, D: Tensor, stride: int, padding: int) -> Tensor:
    """Eq. (5) by unfolding: builds (n, c', l, l, h, w), l * l times the size of x."""
    patches = F.pad(x, [padding] * 4).unfold(2, D.shape[2], stride).unfold(3, D.shape[2], stride)
    return torch.einsum("nihwuv,nmuvhw->nimhw", patches, D)


@atom_conv.register_fake
def _(x: Tensor, D: Tensor, stride: int, padding: int) -> Tensor:
    return x.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])


@atom_conv_backward.register_fake
def _(grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int) -> tuple[Tensor, Tensor]:
    return x.new_empty(x.shape), D.new_empty(D.shape)


@acda_conv.register_fake
def _(x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int) -> Tensor:
    return x.new_empty(x.shape[0], A.shape[0], *alpha.shape[-2:])


@acda_conv_backward.register_fake
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


@functools.partial(atom_conv.register_autograd, setup_context=_save_atom_conv)
def _(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, D = ctx.saved_tensors
    if torch.is_grad_enabled():  # backward(create_graph=True)
        return *_differentiable_gradients(plain_atom_conv, (x, D), ctx.stride, ctx.padding, grad), None, None
    return *atom_conv_backward(grad, x, D, ctx.stride, ctx.padding), None, None


def _save_acda_conv(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    x, alpha, psi, A, bias, ctx.stride, ctx.padding = inputs
    ctx.save_for_backward(x, alpha, psi, A)
    ctx.bias = bias is not None


@functools.partial(acda_conv.register_autograd, setup_context=_save_acda_conv)
def _(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, alpha, psi, A = ctx.saved_tensors
    grad_bias = grad.sum((0, 2, 3)) if ctx.bias else None
    if torch.is_grad_enabled():  # backward(create_graph=True)
        tensors = x, alpha, psi, A
        gradients = _differentiable_gradients(plain_acda_conv, tensors, ctx.stride, ctx.padding, grad)
    else:
        gradients = acda_conv_backward(grad, x, alpha, psi, A, ctx.stride, ctx.padding, psi.requires_grad)
    return *gradients, grad_bias, None, None
