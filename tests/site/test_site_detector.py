"""The detector widget in a real browser: its numbers against acda_core's, and how it is handled."""

import re

import numpy as np
import pytest
import torch
from in_page import DRAWN, swipe

from acda_core import ACDAConv2d, AtomGenerator
from acda_core.course.widgets import Detector
from acda_core.course.widgets.detector import stamp
from acda_core.data.patterns import drawing
from acda_core.experiments import toy

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"


def shown(page, what):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.{what}()")


def state(page):
    return shown(page, "state")


def bits(page, size):
    """What is drawn on the page, as Python understands its state."""
    widget = Detector(torch.zeros(size, size))
    widget.runs = state(page)["runs"]
    return widget.drawn()


def expect(page, widget):
    answers = widget.answers()
    size = len(widget.drawn())
    np.testing.assert_allclose(shown(page, "image"), widget.image().flatten(), atol=1e-11)
    for name in ("conv", "acda"):
        np.testing.assert_allclose(shown(page, name), answers[name].flatten(), atol=1e-10)
    np.testing.assert_allclose(shown(page, "shares"), widget.scale_shares().reshape(-1, size**2), atol=1e-9)
    assert page.problems == []


def random_drawing(size):
    return (torch.rand(size, size) > 0.8).float()


def move(page, box, row, column, size=64):
    area = page.locator(box).bounding_box() if isinstance(box, str) else box.bounding_box()
    scale = area["width"] / size
    page.mouse.move(area["x"] + (column + 0.5) * scale, area["y"] + (row + 0.5) * scale)


@pytest.mark.parametrize(("size", "noise", "seed"), [(64, 0.1, 0), (33, 0.5, 9999), (16, 0, 3)])
def test_the_browser_computes_what_the_package_computes(mount, size, noise, seed):
    widget = Detector(random_drawing(size), noise=noise, seed=seed)
    expect(mount(widget), widget)


