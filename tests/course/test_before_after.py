"""The Python face of the before-and-after widget."""

import numpy as np
import pytest
import torch

from acda_core.course.widgets import BeforeAfter
from acda_core.experiments import image_quality


def pictures(number=3, size=(12, 14, 3)):
    random = np.random.default_rng(0)
    return {f"version {index}": random.integers(0, 256, size, dtype=np.uint8) for index in range(number)}


def test_decibels_are_those_of_the_package():
    versions = pictures()
    truth, other, _ = (torch.from_numpy(one).permute(2, 0, 1) / 255 for one in versions.values())
    found = BeforeAfter(versions).decibels()
    assert found[0] == float("inf")
    assert found[1] == image_quality.psnr(other, truth)


def test_it_starts_with_the_second_and_the_last_version():
    widget = BeforeAfter(pictures())
    assert (widget.left, widget.right, widget.split, widget.names[0]) == (1, 2, 50, "version 0")
    html = widget._repr_mimebundle_()[0]["text/html"]
    assert 'data-widget="before_after"' in html
    assert "version 0, version 1, version 2" in html


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="`pictures` must hold at least two versions, got 1"):
        BeforeAfter(pictures(1))
    with pytest.raises(ValueError, match=r"must be \(h, w, 3\), uint8, of one size, got uint8 of shape \(5, 5, 3\)"):
        BeforeAfter({**pictures(2), "small": np.zeros((5, 5, 3), np.uint8)})
    with pytest.raises(ValueError, match="of one size, got float64"):
        BeforeAfter({"a": np.zeros((5, 5, 3)), "b": np.zeros((5, 5, 3))})
    with pytest.raises(ValueError, match="`left` must be from 0 to 2, got 3"):
        BeforeAfter(pictures(), left=3)
    widget = BeforeAfter(pictures())
    with pytest.raises(ValueError, match="`split` must be from 0 to 100, got 101"):
        widget.split = 101
