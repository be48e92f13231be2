"""What the training commands share: one row a training, stopping and going on, several processes."""

import argparse
import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn

from acda_core.experiments import results
from acda_core.experiments.options import device_of
from acda_core.training.atomic import whole
from acda_core.training.distributed import rank_and_size

Row = dict[str, Any]
Train = Callable[[Path], Row]  # goes on from the checkpoint where it is there; the row of the result
Words = str | Callable[[], str]  # of the data; a function where they must be loaded to tell


def line_of(row: Row) -> str:
    return "  ".join(f"{key} {value}" for key, value in row.items())


def run_all(
    arguments: argparse.Namespace,
    command: str,
    setting: str,
    data: Words,
    trainings: Mapping[str, Train],
    line: Callable[[Row], str] = line_of,
) -> None:
    """Take one training after the other; store each row as soon as it is there, then print it.

    Until all rows are there the folder of checkpoints holds each training, under a name that tells its settings.
    The first training is the one to load the data: what is refused here is refused before that.

    Args:
        arguments: those of :func:`acda_core.experiments.options.add_training`.
        command: the shell command that makes the rows again.
        setting: what the trainings have in common, in words.
        data: what the rows are computed from.
        trainings: by a name that tells them apart.
        line: what is printed of a row.

    Raises:
        SystemExit, KeyboardInterrupt: as :func:`going_on`.
    """
    rows, first = [], rank_and_size()[0] == 0
    with going_on(arguments, command, [f"{setting} {name}" for name in trainings]) as checkpoints:
        for train, checkpoint in zip(trainings.values(), checkpoints, strict=True):
            rows.append(train(checkpoint))
            if first and arguments.out:
                results.save(arguments.out, command, data if isinstance(data, str) else data(), rows)
            if first:
                print(line(rows[-1]), flush=True)


@contextmanager
def going_on(arguments: argparse.Namespace, command: str, names: list[str]) -> Iterator[list[Path]]:
    """The checkpoints of trainings with these names, which the end deletes; the rows' file is the command's meanwhile.

    Raises:
        SystemExit: the folder holds one that was stopped and --resume is missing, or the other way round, or
            this one was stopped by Ctrl-C or by a full disk; see :func:`acda_core.experiments.results.claimed` too.
        KeyboardInterrupt: at Ctrl-C while there is no checkpoint to go on from.
    """
    folder = arguments.checkpoints
    checkpoints = [folder / (re.sub(r"[^\w.']+", "-", name) + ".pt") for name in names]
    stopped = [path for path in checkpoints if path.exists()]
    if stopped and not arguments.resume:
        raise SystemExit(f"{stopped[0]} is left of a run that was stopped: add --resume to go on, or delete it")
    if arguments.resume and not stopped:
        raise SystemExit(f"there is nothing to go on with: {checkpoints[0]} would be its name")
    first = rank_and_size()[0] == 0
    try:
        with results.claimed(arguments.out if first else None, command):
            yield checkpoints
    except (KeyboardInterrupt, OSError) as error:
        if not any(path.exists() for path in checkpoints):
            raise
        why = f"{type(error).__name__}: {error}" if isinstance(error, OSError) else "stopped"
        raise SystemExit(f"{why}. {folder} holds what is done: the same command with --resume goes on") from None
    if first:
        _forget(checkpoints)


def run_networks(
    arguments: argparse.Namespace,
    name: str,
    first: tuple[str, ...],
    data: Words,
    one: Callable[[str, int, Path], tuple[Row, nn.Module]],
) -> None:
    """:func:`run_all` for each network with each seed, for the arguments of options.add_networks.

    Args:
        arguments: as they are parsed.
        name: of the command.
        first: words that the command line begins with, such as "--data", "cifar10".
        data: what the rows are computed from.
        one: a network's name, a seed and a checkpoint -> the row of the run, and the trained network.
    """

    def train(network: str, seed: int, checkpoint: Path) -> Row:
        row, trained = one(network, seed, checkpoint)
        if arguments.weights and rank_and_size()[0] == 0:
            _save_weights(arguments.weights / f"{name}-{network}-{seed}.safetensors", trained)
        return row

    limit = ["--images", str(arguments.images)] if arguments.images else []
    words = [name, *first, "--network", *arguments.network, "--seed", *map(str, arguments.seed)]
    words += ["--epochs", str(arguments.epochs), "--device", device_of(arguments), *limit]
    setting = " ".join([name, *first, "epochs", str(arguments.epochs), *limit])
    trainings = {
        f"{network}-{seed}": partial(train, network, seed) for seed in arguments.seed for network in arguments.network
    }
    run_all(arguments, again(words), setting, data, trainings)


def again(words: list[str]) -> str:
    """The shell command that runs `python -m acda_core` with these words, in as many processes as now."""
    number = rank_and_size()[1]
    start = ["python"] if number == 1 else ["torchrun", f"--nproc-per-node={number}"]
    return shlex.join([*start, "-m", "acda_core", *words])


def steps_of(epochs: int, examples: int, batch: int, remedy: str = "raise --images") -> int:
    """How many steps so many epochs are, without the remainder of each.

    Raises:
        SystemExit: there are fewer examples than a batch takes.
    """
    if examples < batch:
        raise SystemExit(f"there are {examples} examples to train on, fewer than a batch of {batch}: {remedy}")
    return epochs * (examples // batch)


def leave_to_the_first(what: str) -> None:
    """For a command that does not share its work: of the processes that torchrun started, the first one does it.

    Raises:
        SystemExit: with status 0, in every other process.
    """
    if int(os.environ.get("RANK", "0")) > 0:
        raise SystemExit(0)
    if (number := os.environ.get("WORLD_SIZE", "1")) != "1":
        print(f"{what} trains in one process: the other {int(number) - 1} of torchrun's have nothing to do", flush=True)


def _forget(checkpoints: list[Path]) -> None:
    for path in checkpoints:
        path.unlink(missing_ok=True)
    folder = checkpoints[0].parent
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _save_weights(path: Path, network: nn.Module) -> None:
    """Store a network's state as safetensors, whole or not at all."""
    from safetensors.torch import save_file

    with whole(path) as part:
        save_file(network.state_dict(), part)


@contextmanager
def process_group(arguments: argparse.Namespace) -> Iterator[None]:
    """Join the other processes that torchrun started, if any."""
    several = int(os.environ.get("WORLD_SIZE", "1")) > 1
    if several:
        cuda = device_of(arguments) == "cuda"
        if cuda:
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        dist.init_process_group("nccl" if cuda else "gloo")
    try:
        yield
    finally:
        if several:
            dist.destroy_process_group()
