"""The toy experiment: its parts against independent oracles, its command, and what is stored of it."""

import json
import statistics
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from acda_core import ACDAConv2d, __main__
from acda_core.course import plots
from acda_core.data import patterns
from acda_core.experiments import toy
from acda_core.nets.inspect import scale_shares

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "book" / "results"
SEEDS = range(5)


class Answer(nn.Module):
    """A layer whose answer is a fixed map."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def forward(self, x):
        return self.answer


def stored_rows(file="toy", **wanted):
    rows = json.loads((RESULTS / f"{file}.json").read_text())["results"]
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def command(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["acda_core", "toy", *map(str, arguments)])
    __main__.main()


@pytest.fixture(scope="module")
def layers():
    return toy.trained()


def test_a_score_counts_centres_and_other_pixels_above_one_half_and_centres_among_the_highest():
    sample = patterns.toy_sample(0)
    answer = sample.target.clone()
    missed, *_ = sample.positions.tolist()
    answer[0, 0, missed[0], missed[1]] = 0.2
    answer[0, 0, 0, 0] = 0.9
    answer[0, 0, 0, 1] = -3
    expected = (0.8**2 + 0.9**2 + 3**2) / 10_000
    score = toy.score(Answer(answer), sample)
    assert score.mse == pytest.approx(expected)
    assert (score.found, score.false_alarms, score.ranked) == (24, 1, 24)


def test_scoring_is_done_in_evaluation_mode_and_leaves_the_mode_as_it_was():
    sample = patterns.toy_sample(0)
    layer = nn.Sequential(nn.Conv2d(1, 1, 7, padding=3), nn.BatchNorm2d(1))
    before = toy.score(layer.train(), sample)
    assert layer.training
    assert toy.score(layer.eval(), sample) == before
    assert not layer.training


def test_the_best_convolution_solves_the_normal_equations():
    sample = patterns.toy_sample(1)
    best = toy.best_conv(sample).double()
    padded = np.pad(sample.image[0, 0].double().numpy(), 3)
    patches = np.lib.stride_tricks.sliding_window_view(padded, (7, 7)).reshape(-1, 49)
    residual = best(sample.image.double()).detach().numpy().ravel() - sample.target.numpy().ravel()
    assert np.abs(patches.T @ residual).max() < 1e-4
    assert abs(residual.sum()) < 1e-4
    assert toy.score(best.float(), sample).mse == pytest.approx((residual**2).mean(), rel=1e-4)


@pytest.mark.parametrize("recipe", toy.RECIPES)
def test_a_layers_whole_filters_give_its_output(recipe):
    layer, image = toy.make_layer("acda", recipe).eval(), patterns.toy_sample(0, size=30, number=4).image
    patches = nn.functional.unfold(image, 7, padding=3).view(7, 7, 30, 30)
    output = torch.einsum("hwuv,uvhw->hw", toy.filters(layer, image), patches) + layer.bias
    torch.testing.assert_close(output, layer(image)[0, 0], atol=1e-5, rtol=1e-5)


def test_a_filter_on_one_scale_has_all_its_share_there():
    class OneScale(nn.Module):
        def forward(self, x):
            alpha = torch.zeros(1, 6, 3, 6, *x.shape[2:])
            alpha[:, :, 1] = torch.randn(6, 6, *x.shape[2:], generator=torch.Generator().manual_seed(0))
            return alpha.flatten(2, 3)

    layer = ACDAConv2d(1, 1, 7, padding=3, generator=OneScale())
    shares = scale_shares(layer, torch.zeros(1, 1, 8, 9))[0]
    assert shares.shape == (3, 8, 9)
    torch.testing.assert_close(shares[1], torch.ones(8, 9))
    assert shares[[0, 2]].abs().max() == 0


def test_shares_of_a_trained_layer_sum_to_one_at_every_pixel(layers):
    shares = scale_shares(layers["acda"], patterns.toy_sample(0).image)[0]
    assert shares.min() >= 0
    torch.testing.assert_close(shares.sum(0), torch.ones(100, 100))


@pytest.mark.parametrize("conv", toy.MODELS)
def test_a_model_sees_7_x_7_pixels_and_keeps_the_size(conv):
    image = torch.randn(1, 1, 15, 15, requires_grad=True)
    model = toy.make_layer(conv)
    output = model(image)
    assert output.shape == image.shape
    output[0, 0, 7, 7].backward()
    seen = image.grad[0, 0].nonzero()
    assert seen.min() >= 7 - 3
    assert seen.max() <= 7 + 3


def test_a_seed_makes_the_same_weights_and_leaves_the_global_generator_alone():
    torch.manual_seed(5)
    first = toy.make_layer("acda", seed=3)
    drawn = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(drawn, torch.rand(1))
    again, other = toy.make_layer("acda", seed=3), toy.make_layer("acda", seed=4)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
    assert not torch.equal(first.A, other.A)


def test_names_that_do_not_exist_are_errors_that_list_those_that_do():
    with pytest.raises(ValueError, match="`name` must be one of conv, acda, stack, got 'dense'"):
        toy.make_layer("dense")
    with pytest.raises(ValueError, match=r"`recipe` must be one of chosen, .*, got 'adam'"):
        toy.make_layer("acda", "adam")
    with pytest.raises(ValueError, match="`steps` must be at least 1, got 0"):
        toy.run_one("conv", "chosen", 0, 0)


@pytest.mark.slow
def test_the_command_stores_rows_weights_and_how_to_make_them_again(monkeypatch, tmp_path, capsys):
    out, weights = tmp_path / "toy.json", tmp_path / "weights.json"
    options = "--seed", 0, 7, "--steps", 4, "--recipe", "chosen", "released", "--device", "cpu"
    monkeypatch.chdir(tmp_path)
    command(monkeypatch, *options, "--out", out, "--weights", weights)
    stored = json.loads(out.read_text())
    assert set(stored) == {"command", "data", "date", "versions", "machine", "results"}
    assert stored["command"] == "python -m acda_core " + " ".join(map(str, ("toy", *options)))
    runs = [(row["recipe"], row["seed"], row["conv"]) for row in stored["results"]]
    chosen = [("chosen", seed, conv) for seed in (0, 7) for conv in ("conv", "acda", "stack")]
    assert runs == [*chosen, ("released", 0, "acda"), ("released", 7, "acda")]
    assert set(stored["results"][0]) == set(stored_rows()[0])
    assert len(capsys.readouterr().out.splitlines()) == len(runs)

    command(monkeypatch, *options, "--out", tmp_path / "again.json")
    again = json.loads((tmp_path / "again.json").read_text())["results"]
    for row, repeated in zip(stored["results"], again, strict=True):
        assert {**row, "seconds": 0} == {**repeated, "seconds": 0}

    loaded, sample = toy.trained(weights), patterns.toy_sample(0)
    for row in stored["results"][:3]:
        assert toy.score(loaded[row["conv"]], sample).mse == pytest.approx(row["mse"], rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_stored_error_of_acda_is_an_order_of_magnitude_below_convs_and_it_finds_all(seed):
    (conv,), (acda,) = (stored_rows(seed=seed, conv=name) for name in ("conv", "acda"))
    assert acda["mse"] <= conv["mse"] / 10
    assert (acda["found"], acda["false_alarms"]) == (25, 0)
    floor = toy.score(toy.best_conv(patterns.toy_sample(seed)), patterns.toy_sample(seed)).mse
    assert conv["floor_mse"] == pytest.approx(floor, rel=1e-4)
    assert floor * (1 - 1e-5) <= conv["mse"] <= 1.01 * floor


@pytest.mark.slow
@pytest.mark.parametrize("conv", toy.MODELS)
def test_the_first_steps_of_a_stored_run_can_be_made_again(conv):
    (stored,) = stored_rows(seed=0, conv=conv)
    sample, layer = patterns.toy_sample(0), toy.make_layer(conv, seed=0)
    losses = toy.train_layer(layer, sample, 101, progress=False).losses
    assert losses[100] == pytest.approx(stored["early_mse"], rel=0.01)


@pytest.mark.parametrize("conv", toy.MODELS)
def test_the_stored_layers_have_the_scores_of_the_stored_row(layers, conv):
    (row,) = stored_rows(seed=0, conv=conv)
    score = toy.score(layers[conv], patterns.toy_sample(0))
    assert score.mse == pytest.approx(row["mse"], rel=1e-3)
    assert (score.found, score.false_alarms, score.ranked) == (row["found"], row["false_alarms"], row["ranked"])
    assert not layers[conv].training
    assert sum(parameter.numel() for parameter in layers[conv].parameters()) == row["parameters"]


def test_what_the_chapter_says_of_the_stored_runs_holds():
    def median(name, **wanted):
        return statistics.median(row[name] for row in stored_rows(**wanted))

    conv, acda = ([row["mse"] for row in stored_rows(conv=name)] for name in ("conv", "acda"))
    times_lower = sorted(b / a for a, b in zip(acda, conv, strict=True))
    assert [round(times_lower[index]) for index in (0, 2, 4)] == [27, 34, 43]
    acda = median("mse", conv="acda")
    assert 1.2 < median("held_out_mse", conv="acda") / acda < 2
    assert all(row["held_out_found"] == 25 for row in stored_rows(conv="acda"))
    assert all(row["other_patterns_found"] == 0 for row in stored_rows(conv="acda"))
    assert all(row["other_patterns_ranked"] < 12.5 for row in stored_rows(conv="acda"))
    assert all(row["floor_ranked"] == row["ranked"] == 25 for row in stored_rows(conv="conv"))
    assert acda < median("mse", conv="stack") < median("mse", conv="conv") / 10
    assert median("seconds", conv="stack") < median("seconds", conv="acda") / 3
    assert all(row["found"] == 25 for row in stored_rows(conv="stack"))


def test_in_its_default_form_the_layer_leaves_less_than_a_tenth_of_the_error_of_conv_but_with_one_seed_a_ninth():
    ours, theirs = [], []
    for acda in stored_rows("toy_normalised"):
        (conv,) = stored_rows(conv="conv", seed=acda["seed"])
        ours.append(acda["mse"])
        theirs.append(conv["mse"])
        assert (acda["found"], acda["false_alarms"], acda["held_out_found"]) == (25, 0, 25)
    assert len(ours) == 5
    assert sum(ours) < 0.07 * sum(theirs)
    first, *others = (b / a for a, b in zip(ours, theirs, strict=True))
    assert 9 < first < 9.2
    assert min(others) > 16


def test_what_the_chapter_says_of_the_other_recipes_holds():
    def errors(recipe, conv):
        return [row["mse"] for row in stored_rows("toy_recipes", recipe=recipe, conv=conv)]

    conv = [row["mse"] for row in stored_rows(conv="conv")][:3]
    assert all(7 < b / a < 9 for a, b in zip(errors("paper", "acda"), conv, strict=True))
    assert all(row["found"] == 25 for row in stored_rows("toy_recipes", recipe="paper"))
    *good, bad = (b / a for a, b in zip(errors("released", "acda"), conv, strict=True))
    assert min(good) > 10
    assert bad < 2
    plain = {name: errors("plain", name) for name in toy.MODELS}
    assert all(2.9 < b / a < 4 for a, b in zip(plain["acda"], plain["conv"], strict=True))
    assert all(a < b for a, b in zip(plain["acda"], plain["stack"], strict=True))
    assert all(row["found"] == 25 for row in stored_rows("toy_recipes", recipe="plain", conv="acda"))
    assert all(row["mse"] > 1.1 * row["floor_mse"] for row in stored_rows("toy_recipes", recipe="plain", conv="conv"))


def test_curves_are_drawn_on_a_logarithmic_axis_with_their_levels():
    figure = plots.toy_curves({"a": [1.0, 0.5, 0.1]}, {"line": 0.3}, every=10)
    (ax,) = figure.axes
    assert ax.get_yscale() == "log"
    assert ax.lines[0].get_xdata().tolist() == [0, 10, 20]
    assert list(ax.lines[1].get_ydata()) == [0.3, 0.3]
    plt.close(figure)


def test_a_sample_is_drawn_with_a_marker_at_every_centre():
    sample = patterns.toy_sample(0)
    figure = plots.toy_sample(sample.image[0, 0], sample.positions, sample.sizes, sample.patterns)
    marked = [tuple(point) for group in figure.axes[-1].collections[1::2] for point in group.get_offsets().tolist()]
    assert sorted(marked) == sorted((column, row) for row, column in sample.positions.tolist())
    plt.close(figure)


def test_answers_are_drawn_at_the_height_that_the_map_has_there():
    sample = patterns.toy_sample(0)
    answer = sample.target[0, 0] * 0.7 + 0.1
    figure = plots.toy_best_filter(torch.eye(7), answer, sample.positions, sample.sizes)
    *centres, others, _ = figure.axes[1].lines
    assert np.allclose(np.concatenate([line.get_ydata() for line in centres]), 0.8)
    assert np.allclose(others.get_ydata(), 0.1)
    assert len(others.get_ydata()) == 10_000 - 25
    plt.close(figure)


def test_filters_are_drawn_below_what_is_seen_there_on_one_scale():
    image = torch.arange(81.0).view(9, 9)
    filters = torch.randn(9, 9, 3, 3, generator=torch.Generator().manual_seed(0))
    figure = plots.toy_filters(image, filters, [(0, 0), (4, 5)], ["a", "b"])
    seen, drawn = ([ax.images[0] for ax in figure.axes[start : start + 2]] for start in (0, 2))
    assert seen[0].get_array().tolist() == [[0, 0, 0], [0, 0, 1], [0, 9, 10]]
    assert np.allclose(drawn[1].get_array(), filters[4, 5])
    assert drawn[0].get_clim() == drawn[1].get_clim()
    plt.close(figure)


def test_shares_are_drawn_end_to_end_over_the_whole_width():
    figure = plots.toy_shares({"a": [0.2, 0.3, 0.5], "b": [1, 0, 0]}, (3, 5, 7))
    widths = [[bar.get_width() for bar in group] for group in figure.axes[0].containers]
    starts = [[bar.get_x() for bar in group] for group in figure.axes[0].containers]
    assert widths == [[0.2, 1], [0.3, 0], [0.5, 0]]
    assert np.allclose(starts, [[0, 0], [0.2, 1], [0.5, 1]])
    plt.close(figure)


def test_seeds_and_maps_and_the_best_filter_are_drawn_with_their_values():
    seeds = plots.toy_seeds({"a": [1.0, 2.0]}, {"line": [3.0, 4.0]})
    assert [line.get_ydata().tolist() for line in seeds.axes[0].lines] == [[3, 4], [1, 2]]
    maps = plots.toy_maps({"a": torch.eye(4), "b": torch.zeros(4, 4), "c": torch.ones(4, 4)})
    assert [ax.get_title() for ax in maps.axes[:4]] == ["a", "b", "c", ""]
    assert maps.axes[0].images[0].get_clim() == (0, 1)
    sample = patterns.toy_sample(0)
    weight = torch.arange(-5.0, 4).view(3, 3)
    best = plots.toy_best_filter(weight, sample.target[0, 0], sample.positions, sample.sizes)
    assert best.axes[0].images[0].get_clim() == (-5, 5)
    for figure in (seeds, maps, best):
        plt.close(figure)
