"""A network by its name and a seed."""

import pytest
import torch
from torch import nn

from acda_core.nets.named import Network, fresh

NETWORKS = {"linear": Network("a linear layer", nn.Linear)}


def test_a_seed_makes_the_same_parameters_and_leaves_the_global_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, again, other = (fresh(NETWORKS, "linear", seed, 2, 3) for seed in (0, 0, 1))
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(first.weight, again.weight)
    assert not torch.equal(first.weight, other.weight)
    assert first.weight.shape == (3, 2)


def test_another_name_and_another_seed_are_refused():
    with pytest.raises(ValueError, match="`name` must be one of linear, got 'conv'"):
        fresh(NETWORKS, "conv", 0, 2, 3)
    with pytest.raises(ValueError, match=r"a seed must be from 0 to 2\^63 - 1, got -1"):
        fresh(NETWORKS, "linear", -1, 2, 3)
