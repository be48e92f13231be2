"""The commands: `python -m acda_core --help`."""

import argparse
import io
import sys

from acda_core.course import record
from acda_core.experiments import ablation, bench, counting, drop_in, lenet, options, resnet, restoration, toy
from acda_core.training.atomic import BrokenFile

COMMANDS = {
    "bench": bench,
    "toy": toy,
    "lenet": lenet,
    "resnet": resnet,
    "counting": counting,
    "restoration": restoration,
    "ablation": ablation,
    "drop_in": drop_in,
    "record": record,
}


def make_parser() -> argparse.ArgumentParser:
    parser = options.Parser(prog="python -m acda_core", description="The measurements of the ACDA course.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary = str(module.__doc__).split("\n")[0]
        command = commands.add_parser(name, help=summary, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Greek letters loses letters, and no row
    parser = make_parser()
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
