"""Phi: which pixels a coefficient looks at, what it is at the start, and what makes the default fit for any network."""

import copy

import pytest
import torch
from samples import assert_same
from torch import nn

import acda_core as acda
from acda_core.generators import GENERATORS, normalised_generator
from acda_core.training.measure import multiply_adds, parameters

EACH = pytest.mark.parametrize("generator", GENERATORS)


@EACH
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(("kernel_size", "padding"), [(3, 1), (3, 0), (7, 0), (7, 1), (3, 4), (9, 2)])
def test_alpha_looks_at_the_pixels_around_the_centre_of_its_own_kernel(kernel_size, padding, stride, generator):
    layer = acda.ACDAConv2d(1, 1, kernel_size, stride, padding, hidden_channels=4, generator=generator).eval()
    l_a, l_b = layer.generator.kernel_sizes
    x = torch.randn(1, 1, 15, 15)
    rows = torch.arange(layer(x).shape[2]) * stride - padding + kernel_size // 2  # the kernel's centre
    for row in range(15):
        spoilt = x.clone()
        spoilt[..., row, :] = torch.nan
        found = layer.coefficients(spoilt)[0].isnan().flatten(0, 1).any(0).any(1)
        steps = stride * (torch.arange(l_b) - l_b // 2)
        assert torch.equal(found, ((rows[:, None] + steps - row).abs() <= l_a // 2).any(1)), row


def test_the_features_count_as_zero_outside_and_are_not_merely_padded_between_the_layers():
    """So a padded image gives, in the middle, what the image gives."""
    layer = acda.ACDAConv2d(3, 4, 3, padding=1, generator="paper").double()
    x = torch.randn(2, 3, 11, 9, dtype=torch.float64)
    nn.init.normal_(layer.generator.conv_a.bias)
    larger = nn.functional.pad(x, [4] * 4)
    assert_same(layer(x), layer(larger)[..., 4:-4, 4:-4])


class Constant(nn.Module):
    """The same coefficients at every pixel."""

    def __init__(self, *shape):
        super().__init__()
        self.alpha = nn.Parameter(torch.randn(shape))

    def forward(self, features):
        return self.alpha.expand(features.shape[0], *self.alpha.shape[1:-2], *features.shape[2:])


@pytest.mark.parametrize("shape", [(1, 2, 12, 1, 1), (1, 24, 1, 1)], ids=["5 dimensions", "4 dimensions"])
def test_any_module_may_generate(shape):
    generator = Constant(*shape)
    layer = acda.ACDAConv2d(3, 4, 5, padding=2, num_atoms=2, generator=generator)
    assert layer.generator is generator
    x = torch.randn(2, 3, 6, 7)
    K = torch.einsum("oim,mk,kuv->oiuv", layer.A, generator.alpha.reshape(2, 12), layer.psi)
    assert_same(layer(x), nn.functional.conv2d(x, K, layer.bias, padding=2), 1e-5)


def test_a_given_generator_keeps_its_parameters():
    generator = acda.AtomGenerator(3, 6, 6)
    before = copy.deepcopy(generator.state_dict())
    layer = acda.ACDAConv2d(3, 4, 3, padding=1, generator=generator)
    assert all(torch.equal(value, before[name]) for name, value in layer.generator.state_dict().items())


def test_the_named_generators_are_the_papers_and_the_released_one():
    paper = acda.ACDAConv2d(20, 4, 7, generator="paper").generator
    assert (paper.kernel_sizes, paper.conv_a.out_channels, paper.conv_b.out_channels) == ((1, 3), 64, 6 * 18)
    assert not [module for module in paper.modules() if isinstance(module, (nn.BatchNorm2d, nn.Tanh))]
    released = acda.ACDAConv2d(20, 4, 9, generator="released").generator
    assert (released.kernel_sizes, released.conv_a.out_channels, released.conv_b.out_channels) == ((3, 3), 72, 6 * 24)
    assert len([module for module in released.modules() if isinstance(module, nn.BatchNorm2d)]) == 2
    alpha = released(torch.randn(2, 20, 9, 9) * 100)
    assert alpha.abs().max() <= 1
    assert acda.ACDAConv2d(20, 4, 5, generator="released").generator.conv_a.out_channels == 64


def coefficients_of_many(norm=None, with_bias=True):
    x, made = torch.randn(4, 32, 12, 12), []
    for _ in range(30):
        generator = acda.AtomGenerator(32, 6, 18, norm=norm)
        if not with_bias:
            nn.init.zeros_(generator.conv_b.bias)
        made.append(generator(x).detach())
    return torch.stack(made)[..., 1:-1, 1:-1]  # draw, image, atom, coefficient, row, column


def test_at_the_start_atoms_have_norm_1_a_quarter_of_it_from_the_features():
    assert coefficients_of_many().square().sum(3).mean() == pytest.approx(1, rel=0.1)
    assert coefficients_of_many(with_bias=False).square().sum(3).mean() == pytest.approx(0.25, rel=0.15)


def test_at_the_start_normalised_atoms_have_norm_1_all_of_it_from_the_features():
    alpha = coefficients_of_many(norm="batch")
    assert alpha.square().sum(3).mean() == pytest.approx(1, rel=0.1)
    assert alpha.var((1, 4, 5)).sum(2).mean() == pytest.approx(1, rel=0.1)


def fresh(in_channels=4, num_atoms=2, num_coefficients=6, dtype=torch.float64, **options):
    return normalised_generator(in_channels, num_atoms, num_coefficients, 16, **options).to(dtype)


def test_the_default_is_the_normalised_one():
    layer = acda.ACDAConv2d(5, 4, 3)
    torch.manual_seed(0)
    default = acda.ACDAConv2d(5, 4, 3).state_dict()
    torch.manual_seed(0)
    named = acda.ACDAConv2d(5, 4, 3, generator="normalised").state_dict()
    assert all(torch.equal(value, named[name]) for name, value in default.items())
    assert layer.generator.kernel_sizes == (1, 3)


def test_normalised_coefficients_are_a_bounded_function_of_hidden_features_of_length_2():
    """Written out again, pixel by pixel."""
    phi, x = fresh(), torch.randn(1, 4, 5, 6, dtype=torch.float64)
    alpha = phi(x)
    padded = nn.functional.pad(x, [1] * 4)
    limit = 2 * 6**-0.5
    for row, column in ((0, 0), (2, 3), (4, 5)):
        dynamic = 0
        for i in range(3):
            for j in range(3):
                hidden = phi.conv_a.weight[:, :, 0, 0] @ padded[0, :, row + i, column + j] + phi.conv_a.bias
                dynamic = dynamic + phi.conv_b.weight[:, :, i, j] @ (2 * hidden / hidden.norm()).relu()
        expected = phi.conv_b.bias + limit * (dynamic / limit).tanh()
        assert_same(alpha[0, :, :, row, column].flatten(), expected)


def test_it_has_the_state_and_the_cost_of_the_papers_form():
    """Norm, tanh and the sum are no products of weights: some 2 d and 3 m S m' operations a pixel are left out."""
    normalised, paper = normalised_generator(8, 6, 12), acda.AtomGenerator(8, 6, 12, 16)
    assert {n: t.shape for n, t in normalised.state_dict().items()} == {
        n: t.shape for n, t in paper.state_dict().items()
    }
    counted = acda.cost.generator(8, 9, 7, 6, 12, 16)
    assert parameters(normalised) == parameters(paper) == counted.parameters
    assert multiply_adds(normalised, (8, 9, 7)) == multiply_adds(paper, (8, 9, 7))


@pytest.mark.parametrize("factor", [1e3, 1e6])
def test_in_large_features_it_is_of_degree_0_and_the_layer_of_degree_1(factor):
    layer = acda.ACDAConv2d(4, 5, 3, padding=1, bias=False).double()
    x = 1e6 * torch.randn(2, 4, 7, 8, dtype=torch.float64)
    assert_same(layer.coefficients(factor * x), layer.coefficients(x), 1e-5)
    assert_same(layer(factor * x) / factor / 1e6, layer(x) / 1e6, 1e-4)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("in_channels", [1, 16])
def test_it_is_finite_with_its_gradients_where_nn_conv2d_is(engine, in_channels, dtype):
    layer = acda.ACDAConv2d(in_channels, 8, 3, padding=1, dtype=dtype)
    for scale in (0, 1e-6, 1, 1e6, 1e12):
        x = (scale * torch.randn(2, in_channels, 6, 7)).to(dtype).requires_grad_()
        Z = layer(x)
        Z.float().mean().backward()
        assert all(t.isfinite().all() for t in (Z, x.grad, *(p.grad for p in layer.parameters()))), scale


def test_what_training_makes_of_its_weights_the_dynamic_part_stays_bounded():
    phi, x = fresh(), 100 * torch.randn(2, 4, 8, 9, dtype=torch.float64)
    with torch.no_grad():
        phi.conv_b.weight.mul_(1e6)
    dynamic = phi(x) - phi.conv_b.bias.view(2, 6, 1, 1)
    assert dynamic.abs().max().item() == pytest.approx(2 * 6**-0.5)


def test_without_a_dynamic_part_the_layer_is_a_convolution():
    layer, x = acda.ACDAConv2d(3, 4, 5, padding=2).double(), torch.randn(2, 3, 9, 8, dtype=torch.float64)
    nn.init.zeros_(layer.generator.conv_b.weight)
    D = torch.einsum("mk,kuv->muv", layer.generator.conv_b.bias.view(6, 12), layer.psi)
    K = torch.einsum("oim,muv->oiuv", layer.A, D)
    assert_same(layer(x), nn.functional.conv2d(x, K, layer.bias, padding=2))


def test_at_the_start_the_normalised_atoms_have_norm_1_a_quarter_of_it_before_the_bound_from_the_features():
    x, static, dynamic = torch.randn(4, 32, 12, 12), [], []
    for _ in range(30):
        phi = normalised_generator(32, 6, 18)
        static.append(phi.conv_b.bias.detach().square().sum() / 6)
        dynamic.append((phi(x).detach() - phi.conv_b.bias.detach().view(6, 18, 1, 1)).square().sum(2).mean())
    assert torch.stack(static).mean().item() == pytest.approx(0.75, rel=0.1)
    bounded = (2 * torch.tanh(0.25 * torch.randn(10**5))).square().mean().item()  # of numbers of variance 1/4
    assert torch.stack(dynamic).mean().item() == pytest.approx(bounded, rel=0.15)


def test_an_image_is_given_the_same_coefficients_in_any_batch_and_in_both_modes():
    phi, x = fresh(), torch.randn(3, 4, 6, 7, dtype=torch.float64)
    together = phi.train()(x)
    for index in range(3):
        assert_same(phi.eval()(x[index : index + 1]), together[index : index + 1])
    assert phi(x[:0]).shape == (0, 2, 6, 6, 7)
    assert_same(torch.func.vmap(phi)(x[:, None])[:, 0], together)


def test_with_one_channel_a_coefficient_tells_amplitudes_near_1_apart():
    """A norm of the channel itself would keep nothing but its sign."""
    torch.manual_seed(0)
    phi = fresh(in_channels=1)
    levels = torch.tensor([-3, -1.5, -0.5, 0, 0.5, 1.5, 3], dtype=torch.float64)
    alpha = phi(levels.view(7, 1, 1, 1).expand(7, 1, 3, 3))[:, :, :, 1, 1].flatten(1)
    steps = (alpha.diff(dim=0)).norm(dim=1) / alpha.std(0).norm()
    assert steps.min() > 0.1


def test_gradients_reach_every_parameter_at_the_first_step():
    phi = fresh()
    phi(torch.randn(2, 4, 6, 7, dtype=torch.float64)).square().sum().backward()
    for name, parameter in phi.named_parameters():
        assert parameter.grad.any(), name


def test_it_is_differentiable_twice():
    phi, x = fresh(in_channels=2, num_atoms=1, num_coefficients=2), torch.randn(1, 2, 3, 3, dtype=torch.float64)
    assert torch.autograd.gradcheck(phi, x.requires_grad_(), fast_mode=True)
    assert torch.autograd.gradgradcheck(phi, x, fast_mode=True)


def test_the_random_numbers_of_the_papers_and_the_released_form_are_drawn_in_their_order():
    for squash, norm in ((None, None), ("tanh", "batch")):
        torch.manual_seed(5)
        phi = acda.AtomGenerator(3, 2, 6, 8, norm=norm, squash=squash)
        torch.manual_seed(5)
        conv_a, conv_b = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 12, 3)
        nn.init.kaiming_normal_(conv_a.weight, nonlinearity="relu")
        nn.init.normal_(conv_b.weight, std=(0.25 / 6 / 72) ** 0.5)
        nn.init.normal_(conv_b.bias, std=(0.75 / 6) ** 0.5)
        assert torch.equal(phi.conv_a.weight, conv_a.weight)
        assert not phi.conv_a.bias.any()
        assert torch.equal(phi.conv_b.weight, conv_b.weight)
        assert torch.equal(phi.conv_b.bias, conv_b.bias)


class Adapted(nn.Module):
    """A convolution and a small correction beside it, as libraries of adapters wrap it."""

    def __init__(self, conv, with_bias):
        super().__init__()
        self.conv, self.correction = conv, nn.Conv2d(conv.in_channels, conv.out_channels, 1, bias=False).double()
        self.weight, self.bias = conv.weight, conv.bias if with_bias else None

    def forward(self, x):
        return self.conv(x) + self.correction(x[..., 1:-1, 1:-1])


@pytest.mark.parametrize("with_bias", [True, False])
def test_what_takes_the_place_of_the_second_convolution_is_called(with_bias):
    phi, features = normalised_generator(3, 2, 4).double(), torch.randn(2, 3, 6, 5, dtype=torch.float64)
    before, bias = phi(features).flatten(1, 2), phi.conv_b.bias[:, None, None]
    phi.conv_b = Adapted(phi.conv_b, with_bias)
    hidden = phi.norm_a(phi.conv_a(features)).relu()
    seen, limit = phi.conv_b(hidden), phi.limit
    expected = bias + limit * torch.tanh((seen - bias) / limit) if with_bias else limit * torch.tanh(seen / limit)
    assert_same(phi(features).flatten(1, 2), expected)
    assert not torch.allclose(expected, before)


@pytest.mark.parametrize("name", ["conv_a", "norm_a", "activation", "conv_b", "squash"])
def test_who_looks_at_a_part_sees_it_called_once_and_changes_nothing(name):
    phi, features, seen = normalised_generator(3, 2, 4).double(), torch.randn(2, 3, 6, 5, dtype=torch.float64), []
    alpha = phi(features)
    getattr(phi, name).register_forward_hook(lambda part, given, found: seen.append(found.shape[1]))
    assert_same(phi(features), alpha)
    assert seen == [16 if name in ("conv_a", "norm_a", "activation") else 8]
