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

from acda_core import _checks
from acda_core.kernels import eager, operators


def compose_atoms(alpha: Tensor, psi: Tensor) -> Tensor:
    """Dynamic atoms D[n, m, u, v, h, w] = sum_k alpha[n, m, k, h, w] psi[k, u, v].

    >>> import torch
    >>> import acda_core as acda
    >>> psi = torch.tensor(acda.fourier_bessel(3), dtype=torch.float32)
    >>> acda.compose_atoms(torch.randn(1, 2, 6, 10, 8), psi).shape
    torch.Size([1, 2, 3, 3, 10, 8])

    Args:
        alpha: basis coefficients (n, m, k, h, w).
        psi: fixed bases (k, l, l).

    Returns:
        D: (n, m, l, l, h, w).

    Raises:
        TypeError, ValueError: an argument that is no tensor, or shapes, devices or dtypes that do not fit.
    """
    alpha, psi = _cast(alpha=alpha, psi=psi)
    _checks.coefficients_of_bases(alpha, psi)
    return torch.einsum("nmkhw,kuv->nmuvhw", alpha, psi)


def atom_conv(x: Tensor, D: Tensor, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    """Eq. (5): Z_tilde[n, i, m, h, w] = sum_uv D[n, m, u, v, h, w] x[n, i, h s + u d - p, w s + v d - p].

    With the same delta at every pixel it gives the image:

    >>> import torch
    >>> import acda_core as acda
    >>> x, D = torch.randn(1, 3, 10, 8), torch.zeros(1, 2, 3, 3, 10, 8)
    >>> D[:, :, 1, 1] = 1
    >>> Z_tilde = acda.atom_conv(x, D, padding=1)
    >>> Z_tilde.shape, torch.equal(Z_tilde[:, :, 0], x)
    (torch.Size([1, 3, 2, 10, 8]), True)

    Args:
        x: input features (n, c', H, W), taken as zero outside.
        D: dynamic atoms (n, m, l, l, h, w), l odd, (h, w) the output size of nn.Conv2d.
        stride, padding, dilation: integers s, p and d, as in nn.Conv2d.

    Returns:
        Z_tilde: (n, c', m, h, w).

    Raises:
        TypeError, ValueError: an argument of another type, or shapes, devices or dtypes that do not fit.
    """
    x, D = _cast(x=x, D=D)
    _checks.images(x)
    if D.ndim != 6 or D.shape[2] != D.shape[3]:
        raise ValueError(f"`D` must have shape (n, m, l, l, h, w), got {tuple(D.shape)}")
    sizes = _checks.on_output_grid("D", D, x, D.shape[2], stride, padding, dilation)
    return operators.atom_conv(x, D, *sizes)


def coefficient_conv(Z_tilde: Tensor, A: Tensor, bias: Tensor | None = None, groups: int = 1) -> Tensor:
    """Eq. (6): Z[n, o, h, w] = sum_im A[o, i, m] Z_tilde[n, i, m, h, w] + bias[o].

    >>> import torch
    >>> import acda_core as acda
    >>> acda.coefficient_conv(torch.randn(1, 3, 2, 10, 8), torch.randn(4, 3, 2)).shape
    torch.Size([1, 4, 10, 8])

    Args:
        Z_tilde: atom outputs (n, c', m, h, w).
        A: composition coefficients (c, c' / groups, m).
        bias: (c,) or None.
        groups: as in nn.Conv2d.

    Returns:
        Z: (n, c, h, w).

    Raises:
        TypeError, ValueError: an argument that is no tensor, or shapes, devices or dtypes that do not fit.
    """
    Z_tilde, A, bias = _cast(Z_tilde=Z_tilde, A=A, bias=bias)
    if Z_tilde.ndim != 5:
        raise ValueError(f"`Z_tilde` must have shape (n, c', m, h, w), got {tuple(Z_tilde.shape)}")
    _checks.composition(A, bias, Z_tilde.shape[1], Z_tilde.shape[2], groups)
    return eager.coefficient_conv(Z_tilde, A, bias)


def acda_conv2d(
    x: Tensor,
    alpha: Tensor,
    psi: Tensor,
    A: Tensor,
    bias: Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Tensor:
    """coefficient_conv(atom_conv(x, compose_atoms(alpha, psi)), A, bias) in one pass.

    With groups, output channels look at the inputs of their own group, as in nn.Conv2d; all share the atoms.
    Neither D nor Z_tilde is ever held for the whole image, and backward keeps only the arguments.

    >>> import torch
    >>> import acda_core as acda
    >>> x, A = torch.randn(1, 3, 10, 8), torch.randn(4, 3, 2)
    >>> psi = torch.tensor(acda.multiscale_bases(5), dtype=torch.float32)
    >>> alpha = torch.randn(1, 2, len(psi), 5, 4)  # 2 atoms for each of 5 x 4 pixels of the output
    >>> acda.acda_conv2d(x, alpha, psi, A, stride=2, padding=2).shape
    torch.Size([1, 4, 5, 4])

    Args:
        x: input features (n, c', H, W), taken as zero outside.
        alpha: basis coefficients (n, m, k, h, w), (h, w) the output size of nn.Conv2d.
        psi: fixed bases (k, l, l), l odd.
        A: composition coefficients (c, c' / groups, m).
        bias: (c,) or None.
        stride, padding, dilation, groups: integers, as in nn.Conv2d.

    Returns:
        Z: (n, c, h, w).

    Raises:
        TypeError, ValueError: an argument of another type, or shapes, devices or dtypes that do not fit.
    """
    x, alpha, psi, A, bias = _cast(x=x, alpha=alpha, psi=psi, A=A, bias=bias)
    _checks.images(x)
    _checks.coefficients_of_bases(alpha, psi)
    sizes = _checks.on_output_grid("alpha", alpha, x, psi.shape[-1], stride, padding, dilation)
    _checks.composition(A, bias, x.shape[1], alpha.shape[1], groups)
    return operators.acda_conv(x, alpha, psi, A, bias, *sizes)


def _cast(**tensors: Any) -> list[Any]:
    """The tensors, checked to fit together, and cast as autocast casts the arguments of a convolution."""
    _checks.together(**tensors)
    first_name, first = next(iter(tensors.items()))
    if _checks.autocast_is_on(first) and first.dtype != torch.float64:
        dtype = torch.get_autocast_dtype(first.device.type)
        return [tensor if tensor is None else tensor.to(dtype) for tensor in tensors.values()]
    for name, tensor in tensors.items():
        if tensor is not None and tensor.dtype != first.dtype:
            raise TypeError(f"`{name}` must have the dtype of `{first_name}`, {first.dtype}, got {tensor.dtype}")
    return list(tensors.values())
