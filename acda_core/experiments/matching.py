"""What makes a comparison fair: widths of equal cost, and learning rates chosen at equal effort on validation data."""

import bisect
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import mean
from typing import Any

from acda_core.training.atomic import BrokenFile


def nearest_width(cost: Callable[[int], int], wanted: int, start: int = 1) -> int:
    """The width, a whole number from 1 on, at which a network costs most nearly what is wanted.

    >>> nearest_width(lambda width: 9 * width**2, wanted=80)
    3

    Args:
        cost: of a network of this width; it grows with it.
        wanted: at least 0.
        start: where the search begins.
    """
    enough = start
    while cost(enough) < wanted:
        enough *= 2
    above = bisect.bisect_left(range(enough), wanted, lo=1, key=cost)
    return min(max(above - 1, 1), above, key=lambda width: abs(cost(width) - wanted))


def best_rates(path: Path, width: int | None = None, data: str | None = None) -> dict[str, float]:
    """For each network the rate of least validation error in what --rates stored, on average over its rows.

    Args:
        path: of a result whose rows have `conv`, `rate` and `validation_error`.
        width, data: of the rows that count; when None, all do.

    Raises:
        BrokenFile: it holds something else.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tried_rates(path):
        if width in (None, row.get("width")) and data in (None, row.get("data")):
            found.setdefault(row["conv"], []).append(row)
    return {name: best_rate(rows) for name, rows in found.items()}


def tried_rates(path: Path) -> list[dict[str, Any]]:
    """The rows that --rates stored.

    Raises:
        BrokenFile: the file holds something else.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["results"]
        for row in rows:
            row["conv"], row["rate"] + row["validation_error"]
        return rows
    except (ValueError, LookupError, TypeError) as error:
        raise BrokenFile(f"{path} holds nothing that --rates stored: {error!r}") from error


def best_rate(rows: Iterable[dict[str, Any]]) -> float:
    """The rate of least validation error, on average over rows with `rate` and `validation_error`.

    >>> tried = [(1e-3, 0.5), (1e-3, 0.7), (1e-2, 0.4), (1e-2, 0.9)]
    >>> best_rate({"rate": rate, "validation_error": error} for rate, error in tried)
    0.001
    """
    tried: dict[float, list[float]] = {}
    for row in rows:
        tried.setdefault(row["rate"], []).append(row["validation_error"])
    return min(tried, key=lambda rate: mean(tried[rate]))
