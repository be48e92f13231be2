"""ACDAConv2d in the place of nn.Conv2d, its generator, and the conversion of whole networks."""

import copy
import inspect
import io
import pickle

import onnxruntime
import pytest
import torch
from functorch.compile import make_boxed_func
from samples import assert_same, definition
from torch import nn
from torch._dynamo.backends.common import aot_autograd

import acda_core as acda
from acda_core.generators import GENERATORS
from acda_core.training.measure import saved_bytes

LAYERS = {
    "3 x 3": {"kernel_size": 3, "padding": 1},
    "5 x 5 with stride 2": {"kernel_size": 5, "padding": 2, "stride": 2},
    "7 x 7 without padding": {"kernel_size": 7},
    "as in the paper": {"kernel_size": 5, "padding": 2, "generator": "paper"},
    "as released": {"kernel_size": 5, "padding": 2, "generator": "released"},
    "chosen sizes": {"kernel_size": 7, "padding": 3, "scales": (3, 7), "num_atoms": 4, "num_bases": 5, "bias": False},
}
EACH_GENERATOR = pytest.mark.parametrize("generator", GENERATORS)
ONNX = "5 x 5 with stride 2", "as in the paper", "as released"
EACH_LAYER = pytest.mark.parametrize("options", LAYERS.values(), ids=LAYERS.keys())


def layer_and_image(options, dtype=torch.float64):
    layer = acda.ACDAConv2d(3, 4, **options).to(dtype).eval()
    return layer, torch.randn(2, 3, 11, 9, dtype=dtype)


@EACH_GENERATOR
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_its_output_has_the_size_of_nn_conv2d(kernel_size, stride, generator):
    for padding in range(kernel_size + 1):
        yours = acda.ACDAConv2d(2, 3, kernel_size, stride, padding, hidden_channels=4, generator=generator).eval()
        theirs = nn.Conv2d(2, 3, kernel_size, stride, padding)
        for size in ((7, 7), (8, 11), (10, 9), (13, 8)):
            x = torch.randn(1, 2, *size)
            assert yours(x).shape == theirs(x).shape, (padding, size)


@EACH_LAYER
def test_it_is_the_definition_with_the_coefficients_of_its_generator(engine, options):
    layer, x = layer_and_image(options)
    bias = torch.zeros(4, dtype=torch.float64) if layer.bias is None else layer.bias
    tensors = x, layer.coefficients(x), layer.psi, layer.A, bias
    _, stride, padding, dilation = layer.geometry
    assert_same(layer(x), definition(tensors, stride, padding, dilation, layer.groups))


@EACH_LAYER
def test_every_parameter_gets_a_gradient(engine, options):
    layer, x = layer_and_image(options)
    layer.train()(x).square().sum().backward()
    for name, parameter in layer.named_parameters():
        assert parameter.grad.isfinite().all(), name
        before_a_norm = options.get("generator") == "released" and name.endswith(("conv_a.bias", "conv_b.bias"))
        assert parameter.grad.any() or before_a_norm, name


def test_gradients_reach_x_both_directly_and_through_the_generator(engine):
    layer, x = layer_and_image({"kernel_size": 3, "padding": 1})
    assert torch.autograd.gradcheck(layer, x[:1, :, :3, :3].requires_grad_(), fast_mode=True)
    assert torch.autograd.gradgradcheck(layer, x[:1, :, :3, :3].requires_grad_(), fast_mode=True)


def test_the_bases_are_the_multiscale_set_and_are_no_parameters():
    layer = acda.ACDAConv2d(3, 4, 7)
    assert layer.psi.shape == (18, 7, 7)
    assert_same(layer.psi, torch.tensor(acda.multiscale_bases(7), dtype=torch.float32), 1e-7)
    assert "psi" in dict(layer.named_buffers())
    assert "psi" not in dict(layer.named_parameters())


