"""Figures of the chapter on when adapting pays: gains by dose, and errors by the number of filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from acda_core.course.plots.style import COLOURS, as_array

MARKERS, DASHES = "osD^", ("-", "--", "-.", ":")


def by_dose(
    panels: Mapping[str, Mapping[str, Mapping[float, Sequence[float]]]], xlabel: str, ylabels: Sequence[str]
) -> Figure:
    """For each panel some series over a dose: a line through the means over seeds, and a dot for each seed.

    Args:
        panels: by title, series and dose the numbers of the seeds.
        xlabel: what the dose is.
        ylabels: what the numbers of each panel are. A panel whose numbers have both signs gets a line at 0.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(1.4 + 3 * len(panels), 3.6), squeeze=False)
    for ax, ylabel, (title, series) in zip(axes[0], ylabels, panels.items(), strict=True):
        for index, (name, doses) in enumerate(series.items()):
            colour, shift = COLOURS[index], 0.012 * (index - (len(series) - 1) / 2)
            means = [as_array(values).mean() for values in doses.values()]
            ax.plot(list(doses), means, DASHES[index % 4], color=colour, marker=MARKERS[index % 4], label=name)
            for dose, values in doses.items():
                ax.plot([dose + shift] * len(values), values, "_", color=colour, markersize=7)
        ticks = sorted({dose for doses in series.values() for dose in doses})
        low, high = ax.get_ylim()
        if low < 0 < high:
            ax.axhline(0, color="0.4", linewidth=1)
        ax.set(
            title=title,
            xlabel=xlabel,
            ylabel=ylabel,
            xticks=ticks,
            xticklabels=[str(Fraction(h).limit_denominator(100)) for h in ticks],
        )
        ax.grid(axis="y", color="0.9")
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), fontsize="small")
    return figure


def by_number(
    panels: Mapping[str, tuple[Mapping[str, Mapping[int, float]], float]], xlabel: str, ylabel: str
) -> Figure:
    """For each panel errors over a number on a logarithmic axis, and the error with all as a dotted line.

    Args:
        panels: by title the errors, by series and number, and the error with all.
        xlabel: what the number is.
        ylabel: what the error is.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.4), squeeze=False)
    for ax, (title, (series, whole)) in zip(axes[0], panels.items(), strict=True):
        for index, (name, errors) in enumerate(series.items()):
            style = {"color": COLOURS[index], "marker": MARKERS[index % 4], "label": name}
            ax.plot(list(errors), list(errors.values()), DASHES[index % 4], **style)
        ax.axhline(whole, color="0.4", linestyle=":", label="as trained")
        ticks = sorted({number for errors in series.values() for number in errors})
        most = max(error for errors in series.values() for error in errors.values())
        ax.set(title=title, xlabel=xlabel, ylabel=ylabel, ylim=(0, 1.08 * most))
        ax.set_xscale("log", base=2)
        ax.set_xticks(ticks, [str(number) for number in ticks])
        ax.grid(axis="y", color="0.9")
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=len(handles[0]), fontsize="small")
    return figure
