"""The widget of seven operators in a real browser: its filters against Python's, and how it is handled."""

import numpy as np
import pytest
from in_page import DRAWN, swipe

from acda_core.course.widgets import Operators
from acda_core.course.widgets.seven_operators import OPERATORS

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"
FILTERS = f"{WIDGET}.acda.filters().map((pair) => pair.map((one) => Array.from(one)))"
HIGHLIGHT = """() => ["x", "y", "width", "height"].map((name) =>
    Number(document.querySelector("rect.seen").getAttribute(name)))"""

GAPS = """() => [...document.querySelectorAll(".sliders .slide")].map((slide) => {
    const words = document.createRange();
    words.selectNodeContents(slide.querySelector("label"));
    return slide.querySelector(".value").getBoundingClientRect().left - words.getBoundingClientRect().right;
})"""


def shown(page, what):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.{what}()")


def expect(page):
    """The four filters are Python's for what the page says that it shows."""
    state = shown(page, "state")
    found = page.evaluate(FILTERS)
    np.testing.assert_allclose(found, Operators(**state).filters().flatten(2), atol=1e-9)
    assert page.problems == []


def place(page, row, column):
    area = page.get_by_role("application").bounding_box()
    scale = area["width"] / 96
    return area["x"] + (column + 0.5) * scale, area["y"] + (row + 0.5) * scale


@pytest.mark.parametrize("dark", [False, True])
def test_the_arrow_keys_go_through_the_operators_and_the_filters_are_those_of_python(mount, dark):
    page = mount(Operators(dark=dark))
    slider = page.get_by_role("slider", name="Operator")
    for name in OPERATORS:
        assert shown(page, "state")["operator"] == name
        expect(page)
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "Attention"


def test_the_mouse_drags_the_pixel_and_the_slider_and_blue_marks_what_decides(mount):
    page = mount(Operators(operator="acda"))
    page.mouse.move(*place(page, 50, 60))
    page.mouse.down()
    page.mouse.move(*place(page, 20, 30), steps=4)
    page.mouse.up()
    expect(page)
    assert page.evaluate(HIGHLIGHT) == [27, 17, 7, 7]
    track = page.get_by_role("slider", name="Operator").bounding_box()
    middle = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + 0.7 * track["width"], middle)
    page.mouse.down()
    page.mouse.move(track["x"] + 9, middle, steps=5)
    assert shown(page, "state")["operator"] == "convolution"
    assert page.evaluate(HIGHLIGHT)[2:] == [0, 0]
    page.mouse.move(track["x"] + 9 + (track["width"] - 18) / 6, middle, steps=5)
    page.mouse.up()
    assert shown(page, "state")["operator"] == "mixture"
    assert page.evaluate(HIGHLIGHT) == [0, 0, 96, 64]
    expect(page)


def test_the_far_third_changes_the_mixture_alone(mount):
    page = mount(Operators())
    for name in OPERATORS:
        page.get_by_role("radio", name="As it is").check()
        shown(page, "state")
        before = page.evaluate(FILTERS)
        page.get_by_role("radio", name="Right third darkened").check()
        shown(page, "state")
        assert (page.evaluate(FILTERS) != before) == (name == "mixture")
        page.get_by_role("slider", name="Operator").press("ArrowRight")


def test_what_is_shared_is_said_in_words(mount):
    page = mount(Operators(operator="kernel_prediction"))
    facts = page.locator(".acda-operators dd").all_inner_texts()
    assert facts[0] == "the 7×7 pixels in the square"
    assert facts[1].startswith("a filter each, cosine ")
    assert facts[2] == "one filter for both"
    page.get_by_role("button", name="Pin this pixel").click()
    page.evaluate(DRAWN)
    assert page.locator(".acda-operators dd").nth(1).inner_text() == "one filter for both"


def test_a_finger_drags_the_square_without_scrolling(mount):
    page = mount(Operators(row=40, column=30), width=390, has_touch=True)
    page.evaluate("document.body.style.minHeight = '5000px'")
    page.get_by_role("application").scroll_into_view_if_needed()
    scroll = page.evaluate("scrollY")
    swipe(page, 96, 30, (40, 35, 30, 20))
    assert (shown(page, "state")["row"], page.evaluate("scrollY")) == (20, scroll)
    expect(page)


@pytest.mark.parametrize("width", [320, 340, 390, 820])
def test_the_names_of_the_sliders_stand_clear_of_their_numbers(mount, width):
    page = mount(Operators(), width=width)
    page.evaluate(DRAWN)
    gaps = page.evaluate(GAPS)
    assert len(gaps) == 2
    assert min(gaps) >= 10
