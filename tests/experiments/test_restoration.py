"""The restoration command and its networks, on small synthetic pictures."""

import json
import sys

import numpy as np
import pytest
import torch
from torch import nn

from acda_core import ACDAConv2d, __main__, reference
from acda_core.data import photographs
from acda_core.experiments import image_quality, restoration, results
from acda_core.nets.restoration import KernelNet, RestorationNet
from acda_core.training.measure import multiply_adds, parameters


@pytest.fixture
def small_photographs(tmp_path, monkeypatch):
    """Smooth fields in the place of photographs, large enough for the cut-outs; in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def field(name):
        random = torch.Generator().manual_seed(len(name))
        height, width = (252, 272) if name in photographs.TEST else (40, 44)
        return nn.functional.interpolate(torch.rand(1, 3, 9, 9, generator=random), (height, width), mode="bilinear")[0]

    monkeypatch.setattr(photographs, "photograph", field)


@pytest.mark.parametrize("name", restoration.NETWORKS)
def test_an_even_photograph_keeps_its_size_and_every_parameter_learns(name):
    network = restoration.make_network(name, 0)
    x = torch.rand(2, 3, 12, 20)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.1)
    output = network(x)
    assert output.shape == x.shape
    output.square().sum().backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in network.parameters() if parameter.numel() > 1)


@pytest.mark.parametrize("name", ["conv", "acda", "kpn", "one_conv", "one_acda"])
def test_at_the_start_a_photograph_is_left_as_it_is(name):
    x = torch.rand(1, 3, 8, 10)
    torch.testing.assert_close(restoration.make_network(name, 0)(x), x)


def test_the_networks_differ_in_the_convolutions_of_their_blocks_only():
    layers = [[type(block.branch[3]) for block in restoration.make_network(name, 0).body] for name in ("conv", "acda")]
    assert layers == [[nn.Conv2d] * 8, [ACDAConv2d] * 8]
    assert [RestorationNet(nn.Conv2d, channels=8, blocks=2)(torch.rand(1, 3, 6, 6)).shape] == [(1, 3, 6, 6)]


def test_the_plain_rival_costs_no_more_than_one_adaptive_layer_and_is_ahead_of_it_in_the_mean_of_the_stored_seeds():
    plain, layer = (restoration.make_network(name, 0) for name in ("plain_3x3", "one_acda"))
    assert 0.9 * parameters(layer) < parameters(plain) < parameters(layer)
    assert (
        0.8 * multiply_adds(layer, (3, 64, 64)) < multiply_adds(plain, (3, 64, 64)) < multiply_adds(layer, (3, 64, 64))
    )
    for problem, wins in (("denoise", 2), ("sr2", 3)):
        ahead = [row["psnr"] for row in results.load(f"restoration_rivals_{problem}")["results"]]
        others = results.load(f"restoration_{problem}")["results"]
        behind = [row["psnr"] for row in others if row["conv"] == "one_acda"]
        assert sum(ahead) > sum(behind)
        assert sum(one > other for one, other in zip(ahead, behind, strict=True)) == wins
    (longer,) = results.load("restoration_rivals_long")["results"]
    others = {row["conv"]: row["psnr"] for row in results.load("restoration_long")["results"]}
    assert longer["psnr"] > max(others.values()) == others["one_acda"]


def test_predicted_kernels_filter_every_colour_alike():
    torch.manual_seed(0)
    network = KernelNet(3)
    nn.init.normal_(network.network.tail[0].weight, std=0.3)
    x = torch.rand(1, 3, 6, 8)
    D = network.kernels(x)
    K = torch.einsum("oi,nuvhw->noiuvhw", torch.eye(3), D[:, 0])
    torch.testing.assert_close(network(x), reference.per_pixel_conv2d(x, K, 1, 1), rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_the_command_stores_rows_and_cut_outs(small_photographs, monkeypatch, tmp_path):
    monkeypatch.setattr(restoration, "EPOCH", 2)
    monkeypatch.setattr(restoration, "BATCH", 2)
    out, cut_outs = tmp_path / "restoration_sr2.json", tmp_path / "restoration_sr2.npz"
    words = ["--problem", "sr2", "--network", *restoration.NETWORKS, "--epochs", "1", "--device", "cpu"]
    monkeypatch.setattr(sys, "argv", ["x", "restoration", *words, "--out", str(out), "--cut-outs", str(cut_outs)])
    __main__.main()
    stored = json.loads(out.read_text())
    assert "synthetic degradation" in stored["data"]
    assert "--problem sr2" in stored["command"]
    assert [row["conv"] for row in stored["results"]] == list(restoration.NETWORKS)
    for row in stored["results"]:
        assert row["psnr"] == pytest.approx((row["psnr_astronaut"] + row["psnr_coffee"]) / 2)
        assert 0 < row["ssim"] <= 1
    with np.load(cut_outs) as found:
        kinds = ["clean", "degraded", *restoration.NETWORKS]
        assert set(found) == {f"{name}/{kind}" for name in photographs.TEST for kind in kinds}
        assert {found[name].shape for name in found} == {(restoration.CROP, restoration.CROP, 3)}


def test_training_lowers_the_loss(small_photographs):
    pairs = photographs.training_pairs("denoise")
    network = restoration.make_network("kpn", 0)
    losses = restoration.train_network(network, pairs, 40, 0, batch=4, progress=False).losses
    assert sum(losses[-8:]) < 0.8 * sum(losses[:8])


def test_scores_are_those_of_each_photograph_and_of_its_parts(small_photographs):
    held_out = photographs.held_out_pairs("denoise")
    row = restoration.scores({name: pair.degraded for name, pair in held_out.items()}, held_out)
    pair = held_out["coffee"]
    assert row["psnr_coffee"] == image_quality.psnr(pair.degraded, pair.clean, restoration.SHAVE)
    assert row["ssim"] == pytest.approx((row["ssim_astronaut"] + row["ssim_coffee"]) / 2)
    assert row["psnr_weak"] > row["psnr"] > row["psnr_strong"]


def test_an_unknown_network_is_named():
    names = ", ".join(restoration.NETWORKS)
    with pytest.raises(ValueError, match=f"`name` must be one of {names}, got 'unet'"):
        restoration.make_network("unet", 0)


@pytest.mark.parametrize("problem", restoration.PROBLEMS)
def test_the_stored_cut_outs_are_of_the_photographs_and_damage_that_are_made_today(problem):
    stored = restoration.cut_outs(problem)
    for name, pair in photographs.held_out_pairs(problem).items():
        for what, image in (("clean", pair.clean), ("degraded", pair.degraded)):
            difference = stored[f"{name}/{what}"].astype(int) - restoration.cut_out(image, name)
            assert abs(difference).max() <= 1
