"""What holds for every back end of the kernels in every dtype, forward and backward, against exact numbers."""

import pytest
import torch
import torch.nn.functional as F
from samples import GEOMETRIES, NAMES, definition, gradients, in_steps

import acda_core as acda

FORMS = pytest.mark.parametrize(
    ("form", "roundings"), [(acda.acda_conv2d, 1), (in_steps, 8)], ids=["at once", "in steps"]
)


@FORMS
@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_it_equals_composed_filters_of_every_pixel_forward_and_in_every_gradient(back, geometry, form, roundings):
    tensors, exact, sizes = back.arguments(**geometry, requires_grad=True)
    yours, expected = form(*tensors, *sizes), definition(exact, *sizes)
    back.close(yours, expected, roundings)
    back.close(gradients(yours, tensors), gradients(expected, exact), roundings)


@pytest.mark.parametrize(("dilation", "groups"), [(1, 1), (2, 2), (1, 4)])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_constant_alpha_is_an_ordinary_convolution(back, kernel_size, stride, dilation, groups):
    shape = {"in_channels": 2 * groups, "kernel_size": kernel_size, "height": 9, "width": 8, "stride": stride}
    shape |= {"padding": dilation * (kernel_size // 2), "dilation": dilation, "groups": groups}
    (x, alpha, psi, A, bias), exact, sizes = back.arguments(**shape)
    constant = [given[1][:1, :, :, :1, :1] for given in ((x, alpha), exact)]
    K = torch.einsum("oim,mk,kuv->oiuv", exact[3], constant[1][0, :, :, 0, 0], exact[2])
    yours = acda.acda_conv2d(x, constant[0].expand_as(alpha), psi, A, bias, *sizes)
    back.close(yours, F.conv2d(exact[0], K, exact[4], *sizes))


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_delta_atom_is_the_identity_and_its_gradient_is_the_image(back, stride):
    x = torch.randn(2, 3, 7, 10, dtype=back.dtype, device=back.device, requires_grad=True)
    grid = x.detach()[:, :, ::stride, ::stride]
    D = x.new_zeros(2, 2, 5, 5, *grid.shape[2:])
    D[:, :, 2, 2] = 1
    D.requires_grad_()
    Z_tilde = acda.atom_conv(x, D, stride, padding=2)
    for atom in range(2):
        assert torch.equal(Z_tilde[:, :, atom], grid)
    grad_x, grad_D = torch.autograd.grad(Z_tilde[:, :2, 0].sum(), (x, D))
    assert torch.equal(grad_x[:, :2, ::stride, ::stride], torch.ones_like(grid[:, :2]))
    assert grad_x.sum() == 2 * grid[:, :1].numel()
    back.close(grad_D[:, 0, 2, 2], grid[:, :2].double().sum(1))
    assert not grad_D[:, 1].any()


def test_a_delta_off_the_centre_correlates_and_does_not_flip(back):
    x = torch.randn(1, 2, 4, 6, dtype=back.dtype, device=back.device)
    D = x.new_zeros(1, 1, 3, 3, 4, 6)
    D[:, :, 0, 1] = 1  # the pixel above
    Z_tilde = acda.atom_conv(x, D, padding=1)[:, :, 0]
    assert torch.equal(Z_tilde[:, :, 1:], x[:, :, :-1])
    assert not Z_tilde[:, :, 0].any()


@pytest.mark.parametrize("name", ["x", "alpha", "psi", "A"])
def test_it_is_linear_in(back, name):
    tensors, _, sizes = back.arguments()
    fixed = dict(zip(NAMES, tensors, strict=True)) | {"bias": None}
    one, two = (torch.randint_like(fixed[name], -8, 9) / 4 for _ in range(2))  # so that the sum is exact

    def at(value):
        return acda.acda_conv2d(*(fixed | {name: value}).values(), *sizes)

    back.close(at(2 * one - two), 2 * at(one).double() - at(two).double(), roundings=4)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (4, 7), (5, 8), (8, 18)])
def test_a_pixel_of_x_reaches_the_radius_and_no_further(back, row, column, stride):
    shape = {"kernel_size": 5, "height": 9, "width": 19, "padding": 2, "stride": stride}
    (x, *others), _, sizes = back.arguments(**shape)
    before = acda.acda_conv2d(x, *others, *sizes)
    x[0, 1, row, column] = back.mark
    reached = (acda.acda_conv2d(x, *others, *sizes) != before).cpu()
    rows, columns = (stride * torch.arange(size) for size in before.shape[2:])
    near = ((rows - row).abs() <= 2)[:, None] & ((columns - column).abs() <= 2)
    assert torch.equal(reached[0], near.expand_as(reached[0]))
    assert not reached[1].any()


