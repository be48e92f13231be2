"""The figures of classifiers show what they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from acda_core.course import plots


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def test_a_chain_has_a_box_for_each_part_and_an_arrow_between_two():
    boxes = [("image", "3 × 32 × 32"), ("5 × 5", "6"), ("linear", "10")]
    (ax,) = plots.block_chain(boxes, adaptive=[1]).axes
    assert len(ax.patches) == 3
    assert {text.get_text() for text in ax.texts} >= {"image", "5 × 5", "linear", "3 × 32 × 32"}
    edges = [patch.get_edgecolor() for patch in ax.patches]
    assert edges[0] == edges[2] != edges[1]
    (with_shortcut,) = plots.block_chain(boxes, [1], "shortcut").axes
    assert "shortcut" in {text.get_text() for text in with_shortcut.texts}


def test_seeds_stand_beside_their_mean():
    (ax,) = plots.seed_dots({"one": [1.0, 3.0], "two": [5.0]}, "error").axes
    drawn = [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in map(as_lists, ax.lines)]
    assert drawn == [([1.0, 3.0], [0, 0]), ([2.0], [0]), ([5.0], [1]), ([5.0], [1])]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["one", "two"]


def as_lists(line):
    line.set_data(np.asarray(line.get_xdata()), np.asarray(line.get_ydata()))
    return line


def test_cost_is_logarithmic_and_error_is_not():
    (ax,) = plots.error_against({"a": (0.6, 40.0), "b": (12.0, 30.0)}, "cost").axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")
    assert [(*line.get_xdata(), *line.get_ydata()) for line in ax.lines] == [(0.6, 40.0), (12.0, 30.0)]


def test_the_sizes_of_a_network_are_joined():
    (ax,) = plots.error_against({"a": ([0.6, 1.2], [40.0, 38.0]), "b": (12.0, 30.0)}, "cost").axes
    joined, alone = ax.lines
    assert [list(joined.get_xdata()), list(joined.get_ydata())] == [[0.6, 1.2], [40.0, 38.0]]
    assert joined.get_linestyle() == "-"
    assert len(alone.get_xdata()) == 1


def test_rows_of_pictures_are_named_and_keep_their_grey_levels():
    figure = plots.picture_rows({"brick": torch.full((3, 4, 4), 200), "grass": torch.zeros(2, 4, 4)})
    assert [ax.get_ylabel() for ax in figure.axes if ax.get_ylabel()] == ["brick", "grass"]
    shown = [ax.images[0] for ax in figure.axes if ax.images]
    assert len(shown) == 5
    assert {image.get_clim() for image in shown} == {(0, 255)}


def test_maps_beside_pictures_share_one_scale():
    maps = {"one": [torch.rand(4, 4), torch.rand(4, 4)], "two": [torch.rand(4, 4), torch.rand(4, 4)]}
    figure = plots.maps_beside_pictures([torch.rand(6, 6)] * 2, maps, "size")
    limits = [ax.images[0].get_clim() for ax in figure.axes[2:6]]
    assert len(set(limits)) == 1
    assert [ax.get_ylabel() for ax in figure.axes[:6]] == ["", "", "one", "", "two", ""]
