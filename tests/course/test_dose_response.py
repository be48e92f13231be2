"""The Python face of dose and response."""

import numpy as np
import pytest
from widget_cases import dose_response

from acda_core.course.widgets import DoseResponse


def test_the_means_are_those_over_the_seeds():
    assert dose_response(level=2).means() == {"One filter": 25.0, "Two, <told> where": pytest.approx(27.14)}


def test_a_tile_gets_noise_in_one_half_and_loses_it_in_the_other():
    first, *_, last = dose_response()._tiles
    assert first.shape == (32, 32)
    even, uneven = (np.abs(np.diff(tile.astype(float))).mean(1) for tile in (first, last))
    assert uneven.min() < even.min()
    assert uneven.max() > even.max()


def test_a_page_without_javascript_says_the_numbers():
    html = dose_response(level=1)._repr_mimebundle_()[0]["text/html"]
    assert 'data-widget="dose_response"' in html
    assert "at h = 0, 1/3, 1. At h = 1/3: One filter 25.10 dB, Two, &lt;told&gt; where 25.55 dB." in html


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="`level` must be from 0 to 2, got 3"):
        dose_response(level=3)
    widget = dose_response()
    with pytest.raises(ValueError, match="`level` must be from 0 to 2, got -1"):
        widget.level = -1
    for reached in ({}, {"a": {0.0: [1.0], 1.0: []}}, {"a": {0.0: [1.0], 1.0: [2.0]}, "b": {0.0: [1.0], 0.5: [2.0]}}):
        with pytest.raises(ValueError, match="`reached` must hold a PSNR of each method at the same doses"):
            DoseResponse(reached)
    for doses in ({1.0: [1.0]}, {1.0: [1.0], 0.0: [2.0]}):
        with pytest.raises(ValueError, match="`reached` must hold at least two doses, the least first"):
            DoseResponse({"a": doses})