def test_alpha_of_a_pixel_reaches_that_pixel_only(back):
    tensors, _, sizes = back.arguments(width=19)
    tensors[1][0, 0, 0, 2, 8] = torch.nan
    Z = acda.acda_conv2d(*tensors, *sizes)
    assert Z[0, :, 2, 8].isnan().all()
    assert Z.isnan().sum() == Z.shape[1]


@pytest.mark.parametrize(("row", "column"), [(0, 0), (4, 7), (5, 8), (8, 18)])
def test_the_gradient_of_a_pixel_stays_within_the_radius(back, row, column):
    (x, alpha, psi, A, bias), _, sizes = back.arguments(height=9, width=19, requires_grad=True)
    Z = acda.acda_conv2d(x, alpha, psi, A, bias, *sizes)
    grad = torch.zeros_like(Z)
    grad[0, 0, row, column] = back.mark
    grad_x, grad_alpha = (grad.cpu() for grad in torch.autograd.grad(Z, (x, alpha), grad))
    near = ((torch.arange(9) - row).abs() <= 1)[:, None] & ((torch.arange(19) - column).abs() <= 1)
    assert torch.equal(grad_x[0] != 0, near.expand_as(grad_x[0]))
    assert torch.equal((grad_alpha[0] != 0).any(0).any(0).nonzero(), torch.tensor([[row, column]]))
    assert not grad_x[1].any()


@pytest.mark.parametrize("shift", [(1, 0), (-2, 3)])
def test_shifting_x_and_alpha_shifts_the_interior(back, shift):
    (x, alpha, *others), _, sizes = back.arguments(height=12, width=13)
    moved = [t.roll(shift, (-2, -1)) for t in (x, alpha)]
    yours = acda.acda_conv2d(*moved, *others, *sizes)
    expected = acda.acda_conv2d(x, alpha, *others, *sizes).roll(shift, (-2, -1))
    back.close(yours[..., 4:-4, 4:-4], expected[..., 4:-4, 4:-4])


def test_a_batch_is_a_stack_of_single_images(back):
    (x, alpha, psi, A, bias), _, sizes = back.arguments(images=4)
    together = acda.acda_conv2d(x, alpha, psi, A, bias, *sizes)
    singly = [acda.acda_conv2d(x[n : n + 1], alpha[n : n + 1], psi, A, bias, *sizes) for n in range(4)]
    back.close(together, torch.cat(singly))


@FORMS
def test_a_batch_of_no_images_gives_no_images_and_zero_gradients(back, form, roundings):
    tensors, _, sizes = back.arguments(images=0, requires_grad=True)
    Z = form(*tensors, *sizes)
    assert (Z.shape, Z.dtype) == ((0, 4, 6, 5), back.dtype)
    for tensor, gradient in zip(tensors, gradients(Z, tensors), strict=True):
        assert gradient.shape == tensor.shape
        assert not gradient.any()


def rearranged(t):
    """Equal values with the memory of the dimensions in reverse."""
    return t.detach().permute(*reversed(range(t.ndim))).contiguous().permute(*reversed(range(t.ndim)))


def in_a_larger_one(t):
    """Equal values in the middle of a larger tensor, every second along the last dimension."""
    room = t.new_full((*(size + 2 for size in t.shape[:-1]), 2 * t.shape[-1]), torch.nan)
    inside = room[(*(slice(1, -1) for _ in t.shape[:-1]), slice(None, None, 2))]
    return inside.copy_(t.detach())


def channels_last(t):
    return t.detach().to(memory_format=torch.channels_last) if t.ndim == 4 else t.detach()


@FORMS
@pytest.mark.parametrize("layout", [rearranged, in_a_larger_one, channels_last])
def test_the_layout_of_the_arguments_in_memory_changes_nothing(back, layout, form, roundings):
    tensors, exact, sizes = back.arguments(stride=2, height=7, requires_grad=True)
    strided = [layout(t).requires_grad_() for t in tensors]
    yours, expected = form(*strided, *sizes), definition(exact, *sizes)
    back.close(yours, expected, roundings)
    back.close(gradients(yours, strided), gradients(expected, exact), roundings)


