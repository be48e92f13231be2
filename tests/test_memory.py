"""What a layer holds: bands of rows without gradients, and backward from the input alone."""

import copy
import gc
import weakref
from functools import partial

import pytest
import torch
from samples import assert_same
from test_face import FACES, layer_and_image
from torch import nn

import acda_core as acda
from acda_core import layers
from acda_core.training.measure import peak_bytes

EACH_FACE = pytest.mark.parametrize("options", FACES.values(), ids=FACES.keys())
pytestmark = pytest.mark.filterwarnings("ignore:.torch.cpu.amp.autocast:FutureWarning")  # torch 2.4's own checkpoint


@EACH_FACE
@pytest.mark.parametrize("generator", ["normalised", "paper", "released"])
def test_in_bands_of_any_height_the_output_is_that_of_the_whole(engine, monkeypatch, options, generator):
    layer, x = layer_and_image(options | {"generator": generator})
    layer.eval()
    whole = layer(x)
    bands = []
    monkeypatch.setattr(layer.generator, "rows", count(bands, layer.generator.rows))
    for rows in (1, 2, 3):
        row_bytes = 8 * len(x) * whole.shape[3] * (5 + 2 * len(layer.psi))
        monkeypatch.setattr(layers, "BAND_BYTES", rows * row_bytes)
        bands.clear()
        with torch.no_grad():
            assert_same(layer(x), whole.detach())
        assert len(bands) == (-(-whole.shape[2] // rows) if rows < whole.shape[2] else 0)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_in_bands_an_image_lies_in_memory_as_it_came(monkeypatch, layout):
    layer, x = acda.ACDAConv2d(3, 4, 3, padding=1), torch.randn(2, 3, 9, 8).to(memory_format=layout)
    whole = layer(x)
    monkeypatch.setattr(layers, "BAND_BYTES", 1)
    with torch.no_grad():
        Z = layer(x)
    assert_same(Z, whole.detach(), 1e-6)
    assert Z.stride() == whole.stride()


def count(calls, function):
    def counting(*given):
        calls.append(given)
        return function(*given)

    return counting


@pytest.mark.parametrize("kernel_sizes", [(1, 3), (3, 3), (5, 1), (3, 5)])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("offset", [-4, -1, 0, 3])
def test_some_rows_of_alpha_are_those_of_all(kernel_sizes, stride, offset):
    phi = acda.AtomGenerator(2, 2, 3, 4, kernel_sizes, stride=stride, offset=offset).double()
    features = torch.randn(2, 2, 13, 11, dtype=torch.float64)
    alpha = phi(features)
    for first in range(alpha.shape[3]):
        for end in range(first + 1, alpha.shape[3] + 1):
            assert_same(phi.rows(features, first, end), alpha[:, :, :, first:end])


def test_statistics_of_a_batch_are_never_taken_from_a_band(monkeypatch):
    layer, x = acda.ACDAConv2d(3, 4, 3, padding=1, generator="released"), torch.randn(2, 3, 8, 7)
    whole = copy.deepcopy(layer)(x)
    monkeypatch.setattr(layers, "BAND_BYTES", 1)
    with torch.no_grad():
        assert torch.equal(layer(x), whole)


class Twice(nn.Conv2d):
    def forward(self, x):
        return 2 * super().forward(x)


class Reversed(acda.AtomGenerator):
    def forward(self, features):
        return super().forward(features.flip(2))


def with_part(name, part, generator="normalised"):
    layer = acda.ACDAConv2d(3, 4, 3, padding=1, generator=generator)
    setattr(layer.generator, name, part)
    return layer.eval()


@pytest.mark.parametrize(
    "make",
    [
        lambda: with_part("conv_a", Twice(3, 16, 1, padding=1)),
        lambda: with_part("norm_a", nn.InstanceNorm2d(16)),
        lambda: with_part("norm_a", nn.BatchNorm2d(64, track_running_stats=False), "released"),
        lambda: acda.ACDAConv2d(3, 4, 3, padding=1, generator=Reversed),
    ],
    ids=["a convolution of another kind", "a norm over pixels", "no statistics", "a subclass"],
)
def test_a_generator_that_was_changed_sees_a_large_image_as_a_whole(make, monkeypatch):
    layer, x = make(), torch.randn(2, 3, 8, 7)
    with torch.no_grad():
        whole = layer(x)
        assert not torch.allclose(whole, whole.mean())
        monkeypatch.setattr(layers, "BAND_BYTES", 1)
        assert torch.equal(layer(x), whole)


def test_hooks_of_the_generator_are_called_for_a_large_image_too(monkeypatch):
    layer, x, seen = acda.ACDAConv2d(3, 4, 3, padding=1), torch.randn(2, 3, 8, 7), []
    monkeypatch.setattr(layers, "BAND_BYTES", 1)
    for module in (layer.generator, layer.generator.conv_a, layer.generator.conv_b):
        hook = module.register_forward_hook(lambda module, given, found: seen.append(found.shape[-2:]))
        with torch.no_grad():
            layer(x)
        hook.remove()
    assert seen == [(8, 7), (10, 9), (8, 7)]


def test_without_gradients_a_large_image_needs_little_more_than_itself(monkeypatch):
    layer, x = acda.ACDAConv2d(16, 16, 3, padding=1), torch.randn(1, 16, 256, 256)

    @torch.no_grad()
    def beyond(run=lambda: layer(x)):
        return peak_bytes(run) - x.nbytes

    whole = beyond()
    monkeypatch.setattr(layers, "BAND_BYTES", 2**20)
    assert whole >= 256 * 256 * 4 * 36  # alpha
    assert beyond() < 8 * 2**20


@EACH_FACE
def test_keeping_little_changes_neither_output_nor_gradients(engine, options):
    layer, x = layer_and_image(options)
    results = []
    for save in ("time", "memory"):
        layer.save = save
        Z = layer(x)
        inputs = x, *layer.parameters()
        first = torch.autograd.grad(Z.square().sum(), inputs, retain_graph=True, create_graph=True)
        again = torch.autograd.grad(Z.square().sum(), inputs, retain_graph=True)
        second = torch.autograd.grad(first[0].square().sum(), inputs, allow_unused=True, materialize_grads=True)
        results.append([Z, *first, *again, *second])
    for one, other in zip(*results, strict=True):
        assert_same(one, other)


@pytest.mark.parametrize(("channels", "kernel_size"), [(64, 3), (64, 7), (128, 5)])
def test_keeping_little_a_layer_in_a_network_keeps_at_most_1_3_times_what_a_convolution_keeps(channels, kernel_size):
    x = torch.randn(1, channels, 24, 24, requires_grad=True)

    def kept(make):
        def peak(depth):
            network = nn.Sequential(*(make(channels, channels, kernel_size, padding="same") for _ in range(depth)))
            outputs = [network(x)]  # once before: the first call of a process loads what torch needs
            return peak_bytes(lambda: outputs.append(network(x)))

        return (peak(6) - peak(2)) / 4

    little = kept(partial(acda.ACDAConv2d, save="memory"))
    assert x.nbytes <= little < 1.3 * kept(nn.Conv2d)
    assert kept(acda.ACDAConv2d) > 1.3 * little  # what is measured does tell them apart


def test_keeping_little_alpha_and_the_hidden_features_are_gone_before_backward():
    made = []
    layer, x = acda.ACDAConv2d(3, 4, 3, padding=1, save="memory"), torch.randn(1, 3, 6, 6)
    layer.generator.register_forward_hook(lambda module, given, alpha: made.append(weakref.ref(alpha)))
    layer.generator.conv_a.register_forward_hook(lambda module, given, hidden: made.append(weakref.ref(hidden)))
    Z = layer(x)
    gc.collect()
    assert [one() for one in made] == [None, None]
    Z.sum().backward()
    assert len(made) == 4  # the generator ran once more
    assert all(parameter.grad is not None for parameter in layer.parameters())


def test_keeping_little_a_random_generator_is_run_again_with_the_same_numbers():
    phi = nn.Sequential(nn.Dropout2d(0.5), nn.Conv2d(3, 36, 3, padding=1))
    layer, x = acda.ACDAConv2d(3, 4, 3, padding=1, generator=phi, save="memory").double(), torch.randn(2, 3, 6, 6)
    found = []
    for save in ("time", "memory"):
        layer.save = save
        torch.manual_seed(1)
        layer.zero_grad()
        layer(x.double()).square().sum().backward()
        found.append([parameter.grad for parameter in layer.parameters()])
    for one, other in zip(*found, strict=True):
        assert_same(one, other)


def test_keeping_little_under_autocast_gives_the_same_gradients():
    layer, x = acda.ACDAConv2d(3, 4, 3, padding=1), torch.randn(2, 3, 6, 6)
    found = []
    for save in ("time", "memory"):
        layer.save = save
        layer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            Z = layer(x)
        Z.float().square().sum().backward()
        found.append([parameter.grad for parameter in layer.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


@pytest.mark.parametrize("changed", ["x", "A", "generator.conv_b.weight"])
@pytest.mark.parametrize(("save", "mode"), [("time", "zeros"), ("memory", "zeros"), ("memory", "reflect")])
def test_what_backward_reads_must_not_be_changed_before_it(save, mode, changed):
    layer, x = acda.ACDAConv2d(3, 3, 3, padding=1, padding_mode=mode, save=save), torch.randn(1, 3, 6, 6)
    Z = layer(x)
    with torch.no_grad():
        (x if changed == "x" else layer.get_parameter(changed)).add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        Z.sum().backward()


def test_with_a_frozen_generator_too_a_changed_image_is_refused():
    layer, x = acda.ACDAConv2d(3, 3, 3, padding=1, save="memory"), torch.randn(1, 3, 6, 6)
    layer.generator.requires_grad_(False)
    Z = layer(x)
    x.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        Z.sum().backward()
