"""A link to a chapter says "Chapter 5", as _toc.yml counts, and not a title of ten words."""

from __future__ import annotations

from docutils import nodes
from notebooks import chapters
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class ChaptersByNumber(SphinxPostTransform):
    default_priority = 5  # before Sphinx resolves references

    def run(self) -> None:
        numbers = {f"book/{path.stem}": number for number, path in enumerate(chapters(), 1)}
        labels = self.env.domains["std"].data["labels"]
        for link in self.document.findall(pending_xref):
            page, _, title = labels.get(link["reftarget"], ("", "", ""))
            if link["reftype"] != "ref" or link["refexplicit"] or page not in numbers:
                continue
            if title == self.env.titles[page].astext():
                link["refexplicit"] = True
                link.clear()
                link += nodes.inline("", f"Chapter {numbers[page]}")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(ChaptersByNumber)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
