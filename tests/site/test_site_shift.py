"""The shift widget in a real browser: its numbers against acda_core's, and how it is handled."""

import itertools
import re

import numpy as np
import pytest
import torch
from in_page import DRAWN, swipe

from acda_core import ACDAConv2d
from acda_core.course.widgets import Shift

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"


def random_layer(size=5, num_atoms=2, hidden=6, generator_sizes=(1, 3)):
    """A layer whose filters change a lot from pixel to pixel."""
    from acda_core import AtomGenerator

    torch.manual_seed(size)
    phi = AtomGenerator(3, num_atoms, 6 * (size // 2), hidden, generator_sizes)
    torch.nn.init.normal_(phi.conv_b.weight, std=0.3)
    return ACDAConv2d(1, 1, size, padding=size // 2, num_atoms=num_atoms, generator=phi)


def make(rows=3, columns=-4, size=20, layer=None, **settings):
    torch.manual_seed(1)
    return Shift(layer or random_layer(), torch.randn(size, size), rows, columns, **settings)


def shown(page, what, index=0):
    page.evaluate(DRAWN)
    values = page.evaluate(f"document.querySelectorAll('[data-widget]')[{index}].acda.{what}()")
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@pytest.mark.parametrize("padding", ["zero", "circular"])
@pytest.mark.parametrize("stride", [1, 2])
def test_the_browser_computes_the_output_and_the_difference_of_the_package(mount, padding, stride):
    cases = list(itertools.product([(1, 3), (3, 3)], [False, True]))
    widgets = [
        make(layer=random_layer(7, 3, generator_sizes=sizes), padding=padding, stride=stride, position=position)
        for sizes, position in cases
    ]
    page = mount(*widgets)
    for index, widget in enumerate(widgets):
        output = widget.output(widget.shifted_picture())
        assert output.std() > 0.1
        np.testing.assert_allclose(shown(page, "output", index), output.flatten(), atol=1e-11, err_msg=cases[index])
        expected = widget.difference().flatten()
        np.testing.assert_allclose(shown(page, "difference", index), expected, atol=1e-11, err_msg=cases[index])
    assert page.problems == []


@pytest.mark.parametrize("size", [3, 9])
@pytest.mark.parametrize("side", [16, 21])
def test_it_also_does_so_for_small_and_large_kernels_on_odd_and_even_pictures(mount, size, side):
    widget = make(layer=random_layer(size), size=side)
    output = widget.output(widget.shifted_picture())
    np.testing.assert_allclose(shown(mount(widget), "output"), output.flatten(), atol=1e-11)


def test_inside_the_difference_is_exactly_zero_and_at_the_border_it_is_not(mount):
    page = mount(make(rows=4, columns=5))
    difference = shown(page, "difference").reshape(20, 20)
    assert np.isnan(difference[:4]).all()
    assert np.isnan(difference[:, :5]).all()
    assert page.evaluate(f"{WIDGET}.acda.frame()") == 2
    assert np.abs(difference[6:-2, 7:-2]).max() == 0
    assert np.nanmax(np.abs(difference)) > 0.01
    worst = page.evaluate(f"{WIDGET}.acda.worst()")
    assert worst["inside"] == 0
    assert worst["frame"] == np.nanmax(np.abs(difference))
    assert "moved along exactly" in page.get_by_role("status").inner_text()


def test_the_other_side_beyond_the_border_leaves_no_difference_anywhere(mount):
    page = mount(make(padding="circular"))
    assert np.abs(shown(page, "difference")).max() == 0


@pytest.mark.parametrize(("rows", "exact"), [(4, True), (3, False)])
def test_stride_2_keeps_even_shifts_alone(mount, rows, exact):
    page = mount(make(rows=rows, columns=2, padding="circular", stride=2))
    assert (np.abs(shown(page, "difference")).max() == 0) == exact


def test_the_position_breaks_it_even_without_a_border(mount):
    page = mount(make(padding="circular", position=True))
    assert np.abs(shown(page, "difference")).max() > 0.01


def test_the_reach_and_the_filter_are_those_of_the_layer(mount):
    widget = make(rows=0, columns=0)
    layer = widget._layer.double()
    picture = widget._picture.double()
    context = torch.cat([picture[None], torch.zeros(2, 20, 20)])[None]
    D = torch.einsum("nmkhw,kuv->nmuvhw", layer.coefficients(context), layer.psi)
    K = torch.einsum("m,muvhw->hwuv", layer.A[0, 0], D[0]).detach()
    offset = torch.arange(5) - 2
    squared = offset[:, None] ** 2 + offset**2
    reach = ((K.square() * squared).sum((2, 3)) / K.square().sum((2, 3))).sqrt()
    page = mount(widget)
    np.testing.assert_allclose(shown(page, "radius"), reach.flatten(), atol=1e-6)
    filter_there = page.evaluate(f"{WIDGET}.acda.filter(7, 11)")
    np.testing.assert_allclose(filter_there, K[7, 11].flatten(), atol=1e-6)


def test_the_marked_filter_travels_with_its_pixel(mount):
    page = mount(make(rows=1, columns=1, padding="circular"))
    pair = page.locator(".pair figcaption b")
    for _ in range(3):
        assert pair.nth(1).inner_text() == "the same"
        page.get_by_role("button", name="Mark another pixel").click()
        page.evaluate(DRAWN)
    page.locator("input[value='true']").check()
    page.evaluate(DRAWN)
    assert pair.nth(1).inner_text().startswith("differs by")


def test_a_small_difference_is_written_as_a_power_of_ten(mount):
    page = mount(Shift(random_layer(), 1e-4 * torch.randn(20, 20), rows=3, columns=2))
    page.evaluate(DRAWN)
    text = page.locator(".views figcaption b").last.inner_text()
    assert re.fullmatch("at most [1-9]·10⁻[⁴-⁹]", text), text


def test_arrow_keys_and_sliders_and_the_pointer_shift_the_picture(mount):
    page = mount(make(rows=0, columns=0))
    picture = page.get_by_role("application")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft"):
        picture.press(key)
    np.testing.assert_allclose(
        shown(page, "output"), make(2, -1).output(make(2, -1).shifted_picture()).flatten(), atol=1e-11
    )
    page.get_by_role("slider", name="Pixels down").press("ArrowRight")
    page.get_by_role("slider", name="Pixels right").press("ArrowLeft")
    np.testing.assert_allclose(
        shown(page, "output"), make(3, -2).output(make(3, -2).shifted_picture()).flatten(), atol=1e-11
    )
    box = picture.bounding_box()
    pixel = box["width"] / 20
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 50 + 4 * pixel, box["y"] + 50 - 5 * pixel, steps=5)
    page.mouse.up()
    page.mouse.move(box["x"] + 10, box["y"] + 10)  # without a button nothing moves
    page.evaluate(DRAWN)
    assert page.get_by_role("slider", name="Pixels down").input_value() == "-2"
    assert page.get_by_role("slider", name="Pixels right").input_value() == "2"
    for _ in range(12):
        picture.press("ArrowDown")
        picture.press("ArrowDown")
    assert page.get_by_role("slider", name="Pixels down").input_value() == "10"
    assert page.problems == []


def test_a_finger_drags_the_picture_by_its_handle_and_scrolls_the_page_elsewhere(mount):
    page = mount(make(rows=0, columns=0), width=390, has_touch=True)
    page.evaluate("document.body.style.minHeight = '5000px'")
    swipe(page, 20, 10, (10, 12, 14))
    assert page.get_by_role("slider", name="Pixels down").input_value() == "4"
    assert page.evaluate("scrollY") == 0
    swipe(page, 20, 2, (16, 10, 4))
    page.wait_for_function("scrollY > 20")
    assert page.get_by_role("slider", name="Pixels down").input_value() == "4"


def test_the_button_shifts_by_twenty_pixels_as_in_the_paper(mount):
    page = mount(Shift())
    page.get_by_role("button", name="Shift by 20").click()
    np.testing.assert_allclose(
        shown(page, "output"),
        Shift(rows=20, columns=20).output(Shift(rows=20, columns=20).shifted_picture()).flatten(),
        atol=1e-11,
    )


def test_without_javascript_a_still_picture_stands_there(mount):
    page = mount(Shift(), java_script_enabled=False)
    image = page.locator("img")
    assert image.get_attribute("alt")
    assert image.evaluate("node => [node.naturalWidth, node.naturalHeight]") == [4 * 48 + 3 * 4, 48]
    brightest = image.evaluate(
        """node => {
            const canvas = new OffscreenCanvas(48, 48);
            canvas.getContext("2d").drawImage(node, -156, 0);
            return Math.max(...canvas.getContext("2d").getImageData(0, 0, 48, 48).data.filter((_, at) => at % 4 === 0));
        }"""
    )
    assert brightest == 255  # where the difference is largest
