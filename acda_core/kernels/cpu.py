"""Chunks of the atom convolution on a processor, by atom_conv.c.

Where there is no compiled kernel, plain torch takes its place. Half precision is computed in float32.
"""

import ctypes
import functools
from collections.abc import Iterator

import torch
from torch import Tensor

from acda_core.kernels.build import REALS, library
from acda_core.kernels.chunked import Call, Engine, Part, PlainEngine, parts_of, register

CHUNK_BYTES = 4 * 2**20  # of Z_tilde or D: stays in the last-level cache
SLACK = 8  # elements behind each channel that a vector may read: LANES in atom_conv.c
GRAIN = 2**20  # multiply-adds that are worth another thread


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


class CompiledEngine:
    def __init__(self, lib: ctypes.CDLL, x: Tensor, call: Call):
        self.lib, self.x, self.call = lib, x.contiguous(), call

    def parts(self) -> Iterator[Part]:
        call = self.call
        planes = max(call.channels, call.kernel_size**2)  # of Z_tilde or of D, whichever has more
        return parts_of(call.images, call.rows, planes * call.atoms * call.columns * self.x.itemsize, CHUNK_BYTES)

    def chunk(self, part: Part) -> "CompiledChunk":
        return CompiledChunk(self.lib, self.x, self.call, part)


class CompiledChunk:
    """Atoms as tiles: the pixels of a row in blocks of as many as a vector holds.

    The input of the chunk lies in `padded`: zeros around it, its columns sorted by column modulo stride, and SLACK
    elements behind each channel.
    """

    def __init__(self, lib: ctypes.CDLL, x: Tensor, call: Call, part: Part):
        self.lib, self.call = lib, call
        (batch, rows), (height, width) = part, x.shape[2:]
        columns = -(-(width + 2 * call.padding) // call.stride)  # of one phase
        needed = (rows.stop - rows.start - 1) * call.stride + call.dilation * (call.kernel_size - 1) + 1
        plane = needed * call.stride * columns + SLACK
        planes, first = (batch.stop - batch.start) * call.channels, rows.start * call.stride
        self.taps = _tap_offsets(call.kernel_size, call.stride, call.dilation, columns)
        self.frame = _Frame(planes, height, width, call.stride, call.padding, first, needed, columns, plane)
        self.image = batch.start * x.stride(0)
        self.padded = x.new_empty(planes * plane)
        frame, threads = ctypes.byref(self.frame), _threads(planes * plane)
        lib.pad(_pointer(x, self.image), _pointer(self.padded), frame, threads)

    def compose(self, alpha: Tensor, psi: Tensor | None) -> Tensor:
        images, atoms, _, rows, columns = alpha.shape
        lanes = 32 // alpha.itemsize
        tiles = alpha.new_empty(images, rows, -(-columns // lanes), self.call.kernel_size**2, atoms, lanes)
        bases = 0 if psi is None else len(psi)
        sizes = self._sizes(images, rows, bases=bases, strides=alpha.stride()[:3])
        threads = _threads(tiles.numel() * max(1, bases))
        self.lib.compose(_pointer(alpha), _pointer(psi), _pointer(tiles), ctypes.byref(sizes), threads)
        return tiles

    def forward(self, atoms: Tensor, Z_tilde: Tensor) -> None:
        sizes, threads = self._work(atoms, Z_tilde)
        tensors = _pointer(self.padded), _pointer(atoms), _pointer(Z_tilde)
        self.lib.forward(*tensors, self.taps, ctypes.byref(sizes), threads)

    def backward(self, atoms: Tensor, grad_Z_tilde: Tensor, grad_x: Tensor) -> Tensor:
        sizes, threads = self._work(atoms, grad_Z_tilde)
        parts = min(threads, self.call.channels)
        grad_atoms, grad_padded = atoms.new_empty(parts, *atoms.shape), torch.empty_like(self.padded)
        tensors = _pointer(self.padded), _pointer(atoms), _pointer(grad_Z_tilde), _pointer(grad_padded)
        byte_sizes = ctypes.byref(sizes)
        self.lib.backward(*tensors, _pointer(grad_atoms), self.taps, byte_sizes, ctypes.c_int64(parts), threads)
        self.lib.add_inside(_pointer(grad_padded), _pointer(grad_x, self.image), ctypes.byref(self.frame), threads)
        return grad_atoms[0]

    def project(self, grad_atoms: Tensor, psi: Tensor | None, grad_alpha: Tensor) -> None:
        images, _, bases, rows, _ = grad_alpha.shape
        sizes = self._sizes(images, rows, bases=bases, strides=grad_alpha.stride()[:3])
        threads = _threads(grad_atoms.numel() * bases)
        self.lib.project(_pointer(grad_alpha), _pointer(psi), _pointer(grad_atoms), ctypes.byref(sizes), threads)

    def _work(self, atoms: Tensor, Z_tilde: Tensor) -> tuple[_Sizes, int]:
        images, _, _, rows, _ = Z_tilde.shape
        planes = Z_tilde.stride(0), Z_tilde.stride(2)
        return self._sizes(images, rows, planes), _threads(atoms.numel() * self.call.channels)

    def _sizes(
        self,
        images: int,
        rows: int,
        planes: tuple[int, int] = (0, 0),
        bases: int = 0,
        strides: tuple[int, ...] = (0, 0, 0),
    ) -> _Sizes:
        call, plane = self.call, self.frame.plane
        x_row = call.stride * call.stride * self.frame.columns
        sizes = images, call.channels, call.atoms, call.kernel_size**2, rows, call.columns
        return _Sizes(*sizes, call.channels * plane, plane, x_row, *planes, bases, *strides)


@functools.lru_cache(maxsize=64)
def _tap_offsets(kernel_size: int, stride: int, dilation: int, columns: int) -> ctypes.Array[ctypes.c_int64]:
    """Where the input of each kernel offset (u, v) stands, from that of (0, 0)."""
    reached = [dilation * offset for offset in range(kernel_size)]
    phases = [v % stride * columns + v // stride for v in reached]
    offsets = [u * stride * columns + phase for u in reached for phase in phases]
    return (ctypes.c_int64 * len(offsets))(*offsets)


def _pointer(t: Tensor | None, offset: int = 0) -> ctypes.c_void_p:
    return ctypes.c_void_p(t.data_ptr() + offset * t.itemsize if t is not None else None)


def _threads(work: int) -> int:
    return min(torch.get_num_threads(), 1 + work // GRAIN)


def engine(x: Tensor, call: Call) -> Engine:
    lib = library(x.dtype) if x.dtype in REALS else None
    return PlainEngine(x, call) if lib is None else CompiledEngine(lib, x, call)


register("CPU", engine, computed_in={torch.bfloat16: torch.float32, torch.float16: torch.float32})
