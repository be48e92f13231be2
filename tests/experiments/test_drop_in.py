"""The layer dropped into twelve networks, on a few small images; and the stored table."""

import json
import math
import statistics
import sys
from pathlib import Path

import pytest
import torch
from samples import write_jpeg_copy
from torch import nn

import acda_core as acda
from acda_core import __main__
from acda_core.experiments import drop_in
from acda_core.training.seeds import seeded

RESULTS = Path(__file__).resolve().parents[2] / "book" / "results"
EACH = pytest.mark.parametrize("name", drop_in.NETWORKS)


def command(monkeypatch, folder, *words):
    write_jpeg_copy(folder, train=40, test=20)
    monkeypatch.setenv("ACDA_DATA_DIR", str(folder))
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["acda_core", "drop_in", "--device", "cpu", "--steps", "2", *words])
    __main__.main()


def some_images(number=4):
    images = torch.randint(256, (number, 3, 32, 32), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    return images, torch.arange(number)


@pytest.mark.slow
def test_each_form_is_trained_and_its_row_can_be_stored(tmp_path, monkeypatch, capsys):
    out = tmp_path / "out.json"
    command(monkeypatch, tmp_path, "--net", "resnet", "--out", str(out))
    stored = json.loads(out.read_text())
    forms = "conv normalised paper released"
    assert stored["command"] == (
        f"python -m acda_core drop_in --net resnet --form {forms} --seed 0 --steps 2 --device cpu"
    )
    rows = stored["results"]
    assert [row["conv"] for row in rows] == list(drop_in.FORMS)
    assert len({frozenset(row) for row in rows}) == 1
    conv, *converted = rows
    assert conv["variance_share"] is None
    for row in converted:
        assert 0 < row["variance_share"] < 1
        assert row["largest_loss"] >= row["final_loss"] > 0
        assert row["parameters"] > conv["parameters"]
        assert row["multiply_adds"] > conv["multiply_adds"]
    assert "worst of 1, normalised" in capsys.readouterr().out


def test_the_originals_can_be_trained_at_all_rates_that_there_are_to_choose_from(tmp_path, monkeypatch):
    out = tmp_path / "out.json"
    command(monkeypatch, tmp_path, "--net", "plain", "resnet", "--rates", "--out", str(out))
    rows = json.loads(out.read_text())["results"]
    found = [(row["net"], row["conv"], row["rate"]) for row in rows]
    rates = (("plain", drop_in.RATES["AdamW"]), ("resnet", drop_in.RATES["SGD"]))
    assert found == [(net, "conv", rate) for net, own in rates for rate in own]


def test_a_training_that_diverges_is_stored_as_one(tmp_path):
    write_jpeg_copy(tmp_path, train=40, test=20)
    data = [drop_in.cifar(10, split, tmp_path) for split in ("train", "test")]
    row = drop_in.run_one("colouring", "conv", 0, data, steps=30, rate=1e12)
    assert row["diverged_at"] < 30
    assert row["final_loss"] is row["largest_loss"] is row["variance_share"] is None
    assert "diverged at step" in drop_in._line(row)


@EACH
def test_a_network_answers_its_task_and_only_its_stem_and_other_kernels_are_left(name):
    one = drop_in.NETWORKS[name]
    x, target = drop_in.example(one.task, *some_images(), seeded(0))
    original, converted = (drop_in.make_network(name, form, 0) for form in ("conv", "normalised"))
    losses = [drop_in.loss_of(network(x), target) for network in (original, converted)]
    assert all(loss.isfinite() for loss in losses)
    left = [
        m for m in original.modules() if isinstance(m, nn.Conv2d) and m.kernel_size[0] in (3, 7) and m.in_channels > 4
    ]
    layers = [m for m in converted.modules() if isinstance(m, acda.ACDAConv2d)]
    assert len(layers) == len(left) > 0
    for conv, layer in zip(left, layers, strict=True):
        assert repr(conv).split(", bias")[0].split("(", 1)[1] in repr(layer) or conv.padding == layer.padding
        assert (conv.groups, conv.dilation, conv.stride) == (layer.groups, layer.dilation, layer.stride)
    again = drop_in.make_network(name, "normalised", 0)
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), converted.parameters(), strict=True))


def test_what_varies_of_alpha_is_told_from_what_does_not():
    layer = acda.ACDAConv2d(3, 4, 3, padding=1, generator="paper")
    phi = layer.generator
    nn.init.zeros_(phi.conv_b.weight)
    x = torch.randn(2, 3, 8, 8)
    assert drop_in.variance_share(layer, x) == pytest.approx(0, abs=1e-6)
    nn.init.zeros_(phi.conv_b.bias)
    nn.init.ones_(phi.conv_b.weight)
    alpha = layer.coefficients(x).detach().numpy()
    expected = alpha.transpose(1, 2, 0, 3, 4).reshape(36, -1).var(1).sum() / (alpha**2).mean((0, 3, 4)).sum()
    assert drop_in.variance_share(layer, x) == pytest.approx(expected, rel=1e-4)


