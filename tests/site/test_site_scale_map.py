"""The scale map in a real browser: its numbers against acda_core's, and how it is handled."""

import copy
import gzip

import numpy as np
import pytest
import torch
from in_page import DRAWN, render_in_notebook, swipe

from acda_core.course.widgets import ScaleMap
from acda_core.data import objects
from acda_core.data.bccd import bccd_sample
from acda_core.experiments import counting
from acda_core.experiments.statistics import rank_correlation
from acda_core.nets.inspect import scale_shares

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"
MAPS = [(24, 32)] * 2 + [(15, 20)] * 2


def shown(page, what):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.{what}()")


def pixel_of(page):
    state = shown(page, "state")
    return state["row"], state["column"]


def middle_of(page, row, column, picture=0):
    page.get_by_role("application").scroll_into_view_if_needed()
    area = page.get_by_role("application").bounding_box()
    rows, columns = MAPS[picture]
    return area["x"] + (column + 0.5) / columns * area["width"], area["y"] + (row + 0.5) / rows * area["height"]


def shares_from_scratch(picture):
    """The shares of a picture's map, and half of a step between two bytes for each scale."""
    if picture < 2:
        network, images = counting.trained("crowds"), objects.crowds(counting.TEST_SEED, 5).images[[4, 2]]
    else:
        network = counting.trained("bccd")
        images = objects.smears(bccd_sample(counting.REDUCE)).images[[4, 2]]
    with torch.no_grad():
        both = scale_shares(network.body[0], network.stem(images)).numpy()
    return both[picture % 2], (both.max((0, 2, 3)) - both.min((0, 2, 3))) / 255 / 2


@pytest.mark.parametrize("picture", range(4))
def test_the_shares_at_clicked_pixels_are_those_of_the_package_to_half_a_step_of_eight_bits(mount, picture):
    page = mount(ScaleMap(picture))
    expected, half = shares_from_scratch(picture)
    rows, columns = MAPS[picture]
    for row, column in ((0, 0), (rows - 1, columns - 1), (9, 4), (5, 13)):
        page.mouse.click(*middle_of(page, row, column, picture))
        assert pixel_of(page) == (row, column)
        difference = np.abs(np.array(shown(page, "shares")) - expected[:, row, column])
        assert (difference <= half + 1e-5).all(), difference / half
        written = [float(text) for text in page.locator(".share .value").all_inner_texts()]
        np.testing.assert_allclose(written, shown(page, "shares"), atol=5.1e-4)
    assert page.problems == []


def test_arrow_keys_lead_to_the_shares_of_the_neighbours_and_stop_at_the_border(mount):
    page = mount(ScaleMap(row=0, column=30))
    expected, half = shares_from_scratch(0)
    box = page.get_by_role("application")
    steps = {"ArrowUp": (0, 30), "ArrowDown": (1, 30), "ArrowRight": (1, 31), "ArrowLeft": (1, 30)}
    for key, (row, column) in steps.items():
        box.press(key)
        assert pixel_of(page) == (row, column)
        assert (np.abs(np.array(shown(page, "shares")) - expected[:, row, column]) <= half + 1e-5).all()
    for _ in range(3):
        box.press("ArrowRight")
    assert pixel_of(page) == (1, 31)


