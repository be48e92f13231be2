"""The Python face of the shift widget."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acda_core import ACDAConv2d
from acda_core.course.widgets import (
    Shift,
)
from acda_core.course.widgets.shift import shifted


def shift_layer(**options):
    return ACDAConv2d(
        1, 1, 5, padding=2, num_atoms=2, hidden_channels=4, generator="paper", context_channels=3, **options
    )


@settings(deadline=None, max_examples=30)
@given(st.integers(-6, 6), st.integers(-6, 6), st.booleans())
def test_a_shift_moves_each_pixel_and_fills_what_comes_in(rows, columns, circular):
    field = torch.arange(36.0).view(6, 6)
    moved = shifted(field, rows, columns, circular, fill=-1)
    for i in range(6):
        for j in range(6):
            row, column = i - rows, j - columns
            inside = 0 <= row < 6 and 0 <= column < 6
            expected = field[row % 6, column % 6] if circular or inside else -1
            assert moved[i, j] == expected


@pytest.mark.parametrize("padding", ["zero", "circular"])
@pytest.mark.parametrize("stride", [1, 2])
def test_the_shift_widget_runs_the_layer_that_it_was_given(padding, stride):
    layer, picture = shift_layer(stride=stride), torch.randn(18, 18)
    with torch.no_grad():
        mode = "circular" if padding == "circular" else "constant"
        around = torch.nn.functional.pad(picture[None, None], [6] * 4, mode=mode)
        context = torch.cat([around, torch.zeros(1, 2, 30, 30)], 1)
        expected = layer(around, context)[0, 0, 6 // stride : 24 // stride, 6 // stride : 24 // stride]
    found = Shift(layer, picture, stride=stride, padding=padding).output(picture)
    torch.testing.assert_close(found.float(), expected)


def test_only_a_position_or_an_odd_shift_at_stride_2_makes_a_difference_where_there_is_no_border():
    layer, picture = shift_layer(), torch.randn(18, 18)

    def error(**options):
        return Shift(layer, picture, padding="circular", **options).difference().abs().max().item()

    assert error(rows=5, columns=-3) < 1e-12
    assert error(rows=4, columns=-2, stride=2) < 1e-12
    assert error(rows=5, columns=-2, stride=2) > 1e-3
    assert error(rows=4, columns=-2, position=True) > 1e-3


def test_a_widget_of_the_same_seed_starts_the_same_and_leaves_the_global_seed_alone():
    torch.manual_seed(5)
    expected = torch.randn(3)
    torch.manual_seed(5)
    first = Shift()
    assert torch.equal(torch.randn(3), expected)
    assert first.state() == Shift().state()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rows": 25}, "`rows` must be from -24 to 24, got 25"),
        ({"columns": -25}, "`columns` must be from -24 to 24, got -25"),
        ({"stride": 3}, "`stride` must be 1 or 2, got 3"),
        ({"padding": "same"}, '`padding` must be "zero" or "circular", got \'same\''),
        ({"marked": 8}, "`marked` must be from 0 to 7, got 8"),
        ({"picture": torch.zeros(16, 17)}, "`picture` must be square with at least 16 x 16 pixels .*16, 17"),
        ({"layer": ACDAConv2d(1, 1, 5)}, "`layer` must have an AtomGenerator without norm that looks at 3 channels"),
        (
            {"layer": ACDAConv2d(1, 1, 5, generator="released", context_channels=3)},
            "`layer` must have an AtomGen.*norm",
        ),
        (
            {"layer": ACDAConv2d(2, 1, 5, generator="paper", context_channels=3)},
            "`layer` must have one channel in and out, got 2 and 1",
        ),
        (
            {"layer": ACDAConv2d(1, 1, 5, generator="paper", context_channels=3, scales=(5,))},
            "`layer` must have .* six bases at each",
        ),
    ],
)
def test_what_the_shift_widget_cannot_show_is_an_error_that_says_why(settings, message):
    with pytest.raises(ValueError, match=message):
        Shift(**settings)


def test_a_layer_of_another_class_is_an_error():
    with pytest.raises(TypeError, match="`layer` must be an ACDAConv2d, got Conv2d"):
        Shift(torch.nn.Conv2d(1, 1, 3))
