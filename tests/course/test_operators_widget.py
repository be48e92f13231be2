"""Seven operators on a photograph, each against a layer of the package or PyTorch's functions, and their widget."""

import pytest
import torch
import torch.nn.functional as F

from acda_core import ACDAConv2d, AtomGenerator
from acda_core.course.widgets import Operators, random
from acda_core.course.widgets import seven_operators as seven
from acda_core.nets.rivals import CondConv2d, KernelConv2d

PLACES = [(0, 0), (12, 33), (63, 95)]


def by_convolution(image, row, column):
    weight = torch.stack([seven.layers()[0].weight[0], seven.edge()[None]])
    return F.conv2d(image[None, None], weight)[0, :, row, column]


def by_condconv(image, row, column):
    layer = CondConv2d(1, 2, 7, bias=False, num_experts=2).double()
    experts = seven.convolution(image, row, column), seven.delta().expand(2, -1, -1)
    with torch.no_grad():
        layer.weight.copy_(torch.stack(experts)[:, :, None])
        layer.routing.weight.copy_(torch.tensor([[seven.SLOPE], [-seven.SLOPE]]))
        layer.routing.bias.copy_(torch.tensor([-1.0, 1.0], dtype=torch.float64) * seven.SLOPE * seven.MIDDLE)
        return layer(image[None, None])[0, :, row, column]


def by_definition_of_involution(image, row, column):
    window = image[row : row + 7, column : column + 7]
    x = image[row + 3, column + 3]
    return (x * x + (1 - x) * window.mean()).repeat(2)


def by_kernel_prediction(image, row, column):
    """The trained layer's last convolution with A and psi folded in: Phi writes the 49 numbers of the kernel itself."""
    acda = seven.layers()[1]
    phi = AtomGenerator(1, 1, 49, hidden_channels=16, kernel_sizes=(5, 3), offset=-3).double()
    many, A = acda.generator.conv_b, acda.A[0, 0]
    with torch.no_grad():
        phi.conv_a.load_state_dict(acda.generator.conv_a.state_dict())
        weight = torch.einsum("m,mkdhw,kuv->uvdhw", A, many.weight.unflatten(0, (6, 18)), acda.psi)
        phi.conv_b.weight.copy_(weight.flatten(0, 1))
        phi.conv_b.bias.copy_(torch.einsum("m,mk,kuv->uv", A, many.bias.view(6, 18), acda.psi).flatten())
        layer = KernelConv2d(1, 2, 7, bias=False, generator=phi).double()
        layer.mix.weight.fill_(1)
        return layer(image[None, None])[0, :, row, column]


def by_acda(image, row, column):
    one = seven.layers()[1]
    layer = ACDAConv2d(1, 2, 7, bias=False, generator=one.generator).double()
    layer.psi = one.psi
    drawn = torch.tensor(random.normal(0, 3, torch.arange(6).numpy()))
    with torch.no_grad():
        layer.A[0].copy_(one.A[0])
        layer.A[1].copy_(drawn / drawn.norm() * one.A.norm())
        return layer(image[None, None])[0, :, row, column]


def by_reading_between_pixels(image, row, column):
    """What the taps see, read by grid_sample, weighed."""
    height, width = image.shape
    places = seven.taps(image, row, column) + torch.tensor([row + 3, column + 3])
    grid = 2 * places.flip(1) / torch.tensor([width - 1, height - 1]) - 1  # x before y
    seen = F.grid_sample(image[None, None], grid[None, None], align_corners=True)[0, 0, 0]
    binomial = torch.tensor([[1, 2, 1], [2, 4, 2], [1, 2, 1]]).flatten() / 16
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]).flatten() / 8
    return torch.stack([binomial.double() @ seen, sobel.double() @ seen])


def by_attention(image, row, column):
    """-25 (x_q - x_p)^2 is a product of a query and a key, up to what softmax does not see."""
    window = image[row : row + 7, column : column + 7].flatten()
    p = image[row + 3, column + 3]
    query = torch.stack([50 * p, torch.tensor(-25.0, dtype=p.dtype)])
    keys = torch.stack([window, window.square()], 1)
    found = F.scaled_dot_product_attention(query[None, None], keys[None], window[None, :, None], scale=1)
    return found[0, 0].repeat(2)


ORACLES = {
    "convolution": by_convolution,
    "mixture": by_condconv,
    "involution": by_definition_of_involution,
    "kernel_prediction": by_kernel_prediction,
    "acda": by_acda,
    "deformable": by_reading_between_pixels,
    "attention": by_attention,
}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", seven.OPERATORS)
def test_a_filter_applied_to_its_window_gives_what_the_layer_answers(name, dark):
    image = seven.darkened(seven.picture()) if dark else seven.picture()
    for row, column in PLACES:
        K = seven.OPERATORS[name].filters(image, row, column)
        answer = torch.einsum("ouv,uv->o", K, image[row : row + 7, column : column + 7])
        torch.testing.assert_close(answer, ORACLES[name](image, row, column), atol=1e-9, rtol=0)


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("convolution", 0),
        ("involution", 1),
        ("kernel_prediction", 7),
        ("acda", 7),
        ("deformable", 3),
        ("attention", 7),
        ("mixture", 102),
    ],
)
def test_a_filter_depends_on_the_pixels_that_are_said_to_decide_it(name, side):
    image = seven.picture().clone().requires_grad_()
    K = seven.OPERATORS[name].filters(image, 20, 41)
    weighed = (K * torch.randn(K.shape, dtype=K.dtype)).sum()
    decides = torch.zeros(image.shape, dtype=torch.bool)
    if side:
        decides = torch.autograd.grad(weighed, image)[0] != 0
    rows, columns = torch.nonzero(decides, as_tuple=True)
    if name == "mixture":
        assert decides.all()
    elif side:
        assert {int(rows.min()), int(rows.max())} == {23 - side // 2, 23 + side // 2}
        assert {int(columns.min()), int(columns.max())} == {44 - side // 2, 44 + side // 2}
    else:
        assert not weighed.requires_grad


def test_what_pixels_and_channels_share_is_what_tells_the_operators_apart():
    def kinds(name):
        (one, second), (other, _) = Operators(operator=name).filters()
        return torch.equal(one, other), torch.equal(one, second)

    found = {name: kinds(name) for name in seven.OPERATORS}
    by_pixel, by_channel, by_both = (False, True), (True, False), (False, False)
    assert found == {
        "convolution": by_channel,
        "mixture": by_channel,
        "involution": by_pixel,
        "kernel_prediction": by_pixel,
        "acda": by_both,
        "deformable": by_both,
        "attention": by_pixel,
    }


def test_the_rule_of_the_mixture_lets_the_darkened_picture_change_the_filter_well():
    before, after = (Operators(operator="mixture", dark=dark).filters()[0, 0] for dark in (False, True))
    assert (before - after).norm() > 0.3 * before.norm()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"operator": "conv"}, "`operator` must be one of convolution, mixture, .*, got 'conv'"),
        ({"row": 64}, "`row` must be from 0 to 63, got 64"),
        ({"pinned_column": -1}, "`pinned_column` must be from 0 to 95, got -1"),
    ],
)
def test_what_the_widget_cannot_show_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        Operators(**settings)
