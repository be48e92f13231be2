"""Tools of torch that look into a layer: transforms of torch.func, symbolic traces, fusion, quantisation, scripts."""

import pytest
import torch
from samples import arguments, assert_same, atoms, definition
from torch import fx, nn
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, vjp, vmap
from torch.fx.experimental import optimization

import acda_core as acda
from acda_core.experiments.bench import UnfoldACDAConv2d

FORMS = {
    "3 x 3": {"kernel_size": 3, "padding": 1},
    "grouped and dilated": {"kernel_size": 3, "padding": 2, "dilation": 2, "groups": 2, "stride": 2},
    "reflected": {"kernel_size": 3, "padding": 1, "padding_mode": "reflect"},
}
EACH_FORM = pytest.mark.parametrize("options", FORMS.values(), ids=FORMS.keys())
STEP = 1e-6


def layer_and_images(options):
    layer = acda.ACDAConv2d(2, 2, **options, num_atoms=2, num_bases=2, hidden_channels=3, dtype=torch.float64)
    return layer, torch.randn(3, 2, 5, 4, dtype=torch.float64)


def along(function, at, direction):
    """The derivative of a function along a direction, by central differences."""
    ahead, behind = ([a + sign * STEP * d for a, d in zip(at, direction, strict=True)] for sign in (1, -1))
    return (function(*ahead) - function(*behind)) / (2 * STEP)


@EACH_FORM
@pytest.mark.parametrize("frozen", [False, True], ids=["trainable", "frozen"])
def test_forward_mode_is_the_finite_difference(engine, options, frozen):
    layer, x = layer_and_images(options)
    layer.requires_grad_(not frozen)
    v = torch.randn_like(x)
    Z, along_v = jvp(layer, (x,), (v,))
    assert_same(Z, layer(x))
    assert_same(along_v, along(layer, [x], [v]), 1e-7)
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(x, v)
        assert_same(torch.autograd.forward_ad.unpack_dual(layer(dual)).tangent, along_v)


@EACH_FORM
@pytest.mark.parametrize("frozen", [False, True], ids=["trainable", "frozen"])
def test_jacobians_forward_and_backward_agree_and_vjp_is_one_row(engine, options, frozen):
    layer, x = layer_and_images(options)
    layer.requires_grad_(not frozen)
    forward, backward = jacfwd(layer)(x[:1]), jacrev(layer)(x[:1])
    assert_same(forward, backward)
    Z, pull = vjp(layer, x[:1])
    row = torch.zeros_like(Z)
    row[0, 1, 1, 0] = 1
    assert_same(pull(row)[0], backward[0, 1, 1, 0])
    column = torch.zeros_like(x[:1])
    column[0, 1, 2, 3] = 1
    assert_same(forward[..., 0, 1, 2, 3], along(layer, [x[:1]], [column]), 1e-7)


@EACH_FORM
def test_gradients_of_each_sample_are_those_of_each_alone(engine, options):
    layer, x = layer_and_images(options)
    parameters = dict(layer.named_parameters())

    def loss(parameters, image):
        return functional_call(layer, parameters, (image[None],)).square().sum()

    together = vmap(grad(loss), (None, 0))(parameters, x)
    for n, image in enumerate(x):
        layer.zero_grad()
        layer(image[None]).square().sum().backward()
        for name, parameter in layer.named_parameters():
            assert_same(together[name][n], parameter.grad, 1e-9)


@EACH_FORM
def test_vmap_over_images_or_over_parameters_is_a_loop(engine, options):
    layer, x = layer_and_images(options)
    assert_same(vmap(layer)(x), layer(x))
    parameters = {name: torch.stack([value, 2 * value]) for name, value in layer.state_dict().items()}
    several = vmap(lambda parameters: functional_call(layer, parameters, (x,)))(parameters)
    doubled = {name: 2 * value for name, value in layer.state_dict().items()}
    assert_same(several, torch.stack([layer(x), functional_call(layer, doubled, (x,))]))


def test_a_hessian_is_the_jacobian_of_the_gradient(engine):
    layer, x = layer_and_images(FORMS["3 x 3"])

    def loss(x):
        return layer(x).square().sum()

    x, v = x[:1], torch.randn(1, 2, 5, 4, dtype=torch.float64)
    found = hessian(loss)(x)
    assert_same((found * v).sum((-4, -3, -2, -1)), along(grad(loss), [x], [v]), 1e-5)


@pytest.mark.parametrize("place", range(5), ids=["x", "alpha", "psi", "A", "bias"])
def test_the_function_transforms_in_each_of_its_arguments(engine, place):
    tensors, sizes = arguments(1, 2, 2, height=4, width=3, num_bases=2)
    others = list(tensors)

    def run(one):
        others[place] = one
        return acda.acda_conv2d(*others, *sizes)

    def by_definition(one):
        return definition([*tensors[:place], one, *tensors[place + 1 :]], *sizes)

    v = torch.randn_like(tensors[place])
    assert_same(jvp(run, (tensors[place],), (v,))[1], along(by_definition, [tensors[place]], [v]), 1e-6)
    assert_same(jacrev(run)(tensors[place]), torch.autograd.functional.jacobian(by_definition, tensors[place]))


