"""What the chapter on when adapting pays says of the stored dose and response, and of how many filters are enough."""

import statistics

import pytest

from acda_core.experiments import heterogeneity, results
from acda_core.experiments.statistics import paired_difference, slope

ROWS = results.load("heterogeneity")["results"]
PSNR = {(row["conv"], row["h"], row["seed"]): row["psnr"] for row in ROWS}
SEEDS, DOSES = (sorted({row[name] for row in ROWS}) for name in ("seed", "h"))
RIVALS = "acda_image", "conv_ops", "conv_params"


def gains(rival, h):
    return [PSNR["acda", h, seed] - PSNR[rival, h, seed] for seed in SEEDS]


def slopes(rival):
    return [slope(DOSES, [gains(rival, h)[index] for h in DOSES]) for index in range(len(SEEDS))]


def test_the_gain_over_atoms_of_the_image_falls_with_every_seed():
    assert max(slopes("acda_image")) < 0
    assert paired_difference(slopes("acda_image"), [0.0] * len(SEEDS)).high < 0
    assert statistics.mean(gains("acda_image", 0.0)) > 0 > statistics.mean(gains("acda_image", 1.0))


@pytest.mark.parametrize("rival", RIVALS[1:])
def test_the_slope_over_a_plain_network_is_undecided_and_acda_is_not_ahead_of_it(rival):
    found = paired_difference(slopes(rival), [0.0] * len(SEEDS))
    assert found.low < 0 < found.high
    assert all(statistics.mean(gains(rival, h)) < 0 for h in DOSES)


@pytest.mark.parametrize("conv", ["acda", *RIVALS])
def test_no_network_rises_with_the_dose(conv):
    means = [statistics.mean(PSNR[conv, h, seed] for seed in SEEDS) for h in DOSES]
    assert means == sorted(means, reverse=True)


def test_with_the_best_rate_of_each_acda_is_behind_at_the_largest_dose():
    tried = [row for row in results.load("heterogeneity_rates_denoise")["results"] if row["h"] == 1.0]
    least = {conv: min(row["validation_error"] for row in tried if row["conv"] == conv) for conv in ("acda", *RIVALS)}
    assert max(least, key=least.get) == "acda"
    assert {row["rate"] for row in tried} == set(heterogeneity.RATES)


@pytest.mark.parametrize("row", results.load("how_many_filters")["results"], ids=lambda row: row["net"])
def test_sixteen_directions_are_nearly_enough_and_eight_are_better_than_64_values(row):
    assert row["error_rank_16"] < 1.05 * row["error_trained"]
    assert row["error_rank_8"] < row["error_values_64"]
    assert row["error_rank_8"] < 1.2 * row["error_trained"]


def test_64_values_leave_half_as_much_error_again_on_crowds_and_an_eighth_more_on_blood():
    worse = {
        row["net"]: row["error_values_64"] / row["error_trained"] for row in results.load("how_many_filters")["results"]
    }
    assert worse["crowds"] > 1.4
    assert 1.1 < worse["bccd"] < 1.2
