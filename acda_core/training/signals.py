"""The signals by which a user, a scheduler or a terminal that closes ends a process."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def handled(handler: Callable[[int, object], None]) -> Iterator[Mapping[int, Any]]:
    """Inside, Ctrl-C, SIGTERM and SIGHUP call the handler; the handlers before it, by the signals' numbers.

    What the process ignores, as SIGHUP under nohup, it ignores still.
    """
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    before = {number: former for number, former in before.items() if former not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, handler)
    try:
        yield before
    finally:
        for number, former in before.items():
            signal.signal(number, former)
