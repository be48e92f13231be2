"""The counting command, on a few small pictures."""

import json
import sys

import numpy as np
import pytest
import torch
from torch import nn

from acda_core import __main__
from acda_core.data import objects
from acda_core.data.bccd import CELLS, bccd_sample
from acda_core.data.crowds import crowd
from acda_core.experiments import counting, results
from acda_core.nets.counting import CountingNet


def test_pictures_come_with_their_counts_and_densities():
    data = objects.crowds(5, 3)
    assert data.images.shape == (3, 1, 96, 128)
    assert data.densities.shape == (3, 1, 24, 32)
    assert data.counts.tolist() == [[len(crowd(seed).dots)] for seed in (5, 6, 7)]
    torch.testing.assert_close(data.densities.sum((2, 3)), data.counts, rtol=1e-3, atol=1e-3)


def test_each_kind_of_cell_has_a_density_of_its_own():
    photographs = bccd_sample()
    data = objects.smears(photographs)
    assert data.densities.shape == (12, 3, 30, 40)
    expected = [[int((kinds == index).sum()) for index in range(3)] for kinds in photographs.kinds]
    assert data.counts.tolist() == expected
    torch.testing.assert_close(data.densities.sum((2, 3)), data.counts, rtol=1e-3, atol=1e-3)
    height = photographs.boxes[0][:, 2] - photographs.boxes[0][:, 0]
    width = photographs.boxes[0][:, 3] - photographs.boxes[0][:, 1]
    torch.testing.assert_close(data.sizes[0] ** 2, height * width)


def test_the_errors_are_those_of_numbers_worked_out_by_hand():
    mae, rmse = counting.mae_and_rmse(torch.tensor([3.0, 5.0, 1.0]), torch.tensor([3.0, 1.0, 4.0]))
    assert mae == pytest.approx(7 / 3)
    assert rmse == pytest.approx((25 / 3) ** 0.5)


def test_a_count_is_the_sum_of_the_density_over_the_scale():
    network = CountingNet(classes=2)
    nn.init.zeros_(network.head.weight)
    network.head.bias = nn.Parameter(torch.tensor([0.5, 1.0]))
    counts = counting.predicted_counts(network, torch.rand(3, 1, 96, 128))
    torch.testing.assert_close(counts, torch.tensor([0.5, 1.0]).expand(3, 2) * 24 * 32 / counting.SCALE)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "counting", *words, "--device", "cpu"])
    __main__.main()


@pytest.mark.slow
def test_every_network_trains_and_its_row_stands_beside_the_mean(monkeypatch, tmp_path):
    out = tmp_path / "out.json"
    run(monkeypatch, "--network", *counting.NETWORKS, "--epochs", "1", "--images", "16", "--out", str(out))
    stored = json.loads(out.read_text())
    assert [row["conv"] for row in stored["results"]] == list(counting.NETWORKS)
    assert "synthetic" in stored["data"]
    assert "--data crowds" in stored["command"]
    train, test = objects.crowds(0, 16).counts, objects.crowds(counting.TEST_SEED, 16).counts
    for row in stored["results"]:
        assert row["mean_mae"] == pytest.approx((test - train.mean()).abs().mean().item())
        assert row["rmse"] >= row["mae"] > 0
        assert ("rho" in row) == row["conv"].startswith("acda")


def test_smears_are_trained_on_both_first_splits_and_counted_by_kind(monkeypatch, tmp_path):
    sample = bccd_sample()
    asked = []
    monkeypatch.setattr(counting, "bccd", lambda split, reduce: asked.append(split) or sample)
    out, half = tmp_path / "out.json", tmp_path / "half.npz"
    run(monkeypatch, "--data", "bccd", "--network", "acda", "--epochs", "1", "--out", str(out), "--half", str(half))
    assert asked == ["train", "val", "test"]
    (row,) = json.loads(out.read_text())["results"]
    assert row["images"] == 24
    counts = torch.stack([torch.bincount(kinds, minlength=3) for kinds in sample.kinds]).float()
    for index, kind in enumerate(CELLS):
        mean = counts[:, index].mean()
        assert row[f"mean_mae_{kind}"] == pytest.approx((counts[:, index] - mean).abs().mean().item())
        assert -1 <= row[f"rho_{kind}"] <= 1
    assert row["rho_low"] <= row["rho"] <= row["rho_high"]
    network = counting.trained("bccd", half)
    predicted = counting.predicted_counts(network, objects.smears(sample).images)
    assert counting.mae_and_rmse(predicted.sum(1), counts.sum(1))[0] == pytest.approx(row["mae"], rel=1e-2)


@pytest.mark.slow
def test_training_lowers_the_loss():
    data = objects.crowds(0, 32)
    losses = counting.train_network(counting.make_network("conv", 0), data, 60, 0, 8, progress=False).losses
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])


