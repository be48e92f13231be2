"""The swap of Table 1 where plain LeNet is as good as the paper's, by its width; and what the number of atoms does.

In the paper LeNet errs with 25 % on CIFAR-10, and a LeNet with ACDA with 16 %. Ours of width 1 errs more, so plain
LeNets of several widths are trained to find the one that errs as the paper's does. At every width both convolutions are
then swapped: for ACDA with m atoms, or for the same layer with m constant atoms. These are normalised after each
convolution; so is "conv", which tells what normalisation does alone.

The recipe and Phi are those of `equal_cost`. A tenth of the training images is held out for validation. --rates trains
networks at a few learning rates and tells their error on those; without it, each kind of network is trained, at each
width, at the rate that did best there. All m of a kind share a rate, the best for m = 6, or on average for those that
--atoms names.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn

from acda_core.experiments import options, tuned
from acda_core.experiments.equal_cost import CONV, PHI, body
from acda_core.layers import ACDAConv2d
from acda_core.nets.adaptivity import ConstantAtoms
from acda_core.nets.lenet import LeNet
from acda_core.nets.named import Network, fresh

ATOMS = 1, 3, 6, 12  # m
TRIED = (6,)  # at which rates are tried
STORED = {"cifar10": "lenet_matched_rates", "cifar100": "lenet_matched_rates_cifar100"}  # the course's own


def plain(width: float, classes: int) -> LeNet:
    """LeNet as the paper has it, without normalisation."""
    return LeNet(nn.Conv2d, classes, width)


def of_atoms(generator: Callable[..., nn.Module], width: float, classes: int, num_atoms: int) -> LeNet:
    """LeNet with so many atoms in both layers, each followed by batch normalisation."""
    return body(partial(ACDAConv2d, bias=False, num_atoms=num_atoms, generator=generator), width, classes)


NETWORKS = {
    "plain": Network("LeNet", plain),
    "conv": Network("LeNet, normalised", partial(body, CONV)),
    "acda": Network("ACDA", partial(of_atoms, PHI)),
    "constant": Network("constant atoms", partial(of_atoms, ConstantAtoms)),
}
WITH_ATOMS = "acda", "constant"


def make_network(name: str, width: int, seed: int, num_atoms: int | None = None, classes: int = 10) -> LeNet:
    """A fresh network of NETWORKS.

    >>> make_network("acda", width=1, seed=0, num_atoms=3).features[3][0].A.shape
    torch.Size([16, 6, 3])

    Args:
        name: of NETWORKS.
        width: channels of the convolutions are 6 and 16 times this.
        seed: of its parameters.
        num_atoms: m, for those WITH_ATOMS, and None for the others.
        classes: outputs.

    Raises:
        ValueError: another name, or atoms that are missing or too many.
    """
    if name in NETWORKS and (name in WITH_ATOMS) == (num_atoms is None):
        raise ValueError(f"`num_atoms` is for {' and '.join(WITH_ATOMS)} alone, got {num_atoms} for {name!r}")
    return fresh(NETWORKS, name, seed, width, classes, *([] if num_atoms is None else [num_atoms]))


def run_one(
    name: str, num_atoms: int | None, width: int, seed: int, rate: float, checkpoint: Path | None, plan: tuned.Plan
) -> dict[str, Any]:
    """Train one network at one rate; the row of the result."""
    network = make_network(name, width, seed, num_atoms, plan.classes)
    row = tuned.trained_row(network, title(name, num_atoms), name, seed, rate, checkpoint, plan)
    return row | {"m": num_atoms, "width": width}


def title(name: str, num_atoms: int | None) -> str:
    """What tables call a network.

    >>> title("acda", 3), title("conv", None)
    ('ACDA, m = 3', 'LeNet, normalised')
    """
    return NETWORKS[name].title + ("" if num_atoms is None else f", m = {num_atoms}")


def kinds(networks: Sequence[str], atoms: Sequence[int]) -> Iterator[tuple[str, int | None]]:
    """Each network with each m, or once where it has no atoms.

    >>> list(kinds(["conv", "acda"], [1, 3]))
    [('conv', None), ('acda', 1), ('acda', 3)]
    """
    for name in networks:
        yield from ((name, m) for m in (atoms if name in WITH_ATOMS else [None]))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=list(STORED), default="cifar10", help="default: cifar10")
    tuned.add_arguments(parser, NETWORKS, epochs=60)
    atoms = f"m of {' and '.join(WITH_ATOMS)} (default {' '.join(map(str, ATOMS))}; with --rates {TRIED[0]})"
    parser.add_argument("--atoms", type=options.positive, nargs="+", metavar="NUMBER", help=atoms)


def run(arguments: argparse.Namespace) -> None:
    atoms = arguments.atoms or (TRIED if arguments.rates else ATOMS)
    rates = {width: tuned.rates_of(arguments, STORED[arguments.data], width) for width in arguments.width}
    ones = {
        f"{name}-{m}-{width}-{rate}-{seed}": partial(run_one, name, m, width, seed, rate)
        for seed in arguments.seed
        for width in arguments.width
        for name, m in kinds(arguments.network, atoms)
        for rate in rates[width][name]
    }
    own = "--data", arguments.data, "--atoms", *map(str, atoms)
    tuned.run(arguments, "lenet_matched", ones, int(arguments.data.removeprefix("cifar")), own)
