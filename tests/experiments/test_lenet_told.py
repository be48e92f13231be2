"""What the chapter on LeNet says of its tables holds in the stored rows."""

from statistics import mean

import pytest

from acda_core.experiments import results

FILES = "lenet", "lenet_rivals", "lenet_kpn", "lenet_wide"
SIX_EPOCHS = [row for name in FILES for row in results.load(name)["results"]]
TWENTY_EPOCHS = results.load("lenet_long")["results"]
SEARCHED = [row for name in ("lenet_phi_base", "lenet_phi") for row in results.load(name)["results"]]
STORED = results.load("lenet_cifar100")
ERRORS = {
    name: [row["test_error"] for row in STORED["results"] if row["conv"] == name]
    for name in ("conv", "norm", "acda", "condconv", "dyconv")
}


def errors(name, rows=SIX_EPOCHS):
    return [row["test_error"] for row in rows if row["conv"] == name]


def cost(name, what="multiply_adds"):
    return next(row[what] for row in SIX_EPOCHS if row["conv"] == name)


def falls(rival, rows=SIX_EPOCHS):
    """By how many per cent ACDA's error is lower, a number a seed."""
    pairs = zip(errors("acda", rows), errors(rival, rows), strict=True)
    return [100 * (1 - ours / theirs) for ours, theirs in pairs]


@pytest.mark.parametrize(
    ("rows", "rival", "told"),
    [
        (SIX_EPOCHS, "conv", (10, 13)),
        (SIX_EPOCHS, "norm", (8, 9)),
        (TWENTY_EPOCHS, "conv", (12, 20)),
        (TWENTY_EPOCHS, "norm", (10, 16)),
    ],
)
def test_acda_lowers_the_error_by_the_per_cent_that_are_told(rows, rival, told):
    found = falls(rival, rows)
    assert len(found) == 3
    assert (round(min(found)), round(max(found))) == told


def test_the_gain_varies_more_between_seeds_after_twenty_epochs_than_between_six_and_twenty():
    six, twenty = falls("conv"), falls("conv", TWENTY_EPOCHS)
    assert 0 < mean(twenty) - mean(six) < max(twenty) - min(twenty)


def test_after_a_hundred_epochs_with_one_seed_the_gain_is_closer_to_the_papers_third():
    (found,) = falls("conv", results.load("lenet_card")["results"])
    assert max(falls("conv", TWENTY_EPOCHS)) < found < 34.2


def test_the_mean_errors_are_those_of_the_last_table():
    told = {"six": (38.2, 33.6), "twenty": (32.1, 27.0)}
    found = {
        words: tuple(round(mean(errors(name, rows)), 1) for name in ("conv", "acda"))
        for words, rows in (("six", SIX_EPOCHS), ("twenty", TWENTY_EPOCHS))
    }
    assert found == told


def test_acda_needs_eighteen_times_the_multiply_adds_of_lenet_and_of_its_per_image_rivals():
    for name in ("conv", "condconv", "dyconv"):
        assert round(cost("acda") / cost(name)) == 18


def test_the_wide_lenet_computes_as_much_in_less_time_and_its_error_is_more_than_six_points_lower():
    assert 0.9 < cost("wide") / cost("acda") < 1
    assert 4.5 < cost("wide", "parameters") / cost("acda", "parameters") < 5
    assert cost("wide", "step_ms") < 0.8 * min(row["step_ms"] for row in SIX_EPOCHS if row["conv"] == "acda")
    (alone,) = errors("wide")
    assert 6 < mean(errors("acda")) - alone < 7


def test_only_the_wide_lenet_is_ahead_of_acda_and_per_image_filters_are_no_better_than_lenet():
    means = {name: mean(errors(name)) for name in {row["conv"] for row in SIX_EPOCHS}}
    assert sorted(means, key=means.get)[:2] == ["wide", "acda"]
    assert min(means["condconv"], means["dyconv"]) > means["conv"]
    assert max(means, key=means.get) == "kpn"


def test_of_the_generators_tried_the_released_form_is_best_and_its_width_gains_little():
    found = {row["conv"]: row for row in SEARCHED}
    error = {name: row["test_error"] for name, row in found.items()}
    assert sorted(error, key=error.get)[:4] == ["released_64", "released_16", "square_hidden_16", "norm"]
    assert error["released_16"] - error["released_64"] < 0.5
    assert 3.4 < found["released_64"]["multiply_adds"] / found["released_16"]["multiply_adds"] < 3.6
    assert abs(error["paper_16"] - error["conv"]) < 0.5 < error["paper_64"] - error["conv"]
    assert error["square_hidden_16"] < error["square_16"] < error["square_norm_16"]


def test_on_cifar_100_five_networks_took_six_epochs_of_twenty_thousand_images_with_three_seeds():
    assert {len(errors) for errors in ERRORS.values()} == {3}
    assert {(row["classes"], row["epochs"], row["images"]) for row in STORED["results"]} == {(100, 6, 20_000)}


def test_after_so_short_a_training_every_network_errs_on_most_training_images():
    assert min(row["train_error"] for row in STORED["results"]) > 70


def test_acda_errs_more_often_than_the_normalised_lenet_with_every_seed():
    assert all(ours > theirs for ours, theirs in zip(ERRORS["acda"], ERRORS["norm"], strict=True))
