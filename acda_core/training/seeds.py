"""Random numbers that integers decide: the same in every process, and at whatever step a training is taken up."""

import torch
from torch import Tensor


def batch_of(step: int, size: int, number: int, seed: int) -> Tensor:
    """Indices (size,) of the examples of a step: every epoch a new order of all, whose remainder is left out.

    It depends on the arguments alone, so that a training can be taken up at any step.
    """
    if not 1 <= size <= number:
        raise ValueError(f"`size` must be from 1 to the number of examples, {number}, got {size}")
    epoch, position = divmod(step, number // size)
    order = torch.randperm(number, generator=seeded(seed, epoch))
    return order[position * size : (position + 1) * size]


def seeded(*numbers: int) -> torch.Generator:
    """A generator of random numbers that these integers decide, the same in every process."""
    return torch.Generator().manual_seed(hash(numbers) % 2**63)
