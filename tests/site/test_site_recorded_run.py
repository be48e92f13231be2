"""The recorded-run widget in a real browser: what it shows of a run, and how it is handled."""

import pytest
import torch
from in_page import DRAWN, render_in_notebook

from acda_core.course.lessons.base import Legend
from acda_core.course.record import Frame, as_picture
from acda_core.course.widgets import RecordedRun
from acda_core.course.widgets.training_panel import recorded_view

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"
LEGEND = Legend(("One", "Other"), "doing nothing", "What there is", "White is one.", low=0, high=2)


def small_run(count=4):
    """A run of some frames, each a picture of its own."""
    view = RecordedRun(LEGEND, torch.rand(8, 12), 0.05, "A made-up run.")
    maps = [tuple(as_picture(torch.rand(8, 12), 0, 1) for _ in range(2)) for _ in range(count)]
    frames = [Frame(10 * k, pair, (f"first {k}", f"second {k}")) for k, pair in enumerate(maps)]
    steps = list(range(0, 10 * count, 5))
    view.show(frames, steps, [[1 / (step + 1) for step in steps], [0.5**step for step in steps]])
    return view


def shown(page, what):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.{what}()")


def expect(page, view, position):
    frame = view.frames[position]
    assert shown(page, "position") == position
    assert shown(page, "maps") == [f"data:image/png;base64,{one}" for one in frame["maps"]]
    assert page.locator(".views figcaption b").all_inner_texts()[1:] == frame["facts"]
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == f"step {frame['step']}"
    assert page.problems == []


def test_it_starts_at_the_end_and_the_slider_goes_back(mount):
    view = small_run()
    page = mount(view)
    expect(page, view, 3)
    slider = page.get_by_role("slider")
    slider.press("ArrowLeft")
    expect(page, view, 2)
    slider.press("Home")
    expect(page, view, 0)
    page.get_by_role("status").get_by_text("After 0 steps: One first 0, loss 1. Other second 0, loss 1.").wait_for()
    page.get_by_role("button", name="Reset").click()
    expect(page, view, 3)


def test_the_axis_ends_with_the_run_wherever_the_slider_stands(mount):
    view = small_run(8)
    view.steps, view.losses = view.steps[:-2], [losses[:-2] for losses in view.losses]  # the last one before step 70
    page = mount(view)
    for key in ("End", "Home"):
        page.get_by_role("slider").press(key)
        page.evaluate(DRAWN)
        assert page.locator(".loss-chart .axis").inner_text().split("\n")[-1] == "70 steps"


def test_the_losses_are_those_before_the_step(mount):
    view = small_run()
    page = mount(view)
    page.get_by_role("slider").press("Home")
    page.get_by_role("slider").press("ArrowRight")
    page.evaluate(DRAWN)
    facts = page.locator(".loss-chart .key b").all_inner_texts()
    assert [float(text) for text in facts] == pytest.approx([0.5**10, 1 / 11, 0.05], rel=0.05)


def test_models_level_and_pictures_have_the_names_that_the_run_gives_them(mount):
    page = mount(small_run())
    page.evaluate(DRAWN)
    keys = [" ".join(text.split()[:-1]) for text in page.locator(".loss-chart .key").all_inner_texts()]
    assert keys == ["Other", "One", "doing nothing"]
    assert page.locator(".loss-chart .plot svg").get_attribute("aria-label").endswith(", doing nothing 0.05")
    titles = [text.split("\n")[0] for text in page.locator(".views figcaption").all_inner_texts()]
    assert titles == ["What there is", "One", "Other"]
    assert page.locator(".views .bar").first.inner_text().split() == ["0", "2"]
    assert page.locator(".views img").first.get_attribute("alt") == "What there is: what both look at"
    assert "White is one." in page.locator(".intro").inner_text()


def test_pictures_keep_their_proportions(mount):
    page = mount(small_run())
    page.evaluate(DRAWN)
    for image in page.locator(".views img").all():
        box = image.bounding_box()
        assert box["width"] / box["height"] == pytest.approx(12 / 8, rel=0.02)
        assert image.locator("..").bounding_box()["height"] == pytest.approx(box["height"] + 2, abs=1)


def test_play_shows_every_frame_from_the_first_and_stops_at_the_last(mount):
    view = small_run(3)
    page = mount(view)
    page.get_by_role("button", name="Play").click()
    expect(page, view, 0)
    page.wait_for_function(f"{WIDGET}.acda.position() === 2")
    page.get_by_role("button", name="Play").wait_for()
    expect(page, view, 2)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(900)
    expect(page, view, 0)


def test_the_recorded_toy_run_is_what_the_page_shows(mount):
    view = recorded_view()
    page = mount(view)
    expect(page, view, len(view.frames) - 1)
    sizes = page.evaluate(
        "Promise.all([...document.querySelectorAll('img')].map((one) => one.decode().then(() => one.naturalWidth)))"
    )
    assert sizes == [100, 100, 100]
    assert "acda_core record" in page.locator(".words").inner_text()


def test_without_javascript_the_last_answers_stand_there(mount):
    page = mount(recorded_view(), java_script_enabled=False)
    for image in page.locator("img").all():
        assert image.get_attribute("alt").startswith("The answer of")
        assert image.evaluate("node => node.naturalWidth") == 100
    assert "After 3000 steps" in page.locator(".acda-widget p").inner_text()


def test_in_a_notebook_it_follows_what_a_training_sends(mount):
    page = mount(small_run())
    view = small_run(2)
    inside = render_in_notebook(page, "recorded_run", view.state())
    again = small_run(5)
    for name in ("frames", "steps", "losses", "position"):
        page.evaluate("([name, value]) => python.set(name, value)", [name, again.state()[name]])
    page.evaluate(DRAWN)
    assert inside.get_by_role("slider").get_attribute("max") == "4"
    assert page.evaluate("view.acda.maps()") == [f"data:image/png;base64,{one}" for one in again.frames[4]["maps"]]
    inside.get_by_role("slider").press("ArrowLeft")
    assert page.evaluate("saved.position") == 3
    page.evaluate("cleanUp()")
    assert page.evaluate("[...python.listeners.values()].every((calls) => calls.size === 0)")
    assert page.problems == []
