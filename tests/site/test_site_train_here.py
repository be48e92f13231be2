"""The training widget in a real browser: its numbers against PyTorch's, and how it is handled."""

import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from in_page import DRAWN, render_in_notebook

from acda_core.course.widgets import TrainHere
from acda_core.course.widgets.packing import pack, unpack
from acda_core.data.patterns import ToySample
from acda_core.experiments import toy

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"


def shown(page, what):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.{what}")


def state(page):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.state()")


def click_map(page, row, column):
    area = page.get_by_role("application").bounding_box()
    scale = area["width"] / 40
    page.mouse.click(area["x"] + (column + 0.5) * scale, area["y"] + (row + 0.5) * scale)


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.5])
def test_the_dotted_line_is_the_best_convolution_that_least_squares_finds(mount, noise):
    widget = TrainHere(noise=noise)
    target = widget.target()[None, None]
    sample = ToySample(widget.image()[None, None], target, torch.zeros(0, 2), torch.zeros(0), ())
    best = toy.best_conv(sample).double()
    expected = F.mse_loss(best(sample.image), target).item()
    assert shown(mount(widget), "floor()") == pytest.approx(expected, rel=1e-4)


def test_an_empty_map_has_a_floor_of_zero_and_still_trains(mount):
    page = mount(TrainHere(places=[]))
    page.get_by_role("button", name="One step").click()
    assert shown(page, "floor()") == 0
    assert state(page)["steps"] == 1
    words = re.compile(r"^After 1 step ACDA, .+ finds 0 of 0 patterns.+ and finds 0\.$")
    page.get_by_role("status").get_by_text(words).wait_for()
    assert page.problems == []


def test_what_the_layers_learned_survives_reload_also_under_way_and_is_gone_after_a_new_start(mount):
    page = mount(TrainHere(hidden_channels=8))
    page.get_by_label("Momentum").select_option("0.5")
    for _ in range(3):
        page.get_by_role("button", name="One step").click()
    before, losses = state(page), shown(page, "losses()")
    page.reload()
    assert state(page) == before
    assert (before["steps"], shown(page, "losses()")) == (3, losses)

    page.get_by_role("button", name="Go on").click()
    page.wait_for_function(f"{WIDGET}.acda.losses().acda.length > 8")
    page.wait_for_timeout(1500)  # what came of it is noted once a second
    page.reload()
    assert state(page)["steps"] > 8
    assert len(shown(page, "losses()")["acda"]) == state(page)["steps"]

    page.get_by_role("button", name="Back to step 0").click()
    page.reload()
    assert (state(page)["steps"], state(page)["momentum"]) == (0, 0.5)
    assert page.problems == []


def test_start_pause_step_and_back(mount):
    page = mount(TrainHere(hidden_channels=8))
    page.get_by_role("button", name="Start").click()
    page.wait_for_function(f"{WIDGET}.acda.losses().acda.length > 5")
    page.get_by_role("button", name="Pause").click()
    steps = state(page)["steps"]
    assert steps > 5
    page.wait_for_timeout(100)
    assert len(shown(page, "losses().conv")) == steps
    page.get_by_role("button", name="One step").click()
    assert state(page)["steps"] == steps + 1
    page.get_by_role("button", name="Back to step 0").click()
    assert (state(page)["steps"], state(page)["weights"]) == (0, "")
    np.testing.assert_allclose(
        shown(page, "weights().acda.A"), TrainHere(hidden_channels=8).layers()["acda"].A.detach().flatten(), atol=1e-12
    )
    assert page.get_by_role("button", name="Start").is_visible()
    assert page.problems == []


def test_the_start_shows_a_layer_that_learns_the_map_and_one_that_cannot(mount):
    page = mount(TrainHere())
    page.evaluate(f"{WIDGET}.acda.step(60)")
    page.get_by_role("status").get_by_text("After 60 steps ACDA, with 31,539 parameters").wait_for()
    views = page.locator(".views figcaption b")
    assert [one.inner_text().split(";")[0] for one in views.all()] == ["9 patterns", "finds 0 of 9", "finds 9 of 9"]


