"""The walk over an edge: what it shows of a layer is what the layer does, and its pictures show what they are given."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

import acda_core as acda
from acda_core import reference
from acda_core.course.plots import edge
from acda_core.experiments import hero, toy

SPOTS = [(0, 0), (2, 3), (4, 1)]  # with the border


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


@pytest.fixture(params=[{"padding": 2}, {"stride": 2, "padding": 2}, {"dilation": 2, "padding": 1}], ids=str)
def layer(request):
    torch.manual_seed(0)
    return acda.ACDAConv2d(3, 4, 5, **request.param).double().eval()


@pytest.fixture
def features():
    return torch.randn(1, 3, 15, 14, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def test_a_filter_of_the_walk_is_the_derivative_of_its_output_pixel_with_its_coefficients_held(layer, features):
    alpha = layer.coefficients(features).detach()
    x = features.clone().requires_grad_()
    _, stride, padding, dilation = layer.geometry
    Z = acda.acda_conv2d(x, alpha, layer.psi, layer.A, layer.bias, stride, padding, dilation)
    walk = edge.walk(layer, features, SPOTS, channels=(2, 1))
    for (row, column), K in zip(SPOTS, walk.filters, strict=True):
        (slope,) = torch.autograd.grad(Z[0, 2, row, column], x, retain_graph=True)
        for u in range(5):
            for v in range(5):
                i, j = row * stride + u * dilation - padding, column * stride + v * dilation - padding
                if 0 <= i < 15 and 0 <= j < 14:
                    torch.testing.assert_close(K[u, v], slope[0, 1, i, j])


def test_filters_times_what_is_seen_sum_up_to_the_output(layer, features):
    walks = [edge.walk(layer, features, SPOTS, channels=(3, i)) for i in range(3)]
    total = sum((walk.filters * walk.seen).sum((1, 2)) for walk in walks) + layer.bias[3]
    torch.testing.assert_close(total.detach(), walks[0].output)
    torch.testing.assert_close(walks[0].output, layer(features)[0, 3, [0, 2, 4], [0, 3, 1]].detach())


def test_the_coefficients_mix_the_filters_from_the_bases(layer, features):
    walk = edge.walk(layer, features, SPOTS)
    torch.testing.assert_close(torch.einsum("nk,kuv->nuv", walk.coefficients, layer.psi), walk.filters)


def test_a_footprint_is_the_root_mean_square_of_all_filters(layer, features):
    D = acda.compose_atoms(layer.coefficients(features), layer.psi).detach()
    K = reference.compose_filters(layer.A.detach(), D)[0]
    expected = K.square().mean((0, 1))[..., [0, 2, 4], [0, 3, 1]].movedim(-1, 0).sqrt()
    torch.testing.assert_close(edge.footprints(layer, features, SPOTS), expected)


def test_the_photograph_is_the_one_of_the_front_page_and_its_noise_keeps_its_numbers():
    stored = torch.from_numpy(hero.trained().noisy).double()[None, None] / 255
    assert torch.equal(edge.photograph(), stored)
    clean, weak, strong = (edge.photograph(noise) for noise in (0.0, 0.02, 0.04))
    inside = (strong > 0.02) & (strong < 0.98)
    torch.testing.assert_close(2 * (weak - clean)[inside], (strong - clean)[inside], atol=2 / 255, rtol=0)


def test_the_walk_goes_along_a_row_from_dark_to_bright_and_its_filter_is_narrowest_in_the_middle():
    rows, columns = zip(*edge.PIXELS, strict=True)
    assert len(set(rows)) == 1
    assert set(np.diff(columns)) == {edge.STEP}
    clean = hero.trained().clean[rows, columns] / 255
    assert clean[0] < 0.4
    assert clean[-1] > 0.9
    passed = edge.over_cup().filters.square().sum((1, 2)).tolist()
    assert passed[0] < passed[1] < passed[2] > passed[3] > passed[4]
    rows, columns = edge.AROUND
    assert all(row in range(64)[rows] and column in range(96)[columns] for row, column in edge.PIXELS)


def test_the_laboratory_hands_over_the_row_and_the_columns_of_the_walk():
    laboratory = (Path(__file__).resolve().parents[2] / "book" / "laboratory.md").read_text(encoding="utf-8")
    (row, first), (_, last) = edge.PIXELS[0], edge.PIXELS[-1]
    assert f"Set its row to {row}, move its column from {first} to {last}, and" in laboratory


def test_the_walk_over_the_cup_has_the_filters_that_the_front_page_shows():
    every = toy.filters(hero.trained().acda, edge.photograph().float()).detach()
    expected = torch.stack([every[pixel] for pixel in edge.PIXELS])
    torch.testing.assert_close(edge.over_cup().filters.float(), expected, atol=1e-5, rtol=0)


def test_a_layer_folded_into_one_atom_answers_as_before():
    layer, seen = edge.layer(), edge.photograph()
    few = edge.one_atom(layer)
    assert few.num_atoms == 1
    torch.testing.assert_close(few(seen), layer(seen))
    torch.testing.assert_close(edge.walk(few, seen, edge.PIXELS).filters, edge.over_cup().filters)


def test_to_take_the_walk_draws_nothing_from_the_global_random_numbers():
    before = torch.random.get_rng_state()
    edge.over_cup()
    edge.one_atom(edge.layer())
    assert torch.equal(torch.random.get_rng_state(), before)


def test_each_row_of_a_picture_holds_its_squares_in_order_and_filters_share_a_scale():
    seen, small, large = torch.rand(3, 5, 5), torch.randn(3, 5, 5), 9 * torch.randn(3, 5, 5)
    figure = edge.show({"sees": seen}, {"small": small, "large": large}, titles=["a", "b", "c"])
    drawn = figure.axes[:3]
    assert [ax.get_ylabel() for ax in drawn] == ["sees", "small", "large"]
    assert [label.get_text() for label in drawn[0].get_xticklabels()] == ["a", "b", "c"]
    for ax, squares in zip(drawn, (seen, small, large), strict=True):
        shown = ax.images[0].get_array()
        for k, square in enumerate(squares):
            np.testing.assert_allclose(shown[:, 6 * k : 6 * k + 5], square)
            assert ax.patches[k].get_x() == 6 * k - 0.5
    most = float(large.abs().max())
    assert [ax.images[0].get_clim() for ax in drawn] == [(0, 1), (-most, most), (-most, most)]


def test_the_place_of_a_walk_is_shown_above_it_with_a_numbered_dot_for_each_pixel():
    picture = np.zeros((9, 12, 3))
    figure = edge.show({}, {"filter": np.ones((2, 3, 3))}, place=(picture, [(4, 3), (4, 8.5)]))
    place = figure.axes[0]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in place.lines] == [(3, 4), (8.5, 4)]
    assert [text.get_text() for text in place.texts] == ["1", "2"]


def test_coefficients_stand_in_a_panel_for_each_scale_and_share_their_colours():
    values = torch.arange(24.0).view(2, 3, 4)
    figure = edge.show_coefficients(values, (3, 5, 7), "abcd", "change")
    for s, ax in enumerate(figure.axes[:3]):
        np.testing.assert_array_equal(ax.images[0].get_array(), values[:, s])
        assert ax.images[0].get_clim() == (-23, 23)
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == list("abcd")
