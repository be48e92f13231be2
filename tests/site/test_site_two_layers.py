"""The two-layers widget in a real browser: its numbers against acda_core's, and how it is handled."""

import re

import numpy as np
import pytest
import torch
from in_page import DRAWN

from acda_core import reference
from acda_core.course.widgets import TwoLayers

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"
GREYS = """(canvas) => Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)
    .filter((_, index) => index % 4 === 0)"""
SIZES = {"in_channels": 5, "out_channels": 7, "num_atoms": 4, "kernel_size": 7, "height": 9, "width": 14}


def shown(page, what="now"):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.{what}()")


def state(page):
    return shown(page, "state")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {**SIZES, "row": 0, "column": 13, "channel": 6, "seed": 9999},
        {**SIZES, "row": 8, "column": 0, "channel": 3, "seed": 5},
        {"in_channels": 1, "out_channels": 1, "num_atoms": 1, "kernel_size": 3, "row": 15},
        {"in_channels": 40, "num_atoms": 8, "height": 48, "width": 8, "row": 47, "column": 7},
    ],
)
def test_both_ways_give_the_number_of_the_package_and_of_the_definition(mount, settings):
    widget = TwoLayers(**settings)
    page = mount(widget)
    now = shown(page)
    at = widget.row, widget.column
    expected = widget.output()[(widget.channel, *at)].item()
    assert abs(expected) > 1e-3
    assert now["filters"] == pytest.approx(expected, abs=1e-12)
    assert now["atomsFirst"] == pytest.approx(expected, abs=1e-12)
    K = reference.compose_filters(
        widget.coefficients()[[widget.channel]], widget.atoms()[None, ..., at[0], at[1]][..., None, None]
    )
    np.testing.assert_allclose(now["K"], K[0, 0, ..., 0, 0].flatten(1), atol=1e-12)
    np.testing.assert_allclose(now["atoms"], widget.atoms()[..., *at].flatten(1), atol=1e-12)
    reach = widget.kernel_size // 2
    padded = torch.nn.functional.pad(widget.features(), [reach] * 4)
    window = padded[:, at[0] : at[0] + 2 * reach + 1, at[1] : at[1] + 2 * reach + 1]
    np.testing.assert_array_equal(now["patches"], window.flatten(1))
    greys = page.get_by_role("group", name="Pixels around it").locator("canvas").first.evaluate(GREYS)
    np.testing.assert_allclose(greys, 255 * ((window[0].flatten() + 0.3) / 1.6).clamp(0, 1), atol=0.51)
    np.testing.assert_allclose(now["zTilde"], torch.einsum("muv,iuv->im", widget.atoms()[..., *at], window), atol=1e-12)
    assert page.problems == []


@pytest.mark.parametrize("settings", [{}, SIZES, {"in_channels": 256, "out_channels": 256, "num_atoms": 8}])
def test_the_counters_are_those_of_the_package(mount, settings):
    widget = TwoLayers(**settings, step=3)
    page = mount(widget)
    counts = shown(page, "counts")
    pixels = widget.height * widget.width
    assert page.get_by_text("What each way costs (bars logarithmic)").is_visible()
    texts = page.locator(".counters tbody tr").all_inner_texts()
    for way, cost in widget.costs().items():
        assert pixels * sum(counts[way]["steps"]) == cost.multiply_adds
        assert pixels * counts[way]["held"] == cost.intermediate
        assert f"{cost.multiply_adds:,}" in texts[1]
        assert f"{cost.intermediate:,}" in texts[2]
    assert page.problems == []


def test_the_steps_uncover_both_ways_and_count_on(mount):
    page = mount(TwoLayers(step=0))
    counts = shown(page, "counts")
    for step in range(4):
        page.evaluate(DRAWN)
        for way, title in (("filters", "Filters first"), ("atoms", "Atoms first")):
            section = page.get_by_role("region", name=title)
            assert section.locator(".first").is_visible() == (step >= 1)
            assert section.locator(".sums").is_visible() == (step >= 2)
            so_far = f"{sum(counts[way]['steps'][:step]):,}"
            cell = page.locator(f".counters tbody tr:first-child td[data-label='{title}']")
            assert cell.inner_text().strip() == so_far
        assert ("they differ by" in page.locator(".meeting").inner_text()) == (step == 3)
        page.get_by_role("button", name="Next" if step < 3 else "Again").click()
    assert state(page)["step"] == 0
    page.get_by_role("button", name="2, second step").click()
    assert state(page)["step"] == 2


def test_the_numbers_that_meet_differ_at_rounding_at_most(mount):
    page = mount(TwoLayers(step=3, in_channels=64, num_atoms=6))
    differences = []
    for _ in range(8):
        now = shown(page)
        differences.append(abs(now["filters"] - now["atomsFirst"]))
        page.get_by_role("button", name="New numbers").click()
    assert max(differences) < 1e-11
    assert re.search("they differ by (0|[1-9]·10⁻¹[¹²³⁴-⁹])$", page.locator(".meeting").inner_text())


def test_arrow_keys_and_the_pointer_pick_the_pixel_and_stay_inside(mount):
    page = mount(TwoLayers(row=2, column=2, height=10, width=20))
    box = page.get_by_role("application")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp"):
        box.press(key)
    assert (state(page)["row"], state(page)["column"]) == (1, 4)
    for _ in range(3):
        box.press("ArrowUp")
    assert state(page)["row"] == 0
    area = page.locator(".map").nth(1).bounding_box()
    page.mouse.click(area["x"] + 17.5 / 20 * area["width"], area["y"] + 7.5 / 10 * area["height"])
    assert (state(page)["row"], state(page)["column"]) == (7, 17)
    page.mouse.move(area["x"] + 5, area["y"] + 5)
    assert (state(page)["row"], state(page)["column"]) == (7, 17)
    assert page.problems == []


