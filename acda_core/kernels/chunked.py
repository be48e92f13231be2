"""The operators in plain torch, in chunks: some images and some rows of the output at a time.

So neither the atoms D of all pixels nor Z_tilde nor an unfolded x ever exists as a whole. Backward computes the Z_tilde
of a chunk again. This serves every device and dtype that no other back end does.
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from acda_core.kernels.operators import implement, new_output

CHUNK_BYTES = 64 * 2**20  # of unfolded x
Part = tuple[slice, slice]  # images, and rows of the output


def parts_of(images: int, rows: int, row_bytes: int, budget: int) -> Iterator[Part]:
    """Parts of the output (images, rows) that fit the budget: some whole images, or some rows of one."""
    if rows * row_bytes <= budget:
        together = max(1, budget // max(1, rows * row_bytes))
        return ((slice(n, min(n + together, images)), slice(0, rows)) for n in range(0, images, together))
    number = -(-rows // max(1, budget // row_bytes))
    together = -(-rows // number)
    return (
        (slice(n, n + 1), slice(i, min(i + together, rows))) for n in range(images) for i in range(0, rows, together)
    )


class Chunk:
    """The patches of x under a part of the output, and what atoms D (n, m, l·l, rows, w) of that part do with them."""

    def __init__(self, x: Tensor, part: Part, kernel_size: int, stride: int, padding: int, dilation: int):
        (self.batch, rows), reach = part, dilation * (kernel_size - 1) + 1
        top = rows.start * stride - padding  # first row of x that the chunk looks at, maybe above it
        bottom = top + (rows.stop - rows.start - 1) * stride + reach
        self.inside = slice(max(top, 0), max(min(bottom, x.shape[2]), 0))
        above, below = max(-top, 0), max(bottom - max(x.shape[2], max(top, 0)), 0)
        self.kernel_size, self.stride, self.dilation = kernel_size, stride, dilation
        self.margins = padding, padding, above, below
        slab = F.pad(x[self.batch, :, self.inside], self.margins)
        self.slab_shape = slab.shape
        windows = slab.unfold(2, reach, stride).unfold(3, reach, stride)[..., ::dilation, ::dilation]
        self.patches = windows.flatten(4)  # (n, c', rows, w, l·l), a copy

    def forward(self, D: Tensor) -> Tensor:
        """Eq. (5): Z_tilde (n, c', m, rows, w)."""
        return torch.einsum("nihwt,nmthw->nimhw", self.patches, D)

    def backward(self, D: Tensor, grad_Z_tilde: Tensor, grad_x: Tensor) -> Tensor:
        """The gradient of D; that of x is added to grad_x (N, c', H, W)."""
        grad_patches = torch.einsum("nimhw,nmthw->tnihw", grad_Z_tilde, D)
        height, width = ((extent - 1) * self.stride + 1 for extent in D.shape[-2:])
        grad_slab = grad_x.new_zeros(self.slab_shape)
        for tap, gradient in enumerate(grad_patches):
            top, left = (self.dilation * at for at in divmod(tap, self.kernel_size))
            grad_slab[:, :, top : top + height : self.stride, left : left + width : self.stride].add_(gradient)
        left, _, above, _ = self.margins
        found = grad_slab[:, :, above : above + self.inside.stop - self.inside.start, left : left + grad_x.shape[3]]
        grad_x[self.batch, :, self.inside].add_(found)
        return torch.einsum("nihwt,nimhw->nmthw", self.patches, grad_Z_tilde)


def _chunks(
    x: Tensor, rows: int, columns: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> Iterator[tuple[Part, Chunk]]:
    row_bytes = x.shape[1] * kernel_size**2 * columns * x.itemsize
    for part in parts_of(x.shape[0], rows, row_bytes, CHUNK_BYTES):
        yield part, Chunk(x, part, kernel_size, stride, padding, dilation)


def atom_conv(x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    Z_tilde = D.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])
    for (batch, rows), chunk in _chunks(x, D.shape[-2], D.shape[-1], D.shape[2], stride, padding, dilation):
        Z_tilde[batch, :, :, rows] = chunk.forward(D[batch, ..., rows, :].flatten(2, 3))
    return Z_tilde


def atom_conv_backward(
    grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int, dilation: int
) -> tuple[Tensor, Tensor]:
    grad_x, grad_D = torch.zeros_like(x), D.new_empty(D.shape)
    for (batch, rows), chunk in _chunks(x, D.shape[-2], D.shape[-1], D.shape[2], stride, padding, dilation):
        found = chunk.backward(D[batch, ..., rows, :].flatten(2, 3), grad[batch, :, :, rows], grad_x)
        grad_D[batch, ..., rows, :] = found.unflatten(2, D.shape[2:4])
    return grad_x, grad_D


def _grouped(A: Tensor, x: Tensor) -> Tensor:
    """A (c, c' / groups, m) as a matrix for each group, (groups, c / groups, c' m / groups)."""
    return A.flatten(1).unflatten(0, (x.shape[1] // A.shape[1], -1))


def acda_conv(
    x: Tensor,
    alpha: Tensor,
    psi: Tensor,
    A: Tensor,
    bias: Tensor | None,
    stride: int,
    padding: int,
    dilation: int,
) -> Tensor:
    bases, coefficients = psi.flatten(1), _grouped(A, x)
    groups, Z = len(coefficients), new_output(x, alpha, A)
    for (batch, rows), chunk in _chunks(x, alpha.shape[-2], alpha.shape[-1], psi.shape[-1], stride, padding, dilation):
        D = torch.einsum("nmkhw,kt->nmthw", alpha[batch, :, :, rows], bases)
        Z_tilde = chunk.forward(D).flatten(1, 2).unflatten(1, (groups, -1))
        found = torch.einsum("gok,ngkhw->ngohw", coefficients, Z_tilde).flatten(1, 2)
        Z[batch, :, rows] = found if bias is None else found + bias[:, None, None]
    return Z


def acda_conv_backward(
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
    bases, coefficients = psi.flatten(1), _grouped(A, x)
    groups = len(coefficients)
    grad_x, grad_alpha = torch.zeros_like(x), torch.empty_like(alpha)
    grad_bases, grad_A = torch.zeros_like(bases), torch.zeros_like(coefficients)
    for (batch, rows), chunk in _chunks(x, alpha.shape[-2], alpha.shape[-1], psi.shape[-1], stride, padding, dilation):
        here = alpha[batch, :, :, rows]
        D = torch.einsum("nmkhw,kt->nmthw", here, bases)
        Z_tilde = chunk.forward(D)
        grad_Z = grad[batch, :, rows].unflatten(1, (groups, -1))
        grad_A += torch.einsum("ngohw,ngkhw->gok", grad_Z, Z_tilde.flatten(1, 2).unflatten(1, (groups, -1)))
        grad_Z_tilde = torch.einsum("gok,ngohw->ngkhw", coefficients, grad_Z).flatten(1, 2).view(Z_tilde.shape)
        grad_D = chunk.backward(D, grad_Z_tilde, grad_x)
        grad_alpha[batch, :, :, rows] = torch.einsum("nmthw,kt->nmkhw", grad_D, bases)
        if psi_grad:
            grad_bases += torch.einsum("nmkhw,nmthw->kt", here, grad_D)
    return grad_x, grad_alpha, grad_bases.view(psi.shape), grad_A.view(A.shape)


for loop in (atom_conv, atom_conv_backward, acda_conv, acda_conv_backward):
    implement(loop.__name__, "CompositeExplicitAutograd", loop)
