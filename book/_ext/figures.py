"""Interactive figures of a page: plotly comes when one nears the view, and until then a still stands in its place."""

from __future__ import annotations

import html
import io
import json
import re
from base64 import b64decode
from hashlib import sha256
from typing import Any

import matplotlib as mpl
import numpy as np
from docutils import nodes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from myst_nb.core import render
from myst_nb.core.render import MimeData, NbElementRenderer
from numpy.typing import NDArray
from sphinx.application import Sphinx
from sphinx.config import Config

PLOTLY = "application/vnd.plotly.v1+json"
DASHES = {"solid": "-", "dash": "--", "dashdot": "-.", "dot": ":", "longdash": (0, (9, 3))}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def configure(app: Sphinx, config: Config) -> None:
    # myst-nb looks for such renderers among the entry points of installed packages; the book is none.
    render.load_mime_renders = lambda: [PlotlyFigure]


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if "acda-plotly" in context.get("body", ""):
        app.add_js_file("figures.js", loading_method="defer")


class PlotlyFigure:
    """How myst-nb puts a plotly figure on a page: figures.js draws what stands in it as JSON."""

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        if data.mime_type != PLOTLY:
            return None
        figure: dict[str, Any] = data.content  # type: ignore[assignment]  # of this MIME type it is a dict
        layout = figure.get("layout", {})
        label = layout.get("title", {}).get("text") or "Interactive figure"
        content = {"data": figure["data"], "layout": layout, "frames": figure.get("frames", [])}
        place = nodes.raw(
            text=f'<div class="plot" style="min-height: {layout.get("height", 450)}px" role="group" '
            f'aria-label="{html.escape(label, quote=True)}"><script type="application/json">'
            f"{json.dumps(content).replace('<', chr(92) + 'u003c')}</script></div>",
            format="html",
        )
        picture = drawn(figure)
        uri = renderer.write_file([f"{sha256(picture).hexdigest()}.svg"], picture, exists_ok=True)
        still = nodes.image(uri=uri, alt=label)
        return [nodes.container("", place, still, classes=["acda-plotly"])]


def drawn(figure: dict[str, Any]) -> bytes:
    """The figure as it stands before anyone moves it, by matplotlib, as SVG: lines and heat maps."""
    layout = figure["layout"]
    with mpl.rc_context({"svg.hashsalt": "acda", "font.size": 11}):
        still = Figure(figsize=(7, layout.get("height", 450) / 110), layout="constrained")
        axes = still.add_subplot()
        axes.set_title(plain(layout.get("title", {})))
        for trace in figure["data"]:
            if trace["type"] == "heatmap":
                draw_map(axes, trace)
            else:
                draw_line(axes, trace)
        for axis in (axes.xaxis, axes.yaxis):
            dress(axis, layout.get(f"{axis.axis_name}axis", {}))
        if sum("name" in trace for trace in figure["data"]) > 1:
            axes.legend(frameon=False, fontsize="small")
        file = io.BytesIO()
        still.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def draw_map(axes: Any, trace: dict[str, Any]) -> None:
    values = array(trace["z"])
    colours = [(place, colour(name)) for place, name in trace.get("colorscale", [])]
    scale = LinearSegmentedColormap.from_list("scale", colours) if colours else "plasma"  # as plotly chooses
    picture = axes.imshow(values, cmap=scale, vmin=trace.get("zmin"), vmax=trace.get("zmax"), origin="lower")
    if trace.get("showscale", True):
        axes.figure.colorbar(picture, ax=axes, label=plain(trace.get("colorbar", {}).get("title", {})))


def draw_line(axes: Any, trace: dict[str, Any]) -> None:
    line = trace.get("line", {})
    marker = "o" if "markers" in trace.get("mode", "") else ""
    style = DASHES[line.get("dash", "solid")] if trace.get("mode") != "markers" else ""
    name = plain({"text": trace.get("name", "")})
    axes.plot(array(trace["x"]), array(trace["y"]), ls=style, marker=marker, color=line.get("color"), label=name)


def dress(axis: Any, wanted: dict[str, Any]) -> None:
    """Scale, ends, ticks and name of an axis, as plotly's layout has them."""
    is_x = axis.axis_name == "x"
    axes = axis.axes
    if wanted.get("type") == "log":
        (axes.set_xscale if is_x else axes.set_yscale)("log")
    if ends := wanted.get("range"):
        ends = [10.0**end for end in ends] if wanted.get("type") == "log" else ends
        (axes.set_xlim if is_x else axes.set_ylim)(*ends)
    if "tickvals" in wanted:
        ticks = array(wanted["tickvals"])
        axis.set_ticks(ticks, [plain({"text": str(text)}) for text in wanted.get("ticktext", ticks)])
        axis.set_ticks([], minor=True)
    if wanted.get("autorange") == "reversed":
        axis.set_inverted(True)
    axis.set_label_text(plain(wanted.get("title", {})))
    axis.set_visible(wanted.get("visible", True))


def array(values: Any) -> NDArray[Any]:
    """Numbers of a plotly figure, which may stand there as bytes."""
    if not isinstance(values, dict):
        return np.asarray(values)
    numbers = np.frombuffer(b64decode(values["bdata"]), values["dtype"])
    return numbers.reshape([int(size) for size in str(values.get("shape", len(numbers))).split(",")])


def plain(title: dict[str, Any]) -> str:
    return re.sub("<[^>]*>", "", title.get("text") or "")


def colour(name: str) -> Any:
    found = re.fullmatch(r"rgb\((.*)\)", name)
    return [float(part) / 255 for part in found[1].split(",")] if found else name
