"""What the chapter on restoration says of its two test photographs holds in the stored rows."""

from statistics import mean

import pytest

from acda_core.data import photographs
from acda_core.experiments import results

ROWS = {
    problem: [row for kind in ("", "rivals_") for row in results.load(f"restoration_{kind}{problem}")["results"]]
    for problem in photographs.PROBLEMS
}
SMALL = "plain_3x3", "one_acda"


def psnr(problem, name, what="psnr"):
    return [row[what] for row in ROWS[problem] if row["conv"] == name]


def ahead(problem, one, other, what="psnr"):
    """By how many decibels, seed by seed."""
    pairs = zip(psnr(problem, one, what), psnr(problem, other, what), strict=True)
    return [ours - theirs for ours, theirs in pairs]


def others(problem):
    return {row["conv"] for row in ROWS[problem]} - set(SMALL)


def test_on_noise_the_plain_net_is_ahead_of_one_adaptive_layer_by_a_third_of_a_decibel_on_average():
    assert mean(ahead("denoise", "plain_3x3", "one_acda")) == pytest.approx(1 / 3, abs=0.05)


def test_on_noise_these_two_are_ahead_of_all_others_with_every_seed():
    for name in SMALL:
        assert all(min(ahead("denoise", name, other)) > 0 for other in others("denoise"))


def test_on_blur_the_plain_net_is_ahead_with_every_seed_by_one_to_two_tenths():
    found = ahead("sr2", "plain_3x3", "one_acda")
    assert [round(end(found), 1) for end in (min, max)] == [0.1, 0.2]


def test_on_blur_both_nets_with_bottlenecks_are_ahead_of_the_one_layer_by_two_to_five_tenths():
    found = [lead for name in ("conv", "acda") for lead in ahead("sr2", name, "one_acda")]
    assert [round(end(found), 1) for end in (min, max)] == [0.2, 0.5]


def test_on_blur_acda_leads_conv_with_every_seed_by_the_decibels_told():
    found = ahead("sr2", "acda", "conv")
    assert [round(end(found), 2) for end in (min, max)] == [0.03, 0.28]
    assert mean(found) == pytest.approx(0.2, abs=0.05)


def test_on_blur_acda_is_more_than_a_decibel_above_kpn():
    assert min(ahead("sr2", "acda", "kpn")) > 1


def test_the_network_with_acda_has_three_times_the_parameters_of_its_baseline():
    ours, theirs = (psnr("denoise", name, "parameters")[0] for name in ("acda", "conv"))
    assert round(ours / theirs) == 3