@pytest.mark.parametrize(
    "geometry", [{}, {"groups": 2, "stride": 2}, {"dilation": 2, "groups": 4, "width": 19}], ids=str
)
def test_images_with_channels_last_give_images_and_gradients_with_channels_last(back, geometry):
    shape = {"in_channels": 4, "out_channels": 8, "height": 7, **geometry}
    (x, *others), exact, sizes = back.arguments(**shape, requires_grad=True)
    x = channels_last(x).requires_grad_()
    yours, expected = acda.acda_conv2d(x, *others, *sizes), definition(exact, *sizes)
    back.close(yours, expected)
    grad = channels_last(torch.randint_like(yours, -8, 9) / 4)
    found = torch.autograd.grad(yours, (x, *others), grad)
    back.close(found, torch.autograd.grad(expected, exact, grad.double().cpu()))
    for image in (yours, found[0]):
        assert image.is_contiguous(memory_format=torch.channels_last)
    assert acda.acda_conv2d(x.contiguous(), *others, *sizes).is_contiguous()


@pytest.mark.parametrize("num_atoms", [1, 2])
@pytest.mark.parametrize("kernel_size", [1, 3])
def test_dimensions_of_size_1_with_unusual_strides_are_read_right(back, kernel_size, num_atoms):
    """torch calls such tensors contiguous whatever the stride of the dimension of size 1."""
    like = {"dtype": back.dtype, "device": back.device}
    shape = num_atoms, kernel_size, kernel_size, 2, 4, 5
    D = torch.randn(shape, **like).permute(3, 0, 1, 2, 4, 5).requires_grad_()
    x = torch.randn(2, 3, 4, 5, **like, requires_grad=True)
    weights = torch.randint(-8, 9, (num_atoms, 2, 3, 4, 5)).to(**like) / 4
    padding = kernel_size // 2
    yours = acda.atom_conv(x, D, 1, padding)
    exact = [t.detach().double().cpu().contiguous().requires_grad_() for t in (x, D)]
    patches = F.pad(exact[0], [padding] * 4).unfold(2, kernel_size, 1).unfold(3, kernel_size, 1)
    expected = torch.einsum("nihwuv,nmuvhw->nimhw", patches, exact[1])
    back.close(yours, expected)
    found = torch.autograd.grad((yours.permute(2, 0, 1, 3, 4) * weights).sum(), (x, D))
    wanted = torch.autograd.grad((expected.permute(2, 0, 1, 3, 4) * weights.double().cpu()).sum(), exact)
    back.close(found, wanted)


def test_arguments_are_left_as_they_were(back):
    tensors, _, sizes = back.arguments(requires_grad=True)
    before = [t.detach().clone() for t in tensors]
    gradients(acda.acda_conv2d(*tensors, *sizes), tensors)
    assert all(torch.equal(t, b) for t, b in zip(tensors, before, strict=True))


@pytest.mark.parametrize("wanted", NAMES)
def test_one_argument_alone_may_require_grad(back, wanted):
    tensors, exact, sizes = back.arguments()
    place = NAMES.index(wanted)
    tensors[place].requires_grad_()
    exact[place].requires_grad_()
    found = gradients(acda.acda_conv2d(*tensors, *sizes), [tensors[place]])
    back.close(found, gradients(definition(exact, *sizes), [exact[place]]))


def test_many_channels_are_added_up_before_they_are_rounded(back):
    tensors, exact, sizes = back.arguments(in_channels=40, kernel_size=7, padding=3)
    back.close(acda.acda_conv2d(*tensors, *sizes), definition(exact, *sizes))


@pytest.mark.parametrize("kernel_size", [9, 33])
def test_large_kernels_work_too(back, kernel_size):
    like = {"dtype": back.dtype, "device": back.device, "requires_grad": True}
    x, K = torch.randn(1, 2, 34, 35, **like), torch.randn(2, kernel_size, kernel_size, **like)
    exact = [t.detach().double().cpu().requires_grad_() for t in (x, K)]
    Z_tilde = acda.atom_conv(x, K[None, ..., None, None].expand(-1, -1, -1, -1, 35 - kernel_size, 36 - kernel_size))
    expected = F.conv2d(exact[0].transpose(0, 1), exact[1][:, None])[None]
    back.close(Z_tilde, expected, roundings=2)
    grad_x, wanted = gradients(Z_tilde, [x]), gradients(expected, exact[:1])
    back.close(grad_x, wanted, roundings=2)


def test_another_default_device_changes_nothing(back):
    tensors, _, sizes = back.arguments(requires_grad=True)
    expected = acda.acda_conv2d(*tensors, *sizes)
    weights = expected.detach()
    with torch.device("meta"):
        yours = acda.acda_conv2d(*tensors, *sizes)
        found = torch.autograd.grad(yours, tensors, weights)
    back.close(yours, expected)
    back.close(found, torch.autograd.grad(expected, tensors, weights))
