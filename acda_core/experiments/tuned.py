"""Networks for CIFAR at learning rates that are chosen on images held out for it: what such commands share.

A tenth of the training images is for validation. With --rates a command trains each network at a few rates and tells
its error on those; without it, each is trained at the rate that did best there, and its error on the test images is
told too. The recipe is that of `classify`, but for the highest learning rate.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from acda_core.data.cifar import LabelledImages, cifar
from acda_core.experiments import classify, command, options, results
from acda_core.experiments.matching import best_rates
from acda_core.training.seeds import seeded

RATES = 1e-3, 3e-3, 1e-2, 3e-2  # that every network is tried at
VALIDATION = 10  # one image in so many is held out
SPLIT = 7  # tells the random numbers of the split from those of other things


@dataclass(frozen=True)
class Splits:
    """Images to learn from, to choose by, and to tell the error of."""

    train: LabelledImages
    validation: LabelledImages
    test: LabelledImages


def load(classes: int = 10, limit: int | None = None) -> Splits:
    """CIFAR: a tenth of the training images, always the same, for validation; at most `limit` of the rest.

    Args:
        classes: 10 or 100.
        limit: a number of images to train on.
    """
    data, test = cifar(classes, "train"), cifar(classes, "test")
    order = torch.randperm(len(data.labels), generator=seeded(0, SPLIT))
    validation, train = order.tensor_split([len(order) // VALIDATION])
    return Splits(_part(data, train[:limit]), _part(data, validation), test)


def _part(data: LabelledImages, chosen: torch.Tensor) -> LabelledImages:
    return LabelledImages(data.images[chosen], data.labels[chosen], data.source)


@dataclass(frozen=True)
class Plan:
    """What the trainings of a command have in common.

    Attributes:
        splits: the images.
        classes: kinds of them.
        epochs: times that each image of the training is seen.
        device: to train on.
        tested: whether the error on the test images is told.
    """

    splits: Splits
    classes: int
    epochs: int
    device: str = "cpu"
    tested: bool = True


def trained_row(
    network: nn.Module, title: str, name: str, seed: int, rate: float, checkpoint: Path | None, plan: Plan
) -> dict[str, Any]:
    """Train a network in place at one rate; its row, with the error on the test images where that is wanted.

    Args:
        network: any, for images of 32 x 32 pixels; it is moved to the plan's device.
        title, name, seed, checkpoint: as in :func:`acda_core.experiments.classify.trained_row`.
        rate: the highest learning rate.
        plan: what it learns from.
    """
    splits, device = plan.splits, plan.device
    held_out = splits.test if plan.tested else splits.validation
    setting = classify.Setting(splits.train, held_out, plan.classes, plan.epochs, device, rate)
    network = network.to(device)
    row = classify.trained_row(network, title, name, seed, checkpoint, setting)
    if plan.tested:
        row["validation_error"] = round(classify.error(network, splits.validation, device), 2)
    else:
        row["validation_error"] = row.pop("test_error")
    return row | {"split": "test" if plan.tested else "validation", "rate": rate}


def add_arguments(parser: argparse.ArgumentParser, networks: Iterable[str], epochs: int) -> None:
    """The arguments of a command that trains some networks, LeNets of some widths."""
    known = list(networks)
    options.add_names(parser, "--network", known, known, f"of {', '.join(known)} (default: all)")
    widths = "of the LeNets, 6 and 16 channels times this (default 1 2 4)"
    parser.add_argument("--width", type=options.positive, nargs="+", default=[1, 2, 4], metavar="NUMBER", help=widths)
    parser.add_argument("--epochs", type=options.positive, default=epochs, metavar="NUMBER", help=f"default {epochs}")
    images = "train on at most so many images (default: all that are not for validation)"
    parser.add_argument("--images", type=options.positive, metavar="NUMBER", help=images)
    stored = (
        "what --rates stored, to take the best rate of each network from (default: the stored result of the course)"
    )
    options.add_rates(parser, RATES, "the validation images", stored)
    options.add_training(parser)


def rates_of(arguments: argparse.Namespace, stored: str, width: int | None = None) -> dict[str, tuple[float, ...]]:
    """The rates to train each network of the arguments at: RATES with --rates, otherwise the best one.

    Args:
        arguments: those of :func:`add_arguments`.
        stored: the stored result to take it from where --tuned names no file.
        width: at which the best one is chosen; when None, at all widths together.

    Raises:
        SystemExit: a network was not tried.
        FileNotFoundError: there is no such result.
    """
    if arguments.rates:
        return dict.fromkeys(arguments.network, RATES)
    best = best_rates(arguments.tuned or results.find(stored), width)
    missing = [network for network in arguments.network if network not in best]
    if missing:
        where = "" if width is None else f" at width {width}"
        raise SystemExit(f"there is no rate for {', '.join(missing)}{where}: run this command with --rates first")
    return {network: (best[network],) for network in arguments.network}


def run(
    arguments: argparse.Namespace,
    name: str,
    ones: Mapping[str, Callable[..., dict[str, Any]]],
    classes: int = 10,
    own: tuple[str, ...] = (),
) -> None:
    """The command `name`, for the arguments of :func:`add_arguments`.

    Args:
        arguments: as they are parsed.
        name: of the command.
        ones: by a name that tells them apart, what trains a network: (checkpoint, plan=) -> its row.
        classes: of CIFAR.
        own: words of the command line for what is not among those arguments.
    """
    device, epochs = options.device_of(arguments), str(arguments.epochs)

    @cache
    def plan() -> Plan:
        splits = load(classes, arguments.images)
        return Plan(splits, classes, arguments.epochs, device, tested=not arguments.rates)

    def train(one: Callable[..., dict[str, Any]], checkpoint: Path) -> dict[str, Any]:
        return one(checkpoint, plan=plan())

    with command.process_group(arguments):
        trainings = {key: partial(train, one) for key, one in ones.items()}
        limit = ["--images", str(arguments.images)] if arguments.images else []
        what = ["--rates"] if arguments.rates else ["--tuned", str(arguments.tuned)] if arguments.tuned else []
        words = [name, *own, *what, "--network", *arguments.network, "--width", *map(str, arguments.width)]
        words += ["--seed", *map(str, arguments.seed), "--epochs", epochs, "--device", device, *limit]
        setting = " ".join([name, *own, *what[:1], "epochs", epochs, *limit])
        command.run_all(arguments, command.again(words), setting, lambda: _words(plan().splits), trainings)


def _words(splits: Splits) -> str:
    train, validation, test = (len(part.labels) for part in (splits.train, splits.validation, splits.test))
    return f"{splits.train.source}: {train} images to train, {validation} to validate, {test} to test"
