"""Statistics of what the experiments find: rank correlation, differences over seeds, and how sure they are."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import rankdata, t
from torch import Tensor

RESAMPLES = 1000  # of the bootstrap


def rank_correlation(one: Tensor, other: Tensor) -> float:
    """Spearman's: the correlation of the ranks of two lists of numbers, (number,) each; 0 where all are equal.

    >>> rank_correlation(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 10.0, 100.0]))
    1.0
    """
    ranks = [rankdata(values.numpy()) for values in (one, other)]
    first, second = (rank - rank.mean() for rank in ranks)
    norm = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / norm if norm else 0.0


def bootstrap(sizes: list[Tensor], shares: list[Tensor], resamples: int = RESAMPLES) -> tuple[float, float]:
    """The middle 95 % of the rank correlations of as many pictures, drawn again with replacement.

    Pictures are drawn, not objects: the objects of one picture are not independent.

    Args:
        sizes, shares: for each picture the numbers of its objects.
        resamples: how often, from seed 0.
    """
    random = torch.Generator().manual_seed(0)
    found = []
    for _ in range(resamples):
        drawn = torch.randint(len(sizes), (len(sizes),), generator=random).tolist()
        found.append(rank_correlation(*(torch.cat([part[index] for index in drawn]) for part in (sizes, shares))))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def slope(places: Sequence[float], values: Sequence[float]) -> float:
    """Of the line with the least squared error: how much the values grow with each unit of the places.

    >>> slope([0.0, 0.5, 1.0], [1.0, 2.0, 3.0])
    2.0

    Raises:
        ValueError: fewer than two different places, or another number of values.
    """
    if len(places) != len(values) or len(set(places)) < 2:
        raise ValueError(f"`places` must be different and as many as `values`, got {places} and {values}")
    x, y = (np.asarray(part, dtype=float) - np.mean(part) for part in (places, values))
    return float(x @ y / (x @ x))


@dataclass(frozen=True)
class Difference:
    """The mean of some differences, its 95 % confidence interval, and the p-value of no difference.

    Attributes:
        mean, low, high: in the units of what was compared.
        p: the probability of a mean at least as far from 0, relative to its error, if there were no difference.
    """

    mean: float
    low: float
    high: float
    p: float


def paired_difference(one: Sequence[float], other: Sequence[float]) -> Difference:
    """How much larger `one` is than `other`, by Student's t over pairs, such as two networks with the same seeds.

    Pairs take out what a seed does to both. With few of them the interval is wide: for 3 its half is 2.5 times the
    standard deviation of the differences.

    >>> found = paired_difference([30.0, 31.0, 32.0], [28.0, 29.5, 29.5])
    >>> found.mean, round(found.low, 2), round(found.high, 2)
    (2.0, 0.76, 3.24)

    Args:
        one, other: numbers that belong together in their order, at least 2 of each; their differences may not all be
            the same.

    Raises:
        ValueError: there are not as many of one as of the other, or fewer than 2.
    """
    if len(one) != len(other) or len(one) < 2:
        raise ValueError(f"`one` and `other` must be at least 2 pairs, got {len(one)} and {len(other)} numbers")
    differences = [first - second for first, second in zip(one, other, strict=True)]
    mean, error = statistics.mean(differences), statistics.stdev(differences) / math.sqrt(len(differences))
    freedom = len(differences) - 1
    half = float(t.ppf(0.975, freedom)) * error
    return Difference(mean, mean - half, mean + half, 2 * float(t.sf(abs(mean) / error, freedom)))
