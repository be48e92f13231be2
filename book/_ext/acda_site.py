"""What the published site adds to Jupyter Book.

It needs no other host and no kernel, and its equations keep the paper's numbers.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import inspect
from sphinx.util.docutils import SphinxDirective
from traitlets import HasTraits

from acda_core.course import widgets
from acda_core.course.widgets.link import page_script

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
PAPER_EQUATION = re.compile(r"equation-eq-paper-(\d+)")
WIDGET = re.compile(r'data-widget="(\w+)"')
EXTENSIONS = (
    "chapter_outputs", "chapter_links", "exercises", "figures", "findable", "first_pages", "foot", "light_pages",
    "site_notebooks", "slides", "symbols", "themed_figures", "unbroken",
    "offline",  # last, when all else has been written
)  # fmt: skip
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def setup(app: Sphinx) -> dict[str, bool]:
    for extension in EXTENSIONS:
        app.setup_extension(extension)
    app.add_directive("acda-widget", WidgetHere)
    app.connect("config-inited", configure)
    app.connect("config-inited", drop_thebe, priority=900)
    app.connect("autodoc-process-signature", sign_widgets)
    app.connect("builder-inited", write_widgets, priority=900)
    app.connect("env-get-updated", number_equations_as_the_paper_does, priority=900)
    app.connect("html-page-context", finish_body)
    app.connect("html-page-context", drop_widget_state, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class WidgetHere(SphinxDirective):
    """A widget, by the name of its class, on a page that runs no code; the page is read again with its module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        kind = getattr(widgets, self.arguments[0])
        self.env.note_dependency(sys.modules[kind.__module__].__file__)
        for stored in (BOOK / "results").glob(f"{kind._kind}.*"):
            self.env.note_dependency(str(stored))
        return [nodes.raw("", kind()._repr_mimebundle_()[0]["text/html"], format="html")]


def configure(app: Sphinx, config: Config) -> None:
    config.html_static_path += [str(BOOK / "_static"), str(BOOK / "_vendor")]
    for sheet in ("site.css", "exercises.css", "symbols.css"):
        app.add_css_file(sheet)
    app.add_js_file("site.js", loading_method="defer")

    config.html_theme_options |= {"navbar_persistent": []}  # the side bar has the search field

    config.mathjax_path = "mathjax/mathjax.js"
    config.mathjax_options = {"defer": "defer", "priority": 700}  # after the widgets


def drop_thebe(app: Sphinx, config: Config) -> None:
    """Jupyter Book loads sphinx-thebe always; its script fails on every page."""
    for event, listeners in app.events.listeners.items():
        wanted = [one for one in listeners if not one.handler.__module__.startswith("sphinx_thebe")]
        app.events.listeners[event] = wanted
    app.registry.css_files = [one for one in app.registry.css_files if one[0] != "sphinx-thebe.css"]


def sign_widgets(app: Sphinx, what: str, name: str, documented: Any, *_: Any) -> tuple[str, str] | None:
    """The arguments of a widget: autodoc would show those of traitlets' __new__, which takes any."""
    if not (what == "class" and issubclass(documented, HasTraits)):
        return None
    signature = inspect.signature(documented.__init__, bound_method=True)
    return inspect.stringify_signature(signature, unqualified_typehints=True).removesuffix(" -> None"), ""


def write_widgets(app: Sphinx) -> None:
    for module in (ROOT / "acda_core" / "course" / "widgets").glob("*.js"):
        write_script(Path(app.outdir), [module.stem])


def write_script(outdir: Path, kinds: list[str]) -> str:
    """Make one classic script of the widgets of a page: modules do not load from file://. Returns its name."""
    path = outdir / "_static" / "widgets" / f"{'-'.join(kinds)}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page_script(kinds), encoding="utf-8")
    return f"widgets/{path.name}"


def number_equations_as_the_paper_does(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Equation labels eq-paper-5 show (5); the others of a chapter close the gaps: (2.1), (2.2), …"""
    for numbers in env.toc_fignumbers.values():
        equations = numbers.get("displaymath", {})
        ordinal = 0
        for label, number in equations.items():
            if paper := PAPER_EQUATION.fullmatch(label):
                equations[label] = (int(paper[1]),)
            else:
                ordinal += 1
                equations[label] = (*number[:-1], ordinal)
    return []


def finish_body(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    body = context.get("body", "")
    if kinds := sorted(set(WIDGET.findall(body))):
        app.add_js_file(write_script(Path(app.outdir), kinds), loading_method="defer", fetchpriority="high")
    if "acda-table sortable" in body:
        app.add_js_file("tables.js", loading_method="defer")
    # A list in ARIA holds list items, a bibliography holds entries: docutils writes the one around the other.
    context["body"] = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')


def drop_widget_state(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The state that a kernel would need, module texts included: it was the largest part of a page, and unused."""
    context["script_files"][:] = [
        file for file in context["script_files"] if getattr(file, "attributes", {}).get("type") != WIDGET_STATE
    ]
