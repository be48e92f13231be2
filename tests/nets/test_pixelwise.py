"""Involution and basis prediction, each against loops over pixels: outputs and every gradient."""

from functools import partial

import pytest
import torch
from samples import assert_same, gradients
from torch import nn

import acda_core as acda
from acda_core import reference
from acda_core.nets.pixelwise import BasisConv2d, Involution2d

PLACES = [(3, 1, 1), (5, 2, 2), (5, 1, 0), (3, 2, 2)]  # kernel_size, stride, padding
KINDS = [
    partial(Involution2d, groups=2),
    partial(BasisConv2d, num_bases=3, generator=partial(acda.AtomGenerator, hidden_channels=5)),
]


def made(kind, *place, **options):
    torch.manual_seed(0)
    layer = kind(4, 5, *place, **options).double()
    for parameter in layer.parameters():  # none is zero, as some are at the start
        nn.init.normal_(parameter, std=0.5)
    return layer


@pytest.fixture
def x():
    random = torch.Generator().manual_seed(1)
    return torch.randn(2, 4, 9, 8, dtype=torch.float64, generator=random).requires_grad_()


def middles(x, kernel_size, stride, padding, height, width):
    """The pixel in the middle of each window, zero outside of x: (N, c', h, w)."""
    pixels = []
    for i in range(height):
        for j in range(width):
            row, column = (place * stride - padding + kernel_size // 2 for place in (i, j))
            inside = 0 <= row < x.shape[2] and 0 <= column < x.shape[3]
            pixels.append(x[:, :, row, column] if inside else torch.zeros_like(x[:, :, 0, 0]))
    return torch.stack(pixels, -1).unflatten(-1, (height, width))


def each_channel(kernels):
    """Kernels (N, c', l, l, h, w) as filters from channel i to channel i alone, (N, c', 1, l, l, h, w)."""
    return kernels[:, :, None]


def involution(layer, x, kernel_size, stride, padding):
    """Involution with W_0, W_1 and the normalisation written out, for layers in training."""
    phi = layer.generator
    height, width = layer(x).shape[2:]
    at = middles(x, kernel_size, stride, padding, height, width)
    hidden = torch.einsum("dc,nchw->ndhw", phi.conv_a.weight[:, :, 0, 0], at) + phi.conv_a.bias[:, None, None]
    mean = hidden.mean((0, 2, 3), keepdim=True)
    variance = (hidden - mean).square().mean((0, 2, 3), keepdim=True)
    normal = (hidden - mean) / (variance + phi.norm_a.eps).sqrt()
    hidden = (normal * phi.norm_a.weight[:, None, None] + phi.norm_a.bias[:, None, None]).clamp_min(0)
    D = torch.einsum("kd,ndhw->nkhw", phi.conv_b.weight[:, :, 0, 0], hidden) + phi.conv_b.bias[:, None, None]
    D = D.unflatten(1, (layer.groups, kernel_size, kernel_size)).repeat_interleave(4 // layer.groups, 1)
    Y = reference.per_pixel_conv2d(x, each_channel(D), stride, padding)
    return torch.einsum("oi,nihw->nohw", layer.mix.weight[:, :, 0, 0], Y) + layer.mix.bias[:, None, None]


def basis_prediction(layer, x, kernel_size, stride, padding):
    coefficients = layer.generator(x)[:, 0]
    height, width = coefficients.shape[2:]
    seen = layer.features[0]
    features = reference.conv2d(x, seen.weight, padding=1) + seen.bias[:, None, None]
    mean = features.clamp_min(0).sum((2, 3)) / (x.shape[2] * x.shape[3])
    images = []
    for image, pooled, a in zip(x, mean, coefficients, strict=True):
        V = (layer.span.weight @ pooled + layer.span.bias).reshape(3, 4, kernel_size, kernel_size)
        kernels = sum(V[k, ..., None, None] * a[k] for k in range(3))
        Y = reference.per_pixel_conv2d(image[None], each_channel(kernels[None]), stride, padding)
        images.append(torch.einsum("oi,nihw->nohw", layer.mix.weight[:, :, 0, 0], Y))
    assert images[0].shape[2:] == (height, width)
    return torch.cat(images) + layer.mix.bias[:, None, None]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("kind", "loops"), zip(KINDS, (involution, basis_prediction), strict=True))
def test_a_layer_and_its_gradients_are_those_of_loops_over_pixels(kind, loops, place, x):
    layer = made(kind, *place)
    yours, expected = layer(x), loops(layer, x, *place)
    assert_same(yours, expected)
    tensors = [x, *layer.parameters()]
    for ours, by_loops in zip(gradients(yours, tensors), gradients(expected, tensors), strict=True):
        assert_same(ours, by_loops)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_each_stands_in_the_place_of_a_convolution(kind, place, x):
    assert made(kind, *place)(x).shape == nn.Conv2d(4, 5, *place).double()(x).shape


@pytest.mark.parametrize("kind", [Involution2d, BasisConv2d])
def test_a_fresh_layer_keeps_the_variance_that_a_convolution_keeps(kind):
    torch.manual_seed(0)
    x = torch.randn(4, 16, 12, 12)
    ours, conv = (
        torch.stack([make(16, 32, 5, padding=2)(x).var() for _ in range(8)]).mean() for make in (kind, nn.Conv2d)
    )
    assert (ours / conv).item() == pytest.approx(1, rel=0.15)


def test_each_group_of_channels_has_a_kernel_of_its_own_and_fits_the_channels(x):
    assert made(partial(Involution2d, groups=4), 3, 1, 1).kernels(x).shape == (2, 4, 3, 3, 9, 8)
    with pytest.raises(ValueError, match="`groups` must divide `in_channels`, 4, got 3"):
        Involution2d(4, 5, 3, groups=3)


def test_involution_has_the_parameters_of_its_two_1_x_1_convolutions_of_their_norm_and_of_the_mix():
    layer = Involution2d(32, 8, 7, groups=2)
    counted = sum(parameter.numel() for parameter in layer.parameters())
    assert counted == (32 + 1) * 8 + 2 * 8 + (8 + 1) * 2 * 49 + (32 + 1) * 8


def test_the_image_decides_the_dictionary_of_basis_prediction_and_at_the_start_all_have_the_same(x):
    fresh = BasisConv2d(4, 5, 3).double()
    same, own = fresh.dictionary(x), made(KINDS[1], 3, 1, 1).dictionary(x)
    assert torch.equal(same[0], same[1])
    assert not torch.allclose(own[0], own[1])
