"""The operators on a card: the kernels of kernels.py and the matrix products of cuBLAS, some images at a time.

What is kept for backward is what the operators keep: x, alpha, psi and A. D, Z_tilde and their gradients are made for
so many images as keep Z_tilde to CHUNK bytes, and made again in backward. x is copied where its channels do not lie
last.
"""

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from acda_core.kernels.cuda import kernels, plan
from acda_core.kernels.cuda.plan import Arithmetic, Geometry
from acda_core.kernels.operators import new_output

CHUNK = 2**28  # bytes of Z_tilde; half as many in backward, which holds more beside it
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


capability_of = functools.cache(torch.cuda.get_device_capability)


def arithmetic_of(x: Tensor) -> Arithmetic:
    """How the card of x multiplies numbers of its dtype; a tensor of the processor is for Triton's interpreter."""
    capability = capability_of(x.device) if x.is_cuda else (8, 0)
    if x.dtype == torch.float32:
        precision = "tf32" if capability >= (8, 0) and convolutions_use_tf32() else "ieee"
    else:  # on sm_75 half precision runs out of registers; the interpreter multiplies no bfloat16
        wide = capability < (8, 0) or (not x.is_cuda and x.dtype == torch.bfloat16)
        precision = "wide" if wide else "ieee"
    return Arithmetic(precision, x.dtype != torch.float32, capability)


# --------------------------------------------------------------------------------------------------------- launches


Placed = tuple[Tensor, tuple[int, ...]]  # and how far apart images, atoms, numbers of an atom and pixels stand in it


def placed(alpha: Tensor) -> Placed:
    """alpha (n, m, k, h, w), copied where its pixels are not evenly spaced."""
    rows, columns = alpha.shape[-2:]
    if min(rows, columns) > 1 and alpha.stride(3) != columns * alpha.stride(4):
        alpha = alpha.contiguous()
    return alpha, (*alpha.stride()[:3], alpha.stride(3 if columns == 1 else 4))


