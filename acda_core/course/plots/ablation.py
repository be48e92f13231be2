"""Figures of the ablation: how much each choice matters, and at what price."""

from collections.abc import Mapping, Sequence
from typing import Any

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


def price_and_error(groups: Mapping[str, Mapping[str, tuple[float, float, float, float]]], xlabel: str) -> Any:
    """A plotly figure: error against price, with a slider that lights up one group, and the first one beside it.

    Args:
        groups: by group and variant the price, and the median, least and largest error.
        xlabel: what the price is.
    """
    import plotly.graph_objects as go

    def points(chosen: str | None) -> list[Any]:
        found = []
        for number, (group, variants) in enumerate(groups.items()):
            price, middle, low, high = np.array(list(variants.values())).T
            lit = chosen in (None, group) or number == 0
            sides = ["middle right", "middle left"] * len(price)  # in turn: some variants have the same price
            found.append(
                go.Scatter(
                    x=price,
                    y=middle,
                    error_y={"array": high - middle, "arrayminus": middle - low, "thickness": 1, "width": 3},
                    mode="markers+text" if chosen == group else "markers",
                    text=list(variants),
                    textposition=sides[: len(price)],
                    hovertemplate="%{text}: %{x:,.0f}, error %{y:.2e}",
                    marker={"symbol": number, "size": 10, "color": COLOURS[number % len(COLOURS)]},
                    opacity=1 if lit else 0.15,
                    name=group,
                )
            )
        return found

    names = ["all", *groups]
    frames = [go.Frame(name=name, data=points(None if name == "all" else name)) for name in names]
    now = {"mode": "immediate", "frame": {"duration": 0}}
    steps = [{"label": name, "method": "animate", "args": [[name], now]} for name in names]
    figure = go.Figure(points(None), frames=frames)
    figure.update_xaxes(type="log", title=xlabel, dtick="D2")
    figure.update_yaxes(type="log", title="mean squared error", dtick="D2", exponentformat="power")
    slider = {"steps": steps, "currentvalue": {"prefix": "lit up: "}, "pad": {"t": 150}}
    legend = {"orientation": "h", "y": -0.2}
    return figure.update_layout(title="Error against price", height=640, sliders=[slider], legend=legend)
