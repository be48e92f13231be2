"""What the chapter on adaptive ResNets says of narrow networks holds in the stored rows."""

from acda_core.experiments import results
from acda_core.nets.adresnet import AD_RESNETS

ROWS = results.load("resnet")["results"]


def of(name, what="test_error"):
    return [row[what] for row in ROWS if row["conv"] == name]


def test_acdas_error_is_lower_with_two_of_three_seeds_and_convs_own_spread_over_two_points():
    lower = [ours < theirs for ours, theirs in zip(of("acda"), of("conv"), strict=True)]
    assert sorted(lower) == [False, True, True]
    assert round(max(of("conv")) - min(of("conv"))) == 2


def test_in_so_narrow_a_network_acda_costs_more_parameters_and_multiply_adds():
    for what in ("parameters", "multiply_adds"):
        assert of("acda", what)[0] > of("conv", what)[0]


def test_both_saw_six_epochs_of_twenty_thousand_images():
    assert {(row["epochs"], row["images"]) for row in ROWS} == {(6, 20_000)}


def test_the_papers_totals_are_those_that_the_last_table_prints():
    assert [AD_RESNETS[size].printed_millions for size in "sml"] == [3.85, 9.83, 18.19]
