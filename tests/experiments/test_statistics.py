"""The weight of each scale in a layer's filters, its rank correlation with the size of objects, paired differences."""

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acda_core import ACDAConv2d, compose_atoms, reference
from acda_core.experiments.statistics import bootstrap, paired_difference, rank_correlation, slope
from acda_core.nets.inspect import filter_radii, scale_shares


def test_shares_are_sums_of_squares_over_all_filters_of_a_pixel():
    torch.manual_seed(0)
    layer = ACDAConv2d(3, 4, 5, padding=2, num_atoms=2, num_bases=3)
    x = torch.randn(2, 3, 6, 7)
    shares = scale_shares(layer, x)
    alpha = layer.coefficients(x)
    for n, i, j in ((0, 0, 0), (1, 3, 6), (1, 5, 2)):
        weights = np.zeros(2)
        for out in range(4):
            for channel in range(3):
                coefficients = layer.A[out, channel] @ alpha[n, :, :, i, j]
                for basis, value in enumerate(coefficients.tolist()):
                    weights[basis // 3] += value**2
        np.testing.assert_allclose(shares[n, :, i, j], weights / weights.sum(), rtol=1e-4)


def test_for_one_channel_they_are_those_of_its_one_filter():
    torch.manual_seed(0)
    layer = ACDAConv2d(1, 1, 7, padding=3)
    image = torch.randn(1, 1, 9, 8)
    filters = torch.einsum("m,mkhw->khw", layer.A[0, 0], layer.coefficients(image)[0])
    weights = filters.square().unflatten(0, (3, 6)).sum(1)
    torch.testing.assert_close(scale_shares(layer, image)[0], (weights / weights.sum(0)).detach())


def test_the_radius_is_that_of_the_energy_of_all_full_size_filters_of_a_pixel():
    torch.manual_seed(0)
    layer = ACDAConv2d(3, 4, 7, padding=3).double()
    x = torch.randn(2, 3, 9, 8, dtype=torch.float64)
    energy = reference.compose_filters(layer.A, compose_atoms(layer.coefficients(x), layer.psi)).square().sum((1, 2))
    offset = torch.arange(-3, 4)
    distance2 = (offset[:, None] ** 2 + offset**2)[..., None, None]
    expected = ((energy * distance2).sum((1, 2)) / energy.sum((1, 2))).sqrt()
    torch.testing.assert_close(filter_radii(layer, x), expected.detach())
    assert (expected > 0).all()
    assert (expected < 18**0.5).all()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 6), st.floats(-1, 1)), min_size=3, max_size=40))
def test_the_rank_correlation_is_that_of_scipy_ties_included(pairs):
    one, other = torch.tensor(pairs, dtype=torch.float64).T
    found = rank_correlation(one, other)
    if len(one.unique()) == 1 or len(other.unique()) == 1:
        assert found == 0
    else:
        assert found == pytest.approx(scipy.stats.spearmanr(one, other).statistic)


def test_the_interval_holds_the_correlation_and_narrows_with_more_pictures():
    random = torch.Generator().manual_seed(0)
    widths = []
    for number in (10, 160):
        sizes = [torch.rand(8, generator=random) for _ in range(number)]
        shares = [one + 0.5 * torch.rand(8, generator=random) for one in sizes]
        low, high = bootstrap(sizes, shares, resamples=200)
        assert low < rank_correlation(torch.cat(sizes), torch.cat(shares)) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_objects_of_one_picture_count_as_one_draw():
    """Copies of each object in its picture tell nothing new: the interval stays as wide."""
    random = torch.Generator().manual_seed(0)
    sizes = [torch.rand(1, generator=random) for _ in range(30)]
    shares = [one + torch.rand(1, generator=random) for one in sizes]
    alone = bootstrap(sizes, shares, resamples=200)
    copied = bootstrap([one.repeat(9) for one in sizes], [one.repeat(9) for one in shares], resamples=200)
    np.testing.assert_allclose(copied, alone, atol=1e-12)


def test_a_paired_difference_is_that_of_scipys_t_test():
    one, other = [21.3, 22.1, 20.9, 23.0], [20.1, 21.9, 20.0, 21.2]
    expected = scipy.stats.ttest_rel(one, other)
    found = paired_difference(one, other)
    assert found.mean == pytest.approx(np.mean(one) - np.mean(other))
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_what_a_seed_does_to_both_of_a_pair_does_not_count():
    seeds = [0.0, 50.0, -30.0]
    found = paired_difference([seed + more for seed, more in zip(seeds, (1, 2, 1.5), strict=True)], seeds)
    assert vars(found) == pytest.approx(vars(paired_difference([1, 2, 1.5], [0, 0, 0])))


def test_numbers_without_a_partner_are_refused():
    with pytest.raises(ValueError, match="must be at least 2 pairs, got 3 and 2 numbers"):
        paired_difference([1, 2, 3], [1, 2])


POINTS = st.tuples(st.floats(-5, 5), st.floats(-5, 5))


@given(st.lists(POINTS, min_size=3, max_size=8, unique_by=lambda pair: round(pair[0], 2)))
@settings(deadline=None, max_examples=30)
def test_a_slope_is_that_of_the_line_of_least_squares(pairs):
    places, values = zip(*pairs, strict=True)
    assert slope(places, values) == pytest.approx(np.polyfit(places, values, 1)[0], abs=1e-6, rel=1e-6)


def test_a_slope_needs_two_different_places_and_a_value_for_each():
    for places, values in (([1, 1], [2, 3]), ([1, 2], [3])):
        with pytest.raises(ValueError, match="`places` must be different and as many as `values`"):
            slope(places, values)
