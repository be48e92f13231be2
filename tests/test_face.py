"""The face of nn.Conv2d: arguments, attributes and sizes, on every path, against the definition in loops."""

import inspect
from collections import OrderedDict

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from samples import assert_same, definition, gradients
from torch import nn
from torch._subclasses import FakeTensorMode

import acda_core as acda

FACES = {
    "dilation": {"padding": 2, "dilation": 2},
    "groups": {"in_channels": 4, "groups": 2, "padding": 1},
    "a depthwise layer": {"in_channels": 4, "groups": 4, "padding": 1, "stride": 2},
    "dilated groups with stride": {"in_channels": 4, "groups": 2, "dilation": 2, "stride": 2, "padding": 3},
    "same": {"kernel_size": 5, "dilation": 2, "padding": "same"},
    "valid": {"padding": "valid", "stride": 2},
    "an uneven pair": {"padding": (0, 2), "stride": 2},
    "another uneven pair": {"kernel_size": 5, "padding": (3, 1)},
    "pairs": {"kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 1), "dilation": (1, 1)},
    "integers of numpy": {"kernel_size": np.int64(3), "stride": np.int32(2), "padding": np.int64(1)},
    "reflected": {"padding": 2, "padding_mode": "reflect"},
    "replicated": {"padding": (1, 3), "padding_mode": "replicate", "kernel_size": 5},
    "circular": {"padding": "same", "padding_mode": "circular", "dilation": 2},
}
EACH_FACE = pytest.mark.parametrize("options", FACES.values(), ids=FACES.keys())


def sizes_of(options):
    return {"in_channels": 3, "out_channels": 4, "kernel_size": 3} | options


def layer_and_image(options):
    options = sizes_of(options)
    layer = acda.ACDAConv2d(**options, num_atoms=2, hidden_channels=5, dtype=torch.float64)
    return layer, torch.randn(2, options["in_channels"], 9, 10, dtype=torch.float64, requires_grad=True)


def by_hand(layer, x):
    """Eq. (2) on the input, padded as nn.Conv2d says that it pads."""
    if layer.padding_mode == "zeros" and layer.padding not in ("same", (0, 2), (3, 1)):
        padded, padding = x, layer.geometry.padding
    else:
        theirs = nn.Conv2d(1, 1, layer.kernel_size, 1, layer.padding, layer.dilation, padding_mode=layer.padding_mode)
        mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
        padded, padding = F.pad(x, theirs._reversed_padding_repeated_twice, mode), 0
    tensors = padded, layer.coefficients(x), layer.psi, layer.A, layer.bias
    return definition(tensors, layer.geometry.stride, padding, layer.geometry.dilation, layer.groups)


@EACH_FACE
def test_forward_and_every_gradient_are_the_definition(engine, options):
    layer, x = layer_and_image(options)
    yours, expected = layer(x), by_hand(layer, x)
    assert_same(yours, expected)
    tensors = x, *layer.parameters()
    assert_same(gradients(yours, tensors), gradients(expected, tensors))


@EACH_FACE
def test_sizes_and_attributes_are_those_of_nn_conv2d(options):
    theirs = nn.Conv2d(**sizes_of(options))
    layer, x = layer_and_image(options)
    assert layer(x).shape == theirs.double()(x).shape
    names = "in_channels out_channels kernel_size stride padding dilation groups padding_mode transposed output_padding"
    for name in names.split():
        assert getattr(layer, name) == getattr(theirs, name), name
    assert "np." not in repr(layer)
    assert layer.A.shape == (4, theirs.weight.shape[1], 2)
    assert layer.bias.shape == theirs.bias.shape


@EACH_FACE
@pytest.mark.parametrize("save", ["time", "memory"])
def test_channels_last_in_gives_channels_last_out(engine, options, save):
    layer, x = layer_and_image(options)
    layer.save = save
    Z = layer(x.to(memory_format=torch.channels_last))
    assert Z.is_contiguous(memory_format=torch.channels_last)
    assert_same(Z, layer(x))


@EACH_FACE
def test_with_constant_coefficients_it_is_nn_conv2d(options):
    layer, x = layer_and_image(options)
    nn.init.zeros_(layer.generator.conv_b.weight)
    theirs = nn.Conv2d(**sizes_of(options)).double()
    alpha = layer.generator.conv_b.bias.view(2, -1)
    with torch.no_grad():
        theirs.weight.copy_(torch.einsum("oim,mk,kuv->oiuv", layer.A, alpha, layer.psi))
        theirs.bias.copy_(layer.bias)
    assert_same(layer(x), theirs(x))


def test_the_arguments_have_nn_conv2ds_order():
    theirs, yours = (list(inspect.signature(kind).parameters.values()) for kind in (nn.Conv2d, acda.ACDAConv2d))
    common = yours[: len(theirs)]
    assert [one.name for one in common] == [one.name for one in theirs]
    assert [one.default for one in common] == [one.default for one in theirs]
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in yours[len(theirs) :])


@pytest.mark.parametrize("bases", [np.eye(9).reshape(9, 3, 3), torch.eye(9).view(9, 3, 3)], ids=["numpy", "torch"])
def test_other_bases_take_the_place_of_the_usual_ones(bases):
    layer = acda.ACDAConv2d(3, 4, 3, bases=bases)
    assert torch.equal(layer.psi, torch.eye(9).view(9, 3, 3))
    assert layer.generator.num_coefficients == 9
    with torch.no_grad():
        layer.psi.zero_()
    layer.reset_parameters()
    assert layer.psi.any()


