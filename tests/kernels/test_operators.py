"""What torch does with the operators: differentiate again, transform, autocast, trace, count."""

import pytest
import torch
from samples import arguments, assert_same, atoms, definition, gradients, in_steps
from torch.autograd import forward_ad
from torch.utils.flop_counter import FlopCounterMode

import acda_core as acda
from acda_core.experiments.bench import unfold_conv2d


@pytest.mark.parametrize("stride", [1, 2])
def test_gradcheck_and_gradgradcheck_hold_for_the_whole(engine, stride):
    tensors, sizes = arguments(1, 2, 2, height=4, width=3, num_bases=2, stride=stride, requires_grad=True)

    def run(*given):
        return acda.acda_conv2d(*given, *sizes)

    assert torch.autograd.gradcheck(run, tensors)
    assert torch.autograd.gradgradcheck(run, tensors)


@pytest.mark.parametrize("stride", [1, 2])
def test_gradcheck_and_gradgradcheck_hold_for_the_atom_convolution(engine, stride):
    (x, alpha, psi, _, _), sizes = arguments(1, 2, height=4, width=3, num_bases=2, stride=stride)
    x, D = x.requires_grad_(), atoms(alpha, psi).requires_grad_()
    assert torch.autograd.gradcheck(lambda x, D: acda.atom_conv(x, D, *sizes[:3]), (x, D))
    assert torch.autograd.gradgradcheck(lambda x, D: acda.atom_conv(x, D, *sizes[:3]), (x, D))


@pytest.mark.parametrize("form", [acda.acda_conv2d, in_steps], ids=lambda form: form.__name__)
def test_second_derivatives_hold_where_alpha_depends_on_x(engine, form):
    """As in the layer; a gradient that follows alpha back to x by itself would count that way twice."""
    (x, alpha, psi, A, bias), sizes = arguments(requires_grad=True)

    def second(form):
        Z = form(x, torch.tanh(alpha * x.mean(1)[:, None, None]), psi, A, bias, *sizes)
        first = torch.autograd.grad(Z.square().sum(), (x, alpha, A), create_graph=True)
        return first, torch.autograd.grad(sum(g.square().sum() for g in first), (x, alpha, A, psi))

    for yours, expected in zip(second(form), second(unfold_conv2d), strict=True):
        assert_same(yours, expected, 1e-9)


