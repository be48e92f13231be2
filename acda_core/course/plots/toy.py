"""Figures of the toy experiment: patterns on a noisy map, and what layers make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from acda_core.course.plots.style import COLOURS, DIVERGING, as_array

MARKERS = {3: "s", 5: "D", 7: "o"}  # by size: a square, a diamond, a target


def toy_sample(image: ArrayLike, positions: ArrayLike, sizes: ArrayLike, patterns: Sequence[ArrayLike]) -> Figure:
    """The patterns, the map (h, w) that they were put on, and their centres, one marker for each size."""
    figure, axes = plt.subplot_mosaic(
        [[f"pattern {index}" for index in range(len(patterns))], ["map"] * len(patterns)],
        figsize=(5.3, 7.4),
        height_ratios=[1, 3.4],
    )
    for index, pattern in enumerate(patterns):
        side = len(as_array(pattern))
        framed = np.pad(as_array(pattern), (9 - side) // 2)
        axes[f"pattern {index}"].imshow(framed, cmap="gray", vmin=-0.3, vmax=1.3)
        axes[f"pattern {index}"].set(title=f"{side} × {side}", xticks=[], yticks=[])
    axes["map"].imshow(as_array(image), cmap="gray", vmin=-0.3, vmax=1.3)
    _mark_centres(axes["map"], positions, sizes)
    axes["map"].set(xlabel="column", ylabel="row")
    figure.legend(loc="outside lower center", ncols=3, title="centre of a pattern of size")
    return figure


def _mark_centres(ax: Axes, positions: ArrayLike, sizes: ArrayLike) -> None:
    centres, sides = as_array(positions), as_array(sizes)
    for colour, side in zip(COLOURS, np.unique(sides).astype(int), strict=False):
        rows, columns = centres[sides == side].T
        marker = MARKERS.get(side, "o")
        ax.scatter(columns, rows, 130, facecolors="none", edgecolors="white", linewidths=3.5, marker=marker)
        ax.scatter(columns, rows, 130, facecolors="none", edgecolors=colour, linewidths=1.6, marker=marker, label=side)


def toy_curves(losses: Mapping[str, ArrayLike], levels: Mapping[str, float], every: int = 1) -> Figure:
    """Mean squared errors against SGD steps on a logarithmic axis, one recorded each `every`, with levels as lines."""
    figure, ax = plt.subplots(figsize=(6.4, 4.2))
    for index, (name, values) in enumerate(losses.items()):
        curve = as_array(values)
        style = ("-", "--", "-.")[index % 3]
        ax.semilogy(every * np.arange(len(curve)), curve, style, color=COLOURS[index], label=name)
    for index, (name, level) in enumerate(levels.items()):
        ax.axhline(level, color=("0.6", "0.25")[index % 2], linestyle=(":", (0, (6, 2)))[index % 2], label=name)
    ax.set(xlabel="step of SGD", ylabel="mean squared error")
    ax.grid(axis="y", color="0.9")
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def toy_best_filter(weight: ArrayLike, answer: ArrayLike, positions: ArrayLike, sizes: ArrayLike) -> Figure:
    """A filter (l, l), and what it answers at the centres, a column for each size, and in the last column elsewhere.

    Args:
        weight: the filter.
        answer: its map (h, w).
        positions: rows and columns of the centres, (number, 2).
        sizes: of the patterns there, (number,).
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.8, 3.6), width_ratios=[1, 1.3])
    limit = float(np.abs(as_array(weight)).max())
    drawn = left.imshow(as_array(weight), vmin=-limit, vmax=limit, cmap=DIVERGING)
    left.set(title="weights", xticks=[], yticks=[])
    figure.colorbar(drawn, ax=left, location="bottom", shrink=0.8)
    _draw_answers(right, answer, positions, sizes)
    right.set(title="answers", ylabel="answer")
    return figure


def _draw_answers(ax: Axes, answer: ArrayLike, positions: ArrayLike, sizes: ArrayLike) -> None:
    values, centres, sides = as_array(answer), as_array(positions).astype(int), as_array(sizes).astype(int)
    kinds = np.unique(sides)
    for place, side in enumerate(kinds):
        heights = values[tuple(centres[sides == side].T)]
        spread = place + np.linspace(-0.2, 0.2, len(heights))
        ax.plot(spread, heights, MARKERS.get(side, "o"), color=COLOURS[place], alpha=0.8)
    elsewhere = np.ones(values.shape, bool)
    elsewhere[tuple(centres.T)] = False
    others = values[elsewhere]
    spread = len(kinds) + 0.3 * np.sin(np.arange(others.size))
    ax.plot(spread, others, ".", markersize=1.5, color="0.3", rasterized=True)
    ax.axhline(0.5, color="0.5", linewidth=0.8, linestyle="--")
    ax.set(xticks=range(len(kinds) + 1), xticklabels=[*kinds, "none"], xlabel="size of the pattern there")
    ax.set(xlim=(-0.5, len(kinds) + 0.5))


