"""Dose and response: the networks' costs, the data's rewards, the choice of rates, and rows that can be made again."""

import json
import signal
import sys

import pytest
import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from acda_core import __main__
from acda_core.data import uneven_noise
from acda_core.experiments import heterogeneity, heterogeneity_data
from acda_core.experiments.heterogeneity_data import PROBLEMS
from acda_core.experiments.matching import best_rates
from acda_core.nets.inspect import adaptive_layers, coefficients
from acda_core.training.measure import multiply_adds, parameters


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Few pictures to be judged by, one rate less, and a folder of its own."""
    monkeypatch.setattr(heterogeneity_data, "TILES", 8)
    monkeypatch.setattr(heterogeneity_data, "CROWDS", {"train": 8, "validation": 2, "test": 3})
    monkeypatch.setattr(heterogeneity, "RATES", (1e-3, 3e-3))
    monkeypatch.chdir(tmp_path)
    heterogeneity_data.crowd_pictures.cache_clear()
    yield tmp_path
    heterogeneity_data.crowd_pictures.cache_clear()


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "heterogeneity", "--steps", "2", "--device", "cpu", *words])
    __main__.main()


def rows(path):
    return [
        {key: value for key, value in row.items() if key != "seconds"}
        for row in json.loads(path.read_text())["results"]
    ]


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(("name", "counted"), [("conv_ops", multiply_adds), ("conv_params", parameters)])
def test_no_other_width_costs_more_nearly_what_acda_costs(problem, name, counted):
    task, own = PROBLEMS[problem], heterogeneity.own_width(name, problem)
    more = (task.shape,) if counted is multiply_adds else ()
    wanted = counted(heterogeneity.make_network("acda", problem, 0), *more)
    found = counted(heterogeneity.make_network(name, problem, 0), *more)
    for other in (own - 1, own + 1):
        assert abs(found - wanted) <= abs(counted(task.body(nn.Conv2d, width=other), *more) - wanted)
    assert found == pytest.approx(wanted, rel=0.06)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_atoms_of_the_image_cost_what_atoms_of_the_pixel_cost_and_are_the_same_at_all_pixels(problem):
    by_pixel, by_image = (heterogeneity.make_network(name, problem, 0) for name in ("acda", "acda_image"))
    assert parameters(by_pixel) == parameters(by_image)
    given, _ = PROBLEMS[problem].batches(0.5, 0)(0)
    for network, alike in ((by_pixel, False), (by_image, True)):
        for layer in adaptive_layers(network):
            alpha = coefficients(network, layer, given)
            assert bool(alpha.std((-2, -1)).max() < 1e-5) is alike


@pytest.mark.parametrize("name", heterogeneity.LAYERS)
def test_a_denoiser_begins_as_the_identity_and_differs_in_its_middle_layer_and_width_only(name):
    network = heterogeneity.make_network(name, "denoise", 0)
    tiles = heterogeneity_data.held_out_tiles(0.5, "validation").noisy[:2]
    assert torch.equal(network(tiles), tiles)
    first, _, middle, _, last = network.layers
    assert {type(first), type(last)} == {nn.Conv2d}
    assert (first.kernel_size, last.kernel_size, middle.kernel_size) == ((3, 3), (3, 3), (5, 5))
    assert isinstance(middle, nn.Conv2d) is name.startswith("conv")


def test_a_fixed_linear_filter_cannot_tell_one_h_from_another_and_one_that_is_told_where_gains_with_h():
    fixed, told = (
        [heterogeneity_data.linear_errors(h, which)["psnr"] for h in (0, 1 / 3, 2 / 3, 1)] for which in (False, True)
    )
    assert max(fixed) - min(fixed) < 0.1
    gains = [one - other for one, other in zip(told, fixed, strict=True)]
    assert gains == sorted(gains)
    assert abs(gains[0]) < 0.05
    assert gains[-1] > 1


def test_the_least_squares_filter_is_the_best_there_is_on_what_it_was_fitted_to(monkeypatch):
    tiles = uneven_noise.noisy_tiles(heterogeneity_data.photographs_of("train"), heterogeneity_data.TILES, 0.5, 0)
    monkeypatch.setattr(heterogeneity_data, "held_out_tiles", lambda h, split: tiles)
    best = heterogeneity_data.linear_errors(0.5, False, size=3)["mse"]
    layer = nn.Conv2d(3, 3, 3, padding=1)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=60)

    def loss():
        optimizer.zero_grad()
        value = (layer(tiles.noisy) - tiles.clean).square().mean()
        value.backward()
        return value

    optimizer.step(loss)
    assert best == pytest.approx(loss().item(), rel=1e-3)
    assert best <= loss().item() * (1 + 1e-6)


def test_errors_of_the_halves_make_up_that_of_the_whole():
    tiles = heterogeneity_data.held_out_tiles(0.5, "validation")
    found = heterogeneity_data.errors_of(tiles.noisy, tiles)
    weak, strong = (10 ** (-found[f"psnr_{part}"] / 10) for part in ("weak", "strong"))
    assert (weak + strong) / 2 == pytest.approx(found["mse"], rel=1e-5)
    assert found["psnr"] == pytest.approx(20, abs=0.1)  # the noise's variance is 0.01 on average
    assert strong / weak == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_rates_are_chosen_on_validation_data_at_both_ends_and_test_data_are_seen_after_that(
    problem, small, monkeypatch
):
    what = ["--problem", problem, "--network", "acda", "conv_ops", "--out"]
    command(monkeypatch, "--rates", *what, "rates.json")
    tried = rows(small / "rates.json")
    assert [(row["h"], row["conv"], row["rate"]) for row in tried] == [
        (h, name, rate) for h in (0, 1) for name in ("acda", "conv_ops") for rate in heterogeneity.RATES
    ]
    measure = PROBLEMS[problem].measure
    assert all(row["split"] == "validation" and measure not in row for row in tried)
    best = best_rates(small / "rates.json")
    command(monkeypatch, "--tuned", "rates.json", *what, "out.json", "--h", "0", "1/3", "--seed", "0", "1")
    found = rows(small / "out.json")
    assert [(row["seed"], row["h"], row["conv"], row["rate"]) for row in found] == [
        (seed, h, name, best[name]) for seed in (0, 1) for h in (0, 1 / 3) for name in ("acda", "conv_ops")
    ]
    assert all(row["split"] == "test" and row[measure] > 0 for row in found)
    assert json.loads((small / "out.json").read_text())["command"] == (
        f"python -m acda_core heterogeneity --problem {problem} --tuned rates.json --network acda conv_ops "
        "--h 0 1/3 --seed 0 1 --steps 2 --device cpu"
    )
    (first,) = [row for row in found if (row["seed"], row["h"], row["conv"]) == (0, 0, "acda")]
    (same,) = [row for row in tried if (row["h"], row["conv"], row["rate"]) == (0, "acda", best["acda"])]
    assert first["validation_error"] == same["validation_error"]


def test_a_training_that_was_stopped_goes_on_to_the_same_rows(small, monkeypatch):
    what = ["--rates", "--network", "conv_ops", "--out"]
    command(monkeypatch, *what, "whole.json")
    taken = []

    def stop(optimizer, given, keywords):
        taken.append(optimizer)
        if len(taken) == 4:
            signal.raise_signal(signal.SIGINT)

    hook = register_optimizer_step_pre_hook(stop)
    with pytest.raises(SystemExit, match="--resume goes on"):
        command(monkeypatch, *what, "out.json")
    hook.remove()
    command(monkeypatch, *what, "out.json", "--resume")
    assert rows(small / "out.json") == rows(small / "whole.json")


def test_what_cannot_be_made_is_named(small, monkeypatch):
    with pytest.raises(ValueError, match="`name` must be one of acda, acda_image, conv_ops, conv_params, got 'wide'"):
        heterogeneity.make_network("wide", "denoise", 0)
    with pytest.raises(ValueError, match="`problem` must be one of denoise, crowds, got 'blur'"):
        heterogeneity.make_network("acda", "blur", 0)
    (small / "rates.json").write_text('{"results": []}')
    with pytest.raises(SystemExit, match="there is no rate for acda: run this command with --rates first"):
        command(monkeypatch, "--tuned", "rates.json", "--network", "acda")
