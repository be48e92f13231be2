"""What the chapter on when adapting pays says of the stored dose and response, and of how many filters are enough."""

import statistics

import pytest

from acda_core.experiments import heterogeneity, results
from acda_core.experiments.statistics import paired_difference, slope

RIVALS = "acda_image", "conv_ops", "conv_params"


class Run:
    """Stored rows of the dose and response: what ACDA gains over its rivals."""

    def __init__(self, name, measure="psnr", sign=1):
        self.rows = results.load(name)["results"]
        self.found = {(row["conv"], row["h"], row["seed"]): sign * row[measure] for row in self.rows}
        self.seeds, self.doses = (sorted({row[key] for row in self.rows}) for key in ("seed", "h"))

    def gains(self, rival, h):
        return [self.found["acda", h, seed] - self.found[rival, h, seed] for seed in self.seeds]

    def slopes(self, rival):
        each = zip(*(self.gains(rival, h) for h in self.doses), strict=True)
        return [slope(self.doses, gains) for gains in each]

    def interval(self, rival):
        return paired_difference(self.slopes(rival), [0.0] * len(self.seeds))


SHORT, LONG = Run("heterogeneity"), Run("heterogeneity_long")
CROWDS = Run("heterogeneity_crowds", "mae", -1)


def test_three_seeds_saw_four_doses_or_both_ends_for_a_thousand_steps_or_five_thousand():
    assert {tuple(run.seeds) for run in (SHORT, LONG, CROWDS)} == {(0, 1, 2)}
    assert [len(run.doses) for run in (SHORT, LONG, CROWDS)] == [4, 2, 4]
    assert [{row["steps"] for row in run.rows} for run in (SHORT, LONG, CROWDS)] == [{1000}, {5000}, {1000}]


def test_the_gain_over_atoms_of_the_image_falls_with_every_seed_in_a_thousand_steps():
    assert max(SHORT.slopes("acda_image")) < 0
    assert SHORT.interval("acda_image").high < 0


@pytest.mark.parametrize("rival", RIVALS[1:])
def test_in_a_thousand_steps_the_slope_over_a_plain_network_is_undecided_and_acda_is_not_ahead_of_it(rival):
    found = SHORT.interval(rival)
    assert found.low < 0 < found.high
    assert all(statistics.mean(SHORT.gains(rival, h)) < 0 for h in SHORT.doses)


@pytest.mark.parametrize("conv", ["acda", *RIVALS])
def test_no_network_rises_with_the_dose_in_a_thousand_steps(conv):
    means = [statistics.mean(SHORT.found[conv, h, seed] for seed in SHORT.seeds) for h in SHORT.doses]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("rival", RIVALS)
def test_in_five_thousand_steps_the_gain_grows_with_the_dose_with_every_seed(rival):
    assert min(LONG.slopes(rival)) > 0
    assert LONG.interval(rival).low > 0


@pytest.mark.parametrize("rival", RIVALS[1:])
def test_after_five_thousand_steps_acda_is_behind_plain_networks_on_even_noise_and_ahead_on_uneven_noise(rival):
    assert max(LONG.gains(rival, 0.0)) < 0 < statistics.mean(LONG.gains(rival, 1.0))


@pytest.mark.parametrize("rival", RIVALS)
def test_on_crowds_acda_is_ahead_at_every_dose_and_the_slope_is_undecided(rival):
    assert all(statistics.mean(CROWDS.gains(rival, h)) > 0 for h in CROWDS.doses)
    found = CROWDS.interval(rival)
    assert found.low < 0 < found.high


def test_the_rate_of_acda_is_the_largest_that_was_tried():
    assert {row["rate"] for run in (SHORT, LONG) for row in run.rows if row["conv"] == "acda"} == {
        max(heterogeneity.RATES)
    }


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
