"""Look into a trained layer: the scales of its filters, how far they reach, and what is left when none adapts."""

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn

from acda_core.functional import compose_atoms
from acda_core.layers import ACDAConv2d

Network = TypeVar("Network", bound=nn.Module)


@torch.no_grad()
def scale_shares(layer: ACDAConv2d, features: Tensor) -> Tensor:
    """What part of the weight of each pixel's filters lies on each scale: (N, S, h, w), with sum 1 over the scales.

    >>> import acda_core as acda
    >>> layer = acda.ACDAConv2d(3, 4, kernel_size=7, padding=3)
    >>> shares = scale_shares(layer, torch.randn(1, 3, 9, 8))
    >>> shares.shape, torch.allclose(shares.sum(1), torch.ones(1, 9, 8))
    (torch.Size([1, 3, 9, 8]), True)

    The weight is the sum of squares of the coefficients that all c c' filters K = A D of the pixel have in the bases of
    a scale.

    Args:
        layer: in evaluation mode.
        features: what the layer takes, (N, c', H, W).
    """
    alpha = layer.coefficients(features).unflatten(2, (len(layer.scales), -1))  # (N, m, S, m', h, w)
    gram = torch.einsum("oim,oin->mn", layer.A, layer.A)
    weights = torch.einsum("xmskhw,mn,xnskhw->xshw", alpha, gram, alpha)
    return weights / weights.sum(1, keepdim=True)


@torch.no_grad()
def filter_radii(layer: ACDAConv2d, features: Tensor) -> Tensor:
    """How far each pixel's filters reach: the root mean square distance of their energy from the centre, (N, h, w).

    >>> import acda_core as acda
    >>> layer = acda.ACDAConv2d(3, 4, kernel_size=7, padding=3)
    >>> filter_radii(layer, torch.randn(1, 3, 9, 8)).shape
    torch.Size([1, 9, 8])

    In pixels of the features: r^2 = sum (u^2 + v^2) K_uv^2 / sum K_uv^2, over all c c' filters K = A D of the pixel.
    It is Equation (5.4) of the course, with all filters of a pixel taken together.

    Args:
        layer: in evaluation mode.
        features: what the layer takes, (N, c', H, W).
    """
    D = compose_atoms(layer.coefficients(features), layer.psi)
    gram = torch.einsum("oim,oin->mn", layer.A, layer.A)
    energy = torch.einsum("xmuvhw,mn,xnuvhw->xuvhw", D, gram, D)
    offset = torch.arange(D.shape[2], dtype=D.dtype, device=D.device) - D.shape[2] // 2
    distance2 = offset[:, None].square() + offset.square()
    return (torch.einsum("xuvhw,uv->xhw", energy, distance2) / energy.sum((1, 2))).sqrt()


class AveragedAtoms(nn.Module):
    """A generator that gives all pixels the same coefficients.

    Args:
        generator: any, features (N, c', H, W) to alpha (N, m, S m', h, w).
        fixed: the coefficients, (m, S m'); when None, the mean over the pixels of each image.
        keep_energy: scale them, in each image, to the mean square that the generator's own coefficients have there.
    """

    def __init__(self, generator: nn.Module, fixed: Tensor | None = None, keep_energy: bool = False):
        super().__init__()
        self.generator, self.fixed, self.keep_energy = generator, fixed, keep_energy

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, c', H, W) -> alpha (N, m, S m', h, w), the same at all pixels."""
        alpha: Tensor = self.generator(features)
        mean = alpha.mean((-2, -1), keepdim=True) if self.fixed is None else self.fixed[..., None, None]
        mean = mean.expand_as(alpha)
        if self.keep_energy:
            energy, of_mean = (part.square().mean((1, 2, 3, 4), keepdim=True) for part in (alpha, mean))
            mean = mean * (energy / of_mean).sqrt()
        return mean


@torch.no_grad()
def averaged(network: Network, images: Tensor | None = None, keep_energy: bool = False) -> Network:
    """A copy in evaluation mode whose adaptive layers no longer adapt to the pixel, and with `images` to nothing.

    Args:
        network: with ACDAConv2d.
        images: what the network takes, (n, ...), over which each layer's coefficients are averaged once and for all.
            When None, each layer averages over the pixels of the image that it sees, and so still adapts to it.
        keep_energy: scale the averages up to the energy that the coefficients have before. Where they point to all
            sides, as after batch normalisation and tanh, little of it is left in a mean.
    """
    network = copy.deepcopy(network).eval()
    for layer in [module for module in network.modules() if isinstance(module, ACDAConv2d)]:
        fixed = None if images is None else _mean_coefficients(network, layer, images)
        layer.generator = AveragedAtoms(layer.generator, fixed, keep_energy)
    return network


def _mean_coefficients(network: Network, layer: ACDAConv2d, images: Tensor) -> Tensor:
    """The mean of what a layer's generator answers while the network sees images, (m, S m')."""
    means: list[Tensor] = []
    hook = layer.generator.register_forward_hook(lambda module, given, alpha: means.append(alpha.mean((0, -2, -1))))
    network(images)
    hook.remove()
    return means[0]
