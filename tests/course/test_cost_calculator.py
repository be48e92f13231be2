"""The Python face of the cost calculator."""

import pytest
import torch

from acda_core import ACDAConv2d, cost
from acda_core.course.widgets import (
    CostCalculator,
)
from acda_core.experiments import bench
from acda_core.training.measure import saved_bytes

KERNEL_SIZES = (3, 5, 7, 9)


@pytest.mark.parametrize(
    "sizes", [(3, 16, 3, 12, 9, 2, 6, 6, 1, 64), (7, 5, 7, 9, 12, 1, 4, 5, 2, 10), (20, 6, 5, 8, 8, 3, 2, 3, 2, 4)]
)
def test_the_calculator_counts_what_the_layers_hold_and_what_autograd_keeps(sizes):
    calculator = CostCalculator(*sizes)
    in_channels, out_channels, size, height, width, images, m, num_bases, num_scales, hidden = sizes
    plain = in_channels, out_channels, size, 1, size // 2
    own = {
        "num_atoms": m,
        "num_bases": num_bases,
        "scales": (3, 5, 7)[:num_scales],
        "hidden_channels": hidden,
        "generator": "paper",
    }
    layers = {
        "conv": torch.nn.Conv2d(*plain),
        "dense": bench.DenseACDAConv2d(*plain, **own),
        "unfold": bench.UnfoldACDAConv2d(*plain, **own),
        "acda": ACDAConv2d(*plain, **own),
    }
    x = torch.randn(images, in_channels, height, width, requires_grad=True)
    for form, layer in layers.items():
        assert calculator.costs()[form].parameters == sum(parameter.numel() for parameter in layer.parameters())
        assert calculator.saved_bytes()[form] == saved_bytes(layer, x)


def test_whole_filters_cost_their_composition_and_their_use():
    sizes = 7, 5, 3, 4, 6
    pixels, taps = 4 * 6, 7 * 5 * 3**2
    before = cost.generator(7, 4, 6, 2, 4, 8).multiply_adds + cost.composition(3, 4, 6, 2, 4).multiply_adds
    found = cost.dense_acda(cost.LayerShape(*sizes, num_atoms=2, num_bases=4, hidden_channels=8))
    assert found.multiply_adds == before + pixels * (2 * taps + taps + 5)
    assert found.intermediate == pixels * taps
    assert found.parameters == cost.acda(*sizes, num_atoms=2, num_bases=4, hidden_channels=8).parameters


def test_the_calculator_starts_at_table_6_with_every_scale():
    assert CostCalculator().state() == {
        **{"in_channels": 256, "out_channels": 256, "kernel_size": 7, "height": 100, "width": 100, "images": 1},
        **{"num_atoms": 6, "num_bases": 6, "num_scales": 3, "hidden_channels": 64},
    }
    assert [CostCalculator(kernel_size=size).num_scales for size in KERNEL_SIZES] == [1, 2, 3, 4]


def test_a_smaller_kernel_drops_the_scales_that_no_longer_fit():
    calculator = CostCalculator(kernel_size=9)
    calculator.kernel_size = 5
    assert calculator.num_scales == 2
    calculator.set_state({"num_scales": 4, "kernel_size": 9})
    assert (calculator.kernel_size, calculator.num_scales) == (9, 4)
    calculator.set_state({"kernel_size": 3, "num_scales": 1})
    assert (calculator.kernel_size, calculator.num_scales) == (3, 1)


@pytest.mark.parametrize(
    ("name", "value", "most"),
    [("in_channels", 0, 1024), ("height", 513, 512), ("images", -1, 64), ("num_atoms", 13, 12), ("num_bases", 7, 6)],
)
def test_a_size_out_of_range_is_an_error_that_names_it(name, value, most):
    with pytest.raises(ValueError, match=f"`{name}` must be from 1 to {most}, got {value}"):
        CostCalculator(**{name: value})
    calculator = CostCalculator()
    with pytest.raises(ValueError, match=f"`{name}` must be from 1 to {most}, got {value}"):
        setattr(calculator, name, value)


def test_more_scales_than_the_kernel_holds_are_an_error():
    with pytest.raises(ValueError, match="`num_scales` must be from 1 to 2 for kernel_size=5, got 3"):
        CostCalculator(kernel_size=5, num_scales=3)
    with pytest.raises(ValueError, match="`kernel_size` must be 3, 5, 7 or 9, got 4"):
        CostCalculator(kernel_size=4)
