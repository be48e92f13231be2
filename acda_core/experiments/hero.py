"""Take noise away from a grey photograph with one layer: the one that the front page of the course shows.

The photographs are real, those of scikit-image, in grey and at half their size; the noise is synthetic, normal with
standard deviation 0.1. The 7 x 7 convolution of least mean squared error on them has a closed form. An ACDA layer
starts with that filter at every pixel and learns from random patches to adapt it. Its generator sees the same 7 x 7
pixels as its filters. Both are tested on a photograph that neither has seen.
"""

import argparse
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from acda_core.data.degradations import halve
from acda_core.data.photographs import TRAIN, photograph
from acda_core.experiments import command, options, results
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.training.atomic import whole
from acda_core.training.fit import History, fit_by_adam
from acda_core.training.measure import parameters
from acda_core.training.seeds import fixed, seeded

KERNEL_SIZE, REACH = 7, 3
NOISE = 0.1
TEST = "coffee"
TOP, LEFT, HEIGHT, WIDTH = 2, 75, 70, 102  # of the part of it that the front page shows
SEED = 0
TEST_SEED = 10**6
PATCH, BATCH, HIGHEST_RATE = 22, 32, 5e-3
STEPS = 600
LEVELS = 2**7 - 1  # of a weight of Phi's second convolution on each side of zero
PHI = partial(AtomGenerator, hidden_channels=16, kernel_sizes=(5, 3))


@dataclass(frozen=True)
class Hero:
    """What the front page shows: two layers without padding in evaluation mode, and 8-bit pictures.

    Attributes:
        conv, acda: of one channel, 7 x 7.
        noisy: what they look at, (HEIGHT, WIDTH).
        clean: the same without noise and without a border of 3 pixels, as large as what they answer.
    """

    conv: nn.Conv2d
    acda: ACDAConv2d
    noisy: NDArray[np.uint8]
    clean: NDArray[np.uint8]


def grey(name: str) -> Tensor:
    """A photograph in grey and at half its size: 0 ... 1, (1, h, w)."""
    return halve(photograph(name).mean(0, keepdim=True))


def noisy(clean: Tensor, random: torch.Generator, noise: float = NOISE) -> Tensor:
    """The picture with noise of this standard deviation, cut off at black and white."""
    return (clean + noise * torch.randn(clean.shape, generator=random)).clamp(0, 1)


def make_layer() -> ACDAConv2d:
    """A fresh ACDA layer, without padding."""
    with fixed(SEED):
        return ACDAConv2d(1, 1, KERNEL_SIZE, generator=PHI)


@torch.no_grad()
def layer_from(conv: nn.Conv2d) -> ACDAConv2d:
    """One whose filters are at all pixels that of a convolution, as near as its bases come.

    Of a fresh layer the constant part of alpha is changed as little as that takes, and Phi's last weights are zero.
    """
    layer = make_layer()
    layer.get_parameter("generator.conv_b.weight").zero_()
    A, alpha = layer.A[0, 0], layer.get_parameter("generator.conv_b.bias").view(layer.num_atoms, -1)
    basis, weight = layer.psi.flatten(1).T.double(), conv.weight.view(-1, 1).double()  # else two runs round otherwise
    wanted = torch.linalg.lstsq(basis, weight).solution[:, 0].float()
    alpha += torch.outer(A, wanted - A @ alpha) / A.square().sum()
    layer.get_parameter("bias").copy_(conv.get_parameter("bias"))
    return layer


def train_layer(
    layer: ACDAConv2d, pictures: list[Tensor], steps: int, checkpoint: Path | None = None, progress: bool = True
) -> History:
    """Train in place, by Adam; Phi's largest tensor is rounded to 8 bits at the end, so that a page can carry it."""

    def batch(step: int) -> tuple[Tensor, Tensor]:
        random, parts = seeded(SEED, step), []
        for index in torch.randint(len(pictures), (BATCH,), generator=random).tolist():
            sides = pictures[index].shape[1:]
            top, left = (int(torch.randint(side - PATCH + 1, (1,), generator=random)) for side in sides)
            parts.append(pictures[index][:, top : top + PATCH, left : left + PATCH])
        clean = torch.stack(parts)
        return noisy(clean, random), _inner(clean)

    def loss(seen: Tensor, clean: Tensor) -> Tensor:
        return F.mse_loss(layer(seen), clean)

    history = fit_by_adam(layer, loss, batch, steps, HIGHEST_RATE, checkpoint, "acda", progress)
    weight = layer.get_parameter("generator.conv_b.weight")
    with torch.no_grad():
        unit = weight.abs().max() / LEVELS
        weight.copy_((weight / unit).round() * unit)
    return history


def best_conv(pictures: list[Tensor]) -> nn.Conv2d:
    """The convolution of least mean squared error on noisy pictures, each of which counts the same."""
    products = torch.zeros(KERNEL_SIZE**2 + 1, KERNEL_SIZE**2 + 2, dtype=torch.float64)
    for number, clean in enumerate(pictures):
        seen = F.unfold(noisy(clean, seeded(SEED, number))[None].double(), KERNEL_SIZE)[0]
        seen = F.pad(seen, (0, 0, 0, 1), value=1.0)  # for the bias
        products += seen @ torch.cat([seen, _inner(clean).double().view(1, -1)]).T / seen.shape[1]
    solution = torch.linalg.solve(products[:, :-1], products[:, -1]).float()
    conv = nn.utils.skip_init(nn.Conv2d, 1, 1, KERNEL_SIZE)
    conv.load_state_dict({"weight": solution[:-1].view_as(conv.weight), "bias": solution[-1:]})
    return conv


