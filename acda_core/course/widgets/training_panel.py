"""The training panel: train two models in a running notebook, watch losses and maps, stop, look, go on."""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets

from acda_core.course.lessons import TOY_CHOICES, TOY_START, Lesson, ToyLesson
from acda_core.course.record import Frame, as_picture, stored_run
from acda_core.course.widgets.recorded_run import RecordedRun

MOST_FRAMES = 24
MOST_LOSSES = 400
LABELS = {
    "rate": "learning rate",
    "num_atoms": "atoms m",
    "hidden_channels": "width of Φ",
    "first_size": "Φ’s first kernel",
    "size": "map size",
}


class TrainingPanel(ipywidgets.VBox):
    """Buttons, settings and a live view of a training in a running notebook; on a page without a kernel a recorded run.

    The training runs in a thread of its own, so other cells can be run meanwhile. Stop ends it after the step under
    way. The models are `panel.lesson.models`, at every moment: a stop, an error or a closed page loses nothing.

    Attributes:
        lesson: what is trained now.
        steps: how many it has taken.
        losses: of each model, before each step.
        view: the :class:`RecordedRun` that shows it.

    Args:
        make: called with the settings, makes a :class:`acda_core.course.lessons.base.Lesson`.
        choices: the settings, by name: what each can be.
        start: what each is at the beginning; without them the toy's own.
        recorded: name of the stored run that a page without a kernel shows; "" for what the panel has trained itself.
    """

    def __init__(
        self,
        make: Callable[..., Lesson] = ToyLesson,
        choices: Mapping[str, Sequence[float | str]] = TOY_CHOICES,
        start: Mapping[str, float | str] = TOY_START,
        recorded: str = "toy_run",
    ) -> None:
        self._make, self._recorded = make, recorded
        self._stop, self._busy = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._settings = {
            name: ipywidgets.Dropdown(
                options=options,
                value=start[name],
                description=LABELS.get(name, name),
                style={"description_width": "initial"},
            )
            for name, options in choices.items()
        }
        self._start_button = ipywidgets.Button(description="Start", button_style="primary")
        self._stop_button = ipywidgets.Button(description="Stop", disabled=True)
        self._anew_button = ipywidgets.Button(description="Start over")
        self._said = ipywidgets.Label()
        self._start_button.on_click(lambda _: self.start())
        self._stop_button.on_click(lambda _: self.stop())
        self._anew_button.on_click(lambda _: self.start_over())
        self.lesson, self.view = self._fresh()
        self._begin()
        self._holder = ipywidgets.VBox([self.view])
        buttons = ipywidgets.HBox([self._start_button, self._stop_button, self._anew_button, self._said])
        grid = ipywidgets.HBox(list(self._settings.values()), layout=ipywidgets.Layout(flex_flow="row wrap"))
        super().__init__([buttons, self._holder, grid])

    @property
    def running(self) -> bool:
        """Whether a training is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Train until :meth:`stop`, in a thread."""
        if self.running:
            return
        self._stop.clear()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the training after the step under way, and wait for it."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def start_over(self) -> None:
        """Stop, and make a fresh lesson with the settings that are chosen now."""
        self.stop()
        self.lesson, self.view = self._fresh()
        self._begin()
        self._holder.children = (self.view,)

    def train(self, steps: int, frames: int = 12) -> None:
        """Take so many steps here and now, and show them.

        Args:
            steps: at least 1.
            frames: how many of the answers on the way are kept, closer together at the beginning; at least 2, at most
                MOST_FRAMES. The answers before the first step and after the last are always among them.

        Raises:
            ValueError: a number out of range, or a training is under way.
            FloatingPointError: as the lesson.
        """
        if steps < 1 or self.running:
            raise ValueError(f"`steps` must be at least 1 and no training under way, got {steps}, {self.running}")
        if not 2 <= frames <= MOST_FRAMES:
            raise ValueError(f"`frames` must be from 2 to {MOST_FRAMES}, got {frames}")
        kept = {round(steps * (index / (frames - 1)) ** 2) for index in range(frames)}
        try:
            for step in range(1, steps + 1):
                self._advance()
                if step in kept:
                    self._show()
        finally:
            self._show()

    def _fresh(self) -> tuple[Lesson, RecordedRun]:
        """A lesson with the settings that are chosen now, and an empty view of it."""
        lesson = self._make(**{name: dropdown.value for name, dropdown in self._settings.items()})
        return lesson, RecordedRun(lesson.legend, lesson.picture, lesson.floor)

    def _begin(self) -> None:
        self.steps = 0
        self.losses: dict[str, list[float]] = {name: [] for name in self.lesson.models}
        self._frames: list[Frame] = []
        self._said.value = ""
        self._show()

    def _advance(self) -> None:
        with self._busy:
            for losses, loss in zip(self.losses.values(), self.lesson.step(), strict=True):
                losses.append(loss)
            self.steps += 1

    def _work(self) -> None:
        self._set_buttons(running=True)
        said = ""
        started, first, shown = time.monotonic(), self.steps, 0.0
        try:
            while not self._stop.is_set():
                self._advance()
                now = time.monotonic()
                if now - shown > 0.5:
                    self._show()
                    speed = (self.steps - first) / (now - started)
                    self._said.value = f"step {self.steps}, {speed:.0f} a second"
                    shown = time.monotonic()
        except FloatingPointError as error:
            said = f"; {error}; choose a smaller learning rate, then press Start over"
        finally:
            self._show()
            self._said.value = f"step {self.steps}{said}"
            self._set_buttons(running=False)

    def _set_buttons(self, running: bool) -> None:
        self._start_button.disabled, self._stop_button.disabled = running, not running
        self.view.running = running

    def _show(self) -> None:
        """Add a frame of what the models answer now, and show all."""
        if not self._frames or self._frames[-1].step < self.steps:
            self._add_frame()
        if len(self._frames) > MOST_FRAMES:
            self._frames = [*self._frames[:-1:2], self._frames[-1]]
        steps = self._shown_steps()
        self.view.show(self._frames, steps, [[losses[step] for step in steps] for losses in self.losses.values()])

    def _add_frame(self) -> None:
        """Keep what the models answer now."""
        with self._busy:
            answers = self.lesson.answers()
        (first, first_words), (second, second_words) = answers
        maps = as_picture(first, 0, 1), as_picture(second, 0, 1)
        self._frames.append(Frame(self.steps, maps, (first_words, second_words)))

    def _shown_steps(self) -> list[int]:
        """At most MOST_LOSSES of the steps that were taken, the last one among them."""
        stride = max(1, math.ceil(self.steps / MOST_LOSSES))
        steps = list(range(0, self.steps, stride))
        return steps if not steps or steps[-1] == self.steps - 1 else [*steps, self.steps - 1]

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The panel for a notebook, and the recorded run for a page without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        view = recorded_view(self._recorded) if self._recorded else self.view
        return {**data, "text/html": view._repr_mimebundle_()[0]["text/html"]}, metadata


def recorded_view(name: str = "toy_run") -> RecordedRun:
    """The stored run of the toy experiment of that name, a file that ``python -m acda_core record`` wrote.

    Raises:
        FileNotFoundError: there is none.
    """
    frames, steps, losses, stored = stored_run(name)
    lesson = ToyLesson()
    words = f"Recorded on {stored['date']}, on a CPU, by: {stored['command']}."
    view = RecordedRun(lesson.legend, lesson.picture, lesson.floor, words)
    view.show(frames, steps, losses)
    return view
