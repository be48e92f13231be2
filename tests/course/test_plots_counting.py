"""The figures of the counting and restoration chapters show what they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from acda_core.course import plots


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def titles(figure):
    return [ax.get_title() for ax in figure.axes if ax.get_title()]


def test_each_object_has_a_circle_as_wide_as_it_is():
    centres, sizes, kinds = torch.tensor([[3.5, 8.5], [6.0, 2.0]]), torch.tensor([4.0, 2.0]), torch.tensor([0, 1])
    figure = plots.count_objects({"two": torch.rand(3, 10, 12)}, [centres], [sizes], [kinds], [("a", "b")])
    (ax,) = figure.axes
    assert [(patch.center, patch.radius) for patch in ax.patches] == [((8.0, 3.0), 2.0), ((1.5, 5.5), 1.0)]
    assert ax.patches[0].get_edgecolor() != ax.patches[1].get_edgecolor()
    assert titles(figure) == ["two: 2 objects"]


def test_maps_stand_beside_their_picture_with_their_sums():
    maps = [{"true": torch.full((3, 4), 0.25), "other": torch.zeros(3, 4) + 0.5}, {"true": torch.ones(3, 4)}]
    figure = plots.count_maps([torch.rand(1, 12, 16)] * 2, maps)
    assert titles(figure) == ["true: 3.0", "other: 6.0", "true: 12.0"]
    assert [ax.axison for ax in figure.axes] == [True] * 5 + [False]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_curves_are_means_of_so_many_steps(logarithmic):
    figure = plots.count_curves({"net": [1.0, 3.0, 5.0, 7.0, 100.0]}, window=2, logarithmic=logarithmic)
    (line,) = figure.axes[0].lines
    assert line.get_ydata().tolist() == [2, 6]
    assert figure.axes[0].get_yscale() == ("log" if logarithmic else "linear")


def test_errors_of_every_seed_stand_beside_the_floor():
    figure = plots.count_errors({"set": {"one": [1.0, 2.0], "two": [3.0]}}, {"set": 4.0})
    first, second, floor = figure.axes[0].lines
    assert list(first.get_xdata()) == [1.0, 2.0]
    assert list(second.get_ydata()) == [1]
    assert list(floor.get_xdata()) == [4.0, 4.0]


def test_every_scale_has_a_map_with_its_range():
    shares = torch.tensor([[[0.25, 0.5]], [[0.75, 0.5]]])
    figure = plots.count_scales(torch.rand(1, 4, 8), shares, (3, 5))
    assert titles(figure) == ["picture", "3 × 3: 0.25 to 0.50", "5 × 5: 0.50 to 0.75"]


def test_correlations_have_their_interval_and_their_start():
    row = {"rho": 0.2, "rho_low": -0.1, "rho_high": 0.4, "rho_start": 0.3}
    figure = plots.size_correlations({"set": {"net": [row, row]}})
    ax = figure.axes[0]
    bars = [bar.get_segments()[0][:, 0] for bar in ax.collections]
    np.testing.assert_allclose(bars, [[-0.1, 0.4]] * 2)
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "x"] == [0.3, 0.3]


def test_effects_stand_beside_those_on_the_untrained_network_for_every_seed():
    figure = plots.filter_effects({"size": {"one": [(1.0, 0.1), (2.0, 0.2)], "two": [(3.0, 0.3)]}}, "change, cells")
    drawn = [(line.get_marker(), list(line.get_xdata()), line.get_ydata()[0]) for line in figure.axes[0].lines[:-1]]
    assert drawn == [("x", [0.1, 0.2], 0), ("o", [1.0, 2.0], 0), ("x", [0.3], 1), ("o", [3.0], 1)]


def test_photographs_fill_a_grid():
    figure = plots.photographs({name: torch.rand(4, 5, 3) for name in "abcd"}, columns=3)
    assert titles(figure) == list("abcd")
    assert len(figure.axes) == 6


def test_gains_and_their_parts_are_drawn_for_every_network():
    figure = plots.decibel_gains({"denoise": {"one": [1.0], "two": [2.0, 3.0]}})
    assert [list(line.get_xdata()) for line in figure.axes[0].lines] == [[1.0], [2.0, 3.0], [0, 0]]
    figure = plots.weak_and_strong({"denoise": {"one": (1.0, 2.0), "two": (3.0, -1.0)}})
    assert [bar.get_height() for bar in figure.axes[0].patches] == [1.0, 3.0, 2.0, -1.0]


def test_leads_stand_over_what_photographs_differ_in_for_each_group():
    figure = plots.leads({"one over two": {"a": ([0.1, 0.2], [1.0, -1.0]), "b": ([0.3], [2.0])}}, "spread", "dB")
    assert [list(line.get_ydata()) for line in figure.axes[0].lines] == [[1.0, -1.0], [2.0], [0, 0]]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b"]
