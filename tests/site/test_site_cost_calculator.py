"""The cost calculator in a real browser: its numbers against acda_core.cost, and how it is handled."""

import numpy as np
import pytest
from in_page import DRAWN, render_in_notebook

from acda_core import cost
from acda_core.course.widgets import CostCalculator

pytestmark = pytest.mark.browser

CALCULATOR = "document.querySelector('[data-widget]')"
TABLE_6 = {  # as the paper prints it, in millions
    3: [("5,900.8", "0.59"), ("4,073.0", "0.39"), ("4,311.2", "0.41")],
    5: [("16,386.6", "1.64"), ("4,318.7", "0.39"), ("4,557.0", "0.43")],
    7: [("32,115.2", "3.12"), ("4,687.4", "0.39"), ("4,925.7", "0.45")],
}


def shown(page):
    page.evaluate(DRAWN)
    return page.evaluate(f"{CALCULATOR}.acda.costs()")


def assert_same(numbers, calculator):
    costs, saved = calculator.costs(), calculator.saved_bytes()
    for form in ("conv", "dense", "unfold", "acda"):
        assert numbers[form]["parameters"] == costs[form].parameters
        assert numbers[form]["multiply_adds"] == costs[form].multiply_adds
        assert numbers[form]["saved_bytes"] == saved[form]


def test_every_control_moves_the_numbers_by_keyboard_and_by_typing(mount):
    page = mount(CostCalculator(64, 32, 5, 30, 20, 2, 4, 3, 1, 16))
    sliders = page.get_by_role("slider").all()
    assert len({slider.get_attribute("aria-label") for slider in sliders}) == len(sliders) == 9
    for slider in sliders:
        before = shown(page)
        slider.press("ArrowRight")
        assert shown(page) != before
    boxes = page.get_by_role("spinbutton").all()
    values = [65, 33, 31, 21, 3, 5, 4, 2, 17]
    for box, value in zip(boxes, values, strict=True):
        box.fill(str(value))
    expected = CostCalculator(65, 33, 5, 31, 21, 3, 5, 4, 2, 17)
    assert_same(shown(page), expected)
    assert [slider.get_attribute("aria-valuetext") for slider in sliders] == [str(value) for value in values]
    assert page.problems == []


def test_one_step_of_a_key_is_one_more_where_numbers_are_small(mount):
    page = mount(CostCalculator(1, 1, 3, 1, 1))
    slider = page.get_by_role("slider", name="images, N")
    for expected in (2, 3, 4, 5):
        slider.press("ArrowRight")
        page.evaluate(DRAWN)
        assert slider.get_attribute("aria-valuetext") == str(expected)
    for expected in (4, 3, 2, 1, 1):
        slider.press("ArrowLeft")
        page.evaluate(DRAWN)
        assert slider.get_attribute("aria-valuetext") == str(expected)


def test_keys_that_come_faster_than_frames_all_count(mount):
    page = mount(CostCalculator())
    slider = page.get_by_role("slider", name="images, N")
    slider.evaluate(
        """(slider) => {
            for (let press = 0; press < 4; press++) {
                slider.value = Number(slider.value) + 1;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }"""
    )
    page.evaluate(DRAWN)
    assert slider.get_attribute("aria-valuetext") == "5"


@pytest.mark.parametrize(("typed", "becomes"), [("", 256), ("0", 1), ("-3", 1), ("2000", 1024), ("12.6", 13)])
def test_what_is_no_size_becomes_the_nearest_one_when_the_box_is_left_and_says_so(mount, typed, becomes):
    page = mount(CostCalculator())
    before = shown(page)
    box = page.get_by_role("spinbutton", name="channels in")
    box.fill(typed)
    assert shown(page) == before
    box.press("Tab")
    assert_same(shown(page), CostCalculator(becomes))
    assert box.input_value() == str(becomes)
    said = page.locator("p.note[aria-live]").inner_text() if typed else ""
    assert said.endswith(f"became {becomes}." if typed else "")
    box.fill("64")
    box.press("Tab")
    assert page.locator("p.note[aria-live]").is_hidden()


@pytest.mark.parametrize("size", [3, 5, 7])
def test_beside_table_6_stands_what_it_prints(mount, size):
    page = mount(CostCalculator(8, 8, 9))
    cells = page.locator("table.six tbody td")
    assert cells.nth(0).inner_text() == "–"
    page.get_by_role("button", name="Table 6").click()
    page.locator(f"input[type=radio][value='{size}']").check()
    page.evaluate(DRAWN)
    texts = cells.all_inner_texts()
    assert [(texts[4 * row], texts[4 * row + 2]) for row in range(3)] == TABLE_6[size]
    sizes = 256, 256, size, 100, 100
    counts = cost.conv(*sizes), cost.two_layers(*sizes), cost.acda(*sizes)
    assert [texts[4 * row + 1] for row in range(3)] == [f"{one.multiply_adds / 1e6:,.1f}" for one in counts]
    assert [texts[4 * row + 3] for row in range(3)] == [f"{one.parameters / 1e6:.2f}" for one in counts]