@torch.no_grad()
def psnr(image: Tensor, truth: Tensor) -> float:
    """Peak signal-to-noise ratio in decibels of grey pictures, 0 ... 1."""
    return float(-10 * torch.log10((image - truth).square().mean()))


@torch.no_grad()
def score(layer: nn.Module) -> dict[str, float]:
    """PSNR on the photograph that no layer has seen, and on the part of it that is shown, before and after a layer."""
    clean, seen = held_out_pair()
    answered, truth = layer(seen[None])[0], _inner(clean)
    shown = (slice(None), slice(TOP, TOP + HEIGHT - 2 * REACH), slice(LEFT, LEFT + WIDTH - 2 * REACH))
    return {
        "psnr_noisy": psnr(_inner(seen), truth),
        "psnr": psnr(answered, truth),
        "psnr_noisy_shown": psnr(_inner(seen)[shown], truth[shown]),
        "psnr_shown": psnr(answered[shown], truth[shown]),
    }


def held_out_pair(noise: float = NOISE) -> tuple[Tensor, Tensor]:
    """The photograph that no layer has seen, without and with noise, (1, h, w) each; with noise in 255 steps.

    Noise of any standard deviation has the same random numbers.
    """
    clean = grey(TEST)
    return clean, (noisy(clean, seeded(TEST_SEED), noise) * 255).round() / 255


def save(path: Path, conv: nn.Conv2d, acda: ACDAConv2d) -> None:
    """Store both layers, and the part of the photograph that is shown, as .npz, whole or not at all."""
    layers = {"conv": conv, "acda": acda}
    arrays: dict[str, Any] = {
        f"{name}.{key}": value.numpy()
        for name, layer in layers.items()
        for key, value in layer.state_dict().items()
        if key != "psi"  # fixed
    }
    part = slice(TOP, TOP + HEIGHT), slice(LEFT, LEFT + WIDTH)
    clean, seen = ((picture[0][part] * 255).round().byte() for picture in held_out_pair())
    arrays |= {"noisy": seen.numpy(), "clean": _inner(clean).numpy()}
    with whole(path) as unfinished, unfinished.open("wb") as file:
        np.savez_compressed(file, **arrays)


def trained(path: Path | None = None) -> Hero:
    """What :func:`save` stored.

    Args:
        path: of the file; the course's own when None.
    """
    conv, acda = nn.utils.skip_init(nn.Conv2d, 1, 1, KERNEL_SIZE), make_layer()
    with np.load(path or results.find("hero").with_suffix(".npz")) as stored:
        for name, layer in (("conv", conv), ("acda", acda)):
            state = {key: torch.from_numpy(stored[f"{name}.{key}"]) for key in layer.state_dict() if key != "psi"}
            layer.load_state_dict({**layer.state_dict(), **state})
        return Hero(conv.eval(), acda.eval(), stored["noisy"], stored["clean"])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = f"of Adam (default {STEPS})"
    parser.add_argument("--steps", type=options.positive, default=STEPS, metavar="NUMBER", help=steps)
    weights = "store both layers, and the part of the photograph that the front page shows, here (.npz)"
    parser.add_argument("--weights", type=options.file, metavar="FILE", help=weights)
    options.add_resume(parser)


def run(arguments: argparse.Namespace) -> None:
    command.leave_to_the_first("hero")
    line = f"python -m acda_core hero --steps {arguments.steps}"
    words = f"photographs of scikit-image in grey at half their size, {', '.join(TRAIN)} to train, {TEST} to test; "
    words += f"synthetic normal noise of standard deviation {NOISE}"
    with command.going_on(arguments, line, [f"hero steps {arguments.steps}"]) as (checkpoint,):
        pictures = [grey(name) for name in TRAIN]
        conv = best_conv(pictures)
        acda = layer_from(conv)
        history = train_layer(acda, pictures, arguments.steps, checkpoint)
        trained = {"last_loss": history.last_loss(50), "seconds": round(history.seconds, 1)}
        rows = [
            {"model": title, "conv": name, "seed": SEED, **score(layer), "parameters": parameters(layer), **more}
            for title, name, layer, more in (("Conv", "conv", conv, {}), ("ACDA", "acda", acda, trained))
        ]
        if arguments.weights:
            save(arguments.weights, conv, acda)
        if arguments.out:
            results.save(arguments.out, line, words, rows)
    for row in rows:
        print(f"{row['conv']:5} {row['psnr_noisy']:.2f} dB -> {row['psnr']:.2f} dB on {TEST}")


def _inner(picture: Tensor) -> Tensor:
    """Without the border of 3 pixels to which a filter reaches."""
    return picture[..., REACH:-REACH, REACH:-REACH]