@pytest.mark.parametrize(("kernel_size", "generator_sizes", "atoms"), [(3, (1, 3), 2), (5, (3, 1), 7), (9, (3, 5), 3)])
def test_it_does_so_for_other_layers_too(mount, kernel_size, generator_sizes, atoms):
    phi = AtomGenerator(1, atoms, 6 * (kernel_size // 2), 5, generator_sizes)
    reach = kernel_size // 2
    torch.nn.init.normal_(phi.conv_b.weight, std=0.3)
    layers = {
        "conv": torch.nn.Conv2d(1, 1, kernel_size, padding=reach, bias=False),
        "acda": ACDAConv2d(1, 1, kernel_size, padding=reach, num_atoms=atoms, generator=phi),
    }
    widget = Detector(random_drawing(20), layers=layers)
    assert widget.answers()["acda"].std() > 0.01
    expect(mount(widget), widget)


def test_rounding_the_weights_moves_the_trained_layer_by_less_than_a_hundredth(mount):
    widget = Detector()
    image = widget.image()[None, None].float()
    page = mount(widget)
    for name, layer in toy.trained().items():
        if name in ("conv", "acda"):
            np.testing.assert_allclose(shown(page, name), layer(image).detach().flatten(), atol=0.01)


def test_alpha_atoms_and_filter_are_those_of_the_pixel(mount):
    widget = Detector(row=49, column=3)
    layer = widget._layers["acda"]
    alpha = layer.coefficients(widget.image()[None, None])[0].detach()
    D = torch.einsum("mkhw,kuv->mhwuv", alpha, layer.psi)
    page = mount(widget)
    for row, column in ((49, 3), (0, 0), (63, 20)):
        move(page, page.locator(".views .frame").nth(2), row, column)
        looked = shown(page, "looked")
        np.testing.assert_allclose(looked["alpha"], alpha[:, :, row, column], atol=1e-10)
        np.testing.assert_allclose(looked["atoms"], D[:, row, column].flatten(1), atol=1e-10)
        np.testing.assert_allclose(looked["filter"], widget.filters()[row, column].flatten(), atol=1e-10)


def test_the_start_shows_nine_patterns_that_acda_finds_and_the_convolution_does_not(mount):
    page = mount(Detector())
    page.evaluate(DRAWN)
    assert page.locator(".views figure").nth(1).locator("circle").count() == 0
    assert page.locator(".views figure").nth(2).locator("circle").count() == 9
    assert "ACDA answers above one half in 9 places" in page.get_by_role("status").inner_text()


@pytest.mark.parametrize("kind", ["square", "diamond", "target"])
def test_a_click_places_the_pattern_that_the_layers_were_trained_on(mount, kind):
    page = mount(Detector(torch.zeros(64, 64)))
    page.get_by_role("radio", name=kind).check()
    move(page, "[role=application]", 20, 31)
    page.mouse.down()
    page.mouse.up()
    pattern = drawing(kind)
    reach = len(pattern) // 2
    expected = torch.zeros(64, 64)
    expected[20 - reach : 21 + reach, 31 - reach : 32 + reach] = pattern
    assert torch.equal(bits(page, 64), expected.double())
    assert (state(page)["row"], state(page)["column"]) == (20, 31)
    answer = np.reshape(shown(page, "acda"), (64, 64))
    assert np.unravel_index(answer.argmax(), answer.shape) == (20, 31)


@pytest.mark.parametrize("kind", ["square", "diamond", "target"])
def test_a_pattern_of_any_size_is_that_of_the_package_cut_off_at_the_border(mount, kind):
    page = mount(Detector(torch.zeros(32, 32), tool=kind))
    for side in (3, 5, 7, 9, 11):
        page.get_by_role("button", name="Clear").click()
        page.get_by_role("radio", name=f"{side}×{side}").check()
        around = torch.zeros(32 + 2 * side, 32 + 2 * side, dtype=torch.double)
        for row, column in ((16, 16), (0, 31)):
            move(page, "[role=application]", row, column, size=32)
            page.mouse.down()
            page.mouse.up()
            top, left = row + side - side // 2, column + side - side // 2
            around[top : top + side, left : left + side] += stamp(kind, side)
        assert torch.equal(bits(page, 32), around[side:-side, side:-side].clamp(max=1)), side


def test_a_stroke_paints_without_gaps_and_the_eraser_takes_it_away(mount):
    page = mount(Detector(torch.zeros(64, 64), tool="paint"))
    move(page, "[role=application]", 10, 10)
    page.mouse.down()
    move(page, "[role=application]", 10, 30)
    move(page, "[role=application]", 25, 30)
    page.mouse.up()
    move(page, "[role=application]", 50, 50)
    expected = torch.zeros(64, 64, dtype=torch.double)
    expected[10, 10:31] = expected[10:26, 30] = 1
    assert torch.equal(bits(page, 64), expected)
    expect(page, Detector(expected))
    page.get_by_role("radio", name="erase").check()
    move(page, "[role=application]", 10, 20)
    page.mouse.down()
    page.mouse.up()
    expected[9:12, 19:22] = 0
    assert torch.equal(bits(page, 64), expected)
    page.get_by_role("button", name="Clear").click()
    assert not bits(page, 64).any()
    assert page.problems == []


def test_to_look_draws_nothing_and_other_maps_never_draw(mount):
    page = mount(Detector(torch.zeros(32, 32), tool="look"))
    for view, tool in ((0, "look"), (1, "target"), (4, "paint")):
        page.get_by_role("radio", name=tool).check()
        box = page.locator(".views .frame").nth(view)
        move(page, box, 7 + view, 9, size=32)
        page.mouse.down()
        page.mouse.up()
        assert (state(page)["row"], state(page)["column"]) == (7 + view, 9)
    assert not bits(page, 32).any()


def test_the_keyboard_looks_around_and_draws(mount):
    page = mount(Detector(torch.zeros(20, 20), tool="paint", row=0, column=18))
    box = page.get_by_role("application")
    for key in ("ArrowUp", "ArrowDown", "ArrowDown", "Enter", "ArrowRight", "ArrowRight", "Space", "ArrowLeft"):
        box.press(key)
    assert (state(page)["row"], state(page)["column"]) == (2, 18)
    assert bits(page, 20).nonzero().tolist() == [[2, 18], [2, 19]]


def test_a_tap_places_a_pattern_and_a_swipe_scrolls_the_page_instead(mount):
    page = mount(Detector(torch.zeros(64, 64), tool="square", side=3), width=390, has_touch=True)
    before = state(page)
    swipe(page, 64, 10, range(40, 10, -3))
    page.wait_for_function("scrollY > 50")
    assert state(page) == before
    area = page.get_by_role("application").bounding_box()
    page.touchscreen.tap(area["x"] + 30.5 / 64 * area["width"], area["y"] + 12.5 / 64 * area["width"])
    assert bits(page, 64)[11:14, 29:32].sum() == bits(page, 64).sum() == 9


@pytest.mark.parametrize(("tool", "painted"), [("paint", 21), ("erase", 0)])
def test_a_finger_paints_and_erases_without_scrolling(mount, tool, painted):
    page = mount(Detector(torch.zeros(64, 64), tool=tool), width=390, has_touch=True)
    page.evaluate("document.body.style.minHeight = '5000px'")
    page.get_by_role("application").scroll_into_view_if_needed()
    scroll = page.evaluate("scrollY")
    swipe(page, 64, 10, (40, 30, 20))
    assert (state(page)["row"], state(page)["column"]) == (20, 10)
    assert bits(page, 64).sum() == painted
    assert page.evaluate("scrollY") == scroll


def test_a_share_does_not_break_before_its_sign(mount):
    text = mount(Detector()).locator(".views figure", has_text="Weight on the 7×7").locator("b").inner_text()
    assert re.fullmatch("[0-9]+\u00a0% here", text)


def test_the_slider_and_the_button_change_the_noise(mount):
    drawn = random_drawing(24)
    page = mount(Detector(drawn, noise=0.1, seed=4))
    page.get_by_role("slider", name="Noise").press("ArrowRight")
    page.get_by_role("button", name="New noise").click()
    assert state(page)["noise"] == pytest.approx(0.15)
    expect(page, Detector(drawn, noise=state(page)["noise"], seed=5))


@pytest.mark.parametrize("width", [390, 820])
def test_the_maps_of_weights_stand_in_one_row(mount, width):
    page = mount(Detector(), width=width)
    page.evaluate(DRAWN)
    boxes = [figure.bounding_box() for figure in page.locator(".views figure.share").all()]
    assert len(boxes) == 3
    assert len({box["y"] for box in boxes}) == 1
    assert len({box["x"] for box in boxes}) == 3
