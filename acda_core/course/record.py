"""Record the training of the toy experiment that a page without a kernel shows."""

import argparse
import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from acda_core.course.lessons import ToyLesson
from acda_core.course.stills import grey, png
from acda_core.experiments import options, results

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


def record(steps: int) -> list[dict[str, Any]]:
    """Train a :class:`ToyLesson`; rows with the losses, and with maps at some steps.

    Raises:
        ValueError: fewer than 1 step.
    """
    if steps < 1:
        raise ValueError(f"`steps` must be at least 1, got {steps}")
    lesson = ToyLesson()
    rows = []
    for step in range(steps + 1):
        row: dict[str, Any] = {"step": step}
        if step in FRAMES or step == steps:
            for name, (answer, words) in zip(lesson.models, lesson.answers(), strict=True):
                row |= {f"{name}_map": as_picture(answer, 0, 1), f"{name}_fact": words}
        losses = lesson.step()
        row |= {f"{name}_loss": float(f"{loss:.4g}") for name, loss in zip(lesson.models, losses, strict=True)}
        if len(row) > 3 or step % max(1, 10 ** math.floor(math.log10(step + 1)) // 10) == 0:
            rows.append(row)
    return rows


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
    parser.add_argument("--steps", type=options.positive, default=FRAMES[-1], help=f"of SGD (default {FRAMES[-1]})")
    options.add_out(parser)


def run(arguments: argparse.Namespace) -> None:
    command = f"python -m acda_core record --steps {arguments.steps}"
    with results.claimed(arguments.out, command):
        rows = record(arguments.steps)
        if arguments.out:
            results.save(arguments.out, command, "the toy's map of seed 0 (synthetic)", rows)
    for row in rows:
        if "conv_fact" in row:
            print(f"step {row['step']:4}  conv {row['conv_fact']}  acda {row['acda_fact']}")
