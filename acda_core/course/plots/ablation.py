"""Figures of the ablation: how much each choice matters."""

from collections.abc import Mapping, Sequence

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
