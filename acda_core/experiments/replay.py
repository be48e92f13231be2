"""Make stored results again by the commands that they hold, and compare the rows.

For example: python -m acda_core replay book/results/toy.json --within 0.01

First it tells what each one cost where it was made. Then, for each number in the rows, it prints the largest
difference, as a share of the stored number. Times and memory are the machine's, and are not compared. Two machines
round differently, and a long training makes much of little: say by --within what still counts as the same.
"""

import argparse
import json
import math
import re
import shlex
import subprocess
import sys
import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from acda_core.experiments import options, results
from acda_core.training.fit import handled

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
    """The largest difference in each field of the rows, as a share of the stored number, or of the largest of a list.

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
    values, others = (one if isinstance(one, list) else [one] for one in (value, other))
    if len(values) != len(others) or not all(isinstance(one, int | float) for one in (*values, *others)):
        return math.inf
    pairs = [pair for pair in zip(values, others, strict=True) if not all(map(math.isnan, pair))]
    if not pairs:
        return 0.0
    largest, apart = max(abs(a) for a, _ in pairs), [abs(b - a) for a, b in pairs]
    return max(apart) / largest if largest and not any(map(math.isnan, apart)) else math.inf


def stored_by(name: str) -> str:
    """Which stored results a command made, and how long they took: words for its help."""
    lines = [f"  {path.name}:{_cost(stored)}\n    {stored['command']}" for path, stored in _all_stored().get(name, [])]
    return "\n".join(["stored results of this command:", *lines]) if lines else ""


def times_of(name: str) -> str:
    """From how many to how many minutes the stored results of a command took: words for the list of commands."""
    minutes = sorted(filter(None, (_minutes(stored) for _, stored in _all_stored().get(name, []))))
    return f" [{' to '.join(map(str, dict.fromkeys((minutes[0], minutes[-1]))))} min]" if minutes else ""


@cache
def _all_stored() -> dict[str, list[tuple[Path, dict[str, Any]]]]:
    """The stored results of each command."""
    found = defaultdict(list)
    for path in sorted(path for folder in results.OF_THE_COURSE for path in folder.glob("*.json")):
        stored = json.loads(path.read_text(encoding="utf-8"))
        if words := words_of(stored.get("command", "")):
            found[words[0]].append((path, stored))
    return found


def _minutes(stored: dict[str, Any]) -> int:
    """How long the rows took to train; those of bench, whose first turn counts too, to measure."""
    rows, words = stored["results"], words_of(stored["command"])
    seconds = sum(row.get("seconds") or 0 for row in rows)
    if "--repeats" in words:
        turn = sum((row.get("forward_ms") or 0) + (row.get("step_ms") or 0) for row in rows) / 1000
        seconds = (int(words[words.index("--repeats") + 1]) + 1) * turn
    return math.ceil(seconds / 60)


def _cost(stored: dict[str, Any]) -> str:
    minutes = _minutes(stored)
    took = f" {minutes} minute{'s' if minutes > 1 else ''}," if minutes else ""
    return f"{took} {stored.get('machine', 'a machine that it does not name')}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    files = "stored results, such as book/results/toy.json"
    parser.add_argument("file", type=Path, nargs="+", metavar="FILE", help=files)
    within = "the largest share by which a number may differ (default 0)"
    parser.add_argument("--within", type=options.share, default=0.0, metavar="SHARE", help=within)
    parser.add_argument("--resume", action="store_true", help="go on with the one that was stopped")
    options.add_out(parser)


def run(arguments: argparse.Namespace) -> None:
    if (arguments.out or arguments.resume) and len(arguments.file) > 1:
        raise SystemExit(f"--out and --resume are for one file: {len(arguments.file)} were named")
    if arguments.out and arguments.out.exists() and not arguments.out.is_file():
        raise SystemExit(f"--out must name a file, whose rows are read again and compared: {arguments.out} is a device")
    read = {path: _read(path) for path in arguments.file}
    for path, stored in read.items():
        print(f"{path.name}:{_cost(stored)}\n  {stored['command']}", flush=True)
    failed = []
    for path, stored in read.items():
        print(f"\n{path}", flush=True)
        if failure := _again(path, stored, arguments):
            failed.append(f"{path}: {failure}")
    if failed:
        raise SystemExit("\n".join(failed))


def _again(path: Path, stored: dict[str, Any], arguments: argparse.Namespace) -> str:
    """Make one stored result again and print how its rows differ; what is wrong in words, or nothing."""
    words, rows = words_of(stored["command"]), stored["results"]
    if not words:
        return f"made by another program, which has to be started by hand: {stored['command']}"
    words += ["--resume"] * arguments.resume
    with tempfile.TemporaryDirectory() as folder:
        kept = arguments.out or Path(folder) / path.name
        if _run([sys.executable, "-m", "acda_core", *words, "--out", str(kept)]):
            return "the command failed: see above"
        again = _read(kept)["results"]
    found = differences(rows, again)
    for name, share in found.items():
        print(f"{name:24} {'the same' if share == 0 else 'something else' if share == math.inf else f'{share:.2%}'}")
    beyond = [name for name, share in found.items() if share > arguments.within]
    if beyond or len(rows) != len(again):
        return f"{len(rows)} rows were stored, {len(again)} came; not the same: {', '.join(beyond)}"
    return ""


def _run(words: list[str]) -> int:
    """The status of a command. It gets each Ctrl-C, SIGTERM and SIGHUP that this process gets, once, and is waited for.

    Raises:
        SystemExit: there was such a signal.
    """
    asked: list[int] = []
    started: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, frame: object) -> None:
        if sys.platform == "win32":  # where a console's Ctrl-C reaches every process
            return
        asked.append(number)
        for child in started:
            child.send_signal(number)

    with handled(pass_on):
        started.append(subprocess.Popen(words, start_new_session=True))  # a terminal's Ctrl-C would reach it twice
        for number in asked:
            started[0].send_signal(number)  # it came too early to be passed on
        status = started[0].wait()
    if asked:
        raise SystemExit("stopped")
    return status


def _read(path: Path) -> dict[str, Any]:
    """A stored result, with its command and its rows.

    Raises:
        SystemExit: it is none.
    """
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        stored["command"], stored["results"]
        return stored
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise SystemExit(f"{path} holds no stored result with its command: {error}") from None
