"""Record the training of the toy experiment that a page without a kernel shows.

python -m acda_core.widgets.record --out book/results/toy_run.json
"""

import argparse
import math
from pathlib import Path
from typing import Any

from acda_core import results
from acda_core.widgets.lessons import ToyLesson
from acda_core.widgets.recorded_run import as_picture

FRAMES = 0, 20, 50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000  # steps at which the answers are kept


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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m acda_core.widgets.record", description=__doc__)
    parser.add_argument("--steps", type=int, default=FRAMES[-1], help=f"of SGD (default {FRAMES[-1]})")
    parser.add_argument("--out", type=Path, required=True, help="store the run in this JSON file")
    arguments = parser.parse_args()
    command = f"python -m acda_core.widgets.record --steps {arguments.steps}"
    results.save(arguments.out, command, "acda_core.data.toy_sample(0) (synthetic)", record(arguments.steps))


if __name__ == "__main__":
    main()
