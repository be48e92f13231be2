"""Stored results: what a command found, with all that is needed to run it again."""

import datetime
import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from acda_core import __version__
from acda_core.training.atomic import alone, whole

PACKAGE = Path(__file__).resolve().parents[1]
OF_THE_COURSE = PACKAGE.parent / "book" / "results", PACKAGE / "_results"  # in the project, and in an installed package


def save(path: Path, command: str, data: str, rows: list[dict[str, Any]]) -> None:
    """Write rows to a JSON file beside the command, its data, the date, the versions and the machine.

    The file appears whole or not at all. What cannot be written is printed.

    Args:
        path: of the file; its folder is made.
        command: the shell command that makes the rows again, seeds included.
        data: what the rows were computed from, in words.
        rows: dictionaries of numbers, words and lists of numbers.

    Raises:
        OSError: it cannot be written, as on a full disk.
    """
    stored = {
        "command": command,
        "data": data,
        "date": datetime.date.today().isoformat(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "acda-core": __version__},
        "machine": machine(),
        "results": rows,
    }
    text = json.dumps(stored, indent=1) + "\n"
    try:
        with whole(path) as part:
            part.write_text(text, encoding="utf-8")
    except OSError:
        print(text, flush=True)
        raise


@contextmanager
def claimed(path: Path | None, command: str) -> Iterator[None]:
    """Keep a file for the rows of a command: no other run writes to it meanwhile, and rows of another one are not lost.

    Raises:
        SystemExit: another run is writing to it, or it holds something else than earlier rows of this command.
    """
    if path is None or (path.exists() and not path.is_file()):
        yield
        return
    with alone(path):
        held = _command_in(path)
        if held not in ("", command):
            raise SystemExit(
                f"{path} holds the rows of another command ({held}): name another file, or delete this one"
            )
        yield


def _command_in(path: Path) -> str:
    """The command whose rows a file holds; "" for a file that is not there or empty, "?" for one of another kind."""
    if not path.exists() or path.stat().st_size == 0:
        return ""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["command"])
    except (ValueError, LookupError, TypeError):
        return "?"


def find(name: str) -> Path:
    """The file of the stored result `name`: "toy" for toy.json.

    It is looked for in the folder results of the working folder, in the project around this package, and in the
    installed package.

    Raises:
        FileNotFoundError: there is none, with the places that were looked at.
    """
    folders = [Path("results"), *OF_THE_COURSE]
    for folder in folders:
        if (folder / f"{name}.json").is_file():
            return folder / f"{name}.json"
    raise FileNotFoundError(f"there is no stored result {name!r} in {', '.join(map(str, folders))}")


def load(name: str) -> dict[str, Any]:
    """The stored result: its rows under "results", and "command", "data", "date", "versions", "machine".

    Raises:
        FileNotFoundError: as :func:`find`.
    """
    stored: dict[str, Any] = json.loads(find(name).read_text(encoding="utf-8"))
    return stored


def machine() -> str:
    """The processor's kind, its threads, and the graphics card where there is one."""
    text = f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}, {torch.get_num_threads()} threads"
    return f"{text}, {torch.cuda.get_device_name()}" if torch.cuda.is_available() else text
