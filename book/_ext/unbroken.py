"""A size such as 5 × 5 stays on one line, and so does a formula with the comma behind it."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

SIZE = re.compile(r"(?<=\w) × (?=\w)")
MARKS = re.compile(r"[,.;:?!)]+")
AS_TYPED = nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw


def unbroken(text: str) -> str:
    """The text with spaces around × at which no line ends.

    >>> unbroken("3 × 5 px") == "3\\u00a0×\\u00a05 px"
    True
    """
    return SIZE.sub("\u00a0×\u00a0", text)


class UnbrokenSizes(SphinxPostTransform):
    default_priority = 900

    def run(self) -> None:
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, AS_TYPED) and SIZE.search(text):
                text.parent.replace(text, nodes.Text(unbroken(text)))


class UnbrokenFormulas(SphinxPostTransform):
    """Formulas are set as boxes, and a browser may begin a line behind any box."""

    default_priority = 901

    def run(self) -> None:
        for formula in list(self.document.findall(nodes.math)):
            after = formula.next_node(descend=False, siblings=True)
            if isinstance(after, nodes.Text) and (marks := MARKS.match(after)):
                after.parent.replace(after, nodes.Text(after[marks.end() :]))
                held = nodes.inline(classes=["unbroken"])
                formula.replace_self(held)
                held += [formula, nodes.Text(marks[0])]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(UnbrokenSizes)
    app.add_post_transform(UnbrokenFormulas)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
