"""The layer of the front page: how it is trained, stored, and what it is stored as."""

import json
import sys

import numpy as np
import pytest
import torch

from acda_core import __main__
from acda_core.experiments import hero, results, toy
from acda_core.training.measure import parameters

STORED = results.load("hero")
PATH = results.find("hero").with_suffix(".npz")


def test_the_stored_weights_give_the_stored_row_and_are_those_of_the_layers_that_are_built_today():
    trained = hero.trained()
    for name, row in zip(("conv", "acda"), STORED["results"], strict=True):
        layer = getattr(trained, name)
        assert (row["conv"], row["parameters"]) == (name, parameters(layer))
        found = hero.score(layer)
        assert {key: row[key] for key in found} == pytest.approx(found, abs=1e-3)


def test_the_stored_layer_beats_the_best_convolution_on_a_photograph_that_it_never_saw():
    conv, acda = STORED["results"]
    assert acda["psnr"] > conv["psnr"] + 0.75
    assert acda["psnr_shown"] > conv["psnr_shown"] + 0.75
    assert hero.TEST not in hero.TRAIN


def test_the_stored_file_is_small_and_holds_the_part_of_the_photograph_that_is_shown():
    assert PATH.stat().st_size <= 120_000
    trained = hero.trained()
    clean, noisy = hero.held_out_pair()
    part = slice(hero.TOP, hero.TOP + hero.HEIGHT), slice(hero.LEFT, hero.LEFT + hero.WIDTH)
    np.testing.assert_array_equal(trained.noisy, (noisy[0][part] * 255).round().byte().numpy())
    np.testing.assert_array_equal(trained.clean, (clean[0][part] * 255).round().byte().numpy()[3:-3, 3:-3])


def test_the_largest_weights_are_stored_as_multiples_of_a_unit_that_eight_bits_hold():
    weight = hero.trained().acda.get_parameter("generator.conv_b.weight")
    multiples = weight / (weight.abs().max() / 127)
    assert (multiples - multiples.round()).abs().max() < 1e-4


def test_every_pixel_has_a_filter_of_its_own_and_sees_no_more_than_the_filter_does():
    trained = hero.trained()
    image = torch.from_numpy(trained.noisy).float()[None, None] / 255
    alpha = trained.acda.coefficients(image)
    assert alpha.shape[-2:] == trained.clean.shape
    passed = toy.filters(trained.acda, image).square().sum((2, 3))
    assert passed.quantile(0.95) > 2 * passed.quantile(0.05)
    changed = image.clone()
    changed[..., 20:27, 30:37] += 0.1
    moved = (trained.acda.coefficients(changed) - alpha).abs().amax((0, 1, 2)) > 0
    rows, columns = moved.nonzero().T
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (14, 26, 24, 36)


def test_no_other_convolution_has_a_smaller_error_than_the_best_one():
    picture = torch.rand(1, 40, 40)
    conv = hero.best_conv([picture])
    seen, truth = hero.noisy(picture, hero.seeded(0, 0))[None], picture[:, 3:-3, 3:-3]
    (conv(seen)[0] - truth).square().mean().backward()
    for parameter in conv.parameters():
        assert parameter.grad.abs().max() < 1e-4


def test_the_layer_starts_with_the_filter_of_a_convolution_that_its_bases_can_mix():
    conv, psi, picture = torch.nn.Conv2d(1, 1, 7), hero.make_layer().psi, torch.rand(1, 1, 24, 24)
    conv.weight.data[0, 0] = torch.einsum("k,kuv->uv", torch.randn(len(psi)), psi)
    torch.testing.assert_close(hero.layer_from(conv)(picture), conv(picture))


def test_training_is_decided_by_its_steps_and_lowers_the_loss(monkeypatch):
    monkeypatch.setattr(hero, "BATCH", 4)
    pictures = [torch.rand(1, 30, 32)]
    conv = hero.best_conv(pictures)
    first, again = (hero.train_layer(hero.layer_from(conv), pictures, 30, progress=False) for _ in range(2))
    assert first.losses == pytest.approx(again.losses, rel=1e-4)
    assert first.last_loss(5) < 0.9 * sum(first.losses[:5]) / 5


def test_the_command_stores_rows_and_weights_that_can_be_read_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(hero, "BATCH", 2)
    monkeypatch.setattr(hero, "TRAIN", ("chelsea",))
    out, weights = tmp_path / "hero.json", tmp_path / "hero.npz"
    monkeypatch.setattr(
        sys, "argv", ["acda_core", "hero", "--steps", "2", "--out", str(out), "--weights", str(weights)]
    )
    __main__.main()
    stored = json.loads(out.read_text())
    assert stored["command"] == "python -m acda_core hero --steps 2"
    assert [set(row) for row in stored["results"]] == [set(row) for row in STORED["results"]]
    score = hero.score(hero.trained(weights).acda)
    assert stored["results"][1]["psnr"] == pytest.approx(score["psnr"], abs=1e-3)
    assert "dB on coffee" in capsys.readouterr().out
