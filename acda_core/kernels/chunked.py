"""The operators in chunks: some images and some rows of the output at a time.

So neither the atoms D of all pixels nor Z_tilde nor an unfolded x ever exists as a whole. Backward computes the Z_tilde
of a chunk again. What a chunk is made of is the business of an :class:`Engine`; a back end brings one and registers it.
:class:`PlainEngine`, in plain torch, serves every device and dtype that has no other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from acda_core.kernels.operators import implement

PLAIN_CHUNK_BYTES = 64 * 2**20  # of unfolded x
Part = tuple[slice, slice]  # images, and rows of the output


@dataclass(frozen=True)
class Call:
    """The sizes of one call: x (images, channels, H, W), atoms of kernel_size, an output of rows x columns."""

    images: int
    channels: int
    atoms: int
    kernel_size: int
    rows: int
    columns: int
    stride: int
    padding: int
    dilation: int


class Chunk(Protocol):
    """A part of the output, (n, ..., rows, w). Atoms pass between its methods in a layout that is its engine's own."""

    def compose(self, alpha: Tensor, psi: Tensor | None) -> Tensor:
        """The atoms D = alpha psi of alpha (n, m, k, rows, w) and psi (k, l·l), or alpha itself, D, without psi."""

    def forward(self, atoms: Tensor, Z_tilde: Tensor) -> None:
        """Eq. (5): fill Z_tilde (n, c', m, rows, w)."""

    def backward(self, atoms: Tensor, grad_Z_tilde: Tensor, grad_x: Tensor) -> Tensor:
        """The gradient of the atoms; that of x is added to grad_x (N, c', H, W), which is in memory order."""

    def project(self, grad_atoms: Tensor, psi: Tensor | None, grad_alpha: Tensor) -> None:
        """Fill grad_alpha (n, m, k, rows, w); with grad_D without psi."""


class Engine(Protocol):
    """How a back end computes one call. Its chunks are independent: each may be asked for alone, in any order."""

    def parts(self) -> Iterator[Part]:
        """The chunks that cover the output, each row of each image once."""

    def chunk(self, part: Part) -> Chunk:
        """What computes one of them."""


MakeEngine = Callable[[Tensor, Call], Engine]  # of x, in the dtype to compute in


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


# ------------------------------------------------------------------------------------------------------- the loops


def atom_conv(make: MakeEngine, x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    atoms = _dense(D.flatten(2, 3))
    engine = make(x, _call(x, atoms, D.shape[2], stride, padding, dilation))
    Z_tilde = atoms.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])
    for batch, rows in engine.parts():
        chunk = engine.chunk((batch, rows))
        chunk.forward(chunk.compose(atoms[batch, :, :, rows], None), Z_tilde[batch, :, :, rows])
    return Z_tilde


def atom_conv_backward(
    make: MakeEngine, grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int, dilation: int
) -> tuple[Tensor, Tensor]:
    atoms, grad = _dense(D.flatten(2, 3)), _dense(grad)
    engine = make(x, _call(x, atoms, D.shape[2], stride, padding, dilation))
    grad_x, grad_D = x.new_zeros(x.shape), torch.empty_like(atoms)
    for batch, rows in engine.parts():
        chunk = engine.chunk((batch, rows))
        composed = chunk.compose(atoms[batch, :, :, rows], None)
        grad_atoms = chunk.backward(composed, grad[batch, :, :, rows], grad_x)
        chunk.project(grad_atoms, None, grad_D[batch, :, :, rows])
    return grad_x, grad_D.view(D.shape)


def acda_conv(
    make: MakeEngine,
    x: Tensor,
    alpha: Tensor,
    psi: Tensor,
    A: Tensor,
    bias: Tensor | None,
    stride: int,
    padding: int,
    dilation: int,
) -> Tensor:
    bases, coefficients, alpha = psi.flatten(1).contiguous(), _grouped(A, x), _dense(alpha)
    engine = make(x, _call(x, alpha, psi.shape[-1], stride, padding, dilation))
    Z = alpha.new_empty(alpha.shape[0], A.shape[0], *alpha.shape[-2:])
    offset = (alpha.new_zeros(A.shape[0]) if bias is None else bias).view(len(coefficients), -1, 1)
    room = _Room(engine, alpha, x.shape[1])
    for batch, rows in engine.parts():
        chunk, part = engine.chunk((batch, rows)), alpha[batch, :, :, rows]
        Z_tilde = room.of(part)
        chunk.forward(chunk.compose(part, bases), Z_tilde)
        groups = len(coefficients), -1
        results = Z[batch, :, rows].flatten(2).unflatten(1, groups)
        for image, result in zip(Z_tilde.flatten(3).flatten(1, 2).unflatten(1, groups), results, strict=True):
            torch.baddbmm(offset, coefficients, image, out=result)
    return Z


