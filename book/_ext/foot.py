"""At the foot of every page: how to cite it, and where to report an error in it."""

from __future__ import annotations

import subprocess
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from findable import plain
from notebooks import ROOT
from sphinx.application import Sphinx

from acda_core import __version__

FOOT = """<footer class="page-foot">
<details><summary>Cite this page</summary>
<p>{authors}: “{title}”. In: <em>{book}</em>, version {version}, page of {day}.{address}</p>
<p>The method is that of the paper: {paper}. Please cite it too.</p>
</details>
<p>{errata}</p>
</footer>"""


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", add_foot, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_foot(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if doctree is not None:
        repository = app.config.html_theme_options["repository_url"]
        title = plain(context["title"])
        context["body"] += foot(title, f"{pagename}.md", app.config.html_baseurl, repository)


def foot(title: str, file: str, site: str, repository: str) -> str:
    """The HTML at the foot of a page.

    Args:
        title: of the page.
        file: it is made from, relative to the project.
        site, repository: their addresses, "" where there is none.
    """
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    paper = cited["preferred-citation"]
    names = ", ".join(f"{one['given-names']} {one['family-names']}" for one in paper["authors"])
    address = f"{site}{Path(file).with_suffix('.html').as_posix()}"
    errata = "Found an error? This copy knows no address of its project; tell whoever gave it to you."
    if repository:
        report = f"{repository}/issues/new?{urlencode({'title': f'Erratum: {title}'})}"
        errata = (
            f'Found an error? <a href="{escape(report)}">Report it</a>. '
            f'<a href="{escape(repository)}/issues">Known errata</a> are among the issues of the project.'
        )
    return FOOT.format(
        authors=escape(cited["authors"][0]["name"]),
        title=escape(title),
        book=escape(cited["title"]),
        version=escape(__version__),
        day=in_words(changed(file) or str(cited["date-released"])),
        address=f' <a href="{escape(address)}">{escape(address)}</a>' if site else "",
        paper=f"{escape(names)}, “{escape(paper['title'])}”, ICCV {paper['year']}",
        errata=errata,
    )


def changed(file: str) -> str:
    """The day of the last commit that changed a file, "" where git does not know it."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%cs", "--", file]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:  # no git
        return ""


def in_words(day: str) -> str:
    one = date.fromisoformat(day)
    return f"{one.day} {one:%B %Y}"
