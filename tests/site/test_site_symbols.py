"""Symbols and words explain themselves under the mouse, the keyboard and a finger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import SITE

pytestmark = pytest.mark.browser

Visit = Callable[..., Any]
PAGE = "book/the_layer.html"
EXPLAINED = [page for page in SITE.glob("book/*.html") if "acda-meanings" in page.read_text(encoding="utf-8")]
SYMBOL = ".bd-article mjx-container [data-symbol={}]:visible"


@pytest.fixture
def page(visit: Visit) -> Any:
    opened = visit(PAGE)
    opened.wait_for_selector("mjx-container [data-symbol]", state="attached")
    return opened


def test_a_symbol_under_the_mouse_says_what_it_is_and_lights_up_wherever_it_stands(page: Any) -> None:
    alphas = page.locator(SYMBOL.format("alpha"))
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<i id=part data-symbol=alpha>α</i>')"
    )
    alphas.first.hover()
    assert "basis coefficients" in page.get_by_role("tooltip").inner_text()
    assert page.locator("#part.acda-lit").count() == 1
    assert page.locator(".acda-lit").count() > 3
    assert set(page.locator(".acda-lit").evaluate_all("(all) => all.map((one) => one.dataset.symbol)")) == {"alpha"}
    page.keyboard.press("Escape")
    assert not page.get_by_role("tooltip").is_visible()


def test_a_part_of_a_widget_lights_up_the_symbol_in_the_formulas(page: Any) -> None:
    page.evaluate(
        "document.querySelector('.bd-article h1').insertAdjacentHTML('afterend', '<i id=part data-symbol=A>A</i>')"
    )
    page.locator("#part").hover()
    assert page.locator("mjx-container .acda-lit").count() > 1
    assert not page.get_by_role("tooltip").is_visible()
    page.mouse.move(0, 0)
    assert page.locator(".acda-lit").count() == 0


def test_a_symbol_of_a_formula_lights_up_its_part_of_the_widget(visit: Visit) -> None:
    page = visit("book/two_layers.html", "file")
    page.wait_for_selector("mjx-container [data-symbol]", state="attached")
    for symbol in ("A", "D", "K", "Z", "Z'", "tildeZ"):
        page.locator(f'.bd-article > * mjx-container [data-symbol="{symbol}"]:visible').first.hover()
        lit = page.locator(".acda-panel .acda-lit").evaluate_all("(all) => all.map((one) => one.dataset.symbol)")
        assert set(lit) == {symbol}


def test_accents_and_primes_belong_to_their_symbol(visit: Visit) -> None:
    page = visit("book/filters_as_atoms.html")
    page.wait_for_selector("mjx-container [data-symbol]", state="attached")
    with_tilde = page.locator(".bd-article > * mjx-mover[data-symbol]:visible").first
    with_tilde.hover()
    assert "atom outputs" in page.get_by_role("tooltip").inner_text()
    prime = page.locator('.bd-article mjx-msup[data-symbol="c\'"]:visible').first
    prime.hover()
    assert "input" in page.get_by_role("tooltip").inner_text()


def test_the_explanation_stays_while_the_mouse_is_on_it_and_stays_on_the_screen(page: Any) -> None:
    page.locator(SYMBOL.format("psi")).first.hover()
    tip = page.get_by_role("tooltip")
    tip.hover()
    page.wait_for_timeout(400)
    assert tip.is_visible()
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280


def test_the_keyboard_opens_the_list_and_does_not_stop_at_each_word(page: Any) -> None:
    meanings = page.locator("details.acda-meanings")
    meanings.locator("summary").press("Enter")
    assert meanings.locator("dd").first.is_visible()
    assert "basis coefficients" in meanings.inner_text()
    assert page.locator("a.acda-word").evaluate_all("(all) => all.filter((one) => one.tabIndex >= 0).length") == 0


def test_a_word_that_has_the_focus_is_explained_and_it_is_a_link_to_the_glossary(page: Any) -> None:
    word = page.locator("a.acda-word").first
    word.focus()
    tip = page.get_by_role("tooltip")
    assert tip.is_visible()
    assert word.get_attribute("aria-describedby") == tip.get_attribute("id")
    assert "glossary.html#term-" in word.get_attribute("href")
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_a_first_tap_on_a_word_explains_it_and_a_second_one_follows_the_link(visit: Visit) -> None:
    page = visit(PAGE, width=390, has_touch=True)
    word = page.locator("a.acda-word").first
    word.tap()
    assert page.get_by_role("tooltip").is_visible()
    assert PAGE in page.url
    word.tap()
    page.wait_for_url("**/glossary.html*")


def test_a_tap_on_a_symbol_explains_it_and_a_tap_elsewhere_ends_that(visit: Visit) -> None:
    page = visit(PAGE, width=390, has_touch=True)
    page.wait_for_selector("mjx-container [data-symbol]", state="attached")
    page.locator(SYMBOL.format("alpha")).first.tap()
    tip = page.get_by_role("tooltip")
    assert "basis coefficients" in tip.inner_text()
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator(".bd-article h1").tap()
    assert not tip.is_visible()


@pytest.mark.parametrize("path", EXPLAINED, ids=lambda path: path.stem)
def test_the_list_of_a_page_is_folded_and_explains_each_marked_word(path: Any) -> None:
    html = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    meanings = html.select_one("details.acda-meanings")
    assert not meanings.has_attr("open")
    listed = {term["data-word"] for term in meanings.select("dt[data-word]")}
    assert {word["href"].split("#")[1] for word in html.select("a.acda-word")} == listed
    assert all(term.find_next_sibling("dd").text.strip() for term in meanings.select("dt"))
    names = [term["data-symbol"] for term in meanings.select("dt[data-symbol]")]
    meanings.extract()
    assert names or not html.select("article .math")


def test_a_letter_that_means_something_else_in_a_chapter_is_explained_so_there() -> None:
    html = BeautifulSoup((SITE / "book/fourier_bessel.html").read_text(encoding="utf-8"), "html.parser")
    assert "differential" in html.select_one('.acda-meanings dt[data-symbol="d"] + dd').text
    html = BeautifulSoup((SITE / "book/the_layer.html").read_text(encoding="utf-8"), "html.parser")
    assert "generator" in html.select_one('.acda-meanings dt[data-symbol="theta"] + dd').text


def test_every_chapter_explains_its_symbols() -> None:
    assert len(EXPLAINED) >= 15
