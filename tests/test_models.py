"""The networks of the experiments."""

import pytest
import torch
from torch import nn

import acda_core as acda
from acda_core import models, peers


@pytest.mark.parametrize(
    "conv", [nn.Conv2d, acda.ACDAConv2d, peers.CondConv2d, peers.DynamicConv2d, peers.KernelConv2d]
)
def test_lenet_differs_from_its_rivals_in_the_two_convolutions_only(conv):
    baseline, rival = models.LeNet(), models.LeNet(conv)
    assert rival(torch.randn(2, 3, 32, 32)).shape == (2, 10)
    kinds = [type(layer) for layer in rival.features]
    assert [kind is conv for kind in kinds] == [True, False, False, True, False, False]
    shapes = [parameter.shape for parameter in baseline.classifier.parameters()]
    assert [parameter.shape for parameter in rival.classifier.parameters()] == shapes


def test_lenet_has_the_parameters_of_lenet_5_for_colour_images():
    counted = sum(parameter.numel() for parameter in models.LeNet().parameters())
    assert counted == (3 * 25 + 1) * 6 + (6 * 25 + 1) * 16 + (400 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
    assert models.LeNet(classes=100, width=2)(torch.zeros(1, 3, 32, 32)).shape == (1, 100)
