"""The operators on a card: the kernels of kernels.py and the matrix products of cuBLAS, some images at a time.

What is kept for backward is what the operators keep: x, alpha, psi and A. D, Z_tilde and their gradients are made for
as many images as fit CHUNK_BYTES, and made again in backward. x is copied where its channels do not lie last.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from acda_core.kernels.cuda import kernels, plan
from acda_core.kernels.cuda.plan import Arithmetic, Geometry
from acda_core.kernels.operators import new_output

CHUNK_BYTES = 2**30  # of Z_tilde
FLAGS = threading.Lock()
OLD_FLAG = "allow_tf32", True, False  # before torch 2.9


# -------------------------------------------------------------------------------------------------------- precision


def convolutions_use_tf32() -> bool:
    """Whether nn.Conv2d would, by torch.backends.cudnn."""
    cudnn = torch.backends.cudnn
    return cudnn.conv.fp32_precision == "tf32" if hasattr(cudnn, "conv") else cudnn.allow_tf32  # since torch 2.9


@contextlib.contextmanager
def products_as_convolutions(dtype: torch.dtype) -> Iterator[None]:
    """Let cuBLAS use TF32 where nn.Conv2d would, and only there; the flag of the process is put back."""
    wanted, matmul = convolutions_use_tf32(), torch.backends.cuda.matmul
    name, on, off = ("fp32_precision", "tf32", "ieee") if hasattr(torch.backends.cudnn, "conv") else OLD_FLAG
    if dtype != torch.float32:
        yield
        return
    with FLAGS:  # backward runs in a thread of its own for each card
        before = getattr(matmul, name)
        if (before == on) != wanted:
            setattr(matmul, name, on if wanted else off)
        try:
            yield
        finally:
            if (before == on) != wanted:
                setattr(matmul, name, before)


def arithmetic_of(x: Tensor) -> Arithmetic:
    """How the card of x multiplies numbers of its dtype; a tensor of the processor is for Triton's interpreter."""
    capability = torch.cuda.get_device_capability(x.device) if x.is_cuda else (8, 0)
    if x.dtype == torch.float32:
        precision = "tf32" if capability >= (8, 0) and convolutions_use_tf32() else "ieee"
    else:  # on sm_75 half precision runs out of registers; the interpreter multiplies no bfloat16
        wide = capability < (8, 0) or (not x.is_cuda and x.dtype == torch.bfloat16)
        precision = "wide" if wide else "ieee"
    return Arithmetic(precision, x.dtype != torch.float32, capability)


# --------------------------------------------------------------------------------------------------------- launches


