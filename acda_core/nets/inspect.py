"""Look into a trained layer: the scales that its filters draw on, and what is left when its atoms no longer adapt."""

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn

from acda_core.layers import ACDAConv2d
from acda_core.nets.adaptivity import AveragedAtoms

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
def averaged(network: Network, images: Tensor | None = None) -> Network:
    """A copy in evaluation mode whose adaptive layers no longer adapt to the pixel, and with `images` to nothing.

    Args:
        network: with ACDAConv2d.
        images: what the network takes, (n, ...), over which each layer's coefficients are averaged once and for all.
            When None, each layer averages over the pixels of the image that it sees, and so still adapts to it.
    """
    network = copy.deepcopy(network).eval()
    for layer in [module for module in network.modules() if isinstance(module, ACDAConv2d)]:
        fixed = None if images is None else _mean_coefficients(network, layer, images)
        layer.generator = AveragedAtoms(layer.generator, fixed)
    return network


def _mean_coefficients(network: Network, layer: ACDAConv2d, images: Tensor) -> Tensor:
    """The mean of what a layer's generator answers while the network sees images, (m, S m')."""
    means: list[Tensor] = []
    hook = layer.generator.register_forward_hook(lambda module, given, alpha: means.append(alpha.mean((0, -2, -1))))
    network(images)
    hook.remove()
    return means[0]
