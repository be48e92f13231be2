"""Record the training of the toy experiment that a page without a kernel shows.

It trains the two layers of one seed of `toy`.
"""

import argparse
import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.course.lessons import TOY_START, ToyLesson
from acda_core.course.stills import grey, png
from acda_core.experiments import command, options, results
from acda_core.training.fit import fit

GREYS = 16  # of a picture, so that a page stays small
FRAMES = 0, 20, 50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000  # steps at which the answers are kept


@dataclass(frozen=True)
class Frame:
    """What two models answered before some step.

    Attributes:
        step: how many steps had been taken.
        maps: each model's answer as a picture, a PNG file in base64.
        facts: a few words on each answer.
    """

    step: int
    maps: tuple[str, str]
    facts: tuple[str, str]


def as_picture(field: Tensor, low: float, high: float, greys: int = GREYS) -> str:
    """A field (h, w) in a few greys, black at `low` and below, white at `high` and above: PNG in base64."""
    share = (field.detach().double().cpu().nan_to_num() - low) / (high - low)
    stepped = (share.clamp(0, 1) * (greys - 1)).round() / (greys - 1)
    return base64.b64encode(png(grey(stepped, 0, 1))).decode()


class Recording(nn.Module):
    """The models of a lesson, and as part of their state the rows that tell of their training so far."""

    def __init__(self, models: dict[str, nn.Module]) -> None:
        super().__init__()
        self.models, self.rows = nn.ModuleDict(models), list[dict[str, Any]]()

    def get_extra_state(self) -> list[dict[str, Any]]:
        return self.rows

    def set_extra_state(self, state: list[dict[str, Any]]) -> None:
        self.rows = state


def record(steps: int, checkpoint: Path | None = None, progress: bool = True) -> list[dict[str, Any]]:
    """Train a :class:`ToyLesson`; rows with the losses, with maps at some steps, and with seconds at the last one.

    Args:
        steps: of SGD.
        checkpoint, progress: as in :func:`acda_core.training.fit.fit`.

    Raises:
        ValueError: fewer than 1 step.
    """
    if steps < 1:
        raise ValueError(f"`steps` must be at least 1, got {steps}")
    lesson = ToyLesson()
    recording = Recording(lesson.models)

    def loss(step: int) -> Tensor:
        row: dict[str, Any] = {"step": step}
        if step in FRAMES or step == steps:
            for name, (answer, words) in zip(lesson.models, lesson.answers(), strict=True):
                row |= {f"{name}_map": as_picture(answer, 0, 1), f"{name}_fact": words}
        losses = [F.mse_loss(model(lesson.sample.image), lesson.sample.target) for model in lesson.models.values()]
        row |= {f"{name}_loss": float(f"{loss:.4g}") for name, loss in zip(lesson.models, losses, strict=True)}
        if len(row) > 3 or step % max(1, 10 ** math.floor(math.log10(step + 1)) // 10) == 0:
            recording.rows.append(row)
        return torch.stack(losses).sum()

    rate, momentum = float(TOY_START["rate"]), float(TOY_START["momentum"])
    optimizer = torch.optim.SGD(recording.parameters(), rate, momentum)
    history = fit(recording, loss, optimizer, steps + 1, checkpoint, name="record", progress=progress)
    recording.rows[-1]["seconds"] = round(history.seconds, 1)
    return recording.rows


def stored_run(name: str) -> tuple[list[Frame], list[int], list[list[float]], Mapping[str, Any]]:
    """Frames, steps, losses and the whole of a stored run, a file that ``python -m acda_core record`` wrote.

    Raises:
        FileNotFoundError: there is none.
    """
    stored = results.load(name)
    rows = stored["results"]
    frames = [
        Frame(row["step"], (row["conv_map"], row["acda_map"]), (row["conv_fact"], row["acda_fact"]))
        for row in rows
        if "conv_map" in row
    ]
    losses = [[row[f"{name}_loss"] for row in rows] for name in ("conv", "acda")]
    return frames, [row["step"] for row in rows], losses, stored


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = f"of SGD (default {FRAMES[-1]})"
    parser.add_argument("--steps", type=options.positive, default=FRAMES[-1], metavar="NUMBER", help=steps)
    options.add_resume(parser)


def run(arguments: argparse.Namespace) -> None:
    command.leave_to_the_first("record")
    line = f"python -m acda_core record --steps {arguments.steps}"
    with command.going_on(arguments, line, [f"record steps {arguments.steps}"]) as (checkpoint,):
        rows = record(arguments.steps, checkpoint)
        if arguments.out:
            results.save(arguments.out, line, "the toy's map of seed 0 (synthetic)", rows)
    for row in rows:
        if "conv_fact" in row:
            print(f"step {row['step']:4}  conv {row['conv_fact']}  acda {row['acda_fact']}")