def test_while_the_layers_learn_the_sentence_says_so_and_not_what_was_true_before(mount):
    page = mount(TrainHere())
    page.get_by_role("status").get_by_text("After 0 steps").wait_for()
    page.get_by_role("button", name="Start").click()
    page.wait_for_timeout(1500)
    assert "Both layers are learning" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("status").get_by_text(f"After {state(page)['steps']} steps ACDA").wait_for()


def test_a_step_is_drawn_once_however_many_slices_it_takes(mount):
    page = mount(TrainHere(hidden_channels=64))
    page.evaluate(
        """() => {
            window.drawn = 0;
            const put = CanvasRenderingContext2D.prototype.putImageData;
            CanvasRenderingContext2D.prototype.putImageData = function (...given) { drawn++; put.apply(this, given); };
        }"""
    )
    page.get_by_role("button", name="Start").click()
    page.wait_for_function(f"{WIDGET}.acda.losses().acda.length >= 10")
    drawn, steps = page.evaluate(f"[drawn, {WIDGET}.acda.losses().acda.length]")
    assert drawn / 3 <= steps + 3  # three maps; the button asks for a picture too


def test_a_pause_hands_the_trained_layers_to_python(mount):
    widget = TrainHere(num_atoms=2, hidden_channels=8)
    page = mount(widget)
    page.evaluate(f"{WIDGET}.acda.step(10)")
    widget.weights, widget.steps = state(page)["weights"], state(page)["steps"]
    for name, layer in widget.layers().items():
        answer = layer(widget.image()[None, None]).detach().flatten()
        np.testing.assert_allclose(shown(page, f"{name}()"), answer, atol=1e-5)


def test_a_run_that_diverges_stops_and_says_how_to_go_on(mount):
    page = mount(TrainHere(rate=0.3))
    page.get_by_role("button", name="Start").click()
    page.get_by_role("status").get_by_text("ACDA has run away at step").wait_for()
    assert "Choose a smaller learning rate or less momentum" in page.get_by_role("status").inner_text()
    loss = page.locator(".loss-chart .key b").first.inner_text()
    assert re.fullmatch("[1-9]\\.[0-9]·10[⁰¹²³⁴-⁹]+", loss), loss
    assert page.get_by_role("button", name="Start").count() == 0
    assert page.get_by_role("button", name="Go on").is_disabled()
    page.get_by_label("Learning rate").select_option("0.003")
    page.get_by_role("button", name="Back to step 0").click()
    page.evaluate(DRAWN)
    assert page.get_by_role("button", name="Start").is_enabled()
    page.evaluate(f"{WIDGET}.acda.step(5)")
    assert np.isfinite(shown(page, "losses().acda")).all()
    assert page.problems == []


def test_learning_rate_and_momentum_change_under_way_as_in_pytorch(mount):
    widget = TrainHere(hidden_channels=8)
    page = mount(widget)
    page.evaluate(f"{WIDGET}.acda.step(4)")
    page.get_by_label("Learning rate").select_option("0.003")
    page.get_by_label("Momentum").select_option("0.5")
    page.evaluate(f"{WIDGET}.acda.step(4)")
    layer = widget.layers()["acda"]
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.01, momentum=0.9)
    for step in range(8):
        if step == 4:
            optimizer.param_groups[0].update(lr=0.003, momentum=0.5)
        optimizer.zero_grad()
        loss = F.mse_loss(layer(widget.image()[None, None]), widget.target()[None, None])
        loss.backward()
        optimizer.step()
    assert shown(page, "losses().acda")[-1] == pytest.approx(loss.item(), rel=1e-8)


