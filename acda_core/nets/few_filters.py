"""How many different filters a trained layer needs: its coefficients alpha cut down to few directions or to few values.

    Directions   the mean of alpha over pixels, and its principal directions there; a pixel keeps its part in some
    codebook     a few values of alpha, by k-means; a pixel takes the one that is nearest to its own

Distances are those of the coefficients, the square root of the sum of the squares of their m S m' differences.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from acda_core.training.seeds import seeded

ROUNDS = 30  # of k-means


@dataclass(frozen=True)
class Directions:
    """The coefficients of pixels as a mean and what varies around it.

    Attributes:
        mean: (m, S m').
        axes: orthonormal, the one along which most varies first, (m S m', m, S m').
        variances: of the coefficients along each axis, (m S m',).
    """

    mean: Tensor
    axes: Tensor
    variances: Tensor

    def keep(self, alpha: Tensor, number: int) -> Tensor:
        """The mean and the part along the first axes.

        >>> found = directions(torch.randn(2, 6, 12, 9, 8))
        >>> alpha = torch.randn(1, 6, 12, 5, 4)
        >>> torch.allclose(found.keep(alpha, 72), alpha, atol=1e-4), found.keep(alpha, 0).var((-2, -1)).max() < 1e-6
        (True, tensor(True))

        Args:
            alpha: (n, m, S m', h, w).
            number: of axes, from 0, where the mean is left, to m S m', where all is.
        """
        mean, axes = (part.to(alpha) for part in (self.mean[..., None, None], self.axes[:number]))
        along = torch.einsum("nmkhw,rmk->nrhw", alpha - mean, axes)
        return mean + torch.einsum("nrhw,rmk->nmkhw", along, axes)


def directions(alpha: Tensor) -> Directions:
    """The principal directions of alpha (n, m, S m', h, w) over all pixels of all images."""
    points = _at_pixels(alpha)
    mean = points.mean(0)
    centred = points - mean
    variances, axes = torch.linalg.eigh(centred.T @ centred / len(points))
    shape = alpha.shape[1:3]
    axes = axes.T.flip(0).unflatten(1, shape).float()
    return Directions(mean.view(shape).float(), axes, variances.flip(0).clamp_min(0).float())


def codebook(alpha: Tensor, number: int, pixels: int = 20_000, seed: int = 0) -> Tensor:
    """Values of alpha that are near to those of the pixels, by k-means from the starts of k-means++.

    >>> two = torch.randn(2, 6, 12)[torch.randint(2, (3, 9, 8))].permute(0, 3, 4, 1, 2)
    >>> torch.allclose(nearest(two, codebook(two, 2)), two)
    True

    Args:
        alpha: (n, m, S m', h, w).
        number: of values, at least 1.
        pixels: at most so many are looked at, drawn at random.
        seed: of what is drawn.

    Returns:
        (number, m, S m').

    Raises:
        ValueError: a number out of range.
    """
    points, random = _at_pixels(alpha), seeded(seed)
    points = points[torch.randperm(len(points), generator=random)[:pixels]]
    if not 1 <= number <= len(points):
        raise ValueError(f"`number` must be from 1 to the number of pixels, {len(points)}, got {number}")
    centres = points[:1]
    while len(centres) < number:
        far = torch.cdist(points, centres).amin(1).square()
        centres = torch.cat([centres, points[torch.multinomial(far.clamp_min(1e-30), 1, generator=random)]])
    for _ in range(ROUNDS):
        chosen = torch.cdist(points, centres).argmin(1)
        totals = torch.zeros_like(centres).index_add_(0, chosen, points)
        taken = torch.bincount(chosen, minlength=number)[:, None]
        centres = torch.where(taken > 0, totals / taken.clamp_min(1), centres)
    return centres.unflatten(1, alpha.shape[1:3]).float()


def nearest(alpha: Tensor, values: Tensor) -> Tensor:
    """At each pixel of alpha (n, m, S m', h, w) the nearest of some values (number, m, S m')."""
    values = values.to(alpha)
    nearness = torch.einsum("nmkhw,vmk->nvhw", alpha, values) - values.square().sum((1, 2))[:, None, None] / 2
    return values[nearness.argmax(1)].permute(0, 3, 4, 1, 2)


def kept_variance(alpha: Tensor, fewer: Tensor) -> float:
    """How much of the variance of alpha over pixels is left when it is changed to `fewer`: 1 for all of it.

    It is 1 less the mean squared change over the variance, and 0 where alpha does not vary.
    """
    points = _at_pixels(alpha)
    variance = (points - points.mean(0)).square().sum(1).mean()
    changed = (points - _at_pixels(fewer)).square().sum(1).mean()
    return float(1 - changed / variance) if variance > 0 else 0.0


def _at_pixels(alpha: Tensor) -> Tensor:
    """The coefficients of each pixel in a row, (n h w, m S m'), float64, on the processor."""
    return alpha.detach().cpu().double().flatten(3).flatten(1, 2).transpose(1, 2).flatten(0, 1)
