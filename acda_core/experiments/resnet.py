"""Train adaptive ResNets, narrow ones on CIFAR or the paper's sizes on a folder of pictures: Table 2 of the paper.

On CIFAR the recipe is that of the lenet command. On a folder it is the usual one for ImageNet: SGD with momentum 0.9
and weight decay 1e-4, a learning rate of 0.1 for 256 images that falls along a cosine, random crops, mirrored images.
"""

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.data.cifar import LabelledImages, cifar
from acda_core.data.imagefolder import ImageFolder, central_batches, training_batches
from acda_core.experiments import command
from acda_core.experiments.classify import error, multiply_adds, some, step_milliseconds, train_network
from acda_core.nets.adresnet import AD_RESNETS, AdResNet, ad_resnet
from acda_core.nets.blocks import RELEASED_ACDA, Conv
from acda_core.training.distributed import over_processes, process
from acda_core.training.fit import History, fit, one_cycle

BATCH = 128  # on CIFAR
NARROW = (16, 32, 64, 128), (1, 1, 1, 1)  # widths and blocks of the four stages, on CIFAR
RATE_OF_256, WARMUP = 0.1, 0.05  # on a folder of pictures
NETWORKS: dict[str, tuple[str, Conv]] = {"conv": ("Conv", nn.Conv2d), "acda": ("ACDA", RELEASED_ACDA)}


def make_network(name: str, classes: int, seed: int, size: str = "narrow") -> AdResNet:
    """A fresh adaptive ResNet, or the same network with convolutions.

    Args:
        name: "acda" or "conv".
        classes: outputs.
        seed: of the parameters.
        size: "narrow", for images of 32 x 32 pixels, or one of models.AD_RESNETS.

    Raises:
        ValueError: another name or size.
    """
    if name not in NETWORKS:
        raise ValueError(f"`name` must be one of {', '.join(NETWORKS)}, got {name!r}")
    conv = NETWORKS[name][1]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return (
            AdResNet(*NARROW, conv, classes, small_images=True) if size == "narrow" else ad_resnet(size, conv, classes)
        )


def _measured(network: nn.Module, history: History, pixels: int) -> dict[str, Any]:
    return {
        "last_loss": sum(history.losses[-100:]) / len(history.losses[-100:]),
        "seconds": round(history.seconds, 1),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "multiply_adds": multiply_adds(network, pixels),
    }