@pytest.mark.parametrize(
    ("label", "value"),
    [("Atoms m", "2"), ("Bases a scale, m′", "3"), ("First layer of Φ", "1"), ("Width of Φ, d", "8"), ("5×5", None)],
)
def test_another_layer_starts_over(mount, label, value):
    page = mount(TrainHere(hidden_channels=16))
    page.evaluate(f"{WIDGET}.acda.step(2)")
    if value:
        page.get_by_label(label).select_option(value)
    else:
        page.get_by_role("checkbox", name=label).uncheck()
    assert state(page)["steps"] == 0
    assert shown(page, "losses().acda") == []
    now = state(page)
    names = "scales", "num_atoms", "num_bases", "first_size", "hidden_channels"
    widget = TrainHere(**{name: now[name] for name in names})
    expected = widget.layers()["acda"](widget.image()[None, None]).detach().flatten()
    np.testing.assert_allclose(shown(page, "acda()"), expected, atol=1e-11)


def test_the_last_scale_cannot_be_taken_away(mount):
    page = mount(TrainHere(scales=[5]))
    page.get_by_role("checkbox", name="5×5").click()
    assert state(page)["scales"] == [5]
    assert page.get_by_role("checkbox", name="5×5").is_checked()


def test_the_map_may_change_while_the_layers_learn(mount):
    page = mount(TrainHere(hidden_channels=8))
    page.evaluate(f"{WIDGET}.acda.step(3)")
    page.get_by_role("button", name="Clear the map").click()
    click_map(page, 20, 10)
    assert (state(page)["steps"], state(page)["places"]) == (3, [[20, 10, 7]])
    widget = TrainHere(places=[[20, 10, 7]], hidden_channels=8)
    np.testing.assert_allclose(shown(page, "image()"), widget.image().flatten(), atol=1e-12)


def test_a_placed_pattern_is_whole_and_takes_away_those_that_it_covers(mount):
    page = mount(TrainHere(places=[[10, 10, 3], [10, 30, 7]], tool="diamond"))
    click_map(page, 12, 13)
    assert state(page)["places"] == [[10, 30, 7], [12, 13, 5]]
    click_map(page, 0, 39)
    assert state(page)["places"][-1] == [2, 37, 5]
    page.get_by_role("radio", name="Erase").check()
    click_map(page, 12, 33)
    assert state(page)["places"] == [[12, 13, 5], [2, 37, 5]]
    page.get_by_role("application").press("ArrowLeft")
    page.get_by_role("radio", name="Square").check()
    page.get_by_role("application").press("Enter")
    assert state(page)["places"][-1] == [12, 32, 3]


def test_a_finger_places_a_pattern(mount):
    page = mount(TrainHere(places=[]), width=390, has_touch=True)
    area = page.get_by_role("application").bounding_box()
    page.touchscreen.tap(area["x"] + 30.5 / 40 * area["width"], area["y"] + 12.5 / 40 * area["width"])
    assert state(page)["places"] == [[12, 30, 7]]


def test_in_a_notebook_browser_and_python_follow_each_other(mount):
    page = mount(TrainHere())
    start = TrainHere(places=[[20, 20, 3]], hidden_channels=8, num_atoms=1, num_bases=1)
    view = render_in_notebook(page, "train_here", start.state())
    assert view.get_by_role("link").count() == 0
    view.get_by_role("button", name="One step").click()
    saved = page.evaluate("saved")
    assert saved["steps"] == 1
    start.set_state({"steps": saved["steps"], "weights": saved["weights"]})
    answer = start.layers()["acda"](start.image()[None, None]).detach().flatten()
    np.testing.assert_allclose(page.evaluate("view.acda.acda()"), answer, atol=1e-5)
    doubled = pack([2 * torch.tensor(unpack(saved["weights"]))])
    page.evaluate("weights => python.set('weights', weights)", doubled)
    page.evaluate(DRAWN)
    start.weights = doubled
    answer = start.layers()["acda"](start.image()[None, None]).detach().flatten()
    np.testing.assert_allclose(page.evaluate("view.acda.acda()"), answer, atol=1e-5)
    page.evaluate("python.set('seed', 8)")
    page.evaluate(DRAWN)
    start.seed = 8
    assert (start.weights, page.evaluate("saved.weights")) == ("", "")
    page.evaluate("cleanUp()")
    assert page.evaluate("[...python.listeners.values()].every((calls) => calls.size === 0)")
    assert page.problems == []
