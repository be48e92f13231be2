"""The page of slides: its sections fill the screen one by one, and figures stand there as a chapter draws them."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

PAGE = "book/slides"

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("figure-of", FigureOf)
    app.add_node(figure_of)
    app.add_post_transform(FetchFigures)
    app.connect("env-updated", draw_again)
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class figure_of(nodes.General, nodes.Element):
    """Stands for the figure `name` of the page `page` until the page is written."""


class FigureOf(SphinxDirective):
    """The figure of a chapter, by its name, on another page: {figure-of} toy fig-toy-maps."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        page, name = self.arguments
        return [figure_of("", page=f"book/{page}", name=name)]


class FetchFigures(SphinxPostTransform):
    default_priority = 2  # before MyST-NB chooses among the outputs of a cell

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(figure_of)):
            drawn = self.env.get_doctree(place["page"])
            figure = next((one for one in drawn.findall(nodes.figure) if place["name"] in one["ids"]), None)
            if figure is None and not self.config.acda_page:  # of one page alone chapters do not run
                logger.warning("%s has no figure %s", place["page"], place["name"], location=self.env.docname)
            place.replace_self(figure.deepcopy() if figure is not None else [])


def draw_again(app: Sphinx, env: Any) -> list[str]:
    """A chapter that was run again may have drawn its figures anew."""
    return [PAGE] if PAGE in env.all_docs and not app.config.acda_page else []


def add_files(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if pagename == PAGE:
        app.add_js_file("slides.js", loading_method="defer")
        app.add_css_file("slides.css")
    if pagename == "book/summary":
        app.add_css_file("summary.css")
