"""Exercises that are answered on the page, and predictions made before a figure is seen.

    ```{choices}                          ```{number} 465
    - [ ] An answer.                      :unit: pixels
                                          :hint: A pixel takes 73,728 bytes.
      Why it is wrong.                    - 329: That is for four bytes a number.
    - [x] The right answer.               ```

      Why it is right.
    ```

`predict` is written as `choices` are. With `:reveals: fig-name` that figure stays covered until something is chosen.
The code cells of an exercise are for the notebook: the page has its question, its answers and its folded solution.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import is_exercise_node, solution_node

CHOICE = re.compile(r"\[([ x])\]\s+")
VALUE = re.compile(r"(\S+):\s+")
LETTERS = "ABCDEFGH"


class tagged(nodes.General, nodes.Element):
    """An HTML element: its `tag`, its `attributes_` and, first inside it, its `label`."""


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(tagged, html=(open_tag, close_tag))
    app.add_directive("choices", Choices)
    app.add_directive("predict", Prediction)
    app.add_directive("number", Number)
    app.connect("doctree-read", leave_code_to_the_notebook)
    app.connect("doctree-resolved", fold_solutions)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if "acda-ask" in context.get("body", ""):
        app.add_js_file("exercises.js", loading_method="defer")


def open_tag(translator: Any, node: tagged) -> None:
    words = "".join(f' {name}="{escape(str(value))}"' for name, value in node["attributes_"].items())
    translator.body.append(f"<{node['tag']}{words}>{node.get('label', '')}")


def close_tag(translator: Any, node: tagged) -> None:
    translator.body.append(f"</{node['tag']}>\n")


def element(tag: str, *children: nodes.Node, label: str = "", **attributes: Any) -> tagged:
    """An element of HTML; `class_` and `for_` stand for the attributes class and for, and `_` for a hyphen."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return tagged("", *children, tag=tag, attributes_=named, label=label)


def folded(summary: str, *children: nodes.Node, **attributes: Any) -> tagged:
    return element("details", *children, label=f"<summary>{summary}</summary>", **attributes)


class Question(SphinxDirective):
    """What all forms share: a number of their own on the page, and a list of answers as their content."""

    has_content = True

    def identifier(self) -> str:
        return f"ask-{self.env.new_serialno('ask')}"

    def items(self, beginning: re.Pattern[str], example: str) -> list[tuple[str, list[nodes.Node]]]:
        """For each entry of the list: what its beginning marks, and the rest of it."""
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        entries = [entry for part in parsed.children for entry in part.children]
        return [self.parted(entry, beginning, example) for entry in entries]

    def parted(self, entry: nodes.Node, beginning: re.Pattern[str], example: str) -> tuple[str, list[nodes.Node]]:
        first = next(iter(entry.findall(nodes.Text)), None)
        found = beginning.match(first.astext()) if first else None
        if not (isinstance(entry, nodes.list_item) and first and found):
            raise self.error(f"each answer of {{{self.name}}} begins like this: {example}")
        first.parent.replace(first, nodes.Text(first.astext()[found.end() :]))
        return found[1], list(entry.children)


class Choices(Question):
    legend: ClassVar[str] = "Your answer"
    button: ClassVar[str] = "Check"
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        items = self.items(CHOICE, "- [x] The right answer")
        if [mark for mark, _ in items].count("x") != 1 or len(items) > len(LETTERS):
            raise self.error(f"{{{self.name}}} has one right answer, marked [x], and at most {len(LETTERS)} in all")
        if any(len(parts) < 2 for _, parts in items):
            raise self.error(f"each answer of {{{self.name}}} has a second paragraph, which says why")
        name = self.identifier()
        choices, reasons = [], []
        for letter, (mark, (said, *why)) in zip(LETTERS, items, strict=False):
            right = {"data_right": "yes"} if mark == "x" else {}
            choice = f'<input type="radio" name="{name}" value="{letter}">'
            choices.append(element("label", element("span", *inline(said)), label=choice, **right))
            verdict = "right" if right else "not so"
            reasons.append(element("div", *why, label=f"<strong>{letter}: {verdict}.</strong>", data_for=letter))
        ask = element("fieldset", *choices, label=f"<legend>{self.legend}</legend>")
        attributes = {"data_reveals": self.options["reveals"]} if "reveals" in self.options else {}
        form = element(
            "form", ask, *closing(self.button), class_=f"acda-ask {self.name}", method="dialog", **attributes
        )
        return [form, folded("Answers", *reasons, class_="acda-folded answers")]


class Prediction(Choices):
    legend: ClassVar[str] = "Predict first: what will you see?"
    button: ClassVar[str] = "Compare"
    option_spec: ClassVar[dict[str, Any]] = {"reveals": directives.unchanged_required}


class Number(Question):
    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "ask": directives.unchanged_required,
        "hint": directives.unchanged_required,
        "tolerance": float,
        "unit": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        name, right = self.identifier(), float(self.arguments[0])
        label, unit = self.options.get("ask", "Your answer"), self.options.get("unit", "")
        field = f'<input id="{name}" type="text" inputmode="decimal" autocomplete="off" size="12">'
        asked = element("p", label=f'<label for="{name}">{escape(label)}</label> {field} {escape(unit)}')
        hints = [element("div", *parts, data_for=value) for value, parts in self.items(VALUE, "- 12: Why not 12")]
        form = element(
            "form", asked, *closing("Check"), element("div", *hints, hidden="", class_="hints"),
            class_="acda-ask number", method="dialog",
            data_right=right, data_tolerance=self.options.get("tolerance", 0),
        )  # fmt: skip
        if "hint" not in self.options:
            return [form]
        said, messages = self.state.inline_text(self.options["hint"], self.lineno)
        return [form, *messages, folded("Hint", nodes.paragraph("", "", *said), class_="acda-folded hint")]


def closing(button: str) -> list[nodes.Node]:
    return [
        element("button", label=button, type="submit"),
        element("div", class_="verdict", role="status"),
    ]


def inline(node: nodes.Node) -> list[nodes.Node]:
    return list(node.children)


def leave_code_to_the_notebook(app: Sphinx, doctree: nodes.document) -> None:
    """An exercise has no cells on the page; where it had some, it says where they are."""
    for exercise in list(doctree.findall(is_exercise_node)):
        cells = [node for node in exercise.findall(nodes.container) if "cell" in node["classes"]]
        for cell in cells:
            cell.parent.remove(cell)
        if cells:
            notebook = f"../notebooks/{Path(app.env.docname).name}.ipynb"
            link = nodes.raw("", f'<a href="{notebook}">the notebook of this chapter</a>', format="html")
            words = nodes.Text("Write it in "), link, nodes.Text(", where a cell checks it.")
            exercise[-1].append(nodes.paragraph("", "", *words, classes=["in-notebook"]))


def fold_solutions(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for solution in list(doctree.findall(solution_node)):
        content = solution.children[-1].children
        solution.replace_self(folded("Solution", *content, class_="acda-folded solution", id=solution["ids"][0]))
