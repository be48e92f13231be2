"""Phi in one pass against its modules: forward, gradients, and everything that must still go through the modules."""

import copy

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import acda_core as acda
from acda_core.generators import normalised_generator
from acda_core.kernels import phi

CASES = {  # images, channels, height, width; num_atoms, num_coefficients, hidden_channels; stride, offset
    "usual": ((2, 5, 9, 7), (6, 6, 16), (1, 0)),
    "several blocks and strips": ((1, 300, 33, 70), (6, 12, 16), (1, 0)),
    "stride 2": ((2, 3, 11, 12), (2, 6, 7), (2, 1)),
    "stride 2, begun inside": ((2, 3, 11, 12), (2, 6, 7), (2, -3)),
    "stride 3, begun outside": ((1, 3, 10, 11), (6, 6, 16), (3, 2)),
    "one pixel": ((1, 2, 1, 1), (1, 1, 2), (1, 0)),
    "no images": ((0, 3, 6, 5), (6, 6, 16), (1, 0)),
}


@pytest.fixture(params=CASES, ids=str)
def case(request):
    shape, counts, (stride, offset) = CASES[request.param]
    torch.manual_seed(0)
    return normalised_generator(shape[1], *counts, stride=stride, offset=offset), torch.randn(shape)


@pytest.fixture(autouse=True)
def compiled(fresh_library, monkeypatch):
    monkeypatch.delenv("ACDA_KERNEL", raising=False)
    fresh_library.cache_clear()


@pytest.fixture
def calls(monkeypatch):
    found, run = [], phi.phi
    monkeypatch.setattr(phi, "phi", lambda *given: found.append(given) or run(*given))
    return found


def by_modules(generator, x):
    """What the modules make of x, one after the other."""
    if generator.crop:
        x = x[..., generator.crop : -generator.crop, generator.crop : -generator.crop]
    return generator._coefficients(generator.conv_a(x))


def with_gradients(make, generator, x, weights):
    generator.zero_grad()
    x = x.detach().requires_grad_()
    alpha = make(generator, x)
    alpha.backward(weights)
    return alpha.detach(), x.grad, *(parameter.grad.clone() for parameter in generator.parameters())


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_it_and_its_gradients_are_those_of_the_modules(case, layout, threads, calls):
    generator, x = case
    generator, x = generator.double(), x.double().to(memory_format=layout)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        weights = torch.randn_like(by_modules(generator, x))
        found = with_gradients(lambda phi, x: phi(x), generator, x, weights)
        assert len(calls) == 1
        for one, expected in zip(found, with_gradients(by_modules, generator, x, weights), strict=True):
            torch.testing.assert_close(one, expected, rtol=1e-9, atol=1e-11)
    finally:
        torch.set_num_threads(before)


def test_in_float32_it_is_as_exact_as_the_modules(case):
    generator, x = case
    exact = by_modules(copy.deepcopy(generator).double(), x.double())
    if exact.numel():
        modules = (by_modules(generator, x) - exact).abs().max()
        assert (generator(x) - exact).abs().max() <= 2 * modules + 2e-7


def test_its_gradients_are_the_same_at_every_run():
    generator, x = normalised_generator(8, 6, 12), torch.randn(4, 8, 40, 30)
    weights = torch.randn_like(generator(x))
    first = with_gradients(lambda phi, x: phi(x), generator, x, weights)
    for _ in range(3):
        again = with_gradients(lambda phi, x: phi(x), generator, x, weights)
        assert all(torch.equal(one, other) for one, other in zip(first, again, strict=True))


def test_gradients_of_gradients_are_right():
    generator = normalised_generator(2, 2, 3, hidden_channels=3).double()
    x = torch.randn(1, 2, 4, 3, dtype=torch.float64, requires_grad=True)
    parameters = tuple(generator.parameters())

    def run(x, *parameters):
        return torch.func.functional_call(generator, dict(zip(names, parameters, strict=True)), (x,))

    names = [name for name, _ in generator.named_parameters()]
    assert torch.autograd.gradcheck(run, (x, *parameters))
    assert torch.autograd.gradgradcheck(run, (x, *parameters))


