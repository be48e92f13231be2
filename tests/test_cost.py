"""Counts against the modules themselves, against torch's own counter, and against numbers worked out by hand."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import acda_core as acda
from acda_core import cost
from acda_core.experiments.bench import unfold_conv2d
from acda_core.training.measure import peak_bytes, saved_bytes


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


def multiply_adds(run, *inputs):
    """Of the products alone: torch counts two operations each and leaves biases out."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        run(*inputs)
    return counter.get_total_flops() // 2


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("sizes", [(3, 4, 3), (5, 2, 7), (1, 1, 1)])
def test_a_convolution_has_the_parameters_and_multiply_adds_of_nn_conv2d(sizes, bias):
    conv = nn.Conv2d(*sizes, padding=sizes[2] // 2, bias=bias)
    count = cost.conv(*sizes, 6, 5, bias)
    assert count.parameters == parameters(conv)
    assert count.multiply_adds - bias * sizes[1] * 6 * 5 == multiply_adds(conv, torch.randn(1, sizes[0], 6, 5))


@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 3},
        {"kernel_size": 5, "num_atoms": 4, "bias": False},
        {"kernel_size": 7, "num_bases": 5, "hidden_channels": 10},
    ],
)
def test_the_whole_layer_has_the_parameters_it_says(options):
    layer = acda.ACDAConv2d(5, 8, **options, generator="paper")
    assert cost.acda(5, 8, height=6, width=7, **options).parameters == parameters(layer)


def test_fewer_scales_and_another_generator_are_counted_too():
    layer = acda.ACDAConv2d(5, 8, 7, scales=(3, 7), generator="paper")
    assert cost.acda(5, 8, 7, 6, 7, num_scales=2).parameters == parameters(layer)
    generator = acda.AtomGenerator(5, 6, 18, 10, (3, 5))
    assert cost.generator(5, 6, 7, 6, 18, 10, (3, 5)).parameters == parameters(generator)


