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
    """Let the search know the entries of every page: Sphinx forgets those of pages that it does not write again."""
    for page, entries in app.env.domains["index"].entries.items():
        words = {
            (word, target, main) for kind, text, target, main, _ in entries for word in split_index_msg(kind, text)
        }
        app.builder.indexer._index_entries[page] = sorted(words)
    return []


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
