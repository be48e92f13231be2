"""Make a stored result again by the command that it holds, and compare the rows.

For each number in the rows it prints the largest difference, as a share of the stored number. Times and memory are
the machine's, and are not compared. Two machines round differently, and a long training makes much of little: say by
--within what still counts as the same.
"""

import argparse
import json
import math
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from acda_core.experiments import options, results

RENAMED = {"acda_core.widgets.record": "record"}  # modules that were commands of their own
OF_THE_MACHINE = re.compile(r"seconds|.*_ms|.*_bytes")
Rows = list[dict[str, Any]]


def words_of(command: str) -> list[str]:
    """The words of a stored command behind "python -m acda_core"; none where it is another program's.

    >>> words_of("python -m acda_core toy --seed 0"), words_of("python -m acda_core.widgets.record"), words_of("make")
    (['toy', '--seed', '0'], ['record'], [])
    """
    words = shlex.split(command)
    for place, word in enumerate(words[1:], 1):
        if words[place - 1] == "-m" and word in ("acda_core", *RENAMED):
            return [*filter(None, [RENAMED.get(word)]), *words[place + 1 :]]
    return []


def differences(stored: Rows, again: Rows) -> dict[str, float]:
    """The largest difference in each field of the rows, as a share of the stored number.

    It is infinite where something else than two numbers differs, a field is missing, or there are fewer rows.

    >>> differences([{"mse": 0.5, "conv": "acda"}], [{"mse": 0.25, "conv": "acda"}])
    {'mse': 0.5, 'conv': 0.0}
    """
    found: dict[str, float] = {}
    for number, row in enumerate(stored):
        other = again[number] if number < len(again) else {}
        for name, value in row.items():
            if not OF_THE_MACHINE.fullmatch(name):
                found[name] = max(found.get(name, 0.0), _difference(value, other.get(name)))
    return found


def _difference(value: Any, other: Any) -> float:
    if value == other:
        return 0.0
    numbers = all(isinstance(one, int | float) for one in (value, other))
    return abs(other - value) / abs(value) if numbers and value else math.inf


def stored_by(name: str) -> str:
    """Which stored results a command made, and how long their trainings took: words for its help."""
    lines = []
    for path in sorted(path for folder in results.OF_THE_COURSE for path in folder.glob("*.json")):
        stored = json.loads(path.read_text(encoding="utf-8"))
        command = stored.get("command", "")
        if words_of(command)[:1] == [name]:
            seconds = sum(row.get("seconds") or 0 for row in stored["results"])
            took = f" {math.ceil(seconds / 60)} minutes of training," if seconds else ""
            lines.append(f"  {path.name}:{took} {stored['machine']}\n    {command}")
    return "\n".join(["stored results of this command:", *lines]) if lines else ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a stored result, such as book/results/toy.json")
    within = "the largest share by which a number may differ (default 0)"
    parser.add_argument("--within", type=float, default=0.0, metavar="SHARE", help=within)
    options.add_out(parser)


def run(arguments: argparse.Namespace) -> None:
    command, rows = _read(arguments.file)
    words = words_of(command)
    if not words:
        raise SystemExit(f"{arguments.file} was made by another program, which has to be started by hand: {command}")
    with tempfile.TemporaryDirectory() as folder:
        out = arguments.out or Path(folder) / arguments.file.name
        print(f"python -m acda_core {shlex.join(words)}", flush=True)
        if subprocess.run([sys.executable, "-m", "acda_core", *words, "--out", str(out)], check=False).returncode:
            raise SystemExit("the command failed: see above")
        again = _read(out)[1]
    found = differences(rows, again)
    for name, share in found.items():
        print(f"{name:24} {'the same' if share == 0 else 'something else' if share == math.inf else f'{share:.2%}'}")
    beyond = [name for name, share in found.items() if share > arguments.within]
    if beyond or len(rows) != len(again):
        raise SystemExit(f"{len(rows)} rows were stored, {len(again)} came; not the same: {', '.join(beyond)}")


def _read(path: Path) -> tuple[str, Rows]:
    """The command and the rows of a stored result.

    Raises:
        SystemExit: it is none.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return stored["command"], stored["results"]
    except (ValueError, LookupError, TypeError) as error:
        raise SystemExit(f"{path} holds no stored result with its command: {error}") from None