@pytest.mark.parametrize("form", [acda.acda_conv2d, in_steps], ids=lambda form: form.__name__)
def test_autocast_computes_in_its_dtype_and_returns_gradients_in_float32(engine, form):
    tensors, sizes = arguments(dtype=torch.float32, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        Z = form(*tensors, *sizes)
    assert Z.dtype == torch.bfloat16
    exact = definition([t.detach().bfloat16().double() for t in tensors], *sizes)
    assert (Z - exact).abs().max() < 0.03 * exact.abs().max()
    assert all(g.dtype == torch.float32 and g.isfinite().all() for g in gradients(Z, tensors))


def test_autocast_leaves_float64_alone(engine):
    tensors, sizes = arguments()
    with torch.autocast("cpu", torch.bfloat16):
        Z = acda.acda_conv2d(*tensors, *sizes)
    assert Z.dtype == torch.float64
    assert_same(Z, definition(tensors, *sizes))


@pytest.mark.parametrize("form", [acda.acda_conv2d, in_steps], ids=lambda form: form.__name__)
def test_on_the_meta_device_shapes_alone_are_computed(form):
    tensors, sizes = arguments(stride=2, height=7)
    expected = form(*tensors, *sizes)
    meta = [t.to("meta").requires_grad_() for t in tensors]
    Z = form(*meta, *sizes)
    assert (Z.device.type, Z.shape, Z.dtype) == ("meta", expected.shape, expected.dtype)
    found = torch.autograd.grad(Z.sum(), meta)
    assert all((g.device.type, g.shape) == ("meta", t.shape) for g, t in zip(found, meta, strict=True))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_the_operators_are_registered_as_torch_asks(layout):
    (x, alpha, psi, A, bias), sizes = arguments(stride=2, dtype=torch.float32, requires_grad=True)
    if layout == torch.channels_last:
        x, alpha = x.detach().to(memory_format=layout).requires_grad_(), rearranged(alpha)
    D = acda.compose_atoms(alpha, psi).detach().requires_grad_()
    torch.library.opcheck(torch.ops.acda.acda_conv, (x, alpha, psi, A, bias, *sizes[:3]))
    torch.library.opcheck(torch.ops.acda.atom_conv, (x, D, *sizes[:3]))


def rearranged(alpha):
    """As a convolution in channels-last memory makes it."""
    n, m, k, h, w = alpha.shape
    last = alpha.detach().reshape(n, m * k, h, w).to(memory_format=torch.channels_last)
    return last.view(n, m, k, h, w).requires_grad_()


def counted(function):
    with FlopCounterMode(display=False) as counter:
        result = function()
    return counter.get_total_flops(), result


@pytest.mark.parametrize("psi_grad", [False, True])
def test_pytorchs_counter_sees_what_the_fast_form_computes(psi_grad):
    x, alpha, A = (torch.randn(s, requires_grad=True) for s in ((2, 5, 9, 8), (2, 6, 12, 9, 8), (7, 5, 6)))
    psi = torch.randn(12, 5, 5, requires_grad=psi_grad)
    (plain, Z), (fast, Z_fast) = (
        counted(lambda form=form: form(x, alpha, psi, A, padding=2)) for form in (unfold_conv2d, acda.acda_conv2d)
    )
    assert fast == plain
    once_more = 2 * 2 * 9 * 8 * (6 * 12 * 25 + 5 * 6 * 25)  # composition and atom convolution, not kept
    backward, backward_fast = (counted(out.sum().backward)[0] for out in (Z, Z_fast))
    assert backward_fast == backward + once_more


def test_pytorchs_counter_sees_the_atom_convolution():
    x, D = (torch.randn(s, requires_grad=True) for s in ((2, 5, 9, 8), (2, 6, 3, 3, 9, 8)))
    forward, Z_tilde = counted(lambda: acda.atom_conv(x, D, padding=1))
    assert forward == 2 * 2 * 9 * 8 * 5 * 6 * 9
    assert counted(Z_tilde.sum().backward)[0] == 2 * forward


@pytest.fixture
def problem():
    """acda_conv2d and the atom convolution as functions of their tensors, a point and a direction, in float64."""
    tensors, sizes = arguments(1, 2, 2, height=4, width=3, num_bases=2, stride=2)
    directions = [torch.randn_like(t) for t in tensors]
    return lambda *given: acda.acda_conv2d(*given, *sizes), tuple(tensors), tuple(directions)


def slope(function, point, direction, step=1e-6):
    """The derivative along a direction, by central differences."""
    ahead, behind = (function(*(p + s * d for p, d in zip(point, direction, strict=True))) for s in (step, -step))
    return (ahead - behind) / (2 * step)


def test_forward_mode_gives_the_slope_and_not_zero(engine, problem):
    function, point, direction = problem
    expected = slope(function, point, direction)
    assert_same(torch.func.jvp(function, point, direction)[1], expected, 1e-8)
    with forward_ad.dual_level():
        dual = function(*map(forward_ad.make_dual, point, direction))
        assert_same(forward_ad.unpack_dual(dual).tangent, expected, 1e-8)


def test_the_transforms_of_torch_func_agree_with_autograd(engine, problem):
    function, point, _ = problem
    x = point[0]

    def of_x(x):
        return function(x, *point[1:]).square().sum()

    first = torch.autograd.grad(of_x(x.requires_grad_()), x)[0]
    assert_same(torch.func.grad(of_x)(x.detach()), first)
    jacobian = torch.func.jacrev(of_x)(x.detach())
    assert_same(jacobian, torch.func.jacfwd(of_x)(x.detach()))
    assert_same(torch.func.hessian(of_x)(x.detach()), torch.autograd.functional.hessian(of_x, x.detach()))
    both = torch.stack([x.detach(), 2 * x.detach()])
    assert_same(torch.func.vmap(torch.func.grad(of_x))(both), torch.stack([torch.func.grad(of_x)(one) for one in both]))


@pytest.mark.parametrize("stride", [1, 2])
def test_forward_mode_holds_for_the_atom_convolution(engine, stride):
    (x, alpha, psi, _, _), sizes = arguments(1, 2, height=4, width=3, num_bases=2, stride=stride)
    D = atoms(alpha, psi)
    direction = torch.randn_like(x), torch.randn_like(D)

    def function(x, D):
        return acda.atom_conv(x, D, *sizes[:3])

    assert_same(torch.func.jvp(function, (x, D), direction)[1], slope(function, (x, D), direction), 1e-8)
