"""The Python face of the receptive-field widget."""

import pytest
import torch

from acda_core.bases import multiscale_bases
from acda_core.course.widgets import (
    ReceptiveField,
)
from acda_core.experiments import toy
from acda_core.functional import acda_conv2d


@pytest.mark.parametrize(
    ("depth", "weights", "extent"),
    [
        *((1, (1, 0, 0), 3), (1, (0.1, 0.1, 0), 5), (1, (0, 0, 0.1), 7)),
        *((2, (1, 0, 0), 5), (2, (0, 1, 0), 9), (2, (0, 0, 1), 13), (2, (0, 0, 0), 0)),
    ],
)
def test_the_field_spans_what_gradients_through_random_layers_reach(depth, weights, extent):
    widget = ReceptiveField(depth=depth, scale_weights=weights)
    assert widget.extent() == extent
    x = h = torch.zeros(1, 1, 15, 15, requires_grad=True)
    psi = torch.tensor(multiscale_bases(7), dtype=torch.float32)
    for _ in range(depth):
        alpha = torch.randn(1, 6, 18, 1, 1) * torch.tensor(weights).repeat_interleave(6)[:, None, None]
        h = acda_conv2d(h, alpha.expand(-1, -1, -1, 15, 15).contiguous(), psi, torch.randn(1, 1, 6), padding=3)
    h[0, 0, 7, 7].backward()
    margin = 7 - (3 if depth == 1 else 6)
    seen = x.grad[0, 0, margin : 15 - margin, margin : 15 - margin] != 0
    assert torch.equal(seen, widget.field() != 0)


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 0, 1), (0.5, 0.3, 0.2)])
def test_the_average_filter_is_the_root_mean_square_of_random_filters(weights):
    widget = ReceptiveField(scale_weights=weights)
    alpha = torch.randn(40_000, 18, dtype=torch.double) * torch.tensor(weights).repeat_interleave(6)
    drawn = torch.einsum("nk,kuv->nuv", alpha, torch.tensor(multiscale_bases(7)))
    torch.testing.assert_close(widget.field(), drawn.square().mean(0).sqrt(), rtol=0.03, atol=0)


def test_a_trained_field_is_that_of_the_toy_bounds_the_gradient_and_is_it_where_no_signs_cancel():
    layer = toy.trained()["acda"].double()
    layer.psi = torch.tensor(multiscale_bases(7))
    widget = ReceptiveField("trained", row=30, column=50)
    picture = widget.picture()[None, None]
    for number, seen in ((1, picture), (2, layer(picture).detach())):  # but for weights rounded to eight bits
        torch.testing.assert_close(widget.filters(number), toy.filters(layer, seen).abs(), rtol=0, atol=2e-3)
    layer = widget._layer

    def through(x, context):  # the filters are held as they are
        return acda_conv2d(x, layer.coefficients(context).detach(), layer.psi, layer.A, layer.bias, padding=3)

    x = picture.clone().requires_grad_()
    first = through(x, picture)
    through(first, first.detach())[0, 0, 30, 50].backward()
    gradient = x.grad[0, 0, 24:37, 44:57].abs()
    widget.depth = 2
    assert (gradient <= widget.field() + 1e-12).all()
    assert gradient.sum() > 0.2 * widget.field().sum()
    corner = widget.field()[0, 0], widget.field()[-1, -1]  # one way alone leads there
    torch.testing.assert_close(corner, (gradient[0, 0], gradient[-1, -1]))


def test_a_radius_lies_between_those_of_the_scales():
    small, large = (ReceptiveField(scale_weights=weights).radius() for weights in ((1, 0, 0), (0, 0, 1)))
    assert 0.5 < small < ReceptiveField(scale_weights=(0.5, 0, 0.5)).radius() < large < 3
    assert ReceptiveField(scale_weights=(0, 0, 0)).radius() == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"mode": "both"}, '`mode` must be "weights" or "trained", got \'both\''),
        ({"depth": 3}, "`depth` must be 1 or 2, got 3"),
        ({"scale_weights": [1, 0]}, r"`scale_weights` must be three numbers from 0 to 1, got \[1.0, 0.0\]"),
        ({"scale_weights": [1, 0, 1.1]}, "`scale_weights` must be three numbers"),
        ({"column": 96}, "`column` must be from 0 to 95, got 96"),
    ],
)
def test_what_the_receptive_field_widget_cannot_show_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        ReceptiveField(**settings)
    with pytest.raises(ValueError, match="`layer` must be 1 or 2, got 3"):
        ReceptiveField().filters(3)
