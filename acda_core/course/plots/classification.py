"""Figures of classifiers: how they are built, what they get wrong, and what their adaptive layers answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import LogLocator
from numpy.typing import ArrayLike

from acda_core.course.plots.style import COLOURS, as_array

MARKERS = "osD^vP*"


def block_chain(boxes: Sequence[tuple[str, str]], adaptive: Sequence[int], shortcut: str = "") -> Figure:
    """A network or a block as a chain of boxes from left to right.

    Args:
        boxes: what stands in each box, and below it.
        adaptive: numbers of the boxes to mark: where an adaptive convolution stands.
        shortcut: what stands on a line that goes around all boxes but the first and the last; none when empty.
    """
    figure, ax = plt.subplots(figsize=(8.2, 3.0 if shortcut else 2.2))
    for place, (inside, below) in enumerate(boxes):
        colour = COLOURS[1] if place in adaptive else "0.3"
        box = (place + 0.1, -0.5), 0.8, 1.0
        face = "#fde8d8" if place in adaptive else "white"
        ax.add_patch(
            FancyBboxPatch(*box, "round,pad=0,rounding_size=0.08", edgecolor=colour, facecolor=face, linewidth=1.6)
        )
        ax.text(place + 0.5, 0, inside, ha="center", va="center", fontsize=10.5)
        ax.text(place + 0.5, -0.68, below, ha="center", va="top", fontsize=9.5, color="0.25")
        if place:
            ax.annotate("", (place + 0.1, 0), (place - 0.1, 0), arrowprops={"arrowstyle": "->", "color": "0.3"})
    if shortcut:
        last = len(boxes) - 0.5
        ax.plot([0.5, 0.5, last], [0.5, 1.15, 1.15], color="0.3", linewidth=1.2)
        ax.annotate("", (last, 0.5), (last, 1.17), arrowprops={"arrowstyle": "->", "color": "0.3"})
        ax.text((0.5 + last) / 2, 1.22, shortcut, ha="center", va="bottom", fontsize=9.5, color="0.25")
    ax.set(xlim=(0, len(boxes)), ylim=(-1.35, 1.6 if shortcut else 0.6))
    ax.axis("off")
    return figure


def seed_dots(values: Mapping[str, Sequence[float]], xlabel: str) -> Figure:
    """For each name a line of dots, one a seed, and a bar at their mean."""
    figure, ax = plt.subplots(figsize=(7, 0.5 * len(values) + 1.1))
    for place, numbers in enumerate(values.values()):
        ax.plot(
            numbers, [place] * len(numbers), "o", color=COLOURS[0], alpha=0.75, label="a seed" if not place else None
        )
        mean = float(np.mean(numbers))
        ax.plot(
            [mean], [place], "|", markersize=22, markeredgewidth=2, color="0.2", label="mean" if not place else None
        )
        ax.annotate(f"{mean:.1f}", (mean, place), (0, 12), textcoords="offset points", ha="center", fontsize="small")
    ax.set(yticks=range(len(values)), yticklabels=list(values), xlabel=xlabel, ylim=(len(values) - 0.5, -0.75))
    ax.grid(axis="x", color="0.9")
    figure.legend(loc="outside lower center", ncols=2, fontsize="small")
    return figure


def error_against(
    points: Mapping[str, tuple[ArrayLike, ArrayLike]], xlabel: str, ylabel: str = "test error, %"
) -> Figure:
    """Each network as a point (what it costs, its error), the first axis logarithmic.

    A network of several sizes has a list of costs and one of errors, whose points are joined.
    """
    figure, ax = plt.subplots(figsize=(6.4, 4.2))
    for index, (name, (cost, error)) in enumerate(points.items()):
        marker = MARKERS[(index + index // 7) % 7]
        ax.plot(cost, error, f"{marker}-", color=COLOURS[index % 7], markersize=9, label=name)
    ax.set(xscale="log", xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.grid(color="0.9")
    figure.legend(loc="outside lower center", ncols=2, fontsize="small")
    return figure


def picture_rows(rows: Mapping[str, ArrayLike]) -> Figure:
    """Grey pictures (number, h, w), one row for each name."""
    columns = max(len(as_array(row)) for row in rows.values())
    figure, axes = plt.subplots(len(rows), columns, figsize=(7, 7 / columns * len(rows) + 0.2), squeeze=False)
    for line, (name, pictures) in zip(axes, rows.items(), strict=True):
        for ax in line:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        for ax, picture in zip(line, as_array(pictures), strict=False):
            ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
        line[0].set_ylabel(name)
    return figure


def maps_beside_pictures(pictures: Sequence[ArrayLike], maps: Mapping[str, Sequence[ArrayLike]], label: str) -> Figure:
    """Each picture (h, w) above its maps, one row for each name; all maps share one scale.

    Args:
        pictures: grey.
        maps: for each name a map (h', w') of every picture.
        label: of the scale.
    """
    figure, axes = plt.subplots(1 + len(maps), len(pictures), figsize=(7, 2.2 * (1 + len(maps)) + 0.6), squeeze=False)
    values = np.concatenate([as_array(one).ravel() for row in maps.values() for one in row])
    low, high = np.quantile(values, [0.01, 0.99])
    for ax, picture in zip(axes[0], pictures, strict=True):
        ax.imshow(as_array(picture), cmap="gray")
    for line, (name, row) in zip(axes[1:], maps.items(), strict=True):
        for ax, one in zip(line, row, strict=True):
            drawn = ax.imshow(as_array(one), cmap="viridis", vmin=low, vmax=high)
        line[0].set_ylabel(name)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    figure.colorbar(drawn, ax=axes, location="bottom", shrink=0.6, aspect=40, label=label)
    return figure
