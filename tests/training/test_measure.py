"""What is measured of a network, and that it is left as it was."""

import itertools
import time
from functools import partial

import pytest
import torch
from torch import nn

from acda_core.training import measure


def network():
    """Batch normalisation in training mode, except for a part that is frozen."""
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Sequential(nn.BatchNorm2d(4)).eval(), nn.ReLU())


def modes(module):
    return [part.training for part in module.modules()]


def test_counting_and_evaluating_leave_every_part_and_every_statistic_as_they_were():
    net = network()
    before, state = modes(net), {name: value.clone() for name, value in net.state_dict().items()}
    assert measure.multiply_adds(net, (3, 6, 5)) == 4 * 3 * 4 * 27
    with measure.evaluating(net):
        assert not any(modes(net))
        assert not net(torch.rand(2, 3, 6, 6)).requires_grad
    assert modes(net) == before
    assert all(torch.equal(value, state[name]) for name, value in net.state_dict().items())
    assert torch.is_grad_enabled()


def test_after_an_error_a_network_is_in_the_mode_it_was_in():
    net = network()
    before = modes(net)
    with pytest.raises(RuntimeError, match="channels"):
        measure.multiply_adds(net, (5, 6, 6))
    assert modes(net) == before
    assert torch.is_grad_enabled()


def test_a_network_whose_normalisation_sees_one_value_a_channel_can_be_counted():
    net = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(3, 2)).double()
    assert measure.multiply_adds(net) == 6


def test_parameters_are_the_numbers_that_are_learned():
    assert measure.parameters(network()) == 4 * 27 + 4 + 2 * 4 + 2 * 4


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until something takes time: `clock(milliseconds)`."""
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])

    def take(milliseconds):
        now[0] += milliseconds / 1e3

    return take


def test_functions_are_called_in_turns_and_short_ones_many_times_a_turn(clock):
    calls = []

    def wait(name, milliseconds):
        calls.append(name)
        clock(milliseconds)

    times = measure.median_times({"long": partial(wait, "long", 11), "short": partial(wait, "short", 4)}, repeats=2)
    turns = [(name, len(list(together))) for name, together in itertools.groupby(calls)]
    assert turns == [("long", 1), ("short", 3)] * 3
    assert times == pytest.approx({"long": 11, "short": 4})


def test_the_first_turn_is_not_counted(clock):
    waits = iter([50, 11, 12, 13])
    assert measure.median_times({"one": lambda: clock(next(waits))}, repeats=3) == pytest.approx({"one": 12})
