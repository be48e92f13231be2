"""The two problems of `heterogeneity`: what networks learn from, and how they are judged."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn

from acda_core.data import objects, uneven_noise
from acda_core.data.photographs import photograph
from acda_core.data.uneven_noise import Tiles, noisy_tiles
from acda_core.experiments import counting, linear_filter
from acda_core.nets.counting import CountingNet
from acda_core.nets.restoration import ThreeLayers
from acda_core.training.measure import evaluating
from acda_core.training.seeds import batch_of

Batches = Callable[[int], tuple[Tensor, Tensor]]  # of a step: what a network is given, and what is wanted of it
HELD_OUT = {"validation": 2 * 10**6, "test": 10**6}  # seeds beyond those of trainings
TILES, TILE_BATCH = 256, 8  # to be judged by, and in a batch
CROWDS, CROWD_BATCH = {"train": 400, "validation": 100, "test": 200}, 8


@dataclass(frozen=True)
class Problem:
    """What is learned.

    Attributes:
        words: the data.
        body: makes the network, of a layer and width=.
        width: channels of the network with ACDA.
        shape: of a picture that it is given, (channels, h, w).
        batches: of a heterogeneity and a seed.
        errors: of a network, a heterogeneity, a split of HELD_OUT and a device: the fields of a row.
        measure: the field that is the error.
    """

    words: str
    body: Callable[..., nn.Module]
    width: int
    shape: tuple[int, int, int]
    batches: Callable[[float, int], Batches]
    errors: Callable[[nn.Module, float, str, str], dict[str, float]]
    measure: str


@cache
def photographs_of(split: str) -> tuple[Tensor, ...]:
    """Those of "train", "validation" or "test"."""
    names = {"train": uneven_noise.TRAIN, "validation": uneven_noise.VALIDATION, "test": uneven_noise.TEST}
    return tuple(map(photograph, names[split]))


def held_out_tiles(h: float, split: str) -> Tiles:
    """The TILES that networks are judged by, the same for all."""
    return noisy_tiles(photographs_of(split), TILES, h, HELD_OUT[split])


def tile_batches(h: float, seed: int) -> Batches:
    """TILE_BATCH tiles a step."""

    def batch(step: int) -> tuple[Tensor, Tensor]:
        tiles = noisy_tiles(photographs_of("train"), TILE_BATCH, h, seed, step)
        return tiles.noisy, tiles.clean

    return batch


def tile_errors(network: nn.Module, h: float, split: str, device: str) -> dict[str, float]:
    """Mean squared error and PSNR over all tiles, and PSNR in the halves with the weaker and the stronger noise."""
    tiles = held_out_tiles(h, split)
    with evaluating(network):
        restored = torch.cat([network(part.to(device)).cpu() for part in tiles.noisy.split(64)])
    return errors_of(restored, tiles)


def errors_of(restored: Tensor, tiles: Tiles) -> dict[str, float]:
    """The same for tiles (number, 3, side, side) that are restored already."""
    squared = (restored - tiles.clean).square().mean(1)
    parts = {"psnr": squared, "psnr_weak": squared[~tiles.strong], "psnr_strong": squared[tiles.strong]}
    return {"mse": squared.mean().item(), **{name: float(-10 * part.mean().log10()) for name, part in parts.items()}}


def linear_errors(h: float, told: bool, size: int = 5) -> dict[str, float]:
    """:func:`errors_of` the best linear filter, by least squares on TILES tiles of the photographs to train on.

    Args:
        h: heterogeneity.
        told: whether it may have one set of weights where the noise is strong and another where it is weak, and is
            told which is where.
        size: of the filter, odd.
    """
    tiles, held_out = noisy_tiles(photographs_of("train"), TILES, h, 0), held_out_tiles(h, "test")
    given, seen = (linear_filter.windows(part.noisy, size) for part in (tiles, held_out))
    wanted = tiles.clean.permute(0, 2, 3, 1).double()
    restored = torch.zeros_like(held_out.clean)
    for strong in (True, False) if told else (None,):
        chosen, where = (part.strong == strong if told else part.strong | True for part in (tiles, held_out))
        weights = linear_filter.best(given[chosen], wanted[chosen])
        restored.permute(0, 2, 3, 1)[where] = (seen[where] @ weights).float()
    return errors_of(restored, held_out)


@cache
def crowd_pictures(h: float, split: str) -> objects.Pictures:
    """The crowds of "train", "validation" or "test"."""
    return objects.crowds(HELD_OUT.get(split, 0), CROWDS[split], spread=h)


def crowd_batches(h: float, seed: int) -> Batches:
    """CROWD_BATCH crowds a step, and their densities."""

    def batch(step: int) -> tuple[Tensor, Tensor]:
        pictures = crowd_pictures(h, "train")
        chosen = batch_of(step, CROWD_BATCH, len(pictures.counts), seed)
        return pictures.images[chosen], counting.SCALE * pictures.densities[chosen]

    return batch


def crowd_errors(network: nn.Module, h: float, split: str, device: str) -> dict[str, float]:
    """Mean absolute error and root mean squared error of the counts."""
    pictures = crowd_pictures(h, split)
    mae, rmse = counting.mae_and_rmse(counting.predicted_counts(network, pictures.images, device), pictures.counts)
    return {"mae": mae, "rmse": rmse}


PROBLEMS = {
    "denoise": Problem(
        f"tiles of {uneven_noise.SIDE} x {uneven_noise.SIDE} pixels of photographs of scikit-image, "
        f"{', '.join(uneven_noise.TRAIN)} to train, {', '.join(uneven_noise.VALIDATION)} to validate, "
        f"{', '.join(uneven_noise.TEST)} to test; synthetic noise",
        ThreeLayers,
        8,
        (3, uneven_noise.SIDE, uneven_noise.SIDE),
        tile_batches,
        tile_errors,
        "mse",
    ),
    "crowds": Problem(
        f"crowds drawn by the package, {CROWDS['train']} pictures to train, {CROWDS['validation']} to validate, "
        f"{CROWDS['test']} to test (synthetic)",
        CountingNet,
        12,
        (1, 96, 128),
        crowd_batches,
        crowd_errors,
        "mae",
    ),
}
