"""What the chapter on restoration says of real cameras holds in the stored rows."""

import pytest
import torch

from acda_core.experiments import results
from acda_core.experiments.denoise_polyu import CAMERAS
from acda_core.experiments.statistics import rank_correlation

ROWS = {(row["conv"], row["fold"]): row for row in results.load("denoise_polyu")["results"]}


def gained(name, camera, measure="psnr"):
    row = ROWS[name, camera]
    return row[measure] - row["psnr_noisy"]


@pytest.mark.parametrize("camera", CAMERAS)
def test_plain_layers_lead_and_one_layer_of_acda_comes_second(camera):
    plain, adaptive, others = (gained(name, camera) for name in ("plain_3x3", "one_acda", "dncnn"))
    linear = gained("kpn", camera, "psnr_linear")
    assert plain > adaptive > max(linear, others, gained("kpn", camera))
    assert 0.25 < plain - adaptive < 0.85


def test_kpn_is_never_ahead_of_the_linear_filter_and_the_deeper_net_once():
    linear = {camera: gained("kpn", camera, "psnr_linear") for camera in CAMERAS}
    ahead = {name: [camera for camera in CAMERAS if gained(name, camera) > linear[camera]] for name in ("kpn", "dncnn")}
    assert {name: len(found) for name, found in ahead.items()} == {"kpn": 0, "dncnn": 1}


def test_the_layer_costs_a_little_more_than_the_plain_ones():
    plain, adaptive = (ROWS[name, "Sony"] for name in ("plain_3x3", "one_acda"))
    for what in ("multiply_adds", "parameters"):
        assert 1 < adaptive[what] / plain[what] < 1.15


def follows(one, other):
    """Rank correlations, by camera, of how far `one` is ahead of `other` with how much the noise varies."""
    found = []
    for camera in CAMERAS:
        ahead = torch.tensor(ROWS[one, camera]["gains"]) - torch.tensor(ROWS[other, camera]["gains"])
        found.append(rank_correlation(ahead, torch.tensor(ROWS[one, camera]["heterogeneities"])))
    return found


def test_the_lead_follows_the_variation_of_the_noise_within_some_cameras_and_not_within_others():
    lags = sorted(follows("one_acda", "plain_3x3"))
    assert max(map(abs, lags[:2])) < 0.1
    assert 0.2 < lags[2] < 0.3
    assert 0.45 < lags[3] < lags[4]
    kpn = follows("kpn", "dncnn")
    assert min(kpn) < -0.7
    assert max(kpn) > 0.5