def test_one_image_without_a_batch_dimension_works_as_in_nn_conv2d():
    layer, x = layer_and_image({"kernel_size": 3})
    assert_same(layer(x[0]), layer(x)[0])
    context = torch.randn_like(x)
    assert_same(layer(x[0], context[0]), layer(x, context)[0])


@EACH_LAYER
def test_a_batch_of_no_images_gives_no_images(options):
    layer, x = layer_and_image(options)
    assert layer(x[:0]).shape == (0, *layer(x).shape[1:])


@EACH_GENERATOR
def test_shifting_the_image_shifts_the_interior_of_the_output(generator):
    layer = acda.ACDAConv2d(3, 4, 5, padding=2, generator=generator).double().eval()
    x = torch.randn(1, 3, 18, 20, dtype=torch.float64)
    margin = 2 + 2 + 3  # the shift, and the borders' reach through kernel and generator
    yours, expected = layer(x.roll((3, -2), (2, 3))), layer(x).roll((3, -2), (2, 3))
    inside = (..., slice(margin, -margin), slice(margin, -margin))
    assert_same(yours[inside], expected[inside])
    assert (yours - expected).abs().max() > 1e-3  # but not at the borders


def test_a_context_is_what_the_generator_looks_at():
    layer = acda.ACDAConv2d(3, 4, 3, padding=1, context_channels=5)
    x, context = torch.randn(2, 3, 6, 6), torch.randn(2, 5, 6, 6)
    expected = acda.acda_conv2d(x, layer.coefficients(context), layer.psi, layer.A, layer.bias, 1, 1)
    assert_same(layer(x, context), expected, 1e-6)
    assert_same(layer(2 * x, context) - layer(0 * x, context), 2 * (layer(x, context) - layer(0 * x, context)), 1e-5)


def test_without_another_number_of_channels_x_and_context_are_interchangeable():
    layer, x = layer_and_image({"kernel_size": 3})
    assert_same(layer(x, context=x), layer(x))
    assert (layer(x, context=x.flip(0)) - layer(x)).abs().max() > 1e-3


def test_reset_parameters_draws_everything_anew():
    layer = acda.ACDAConv2d(3, 4, 3, generator="released")
    before = {name: parameter.detach().clone() for name, parameter in layer.named_parameters()}
    drawn = {name for name, value in before.items() if value.unique().numel() > 1}
    layer.reset_parameters()
    assert {"A", "bias", "generator.conv_a.weight", "generator.conv_b.weight"} <= drawn
    assert all(
        not torch.equal(parameter, before[name]) for name, parameter in layer.named_parameters() if name in drawn
    )


@EACH_GENERATOR
@pytest.mark.parametrize(
    ("in_channels", "out_channels", "kernel_size"), [(3, 16, 3), (64, 64, 3), (64, 32, 5), (32, 64, 7)]
)
def test_initialisation_keeps_the_variance_of_nn_conv2d_within_a_factor_2(
    in_channels, out_channels, kernel_size, generator
):
    x = torch.randn(4, in_channels, 16, 16)

    def variance(make):
        with torch.no_grad():
            return sum(make()(x)[..., 4:-4, 4:-4].var().item() for _ in range(8)) / 8

    sizes = in_channels, out_channels, kernel_size, 1, kernel_size // 2
    ratio = variance(lambda: acda.ACDAConv2d(*sizes, generator=generator)) / variance(lambda: nn.Conv2d(*sizes))
    assert 0.5 < ratio < 2


@pytest.mark.filterwarnings("ignore:You are using .torch.load.:FutureWarning")  # torch 2.4, where a tensor is unpickled
@EACH_LAYER
def test_state_dict_deepcopy_and_pickle_give_the_same_layer(options):
    layer, x = layer_and_image(options)
    fresh = acda.ACDAConv2d(3, 4, **options).double().eval()
    assert (fresh(x) - layer(x)).abs().max() > 1e-3
    fresh.load_state_dict(layer.state_dict())
    saved = io.BytesIO()
    torch.save(layer, saved)
    saved.seek(0)
    for other in (
        fresh,
        copy.deepcopy(layer),
        pickle.loads(pickle.dumps(layer)),
        torch.load(saved, weights_only=False),
    ):
        assert other is not layer
        assert torch.equal(other(x), layer(x))


