"""The commands: `python -m acda_core --help`."""

import argparse
import ast
import importlib
import io
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import torch

from acda_core import __version__
from acda_core.experiments import options, replay
from acda_core.training.atomic import BrokenFile

COMMANDS = {
    "bench": "acda_core.experiments.bench",
    "toy": "acda_core.experiments.toy",
    "lenet": "acda_core.experiments.lenet",
    "resnet": "acda_core.experiments.resnet",
    "counting": "acda_core.experiments.counting",
    "counting_cells": "acda_core.experiments.counting_cells",
    "scale_choice": "acda_core.experiments.scale_choice",
    "restoration": "acda_core.experiments.restoration",
    "ablation": "acda_core.experiments.ablation",
    "drop_in": "acda_core.experiments.drop_in",
    "hero": "acda_core.experiments.hero",
    "record": "acda_core.course.record",
    "equal_cost": "acda_core.experiments.equal_cost",
    "lenet_matched": "acda_core.experiments.lenet_matched",
    "frozen_alpha": "acda_core.experiments.frozen_alpha",
    "how_many_filters": "acda_core.experiments.how_many_filters",
    "heterogeneity": "acda_core.experiments.heterogeneity",
    "denoise_polyu": "acda_core.experiments.denoise_polyu",
    "leave_one_out": "acda_core.experiments.leave_one_out",
    "replay": "acda_core.experiments.replay",
}
DESCRIPTION = """\
The measurements of the ACDA course.

A command prints a row for each thing that it measures or trains; --out FILE stores the rows, with the command, its
data, the versions and the machine. Ctrl-C stops a training, and --resume goes on with it. In brackets: how long each
of the course's stored results took to train or to measure."""
EXAMPLES = """\
examples:
  python -m acda_core toy --steps 300             a first look
  python -m acda_core toy --out toy.json          what the chapter on the toy shows, for one seed
  python -m acda_core bench --quick               this machine, in one setting
  python -m acda_core replay book/results/toy.json

python -m acda_core COMMAND --help tells what a command takes, which stored results it made, and how long they took."""


def make_parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of all commands; for the words of a command line, with the arguments of their command alone."""
    layout = options.Layout
    parser = options.Parser("python -m acda_core", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=layout)
    version = f"acda-core {__version__}, torch {torch.__version__}, Python {sys.version.split()[0]}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=options.Parser)
    for name, module in COMMANDS.items():
        text = docstring(module)
        summary = text.split("\n")[0]
        if words is not None and name not in words:
            commands.add_parser(name, help=summary if {*words} & {*COMMANDS} else summary + replay.times_of(name))
            continue
        command = commands.add_parser(
            name, help=summary, description=text, epilog=replay.stored_by(name), formatter_class=layout
        )
        loaded = importlib.import_module(module)
        loaded.add_arguments(command)
        command.set_defaults(run=loaded.run)
    return parser


def docstring(module: str) -> str:
    """What a module says of itself, without what it imports being imported."""
    spec = find_spec(module)
    assert spec is not None
    return ast.get_docstring(ast.parse(Path(str(spec.origin)).read_text(encoding="utf-8"))) or ""


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Greek letters loses letters, and no row
    parser = make_parser(sys.argv[1:])
    arguments = parser.parse_args()
    options.check_device(parser, arguments)
    try:
        arguments.run(arguments)
    except (OSError, ImportError, BrokenFile) as error:  # what the user can mend: data, packages, folders
        raise SystemExit(f"{type(error).__name__}: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit("stopped") from None


if __name__ == "__main__":
    main()
