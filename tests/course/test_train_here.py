"""The Python face of the training widget."""

import pytest
import torch

from acda_core import ACDAConv2d, AtomGenerator
from acda_core.course.widgets import (
    TrainHere,
)
from acda_core.course.widgets.packing import pack


def test_the_training_starts_on_a_map_like_the_data_with_weights_spread_like_the_package_s():
    widget = TrainHere(hidden_channels=64)
    assert len(widget.places) == widget.target().sum() == 9
    assert sorted(side for *_, side in widget.places) == [3] * 3 + [5] * 3 + [7] * 3
    torch.manual_seed(0)
    fresh = ACDAConv2d(1, 1, 7, padding=3, generator=AtomGenerator(1, 6, 18, 64, (3, 3)))
    drawn = dict(widget.layers()["acda"].named_parameters())
    for name, parameter in fresh.named_parameters():
        assert drawn[name].shape == parameter.shape
        if parameter.numel() > 100:
            assert drawn[name].std().item() == pytest.approx(parameter.std().item(), rel=0.15)
            assert abs(drawn[name].mean().item()) < 0.2 * parameter.std().item()
    conv = widget.layers()["conv"]
    assert 0.8 / 7 < conv.weight.abs().max() < 1 / 7


def test_sixty_steps_of_training_find_the_patterns_and_leave_the_first_weights_as_they_were():
    widget = TrainHere(hidden_channels=16)
    losses, layers = widget.train(60, torch.float32)
    assert losses["acda"][-1] < 0.1 * losses["acda"][0]
    answer = layers["acda"](widget.image()[None, None].float())[0, 0]
    assert ((answer > 0.5) == (widget.target() > 0.5)).all()
    assert torch.equal(widget.layers()["acda"].A, TrainHere(hidden_channels=16).layers()["acda"].A)


def test_trained_weights_are_dropped_when_the_layer_changes():
    widget = TrainHere(num_atoms=1, num_bases=1, scales=[3], hidden_channels=8)
    numbers = sum(p.numel() for layer in widget.layers().values() for p in layer.parameters())
    widget.set_state({"weights": pack([torch.arange(numbers)]), "steps": 7})
    conv, acda = widget.layers().values()
    assert conv.weight.flatten().tolist() == list(range(49))
    assert acda.bias.item() == numbers - 1
    widget.noise = 0.3
    assert widget.steps == 7
    widget.num_atoms = 2
    assert (widget.steps, widget.weights) == (0, "")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"places": [[1, 20, 5]]}, r"`places` must hold patterns that lie on the map of 40 x 40, got \[1, 20, 5\]"),
        ({"places": [[20, 20, 4]]}, r"`places` must be lists \[row, column, 3, 5 or 7\], got"),
        ({"noise": -0.1}, "`noise` must be from 0 to 0.5, got -0.1"),
        ({"seed": -1}, "`seed` must be from 0 to 9999, got -1"),
        ({"scales": []}, r"`scales` must be some of 3, 5 and 7, ascending, got \[\]"),
        ({"scales": [7, 3]}, "`scales` must be some of"),
        ({"rate": 0.02}, "`rate` must be one of 0.001, .*, got 0.02"),
        ({"hidden_channels": 10}, "`hidden_channels` must be one of 8, 16, 32, 64, got 10"),
        ({"tool": "look"}, "`tool` must be one of square, diamond, target, erase, got 'look'"),
    ],
)
def test_what_the_training_widget_cannot_do_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        TrainHere(**settings)
    with pytest.raises(ValueError, match="`steps` must be at least 1, got 0"):
        TrainHere().train(0)
