"""The atom convolution of a part of the output, by compiled C or in plain torch: what kernels.py is made of.

`engine` chooses. On a CPU, float32 and float64 run `atom_conv.c`, compiled once by the C compiler of the machine and
kept in a cache. Everything else (CUDA, other dtypes, no compiler) runs in plain torch.
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
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

CHUNK_BYTES = 8 * 2**20  # of Z_tilde: stays in a CPU's last-level cache
PLAIN_CHUNK_BYTES = 64 * 2**20  # of unfolded x, on the plain path
SLACK = 8  # elements behind each channel that a vector may read: LANES in atom_conv.c
MAX_TAPS = 1024  # as in atom_conv.c
GRAIN = 2**20  # multiply-adds that are worth another thread
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
            "plain torch path. Install a C compiler with OpenMP or name one by CC, name a folder to write to by "
            "ACDA_CACHE_DIR, or silence this by ACDA_KERNEL=plain.",
            RuntimeWarning,
            stacklevel=2,
        )
        return None


class Compiled:
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

    def _threads(self, D: Tensor) -> int:
        return min(torch.get_num_threads(), 1 + D.numel() * self.channels // GRAIN)

    def forward(self, batch: slice, rows: slice, D: Tensor, Z_tilde: Tensor) -> None:
        offset, taps, sizes = self._arguments(batch, rows, D, Z_tilde)
        x = ctypes.c_void_p(self.padded.data_ptr() + offset)
        self.lib.atom_conv_forward(x, _pointer(D), _pointer(Z_tilde), taps, ctypes.byref(sizes), self._threads(D))

    def start_backward(self) -> None:
        self.grad_padded = self._zeros(self.padded)

    def backward(self, batch: slice, rows: slice, D: Tensor, grad_Z_tilde: Tensor) -> Tensor:
        """grad_D of the chunk; grad_x is added to."""
        D = D.contiguous()
        offset, taps, sizes = self._arguments(batch, rows, D, grad_Z_tilde)
        threads = self._threads(D)
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


class Plain:
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


def _pointer(t: Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(t.data_ptr())


def engine(x: Tensor, kernel_size: int, stride: int, padding: int) -> Compiled | Plain:
    compiled = x.device.type == "cpu" and x.dtype in REALS and kernel_size**2 <= MAX_TAPS
    if compiled and (lib := library(x.dtype)):
        return Compiled(lib, x, kernel_size, stride, padding)
    return Plain(x, kernel_size, stride, padding)
