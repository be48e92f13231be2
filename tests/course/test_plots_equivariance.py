"""The figures of the chapter on equivariance show what they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from acda_core.course import plots


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def test_exact_zeros_and_unknown_values_have_colours_of_their_own():
    one = np.array([[0.0, np.nan], [1e-3, -1e-1]])
    figure = plots.differences({"a": one, "b": np.zeros((2, 2))})
    ground, drawn = figure.axes[0].images
    colours = ground.get_array()
    assert not np.allclose(colours[0, 0], colours[0, 1])
    shown = drawn.get_array()
    assert shown.mask.tolist() == [[True, True], [False, False]]
    np.testing.assert_allclose(shown.compressed(), [-3, -1])
    assert drawn.get_clim() == (-3, -1)
    assert figure.axes[1].images[1].get_array().mask.all()


def test_shifted_pairs_share_the_scale_of_the_upper_picture_and_mark_its_border_below():
    figure = plots.shifted_pairs({"x": (torch.tensor([[0.0, 2.0]]), torch.tensor([[5.0, 1.0]]))}, (3, 4))
    above, below = figure.axes
    assert above.images[0].get_clim() == below.images[0].get_clim() == (0, 2)
    assert [line.get_ydata()[0] for line in below.lines[:1]] == [2.5]
    assert below.lines[1].get_xdata()[0] == 3.5
    assert len(above.lines) == 0


def test_mismatch_curves_draw_zeros_on_the_floor():
    figure = plots.mismatch_curves([0, 1, 2], {"a": [1.0, 0.0, 1e-3], "b": [1e-14, 1e-2, 0.5]}, "pixels")
    a, b = figure.axes[0].lines[:2]
    np.testing.assert_array_equal(a.get_ydata(), [1, 1e-17, 1e-3])
    np.testing.assert_array_equal(b.get_ydata(), [1e-14, 1e-2, 0.5])
    assert figure.axes[0].get_yscale() == "log"
