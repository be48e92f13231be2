"""Symbols and words explain themselves: what notation.md and glossary.md say of them stands on the page of a chapter.

The list is folded, above the first section; symbols.js shows its entries where the symbols and words are.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from notebooks import chapters
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

NOTATION, GLOSSARY = "book/notation", "book/glossary"
SPELLED = re.compile(r"\\(?:math\w+|text|operatorname)\{[^}]*\}|\\[A-Za-z]+")
FIRST_SECTION = re.compile(r"(?<=</section>)|(?=<section)")
UNMARKED = {"dynamic"}  # an everyday word as well
LEFT_ALONE = nodes.reference, nodes.literal, nodes.title, nodes.term, nodes.caption, nodes.Admonition, nodes.math


@dataclass(frozen=True)
class Entry:
    """A symbol (its TeX) or a word, with the HTML of its name and of its meaning."""

    key: str
    head: str
    meaning: str


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(MarkedWords)
    app.connect("source-read", depend)
    app.connect("html-page-context", explain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def is_explained(page: str) -> bool:
    return page in {f"book/{name}" for name in ("index", "short_path", "slides", *(path.stem for path in chapters()))}


def depend(app: Sphinx, page: str, text: list[str]) -> None:
    """A chapter is written again when a definition has changed."""
    if is_explained(page):
        for source in (NOTATION, GLOSSARY):
            app.env.note_dependency(app.env.doc2path(source))


class MarkedWords(SphinxPostTransform):
    """The first time that a word of the glossary stands in the running text of a chapter it is a link."""

    default_priority = 200  # references are resolved

    def run(self) -> None:
        if not is_explained(self.env.docname):
            return
        address = self.app.builder.get_relative_uri(self.env.docname, GLOSSARY)
        waiting = terms_of(self.env.get_doctree(GLOSSARY))
        for paragraph in self.document.findall(nodes.paragraph):
            for text in list(paragraph.findall(nodes.Text)):
                if isinstance(text.parent, nodes.paragraph) and not is_within(paragraph, LEFT_ALONE):
                    text.parent.replace(text, linked(text.astext(), waiting, address))


def is_within(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    while node := node.parent:
        if isinstance(node, kinds):
            return True
    return False


def terms_of(glossary: nodes.document) -> dict[str, re.Pattern[str]]:
    """The identifier of each term, and what it looks like in a text."""
    return {
        term["ids"][0]: re.compile(rf"\b{re.escape(term.astext())}(?:e?s)?\b", re.IGNORECASE)
        for term in glossary.findall(nodes.term)
        if term.astext() not in UNMARKED
    }


def linked(text: str, waiting: dict[str, re.Pattern[str]], address: str) -> list[nodes.Node]:
    """A text with links for the terms that still wait for one; the longest term wins where two begin."""
    found = [(match, term) for term, looks in waiting.items() if (match := looks.search(text))]
    if not found:
        return [nodes.Text(text)]
    match, term = min(found, key=lambda one: (one[0].start(), -one[0].end()))
    del waiting[term]
    link = nodes.reference("", match[0], refuri=f"{address}#{term}", internal=True, classes=["acda-word"])
    return [nodes.Text(text[: match.start()]), link, *linked(text[match.end() :], waiting, address)]


def explain(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if doctree is None or not is_explained(pagename):  # the index of words has no text
        return
    body = context["body"]
    formulas = "\n".join(node.astext() for node in doctree.findall(is_formula))
    other = other_meanings(app).get(pagename, {})
    symbols = [
        Entry(entry.key, entry.head, other.get(entry.key, entry.meaning))
        for entry in symbols_of(app)
        if is_used(entry.key, formulas)
    ]
    words = [entry for entry in words_of(app) if f'#{entry.key}"' in body]
    items = "".join(
        f'<dt {kind}="{name}">{entry.head}</dt><dd>{entry.meaning}</dd>'
        for kind, entries in (("data-symbol", symbols), ("data-word", words))
        for entry in entries
        for name in [name_of(entry.key) if kind == "data-symbol" else entry.key]
    )
    if not items:
        return
    summary = "Symbols and words on this page"
    fold = f'<details class="acda-folded acda-meanings"><summary>{summary}</summary><dl>{items}</dl></details>\n'
    # The keyboard has the list: a stop at each word would keep it from what comes after
    body = body.replace('<a class="acda-word', '<a tabindex="-1" class="acda-word')
    title, *sections = body.split("<section", 2)
    context["body"] = "<section".join([title, sections[0] + fold, *sections[1:]]) if len(sections) > 1 else body
    app.add_js_file("symbols.js", loading_method="defer")


def is_formula(node: nodes.Node) -> bool:
    return isinstance(node, (nodes.math, nodes.math_block))


def is_used(symbol: str, formulas: str) -> bool:
    """Whether a symbol stands in formulas: a letter as itself, not as a part of a command or of a word."""
    alone = f"{re.escape(symbol)}(?![A-Za-z'])"
    if symbol[0].isalpha():
        return re.search(f"(?<![A-Za-z_]){alone}", SPELLED.sub(" ", formulas)) is not None
    return re.search(alone, formulas) is not None


def name_of(symbol: str) -> str:
    r"""The name by which a widget marks the same thing: alpha for \alpha, A for \mathbf{A}, l_a for l_a."""
    return re.sub(r"\\math(?:bf|cal)|[\\{}\s]|_\{.*", "", symbol)


@functools.cache
def symbols_of(app: Sphinx) -> list[Entry]:
    """The symbols of the tables of notation.md whose first column is called so."""
    entries = []
    for table in app.env.get_and_resolve_doctree(NOTATION, app.builder).findall(nodes.table):
        heads, *rows = [list(row.findall(nodes.entry)) for row in table.findall(nodes.row)]
        if heads[0].astext() != "symbol":
            continue
        for symbol, meaning, *more in rows:
            said = [html_of(app, meaning)]
            said += [
                f"{html_of(app, head)} {html_of(app, cell)}"
                for head, cell in zip(heads[2:], more, strict=True)
                if cell.astext()
            ]
            entries += [
                Entry(
                    formula.astext(),
                    html_of(app, nodes.inline("", "", formula.deepcopy())),
                    of(NOTATION, "; ".join(said)),
                )
                for formula in symbol.findall(nodes.math)
            ]
    return entries


@functools.cache
def other_meanings(app: Sphinx) -> dict[str, dict[str, str]]:
    """For some pages and symbols what they mean there: the table of notation.md whose first column is the chapter."""
    found: dict[str, dict[str, str]] = {}
    for table in app.env.get_and_resolve_doctree(NOTATION, app.builder).findall(nodes.table):
        heads, *rows = [list(row.findall(nodes.entry)) for row in table.findall(nodes.row)]
        if heads[0].astext() == "chapter":
            for chapter, symbol, meaning in rows:
                (link,) = chapter.findall(nodes.reference)
                page = "book/" + link["refuri"].split(".html")[0]
                found.setdefault(page, {})[symbol.astext()] = html_of(app, meaning)
    return found


@functools.cache
def words_of(app: Sphinx) -> list[Entry]:
    glossary = app.env.get_and_resolve_doctree(GLOSSARY, app.builder)
    return [
        Entry(
            term["ids"][0], html_of(app, nodes.inline("", term.astext())), of(GLOSSARY, html_of(app, item.children[-1]))
        )
        for item in glossary.findall(nodes.definition_list_item)
        for term in item.findall(nodes.term)
    ]


def of(page: str, html: str) -> str:
    """HTML of a page, as it stands on its neighbours: links within the page lead back to it."""
    return html.replace('href="#', f'href="{page.rpartition("/")[2]}.html#')


def html_of(app: Sphinx, node: nodes.Element) -> str:
    """What stands inside a cell, a definition or an inline, as HTML."""
    inside = [
        child for part in node.children for child in (part.children if isinstance(part, nodes.paragraph) else [part])
    ]
    shown = nodes.inline("", "", *(child.deepcopy() for child in inside))
    return app.builder.render_partial(shown)["fragment"].removeprefix("<span>").removesuffix("</span>").strip()
