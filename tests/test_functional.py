"""The two-layer form against the paper's definition, in float64, on both paths of the kernels."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import GEOMETRIES, NAMES, arguments, assert_same, atoms, definition, gradients, in_steps

import acda_core as acda
from acda_core.experiments.bench import unfold_conv2d
from acda_core.kernels import cpu

EPS = {torch.bfloat16: 2**-8, torch.float16: 2**-11}  # of one rounding


FORMS = pytest.mark.parametrize("form", [acda.acda_conv2d, in_steps, unfold_conv2d], ids=lambda form: form.__name__)


@FORMS
@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_it_equals_composed_filters_of_every_pixel_forward_and_in_every_gradient(path, geometry, form):
    tensors, stride, padding = arguments(**geometry, requires_grad=True)
    expected, yours = definition(tensors, stride, padding), form(*tensors, stride, padding)
    assert_same(yours, expected)
    for name, got, wanted in zip(NAMES, gradients(yours, tensors), gradients(expected, tensors), strict=True):
        torch.testing.assert_close(got, wanted, rtol=1e-10, atol=1e-10, msg=lambda text, name=name: f"{name}: {text}")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    kernel_size=st.sampled_from([1, 3, 5]),
    height=st.integers(1, 7),
    width=st.integers(1, 12),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    images=st.integers(1, 2),
    in_channels=st.integers(1, 4),
    out_channels=st.integers(1, 2),
    num_atoms=st.integers(1, 7),
    num_bases=st.integers(1, 3),
    budget=st.sampled_from([1, 500, 2**23]),
)
def test_it_equals_the_definition_at_any_shape_and_chunk_size(budget, **shape):
    if min(shape["height"], shape["width"]) + 2 * shape["padding"] < shape["kernel_size"]:
        return
    tensors, stride, padding = arguments(**shape, requires_grad=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cpu, "CHUNK_BYTES", budget)
        yours = acda.acda_conv2d(*tensors, stride, padding)
        expected = definition(tensors, stride, padding)
        assert_same(yours, expected)
        assert_same(gradients(yours, tensors), gradients(expected, tensors))


def test_atoms_are_sums_of_bases():
    (_, alpha, psi, _, _), _, _ = arguments()
    assert_same(acda.compose_atoms(alpha, psi), atoms(alpha, psi))


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_constant_alpha_is_an_ordinary_convolution(path, kernel_size, stride):
    padding = kernel_size // 2
    (x, alpha, psi, A, bias), _, _ = arguments(
        kernel_size=kernel_size, height=9, width=8, padding=padding, stride=stride
    )
    constant = alpha[:1, :, :, :1, :1]
    K = torch.einsum("oim,mk,kuv->oiuv", A, constant[0, :, :, 0, 0], psi)
    yours = acda.acda_conv2d(x, constant.expand_as(alpha), psi, A, bias, stride, padding)
    assert_same(yours, F.conv2d(x, K, bias, stride, padding))


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_delta_atom_is_the_identity(path, stride):
    x = torch.randn(2, 3, 7, 10)
    grid = x[:, :, ::stride, ::stride]
    D = torch.zeros(2, 2, 5, 5, *grid.shape[2:])
    D[:, :, 2, 2] = 1
    Z_tilde = acda.atom_conv(x, D, stride, padding=2)
    for atom in range(2):
        assert torch.equal(Z_tilde[:, :, atom], grid)


def test_a_delta_off_the_centre_correlates_and_does_not_flip(path):
    x = torch.randn(1, 2, 4, 6)
    D = torch.zeros(1, 1, 3, 3, 4, 6)
    D[:, :, 0, 1] = 1  # the pixel above
    Z_tilde = acda.atom_conv(x, D, padding=1)[:, :, 0]
    assert torch.equal(Z_tilde[:, :, 1:], x[:, :, :-1])
    assert not Z_tilde[:, :, 0].any()


@pytest.mark.parametrize("name", ["x", "alpha", "psi", "A"])
def test_it_is_linear_in(path, name):
    tensors, stride, padding = arguments()
    given = dict(zip(NAMES, tensors, strict=True)) | {"bias": None}
    other = torch.randn_like(given[name])

    def at(value):
        return acda.acda_conv2d(**(given | {name: value}), stride=stride, padding=padding)

    assert_same(at(2 * given[name] - 3 * other), 2 * at(given[name]) - 3 * at(other))


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (4, 7), (5, 8), (8, 18)])
def test_a_pixel_of_x_reaches_the_radius_and_no_further(path, row, column, stride):
    (x, alpha, psi, A, bias), _, padding = arguments(kernel_size=5, height=9, width=19, padding=2, stride=stride)
    x[0, 1, row, column] = torch.nan
    Z = acda.acda_conv2d(x, alpha, psi, A, bias, stride, padding)
    rows, columns = (stride * torch.arange(size) for size in Z.shape[2:])
    near = ((rows - row).abs() <= 2)[:, None] & ((columns - column).abs() <= 2)
    assert torch.equal(Z[0].isnan(), near.expand_as(Z[0]))
    assert not Z[1].isnan().any()


def test_alpha_of_a_pixel_reaches_that_pixel_only(path):
    tensors, stride, padding = arguments(width=19)
    tensors[1][0, 0, 0, 2, 8] = torch.nan
    Z = acda.acda_conv2d(*tensors, stride, padding)
    assert Z[0, :, 2, 8].isnan().all()
    assert Z.isnan().sum() == Z.shape[1]


@pytest.mark.parametrize(("row", "column"), [(0, 0), (4, 7), (5, 8), (8, 18)])
def test_the_gradient_of_a_pixel_stays_within_the_radius(path, row, column):
    (x, alpha, psi, A, bias), _, padding = arguments(height=9, width=19, requires_grad=True)
    Z = acda.acda_conv2d(x, alpha, psi, A, bias, 1, padding)
    grad = torch.zeros_like(Z)
    grad[0, 0, row, column] = torch.nan
    grad_x, grad_alpha = torch.autograd.grad(Z, (x, alpha), grad)
    near = ((torch.arange(9) - row).abs() <= 1)[:, None] & ((torch.arange(19) - column).abs() <= 1)
    assert torch.equal(grad_x[0].isnan(), near.expand_as(x[0]))
    assert torch.equal(grad_alpha[0].isnan().any(0).any(0).nonzero(), torch.tensor([[row, column]]))
    assert not grad_x[1].isnan().any()


@pytest.mark.parametrize("shift", [(1, 0), (-2, 3)])
def test_shifting_x_and_alpha_shifts_the_interior(path, shift):
    tensors, stride, padding = arguments(height=12, width=13)
    x, alpha, *others = tensors
    moved = [t.roll(shift, (-2, -1)) for t in (x, alpha)]
    yours = acda.acda_conv2d(*moved, *others, stride, padding)
    expected = acda.acda_conv2d(*tensors, stride, padding).roll(shift, (-2, -1))
    assert_same(yours[..., 4:-4, 4:-4], expected[..., 4:-4, 4:-4])


def test_a_batch_is_a_stack_of_single_images(path):
    (x, alpha, psi, A, bias), stride, padding = arguments(images=4)
    together = acda.acda_conv2d(x, alpha, psi, A, bias, stride, padding)
    singly = [acda.acda_conv2d(x[n : n + 1], alpha[n : n + 1], psi, A, bias, stride, padding) for n in range(4)]
    assert_same(together, torch.cat(singly))


@FORMS
def test_a_batch_of_no_images_gives_no_images_and_zero_gradients(path, form):
    tensors, stride, padding = arguments(images=0, requires_grad=True)
    Z = form(*tensors, stride, padding)
    assert Z.shape == (0, 4, 6, 5)
    for tensor, gradient in zip(tensors, gradients(Z, tensors), strict=True):
        assert gradient.shape == tensor.shape
        assert not gradient.any()


def rearranged(t):
    """Equal values with the memory of the dimensions in reverse."""
    return t.detach().permute(*reversed(range(t.ndim))).contiguous().permute(*reversed(range(t.ndim)))


def in_a_larger_one(t):
    """Equal values in the middle of a larger tensor, every second along the last dimension."""
    room = torch.full((*(size + 2 for size in t.shape[:-1]), 2 * t.shape[-1]), torch.nan, dtype=t.dtype)
    inside = room[(*(slice(1, -1) for _ in t.shape[:-1]), slice(None, None, 2))]
    return inside.copy_(t.detach())


@FORMS
@pytest.mark.parametrize("layout", [rearranged, in_a_larger_one])
def test_non_contiguous_arguments_give_the_same(path, layout, form):
    tensors, stride, padding = arguments(stride=2, height=7, requires_grad=True)
    strided = [layout(t).requires_grad_() for t in tensors]
    expected, yours = form(*tensors, stride, padding), form(*strided, stride, padding)
    assert_same(yours, expected)
    assert_same(gradients(yours, strided), gradients(expected, tensors))


def test_channels_last_input_gives_the_same(path):
    tensors, stride, padding = arguments()
    last = tensors[0].to(memory_format=torch.channels_last)
    expected = acda.acda_conv2d(*tensors, stride, padding)
    assert_same(acda.acda_conv2d(last, *tensors[1:], stride, padding), expected)


@pytest.mark.parametrize("num_atoms", [1, 2])
@pytest.mark.parametrize("kernel_size", [1, 3])
def test_dimensions_of_size_1_with_unusual_strides_are_read_right(path, kernel_size, num_atoms):
    """torch calls such tensors contiguous whatever the stride of the dimension of size 1."""
    shape = (2, num_atoms, kernel_size, kernel_size, 4, 5)
    D = torch.randn(num_atoms, *shape[2:4], 2, *shape[4:], dtype=torch.float64).permute(3, 0, 1, 2, 4, 5)
    x = torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    D = D.requires_grad_()
    weights = torch.randn(num_atoms, 2, 3, 4, 5, dtype=torch.float64)
    padding = kernel_size // 2
    copies = [t.detach().clone(memory_format=torch.contiguous_format).requires_grad_() for t in (x, D)]
    yours = torch.autograd.grad((acda.atom_conv(x, D, 1, padding).permute(2, 0, 1, 3, 4) * weights).sum(), (x, D))
    patches = F.pad(copies[0], [padding] * 4).unfold(2, kernel_size, 1).unfold(3, kernel_size, 1)
    Z_tilde = torch.einsum("nihwuv,nmuvhw->nimhw", patches, copies[1])
    assert_same(acda.atom_conv(x, D, 1, padding), Z_tilde)
    assert_same(yours, torch.autograd.grad((Z_tilde.permute(2, 0, 1, 3, 4) * weights).sum(), copies))


def test_arguments_are_left_as_they_were(path):
    tensors, stride, padding = arguments(requires_grad=True)
    before = [t.detach().clone() for t in tensors]
    gradients(acda.acda_conv2d(*tensors, stride, padding), tensors)
    assert all(torch.equal(t, b) for t, b in zip(tensors, before, strict=True))


@pytest.mark.parametrize("stride", [1, 2])
def test_gradcheck_and_gradgradcheck_hold_for_the_whole(path, stride):
    tensors, stride, padding = arguments(1, 2, 2, height=4, width=3, num_bases=2, stride=stride, requires_grad=True)

    def run(*given):
        return acda.acda_conv2d(*given, stride, padding)

    assert torch.autograd.gradcheck(run, tensors)
    assert torch.autograd.gradgradcheck(run, tensors)


@pytest.mark.parametrize("stride", [1, 2])
def test_gradcheck_and_gradgradcheck_hold_for_the_atom_convolution(path, stride):
    (x, alpha, psi, _, _), stride, padding = arguments(1, 2, height=4, width=3, num_bases=2, stride=stride)
    x, D = x.requires_grad_(), atoms(alpha, psi).requires_grad_()
    assert torch.autograd.gradcheck(lambda x, D: acda.atom_conv(x, D, stride, padding), (x, D))
    assert torch.autograd.gradgradcheck(lambda x, D: acda.atom_conv(x, D, stride, padding), (x, D))


@pytest.mark.parametrize("form", [acda.acda_conv2d, in_steps], ids=lambda form: form.__name__)
def test_second_derivatives_hold_where_alpha_depends_on_x(path, form):
    """As in the layer; a gradient that follows alpha back to x by itself would count that way twice."""
    (x, alpha, psi, A, bias), stride, padding = arguments(requires_grad=True)

    def second(form):
        Z = form(x, torch.tanh(alpha * x.mean(1)[:, None, None]), psi, A, bias, stride, padding)
        first = torch.autograd.grad(Z.square().sum(), (x, alpha, A), create_graph=True)
        return first, torch.autograd.grad(sum(g.square().sum() for g in first), (x, alpha, A, psi))

    for yours, expected in zip(second(form), second(unfold_conv2d), strict=True):
        assert_same(yours, expected, 1e-9)


@pytest.mark.parametrize("wanted", NAMES)
def test_one_argument_alone_may_require_grad(path, wanted):
    tensors, stride, padding = arguments()
    tensor = tensors[NAMES.index(wanted)].requires_grad_()
    assert_same(
        gradients(acda.acda_conv2d(*tensors, stride, padding), [tensor]),
        gradients(definition(tensors, stride, padding), [tensor]),
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_rounded_once(path, dtype):
    tensors, stride, padding = arguments(in_channels=40, kernel_size=7, padding=3, dtype=dtype)
    exact = definition([t.double() for t in tensors], stride, padding)
    Z = acda.acda_conv2d(*tensors, stride, padding)
    assert Z.dtype == dtype
    torch.testing.assert_close(Z.double(), exact, rtol=1.01 * EPS[dtype], atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_gradients_in_half_precision_are_rounded_once(path, dtype):
    tensors, stride, padding = arguments(dtype=dtype, kernel_size=5, padding=2, requires_grad=True)
    exact = [t.detach().double().requires_grad_() for t in tensors]
    yours = acda.acda_conv2d(*tensors, stride, padding)
    weights = torch.randn(yours.shape).to(dtype)
    got = torch.autograd.grad(yours, tensors, weights)
    wanted = torch.autograd.grad(definition(exact, stride, padding), exact, weights.double())
    for name, g, w in zip(NAMES, got, wanted, strict=True):
        assert g.dtype == dtype
        torch.testing.assert_close(
            g.double(), w, rtol=1.01 * EPS[dtype], atol=1e-4, msg=lambda text, name=name: f"{name}: {text}"
        )


@FORMS
def test_autocast_computes_in_its_dtype_and_returns_gradients_in_float32(path, form):
    tensors, stride, padding = arguments(dtype=torch.float32, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        Z = form(*tensors, stride, padding)
    assert Z.dtype == torch.bfloat16
    exact = definition([t.detach().bfloat16().double() for t in tensors], stride, padding)
    assert (Z - exact).abs().max() < 0.03 * exact.abs().max()
    assert all(g.dtype == torch.float32 and g.isfinite().all() for g in gradients(Z, tensors))


def test_autocast_leaves_float64_alone(path):
    tensors, stride, padding = arguments()
    with torch.autocast("cpu", torch.bfloat16):
        Z = acda.acda_conv2d(*tensors, stride, padding)
    assert Z.dtype == torch.float64
    assert_same(Z, definition(tensors, stride, padding))


@pytest.mark.parametrize("form", [acda.acda_conv2d, in_steps], ids=lambda form: form.__name__)
def test_on_the_meta_device_shapes_alone_are_computed(form):
    tensors, stride, padding = arguments(stride=2, height=7)
    expected = form(*tensors, stride, padding)
    meta = [t.to("meta").requires_grad_() for t in tensors]
    Z = form(*meta, stride, padding)
    assert (Z.device.type, Z.shape, Z.dtype) == ("meta", expected.shape, expected.dtype)
    found = torch.autograd.grad(Z.sum(), meta)
    assert all((g.device.type, g.shape) == ("meta", t.shape) for g, t in zip(found, meta, strict=True))


def test_another_default_device_changes_nothing(path):
    tensors, stride, padding = arguments(requires_grad=True)
    expected = acda.acda_conv2d(*tensors, stride, padding)
    with torch.device("meta"):
        yours = acda.acda_conv2d(*tensors, stride, padding)
        found = torch.autograd.grad(yours, tensors, expected.detach())
    assert_same(yours, expected)
    assert_same(found, torch.autograd.grad(expected, tensors, expected.detach()))
