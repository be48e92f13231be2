"""What lets others find a page: a description in its head, a map of the site, a page where no page is."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.index_entries import split_index_msg

LONGEST = 200  # characters of a description
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
LOST = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>No such page · {title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ max-width: 34rem; margin: 15vh auto; padding: 0 1rem; font: 1.1rem/1.6 system-ui, sans-serif }}
</style>
<main>
<h1>There is no page here</h1>
<p>A chapter may have moved. <a href="{home}">The first page of the book</a> leads to all of them.</p>
</main>
</html>
"""


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", describe)
    app.connect("html-collect-pages", index_all_pages)
    app.connect("build-finished", write_map)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def describe(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Tags that search engines and messengers show: title and first sentences of a page."""
    said = first_sentences(doctree) if doctree else ""
    tags = {"og:type": "article", "og:site_name": app.config.html_title, "og:title": plain(context.get("title", ""))}
    if said:
        tags["og:description"] = said
    if address := app.config.html_baseurl:
        tags["og:url"] = f"{address}{pagename}.html"
    lines = [f'<meta property="{name}" content="{escape(text)}">' for name, text in tags.items()]
    if said:
        lines.insert(0, f'<meta name="description" content="{escape(said)}">')
    context["metatags"] = "\n".join([context.get("metatags", ""), *lines])


def first_sentences(doctree: nodes.document) -> str:
    """The beginning of the first paragraph that is long enough to say something, cut at the end of a sentence."""
    paragraphs = (one for one in doctree.findall(nodes.paragraph) if not any(one.findall(nodes.math)))
    texts = (one.astext() for one in paragraphs)
    text = " ".join(next((text for text in texts if len(text) > 60), "").split())
    if len(text) <= LONGEST:
        return text
    cut = text[:LONGEST]
    return cut[: cut.rfind(". ") + 1] or cut.rsplit(" ", 1)[0] + " …"


def plain(title: str) -> str:
    """A title without markup."""
    return unescape(re.sub("<[^>]*>", "", title))


def index_all_pages(app: Sphinx) -> list[Any]:
    """Let the search know the entries of every page: Sphinx forgets those of pages that it does not write again.

    Where one page is built alone, and no other ever was, the search knows that page only.
    """
    for page, entries in app.env.domains["index"].entries.items():
        if page not in app.builder.indexer._titles:
            continue
        ours = any(place.startswith("index-") for _, _, place, _, _ in entries)
        sections = sections_after(app.env.get_doctree(page)) if ours else {}
        app.builder.indexer._index_entries[page] = sorted(
            {
                (word, sections.get(place, place), main)
                for kind, text, place, main, _ in entries
                for word in split_index_msg(kind, text)
            }
        )
    return []


def sections_after(doctree: nodes.document) -> dict[str, str]:
    """For the mark of each entry the section that it stands before: the search shows how that begins."""
    found: dict[str, str] = {}
    waiting: list[str] = []
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.target):
            waiting += [*node["ids"], *filter(None, [node.get("refid")])]
        elif isinstance(node, nodes.section):
            found.update(dict.fromkeys(waiting, node["ids"][0]))
            waiting = []
    return found


def write_map(app: Sphinx, error: Exception | None) -> None:
    """A page for addresses that lead nowhere and, where the site's own address is known, the map of its pages."""
    if error or app.builder.name != "html":
        return
    out, address = Path(app.outdir), app.config.html_baseurl
    home = (urlsplit(address).path if address else "/") + f"{app.config.root_doc}.html"
    (out / "404.html").write_text(LOST.format(title=escape(app.config.project), home=home), encoding="utf-8")
    if address:
        pages = "".join(f"<url><loc>{address}{name}.html</loc></url>\n" for name in sorted(app.env.found_docs))
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SCHEMA}">\n{pages}</urlset>\n'
        (out / "sitemap.xml").write_text(text, encoding="utf-8")
