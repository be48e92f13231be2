"""Plotly figures with a slider, which answer in the page without Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from acda_core.course.plots.images import mosaic
from acda_core.course.plots.style import COLOURS, as_array


def memory_wall(channels: Sequence[int] = (16, 32, 64, 100, 128, 256), memory: float = 16e9) -> Any:
    """Bytes of a float32 filter for each pixel against image size; a slider sets c = c'. Returns a plotly figure."""
    import plotly.graph_objects as go

    sides = 2 ** np.linspace(3, 9, 49)

    def lines(c: int) -> list[Any]:
        gigabytes = {f"l = {size}": 4e-9 * c * c * size**2 * sides**2 for size in (3, 5, 7)}
        gigabytes["features Z′"] = 4e-9 * c * sides**2
        gigabytes[f"{memory / 1e9:g} GB"] = np.full_like(sides, memory / 1e9)
        dashes = ["solid", "dash", "dashdot", "dot", "longdash"]
        return [
            go.Scatter(
                x=sides, y=y, name=name, line={"dash": dash, "color": colour}, hovertemplate="%{x:.0f} px: %{y:.3g} GB"
            )
            for (name, y), dash, colour in zip(gigabytes.items(), dashes, COLOURS, strict=False)
        ]

    frames = [go.Frame(name=str(c), data=lines(c)) for c in channels]
    steps = [
        {"label": str(c), "method": "animate", "args": [[str(c)], {"mode": "immediate", "frame": {"duration": 0}}]}
        for c in channels
    ]
    start = min(3, len(channels) - 1)
    figure = go.Figure(lines(channels[start]), frames=frames)
    size_ticks = [8, 16, 32, 64, 128, 256, 512]
    figure.update_xaxes(type="log", title="image height and width in pixels", tickvals=size_ticks)
    powers = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000, 1e4]
    names = ["100 kB", "1 MB", "10 MB", "100 MB", "1 GB", "10 GB", "100 GB", "1 TB", "10 TB"]
    figure.update_yaxes(type="log", range=[-4, 4], tickvals=powers, ticktext=names)
    slider = {"active": start, "steps": steps, "currentvalue": {"prefix": "channels c = c′: "}, "pad": {"t": 140}}
    legend = {"orientation": "h", "y": -0.22}
    return figure.update_layout(title="Bytes of a filter for each pixel", height=590, sliders=[slider], legend=legend)


def rebuilt_filters(K: ArrayLike, most: int = 12, columns: int = 6) -> Any:
    """A bank K (number, l, l) rebuilt from its best atoms; a slider sets how many. Returns a plotly figure."""
    import plotly.graph_objects as go

    bank = np.asarray(K, dtype=np.float64)
    left, singular, right = np.linalg.svd(bank.reshape(len(bank), -1), full_matrices=False)

    def drawn(m: int) -> Any:
        rebuilt = ((left[:, :m] * singular[:m]) @ right[:m]).reshape(bank.shape)
        tiled = mosaic(rebuilt, columns)[::-1]
        return go.Heatmap(z=tiled, zmin=-1, zmax=1, colorscale="RdBu_r", showscale=False, hoverinfo="skip")

    frames = [go.Frame(name=str(m), data=[drawn(m)]) for m in range(1, most + 1)]
    steps = [
        {
            "label": frame.name,
            "method": "animate",
            "args": [[frame.name], {"mode": "immediate", "frame": {"duration": 0}}],
        }
        for frame in frames
    ]
    figure = go.Figure(drawn(1), frames=frames)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    slider = {"active": 0, "steps": steps, "currentvalue": {"prefix": "atoms m: "}}
    figure.update_layout(title=f"{len(bank)} filters rebuilt from m atoms", height=480, sliders=[slider])
    return figure.update_layout(margin={"l": 15, "r": 15})


def slider_maps(maps: Sequence[ArrayLike], names: Sequence[str], title: str) -> Any:
    """A plotly figure: one map (h, w) at a time, scaled to a largest value of 1, with a slider that chooses it."""
    import plotly.graph_objects as go

    pictures = [as_array(one) / float(as_array(one).max()) for one in maps]
    figure = go.Figure(go.Heatmap(z=pictures[0], zmin=0, zmax=1, colorscale="Viridis", colorbar={"title": "share"}))
    place = {"x": 0, "y": 1.03, "xref": "paper", "yref": "paper", "yanchor": "bottom", "showarrow": False}
    notes = [[{**place, "text": name}] for name in names]
    figure.frames = [
        go.Frame(data=[go.Heatmap(z=z)], name=name, layout={"annotations": note})
        for z, name, note in zip(pictures, names, notes, strict=True)
    ]
    now = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    steps = [{"method": "animate", "args": [[name], now], "label": name.split(" ")[0], "value": name} for name in names]
    figure.update_layout(
        title=title,
        annotations=notes[0],
        height=500,
        margin={"t": 90},
        xaxis={"title": "column", "constrain": "domain"},
        yaxis={"title": "row", "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
        sliders=[{"steps": steps, "currentvalue": {"visible": False}, "pad": {"t": 55}}],
    )
    return figure
