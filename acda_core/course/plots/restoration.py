"""Figures of the restoration experiment: photographs, and how near networks bring them to the true ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from acda_core.course.plots.style import COLOURS, as_array


def photographs(panels: Mapping[str, ArrayLike], columns: int = 3) -> Figure:
    """Titled pictures in a grid: photographs (h, w, 3), 0 ... 1 or 8-bit, and grey fields (h, w) from 0 to 1."""
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(7.2, 7.2 / columns * rows + 0.2 * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, (title, panel) in zip(axes.flat, panels.items(), strict=False):
        values = np.asarray(panel)
        ax.imshow(values, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        ax.set_title(title, fontsize="small")
    return figure


def decibel_gains(panels: Mapping[str, Mapping[str, Sequence[float]]], label: str = "PSNR gained, dB") -> Figure:
    """What networks gain over their input, a dot for each seed: a panel for each problem, a row for each network."""
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 2.9), sharey=True, squeeze=False)
    for ax, (title, networks) in zip(axes[0], panels.items(), strict=True):
        for index, (name, gains) in enumerate(networks.items()):
            ax.plot(gains, [index] * len(gains), "osD^v"[index % 5], color=COLOURS[index], alpha=0.8, label=name)
        ax.axvline(0, color="0.4", linestyle="--")
        ax.set(title=title, xlabel=label, ylim=(len(networks) - 0.5, -0.5))
        ax.set(yticks=range(len(networks)), yticklabels=list(networks))
        ax.grid(axis="x", color="0.9")
    return figure


def weak_and_strong(panels: Mapping[str, Mapping[str, tuple[float, float]]]) -> Figure:
    """Gains in decibels where the degradation is weak and where it is strong, two bars for each network."""
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.4), squeeze=False)
    for ax, (title, networks) in zip(axes[0], panels.items(), strict=True):
        places = np.arange(len(networks))
        pairs = as_array(list(networks.values()))
        ax.bar(places - 0.2, pairs[:, 0], 0.38, color=COLOURS[5], label="weakest third")
        ax.bar(
            places + 0.2, pairs[:, 1], 0.38, color=COLOURS[0], hatch="//", edgecolor="white", label="strongest third"
        )
        ax.axhline(0, color="0.4", linewidth=1)
        ax.set(title=title, xticks=places, xticklabels=[name.replace("_", "\n") for name in networks])
        ax.tick_params(axis="x", labelsize="x-small")
    axes[0, 0].set_ylabel("PSNR gained, dB")
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=2)
    return figure


def leads(
    panels: Mapping[str, Mapping[str, tuple[Sequence[float], Sequence[float]]]], xlabel: str, ylabel: str
) -> Figure:
    """By how much one network is ahead of another on each photograph, over what the photographs differ in.

    Args:
        panels: words for the two networks: for each group of photographs, such as a camera's, places and leads.
        xlabel, ylabel: what these are, with their units.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.6), sharex=True, squeeze=False)
    for ax, (title, groups) in zip(axes[0], panels.items(), strict=True):
        for index, (name, (places, values)) in enumerate(groups.items()):
            ax.plot(places, values, "osD^v"[index % 5], color=COLOURS[index], alpha=0.8, markersize=4, label=name)
        ax.axhline(0, color="0.4", linestyle="--")
        ax.set_title(title, fontsize="small")
        ax.set_xlabel(xlabel)
    axes[0, 0].set_ylabel(ylabel)
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=5, fontsize="small", columnspacing=1, handletextpad=0.1)
    return figure