def run_narrow(
    name: str,
    seed: int,
    checkpoint: Path | None,
    data: LabelledImages,
    held_out: LabelledImages,
    classes: int,
    epochs: int,
    device: str,
) -> tuple[dict[str, Any], AdResNet]:
    """Train a narrow network on small images; the row of the result, and the network."""
    network = make_network(name, classes, seed).to(device)
    steps = epochs * (len(data.labels) // BATCH)
    history = train_network(network, data, steps, seed, BATCH, device, checkpoint, f"{name}, seed {seed}")
    row = {
        "model": f"narrow Ad-ResNet, {NETWORKS[name][0]}",
        "conv": name,
        "classes": classes,
        "seed": seed,
        "epochs": epochs,
        "images": len(data.labels),
        "test_error": round(error(network, held_out, device), 2),
        "train_error": round(error(network, data, device), 2),
        "step_ms": round(step_milliseconds(network, data.images[:BATCH], data.labels[:BATCH]), 1),
    }
    return row | _measured(network, history, 32), network


def train_on_folder(
    network: nn.Module,
    data: ImageFolder,
    steps: int,
    batch: int,
    workers: int = 0,
    device: str = "cpu",
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
) -> History:
    """Train in place, on the network's device, as :func:`acda_core.training.fit.fit` does.

    Args:
        network: images (N, 3, size, size) to scores.
        data: pictures to train on.
        steps: of SGD.
        batch: pictures a step, over all processes.
        workers: processes that read pictures, beside each process that trains.
        device, checkpoint, name, progress: as in fit.
    """
    highest = RATE_OF_256 * batch / 256
    optimizer = torch.optim.SGD(network.parameters(), highest, momentum=0.9, weight_decay=1e-4)
    wrapped = over_processes(network)
    batches: Iterator[tuple[Tensor, Tensor]] | None = None

    def loss(step: int) -> Tensor:
        nonlocal batches
        batches = batches or training_batches(data, step, steps, batch, workers)
        images, labels = next(batches)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            return F.cross_entropy(wrapped(images.to(device)), labels.to(device))

    rate = one_cycle(steps, highest, WARMUP)
    return fit(network, loss, optimizer, steps, checkpoint, name=name, progress=progress, rate=rate)


@torch.no_grad()
def errors(network: nn.Module, batches: Iterator[tuple[Tensor, Tensor]], device: str = "cpu") -> tuple[float, float]:
    """Per cent of images whose label is not the highest score, and not among the five highest, over all processes."""
    training = network.training
    network.eval()
    counts = torch.zeros(3, device=device)
    for images, labels in batches:
        scores = network(images.to(device))
        right = scores.topk(min(5, scores.shape[1])).indices == labels.to(device)[:, None]
        counts += torch.stack([right[:, 0].sum(), right.any(1).sum(), torch.tensor(len(labels), device=device)])
    network.train(training)
    if process()[1] > 1:
        dist.all_reduce(counts)
    first, five, number = counts.tolist()
    return 100 * (1 - first / number), 100 * (1 - five / number)


def run_size(
    name: str,
    seed: int,
    checkpoint: Path | None,
    folder: Path,
    size: str,
    epochs: int,
    batch: int = 256,
    pixels: int = 224,
    workers: int = 0,
    limit: int | None = None,
    device: str = "cpu",
) -> tuple[dict[str, Any], AdResNet]:
    """Train a network of the paper's sizes on a folder of pictures; the row of the result, and the network."""
    data, held_out = (ImageFolder(folder, split, pixels, seed, limit) for split in ("train", "val"))
    if data.classes != held_out.classes:
        raise SystemExit(f"{folder}: train and val must hold the same classes")
    if len(data) < batch:
        raise SystemExit(f"{folder}/train holds {len(data)} pictures, fewer than a batch of {batch}: lower --batch")
    network = make_network(name, len(data.classes), seed, size).to(device)
    steps = epochs * (len(data) // batch)
    bar = f"{name}, seed {seed}"
    history = train_on_folder(network, data, steps, batch, workers, device, checkpoint, bar)
    top_1, top_5 = errors(network, central_batches(held_out, batch, workers), device)
    row = {
        "model": f"Ad-ResNet-{size}, {NETWORKS[name][0]}",
        "conv": name,
        "classes": len(data.classes),
        "seed": seed,
        "epochs": epochs,
        "images": len(data),
        "test_error": round(top_1, 2),
        "test_error_of_five": round(top_5, 2),
        "step_ms": round(1000 * history.seconds / steps, 1),
    }
    return row | _measured(network, history, pixels), network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    sources = "cifar10", "cifar100", "imagefolder"
    parser.add_argument("--data", choices=sources, default="cifar10", help="default: cifar10")
    command.add_arguments(parser, NETWORKS, ["conv", "acda"], epochs=12)
    folder = parser.add_argument_group("with --data imagefolder")
    folder.add_argument("--folder", type=Path, help="holds train/CLASS/*.jpg and val/CLASS/*.jpg")
    folder.add_argument("--size", choices=AD_RESNETS, default="s", help="of the network (default s)")
    folder.add_argument("--batch", type=int, default=256, help="images a step, over all processes (default 256)")
    folder.add_argument("--pixels", type=int, default=224, help="height and width of the crops (default 224)")
    folder.add_argument("--workers", type=int, default=4, help="processes that read images (default 4)")


def run(arguments: argparse.Namespace) -> None:
    if (arguments.data == "imagefolder") != (arguments.folder is not None):
        raise SystemExit("--data imagefolder and --folder PATH go together")
    device = command.device_of(arguments)
    with command.processes(arguments):
        if arguments.folder:
            names = "size", "batch", "pixels"
            options = [word for name in names for word in (f"--{name}", str(getattr(arguments, name)))]
            words: tuple[str, ...] = ("--data", "imagefolder", "--folder", str(arguments.folder), *options)
            setting = {name: getattr(arguments, name) for name in ("folder", *names, "workers", "epochs")}
            one = partial(run_size, **setting, limit=arguments.images, device=device)
            source = f"pictures of {arguments.folder.name}"
        else:
            classes = int(arguments.data.removeprefix("cifar"))
            data, held_out = (some(cifar(classes, split), arguments.images) for split in ("train", "test"))
            words, source = ("--data", arguments.data), data.source
            setting = {"classes": classes, "epochs": arguments.epochs, "device": device}
            one = partial(run_narrow, data=data, held_out=held_out, **setting)
        command.run_all(arguments, "resnet", words, source, one)