def test_a_finger_picks_the_pixel(mount):
    page = mount(TwoLayers(height=16, width=16), width=390, has_touch=True)
    area = page.locator(".map").first.bounding_box()
    page.touchscreen.tap(area["x"] + 3.5 / 16 * area["width"], area["y"] + 12.5 / 16 * area["height"])
    assert (state(page)["row"], state(page)["column"]) == (12, 3)


def test_sliders_set_the_sizes_and_keep_the_pixel_and_channel_inside(mount):
    page = mount(TwoLayers(row=15, column=15, channel=3))
    page.get_by_role("slider", name="height").press("Home")
    page.get_by_role("slider", name="output channels").press("Home")
    page.get_by_role("slider", name="input channels").press("End")
    page.get_by_role("radio", name="7×7").check()
    found = state(page)
    assert [found[name] for name in ("height", "row", "column")] == [8, 7, 15]
    assert [found[name] for name in ("in_channels", "out_channels", "channel", "kernel_size")] == [256, 1, 0, 7]
    assert page.get_by_role("slider", name="input channels").get_attribute("aria-valuetext") == "256"
    page.get_by_role("button", name="Deep inside").click()
    assert state(page)["out_channels"] == 256
    page.get_by_role("button", name="Another output channel").click()
    assert state(page)["channel"] == 1


def test_without_javascript_a_still_picture_and_the_counts_stand_there(mount):
    page = mount(TwoLayers(), java_script_enabled=False)
    assert page.locator("svg").get_attribute("aria-label")
    found = TwoLayers().output()[0, 6, 9].item()
    assert found < 0
    said = page.locator("main p").inner_text()
    assert f"Output channel 1 at row 6, column 9 is −{-found:.6f} by both ways" in said
    assert f"{TwoLayers().costs()['filters'].multiply_adds:,}" in page.locator("table").inner_text()


def test_play_takes_the_steps_slides_the_window_and_stops(mount):
    page = mount(TwoLayers(row=2, column=15, height=16, width=16, step=0))
    page.get_by_role("radio", name="2×").check()
    page.get_by_role("button", name="Play").click()
    for step in (1, 2, 3):
        page.wait_for_function(f"{WIDGET}.acda.state().step === {step}")
    page.wait_for_function(f"{WIDGET}.acda.state().row === 3")
    assert (state(page)["column"], state(page)["step"]) == (0, 1)
    page.get_by_role("button", name="Pause").click()
    before = state(page)
    page.wait_for_timeout(1000)
    assert state(page) == before
    assert page.problems == []


def test_what_plays_rests_out_of_sight(mount):
    page = mount(TwoLayers(step=0))
    page.evaluate("document.querySelector('main').insertAdjacentHTML('afterend', '<div style=height:5000px></div>')")
    page.get_by_role("radio", name="2×").check()
    page.get_by_role("button", name="Play").click()
    page.evaluate("scrollTo(0, 6000)")
    page.wait_for_timeout(300)
    before = state(page)
    page.wait_for_timeout(1200)
    assert state(page) == before
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(
        "(before) => document.querySelector('[data-widget]').acda.state().step !== before", arg=before["step"]
    )


def test_atoms_mix_and_sums_flow_to_the_numbers_of_the_step(mount):
    page = mount(TwoLayers(step=0), reduced_motion="no-preference")
    page.evaluate(DRAWN)
    pictures = "[...document.querySelectorAll('.way .three canvas')].map((one) => one.toDataURL()).join()"
    whole = page.evaluate(pictures)
    page.get_by_role("button", name="1, first step").click()
    page.wait_for_function(f"(whole) => {pictures} !== whole", arg=whole)
    page.wait_for_function(f"(whole) => {pictures} === whole", arg=whole)
    page.get_by_role("button", name="2, second step").click()
    page.locator(".sums .coming").first.wait_for(state="attached")
    page.wait_for_function("document.querySelectorAll('.sums .coming').length === 0")
    results = {text.split(" = ")[1] for text in page.locator(".way .result").all_inner_texts()}
    assert results == {f"{shown(page)['filters']:.6f}".replace("-", "−")}


def test_on_a_phone_the_steps_and_the_result_are_in_view_together(mount):
    page = mount(TwoLayers(step=3), width=390, has_touch=True)
    page.evaluate(DRAWN)
    flow = page.locator(".flow").bounding_box()
    for part in (0.1, 0.5, 0.9):
        page.evaluate("(top) => scrollTo(0, top)", flow["y"] + part * flow["height"] - 450)
        for name in (".stepper", ".meeting"):
            box = page.locator(name).bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 900


def test_on_a_phone_each_filter_stands_beside_what_it_is_mixed_of(mount):
    page = mount(TwoLayers(step=1), width=390)
    page.evaluate(DRAWN)
    figures = page.locator(".ways figure").all()
    assert len(figures) == 3
    for figure in figures:
        picture, caption = figure.locator(".frame").bounding_box(), figure.locator("figcaption").bounding_box()
        assert caption["x"] >= picture["x"] + picture["width"]
        assert caption["height"] <= picture["height"]
