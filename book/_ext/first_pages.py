"""What the first pages are made of: reading times, the table of chapters, and numbers from stored results."""

from __future__ import annotations

import math
from pathlib import Path

import facts
import reading_time
import yaml
from docutils import nodes
from notebooks import BOOK, ROOT, chapters
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole

TIMED = {f"book/{page}" for page in ("short_path", *(path.stem for path in chapters()))}
SHORTEST_DESCRIPTION = 60  # characters; findable.py takes the first longer paragraph


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_role("fact", Fact())
    app.add_role("minutes", Minutes())
    app.add_role("hours", Hours())
    app.add_directive("fact-table", FactTable)
    app.add_directive("chapters", Chapters)
    app.connect("doctree-read", add_reading_time)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Fact(SphinxRole):
    """A number, by the name of the function of facts.py that finds it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        depend_on_results(self.env)
        return [nodes.Text(getattr(facts, self.text)())], []


class FactTable(SphinxDirective):
    """A table, by the name of the function of facts.py that makes it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        depend_on_results(self.env)
        made = getattr(facts, self.arguments[0])()
        return [nodes.raw("", made._repr_html_(), format="html")]


class Minutes(SphinxRole):
    """How long a page takes, such as "24 min"."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.Text(f"{math.ceil(reading(self.env, self.text).minutes)} min")], []


class Hours(SphinxRole):
    """How long all chapters take, to the half hour, such as "5½ hours": {hours}`to_read` or {hours}`of_exercises`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        together = sum(getattr(reading(self.env, path.stem), f"minutes_{self.text}") for path in chapters())
        return [nodes.Text(in_hours(together))], []


class Chapters(SphinxDirective):
    """The chapters, part by part in the order of _toc.yml, with what a reader knows after each and how long it takes.

    Each line of the body is "name: what you will know"; a chapter without a line is an error.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(ROOT / "_toc.yml"))
        known = yaml.safe_load("\n".join(self.content))
        contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
        parts = [part for part in contents["parts"] if part.get("numbered")]
        pages = [Path(chapter["file"]).stem for part in parts for chapter in part["chapters"]]
        if set(pages) != set(known):
            raise self.error(f"the table of chapters must say something of {', '.join(pages)}, and of no other page")
        found: list[nodes.Node] = []
        for number, part in enumerate(parts, 1):
            lines = [Path(chapter["file"]).stem for chapter in part["chapters"]]
            table = self.table([self.line(pages.index(page) + 1, page, known[page]) for page in lines])
            found.append(nodes.section("", nodes.title("", part["caption"]), table, ids=[f"part-{number}"]))
        return found

    def table(self, lines: list[nodes.row]) -> nodes.table:
        heads = "chapter", "what you will know after it", "reading + exercises"
        head = row(*(nodes.paragraph("", text) for text in heads))
        group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in (36, 48, 16)), cols=3)
        group += [nodes.thead("", head), nodes.tbody("", *lines)]
        return nodes.table("", group, classes=["colwidths-given"])

    def line(self, number: int, page: str, text: str) -> nodes.row:
        link = addnodes.pending_xref(
            "", nodes.inline(), refdomain="std", reftype="doc", reftarget=f"/book/{page}", refexplicit=False,
            refwarn=True, refdoc=self.env.docname,
        )  # fmt: skip
        known, _ = self.parse_inline(text)
        title = nodes.paragraph("", "", nodes.Text(f"{number}. "), link)
        one = reading(self.env, page)
        took = f"{math.ceil(one.minutes_to_read)} + {one.minutes_of_exercises} min"
        return row(title, nodes.paragraph("", "", *known), nodes.paragraph("", took))


def row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def reading(env: BuildEnvironment, page: str) -> reading_time.Reading:
    env.note_dependency(str(BOOK / f"{page}.md"))
    return reading_time.of_page(page)


def in_hours(minutes: float) -> str:
    whole, half = divmod(round(minutes / 30), 2)
    return f"{whole}{'½' * half} hours"


def depend_on_results(env: BuildEnvironment) -> None:
    for file in [facts.__file__, *(BOOK / "results").glob("*.json")]:
        env.note_dependency(str(file))


def add_reading_time(app: Sphinx, doctree: nodes.document) -> None:
    """Below its title a chapter says how long it takes."""
    name = app.env.docname
    if name not in TIMED:
        return
    one = reading_time.of_page(Path(name).name)
    parts = [f"{math.ceil(one.minutes)} minutes"]
    parts += [counted(one.widgets, "widget")] if one.widgets else []
    parts += [f"{counted(one.exercises, 'exercise')} ({one.minutes_of_exercises} min)"] if one.exercises else []
    text = " · ".join(parts)
    assert len(text) < SHORTEST_DESCRIPTION
    title = next(doctree.findall(nodes.title))
    title.parent.insert(title.parent.index(title) + 1, nodes.paragraph("", text, classes=["reading-time"]))


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
