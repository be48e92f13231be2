"""Pixel, image or nothing, at equal cost: which convolution pays for what it adds, on CIFAR-10.

LeNets of several widths whose two convolutions differ: filters that adapt to the pixel, to the image or to nothing, and
plain convolutions so wide that they cost what ACDA costs, in multiply-adds or in parameters. Batch normalisation
follows every convolution. The recipe is that of `lenet`, but for its highest learning rate.

Constant atoms could be folded into a plain convolution of the same width, and those of an image into one for each
image.

A tenth of the training images is held out for validation. --rates trains each network at a few learning rates and tells
its error on those; without it, each network is trained at the rate that did best there, and its error on the test
images is told too. Phi, the same wherever there is one, is that of `lenet`, which short runs chose from eight by their
error on test images; "acda_default" has the layer's own instead.
"""

import argparse
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from torch import nn

from acda_core.experiments import tuned
from acda_core.experiments.matching import nearest_width
from acda_core.generators import AtomGenerator, normalised_generator
from acda_core.layers import ACDAConv2d
from acda_core.nets import rivals
from acda_core.nets.adaptivity import ConstantAtoms, GatedAtoms, averaged_atoms
from acda_core.nets.blocks import Conv
from acda_core.nets.lenet import LeNet
from acda_core.nets.named import Network, fresh
from acda_core.nets.pixelwise import BasisConv2d, Involution2d
from acda_core.training.measure import multiply_adds, parameters

STEP = 16  # widths are searched in steps of 1 / STEP
PHI = partial(AtomGenerator, hidden_channels=16, kernel_sizes=(3, 3), norm="batch", squash="tanh")


def involution(in_channels: int, out_channels: int, kernel_size: int) -> Involution2d:
    """A kernel for every channel of each pixel, and as many hidden channels as PHI has."""
    return Involution2d(in_channels, out_channels, kernel_size, bias=False, groups=in_channels, hidden_channels=16)


def body(layer: Conv, width: float, classes: int = 10) -> LeNet:
    """LeNet with these layers, each followed by batch normalisation."""

    def normalised(in_channels: int, out_channels: int, kernel_size: int) -> nn.Module:
        return nn.Sequential(layer(in_channels, out_channels, kernel_size), nn.BatchNorm2d(out_channels))

    return LeNet(normalised, classes, width)


def _network(title: str, layer: Conv) -> Network[LeNet]:
    return Network(title, partial(body, layer))


def _acda(title: str, generator: Callable[..., nn.Module]) -> Network[LeNet]:
    return _network(title, partial(ACDAConv2d, bias=False, generator=generator))


CONV = partial(nn.Conv2d, bias=False)
NETWORKS = {
    "acda": _acda("ACDA", PHI),
    "acda_default": _acda("ACDA, default Φ", normalised_generator),
    "acda_image": _acda("ACDA per image", partial(averaged_atoms, PHI)),
    "gate": _acda("constant atoms, a gate a pixel", partial(GatedAtoms, gate=PHI)),
    "constant": _acda("constant atoms", ConstantAtoms),
    "conv": _network("Conv", CONV),
    "conv_ops": _network("Conv, equal multiply–adds", CONV),
    "conv_params": _network("Conv, equal parameters", CONV),
    "condconv": _network("CondConv, equal multiply–adds", partial(rivals.CondConv2d, bias=False)),
    "involution": _network("involution, then 1 × 1", involution),
    "kpn": _network("kernel prediction", partial(rivals.KernelConv2d, bias=False, generator=PHI)),
    "bpn": _network("basis prediction", partial(BasisConv2d, bias=False, generator=PHI)),
}
EQUAL: dict[str, Callable[[nn.Module], int]] = {  # what of ACDA's a network has as much of, by its width
    "conv_ops": multiply_adds,
    "conv_params": parameters,
    "condconv": multiply_adds,
}


@cache
def own_width(name: str, width: int) -> float:
    """The width of a network of NETWORKS: the same, or for those of EQUAL the one nearest to ACDA's cost at `width`."""
    if name not in EQUAL:
        return width
    cost = EQUAL[name]
    wanted = cost(make_network("acda", width, 0))

    def costs(steps: int) -> int:
        return cost(fresh(NETWORKS, name, 0, steps / STEP))

    return nearest_width(costs, wanted, STEP) / STEP


def make_network(name: str, width: int, seed: int) -> LeNet:
    """A fresh network of NETWORKS, at the cost of ACDA's of this width where it is one of EQUAL."""
    return fresh(NETWORKS, name, seed, own_width(name, width) if name in NETWORKS else width)


def run_one(name: str, width: int, seed: int, rate: float, checkpoint: Path | None, plan: tuned.Plan) -> dict[str, Any]:
    """Train one network at one rate; the row of the result."""
    network = make_network(name, width, seed)
    row = tuned.trained_row(network, NETWORKS[name].title, name, seed, rate, checkpoint, plan)
    acda = make_network("acda", width, seed)
    return row | {
        "width": width,
        "own_width": own_width(name, width),
        "acda_parameters": parameters(acda),
        "acda_multiply_adds": multiply_adds(acda),
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    tuned.add_arguments(parser, NETWORKS, epochs=20)


def run(arguments: argparse.Namespace) -> None:
    rates = tuned.rates_of(arguments, "equal_cost_rates")
    ones = {
        f"{name}-{width}-{rate}-{seed}": partial(run_one, name, width, seed, rate)
        for seed in arguments.seed
        for width in arguments.width
        for name in arguments.network
        for rate in rates[name]
    }
    tuned.run(arguments, "equal_cost", ones)
