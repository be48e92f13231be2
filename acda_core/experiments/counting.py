"""Count objects by their density: the experiment of the paper's Section 4.2 at a small size.

On synthetic crowds, or on the blood smears of BCCD with their three kinds of cells. A network predicts maps whose sums
are the counts. It learns from maps with a Gaussian of fixed size at each object, by the mean squared error. Networks
differ in their two large convolutions only. Where these are ACDA layers, the command also asks whether large objects
use large bases.
"""

import argparse
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.data.bccd import BCCD_SPLITS, CELLS, Smears, bccd
from acda_core.data.objects import STEP, Pictures, crowds, smears
from acda_core.experiments import command, options, results
from acda_core.experiments.statistics import bootstrap, rank_correlation
from acda_core.layers import ACDAConv2d
from acda_core.nets import rivals
from acda_core.nets.blocks import PAPER_ACDA, RELEASED_ACDA
from acda_core.nets.counting import CountingNet
from acda_core.nets.inspect import filter_radii, scale_shares
from acda_core.nets.named import Network, fresh
from acda_core.training.atomic import whole
from acda_core.training.distributed import data_parallel, rank_and_size, share
from acda_core.training.fit import History, fit_by_adam
from acda_core.training.measure import evaluating, parameters
from acda_core.training.seeds import batch_of

BATCH = 16
HIGHEST_RATE = 3e-3
SCALE = 100.0  # densities are learned this many times as large
EMPTY = 1e-3  # objects a pixel of the map, up to which the pixel counts as empty
TRAIN, TEST = 400, 200  # synthetic crowds
TEST_SEED = 10**6  # of the first test crowd
NETWORKS = {
    "conv": Network("Conv", partial(CountingNet, nn.Conv2d)),
    "wide": Network("Conv, twice as wide", partial(CountingNet, nn.Conv2d, width=48)),
    "acda": Network("ACDA", partial(CountingNet, PAPER_ACDA)),
    "acda_released": Network("ACDA, released Φ", partial(CountingNet, RELEASED_ACDA)),
    "condconv": Network("CondConv", partial(CountingNet, rivals.CondConv2d)),
}
REDUCE = 8  # pixels of a blood smear's photograph for one of the picture
KINDS = {"crowds": ("heads",), "bccd": CELLS}  # what there is to count


def load(data: str, images: int | None = None) -> tuple[Pictures, Pictures, str]:
    """Pictures to train on and to test on, at most `images` of each, and what they are in words.

    Args:
        data: "crowds" or "bccd". Of the latter train and val together are for training.
    """
    if data == "crowds":
        train, test = (min(number, images or number) for number in (TRAIN, TEST))
        words = f"crowds drawn by the package, {train} pictures to train, {test} to test (synthetic)"
        return crowds(0, train), crowds(TEST_SEED, test), words
    parts = {split: _first(bccd(split, reduce=REDUCE), images) for split in BCCD_SPLITS}
    first, more, test_part = parts["train"], parts["val"], parts["test"]
    joined = Smears(
        torch.cat([first.images, more.images]), first.boxes + more.boxes, first.kinds + more.kinds, first.source
    )
    numbers = f"{len(joined.boxes)} photographs (train and val) to train, {len(test_part.boxes)} (test) to test"
    words = f"BCCD blood smears, {numbers}, {joined.images.shape[3]} x {joined.images.shape[2]} pixels"
    return smears(joined), smears(test_part), words


def _first(photographs: Smears, number: int | None) -> Smears:
    part = slice(number)
    return Smears(photographs.images[part], photographs.boxes[part], photographs.kinds[part], photographs.source)


def make_network(name: str, seed: int, data: str = "crowds") -> CountingNet:
    """A fresh network of NETWORKS for a data set of KINDS."""
    if data not in KINDS:
        raise ValueError(f"`data` must be one of {', '.join(KINDS)}, got {data!r}")
    return fresh(NETWORKS, name, seed, 1 if data == "crowds" else 3, len(KINDS[data]))


def predicted_densities(network: nn.Module, images: Tensor, device: str = "cpu") -> Tensor:
    """The predicted densities, (n, kinds, h / 4, w / 4), in evaluation mode."""
    with evaluating(network):
        return torch.cat([network(part.to(device)) / SCALE for part in images.split(50)]).cpu()


def predicted_counts(network: nn.Module, images: Tensor, device: str = "cpu") -> Tensor:
    """The sum of each predicted density, (n, kinds), in evaluation mode."""
    return predicted_densities(network, images, device).sum((2, 3))


def mae_and_rmse(predicted: Tensor, counts: Tensor) -> tuple[float, float]:
    """Mean absolute error, and root of the mean squared error, which the field's tables call MSE."""
    difference = predicted - counts
    return difference.abs().mean().item(), difference.square().mean().sqrt().item()


