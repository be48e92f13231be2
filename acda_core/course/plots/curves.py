"""Figures made of curves, markers and bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from scipy.special import jn_zeros, jv

from acda_core.course.plots.style import COLOURS


def bessel_curves(orders: Sequence[int] = (0, 1, 2), largest: float = 12.0) -> Figure:
    """The Bessel functions J_k on 0 ... largest, with their positive roots marked."""
    figure, ax = plt.subplots()
    t = np.linspace(0, largest, 500)
    for k, style, marker in zip(orders, ("-", "--", "-.", ":") * len(orders), "osD^v<>" * len(orders), strict=False):
        (line,) = ax.plot(t, jv(k, t), style, label=f"$J_{k}$")
        roots = jn_zeros(k, int(largest))
        roots = roots[roots <= largest]
        ax.plot(roots, np.zeros_like(roots), marker, color=line.get_color())
    ax.axhline(0, color="0.6", linewidth=0.8)
    ax.set(xlabel="$t$", ylabel="$J_k(t)$")
    ax.legend(title="roots: markers")
    return figure


def two_routes(filter_size: str, middle_size: str) -> Figure:
    """The two ways from atoms and coefficients to the output, with the size of what stands in the middle of each."""
    figure, ax = plt.subplots(figsize=(7, 3.4))
    boxes = {
        (0.13, 0.5): "features $x$\natoms $D$\ncoefficients $A$",
        (0.52, 0.82): f"filters $K = A\\,D$\n{filter_size}",
        (0.52, 0.18): f"atom outputs $\\tilde{{Z}}$\n{middle_size}",
        (0.9, 0.5): "output $Z$",
    }
    for (x, y), text in boxes.items():
        colour = COLOURS[1] if y > 0.6 else COLOURS[0] if y < 0.4 else "0.4"
        style = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": colour, "linewidth": 2}
        ax.text(x, y, text, ha="center", va="center", bbox=style)
    arrows = [
        ((0.13, 0.68), (0.36, 0.82)),
        ((0.68, 0.82), (0.9, 0.6)),
        ((0.13, 0.32), (0.36, 0.18)),
        ((0.68, 0.18), (0.9, 0.4)),
    ]
    words = ["compose", "Eq. (2)", "Eq. (5)", "Eq. (6)"]
    for ((x0, y0), (x1, y1)), word in zip(arrows, words, strict=True):
        ax.annotate("", (x1, y1), (x0, y0), arrowprops={"arrowstyle": "->", "linewidth": 1.5})
        above = y0 + y1 > 1
        ax.text((x0 + x1) / 2, (y0 + y1) / 2 + (0.08 if above else -0.08), word, ha="center", va="center")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.axis("off")
    return figure


def error_dots(errors: Mapping[str, Mapping[str, Sequence[float]]], floors: Mapping[str, float]) -> Figure:
    """Errors on a logarithmic axis: errors[dtype][quantity] is a list; floors[dtype], the rounding unit, is dotted."""
    figure, ax = plt.subplots()
    for index, (dtype, by_quantity) in enumerate(errors.items()):
        colour, marker = COLOURS[index], "osD^"[index]
        ax.axhline(floors[dtype], color=colour, linestyle=":")
        for place, values in enumerate(by_quantity.values()):
            spread = place + 0.25 * (index - (len(errors) - 1) / 2) + np.linspace(-0.08, 0.08, len(values))
            seen = np.maximum(values, 1e-18)  # an exact 0 is drawn at the bottom
            ax.plot(spread, seen, marker, color=colour, alpha=0.7, label=dtype if place == 0 else None)
    names = list(next(iter(errors.values())))
    ax.set(yscale="log", ylabel="largest relative error", xticks=range(len(names)), xticklabels=names)
    figure.legend(loc="outside lower center", ncols=len(errors), title="dotted: one rounding")
    return figure


def memory_curves(
    sizes: ArrayLike, arithmetic: Mapping[str, ArrayLike], measured: Mapping[str, tuple[ArrayLike, ArrayLike]]
) -> Figure:
    """Bytes against image size: arithmetic[name] are lines, measured[name] = (sizes, bytes) are markers."""
    figure, ax = plt.subplots(figsize=(7, 3.8))
    for index, (name, values) in enumerate(arithmetic.items()):
        ax.plot(sizes, values, ("-", "--", "-.", ":")[index % 4], color=COLOURS[index], label=name)
        if name in measured:
            ax.plot(*measured[name], "osD^v"[index % 5], color=COLOURS[index])
    ax.set(xscale="log", yscale="log", xlabel="image height and width in pixels", ylabel="kept for backward")
    ax.set_yticks(10.0 ** np.arange(5, 12), ["100 kB", "1 MB", "10 MB", "100 MB", "1 GB", "10 GB", "100 GB"])
    ax.minorticks_off()
    ticks = [size for size in (4, 8, 16, 32, 64, 128, 256) if size <= np.max(sizes)]
    ax.set_xticks(ticks, [str(size) for size in ticks])
    ax.grid(color="0.9")
    figure.legend(loc="outside lower center", ncols=2, title="lines: arithmetic, markers: measured")
    return figure


def kept_energy(curves: Mapping[str, ArrayLike], marked: int = 6) -> Figure:
    """How much of a bank's squared norm its best m atoms keep, against m: curves[name][m - 1] is a fraction."""
    figure, ax = plt.subplots(figsize=(5.3, 3.6))
    for index, (name, fractions) in enumerate(curves.items()):
        values = 100 * np.asarray(fractions)
        style = ("o-", "s--", "D-.", "^:")[index % 4]
        ax.plot(np.arange(1, len(values) + 1), values, style, markersize=4, label=name)
    ax.axvline(marked, color="0.5", linewidth=0.8)
    ax.text(marked + 0.3, 3, f"m = {marked}", color="0.3")
    ax.set(xlabel="number of atoms m", ylabel="squared norm kept, %", ylim=(0, 103))
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def counts(names: Sequence[str], groups: Mapping[str, Sequence[float]], ylabel: str) -> Figure:
    """Bars side by side on a logarithmic axis: groups[label][i] belongs to names[i]; each bar carries its number."""
    figure, ax = plt.subplots(figsize=(5.3, 3.4))
    width = 0.8 / len(groups)
    for index, (label, values) in enumerate(groups.items()):
        places = np.arange(len(names)) + (index - (len(groups) - 1) / 2) * width
        bars = ax.bar(
            places,
            values,
            0.92 * width,
            color=COLOURS[index],
            hatch=("", "//", "..")[index % 3],
            edgecolor="white",
            label=label,
        )
        ax.bar_label(bars, [f"{value:,.0f}" for value in values], fontsize="x-small", padding=2)
    ax.set(yscale="log", ylabel=ylabel, xticks=range(len(names)), xticklabels=names)
    ax.margins(y=0.15)
    figure.legend(loc="outside lower center", ncols=len(groups))
    return figure
