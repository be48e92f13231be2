"""How long a page takes to read: words / 180 + lines of code / 15 + 2 a widget + 3 an exercise, in minutes.

Words stand outside code and formulas; lines of code are those that no reader has to unfold. An exercise and its
solution take their three minutes, whatever they hold.

python book/_ext/reading_time.py    print it for the short path and for every chapter
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from notebooks import BOOK, chapters, figure_of, read_cells
from plain_markdown import Directive, blocks

from acda_core.course import widgets

WORDS_A_MINUTE, LINES_A_MINUTE, MINUTES_A_WIDGET, MINUTES_AN_EXERCISE = 180, 15, 2, 3
FENCED = re.compile(r"^ *(`{3,}|~{3,})\w*\n(.*?)^ *\1 *$", re.DOTALL | re.MULTILINE)
NO_PROSE = re.compile(
    r"\$[^$]+\$|^\([\w-]+\)=$|<!--.*?-->|\]\([^)]*\)|\{[\w:-]+\}(?=`)|^[ |:-]+$", re.DOTALL | re.MULTILINE
)
WORD = re.compile(r"[^\W_]+(?:[-'’.,–][^\W_]+)*")
SILENT = {"math", "index", "raw", "code-block", "bibliography", "acda-widget", "fact-table", "chapters"}


@dataclass(frozen=True)
class Reading:
    """What a page asks of its reader."""

    words: int = 0
    lines: int = 0
    widgets: int = 0
    exercises: int = 0

    def __add__(self, other: Reading) -> Reading:
        counts = zip(self.counts, other.counts, strict=True)
        return Reading(*(a + b for a, b in counts))

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return self.words, self.lines, self.widgets, self.exercises

    @property
    def minutes_to_read(self) -> float:
        return self.words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE + MINUTES_A_WIDGET * self.widgets

    @property
    def minutes_of_exercises(self) -> int:
        return MINUTES_AN_EXERCISE * self.exercises

    @property
    def minutes(self) -> float:
        return self.minutes_to_read + self.minutes_of_exercises


def of_page(page: str) -> Reading:
    """What the page book/PAGE.md asks of its reader."""
    return of_text((BOOK / f"{page}.md").read_text(encoding="utf-8"))


@functools.cache
def of_text(text: str) -> Reading:
    """The same of the text of a page."""
    found, in_exercise = Reading(), False
    for cell in read_cells("", text):
        if cell.cell_type == "code":
            found += Reading() if in_exercise else of_code(cell)
            continue
        for block in blocks(cell.source):
            name = block.name if isinstance(block, Directive) else ""
            found += Reading(exercises=int(name == "exercise-start"))
            in_exercise = in_exercise or name in ("exercise-start", "solution-start")
            found += Reading() if in_exercise else of_markdown([block])
            in_exercise = in_exercise and name not in ("exercise-end", "solution-end")
    return found


def of_code(cell: Any) -> Reading:
    caption = len(WORD.findall(figure_of(cell).get("caption", "")))
    folded = "hide-input" in cell.metadata.get("tags", [])
    lines = 0 if folded else sum(bool(line.strip()) for line in cell.source.splitlines())
    return Reading(words=caption, lines=lines, widgets=int(shows_a_widget(cell.source)))


def shows_a_widget(source: str) -> bool:
    """Whether the last line of a cell is a widget, or the name of one that the cell has made."""
    body = ast.parse(source).body
    last = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    if isinstance(last, ast.Name):
        made = [one.value for one in body if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == last.id]
        last = made[-1] if made else None
    return isinstance(last, ast.Call) and ast.unparse(last.func).rsplit(".", 1)[-1] in widgets.__all__


def of_markdown(parts: Iterable[str | Directive]) -> Reading:
    found = Reading()
    for part in parts:
        if isinstance(part, str):
            code = [line for block in FENCED.finditer(part) for line in block[2].splitlines() if line.strip()]
            words = WORD.findall(NO_PROSE.sub(" ", FENCED.sub("", part)))
            found += Reading(words=len(words), lines=len(code))
        elif part.name in SILENT:
            found += Reading(widgets=int(part.name == "acda-widget"))
        else:
            title = "" if part.name in ("figure", "image") else part.argument
            found += Reading(words=len(WORD.findall(title))) + of_markdown(blocks(part.body))
    return found


def main() -> None:
    pages = ["short_path", *(path.stem for path in chapters())]
    readings = {page: of_page(page) for page in pages}
    readings["all together"] = sum(readings.values(), Reading())
    print(f"{'':20}{'words':>8}{'lines':>7}{'widgets':>9}{'exercises':>11}{'minutes':>9}{'to read':>9}")
    for page, one in readings.items():
        counts = f"{one.words:8,}{one.lines:7,}{one.widgets:9}{one.exercises:11}"
        print(f"{page:20}{counts}{one.minutes:9.0f}{one.minutes_to_read:9.0f}")


if __name__ == "__main__":
    main()
