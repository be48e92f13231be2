"""The counting command, on a few small pictures."""

import json
import sys

import pytest
import torch
from torch import nn

from acda_core import __main__, counting, models
from acda_core.crowds import crowd


def test_pictures_come_with_their_counts_and_densities():
    data = counting.crowds(5, 3)
    assert data.images.shape == (3, 1, 96, 128)
    assert data.densities.shape == (3, 1, 24, 32)
    assert data.counts.tolist() == [len(crowd(seed).dots) for seed in (5, 6, 7)]
    torch.testing.assert_close(data.densities.sum((1, 2, 3)), data.counts, rtol=1e-3, atol=1e-3)


def test_the_errors_are_those_of_numbers_worked_out_by_hand():
    mae, rmse = counting.errors(torch.tensor([3.0, 5.0, 1.0]), torch.tensor([3.0, 1.0, 4.0]))
    assert mae == pytest.approx(7 / 3)
    assert rmse == pytest.approx((25 / 3) ** 0.5)


def test_a_count_is_the_sum_of_the_density_over_the_scale():
    network = models.CountingNet()
    nn.init.zeros_(network.head.weight)
    nn.init.constant_(network.head.bias, 0.5)
    counts = counting.predicted_counts(network, torch.rand(3, 1, 96, 128))
    torch.testing.assert_close(counts, torch.full((3,), 0.5 * 24 * 32 / counting.SCALE))


def test_every_network_trains_and_its_row_stands_beside_the_mean(monkeypatch, tmp_path):
    out = tmp_path / "out.json"
    words = ["--network", *counting.NETWORKS, "--epochs", "1", "--images", "16", "--device", "cpu", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["acda_core", "counting", *words])
    __main__.main()
    stored = json.loads(out.read_text())
    assert [row["conv"] for row in stored["results"]] == list(counting.NETWORKS)
    assert "synthetic" in stored["data"]
    train, test = counting.crowds(0, 16).counts, counting.crowds(counting.TEST_SEED, 16).counts
    for row in stored["results"]:
        assert row["mean_mae"] == pytest.approx((test - train.mean()).abs().mean().item())
        assert row["rmse"] >= row["mae"] > 0


def test_training_lowers_the_loss():
    data = counting.crowds(0, 32)
    losses = counting.train_network(counting.make_network("conv", 0), data, 60, 0, 8, progress=False)
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match="`name` must be one of conv, acda, acda_released, condconv, got 'vgg'"):
        counting.make_network("vgg", 0)