def test_the_function_transforms_of_the_atom_convolution(engine):
    (x, alpha, psi, *_), sizes = arguments(2, 2, 2, height=4, width=3, num_bases=2)
    D = atoms(alpha, psi)

    def run(x, D):
        return acda.atom_conv(x, D, *sizes[:3])

    def loss(x, D):
        return run(x, D).square().sum()

    for place in (0, 1):
        assert_same(jacrev(run, place)(x, D), torch.autograd.functional.jacobian(run, (x, D))[place])
        assert_same(jacfwd(run, place)(x, D), jacrev(run, place)(x, D))
    each = vmap(grad(lambda x, D: loss(x[None], D[None]), (0, 1)))(x, D)
    for found, expected in zip(each, grad(loss, (0, 1))(x, D), strict=True):
        assert_same(found, expected)
    assert_same(vmap(lambda x, D: run(x[None], D[None])[0])(x, D), run(x, D))
    v = torch.randn_like(D)
    found = (hessian(loss, 1)(x, D) * v).flatten(-D.ndim).sum(-1)
    assert_same(found, along(lambda D: grad(loss, 1)(x, D), [D], [v]), 1e-6)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = acda.ACDAConv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.last = nn.Conv2d(4, 5, 1)

    def forward(self, x):
        return self.last(torch.relu(self.norm(self.conv(x))))


def test_a_symbolic_trace_takes_the_layer_as_one_operation():
    block, x = Block().eval(), torch.randn(2, 3, 6, 5)
    traced = fx.symbolic_trace(block)
    assert [node.target for node in traced.graph.nodes if node.op == "call_module"] == ["conv", "norm", "last"]
    assert torch.equal(traced(x), block(x))
    fused = optimization.fuse(traced)
    assert_same(fused(x), block(x), 1e-5)


def test_a_symbolic_trace_of_the_layer_alone_needs_a_net_around_it():
    layer, x = acda.ACDAConv2d(3, 4, 3), torch.randn(1, 3, 6, 5)
    with pytest.raises(TypeError, match=r"must be a network around an ACDAConv2d, got the layer itself"):
        fx.symbolic_trace(layer)
    assert torch.equal(fx.symbolic_trace(nn.Sequential(layer))(x), layer(x))


def test_fusing_it_with_a_norm_is_refused_in_one_line():
    block = Block().eval()
    # torch's own word: an assertion up to 2.13
    with pytest.raises(AssertionError, match=r"fuser method for: .*ACDAConv2d"):
        torch.ao.quantization.fuse_modules(block, [["conv", "norm"]])
    with pytest.raises(AttributeError, match="no `weight`"):
        nn.utils.fuse_conv_bn_eval(block.conv, block.norm)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:Please use quant_min")
def test_quantisation_leaves_the_layer_in_floating_point():
    block, x = Block().eval(), torch.randn(2, 3, 6, 5)
    dynamic = torch.ao.quantization.quantize_dynamic(block, {nn.Conv2d, nn.Linear})
    assert torch.equal(dynamic(x), block(x))
    block.qconfig = torch.ao.quantization.get_default_qconfig("x86")
    prepared = torch.ao.quantization.prepare(block)
    assert type(prepared.conv) is acda.ACDAConv2d
    assert type(prepared.conv.generator.conv_a) is nn.Conv2d
    assert not any("observer" in name or "activation_post" in name for name, _ in prepared.conv.named_modules())
    assert hasattr(prepared.last, "activation_post_process")


def test_a_script_is_refused_in_one_line():
    with pytest.raises(RuntimeError, match=r"torch.jit.script cannot compile an ACDAConv2d; use torch.compile"):
        torch.jit.script(Block())


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_a_jit_trace_gives_the_same():
    block, x = Block().eval(), torch.randn(2, 3, 6, 5)
    traced = torch.jit.trace(block, x)
    torch.testing.assert_close(traced(x), block(x))


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning", "ignore:.*export:UserWarning"
)
@pytest.mark.parametrize("generator", ["normalised", "paper", "released"])
@pytest.mark.parametrize(("size", "stride"), [(3, 1), (5, 2)])
def test_the_older_onnx_export_agrees_too_and_leaves_the_sizes_open(tmp_path, generator, size, stride):
    import onnxruntime

    net = nn.Sequential(acda.ACDAConv2d(3, 4, size, stride, size // 2, generator=generator), nn.ReLU()).eval()
    path, open_axes = str(tmp_path / "net.onnx"), {"x": {0: "n", 2: "h", 3: "w"}}
    names = {"input_names": ["x"], "dynamic_axes": open_axes}
    torch.onnx.export(net, (torch.randn(2, 3, 6, 5),), path, **names, dynamo=False, opset_version=17)
    session = onnxruntime.InferenceSession(path)
    for shape in ((2, 3, 6, 5), (1, 3, 9, 12)):
        x = torch.randn(shape)
        (found,) = session.run(None, {"x": x.numpy()})
        assert_same(torch.from_numpy(found), net(x), 1e-5)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_large_and_small_inputs_give_finite_outputs_and_gradients(engine, scale):
    torch.manual_seed(0)
    layer, x = acda.ACDAConv2d(16, 16, 3, padding=1), scale * torch.randn(2, 16, 8, 8)
    Z = layer(x.requires_grad_())
    Z.square().mean().backward()
    assert all(t.isfinite().all() for t in (Z, x.grad, *(p.grad for p in layer.parameters())))


def test_the_layer_by_unfolding_is_the_same_layer():
    yours, theirs = (kind(3, 4, 5, 2, 2, dtype=torch.float64) for kind in (acda.ACDAConv2d, UnfoldACDAConv2d))
    theirs.load_state_dict(yours.state_dict())
    x = torch.randn(1, 3, 9, 8, dtype=torch.float64)
    assert_same(yours(x), theirs(x))
