"""What the chapter on counting says of the coefficients that were frozen holds in the stored rows."""

import pytest

from acda_core.experiments import results

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
