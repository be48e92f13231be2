"""The figures of the chapter on when adapting pays show what they are given."""

import matplotlib.pyplot as plt
import pytest

from acda_core.course import plots


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def test_a_dose_has_the_mean_on_a_line_and_a_mark_for_every_seed():
    doses = {0.0: [1.0, 3.0], 1.0: [-2.0, -4.0]}
    figure = plots.by_dose({"one": {"a": doses}, "other": {"b": {0.0: [1.0], 1.0: [2.0]}}}, "h", ["dB", "dB gained"])
    signed, positive = figure.axes
    line, *marks, zero = signed.lines
    assert list(line.get_ydata()) == [2.0, -3.0]
    assert [list(mark.get_ydata()) for mark in marks] == [[1.0, 3.0], [-2.0, -4.0]]
    assert list(zero.get_ydata()) == [0, 0]
    assert len(positive.lines) == 3  # and none at 0
    assert [ax.get_ylabel() for ax in figure.axes] == ["dB", "dB gained"]


def test_errors_stand_over_their_numbers_beside_the_error_with_all():
    errors = {"directions": {1: 5.0, 4: 3.0}, "values": {2: 6.0, 8: 4.0}}
    figure = plots.by_number({"crowds": (errors, 2.5)}, "number", "error")
    (ax,) = figure.axes
    first, second, whole = ax.lines
    assert (list(first.get_xdata()), list(first.get_ydata())) == ([1, 4], [5.0, 3.0])
    assert list(second.get_xdata()) == [2, 8]
    assert list(whole.get_ydata()) == [2.5, 2.5]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "4", "8"]
    assert ax.get_xscale() == "log"
