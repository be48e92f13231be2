"""What the chapter on counting says of the coefficients that were frozen holds in the stored rows."""

import numpy as np
import pytest

from acda_core.experiments import counting_cells, results

ROWS = {row["net"]: row for row in results.load("frozen_alpha")["results"]}
TAKEN = "image_mean", "matched_mean", "one_mean", "shuffled", "rolled"


@pytest.mark.parametrize("way", TAKEN)
def test_on_crowds_every_way_to_take_the_adaptation_away_more_than_doubles_the_error(way):
    assert ROWS["crowds"][f"error_{way}"] > 2 * ROWS["crowds"]["error_trained"]


def test_on_blood_the_mean_of_the_image_at_its_old_strength_counts_nearly_as_well():
    blood = ROWS["bccd"]
    assert blood["error_matched_mean"] < 1.1 * blood["error_trained"] < blood["error_shuffled"]


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("net", ROWS)
def test_most_of_alpha_is_constant_and_the_rest_has_few_directions(net, layer):
    row = ROWS[net]
    assert row[f"constant_{layer}"] > 0.5
    assert row[f"rank_{layer}"] < row[f"dimensions_{layer}"] / 4


CHOICE = [row for row in results.load("scale_choice")["results"] if "rho" in row]
LEARNED = [row for row in CHOICE if row["mae"] < 0.7 * row["mean_mae"]]
NARROW = [row for row in CHOICE if row["conv"] in ("acda_3", "acda_5")]


def test_eight_networks_on_balls_learned_to_count_and_the_ninth_whose_generator_sees_most_hardly_did():
    (slow,) = (row for row in CHOICE if row not in LEARNED)
    assert (len(LEARNED), slow["conv"]) == (8, "acda_11")
    assert slow["mae"] > 0.85 * slow["mean_mae"]


@pytest.mark.parametrize("row", LEARNED, ids=lambda row: f"{row['conv']} {row['seed']}")
def test_larger_balls_get_filters_that_reach_slightly_further_as_they_do_not_before_training(row):
    assert row["rho"] > 0.25
    assert row["rho_start"] < 0.05
    assert 0.0055 < row["radius_size"] / row["radius"] < 0.0235
    assert abs(row["radius_size_start"]) < row["radius_size"] / 15


@pytest.mark.parametrize("row", NARROW, ids=lambda row: f"{row['conv']} {row['seed']}")
def test_the_share_of_the_largest_bases_falls_where_the_generator_sees_three_or_five_cells(row):
    assert -0.02 < row["share_size"] < 0


def test_dense_quarters_get_smaller_filters_with_every_seed_only_where_the_generator_sees_eleven_cells():
    for name in ("acda_3", "acda_5", "acda_11"):
        smaller = [row["radius_crowded"] < 0 for row in CHOICE if row["conv"] == name]
        assert all(smaller) is (name == "acda_11")


def test_the_others_count_balls_better_than_a_plain_network_of_as_many_multiply_adds():
    plain = {row["seed"]: row for row in results.load("scale_choice")["results"] if row["conv"] == "conv_ops"}
    for row in NARROW:
        assert row["mae"] < plain[row["seed"]]["mae"]
        assert row["multiply_adds"] > 0.95 * plain[row["seed"]]["multiply_adds"]


TISSUE = {(row["data"], row["conv"], row["seed"]): row for row in results.load("counting_cells")["results"]}
DRAWS = sorted({seed for *_, seed in TISSUE})


def errors_of_draws(data):
    """A row a draw, a column a network."""
    return np.array([[TISSUE[data, name, seed]["mae"] for name in counting_cells.NETWORKS] for seed in DRAWS])


@pytest.mark.parametrize("data", counting_cells.TRAIN)
def test_no_network_leads_with_every_draw_of_a_set(data):
    assert len(DRAWS) == 3
    assert len(set(errors_of_draws(data).argmin(1))) > 1


def test_on_fluorescence_condconv_is_best_in_the_mean():
    assert list(counting_cells.NETWORKS)[errors_of_draws("vgg").mean(0).argmin()] == "condconv"


@pytest.mark.parametrize("data", ["mbm", "adi"])
def test_on_real_tissue_draws_differ_more_than_networks(data):
    errors = errors_of_draws(data)
    assert np.ptp(errors.mean(1)) > np.ptp(errors.mean(0))


@pytest.mark.parametrize("seed", DRAWS)
def test_in_fat_tissue_the_share_of_the_largest_bases_rises_with_size_as_it_did_not_before_training(seed):
    row = TISSUE["adi", "acda", seed]
    assert row["rho_low"] > 0 > row["rho_start"]
