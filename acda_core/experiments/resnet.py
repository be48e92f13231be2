"""Train adaptive ResNets, narrow ones on CIFAR or the paper's sizes on a folder of pictures: Table 2 of the paper.

On CIFAR the recipe is that of the lenet command. On a folder it is the usual one for ImageNet: SGD with momentum 0.9
and weight decay 1e-4, a learning rate of 0.1 for 256 images that falls along a cosine, random crops, mirrored images;
on a graphics card in bfloat16.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.data.imagefolder import ImageFolder, central_batches, training_batches
from acda_core.experiments import classify, command, options
from acda_core.nets.adresnet import AD_RESNETS, AdResNet, ad_resnet
from acda_core.nets.blocks import RELEASED_ACDA, Conv
from acda_core.nets.named import Network, fresh
from acda_core.training.distributed import data_parallel, rank_and_size
from acda_core.training.fit import History, fit, one_cycle
from acda_core.training.measure import evaluating, multiply_adds, parameters

NARROW = (16, 32, 64, 128), (1, 1, 1, 1)  # widths and blocks of the four stages, on CIFAR
RATE_OF_256, WARMUP = 0.1, 0.05  # on a folder of pictures


def _of_size(conv: Conv, classes: int, size: str) -> AdResNet:
    return AdResNet(*NARROW, conv, classes, small_images=True) if size == "narrow" else ad_resnet(size, conv, classes)


NETWORKS = {
    "conv": Network("Conv", partial(_of_size, nn.Conv2d)),
    "acda": Network("ACDA", partial(_of_size, RELEASED_ACDA)),
}


def make_network(name: str, classes: int, seed: int, size: str = "narrow") -> AdResNet:
    """A fresh adaptive ResNet, or the same network with convolutions.

    Args:
        name: "acda" or "conv".
        classes: outputs.
        seed: of the parameters.
        size: "narrow", for images of 32 x 32 pixels, or one of adresnet.AD_RESNETS.

    Raises:
        ValueError: another name or size.
    """
    return fresh(NETWORKS, name, seed, classes, size)


def run_narrow(
    name: str, seed: int, checkpoint: Path | None, setting: classify.Setting
) -> tuple[dict[str, Any], AdResNet]:
    """Train a narrow network on small images; the row of the result, and the network."""
    network = make_network(name, setting.classes, seed).to(setting.device)
    title = f"narrow Ad-ResNet, {NETWORKS[name].title}"
    return classify.trained_row(network, title, name, seed, checkpoint, setting), network


def train_on_folder(
    network: nn.Module,
    data: ImageFolder,
    steps: int,
    batch: int,
    workers: int = 0,
    *,
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
    wrapped = data_parallel(network)
    batches: Iterator[tuple[Tensor, Tensor]] | None = None

    def inputs(step: int) -> tuple[Tensor, Tensor]:
        nonlocal batches
        batches = batches or training_batches(data, step, steps, batch, workers)
        return next(batches)

    def loss(images: Tensor, labels: Tensor) -> Tensor:
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            return F.cross_entropy(wrapped(images), labels)

    rate = one_cycle(steps, highest, WARMUP)
    return fit(network, loss, optimizer, steps, checkpoint, name=name, progress=progress, rate=rate, inputs=inputs)


def top_1_and_top_5_errors(
    network: nn.Module, batches: Iterator[tuple[Tensor, Tensor]], device: str = "cpu"
) -> tuple[float, float]:
    """Per cent of images whose label is not the highest score, and not among the five highest, over all processes."""
    counts = torch.zeros(3, device=device)
    with evaluating(network):
        for images, labels in batches:
            scores = network(images.to(device))
            right = scores.topk(min(5, scores.shape[1])).indices == labels.to(device)[:, None]
            counts += torch.stack([right[:, 0], right.any(1), torch.ones_like(right[:, 0])]).sum(1)
    if rank_and_size()[1] > 1:
        dist.all_reduce(counts)
    first, five, number = counts.tolist()
    return 100 * (1 - first / number), 100 * (1 - five / number)


@dataclass(frozen=True)
class FolderSetting:
    """What networks of the paper's sizes are trained on, and how.

    Attributes:
        folder: holds train/CLASS/*.jpg and val/CLASS/*.jpg.
        size: of the networks, one of AD_RESNETS.
        epochs: times that each picture is seen.
        batch: pictures a step, over all processes.
        pixels: height and width of the crops.
        workers: processes that read pictures.
        limit: pictures to use at most; all when None.
        device: to train on.
    """

    folder: Path
    size: str
    epochs: int
    batch: int
    pixels: int
    workers: int
    limit: int | None
    device: str


def run_size(name: str, seed: int, checkpoint: Path | None, setting: FolderSetting) -> tuple[dict[str, Any], AdResNet]:
    """Train a network of the paper's sizes on a folder of pictures; the row of the result, and the network."""
    data, held_out = (
        ImageFolder(setting.folder, split, setting.pixels, seed, setting.limit) for split in ("train", "val")
    )
    if data.classes != held_out.classes:
        raise SystemExit(f"{setting.folder}: train and val must hold the same classes")
    steps = command.steps_of(setting.epochs, len(data), setting.batch, "lower --batch")
    network = make_network(name, len(data.classes), seed, setting.size).to(setting.device)
    bar = f"{name}, seed {seed}"
    history = train_on_folder(
        *(network, data, steps, setting.batch, setting.workers), device=setting.device, checkpoint=checkpoint, name=bar
    )
    top_1, top_5 = top_1_and_top_5_errors(
        network, central_batches(held_out, setting.batch, setting.workers), setting.device
    )
    row = {
        "model": f"Ad-ResNet-{setting.size}, {NETWORKS[name].title}",
        "conv": name,
        "classes": len(data.classes),
        "seed": seed,
        "epochs": setting.epochs,
        "images": len(data),
        "test_error": round(top_1, 2),
        "test_error_of_five": round(top_5, 2),
        "last_loss": history.last_loss(100),
        "step_ms": round(1000 * history.seconds / steps, 1),
        "seconds": round(history.seconds, 1),
        "parameters": parameters(network),
        "multiply_adds": multiply_adds(network, (3, setting.pixels, setting.pixels)),
    }
    return row, network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    sources = "cifar10", "cifar100", "imagefolder"
    parser.add_argument("--data", choices=sources, default="cifar10", help="default: cifar10")
    options.add_networks(parser, NETWORKS, epochs=12)
    folder = parser.add_argument_group("with --data imagefolder")
    number = options.positive
    folder.add_argument("--folder", type=Path, help="holds train/CLASS/*.jpg and val/CLASS/*.jpg")
    folder.add_argument("--size", choices=AD_RESNETS, default="s", help="of the network (default s)")
    folder.add_argument("--batch", type=number, default=256, help="images a step, over all processes (default 256)")
    folder.add_argument("--pixels", type=number, default=224, help="height and width of the crops (default 224)")
    folder.add_argument("--workers", type=number, default=4, help="processes that read images (default 4)")


def run(arguments: argparse.Namespace) -> None:
    if (arguments.data == "imagefolder") != (arguments.folder is not None):
        raise SystemExit("--data imagefolder and --folder PATH go together")
    small = cache(partial(classify.setting_of, arguments))

    def one(name: str, seed: int, checkpoint: Path) -> tuple[dict[str, Any], AdResNet]:
        return run_narrow(name, seed, checkpoint, small())

    with command.process_group(arguments):
        if arguments.folder is None:
            which = "--data", arguments.data
            command.run_networks(arguments, "resnet", which, lambda: small().data.source, one)
            return
        names = "size", "batch", "pixels"
        given = {name: getattr(arguments, name) for name in ("folder", *names, "epochs", "workers")}
        setting = FolderSetting(**given, limit=arguments.images, device=options.device_of(arguments))
        words = [word for name in names for word in (f"--{name}", str(given[name]))]
        first = "--data", "imagefolder", "--folder", str(arguments.folder), *words
        source = f"pictures of {arguments.folder.name}"
        command.run_networks(arguments, "resnet", first, source, partial(run_size, setting=setting))
