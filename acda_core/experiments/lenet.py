"""Train LeNet on CIFAR with convolutions or their rivals: Table 1 of the paper.

Every network is trained by the same recipe: Adam with a one-cycle learning rate, cross entropy, batches of 128,
shifts by up to 4 pixels and mirrored images. Only the two convolutions differ.
"""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from acda_core.data.cifar import LabelledImages, cifar
from acda_core.experiments import command
from acda_core.experiments.classify import error, multiply_adds, pixels, some, step_milliseconds, train_network
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.nets import rivals
from acda_core.nets.blocks import Conv
from acda_core.nets.inspect import averaged
from acda_core.nets.lenet import LeNet

BATCH = 128


def with_generator(
    hidden_channels: int, kernel_sizes: tuple[int, int], norm: str | None = None, squash: str | None = None
) -> Conv:
    """A maker of ACDAConv2d whose generator is :class:`acda_core.AtomGenerator` with these arguments.

    With norm="hidden" only the first of its two convolutions is normalised: alpha keeps a constant part, a bias.
    """

    def make(in_channels: int, out_channels: int, kernel_size: int) -> ACDAConv2d:
        radius = kernel_size // 2
        sizes = in_channels, 6, 6 * radius, hidden_channels, kernel_sizes
        generator = AtomGenerator(*sizes, None if norm == "hidden" else norm, squash, offset=-radius)
        if norm == "hidden":
            generator.norm_a = nn.BatchNorm2d(hidden_channels)
        return ACDAConv2d(in_channels, out_channels, kernel_size, generator=generator)

    return make


def normalised(in_channels: int, out_channels: int, kernel_size: int) -> nn.Module:
    """nn.Conv2d and batch normalisation."""
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel_size), nn.BatchNorm2d(out_channels))


def predicted_kernels(in_channels: int, out_channels: int, kernel_size: int) -> rivals.KernelConv2d:
    """Kernel prediction with the generator of "acda": 3 x 3 to 16 channels, 3 x 3, normalised, tanh."""
    layer = rivals.KernelConv2d(in_channels, out_channels, kernel_size)
    sizes = in_channels, 1, kernel_size**2, 16, (3, 3)
    layer.generator = AtomGenerator(*sizes, "batch", "tanh", offset=-(kernel_size // 2))
    return layer


NETWORKS: dict[str, tuple[str, Any, int]] = {  # name: words, conv, width
    "conv": ("LeNet", nn.Conv2d, 1),
    "norm": ("LeNet, normalised", normalised, 1),
    "wide": ("LeNet, 6 times as wide", nn.Conv2d, 6),
    "acda": ("LeNet + ACDA", with_generator(16, (3, 3), "batch", "tanh"), 1),
    "condconv": ("LeNet + CondConv", rivals.CondConv2d, 1),
    "dyconv": ("LeNet + DY-CNN", rivals.DynamicConv2d, 1),
    "kpn": ("LeNet + kernel prediction", predicted_kernels, 1),
    "paper_64": ("1 × 1 to 64, 3 × 3", ACDAConv2d, 1),
    "paper_16": ("1 × 1 to 16, 3 × 3", with_generator(16, (1, 3)), 1),
    "paper_norm_16": ("1 × 1 to 16, 3 × 3, normalised", with_generator(16, (1, 3), "batch"), 1),
    "square_16": ("3 × 3 to 16, 3 × 3", with_generator(16, (3, 3)), 1),
    "square_norm_16": ("3 × 3 to 16, 3 × 3, normalised", with_generator(16, (3, 3), "batch"), 1),
    "square_norm_32": ("3 × 3 to 32, 3 × 3, normalised", with_generator(32, (3, 3), "batch"), 1),
    "square_hidden_16": ("3 × 3 to 16, normalised, 3 × 3", with_generator(16, (3, 3), "hidden"), 1),
    "released_16": ("3 × 3 to 16, 3 × 3, normalised, tanh", with_generator(16, (3, 3), "batch", "tanh"), 1),
    "released_32": ("3 × 3 to 32, 3 × 3, normalised, tanh", with_generator(32, (3, 3), "batch", "tanh"), 1),
    "released_64": ("3 × 3 to 64, 3 × 3, normalised, tanh", with_generator(64, (3, 3), "batch", "tanh"), 1),
}


def make_network(name: str, classes: int, seed: int) -> LeNet:
    """A fresh network of NETWORKS."""
    if name not in NETWORKS:
        raise ValueError(f"`name` must be one of {', '.join(NETWORKS)}, got {name!r}")
    _, conv, width = NETWORKS[name]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LeNet(conv, classes, width)


def run_one(
    name: str,
    seed: int,
    checkpoint: Path | None,
    data: LabelledImages,
    held_out: LabelledImages,
    classes: int,
    epochs: int,
    device: str,
) -> tuple[dict[str, Any], LeNet]:
    """Train one network and measure it on images held out; the row of the result, and the network."""
    network = make_network(name, classes, seed).to(device)
    steps = epochs * (len(data.labels) // BATCH)
    bar = f"{name}, seed {seed}"
    history = train_network(network, data, steps, seed, BATCH, device, checkpoint, bar)
    row = {
        "model": NETWORKS[name][0],
        "conv": name,
        "classes": classes,
        "seed": seed,
        "epochs": epochs,
        "images": len(data.labels),
        "test_error": round(error(network, held_out, device), 2),
        "train_error": round(error(network, data, device), 2),
        "last_loss": sum(history.losses[-100:]) / len(history.losses[-100:]),
        "step_ms": round(step_milliseconds(network, data.images[:BATCH], data.labels[:BATCH]), 1),
        "seconds": round(history.seconds, 1),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "multiply_adds": multiply_adds(network),
    }
    if any(isinstance(module, ACDAConv2d) for module in network.modules()):
        row["test_error_atoms_of_image"] = round(error(averaged(network), held_out, device), 2)
        some_images = pixels(data.images[:500].to(device))
        row["test_error_atoms_of_all"] = round(error(averaged(network, some_images), held_out, device), 2)
    return row, network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=("cifar10", "cifar100"), default="cifar10", help="default: cifar10")
    command.add_arguments(parser, NETWORKS, ["conv", "acda"], epochs=12)


def run(arguments: argparse.Namespace) -> None:
    with command.processes(arguments):
        classes = int(arguments.data.removeprefix("cifar"))
        data, held_out = (some(cifar(classes, split), arguments.images) for split in ("train", "test"))
        setting = {"classes": classes, "epochs": arguments.epochs, "device": command.device_of(arguments)}
        one = partial(run_one, data=data, held_out=held_out, **setting)
        command.run_all(arguments, "lenet", ("--data", arguments.data), data.source, one)
