"""Every widget, with another state than its first one and what a reader does to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from acda_core.course.lessons.base import Legend
from acda_core.course.record import Frame, as_picture
from acda_core.course.widgets import (
    BasisExplorer,
    BeforeAfter,
    CostCalculator,
    Detector,
    DoseResponse,
    Hero,
    Operators,
    ReceptiveField,
    RecordedRun,
    ScaleMap,
    Shift,
    TrainHere,
    TwoLayers,
)
from acda_core.course.widgets.base import Widget

TINY = torch.arange(64.0).view(8, 8) / 64


@dataclass(frozen=True)
class Case:
    """One widget.

    Attributes:
        start: makes it; the keyword arguments are those of its class.
        other: settings of another state, with at most four digits after the point, as links carry them.
        nonsense: what the fragment of a link may hold without any effect.
        control: role and name of a control, and the key that is pressed on it in a notebook.
        changed: the names of the values that this changes.
        still: words of the picture or the sentence that stands there without JavaScript.
        map_size: pixels a side of a map over which a finger scrolls the page; 0 for none.
        names: of the values to compare; all that the browser counts as its state when empty.
    """

    start: Callable[..., Widget]
    other: dict[str, Any]
    nonsense: tuple[str, ...]
    control: tuple[str, str | re.Pattern[str], str]
    changed: tuple[str, ...]
    still: str
    map_size: int = 0
    names: tuple[str, ...] = ()


def before_after(**settings: Any) -> BeforeAfter:
    random = np.random.default_rng(0)
    versions = "true", "noisy", "mended"
    return BeforeAfter({name: random.integers(0, 256, (20, 30, 3), dtype=np.uint8) for name in versions}, **settings)


def dose_response(level: int = 0) -> DoseResponse:
    reached = {"One filter": {0.0: [25.0], 1 / 3: [25.1], 1.0: [25.0]}}
    reached["Two, <told> where"] = {0.0: [24.9, 25.2], 1 / 3: [25.6, 25.5], 1.0: [27.25, 27.03]}
    return DoseResponse(reached, level)


def recorded_run(position: int = 2, loss: float = 0.5, name: str = "One") -> RecordedRun:
    view = RecordedRun(Legend((name, "Other"), "doing nothing", "What there is"), TINY, 0.05, "A made-up run.")
    maps = as_picture(TINY, 0, 1), as_picture(1 - TINY, 0, 1)
    frames = [Frame(10 * k, maps, (f"first {k}", f"second {k}")) for k in range(3)]
    view.show(frames, [0, 10, 20], [[1, loss, 0.1], [1, 0.3, 0.05]])
    view.position = position
    return view


CASES = {
    "basis_explorer": Case(
        BasisExplorer,
        {"kernel_size": 5, "coefficients": [0.25, -1, 0.125, 0, 1.5, 0.01, 0, 0, -0.5, 2, 0, 0.0625]},
        ("", "4,1", "3,a", "3,1,0,0,0,0,0,6", "3,1,0,0,0,0,0,0.5", "3,1,0,0,0,0,0,-1"),
        ("slider", "α of (0,1) at scale 3×3", "ArrowRight"),
        ("coefficients",),
        "A 7 × 7 atom mixed from Fourier",
    ),
    "before_after": Case(
        before_after,
        {"left": 0, "right": 1, "split": 80},
        ("", "0,9,80", "0,1", "0,1,101", "0,1,1.5"),
        ("slider", "Place of the line", "ArrowRight"),
        ("split",),
        "One photograph, from left to right: noisy, mended",
    ),
    "cost_calculator": Case(
        CostCalculator,
        {"in_channels": 65, "kernel_size": 5, "height": 30, "images": 3, "num_atoms": 5, "hidden_channels": 17},
        ("", "1,2,3", "256,256,4,100,100,1,6,6,2,64", "0,1,3,1,1,1,1,1,1,1", "1,1,3,1,1,1,1,1,2,1"),
        ("slider", "atoms", "ArrowRight"),
        ("num_atoms",),
        "A layer 256 → 256, 7 × 7, on 100 × 100 pixels",
    ),
    "detector": Case(
        Detector,
        {"noise": 0.25, "seed": 12, "row": 3, "column": 60, "tool": "erase", "side": 11},
        (
            *("", "0.1,0,1,1", "0.6,0,1,1,0,7", "0.1,-1,1,1,0,7", "0.1,0,64,1,0,7", "0.1,0,1,1,6,7", "0.1,0,1,1,0,4"),
            *("0.1,0,1,1,0,7,-1", "0.1,0,1,1,0,7,4000,97", "0.1,0,1,1,0,7,1.5"),
        ),
        ("application", re.compile("Input map"), "ArrowUp"),
        ("row",),
        "A noisy map with squares, diamonds and targets",
        map_size=64,
    ),
    "dose_response": Case(
        dose_response,
        {"level": 2},
        ("", "3", "-1", "1.5", "1,1"),
        ("slider", "how much the noise varies", "ArrowRight"),
        ("level",),
        "A tile of a photograph under noise of one mean variance",
    ),
    "hero": Case(
        Hero,
        {"row": 3, "column": 60, "pinned_row": 63, "pinned_column": 95, "drawn": "output"},
        (
            "",
            "1,2,3,4",
            "64,1,1,1,0",
            "1,96,1,1,0",
            "1,1,64,1,0",
            "1,1,1,96,0",
            "1,1,1,1,3",
            "1.5,1,1,1,0",
            "1,1,1,1,0,0",
        ),
        ("application", re.compile("Photograph"), "ArrowRight"),
        ("column",),
        "the filter that a trained ACDA layer makes for its pixel",
        map_size=96,
    ),
    "operators": Case(
        Operators,
        {"operator": "deformable", "row": 3, "column": 60, "pinned_row": 63, "pinned_column": 95, "dark": True},
        (
            *("", "1,2,3,4", "7,1,1,1,1,0", "0,64,1,1,1,0", "0,1,96,1,1,0", "0,1,1,64,1,0", "0,1,1,1,96,0"),
            *("0,1,1,1,1,2", "0,1.5,1,1,1,0", "0,1,1,1,1,0,0"),
        ),
        ("slider", "Operator", "ArrowRight"),
        ("operator",),
        "the filters that convolution gives to its pixels",
        map_size=96,
    ),
    "receptive_field": Case(
        ReceptiveField,
        {"mode": "trained", "depth": 2, "scale_weights": [0.25, 0, 1], "row": 7, "column": 90},
        ("", "2,1,4,4,1,1,1", "0,3,4,4,1,1,1", "0,1,96,4,1,1,1", "0,1,4,4,1,1", "0,1,4,4,1,1,2"),
        ("slider", "Weight of scale 5×5", "ArrowRight"),
        ("scale_weights",),
        "layer, seven times as large",
        map_size=96,
    ),
    "recorded_run": Case(
        recorded_run,
        {"position": 1},
        ("", "4", "-1", "1.5", "1,1"),
        ("slider", "Step of the training", "ArrowLeft"),
        ("position",),
        "After 20 steps of training. One: first 2",
        names=("position",),
    ),
    "scale_map": Case(
        ScaleMap,
        {"picture": 2, "drawn": "3", "row": 7, "column": 19, "circles": False},
        ("4,0,1,1,1", "0,4,1,1,1", "2,0,15,1,1", "0,0,1,32,1", "0,0,1,1,2", "0,0,1.5,1,1", "0"),
        ("slider", "Row of the pixel", "ArrowRight"),
        ("row",),
        "at its centre is",
        map_size=32,
    ),
    "shift": Case(
        Shift,
        {"rows": -6, "columns": 5, "padding": "circular", "stride": 2, "position": True, "marked": 4},
        ("", "1,2", "25,0,1,0,0,0", "1,1,3,0,0,0", "1,1,1,2,0,0", "1,1,1,0,0,8", "1.5,1,1,0,0,0"),
        ("application", "Input picture", "ArrowRight"),
        ("columns",),
        "A picture shifted 5 pixels down and 8 to the right",
    ),
    "train_here": Case(
        TrainHere,
        {
            **{"places": [[5, 6, 3], [30, 31, 5]], "scales": [3, 7], "first_size": 1, "hidden_channels": 16},
            **{
                "noise": 0.25,
                "seed": 12,
                "rate": 0.3,
                "momentum": 0.5,
                "num_atoms": 2,
                "num_bases": 3,
                "tool": "erase",
            },
        },
        (
            *("", "0.1,0,2,2,3,2,1,2,2", "0.1,0,2,2,3,2,1,2,9,7", "0.1,0,2,2,3,2,1,2,2,0"),
            *("0.1,0,2,2,3,2,1,2,2,7,1,1,5", "0.1,0,2,2,3,2,1,2,2,7,20,20"),
        ),
        ("slider", "Noise of the map", "ArrowRight"),
        ("noise",),
        "A noisy map with patterns",
        map_size=40,
    ),
    "two_layers": Case(
        TwoLayers,
        {
            **{"in_channels": 5, "out_channels": 7, "num_atoms": 4, "kernel_size": 7, "height": 9, "width": 14},
            **{"row": 3, "column": 4, "channel": 5, "step": 3, "seed": 77},
        },
        (
            *("", "1,2", "3,4,2,4,16,16,6,9,0,1,0", "3,4,2,5,16,16,16,9,0,1,0", "3,4,2,5,16,16,6,9,4,1,0"),
            "0,4,2,5,16,16,6,9,0,1,0",
        ),
        ("application", "Input", "ArrowRight"),
        ("column",),
        "Output channel 1 at row 6, column 9",
        map_size=16,
    ),
}
