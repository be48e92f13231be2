"""Classify small images: the recipe that LeNet and the narrow adaptive ResNets share.

Adam with a one-cycle learning rate, cross entropy, images shifted by up to 4 pixels, half of them mirrored.
"""

import copy
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from acda_core.data.cifar import LabelledImages
from acda_core.nets.rivals import DynamicConv2d
from acda_core.training.distributed import over_processes, share
from acda_core.training.fit import History, fit, one_cycle
from acda_core.training.seeds import batch_of, seeded

HIGHEST_RATE = 3e-3
SHIFT = 4  # pixels
HOTTEST = 30.0  # temperature of DY-CNN's attention at the start; 1 from the highest learning rate on


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


def cool(network: nn.Module, done: float) -> None:
    """Lower the temperature of DY-CNN's attention from HOTTEST to 1 over the first quarter of the training.

    Args:
        network: any; only layers of :class:`acda_core.nets.rivals.DynamicConv2d` are changed.
        done: what part of the training is done, from 0 to 1.
    """
    for layer in network.modules():
        if isinstance(layer, DynamicConv2d):
            layer.temperature = 1 + (HOTTEST - 1) * max(0.0, 1 - 4 * done)


def train_network(
    network: nn.Module,
    data: LabelledImages,
    steps: int,
    seed: int,
    batch: int,
    device: str = "cpu",
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
) -> History:
    """Train in place, on the network's device, as :func:`acda_core.training.fit.fit` does."""
    optimizer = torch.optim.Adam(network.parameters())
    wrapped = over_processes(network)

    def loss(step: int) -> Tensor:
        cool(network, step / steps)
        chosen = batch_of(step, batch, len(data.labels), seed)
        images = share(augmented(data.images[chosen], step, seed)).to(device)
        labels = share(data.labels[chosen]).to(device)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            return F.cross_entropy(wrapped(pixels(images)), labels)

    rate = one_cycle(steps, HIGHEST_RATE)
    history = fit(network, loss, optimizer, steps, checkpoint, name=name, progress=progress, rate=rate)
    cool(network, 1)
    return history


@torch.no_grad()
def error(network: nn.Module, data: LabelledImages, device: str = "cpu") -> float:
    """Per cent of the images whose highest score is not their label's, in evaluation mode."""
    training = network.training
    network.eval()
    wrong = 0
    for images, labels in zip(data.images.split(500), data.labels.split(500), strict=True):
        wrong += int((network(pixels(images.to(device))).argmax(1).cpu() != labels).sum())
    network.train(training)
    return 100 * wrong / len(data.labels)


def multiply_adds(network: nn.Module, size: int = 32) -> int:
    """Of one image of size x size pixels, as PyTorch's counter sees them: without biases."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, 3, size, size, device=next(network.parameters()).device))
    return counter.get_total_flops() // 2


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


def some(data: LabelledImages, limit: int | None) -> LabelledImages:
    """At most `limit` images, evenly from all classes: the source may be sorted by class."""
    if limit is None or limit >= len(data.labels):
        return data
    chosen = torch.randperm(len(data.labels), generator=seeded(0))[:limit]
    return LabelledImages(data.images[chosen], data.labels[chosen], f"{data.source}, {limit} of its images")
