"""Chunks of the atom convolution by atom_conv.c."""

import ctypes
import functools
from collections.abc import Iterator

import torch
from torch import Tensor

from acda_core.kernels.chunked import parts_of

CHUNK_BYTES = 4 * 2**20  # of Z_tilde or D: stays in a CPU's last-level cache

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
        return parts_of(images, rows, planes * atoms * columns * self.x.itemsize, CHUNK_BYTES)

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


def _pointer(t: Tensor | None, offset: int = 0) -> ctypes.c_void_p:
    return ctypes.c_void_p(t.data_ptr() + offset * t.itemsize if t is not None else None)


def _threads(work: int) -> int:
    return min(torch.get_num_threads(), 1 + work // GRAIN)
