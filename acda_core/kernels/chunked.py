"""The atom convolution of a part of the output, by compiled C or in plain torch: what kernels.py is made of.

`engine` chooses. On a CPU, float32 and float64 run `atom_conv.c`, compiled once by the C compiler of the machine and
kept in a cache. Everything else (CUDA, other dtypes, no compiler) runs in plain torch.
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

PLAIN_CHUNK_BYTES = 64 * 2**20  # of unfolded x, on the plain path


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
        return parts_of(images, rows, row_bytes, PLAIN_CHUNK_BYTES)

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


def parts_of(images: int, rows: int, row_bytes: int, budget: int) -> Iterator[tuple[slice, slice]]:
    """Parts of the output (images, rows) that fit the budget: some whole images, or some rows of one."""
    if rows * row_bytes <= budget:
        together = max(1, budget // max(1, rows * row_bytes))
        return ((slice(n, min(n + together, images)), slice(0, rows)) for n in range(0, images, together))
    number = -(-rows // max(1, budget // row_bytes))
    together = -(-rows // number)
    return (
        (slice(n, n + 1), slice(i, min(i + together, rows))) for n in range(images) for i in range(0, rows, together)
    )
