"""Widths of equal cost and rates chosen on validation data."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acda_core.experiments.matching import best_rates, nearest_width
from acda_core.training.atomic import BrokenFile


@given(st.integers(0, 5000), st.integers(1, 20), st.integers(1, 9), st.integers(0, 50))
def test_no_other_width_costs_more_nearly_what_is_wanted(wanted, start, square, linear):
    def cost(width):
        return square * width**2 + linear * width

    found = nearest_width(cost, wanted, start)
    assert abs(cost(found) - wanted) == min(abs(cost(width) - wanted) for width in range(1, 120))


def test_the_rate_of_least_validation_error_on_average_is_taken_and_of_equal_ones_the_first(tmp_path):
    found = [("a", 0.1, 40), ("a", 0.2, 30), ("a", 0.3, 30), ("b", 0.1, 20), ("b", 0.2, 10), ("b", 0.2, 50)]
    stored = [{"conv": name, "rate": rate, "validation_error": error} for name, rate, error in found]
    (tmp_path / "rates.json").write_text(json.dumps({"results": stored}))
    assert best_rates(tmp_path / "rates.json") == {"a": 0.2, "b": 0.1}


def test_a_rate_can_be_chosen_at_one_width(tmp_path):
    found = [(1, 0.1, 40), (1, 0.2, 30), (2, 0.1, 10), (2, 0.2, 30), (4, 0.1, 20), (4, 0.2, 30)]
    stored = [{"conv": "a", "width": width, "rate": rate, "validation_error": error} for width, rate, error in found]
    path = tmp_path / "rates.json"
    path.write_text(json.dumps({"results": stored}))
    assert [best_rates(path, width) for width in (1, 2, 4, 8, None)] == [{"a": 0.2}, *2 * [{"a": 0.1}], {}, {"a": 0.1}]


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"results": [3]}', '{"results": [{"conv": "acda", "mse": 1}]}'])
def test_a_file_that_holds_no_rates_is_named(text, tmp_path):
    (tmp_path / "toy.json").write_text(text)
    with pytest.raises(BrokenFile, match=r"toy\.json holds nothing that --rates stored: "):
        best_rates(tmp_path / "toy.json")
