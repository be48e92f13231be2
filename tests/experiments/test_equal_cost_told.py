"""What the chapter on when adapting pays says of LeNets at equal cost holds in the stored rows."""

import statistics

import pytest

from acda_core.experiments import results
from acda_core.experiments.matching import best_rates
from acda_core.experiments.statistics import paired_difference
from acda_core.experiments.tuned import RATES

ROWS = results.load("equal_cost")["results"]
FIRST = {row["conv"]: row for row in ROWS if row["seed"] == 0}
ERRED = {name: [row["test_error"] for row in ROWS if row["conv"] == name] for name in FIRST}


def test_three_seeds_of_eleven_networks_on_images_that_chose_nothing():
    assert {len(errors) for errors in ERRED.values()} == {3}
    assert len(ERRED) == 11
    assert {row["split"] for row in ROWS} == {"test"}


def test_rates_took_four_epochs_and_the_networks_eight_of_ten_thousand_images():
    tuned, told = results.load("equal_cost_rates"), results.load("equal_cost")
    for stored, epochs, split in ((tuned, 4, "validation"), (told, 8, "test")):
        assert {(row["epochs"], row["images"], row["split"]) for row in stored["results"]} == {(epochs, 10_000, split)}
        assert "5000 to validate" in stored["data"]


def test_the_same_layer_errs_more_with_atoms_of_the_image_and_then_more_than_with_constant_ones():
    cost = "multiply_adds", "parameters"
    assert [FIRST["acda"][name] for name in cost] == [FIRST["acda_image"][name] for name in cost]
    for pixel, image, constant in zip(ERRED["acda"], ERRED["acda_image"], ERRED["constant"], strict=True):
        assert pixel < constant < image


def test_a_gate_per_pixel_does_not_help_constant_atoms():
    assert statistics.mean(ERRED["gate"]) > statistics.mean(ERRED["constant"])


def test_of_networks_with_at_most_its_parameters_acda_errs_least_with_every_seed():
    small = [name for name, row in FIRST.items() if row["parameters"] <= FIRST["acda"]["parameters"]]
    assert {"conv", "conv_params", "gate", "constant", "involution", "kpn"} <= set(small)
    for errors in zip(*(ERRED[name] for name in small), strict=True):
        assert min(zip(errors, small, strict=True))[1] == "acda"


def test_all_that_compute_less_than_four_million_err_more_than_acda_with_every_seed():
    cheap = [name for name, row in FIRST.items() if row["multiply_adds"] < 4e6]
    assert set(FIRST) - set(cheap) == {"acda", "acda_image", "conv_ops", "condconv"}
    for name in cheap:
        assert all(error > adaptive for error, adaptive in zip(ERRED[name], ERRED["acda"], strict=True))


def test_of_networks_with_the_same_phi_acda_errs_least_with_every_seed():
    for errors in zip(*(ERRED[name] for name in ("acda", "acda_image", "gate", "kpn", "bpn")), strict=True):
        assert min(errors) == errors[0]


def test_condconv_errs_about_as_much_as_the_plain_convolution_of_its_cost():
    gap = paired_difference(ERRED["condconv"], ERRED["conv_ops"])
    assert gap.low < 0 < gap.high
    assert abs(gap.mean) < 0.3


@pytest.mark.parametrize("name", ["conv_ops", "condconv"])
def test_as_many_multiply_adds_in_channels_err_less_with_every_seed_and_have_many_more_parameters(name):
    assert FIRST[name]["multiply_adds"] == pytest.approx(FIRST["acda"]["multiply_adds"], rel=0.02)
    assert all(wide < adaptive for wide, adaptive in zip(ERRED[name], ERRED["acda"], strict=True))
    assert 4.9 < FIRST[name]["parameters"] / FIRST["acda"]["parameters"] < 8.5


def test_for_acda_and_four_others_the_best_rate_is_the_largest_that_was_tried():
    best = best_rates(results.find("equal_cost_rates"))
    assert {FIRST[name]["rate"] == best[name] for name in FIRST} == {True}
    largest = [name for name, rate in best.items() if rate == max(RATES)]
    assert "acda" in largest
    assert len(largest) == 5
