"""Coefficients that are changed in a trained network, and how they vary, against loops and numbers known beforehand."""

import pytest
import torch
from torch import nn

import acda_core as acda
from acda_core.nets import inspect


@pytest.fixture
def alpha():
    return torch.randn(3, 2, 5, 4, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def energies(alpha):
    """Of each image, by a loop over its numbers."""
    return [sum(value**2 for value in image.flatten().tolist()) for image in alpha]


def test_the_matched_mean_is_the_mean_of_each_image_at_the_energy_that_the_image_had(alpha):
    matched = inspect.energy_matched_mean(alpha)
    assert energies(matched) == pytest.approx(energies(alpha))
    for image, changed in zip(alpha, matched, strict=True):
        mean = image.mean((-2, -1))
        factors = changed / mean[..., None, None]
        assert torch.allclose(factors, factors[0, 0, 0, 0])
        assert factors[0, 0, 0, 0] > 1


def test_a_mean_of_zero_stays_zero():
    assert inspect.energy_matched_mean(torch.zeros(1, 2, 3, 4, 4)).abs().max() == 0


def test_shuffled_pixels_keep_their_coefficients_together_and_move_the_same_way_in_every_image(alpha):
    moved = inspect.shuffled(alpha)
    pixels, others = (one.flatten(3).permute(3, 0, 1, 2).flatten(1) for one in (alpha, moved))
    places = [[torch.equal(pixel, other) for pixel in pixels].index(True) for other in others]
    assert sorted(places) == list(range(24))
    assert places != sorted(places)
    assert torch.equal(moved, inspect.shuffled(alpha))


def test_rolled_pixels_have_the_coefficients_of_the_pixel_above_and_to_the_left(alpha):
    moved = inspect.rolled(alpha)
    for i in range(4):
        for j in range(6):
            assert torch.equal(moved[..., i, j], alpha[..., i - 1, j - 1])


def network():
    torch.manual_seed(0)
    first, second = acda.ACDAConv2d(3, 4, 3, padding=1), acda.ACDAConv2d(4, 2, 5)
    return nn.Sequential(first, nn.ReLU(), second)


def test_a_changed_network_changes_every_layer_and_leaves_the_network_as_it_was():
    net, x = network(), torch.randn(2, 3, 9, 8)
    before = net(x)
    changed = inspect.changed(net, inspect.rolled)
    assert torch.equal(net(x), before)
    hidden = x
    for layer, own in zip(changed, net, strict=True):
        if isinstance(own, acda.ACDAConv2d):
            alpha = inspect.rolled(own.coefficients(hidden))
            assert torch.equal(layer.coefficients(hidden), alpha)
            hidden = acda.acda_conv2d(hidden, alpha, own.psi, own.A, own.bias, padding=own.padding[0])
        else:
            hidden = own(hidden)
    torch.testing.assert_close(changed(x), hidden)


def test_an_unchanged_alpha_gives_the_same_network():
    net, x = network().eval(), torch.randn(2, 3, 9, 8)
    torch.testing.assert_close(inspect.changed(net, torch.clone)(x), net(x))


def test_the_coefficients_of_a_layer_are_those_of_what_reaches_it():
    net, x = network(), torch.randn(2, 3, 9, 8)
    assert inspect.adaptive_layers(net) == [net[0], net[2]]
    found = inspect.coefficients(net, net[2], x)
    torch.testing.assert_close(found, net[2].coefficients(net[1](net[0](x))).detach())


def test_the_energy_divides_into_what_is_constant_what_is_the_images_and_the_rest(alpha):
    found = inspect.spread(alpha)
    n, pixels = len(alpha), 24
    assert found.energy == pytest.approx(sum(energies(alpha)) / (n * pixels))
    means = alpha.mean((-2, -1))
    mean = means.mean(0)
    constant, image = mean.square().sum().item(), sum((one - mean).square().sum().item() for one in means) / n
    assert found.constant == pytest.approx(constant / found.energy)
    assert found.image == pytest.approx(image / found.energy)
    within = (alpha - means[..., None, None]).square().sum().item() / (n * pixels)
    assert constant + image + within == pytest.approx(found.energy)


def test_the_shares_are_one_where_nothing_varies_and_where_only_images_differ():
    constant = torch.ones(2, 1, 3, 4, 4)
    assert inspect.spread(constant) == inspect.Spread(3.0, 1.0, 0.0, 0, 3)
    of_images = inspect.spread(constant * torch.tensor([1.0, -1.0]).view(2, 1, 1, 1, 1))
    assert (of_images.constant, of_images.image) == pytest.approx((0, 1))
    assert of_images.rank == 1


@pytest.mark.parametrize(("variances", "rank"), [([96, 4], 1), ([94, 6], 2), ([50, 30, 16, 4], 3), ([1] * 30, 29)])
def test_the_rank_is_how_many_components_hold_95_per_cent_whatever_the_mean(variances, rank):
    steps = torch.diag(torch.tensor(variances).double().sqrt())  # each pixel goes along one direction, either way
    alpha = 7 + torch.cat([steps, -steps], 1)
    found = inspect.spread(alpha.view(1, 1, len(variances), 1, -1))
    assert (found.rank, found.dimensions) == (rank, len(variances))