class Launch:
    """One call of an operator: its geometry and precision, and the launches of its kernels for some of its images."""

    def __init__(self, x: Tensor, geometry: Geometry, padding: int, rows: int, columns: int):
        self.geometry, self.rows, self.columns = geometry, rows, columns
        _, self.channels, self.height, self.width = x.shape
        self.sizes = self.height, self.width, rows, columns, self.channels, padding
        self.arithmetic = arithmetic_of(x)
        self.constants = {**vars(geometry), "PRECISION": self.arithmetic.precision}

    def parts(self, budget: int, *tensors: Tensor) -> Iterator[tuple[Tensor, ...]]:
        """So many images of each as keep Z_tilde to a budget of bytes, or one."""
        images = tensors[0].shape[0]
        image = self.geometry.ATOMS * self.channels * self.rows * self.columns * tensors[0].itemsize
        most = max(1, budget // max(1, image))
        number = -(-images // most)
        if number == 1:
            yield tensors
        else:
            yield from zip(*(tensor.tensor_split(number) for tensor in tensors), strict=True)

    def new(self, like: Tensor, *last: int) -> Tensor:
        """(pixels, *last) for the images of a part."""
        return like.new_empty(like.shape[0] * self.rows * self.columns, *last)

    def placed_atoms(self, D: Tensor) -> Placed:
        return D, (self.rows * self.columns * D.stride(0), D.stride(1), 1, D.stride(0))

    def atoms_of(self, alpha: Tensor, psi: Tensor) -> Tensor:
        """D (pixels, m, l l) of alpha (n, m, k, h, w) and psi (k, l l)."""
        D = self.new(alpha, alpha.shape[1], psi.shape[1])
        self._mix(placed(alpha), psi, self.placed_atoms(D), alpha.shape[0])
        return D

    def coefficients_of(self, grad_D: Tensor, psi: Tensor, grad_alpha: Tensor) -> None:
        """Write the gradient of alpha (n, m, k, h, w) by that of D (pixels, m, l l)."""
        target = placed(grad_alpha)
        self._mix(self.placed_atoms(grad_D), psi.t(), target, grad_alpha.shape[0])
        if target[0] is not grad_alpha:
            grad_alpha.copy_(target[0])

    def _mix(self, source: Placed, matrix: Tensor, target: Placed, images: int) -> None:
        inner, outer = matrix.shape
        steps, pixels = plan.for_mix(inner, outer, self.arithmetic), self.rows * self.columns
        grid = images * -(-pixels // steps["PIXELS"]) * self.geometry.ATOMS, -(-outer // steps["OUTER"])
        kernels.mix[grid](
            source[0], matrix, target[0], pixels, inner, outer, *source[1], *target[1], *matrix.stride(),
            ATOMS=self.geometry.ATOMS, PRECISION=self.arithmetic.precision, **steps,
        )  # fmt: skip

    def forward(self, x: Tensor, D: Tensor) -> Tensor:
        """Z_tilde (pixels, m c') of x (n, H, W, c')."""
        Z_tilde = self.new(x, self.geometry.ATOMS * self.channels)
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
        grad = self.new(x, self.geometry.ATOMS, self.geometry.SIZE**2)
        steps = plan.for_grad_D(self.geometry, self.channels, self.arithmetic)
        grid = (x.shape[0] * self.rows * -(-self.columns // steps["PIXELS"]),)
        kernels.grad_D[grid](x, grad_Z_tilde, grad, *self.sizes, **self.constants, **steps)
        return grad


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


def _matrix(A: Tensor) -> Tensor:
    """A (c, c' / groups, m) as (c, m c' / groups), in the order of Z_tilde."""
    return A.transpose(1, 2).reshape(A.shape[0], -1)


def _in_groups(values: Tensor, groups: int) -> Tensor:
    """(pixels, groups any) as (groups, pixels, any)."""
    return values.unflatten(1, (groups, -1)).transpose(0, 1)


def _compose(Z_tilde: Tensor, matrix: Tensor, bias: Tensor | None, Z: Tensor, groups: int) -> None:
    """Write Eq. (6) into Z (n, c, h, w), of either layout, without a copy where there is one group."""
    if groups > 1:
        found = torch.bmm(_in_groups(Z_tilde, groups), matrix.unflatten(0, (groups, -1)).mT)
        found = found.transpose(0, 1).reshape(Z.shape[0], *Z.shape[2:], Z.shape[1]).permute(0, 3, 1, 2)
        torch.add(found, 0 if bias is None else bias[:, None, None], out=Z)
    elif Z.is_contiguous():
        pixels = Z_tilde.view(Z.shape[0], -1, Z_tilde.shape[1])
        torch.bmm(matrix.expand(Z.shape[0], -1, -1), pixels.mT, out=Z.flatten(2))
        if bias is not None:
            Z += bias[:, None, None]
    else:
        last = Z.permute(0, 2, 3, 1).view(-1, Z.shape[1])
        if bias is None:
            torch.mm(Z_tilde, matrix.t(), out=last)
        else:
            torch.addmm(bias, Z_tilde, matrix.t(), out=last)


def _grad_matrix(grad_Z: Tensor, Z_tilde: Tensor, groups: int) -> Tensor:
    """The gradient of the matrix by that of Z (pixels, c)."""
    if groups == 1:
        return grad_Z.t() @ Z_tilde
    return torch.bmm(_in_groups(grad_Z, groups).mT, _in_groups(Z_tilde, groups)).flatten(0, 1)


def _grad_Z_tilde(grad_Z: Tensor, matrix: Tensor, groups: int) -> Tensor:
    """The gradient of Z_tilde (pixels, m c') by that of Z (pixels, c)."""
    if groups == 1:
        return grad_Z @ matrix
    return torch.bmm(_in_groups(grad_Z, groups), matrix.unflatten(0, (groups, -1))).transpose(0, 1).flatten(1)


@on_its_card
def acda_conv(
    x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int, dilation: int
) -> Tensor:
    Z, geometry = new_output(x, alpha, A), _geometry(x, psi.shape[-1], alpha.shape[1], A, stride, dilation)
    launch = Launch(x, geometry, padding, *alpha.shape[-2:])
    bases, matrix = psi.flatten(1), _matrix(A)
    for images, coefficients, out in launch.parts(CHUNK, x, alpha, Z):
        Z_tilde = launch.forward(channels_last(images), launch.atoms_of(coefficients, bases))
        with products_as_convolutions(x.dtype):
            _compose(Z_tilde, matrix, bias, out, geometry.GROUPS)
    return Z


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
    launch = Launch(x, geometry, padding, *alpha.shape[-2:])
    bases, matrix = psi.flatten(1), _matrix(A)
    grad_x, grad_alpha = torch.empty_like(x), torch.empty_like(alpha)
    of_A, of_psi = [], [torch.zeros_like(bases)]  # of each part
    for part in launch.parts(CHUNK // 2, x, alpha, grad, grad_x, grad_alpha):
        images, D = channels_last(part[0]), launch.atoms_of(part[1], bases)
        Z_tilde = launch.forward(images, D)
        with products_as_convolutions(x.dtype):
            grad_Z = channels_last(part[2]).flatten(0, 2)
            of_A.append(_grad_matrix(grad_Z, Z_tilde, geometry.GROUPS))
            del Z_tilde
            grad_Z_tilde = _grad_Z_tilde(grad_Z, matrix, geometry.GROUPS)
        launch.grad_x(grad_Z_tilde, D, part[3])
        del D
        grad_D = launch.grad_D(images, grad_Z_tilde)
        del grad_Z_tilde
        launch.coefficients_of(grad_D, bases, part[4])
        if psi_grad:
            with products_as_convolutions(x.dtype):
                of_psi.append(part[1].permute(2, 0, 3, 4, 1).flatten(1) @ grad_D.flatten(0, 1))
        del grad_D
    return grad_x, grad_alpha, _total(of_psi).view(psi.shape), _as_A(_total(of_A), A)


def _total(parts: list[Tensor]) -> Tensor:
    """The sum, in float32 where there is one to make."""
    return parts[0] if len(parts) == 1 else torch.stack(parts).sum(0, dtype=torch.float32).to(parts[0].dtype)


def _as_A(matrix: Tensor, A: Tensor) -> Tensor:
    """The inverse of :func:`_matrix`."""
    return matrix.view(A.shape[0], A.shape[2], A.shape[1]).transpose(1, 2).contiguous()


@on_its_card
def atom_conv(x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    launch = Launch(x, _geometry(x, D.shape[2], D.shape[1], None, stride, dilation), padding, *D.shape[-2:])
    Z_tilde = x.new_empty(*x.shape[:2], D.shape[1], *D.shape[-2:])
    for images, atoms, out in launch.parts(CHUNK, x, D, Z_tilde):
        found = launch.forward(channels_last(images), _pixels_first(atoms))
        out.copy_(found.view(-1, *D.shape[-2:], D.shape[1], x.shape[1]).permute(0, 4, 3, 1, 2))
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
    for images, atoms, outer, of_x, of_D in launch.parts(CHUNK // 2, x, D, grad, grad_x, grad_D):
        given = outer.permute(0, 3, 4, 2, 1).contiguous()
        launch.grad_x(given, _pixels_first(atoms), of_x)
        found = launch.grad_D(channels_last(images), given)
        of_D.copy_(found.view(-1, *D.shape[-2:], *D.shape[1:4]).permute(0, 3, 4, 5, 1, 2))
    return grad_x, grad_D
