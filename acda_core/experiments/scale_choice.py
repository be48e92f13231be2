"""Do large objects get large filters? Figure 7 of the paper, on pictures that could show it.

Networks of `counting` learn to count synthetic balls that are 1 to 7 pixels of their map wide, so that a filter of 3 x
3 does not cover the larger ones. Size, contrast and density are crossed within each picture. ACDA's Phi sees 3, 5 or 11
pixels of the map. At the centre of each ball held out the radius of the filters is measured, in pixels of the map: how
much it differs between large and small balls, between quarters with many and with few, and between clear and pale ones,
the other two being equal. Beside these stand the same before training, and the error of a plain network as costly as
ACDA with the smallest Phi.
"""

import argparse
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from acda_core.data.balls import LARGEST, SMALLEST, Balls, balls
from acda_core.data.objects import Pictures, scattered
from acda_core.experiments import command, options
from acda_core.experiments.counting import (
    BATCH,
    at_objects,
    density_correlations,
    mae_and_rmse,
    network_radii,
    network_shares,
    predicted_counts,
    train_network,
)
from acda_core.experiments.matching import nearest_width
from acda_core.experiments.statistics import rank_correlation
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.nets.counting import CountingNet
from acda_core.nets.named import Network, fresh
from acda_core.training.measure import multiply_adds, parameters

TRAIN, TEST = 400, 200  # pictures
TEST_SEED = 10**6  # of the first test picture
WIDTH = 24  # channels of the networks with ACDA
SHAPE = 1, 96, 128  # of a picture
FIELDS = {3: (1, 3), 5: (3, 3), 11: (5, 7)}  # pixels of the map that Phi sees across, and the sizes of its two kernels
THIRD = (LARGEST - SMALLEST) / 3


def _acda(field: int) -> Network[CountingNet]:
    phi = partial(AtomGenerator, kernel_sizes=FIELDS[field])
    return Network(f"ACDA, Φ sees {field} × {field}", partial(CountingNet, partial(ACDAConv2d, generator=phi)))


NETWORKS = {
    **{f"acda_{field}": _acda(field) for field in FIELDS},
    "conv_ops": Network("Conv, equal multiply–adds", partial(CountingNet, nn.Conv2d)),
}


@cache
def conv_width() -> int:
    """Channels at which a plain network costs most nearly as many multiply-adds as ACDA with the smallest Phi."""
    wanted = multiply_adds(fresh(NETWORKS, "acda_3", 0), SHAPE)
    return nearest_width(lambda width: multiply_adds(CountingNet(nn.Conv2d, width=width), SHAPE), wanted, WIDTH)


def make_network(name: str, seed: int) -> CountingNet:
    """A fresh network of NETWORKS."""
    return fresh(NETWORKS, name, seed, 1, 1, conv_width() if name == "conv_ops" else WIDTH)


def effects(values: Tensor, sizes: Tensor, crowded: Tensor, clear: Tensor) -> dict[str, float]:
    """What size, density and contrast change in a number that each ball has, each with the other two held equal.

    Balls are small, middling or large, by thirds of the range of diameters; with two densities and two contrasts these
    are twelve groups. An effect is the difference between the means of two groups that differ in it alone, on average
    over what they have in common.

    >>> sizes = torch.tensor([5.0, 15.0, 27.0]).repeat_interleave(4)
    >>> crowded, clear = torch.tensor([False, True]).repeat(6), torch.tensor([False, False, True, True]).repeat(3)
    >>> found = effects(sizes / 10 + 2.0 * clear, sizes, crowded, clear)
    >>> {name: round(value, 3) for name, value in found.items()}
    {'size': 2.2, 'crowded': 0.0, 'clear': 2.0}

    Args:
        values: (number,).
        sizes: diameters in pixels, (number,).
        crowded, clear: as in :class:`acda_core.data.balls.Balls`, (number,).

    Returns:
        "size" (large less small), "crowded" (many less few) and "clear" (clear less pale), in units of the values.

    Raises:
        ValueError: one of the twelve groups is empty.
    """
    third = ((sizes - SMALLEST) / THIRD).long().clamp(0, 2)
    means = torch.empty(3, 2, 2)
    for size, many, strong in product(range(3), range(2), range(2)):
        chosen = (third == size) & (crowded == bool(many)) & (clear == bool(strong))
        if not chosen.any():
            raise ValueError("`sizes`, `crowded` and `clear` must hold each of their twelve combinations")
        means[size, many, strong] = values[chosen].mean()
    return {
        "size": (means[2] - means[0]).mean().item(),
        "crowded": (means[:, 1] - means[:, 0]).mean().item(),
        "clear": (means[:, :, 1] - means[:, :, 0]).mean().item(),
    }


