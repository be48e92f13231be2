"""The atom convolution of a part of the output, by compiled C or in plain torch: what kernels.py is made of.

`engine` chooses. On a CPU, float32 and float64 run `atom_conv.c`, compiled once by the C compiler of the machine and
kept in a cache. Everything else (CUDA, other dtypes, no compiler) runs in plain torch.
"""

import contextlib
import ctypes
import functools
import hashlib
import logging
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

CHUNK_BYTES = 4 * 2**20  # of Z_tilde or D: stays in a CPU's last-level cache
PLAIN_CHUNK_BYTES = 64 * 2**20  # of unfolded x, on the plain path
SLACK = 8  # elements behind each channel that a vector may read: LANES in atom_conv.c
GRAIN = 2**20  # multiply-adds that are worth another thread
FLAGS = ["-O3", "-march=native", "-fPIC", "-shared"]
REALS = {torch.float32: "float", torch.float64: "double"}

logger = logging.getLogger(__name__)


class _Sizes(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int64)
        for name in (
            *("images", "channels", "atoms", "taps", "rows", "columns"),
            *("x_image", "x_channel", "x_row", "Z_image", "Z_plane"),
            *("bases", "a_image", "a_atom", "a_plane"),
        )
    ]


class _Frame(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int64)
        for name in ("planes", "height", "width", "stride", "padding", "first", "rows", "columns", "plane")
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
        logger.warning("Compiling the fast %s kernel, once: a second or two. It is kept as %s", REALS[dtype], target)
        _compile(command, target)
        return ctypes.CDLL(str(target))
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:  # RuntimeError: the user has no home folder
        reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1:]
        warnings.warn(
            f"acda_core could not compile its fast kernel with {compiler!r} ({''.join(reason)}); it uses the slower "
            "plain torch path. Install a C compiler or name one by CC, name a folder to write to by "
            "ACDA_CACHE_DIR, or silence this by ACDA_KERNEL=plain.",
            RuntimeWarning,
            stacklevel=2,
        )
        return None


