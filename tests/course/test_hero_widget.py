"""The Python face of the widget of the front page."""

import numpy as np
import pytest
import torch

from acda_core.course.widgets import Hero
from acda_core.experiments import hero


def test_the_filter_that_is_shown_is_that_of_the_stored_layer_to_1e_5():
    widget, layer = Hero(), hero.trained().acda
    image = widget.image().float()[None, None]
    for widget.row, widget.column in ((25, 17), (0, 95), (63, 0)):
        alpha = layer.coefficients(image)[0, :, :, widget.row, widget.column].detach()
        torch.testing.assert_close(widget.coefficients().float(), alpha, atol=1e-5, rtol=0)
        K = torch.einsum("m,mk,kuv->uv", layer.A[0, 0], alpha, layer.psi).detach()
        torch.testing.assert_close(widget.filter().float(), K, atol=1e-5, rtol=0)
        torch.testing.assert_close(
            widget.filter(), torch.einsum("m,muv->uv", layer.A[0, 0].double(), widget.atoms()).detach()
        )
    torch.testing.assert_close(widget.answers()["acda"].float(), layer(image)[0, 0].detach(), atol=1e-5, rtol=0)


def test_the_filter_applied_to_what_the_pixel_sees_is_its_answer():
    widget = Hero(row=40, column=33)
    seen = widget.image()[40:47, 33:40]
    answer = (widget.filter() * seen).sum() + widget._acda().bias[0]
    torch.testing.assert_close(answer.detach(), widget.answers()["acda"][40, 33])


def test_the_layer_takes_more_noise_away_than_the_convolution_which_takes_some():
    found, (conv, acda) = Hero().decibels(), hero.results.load("hero")["results"]
    assert found["noisy"] < found["conv"] < found["acda"]
    stored = {"noisy": acda["psnr_noisy_shown"], "conv": conv["psnr_shown"], "acda": acda["psnr_shown"]}
    assert found == pytest.approx(stored, abs=0.02)  # the truth has 255 steps here


def test_at_the_start_a_pixel_of_the_edge_stands_beside_one_of_a_flat_area():
    widget = Hero()
    truth = widget.truth().numpy()

    def contrast(row, column):
        return np.ptp(truth[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4])

    assert contrast(widget.row, widget.column) > 0.4
    assert contrast(widget.pinned_row, widget.pinned_column) < 0.1
    at_the_edge = widget.filter().square().sum()
    widget.row, widget.column = widget.pinned_row, widget.pinned_column
    assert at_the_edge > 1.5 * widget.filter().square().sum()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"row": 64}, "`row` must be from 0 to 63, got 64"),
        ({"column": -1}, "`column` must be from 0 to 95, got -1"),
        ({"pinned_row": 64}, "`pinned_row` must be from 0 to 63, got 64"),
        ({"pinned_column": 96}, "`pinned_column` must be from 0 to 95, got 96"),
        ({"drawn": "noise"}, "`drawn` must be one of input, output, truth, got 'noise'"),
    ],
)
def test_what_the_widget_cannot_show_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        Hero(**settings)
