"""The command that cuts alpha down, on a few small pictures and the course's own network."""

import json
import sys
from functools import partial

import pytest
import torch

from acda_core import __main__
from acda_core.experiments import counting, frozen_alpha, how_many_filters, results
from acda_core.nets import few_filters, inspect


@pytest.fixture(scope="module")
def case():
    arguments = __main__.make_parser(["how_many_filters"]).parse_args(
        [
            "how_many_filters",
            "--weights",
            str(results.find("counting_crowds").parent),
            "--images",
            "6",
            "--device",
            "cpu",
        ]
    )
    return frozen_alpha.SOURCES["crowds"].load(0, None, arguments, 1)


def test_a_row_has_the_error_of_each_way_and_what_each_layer_keeps(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "BATCH", 8)
    monkeypatch.chdir(tmp_path)
    words = ["--network", "crowds", "--epochs", "1", "--images", "8", "--device", "cpu", "--out", "out.json"]
    monkeypatch.setattr(sys, "argv", ["acda_core", "how_many_filters", *words])
    __main__.main()
    stored = json.loads((tmp_path / "out.json").read_text())
    ways = [f"rank_{number}" for number in how_many_filters.RANKS]
    ways += [f"values_{size}" for size in how_many_filters.SIZES]
    (row,) = stored["results"]
    assert [name for name in row if name.startswith("error_")] == ["error_trained", *(f"error_{way}" for way in ways)]
    assert [name for name in row if name.startswith("kept_")] == [f"kept_{n}_{way}" for way in ways for n in (1, 2)]
    expected = "python -m acda_core how_many_filters --epochs 1 --images 8 --network crowds --seed 0 --device cpu"
    assert stored["command"] == expected


def test_all_directions_leave_a_network_as_it_is_and_none_is_one_mean_for_all(case):
    first, second = inspect.adaptive_layers(case.network)
    alphas = [inspect.coefficients(case.network, layer, case.learned) for layer in (first, second)]
    whole = [few_filters.directions(alpha) for alpha in alphas]
    kept = inspect.changed(case.network, *(partial(found.keep, number=108) for found in whole))
    torch.testing.assert_close(kept(case.images), case.network(case.images), atol=2e-3, rtol=1e-3)
    means = [inspect.coefficients(case.network, layer, case.learned).mean((0, 3, 4)) for layer in (first, second)]
    one = inspect.changed(
        case.network, *(lambda alpha, mean=mean: mean[..., None, None].expand_as(alpha) for mean in means)
    )
    found = how_many_filters.look(case)
    assert found["error_rank_0"] == pytest.approx(case.error(one), rel=1e-3)
    assert found["error_trained"] == case.error(case.network)


def test_more_directions_keep_more_on_the_pictures_that_they_were_fitted_to(case):
    layer = inspect.adaptive_layers(case.network)[0]
    alpha = inspect.coefficients(case.network, layer, case.learned)
    ways = how_many_filters.cut_downs(alpha)
    lost = [(alpha - ways[f"rank_{number}"](alpha)).square().mean() for number in how_many_filters.RANKS]
    assert lost == sorted(lost, reverse=True)


def test_a_layer_has_no_more_different_filters_than_values(case):
    layer = inspect.adaptive_layers(case.network)[0]
    alpha = inspect.coefficients(case.network, layer, case.learned)
    fewer = how_many_filters.cut_downs(alpha)["values_4"](alpha)
    assert len(fewer.permute(0, 3, 4, 1, 2).flatten(3).flatten(0, 2).unique(dim=0)) == 4
