"""The figures of the ablation chapter show what they are given."""

import matplotlib.pyplot as plt
import pytest

from acda_core.course.plots.ablation import errors_by_atoms, variant_dots


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def drawn(lines):
    return [(list(map(float, line.get_xdata())), [float(y) for y in line.get_ydata()]) for line in lines]


def test_every_seed_has_a_dot_and_every_variant_a_bar_at_its_median():
    figure = variant_dots({"one": {"a": [1.0, 4.0, 2.0], "b": [0.5]}, "two": {"c": [8.0, 2.0]}}, "error")
    (ax,) = figure.axes
    dots, bars, line = ax.lines[:-1:2], ax.lines[1:-1:2], ax.lines[-1]
    assert drawn(dots) == [([1.0, 4.0, 2.0], [0.0] * 3), ([0.5], [1.0]), ([8.0, 2.0], [2.6] * 2)]
    assert [bar.get_xdata()[0] for bar in bars] == [2.0, 0.5, 5.0]
    assert list(line.get_xdata()) == [1.0, 1.0]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b", "c"]
    assert [text.get_text() for text in ax.texts] == ["one", "two"]


def test_groups_are_apart_in_colour_and_in_marker_and_the_first_variant_is_on_top():
    groups = {f"group {number}": {f"variant {number}": [1.0]} for number in range(9)}
    (ax,) = variant_dots(groups, "error", line=2.0).axes
    dots = ax.lines[:-1:2]
    assert len({(line.get_color(), line.get_marker()) for line in dots}) == 9
    bottom, top = ax.get_ylim()
    assert bottom > dots[-1].get_ydata()[0] > dots[0].get_ydata()[0] > top
    assert list(ax.lines[-1].get_xdata()) == [2.0, 2.0]


@pytest.mark.parametrize(("values", "expected"), [([0.6, 9.0], {"1", "2", "5"}), ([0.95, 1.3], {"1", "1.1", "1.2"})])
def test_the_axis_of_ratios_has_plain_numbers(values, expected):
    figure = variant_dots({"one": {"a": values}}, "error")
    figure.canvas.draw()
    assert expected <= {tick.get_text() for tick in figure.axes[0].get_xticklabels()}


def test_errors_by_atoms_joins_the_means_of_each_kind_and_shows_every_seed():
    rows = [
        {"conv": kind, "m": m, "test_error": error, "parameters": 1000 * (m or 1)}
        for kind, m in (("conv", None), ("constant", 12), ("constant", 1), ("acda", 1), ("acda", 12))
        for error in (40.0 + (m or 0), 44.0 + (m or 0))
    ]
    (ax,) = errors_by_atoms(rows).axes
    joined = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    assert list(joined["adaptive"].get_xdata()) == [1, 12]
    assert list(joined["constant"].get_ydata()) == [43, 54]
    assert list(joined["LeNet"].get_ydata()) == [42, 42]
    assert len(ax.lines) == 3 + 4
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1\n1, 1", "12\n12, 12"]
