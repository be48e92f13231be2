"""Tables of results in a browser: sorted by a press on a heading, scrolling inside themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from acda_core.course.tables import table

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"
ROWS = [{"name": f"net {i}", "size": size, "share": f"{size % 7} of 7"} for i, size in enumerate([9, 1200, 35, 4] * 3)]


@pytest.fixture
def page(browser: Any) -> Any:
    page = browser.new_page(viewport={"width": 390, "height": 700})
    shown = table(ROWS, by="name", show={"size": "{size:,}", "a long heading, so that it is wide": "{share}"})
    page.set_content(f'<article class="bd-article">{shown._repr_html_()}</article>')
    page.add_style_tag(path=STATIC / "site.css")
    page.add_script_tag(path=STATIC / "tables.js")
    yield page
    page.close()


def column(page: Any, index: int) -> list[str]:
    return page.locator(f"tbody tr > :nth-child({index + 1})").all_inner_texts()


def test_a_press_on_a_heading_sorts_by_size_and_a_second_one_turns_it_round(page: Any) -> None:
    heading = page.get_by_role("columnheader", name="size")
    heading.get_by_role("button").press("Enter")
    assert column(page, 1) == ["4"] * 3 + ["9"] * 3 + ["35"] * 3 + ["1,200"] * 3
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").click()
    assert column(page, 1) == ["1,200"] * 3 + ["35"] * 3 + ["9"] * 3 + ["4"] * 3
    assert heading.get_attribute("aria-sort") == "descending"


def test_lines_stay_whole_when_they_are_sorted(page: Any) -> None:
    page.get_by_role("button", name="name").click()
    page.get_by_role("button", name="size").click()
    lines = zip(column(page, 0), column(page, 1), strict=True)
    assert sorted(lines) == sorted((row["name"], f"{row['size']:,}") for row in ROWS)
    assert page.locator("th[aria-sort]").count() == 1


def test_a_wide_table_scrolls_inside_itself(page: Any) -> None:
    page.add_style_tag(content="td { min-width: 400px }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('.acda-table'))"
    )
