"""What every widget does on a page and in a notebook, in a real browser."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from in_page import DRAWN, render_in_notebook, swipe
from widget_cases import CASES, Case, recorded_run

from acda_core.course.widgets import BeforeAfter, CostCalculator, Shift
from acda_core.course.widgets.base import Widget

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"


@pytest.fixture(params=CASES)
def kind(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def case(kind: str) -> Case:
    return CASES[kind]


def shown(page: Any) -> dict[str, Any]:
    page.evaluate(DRAWN)
    return dict(page.evaluate(f"{WIDGET}.acda.state()"))


def expect(page: Any, widget: Widget, case: Case) -> None:
    state = shown(page)
    for name in case.names or state:
        assert state[name] == widget.state()[name]
    assert page.problems == []


def test_a_link_carries_the_state_and_reset_brings_the_start_back(mount: Any, case: Case) -> None:
    other = case.start(**case.other)
    fragment = mount(other).get_by_role("link").get_attribute("href")
    page = mount(case.start(), fragment=fragment)
    expect(page, other, case)
    page.get_by_role("button", name="Reset").click()
    expect(page, case.start(), case)


def test_a_link_that_means_nothing_is_ignored(mount: Any, kind: str, case: Case) -> None:
    page = mount(case.start(), fragment=f"#{kind}={case.nonsense[0]}")
    for numbers in case.nonsense:
        page.evaluate("(hash) => { location.hash = hash; }", f"{kind}={numbers}")
        page.evaluate(DRAWN)
        expect(page, case.start(), case)


def test_it_has_no_accessibility_finding_and_fits_a_phone(mount: Any, case: Case) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for theme, settings in (("light", {}), ("dark", case.other)):
        page = mount(case.start(**settings), theme=theme, width=390, has_touch=True)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.evaluate(DRAWN)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for target in page.locator("form :is(button, input, select, fieldset label, summary):visible").all():
            assert target.bounding_box()["height"] >= 32
        for picture in page.locator("form canvas[role=img]:visible").all():
            assert picture.get_attribute("aria-label")


def test_the_tab_key_reaches_every_control(mount: Any, case: Case) -> None:
    page = mount(case.start())
    page.evaluate(DRAWN)
    page.evaluate(
        """() => document.querySelectorAll("form :is(button, input, select, a, summary, [tabindex])").forEach(
            (node, index) => {
                if (node.checkVisibility() && !node.matches(":disabled")) node.dataset.stop = node.name || index;
            })"""
    )
    stops = set(page.evaluate("[...document.querySelectorAll('[data-stop]')].map((node) => node.dataset.stop)"))
    reached = set()
    for _ in range(len(stops) + 2):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.stop"))
    assert stops <= reached


def test_a_screen_reader_hears_one_sentence_that_is_not_empty(mount: Any, case: Case) -> None:
    page = mount(case.start())
    page.wait_for_function(f"{WIDGET}.querySelector('[role=status]').textContent.length > 20")
    assert page.get_by_role("status").count() == 1


def test_without_javascript_a_still_picture_and_a_sentence_stand_there(mount: Any, case: Case) -> None:
    page = mount(case.start(), java_script_enabled=False)
    picture = page.locator(".acda-widget :is(img, svg[role=img])").first
    assert picture.is_visible()
    assert picture.get_attribute("alt") or picture.get_attribute("aria-label")
    assert case.still in page.locator(".acda-widget").inner_text()


def test_in_a_notebook_browser_and_python_follow_each_other_to_the_end(mount: Any, kind: str, case: Case) -> None:
    page = mount()
    start = case.start()
    view = render_in_notebook(page, kind, start.state())
    assert view.get_by_role("link").count() == 0
    role, name, key = case.control
    view.get_by_role(role, name=name).first.press(key)
    saved = page.evaluate("saved")
    before = json.loads(json.dumps(start.state()))
    changed = {name for name, value in saved.items() if value != before[name]}
    assert changed == set(case.changed)
    start.set_state({name: saved[name] for name in changed})
    assert {name: start.state()[name] for name in changed} == {name: saved[name] for name in changed}

    other = {name: value for name, value in case.start(**case.other).state().items() if name in case.other}
    for name, value in other.items():
        page.evaluate("([name, value]) => python.set(name, value)", [name, value])
    page.evaluate(DRAWN)
    assert {name: page.evaluate("view.acda.state()")[name] for name in other} == other
    page.evaluate("cleanUp()")
    assert page.evaluate("[...python.listeners.values()].map((calls) => calls.size)").count(0) > 0
    assert page.evaluate("[...python.listeners.values()].every((calls) => calls.size === 0)")
    assert page.problems == []


@pytest.mark.parametrize("kind", [name for name, case in CASES.items() if case.map_size])
def test_a_finger_that_moves_over_the_map_scrolls_the_page(mount: Any, kind: str) -> None:
    case = CASES[kind]
    page = mount(case.start(), width=390, has_touch=True)
    page.get_by_role("application").scroll_into_view_if_needed()
    before, scroll = shown(page), page.evaluate("scrollY")
    swipe(page, case.map_size, 10, range(case.map_size * 5 // 8, case.map_size // 8, -2))
    page.wait_for_function("(before) => scrollY > before + 20", arg=scroll)
    assert shown(page) == before


def test_two_widgets_in_a_flex_row_share_its_width(mount: Any, case: Case) -> None:
    page = mount(case.start(), case.start(**case.other), width=1280)
    page.add_style_tag(content="main { display: flex; } h1 { display: none; }")
    first, second = (one.bounding_box()["width"] for one in page.locator(".acda-widget").all())
    assert first == pytest.approx(second, abs=1)
    assert first > 500


@pytest.mark.parametrize("text", ["</script><b>no</b>", "a\u2028b\u2029c", '"><img src=x>', "<!--<script>"])
def test_no_word_in_a_state_breaks_the_page(mount: Any, text: str) -> None:
    versions = {name: np.zeros((8, 8, 3), np.uint8) for name in ("true", text)}
    widgets = BeforeAfter(versions), recorded_run(name=text), CostCalculator()
    page = mount(*widgets)
    page.evaluate(DRAWN)
    assert page.locator("[data-widget] form").count() == 3
    assert page.get_by_role("group", name="Left of the line").locator("label").all_inner_texts()[1] == text
    assert page.problems == []
    still = mount(*widgets, java_script_enabled=False)
    assert still.locator("b").count() == 0
    assert text.split("\u2028")[0] in still.locator("p").first.inner_text()


def test_a_loss_that_is_no_number_is_a_gap_and_the_page_lives(mount: Any) -> None:
    page = mount(recorded_run(loss=float("nan"), position=1), CostCalculator())
    page.evaluate(DRAWN)
    assert page.locator("[data-widget] form").count() == 2
    assert "not a number" in page.locator(".loss-chart figcaption").inner_text()
    assert page.locator(".loss-chart .area path.second").get_attribute("d").count("M") == 2
    page.get_by_role("status").get_by_text("One first 1, loss not a number").wait_for()
    assert page.problems == []


def test_a_state_that_cannot_be_read_leaves_its_still_picture_and_the_other_widgets_alone(mount: Any) -> None:
    html = CostCalculator()._repr_mimebundle_()[0]["text/html"].replace('json">{', 'json">{NaN')
    broken = SimpleNamespace(_kind="cost_calculator", _repr_mimebundle_=lambda: ({"text/html": html}, {}))
    page = mount(broken, Shift(), CostCalculator())
    page.evaluate(DRAWN)
    assert page.locator("[data-widget] form").count() == 2
    assert page.locator("[data-widget]").first.locator("table").is_visible()
    assert len(page.problems) == 1


def test_no_figure_of_a_page_cuts_the_ring_of_what_is_focused_or_lit_in_it(visit: Any) -> None:
    figures = visit("book/short_path.html").locator(".acda-panel figure")
    figures.first.wait_for()
    assert set(figures.evaluate_all("all => all.map((one) => getComputedStyle(one).overflow)")) == {"visible"}
