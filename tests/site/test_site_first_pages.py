"""The first and the last pages in a real browser: slides, a sheet to print, the first screen."""

import re

import pytest
from in_page import DRAWN

pytestmark = pytest.mark.browser

SHOWN = """() => [...document.querySelectorAll(".bd-article > section > section")]
    .filter((one) => one.checkVisibility()).map((one) => one.querySelector("h2").firstChild.textContent)"""


@pytest.fixture
def slides(visit):
    page = visit("book/slides.html", "file")
    page.titles = page.evaluate(SHOWN)
    page.get_by_role("button", name="Show this page as slides").click()
    return page


def test_arrow_keys_move_through_the_slides_one_by_one_and_escape_shows_the_page_again(slides):
    assert len(slides.titles) > 10
    for title in slides.titles:
        assert slides.evaluate(SHOWN) == [title]
        slides.keyboard.press("ArrowRight")
    assert slides.evaluate(SHOWN) == slides.titles[-1:]
    slides.keyboard.press("PageUp")
    assert slides.evaluate(SHOWN) == slides.titles[-2:-1]
    slides.keyboard.press("Home")
    assert slides.evaluate(SHOWN) == slides.titles[:1]
    slides.keyboard.press("Escape")
    assert slides.evaluate(SHOWN) == slides.titles
    assert slides.problems == []


def test_arrow_keys_in_a_widget_move_the_widget_and_not_the_slides(slides):
    slides.get_by_role("application").first.press("ArrowRight")
    slides.get_by_role("application").first.press("ArrowRight")
    assert slides.evaluate(SHOWN) == slides.titles[:1]
    slides.get_by_role("button", name="The next slide").click()
    assert slides.evaluate(SHOWN) == slides.titles[1:2]


def test_the_first_slide_needs_no_scrolling_on_a_screen_of_1280_by_900(slides):
    slides.evaluate(DRAWN)
    assert slides.evaluate("[innerWidth, innerHeight]") == [1280, 900]
    assert slides.evaluate("document.documentElement.scrollHeight") == 900
    assert slides.locator(".slides-bar").bounding_box()["y"] >= sum(
        slides.locator(".acda-hero").first.bounding_box()[key] for key in ("y", "height")
    )


def test_a_slide_shows_the_figure_of_its_chapter(visit):
    page = visit("book/slides.html", "file")
    for name in ("fig-street", "fig-toy-maps"):
        picture = page.locator(f"#{name} img")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("(name) => document.querySelector(`#${name} img`).naturalWidth > 0", arg=name)


def test_the_summary_prints_on_one_side_of_a4(visit):
    page = visit("book/summary.html", "file")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    (box,) = set(re.findall(rb"/MediaBox\s*\[([^]]*)\]", printed))
    assert [round(float(side)) for side in box.split()] == pytest.approx([0, 0, 595, 842], abs=2)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_front_page_begins_with_its_moving_picture(visit, width, height):
    page = visit("book/index.html", "file", width=width)
    box = page.get_by_role("application").first.bounding_box()
    assert box["y"] + box["height"] <= height


def test_the_table_of_chapters_tells_the_minutes_that_each_chapter_tells(visit, site):
    page = visit("book/index.html", "file")
    told = page.locator("#the-chapters tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [row.querySelector('a').getAttribute('href'), row.lastElementChild.textContent])"
    )
    assert len(told) >= 15
    for name, minutes in told:
        head = r'<p class="reading-time">(\d+) minutes .*\((\d+) min\)</p>'
        together, exercises = map(int, re.search(head, (site / "book" / name).read_text()).groups())
        assert minutes.strip() == f"{together - exercises} + {exercises} min"


def test_the_site_is_offered_as_one_file(visit, site):
    page = visit("book/running.html", "file")
    name = page.locator("#read-it-offline a[download]").get_attribute("href")
    assert (site / "book" / name).resolve().stat().st_size > 1_000_000
