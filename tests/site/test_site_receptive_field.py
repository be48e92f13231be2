"""The receptive-field widget in a real browser: its numbers against acda_core's, and how it is handled."""

import numpy as np
import pytest
from in_page import DRAWN, swipe

from acda_core.course.widgets import ReceptiveField

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"


def shown(page, what):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.{what}()")


def expect(page, widget):
    field = widget.field().flatten()
    np.testing.assert_allclose(shown(page, "field"), field, rtol=1e-5, atol=1e-6 * float(field.max() or 1))
    assert shown(page, "radius") == pytest.approx(widget.radius(), rel=1e-6)
    assert shown(page, "extent") == widget.extent()
    assert page.problems == []


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("weights", [(0.5, 0.3, 0.2), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)])
def test_the_field_of_weights_on_the_scales_is_that_of_the_package(mount, depth, weights):
    widget = ReceptiveField(depth=depth, scale_weights=weights)
    expect(mount(widget), widget)


@pytest.mark.parametrize("depth", [1, 2])
def test_the_field_of_a_trained_pixel_is_that_of_the_package(mount, depth):
    widget = ReceptiveField("trained", depth)
    page = mount(widget)
    for widget.row, widget.column in ((40, 55), (0, 0), (95, 50), (2, 93)):
        choose(page, widget.row, widget.column)
        expect(page, widget)


def choose(page, row, column):
    box = page.get_by_role("application")
    area = box.bounding_box()
    scale = area["width"] / 96
    page.mouse.click(area["x"] + (column + 0.5) * scale, area["y"] + (row + 0.5) * scale)
    page.evaluate(DRAWN)
    state = shown(page, "state")
    assert (state["row"], state["column"]) == (row, column)


def test_the_map_of_radii_is_that_of_the_package(mount):
    widget = ReceptiveField("trained", 2)
    energy = widget.filters(2).square()
    offset = np.arange(7) - 3
    distance = offset[:, None] ** 2 + offset**2
    expected = ((energy.numpy() * distance).sum((-2, -1)) / energy.numpy().sum((-2, -1))) ** 0.5
    np.testing.assert_allclose(shown(mount(widget), "radii"), expected.flatten(), rtol=1e-4)


def test_buttons_and_switches_lead_from_five_to_thirteen_pixels(mount):
    page = mount(ReceptiveField())
    fact = page.locator(".views figcaption b").nth(1)
    page.get_by_role("radio", name="two stacked").check()
    page.get_by_role("button", name="All on 3×3").click()
    page.evaluate(DRAWN)
    assert fact.inner_text().startswith("5×5 pixels")
    page.get_by_role("button", name="All on 7×7").click()
    page.evaluate(DRAWN)
    assert fact.inner_text().startswith("13×13 pixels")
    assert not page.locator(".views figure").nth(2).is_visible()
    page.get_by_role("radio", name="a trained layer").check()
    page.evaluate(DRAWN)
    assert page.locator(".views figure").nth(2).is_visible()
    assert page.get_by_role("slider").count() == 0
    assert page.problems == []


def test_without_any_weight_it_says_so(mount):
    page = mount(ReceptiveField(scale_weights=(0.05, 0, 0)))
    page.get_by_role("slider", name="Weight of scale 3×3").press("ArrowLeft")
    page.get_by_role("status").get_by_text("No scale has any weight").wait_for()
    page.get_by_role("slider", name="Weight of scale 7×7").press("ArrowRight")
    page.get_by_role("status").get_by_text("One layer sees 7×7 pixels").wait_for()


def test_the_keyboard_and_the_pointer_choose_the_pixel_within_the_photograph(mount):
    page = mount(ReceptiveField(row=0, column=94))
    box = page.get_by_role("application")
    for key in ("ArrowUp", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        box.press(key)
    assert (shown(page, "state")["row"], shown(page, "state")["column"]) == (1, 94)
    area = box.bounding_box()
    page.mouse.move(area["x"] + 5, area["y"] + 5)
    assert shown(page, "state")["row"] == 1
    page.mouse.down()
    page.mouse.move(area["x"] - 50, area["y"] + area["height"] + 50)
    page.mouse.up()
    assert (shown(page, "state")["row"], shown(page, "state")["column"]) == (95, 0)


def test_a_finger_chooses_a_pixel(mount):
    page = mount(ReceptiveField("trained"), width=390, has_touch=True)
    area = page.get_by_role("application").bounding_box()
    page.touchscreen.tap(area["x"] + 30.5 / 96 * area["width"], area["y"] + 12.5 / 96 * area["width"])
    assert (shown(page, "state")["row"], shown(page, "state")["column"]) == (12, 30)


def test_the_triangle_is_dragged_and_gives_the_shares_of_its_point(mount):
    page = mount(ReceptiveField())
    page.locator(".triangle").scroll_into_view_if_needed()
    area = page.locator(".triangle").bounding_box()

    def at(row, column):
        return area["x"] + column * area["width"], area["y"] + row * area["height"]

    page.mouse.move(*at(0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*at(0.1, 0.5), steps=3)
    assert shown(page, "state")["scale_weights"] == pytest.approx([0, 1, 0], abs=0.03)
    page.mouse.move(*at(0.9, 0.5), steps=3)
    page.mouse.up()
    assert shown(page, "state")["scale_weights"] == pytest.approx([0.5, 0, 0.5], abs=0.03)
    page.mouse.move(*at(0.1, 0.5))
    assert shown(page, "state")["scale_weights"] == pytest.approx([0.5, 0, 0.5], abs=0.03)
    widget = ReceptiveField(scale_weights=shown(page, "state")["scale_weights"])
    expect(page, widget)


def test_what_stands_below_the_pictures_follows_at_once(mount):
    page = mount(ReceptiveField())
    page.get_by_role("application").press("ArrowDown")
    page.evaluate(DRAWN)
    assert page.locator(".summary .seen").inner_text().startswith("Row 41, column 55. One layer sees 7×7 pixels.")
    page.get_by_role("button", name="All on 3×3").click()
    page.evaluate(DRAWN)
    assert "One layer sees 3×3 pixels" in page.locator(".summary .seen").inner_text()


def test_a_finger_drags_the_square_without_scrolling(mount):
    page = mount(ReceptiveField(row=40, column=30), width=390, has_touch=True)
    page.evaluate("document.body.style.minHeight = '5000px'")
    page.get_by_role("application").scroll_into_view_if_needed()
    scroll = page.evaluate("scrollY")
    swipe(page, 96, 30, (40, 35, 30, 20))
    assert (shown(page, "state")["row"], shown(page, "state")["column"]) == (20, 30)
    assert page.evaluate("scrollY") == scroll
