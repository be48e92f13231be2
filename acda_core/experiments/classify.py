"""Classify small images: the recipe that LeNet and the narrow adaptive ResNets share.

Adam with a one-cycle learning rate, cross entropy, batches of 128, images shifted by up to 4 pixels, half of them
mirrored. Arithmetic is in float32 on every device; on a graphics card torch computes convolutions by TF32 unless it is
told otherwise. A seed draws the same batches, shifts and mirrors everywhere.
"""

import argparse
import copy
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.data.cifar import LabelledImages, cifar
from acda_core.experiments.command import steps_of
from acda_core.experiments.options import device_of
from acda_core.nets.rivals import DynamicConv2d
from acda_core.training.distributed import data_parallel, share
from acda_core.training.fit import History, fit_by_adam
from acda_core.training.measure import evaluating, multiply_adds, parameters
from acda_core.training.seeds import batch_of, seeded

BATCH = 128
HIGHEST_RATE = 3e-3
SHIFT = 4  # pixels
AUGMENTATIONS = 4  # tells the random numbers of shifts and mirrors from those of other things
HOTTEST = 30.0  # temperature of DY-CNN's attention at the start; 1 from the highest learning rate on


def pixels(images: Tensor) -> Tensor:
    """uint8 0 ... 255 -> float32 of about mean 0 and standard deviation 1."""
    return (images.float() / 255 - 0.47) / 0.25


def augmented(images: Tensor, step: int, seed: int) -> Tensor:
    """Each image (n, c, h, w) shifted by up to SHIFT pixels, zeros coming in, and half of them mirrored."""
    return moved(images, augmentation(len(images), step, seed).to(images.device))


def augmentation(number: int, step: int, seed: int) -> Tensor:
    """What :func:`moved` does with the images of a step, drawn at random: (number, 3), int64."""
    random = seeded(seed, step, AUGMENTATIONS)
    shifts = torch.randint(2 * SHIFT + 1, (2, number, 1), generator=random)
    mirrored = torch.rand(number, 1, generator=random) < 0.5
    return torch.cat([shifts.view(2, number), mirrored.long().view(1, number)]).T


def moved(images: Tensor, how: Tensor) -> Tensor:
    """Images (n, c, h, w) shifted, zeros coming in, and mirrored.

    Args:
        images: of any dtype.
        how: for each image its shift upwards and to the left, from 0 to 2 SHIFT, where SHIFT leaves it in its place,
            and 1 where its mirror image is so shifted, (n, 3), int64.
    """
    n, channels, h, w = images.shape
    image, channel, i, j = (torch.arange(size, device=images.device) for size in (n, channels, h, w))
    rows, columns, mirrored = how[:, :, None].unbind(1)
    i, j = i + rows, j + columns
    j = torch.where(mirrored == 1, j.flip(1), j)
    padded = F.pad(images, [SHIFT] * 4)
    return padded[image[:, None, None, None], channel[:, None, None], i[:, None, :, None], j[:, None, None, :]]


def temperature_at(done: float) -> float:
    """Of DY-CNN's attention: from HOTTEST down to 1 over the first quarter of the training.

    Args:
        done: what part of the training is done, from 0 to 1.
    """
    return 1 + (HOTTEST - 1) * max(0.0, 1 - 4 * done)


def set_temperature(network: nn.Module, temperature: float | Tensor) -> None:
    """Set that of each :class:`acda_core.nets.rivals.DynamicConv2d` in a network."""
    for layer in network.modules():
        if isinstance(layer, DynamicConv2d):
            layer.temperature = temperature


def train_network(
    network: nn.Module,
    data: LabelledImages,
    steps: int,
    seed: int,
    batch: int,
    *,
    device: str = "cpu",
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
    highest: float = HIGHEST_RATE,
) -> History:
    """Train in place, on the network's device, as :func:`acda_core.training.fit.fit` does.

    The learning rate rises to `highest` and falls again.
    """
    wrapped = data_parallel(network)
    images, labels = data.images.to(device), data.labels.to(device)

    def inputs(step: int) -> tuple[Tensor, Tensor]:
        chosen = batch_of(step, batch, len(data.labels), seed)
        drawn = torch.cat([chosen[None], augmentation(batch, step, seed).T]).T
        return share(drawn), torch.tensor(temperature_at(step / steps))

    def loss(drawn: Tensor, temperature: Tensor) -> Tensor:
        set_temperature(network, temperature)
        chosen = drawn[:, 0]
        return F.cross_entropy(wrapped(pixels(moved(images[chosen], drawn[:, 1:]))), labels[chosen])

    history = fit_by_adam(network, loss, inputs, steps, highest, checkpoint, name, progress)
    set_temperature(network, temperature_at(1))
    return history


