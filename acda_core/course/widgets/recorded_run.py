"""The recorded-run widget: scrub through a training, its losses and what the models answered on the way."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Any

import traitlets
from torch import Tensor

from acda_core.course.lessons.base import Legend
from acda_core.course.record import Frame, as_picture
from acda_core.course.widgets.base import Widget, between
from acda_core.course.widgets.link import module_text


class RecordedRun(Widget):
    """Two models that were trained side by side: losses on a logarithmic axis, and their answers at some steps.

    Attributes:
        position: which of the frames is shown, counted from 0.
        frames: what the models answered, see :meth:`show`.
        steps, losses: the loss of each model before each of these steps; None, a gap, where it was not finite.
        running: whether more is to come: a :class:`TrainingPanel` is at work.

    Args:
        legend: names of models, level and pictures.
        picture: what the models look at, (h, w).
        floor: a loss that is drawn as a level.
        words: what the run was, for the line below the pictures.
    """

    _kind = "recorded_run"
    _esm = module_text(_kind)

    legend = traitlets.Dict().tag(sync=True)
    picture = traitlets.Unicode(help="a PNG file in base64").tag(sync=True)
    floor = traitlets.Float().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    frames = traitlets.List(traitlets.Dict()).tag(sync=True)
    steps = traitlets.List(traitlets.Int()).tag(sync=True)
    losses = traitlets.List(traitlets.List(traitlets.Float(allow_none=True))).tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)
    running = traitlets.Bool(False).tag(sync=True)

    def __init__(self, legend: Legend, picture: Tensor, floor: float, words: str = "") -> None:
        shown = as_picture(picture, legend.low, legend.high)
        super().__init__(legend=asdict(legend), picture=shown, floor=floor, words=words, losses=[[], []])

    def show(self, frames: Sequence[Frame], steps: Sequence[int], losses: Sequence[Sequence[float]]) -> None:
        """Put another run, or more of it, in the place of what is shown; who looked at the end looks at the new end.

        Args:
            frames: at least one, in the order of their steps.
            steps: at which losses are known, ascending.
            losses: of each model, one a step.

        Raises:
            ValueError: no frame, or losses that do not fit the steps.
        """
        if not frames:
            raise ValueError("`frames` must hold at least one frame, got none")
        if len(losses) != 2 or any(len(one) != len(steps) for one in losses):
            raise ValueError(
                f"`losses` must be two lists of {len(steps)}, one a step, got {[len(one) for one in losses]}"
            )
        at_end = self.position >= len(self.frames) - 1
        with self.hold_sync():
            self.steps = list(steps)
            self.losses = [[loss if math.isfinite(loss) else None for loss in one] for one in losses]
            self.frames = [{"step": one.step, "maps": list(one.maps), "facts": list(one.facts)} for one in frames]
            self.position = len(frames) - 1 if at_end else min(self.position, len(frames) - 1)

    @traitlets.validate("position")
    def _check_position(self, proposal: Any) -> Any:
        return between(proposal, 0, max(1, len(self.frames)) - 1)

    def _still(self) -> str:
        frame, names = self.frames[-1], [escape(name) for name in self.legend["names"]]
        facts = [escape(fact) for fact in frame["facts"]]
        pictures = "".join(
            f'<img src="data:image/png;base64,{one}" width="200" style="image-rendering: pixelated; margin-right: 8px" '
            f'alt="The answer of {name}: {fact}">'
            for name, one, fact in zip(names, frame["maps"], facts, strict=True)
        )
        said = "; ".join(f"{name}: {fact}" for name, fact in zip(names, facts, strict=True))
        return (
            f"<div>{pictures}</div><p>After {frame['step']} steps of training. {said}. "
            f"{escape(self.legend['answers'])} {escape(self.words)} With JavaScript the run can be scrubbed; "
            "in a running notebook it can be trained anew.</p>"
        )
