"""The networks of the experiments."""

from functools import partial

import pytest
import torch
from torch import nn

import acda_core as acda
from acda_core.nets import rivals
from acda_core.nets.adresnet import AD_RESNETS, AdResNet, ad_resnet, stage_summaries
from acda_core.nets.lenet import LeNet


@pytest.mark.parametrize(
    "conv", [nn.Conv2d, acda.ACDAConv2d, rivals.CondConv2d, rivals.DynamicConv2d, rivals.KernelConv2d]
)
def test_lenet_differs_from_its_rivals_in_the_two_convolutions_only(conv):
    baseline, rival = LeNet(), LeNet(conv)
    assert rival(torch.randn(2, 3, 32, 32)).shape == (2, 10)
    kinds = [type(layer) for layer in rival.features]
    assert [kind is conv for kind in kinds] == [True, False, False, True, False, False]
    shapes = [parameter.shape for parameter in baseline.classifier.parameters()]
    assert [parameter.shape for parameter in rival.classifier.parameters()] == shapes


def test_lenet_has_the_parameters_of_lenet_5_for_colour_images():
    counted = sum(parameter.numel() for parameter in LeNet().parameters())
    assert counted == (3 * 25 + 1) * 6 + (6 * 25 + 1) * 16 + (400 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
    assert LeNet(classes=100, width=2)(torch.zeros(1, 3, 32, 32)).shape == (1, 100)


@pytest.mark.parametrize("size", AD_RESNETS)
def test_our_reading_of_the_adaptive_resnets_has_the_papers_parameters_within_a_tenth(size):
    with torch.device("meta"):
        network = ad_resnet(size, partial(acda.ACDAConv2d, generator="released"))
    millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    assert millions == pytest.approx(AD_RESNETS[size].printed_millions, rel=0.1)


def test_an_adaptive_resnet_strides_like_a_resnet_and_learns_in_every_layer():
    network = AdResNet((8, 8, 16, 16), (1, 1, 2, 1), classes=7)
    shapes = []
    for stage in (network.stem, *network.stages):
        stage.register_forward_hook(lambda module, given, result: shapes.append(tuple(result.shape[2:])))
    scores = network(torch.randn(2, 3, 65, 64))
    assert scores.shape == (2, 7)
    assert shapes == [(17, 16), (17, 16), (9, 8), (5, 4), (3, 2)]
    scores.square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().max() > 0 for parameter in network.parameters())


def test_the_baseline_differs_from_an_adaptive_resnet_in_the_adaptive_convolutions_only():
    sizes = (8, 8, 16, 16), (1, 1, 2, 1)
    ours, baseline = AdResNet(*sizes, small_images=True), AdResNet(*sizes, nn.Conv2d, small_images=True)
    kinds = {name: type(module) for name, module in ours.named_modules() if ".generator" not in name}
    others = {name: type(module) for name, module in baseline.named_modules()}
    assert kinds.keys() == others.keys()
    assert {(kinds[name], others[name]) for name in kinds if kinds[name] is not others[name]} == {
        (acda.ACDAConv2d, nn.Conv2d)
    }
    assert ours(torch.randn(2, 3, 32, 32)).shape == (2, 1000)


def test_an_unknown_size_is_named():
    with pytest.raises(ValueError, match="`size` must be one of s, m, l, got 'xl'"):
        ad_resnet("xl")


def test_a_summary_adds_up_to_the_network():
    network = AdResNet((8, 8, 16, 16), (1, 1, 2, 1), classes=7, small_images=True)
    rows = stage_summaries(network, 32)
    assert [row.name for row in rows] == ["stem", "stage 1", "stage 2", "stage 3", "stage 4", "classifier"]
    assert [row.blocks for row in rows] == [0, 1, 1, 2, 1, 0]
    assert [row.shape for row in rows] == [(8, 32, 32), (8, 32, 32), (8, 16, 16), (16, 8, 8), (16, 4, 4), (7,)]
    assert sum(row.parameters for row in rows) == sum(parameter.numel() for parameter in network.parameters())
    assert rows[0].multiply_adds == 32 * 32 * 8 * 27
    assert rows[-1].multiply_adds == 16 * 7
    assert network.training


def test_a_summary_tells_generators_from_coefficients():
    rows = stage_summaries(AdResNet((8, 8, 16, 16), (1, 1, 2, 1), small_images=True), 32)
    assert [row.in_coefficients for row in rows] == [0, 0, 0, 6 * (8 * 8 + 8 * 8), 6 * 16 * 16, 0]
    first = 64 * (9 * 8 + 1) + 108 * (9 * 64 + 1) + 2 * (64 + 108)  # 3 x 3 twice, with normalisation
    assert rows[3].in_generators == 2 * first
    baseline = stage_summaries(AdResNet((8, 8, 16, 16), (1, 1, 2, 1), nn.Conv2d, small_images=True), 32)
    assert all(row.in_generators == row.in_coefficients == 0 for row in baseline)