@pytest.mark.parametrize("picture", range(4))
def test_the_rank_correlation_is_that_of_the_package_on_the_same_numbers(mount, picture):
    widget = ScaleMap(picture)
    page = mount(widget)
    sizes, shares = torch.tensor(shown(page, "objects"), dtype=torch.float64).T
    assert shown(page, "correlation") == pytest.approx(rank_correlation(sizes, shares), abs=1e-9)
    assert shown(page, "correlation") == pytest.approx(widget.correlation(), abs=0.01)
    for mine, theirs in zip((sizes, shares), widget.objects(), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_ranks_of_equal_numbers_are_shared_and_the_medians_are_those_of_the_thirds(mount):
    page = mount(ScaleMap())
    state = copy.deepcopy(ScaleMap().state())
    values = [(4, 0.2), (1, 0.124), (2, 0.124), (1, 0.15), (5, 0.15), (6, 0.2), (3, 0.2), (3, 0.18)]
    like = state["pictures"][0]["objects"][0]
    state["pictures"][0]["objects"] = [{**like, "size": size, "share": share} for size, share in values]
    view = render_in_notebook(page, "scale_map", state)
    expected = rank_correlation(*torch.tensor(values, dtype=torch.float64).T)
    assert page.evaluate("view.acda.correlation()") == pytest.approx(expected, abs=1e-9)
    claim = view.locator(".claim").inner_text()
    assert "from 8 objects" in claim
    assert "The median share is 0.137 at the smaller third of the objects and 0.175 at the larger third" in claim


@pytest.mark.parametrize(
    ("slope", "words"),
    [
        (0.001, "+1.00, from 32 objects. Here larger objects tend to have the larger share, as Figure 7 says"),
        (-0.001, "−1.00, from 32 objects. Here larger objects tend to have the smaller share, against Figure 7"),
        (0.0, "0.00, from 32 objects. That may well be chance"),
    ],
)
def test_the_sentence_says_what_the_picture_shows_whatever_it_is(mount, slope, words):
    page = mount(ScaleMap())
    state = copy.deepcopy(ScaleMap().state())
    for one in state["pictures"][0]["objects"]:
        one["share"] = 0.15 + slope * one["size"]
    claim = render_in_notebook(page, "scale_map", state).locator(".claim").inner_text()
    assert f"in this picture: {words}: numbers that" in claim
    assert "within ±0.35 in 19 cases of 20" in claim
    assert claim.endswith("One picture proves nothing; it takes many, and networks from several seeds.")


def test_another_picture_brings_another_map_another_scatter_and_another_sentence(mount):
    page = mount(ScaleMap(row=23, column=31))
    seen = set()
    drawn = f"{WIDGET}.querySelector('canvas').toDataURL() + {WIDGET}.querySelector('svg.points').outerHTML"
    for name in ("Crowd 1 (synthetic)", "Crowd 2 (synthetic)", "Blood smear 1", "Blood smear 2"):
        page.get_by_role("radio", name=name).check()
        page.evaluate(DRAWN)
        seen |= {page.evaluate(drawn), page.locator(".claim").inner_text()}
        assert page.locator(".frame img").evaluate("node => node.decode().then(() => node.naturalWidth)") in (80, 128)
    assert len(seen) == 8
    assert pixel_of(page) == (14, 19)
    assert page.problems == []


def test_the_map_has_the_colours_of_its_scale_between_the_numbers_of_the_bar(mount):
    page = mount(ScaleMap())
    expected, _ = shares_from_scratch(0)
    for scale, size in enumerate((3, 5, 7)):
        page.get_by_role("radio", name=f"Share of {size}×{size}").check()
        page.evaluate(DRAWN)
        green = page.evaluate(
            f"""(() => {{ const canvas = {WIDGET}.querySelector("canvas");
                const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                return Array.from(data).filter((_, index) => index % 4 === 1); }})()"""
        )
        assert np.corrcoef(green, expected[scale].flatten())[0, 1] > 0.99  # viridis: more green, more share
        low, _, high = page.locator(".bar span").all_inner_texts()
        assert float(low) <= expected[scale].min() + 1e-3
        assert float(high) >= expected[scale].max() - 1e-3
    page.get_by_role("radio", name="Picture", exact=True).check()
    page.evaluate(DRAWN)
    assert not page.locator("canvas").is_visible()
    assert not page.locator(".bar").is_visible()
    assert page.locator(".frame img").is_visible()


def test_it_names_the_object_that_the_pixel_is_in(mount):
    widget = ScaleMap(3)
    page = mount(widget)
    there = page.locator(".there")
    names = {0: "red blood cell", 1: "white blood cell", 2: "platelet"}
    found = set()
    for one in widget.pictures[3]["objects"]:
        page.mouse.click(*middle_of(page, int(one["row"] / 4), int(one["column"] / 4), 3))
        page.evaluate(DRAWN)
        found.add(there.inner_text())
        assert page.locator(".plot path.here").count() == 1
    assert {f"in a {names[one['kind']]} of {one['size']:.1f} pixels" for one in widget.pictures[3]["objects"]} == found
    page.mouse.click(*middle_of(page, 13, 12, 3))
    page.evaluate(DRAWN)
    assert there.inner_text() == "in no marked object"
    assert page.locator(".plot path.here").count() == 0


def test_the_mouse_drags_the_pixel_and_hovers_without_moving_it(mount):
    page = mount(ScaleMap())
    page.mouse.move(*middle_of(page, 3, 3))
    assert pixel_of(page) == (14, 17)
    page.mouse.down()
    page.mouse.move(*middle_of(page, 5, 20))
    assert pixel_of(page) == (5, 20)
    page.mouse.move(-50, 5000)
    page.mouse.up()
    assert pixel_of(page) == (23, 0)
    assert page.evaluate("getSelection().isCollapsed")  # else the photograph turns blue


def test_a_tap_moves_the_pixel_and_a_swipe_scrolls_the_page_instead(mount):
    page = mount(ScaleMap(), width=390, has_touch=True)
    before = shown(page, "state")
    swipe(page, 32, 10, range(20, 2, -2))
    page.wait_for_function("scrollY > 50")
    assert shown(page, "state") == before
    page.touchscreen.tap(*middle_of(page, 12, 30))
    assert pixel_of(page) == (12, 30)


def test_sliders_move_the_square_and_the_button_takes_the_circles_away(mount):
    page = mount(ScaleMap())
    page.get_by_role("slider", name="Row of the pixel").press("ArrowRight")
    page.get_by_role("slider", name="Column of the pixel").press("End")
    assert pixel_of(page) == (15, 31)
    square = page.locator(".frame rect.line")
    assert (square.get_attribute("y"), square.get_attribute("x")) == ("15", "31")
    rings = page.locator(".frame circle.line")
    assert rings.count() == 32
    assert rings.first.is_visible()
    button = page.get_by_role("button", name="Circles around the objects", pressed=True)
    button.click()
    page.evaluate(DRAWN)
    assert not rings.first.is_visible()
    assert page.get_by_role("button", name="Circles around the objects", pressed=False).count() == 1


def test_a_screen_reader_hears_where_the_pixel_is_and_what_its_filters_draw_on(mount):
    page = mount(ScaleMap())
    page.get_by_role("application").press("ArrowDown")
    page.get_by_role("status").filter(has_text="Row 15, column 17").wait_for()
    heard = page.get_by_role("status").inner_text()
    assert "lies on the 3×3 bases" in heard
    expected, _ = shares_from_scratch(0)
    part = (expected[2] < expected[2, 15, 17]).mean()
    assert abs(int(heard.split("at ")[-1].split("\u00a0")[0]) - 100 * part) <= 2
    label = page.get_by_role("application").get_attribute("aria-label")
    assert label == "Crowd 1 (synthetic), row 15, column 17: arrow keys move the pixel"


def test_what_it_adds_to_a_page_is_small():
    html = ScaleMap()._repr_mimebundle_()[0]["text/html"]
    assert len(gzip.compress(html.encode())) < 25_000
