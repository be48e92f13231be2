"""Files that appear whole or not at all, and that one process at a time writes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BrokenFile(ValueError):
    """A file that is cut short, or not what it should be."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write instead: what is there takes the place of `path` when the block ends without an error.

    What a link names is written, and the link stays. Into a device or a pipe it is written at once.

    Args:
        path: of the file; its folder is made.

    Raises:
        OSError: it cannot be written, as on a full disk; what was there before is there still.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")  # two processes do not write into one
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        kept = "what was there before is there still" if path.exists() else "nothing was there before"
        reason = error.strerror or str(error)
        raise OSError(error.errno, f"{reason}; {path} was not written, {kept}") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Inside, no other process is inside for the same file. On Windows nothing is checked.

    Raises:
        SystemExit: another process is.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    while True:
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                there = os.path.samestat(lock.stat(), os.fstat(file.fileno()))
            except BlockingIOError:
                raise SystemExit(f"another run is writing to {path}: wait for it, or name another file") from None
            except FileNotFoundError:
                there = False
            if not there:
                continue  # the run that held it has just ended, and deleted it
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)
            return
