"""The ablation: each variant is the layer that its name says, and a row can be made again."""

import dataclasses
import json
import re
import shlex

import pytest
import torch
from torch import nn

from acda_core import __main__
from acda_core.__main__ import make_parser
from acda_core.bases import multiscale_bases
from acda_core.experiments import ablation
from acda_core.functional import compose_atoms


@pytest.mark.parametrize("name", ablation.VARIANTS)
def test_every_variant_keeps_the_size_of_the_map_and_has_a_gradient_for_each_parameter(name):
    layer = ablation.make_layer(name, seed=0)
    output = layer(torch.randn(1, 1, 12, 13))
    assert output.shape == (1, 1, 12, 13)
    output.square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in layer.parameters())


def test_variants_of_a_group_differ_from_the_base_and_from_each_other():
    base, *others = ablation.VARIANTS.values()
    fields = [dataclasses.replace(variant, group="base") for variant in others]
    assert base not in fields
    assert len(set(fields)) == len(fields)


def test_only_the_learned_bases_are_parameters():
    learned = [name for name in ablation.VARIANTS if isinstance(ablation.make_layer(name, 0).psi, nn.Parameter)]
    assert learned == ["ψ learned"]


def test_with_delta_bases_the_coefficients_are_the_atoms():
    layer, x = ablation.make_layer("ψ delta", seed=0), torch.randn(1, 1, 9, 9)
    alpha = layer.coefficients(x)
    assert torch.equal(compose_atoms(alpha, layer.psi).flatten(2, 3), alpha)


def test_random_bases_have_norm_one_and_follow_the_seed():
    random = [ablation.make_layer("ψ random", seed).psi for seed in (0, 0, 1)]
    assert torch.equal(random[0], random[1])
    assert not torch.equal(random[0], random[2])
    torch.testing.assert_close(random[0].flatten(1).norm(dim=1), torch.ones(18))


def test_the_base_variant_has_the_bases_of_the_paper():
    expected = torch.tensor(multiscale_bases(7), dtype=torch.float32)
    assert torch.equal(ablation.make_layer("base", seed=0).psi, expected)


def test_multiply_adds_of_the_base_variant_are_those_of_its_terms():
    first = 9 * 32 * 66**2 / 64**2  # on a grid with a margin of one pixel for the second
    second, composition, atoms, coefficients = 9 * 32 * 6 * 18, 6 * 18 * 49, 6 * 49, 6
    expected = first + second + composition + atoms + coefficients
    assert ablation.multiply_adds(ablation.make_layer("base", seed=0)) == int(expected)


def test_an_unknown_variant_is_refused():
    with pytest.raises(ValueError, match=r"`name` must be one of base, m = 1, .*, got 'm = 0'"):
        ablation.make_layer("m = 0", seed=0)


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="`steps` must be at least 1, got 0"):
        ablation.run_one("base", 0, 0)


def test_the_command_stores_its_rows_and_how_to_make_them_again(monkeypatch, tmp_path, capsys):
    words = ["ablation", "--seed", "4", "--steps", "2", "--device", "cpu", "--variant", "kernel-3", "bases-1"]
    out = tmp_path / "ablation.json"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["acda_core", *words, "--out", str(out)])
    __main__.main()
    stored = json.loads(out.read_text())
    assert shlex.split(stored["command"]) == ["python", "-m", "acda_core", *words]
    assert "synthetic" in stored["data"]
    rows = [(row["model"], row["seed"], row["steps"]) for row in stored["results"]]
    assert rows == [("l = 3", 4, 2), ("m' = 1", 4, 2)]
    assert len(capsys.readouterr().out.splitlines()) == 2


def arguments_of(*words):
    return make_parser(["ablation"]).parse_args(["ablation", *words])


@pytest.mark.parametrize("name", ablation.VARIANTS)
def test_a_variant_has_a_plain_name_that_no_shell_changes_and_the_one_of_the_rows_is_taken_too(name):
    plain = ablation.plain(name)
    assert re.fullmatch("[a-z0-9-]+", plain)
    arguments = arguments_of("--variant", plain, name)
    assert arguments.variant == [name, name]


def test_an_unknown_name_of_a_variant_is_refused_beside_those_that_there_are(capsys):
    with pytest.raises(SystemExit):
        arguments_of("--variant", "m = 0")
    assert "must be one of base, atoms-1, atoms-2, " in capsys.readouterr().err


def test_an_epoch_of_one_map_is_a_step():
    arguments = arguments_of("--data", "toy", "--epochs", "7")
    assert arguments.steps == 7


def test_each_variant_has_a_checkpoint_of_its_own(monkeypatch, tmp_path):
    asked = []

    def run_one(name, seed, steps, checkpoint, device):
        asked.append(checkpoint)
        return {"model": name, "seed": seed, "mse": 1, "found": 0}

    monkeypatch.setattr(ablation, "run_one", run_one)
    monkeypatch.setattr("sys.argv", ["acda_core", "ablation", "--seed", "0", "1", "--checkpoints", str(tmp_path)])
    __main__.main()
    assert len(set(asked)) == 2 * len(ablation.VARIANTS)
