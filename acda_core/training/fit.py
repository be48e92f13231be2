"""Training: steps of gradient descent with a progress bar, and checkpoints from which they go on.

Under torchrun several processes train one model: each takes its share of every batch, and the first one shows the bar
and writes the checkpoints. On a graphics card steps are captured and replayed, see :mod:`acda_core.training.captured`.
"""

import math
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from tqdm import tqdm

from acda_core.training.atomic import BrokenFile, whole
from acda_core.training.captured import CapturedSteps, graph_for
from acda_core.training.distributed import rank_and_size

READ_EVERY = 1.0  # seconds between two readings of the losses from a card


@dataclass
class History:
    """What happened so far: the loss before each step, and the seconds that all steps took."""

    losses: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def last_loss(self, window: int) -> float:
        """The mean of the last losses, at most `window` of them."""
        last = self.losses[-window:]
        return sum(last) / len(last)


def fit(
    model: nn.Module,
    loss: Callable[..., Tensor],
    optimizer: torch.optim.Optimizer,
    steps: int,
    checkpoint: Path | None = None,
    every: float = 30.0,
    name: str = "",
    progress: bool = True,
    rate: Callable[[int], float] | None = None,
    inputs: Callable[[int], tuple[Tensor, ...]] | None = None,
) -> History:
    """Take steps of the optimizer until `steps` of them are done.

    >>> model = nn.Linear(1, 1)
    >>> x = torch.linspace(-1, 1, 20)[:, None]
    >>> optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    >>> history = fit(model, lambda step: (model(x) - 2 * x).square().mean(), optimizer, steps=100, progress=False)
    >>> len(history.losses), history.losses[-1] < 0.01 < history.losses[0]
    (100, True)

    With a checkpoint the training survives its process. It is written every `every` seconds, at the end and at Ctrl-C,
    whole or not at all. SIGTERM and SIGHUP, by which a scheduler or a terminal that closes ends a process, count as
    Ctrl-C. Called again with the same arguments, fit goes on from it and on a CPU ends at the same bits, provided that
    the loss depends on the step alone and on no global state.

    With `inputs` and one process, a graphics card is not waited for: steps are captured as a CUDA graph, and losses are
    read about once a second, and before each checkpoint. So the loss must be a function of its arguments and of tensors
    that stay where they are, and nothing in it may wait for the card.

    Args:
        model: what is trained.
        loss: the loss, a tensor of one number, as a function of the step 0, 1, ..., or of its `inputs`; it calls the
            model.
        optimizer: over the model's parameters.
        steps: how many in all, those of the checkpoint included.
        checkpoint: file to go on from where it is there, and to write.
        every: seconds between two writes of the checkpoint; 0 writes it after each step.
        name: stands before the progress bar.
        progress: whether to show one. TQDM_DISABLE=1 in the environment hides all of them.
        rate: the learning rate as a function of the step; the optimizer's own when None.
        inputs: what a step's loss is given, as a function of the step: small tensors of the processor, such as the
            indices of a batch, which are sent to the device of the parameters.

    Raises:
        ValueError: a number of steps out of range, or fewer than the checkpoint holds.
        BrokenFile: the checkpoint cannot be read, or is of another model.
        OSError: the checkpoint cannot be written, as on a full disk.
        FloatingPointError: the loss is no longer finite. It is told when losses are read, and no checkpoint is
            written after that step.
        KeyboardInterrupt: at Ctrl-C and the like, once the step is complete and the checkpoint written.
    """
    if steps < 0 or every < 0:
        raise ValueError(f"`steps` and `every` must be at least 0, got {steps} and {every}")
    graph = None if inputs is None else graph_for(optimizer)
    captured = None if inputs is None or graph is None else CapturedSteps(loss, inputs, optimizer, graph)
    history = History()
    if checkpoint is not None and checkpoint.exists():
        history = _restore(checkpoint, model, optimizer)
        if len(history.losses) > steps:
            raise ValueError(f"`steps` must be at least the checkpoint's {len(history.losses)}, got {steps}")
    earlier, start = history.seconds, time.perf_counter()
    written = read = start
    unread: list[Tensor] = []
    first = rank_and_size()[0] == 0
    hidden = {} if progress and first else {"disable": True}  # else TQDM_DISABLE may hide it
    bar = tqdm(total=steps, initial=len(history.losses), desc=name, mininterval=1, ascii=" =", **hidden)
    with bar, _interrupts() as interrupted:
        for step in range(len(history.losses), steps):
            if rate is not None:
                _set_rate(optimizer, rate(step))
            value = _step(step, loss, inputs, optimizer) if captured is None else captured.take(step)
            value, stop = _agreed(value, interrupted.is_set())
            unread.append(value)
            now = time.perf_counter()
            last = stop or step + 1 == steps
            due = checkpoint is not None and first and (last or now - written >= every)
            if captured is None or last or due or now - read >= READ_EVERY:
                _read(unread, history)
                read = time.perf_counter()
                history.seconds = earlier + read - start
                bar.set_postfix_str(f"loss {history.losses[-1]:.2e}", refresh=False)
            bar.update()
            if checkpoint is not None and due:
                _store(checkpoint, model, optimizer, history)
                written = time.perf_counter()
            if stop:
                raise KeyboardInterrupt
    return history


