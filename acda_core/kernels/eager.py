"""The operators in one piece of differentiable torch calls: for export and second derivatives."""

import torch
import torch.nn.functional as F
from torch import Tensor


def plain_acda_conv(x: Tensor, alpha: Tensor, psi: Tensor, A: Tensor, stride: int, padding: int) -> Tensor:
    """The same without bias, in one piece of differentiable torch calls: for export and second derivatives."""
    D = torch.einsum("nmkhw,kuv->nmuvhw", alpha, psi)
    return torch.einsum("oim,nimhw->nohw", A, plain_atom_conv(x, D, stride, padding))


def plain_atom_conv(x: Tensor, D: Tensor, stride: int, padding: int) -> Tensor:
    """Eq. (5) by unfolding: builds (n, c', l, l, h, w), l * l times the size of x."""
    patches = F.pad(x, [padding] * 4).unfold(2, D.shape[2], stride).unfold(3, D.shape[2], stride)
    return torch.einsum("nihwuv,nmuvhw->nimhw", patches, D)
