"""Training: steps of gradient descent with a progress bar, and checkpoints from which they go on."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm


@dataclass
class History:
    """What happened so far: the loss before each step, and the seconds that all steps took."""

    losses: list[float] = field(default_factory=list)
    seconds: float = 0.0


def fit(
    model: nn.Module,
    loss: Callable[[int], Tensor],
    optimizer: torch.optim.Optimizer,
    steps: int,
    checkpoint: Path | None = None,
    every: int = 500,
    name: str = "",
    progress: bool = True,
) -> History:
    """Take steps of the optimizer until `steps` of them are done.

    With a checkpoint the training survives its process. It is written every `every` steps, at the end and at Ctrl-C,
    whole or not at all. Called again with the same arguments, fit goes on from it and on a CPU ends at the same bits,
    provided that the loss depends on the step alone and on no global state.

    Args:
        model: what is trained.
        loss: the loss, a tensor of one number, as a function of the step 0, 1, ...; it calls the model.
        optimizer: over the model's parameters.
        steps: how many in all, those of the checkpoint included.
        checkpoint: file to go on from where it is there, and to write.
        every: steps between two writes of the checkpoint.
        name: stands before the progress bar.
        progress: whether to show one.

    Raises:
        ValueError: a number of steps out of range, or fewer than the checkpoint holds.
        FloatingPointError: the loss is no longer finite.
        KeyboardInterrupt: at Ctrl-C, once the step is complete and the checkpoint written.
    """
    if steps < 0 or every < 1:
        raise ValueError(f"`steps` must be at least 0 and `every` at least 1, got {steps} and {every}")
    history = History()
    if checkpoint is not None and checkpoint.exists():
        history = _restore(checkpoint, model, optimizer)
        if len(history.losses) > steps:
            raise ValueError(f"`steps` must be at least the checkpoint's {len(history.losses)}, got {steps}")
    earlier, start = history.seconds, time.perf_counter()
    bar = tqdm(total=steps, initial=len(history.losses), desc=name, disable=not progress, mininterval=1, ascii=" =")
    with bar, _interrupts() as interrupted:
        for step in range(len(history.losses), steps):
            optimizer.zero_grad()
            value = loss(step)
            if not torch.isfinite(value):
                raise FloatingPointError(f"the loss is {value.item()} at step {step}: the steps are too large")
            value.backward()
            optimizer.step()
            history.losses.append(value.item())
            history.seconds = earlier + time.perf_counter() - start
            bar.set_postfix_str(f"loss {value.item():.2e}", refresh=False)
            bar.update()
            last = interrupted.is_set() or step + 1 == steps
            if checkpoint is not None and (last or (step + 1) % every == 0):
                _store(checkpoint, model, optimizer, history)
            if interrupted.is_set():
                raise KeyboardInterrupt
    return history


def _store(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, history: History) -> None:
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "losses": history.losses,
        "seconds": history.seconds,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    torch.save(state, part)
    os.replace(part, path)


def _restore(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> History:
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return History(state["losses"], state["seconds"])


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets, so that no step is left half done; the second one ends at once."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event  # only the main thread may set handlers
        return
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: object) -> None:
        event.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)
