"""Statistics of what the experiments find: rank correlation, and how sure it is."""

import numpy as np
import torch
from scipy.stats import rankdata
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
