"""Generators that adapt less than Phi does: to the image as a whole, by one number a pixel, or to nothing.

    AveragedAtoms   Phi's coefficients, averaged over the pixels: all pixels of an image have the same atoms
    GatedAtoms      learned coefficients, the same everywhere, times one number that Phi makes for each pixel
    ConstantAtoms   learned coefficients, the same everywhere

In an ACDAConv2d each takes the place of Phi, in training too, so that the layers differ in nothing else.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


class AveragedAtoms(nn.Module):
    """A generator that gives all pixels the same coefficients. It learns what `generator` learns.

    >>> import torch
    >>> import acda_core as acda
    >>> alpha = AveragedAtoms(acda.AtomGenerator(3, 6, 12))(torch.randn(2, 3, 9, 8))
    >>> alpha.shape, bool((alpha[..., 0, 0] == alpha[..., 5, 5]).all())
    (torch.Size([2, 6, 12, 9, 8]), True)

    Args:
        generator: any, features (N, c', H, W) to alpha (N, m, S m', h, w).
        fixed: the coefficients, (m, S m'); when None, the mean over the pixels of each image.
    """

    def __init__(self, generator: nn.Module, fixed: Tensor | None = None):
        super().__init__()
        self.generator, self.fixed = generator, fixed

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, c', H, W) -> alpha (N, m, S m', h, w), the same at all pixels."""
        alpha: Tensor = self.generator(features)
        mean = alpha.mean((-2, -1), keepdim=True) if self.fixed is None else self.fixed[..., None, None]
        return mean.expand_as(alpha)


def averaged_atoms(
    phi: Callable[..., nn.Module], in_channels: int, num_atoms: int, num_coefficients: int, stride: int, offset: int
) -> AveragedAtoms:
    """What `phi` makes, its coefficients averaged over the pixels of each image.

    >>> from functools import partial
    >>> import acda_core as acda
    >>> acda.ACDAConv2d(3, 16, 5, generator=partial(averaged_atoms, acda.AtomGenerator)).generator.generator.offset
    -2

    Args:
        phi: makes a generator, as in :func:`acda_core.generators.make_generator`; so are the others.
    """
    return AveragedAtoms(phi(in_channels, num_atoms, num_coefficients, stride=stride, offset=offset))


class ConstantAtoms(nn.Module):
    """A generator that looks at nothing: its coefficients are learned, and each atom starts with squared norm 1.

    >>> import torch
    >>> import acda_core as acda
    >>> layer = acda.ACDAConv2d(3, 4, 5, padding=2, generator=ConstantAtoms)
    >>> layer(torch.randn(1, 3, 9, 8)).shape, layer.generator.alpha.shape
    (torch.Size([1, 4, 9, 8]), torch.Size([6, 12]))

    The layer is then a convolution with the filters K = A alpha psi, one for all pixels.

    Args:
        in_channels: of the features, which are not looked at.
        num_atoms, num_coefficients: m and S m'.
        stride, offset: as in :class:`acda_core.AtomGenerator`.
    """

    def __init__(self, in_channels: int, num_atoms: int, num_coefficients: int, stride: int = 1, offset: int = 0):
        super().__init__()
        self.stride, self.offset = stride, offset
        self.alpha = nn.Parameter(torch.randn(num_atoms, num_coefficients) / math.sqrt(num_coefficients))

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, c', H, W) -> alpha (N, m, S m', h, w), the same for all pixels and images."""
        h, w = ((size + 2 * self.offset - 1) // self.stride + 1 for size in features.shape[2:])
        alpha = self.alpha.clone()  # PyTorch's counter of FLOPs takes no view of a parameter where gradients are off
        return alpha[:, :, None, None].expand(len(features), -1, -1, h, w)


class GatedAtoms(nn.Module):
    """A generator whose atoms are the same everywhere but for one factor a pixel: alpha = (1 + Phi(x)) alpha_0.

    >>> from functools import partial
    >>> import torch
    >>> import acda_core as acda
    >>> gated = partial(GatedAtoms, gate=partial(acda.AtomGenerator, hidden_channels=16))
    >>> acda.ACDAConv2d(3, 4, 5, padding=2, generator=gated)(torch.randn(1, 3, 9, 8)).shape
    torch.Size([1, 4, 9, 8])

    Without a bias the layer is then a convolution whose output is multiplied by 1 + Phi(x), the same for all channels.

    Args:
        in_channels, num_atoms, num_coefficients, stride, offset: as in :class:`acda_core.AtomGenerator`.
        gate: makes Phi, here for one atom of one coefficient; a callable as ACDAConv2d's `generator` is.
    """

    def __init__(
        self,
        in_channels: int,
        num_atoms: int,
        num_coefficients: int,
        stride: int = 1,
        offset: int = 0,
        *,
        gate: Callable[..., nn.Module],
    ):
        super().__init__()
        self.gate = gate(in_channels, 1, 1, stride=stride, offset=offset)
        self.alpha = nn.Parameter(torch.randn(num_atoms, num_coefficients) / math.sqrt(num_coefficients))

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, c', H, W) -> alpha (N, m, S m', h, w)."""
        alpha: Tensor = (1 + self.gate(features)) * self.alpha[:, :, None, None]
        return alpha
