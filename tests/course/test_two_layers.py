"""The Python face of the two-layers widget."""

import pytest
import torch

from acda_core import reference
from acda_core.course.widgets import (
    TwoLayers,
)


@pytest.mark.parametrize("seed", [0, 9])
def test_the_two_layers_widget_shows_the_adaptive_convolution_of_its_numbers(seed):
    widget = TwoLayers(in_channels=2, out_channels=3, num_atoms=4, kernel_size=3, height=9, width=10, seed=seed)
    K = reference.compose_filters(widget.coefficients(), widget.atoms()[None])
    expected = reference.per_pixel_conv2d(widget.features()[None], K, padding=1)[0]
    torch.testing.assert_close(widget.output(), expected)
    assert expected.std() > 0.1


def test_the_two_layers_widget_keeps_its_pixel_inside_smaller_sizes():
    widget = TwoLayers(row=15, column=15, channel=3)
    widget.height, widget.width, widget.out_channels = 8, 10, 2
    assert (widget.row, widget.column, widget.channel) == (7, 9, 1)
    widget.set_state({"row": 20, "height": 30})
    assert (widget.row, widget.height) == (20, 30)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"in_channels": 257}, "`in_channels` must be from 1 to 256, got 257"),
        ({"height": 7}, "`height` must be from 8 to 48, got 7"),
        ({"step": 4}, "`step` must be from 0 to 3, got 4"),
        ({"kernel_size": 9}, "`kernel_size` must be 3, 5 or 7, got 9"),
        ({"row": 16}, "`row` must be from 0 to 15, got 16"),
        ({"channel": -1}, "`channel` must be from 0 to 3, got -1"),
    ],
)
def test_what_the_two_layers_widget_cannot_show_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        TwoLayers(**settings)
