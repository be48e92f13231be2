"""The layers that the paper compares with, each against loops over images or pixels."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from acda_core import reference
from acda_core.nets import rivals

PER_IMAGE = [rivals.CondConv2d, rivals.DynamicConv2d]
PER_PIXEL = [rivals.DenseConv2d, rivals.KernelConv2d]
PLACES = [(3, 1, 1), (5, 2, 2), (5, 1, 0), (3, 2, 2)]  # kernel_size, stride, padding


def made(kind, kernel_size=3, stride=1, padding=1, **options):
    torch.manual_seed(0)
    return kind(3, 4, kernel_size, stride, padding, **options).double()


@pytest.fixture
def x():
    return torch.randn(2, 3, 9, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("kind", PER_IMAGE + PER_PIXEL)
@pytest.mark.parametrize("place", PLACES)
def test_each_stands_in_the_place_of_a_convolution(kind, place, x):
    expected = nn.Conv2d(3, 4, *place).double()(x).shape
    layer = made(kind, *place)
    assert layer(x).shape == expected
    layer(x).sum().backward()
    assert all(parameter.grad is not None for parameter in layer.parameters())


@pytest.mark.parametrize("kind", PER_IMAGE)
@pytest.mark.parametrize("place", PLACES)
def test_the_filter_of_an_image_is_the_mixture_of_the_experts_that_its_mean_chooses(kind, place, x):
    layer = made(kind, *place)
    for image, weights, output in zip(x, layer.route(x), layer(x), strict=True):
        K = sum(weight * expert for weight, expert in zip(weights, layer.weight, strict=True))
        bias = sum(weight * expert for weight, expert in zip(weights, layer.bias, strict=True))
        torch.testing.assert_close(output, F.conv2d(image[None], K, bias, *place[1:])[0])


def test_condconv_routes_each_expert_by_a_sigmoid_of_its_own(x):
    layer = made(rivals.CondConv2d, num_experts=3)
    mean = x.mean((2, 3))
    by_hand = 1 / (1 + torch.exp(-(mean @ layer.routing.weight.T + layer.routing.bias)))
    torch.testing.assert_close(layer.route(x), by_hand)


def test_dy_cnn_attends_by_two_layers_of_the_mean_and_a_softmax(x):
    layer = made(rivals.DynamicConv2d)
    layer.temperature = 3.0
    first, _, second = layer.attention
    hidden = (x.mean((2, 3)) @ first.weight.T + first.bias).clamp_min(0)
    scores = torch.exp((hidden @ second.weight.T + second.bias) / 3)
    torch.testing.assert_close(layer.route(x), scores / scores.sum(1, keepdim=True))


def test_attention_sums_to_one_and_is_nearly_even_at_a_high_temperature(x):
    layer = made(rivals.DynamicConv2d)
    layer.temperature = 0.01
    assert layer.route(x).max() > 0.5
    torch.testing.assert_close(layer.route(x).sum(1), torch.ones(2, dtype=torch.float64))
    layer.temperature = 1e6
    torch.testing.assert_close(layer.route(x), torch.full((2, 4), 0.25, dtype=torch.float64), atol=1e-5, rtol=0)


@pytest.mark.parametrize("place", PLACES)
def test_dense_filters_are_those_of_equation_2(place, x):
    layer = made(rivals.DenseConv2d, *place)
    expected = reference.per_pixel_conv2d(x, layer.filters(x), *place[1:]) + layer.bias[:, None, None]
    torch.testing.assert_close(layer(x), expected)


@pytest.mark.parametrize("place", PLACES)
def test_a_predicted_kernel_filters_every_channel_alike(place, x):
    layer = made(rivals.KernelConv2d, *place)
    kernels = layer.kernels(x)  # (N, 1, l, l, h, w)
    same = torch.eye(3, dtype=torch.float64)[:, :, None, None, None, None]  # channel i to channel i only
    filtered = reference.per_pixel_conv2d(x, same * kernels[:, :, None].expand(-1, 3, 3, -1, -1, -1, -1), *place[1:])
    torch.testing.assert_close(layer(x), layer.mix(filtered))


@pytest.mark.parametrize(
    ("kind", "share"),
    [(rivals.CondConv2d, 1), (rivals.DynamicConv2d, 1 / 4), (rivals.DenseConv2d, 1), (rivals.KernelConv2d, 1)],
)
def test_a_fresh_layer_keeps_the_variance_that_a_convolution_keeps_or_a_quarter_by_a_mean_of_four(kind, share):
    torch.manual_seed(0)
    x = torch.randn(4, 16, 12, 12)
    ours, conv = (
        torch.stack([make(16, 32, 5, padding=2)(x).var() for _ in range(8)]).mean() for make in (kind, nn.Conv2d)
    )
    assert (ours / conv).item() == pytest.approx(share, rel=0.15)


@pytest.mark.parametrize("kind", PER_IMAGE)
def test_without_bias_zeros_give_zeros(kind):
    assert made(kind, bias=False)(torch.zeros(1, 3, 5, 5, dtype=torch.float64)).abs().max() == 0
