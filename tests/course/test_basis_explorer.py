"""The Python face of the basis explorer."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

from acda_core.bases import multiscale_bases
from acda_core.course.widgets import (
    BasisExplorer,
)

KERNEL_SIZES = (3, 5, 7, 9)


@pytest.mark.parametrize("kernel_size", KERNEL_SIZES)
def test_it_starts_with_the_first_slope_of_the_largest_scale(kernel_size):
    explorer = BasisExplorer(kernel_size=kernel_size)
    np.testing.assert_allclose(explorer.atom(), multiscale_bases(kernel_size)[-5])


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(KERNEL_SIZES), st.data())
def test_the_atom_is_the_weighted_sum_of_the_bases(kernel_size, data):
    count = kernel_size // 2 * 6
    alpha = data.draw(st.lists(st.floats(-3, 3), min_size=count, max_size=count))
    explorer = BasisExplorer(kernel_size=kernel_size, coefficients=alpha)
    assert explorer.coefficients == alpha
    expected = sum(weight * basis for weight, basis in zip(alpha, multiscale_bases(kernel_size), strict=True))
    np.testing.assert_allclose(explorer.atom(), expected, atol=1e-12)


def test_a_new_kernel_size_keeps_the_coefficients_that_fit():
    alpha = np.linspace(-1, 1, 12).tolist()
    explorer = BasisExplorer(kernel_size=5, coefficients=alpha)
    explorer.kernel_size = 9
    assert explorer.coefficients == alpha + [0.0] * 12
    explorer.kernel_size = 3
    assert explorer.coefficients == alpha[:6]


def test_size_and_coefficients_may_change_together_as_the_browser_sends_them():
    explorer = BasisExplorer(kernel_size=9)
    explorer.set_state({"coefficients": [0.5] * 6, "kernel_size": 3})
    assert (explorer.kernel_size, explorer.coefficients) == (3, [0.5] * 6)
    explorer.set_state({"kernel_size": 7, "coefficients": [0.25] * 18})
    assert (explorer.kernel_size, explorer.coefficients) == (7, [0.25] * 18)


def test_integers_tuples_and_numpy_numbers_are_coefficients_too():
    assert BasisExplorer(3, (1, 0, 0, 0, 0, 2)).coefficients == [1.0, 0.0, 0.0, 0.0, 0.0, 2.0]
    assert BasisExplorer(3, np.ones(6)).coefficients == [1.0] * 6


@pytest.mark.parametrize("kernel_size", [1, 4, 11, "7", None, 7.5])
def test_another_kernel_size_is_an_error_that_says_what_is_possible(kernel_size):
    with pytest.raises(ValueError, match=r"`kernel_size` must be 3, 5, 7 or 9, got " + re.escape(repr(kernel_size))):
        BasisExplorer(kernel_size=kernel_size)


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_an_array_or_a_tensor_of_coefficients_can_be_assigned(kind):
    widget = BasisExplorer(kernel_size=3)
    widget.coefficients = kind([0, 0.5, 0, 0, -1, 2])
    assert widget.coefficients == [0, 0.5, 0, 0, -1, 2]
    with pytest.raises(ValueError, match="must hold 6 numbers"):
        widget.coefficients = kind([0.0, 1.0])


def test_a_wrong_number_of_coefficients_is_an_error_that_says_how_many_are_needed():
    with pytest.raises(ValueError, match=r"`coefficients` must hold 12 numbers for kernel_size=5 .*, got 6"):
        BasisExplorer(kernel_size=5, coefficients=[0.0] * 6)
    explorer = BasisExplorer(kernel_size=3)
    with pytest.raises(ValueError, match=r"`coefficients` must hold 6 numbers for kernel_size=3 .*, got 7"):
        explorer.coefficients = [0.0] * 7
    assert len(explorer.coefficients) == 6


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_coefficient_that_is_not_finite_is_an_error_that_says_which(value):
    with pytest.raises(ValueError, match=rf"`coefficients` must be finite, got {value} at index 4"):
        BasisExplorer(kernel_size=3, coefficients=[0, 0, 0, 0, value, 0])


def test_coefficients_that_are_not_numbers_are_an_error():
    with pytest.raises(traitlets.TraitError, match="coefficients"):
        BasisExplorer(kernel_size=3, coefficients=["a"] * 6)


class Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.data = {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.data[self.tags[-1][0]] = data


def test_the_page_gets_the_state_and_a_still_picture_of_the_atom():
    explorer = BasisExplorer(kernel_size=3, coefficients=[0.5, 0, 0, 0, 0, 0])
    data, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    page = Elements(data["text/html"])
    assert page.tags[0] == ("div", {"class": "acda-widget", "data-widget": "basis_explorer"})
    assert json.loads(page.data["script"]) == explorer.state()
    squares = [attributes for tag, attributes in page.tags if tag == "rect"]
    assert len(squares) == 9
    assert squares[4]["fill"] == "#b2182b"  # the largest value, in the middle
    assert "3 × 3" in page.data["p"]
