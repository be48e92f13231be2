"""The rivals in restoration: what they compute, what they have in common with ACDA, and what they cost."""

from functools import partial

import pytest
import torch
from torch import nn

from acda_core import reference
from acda_core.experiments import restoration_rivals
from acda_core.nets.pixelwise import BasisConv2d
from acda_core.nets.restoration import OneLayer, RestorationNet
from acda_core.nets.rivals import KernelConv2d

IDENTITIES = "conv", "acda", "kpn", "conv_ops", "one_conv", "one_acda", "one_kpn", "one_bpn"


@pytest.mark.parametrize("name", IDENTITIES)
def test_at_the_start_a_photograph_is_left_as_it_is_and_every_parameter_can_learn(name):
    network = restoration_rivals.make_network(name, 0)
    x = torch.rand(2, 3, 8, 12)
    torch.testing.assert_close(network(x), x)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.1)
    network(x).square().sum().backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in network.parameters() if parameter.numel() > 1)


@pytest.mark.parametrize("name", ["one_acda", "one_kpn", "one_bpn"])
def test_no_part_of_a_layer_stays_where_it_is_at_the_start(name):
    network, x = restoration_rivals.make_network(name, 0), torch.rand(2, 3, 9, 8)
    before = {key: one.detach().clone() for key, one in network.named_parameters()}
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.mse_loss(network(x), x.roll(1, 3)).backward()
        optimizer.step()
    assert not [key for key, one in network.named_parameters() if torch.equal(one, before[key])]


@pytest.mark.parametrize("layer", [KernelConv2d, BasisConv2d])
@pytest.mark.parametrize("generator", ["paper", "normalised", "released"])
def test_a_layer_that_predicts_begins_as_the_identity_whatever_its_phi(layer, generator):
    x = torch.rand(2, 3, 9, 8)
    assert torch.equal(OneLayer(partial(layer, generator=generator))(x), x)


def learned(name):
    """A network in evaluation mode, in float64, none of whose parameters is as at the start."""
    torch.manual_seed(0)
    network = restoration_rivals.make_network(name, 0).double().eval()
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.3)
    return network, torch.rand(2, 3, 7, 6, dtype=torch.float64)


def corrected(network, x, kernels):
    """x and what the last 1 x 1 convolution makes of each channel under its kernels (N, c', l, l, h, w)."""
    filtered = reference.per_pixel_conv2d(x, kernels[:, :, None], 1, 2)
    mix = network.layer.mix
    return x + torch.einsum("oi,nihw->nohw", mix.weight[:, :, 0, 0], filtered) + mix.bias[:, None, None]


def test_one_layer_of_kernel_prediction_filters_all_colours_of_a_pixel_by_the_25_numbers_of_its_phi():
    network, x = learned("one_kpn")
    alpha = network.layer.generator(x)
    kernels = torch.zeros(2, 3, 5, 5, 7, 6, dtype=torch.float64)
    for u in range(5):
        for v in range(5):
            kernels[:, :, u, v] = alpha[:, 0, None, 5 * u + v]
    torch.testing.assert_close(network(x), corrected(network, x, kernels))


def test_one_layer_of_basis_prediction_mixes_each_channels_kernels_of_the_image_by_the_numbers_of_its_phi():
    network, x = learned("one_bpn")
    alpha, V = network.layer.generator(x), network.layer.dictionary(x)
    kernels = torch.zeros(2, 3, 5, 5, 7, 6, dtype=torch.float64)
    for k in range(restoration_rivals.BASES):
        for i in range(3):
            kernels[:, i] += V[:, k, i, :, :, None, None] * alpha[:, 0, k, None, None]
    torch.testing.assert_close(network(x), corrected(network, x, kernels))


def test_the_layers_that_adapt_have_one_phi_but_for_how_many_numbers_it_makes_of_a_pixel():
    acda, *rivals = (restoration_rivals.make_network(name, 0).layer for name in ("one_acda", "one_kpn", "one_bpn"))
    assert len(acda.psi) == restoration_rivals.BASES
    for layer, numbers in zip((acda, *rivals), (6 * 12, 25, 12), strict=True):
        phi = layer.generator
        assert (phi.num_atoms * phi.num_coefficients, phi.conv_b.out_channels) == (numbers, numbers)
        assert repr(phi.conv_a) == repr(acda.generator.conv_a)
        assert (phi.kernel_sizes, type(phi.norm_a), type(phi.activation), type(phi.squash)) == (
            ((3, 3), nn.BatchNorm2d, nn.Tanh, nn.Tanh)
        )


def test_the_wider_net_with_conv_costs_what_the_net_with_acda_costs():
    cost, own = restoration_rivals.cost, restoration_rivals.equal_channels()
    wanted, found = (cost(restoration_rivals.make_network(name, 0)) for name in ("acda", "conv_ops"))
    for channels in (own - 2, own + 2):
        assert abs(found - wanted) <= abs(cost(RestorationNet(nn.Conv2d, channels=channels)) - wanted)
    assert found == pytest.approx(wanted, rel=0.05)


def test_a_seed_decides_a_network_whether_or_not_its_width_was_looked_for_before():
    restoration_rivals.equal_channels.cache_clear()
    before = torch.random.get_rng_state()
    first, again = (restoration_rivals.make_network("conv_ops", 3).state_dict() for _ in range(2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_an_unknown_rival_is_named():
    names = ", ".join(restoration_rivals.NETWORKS)
    with pytest.raises(ValueError, match=f"`name` must be one of {names}, got 'unet'"):
        restoration_rivals.make_network("unet", 0)
