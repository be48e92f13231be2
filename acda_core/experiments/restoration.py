"""Restore photographs whose blur or noise varies over the image: the experiment of the paper's Section 4.3, small.

The photographs are real, those of scikit-image; the degradations are synthetic. Two problems: take away noise that
depends on the signal ("denoise"), and bring back the detail of a photograph that was blurred and halved ("sr2"). The
networks learn from random patches, by the mean squared error, and are tested on whole photographs that none has seen.
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

from acda_core.data.photographs import PROBLEMS, TEST, TRAIN, Pair, cut, held_out_pairs, places, training_pairs
from acda_core.experiments import command, image_quality, options, results
from acda_core.nets.blocks import RELEASED_ACDA
from acda_core.nets.named import Network, fresh
from acda_core.nets.restoration import BOUNDED_ACDA, KernelNet, OneLayer, PlainNet, RestorationNet
from acda_core.training.atomic import whole
from acda_core.training.distributed import data_parallel, rank_and_size, share
from acda_core.training.fit import History, fit_by_adam
from acda_core.training.measure import evaluating, parameters

PATCH, BATCH, HIGHEST_RATE = 32, 16, 2e-3
EPOCH = 250  # steps
SHAVE = 4  # pixels of the border that do not count
CROPS = {"astronaut": (60, 170), "coffee": (150, 60)}  # top and left of the cut-outs that are stored
CROP = 80

NETWORKS: dict[str, Network[nn.Module]] = {
    "conv": Network("the same net with Conv", partial(RestorationNet, nn.Conv2d)),
    "acda": Network("ACDA", partial(RestorationNet, BOUNDED_ACDA)),
    "dncnn": Network("DnCNN-like", PlainNet),
    "kpn": Network("KPN, l = 5", KernelNet),
    "plain_3x3": Network("three layers of 3 × 3", partial(PlainNet, depth=3, channels=64, normalized=False)),
    "one_conv": Network("one layer, Conv", partial(OneLayer, nn.Conv2d)),
    "one_acda": Network("one layer, ACDA", partial(OneLayer, RELEASED_ACDA)),
}


def make_network(name: str, seed: int) -> nn.Module:
    """A fresh network of NETWORKS."""
    return fresh(NETWORKS, name, seed)


def train_network(
    network: nn.Module,
    pairs: list[Pair],
    steps: int,
    seed: int,
    batch: int = BATCH,
    *,
    device: str = "cpu",
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
    patch: int = PATCH,
    highest: float = HIGHEST_RATE,
) -> History:
    """Train in place, on the network's device, on random patches, as :func:`acda_core.training.fit.fit` does."""
    wrapped = data_parallel(network)
    degraded, clean = (
        torch.cat([part.flatten(1) for part in parts], 1).to(device)
        for parts in ([pair.degraded for pair in pairs], [pair.clean for pair in pairs])
    )

    def inputs(step: int) -> tuple[Tensor]:
        return (share(places(pairs, batch, patch, seed, step)),)

    def loss(chosen: Tensor) -> Tensor:
        return F.mse_loss(wrapped(cut(degraded, chosen, patch)), cut(clean, chosen, patch))

    return fit_by_adam(network, loss, inputs, steps, highest, checkpoint, name, progress)


def restored(network: nn.Module, degraded: Tensor, device: str = "cpu") -> Tensor:
    """What a network makes of a photograph (3, h, w), in evaluation mode: 0 ... 1, (3, h, w)."""
    with evaluating(network):
        image: Tensor = network(degraded[None].to(device))[0].float().cpu().clamp(0, 1)
    return image


def quality(image: Tensor, pair: Pair) -> dict[str, float]:
    """PSNR and SSIM on Y of a restored photograph, and PSNR where the degradation is weak and strong.

    Weak and strong are the third of the photograph's pixels with the smallest and the largest strength.
    """
    low, high = (float(pair.strength.quantile(third)) for third in (1 / 3, 2 / 3))
    return {
        "psnr": image_quality.psnr(image, pair.clean, SHAVE),
        "ssim": image_quality.ssim(image, pair.clean, SHAVE),
        "psnr_weak": image_quality.psnr(image, pair.clean, SHAVE, pair.strength <= low),
        "psnr_strong": image_quality.psnr(image, pair.clean, SHAVE, pair.strength >= high),
    }


