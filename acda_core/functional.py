"""The two-layer form of the adaptive convolution: Eqs. (4) to (6) of the paper.

    D = alpha psi                 compose_atoms       per-pixel atoms from basis coefficients
    Z_tilde = ||_b F(x; D[b])     atom_conv           Eq. (5): each channel with each of its pixel's atoms
    Z = A Z_tilde                 coefficient_conv    Eq. (6): a 1x1 convolution shared by all pixels

Like torch.nn.functional.conv2d, and unlike the paper's Eq. (1) read literally, these correlate: the kernel is not
flipped.
alpha and D live on the output grid. Every function runs on the device and in the dtype of its input.
"""

from typing import Any

import torch
from torch import Tensor

from acda_core.kernels import operators
from acda_core.kernels.eager import plain_acda_conv, plain_atom_conv


def compose_atoms(alpha: Tensor, psi: Tensor) -> Tensor:
    """Dynamic atoms D[n, m, u, v, h, w] = sum_k alpha[n, m, k, h, w] psi[k, u, v].

    Args:
        alpha: basis coefficients (n, m, k, h, w).
        psi: fixed bases (k, l, l).

    Returns:
        D: (n, m, l, l, h, w).

    Raises:
        TypeError, ValueError: an argument that is no tensor, or shapes, devices or dtypes that do not fit.
    """
    alpha, psi = _like_autocast(alpha=alpha, psi=psi)
    _check_alpha(alpha, psi)
    return torch.einsum("nmkhw,kuv->nmuvhw", alpha, psi)


def atom_conv(x: Tensor, D: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """Eq. (5): Z_tilde[n, i, m, h, w] = sum_uv D[n, m, u, v, h, w] x[n, i, h s + u - p, w s + v - p].

    Args:
        x: input features (n, c', H, W), taken as zero outside.
        D: dynamic atoms (n, m, l, l, h, w), l odd, (h, w) the output size of nn.Conv2d.
        stride, padding: integers s and p, as in nn.Conv2d.

    Returns:
        Z_tilde: (n, c', m, h, w).

    Raises:
        TypeError, ValueError: an argument of another type, or shapes, devices or dtypes that do not fit.
    """
    x, D = _like_autocast(x=x, D=D)
    _check_images(x)
    if D.ndim != 6 or D.shape[2] != D.shape[3]:
        raise ValueError(f"`D` must have shape (n, m, l, l, h, w), got {tuple(D.shape)}")
    _check_grid("D", D, x, D.shape[2], stride, padding)
    if _exporting():
        return plain_atom_conv(x, D, stride, padding)
    return operators.atom_conv(x, D, stride, padding)


def coefficient_conv(Z_tilde: Tensor, A: Tensor, bias: Tensor | None = None) -> Tensor:
    """Eq. (6): Z[n, o, h, w] = sum_im A[o, i, m] Z_tilde[n, i, m, h, w] + bias[o].

    Args:
        Z_tilde: atom outputs (n, c', m, h, w).
        A: composition coefficients (c, c', m).
        bias: (c,) or None.

    Returns:
        Z: (n, c, h, w).

    Raises:
        TypeError, ValueError: an argument that is no tensor, or shapes, devices or dtypes that do not fit.
    """
    Z_tilde, A, bias = _like_autocast(Z_tilde=Z_tilde, A=A, bias=bias)
    if Z_tilde.ndim != 5:
        raise ValueError(f"`Z_tilde` must have shape (n, c', m, h, w), got {tuple(Z_tilde.shape)}")
    _check_coefficients(A, bias, Z_tilde.shape[1], Z_tilde.shape[2])
    return torch.nn.functional.conv2d(Z_tilde.flatten(1, 2), A.flatten(1)[:, :, None, None], bias)


def acda_conv2d(
    x: Tensor,
    alpha: Tensor,
    psi: Tensor,
    A: Tensor,
    bias: Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
) -> Tensor:
    """coefficient_conv(atom_conv(x, compose_atoms(alpha, psi)), A, bias) in one pass.

    Neither D nor Z_tilde is ever held for the whole image, and backward keeps only the arguments.

    Args:
        x: input features (n, c', H, W), taken as zero outside.
        alpha: basis coefficients (n, m, k, h, w), (h, w) the output size of nn.Conv2d.
        psi: fixed bases (k, l, l), l odd.
        A: composition coefficients (c, c', m).
        bias: (c,) or None.
        stride, padding: integers, as in nn.Conv2d.

    Returns:
        Z: (n, c, h, w).

    Raises:
        TypeError, ValueError: an argument of another type, or shapes, devices or dtypes that do not fit.
    """
    x, alpha, psi, A, bias = _like_autocast(x=x, alpha=alpha, psi=psi, A=A, bias=bias)
    _check_images(x)
    _check_alpha(alpha, psi)
    _check_grid("alpha", alpha, x, psi.shape[-1], stride, padding)
    _check_coefficients(A, bias, x.shape[1], alpha.shape[1])
    if _exporting():
        Z = plain_acda_conv(x, alpha, psi, A, stride, padding)
        return Z if bias is None else Z + bias[:, None, None]
    return operators.acda_conv(x, alpha, psi, A, bias, stride, padding)


def _exporting() -> bool:
    # torch.compiler.is_exporting came with torch 2.7; before it, compile takes the plain form too
    compiler = torch.compiler
    return compiler.is_exporting() if hasattr(compiler, "is_exporting") else compiler.is_compiling()


def _like_autocast(**tensors: Any) -> list[Any]:
    """The tensors, checked to share device and dtype, and cast as autocast casts the arguments of a convolution."""
    first_name, first = next(iter(tensors.items()))
    for name, tensor in tensors.items():
        if tensor is None and name == "bias":
            continue
        if not isinstance(tensor, Tensor):
            raise TypeError(f"`{name}` must be a torch.Tensor, got {type(tensor).__name__}")
        if not tensor.is_floating_point():
            raise TypeError(f"`{name}` must have a floating-point dtype, got {tensor.dtype}")
        if tensor.device != first.device:
            raise ValueError(f"`{name}` must be on the device of `{first_name}`, {first.device}, got {tensor.device}")
    kind = first.device.type
    if torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind) and first.dtype != torch.float64:
        dtype = torch.get_autocast_dtype(kind)
        return [tensor if tensor is None else tensor.to(dtype) for tensor in tensors.values()]
    for name, tensor in tensors.items():
        if tensor is not None and tensor.dtype != first.dtype:
            raise TypeError(f"`{name}` must have the dtype of `{first_name}`, {first.dtype}, got {tensor.dtype}")
    return list(tensors.values())


