"""Figures of the ablation: how much each choice matters."""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, LogLocator

from acda_core.course.plots.style import COLOURS

MARKERS = "osD^vPX*h<"


def variant_dots(groups: Mapping[str, Mapping[str, Sequence[float]]], xlabel: str, line: float = 1.0) -> Figure:
    """A row for each variant, a dot for each of its seeds, a bar at their median; groups apart. Logarithmic.

    Args:
        groups: numbers of the seeds by variant, by group.
        xlabel: what the numbers are.
        line: a value to compare with.
    """
    rows = sum(map(len, groups.values()))
    figure, ax = plt.subplots(figsize=(7, 0.26 * rows + 0.2 * len(groups) + 1.2))
    names, places, place = [], [], 0.0
    for number, (group, variants) in enumerate(groups.items()):
        colour = COLOURS[number % len(COLOURS)]
        ax.text(1.02, place, group, transform=ax.get_yaxis_transform(), color="0.25", va="center", fontsize="small")
        for name, values in variants.items():
            ax.plot(values, [place] * len(values), MARKERS[number % len(MARKERS)], color=colour, alpha=0.8, ms=5)
            ax.plot([np.median(values)] * 2, [place - 0.35, place + 0.35], color=colour, lw=2)
            names.append(name)
            places.append(place)
            place += 1
        place += 0.6
    ax.axvline(line, color="0.4", ls=":", lw=1)
    ax.set(xscale="log", xlabel=xlabel, yticks=places, yticklabels=names, ylim=(places[-1] + 0.8, -0.8))
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)) if high > 5 * low else AutoLocator())
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.grid(axis="x", color="0.9")
    return figure


def errors_by_atoms(rows: list[dict[str, Any]]) -> Figure:
    """Test errors of rows of `lenet_matched` over m: constant and adaptive atoms, and the normalised LeNet."""
    errors: dict[tuple[str, int | None], list[float]] = {}
    for row in rows:
        errors.setdefault((row["conv"], row["m"]), []).append(row["test_error"])
    thousands = {(row["conv"], row["m"]): f"{row['parameters'] / 1000:.0f}" for row in rows}
    figure, ax = plt.subplots(figsize=(5, 3.2))
    atoms = sorted({m for _, m in errors if m})
    for kind, label, mark in (("constant", "constant", "s"), ("acda", "adaptive", "o")):
        (line,) = ax.plot(atoms, [mean(errors[kind, m]) for m in atoms], label=label)
        for m in atoms:
            ax.plot([m] * len(errors[kind, m]), errors[kind, m], mark, color=line.get_color())
    ax.axhline(mean(errors["conv", None]), linestyle="--", color="gray", label="LeNet")
    ax.set_xscale("log")
    ax.set_xticks(atoms, [f"{m}\n{thousands['constant', m]}, {thousands['acda', m]}" for m in atoms])
    ax.minorticks_off()
    ax.set(xlabel="atoms m (thousands of parameters)", ylabel="test error in %")
    ax.legend()
    return figure