def test_beside_table_6_a_small_layer_has_three_digits_too(mount):
    page = mount(CostCalculator(3, 8, 3, 4, 4))
    page.evaluate(DRAWN)
    texts = page.locator("table.six tbody td").all_inner_texts()
    sizes = 3, 8, 3, 4, 4
    for row, one in enumerate([cost.conv(*sizes), cost.two_layers(*sizes)]):
        assert float(texts[4 * row + 1]) == pytest.approx(one.multiply_adds / 1e6, rel=5e-3)
        assert float(texts[4 * row + 3]) == pytest.approx(one.parameters / 1e6, rel=5e-3)


def test_the_table_shows_the_numbers_with_three_digits_and_beside_them_the_ratio_to_the_convolution(mount):
    page = mount(CostCalculator())
    assert page.locator("table.forms tr.conv td").all_inner_texts() == ["3.21 M", "32.1 G", "10.2 MB"]
    ours = page.locator("table.forms tr.acda td").all_inner_texts()
    assert [text.split("\n") for text in ours] == [["472 k", "0.15 ×"], ["5.53 G", "0.17 ×"], ["17.2 MB", "1.68 ×"]]


def test_bars_are_logarithmic_on_one_scale_a_column(mount):
    calculator = CostCalculator(32, 16, 5)
    page = mount(calculator)
    widths = page.evaluate(
        """[...document.querySelectorAll("table.forms tbody tr")].map(
            (row) => row.querySelectorAll(".track")[1].querySelector("rect").getBoundingClientRect().width)"""
    )
    counts = [calculator.costs()[form].multiply_adds for form in ("conv", "dense", "unfold", "acda")]
    gaps = np.diff(widths)
    np.testing.assert_allclose(gaps / gaps[0], np.diff(np.log(counts)) / np.log(counts[1] / counts[0]), atol=0.01)


def test_bars_glide_to_a_preset_and_stand_at_once_for_who_wants_no_motion(mount):
    for motion, at_once in (("no-preference", False), ("reduce", True)):
        page = mount(CostCalculator(), reduced_motion=motion)
        page.evaluate(
            """() => {
                const bar = document.querySelector("tr.acda .track rect");
                const width = () => bar.getBoundingClientRect().width;
                window.seen = [width()];
                window.ended = new Promise((done) => bar.addEventListener("transitionend", done, { once: true }));
                const look = () => {
                    if (seen.at(-1) !== width()) seen.push(width());
                    requestAnimationFrame(look);
                };
                look();
            }"""
        )
        page.get_by_role("button", name="First layer").click()
        page.wait_for_function("seen.length > 1")
        if not at_once:
            page.evaluate("ended")
        page.evaluate(DRAWN)
        assert (page.evaluate("seen.length") == 2) is at_once


def test_a_new_kernel_size_takes_every_scale_it_can_hold(mount):
    page = mount(CostCalculator())
    for size in (3, 9, 5):
        page.locator(f"input[type=radio][value='{size}']").check()
        assert_same(shown(page), CostCalculator(kernel_size=size))
    assert page.problems == []


def test_without_javascript_the_numbers_stand_there_as_a_table(mount):
    calculator = CostCalculator(32, 16, 5, 40, 30, 2)
    page = mount(calculator, java_script_enabled=False)
    assert page.locator("svg[role=img] rect").count() == 12
    text = page.locator("table").inner_text()
    for form, numbers in calculator.costs().items():
        assert f"{numbers.parameters:,}" in text
        assert f"{numbers.multiply_adds:,}" in text
        assert f"{calculator.saved_bytes()[form]:,}" in text


def test_in_a_notebook_python_sets_the_sizes_and_hears_of_them(mount):
    page = mount(CostCalculator())
    start = CostCalculator(kernel_size=9, num_scales=4).state()
    view = render_in_notebook(page, "cost_calculator", start)
    assert view.get_by_role("link").count() == 0
    view.get_by_role("spinbutton", name="atoms").fill("3")
    assert page.evaluate("saved") == {**start, "num_atoms": 3}
    page.evaluate("python.set('kernel_size', 3)")  # before num_scales has followed
    page.evaluate(DRAWN)
    assert (
        page.evaluate("view.acda.costs()")["acda"]["parameters"]
        == CostCalculator(kernel_size=3, num_atoms=3).costs()["acda"].parameters
    )
    page.evaluate("cleanUp()")
    assert page.evaluate("[...python.listeners.values()].every((calls) => calls.size === 0)")
    assert page.problems == []
