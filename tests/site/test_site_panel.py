"""What all widgets have of their panel, in a real browser: undo, an address that follows, copies, ticks, symbols."""

import numpy as np
import pytest
import torch
from in_page import DRAWN
from PIL import Image
from widget_cases import CASES

from acda_core.course.widgets import (
    BasisExplorer,
    CostCalculator,
    Detector,
    Hero,
    ReceptiveField,
    Shift,
    TwoLayers,
)
from acda_core.course.widgets.training_panel import recorded_view

pytestmark = pytest.mark.browser

WIDGETS = "[...document.querySelectorAll('[data-widget]')]"
APART = 450  # ms between two changes that are undone one after the other
REST = 600  # ms after which the address follows


def state(page, which=0):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGETS}[{which}].acda.state()")


@pytest.mark.parametrize("kind", CASES)
def test_undo_takes_back_what_a_control_did_and_then_rests(mount, kind):
    case = CASES[kind]
    page = mount(case.start())
    before = state(page)
    undo = page.get_by_role("button", name="Undo")
    assert undo.get_attribute("aria-disabled") == "true"
    role, name, key = case.control
    page.get_by_role(role, name=name).first.press(key)
    assert state(page) != before
    assert undo.get_attribute("aria-disabled") == "false"
    undo.press("Enter")
    assert state(page) == before
    assert undo.get_attribute("aria-disabled") == "true"
    undo.press("Enter")
    assert state(page) == before
    assert page.problems == []


def test_each_change_is_undone_by_itself_a_drag_as_a_whole_and_by_keys_too(mount):
    page = mount(Hero(row=30, column=40))
    box = page.get_by_role("application")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):  # at once: one change
        box.press(key)
    page.wait_for_timeout(APART)
    page.get_by_role("radio", name="Output").check()
    page.wait_for_timeout(APART)
    page.get_by_role("button", name="Reset").click()
    box.press("Control+z")
    assert state(page)["drawn"] == "output"
    box.press("Control+z")
    assert (state(page)["drawn"], state(page)["row"], state(page)["column"]) == ("input", 32, 41)
    box.press("Control+z")
    assert (state(page)["row"], state(page)["column"]) == (30, 40)