def _check_images(x: Tensor) -> None:
    if x.ndim != 4:
        raise ValueError(f"`x` must have shape (n, c', H, W), got {tuple(x.shape)}")


def _check_alpha(alpha: Tensor, psi: Tensor) -> None:
    if psi.ndim != 3 or psi.shape[1] != psi.shape[2]:
        raise ValueError(f"`psi` must have shape (k, l, l), got {tuple(psi.shape)}")
    if alpha.ndim != 5:
        raise ValueError(f"`alpha` must have shape (n, m, k, h, w), got {tuple(alpha.shape)}")
    if alpha.shape[2] != psi.shape[0]:
        raise ValueError(
            f"`alpha` must hold one coefficient for each of the {psi.shape[0]} bases, got {alpha.shape[2]}"
        )


def _check_grid(name: str, field: Tensor, x: Tensor, kernel_size: int, stride: int, padding: int) -> None:
    """field (n, ..., h, w) must live on the output grid of a convolution over x."""
    if kernel_size % 2 == 0:
        raise ValueError(f"the kernel size l must be odd, got {kernel_size}")
    for argument, value, least in (("stride", stride, 1), ("padding", padding, 0)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"`{argument}` must be an int, got {value!r}")
        if value < least:
            raise ValueError(f"`{argument}` must be at least {least}, got {value}")
    height, width = ((size + 2 * padding - kernel_size) // stride + 1 for size in x.shape[2:])
    if height < 1 or width < 1:
        raise ValueError(
            f"`x` must be at least {kernel_size - 2 * padding} pixels high and wide for l = {kernel_size} and "
            f"padding = {padding}, got {x.shape[2]} x {x.shape[3]}"
        )
    if field.shape[0] != x.shape[0]:
        raise ValueError(f"`{name}` must have the batch size of `x`, {x.shape[0]}, got {field.shape[0]}")
    if field.shape[-2:] != (height, width):
        raise ValueError(
            f"`{name}` must live on the output grid, {height} x {width} for `x` {x.shape[2]} x {x.shape[3]}, "
            f"l = {kernel_size}, stride = {stride}, padding = {padding}; got {field.shape[-2]} x {field.shape[-1]}"
        )


def _check_coefficients(A: Tensor, bias: Tensor | None, in_channels: int, num_atoms: int) -> None:
    if A.ndim != 3 or A.shape[1:] != (in_channels, num_atoms):
        raise ValueError(f"`A` must have shape (c, {in_channels}, {num_atoms}), got {tuple(A.shape)}")
    if bias is not None and bias.shape != A.shape[:1]:
        raise ValueError(f"`bias` must have shape ({A.shape[0]},), got {tuple(bias.shape)}")
