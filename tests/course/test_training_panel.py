"""The training panel: it trains, stops and goes on, and never loses a model."""

import base64
import io
import math
import time

import matplotlib.image
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from acda_core.course.lessons import TOY_CHOICES, TOY_START, ToyLesson
from acda_core.course.lessons.base import Legend
from acda_core.course.record import FRAMES, Frame, as_picture, record, stored_run
from acda_core.course.widgets import RecordedRun, TrainingPanel
from acda_core.course.widgets.training_panel import recorded_view
from acda_core.data.patterns import toy_sample
from acda_core.experiments import results, toy

SMALL = {**TOY_START, "size": 40, "hidden_channels": 8}


@pytest.fixture
def panel():
    one = TrainingPanel(start=SMALL, recorded="")
    yield one
    one.stop()


def wait_for(condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def test_a_lesson_takes_the_steps_of_the_toy_experiment():
    lesson = ToyLesson()
    sample = toy_sample(0)
    expected = []
    for name in ("conv", "acda"):
        layer = toy.make_layer(name)
        expected.append(toy.train_layer(layer, sample, 3, progress=False).losses)
    torch.testing.assert_close([lesson.step() for _ in range(3)], [list(pair) for pair in zip(*expected, strict=True)])


def test_a_lesson_says_what_the_models_find():
    lesson = ToyLesson(size=40, hidden_channels=8)
    trained = toy.trained()
    lesson.models = {name: trained[name] for name in ("conv", "acda")}
    (conv, conv_words), (acda, acda_words) = lesson.answers()
    assert (conv_words, acda_words) == ("finds 0 of 4; false alarms: 0", "finds 4 of 4; false alarms: 0")
    torch.testing.assert_close(acda, toy.trained()["acda"](lesson.sample.image)[0, 0].detach().clamp(0, 1))
    assert lesson.floor == pytest.approx(
        F.mse_loss(toy.best_conv(lesson.sample)(lesson.sample.image), lesson.sample.target).item()
    )
    assert conv.shape == lesson.picture.shape == (40, 40)


def test_start_trains_in_a_thread_and_stop_ends_it_with_the_models_kept(panel):
    panel._start_button.click()
    wait_for(lambda: panel.steps > 5)
    assert panel.running
    assert panel._start_button.disabled
    assert panel.view.running
    panel._stop_button.click()
    steps, model = panel.steps, panel.lesson.models["acda"]
    assert not panel.running
    assert (panel._start_button.disabled, panel._stop_button.disabled) == (False, True)
    time.sleep(0.05)
    assert panel.steps == steps == len(panel.losses["conv"]) == len(panel.losses["acda"])
    assert panel.view.frames[-1]["step"] == steps
    loss = F.mse_loss(model(panel.lesson.sample.image), panel.lesson.sample.target).item()
    assert loss < panel.losses["acda"][0]
    panel.start()
    wait_for(lambda: panel.steps > steps)
    panel.stop()
    assert panel.lesson.models["acda"] is model
    assert panel.losses["acda"][steps] == pytest.approx(loss, rel=1e-5)


def test_stops_and_starts_change_nothing_in_what_is_learned(panel):
    for _ in range(3):
        panel.start()
        steps = panel.steps
        wait_for(lambda reached=steps: panel.steps > reached)
        panel.stop()
    other = ToyLesson(size=40, hidden_channels=8)
    for _ in range(panel.steps):
        other.step()
    for ours, theirs in zip(panel.lesson.models["acda"].parameters(), other.models["acda"].parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_start_over_makes_a_fresh_lesson_with_the_chosen_settings(panel):
    panel.train(2)
    view = panel.view
    panel._settings["num_atoms"].value = 2
    panel._settings["first_size"].value = 1
    panel._anew_button.click()
    assert panel.steps == 0
    acda = panel.lesson.models["acda"]
    assert (acda.num_atoms, acda.generator.kernel_sizes) == (2, (1, 3))
    assert panel._holder.children == (panel.view,)
    assert panel.view is not view


def test_the_labels_of_the_settings_have_room(panel):
    assert {one.style.description_width for one in panel._settings.values()} == {"initial"}


def test_a_loss_that_is_not_finite_stops_the_training_and_says_what_to_do(panel):
    panel.train(1)
    kept = [parameter.clone() for parameter in panel.lesson.models["conv"].parameters()]
    with torch.no_grad():
        panel.lesson.models["acda"].A.fill_(math.inf)
    panel.start()
    wait_for(lambda: not panel.running)
    assert panel._said.value == (
        "step 1; ACDA: the loss is no longer finite; choose a smaller learning rate, then press Start over"
    )
    assert not panel._start_button.disabled
    for before, after in zip(kept, panel.lesson.models["conv"].parameters(), strict=True):
        assert torch.equal(before, after)


def test_a_long_training_keeps_few_frames_and_losses_the_first_and_the_last_among_them(panel):
    lesson = panel.lesson
    panel.losses = {name: np.linspace(1, 2, 5000).tolist() for name in lesson.models}
    panel._frames = [Frame(step, ("", ""), ("", "")) for step in range(0, 4900, 10)]
    panel.steps = 5000
    for _ in range(6):
        panel._show()
    view = panel.view
    assert len(view.frames) <= 24
    assert (view.frames[0]["step"], view.frames[-1]["step"]) == (0, 5000)
    assert len(view.steps) <= 401
    assert (view.steps[0], view.steps[-1]) == (0, 4999)
    assert view.losses[0] == [panel.losses["conv"][step] for step in view.steps]


def test_the_slider_stays_where_the_reader_looks_and_follows_at_the_end():
    view = RecordedRun(Legend(), torch.zeros(4, 4), 0.1)
    frames = [Frame(step, ("", ""), ("", "")) for step in range(5)]
    view.show(frames[:3], [], [[], []])
    assert view.position == 2
    view.show(frames[:4], [], [[], []])
    assert view.position == 3
    view.position = 1
    view.show(frames, [], [[], []])
    assert view.position == 1
    view.show(frames[:1], [], [[], []])
    assert view.position == 0


@pytest.mark.parametrize("greys", [16, 32])
def test_a_picture_has_few_greys(greys):
    field = torch.rand(29, 27) * 1.4 - 0.2
    read = matplotlib.image.imread(io.BytesIO(base64.b64decode(as_picture(field, 0, 1, greys))))
    np.testing.assert_allclose(read, field.clamp(0, 1), atol=0.5 / (greys - 1) + 1 / 255)
    assert len(np.unique(read)) == greys


def test_a_recorded_run_starts_as_the_stored_one_and_keeps_its_form():
    frames, steps, losses, stored = stored_run("toy_run")
    assert [frame.step for frame in frames] == list(FRAMES)
    assert steps[-1] == FRAMES[-1]
    assert min(losses[1]) < min(losses[0]) / 10
    assert stored["command"] == "python -m acda_core record --steps 3000"
    rows = record(2)
    for row, theirs in zip(rows, results.load("toy_run")["results"], strict=False):
        assert row["conv_loss"] == pytest.approx(theirs["conv_loss"], rel=1e-3)
        assert row["acda_loss"] == pytest.approx(theirs["acda_loss"], rel=1e-3)
    assert rows[0].keys() == stored["results"][0].keys()
    toy_row = next(row for row in results.load("toy")["results"] if (row["conv"], row["seed"]) == ("acda", 0))
    assert losses[1][-1] == pytest.approx(toy_row["mse"], rel=0.2)


def test_the_page_gets_the_recorded_run_and_a_panel_of_its_own_what_it_has_trained(panel):
    html = TrainingPanel(start=SMALL)._repr_mimebundle_()[0]["text/html"]
    assert html == recorded_view()._repr_mimebundle_()[0]["text/html"]
    panel.train(3)
    html = panel._repr_mimebundle_()[0]["text/html"]
    assert "After 3 steps of training" in html
    assert 'data-widget="recorded_run"' in html


def test_a_training_in_a_cell_keeps_answers_on_the_way_closer_together_at_the_beginning(panel):
    panel.train(16, frames=5)
    assert [frame["step"] for frame in panel.view.frames] == [0, 1, 4, 9, 16]
    panel.train(4, frames=2)
    assert [frame["step"] for frame in panel.view.frames] == [0, 1, 4, 9, 16, 20]


@pytest.mark.slow
def test_every_choice_of_the_toy_can_be_trained():
    for name, values in TOY_CHOICES.items():
        for value in values:
            lesson = ToyLesson(**{**SMALL, name: value})
            assert all(math.isfinite(loss) for loss in lesson.step())


def test_what_cannot_be_is_an_error_that_names_it(panel):
    with pytest.raises(ValueError, match="`names` must be two, got 1"):
        Legend(names=("a",))
    view = RecordedRun(Legend(), torch.zeros(3, 3), 0.0)
    with pytest.raises(ValueError, match="`frames` must hold at least one frame"):
        view.show([], [], [[], []])
    frame = Frame(0, ("", ""), ("", ""))
    with pytest.raises(ValueError, match=r"`losses` must be two lists of 2, one a step, got \[2, 1\]"):
        view.show([frame], [0, 1], [[1, 2], [1]])
    view.show([frame], [0], [[1], [2]])
    with pytest.raises(ValueError, match="`position` must be from 0 to 0, got 1"):
        view.position = 1
    with pytest.raises(ValueError, match="`steps` must be at least 1 and no training under way, got 0, False"):
        panel.train(0)
    for frames in (1, 25):
        with pytest.raises(ValueError, match=f"`frames` must be from 2 to 24, got {frames}"):
            panel.train(1, frames)
    with pytest.raises(ValueError, match="`steps` must be at least 1, got 0"):
        record(0)


@pytest.mark.slow
def test_in_a_kernel_the_training_goes_on_between_cells():
    import nbclient
    import nbformat

    cells = [
        "from acda_core.course.widgets import TrainingPanel\n"
        "from acda_core.course.lessons import TOY_START\n"
        "import time\n"
        "panel = TrainingPanel(start={**TOY_START, 'size': 40, 'hidden_channels': 8}, recorded='')\n"
        "panel",
        "panel.start()",
        "while panel.steps < 10:\n    time.sleep(0.05)",
        "panel.stop()\nprint(panel.steps >= 10, panel.running, panel.view.frames[-1]['step'] == panel.steps)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert "application/vnd.jupyter.widget-view+json" in notebook.cells[0].outputs[0].data
    assert notebook.cells[-1].outputs[0].text == "True False True\n"