class Launch:
    """One call of an operator: its geometry and precision, and the launches of its kernels for some of its images."""

    def __init__(self, x: Tensor, geometry: Geometry, padding: int, rows: int, columns: int):
        self.geometry, self.padding, self.rows, self.columns = geometry, padding, rows, columns
        self.channels, self.height, self.width = x.shape[1:]
        self.arithmetic = arithmetic_of(x)

    @property
    def constants(self) -> dict[str, Any]:
        return {**vars(self.geometry), "PRECISION": self.arithmetic.precision}

    @property
    def sizes(self) -> tuple[int, ...]:
        return self.height, self.width, self.rows, self.columns, self.channels, self.padding

    def pixels(self, x: Tensor, *last: int) -> tuple[int, ...]:
        return x.shape[0] * self.rows * self.columns, *last

    def atoms_of(self, source: Tensor, psi: Tensor) -> Tensor:
        """D (pixels, m, l l) of alpha (n, m, k, h, w) and psi (k, l l)."""
        D = source.new_empty(self.pixels(source, self.geometry.ATOMS, psi.shape[1]))
        self._mix(source, psi, self._as_images(D, source.shape[0]))
        return D

    def coefficients_of(self, grad_D: Tensor, psi: Tensor, grad_alpha: Tensor) -> None:
        """Write the gradient of alpha (n, m, k, h, w) by that of D (pixels, m, l l)."""
        self._mix(self._as_images(grad_D, grad_alpha.shape[0]), psi.t(), grad_alpha)

    def _as_images(self, D: Tensor, images: int) -> Tensor:
        return D.view(images, self.rows, self.columns, *D.shape[1:]).permute(0, 3, 4, 1, 2)

    def _mix(self, source: Tensor, matrix: Tensor, target: Tensor) -> None:
        images, atoms, inner, rows, columns = source.shape
        outer, steps = matrix.shape[1], plan.for_mix(*matrix.shape)
        grid = -(-images * rows * columns // steps["PIXELS"]), atoms, -(-outer // steps["OUTER"])
        strides = *source.stride(), *target.stride()
        exact = "wide" if self.arithmetic.precision == "wide" else "ieee"  # float32 never by TF32
        kernels.mix[grid](
            source, matrix, target, images, rows, columns, inner, outer, *strides, *matrix.stride(),
            PRECISION=exact, **steps,
        )  # fmt: skip

    def forward(self, x: Tensor, D: Tensor) -> Tensor:
        """Z_tilde (pixels, m c') of x (n, H, W, c')."""
        Z_tilde = x.new_empty(self.pixels(x, self.geometry.ATOMS * self.channels))
        steps = plan.for_atoms(self.geometry, self.channels, self.arithmetic)
        strips = x.shape[0] * self.rows * -(-self.columns // steps["PIXELS"])
        grid = (strips * -(-self.channels // steps["CHANNELS"]),)
        kernels.atoms[grid](x, D, Z_tilde, *self.sizes, **self.constants, **steps)
        return Z_tilde

    def grad_x(self, grad_Z_tilde: Tensor, D: Tensor, grad_x: Tensor) -> None:
        """Write the gradient of x (n, c', H, W)."""
        last = grad_x.permute(0, 2, 3, 1)
        grad = last if last.is_contiguous() else torch.empty_like(last, memory_format=torch.contiguous_format)
        steps = plan.for_grad_x(self.geometry, self.channels, self.arithmetic)
        tiles = len(grad_x) * -(-self.height // steps["LINES"]) * -(-self.width // steps["WIDTH"])
        grid = (tiles * -(-self.channels // steps["CHANNELS"]),)
        kernels.grad_x[grid](grad_Z_tilde, D, grad, *self.sizes, **self.constants, **steps)
        if grad is not last:
            last.copy_(grad)

    def grad_D(self, x: Tensor, grad_Z_tilde: Tensor) -> Tensor:
        """(pixels, m, l l) of x (n, H, W, c')."""
        grad = x.new_empty(self.pixels(x, self.geometry.ATOMS, self.geometry.SIZE**2))
        steps = plan.for_grad_D(self.geometry, self.channels, self.arithmetic)
        grid = (x.shape[0] * self.rows * -(-self.columns // steps["PIXELS"]),)
        kernels.grad_D[grid](x, grad_Z_tilde, grad, *self.sizes, **self.constants, **steps)
        return grad

    def chunks(self, x: Tensor) -> Iterator[slice]:
        """Images whose Z_tilde keeps to the budget, or one."""
        each = self.geometry.ATOMS * self.channels * self.rows * self.columns * x.itemsize
        together = max(1, CHUNK_BYTES // max(1, each))
        return (slice(n, min(n + together, x.shape[0])) for n in range(0, x.shape[0], together))


def on_its_card(function: Callable[..., Any]) -> Callable[..., Any]:
    """Launch on the card of the first argument, on the stream that is current there."""

    def run(*arguments: Any) -> Any:
        first = arguments[0]
        with torch.cuda.device(first.device) if first.is_cuda else contextlib.nullcontext():
            return function(*arguments)

    run.__name__ = function.__name__
    return run


def channels_last(images: Tensor) -> Tensor:
    """(n, c, H, W) as (n, H, W, c) without gaps; a copy where it is not so in memory."""
    return images.permute(0, 2, 3, 1).contiguous()


# -------------------------------------------------------------------------------------------------------- operators


def _geometry(x: Tensor, size: int, atoms: int, A: Tensor | None, stride: int, dilation: int) -> Geometry:
    return Geometry(size, stride, dilation, atoms, 1 if A is None else x.shape[1] // A.shape[1])


def _by_groups(A: Tensor, groups: int) -> Tensor:
    """A (c, c' / groups, m) as (groups, m c' / groups, c / groups), in the order of Z_tilde."""
    return A.transpose(1, 2).flatten(1).unflatten(0, (groups, -1)).mT


def _in_groups(values: Tensor, groups: int) -> Tensor:
    """(pixels, groups any) as (groups, pixels, any)."""
    return values.unflatten(1, (groups, -1)).transpose(0, 1)


@on_its_card
def acda_conv(
    x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int, dilation: int
) -> Tensor:
    Z, geometry = new_output(x, alpha, A), _geometry(x, psi.shape[-1], alpha.shape[1], A, stride, dilation)
    launch, bases = Launch(x, geometry, padding, *alpha.shape[-2:]), psi.flatten(1).contiguous()
    coefficients = _by_groups(A, geometry.GROUPS)
    for part in launch.chunks(x):
        Z_tilde = launch.forward(channels_last(x[part]), launch.atoms_of(alpha[part], bases))
        with products_as_convolutions(x.dtype):
            _compose(Z_tilde, coefficients, bias, Z[part])
    return Z


def _compose(Z_tilde: Tensor, coefficients: Tensor, bias: Tensor | None, Z: Tensor) -> None:
    """Write Eq. (6) into Z (n, c, h, w), of either layout, without a copy where there is one group."""
    groups, _, outputs = coefficients.shape
    if groups > 1:
        found = torch.bmm(_in_groups(Z_tilde, groups), coefficients)  # (groups, pixels, c / groups)
        found = found.transpose(0, 1).reshape(Z.shape[0], *Z.shape[2:], Z.shape[1]).permute(0, 3, 1, 2)
        torch.add(found, 0 if bias is None else bias[:, None, None], out=Z)
        return
    if Z.is_contiguous():
        pixels = Z_tilde.view(Z.shape[0], -1, Z_tilde.shape[1])
        torch.bmm(coefficients.mT.expand(Z.shape[0], -1, -1), pixels.mT, out=Z.flatten(2))
        if bias is not None:
            Z += bias[:, None, None]
    elif bias is None:
        torch.mm(Z_tilde, coefficients[0], out=Z.permute(0, 2, 3, 1).view(-1, outputs))
    else:
        torch.addmm(bias, Z_tilde, coefficients[0], out=Z.permute(0, 2, 3, 1).view(-1, outputs))


@on_its_card
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
    geometry = _geometry(x, psi.shape[-1], alpha.shape[1], A, stride, dilation)
    launch, bases = Launch(x, geometry, padding, *alpha.shape[-2:]), psi.flatten(1).contiguous()
    coefficients = _by_groups(A, geometry.GROUPS)
    grad_x, grad_alpha = torch.empty_like(x), torch.empty_like(alpha)
    grad_bases, grad_A = (torch.zeros_like(t, dtype=torch.float32) for t in (bases, coefficients))
    for part in launch.chunks(x):
        D, images = launch.atoms_of(alpha[part], bases), channels_last(x[part])
        grad_Z = _in_groups(channels_last(grad[part]).flatten(0, 2), geometry.GROUPS)
        Z_tilde = launch.forward(images, D)
        with products_as_convolutions(x.dtype):
            grad_A += torch.bmm(_in_groups(Z_tilde, geometry.GROUPS).mT, grad_Z)
            del Z_tilde
            grad_Z_tilde = torch.bmm(grad_Z, coefficients.mT).transpose(0, 1).contiguous()  # (pixels, groups, m c')
        launch.grad_x(grad_Z_tilde, D, grad_x[part])
        del D
        grad_D = launch.grad_D(images, grad_Z_tilde)
        del grad_Z_tilde
        launch.coefficients_of(grad_D, bases, grad_alpha[part])
        if psi_grad:
            with products_as_convolutions(x.dtype):
                here = alpha[part].permute(2, 0, 3, 4, 1).flatten(1)  # (k, pixels m)
                grad_bases += here @ grad_D.flatten(0, 1)
    return grad_x, grad_alpha, grad_bases.to(psi.dtype).view(psi.shape), _from_groups(grad_A.to(A.dtype), A)


def _from_groups(grad_A: Tensor, A: Tensor) -> Tensor:
    """The inverse of :func:`_by_groups`: (c, c' / groups, m)."""
    return grad_A.mT.flatten(0, 1).unflatten(1, (A.shape[2], A.shape[1])).transpose(1, 2).contiguous()


@on_its_card
def atom_conv(x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    launch = Launch(x, _geometry(x, D.shape[2], D.shape[1], None, stride, dilation), padding, *D.shape[-2:])
    Z_tilde = x.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])
    for part in launch.chunks(x):
        found = launch.forward(channels_last(x[part]), _pixels_first(D[part]))
        Z_tilde[part] = found.view(-1, *D.shape[-2:], D.shape[1], x.shape[1]).permute(0, 4, 3, 1, 2)
    return Z_tilde


def _pixels_first(D: Tensor) -> Tensor:
    """(n, m, l, l, h, w) as (pixels, m, l l), without gaps."""
    return D.permute(0, 4, 5, 1, 2, 3).reshape(-1, D.shape[1], D.shape[2] ** 2).contiguous()


@on_its_card
def atom_conv_backward(
    grad: Tensor, x: Tensor, D: Tensor, stride: int, padding: int, dilation: int
) -> tuple[Tensor, Tensor]:
    launch = Launch(x, _geometry(x, D.shape[2], D.shape[1], None, stride, dilation), padding, *D.shape[-2:])
    grad_x, grad_D = torch.empty_like(x), D.new_empty(D.shape)
    for part in launch.chunks(x):
        images, given = channels_last(x[part]), grad[part].permute(0, 3, 4, 2, 1).contiguous()
        launch.grad_x(given, _pixels_first(D[part]), grad_x[part])
        found = launch.grad_D(images, given)
        grad_D[part] = found.view(-1, *D.shape[-2:], *D.shape[1:4]).permute(0, 3, 4, 5, 1, 2)
    return grad_x, grad_D
