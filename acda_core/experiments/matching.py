"""What makes a comparison fair: widths of equal cost, and learning rates chosen at equal effort on validation data."""

import bisect
import json
from collections.abc import Callable
from pathlib import Path
from statistics import mean


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


def best_rates(path: Path, data: str | None = None) -> dict[str, float]:
    """For each network the rate of least validation error in what --rates stored, on average over its rows.

    Args:
        path: of a result whose rows have `conv`, `rate` and `validation_error`.
        data: only of the rows whose `data` is this; of all when None.
    """
    found: dict[str, dict[float, list[float]]] = {}
    rows = json.loads(path.read_text(encoding="utf-8"))["results"]
    for row in rows if data is None else [row for row in rows if row["data"] == data]:
        found.setdefault(row["conv"], {}).setdefault(row["rate"], []).append(row["validation_error"])
    return {name: min(tried, key=lambda rate: mean(tried[rate])) for name, tried in found.items()}
