"""What the chapter on when adapting pays says of LeNets at equal cost holds in the stored rows."""

import statistics

import pytest

from acda_core.experiments import results
from acda_core.experiments.matching import best_rates
from acda_core.experiments.statistics import paired_difference
from acda_core.experiments.tuned import RATES

STORED = [results.load(name) for name in ("equal_cost", "equal_cost_wide")]
ROWS = [row for stored in STORED for row in stored["results"]]
WIDTHS = 1, 2, 4
NAMES = {row["conv"] for row in ROWS}


def errors(name, width):
    return [row["test_error"] for row in ROWS if (row["conv"], row["width"]) == (name, width)]


def first(name, width):
    return next(row for row in ROWS if (row["conv"], row["width"], row["seed"]) == (name, width, 0))


def test_twelve_networks_of_three_widths_take_six_epochs_with_two_seeds_and_the_widest_with_three():
    assert len(NAMES) == 12
    for name in NAMES:
        assert [len(errors(name, width)) for width in WIDTHS] == [2, 2, 3]
    assert {(row["epochs"], row["images"], row["split"]) for row in ROWS} == {(6, 45_000, "test")}
    assert all("5000 to validate" in stored["data"] for stored in STORED)


def test_each_has_the_best_of_four_rates_tried_at_width_two_on_images_held_out():
    tuned, best = results.load("equal_cost_rates"), best_rates(results.find("equal_cost_rates"))
    assert {(row["split"], row["width"]) for row in tuned["results"]} == {("validation", 2)}
    assert {row["rate"] for row in tuned["results"]} == set(RATES)
    assert len(RATES) == 4
    assert max(best.values()) < max(RATES)  # so none would rather have had a larger one
    assert all(row["rate"] == best[row["conv"]] for row in ROWS)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_same_layer_errs_more_with_atoms_of_the_image_and_then_more_than_with_constant_ones(width):
    cost = "multiply_adds", "parameters"
    assert [first("acda", width)[name] for name in cost] == [first("acda_image", width)[name] for name in cost]
    for pixel, image, constant in zip(
        errors("acda", width), errors("acda_image", width), errors("constant", width), strict=True
    ):
        assert max(pixel, constant) < image


def test_of_networks_with_the_same_phi_acda_errs_least_while_they_are_narrow():
    for width in (1, 2):
        rivals = [errors(name, width) for name in ("acda_image", "gate", "kpn", "bpn")]
        assert all(least < min(others) for least, *others in zip(errors("acda", width), *rivals, strict=True))
    assert statistics.mean(errors("gate", 4)) < statistics.mean(errors("acda", 4))


def test_a_narrow_acda_errs_less_than_as_many_channels_or_parameters_and_a_wide_one_is_level_with_them():
    for other in ("conv", "conv_params"):
        for width in (1, 2):
            assert all(one < two for one, two in zip(errors("acda", width), errors(other, width), strict=True))
        gap = paired_difference(errors("acda", 4), errors(other, 4))
        assert gap.low < 0 < gap.high
    narrow, middle = (
        statistics.mean(errors("conv", width)) - statistics.mean(errors("acda", width)) for width in (1, 2)
    )
    assert narrow > middle > 2


def test_the_default_phi_keeps_less_than_a_point_in_the_wide_network():
    gap = paired_difference(errors("acda_default", 4), errors("conv", 4))
    assert -1 < gap.mean < 0


@pytest.mark.parametrize("name", ["conv_ops", "condconv"])
@pytest.mark.parametrize("width", WIDTHS)
def test_as_many_multiply_adds_in_channels_err_less_with_every_seed_at_every_width(name, width):
    assert first(name, width)["multiply_adds"] == pytest.approx(first("acda", width)["multiply_adds"], rel=0.02)
    for adaptive in ("acda", "acda_default"):
        assert all(wide < one for wide, one in zip(errors(name, width), errors(adaptive, width), strict=True))


@pytest.mark.parametrize("width", WIDTHS)
def test_condconv_errs_about_as_much_as_the_plain_convolution_of_its_cost(width):
    gap = statistics.mean(errors("condconv", width)) - statistics.mean(errors("conv_ops", width))
    assert abs(gap) < 0.4


def test_every_network_errs_on_more_than_a_fifth_of_its_own_training_images():
    assert min(row["train_error"] for row in ROWS) > 20


def test_the_curves_say_what_their_descriptions_say():
    assert statistics.mean(errors("conv", 1)) == pytest.approx(38, abs=0.5)
    assert statistics.mean(errors("conv_ops", 4)) == pytest.approx(25, abs=0.5)
    as_dear = [row for row in ROWS if row["multiply_adds"] > 4e6 and not row["conv"].startswith("con")]
    assert min(row["test_error"] for row in as_dear) > max(errors("conv_ops", 1))
    assert first("acda", 1)["parameters"] == pytest.approx(82_000, abs=500)
    assert first("acda", 4)["parameters"] == pytest.approx(240_000, abs=5_000)
