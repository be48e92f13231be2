"""The before-and-after widget in a real browser: its decibels, its pixels, and how it is handled."""

import numpy as np
import pytest
from in_page import DRAWN

from acda_core.course.widgets import BeforeAfter

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"


def make(**settings):
    random = np.random.default_rng(0)
    pictures = {name: random.integers(0, 256, (20, 30, 3), dtype=np.uint8) for name in ("true", "noisy", "mended")}
    return BeforeAfter(pictures, **settings)


def state(page):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.state()")


def test_the_decibels_are_those_of_the_package(mount):
    widget = make()
    page = mount(widget)
    found = page.evaluate(f"{WIDGET}.acda.decibels().slice(1)")
    np.testing.assert_allclose(found, widget.decibels()[1:], atol=1e-9)
    assert f"{widget.decibels()[1]:.1f} dB" in page.get_by_role("status").inner_text()
    assert page.problems == []


def test_each_side_of_the_line_shows_the_version_that_was_chosen(mount):
    widget = make(left=0, right=2, split=40)
    page = mount(widget)
    drawn = page.evaluate(
        f"""[...{WIDGET}.querySelectorAll("canvas")].map((canvas) =>
            Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data))"""
    )
    for colours, index in zip(drawn, (2, 0), strict=True):
        np.testing.assert_array_equal(np.reshape(colours, (20, 30, 4))[..., :3], widget._arrays[index])
    assert page.locator("canvas.over").evaluate("node => node.style.clipPath") == "inset(0px 60% 0px 0px)"


def test_pointer_slider_keys_and_buttons_move_it(mount):
    page = mount(make())
    box = page.locator(".frame").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 10)
    assert abs(state(page)["split"] - 25) <= 1
    page.get_by_role("slider").press("ArrowRight")
    assert abs(state(page)["split"] - 26) <= 1
    page.get_by_role("group", name="Left of the line").get_by_label("true").check()
    page.get_by_role("group", name="Right of the line").get_by_label("noisy").check()
    assert {name: state(page)[name] for name in ("left", "right")} == {"left": 0, "right": 1}
    page.get_by_role("button", name="Reset").click()
    assert state(page) == {"left": 1, "right": 2, "split": 50}
