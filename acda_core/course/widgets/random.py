"""Random numbers that the browser can draw too: the same bits as js/random.js."""

import numpy as np
from numpy.typing import NDArray


def mixed(seed: int, stream: int, index: NDArray[np.int64]) -> NDArray[np.uint32]:
    """A number from 0 to 2^32 - 1 for each seed, stream and index, by mixing their bits."""
    start = np.uint32((seed * 0x9E3779B1 + stream * 0x85EBCA6B) % 2**32)
    bits = start + index.astype(np.uint32) * np.uint32(0xC2B2AE35)
    bits = (bits ^ (bits >> np.uint32(16))) * np.uint32(0x7FEB352D)
    bits = (bits ^ (bits >> np.uint32(15))) * np.uint32(0x846CA68B)
    return bits ^ (bits >> np.uint32(16))


def uniform(seed: int, stream: int, index: NDArray[np.int64]) -> NDArray[np.float64]:
    """Evenly from 0 to 1."""
    return (mixed(seed, stream, index).astype(np.float64) + 0.5) / 2.0**32


def normal(seed: int, stream: int, index: NDArray[np.int64]) -> NDArray[np.float64]:
    """From the normal distribution, by Box and Muller."""
    first, second = uniform(seed, stream, 2 * index), uniform(seed, stream, 2 * index + 1)
    return np.sqrt(-2 * np.log(first)) * np.cos(2 * np.pi * second)


def integer(seed: int, stream: int, index: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """A whole number from 0 to count - 1."""
    return (mixed(seed, stream, index) / 2.0**32 * count).astype(np.int64)
