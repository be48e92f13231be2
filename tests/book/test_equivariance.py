"""The figures of the chapter on equivariance show what they are given, and its layers do what it says of them."""

import ast
from pathlib import Path

import jupytext
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from acda_core.course import plots

CHAPTER = Path(__file__).resolve().parents[2] / "book" / "equivariance.md"


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def chapter():
    """The functions and classes that the chapter defines, by name; the last definition of a name counts."""
    names = {"torch": torch, "nn": nn, "F": nn.functional}
    for cell in jupytext.reads(CHAPTER.read_text(encoding="utf-8"), fmt="md:myst").cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
            exec(compile(tree, str(CHAPTER), "exec"), names)
    return names


def test_exact_zeros_and_unknown_values_have_colours_of_their_own():
    one = np.array([[0.0, np.nan], [1e-3, -1e-1]])
    figure = plots.differences({"a": one, "b": np.zeros((2, 2))})
    ground, drawn = figure.axes[0].images
    colours = ground.get_array()
    assert not np.allclose(colours[0, 0], colours[0, 1])
    shown = drawn.get_array()
    assert shown.mask.tolist() == [[True, True], [False, False]]
    np.testing.assert_allclose(shown.compressed(), [-3, -1])
    assert drawn.get_clim() == (-3, -1)
    assert figure.axes[1].images[1].get_array().mask.all()


def test_shifted_pairs_share_the_scale_of_the_upper_picture_and_mark_its_border_below():
    figure = plots.shifted_pairs({"x": (torch.tensor([[0.0, 2.0]]), torch.tensor([[5.0, 1.0]]))}, (3, 4))
    above, below = figure.axes
    assert above.images[0].get_clim() == below.images[0].get_clim() == (0, 2)
    assert [line.get_ydata()[0] for line in below.lines[:1]] == [2.5]
    assert below.lines[1].get_xdata()[0] == 3.5
    assert len(above.lines) == 0


def test_mismatch_curves_draw_zeros_on_the_floor():
    figure = plots.mismatch_curves([0, 1, 2], {"a": [1.0, 0.0, 1e-3], "b": [1e-14, 1e-2, 0.5]}, "pixels")
    a, b = figure.axes[0].lines[:2]
    np.testing.assert_array_equal(a.get_ydata(), [1, 1e-17, 1e-3])
    np.testing.assert_array_equal(b.get_ydata(), [1e-14, 1e-2, 0.5])
    assert figure.axes[0].get_yscale() == "log"


def test_the_shift_of_the_chapter_moves_down_and_right(chapter):
    x = torch.randn(1, 2, 5, 6)
    moved = chapter["shift"](x, 2, 1, fill=7.0)
    assert torch.equal(moved[..., 2:, 1:], x[..., :-2, :-1])
    assert (moved[..., :2, :] == 7).all()
    assert (moved[..., :1] == 7).all()


def test_the_layer_with_a_filter_for_each_place_applies_its_own_filter_at_each_pixel(chapter):
    layer = chapter["PerPlace"](3, 5, 6)
    x = torch.randn(1, 1, 5, 6)
    padded = nn.functional.pad(x, [1] * 4)[0, 0]
    expected = [
        [(padded[i : i + 3, j : j + 3].flatten() * layer.K[:, i, j]).sum().item() for j in range(6)] for i in range(5)
    ]
    torch.testing.assert_close(layer(x)[0, 0], torch.tensor(expected))


def test_the_layer_with_a_filter_for_each_image_sees_the_image_only_through_its_mean(chapter):
    layer = chapter["PerImage"](3, 2)
    x = torch.randn(1, 1, 6, 6)
    with torch.no_grad():
        turned = layer(x.roll((2, 3), (2, 3)), "circular")
        torch.testing.assert_close(turned, layer(x, "circular").roll((2, 3), (2, 3)))
        far = x.clone()
        far[..., 5, 5] += 3
        assert (layer(far) - layer(x))[..., :3, :3].abs().max() > 1e-4
        far[..., 4, 0] -= 3  # the mean is what it was
        torch.testing.assert_close(layer(far)[..., :3, 2:4], layer(x)[..., :3, 2:4])