@pytest.mark.parametrize("kind", [Detector, Hero, ReceptiveField])
def test_an_own_picture_is_undone_too(mount, tmp_path, kind):
    page = mount(kind())
    drawn = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() =>
        done([...document.querySelectorAll("canvas")].map((picture) => picture.toDataURL()).join())))) """
    before = page.evaluate(drawn)
    Image.fromarray(np.tile(np.arange(96, dtype=np.uint8), (64, 1))).save(tmp_path / "own.png")
    page.get_by_label("Your own picture").set_input_files(tmp_path / "own.png")
    page.get_by_text("It stays on this page", exact=False).first.wait_for()
    assert page.evaluate(drawn) != before
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate(drawn) == before
    assert not page.get_by_role("button", name="Back to the first picture").is_visible()
    assert page.get_by_role("button", name="Undo").get_attribute("aria-disabled") == "true"
    assert page.problems == []


def test_the_address_follows_and_reload_and_back_bring_every_widget_of_a_page_back(mount):
    page = mount(Shift(rows=0, columns=0), CostCalculator())
    start = page.url
    page.wait_for_timeout(REST)
    assert page.url == start
    page.get_by_role("application").press("ArrowDown")
    page.get_by_role("spinbutton", name="atoms").fill("3")
    page.wait_for_timeout(REST)
    assert page.url == f"{start}#cost_calculator=256,256,7,100,100,1,3,6,3,64"
    page.reload()
    assert (state(page, 0)["rows"], state(page, 1)["num_atoms"]) == (1, 3)
    page.wait_for_timeout(REST)
    assert page.url.startswith(f"{start}#cost_calculator=")
    page.evaluate("location.hash = 'elsewhere'")
    page.evaluate(DRAWN)  # the browser tells of it
    page.reload()
    assert (state(page, 0)["rows"], state(page, 1)["num_atoms"]) == (1, 3)
    page.goto("about:blank")
    page.go_back()
    assert (state(page, 0)["rows"], state(page, 1)["num_atoms"]) == (1, 3)
    assert page.problems == []


def test_what_a_reader_leaves_at_once_is_kept_too(mount):
    page = mount(Shift(rows=0, columns=0))
    page.get_by_role("application").press("ArrowDown")
    page.evaluate(DRAWN)
    page.reload()
    assert state(page)["rows"] == 1


def test_the_link_copies_itself_and_says_so(mount):
    page = mount(TwoLayers(), permissions=["clipboard-read", "clipboard-write"])
    link = page.get_by_role("link")
    link.click()
    page.get_by_text("copied", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url == page.evaluate("document.querySelector('form a').href")
    page.get_by_text("copied", exact=True).wait_for(state="hidden")


def test_where_nothing_can_be_copied_the_address_holds_it(mount):
    page = mount(TwoLayers())
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("link").click()
    page.get_by_text("it stands in the address bar").wait_for()
    assert "#two_layers=" in page.url
    assert page.problems == []


def test_a_link_of_the_detector_tells_only_what_the_reader_drew(mount):
    page = mount(Detector())
    page.evaluate(DRAWN)
    fragment = page.get_by_role("link").get_attribute("href")
    assert len(fragment) < 40
    page.get_by_role("button", name="Clear").click()
    page.evaluate(DRAWN)
    assert len(page.get_by_role("link").get_attribute("href")) > 100


def test_a_widget_keeps_its_form_beside_others(mount):
    page = mount(Hero(), recorded_view(), Detector())
    for place in (".photograph", ".acda-run .frame"):
        box = page.locator(place).first.bounding_box()
        alone = mount(Hero() if place == ".photograph" else recorded_view()).locator(place).first.bounding_box()
        assert (box["width"], box["height"]) == (alone["width"], alone["height"])
    tall = "(one) => getComputedStyle(one).minHeight"
    assert page.locator(".acda-hero .summary").evaluate(tall) != page.locator(".acda-run .summary").evaluate(tall)


def ticks(page):
    page.evaluate(DRAWN)
    return [text.endswith("Done.") for text in page.locator(".challenges li").all_inner_texts()]


def test_challenges_of_the_explorer_get_their_ticks_and_keep_them(mount):
    page = mount(BasisExplorer(3))
    assert ticks(page) == [False, False]
    for name in ("Blur", "Ring", "All zero"):
        page.get_by_role("button", name=name).click()
        assert ticks(page) == [False, False]
    page.get_by_role("slider", name="α of (1,1) sin").press("End")
    assert ticks(page) == [True, False]
    page.get_by_role("button", name="Ring").click()
    page.evaluate(DRAWN)
    assert ticks(page) == [True, False]  # its middle is negative
    for name, value in (("(0,1)", "0.27"), ("(0,2)", "0.78")):
        page.get_by_role("slider", name=f"α of {name}").fill(value)
    assert ticks(page) == [True, True]


def test_challenges_of_the_shift_are_met_by_no_border_and_by_told_positions(mount):
    page = mount(Shift())
    assert ticks(page) == [False, False]
    page.get_by_role("radio", name="the other side").check()
    assert ticks(page) == [True, False]
    page.get_by_role("button", name="Shift by 0").click()
    page.locator("input[value='true']").check()
    assert ticks(page) == [True, False]
    page.get_by_role("button", name="Shift by 20").click()
    assert ticks(page) == [True, True]
    page.get_by_role("button", name="Reset").click()
    page.evaluate("location.hash = 'elsewhere'")
    page.evaluate(DRAWN)  # the browser tells of it
    page.reload()
    assert ticks(page) == [True, True]


def test_the_detector_is_fooled_by_an_answer_to_what_is_no_pattern_and_not_by_much_noise(mount):
    assert ticks(mount(Detector())) == [False]
    block = torch.zeros(64, 64)
    block[30:33, 30:33] = 1
    block[31, 31] = 0
    assert Detector(block).answers()["acda"].max() > 0.5
    assert ticks(mount(Detector(block))) == [True]
    assert ticks(mount(Detector(block, noise=0.15))) == [False]


def test_challenges_of_the_calculator_compare_multiply_adds(mount):
    page = mount(CostCalculator())
    assert ticks(page) == [False, False]
    page.get_by_role("button", name="First layer").click()
    found = page.evaluate(f"{WIDGETS}[0].acda.costs()")
    assert ticks(page) == [False, found["acda"]["multiply_adds"] >= found["conv"]["multiply_adds"]]
    page.locator("input[type=radio][value='3']").check()
    for name in ("channels in", "channels out"):
        page.get_by_role("spinbutton", name=name).fill("64")
    assert not ticks(page)[0]
    page.get_by_role("spinbutton", name="atoms").fill("2")
    assert ticks(page)[0]


MARKED = {
    "basis_explorer": "psi alpha D l",
    "cost_calculator": "c' c l h w N m m' S d",
    "detector": "alpha D A K",
    "dose_response": "h",
    "hero": "alpha D A K",
    "receptive_field": "alpha Z'",
    "scale_map": "w",
    "shift": "Phi K Z",
    "train_here": "m m' S l_a d",
    "two_layers": "Z' D A K tildeZ Z c' c m l h w",
}


@pytest.mark.parametrize("kind", MARKED)
def test_what_stands_for_a_symbol_is_marked_and_seen_when_it_lights_up(mount, kind):
    page = mount(CASES[kind].start())
    parts = page.locator(".acda-panel [data-symbol]")
    assert set(parts.evaluate_all("(all) => all.map((one) => one.dataset.symbol)")) == set(MARKED[kind].split())
    outline = "(part) => getComputedStyle(part).outlineStyle"
    assert parts.first.evaluate(outline) == "none"
    parts.first.evaluate("(part) => part.classList.add('acda-lit')")
    assert parts.first.evaluate(outline) == "solid"


def test_presets_glide_and_stand_at_once_for_who_wants_no_motion(mount):
    for motion, steps in (("no-preference", 3), ("reduce", 1)):
        page = mount(BasisExplorer(), reduced_motion=motion)
        page.evaluate(
            """() => {
                window.seen = new Set();
                const look = () => {
                    seen.add(String(document.querySelector("[data-widget]").acda.atom()));
                    requestAnimationFrame(look);
                };
                look();
            }"""
        )
        page.get_by_role("button", name="Blur").click()
        page.wait_for_function(f"Math.abs({WIDGETS}[0].acda.atom().reduce((a, b) => a + b) - 1) < 1e-12")
        between = page.evaluate("seen.size") - 2
        assert between >= steps if motion == "no-preference" else between <= 0
        page.get_by_role("button", name="Undo").click()
        assert state(page)["coefficients"] == BasisExplorer().coefficients