@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_the_two_layers_with_composition_have_the_multiply_adds_of_their_plain_form(kernel_size):
    k = 6 * (kernel_size // 2)
    x, alpha = torch.randn(1, 5, 9, 8), torch.randn(1, 4, k, 9, 8)
    psi, A = torch.randn(k, kernel_size, kernel_size), torch.randn(7, 5, 4)
    counted = multiply_adds(lambda: unfold_conv2d(x, alpha, psi, A, padding=kernel_size // 2))
    said = cost.two_layers(5, 7, kernel_size, 9, 8, 4, bias=False) + cost.composition(kernel_size, 9, 8, 4, k)
    assert said.multiply_adds == counted


def test_the_generator_has_the_multiply_adds_of_its_convolutions_but_for_its_margin():
    generator = acda.AtomGenerator(5, 6, 18, 10, (1, 3))
    counted = multiply_adds(generator, torch.randn(1, 5, 9, 8))
    biases, margin = 9 * 8 * (10 + 6 * 18), (11 * 10 - 9 * 8) * 5 * 10
    assert cost.generator(5, 9, 8, 6, 18, 10).multiply_adds == counted + biases - margin


def test_the_whole_is_the_sum_of_its_parts():
    whole = cost.acda(5, 8, 5, 6, 7)
    parts = (cost.generator(5, 6, 7, 6, 12), cost.composition(5, 6, 7, 6, 12), cost.two_layers(5, 8, 5, 6, 7))
    assert whole == parts[0] + parts[1] + parts[2]
    assert whole.multiply_adds == sum(part.multiply_adds for part in parts)
    assert whole.intermediate == max(part.intermediate for part in parts)


@pytest.mark.parametrize(
    ("kernel_size", "conv", "two_layers"),
    [(3, 5900.8, 4073.0), (5, 16386.6, 4318.7), (7, 32115.2, 4687.4)],
)
def test_table_6_without_generation_is_counted_with_bias(kernel_size, conv, two_layers):
    """256 -> 256 channels and 100 x 100 pixels, in millions: h w c (1 + c' l^2) and h w (c' m l^2 + c' m c + c)."""
    sizes = 256, 256, kernel_size, 100, 100
    assert cost.conv(*sizes).multiply_adds / 1e6 == pytest.approx(conv, abs=0.05)
    assert cost.two_layers(*sizes).multiply_adds / 1e6 == pytest.approx(two_layers, abs=0.05)


@pytest.mark.parametrize(("kernel_size", "parameters", "extra"), [(3, 0.43, 371), (5, 0.45, 579), (7, 0.47, 786)])
def test_the_honest_count_of_generation(kernel_size, parameters, extra):
    sizes = 256, 256, kernel_size, 100, 100
    assert cost.acda(*sizes).parameters / 1e6 == pytest.approx(parameters, abs=0.005)
    coefficients = 6 * (kernel_size // 2)
    generation = cost.generator(256, 100, 100, 6, coefficients).multiply_adds
    biases = 100 * 100 * (64 + 6 * coefficients)
    assert (generation - biases) / 1e6 == pytest.approx(extra, abs=0.5)


@pytest.mark.parametrize(("kernel_size", "per_pixel"), [(3, 324), (5, 1800), (7, 5292)])
def test_composing_the_atoms_costs_what_table_6_leaves_out(kernel_size, per_pixel):
    count = cost.composition(kernel_size, 10, 10, 6, 6 * (kernel_size // 2))
    assert count.multiply_adds == 100 * per_pixel
    assert count.parameters == 0


def test_dense_filters_of_the_papers_example_are_3_6_gigabytes():
    count = cost.dense(100, 100, 3, 100, 100)
    assert count.intermediate == 9 * 10**8
    assert 4 * count.intermediate == 3.6e9
    assert 4 * count.intermediate * 8 / 2**30 == pytest.approx(26.8, abs=0.05)  # the paper's 26.8 are Gibit
    assert (count.parameters, count.multiply_adds) == (0, 9 * 10**8)


def test_intermediates_are_the_sizes_of_real_tensors():
    x, alpha, psi = torch.randn(1, 5, 9, 8), torch.randn(1, 4, 6, 9, 8), torch.randn(6, 3, 3)
    D = acda.compose_atoms(alpha, psi)
    assert cost.composition(3, 9, 8, 4, 6).intermediate == D.numel()
    assert cost.two_layers(5, 7, 3, 9, 8, 4).intermediate == acda.atom_conv(x, D, padding=1).numel()


def test_saved_bytes_of_one_product_are_those_of_its_two_factors():
    a, b = torch.randn(10, requires_grad=True), torch.randn(10, requires_grad=True)
    assert saved_bytes(lambda a, b: a * b, a, b) == 2 * 40
    assert saved_bytes(lambda a: a * 2, a) == 0


def test_a_storage_that_is_saved_twice_counts_once():
    a = torch.randn(10, requires_grad=True)
    assert saved_bytes(lambda a: a * a, a) == 40
    assert saved_bytes(lambda a: a[:5] * a[5:], a) == 40


def test_parameters_and_buffers_of_a_module_are_not_counted():
    x = torch.randn(4, 10)
    assert saved_bytes(nn.Linear(10, 5), x) == 4 * 10 * 4
    assert saved_bytes(nn.Linear(10, 5).requires_grad_(False), x) == 0
    scale = nn.Module()
    scale.register_buffer("factor", torch.randn(10))
    scale.forward = lambda x: x * scale.factor
    assert saved_bytes(scale, x.requires_grad_()) == 0


def test_the_two_layer_form_saves_nothing_but_its_arguments():
    shapes = (1, 8, 20, 20), (1, 6, 12, 20, 20), (12, 5, 5), (9, 8, 6), (9,)
    tensors = [torch.randn(shape, requires_grad=True) for shape in shapes]
    kept = saved_bytes(lambda *given: acda.acda_conv2d(*given, padding=2), *tensors)
    assert kept == 4 * sum(t.numel() for t in tensors[:4])
    x, D = tensors[0], torch.randn(1, 6, 5, 5, 20, 20, requires_grad=True)
    assert saved_bytes(lambda x, D: acda.atom_conv(x, D, padding=2), x, D) == 4 * (x.numel() + D.numel())


def test_the_unfold_form_saves_many_times_as_much():
    layer = acda.ACDAConv2d(32, 32, 7, padding=3, generator="paper")
    x = torch.randn(1, 32, 20, 20)

    def unfolded(x):
        return unfold_conv2d(x, layer.coefficients(x), layer.psi, layer.A, layer.bias, padding=3)

    assert saved_bytes(unfolded, x) > 5 * saved_bytes(layer, x)


def test_peak_bytes_follow_what_is_held_at_one_moment():
    def work():
        a = torch.empty(1000)
        b = torch.empty(500)
        del a
        return b, torch.empty(800)

    assert peak_bytes(work) == 4 * 1500
    assert peak_bytes(lambda: [torch.empty(1000) for _ in range(3)]) == 4 * 3000
    kept = torch.empty(10**6)
    assert peak_bytes(lambda: kept.zero_()) == 0


def test_a_training_step_of_the_unfold_form_holds_at_least_its_patches_and_its_gradient():
    psi = torch.tensor(acda.multiscale_bases(7), dtype=torch.float32)
    shapes = (1, 32, 40, 40), (1, 6, 18, 40, 40), (8, 32, 6)
    x, alpha, A = (torch.randn(shape, requires_grad=True) for shape in shapes)

    def step(form):
        form(x, alpha, psi, A, padding=3).sum().backward()

    patches = 4 * 32 * 49 * 40 * 40
    assert peak_bytes(lambda: step(unfold_conv2d)) > 2 * patches
    assert peak_bytes(lambda: step(acda.acda_conv2d)) < patches