def test_a_copy_shares_nothing():
    layer, x = layer_and_image({"kernel_size": 3})
    before = layer(x)
    other = copy.deepcopy(layer)
    for parameter in other.parameters():
        parameter.data.zero_()
    assert torch.equal(layer(x), before)


def test_its_repr_says_its_sizes():
    assert acda.ACDAConv2d(3, 4, 5).extra_repr() == (
        "3, 4, kernel_size=(5, 5), stride=(1, 1), num_atoms=6, num_bases=6, scales=(3, 5)"
    )
    assert acda.ACDAConv2d(3, 4, 7, 2, 3, bias=False, num_atoms=2, num_bases=4, scales=[3, 7]).extra_repr() == (
        "3, 4, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False, num_atoms=2, num_bases=4, scales=(3, 7)"
    )
    assert repr(acda.ACDAConv2d(3, 4, 3)).startswith("ACDAConv2d(\n  3, 4, kernel_size=(3, 3)")


def test_no_global_random_state_is_touched_but_by_drawing():
    """The same seed gives the same layer, and a forward pass draws nothing."""
    torch.manual_seed(3)
    first = acda.ACDAConv2d(3, 4, 3)
    torch.manual_seed(3)
    second = acda.ACDAConv2d(3, 4, 3)
    state = torch.get_rng_state()
    x = torch.ones(1, 3, 5, 5)
    assert torch.equal(first(x), second(x))
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
def test_the_layer_works_in_the_dtype_it_is_moved_to(dtype):
    layer, x = layer_and_image({"kernel_size": 5, "padding": 2}, dtype)
    Z = layer(x)
    assert Z.dtype == dtype
    Z.float().sum().backward()
    assert all(parameter.grad.dtype == dtype for parameter in layer.parameters())


@EACH_GENERATOR
def test_autocast_gives_bfloat16_near_the_result_in_float32(generator):
    layer, x = layer_and_image({"kernel_size": 5, "padding": 2, "generator": generator}, torch.float32)
    exact = layer(x)
    with torch.autocast("cpu", torch.bfloat16):
        Z = layer(x)
        again = layer(Z[:, :3])  # and takes what another layer made
    assert Z.dtype == again.dtype == torch.bfloat16
    assert (Z - exact).abs().max() < 0.03 * exact.abs().max()
    Z.float().square().sum().backward()
    assert all(p.grad.dtype == torch.float32 and p.grad.isfinite().all() for p in layer.parameters())


@EACH_GENERATOR
def test_made_on_the_meta_device_everything_stays_there(generator):
    with torch.device("meta"):
        layer = acda.ACDAConv2d(3, 4, 5, 2, 1, generator=generator)
    moved = acda.ACDAConv2d(3, 4, 5, 2, 1, generator=generator).to("meta")
    for made in (layer, moved):
        assert {t.device.type for t in (*made.parameters(), *made.buffers())} == {"meta"}
        Z = made(torch.empty(2, 3, 9, 8, device="meta"))
        assert (Z.device.type, Z.shape) == ("meta", (2, 4, 4, 3))
        Z.sum().backward()
        assert made.A.grad.device.type == "meta"


def training_step(layer, run, x):
    layer.zero_grad()
    Z = run(x)
    Z.square().sum().backward()
    return [Z.detach(), *(p.grad.clone() for p in layer.parameters())]


@pytest.mark.slow
def test_torch_compile_takes_it_in_one_graph_with_the_same_gradients(monkeypatch, tmp_path):
    """In channels-last memory, where the generated code relies on the strides that the operators promise."""
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    torch.compiler.reset()
    layer = acda.ACDAConv2d(3, 4, 5, 2, 2).to(memory_format=torch.channels_last)
    x = torch.randn(2, 3, 9, 8).to(memory_format=torch.channels_last)
    expected = training_step(layer, layer, x)
    assert_same(training_step(layer, torch.compile(layer, fullgraph=True), x), expected, 1e-4)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(torch.compiler, "_is_exporting_flag"), reason="torch.compile knows exports from 2.7 on")
