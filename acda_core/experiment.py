"""What the training commands share: their arguments, several processes, and one row a run."""

import argparse
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn

from acda_core import results
from acda_core.train import process

One = Callable[[str, int, Path | None], tuple[dict[str, Any], nn.Module]]


def add_arguments(parser: argparse.ArgumentParser, networks: Iterable[str], default: list[str], epochs: int) -> None:
    """Arguments of a command that trains some networks with some seeds."""
    parser.add_argument("--network", nargs="+", choices=list(networks), default=default)
    parser.add_argument("--seed", type=int, nargs="+", default=[0], help="of initialisation and order (default 0)")
    parser.add_argument("--epochs", type=int, default=epochs, help=f"default {epochs}")
    parser.add_argument("--images", type=int, help="train and test on at most so many images")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda where there is one, else cpu")
    parser.add_argument("--checkpoints", type=Path, help="folder to save runs in")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoints")
    parser.add_argument("--weights", type=Path, help="folder to store the trained weights in, as safetensors")
    parser.add_argument("--out", type=Path, help="store the rows in this JSON file")


def device_of(arguments: argparse.Namespace) -> str:
    return arguments.device or ("cuda" if torch.cuda.is_available() else "cpu")


def command(arguments: argparse.Namespace, name: str, *first: str) -> str:
    """The command line that makes the rows again, without the files that it writes."""
    words = ["python -m acda_core", name, *first, "--network", *arguments.network]
    words += ["--seed", *map(str, arguments.seed), "--epochs", str(arguments.epochs), "--device", device_of(arguments)]
    words += ["--images", str(arguments.images)] if arguments.images else []
    return " ".join(words)


def run_all(arguments: argparse.Namespace, name: str, again: str, data: str, one: One) -> None:
    """Train each network with each seed; print, and store as soon as it is there, a row for each.

    Args:
        arguments: those of :func:`add_arguments`.
        name: of the command, in the names of files.
        again: the command line that makes the rows again.
        data: what the rows are computed from, in words.
        one: a network's name, a seed and a checkpoint (or None) -> the row of the run, and the trained network. Its own
            "seconds", where it counts those before it went on from a checkpoint, stand in the row.
    """
    folder, rows = arguments.checkpoints, []
    for seed in arguments.seed:
        for network in arguments.network:
            run = f"{name}-{network}-{seed}"
            start = time.perf_counter()
            row, trained = one(network, seed, folder / f"{run}.pt" if folder else None)
            seconds = row.get("seconds", round(time.perf_counter() - start, 1))
            rows.append({**row, "seconds": seconds})
            if process()[0]:
                continue
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
            if arguments.weights:
                from safetensors.torch import save_file

                arguments.weights.mkdir(parents=True, exist_ok=True)
                save_file(trained.state_dict(), arguments.weights / f"{run}.safetensors")
            if arguments.out:
                results.save(arguments.out, again, data, rows)


@contextmanager
def processes(arguments: argparse.Namespace, name: str) -> Iterator[None]:
    """Join the other processes that torchrun started, if any, and refuse checkpoints of another run."""
    folder = arguments.checkpoints
    if arguments.resume and folder is None:
        raise SystemExit("--resume needs --checkpoints, the folder of the run to go on with")
    if not arguments.resume and folder is not None and any(folder.glob(f"{name}-*.pt")):
        raise SystemExit(f"{folder} holds checkpoints of another run: add --resume to go on with it, or name a new one")
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
