"""Figures on light and dark pages, on desks and phones: their words can be read, their grounds are the page's."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import PAGES, SITE
from matplotlib import image

pytestmark = pytest.mark.browser

Visit = Callable[..., Any]
AT_REST = """() => Promise.all([...document.querySelectorAll(".bd-article img")].map((one) => {
    one.loading = "eager";
    return one.decode();
}))"""


def lightness_of_words(page: Any) -> float:
    """The mean lightness of what is drawn at the left edge of the first figure: the names of its axis."""
    picture = page.locator("figure img[style*='--least']").first
    picture.scroll_into_view_if_needed()
    page.evaluate(AT_REST)
    shown = image.imread(io.BytesIO(picture.screenshot()))[..., :3].mean(-1)
    ground = np.median(shown)
    return float(shown[np.abs(shown - ground) > 0.3].mean() - ground)


def test_words_are_dark_on_a_light_page_and_light_on_a_dark_one_also_when_the_reader_changes_the_theme(
    visit: Visit,
) -> None:
    opened = visit("book/cost.html")
    assert lightness_of_words(opened) < -0.3
    opened.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    opened.wait_for_timeout(300)
    assert lightness_of_words(opened) > 0.2


def test_a_tap_shows_a_figure_at_its_full_size_and_escape_closes_it(visit: Visit) -> None:
    opened = visit("book/cost.html", width=390, has_touch=True)
    opened.locator("figure img[style*='--least']").first.tap()
    dialog = opened.get_by_role("dialog")
    assert dialog.locator("img").bounding_box()["width"] >= 700
    opened.keyboard.press("Escape")
    assert dialog.count() == 0
    button = opened.get_by_role("button", name="Show the figure in full size").first
    button.press("Enter")
    assert opened.get_by_role("dialog").is_visible()


def test_a_plotly_figure_takes_the_colours_of_the_page(visit: Visit) -> None:
    page = next(name for name in PAGES if "acda-plotly" in (SITE / name).read_text(encoding="utf-8"))
    opened = visit(page, theme="dark")
    words = "() => getComputedStyle(document.querySelector('.acda-plotly svg text')).fill"
    ink = opened.evaluate("() => getComputedStyle(document.body).color")
    assert opened.evaluate(words) == ink
    opened.evaluate("() => { document.documentElement.dataset.theme = 'light'; }")
    opened.wait_for_timeout(500)
    assert opened.evaluate(words) == opened.evaluate("() => getComputedStyle(document.body).color")
