"""The comparison at equal cost: what its networks cost, and the choice of the rates."""

import json
import sys

import pytest
import torch
from samples import write_jpeg_copy
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from acda_core import __main__
from acda_core.experiments import classify, equal_cost, tuned
from acda_core.experiments.matching import best_rates
from acda_core.training.measure import multiply_adds, parameters

READS = {torch.ops.aten._local_scalar_dense, torch.ops.aten.nonzero, torch.ops.aten.masked_select}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder with 40 training and 10 test images, and batches of 8."""
    write_jpeg_copy(tmp_path, train=40, test=10)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(classify, "BATCH", 8)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "equal_cost", "--epochs", "1", "--device", "cpu", *words])
    __main__.main()


def rows(path):
    return json.loads(path.read_text())["results"]


@pytest.mark.parametrize("name", equal_cost.EQUAL)
@pytest.mark.parametrize("width", [1, 4])
def test_no_other_width_costs_more_nearly_what_acda_costs(name, width):
    cost, make = equal_cost.EQUAL[name], equal_cost.NETWORKS[name].make
    wanted, own = cost(equal_cost.make_network("acda", width, 0)), equal_cost.own_width(name, width)
    found = cost(equal_cost.make_network(name, width, 0))
    for other in (own - 1 / equal_cost.STEP, own + 1 / equal_cost.STEP):
        assert abs(found - wanted) <= abs(cost(make(other)) - wanted)
    assert found == pytest.approx(wanted, rel=0.02)


def test_atoms_of_the_image_cost_what_atoms_of_the_pixel_cost():
    by_pixel, by_image = (equal_cost.make_network(name, 2, 0) for name in ("acda", "acda_image"))
    assert parameters(by_pixel) == parameters(by_image)
    assert multiply_adds(by_pixel) == multiply_adds(by_image)


@pytest.mark.parametrize("name", equal_cost.NETWORKS)
def test_a_network_normalises_after_each_convolution_and_differs_from_lenet_in_nothing_else(name):
    network = equal_cost.make_network(name, 1, 0)
    layers = list(network.features)
    assert [type(layer) for layer in layers] == 2 * [nn.Sequential, nn.ReLU, nn.MaxPool2d]
    for block in (layers[0], layers[3]):
        assert isinstance(block[1], nn.BatchNorm2d)
        assert getattr(block[0], "bias", None) is None
    assert [type(layer) for layer in network.classifier] == [nn.Linear, nn.ReLU, nn.Linear, nn.ReLU, nn.Linear]


class NothingRead(TorchDispatchMode):
    """No operation hands a tensor's number to Python, for which a graphics card would have to be waited for."""

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        assert function.overloadpacket not in READS, function
        return function(*arguments, **(keywords or {}))


@pytest.mark.parametrize("name", equal_cost.NETWORKS)
def test_a_step_reads_no_number_and_reaches_every_parameter(name):
    network, images = equal_cost.make_network(name, 1, 0), torch.randn(4, 3, 32, 32)
    with NothingRead():
        nn.functional.cross_entropy(network(images), torch.arange(4)).backward()
    unused = [key for key, parameter in network.named_parameters() if parameter.grad is None]
    assert not unused


def test_a_read_number_is_noticed():
    with pytest.raises(AssertionError, match="_local_scalar_dense"), NothingRead():
        torch.ones(1).item()


def test_the_networks_of_a_seed_are_the_same_whether_their_width_is_known_or_not_and_touch_no_other_random_number():
    before = torch.random.get_rng_state()
    first = equal_cost.make_network("conv_params", 1, 3).state_dict()
    equal_cost.own_width.cache_clear()
    again = equal_cost.make_network("conv_params", 1, 3).state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert torch.equal(before, torch.random.get_rng_state())


def test_rates_are_chosen_on_the_validation_images_and_the_test_images_are_seen_once_after_that(folder, monkeypatch):
    what = ["--network", "conv", "constant", "--width", "1", "--out"]
    command(monkeypatch, "--rates", *what, "rates.json")
    tried = rows(folder / "rates.json")
    assert [(row["conv"], row["rate"]) for row in tried] == [
        (name, rate) for name in ("conv", "constant") for rate in tuned.RATES
    ]
    assert all(row["split"] == "validation" and "test_error" not in row for row in tried)
    command(monkeypatch, "--tuned", "rates.json", *what, "out.json", "--seed", "0", "1")
    stored = json.loads((folder / "out.json").read_text())
    assert stored["command"].startswith("python -m acda_core equal_cost --tuned rates.json --network conv constant ")
    assert "36 images to train, 4 to validate, 10 to test" in stored["data"]
    best = best_rates(folder / "rates.json")
    assert [(row["conv"], row["seed"], row["rate"]) for row in stored["results"]] == [
        (name, seed, best[name]) for seed in (0, 1) for name in ("conv", "constant")
    ]
    for row in stored["results"]:
        assert row["split"] == "test"
        assert {"test_error", "validation_error", "own_width"} < set(row)
        acda = equal_cost.make_network("acda", 1, 0)
        assert (row["acda_parameters"], row["acda_multiply_adds"]) == (parameters(acda), multiply_adds(acda))
    chosen = [row for row in tried if row["conv"] == "conv" and row["rate"] == best["conv"]]
    (again,) = [row for row in stored["results"] if (row["conv"], row["seed"]) == ("conv", 0)]
    assert again["validation_error"] == chosen[0]["validation_error"]


def test_a_network_without_a_rate_is_named(folder, monkeypatch):
    (folder / "rates.json").write_text('{"results": []}')
    with pytest.raises(SystemExit, match="there is no rate for conv, gate: run this command with --rates first"):
        command(monkeypatch, "--tuned", "rates.json", "--network", "conv", "gate")
