"""The operators in plain torch calls, each differentiable in every way that torch knows.

They take the place of the operators under export, under torch.func and forward-mode differentiation, and wherever a
gradient is to be differentiated again.
"""

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd import forward_ad


def is_wanted() -> bool:
    """Whether this call is to be made of plain torch calls: an export or a transform of torch.func looks into it."""
    compiler = torch.compiler
    if compiler.is_compiling():
        # torch.compiler.is_exporting() reads this flag; asked inside torch.compile, some versions always say yes.
        # Before torch 2.7 there is none, and compile takes the plain form too.
        return getattr(compiler, "_is_exporting_flag", True)
    if torch.onnx.is_in_onnx_export():
        return True
    return torch._C._are_functorch_transforms_active() or forward_ad._current_level >= 0


def is_traced() -> bool:
    """Whether something looks into this call: torch.compile, torch.jit.trace, an export, a transform."""
    return torch.compiler.is_compiling() or torch._C._get_tracing_state() is not None or is_wanted()


def atom_conv(x: Tensor, D: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    """Eq. (5) by unfolding: builds (n, c', l, l, h, w), l * l times the size of x."""
    (n, c), size = x.shape[:2], int(D.shape[2])  # a tensor while torch.jit.trace looks on
    h, w = ((side + 2 * padding - dilation * (size - 1) - 1) // stride + 1 for side in x.shape[2:])
    patches = F.unfold(x, size, dilation, padding, stride).view(n, c, size**2, h, w)
    return torch.einsum("nithw,nmthw->nimhw", patches, D.flatten(2, 3))


def acda_conv(
    x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, bias: Tensor | None, stride: int, padding: int, dilation: int
) -> Tensor:
    """Eqs. (5) and (6)."""
    D = torch.einsum("nmkhw,kuv->nmuvhw", alpha, psi)
    return coefficient_conv(atom_conv(x, D, stride, padding, dilation), A, bias)


def coefficient_conv(Z_tilde: Tensor, A: Tensor, bias: Tensor | None) -> Tensor:
    """Eq. (6), in as many groups as the channels of Z_tilde hold those of A."""
    groups = Z_tilde.shape[1] // A.shape[1]
    return F.conv2d(Z_tilde.flatten(1, 2), A.flatten(1)[:, :, None, None], bias, groups=groups)