def test_a_mirrored_picture_goes_with_its_mirrored_density():
    """A network that returns the density it was made for has no loss at any step."""
    data = objects.smears(bccd_sample())

    class Perfect(nn.Module):
        def __init__(self):
            super().__init__()
            self.zero = nn.Parameter(torch.zeros(()))

        def forward(self, images):
            found = []
            for image in images:
                index, turn = next(
                    (index, turn)
                    for index in range(12)
                    for turn in ((), (1,), (2,), (1, 2))
                    if torch.equal(image, data.images[index].flip(turn))
                )
                found.append(counting.SCALE * data.densities[index].flip(turn))
            return torch.stack(found) + self.zero

    assert counting.train_network(Perfect(), data, 1, 0, 4, progress=False).losses == [0.0]
    losses = counting.train_network(Perfect(), data, 5, 0, 4, progress=False).losses
    assert max(losses) < 1e-4  # Adam moves the zero once there is any rounding


def test_shares_are_read_at_the_centre_of_each_object():
    data = objects.crowds(3, 2)
    network = counting.make_network("acda", 0)
    shares = counting.network_shares(network, data.images)
    torch.testing.assert_close(shares.sum(1), torch.ones(2, 24, 32))
    found = counting.largest_shares(network, data)
    for picture in range(2):
        for value, (row, column) in zip(found[picture], data.centres[picture].tolist(), strict=True):
            place = min(max(int(row / 4), 0), 23), min(max(int(column / 4), 0), 31)
            assert value == shares[(picture, 2, *place)]


def test_what_is_read_among_objects_leaves_the_empty_pixels_out(monkeypatch):
    data = objects.crowds(3, 2)
    density = data.densities
    high_where_empty = torch.where(density > counting.EMPTY, density, 10.0)
    monkeypatch.setattr(counting, "network_shares", lambda network, images: high_where_empty)
    monkeypatch.setattr(counting, "network_radii", lambda network, images: -high_where_empty[:, 0])
    found = counting.density_correlations(counting.make_network("acda", 0), data)
    assert found["rho_dense_within"] == pytest.approx(1)
    assert found["rho_radius_within"] == pytest.approx(-1)
    assert found["rho_dense"] == pytest.approx(-found["rho_radius"])
    assert found["rho_dense"] < 0


def test_in_the_stored_crowds_the_sign_turns_when_the_empty_pixels_are_left_out():
    crowds = objects.crowds(counting.TEST_SEED, 60)
    found = counting.density_correlations(counting.trained("crowds"), crowds)
    assert found["rho_dense"] > 0.1
    assert found["rho_radius"] < -0.1
    assert found["rho_dense_within"] < -0.1
    assert found["rho_radius_within"] > 0.1
    assert torch.cat(crowds.sizes).max() < 3 * objects.STEP  # 3 x 3 cells of the grid cover every head


def test_a_network_without_acda_layers_has_no_shares():
    with pytest.raises(TypeError, match="`network` must hold ACDA layers, got Conv2d"):
        counting.network_shares(counting.make_network("conv", 0), torch.rand(1, 1, 96, 128))


def test_an_unknown_name_is_named():
    with pytest.raises(ValueError, match="`name` must be one of conv, wide, acda, acda_released, condconv, got 'vgg'"):
        counting.make_network("vgg", 0)
    with pytest.raises(ValueError, match="`data` must be one of crowds, bccd, got 'shanghai'"):
        counting.make_network("conv", 0, "shanghai")


def test_what_is_kept_in_half_precision_holds_the_running_statistics_of_a_generator(tmp_path):
    network = counting.make_network("acda_released", 0)
    counting.predicted_counts(network, torch.rand(2, 1, 96, 128))
    network(torch.rand(2, 1, 96, 128))
    counting.save_half(tmp_path / "half.npz", network)
    state = network.state_dict()
    with np.load(tmp_path / "half.npz") as stored:
        assert set(stored) == {name for name in state if not name.endswith("psi")}
        for name in stored.files:
            torch.testing.assert_close(
                torch.from_numpy(stored[name]).to(state[name]), state[name], rtol=1e-3, atol=1e-6
            )


@pytest.mark.slow
def test_the_stored_networks_count_as_their_rows_say():
    """Half precision moves a count a little."""
    held_out = objects.crowds(counting.TEST_SEED, counting.TEST)
    (row,) = [row for row in results.load("counting_crowds")["results"] if (row["conv"], row["seed"]) == ("acda", 0)]
    predicted = counting.predicted_counts(counting.trained("crowds"), held_out.images)
    assert counting.mae_and_rmse(predicted.sum(1), held_out.counts.sum(1))[0] == pytest.approx(row["mae"], rel=0.01)
