"""The random numbers that browser and Python share."""

import numpy as np

from acda_core.course.widgets import (
    random,
)


def test_random_numbers_are_even_normal_and_new_for_each_seed_and_stream():
    index = np.arange(50_000)
    even = random.uniform(3, 1, index)
    assert (even > 0).all()
    assert (even < 1).all()
    np.testing.assert_allclose(np.histogram(even, 10, (0, 1))[0] / len(index), 0.1, atol=0.006)
    draws = [random.normal(seed, stream, index) for seed in (0, 1, 2) for stream in (0, 1)]
    np.testing.assert_allclose(np.cov(draws), np.eye(6), atol=0.03)
    np.testing.assert_allclose(np.mean(draws, 1), 0, atol=0.02)
    assert np.unique(random.integer(5, 2, index, 7)).tolist() == list(range(7))
