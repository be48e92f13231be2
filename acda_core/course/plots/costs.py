"""Figures of costs: where multiply-adds go, and time and memory against size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator
from numpy.typing import ArrayLike

from acda_core.course.plots.style import COLOURS, DIVERGING, as_array

UNUSED = "0.88"  # entries of a matrix that are zero by its making
HATCHES = ("", "//", "..", "xx", "\\\\", "oo")


def stacked_bars(names: Sequence[str], parts: Mapping[str, Sequence[float]], xlabel: str) -> Figure:
    """Horizontal bars: parts[label][i] is a piece of the bar names[i]; the whole stands at its end."""
    figure, ax = plt.subplots(figsize=(7, 0.42 * len(names) + 1.5))
    left = np.zeros(len(names))
    for index, (label, values) in enumerate(parts.items()):
        hatch = HATCHES[index % len(HATCHES)]
        ax.barh(range(len(names)), values, left=left, label=label, color=COLOURS[index], hatch=hatch, edgecolor="white")
        left = left + np.asarray(values)
    for place, whole in enumerate(left):
        ax.annotate(f"{whole:,.0f}", (whole, place), (4, 0), textcoords="offset points", va="center", fontsize="small")
    ax.set(xlabel=xlabel, yticks=range(len(names)), yticklabels=names)
    ax.margins(x=0.12)
    ax.invert_yaxis()
    figure.legend(loc="outside lower center", ncols=3, fontsize="small")
    return figure


def ratio_curves(x: ArrayLike, curves: Mapping[str, ArrayLike], xlabel: str, ylabel: str) -> Figure:
    """Ratios on two logarithmic axes, with a line at 1."""
    figure, ax = plt.subplots(figsize=(6.4, 3.6))
    ax.axhline(1, color="0.4", linewidth=0.8)
    for index, (label, values) in enumerate(curves.items()):
        ax.plot(x, values, "osD^v"[index % 5] + ("-", "--", "-.", ":")[index % 4], color=COLOURS[index], label=label)
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel)
    ax.set_xticks(np.asarray(x), [f"{value:g}" for value in np.asarray(x)])
    ax.set_yticks([value for value in (0.1, 0.2, 0.5, 1, 2, 5, 10) if _between(value, curves)])
    ax.yaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.grid(color="0.9")
    figure.legend(loc="outside lower center", ncols=4)
    return figure


def _between(value: float, curves: Mapping[str, ArrayLike]) -> bool:
    drawn = np.concatenate([np.asarray(values, dtype=float) for values in curves.values()])
    return drawn.min() / 1.5 <= value <= drawn.max() * 1.5


def cost_rows(
    groups: Mapping[str, Mapping[str, Mapping[str, float | None]]],
    xlabel: str,
    notes: tuple[str, Sequence[str]] | None = None,
    line: float | None = None,
) -> Figure:
    """Costs on a logarithmic axis: below the name of each group a row for each of its members, with several marks.

    Args:
        groups: by group, member and label of a mark the cost, None where there is none.
        xlabel: what the costs are.
        notes: what stands at the right, and for each row its words.
        line: a cost to compare with.
    """
    marks: dict[str, list[tuple[float, int]]] = {}
    names: list[str] = []
    headings, noted = [], []
    for group, members in groups.items():
        headings.append(len(names))
        names.append(group)
        for name, costs in members.items():
            noted.append(len(names))
            for label, cost in costs.items():
                if cost is not None:
                    marks.setdefault(label, []).append((cost, len(names)))
            names.append(name)
    figure, ax = plt.subplots(figsize=(4.4, 0.28 * len(names) + 1.5))
    for index, (label, points) in enumerate(marks.items()):
        ax.plot(*zip(*points, strict=True), "osD^v"[index % 5], color=COLOURS[index], label=label, alpha=0.85)
    if line is not None:
        ax.axvline(line, color="0.4", linewidth=0.8)
    if notes is not None:
        head, words = notes
        for place, word in zip([0, *noted], [head, *words], strict=True):
            ax.text(1.02, place, word, transform=ax.get_yaxis_transform(), va="center", fontsize="small")
    ax.set(xscale="log", xlabel=xlabel, yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.4, -0.6))
    for place, tick in enumerate(ax.get_yticklabels()):
        tick.set(fontsize="small", fontweight="bold" if place in headings else "normal")
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 30 * low else (1, 3)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="0.9")
    figure.legend(loc="outside lower center", ncols=2, fontsize="small")
    return figure


def matrix_product(
    left: ArrayLike, right: ArrayLike, product: ArrayLike, axes_names: Sequence[str], titles: Sequence[str]
) -> Figure:
    """left (r, k) times right (k, c) is product (r, c), cell by cell: red is positive, blue negative, grey is zero.

    Args:
        left, right, product: matrices, each on its own scale.
        axes_names: of r, k and c.
        titles: of the three.
    """
    matrices = [as_array(matrix) for matrix in (left, right, product)]
    rows, inner, columns = axes_names
    widths = [matrix.shape[1] for matrix in matrices]
    figure, axes = plt.subplots(1, 3, figsize=(7, 3.6), width_ratios=widths)
    names = ((rows, inner), (inner, columns), (rows, columns))
    for ax, matrix, (down, across), title in zip(axes, matrices, names, titles, strict=True):
        high = np.abs(matrix).max()
        seen = np.ma.masked_equal(matrix, 0)
        ax.imshow(np.ones_like(matrix), vmin=0, vmax=1 / float(UNUSED), cmap="gray")
        ax.imshow(seen, vmin=-high, vmax=high, cmap=DIVERGING, interpolation="nearest")
        ax.set(title=title, xlabel=across, ylabel=down, xticks=[], yticks=[])
        ax.set_xticks(np.arange(1, matrix.shape[1]) - 0.5, minor=True)
        ax.set_yticks(np.arange(1, matrix.shape[0]) - 0.5, minor=True)
        ax.grid(which="minor", color="white", linewidth=1)
        ax.tick_params(which="both", length=0)
        ax.spines[:].set_visible(False)
    for ax, sign in zip(axes[:2], "×=", strict=True):
        ax.annotate(sign, (1, 0.5), (12, 0), xycoords="axes fraction", textcoords="offset points", fontsize="x-large")
    return figure
