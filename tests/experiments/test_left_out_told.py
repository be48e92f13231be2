"""What the chapter on restoration says of photographs left out in turn holds in the stored rows."""

from statistics import mean

import pytest

from acda_core.experiments import results
from acda_core.experiments.leave_one_out import FOLDS

FILES = {500: ["leave_one_out"], 2000: ["leave_one_out_long", "leave_one_out_whole"]}
PSNR = {
    steps: {(row["conv"], row["fold"]): row for name in names for row in results.load(name)["results"]}
    for steps, names in FILES.items()
}


def ahead(one, other, steps):
    return [PSNR[steps][one, fold]["psnr"] - PSNR[steps][other, fold]["psnr"] for fold in FOLDS]


@pytest.mark.parametrize("steps", PSNR)
def test_the_plain_net_is_ahead_of_one_adaptive_layer_on_all_photographs(steps):
    assert min(ahead("plain_3x3", "one_acda", steps)) > 0


def test_the_layer_is_a_little_ahead_of_those_that_use_phi_otherwise_on_six_of_seven_photographs():
    for name in ("one_kpn", "one_bpn"):
        leads = ahead("one_acda", name, 2000)
        assert sum(lead > 0 for lead in leads) == 6
        assert 0 < mean(leads) < 0.25


def test_basis_prediction_costs_a_quarter_of_the_layers_multiply_adds():
    layer, rival = (PSNR[500][name, FOLDS[0]]["multiply_adds"] for name in ("one_acda", "one_bpn"))
    assert 0.2 < rival / layer < 0.26


def test_a_whole_network_gains_by_adapting_after_500_steps_and_not_after_2000():
    early, late = (ahead("acda", "conv", steps) for steps in PSNR)
    assert round(mean(early), 1) == 0.5
    assert sum(lead > 0 for lead in early) == 6
    assert abs(mean(late)) < 0.05
    assert [round(end(late), 1) for end in (min, max)] == [-1.0, 1.2]


def test_ten_networks_were_trained_for_both_lengths_with_each_photograph_left_out():
    assert {len(rows) for rows in PSNR.values()} == {10 * len(FOLDS)}
    assert PSNR[500].keys() == PSNR[2000].keys()


def test_conv_of_equal_cost_is_ahead_of_adapting_on_all_photographs_and_on_six_after_2000_steps():
    costs = [PSNR[500][name, FOLDS[0]]["multiply_adds"] for name in ("conv_ops", "acda")]
    assert 1 < costs[0] / costs[1] < 1.05
    assert min(ahead("conv_ops", "acda", 500)) > 0
    assert round(mean(ahead("conv_ops", "acda", 500)), 1) == 0.9
    assert sum(lead > 0 for lead in ahead("conv_ops", "acda", 2000)) == 6
    assert round(mean(ahead("conv_ops", "acda", 2000)), 1) == 0.5
    assert min(mean(ahead("conv_ops", "conv", steps)) for steps in PSNR) > 0


@pytest.mark.parametrize("steps", PSNR)
def test_no_whole_network_comes_up_to_one_adaptive_layer_on_average(steps):
    for name in ("conv", "acda", "dncnn", "kpn", "conv_ops"):
        assert mean(ahead("one_acda", name, steps)) > 0


def test_after_500_steps_only_small_networks_beat_the_linear_filter_on_average():
    over = {
        name: mean(PSNR[500][name, fold]["psnr"] - PSNR[500][name, fold]["psnr_linear"] for fold in FOLDS)
        for name in {name for name, _ in PSNR[500]}
    }
    assert {name for name, gain in over.items() if gain > 0} == {"plain_3x3", "one_acda", "one_kpn", "one_bpn"}