def fit_by_adam(
    model: nn.Module,
    loss: Callable[..., Tensor],
    inputs: Callable[[int], tuple[Tensor, ...]],
    steps: int,
    highest: float,
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
) -> History:
    """:func:`fit` by Adam, whose learning rate follows :func:`one_cycle` up to `highest`."""
    optimizer, rate = torch.optim.Adam(model.parameters()), one_cycle(steps, highest)
    return fit(model, loss, optimizer, steps, checkpoint, name=name, progress=progress, rate=rate, inputs=inputs)


def one_cycle(steps: int, highest: float, warmup: float = 0.25) -> Callable[[int], float]:
    """A learning rate that rises from highest / 25 along a cosine, and falls along another to nothing.

    >>> rate = one_cycle(steps=100, highest=0.25)
    >>> [round(rate(step), 3) for step in (0, 25, 100)]
    [0.01, 0.25, 0.0]

    Args:
        steps: of the whole training.
        highest: rate, after the share `warmup` of the steps.
    """
    peak = max(1, round(warmup * steps))

    def rate(step: int) -> float:
        if step < peak:
            return highest / 25 + highest * (1 - 1 / 25) * (1 - math.cos(math.pi * step / peak)) / 2
        return highest * (1 + math.cos(math.pi * (step - peak) / max(1, steps - peak))) / 2

    return rate


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        if isinstance(group["lr"], Tensor):
            group["lr"].fill_(rate)
        else:
            group["lr"] = rate


def _step(
    step: int,
    loss: Callable[..., Tensor],
    inputs: Callable[[int], tuple[Tensor, ...]] | None,
    optimizer: torch.optim.Optimizer,
) -> Tensor:
    """Take a step, unless the loss before it, which is returned, is not finite."""
    optimizer.zero_grad()
    device = optimizer.param_groups[0]["params"][0].device
    value = loss(step) if inputs is None else loss(*(one.to(device) for one in inputs(step)))
    _check_finite(value.item(), step)
    value.backward()
    optimizer.step()
    return value.detach()


def _read(unread: list[Tensor], history: History) -> None:
    """Move the losses to the history, once the card has computed them."""
    for value in torch.stack(unread).flatten().tolist():
        _check_finite(value, len(history.losses))
        history.losses.append(value)
    unread.clear()


def _check_finite(loss: float, step: int) -> None:
    if not math.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss} at step {step}: the steps are too large")


def _agreed(loss: Tensor, stop: bool) -> tuple[Tensor, bool]:
    """The mean of the losses, and whether any process was asked to stop."""
    number = rank_and_size()[1]
    if number == 1:
        return loss, stop
    both = torch.stack([loss.double() / number, torch.tensor(float(stop), dtype=torch.float64, device=loss.device)])
    dist.all_reduce(both)
    return both[0], bool(both[1] > 0)


def _store(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, history: History) -> None:
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "losses": history.losses,
        "seconds": history.seconds,
    }
    with whole(path) as part, part.open("wb") as file:
        torch.save(state, file)


def _restore(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> History:
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        own = optimizer.state_dict()["param_groups"]  # the checkpoint may be of another device, with other options
        optimizer.load_state_dict({**state["optimizer"], "param_groups": own})
        return History(state["losses"], state["seconds"])
    except (EOFError, LookupError, RuntimeError, TypeError, ValueError, pickle.UnpicklingError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BrokenFile(f"{path} is broken, or of another training ({reason}): delete it to begin again") from error


@contextmanager
def handled(handler: Callable[[int, object], None]) -> Iterator[dict[int, Any]]:
    """Inside, Ctrl-C, SIGTERM and SIGHUP call a handler; the handlers before it, by the numbers of the signals.

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


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets, or SIGTERM or SIGHUP, so that no step is left half done.

    The second one ends at once.
    """
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event  # only the main thread may set handlers
        return

    def note(number: int, frame: object) -> None:
        event.set()
        signal.signal(number, before[number])

    with handled(note) as before:
        yield event
