"""MyST markup turned into plain Markdown, as Jupyter and Colab show it."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pybtex.database import Entry, Person, parse_file
from pybtex.richtext import Text

BOOK = Path(__file__).resolve().parents[1]
PAPER_EQUATION = re.compile(r"eq-paper-(\d+)")
OPENING = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|:{3,}|~{3,})(\{(?P<name>[\w:-]+)\} *(?P<argument>.*))?")
DOLLARS = re.compile(r"^(?P<indent> *)\$\$(?P<rest>.*)$")
LABEL = re.compile(r"^\((?P<label>[\w-]+)\)= *$")
HEADING = re.compile(r"^(?P<level>#+) +(?P<title>.+?) *$")
ROLE = re.compile(r"\{(?P<role>[a-z:]+)\}`(?P<content>[^`]+)`")
EXPLICIT = re.compile(r"(?P<text>.*?)\s*<(?P<target>[^>]+)>", re.DOTALL)
LABEL_LINK = re.compile(r"\[([^\]]+)\]\(#([\w-]+)\)")
PAGE_LINK = re.compile(r"\[([^\]]*)\]\((\w+)\.md(?:#[^)]*)?\)")
ADMONITIONS = {
    name: name.capitalize()
    for name in ("attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning")
} | {"seealso": "See also", "admonition": "", "dropdown": "", "margin": "", "sidebar": ""}
CHOICE = re.compile(r"^- \[([ x])\] +", re.MULTILINE)
LETTERS = "ABCDEFGH"
GATES = ("exercise-start", "exercise-end", "solution-start", "solution-end")


@dataclass
class Directive:
    name: str
    argument: str
    options: dict[str, str]
    body: str
    indent: str = ""


@dataclass(frozen=True)
class Target:
    """What a label stands for: its page, the words that name it, and its number."""

    page: str
    text: str
    number: str = ""


@dataclass
class Labels:
    """Every label of the book, the titles of its pages, and which of them are chapters."""

    targets: dict[str, Target] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    chapters: set[str] = field(default_factory=set)

    def find(self, label: str, page: str) -> Target:
        if label not in self.targets:
            raise ValueError(f"{page}.md refers to the label {label!r}, which no page defines")
        return self.targets[label]


def blocks(text: str) -> Iterator[str | Directive]:
    """The directives of a text, displayed equations among them (as "math"), and the stretches of text between."""
    lines = text.split("\n")
    plain: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        block: Directive | None = None
        if opened := OPENING.match(line):
            end = _closing(lines, at + 1, opened["fence"])
            if opened["name"]:
                block = _directive(opened, lines[at + 1 : end])
            else:
                plain += lines[at : end + 1]
            at = end
        elif dollars := DOLLARS.match(line):
            block, at = _equation(dollars, lines, at)
        elif not line.startswith("%"):
            plain.append(line)
        at += 1
        if block:
            if plain:
                yield "\n".join(plain)
            plain = []
            yield block
    if plain:
        yield "\n".join(plain)


def _closing(lines: list[str], start: int, fence: str) -> int:
    for at in range(start, len(lines)):
        line = lines[at].strip()
        if line.startswith(fence) and not line.strip(fence[0]):
            return at
    raise ValueError(f"a block opened by {fence} is never closed: {lines[start - 1]}")


def _directive(opened: re.Match[str], lines: list[str]) -> Directive:
    body = [line.removeprefix(opened["indent"]) for line in lines]
    options: dict[str, str] = {}
    if body and body[0].strip() == "---":
        end = body.index("---", 1)
        options = {key: str(value) for key, value in yaml.safe_load("\n".join(body[1:end])).items()}
        body = body[end + 1 :]
    while body and (option := re.match(r"^:([\w-]+):\s*(.*)$", body[0])):
        options[option[1]] = option[2]
        body = body[1:]
    return Directive(opened["name"], opened["argument"].strip(), options, "\n".join(body).strip("\n"), opened["indent"])


def _equation(dollars: re.Match[str], lines: list[str], at: int) -> tuple[Directive, int]:
    """The equation that begins in lines[at], and the line that it ends in."""
    collected = [dollars["rest"]]
    while not (end := re.match(r"^(?P<last>.*?)\$\$ *(\((?P<label>[\w-]+)\))? *$", collected[-1])):
        at += 1
        if at == len(lines):
            raise ValueError(f"an equation opened by $$ is never closed: {dollars[0]}")
        collected.append(lines[at].removeprefix(dollars["indent"]))
    body = "\n".join([*collected[:-1], end["last"]]).strip()
    return Directive("math", "", {"label": end["label"] or ""}, body, dollars["indent"]), at


def collect_labels(labels: Labels, page: str, chapter: int | None, pieces: list[str | dict[str, str]]) -> None:
    """Note the labels of one page: `pieces` are its texts and, for code cells that draw one, their figures."""
    if chapter:
        labels.chapters.add(page)
    counts = {"equation": 0, "figure": 0, "exercise": 0}

    def number(kind: str) -> str:
        counts[kind] += 1
        return f"{chapter}.{counts[kind]}" if chapter else str(counts[kind])

    def note(label: str, text: str, number: str = "") -> None:
        if label in labels.targets:
            raise ValueError(f"the label {label!r} is defined twice: in {labels.targets[label].page}.md and {page}.md")
        labels.targets[label] = Target(page, text, number)

    def walk(text: str) -> None:
        for block in blocks(text):
            if isinstance(block, str):
                waiting = []
                for line in block.split("\n"):
                    if anchor := LABEL.match(line):
                        waiting.append(anchor["label"])
                    elif heading := HEADING.match(line):
                        labels.titles.setdefault(page, heading["title"])
                        whole = chapter and heading["level"] == "#"
                        for label in waiting:
                            note(label, heading["title"], f"Chapter {chapter}" if whole else "")
                        waiting = []
            elif block.name == "math":
                if label := block.options.get("label"):
                    paper = PAPER_EQUATION.fullmatch(label)
                    note(label, "", paper[1] if paper else number("equation"))
            elif block.name == "figure":
                shown = f"Fig. {number('figure')}"
                if label := block.options.get("name"):
                    note(label, block.body, shown)
            elif block.name in ("exercise", "exercise-start"):
                shown = f"Exercise {number('exercise')}"
                note(block.options.get("label", shown), block.argument, shown)
            elif block.name in ADMONITIONS:
                walk(block.body)

    for piece in pieces:
        if isinstance(piece, str):
            try:
                walk(piece)
            except ValueError as error:
                raise ValueError(f"{page}.md: {error}") from None
        elif "name" in piece:
            note(piece["name"], piece.get("caption", ""), f"Fig. {number('figure')}")


class Converter:
    """Turns the text of one page into plain Markdown."""

    def __init__(self, page: str, labels: Labels):
        self.page, self.labels = page, labels
        self.cited: set[str] = set()

    def convert(self, text: str) -> str:
        return self.render(blocks(text))

    def render(self, found: Iterable[str | Directive]) -> str:
        parts = []
        for block in found:
            if isinstance(block, str):
                parts.append(self.inline("\n".join(line for line in block.split("\n") if not LABEL.match(line))))
            else:
                made = self.directive(block)
                parts.append("\n".join(block.indent + line if line else line for line in made.split("\n")))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).strip("\n")

    def directive(self, block: Directive) -> str:
        if block.name == "math":
            return self.equation(block)
        if block.name == "index":
            return ""
        if block.name in ADMONITIONS:
            title = self.inline(block.argument) if not ADMONITIONS[block.name] else ADMONITIONS[block.name]
            opening = f"**{title}**\n\n" if title else ""
            inline_text = block.argument if ADMONITIONS[block.name] else ""
            return quote(opening + self.convert(f"{inline_text}\n{block.body}"))
        if block.name in ("exercise", "exercise-start"):
            target = self.labels.find(block.options["label"], self.page)
            title = f": {self.inline(block.argument)}" if block.argument else ""
            return f"### {target.number}{title}\n\n{self.convert(block.body)}"
        if block.name in ("solution", "solution-start"):
            target = self.labels.find(block.argument, self.page)
            return f"#### Solution of {target.number.lower()}\n\n{self.convert(block.body)}".rstrip()
        if block.name in ("choices", "predict"):
            return self.choices(block)
        if block.name == "number":
            unit = f", in {block.options['unit']}" if "unit" in block.options else ""
            asked = f"*{block.options.get('ask', 'Your answer')}: a number{unit}.*"
            hint = self.inline(block.options.get("hint", ""))
            return f"{asked}\n\n{fold('Hint', hint)}" if hint else asked
        raise ValueError(
            f"{self.page}.md uses the directive {{{block.name}}}, which has no form for notebooks. "
            "Use another, or teach book/_ext/plain_markdown.py to write it."
        )

    def choices(self, block: Directive) -> str:
        _, *parts = CHOICE.split(block.body)
        said, reasons = [], []
        for letter, mark, part in zip(LETTERS, parts[::2], parts[1::2], strict=False):
            text, *why = (piece.strip() for piece in self.convert(part).split("\n\n"))
            verdict = "right" if mark == "x" else "not so"
            said.append(f"- **{letter}.** {text}")
            reasons.append("\n\n".join([f"**{letter}: {verdict}.** {why[0]}", *why[1:]]))
        before = ["*Predict first: what will you see?*", ""] if block.name == "predict" else []
        return "\n".join(before + said) + "\n\n" + fold("Show the answers", "\n\n".join(reasons))

    def equation(self, block: Directive) -> str:
        body = block.body
        if r"\\" in body and not body.startswith(r"\begin{"):
            body = f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
        if label := block.options.get("label"):
            body += f" \\tag{{{self.labels.find(label, self.page).number}}}"
        return f"$$\n{body}\n$$"

    def inline(self, text: str) -> str:
        parts = re.split(r"(^ *(?:```|~~~).*?^ *(?:```|~~~) *$)", text, flags=re.MULTILINE | re.DOTALL)
        for at in range(0, len(parts), 2):
            linked = LABEL_LINK.sub(
                lambda found: self.link(found[1], self.labels.find(found[2], self.page).page), parts[at]
            )
            linked = PAGE_LINK.sub(lambda found: self.link(found[1], found[2]), linked)
            parts[at] = ROLE.sub(self.role, linked)
        return "".join(parts)

    def role(self, match: re.Match[str]) -> str:
        role, content = match["role"], match["content"].replace("\n", " ")
        explicit = EXPLICIT.fullmatch(content)
        text, target = (explicit["text"], explicit["target"]) if explicit else ("", content)
        if role == "term":
            return text or target
        if role == "math":
            return f"${content}$"
        if role in ("cite", "cite:p", "cite:t"):
            return self.cite(role, content)
        if role == "doc":
            page = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), target)).removeprefix("/")
            page = page.removeprefix("book/")
            if page not in self.labels.titles:
                raise ValueError(f"{self.page}.md refers to the page {target!r}, which does not exist")
            return self.link(text or self.labels.titles[page], page)
        if role in ("eq", "ref", "numref"):
            found = self.labels.find(target, self.page)
            if role == "eq":
                return self.link(f"({found.number})", found.page)
            is_numbered = role == "numref" or not found.text or found.number.startswith("Chapter ")
            named = found.number if found.number and is_numbered else found.text
            text = re.sub(r"%s|\{number\}", found.number.split(" ")[-1], text)
            return self.link(text or self.inline(named), found.page)
        raise ValueError(
            f"{self.page}.md uses the role {{{role}}}, which has no form for notebooks. "
            "Use another, or teach book/_ext/plain_markdown.py to write it."
        )

    def link(self, text: str, page: str) -> str:
        """Chapters have a notebook to lead to; other pages are on the site only, and are named."""
        if page != self.page and page in self.labels.chapters:
            return f"[{text}]({page}.ipynb)"
        return text

    def cite(self, role: str, content: str) -> str:
        keys = [key.strip() for key in content.split(",")]
        self.cited.update(keys)
        works = [entry(key) for key in keys]
        if role == "cite:t":
            return ", ".join(f"{authors_in_text(work)} [{work.fields['year']}]" for work in works)
        return "[" + "; ".join(f"{authors_in_text(work)}, {work.fields['year']}" for work in works) + "]"

    def references(self) -> str:
        """The cited works, as the last words of a notebook; empty without any."""
        if not self.cited:
            return ""
        works = sorted(
            map(entry, self.cited), key=lambda work: (authors_in_text(work), work.fields["year"], reference(work))
        )
        return "## References\n\n" + "\n".join(f"- {reference(work)}" for work in works)


def fold(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def quote(text: str) -> str:
    """A block quote. Displayed equations are put on one line: Jupyter reads a `>` inside them as mathematics."""
    text = re.sub(r"\$\$\n(.*?)\n\$\$", lambda found: f"$${' '.join(found[1].split())}$$", text, flags=re.DOTALL)
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


@functools.cache
def bibliography() -> dict[str, Entry]:
    return dict(parse_file(str(BOOK / "references.bib"), bib_format="bibtex").entries)


def entry(key: str) -> Entry:
    if key not in bibliography():
        raise ValueError(f"{key!r} is cited, but book/references.bib does not hold it")
    return bibliography()[key]


def people(work: Entry) -> list[Person]:
    return list(work.persons.get("author") or work.persons["editor"])


def plain(text: str) -> str:
    return str(Text.from_latex(text))


def authors_in_text(work: Entry) -> str:
    names = [plain(" ".join(person.prelast_names + person.last_names)) for person in people(work)]
    return names[0] if len(names) == 1 else f"{names[0]} and {names[1]}" if len(names) == 2 else f"{names[0]} et al."


def reference(work: Entry) -> str:
    names = [
        plain(" ".join(one.first_names + one.middle_names + one.prelast_names + one.last_names)) for one in people(work)
    ]
    venue = next((work.fields[name] for name in ("booktitle", "journal", "publisher") if name in work.fields), "")
    pages = f", pages {plain(work.fields['pages'])}" if "pages" in work.fields else ""
    return f"{', '.join(names)}. *{plain(work.fields['title'])}*. {plain(venue)}{pages}, {work.fields['year']}."