@pytest.mark.parametrize("options", [{}, {"generator": "released"}])
def test_compiled_it_still_runs_the_fast_kernels_and_keeps_no_more_for_backward(options):
    torch.compiler.reset()
    layer = acda.ACDAConv2d(16, 16, 5, padding=2, **options).eval()
    x = torch.randn(1, 16, 24, 24)
    graphs = []

    def record(graph, inputs):
        graphs.append([str(node.target) for node in graph.graph.nodes])
        return make_boxed_func(graph.forward)

    compiled = torch.compile(layer, fullgraph=True, backend=aot_autograd(fw_compiler=record, bw_compiler=record))
    assert_same(training_step(layer, compiled, x), training_step(layer, layer, x), 1e-4)
    assert saved_bytes(compiled, x) <= saved_bytes(layer, x)
    forward, backward = graphs
    assert forward.count("acda.acda_conv.default") == 1
    assert backward.count("acda.acda_conv_backward.default") == 1


@pytest.mark.slow
def test_torch_compile_takes_other_sizes_too():
    torch.compiler.reset()
    layer = acda.ACDAConv2d(3, 4, 5, 2, 2)
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager", dynamic=True)
    for size in ((2, 3, 9, 8), (1, 3, 12, 7), (5, 3, 7, 16)):
        x = torch.randn(size)
        assert_same(compiled(x), layer(x), 1e-5)


@pytest.mark.slow
@EACH_LAYER
def test_torch_export_gives_the_same(options):
    layer, x = layer_and_image(options, torch.float32)
    program = torch.export.export(layer, (x,))
    assert_same(program.module()(x), layer(x), 1e-5)
    assert not [node for node in program.graph.nodes if "acda" in str(node.target)]  # torch's own operators only


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(torch.export.Dim, "DYNAMIC"), reason="open sizes need no names from torch 2.6 on")
@pytest.mark.parametrize("stride", [1, 2])
def test_torch_export_leaves_batch_height_and_width_open(stride):
    layer = acda.ACDAConv2d(3, 4, 5, stride, 2).eval()
    sizes = {0: torch.export.Dim.DYNAMIC, 2: torch.export.Dim.DYNAMIC, 3: torch.export.Dim.DYNAMIC}
    program = torch.export.export(layer, (torch.randn(2, 3, 9, 8),), dynamic_shapes=(sizes,))
    for size in ((2, 3, 9, 8), (3, 3, 12, 7), (5, 3, 21, 16)):
        x = torch.randn(size)
        assert_same(program.module()(x), layer(x), 1e-5)


@pytest.mark.slow
@pytest.mark.skipif(
    "dynamic_shapes" not in inspect.signature(torch.onnx.export).parameters, reason="torch.onnx uses export from 2.5 on"
)
@pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")  # inside torch
@pytest.mark.parametrize("opset", [18, 20])
@pytest.mark.parametrize("options", [LAYERS[name] for name in ONNX], ids=ONNX)
def test_onnx_runtime_agrees(options, opset, tmp_path):
    layer, x = layer_and_image(options, torch.float32)
    file = tmp_path / "layer.onnx"
    torch.onnx.export(layer, (x,), file, dynamo=True, opset_version=opset, verbose=False)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (Z,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    assert_same(torch.from_numpy(Z), layer(x).detach(), 1e-4)


@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_at_256_channels_and_100_pixels_at_most_35_megabytes_are_kept_for_backward(kernel_size):
    layer = acda.ACDAConv2d(256, 256, kernel_size, padding=kernel_size // 2)
    x = torch.randn(1, 256, 100, 100, requires_grad=True)
    assert saved_bytes(layer, x) <= 35e6