def _compile(command: list[str], target: Path) -> None:
    """Put the library at `target`, whole or not at all; without OpenMP, on one thread, where the compiler has none."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / target.name
        command = [*command, "-o", str(made)]
        try:
            subprocess.run([*command, "-fopenmp"], check=True, capture_output=True, text=True, timeout=120)
        except subprocess.CalledProcessError:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
            logger.warning("%s has no OpenMP: the fast kernel runs on one thread", command[0])
        os.replace(made, target)


class Compiled:
    """Chunks of the atom convolution by atom_conv.c.

    `take` lays the input of a chunk out in `padded`: zeros around it, its columns sorted by column modulo stride, and
    SLACK elements behind each channel. D stands in tiles: the pixels of a row in blocks of as many as a vector holds.
    """

    def __init__(self, lib: ctypes.CDLL, x: Tensor, kernel_size: int, stride: int, padding: int):
        self.lib, self.x, self.kernel_size = lib, x.contiguous(), kernel_size
        self.stride, self.padding, self.channels = stride, padding, x.shape[1]
        self.columns = -(-(x.shape[3] + 2 * padding) // stride)  # of one phase
        self.taps = _tap_offsets(kernel_size, stride, self.columns)
        self.padded = x.new_empty(0)

    def take(self, batch: slice, rows: slice) -> None:
        """Turn to a chunk; the first is the largest."""
        height, width = self.x.shape[2:]
        needed = (rows.stop - rows.start - 1) * self.stride + self.kernel_size
        plane = needed * self.stride * self.columns + SLACK
        planes = (batch.stop - batch.start) * self.channels
        columns, first = self.columns, rows.start * self.stride
        self.frame = _Frame(planes, height, width, self.stride, self.padding, first, needed, columns, plane)
        self.image = batch.start * self.x.stride(0)
        if not self.padded.numel():
            self.padded = self.x.new_empty(planes * plane)
        x, threads = _pointer(self.x, self.image), _threads(planes * plane)
        self.lib.pad(x, _pointer(self.padded), ctypes.byref(self.frame), threads)

    def chunks(self, images: int, atoms: int, rows: int, columns: int) -> Iterator[tuple[slice, slice]]:
        planes = max(self.channels, self.kernel_size**2)  # of Z_tilde or of D, whichever has more
        return _chunks(images, rows, planes * atoms * columns * self.x.itemsize, CHUNK_BYTES)

    def compose(self, alpha: Tensor, psi: Tensor | None) -> Tensor:
        """The tiles of D = alpha psi; of alpha itself where psi is None."""
        images, atoms, _, rows, columns = alpha.shape
        lanes = 32 // alpha.itemsize
        tiles = alpha.new_empty(images, rows, -(-columns // lanes), self.kernel_size**2, atoms, lanes)
        bases = 0 if psi is None else len(psi)
        sizes = self._sizes(images, atoms, rows, columns, bases=bases, strides=alpha.stride()[:3])
        threads = _threads(tiles.numel() * max(1, bases))
        self.lib.compose(_pointer(alpha), _pointer(psi), _pointer(tiles), ctypes.byref(sizes), threads)
        return tiles

    def forward(self, tiles: Tensor, Z_tilde: Tensor) -> None:
        sizes, threads = self._work(tiles, Z_tilde)
        tensors = _pointer(self.padded), _pointer(tiles), _pointer(Z_tilde)
        self.lib.forward(*tensors, self.taps, ctypes.byref(sizes), threads)

    def start_backward(self) -> None:
        self.grad_x = torch.zeros_like(self.x)
        self.grad_padded = self.x.new_empty(0)

    def backward(self, tiles: Tensor, grad_Z_tilde: Tensor) -> Tensor:
        """The tiles of grad_D of the chunk; grad_x is added to."""
        sizes, threads = self._work(tiles, grad_Z_tilde)
        parts = min(threads, self.channels)
        grad_tiles = tiles.new_empty(parts, *tiles.shape)
        if not self.grad_padded.numel():
            self.grad_padded = torch.empty_like(self.padded)
        grad_padded = _pointer(self.grad_padded)
        tensors = _pointer(self.padded), _pointer(tiles), _pointer(grad_Z_tilde), grad_padded, _pointer(grad_tiles)
        self.lib.backward(*tensors, self.taps, ctypes.byref(sizes), ctypes.c_int64(parts), threads)
        self.lib.add_inside(grad_padded, _pointer(self.grad_x, self.image), ctypes.byref(self.frame), threads)
        return grad_tiles[0]

    def project(self, grad_tiles: Tensor, psi: Tensor | None, grad_alpha: Tensor) -> None:
        """Fill grad_alpha; with grad_D itself where psi is None."""
        images, atoms, bases, rows, columns = grad_alpha.shape
        sizes = self._sizes(images, atoms, rows, columns, bases=bases, strides=grad_alpha.stride()[:3])
        threads = _threads(grad_tiles.numel() * bases)
        self.lib.project(_pointer(grad_alpha), _pointer(psi), _pointer(grad_tiles), ctypes.byref(sizes), threads)

    def _work(self, tiles: Tensor, Z_tilde: Tensor) -> tuple[_Sizes, int]:
        images, _, atoms, rows, columns = Z_tilde.shape
        planes = Z_tilde.stride(0), Z_tilde.stride(2)
        return self._sizes(images, atoms, rows, columns, planes), _threads(tiles.numel() * self.channels)

    def _sizes(
        self,
        images: int,
        atoms: int,
        rows: int,
        columns: int,
        planes: tuple[int, int] = (0, 0),
        bases: int = 0,
        strides: tuple[int, ...] = (0, 0, 0),
    ) -> _Sizes:
        sizes = images, self.channels, atoms, self.kernel_size**2, rows, columns
        x_row = self.stride * self.stride * self.columns
        return _Sizes(*sizes, self.channels * self.frame.plane, self.frame.plane, x_row, *planes, bases, *strides)


@functools.lru_cache(maxsize=64)
def _tap_offsets(kernel_size: int, stride: int, columns: int) -> ctypes.Array[ctypes.c_int64]:
    """Where the input of each kernel offset (u, v) stands, from that of (0, 0)."""
    phases = [v % stride * columns + v // stride for v in range(kernel_size)]
    offsets = [u * stride * columns + phase for u in range(kernel_size) for phase in phases]
    return (ctypes.c_int64 * len(offsets))(*offsets)


class Plain:
    """The same chunks in plain torch: each unfolds the patches of its own pixels only."""

    def __init__(self, x: Tensor, kernel_size: int, stride: int, padding: int):
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.padded = F.pad(x, [padding] * 4)

    def take(self, batch: slice, rows: slice) -> None:
        """Turn to a chunk."""
        self.batch, self.top = batch, rows.start * self.stride
        windows = self.padded.unfold(2, self.kernel_size, self.stride).unfold(3, self.kernel_size, self.stride)
        self.patches = windows[batch, :, rows].flatten(4)  # (n, c', rows, w, l·l), a copy

    def chunks(self, images: int, atoms: int, rows: int, columns: int) -> Iterator[tuple[slice, slice]]:
        row_bytes = self.padded.shape[1] * self.kernel_size**2 * columns * self.padded.itemsize
        return _chunks(images, rows, row_bytes, PLAIN_CHUNK_BYTES)

    def compose(self, alpha: Tensor, psi: Tensor | None) -> Tensor:
        """D = alpha psi (n, m, l·l, rows, w); alpha itself where psi is None."""
        return alpha if psi is None else torch.einsum("nmkhw,kt->nmthw", alpha, psi)

    def forward(self, D: Tensor, Z_tilde: Tensor) -> None:
        Z_tilde.copy_(torch.einsum("nihwt,nmthw->nimhw", self.patches, D))

    def start_backward(self) -> None:
        self.grad_padded = torch.zeros_like(self.padded)
        inside = slice(self.padding, -self.padding or None)
        self.grad_x = self.grad_padded[:, :, inside, inside]

    def backward(self, D: Tensor, grad_Z_tilde: Tensor) -> Tensor:
        """grad_D of the chunk; grad_x is added to."""
        grad_patches = torch.einsum("nimhw,nmthw->tnihw", grad_Z_tilde, D)
        height, width = ((size - 1) * self.stride + 1 for size in D.shape[-2:])
        for tap, gradient in enumerate(grad_patches):
            top, left = self.top + tap // self.kernel_size, tap % self.kernel_size
            rows, columns = slice(top, top + height, self.stride), slice(left, left + width, self.stride)
            self.grad_padded[self.batch, :, rows, columns].add_(gradient)
        return torch.einsum("nihwt,nimhw->nmthw", self.patches, grad_Z_tilde)

    def project(self, grad_D: Tensor, psi: Tensor | None, grad_alpha: Tensor) -> None:
        """Fill grad_alpha; with grad_D itself where psi is None."""
        grad_alpha.copy_(grad_D if psi is None else torch.einsum("nmthw,kt->nmkhw", grad_D, psi))


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


def _pointer(t: Tensor | None, offset: int = 0) -> ctypes.c_void_p:
    return ctypes.c_void_p(t.data_ptr() + offset * t.itemsize if t is not None else None)


def _threads(work: int) -> int:
    return min(torch.get_num_threads(), 1 + work // GRAIN)


def engine(x: Tensor, kernel_size: int, stride: int, padding: int) -> Compiled | Plain:
    compiled = x.device.type == "cpu" and x.dtype in REALS
    if compiled and (lib := library(x.dtype)):
        return Compiled(lib, x, kernel_size, stride, padding)
    return Plain(x, kernel_size, stride, padding)