def test_targets_are_made_of_the_images():
    images, labels = some_images(10)
    make = {task: drop_in.example(task, images, labels, seeded(1)) for task in ("classify", "edges", "saturation")}
    assert make["classify"][1].tolist() == [
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        1,
    ]  # CIFAR-10: aeroplane, automobile; ship, truck
    flat = torch.full((1, 3, 32, 32), 90, dtype=torch.uint8)
    assert not drop_in.example("edges", flat, labels[:1], seeded(0))[1].any()
    assert not drop_in.example("saturation", flat, labels[:1], seeded(0))[1].any()
    flat[:, 0] = 255
    assert (drop_in.example("saturation", flat, labels[:1], seeded(0))[1] == 2).all()
    noisy, clean = drop_in.example("denoise", images, labels, seeded(1))
    assert (noisy - clean).std() == pytest.approx(drop_in.NOISE, rel=0.05)
    grey, colour = drop_in.example("colour", images, labels, seeded(1))
    assert torch.allclose(grey, colour.mean(1, keepdim=True))
    with pytest.raises(ValueError, match="`task` must be that of one of NETWORKS, got 'sort'"):
        drop_in.example("sort", images, labels, seeded(0))


def test_the_summary_divides_means_over_seeds_and_counts_what_diverged_as_infinite():
    def row(conv, seed, final, largest, share=None, net="vgg"):
        losses = {"final_loss": final, "largest_loss": largest, "variance_share": share}
        return {"net": net, "conv": conv, "seed": seed, **losses}

    rows = [
        row("conv", 0, 1.0, 2.0),
        row("conv", 1, 3.0, 2.0),
        row("paper", 0, 2.0, 2.0, 0.3),
        row("paper", 1, 4.0, 6, 0.2),
    ]
    assert drop_in.summary(rows) == [{"net": "vgg", "conv": "paper", "final": 1.5, "largest": 2.0, "share": 0.2}]
    rows[-1] = row("paper", 1, None, None)
    (one,) = drop_in.summary(rows)
    assert one["final"] == one["largest"] == math.inf
    assert drop_in.summary(rows[2:]) == []


def test_an_unknown_form_is_named():
    with pytest.raises(ValueError, match="`form` must be one of conv, normalised, paper, released, got 'own'"):
        drop_in.make_network("vgg", "own", 0)


def stored(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["results"]


def test_each_network_has_the_rate_with_the_least_loss_on_images_held_out():
    for name, one in drop_in.NETWORKS.items():
        losses = {row["rate"]: row["held_out_loss"] for row in stored("drop_in_rates") if row["net"] == name}
        assert set(losses) == set(drop_in.RATES[one.optimizer])
        assert one.rate == min((rate for rate in losses if losses[rate] is not None), key=losses.get)


def test_dropped_in_the_default_form_trains_about_as_the_original_does_and_adapts():
    """Over ten seeds each; the worst is twelve layers without norm, 13 % above their original."""
    found = drop_in.summary(stored("drop_in"))
    assert [(row["net"], row["conv"]) for row in found] == [(name, "normalised") for name in drop_in.NETWORKS]
    *others, worst = sorted(row["final"] for row in found)
    assert statistics.median([*others, worst]) < 1
    assert max(others) < 1.06 < worst < 1.15
    assert max(row["largest"] for row in found) < 1.25
    assert min(row["share"] for row in found) > 0.013


def test_no_run_in_the_default_form_has_a_loss_of_twice_the_original_s_largest():
    largest = {(row["net"], row["conv"], row["seed"]): row["largest_loss"] for row in stored("drop_in")}
    pairs = [(largest[name, "normalised", seed], largest[name, "conv", seed]) for name, _, seed in largest]
    assert max(ours / theirs for ours, theirs in pairs) < 2


def test_the_readme_says_what_the_table_does():
    rows = stored("drop_in")
    readme = " ".join((RESULTS.parents[1] / "README.md").read_text(encoding="utf-8").split())

    def ratios(column):
        found = {}
        for name in drop_in.NETWORKS:
            means = {
                form: statistics.fmean(row[column] for row in rows if (row["net"], row["conv"]) == (name, form))
                for form in ("conv", "normalised")
            }
            found[name] = means["normalised"] / means["conv"]
        return found

    losses, parameters, work = map(ratios, ("final_loss", "parameters", "multiply_adds"))
    assert len(losses) == 12
    assert not any(row["diverged_at"] for row in rows)
    assert max(losses, key=losses.get) == "plain"
    assert f"{statistics.median(losses.values()):.2f} of the original's in the median" in readme
    assert f"{max(losses.values()):.2f} in the worst network, twelve layers without normalisation" in readme
    assert f"{min(parameters.values()):.1f} to {max(parameters.values()):.1f} times the parameters" in readme
    assert f"{min(work.values()):.1f} to {max(work.values()):.1f} times the multiply–adds" in readme
    for sizes in ((64, 64, 3), (64, 64, 5), (128, 128, 3), (256, 256, 7)):
        ours, theirs = acda.cost.acda(*sizes, 50, 50, hidden_channels=16), acda.cost.conv(*sizes, 50, 50)
        assert ours.parameters < theirs.parameters
        assert ours.multiply_adds < theirs.multiply_adds
    assert {row["steps"] for row in rows} == {60}
    for name in drop_in.NETWORKS:
        assert {row["seed"] for row in rows if row["net"] == name} == set(range(10))
