"""ACDA that adapts to the image, by one gate a pixel or to nothing, against loops, with what each of them learns."""

from functools import partial

import pytest
import torch
from samples import assert_same, gradients
from torch import nn

import acda_core as acda
from acda_core import reference
from acda_core.nets.adaptivity import ConstantAtoms, GatedAtoms, averaged_atoms
from acda_core.training.measure import parameters

PLACES = [(3, 1, 1), (5, 2, 2), (5, 1, 0), (3, 2, 2)]  # kernel_size, stride, padding
PHI = partial(acda.AtomGenerator, hidden_channels=5)
SAMPLE = 3, 4  # channels


def mean_of_phi(generator, x):
    alpha = generator.generator(x)
    mean = alpha.flatten(3).sum(3) / (alpha.shape[3] * alpha.shape[4])
    return mean[..., None, None].expand_as(alpha)


def gated(generator, x):
    gate = generator.gate(x)[:, 0, 0]  # (N, h, w)
    rows = [
        torch.stack([generator.alpha + image[i, j] * generator.alpha for j in range(gate.shape[2])], -1)
        for image in gate
        for i in range(gate.shape[1])
    ]
    return torch.stack(rows, -2).unflatten(-2, gate.shape[:2]).movedim(-3, 0)


KINDS = {
    "image": (partial(averaged_atoms, PHI), mean_of_phi),
    "gate": (partial(GatedAtoms, gate=PHI), gated),
    "constant": (ConstantAtoms, None),
}


def made(kind, *place):
    torch.manual_seed(0)
    return acda.ACDAConv2d(*SAMPLE, *place, num_atoms=2, num_bases=3, generator=KINDS[kind][0]).double()


@pytest.fixture
def x():
    random = torch.Generator().manual_seed(1)
    return torch.randn(2, 3, 9, 8, dtype=torch.float64, generator=random).requires_grad_()


def by_loops(kind, layer, x, kernel_size, stride, padding):
    """Eq. (2) with K = A D; atoms that never change make a convolution, Eq. (1)."""
    if kind == "constant":
        D = torch.einsum("mk,kuv->muv", layer.generator.alpha, layer.psi)[None, ..., None, None]
        K = reference.compose_filters(layer.A, D)[0, ..., 0, 0]
        return reference.conv2d(x, K, stride, padding) + layer.bias[:, None, None]
    D = torch.einsum("nmkhw,kuv->nmuvhw", KINDS[kind][1](layer.generator, x), layer.psi)
    return (
        reference.per_pixel_conv2d(x, reference.compose_filters(layer.A, D), stride, padding)
        + layer.bias[:, None, None]
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_layer_and_its_gradients_are_those_of_loops_over_pixels(kind, place, x):
    layer = made(kind, *place)
    yours, expected = layer(x), by_loops(kind, layer, x, *place)
    assert_same(yours, expected)
    tensors = [x, *layer.parameters()]
    for ours, loops in zip(gradients(yours, tensors), gradients(expected, tensors), strict=True):
        assert_same(ours, loops)


def test_the_layer_that_adapts_to_the_image_learns_as_many_numbers_as_the_one_that_adapts_to_the_pixel():
    by_pixel = acda.ACDAConv2d(*SAMPLE, 5, num_atoms=2, num_bases=3, generator=PHI)
    assert parameters(made("image", 5, 1, 2)) == parameters(by_pixel)


def test_what_a_layer_learns_without_phi_is_its_coefficients_and_a_gate_costs_one_phi_of_one_number():
    own = 4 * (3 * 2 + 1)  # A and the bias
    assert parameters(made("constant", 5, 1, 2)) == own + 2 * 6
    assert parameters(made("gate", 5, 1, 2)) == own + 2 * 6 + (3 + 1) * 5 + (9 * 5 + 1)


def test_all_pixels_of_an_image_have_the_same_atoms_and_another_image_has_others(x):
    alpha = made("image", 3, 1, 1).coefficients(x)
    assert torch.equal(alpha, alpha[..., :1, :1].expand_as(alpha))
    assert not torch.allclose(alpha[0], alpha[1])


def test_a_gate_multiplies_what_a_convolution_gives(x):
    layer = made("gate", 3, 1, 1)
    nn.init.zeros_(layer.bias)
    K = torch.einsum("oim,mk,kuv->oiuv", layer.A, layer.generator.alpha, layer.psi)
    expected = (1 + layer.generator.gate(x)[:, 0]) * nn.functional.conv2d(x, K, padding=1)
    assert_same(layer(x), expected)
