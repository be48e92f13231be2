"""Results as a table: HTML on a page and in a notebook, plain text elsewhere."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

WHOLE = re.compile(r"\d{4}-\d\d-\d\d|\w+(?: × \w+)+")  # a date, and a size such as 3 × 3
LONG = 12  # lines; from there on a page lets the reader sort them
NUMBER = re.compile(r"[-+−±]?[\d.,]+(?:e[-+]?\d+)?(?:\s?[%×]|\s[A-Za-z]{1,3})?|[-–]?")
# The words of a cell of several numbers: "2.1 2.3", "1.0 (0.9–1.1)", "3 × 3, 5 × 5", "7 of 108"
SEVERAL = re.compile(r"\(?[-+−]?[\d.]+(?:–[\d.]+)?\)?,?|[×x=]|to|of")


def table(
    rows: Iterable[Mapping[str, Any]],
    by: str | list[str] | Mapping[str, str],
    show: str | list[str] | Mapping[str, str],
    caption: str = "",
) -> Table:
    """A table with one line for each row.

    Args:
        rows: stored results or computed ones, each a mapping from names to values.
        by: what a line is about: the columns on the left, which head the lines.
        show: the other columns. As in `by`, a mapping from a column's heading to a format string with names of a row in
            braces, such as {"error": "{test_error:.1f} %"}; or just names, which are then the headings too.
        caption: a sentence above the table.

    Raises:
        ValueError: no rows, no column, or a name that a row does not have.

    Example:
        >>> rows = [{"l": 3, "weights": 589_824}, {"l": 5, "weights": 1_638_400}]
        >>> print(table(rows, by={"kernel": "{l} × {l}"}, show={"weights": "{weights:,}"}))
        kernel    weights
        3 × 3     589,824
        5 × 5   1,638,400
    """
    heads, others = _columns(by), _columns(show)
    lines = [tuple(_cell(text, row) for text in [*heads.values(), *others.values()]) for row in rows]
    if not lines:
        raise ValueError("`rows` must hold at least one row, got none")
    if not others:
        raise ValueError("`show` must name at least one column, got none")
    return Table((*heads, *others), len(heads), tuple(lines), caption)


@dataclass(frozen=True)
class Table:
    """What :func:`table` makes: texts, which notebooks and pages show as HTML.

    Attributes:
        headings: of the columns.
        heads: how many columns on the left head the lines.
        lines: the texts of each line, one a column.
        caption: a sentence above, or "".
    """

    headings: tuple[str, ...]
    heads: int
    lines: tuple[tuple[str, ...], ...]
    caption: str

    def __str__(self) -> str:
        numeric = self._numeric()
        widths = [max(map(len, column)) for column in zip(self.headings, *self.lines, strict=True)]
        texts = [
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(line, widths, numeric, strict=True)
            ).rstrip()
            for line in (self.headings, *self.lines)
        ]
        return "\n".join([self.caption, *texts] if self.caption else texts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        sides = ["right" if right else "left" for right in self._numeric()]

        def cells(line: tuple[str, ...], scope: str, headed: int) -> str:
            return "".join(
                f'<th scope="{scope}" style="text-align: {side}">{_whole(text)}</th>'
                if column < headed
                else f'<td style="{_wrap(text)}text-align: {side}">{_whole(text)}</td>'
                for column, (text, side) in enumerate(zip(line, sides, strict=True))
            )

        body = "".join(f"<tr>{cells(line, 'row', self.heads)}</tr>" for line in self.lines)
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        kind = "acda-table sortable" if len(self.lines) >= LONG else "acda-table"
        return (
            f'<div class="{kind}"><table class="table">{caption}<thead><tr>'
            f"{cells(self.headings, 'col', len(self.headings))}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def _numeric(self) -> list[bool]:
        """For each column whether at least half of its texts are numbers."""
        columns = zip(*self.lines, strict=True)
        return [2 * sum(NUMBER.fullmatch(text) is not None for text in column) >= len(column) for column in columns]


def _whole(text: str) -> str:
    return WHOLE.sub(r'<span style="white-space: nowrap">\g<0></span>', escape(text))


def _wrap(text: str) -> str:
    several = len(text.split()) > 1 and all(SEVERAL.fullmatch(word) for word in text.split())
    return "white-space: nowrap; " if several and not NUMBER.fullmatch(text) else ""


def _columns(wanted: str | list[str] | Mapping[str, str]) -> dict[str, str]:
    if isinstance(wanted, str):
        wanted = [wanted]
    return dict(wanted) if isinstance(wanted, Mapping) else {name: f"{{{name}}}" for name in wanted}


def _cell(text: str, row: Mapping[str, Any]) -> str:
    names = [re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name]
    for name in names:
        if name not in row:
            raise ValueError(f"a column must name what rows have ({', '.join(row)}), got {name!r} in {text!r}")
    missing = any(row[name] is None or (isinstance(row[name], float) and math.isnan(row[name])) for name in names)
    return "–" if missing else text.format_map(row)
