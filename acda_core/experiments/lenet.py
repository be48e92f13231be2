"""Train LeNet on CIFAR with convolutions or their rivals: Table 1 of the paper.

Every network is trained by the same recipe: Adam with a one-cycle learning rate, cross entropy, batches of 128,
shifts by up to 4 pixels and mirrored images. Only the two convolutions differ.
"""

import argparse
from functools import cache, partial
from pathlib import Path
from typing import Any

from torch import nn

from acda_core.experiments import classify, command, options
from acda_core.generators import AtomGenerator, make_generator
from acda_core.layers import ACDAConv2d
from acda_core.nets import rivals
from acda_core.nets.blocks import PAPER_ACDA, Conv
from acda_core.nets.inspect import averaged
from acda_core.nets.lenet import LeNet
from acda_core.nets.named import Network, fresh


def normalised(in_channels: int, out_channels: int, kernel_size: int) -> nn.Module:
    """nn.Conv2d and batch normalisation."""
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel_size), nn.BatchNorm2d(out_channels))


def phi(hidden_channels: int, first: int, norm: str | None = None, squash: str | None = None) -> Conv:
    """A maker of AtomGenerator, a first x first and a 3 x 3 convolution."""
    return partial(AtomGenerator, hidden_channels=hidden_channels, kernel_sizes=(first, 3), norm=norm, squash=squash)


def acda(hidden_channels: int, first: int, norm: str | None = None, squash: str | None = None) -> Conv:
    """A maker of ACDAConv2d with the generator of :func:`phi`."""
    return partial(ACDAConv2d, generator=phi(hidden_channels, first, norm, squash))


ACDA = acda(16, 3, "batch", "tanh")
AVERAGED = 500  # training images, of all classes, over which atoms are averaged once and for all


def predicted_kernels(in_channels: int, out_channels: int, kernel_size: int) -> rivals.KernelConv2d:
    """Kernel prediction with the generator of ACDA: 3 x 3 to 16 channels, 3 x 3, normalised, tanh."""
    layer = rivals.KernelConv2d(in_channels, out_channels, kernel_size)
    sizes = in_channels, 1, kernel_size**2
    own = make_generator(phi(16, 3, "batch", "tanh"), *sizes, kernel_size=kernel_size, stride=1, padding=0)
    layer.generator = own  # drawn after all else, and in the place of one that was drawn: the stored rows hang on it
    return layer


NETWORKS = {
    "conv": Network("LeNet", partial(LeNet, nn.Conv2d)),
    "norm": Network("LeNet, normalised", partial(LeNet, normalised)),
    "wide": Network("LeNet, 6 times as wide", partial(LeNet, nn.Conv2d, width=6)),
    "acda": Network("LeNet + ACDA", partial(LeNet, ACDA)),
    "condconv": Network("LeNet + CondConv", partial(LeNet, rivals.CondConv2d)),
    "dyconv": Network("LeNet + DY-CNN", partial(LeNet, rivals.DynamicConv2d)),
    "kpn": Network("LeNet + kernel prediction", partial(LeNet, predicted_kernels)),
    "paper_64": Network("1 × 1 to 64, 3 × 3", partial(LeNet, PAPER_ACDA)),
    "paper_16": Network("1 × 1 to 16, 3 × 3", partial(LeNet, acda(16, 1))),
    "paper_norm_16": Network("1 × 1 to 16, 3 × 3, normalised", partial(LeNet, acda(16, 1, "batch"))),
    "square_16": Network("3 × 3 to 16, 3 × 3", partial(LeNet, acda(16, 3))),
    "square_norm_16": Network("3 × 3 to 16, 3 × 3, normalised", partial(LeNet, acda(16, 3, "batch"))),
    "square_norm_32": Network("3 × 3 to 32, 3 × 3, normalised", partial(LeNet, acda(32, 3, "batch"))),
    "square_hidden_16": Network("3 × 3 to 16, normalised, 3 × 3", partial(LeNet, acda(16, 3, "hidden"))),
    "released_16": Network("3 × 3 to 16, 3 × 3, normalised, tanh", partial(LeNet, ACDA)),
    "released_32": Network("3 × 3 to 32, 3 × 3, normalised, tanh", partial(LeNet, acda(32, 3, "batch", "tanh"))),
    "released_64": Network("3 × 3 to 64, 3 × 3, normalised, tanh", partial(LeNet, acda(64, 3, "batch", "tanh"))),
}


def make_network(name: str, classes: int, seed: int) -> LeNet:
    """A fresh network of NETWORKS."""
    return fresh(NETWORKS, name, seed, classes)


def run_one(name: str, seed: int, checkpoint: Path | None, setting: classify.Setting) -> tuple[dict[str, Any], LeNet]:
    """Train one network and measure it on images held out; the row of the result, and the network."""
    network = make_network(name, setting.classes, seed).to(setting.device)
    row = classify.trained_row(network, NETWORKS[name].title, name, seed, checkpoint, setting)
    if any(isinstance(module, ACDAConv2d) for module in network.modules()):
        images = classify.pixels(classify.some(setting.data, AVERAGED).images.to(setting.device))
        for what, fixed in (("image", averaged(network)), ("all", averaged(network, images))):
            row[f"test_error_atoms_of_{what}"] = round(classify.error(fixed, setting.held_out, setting.device), 2)
    return row, network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=("cifar10", "cifar100"), default="cifar10", help="default: cifar10")
    options.add_networks(parser, NETWORKS, epochs=12)


def run(arguments: argparse.Namespace) -> None:
    setting = cache(partial(classify.setting_of, arguments))

    def one(name: str, seed: int, checkpoint: Path) -> tuple[dict[str, Any], LeNet]:
        return run_one(name, seed, checkpoint, setting())

    with command.process_group(arguments):
        which = "--data", arguments.data
        command.run_networks(arguments, "lenet", which, lambda: setting().data.source, one)