def error(network: nn.Module, data: LabelledImages, device: str = "cpu") -> float:
    """Per cent of the images whose highest score is not their label's, in evaluation mode."""
    images, labels = data.images.to(device), data.labels.to(device)
    wrong = torch.zeros((), dtype=torch.int64, device=device)
    with evaluating(network):
        for some, right in zip(images.split(500), labels.split(500), strict=True):
            wrong += (network(pixels(some)).argmax(1) != right).sum()
    return 100 * wrong.item() / len(data.labels)


def step_milliseconds(network: nn.Module, images: Tensor, labels: Tensor, repeats: int = 5) -> float:
    """The shortest of some forward and backward passes, without the optimizer's step; the network is left alone.

    On a processor it is the time that its threads computed, together, whatever else the machine did; on a graphics card
    the time that passed.

    Args:
        network: on any device.
        images: uint8 (n, c, h, w), and their labels (n,).
        repeats: passes, after one that does not count.
    """
    network = copy.deepcopy(network).train()
    images, labels = (tensor.to(next(network.parameters()).device) for tensor in (images, labels))
    clock = time.perf_counter if images.is_cuda else time.process_time
    times = []
    for _ in range(1 + repeats):
        start = clock()
        F.cross_entropy(network(pixels(images)), labels).backward()
        if images.is_cuda:
            torch.cuda.synchronize()
        times.append(clock() - start)
    return 1000 * min(times[1:])


@dataclass(frozen=True)
class Setting:
    """What networks are trained on, and how long.

    Attributes:
        data, held_out: images to train on, and to test on.
        classes: kinds of images.
        epochs: times that each image of `data` is seen.
        device: to train on.
        highest: learning rate.
    """

    data: LabelledImages
    held_out: LabelledImages
    classes: int
    epochs: int
    device: str = "cpu"
    highest: float = HIGHEST_RATE


def setting_of(arguments: argparse.Namespace) -> Setting:
    """The images of CIFAR that a command asks for with --data, --images, --epochs and --device."""
    classes = int(arguments.data.removeprefix("cifar"))
    data, held_out = (some(cifar(classes, split), arguments.images) for split in ("train", "test"))
    return Setting(data, held_out, classes, arguments.epochs, device_of(arguments))


def some(data: LabelledImages, limit: int | None) -> LabelledImages:
    """At most `limit` images, evenly from all classes: the source may be sorted by class."""
    if limit is None or limit >= len(data.labels):
        return data
    chosen = torch.randperm(len(data.labels), generator=seeded(0))[:limit]
    return LabelledImages(data.images[chosen], data.labels[chosen], f"{data.source}, {limit} of its images")


def trained_row(
    network: nn.Module, title: str, name: str, seed: int, checkpoint: Path | None, setting: Setting
) -> dict[str, Any]:
    """Train a network in place, on its device, and measure it on images held out: the row of the result.

    Args:
        network: any, for images of 32 x 32 pixels.
        title, name: of the network, in words and as the command has it.
        seed: of the order of the images and their augmentation.
        checkpoint: file to go on from, and to write.
        setting: what it learns from.
    """
    data, device = setting.data, setting.device
    steps = steps_of(setting.epochs, len(data.labels), BATCH)
    bar = f"{name}, seed {seed}"
    history = train_network(
        *(network, data, steps, seed, BATCH), device=device, checkpoint=checkpoint, name=bar, highest=setting.highest
    )
    return {
        "model": title,
        "conv": name,
        "classes": setting.classes,
        "seed": seed,
        "epochs": setting.epochs,
        "images": len(data.labels),
        "test_error": round(error(network, setting.held_out, device), 2),
        "train_error": round(error(network, data, device), 2),
        "last_loss": history.last_loss(100),
        "step_ms": round(step_milliseconds(network, data.images[:BATCH], data.labels[:BATCH]), 1),
        "seconds": round(history.seconds, 1),
        "parameters": parameters(network),
        "multiply_adds": multiply_adds(network),
    }
