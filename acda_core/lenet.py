"""Train LeNet on CIFAR with convolutions or their rivals: Table 1 of the paper.

Every network is trained by the same recipe: Adam with a one-cycle learning rate, cross entropy, batches of 128,
shifts by up to 4 pixels and mirrored images. Only the two convolutions differ.
"""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.flop_counter import FlopCounterMode

from acda_core import datasets, experiment, peers
from acda_core.layers import ACDAConv2d
from acda_core.models import LeNet
from acda_core.train import batch_of, fit, one_cycle, process, seeded

BATCH = 128
HIGHEST_RATE = 3e-3
SHIFT = 4  # pixels
NETWORKS: dict[str, tuple[str, Any, int]] = {  # name: words, conv, width
    "conv": ("LeNet", nn.Conv2d, 1),
    "wide": ("LeNet, 4 times as wide", nn.Conv2d, 4),
    "acda": ("LeNet + ACDA", ACDAConv2d, 1),
    "acda_released": ("LeNet + ACDA, released Φ", partial(ACDAConv2d, generator="released"), 1),
    "condconv": ("LeNet + CondConv", peers.CondConv2d, 1),
    "dyconv": ("LeNet + DY-CNN", peers.DynamicConv2d, 1),
    "kpn": ("LeNet + kernel prediction", peers.KernelConv2d, 1),
}


def make_network(name: str, classes: int, seed: int) -> LeNet:
    """A fresh network of NETWORKS."""
    if name not in NETWORKS:
        raise ValueError(f"`name` must be one of {', '.join(NETWORKS)}, got {name!r}")
    _, conv, width = NETWORKS[name]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LeNet(conv, classes, width)


def pixels(images: Tensor) -> Tensor:
    """uint8 0 ... 255 -> float32 of about mean 0 and standard deviation 1."""
    return (images.float() / 255 - 0.47) / 0.25


def augmented(images: Tensor, step: int, seed: int) -> Tensor:
    """Each image (n, c, h, w) shifted by up to SHIFT pixels, zeros coming in, and half of them mirrored."""
    random = seeded(seed, step, SHIFT)
    n, _, h, w = images.shape
    rows, columns = torch.randint(2 * SHIFT + 1, (2, n, 1), generator=random).to(images.device)
    mirrored = torch.rand(n, 1, generator=random).to(images.device) < 0.5
    i, j = torch.arange(h, device=images.device) + rows, torch.arange(w, device=images.device) + columns
    j = torch.where(mirrored, j.flip(1), j)
    padded = F.pad(images, [SHIFT] * 4)
    image, channel = torch.arange(n)[:, None, None, None], torch.arange(images.shape[1])[:, None, None]
    return padded[image, channel, i[:, None, :, None], j[:, None, None, :]]


def multiply_adds(network: nn.Module) -> int:
    """Of one image of 32 x 32 pixels, as PyTorch's counter sees them: without biases."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, 3, 32, 32, device=next(network.parameters()).device))
    return counter.get_total_flops() // 2


@torch.no_grad()
def error(network: nn.Module, data: datasets.LabelledImages, device: str) -> float:
    """Per cent of the images whose highest score is not their label's."""
    training = network.training
    network.eval()
    wrong = 0
    for images, labels in zip(data.images.split(500), data.labels.split(500), strict=True):
        wrong += int((network(pixels(images.to(device))).argmax(1).cpu() != labels).sum())
    network.train(training)
    return 100 * wrong / len(data.labels)


def train_network(
    network: nn.Module,
    data: datasets.LabelledImages,
    steps: int,
    seed: int,
    batch: int,
    device: str = "cpu",
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
) -> list[float]:
    """Train in place, on the network's device, and return the loss of each step."""
    rank, number = process()
    optimizer = torch.optim.Adam(network.parameters())
    wrapped = DistributedDataParallel(network) if number > 1 else network

    def loss(step: int) -> Tensor:
        chosen = batch_of(step, batch, len(data.labels), seed)
        images = augmented(data.images[chosen], step, seed)[rank::number].to(device)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            return F.cross_entropy(wrapped(pixels(images)), data.labels[chosen][rank::number].to(device))

    rate = one_cycle(steps, HIGHEST_RATE)
    return fit(network, loss, optimizer, steps, checkpoint, name=name, progress=progress, rate=rate).losses


def run_one(
    name: str,
    seed: int,
    checkpoint: Path | None,
    data: datasets.LabelledImages,
    held_out: datasets.LabelledImages,
    classes: int,
    epochs: int,
    device: str,
) -> tuple[dict[str, Any], LeNet]:
    """Train one network and measure it on images held out; the row of the result, and the network."""
    network = make_network(name, classes, seed).to(device)
    steps = epochs * (len(data.labels) // BATCH)
    bar = f"{name}, seed {seed}"
    losses = train_network(network, data, steps, seed, BATCH, device, checkpoint, bar)
    row = {
        "model": NETWORKS[name][0],
        "conv": name,
        "classes": classes,
        "seed": seed,
        "epochs": epochs,
        "images": len(data.labels),
        "test_error": round(error(network, held_out, device), 2),
        "train_error": round(error(network, data, device), 2),
        "last_loss": sum(losses[-100:]) / len(losses[-100:]),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "multiply_adds": multiply_adds(network),
    }
    return row, network


def _first(data: datasets.LabelledImages, limit: int | None) -> datasets.LabelledImages:
    """Some images, evenly from all classes: the source may be sorted by class."""
    if limit is None or limit >= len(data.labels):
        return data
    chosen = torch.randperm(len(data.labels), generator=seeded(0))[:limit]
    return datasets.LabelledImages(data.images[chosen], data.labels[chosen], f"{data.source}, {limit} of its images")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=("cifar10", "cifar100"), default="cifar10", help="default: cifar10")
    experiment.add_arguments(parser, NETWORKS, ["conv", "acda"], epochs=12)


def run(arguments: argparse.Namespace) -> None:
    with experiment.processes(arguments, "lenet"):
        classes = int(arguments.data.removeprefix("cifar"))
        data, held_out = (_first(datasets.cifar(classes, split), arguments.images) for split in ("train", "test"))
        setting = {"classes": classes, "epochs": arguments.epochs, "device": experiment.device_of(arguments)}
        again = experiment.command(arguments, "lenet", "--data", arguments.data)
        one = partial(run_one, data=data, held_out=held_out, **setting)
        experiment.run_all(arguments, "lenet", again, data.source, one)