def test_the_operator_passes_pytorchs_own_checks():
    x = torch.randn(1, 3, 5, 4, requires_grad=True)
    weights = [torch.randn(shape, requires_grad=True) for shape in ((4, 3, 1, 1), (4,), (6, 4, 3, 3), (6,))]
    torch.library.opcheck(torch.ops.acda.phi, (x, *weights, 1, 1, 0.5))


def test_only_what_asks_for_a_gradient_gets_one():
    generator, x = normalised_generator(3, 6, 6), torch.randn(1, 3, 6, 5)
    generator(x).sum().backward()
    assert x.grad is None
    frozen = generator.requires_grad_(False)
    x.requires_grad_()
    frozen(x).sum().backward()
    expected = torch.autograd.grad(by_modules(frozen, x).sum(), x)[0]
    torch.testing.assert_close(x.grad, expected)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_pixel_that_is_no_number_spoils_only_what_sees_it(value):
    generator, x = normalised_generator(3, 6, 6), torch.randn(1, 3, 9, 9)
    x[0, 1, 4, 4] = value
    assert torch.equal(generator(x).isnan(), by_modules(generator, x).isnan())


@pytest.mark.parametrize("value", [1e6, 1e18, 1e-20, 0.0])
def test_large_and_small_features_give_what_the_modules_give(value):
    generator, x = normalised_generator(3, 6, 6), value * torch.randn(1, 3, 6, 5)
    torch.testing.assert_close(generator(x), by_modules(generator, x))


def test_flops_are_counted_as_those_of_the_modules():
    generator, x = normalised_generator(8, 6, 12, stride=2, offset=1), torch.randn(2, 8, 9, 7)
    counts = []
    for make in (lambda phi, x: phi(x), by_modules):
        with FlopCounterMode(display=False) as counter:
            make(generator, x)
        counts.append(counter.get_total_flops())
    assert counts[0] == counts[1]


def test_a_step_keeps_x_and_alpha_alone():
    generator, x = normalised_generator(8, 6, 12), torch.randn(2, 8, 40, 30, requires_grad=True)
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
        alpha = generator(x)
    assert sum(t.nbytes for t in kept) == x.nbytes + alpha.nbytes + sum(p.nbytes for p in generator.parameters())


def hooked(generator):
    generator.conv_a.register_forward_hook(lambda *_: None)


def normed(generator):
    nn.utils.parametrizations.weight_norm(generator.conv_b)


def watched_backward(generator):
    generator.norm_a.register_full_backward_hook(lambda *_: None)


def another_activation(generator):
    generator.activation = nn.GELU()


def another_norm(generator):
    generator.norm_b = nn.BatchNorm2d(36)


def another_squash(generator):
    generator.squash = nn.Hardtanh()


def without_a_bias(generator):
    generator.conv_b.bias = None


CHANGES = hooked, watched_backward, normed, another_activation, another_norm, another_squash, without_a_bias


@pytest.mark.parametrize("change", CHANGES)
def test_a_generator_that_was_changed_is_what_its_modules_are(change, calls):
    generator, x = normalised_generator(3, 6, 6), torch.randn(1, 3, 6, 5)
    generator(x)
    assert len(calls) == 1
    change(generator)
    assert torch.equal(generator(x), by_modules(generator, x))
    assert len(calls) == 1


def test_without_the_compiled_kernel_and_under_autocast_the_modules_run(fresh_library, monkeypatch, calls):
    generator, x = normalised_generator(3, 6, 6), torch.randn(1, 3, 6, 5)
    with torch.autocast("cpu", torch.bfloat16):
        assert generator(x).dtype == torch.bfloat16
    generator.bfloat16()(x.bfloat16())
    monkeypatch.setenv("ACDA_KERNEL", "plain")
    fresh_library.cache_clear()
    generator.float()(x)
    assert not calls


def test_bands_of_rows_go_through_it_too(monkeypatch, calls):
    layer, x = acda.ACDAConv2d(3, 4, 5, stride=2, padding=1), torch.randn(2, 3, 40, 30)
    expected = layer(x)
    monkeypatch.setattr(acda.layers, "BAND_BYTES", 2**12)
    with torch.no_grad():
        torch.testing.assert_close(layer(x), expected)
    assert len(calls) > 3
