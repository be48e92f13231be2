"""Count objects by their density: the experiment of the paper's Section 4.2 at a small size, on synthetic crowds.

A network predicts a map whose sum is the number of heads. It learns from maps with a Gaussian of fixed size at each
head, by the mean squared error. Networks differ in their two large convolutions only.
"""

import argparse
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from acda_core import experiment, peers
from acda_core.crowds import crowd, density_map
from acda_core.layers import ACDAConv2d
from acda_core.models import CountingNet
from acda_core.train import batch_of, fit, one_cycle, process

BATCH = 16
HIGHEST_RATE = 3e-3
SCALE = 100.0  # densities are learned this many times as large
TRAIN, TEST = 400, 200  # pictures
TEST_SEED = 10**6  # of the first test picture
NETWORKS: dict[str, tuple[str, Any]] = {
    "conv": ("Conv", nn.Conv2d),
    "acda": ("ACDA", ACDAConv2d),
    "acda_released": ("ACDA, released Φ", partial(ACDAConv2d, generator="released")),
    "condconv": ("CondConv", peers.CondConv2d),
}


@dataclass(frozen=True)
class Pictures:
    """Images (n, 1, h, w), densities (n, 1, h / 4, w / 4), and the number of objects in each, (n,)."""

    images: Tensor
    densities: Tensor
    counts: Tensor


def crowds(first_seed: int, number: int) -> Pictures:
    """Synthetic crowds with the seeds first_seed, first_seed + 1, ..."""
    drawn = [crowd(first_seed + index) for index in range(number)]
    images = torch.stack([one.image for one in drawn])
    height, width = images.shape[2:]
    densities = torch.stack([density_map(one.dots, height, width, sigma=3.0, step=4) for one in drawn])
    return Pictures(images, densities, torch.tensor([float(len(one.dots)) for one in drawn]))


def make_network(name: str, seed: int) -> CountingNet:
    """A fresh network of NETWORKS."""
    if name not in NETWORKS:
        raise ValueError(f"`name` must be one of {', '.join(NETWORKS)}, got {name!r}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return CountingNet(NETWORKS[name][1])


@torch.no_grad()
def predicted_counts(network: nn.Module, images: Tensor, device: str = "cpu") -> Tensor:
    """The sum of each predicted density, (n,), in evaluation mode."""
    training = network.training
    network.eval()
    counts = [network(part.to(device)).sum((1, 2, 3)).cpu() / SCALE for part in images.split(50)]
    network.train(training)
    return torch.cat(counts)


def errors(predicted: Tensor, counts: Tensor) -> tuple[float, float]:
    """Mean absolute error, and root of the mean squared error, which the field's tables call MSE."""
    difference = predicted - counts
    return difference.abs().mean().item(), difference.square().mean().sqrt().item()


def train_network(
    network: nn.Module,
    data: Pictures,
    steps: int,
    seed: int,
    batch: int,
    device: str = "cpu",
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
) -> list[float]:
    """Train in place, on the network's device, and return the loss of each step. Half of the pictures are mirrored."""
    rank, number = process()
    optimizer = torch.optim.Adam(network.parameters())
    wrapped = DistributedDataParallel(network) if number > 1 else network

    def loss(step: int) -> Tensor:
        chosen = batch_of(step, batch, len(data.counts), seed)[rank::number]
        images, densities = data.images[chosen].to(device), data.densities[chosen].to(device)
        if step % 2:
            images, densities = images.flip(3), densities.flip(3)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            return F.mse_loss(wrapped(images).float(), SCALE * densities)

    rate = one_cycle(steps, HIGHEST_RATE)
    return fit(network, loss, optimizer, steps, checkpoint, name=name, progress=progress, rate=rate).losses


def run_one(
    name: str, seed: int, checkpoint: Path | None, data: Pictures, held_out: Pictures, epochs: int, device: str
) -> tuple[dict[str, Any], CountingNet]:
    """Train one network and measure it on pictures held out; the row of the result, and the network."""
    network = make_network(name, seed).to(device)
    steps = epochs * (len(data.counts) // BATCH)
    losses = train_network(network, data, steps, seed, BATCH, device, checkpoint, f"{name}, seed {seed}")
    mae, rmse = errors(predicted_counts(network, held_out.images, device), held_out.counts)
    mean_mae, mean_rmse = errors(data.counts.mean().expand_as(held_out.counts), held_out.counts)
    row = {
        "model": NETWORKS[name][0],
        "conv": name,
        "seed": seed,
        "epochs": epochs,
        "images": len(data.counts),
        "mae": mae,
        "rmse": rmse,
        "mean_mae": mean_mae,
        "mean_rmse": mean_rmse,
        "last_loss": sum(losses[-50:]) / len(losses[-50:]),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
    }
    return row, network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    experiment.add_arguments(parser, NETWORKS, ["conv", "acda"], epochs=30)


def run(arguments: argparse.Namespace) -> None:
    with experiment.processes(arguments, "counting"):
        train, test = (min(number, arguments.images or number) for number in (TRAIN, TEST))
        data, held_out = crowds(0, train), crowds(TEST_SEED, test)
        setting = {"epochs": arguments.epochs, "device": experiment.device_of(arguments)}
        words = f"acda_core.crowds.crowd, {train} pictures to train, {test} to test (synthetic)"
        one = partial(run_one, data=data, held_out=held_out, **setting)
        experiment.run_all(arguments, "counting", experiment.command(arguments, "counting"), words, one)
