"""The ablation: each variant is the layer that its name says, and a row can be made again."""

import dataclasses
import json
import shlex
from pathlib import Path

import pytest
import torch
from torch import nn

from acda_core import __main__
from acda_core.bases import multiscale_bases
from acda_core.experiments import ablation
from acda_core.functional import compose_atoms

STORED = Path(__file__).resolve().parents[2] / "book" / "results" / "ablation.json"


@pytest.mark.parametrize("name", ablation.VARIANTS)
def test_every_variant_keeps_the_size_of_the_map_and_has_a_gradient_for_each_parameter(name):
    layer = ablation.make_layer(name, seed=0)
    output = layer(torch.randn(1, 1, 12, 13))
    assert output.shape == (1, 1, 12, 13)
    output.square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in layer.parameters())


def test_variants_of_a_group_differ_from_the_start_and_from_each_other():
    start, *others = ablation.VARIANTS.values()
    fields = [dataclasses.replace(variant, group="start") for variant in others]
    assert start not in fields
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


def test_the_start_has_the_bases_of_the_paper():
    expected = torch.tensor(multiscale_bases(7), dtype=torch.float32)
    assert torch.equal(ablation.make_layer("start", seed=0).psi, expected)


def test_multiply_adds_of_the_start_are_those_of_its_terms():
    first = 9 * 32 * 66**2 / 64**2  # on a grid with a margin of one pixel for the second
    second, composition, atoms, coefficients = 9 * 32 * 6 * 18, 6 * 18 * 49, 6 * 49, 6
    expected = first + second + composition + atoms + coefficients
    assert ablation.multiply_adds(ablation.make_layer("start", seed=0)) == int(expected)


def test_an_unknown_variant_is_refused():
    with pytest.raises(ValueError, match=r"`name` must be one of start, m = 1, .*, got 'm = 0'"):
        ablation.make_layer("m = 0", seed=0)


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="`steps` must be at least 1, got 0"):
        ablation.run_one("start", 0, 0)


def test_the_command_stores_its_rows_and_how_to_make_them_again(monkeypatch, tmp_path, capsys):
    words = ["ablation", "--seed", "4", "--steps", "2", "--device", "cpu", "--variant", "l = 3", "m' = 1"]
    out = tmp_path / "ablation.json"
    monkeypatch.setattr("sys.argv", ["acda_core", *words, "--out", str(out)])
    __main__.main()
    stored = json.loads(out.read_text())
    assert shlex.split(stored["command"]) == ["python", "-m", "acda_core", *words]
    assert "synthetic" in stored["data"]
    rows = [(row["model"], row["seed"], row["steps"]) for row in stored["results"]]
    assert rows == [("l = 3", 4, 2), ("m' = 1", 4, 2)]
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_an_ablation_that_was_stopped_goes_on_with_the_rows_of_its_file(monkeypatch, tmp_path):
    out, real = tmp_path / "ablation.json", ablation.run_one
    words = ["acda_core", "ablation", "--seed", "4", "--steps", "2", "--device", "cpu", "--out", str(out)]
    words += ["--variant", "l = 3", "m' = 1"]
    trained = []

    def run_one(name, *rest):
        if len(trained) == 1:
            trained.clear()
            raise KeyboardInterrupt
        trained.append(name)
        return real(name, *rest)

    monkeypatch.setattr(ablation, "run_one", run_one)
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit, match="stopped"):
        __main__.main()
    first = json.loads(out.read_text())["results"]
    assert [row["model"] for row in first] == ["l = 3"]
    monkeypatch.setattr("sys.argv", [*words, "--resume"])
    __main__.main()
    assert trained == ["m' = 1"]
    rows = json.loads(out.read_text())["results"]
    assert rows[:1] == first
    assert [row["model"] for row in rows] == ["l = 3", "m' = 1"]
    monkeypatch.setattr("sys.argv", [*words, "--resume", "--seed", "5"])
    with pytest.raises(SystemExit, match=r"ablation.json is of another ablation: python -m acda_core .* --seed 4"):
        __main__.main()


def test_an_epoch_of_one_map_is_a_step(monkeypatch, capsys):
    seen = []
    monkeypatch.setattr(
        ablation, "run_one", lambda name, seed, steps, device: seen.append(steps) or {"mse": 1, "found": 0}
    )
    monkeypatch.setattr("sys.argv", ["acda_core", "ablation", "--data", "toy", "--epochs", "7", "--variant", "m = 1"])
    __main__.main()
    assert seen == [7]


def test_an_ablation_needs_a_file_to_go_on_with_and_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr("sys.argv", ["acda_core", "ablation", "--resume"])
    with pytest.raises(SystemExit, match="--resume needs --out"):
        __main__.main()
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(SystemExit, match="cannot be shared among processes"):
        __main__.main()


def test_every_variant_is_stored_with_three_seeds_and_a_row_can_be_made_again():
    rows = json.loads(STORED.read_text())["results"]
    assert {(row["model"], row["seed"]) for row in rows} == {
        (name, seed) for name in ablation.VARIANTS for seed in range(3)
    }
    (stored,) = [row for row in rows if (row["model"], row["seed"]) == ("l = 3", 1)]
    again = ablation.run_one("l = 3", 1, 51)
    assert set(again) == set(stored)
    assert again["early_mse"] == pytest.approx(stored["early_mse"], rel=1e-3)
    assert all(again[name] == stored[name] for name in ("parameters", "multiply_adds", "group"))
