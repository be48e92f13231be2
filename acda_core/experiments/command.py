"""What the training commands share: their arguments, several processes, and one row a run."""

import argparse
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn

from acda_core.experiments import results
from acda_core.training.atomic import whole
from acda_core.training.distributed import process

One = Callable[[str, int, Path], tuple[dict[str, Any], nn.Module]]


def add_arguments(parser: argparse.ArgumentParser, networks: Iterable[str], default: list[str], epochs: int) -> None:
    """Arguments of a command that trains some networks with some seeds."""
    parser.add_argument("--network", nargs="+", choices=list(networks), default=default)
    parser.add_argument("--seed", type=int, nargs="+", default=[0], help="of initialisation and order (default 0)")
    parser.add_argument("--epochs", type=int, default=epochs, help=f"default {epochs}")
    parser.add_argument("--images", type=int, help="train and test on at most so many images")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda where there is one, else cpu")
    folder = "folder of what is not done yet (default checkpoints)"
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"), help=folder)
    parser.add_argument("--resume", action="store_true", help="go on with a training that was stopped")
    parser.add_argument("--weights", type=Path, help="folder to store the trained weights in, as safetensors")
    parser.add_argument("--out", type=Path, help="store the rows in this JSON file")


def device_of(arguments: argparse.Namespace) -> str:
    return arguments.device or ("cuda" if torch.cuda.is_available() else "cpu")


def command(arguments: argparse.Namespace, name: str, *first: str) -> str:
    """The command line that makes the rows again, without the files that it writes."""
    number = process()[1]
    start = "python -m acda_core" if number == 1 else f"torchrun --nproc-per-node={number} -m acda_core"
    words = [start, name, *first, "--network", *arguments.network, "--seed", *map(str, arguments.seed)]
    return " ".join([*words, "--epochs", str(arguments.epochs), "--device", device_of(arguments), *_limit(arguments)])


def _limit(arguments: argparse.Namespace) -> list[str]:
    return ["--images", str(arguments.images)] if arguments.images else []


def run_all(arguments: argparse.Namespace, name: str, first: tuple[str, ...], data: str, one: One) -> None:
    """Train each network with each seed; print, and store as soon as it is there, a row for each.

    Until all rows are there the folder of checkpoints holds each training, under a name that tells its settings.

    Args:
        arguments: those of :func:`add_arguments`.
        name: of the command.
        first: words that the command line begins with, such as "--data", "cifar10".
        data: what the rows are computed from, in words.
        one: a network's name, a seed and a checkpoint -> the row of the run, and the trained network. Its own
            "seconds", where it counts those before it went on from a checkpoint, stand in the row.

    Raises:
        SystemExit: the folder holds a training that was stopped and --resume is missing, or the other way round, or
            this one was stopped by Ctrl-C.
    """
    again, rows = command(arguments, name, *first), []
    setting = re.sub(r"[^\w.]+", "-", " ".join([name, *first, "epochs", str(arguments.epochs), *_limit(arguments)]))
    folder = arguments.checkpoints
    trainings = [(network, seed) for seed in arguments.seed for network in arguments.network]
    checkpoints = [folder / f"{setting}-{network}-{seed}.pt" for network, seed in trainings]
    stopped = [path for path in checkpoints if path.exists()]
    if stopped and not arguments.resume:
        raise SystemExit(f"{stopped[0]} is left of a training that was stopped: add --resume to go on, or delete it")
    if arguments.resume and not stopped:
        raise SystemExit(f"there is nothing to go on with: {checkpoints[0]} would be its name")
    try:
        for (network, seed), checkpoint in zip(trainings, checkpoints, strict=True):
            start = time.perf_counter()
            row, trained = one(network, seed, checkpoint)
            rows.append({**row, "seconds": row.get("seconds", round(time.perf_counter() - start, 1))})
            if process()[0]:
                continue
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
            if arguments.weights:
                _save_weights(arguments.weights / f"{name}-{network}-{seed}.safetensors", trained)
            if arguments.out:
                results.save(arguments.out, again, data, rows)
    except KeyboardInterrupt:
        raise SystemExit(f"stopped. {folder} holds what is done: the same command with --resume goes on") from None
    if process()[0] == 0:
        _forget(checkpoints)


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
def processes(arguments: argparse.Namespace) -> Iterator[None]:
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