def toy_maps(maps: Mapping[str, ArrayLike], columns: int = 2) -> Figure:
    """Maps (h, w) of answers between 0 and 1, black and white, as in Fig. 6a; single pixels stay visible."""
    rows = -(-len(maps) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(5.6, 0.9 + 5.4 / columns * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, (title, values) in zip(axes.flat, maps.items(), strict=False):
        drawn = ax.imshow(as_array(values), vmin=0, vmax=1, cmap="gray", interpolation="antialiased")
        ax.set_title(title)
    figure.colorbar(drawn, ax=axes, location="bottom", aspect=40, shrink=0.7)
    return figure


def toy_seeds(errors: Mapping[str, Sequence[float]], levels: Mapping[str, Sequence[float]]) -> Figure:
    """Mean squared errors of several seeds on a logarithmic axis: dots for layers, short lines for what bounds them.

    Args:
        errors: for each layer the error of every seed.
        levels: for each bound its value for every seed.
    """
    figure, ax = plt.subplots(figsize=(6.4, 3.8))
    for index, (name, values) in enumerate(levels.items()):
        ax.plot(range(len(values)), values, "_", markersize=28, color=("0.6", "0.25")[index % 2], label=name)
    for index, (name, values) in enumerate(errors.items()):
        ax.plot(range(len(values)), values, "osD^"[index % 4], color=COLOURS[index], label=name)
    ax.set(yscale="log", xlabel="seed", ylabel="mean squared error", xticks=range(len(next(iter(errors.values())))))
    ax.grid(axis="y", color="0.9")
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def toy_filters(
    image: ArrayLike, filters: ArrayLike, pixels: Sequence[tuple[int, int]], names: Sequence[str]
) -> Figure:
    """For each pixel what the layer sees there, and the filter (l, l) that it makes of it.

    Args:
        image: (h, w).
        filters: of every pixel, (h, w, l, l).
        pixels: rows and columns.
        names: one for each pixel.
    """
    fields = as_array(filters)
    size = fields.shape[-1]
    framed = np.pad(as_array(image), size // 2)
    chosen = [fields[pixel] for pixel in pixels]
    limit = max(float(np.abs(field).max()) for field in chosen)
    figure, axes = plt.subplots(2, len(pixels), figsize=(7.2, 3.3), squeeze=False)
    for column, ((i, j), name, field) in enumerate(zip(pixels, names, chosen, strict=True)):
        axes[0, column].imshow(framed[i : i + size, j : j + size], cmap="gray", vmin=-0.3, vmax=1.3)
        drawn = axes[1, column].imshow(field, cmap=DIVERGING, vmin=-limit, vmax=limit)
        axes[0, column].set_title(name, fontsize="small")
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    axes[0, 0].set_ylabel("sees")
    axes[1, 0].set_ylabel("filter")
    figure.colorbar(drawn, ax=axes[1], shrink=0.85)
    return figure


def toy_shares(shares: Mapping[str, ArrayLike], scales: Sequence[int]) -> Figure:
    """How the weight of filters is spread over the scales: for each group of pixels the shares, (S,), with sum 1."""
    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    left = np.zeros(len(shares))
    for index, scale in enumerate(scales):
        widths = np.array([as_array(values)[index] for values in shares.values()])
        bars = ax.barh(
            range(len(shares)),
            widths,
            left=left,
            color=COLOURS[index],
            hatch=("", "//", "..")[index % 3],
            edgecolor="white",
            label=f"scale {scale}",
        )
        left += widths
        for bar, width in zip(bars, widths, strict=True):
            middle = bar.get_x() + width / 2, bar.get_y() + bar.get_height() / 2
            share = ax.text(*middle, f"{width:.0%}", ha="center", va="center", fontsize="small")
            share.set_path_effects([withStroke(linewidth=4, foreground="white")])
    ax.set(yticks=range(len(shares)), yticklabels=list(shares), xlabel="share of the weight", xlim=(0, 1))
    ax.invert_yaxis()
    figure.legend(loc="outside lower center", ncols=len(scales))
    return figure
