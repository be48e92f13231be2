"""Figures made of pictures: bases, filters, feature maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray

from acda_core.course.plots.style import COLOURS, DIVERGING, as_array


def basis_grid(
    rows: Sequence[ArrayLike], row_names: Sequence[str] = (), column_names: Sequence[str] = (), together: bool = False
) -> Figure:
    """Square pictures in a grid, zero white: one row for each array of `rows`, (number, l, l) each.

    Args:
        rows: the pictures; rows may differ in l.
        row_names, column_names: written at the left and above.
        together: one colour scale for all pictures, with a colour bar, instead of one for each picture.
    """
    pictures = [np.asarray(row) for row in rows]
    columns = max(map(len, pictures))
    figure, axes = plt.subplots(len(rows), columns, figsize=(7, 1.25 * len(rows) + 0.3), squeeze=False)
    largest = max(float(np.abs(row).max()) for row in pictures)
    for r, row in enumerate(pictures):
        for c, ax in enumerate(axes[r]):
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(c < len(row))
            if c < len(row):
                limit = largest if together else float(np.abs(row[c]).max()) or 1.0
                drawn = ax.imshow(row[c], vmin=-limit, vmax=limit, cmap=DIVERGING)
        if r < len(row_names):
            axes[r, 0].set_ylabel(row_names[r])
    for ax, name in zip(axes[0], column_names, strict=False):
        ax.set_title(name)
    if together:
        figure.colorbar(drawn, ax=axes, shrink=0.8)
    return figure


def pixel_discs(sizes: Sequence[int] = (3, 5, 7)) -> Figure:
    """The disc of a basis over its pixel grid, with the pixel centres inside and outside told apart."""
    figure, axes = plt.subplots(1, len(sizes), squeeze=False, figsize=(7, 3.2))
    for ax, size in zip(axes[0], sizes, strict=True):
        rows, columns = np.indices((size, size)) - size // 2
        inside = np.hypot(rows, columns) < size / 2
        ax.plot(columns[inside], rows[inside], "o", color=COLOURS[0], label="inside")
        ax.plot(columns[~inside], rows[~inside], "x", color=COLOURS[1], label="outside: 0")
        ax.add_patch(Circle((0, 0), size / 2, fill=False))
        edges = np.arange(size + 1) - size / 2
        ax.hlines(edges, edges[0], edges[-1], color="0.8", linewidth=0.8, zorder=0)
        ax.vlines(edges, edges[0], edges[-1], color="0.8", linewidth=0.8, zorder=0)
        limits = 0.53 * size * np.array([-1, 1])
        ax.set(title=f"{size} × {size}, R = {size / 2}", xlabel="column", xlim=limits, ylim=-limits)
        ax.set(aspect="equal", xticks=[0], yticks=[0])
        ax.spines[:].set_visible(False)
    axes[0, 0].set_ylabel("row")
    figure.legend(*axes[0, -1].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def gram(bases: ArrayLike, group: int = 6) -> Figure:
    """Inner products of bases (number, l, l) scaled to norm 1; lines part the groups (scales)."""
    flat = np.asarray(bases).reshape(len(np.asarray(bases)), -1)
    flat = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    figure, ax = plt.subplots(figsize=(5, 4.2))
    drawn = ax.imshow(flat @ flat.T, vmin=-1, vmax=1, cmap=DIVERGING)
    for edge in range(group, len(flat), group):
        ax.axhline(edge - 0.5, color="black", linewidth=0.8)
        ax.axvline(edge - 0.5, color="black", linewidth=0.8)
    ax.set(xlabel="basis", ylabel="basis")
    figure.colorbar(drawn, label="inner product")
    return figure


def pictures(panels: Mapping[str, ArrayLike], label: str, columns: int = 3, zero_white: bool = False) -> Figure:
    """Pictures (h, w) side by side on one scale, with a colour bar that `label` names; `panels` maps titles to them."""
    arrays = [np.asarray(panel) for panel in panels.values()]
    limits = min(float(array.min()) for array in arrays), max(float(array.max()) for array in arrays)
    if zero_white:
        limits = -max(map(abs, limits)), max(map(abs, limits))
    rows = -(-len(arrays) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(5.3, 1.1 + 5.0 / columns * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, title, array in zip(axes.flat, panels, arrays, strict=False):
        cmap = DIVERGING if zero_white else "gray"
        drawn = ax.imshow(array, vmin=limits[0], vmax=limits[1], cmap=cmap, interpolation="nearest")
        ax.set_title(title)
    figure.colorbar(drawn, ax=axes, label=label, location="bottom", aspect=40, shrink=0.7)
    return figure


def detections(responses: Mapping[str, ArrayLike], found: Sequence[ArrayLike], truth: ArrayLike) -> Figure:
    """Maps of a detector's answers (h, w), with each true centre marked as found (circle) or missed (cross).

    Args:
        responses: titles and answers.
        found: for each answer a boolean map of the centres that it found.
        truth: a map that is 1 at the centres.
    """
    figure, axes = plt.subplots(1, len(responses), figsize=(5.3, 3.6), squeeze=False)
    for ax, (title, response), hit in zip(axes[0], responses.items(), found, strict=True):
        drawn = ax.imshow(np.asarray(response), vmin=-0.1, vmax=0.3, cmap="gray")
        for mask, marker, name in ((np.asarray(hit), "o", "found"), (~np.asarray(hit), "x", "missed")):
            rows, columns = np.nonzero(mask & (np.asarray(truth) == 1))
            colour = COLOURS[5] if marker == "o" else COLOURS[4]
            face = "none" if marker == "o" else colour
            ax.scatter(
                columns,
                rows,
                s=70,
                marker=marker,
                facecolors=face,
                edgecolors=None if marker == "x" else colour,
                linewidths=1.8,
                label=name,
            )
        ax.set(title=title, xticks=[], yticks=[])
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.colorbar(
        drawn, ax=axes, label="answer of the filter", location="bottom", aspect=40, ticks=[0, 0.1, 0.2, 0.3]
    )
    figure.legend(handles, names, loc="outside lower center", ncols=2)
    return figure


def filter_sharing(size: int = 6, seed: int = 0) -> Figure:
    """Who shares a filter with whom, for two images: everybody, the pixels of an image, nobody."""
    each = np.random.default_rng(seed).permutation(np.linspace(0, 1, 2 * size * size)).reshape(2, size, size)
    kinds = {
        "(a) shared": np.full_like(each, 0.3),
        "(b) per image": np.stack([np.full((size, size), 0.3), np.full((size, size), 0.8)]),
        "(c) per pixel": each,
    }
    figure, axes = plt.subplots(2, 3, figsize=(5.3, 3.8))
    for column, (name, values) in enumerate(kinds.items()):
        for row in range(2):
            ax = axes[row, column]
            ax.pcolormesh(values[row], cmap="viridis", vmin=0, vmax=1, edgecolors="white", linewidth=1)
            ax.set(xticks=[], yticks=[], aspect="equal")
        axes[0, column].set_title(name)
    axes[0, 0].set_ylabel("image 1")
    axes[1, 0].set_ylabel("image 2")
    return figure


def mosaic(filters: ArrayLike, columns: int) -> NDArray[np.float64]:
    """Filters (number, l, l), each scaled to largest absolute value 1, tiled in rows with gaps of NaN between them."""
    pictures = np.asarray(filters, dtype=np.float64)
    number, size = pictures.shape[:2]
    rows = -(-number // columns)
    tiles = np.full((rows * columns, size + 1, size + 1), np.nan)
    tiles[:number, :-1, :-1] = pictures / np.abs(pictures).max(axis=(1, 2), keepdims=True)
    tiled = tiles.reshape(rows, columns, size + 1, size + 1).transpose(0, 2, 1, 3)
    return tiled.reshape(rows * (size + 1), columns * (size + 1))[:-1, :-1]


def layer_stages(
    x: ArrayLike, alpha: ArrayLike, K: ArrayLike, Z: ArrayLike, pixels: Mapping[str, tuple[int, int]]
) -> Figure:
    """Maps (h, w) of a feature, a coefficient and an output, and the filters K (l, l, h, w) of some named pixels."""
    figure = plt.figure(figsize=(5.3, 4.6))
    above, below = figure.subfigures(2, 1, squeeze=False)[:, 0]
    maps = {"features $x$": x, "a coefficient $\\alpha$": alpha, "output $Z$": Z}
    for ax, (title, picture) in zip(above.subplots(1, 3), maps.items(), strict=True):
        drawn = ax.imshow(as_array(picture), cmap="gray")
        ax.set(title=title, xticks=[], yticks=[])
        above.colorbar(drawn, ax=ax, location="bottom", shrink=0.8)
        for index, (name, (row, column)) in enumerate(pixels.items()):
            away = (0, 4) if index % 2 == 0 else (0, -14)
            ax.plot(column, row, "o", color=COLOURS[1], markersize=4)
            ax.annotate(
                name, (column, row), away, textcoords="offset points", ha="center", color=COLOURS[1], weight="bold"
            )
    filters = [as_array(K)[..., row, column] for row, column in pixels.values()]
    limit = max(float(np.abs(one).max()) for one in filters)
    axes = below.subplots(1, len(filters))
    for ax, name, one in zip(axes, pixels, filters, strict=True):
        drawn = ax.imshow(one, vmin=-limit, vmax=limit, cmap=DIVERGING)
        ax.set(title=f"filter of pixel {name}", xticks=[], yticks=[])
    below.colorbar(drawn, ax=axes, location="bottom", shrink=0.6, aspect=40)
    return figure
