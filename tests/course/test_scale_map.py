"""The Python face of the scale map."""

import base64

import numpy as np
import pytest
import torch

from acda_core.course.widgets import (
    ScaleMap,
)
from acda_core.data import objects
from acda_core.experiments import counting


def test_the_scale_map_shows_the_shares_of_the_stored_networks_at_pixels_and_at_objects():
    crowds = objects.crowds(counting.TEST_SEED, 5)
    network = counting.trained("crowds")
    shares = counting.network_shares(network, crowds.images)
    largest = counting.largest_shares(network, crowds)
    for picture, place in ((0, 4), (1, 2)):
        widget = ScaleMap(picture)
        torch.testing.assert_close(widget.shares(), shares[place], atol=1e-5, rtol=0)
        torch.testing.assert_close(widget.shares().sum(0), torch.ones(24, 32))
        sizes, found = widget.objects()
        torch.testing.assert_close(found, largest[place], atol=1e-5, rtol=0)
        assert torch.equal(sizes, crowds.sizes[place])


def test_the_bytes_of_the_scale_map_span_both_pictures_of_a_network():
    pictures = ScaleMap().pictures
    for pair in (pictures[:2], pictures[2:]):
        assert pair[0]["ranges"] == pair[1]["ranges"]
        levels = np.concatenate(
            [np.frombuffer(base64.b64decode(one["shares"]), "u1").reshape(3, -1) for one in pair], 1
        )
        assert levels.min(1).tolist() == [0, 0, 0]
        assert levels.max(1).tolist() == [255, 255, 255]


def test_the_scale_map_keeps_its_pixel_inside_a_smaller_picture():
    widget = ScaleMap(0, row=23, column=31)
    widget.picture = 3
    assert (widget.row, widget.column) == (14, 19)
    widget.set_state({"row": 20, "picture": 1})
    assert (widget.picture, widget.row) == (1, 20)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"picture": 4}, "`picture` must be from 0 to 3, got 4"),
        ({"picture": -1}, "`picture` must be from 0 to 3, got -1"),
        ({"drawn": "9"}, "`drawn` must be one of picture, 3, 5, 7, got '9'"),
        ({"row": 24}, "`row` must be from 0 to 23, got 24"),
        ({"row": -1}, "`row` must be from 0 to 23, got -1"),
        ({"picture": 2, "column": 20}, "`column` must be from 0 to 19, got 20"),
    ],
)
def test_what_the_scale_map_cannot_show_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        ScaleMap(**settings)
