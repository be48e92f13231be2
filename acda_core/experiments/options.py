"""The arguments of the commands: what cannot be done is refused, in one line, before any work begins."""

import argparse
import tempfile
import textwrap
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import torch

from acda_core.training import seeds


class Layout(argparse.RawDescriptionHelpFormatter):
    """Words in paragraphs as wide as the terminal; lines that are indented stay as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        paragraphs = text.strip().split("\n\n")
        return "\n\n".join(one if "\n  " in one else textwrap.fill(one, width) for one in paragraphs)


class Parser(argparse.ArgumentParser):
    """One that says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message} (--help tells what there is)\n")


def positive(text: str) -> int:
    """A number that is at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def share(text: str) -> float:
    """A number that is at least 0."""
    number = float(text)
    if not number >= 0:
        raise argparse.ArgumentTypeError(f"must be at least 0, got {text}")
    return number


def seed(text: str, makes: int = 1) -> int:
    """A seed of :mod:`acda_core.training.seeds`, which is multiplied by the number of other seeds that it makes."""
    try:
        number = seeds.checked(int(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if number >= seeds.BEYOND // makes:
        raise argparse.ArgumentTypeError(f"a seed must be from 0 to 2^63 / {makes} - 1, got {number}")
    return number


def file(text: str) -> Path:
    """A file that can be written, or a device; neither a file nor its folder has to be there yet."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is a folder, and must be a file")
    if not path.exists() or path.is_file():
        _check_writable(path.resolve().parent)
    return path


def folder(text: str) -> Path:
    """A folder that can be written to; it does not have to be there yet."""
    _check_writable(Path(text))
    return Path(text)


def _check_writable(folder: Path) -> None:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"nothing can be written to {there}: {error.strerror}") from None


def add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda where there is one, else cpu")


def add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=file, metavar="FILE", help="store the rows in this JSON file")


def add_resume(parser: argparse.ArgumentParser) -> None:
    """Arguments of every command that trains, whatever its seeds."""
    left = "folder of what is not done yet (default checkpoints)"
    parser.add_argument("--checkpoints", type=folder, default="checkpoints", metavar="FOLDER", help=left)
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    add_out(parser)


def add_training(parser: argparse.ArgumentParser, of: str = "of initialisation and order", makes: int = 1) -> None:
    """Arguments of a command that takes seeds; `of` tells what a seed is for, `makes` is as in :func:`seed`."""
    number = partial(seed, makes=makes)
    parser.add_argument("--seed", type=number, nargs="+", default=[0], metavar="NUMBER", help=f"{of} (default 0)")
    add_device(parser)
    add_resume(parser)


def add_names(
    parser: argparse.ArgumentParser, option: str, known: Iterable[str], default: list[str], words: str
) -> None:
    """An option that takes some of the known names."""
    parser.add_argument(option, nargs="+", choices=list(known), default=default, metavar="NAME", help=words)


def add_rates(parser: argparse.ArgumentParser, tried: Iterable[float], data: str, stored: str, **more: Any) -> None:
    """--rates, which tries these with their errors on `data`, or --tuned, which takes the best from a file."""
    how = parser.add_mutually_exclusive_group()
    rates = f"try {', '.join(map(str, tried))} as the highest rate, each with its error on {data}"
    how.add_argument("--rates", action="store_true", help=rates)
    how.add_argument("--tuned", type=Path, metavar="FILE", help=stored, **more)


def add_networks(
    parser: argparse.ArgumentParser,
    networks: Iterable[str],
    epochs: int,
    images: str = "train and test on at most so many images",
) -> None:
    """Arguments of a command that trains some networks with some seeds; by default "conv" and "acda"."""
    known = list(networks)
    default = ["conv", "acda"]
    add_names(parser, "--network", known, default, f"of {', '.join(known)} (default {' '.join(default)})")
    parser.add_argument("--epochs", type=positive, default=epochs, metavar="NUMBER", help=f"default {epochs}")
    parser.add_argument("--images", type=positive, metavar="NUMBER", help=f"{images} (default: all)")
    add_training(parser)
    weights = "folder to store the trained weights in, as safetensors"
    parser.add_argument("--weights", type=folder, metavar="FOLDER", help=weights)


def device_of(arguments: argparse.Namespace) -> str:
    return arguments.device or ("cuda" if torch.cuda.is_available() else "cpu")


def check_device(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Refuse a graphics card that is not there. A stored command is a command on any machine, so parsing is not."""
    if getattr(arguments, "device", None) == "cuda" and not torch.cuda.is_available():
        parser.error("argument --device: there is no CUDA device here")
