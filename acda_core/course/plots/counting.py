"""Figures of the counting experiment: objects, density maps, errors over seeds, and the scales that filters draw on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from acda_core.course.plots.style import COLOURS, as_array

DASHES = "-", "--", ":"


def _show(ax: Axes, image: ArrayLike, faint: bool = False) -> None:
    """A picture (channels, h, w), grey or colour, 0 ... 1."""
    pixels = as_array(image)
    settings: dict[str, Any] = {"vmin": 0, "vmax": 1, "interpolation": "nearest", "alpha": 0.45 if faint else 1}
    if len(pixels) == 1:
        ax.imshow(pixels[0], cmap="gray", **settings)
    else:
        ax.imshow(pixels.transpose(1, 2, 0), **settings)
    ax.set(xticks=[], yticks=[])


def count_objects(
    pictures: Mapping[str, ArrayLike],
    centres: Sequence[ArrayLike],
    sizes: Sequence[ArrayLike],
    kinds: Sequence[ArrayLike],
    names: Sequence[Sequence[str]],
) -> Figure:
    """Pictures side by side with a circle around each object, as wide as the object; lines differ by kind.

    Args:
        pictures: titles and pictures (channels, h, w).
        centres, sizes, kinds: for each picture rows and columns (number, 2), diameters (number,), kinds (number,).
        names: for each picture the names of its kinds.
    """
    figure, axes = plt.subplots(1, len(pictures), figsize=(7.4, 3.6), squeeze=False)
    for ax, (title, image), places, widths, which, words in zip(
        axes[0], pictures.items(), centres, sizes, kinds, names, strict=True
    ):
        _show(ax, image)
        ax.set_title(f"{title}: {len(as_array(places))} objects")
        for (row, column), width, kind in zip(
            as_array(places), as_array(widths), as_array(which).astype(int), strict=True
        ):
            circle = {"radius": width / 2, "fill": False, "edgecolor": COLOURS[kind], "linestyle": DASHES[kind]}
            ax.add_patch(Circle((column - 0.5, row - 0.5), linewidth=1.6, **circle))
        for kind, name in enumerate(words):
            ax.plot([], [], DASHES[kind], color=COLOURS[kind], label=name)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=len(words), fontsize="small")
    return figure


def count_maps(pictures: Sequence[ArrayLike], maps: Sequence[Mapping[str, ArrayLike]]) -> Figure:
    """For each picture (channels, h, w) a row: the picture, then density maps (h', w') with their sums as titles."""
    columns = 1 + max(map(len, maps))
    figure, axes = plt.subplots(len(pictures), columns, figsize=(7.4, 1.9 * len(pictures) + 0.3), squeeze=False)
    for row, (image, panels) in enumerate(zip(pictures, maps, strict=True)):
        _show(axes[row, 0], image)
        height, width = as_array(image).shape[1:]
        highest = max(float(as_array(density).max()) for density in panels.values())
        for ax in axes[row, 1 + len(panels) :]:
            ax.axis("off")
        for ax, (title, density) in zip(axes[row, 1:], panels.items(), strict=False):
            _show(ax, image, faint=True)
            values = as_array(density).clip(0)
            shown = {"cmap": "magma_r", "vmin": 0, "vmax": highest, "extent": (-0.5, width - 0.5, height - 0.5, -0.5)}
            ax.imshow(values, alpha=(values / highest).clip(0, 1) ** 0.5, **shown)
            ax.set_title(f"{title}: {as_array(density).sum():.1f}", fontsize="small")
    return figure


def count_curves(losses: Mapping[str, ArrayLike], window: int = 10, logarithmic: bool = False) -> Figure:
    """Losses while training, each the mean of `window` steps, on an axis from zero or a logarithmic one."""
    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    for index, (name, values) in enumerate(losses.items()):
        curve = as_array(values)
        means = curve[: len(curve) // window * window].reshape(-1, window).mean(1)
        steps = window * (np.arange(len(means)) + 0.5)
        ax.plot(steps, means, "osD^"[index % 4] + DASHES[index % 3], color=COLOURS[index], label=name, markersize=4)
    ax.set(xlabel="step", ylabel="mean squared error")
    if logarithmic:
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=0)
    ax.grid(axis="y", color="0.9")
    ax.legend()
    return figure


def count_errors(panels: Mapping[str, Mapping[str, Sequence[float]]], floors: Mapping[str, float]) -> Figure:
    """Mean absolute errors, a dot for each seed: a panel for each data set, a row for each network.

    Args:
        panels: title of a data set: network: its errors.
        floors: title of a data set: the error of always answering the mean.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.2), sharey=True, squeeze=False)
    for ax, (title, networks) in zip(axes[0], panels.items(), strict=True):
        for index, (name, errors) in enumerate(networks.items()):
            ax.plot(errors, [index] * len(errors), "osD^v"[index % 5], color=COLOURS[index], alpha=0.8, label=name)
        ax.axvline(floors[title], color="0.4", linestyle="--", label="always the mean")
        ax.set(title=title, xlabel="mean absolute error", xlim=(0, None), ylim=(len(networks) - 0.5, -0.5))
        ax.set(yticks=range(len(networks)), yticklabels=list(networks))
        ax.grid(axis="x", color="0.9")
    return figure