def test_it_has_no_weight_and_says_why():
    layer = acda.ACDAConv2d(3, 4, 3)
    assert not hasattr(layer, "weight")
    with pytest.raises(AttributeError, match=r"no `weight`.*`A` \(c, c' / groups, m\)"):
        print(layer.weight)
    with pytest.raises(AttributeError, match="no attribute 'weights'"):
        print(layer.weights)
    with pytest.raises(AttributeError, match="no `weight`"):
        layer.weight = nn.Conv2d(3, 4, 3).weight


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_device_and_dtype_are_those_asked_for(dtype):
    layer = acda.ACDAConv2d(3, 4, 3, dtype=dtype)
    assert {t.dtype for t in layer.state_dict().values()} == {dtype}
    assert layer(torch.randn(1, 3, 6, 6, dtype=dtype)).dtype == dtype
    meta = acda.ACDAConv2d(3, 4, 3, device="meta", dtype=dtype)
    assert {(t.device.type, t.dtype) for t in meta.state_dict().values()} == {("meta", dtype)}


@pytest.mark.parametrize("device", [None, "cpu", "meta"])
def test_it_is_made_and_runs_without_values_where_sizes_alone_are_asked_for(device):
    with FakeTensorMode():
        layer = acda.ACDAConv2d(4, 6, 3, padding=1, groups=2, device=device)
        assert layer(torch.empty(2, 4, 9, 8, device=device)).shape == (2, 6, 9, 8)


@pytest.mark.parametrize("how", ["device=", "with torch.device", "to"])
def test_made_without_memory_and_reset_it_is_whole(how):
    if how == "with torch.device":
        with torch.device("meta"):
            layer = acda.ACDAConv2d(3, 4, 5, generator="released")
    else:
        layer = acda.ACDAConv2d(3, 4, 5, generator="released", device="meta" if how == "device=" else None)
    layer = layer.to("meta").to_empty(device="cpu")
    for tensor in (*layer.parameters(), *layer.buffers()):
        tensor.detach().fill_(7)
    torch.manual_seed(0)
    for module in layer.modules():  # as FSDP2 asks of a module that has parameters of its own
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    assert_same(layer.psi, torch.tensor(acda.multiscale_bases(5), dtype=torch.float32), 1e-6)
    assert layer(torch.randn(1, 3, 9, 9)).isfinite().all()
    assert not any((parameter == 7).any() for parameter in layer.parameters())


@pytest.mark.parametrize("generator", ["normalised", "paper", "released"])
@pytest.mark.parametrize("order", ["parents first", "children first", "one after the other"])
def test_each_module_reset_by_itself_the_layer_starts_as_it_always_does(generator, order):
    """FSDP2's users and Lightning reset a module before its parts; the first FSDP makes and resets one at a time."""
    layer = acda.ACDAConv2d(16, 64, 5, num_atoms=16, hidden_channels=200, generator=generator)
    expected = {name: value.std().item() for name, value in layer.state_dict().items() if value.numel() > 100}
    layer.to("meta")
    modules = list(layer.modules())
    if order != "one after the other":
        layer.to_empty(device="cpu")
    for module in reversed(modules) if order == "children first" else modules:
        if [*module.parameters(recurse=False), *module.buffers(recurse=False)]:
            if order == "one after the other":
                module.to_empty(device="cpu", recurse=False)
            module.reset_parameters()
    found = {name: layer.state_dict()[name].std().item() for name in expected}
    assert found == pytest.approx(expected, rel=0.3)


def weights_of_0_1(hidden_channels=64):
    """psi, A, bias and the two convolutions of the generator, by these names, with torch's first version of each."""
    shapes = {
        **{"psi": (12, 5, 5), "A": (4, 3, 6), "bias": (4,)},
        **{"generator.conv_a.weight": (hidden_channels, 3, 1, 1), "generator.conv_a.bias": (hidden_channels,)},
        **{"generator.conv_b.weight": (72, hidden_channels, 3, 3), "generator.conv_b.bias": (72,)},
    }
    state = OrderedDict((name, torch.randn(shape)) for name, shape in shapes.items())
    state._metadata = OrderedDict((name, {"version": 1}) for name in ("", "generator", "generator.conv_a"))
    return state


def test_a_state_dict_of_version_0_1_loads_into_the_paper_s_form():
    layer, state = acda.ACDAConv2d(3, 4, 5, generator="paper"), weights_of_0_1()
    layer.load_state_dict(state)
    assert all(torch.equal(layer.state_dict()[name], value) for name, value in state.items())


@pytest.mark.parametrize("hidden_channels", [16, 64])
@pytest.mark.parametrize("strict", [True, False])
def test_a_state_dict_of_version_0_1_is_refused_by_the_default_form_and_told_where_it_belongs(hidden_channels, strict):
    layer = acda.ACDAConv2d(3, 4, 5, hidden_channels=hidden_channels)
    with pytest.raises(RuntimeError, match=r'acda-core 0\.1 are for generator="paper" with 64'):
        layer.load_state_dict(weights_of_0_1(hidden_channels), strict=strict)


def test_weights_of_another_width_are_told_that_they_may_be_of_0_1_where_the_file_names_no_version():
    with pytest.raises(RuntimeError, match=r'generator="paper" with 64[^$]*size mismatch'):
        acda.ACDAConv2d(3, 4, 5).load_state_dict(dict(weights_of_0_1()))


@pytest.mark.parametrize("generator", ["normalised", "paper", "released"])
def test_weights_of_today_load_with_and_without_their_version(generator):
    one, other, last = (acda.ACDAConv2d(3, 4, 5, generator=generator) for _ in range(3))
    other.load_state_dict(one.state_dict())
    last.load_state_dict(dict(one.state_dict()))
    x = torch.randn(2, 3, 7, 7)
    assert torch.equal(one.eval()(x), other.eval()(x))
    assert torch.equal(one(x), last.eval()(x))
