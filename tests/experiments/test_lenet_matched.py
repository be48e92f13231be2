"""The swap in LeNets of several widths and numbers of atoms: its networks, its rows and the choice of the rates."""

import json
import sys

import pytest
import torch
from samples import write_jpeg_copy
from torch import nn

from acda_core import ACDAConv2d, __main__, cost
from acda_core.experiments import classify, lenet, lenet_matched, tuned
from acda_core.experiments.matching import best_rates
from acda_core.training.measure import multiply_adds, parameters

CASES = list(lenet_matched.kinds(lenet_matched.NETWORKS, [1, 5, 12]))
OF_ATOMS = [(name, m) for name, m in CASES if m]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder with 40 training and 10 test images of each CIFAR, batches of 8, and two rates to try."""
    for classes in (10, 100):
        write_jpeg_copy(tmp_path, train=40, test=10, classes=classes)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(classify, "BATCH", 8)
    monkeypatch.setattr(tuned, "RATES", (1e-3, 3e-3))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "lenet_matched", "--epochs", "1", "--device", "cpu", *words])
    __main__.main()


def stored(path):
    return json.loads(path.read_text())


def shapes(width):
    return [(3, 6 * width, 28), (6 * width, 16 * width, 10)]


def of_the_linear_layers(width, classes):
    return 400 * width * 120 + 120 * 84 + 84 * classes


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize(("name", "m"), OF_ATOMS)
def test_a_network_costs_what_the_formulas_say(name, m, width):
    network = lenet_matched.make_network(name, width, 0, m, classes=100)
    weights = of_the_linear_layers(width, 100) + 120 + 84 + 100
    sums = of_the_linear_layers(width, 100)
    for inside, out, pixels in shapes(width):
        layers = cost.two_layers(inside, out, 5, pixels, pixels, m, bias=False)
        sums += layers.multiply_adds + cost.composition(5, pixels, pixels, m, 12).multiply_adds
        weights += layers.parameters + 2 * out  # and the normalisation of the output
        if name == "acda":
            weights += cost.generator(inside, pixels, pixels, m, 12, 16, (3, 3)).parameters + 2 * 16 + 2 * 12 * m
            margin = cost.conv(inside, 16, 3, pixels + 2, pixels + 2, bias=False)
            sums += margin.multiply_adds + cost.conv(16, 12 * m, 3, pixels, pixels, bias=False).multiply_adds
        else:
            weights += 12 * m
    assert (parameters(network), multiply_adds(network)) == (weights, sums)


def test_the_plain_network_is_the_one_of_table_1_and_normalisation_is_all_that_the_other_adds():
    plain, conv = (lenet_matched.make_network(name, 1, 3) for name in ("plain", "conv"))
    other = lenet.make_network("conv", 10, 3).state_dict()
    assert all(torch.equal(tensor, other[key]) for key, tensor in plain.state_dict().items())
    assert parameters(conv) == parameters(plain) + 6 + 16  # a scale and a shift in the place of a bias
    assert multiply_adds(conv) == multiply_adds(plain)


@pytest.mark.parametrize(("name", "m"), OF_ATOMS)
def test_both_convolutions_have_m_atoms_and_each_is_normalised(name, m):
    network = lenet_matched.make_network(name, 1, 0, m)
    for block in (network.features[0], network.features[3]):
        layer, norm = block
        assert isinstance(layer, ACDAConv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        assert (layer.num_atoms, layer.A.shape[-1], layer.bias) == (m, m, None)


@pytest.mark.parametrize("name", lenet_matched.WITH_ATOMS)
def test_constant_atoms_are_the_same_everywhere_and_those_of_acda_are_not(name):
    layer = lenet_matched.make_network(name, 1, 0, 3).features[0][0]
    alpha = layer.coefficients(torch.randn(2, 3, 32, 32))
    assert alpha.shape == (2, 3, 12, 28, 28)
    same = torch.equal(alpha, alpha[:1, ..., :1, :1].expand_as(alpha))
    assert same == (name == "constant")


def test_twelve_constant_atoms_are_as_many_as_the_bases_span():
    layer = lenet_matched.make_network("constant", 1, 0, 12).features[0][0]
    atoms = (layer.generator.alpha @ layer.psi.flatten(1)).detach()
    assert torch.linalg.matrix_rank(atoms) == 12 == torch.linalg.matrix_rank(layer.psi.flatten(1))


@pytest.mark.parametrize(("name", "m"), CASES)
def test_every_parameter_is_reached_and_a_network_is_the_same_for_the_same_seed(name, m):
    network, again = (lenet_matched.make_network(name, 2, 5, m, classes=100) for _ in range(2))
    assert all(torch.equal(one, other) for one, other in zip(network.parameters(), again.parameters(), strict=True))
    nn.functional.cross_entropy(network(torch.randn(4, 3, 32, 32)), torch.arange(4)).backward()
    assert not [key for key, parameter in network.named_parameters() if parameter.grad is None]


@pytest.mark.parametrize(("name", "m"), [("plain", 6), ("conv", 1), ("acda", None), ("constant", None)])
def test_atoms_are_asked_for_where_there_are_some_and_nowhere_else(name, m):
    with pytest.raises(ValueError, match=f"`num_atoms` is for acda and constant alone, got {m} for '{name}'"):
        lenet_matched.make_network(name, 1, 0, m)


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match="`name` must be one of plain, conv, acda, constant, got 'acda_6'"):
        lenet_matched.make_network("acda_6", 1, 0, 6)


def test_rates_are_tried_with_six_atoms_and_each_kind_takes_the_best_one_of_its_width(folder, monkeypatch):
    what = ["--network", "plain", "constant", "--width", "1", "2", "--out"]
    command(monkeypatch, "--rates", *what, "rates.json")
    tried = stored(folder / "rates.json")["results"]
    assert [(row["width"], row["conv"], row["m"], row["rate"]) for row in tried] == [
        (width, name, m, rate)
        for width in (1, 2)
        for name, m in (("plain", None), ("constant", 6))
        for rate in tuned.RATES
    ]
    assert all(row["split"] == "validation" and "test_error" not in row for row in tried)
    best = {width: best_rates(folder / "rates.json", width) for width in (1, 2)}
    command(monkeypatch, "--tuned", "rates.json", *what, "out.json", "--atoms", "1", "6", "--seed", "0", "1")
    made = stored(folder / "out.json")
    assert made["command"].startswith(
        "python -m acda_core lenet_matched --data cifar10 --atoms 1 6 --tuned rates.json --network plain constant "
    )
    assert "36 images to train, 4 to validate, 10 to test" in made["data"]
    assert [(row["seed"], row["width"], row["conv"], row["m"], row["rate"]) for row in made["results"]] == [
        (seed, width, name, m, best[width][name])
        for seed in (0, 1)
        for width in (1, 2)
        for name, m in (("plain", None), ("constant", 1), ("constant", 6))
    ]
    for row in made["results"]:
        network = lenet_matched.make_network(row["conv"], row["width"], row["seed"], row["m"])
        assert (row["parameters"], row["multiply_adds"]) == (parameters(network), multiply_adds(network))
        assert (row["epochs"], row["images"], row["split"]) == (1, 36, "test")
        assert {"test_error", "validation_error", "train_error", "seconds"} < set(row)
    (again,) = [row for row in made["results"] if (row["seed"], row["width"], row["m"]) == (0, 2, 6)]
    (first,) = [row for row in tried if (row["width"], row["m"], row["rate"]) == (2, 6, again["rate"])]
    assert again["validation_error"] == first["validation_error"]


def test_the_same_networks_tell_a_hundred_classes_apart(folder, monkeypatch):
    command(monkeypatch, "--rates", "--data", "cifar100", "--network", "acda", "--width", "1", "--out", "out.json")
    made = stored(folder / "out.json")
    assert "cifar100_jpeg.npz" in made["data"]
    assert {row["classes"] for row in made["results"]} == {100}
    assert {row["parameters"] for row in made["results"]} == {
        parameters(lenet_matched.make_network("acda", 1, 0, 6, 100))
    }


def test_rates_of_ten_classes_are_not_taken_for_a_hundred(folder, monkeypatch):
    (folder / "results").mkdir()
    row = {"conv": "plain", "width": 1, "rate": 0.001, "validation_error": 50}
    (folder / "results" / "lenet_matched_rates.json").write_text(json.dumps({"results": [row]}))
    command(monkeypatch, "--network", "plain", "--width", "1")
    with pytest.raises(SystemExit, match="there is no stored result 'lenet_matched_rates_cifar100' in results, "):
        command(monkeypatch, "--network", "plain", "--width", "1", "--data", "cifar100")


def test_a_width_without_a_rate_is_named(folder, monkeypatch):
    row = {"conv": "plain", "width": 1, "rate": 0.001, "validation_error": 50}
    (folder / "rates.json").write_text(json.dumps({"results": [row]}))
    words = ["--tuned", "rates.json", "--network", "plain", "acda", "--width"]
    with pytest.raises(SystemExit, match="there is no rate for acda at width 1: run this command with --rates first"):
        command(monkeypatch, *words, "1")
    with pytest.raises(SystemExit, match="there is no rate for plain, acda at width 2: "):
        command(monkeypatch, *words, "2")
