"""Figures of what a shift of the input does to an output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from acda_core.course.plots.style import as_array

EXACT = "#cfe8dc"  # where two outputs are equal to the last bit
UNKNOWN = "0.82"  # where one of them does not exist


def shifted_pairs(
    columns: Mapping[str, tuple[ArrayLike, ArrayLike]], shift: tuple[int, int], names: Sequence[str] = ("", "shifted")
) -> Figure:
    """Pictures (h, w) before (above) and after a shift (below), one column each, on the column's own scale.

    Args:
        columns: titles and pairs.
        shift: rows and columns; a dashed line below shows where the border of the upper picture has gone.
        names: of the two rows.
    """
    figure, axes = plt.subplots(2, len(columns), figsize=(5.3, 0.5 + 2 * 5.0 / len(columns)), squeeze=False)
    for (title, pair), column in zip(columns.items(), axes.T, strict=True):
        low, high = float(np.min(as_array(pair[0]))), float(np.max(as_array(pair[0])))
        for ax, picture in zip(column, pair, strict=True):
            ax.imshow(as_array(picture), vmin=low, vmax=high, cmap="gray", interpolation="nearest")
            ax.set(xticks=[], yticks=[])
        column[0].set_title(title)
        column[1].axhline(shift[0] - 0.5, color="white", linestyle="--", linewidth=1)
        column[1].axvline(shift[1] - 0.5, color="white", linestyle="--", linewidth=1)
    for ax, name in zip(axes[:, 0], names, strict=True):
        ax.set_ylabel(name)
    return figure


def differences(panels: Mapping[str, ArrayLike], columns: int = 3, label: str = "log₁₀ of the difference") -> Figure:
    """Sizes of the values of maps (h, w), as powers of ten on one scale; exact zeros in light green, NaN in grey."""
    maps = [np.abs(as_array(panel)) for panel in panels.values()]
    positive = np.concatenate([one[one > 0] for one in maps])
    limits = np.log10([positive.min(), positive.max()]) if positive.size else np.array([-16.0, 0.0])
    rows = -(-len(maps) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(5.3, 1.3 + 5.0 / columns * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, title, one in zip(axes.flat, panels, maps, strict=False):
        colours = np.full((*one.shape, 3), to_rgb(EXACT))
        colours[np.isnan(one)] = to_rgb(UNKNOWN)
        ax.imshow(colours)
        seen = np.ma.masked_where(~(one > 0), one)
        drawn = ax.imshow(np.ma.log10(seen), vmin=limits[0], vmax=limits[1], cmap="magma", interpolation="nearest")
        ax.set_title(title)
    figure.colorbar(drawn, ax=axes, label=label, location="bottom", aspect=40, shrink=0.7)
    return figure


def mismatch_curves(
    x: ArrayLike, curves: Mapping[str, ArrayLike], xlabel: str, ylabel: str = "largest difference"
) -> Figure:
    """Largest differences against x on a logarithmic axis, with what rounding leaves shaded and zeros on its floor."""
    figure, ax = plt.subplots(figsize=(5.3, 3.4))
    floor = 1e-17
    for (name, values), marker in zip(curves.items(), "os^Dv", strict=False):
        ax.semilogy(as_array(x), np.maximum(as_array(values), floor), marker=marker, label=name)
    ax.axhspan(floor / 3, 1e-12, color="0.92", zorder=0)
    ax.text(1.01, 1e-15, "rounding", transform=ax.get_yaxis_transform(), va="center", color="0.4")
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(floor / 3, None))
    figure.legend(loc="outside upper left", ncols=2)
    return figure