def train_network(
    network: nn.Module,
    data: Pictures,
    steps: int,
    seed: int,
    batch: int,
    *,
    device: str = "cpu",
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
) -> History:
    """Train in place, on the network's device, as fit does. Half of the pictures are mirrored."""
    wrapped = data_parallel(network)
    images, densities = data.images.to(device), data.densities.to(device)

    def inputs(step: int) -> tuple[Tensor, Tensor]:
        return share(batch_of(step, batch, len(data.counts), seed)), turned_at(step, data.mirrors)

    def loss(chosen: Tensor, turned: Tensor) -> Tensor:
        seen, wanted = (mirrored(part[chosen], data.mirrors, turned) for part in (images, densities))
        return F.mse_loss(wrapped(seen), SCALE * wanted)

    return fit_by_adam(network, loss, inputs, steps, HIGHEST_RATE, checkpoint, name, progress)


def turned_at(step: int, axes: tuple[int, ...]) -> Tensor:
    """Along which of the axes the pictures of a step are mirrored, bool (number of axes,): each way in its turn.

    >>> [turned_at(step, (2, 3)).tolist() for step in range(4)]
    [[False, False], [True, False], [False, True], [True, True]]
    """
    return torch.tensor([step >> turn & 1 == 1 for turn in range(len(axes))])


def mirrored(maps: Tensor, axes: tuple[int, ...], turned: Tensor) -> Tensor:
    """Maps (n, c, h, w), mirrored along those of the axes for which `turned`, (number of axes,), is true."""
    for axis, turn in zip(axes, turned.unbind(), strict=True):
        maps = torch.where(turn, maps.flip(axis), maps)
    return maps


def network_shares(network: CountingNet, images: Tensor) -> Tensor:
    """The scale shares of a counting network's 7 x 7 layer on its map, (n, 3, h / 4, w / 4), in evaluation mode."""
    layer = adaptive_layer(network)
    with evaluating(network):
        return torch.cat([scale_shares(layer, network.stem(part)) for part in images.split(50)])


def network_radii(network: CountingNet, images: Tensor) -> Tensor:
    """How far the filters of a counting network's 7 x 7 layer reach, in pixels of its map, (n, h / 4, w / 4).

    As :func:`acda_core.nets.inspect.filter_radii`, in evaluation mode.
    """
    layer = adaptive_layer(network)
    with evaluating(network):
        return torch.cat([filter_radii(layer, network.stem(part)) for part in images.split(50)])


def adaptive_layer(network: CountingNet) -> ACDAConv2d:
    """The 7 x 7 layer of a counting network; a TypeError where it does not adapt."""
    layer = network.body[0]
    if not isinstance(layer, ACDAConv2d):
        raise TypeError(f"`network` must hold ACDA layers, got {type(layer).__name__}")
    return layer


def density_correlations(network: CountingNet, pictures: Pictures) -> dict[str, float]:
    """Do dense regions get small filters? Rank correlations, over pixels of the map, with the true density.

    "rho_dense" is that of the share of the 3 x 3 bases, "rho_radius" that of the radius of the filters. Pixels without
    an object are half of a crowd's, and their contrast with the others is not one of density. So "_within" leaves out
    those whose density is at most EMPTY.
    """
    density = pictures.densities.sum(1).flatten()
    within = density > EMPTY
    row = {}
    for name, values in (
        ("rho_dense", network_shares(network, pictures.images)[:, 0].flatten()),
        ("rho_radius", network_radii(network, pictures.images).flatten()),
    ):
        row[name] = rank_correlation(density, values)
        row[f"{name}_within"] = rank_correlation(density[within], values[within])
    return row


def at_objects(maps: Tensor, pictures: Pictures) -> list[Tensor]:
    """For each picture what its maps, of (n, k, h / 4, w / 4), hold at the centre of each object, (k, number)."""
    places = [(one / STEP).long() for one in pictures.centres]
    return [
        one[:, i.clamp(0, one.shape[1] - 1), j.clamp(0, one.shape[2] - 1)]
        for one, (i, j) in zip(maps, (place.T for place in places), strict=True)
    ]


def largest_shares(network: CountingNet, pictures: Pictures) -> list[Tensor]:
    """For each picture the share of the largest scale at the centre of each object, (number,)."""
    return [shares[-1] for shares in at_objects(network_shares(network, pictures.images), pictures)]