def within_pictures(sizes: list[Tensor], values: list[Tensor]) -> float:
    """The rank correlation of two numbers that each ball has, picture by picture, and then its mean."""
    found = [rank_correlation(*pair) for pair in zip(sizes, values, strict=True)]
    return sum(found) / len(found)


def choice_row(network: CountingNet, drawn: list[Balls], pictures: Pictures) -> dict[str, float]:
    """What the filters at the balls' centres depend on; the radius in pixels of the map.

    "radius" is the mean, "radius_size", "radius_crowded" and "radius_clear" are the :func:`effects`; "share_size" and
    so on are those on the share of the 7 x 7 bases. "rho" is the rank correlation of size and radius within a picture.
    """
    radii = [found[0] for found in at_objects(network_radii(network, pictures.images)[:, None], pictures)]
    shares = [found[-1] for found in at_objects(network_shares(network, pictures.images), pictures)]
    sizes = torch.cat(pictures.sizes)
    crowded, clear = torch.cat([one.crowded for one in drawn]), torch.cat([one.clear for one in drawn])
    row = {"radius": torch.cat(radii).mean().item(), "rho": within_pictures(pictures.sizes, radii)}
    for name, values in (("radius", radii), ("share", shares)):
        found = effects(torch.cat(values), sizes, crowded, clear)
        row |= {f"{name}_{effect}": value for effect, value in found.items()}
    return row


def run_one(
    name: str, seed: int, checkpoint: Path | None, *, steps: int, train: int, drawn: list[Balls], device: str = "cpu"
) -> dict[str, Any]:
    """Train one network on `train` pictures that the seed draws and test it on those `drawn`; the row of the result."""
    held_out, learned = scattered(drawn), scattered([balls(TRAIN * seed + index) for index in range(train)])
    network = make_network(name, seed).to(device)
    history = train_network(
        *(network, learned, steps, seed, BATCH), device=device, checkpoint=checkpoint, name=f"{name}, seed {seed}"
    )
    mae, rmse = mae_and_rmse(predicted_counts(network, held_out.images, device), held_out.counts)
    row: dict[str, Any] = {
        "model": NETWORKS[name].title,
        "conv": name,
        "seed": seed,
        "steps": steps,
        "images": train,
        "mae": mae,
        "rmse": rmse,
        "mean_mae": mae_and_rmse(learned.counts.mean().expand_as(held_out.counts), held_out.counts)[0],
        "last_loss": history.last_loss(50),
        "seconds": round(history.seconds, 1),
        "parameters": parameters(network),
        "multiply_adds": multiply_adds(network, SHAPE),
    }
    if name.startswith("acda"):
        start, network = make_network(name, seed), network.cpu()
        row |= choice_row(network, drawn, held_out) | density_correlations(network, held_out)
        row |= {f"{measure}_start": value for measure, value in choice_row(start, drawn, held_out).items()}
    return row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_names(parser, "--network", NETWORKS, list(NETWORKS), f"of {', '.join(NETWORKS)} (default: all)")
    parser.add_argument("--steps", type=options.positive, default=1000, metavar="NUMBER", help="default 1000")
    images = f"train and test on at most so many pictures (default: {TRAIN} and {TEST})"
    parser.add_argument("--images", type=options.positive, metavar="NUMBER", help=images)
    options.add_training(parser, makes=TRAIN)


def run(arguments: argparse.Namespace) -> None:
    steps, device = arguments.steps, options.device_of(arguments)
    train, test = (min(number, arguments.images or number) for number in (TRAIN, TEST))
    if train < BATCH:
        raise SystemExit(f"--images must be at least a batch, {BATCH}, got {train}")

    @cache
    def drawn() -> list[Balls]:
        return [balls(TEST_SEED + index) for index in range(test)]

    def one(name: str, seed: int, checkpoint: Path) -> dict[str, Any]:
        return run_one(name, seed, checkpoint, steps=steps, train=train, drawn=drawn(), device=device)

    with command.process_group(arguments):
        trainings = {
            f"{name}-{seed}": partial(one, name, seed) for seed in arguments.seed for name in arguments.network
        }
        limit = ["--images", str(arguments.images)] if arguments.images else []
        words = ["scale_choice", "--network", *arguments.network, "--seed", *map(str, arguments.seed)]
        words += ["--steps", str(steps), "--device", device, *limit]
        setting = " ".join(["scale_choice steps", str(steps), *limit])
        data = f"balls drawn by the package, {train} pictures a seed to train, {test} to test (synthetic)"
        command.run_all(arguments, command.again(words), setting, data, trainings)
