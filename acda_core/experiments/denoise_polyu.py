"""Take out the noise of real cameras, one camera left out after the other: the question of the paper's Table 5.

The photographs are those of the PolyU set, five cameras in all, from your own copy of it: see acda_core.data.polyu.
Networks learn from random crops of four cameras' photographs and are tested on whole photographs of the fifth. Beside
them stand the noisy input, the best linear 5 x 5 filter for the four, and a plain network as costly as the adaptive
one. A row tells too what a network gains on each photograph, in decibels, how much the noise varies over it, and their
rank correlation.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from statistics import mean
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from acda_core.data.photographs import Pair
from acda_core.data.polyu import CameraPair, polyu
from acda_core.experiments import command, image_quality, linear_filter, options, restoration, restoration_rivals
from acda_core.experiments.statistics import rank_correlation
from acda_core.training.measure import parameters

CAMERAS = "Canon5D2", "Canon600D", "Canon80D", "NikonD800", "Sony"
PATCH = 64  # pixels of the crops that networks learn from
WINDOW = 16  # pixels, in which the strength of the noise is measured
SIZE = 5  # of the linear filter


KEPT = "plain_3x3", "dncnn", "kpn", "one_acda", "conv", "acda", "conv_ops"
NETWORKS = {name: restoration_rivals.NETWORKS[name] for name in KEPT}


def heterogeneity(pair: CameraPair) -> float:
    """How much the noise varies over a photograph: the standard deviation of its variance over windows, over its mean.

    Where the noise is as strong everywhere, a little is left, since a window holds few pixels.
    """
    squared = (pair.noisy - pair.clean).square().mean(0)[None]
    variances = F.avg_pool2d(squared, WINDOW)
    return float(variances.std() / variances.mean())


def quality(pairs: list[CameraPair], restore: Callable[[Tensor], Tensor]) -> dict[str, list[float]]:
    """PSNR and SSIM of the luma of each photograph, restored."""
    images = [restore(pair.noisy) for pair in pairs]
    measures = {"psnr": image_quality.psnr, "ssim": image_quality.ssim}
    return {
        name: [measure(image, pair.clean, restoration.SHAVE) for image, pair in zip(images, pairs, strict=True)]
        for name, measure in measures.items()
    }


@dataclass(frozen=True)
class Fold:
    """What networks learn from and are tested on.

    Attributes:
        camera: that is left out.
        train: photographs of the others.
        held_out: those of the camera.
    """

    camera: str
    train: list[Pair]
    held_out: list[CameraPair]

    @cached_property
    def beside(self) -> dict[str, dict[str, list[float]]]:
        """The :func:`quality` of what is held out, "_noisy" as it is and "_linear" through the best linear filter."""
        weights = linear_filter.best_of_pairs(self.train, SIZE)

        def linear(image: Tensor) -> Tensor:
            return linear_filter.filtered(image[None], weights, SIZE)[0].clamp(0, 1)

        return {"_noisy": quality(self.held_out, lambda image: image), "_linear": quality(self.held_out, linear)}

    @cached_property
    def heterogeneity(self) -> Tensor:
        """Of each photograph held out."""
        return torch.tensor(list(map(heterogeneity, self.held_out)))


def without(camera: str, pairs: list[CameraPair]) -> Fold:
    """The fold in which a camera is left out."""
    train, held_out = ([pair for pair in pairs if (pair.camera == camera) is out] for out in (False, True))
    return Fold(camera, [Pair(pair.noisy, pair.clean, torch.zeros(pair.clean.shape[1:])) for pair in train], held_out)


def run_one(
    name: str, fold: Fold, seed: int, checkpoint: Path | None, *, steps: int, device: str = "cpu"
) -> dict[str, Any]:
    """Train one network on all cameras but one and test it on that one; the row of the result."""
    network = restoration_rivals.make_network(name, seed).to(device)
    bar = f"{name}, without {fold.camera}, seed {seed}"
    history = restoration.train_network(
        network, fold.train, steps, seed, device=device, checkpoint=checkpoint, name=bar, patch=PATCH
    )
    found = {"": quality(fold.held_out, lambda image: restoration.restored(network, image, device)), **fold.beside}
    gains = torch.tensor(found[""]["psnr"]) - torch.tensor(found["_noisy"]["psnr"])
    row: dict[str, Any] = {
        "model": NETWORKS[name].title,
        "conv": name,
        "fold": fold.camera,
        "seed": seed,
        "steps": steps,
        "photographs": len(fold.held_out),
    }
    for suffix, one in found.items():
        row |= {f"{measure}{suffix}": mean(values) for measure, values in one.items()}
    return row | {
        "heterogeneity": fold.heterogeneity.mean().item(),
        "rho_gain_heterogeneity": rank_correlation(gains, fold.heterogeneity),
        "gains": [round(gain, 3) for gain in gains.tolist()],
        "heterogeneities": [round(one, 3) for one in fold.heterogeneity.tolist()],
        "last_loss": history.last_loss(50),
        "seconds": round(history.seconds, 1),
        "parameters": parameters(network),
        "multiply_adds": restoration_rivals.cost(network),
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_names(parser, "--network", NETWORKS, list(NETWORKS), f"of {', '.join(NETWORKS)} (default: all)")
    options.add_names(parser, "--fold", CAMERAS, list(CAMERAS), f"left out, of {', '.join(CAMERAS)} (default: all)")
    parser.add_argument("--steps", type=options.positive, default=2000, metavar="NUMBER", help="default 2000")
    pixels = "rows and columns from the middle of each photograph (default: all)"
    parser.add_argument("--pixels", type=options.positive, metavar="NUMBER", help=pixels)
    options.add_training(parser)


def run(arguments: argparse.Namespace) -> None:
    steps, device = arguments.steps, options.device_of(arguments)
    if arguments.pixels and (arguments.pixels % 4 or arguments.pixels < PATCH):
        raise SystemExit(f"--pixels must be a multiple of 4 and at least {PATCH}, got {arguments.pixels}")

    @cache
    def pairs() -> list[CameraPair]:
        found = polyu(size=arguments.pixels)
        missing = [fold for fold in arguments.fold if fold not in {pair.camera for pair in found}]
        if missing:
            raise SystemExit(f"the set holds no photograph of {', '.join(missing)}")
        return found

    @cache
    def fold(camera: str) -> Fold:
        return without(camera, pairs())

    def train(name: str, camera: str, seed: int, checkpoint: Path) -> dict[str, Any]:
        return run_one(name, fold(camera), seed, checkpoint, steps=steps, device=device)

    def data() -> str:
        cameras = {pair.camera for pair in pairs()}
        return f"PolyU Real-World Noisy Images, {len(pairs())} crops by {len(cameras)} cameras"

    with command.process_group(arguments):
        trainings = {
            f"{name}-{camera}-{seed}": partial(train, name, camera, seed)
            for seed in arguments.seed
            for camera in arguments.fold
            for name in arguments.network
        }
        limit = ["--pixels", str(arguments.pixels)] if arguments.pixels else []
        words = ["denoise_polyu", "--network", *arguments.network, "--fold", *arguments.fold]
        words += ["--seed", *map(str, arguments.seed), "--steps", str(steps), "--device", device, *limit]
        setting = " ".join(["denoise_polyu steps", str(steps), *limit])
        command.run_all(arguments, command.again(words), setting, data, trainings)