def scale_row(network: CountingNet, start: CountingNet, held_out: Pictures, names: tuple[str, ...]) -> dict[str, float]:
    """Do large objects use large bases? Rank correlations of an object's size with the share of the 7 x 7 bases.

    Beside them the same before training, and the mean share of each scale at the smallest and the largest third. And do
    dense regions use small ones? See :func:`density_correlations`.
    """
    maps = network_shares(network, held_out.images)
    all_scales, sizes = at_objects(maps, held_out), held_out.sizes
    shares = [one[-1] for one in all_scales]
    flat, size, kind = (torch.cat(part) for part in (shares, sizes, held_out.kinds))
    order = size.argsort()
    third = len(order) // 3
    low, high = bootstrap(sizes, shares)
    row = {
        "rho": rank_correlation(size, flat),
        "rho_low": low,
        "rho_high": high,
        "rho_start": rank_correlation(size, torch.cat(largest_shares(start, held_out))),
        **density_correlations(network, held_out),
        "rho_dense_start": density_correlations(start, held_out)["rho_dense"],
        "share_map": maps[:, -1].mean().item(),
    }
    for scale, values in zip((3, 5, 7), torch.cat(all_scales, 1), strict=True):
        row[f"share_{scale}_small"] = values[order[:third]].mean().item()
        row[f"share_{scale}_large"] = values[order[-third:]].mean().item()
    if len(names) > 1:
        for index, name in enumerate(names):
            row[f"rho_{name}"] = rank_correlation(size[kind == index], flat[kind == index])
            row[f"share_{name}"] = flat[kind == index].mean().item()
    return row


@dataclass(frozen=True)
class Setting:
    """What networks are trained on, and how long.

    Attributes:
        data: "crowds" or "bccd".
        train, held_out: pictures to train on, and to test on.
        epochs: times that each picture is seen.
        device: to train on.
    """

    data: str
    train: Pictures
    held_out: Pictures
    epochs: int
    device: str = "cpu"


def run_one(name: str, seed: int, checkpoint: Path | None, setting: Setting) -> tuple[dict[str, Any], CountingNet]:
    """Train one network and measure it on pictures held out; the row of the result, and the network on the CPU."""
    data, train, held_out, device = setting.data, setting.train, setting.held_out, setting.device
    network = make_network(name, seed, data).to(device)
    steps = command.steps_of(setting.epochs, len(train.counts), BATCH)
    history = train_network(
        *(network, train, steps, seed, BATCH), device=device, checkpoint=checkpoint, name=f"{name}, seed {seed}"
    )
    predicted = predicted_counts(network, held_out.images, device)
    mean = train.counts.mean(0).expand_as(held_out.counts)
    row: dict[str, Any] = {
        "model": NETWORKS[name].title,
        "conv": name,
        "data": data,
        "seed": seed,
        "epochs": setting.epochs,
        "images": len(train.counts),
        "last_loss": history.last_loss(50),
        "seconds": round(history.seconds, 1),
        "parameters": parameters(network),
    }
    for prefix, guess in (("", predicted), ("mean_", mean)):
        row[f"{prefix}mae"], row[f"{prefix}rmse"] = mae_and_rmse(guess.sum(1), held_out.counts.sum(1))
        for index, kind in enumerate(KINDS[data] if len(KINDS[data]) > 1 else ()):
            row[f"{prefix}mae_{kind}"], row[f"{prefix}rmse_{kind}"] = mae_and_rmse(
                guess[:, index], held_out.counts[:, index]
            )
    network = network.cpu()
    if name.startswith("acda"):
        row.update(scale_row(network, make_network(name, seed, data), held_out, KINDS[data]))
    return row, network


def save_half(path: Path, network: CountingNet) -> None:
    """Store what a network has learned, running statistics included, in half precision as .npz, whole or not at all."""
    learned = {name: value for name, value in network.state_dict().items() if not name.endswith("psi")}
    arrays: dict[str, Any] = {
        name: (value.half() if value.is_floating_point() else value).numpy() for name, value in learned.items()
    }
    with whole(path) as part, part.open("wb") as file:
        np.savez_compressed(file, **arrays)


def trained(data: str, path: Path | None = None) -> CountingNet:
    """A trained ACDA network in evaluation mode, from a file of :func:`save_half`.

    Args:
        data: "crowds" or "bccd".
        path: of the file; the course's own when None, which is the run with seed 0.
    """
    network = make_network("acda", 0, data)
    with np.load(path or results.find(f"counting_{data}").with_suffix(".npz")) as stored:
        state = {name: torch.from_numpy(stored[name].astype("f4")) for name in stored.files}
    network.load_state_dict({**network.state_dict(), **state})
    return network.eval()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_networks(parser, NETWORKS, epochs=30)
    parser.add_argument("--data", choices=list(KINDS), default="crowds", help="default: crowds, which are synthetic")
    half = "store the ACDA network of the first seed here, in half precision"
    parser.add_argument("--half", type=options.file, help=half)


def run(arguments: argparse.Namespace) -> None:
    loaded = cache(partial(load, arguments.data, arguments.images))

    def one(name: str, seed: int, checkpoint: Path) -> tuple[dict[str, Any], nn.Module]:
        train, held_out, _ = loaded()
        setting = Setting(arguments.data, train, held_out, arguments.epochs, options.device_of(arguments))
        row, network = run_one(name, seed, checkpoint, setting)
        if arguments.half and (name, seed) == ("acda", arguments.seed[0]) and rank_and_size()[0] == 0:
            save_half(arguments.half, network)
        return row, network

    with command.process_group(arguments):
        command.run_networks(arguments, "counting", ("--data", arguments.data), lambda: loaded()[2], one)