def scores(images: dict[str, Tensor], pairs: dict[str, Pair]) -> dict[str, float]:
    """The means of :func:`quality` over photographs, and PSNR and SSIM of each one."""
    found = {name: quality(images[name], pair) for name, pair in pairs.items()}
    row = {f"{measure}_{name}": one[measure] for name, one in found.items() for measure in ("psnr", "ssim")}
    measures = next(iter(found.values()))
    return {measure: sum(one[measure] for one in found.values()) / len(found) for measure in measures} | row


@dataclass(frozen=True)
class Setting:
    """What networks are trained on, and how long.

    Attributes:
        problem: one of PROBLEMS.
        train: photographs to train on.
        held_out: those to test on, by name.
        epochs: of EPOCH steps.
        device: to train on.
    """

    problem: str
    train: list[Pair]
    held_out: dict[str, Pair]
    epochs: int
    device: str = "cpu"


def run_one(
    name: str, seed: int, checkpoint: Path | None, setting: Setting
) -> tuple[dict[str, Any], nn.Module, dict[str, Tensor]]:
    """Train one network and measure it on photographs held out.

    Returns:
        the row of the result, the network, and what it makes of each photograph.
    """
    device = setting.device
    network = make_network(name, seed).to(device)
    steps = setting.epochs * EPOCH
    history = train_network(
        *(network, setting.train, steps, seed, BATCH),
        device=device,
        checkpoint=checkpoint,
        name=f"{name}, seed {seed}",
    )
    images = {key: restored(network, pair.degraded, device) for key, pair in setting.held_out.items()}
    row = {
        "model": NETWORKS[name].title,
        "conv": name,
        "problem": setting.problem,
        "seed": seed,
        "steps": steps,
        **scores(images, setting.held_out),
        "last_loss": history.last_loss(50),
        "seconds": round(history.seconds, 1),
        "parameters": parameters(network),
    }
    return row, network, images


def cut_out(image: Tensor, name: str) -> Any:
    """The part of a test photograph that is stored and shown, (CROP, CROP, 3), uint8."""
    top, left = CROPS[name]
    part = image[:, top : top + CROP, left : left + CROP]
    return (part.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()


def save_cut_outs(path: Path, images: dict[str, Tensor]) -> None:
    """Store cut-outs of test photographs as .npz, whole or not at all; `images` maps "name/what" to a photograph."""
    arrays = {key: cut_out(image, key.split("/")[0]) for key, image in images.items()}
    with whole(path) as part, part.open("wb") as file:
        np.savez_compressed(file, **arrays)


def cut_outs(name: str) -> dict[str, Any]:
    """Stored cut-outs: "astronaut/acda" and the like to (CROP, CROP, 3), uint8, with "clean" and "degraded".

    Args:
        name: "denoise" or "sr2", or "long" and "rivals_long" for the longer training on noise.
    """
    with np.load(results.find(f"restoration_{name}").with_suffix(".npz")) as stored:
        return {name: stored[name] for name in stored.files}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_networks(parser, NETWORKS, epochs=3, images="train on at most so many of the degraded photographs")
    parser.add_argument("--problem", "--data", choices=list(PROBLEMS), default="denoise", help="default: denoise")
    cut_outs = "store parts of what the networks of the first seed restore here"
    parser.add_argument("--cut-outs", type=options.file, help=cut_outs)


def run(arguments: argparse.Namespace) -> None:
    problem = arguments.problem
    shown: dict[str, Tensor] = {}

    @cache
    def setting() -> Setting:
        train, held_out = training_pairs(problem)[: arguments.images], held_out_pairs(problem)
        return Setting(problem, train, held_out, arguments.epochs, options.device_of(arguments))

    def one(name: str, seed: int, checkpoint: Path) -> tuple[dict[str, Any], nn.Module]:
        row, network, images = run_one(name, seed, checkpoint, setting())
        if seed == arguments.seed[0]:
            pairs = setting().held_out
            shown.update({f"{key}/clean": pair.clean for key, pair in pairs.items()})
            shown.update({f"{key}/degraded": pair.degraded for key, pair in pairs.items()})
            shown.update({f"{key}/{name}": image for key, image in images.items()})
            if arguments.cut_outs and rank_and_size()[0] == 0:
                save_cut_outs(arguments.cut_outs, shown)
        return row, network

    words = f"photographs of scikit-image, {', '.join(TRAIN)} to train, {', '.join(TEST)} to test; "
    words += f"synthetic degradation: {PROBLEMS[problem]}"
    with command.process_group(arguments):
        command.run_networks(arguments, "restoration", ("--problem", problem), words, one)