def count_scales(image: ArrayLike, shares: ArrayLike, scales: Sequence[int]) -> Figure:
    """A picture (channels, h, w), and beside it what share of the filters' weight lies on each scale, (S, h', w').

    Each map goes from black, its smallest share, to white, its largest; the title says which these are.
    """
    figure, axes = plt.subplots(2, -(-(1 + len(scales)) // 2), figsize=(6.6, 4.6), squeeze=False)
    _show(axes.flat[0], image)
    axes.flat[0].set_title("picture", fontsize="medium")
    for ax in axes.flat[1 + len(scales) :]:
        ax.axis("off")
    for ax, share, scale in zip(axes.flat[1:], as_array(shares), scales, strict=False):
        ax.imshow(share, cmap="gray", interpolation="nearest")
        title = f"{scale} × {scale}: {share.min():.2f} to {share.max():.2f}"
        ax.set_title(title, fontsize="medium")
        ax.set(xticks=[], yticks=[])
    return figure


def size_correlations(panels: Mapping[str, Mapping[str, Sequence[Mapping[str, float]]]]) -> Figure:
    """Rank correlations of size and share with their intervals, and those before training as crosses.

    Args:
        panels: title of a data set: network: rows with "rho", "rho_low", "rho_high", "rho_start", one for each seed.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.0), sharey=True, squeeze=False)
    for ax, (title, networks) in zip(axes[0], panels.items(), strict=True):
        place = 0
        for index, (name, rows) in enumerate(networks.items()):
            for row in rows:
                reach = [[row["rho"] - row["rho_low"]], [row["rho_high"] - row["rho"]]]
                label = name if row is rows[0] else None
                ax.errorbar(row["rho"], place, xerr=reach, fmt="os"[index % 2], color=COLOURS[index], label=label)
                ax.plot(row["rho_start"], place, "x", color="0.4", label="untrained" if place == 0 else None)
                place += 1
            place += 1
        ax.axvline(0, color="0.4", linewidth=1)
        ax.set(title=title, xlabel="rank correlation of size and share", xlim=(-1, 1), yticks=[], ylim=(place - 1, -1))
        ax.spines["left"].set_visible(False)
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=len(handles[0]), fontsize="small")
    return figure


def filter_effects(panels: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], xlabel: str) -> Figure:
    """What changes in the filters where one thing changes in the picture: a panel for each, a row for each network.

    Args:
        panels: words for what changes: network: for each seed its effect on the trained and on the untrained network.
        xlabel: what the effects are, with their unit.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 2.8), sharex=True, sharey=True, squeeze=False)
    for ax, (title, networks) in zip(axes[0], panels.items(), strict=True):
        for index, effects in enumerate(networks.values()):
            trained, untrained = zip(*effects, strict=True)
            ax.plot(untrained, [index] * len(effects), "x", color="0.4", label="untrained" if index == 0 else None)
            ax.plot(trained, [index] * len(effects), "o", color=COLOURS[0], label="trained" if index == 0 else None)
        ax.axvline(0, color="0.4", linewidth=1)
        ax.set(title=title, ylim=(len(networks) - 0.5, -0.5), yticks=range(len(networks)), yticklabels=list(networks))
    figure.supxlabel(xlabel, fontsize="medium")
    axes[0, -1].legend(fontsize="small")
    return figure
