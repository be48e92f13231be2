"""Coefficients cut down to few directions and few values, against numpy, scipy and what is known beforehand."""

import numpy as np
import pytest
import torch
from scipy.cluster.vq import vq

from acda_core.nets import few_filters


def at_pixels(alpha):
    """(n h w, m S m')."""
    return alpha.permute(0, 3, 4, 1, 2).flatten(3).flatten(0, 2)


@pytest.fixture
def alpha():
    mixed = torch.randn(3, 2, 5, 4, 6, generator=torch.Generator().manual_seed(0))
    return mixed * torch.arange(1.0, 6.0)[:, None, None] + 3


@pytest.mark.parametrize("number", [0, 1, 3, 10])
def test_what_is_kept_along_the_first_directions_is_the_best_approximation_of_that_rank(alpha, number):
    points = at_pixels(alpha).double().numpy()
    mean = points.mean(0)
    left, values, right = np.linalg.svd(points - mean, full_matrices=False)
    best = mean + left[:, :number] * values[:number] @ right[:number]
    kept = few_filters.directions(alpha).keep(alpha, number)
    assert kept.shape == alpha.shape
    np.testing.assert_allclose(at_pixels(kept), best, atol=2e-4)


def test_variances_are_those_of_the_numbers_along_the_axes_and_fall(alpha):
    found = few_filters.directions(alpha)
    along = at_pixels(alpha) @ found.axes.flatten(1).T
    torch.testing.assert_close(found.variances, along.var(0, correction=0), rtol=1e-3, atol=1e-3)
    assert (found.variances.diff() <= 0).all()


def test_directions_of_some_pixels_are_used_on_others(alpha):
    found = few_filters.directions(alpha[:2])
    other = found.keep(alpha[2:], 2)
    flat = at_pixels(other) - found.mean.flatten()
    assert np.linalg.matrix_rank(flat.numpy(), tol=1e-3) == 2


def test_every_pixel_takes_the_value_that_is_nearest(alpha):
    values = torch.randn(7, 2, 5, generator=torch.Generator().manual_seed(1)) * 4
    chosen = few_filters.nearest(alpha, values)
    expected, _ = vq(at_pixels(alpha).numpy(), values.flatten(1).numpy())
    torch.testing.assert_close(at_pixels(chosen), values.flatten(1)[expected])


def test_values_that_are_all_there_are_found(alpha):
    there = 10 * torch.randn(5, 2, 5, generator=torch.Generator().manual_seed(2))
    which = torch.arange(2 * 4 * 6).view(2, 4, 6) % 5
    found = few_filters.codebook(there[which].permute(0, 3, 4, 1, 2), 5)
    order = [int((found - one).flatten(1).norm(dim=1).argmin()) for one in there]
    assert sorted(order) == list(range(5))
    torch.testing.assert_close(found[order], there)


def test_each_value_is_the_mean_of_the_pixels_that_are_nearest_to_it(alpha):
    found = few_filters.codebook(alpha, 4)
    points = at_pixels(alpha).numpy()
    chosen, _ = vq(points, found.flatten(1).numpy())
    for index in range(4):
        np.testing.assert_allclose(points[chosen == index].mean(0), found[index].flatten(), atol=1e-4)


def test_values_depend_on_the_seed_alone_and_more_than_there_are_pixels_are_refused(alpha):
    assert torch.equal(few_filters.codebook(alpha, 6), few_filters.codebook(alpha, 6))
    with pytest.raises(ValueError, match="`number` must be from 1 to the number of pixels, 72, got 73"):
        few_filters.codebook(alpha, 73)


def test_the_kept_variance_is_1_for_all_0_for_the_mean_and_the_share_of_the_first_directions_between(alpha):
    found = few_filters.directions(alpha)
    shares = [few_filters.kept_variance(alpha, found.keep(alpha, number)) for number in (0, 2, 10)]
    share = float(found.variances[:2].sum() / found.variances.sum())
    assert shares == pytest.approx([0, share, 1], abs=1e-5)
    assert few_filters.kept_variance(torch.ones(1, 2, 3, 4, 4), torch.ones(1, 2, 3, 4, 4)) == 0
