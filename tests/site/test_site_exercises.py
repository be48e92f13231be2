"""Exercises on the page: answered by mouse and keyboard, readable without scripts and on paper."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import PAGES, SITE

pytestmark = pytest.mark.browser

Visit = Callable[..., Any]


def holding(text: str) -> list[str]:
    return [page for page in PAGES if text in (SITE / page).read_text(encoding="utf-8")]


WITH_EXERCISES = [page for page in holding("acda-ask") if page in holding('class="exercise')]
WITH_NUMBERS = holding('class="acda-ask number"')
PREDICTED = holding("data-reveals")


def said(form: Any) -> str:
    return " ".join(form.locator(".verdict").inner_text().split())


NUMBERS = {"1,000": 1000, "0,5": 0.5, "2/3": 2 / 3, "1e3": 1000, "−4": -4, "73 728": 73728, "12,5 %": 12.5}
NO_NUMBERS = ["", "many", "1/2/3", "1,2,3,4.5.6", "/"]


def test_numbers_are_read_as_people_write_them_and_nothing_else_is_taken_for_one(visit: Visit) -> None:
    opened = visit(WITH_NUMBERS[0])
    read = {typed: opened.evaluate("(text) => typedNumber(text)", typed) for typed in [*NUMBERS, *NO_NUMBERS]}
    assert read == pytest.approx({**NUMBERS, **dict.fromkeys(NO_NUMBERS, math.nan)}, nan_ok=True)


def test_an_exercise_is_answered_by_mouse_or_by_keyboard_alone(visit: Visit) -> None:
    opened = visit(WITH_EXERCISES[0])
    form = opened.locator(".acda-ask:not(.number)").first
    form.get_by_role("button").click()
    assert said(form) == "Choose one first."
    form.locator("label[data-right=yes]").click()
    form.get_by_role("button").click()
    assert said(form).startswith("Right.")
    opened.reload()
    form.get_by_role("radio").first.focus()
    for _ in range(form.get_by_role("radio").count()):
        opened.keyboard.press("ArrowDown")
        opened.keyboard.press("Enter")
        if form.get_attribute("data-verdict") == "right":
            break
    assert said(form).startswith("Right.")
    assert opened.problems == []


@pytest.mark.parametrize("page", WITH_EXERCISES)
def test_every_form_is_named_for_a_screen_reader_and_its_verdict_is_announced(page: str) -> None:
    html = BeautifulSoup((SITE / page).read_text(encoding="utf-8"), "html.parser")
    for form in html.select("form.acda-ask"):
        assert form.select_one(".verdict")["role"] == "status"
        if "number" in form["class"]:
            assert form.select_one("label")["for"] == form.select_one("input[type=text]")["id"]
        else:
            assert form.select_one("fieldset > legend").text.strip()
            assert len(form.select("label[data-right=yes]")) == 1
    ids = [one["id"] for one in html.select(".acda-ask [id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", WITH_EXERCISES)
def test_no_check_of_a_notebook_stands_on_the_page_and_every_solution_is_folded(page: str) -> None:
    text = (SITE / page).read_text(encoding="utf-8")
    assert "nothing here yet" not in text
    html = BeautifulSoup(text, "html.parser")
    exercises = html.select("div.exercise")
    assert 2 <= len(exercises) == len(html.select("details.solution"))
    for exercise in exercises:
        assert not exercise.select("div.cell")
        assert exercise.select_one("form.acda-ask")
        if link := exercise.select_one("p.in-notebook a"):
            assert re.fullmatch(r"\.\./notebooks/\w+\.ipynb", link["href"])


def test_without_scripts_a_question_and_its_folded_solution_can_be_read(visit: Visit) -> None:
    opened = visit(WITH_NUMBERS[0], java_script_enabled=False)
    form = opened.locator(".acda-ask:not(.number)").first
    assert form.locator("label").first.is_visible()
    solution = opened.locator("details.solution").first
    solution.locator("summary").click()
    assert solution.locator("pre").first.is_visible()


def test_on_paper_an_exercise_has_no_buttons(visit: Visit) -> None:
    opened = visit(WITH_EXERCISES[0])
    opened.emulate_media(media="print")
    assert opened.locator(".acda-ask button:visible").count() == 0
    assert opened.locator(".acda-ask label:visible").count() > 3


@pytest.mark.parametrize("page", PREDICTED)
def test_a_figure_that_is_to_be_predicted_is_covered_and_keeps_its_place_until_one_has_guessed(
    visit: Visit, page: str
) -> None:
    opened = visit(page)
    form = opened.locator("form[data-reveals]").first
    figure = opened.locator(f"#{form.get_attribute('data-reveals')}")
    picture = figure.locator("img, .acda-table").first
    before = figure.bounding_box()
    assert not picture.is_visible()
    form.get_by_role("radio").first.check()
    form.get_by_role("button").click()
    assert picture.is_visible()
    assert figure.bounding_box()["height"] == pytest.approx(before["height"], abs=1)
    assert opened.locator(".acda-cover").count() == opened.locator("form[data-reveals]").count() - 1


@pytest.mark.parametrize("page", PREDICTED)
def test_nothing_is_covered_without_scripts_and_on_paper(visit: Visit, page: str) -> None:
    opened = visit(page, java_script_enabled=False)
    for form in opened.locator("form[data-reveals]").all():
        assert opened.locator(f"#{form.get_attribute('data-reveals')} img").first.is_visible()
    printed = visit(page)
    printed.emulate_media(media="print")
    for form in printed.locator("form[data-reveals]").all():
        assert printed.locator(f"#{form.get_attribute('data-reveals')} img").first.is_visible()