def acda_conv_backward(
    make: MakeEngine,
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
    bases, coefficients, alpha, grad = psi.flatten(1).contiguous(), _grouped(A, x), _dense(alpha), _dense(grad)
    engine = make(x, _call(x, alpha, psi.shape[-1], stride, padding, dilation))
    grad_x, grad_alpha = x.new_zeros(x.shape), torch.empty_like(alpha)
    grad_bases, grad_A = torch.zeros_like(bases), torch.zeros_like(coefficients)
    room, grad_room = (_Room(engine, alpha, x.shape[1]) for _ in range(2))
    for batch, rows in engine.parts():
        chunk, part = engine.chunk((batch, rows)), alpha[batch, :, :, rows]
        Z_tilde, grad_Z_tilde = room.of(part), grad_room.of(part)
        atoms = chunk.compose(part, bases)
        chunk.forward(atoms, Z_tilde)
        images = (
            Z_tilde.flatten(3).flatten(1, 2),
            grad_Z_tilde.flatten(3).flatten(1, 2),
            grad[batch, :, rows].flatten(2),
        )
        groups = len(coefficients), -1
        for image, grad_image, grad_result in zip(*(one.unflatten(1, groups) for one in images), strict=True):
            grad_A.baddbmm_(grad_result, image.mT)
            torch.bmm(coefficients.mT, grad_result, out=grad_image)
        grad_atoms = chunk.backward(atoms, grad_Z_tilde, grad_x)
        chunk.project(grad_atoms, bases, grad_alpha[batch, :, :, rows])
        if psi_grad:
            grad_D = part.new_empty(*part.shape[:2], bases.shape[1], *part.shape[3:])
            chunk.project(grad_atoms, None, grad_D)
            grad_bases += torch.einsum("nmkp,nmtp->kt", part.flatten(3), grad_D.flatten(3))
    return grad_x, grad_alpha, grad_bases.view(psi.shape), grad_A.view(A.shape)


class _Room:
    """Memory for the Z_tilde (n, c', m, rows, w) of any chunk of a call."""

    def __init__(self, engine: Engine, alpha: Tensor, channels: int):
        _, self.atoms, _, _, self.columns = alpha.shape
        self.channels = channels
        pixels = max(((b.stop - b.start) * (r.stop - r.start) * self.columns for b, r in engine.parts()), default=0)
        self.memory = alpha.new_empty(pixels * self.channels * self.atoms)

    def of(self, alpha: Tensor) -> Tensor:
        shape = alpha.shape[0], self.channels, self.atoms, *alpha.shape[3:]
        return self.memory[: alpha[:, :, 0].numel() * self.channels].view(shape)


def _dense(t: Tensor) -> Tensor:
    """t in memory order; unlike those of t.contiguous(), the strides of dimensions of size 1 are the usual ones."""
    return t.contiguous().flatten().view(t.shape)


def _grouped(A: Tensor, x: Tensor) -> Tensor:
    """A (c, c' / groups, m) as a matrix for each group, (groups, c / groups, c' m / groups)."""
    return A.flatten(1).unflatten(0, (x.shape[1] // A.shape[1], -1))


def _call(x: Tensor, field: Tensor, kernel_size: int, stride: int, padding: int, dilation: int) -> Call:
    (images, atoms, _, rows, columns), channels = field.shape, x.shape[1]
    return Call(images, channels, atoms, kernel_size, rows, columns, stride, padding, dilation)


def register(key: str, make: MakeEngine, computed_in: dict[torch.dtype, torch.dtype]) -> None:
    """Compute the operators in chunks of this engine, for the tensors of a dispatch key.

    Args:
        key: such as "CPU".
        make: the engine of a call.
        computed_in: dtypes that are computed in another one, and rounded once at the end.
    """
    for loop in (atom_conv, atom_conv_backward, acda_conv, acda_conv_backward):
        implement(loop.__name__, key, partial(_cast, partial(loop, make), computed_in))


def _cast(function: Callable[..., Any], computed_in: dict[torch.dtype, torch.dtype], *arguments: Any) -> Any:
    dtype = arguments[0].dtype
    if dtype not in computed_in:
        return function(*arguments)
    wide = [one.to(computed_in[dtype]) if isinstance(one, Tensor) else one for one in arguments]
    found = function(*wide)
    return found.to(dtype) if isinstance(found, Tensor) else tuple(one.to(dtype) for one in found)


# ------------------------------------------------------------------------------------------- the plain torch engine


class PlainEngine:
    """Chunks that unfold the patches of their own pixels only."""

    def __init__(self, x: Tensor, call: Call):
        self.x, self.call = x, call

    def parts(self) -> Iterator[Part]:
        call = self.call
        row_bytes = call.channels * call.kernel_size**2 * call.columns * self.x.itemsize
        return parts_of(call.images, call.rows, row_bytes, PLAIN_CHUNK_BYTES)

    def chunk(self, part: Part) -> "PlainChunk":
        return PlainChunk(self.x, self.call, part)


class PlainChunk:
    """Atoms as D, (n, m, l·l, rows, w)."""

    def __init__(self, x: Tensor, call: Call, part: Part):
        (self.batch, rows), stride, padding, dilation = part, call.stride, call.padding, call.dilation
        reach = dilation * (call.kernel_size - 1) + 1
        top = rows.start * stride - padding  # first row of x that the chunk looks at, maybe above it
        bottom = top + (rows.stop - rows.start - 1) * stride + reach
        self.inside = slice(max(top, 0), max(min(bottom, x.shape[2]), 0))
        above, below = max(-top, 0), max(bottom - max(x.shape[2], max(top, 0)), 0)
        self.call, self.margins = call, (padding, padding, above, below)
        slab = F.pad(x[self.batch, :, self.inside], self.margins)
        self.slab_shape = slab.shape
        windows = slab.unfold(2, reach, stride).unfold(3, reach, stride)[..., ::dilation, ::dilation]
        self.patches = windows.flatten(4)  # (n, c', rows, w, l·l), a copy

    def compose(self, alpha: Tensor, psi: Tensor | None) -> Tensor:
        return alpha if psi is None else torch.einsum("nmkhw,kt->nmthw", alpha, psi)

    def forward(self, atoms: Tensor, Z_tilde: Tensor) -> None:
        Z_tilde.copy_(torch.einsum("nihwt,nmthw->nimhw", self.patches, atoms))

    def backward(self, atoms: Tensor, grad_Z_tilde: Tensor, grad_x: Tensor) -> Tensor:
        grad_patches = torch.einsum("nimhw,nmthw->tnihw", grad_Z_tilde, atoms)
        stride = self.call.stride
        height, width = ((extent - 1) * stride + 1 for extent in atoms.shape[-2:])
        grad_slab = grad_x.new_zeros(self.slab_shape)
        for tap, gradient in enumerate(grad_patches):
            top, left = (self.call.dilation * at for at in divmod(tap, self.call.kernel_size))
            grad_slab[:, :, top : top + height : stride, left : left + width : stride].add_(gradient)
        left, _, above, _ = self.margins
        found = grad_slab[:, :, above : above + self.inside.stop - self.inside.start, left : left + grad_x.shape[3]]
        grad_x[self.batch, :, self.inside].add_(found)
        return torch.einsum("nihwt,nimhw->nmthw", self.patches, grad_Z_tilde)

    def project(self, grad_atoms: Tensor, psi: Tensor | None, grad_alpha: Tensor) -> None:
        grad_alpha.copy_(grad_atoms if psi is None else torch.einsum("nmthw,kt->nmkhw", grad_atoms, psi))


register("CompositeExplicitAutograd", PlainEngine, computed_in={})
