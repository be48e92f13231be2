"""The Python face of the detector."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acda_core import ACDAConv2d
from acda_core.course.widgets import (
    Detector,
)
from acda_core.course.widgets.detector import stamp
from acda_core.data.patterns import drawing
from acda_core.experiments import toy
from acda_core.nets.inspect import scale_shares


@settings(deadline=None, max_examples=25)
@given(st.integers(16, 20), st.integers(0, 2**31), st.sampled_from([0.0, 0.1, 0.9, 1.0]))
def test_the_detector_keeps_any_drawing_as_runs(size, seed, share):
    drawn = torch.rand(size, size, generator=torch.Generator().manual_seed(seed)) < share
    widget = Detector(drawn)
    assert torch.equal(widget.drawn(), drawn.double())
    assert all(length > 0 for length in widget.runs[1:])
    widget.draw(~drawn)
    assert torch.equal(widget.drawn(), (~drawn).double())


def test_the_detector_answers_as_the_trained_layers_do_but_for_weights_rounded_to_eight_bits():
    widget = Detector(seed=3, noise=0.3)
    image = widget.image()[None, None].float()
    trained = toy.trained()
    weight = trained["acda"].generator.conv_b.weight.detach().double()
    step = weight.abs().max() / 127
    assert (widget._acda().generator.conv_b.weight - weight).abs().max() <= step / 2
    answers = widget.answers()
    torch.testing.assert_close(answers["conv"].float(), trained["conv"](image)[0, 0].detach(), atol=1e-6, rtol=0)
    torch.testing.assert_close(answers["acda"].float(), trained["acda"](image)[0, 0].detach(), atol=0.01, rtol=0)
    shares = scale_shares(trained["acda"], image)[0]
    torch.testing.assert_close(widget.scale_shares().float(), shares, atol=0.05, rtol=0)


@pytest.mark.parametrize(("kind", "side"), [("square", 3), ("diamond", 5), ("target", 7)])
def test_a_stamp_of_the_trained_size_is_the_pattern_of_the_data(kind, side):
    assert torch.equal(stamp(kind, side), drawing(kind))


@pytest.mark.parametrize(("kind", "side"), [("plus", 3), ("square", 4), ("look", 3)])
def test_a_stamp_that_is_none_is_an_error(kind, side):
    with pytest.raises(ValueError, match=f"`kind` and `side` must be a pattern and one of .*, got '{kind}' and {side}"):
        stamp(kind, side)


def detector_layers(conv=None, acda=None):
    return {
        "conv": conv or torch.nn.Conv2d(1, 1, 5, padding=2),
        "acda": acda or ACDAConv2d(1, 1, 5, padding=2, num_atoms=2, hidden_channels=4, generator="paper"),
    }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"drawn": torch.zeros(16, 17)}, "`drawn` must be square with 16 to 64 pixels a side, got shape .*16, 17"),
        ({"drawn": torch.zeros(65, 65)}, "`drawn` must be square with 16 to 64"),
        ({"noise": 0.6}, "`noise` must be from 0 to 0.5, got 0.6"),
        ({"seed": 10000}, "`seed` must be from 0 to 9999, got 10000"),
        ({"row": 64}, "`row` must be from 0 to 63, got 64"),
        ({"tool": "pen"}, "`tool` must be one of look, .*, got 'pen'"),
        ({"side": 4}, "`side` must be one of 3, 5, 7, 9, 11, got 4"),
        ({"layers": {"conv": torch.nn.Conv2d(1, 1, 5)}}, '`layers` must have "conv" and "acda", got conv'),
        ({"layers": detector_layers(conv=torch.nn.Conv2d(1, 1, 5))}, "`layers` must have stride 1 and padding"),
        ({"layers": detector_layers(conv=torch.nn.Conv2d(1, 1, 7, padding=3))}, "`layers` must .* kernels of one size"),
        (
            {"layers": detector_layers(acda=ACDAConv2d(1, 1, 5, padding=2, scales=(5,), generator="paper"))},
            "`layers` must .* six bases",
        ),
    ],
)
def test_what_the_detector_cannot_show_is_an_error_that_says_why(settings, message):
    with pytest.raises(ValueError, match=message):
        Detector(**settings)


def test_layers_of_other_classes_and_drawings_of_another_size_are_errors():
    with pytest.raises(TypeError, match=r"`layers` must hold a Conv2d, .*, got Conv2d and Linear"):
        Detector(layers={"conv": torch.nn.Conv2d(1, 1, 5), "acda": torch.nn.Linear(2, 2)})
    widget = Detector(torch.zeros(16, 16))
    with pytest.raises(ValueError, match=r"`drawn` must have the shape of the map, \(16, 16\), got \(17, 16\)"):
        widget.draw(torch.zeros(17, 16))
    with pytest.raises(ValueError, match="`runs` must be lengths that add up to at most 256"):
        widget.runs = [200, 57]
