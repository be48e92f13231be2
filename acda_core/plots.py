"""Figures from plain tensors and arrays, in one style for the whole book."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray
from scipy.special import jn_zeros, jv

# Okabe and Ito's colours: told apart by colour-blind readers too.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
DIVERGING = "RdBu_r"  # zero is white


def use_book_style() -> None:
    """Set matplotlib, and plotly where the book is being built, to the style of this book."""
    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": "medium",
            "figure.constrained_layout.use": True,
            "figure.dpi": 100,
            "figure.facecolor": "white",
            "figure.figsize": (7.0, 3.2),
            "font.size": 10.0,
            "image.cmap": DIVERGING,
            "legend.frameon": False,
            "svg.hashsalt": "acda",
        }
    )
    _draw_crisp_in_notebooks()
    if os.environ.get("ACDA_BOOK"):
        _use_page_renderer_for_plotly()


def _draw_crisp_in_notebooks() -> None:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and "IPKernelApp" in shell.config:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")


def _use_page_renderer_for_plotly() -> None:
    """Let plotly figures emit HTML that works on a page which serves plotly.js itself."""
    import plotly.io as pio
    from plotly.io.base_renderers import MimetypeRenderer

    class PageRenderer(MimetypeRenderer):
        def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, str]:
            title = fig_dict.get("layout", {}).get("title", {}).get("text") or "Interactive figure"
            drawing = pio.to_html(
                fig_dict,
                config={"responsive": True, "displaylogo": False, "displayModeBar": False},
                auto_play=False,
                include_plotlyjs=False,
                include_mathjax=False,
                full_html=False,
                validate=False,
            )
            label = html.escape(str(title), quote=True)
            return {"text/html": f'<div class="acda-plotly" role="group" aria-label="{label}">{drawing}</div>'}

    pio.renderers["acda_page"] = PageRenderer()
    pio.renderers.default = "acda_page"
    pio.templates["acda"] = {
        "layout": {"colorway": COLOURS, "font": {"size": 13}, "margin": {"l": 55, "r": 20, "t": 50, "b": 50}}
    }
    pio.templates.default = "plotly_white+acda"


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


def pictures(panels: Mapping[str, ArrayLike], label: str, columns: int = 3, zero_white: bool = False) -> Figure:
    """Pictures (h, w) side by side on one scale, with a colour bar that `label` names; `panels` maps titles to them."""
    arrays = [np.asarray(panel) for panel in panels.values()]
    limits = min(float(array.min()) for array in arrays), max(float(array.max()) for array in arrays)
    if zero_white:
        limits = -max(map(abs, limits)), max(map(abs, limits))
    rows = -(-len(arrays) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(5.4, 1.1 + 5.0 / columns * rows), squeeze=False)
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
    figure, axes = plt.subplots(1, len(responses), figsize=(5.4, 3.6), squeeze=False)
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
    figure, axes = plt.subplots(2, 3, figsize=(5.4, 3.8))
    for column, (name, values) in enumerate(kinds.items()):
        for row in range(2):
            ax = axes[row, column]
            ax.pcolormesh(values[row], cmap="viridis", vmin=0, vmax=1, edgecolors="white", linewidth=1)
            ax.set(xticks=[], yticks=[], aspect="equal")
        axes[0, column].set_title(name)
    axes[0, 0].set_ylabel("image 1")
    axes[1, 0].set_ylabel("image 2")
    return figure


def memory_wall(channels: Sequence[int] = (16, 32, 64, 100, 128, 256), memory: float = 16e9) -> Any:
    """Bytes of float32 filters, one a pixel, against image size; a slider sets c = c'. Returns a plotly figure."""
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
    return figure.update_layout(title="Bytes of one filter a pixel", height=590, sliders=[slider], legend=legend)


def mosaic(filters: ArrayLike, columns: int) -> NDArray[np.float64]:
    """Filters (number, l, l), each scaled to largest absolute value 1, tiled in rows with gaps of NaN between them."""
    pictures = np.asarray(filters, dtype=np.float64)
    number, size = pictures.shape[:2]
    rows = -(-number // columns)
    tiles = np.full((rows * columns, size + 1, size + 1), np.nan)
    tiles[:number, :-1, :-1] = pictures / np.abs(pictures).max(axis=(1, 2), keepdims=True)
    tiled = tiles.reshape(rows, columns, size + 1, size + 1).transpose(0, 2, 1, 3)
    return tiled.reshape(rows * (size + 1), columns * (size + 1))[:-1, :-1]


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


def kept_energy(curves: Mapping[str, ArrayLike], marked: int = 6) -> Figure:
    """How much of a bank's squared norm its best m atoms keep, against m: curves[name][m - 1] is a fraction."""
    figure, ax = plt.subplots(figsize=(5.4, 3.6))
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
    figure, ax = plt.subplots(figsize=(5.4, 3.4))
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
        ax.bar_label(bars, [f"{value:,.0f}" for value in values], fontsize=8, padding=2)
    ax.set(yscale="log", ylabel=ylabel, xticks=range(len(names)), xticklabels=names)
    ax.margins(y=0.15)
    figure.legend(loc="outside lower center", ncols=len(groups))
    return figure


def layer_stages(
    x: ArrayLike, alpha: ArrayLike, D: ArrayLike, Z: ArrayLike, pixels: Sequence[tuple[int, int]]
) -> Figure:
    """Maps (h, w) of a feature, a coefficient and an output, and the atoms D (l, l, h, w) of some marked pixels."""
    figure = plt.figure(figsize=(5.4, 4.6))
    above, below = figure.subfigures(2, 1, squeeze=False)[:, 0]
    maps = {"features $x$": x, "a coefficient $\\alpha$": alpha, "output $Z$": Z}
    for ax, (title, picture) in zip(above.subplots(1, 3), maps.items(), strict=True):
        drawn = ax.imshow(_array(picture), cmap="gray")
        ax.set(title=title, xticks=[], yticks=[])
        above.colorbar(drawn, ax=ax, location="bottom")
        for name, (row, column) in zip("abc", pixels, strict=False):
            ax.plot(column, row, "o", color=COLOURS[1], markersize=4)
            ax.annotate(name, (column, row), (4, 3), textcoords="offset points", color=COLOURS[1], weight="bold")
    atoms = [_array(D)[..., row, column] for row, column in pixels]
    limit = max(float(np.abs(atom).max()) for atom in atoms)
    axes = below.subplots(1, len(atoms))
    for ax, name, atom in zip(axes, "abc", atoms, strict=False):
        drawn = ax.imshow(atom, vmin=-limit, vmax=limit, cmap=DIVERGING)
        ax.set(title=f"atom of pixel {name}", xticks=[], yticks=[])
    below.colorbar(drawn, ax=axes, location="bottom", shrink=0.6, aspect=40)
    return figure


def slider_maps(maps: Sequence[ArrayLike], names: Sequence[str], title: str) -> Any:
    """A plotly figure: one map (h, w) at a time, scaled to a largest value of 1, with a slider that chooses it."""
    import plotly.graph_objects as go

    pictures = [_array(one) / float(_array(one).max()) for one in maps]
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


def _array(value: ArrayLike | Any) -> NDArray[np.float64]:
    """As numpy, also when it is a tensor that autograd follows."""
    return np.asarray(value.detach() if hasattr(value, "detach") else value, dtype=np.float64)
