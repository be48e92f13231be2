"""Dose and response in a real browser: its means, its pictures, and how it is handled."""

import re

import numpy as np
import pytest
from in_page import DRAWN
from widget_cases import dose_response

from acda_core.course.widgets import DoseResponse

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"


def level(page):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.state().level")


def test_the_means_and_the_leader_are_those_of_python_at_every_level(mount):
    widget = dose_response()
    page = mount(widget)
    for index in range(len(widget.doses)):
        widget.level = index
        found = page.evaluate(f"{WIDGET}.acda.means({index})")
        np.testing.assert_allclose(found, list(widget.means().values()), atol=1e-9)
        page.get_by_role("slider").fill(str(index))
        page.evaluate(DRAWN)
        best = page.locator("li.best")
        assert best.count() == 1
        name, decibels = max(widget.means().items(), key=lambda pair: pair[1])
        assert name in best.inner_text()
        assert f"{decibels:.2f} dB" in best.inner_text()
    assert page.problems == []


def test_nobody_leads_where_two_are_equal_in_the_digits_that_are_shown(mount):
    reached = {"One": [25.002], "Other": [25.004], "Last": [24.0]}
    page = mount(DoseResponse({name: {0.0: found, 1.0: found} for name, found in reached.items()}))
    page.get_by_role("status").get_by_text("h = 0: 25.00 dB with Other and with One.").wait_for()
    assert page.locator("li.best").count() == 0
    assert "leads" not in page.locator(".dots").inner_text()


def test_a_dot_stands_for_every_seed_inside_the_axis(mount):
    widget = dose_response()
    page = mount(widget)
    dots = page.locator(".track i")
    assert dots.count() == sum(map(len, widget.values[0]))
    places = dots.evaluate_all("nodes => nodes.map((node) => parseFloat(node.style.left))")
    assert all(0 <= place <= 100 for place in places)
    order = np.argsort([value for layer in widget.values[0] for value in layer], kind="stable")
    assert (np.diff(np.array(places)[order]) >= 0).all()


def test_the_tile_is_the_one_of_python(mount):
    widget = dose_response(level=1)
    page = mount(widget)
    drawn = page.evaluate(
        f"""(() => {{ const canvas = {WIDGET}.querySelector("canvas");
            return Array.from(canvas.getContext("2d").getImageData(0, 0, 32, 32).data) }})()"""
    )
    np.testing.assert_array_equal(np.reshape(drawn, (32, 32, 4))[..., 0], widget._tiles[1])


def test_the_slider_moves_by_keys_and_says_the_dose_in_words(mount):
    page = mount(dose_response())
    slider = page.get_by_role("slider")
    slider.press("ArrowRight")
    assert level(page) == 1
    assert slider.get_attribute("aria-valuetext") == "h = 1/3"
    slider.press("End")
    assert level(page) == 2
    page.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('h = 1: ')")
    assert re.fullmatch(
        r"h = 1: .+ leads with \d+\.\d\d dB, \d+\.\d\d dB ahead of .+\.", page.get_by_role("status").inner_text()
    )
    page.get_by_role("button", name="Reset").click()
    assert level(page) == 0
