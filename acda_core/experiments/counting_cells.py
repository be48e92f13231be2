"""Count cells on three sets that others publish on, by density regression as in the paper's Table 3.

The sets are VGG, MBM and ADI, from your own copy: see acda_core.data.cells. A network of `counting` learns from random
crops of a few pictures, drawn by the seed, and is tested on all others, whole. Networks differ in their two large
convolutions: ACDA's, the same with per-image atoms, plain ones and CondConv's, the last two in networks so wide that
they cost as many multiply-adds. What adapts to the image sees a crop while it learns, and the whole picture in the
test. Beside each mean absolute error stands that of the mean count of the training pictures.

--rates trains each network at a few learning rates on four fifths of the training pictures, and tells its error on the
fifth that is left; --tuned takes each network's best rate for a set from what --rates stored.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from statistics import mean
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.data.cells import SETS, Cells, cells, drawn
from acda_core.data.objects import STEP, Pictures, dotted
from acda_core.data.photographs import cut
from acda_core.experiments import command, options
from acda_core.experiments.counting import HIGHEST_RATE, SCALE, mae_and_rmse, predicted_counts, scale_row
from acda_core.experiments.matching import best_rates, nearest_width
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.nets import rivals
from acda_core.nets.adaptivity import averaged_atoms
from acda_core.nets.blocks import PAPER_ACDA, Conv
from acda_core.nets.counting import CountingNet
from acda_core.nets.named import Network, fresh
from acda_core.training.distributed import data_parallel, share
from acda_core.training.fit import History, fit_by_adam
from acda_core.training.measure import multiply_adds, parameters
from acda_core.training.seeds import seeded

TRAIN = {"vgg": 50, "mbm": 15, "adi": 50}  # pictures to train on: as Count-ception for vgg, SAU-Net for the others
REDUCE = {"vgg": 1, "mbm": 2, "adi": 1}  # pixels of a photograph for one of the picture
CROP, BATCH = 96, 8  # pixels along a side of a crop, and crops in a step
WIDTH = 24  # channels of the network with ACDA
RATES = 1e-3, 3e-3, 1e-2  # that --rates tries
FIFTH = 5  # of the training pictures one in so many is held out by --rates
SHOWN = 30  # pictures held out, at whose cells the scales of the filters are read
CROPPING = 13  # tells the random numbers of the crops from those of other things

# Count-ception's mean absolute error and its spread over draws, by set and training pictures: Cohen et al., ICCVW 2017,
# as quoted in github.com/Tudor67/Object-Counting. It chooses by as many pictures again and is tested on a hundred.
PUBLISHED = {("vgg", 32): (2.4, 0.4), ("vgg", 50): (2.3, 0.4)}


def _network(title: str, layer: Conv) -> Network[CountingNet]:
    return Network(title, partial(CountingNet, layer, 3, 1))


NETWORKS = {
    "acda": _network("ACDA", PAPER_ACDA),
    "acda_image": _network("ACDA per image", partial(ACDAConv2d, generator=partial(averaged_atoms, AtomGenerator))),
    "conv_ops": _network("Conv, equal multiply–adds", nn.Conv2d),
    "condconv": _network("CondConv, equal multiply–adds", rivals.CondConv2d),
}


def cost(network: nn.Module) -> int:
    """Multiply-adds for a crop."""
    return multiply_adds(network, (3, CROP, CROP))


@cache
def own_width(name: str) -> int:
    """Channels of a network of NETWORKS: WIDTH with ACDA, else those at which it costs most nearly as much."""
    if name.startswith("acda"):
        return WIDTH
    wanted = cost(fresh(NETWORKS, "acda", 0, WIDTH))
    return nearest_width(lambda width: cost(fresh(NETWORKS, name, 0, width)), wanted, WIDTH)


def make_network(name: str, seed: int) -> CountingNet:
    """A fresh network of NETWORKS."""
    return fresh(NETWORKS, name, seed, own_width(name) if name in NETWORKS else WIDTH)


def places(chosen: tuple[Tensor, ...], side: int, height: int, width: int) -> Tensor:
    """Where crops are in the pixels of all pictures in a row, as :func:`acda_core.data.photographs.cut` takes them.

    Args:
        chosen: for each crop the index of its picture, its top and left, and whether it is mirrored along each of
            these two axes, (number,) each, int64.
        side: of the crops.
        height, width: of the pictures.

    Returns:
        (number, 3), int64: the first pixel, and how far it is from there to the next row and to the next column.
    """
    index, top, left, over, along = chosen
    first = (index * height + top + over * (side - 1)) * width + left + along * (side - 1)
    return torch.stack([first, width * (1 - 2 * over), 1 - 2 * along], 1)


def crops(data: Pictures, number: int, seed: int, step: int) -> tuple[Tensor, Tensor]:
    """The :func:`places` of random crops, mirrored at random, in the images and in the densities, (number, 3) each.

    Crops begin at multiples of STEP pixels, so that the one in the densities is that of the image.
    """
    height, width = data.densities.shape[2:]
    side, random = CROP // STEP, seeded(seed, step, CROPPING)
    beyond = len(data.counts), height - side + 1, width - side + 1, 2, 2
    chosen = [torch.randint(end, (number,), generator=random) for end in beyond]
    index, top, left, over, along = chosen
    of_images = index, STEP * top, STEP * left, over, along
    return places(of_images, CROP, STEP * height, STEP * width), places(tuple(chosen), side, height, width)


def train_network(
    network: nn.Module,
    data: Pictures,
    steps: int,
    seed: int,
    rate: float = HIGHEST_RATE,
    *,
    device: str = "cpu",
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
) -> History:
    """Train in place, on the network's device, on BATCH crops a step, as fit does."""
    wrapped = data_parallel(network)
    images, densities = (part.transpose(0, 1).flatten(1).to(device) for part in (data.images, data.densities))

    def inputs(step: int) -> tuple[Tensor, Tensor]:
        of_images, of_densities = crops(data, BATCH, seed, step)
        return share(of_images), share(of_densities)

    def loss(of_images: Tensor, of_densities: Tensor) -> Tensor:
        wanted = cut(densities, of_densities, CROP // STEP)
        return F.mse_loss(wrapped(cut(images, of_images, CROP)), SCALE * wanted)

    return fit_by_adam(network, loss, inputs, steps, rate, checkpoint, name, progress)


def split(photographs: Cells, number: int, seed: int, tested: bool = True) -> tuple[Pictures, Pictures]:
    """Pictures to train on and pictures held out, scaled by what the former are on average.

    Args:
        photographs: all of a set.
        number: of the training pictures that the seed draws.
        seed: of the draw.
        tested: whether all others are held out; else, to choose by, a fifth of the training pictures, which are then
            not trained on.
    """
    train, held_out = drawn(photographs, number, seed)
    if not tested:
        train, held_out = drawn(train, number - number // FIFTH, seed)
    values = train.images.float() / 255
    average, spread = values.mean().item(), values.std().item()
    return dotted(train, average, spread), dotted(held_out, average, spread)


def spacing_variation(data: Pictures) -> float:
    """The standard deviation of the spacings of a picture over their mean, on average over pictures.

    Where cells are packed, as in ADI, it is that of their sizes; where they lie at random, as in VGG, it is not.
    """
    return mean(float(sizes.std() / sizes.mean()) for sizes in data.sizes)


def first(data: Pictures, number: int) -> Pictures:
    """The first pictures, or all where there are fewer."""
    names = "images", "densities", "counts", "centres", "sizes", "kinds"
    return replace(data, **{name: getattr(data, name)[:number] for name in names})


def run_one(
    name: str,
    data: str,
    seed: int,
    rate: float,
    checkpoint: Path | None,
    *,
    photographs: Cells,
    number: int,
    steps: int,
    device: str = "cpu",
    tested: bool = True,
) -> dict[str, Any]:
    """Train one network on `number` pictures of a set, or choose by them as in :func:`split`; the row of the result."""
    train, held_out = split(photographs, number, seed, tested)
    network = make_network(name, seed).to(device)
    bar = f"{name}, {data}, rate {rate:g}, seed {seed}"
    history = train_network(network, train, steps, seed, rate, device=device, checkpoint=checkpoint, name=bar)
    wanted = held_out.counts.sum(1)
    mae, rmse = mae_and_rmse(predicted_counts(network, held_out.images, device).sum(1), wanted)
    row: dict[str, Any] = {
        "model": NETWORKS[name].title,
        "conv": name,
        "data": data,
        "seed": seed,
        "steps": steps,
        "rate": rate,
        "split": "test" if tested else "validation",
        "train_images": len(train.counts),
        "held_out_images": len(held_out.counts),
    }
    row |= {"mae": mae, "rmse": rmse} if tested else {"validation_error": mae}
    row |= {
        "mean_mae": mae_and_rmse(train.counts.mean().expand_as(wanted), wanted)[0],
        "spacing_variation": spacing_variation(held_out),
        "last_loss": history.last_loss(50),
        "seconds": round(history.seconds, 1),
        "width": own_width(name),
        "parameters": parameters(network),
        "multiply_adds": cost(network),
    }
    if tested and name == "acda":
        row |= scale_row(network.cpu(), make_network(name, seed), first(held_out, SHOWN), ("cells",))
    return row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_names(parser, "--network", NETWORKS, list(NETWORKS), f"of {', '.join(NETWORKS)} (default: all)")
    options.add_names(parser, "--data", SETS, list(SETS), f"of {', '.join(SETS)} (default: all)")
    numbers = ", ".join(f"{number} of {name}" for name, number in TRAIN.items())
    train = f"pictures to train on (default {numbers})"
    parser.add_argument("--train", type=options.positive, metavar="NUMBER", help=train)
    parser.add_argument("--steps", type=options.positive, default=3000, metavar="NUMBER", help="default 3000")
    tuned = f"what --rates stored, to take each network's best rate from (without it, {HIGHEST_RATE} for all)"
    options.add_rates(parser, RATES, "a fifth of the pictures", tuned)
    options.add_training(parser, "of the draw of the pictures, initialisation and crops")


def rates_of(arguments: argparse.Namespace) -> Callable[[str, str], tuple[float, ...]]:
    """The highest rates to train a network at, by its name and its set.

    Raises:
        SystemExit: --tuned has none for one of them.
    """
    if arguments.rates:
        return lambda name, data: RATES
    if arguments.tuned is None:
        return lambda name, data: (HIGHEST_RATE,)
    best = {data: best_rates(arguments.tuned, data=data) for data in arguments.data}
    missing = [f"{name} on {data}" for data in best for name in arguments.network if name not in best[data]]
    if missing:
        raise SystemExit(f"{arguments.tuned} has no rate for {', '.join(missing)}: make it by --rates")
    return lambda name, data: (best[data][name],)


def load(names: list[str], number: int | None, tested: bool) -> tuple[dict[str, Cells], dict[str, int]]:
    """The sets, and how many pictures of each to train on.

    Raises:
        SystemExit: a set is too small for so many, or its pictures are smaller than a crop.
    """
    sets = {name: cells(name, reduce=REDUCE[name]) for name in names}
    numbers = {name: number or TRAIN[name] for name in names}
    for name, photographs in sets.items():
        fewest = 1 if tested else FIFTH
        if not fewest <= numbers[name] < len(photographs):
            most = len(photographs) - 1
            raise SystemExit(f"--train must be from {fewest} to {most} for {name}, got {numbers[name]}")
        if min(photographs.images.shape[2:]) < CROP:
            raise SystemExit(f"the pictures of {name} are smaller than {CROP} x {CROP} pixels, a crop's size")
    return sets, numbers


def run(arguments: argparse.Namespace) -> None:
    steps, device, rates = arguments.steps, options.device_of(arguments), rates_of(arguments)
    tested = not arguments.rates
    loaded = cache(partial(load, arguments.data, arguments.train, tested))

    def train(name: str, data: str, seed: int, rate: float, checkpoint: Path) -> dict[str, Any]:
        sets, numbers = loaded()
        given = name, data, seed, rate, checkpoint
        return run_one(*given, photographs=sets[data], number=numbers[data], steps=steps, device=device, tested=tested)

    def described() -> str:
        sets, numbers = loaded()
        each = (f"{numbers[name]} of {len(sets[name])} pictures of {name}" for name in sets)
        return f"microscope pictures: trained on {', '.join(each)}"

    with command.process_group(arguments):
        trainings = {
            f"{name}-{data}-{rate}-{seed}": partial(train, name, data, seed, rate)
            for seed in arguments.seed
            for data in arguments.data
            for name in arguments.network
            for rate in rates(name, data)
        }
        limit = ["--train", str(arguments.train)] if arguments.train else []
        what = ["--rates"] if arguments.rates else ["--tuned", str(arguments.tuned)] if arguments.tuned else []
        words = ["counting_cells", *what, "--network", *arguments.network, "--data", *arguments.data, *limit]
        words += ["--seed", *map(str, arguments.seed), "--steps", str(steps), "--device", device]
        setting = " ".join(["counting_cells", *what[:1], "steps", str(steps), *limit])
        command.run_all(arguments, command.again(words), setting, described, trainings)
