"""Random numbers that integers decide: the same in every process, and at whatever step a training is taken up."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

BEYOND = 2**63  # the seeds are 0, 1, ..., BEYOND - 1


def checked(seed: int) -> int:
    """The seed itself.

    Raises:
        ValueError: it is negative, or 2^63 or more: two of these could decide the same numbers.
    """
    if not 0 <= seed < BEYOND:
        raise ValueError(f"a seed must be from 0 to 2^63 - 1, got {seed}")
    return seed


def seeded(*numbers: int) -> torch.Generator:
    """A generator of random numbers that these integers decide, the same in every process.

    >>> torch.equal(torch.rand(3, generator=seeded(0, 5)), torch.rand(3, generator=seeded(0, 5)))
    True

    Raises:
        ValueError: one of them is no seed, see :func:`checked`.
    """
    return torch.Generator().manual_seed(hash(tuple(map(checked, numbers))) % 2**63)


def begun(seed: int) -> torch.Generator:
    """A generator whose random numbers are those of PyTorch's global one after torch.manual_seed(seed).

    Raises:
        ValueError: it is no seed, see :func:`checked`.
    """
    return torch.Generator().manual_seed(checked(seed))


@contextmanager
def fixed(seed: int) -> Iterator[None]:
    """Inside, PyTorch's global generator of the processor starts from the seed; afterwards it is as it was.

    Raises:
        ValueError: it is no seed, see :func:`checked`.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(checked(seed))
        yield


def batch_of(step: int, size: int, number: int, seed: int) -> Tensor:
    """Indices (size,) of the examples of a step: every epoch a new order of all, whose remainder is left out.

    >>> batch_of(step=0, size=3, number=6, seed=0), batch_of(step=1, size=3, number=6, seed=0)  # one epoch
    (tensor([2, 4, 5]), tensor([3, 0, 1]))

    It depends on the arguments alone, so that a training can be taken up at any step.

    Raises:
        ValueError: a size out of range, or no seed.
    """
    if not 1 <= size <= number:
        raise ValueError(f"`size` must be from 1 to the number of examples, {number}, got {size}")
    epoch, position = divmod(step, number // size)
    return _order(number, seed, epoch)[position * size : (position + 1) * size].clone()


@functools.lru_cache(maxsize=1)  # an order is drawn once an epoch: that of many examples takes longer than a step
def _order(number: int, seed: int, epoch: int) -> Tensor:
    return torch.randperm(number, generator=seeded(seed, epoch))
