"""Look into a trained layer: the scales of its filters, how far they reach, and what is left when none adapts."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

from acda_core.functional import compose_atoms
from acda_core.layers import ACDAConv2d
from acda_core.nets.adaptivity import AveragedAtoms
from acda_core.training.seeds import seeded

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


class ChangedAtoms(nn.Module):
    """A generator whose coefficients are changed before the layer sees them.

    Args:
        generator: any, features (N, c', H, W) to alpha (N, m, S m', h, w).
        change: alpha to another alpha of the same shape.
    """

    def __init__(self, generator: nn.Module, change: Callable[[Tensor], Tensor]):
        super().__init__()
        self.generator, self.change = generator, change

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, c', H, W) -> alpha (N, m, S m', h, w)."""
        return self.change(self.generator(features))


def energy_matched_mean(alpha: Tensor) -> Tensor:
    """The mean over the pixels of each image, times what gives it the energy that alpha has.

    The energy of an image is the sum of squares of all its coefficients. Coefficients near zero mean keep little of it
    in their mean, and a network loses with the energy too; so this tells that loss from the loss of what differs.

    >>> alpha = torch.randn(2, 6, 12, 9, 8)
    >>> matched = energy_matched_mean(alpha)
    >>> torch.allclose(matched.square().sum((1, 2, 3, 4)), alpha.square().sum((1, 2, 3, 4)))
    True
    """
    mean = alpha.mean((-2, -1), keepdim=True)
    energy, kept = (one.square().mean((-2, -1), keepdim=True).sum((1, 2), keepdim=True) for one in (alpha, mean))
    return (mean * (energy / kept.clamp_min(1e-30)).sqrt()).expand_as(alpha)


def shuffled(alpha: Tensor) -> Tensor:
    """The same coefficients at other pixels, by one order for all images and coefficients, always the same."""
    order = torch.randperm(alpha[0, 0, 0].numel(), generator=seeded(0)).to(alpha.device)
    return alpha.flatten(-2)[..., order].view(alpha.shape)


def rolled(alpha: Tensor) -> Tensor:
    """Each pixel has the coefficients of the pixel one row above and one column to the left; the border goes round.

    >>> rolled(torch.arange(6).view(1, 1, 1, 2, 3))[0, 0, 0].tolist()
    [[5, 3, 4], [2, 0, 1]]
    """
    return alpha.roll((1, 1), (-2, -1))


def changed(network: Network, *changes: Callable[[Tensor], Tensor]) -> Network:
    """A copy in evaluation mode whose adaptive layers change their coefficients.

    Args:
        network: with ACDAConv2d.
        changes: one for all layers, or one for each in their order: alpha (N, m, S m', h, w) to another alpha, such as
            :func:`energy_matched_mean`, :func:`shuffled` or :func:`rolled`.
    """
    network = copy.deepcopy(network).eval()
    layers = adaptive_layers(network)
    for layer, change in zip(layers, changes * len(layers) if len(changes) == 1 else changes, strict=True):
        layer.generator = ChangedAtoms(layer.generator, change)
    return network


@torch.no_grad()
def averaged(network: Network, images: Tensor | None = None) -> Network:
    """A copy in evaluation mode whose adaptive layers no longer adapt to the pixel, and with `images` to nothing.

    Args:
        network: with ACDAConv2d.
        images: what the network takes, (n, ...), over which each layer's coefficients are averaged once and for all.
            When None, each layer averages over the pixels of the image that it sees, and so still adapts to it.
    """
    network = copy.deepcopy(network).eval()
    for layer in adaptive_layers(network):
        fixed = None if images is None else coefficients(network, layer, images).mean((0, -2, -1))
        layer.generator = AveragedAtoms(layer.generator, fixed)
    return network


def adaptive_layers(network: nn.Module) -> list[ACDAConv2d]:
    return [module for module in network.modules() if isinstance(module, ACDAConv2d)]


@torch.no_grad()
def coefficients(network: nn.Module, layer: ACDAConv2d, images: Tensor) -> Tensor:
    """What a layer's generator answers while the network, in the mode that it is in, sees images (n, ...).

    Returns:
        alpha: (n, m, S m', h, w).
    """
    answers: list[Tensor] = []
    hook = layer.generator.register_forward_hook(lambda module, given, alpha: answers.append(alpha))
    network(images)
    hook.remove()
    return answers[0]


@dataclass(frozen=True)
class Spread:
    """How the coefficients of a layer vary over pixels and images.

    Attributes:
        energy: the sum of squares of a pixel's m S m' coefficients, on average over pixels and images.
        constant: the share of it that the mean over all of them has.
        image: the share that the images' means have beyond that; what is left varies within an image.
        rank: principal components that hold 95 % of what is not constant.
        dimensions: m S m', the largest rank that there could be.
    """

    energy: float
    constant: float
    image: float
    rank: int
    dimensions: int


HELD = 0.95  # of the variance, by the components that count


def spread(alpha: Tensor) -> Spread:
    """The energy of coefficients, its shares and its rank.

    >>> two = torch.randn(50, 2, 1, 1, 9, 8) * torch.randn(2, 6, 12, 1, 1)  # 2 numbers a pixel decide 72
    >>> found = spread(two.sum(1))
    >>> found.rank, found.dimensions
    (2, 72)

    Args:
        alpha: (n, m, S m', h, w), of several images.
    """
    at_pixels = alpha.double().flatten(3).flatten(1, 2).transpose(1, 2)  # (n, h w, m S m')
    energy = at_pixels.square().sum(2).mean().item()
    mean, by_image = at_pixels.mean((0, 1)), at_pixels.mean(1)
    constant = mean.square().sum().item()
    image = (by_image - mean).square().sum(1).mean().item()
    centred = (at_pixels - mean).flatten(0, 1)
    variances = torch.linalg.eigvalsh(centred.T @ centred / len(centred)).flip(0).clamp_min(0)
    below = variances.cumsum(0) < HELD * variances.sum()
    rank = int(below.sum()) + 1 if variances[0] > 0 else 0
    return Spread(energy, constant / energy, image / energy, rank, len(variances))
