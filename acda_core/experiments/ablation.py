"""Vary one choice of the ACDA layer at a time and train it on the toy's patterns: an ablation, on synthetic data.

The layer of the toy experiment, on a smaller map: 64 x 64 pixels with 10 patterns. The base variant has m = 6 atoms,
m' = 6 bases of each of the scales 3, 5 and 7, a Phi of two 3 x 3 convolutions with 32 channels and a ReLU between,
fixed Fourier-Bessel bases of norm 1. Every other differs from it in what its name says. All have the same SGD.
"""

import argparse
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from acda_core.bases import multiscale_bases
from acda_core.data.patterns import ToySample, toy_sample
from acda_core.experiments import command, options
from acda_core.experiments.toy import best_conv, held_out_seed, score, train_layer
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.nets.named import Network, fresh
from acda_core.training import measure
from acda_core.training.seeds import begun

SIZE, NUMBER = 64, 10  # of the map, and patterns on it


@dataclass(frozen=True)
class Variant:
    """A layer of one channel. `group` is the choice that it varies; `psi` is one of BASES."""

    group: str
    num_atoms: int = 6
    num_bases: int = 6
    kernel_size: int = 7
    scales: tuple[int, ...] | None = None
    generator_sizes: tuple[int, int] = (3, 3)
    hidden_channels: int = 32
    norm: str | None = None
    squash: str | None = None
    psi: str = "unit"


BASES = {
    "unit": "Fourier-Bessel, each of norm 1",
    "dcfnet": "Fourier-Bessel, one factor for all of a scale",
    "learned": "Fourier-Bessel at the start, then learned with the rest",
    "random": "as many random ones, normal numbers, each of norm 1",
    "delta": "one for each pixel of the kernel: atoms without bases",
}
VARIANTS = {
    "base": Variant("base"),
    "m = 1": Variant("atoms", num_atoms=1),
    "m = 2": Variant("atoms", num_atoms=2),
    "m = 3": Variant("atoms", num_atoms=3),
    "m = 12": Variant("atoms", num_atoms=12),
    "m' = 1": Variant("bases", num_bases=1),
    "m' = 3": Variant("bases", num_bases=3),
    "scale 7": Variant("scales", scales=(7,)),
    "scales 3, 7": Variant("scales", scales=(3, 7)),
    "scales 5, 7": Variant("scales", scales=(5, 7)),
    "scale 7, m' = 18": Variant("scales", scales=(7,), num_bases=18),
    "l = 3": Variant("kernel", kernel_size=3),
    "l = 5": Variant("kernel", kernel_size=5),
    "l = 9": Variant("kernel", kernel_size=9),
    "Φ 1 × 1, 1 × 1": Variant("Φ sees", generator_sizes=(1, 1)),
    "Φ 1 × 1, 3 × 3": Variant("Φ sees", generator_sizes=(1, 3)),
    "Φ 3 × 3, 1 × 1": Variant("Φ sees", generator_sizes=(3, 1)),
    "Φ 3 × 3, 5 × 5": Variant("Φ sees", generator_sizes=(3, 5)),
    "d = 8": Variant("width of Φ", hidden_channels=8),
    "d = 16": Variant("width of Φ", hidden_channels=16),
    "d = 64": Variant("width of Φ", hidden_channels=64),
    "tanh": Variant("norm and squash", squash="tanh"),
    "batch norm": Variant("norm and squash", norm="batch"),
    "batch norm, tanh": Variant("norm and squash", norm="batch", squash="tanh"),
    "ψ dcfnet": Variant("ψ", psi="dcfnet"),
    "ψ learned": Variant("ψ", psi="learned"),
    "ψ random": Variant("ψ", psi="random"),
    "ψ delta": Variant("ψ", psi="delta"),
}


def plain(name: str) -> str:
    """The name of a variant in letters that every keyboard has, and that no shell takes for its own.

    >>> plain("Φ 1 × 1, 3 × 3"), plain("scale 7, m' = 18")
    ('phi-1x1-3x3', 'scale-7-bases-18')
    """
    for symbol, word in (("m'", "bases"), ("Φ", "phi"), ("ψ", "psi"), (" × ", "x")):
        name = name.replace(symbol, word)
    for letter, word in (("m", "atoms"), ("l", "kernel"), ("d", "width")):
        name = re.sub(rf"\b{letter}\b", word, name)
    return re.sub(r"\W+", "-", name)


PLAIN = {plain(name): name for name in VARIANTS}


def bases(variant: Variant, seed: int) -> Tensor:
    """psi of a variant, (number, l, l)."""
    size = variant.kernel_size
    if variant.psi == "delta":
        return torch.eye(size**2).view(-1, size, size)
    normalization = "dcfnet" if variant.psi == "dcfnet" else "unit"
    psi = torch.tensor(multiscale_bases(size, variant.num_bases, variant.scales, normalization), dtype=torch.float32)
    if variant.psi == "random":
        psi = torch.randn(psi.shape, generator=begun(seed))
        psi /= psi.flatten(1).norm(dim=1)[:, None, None]
    return psi


def make_layer(name: str, seed: int) -> ACDAConv2d:
    """A fresh layer of VARIANTS.

    Raises:
        ValueError: another name.
    """
    layers = {name: Network(name, partial(_layer, variant)) for name, variant in VARIANTS.items()}
    return fresh(layers, name, seed, seed)


def _layer(variant: Variant, seed: int) -> ACDAConv2d:
    psi = bases(variant, seed)
    sizes = 1, variant.num_atoms, len(psi), variant.hidden_channels
    generator = AtomGenerator(*sizes, variant.generator_sizes, variant.norm, variant.squash)
    layer = ACDAConv2d(
        *(1, 1, variant.kernel_size),
        padding=variant.kernel_size // 2,
        num_atoms=variant.num_atoms,
        num_bases=variant.num_bases,
        scales=variant.scales,
        generator=generator,
    )
    if variant.psi == "learned":
        del layer.psi
        layer.psi = nn.Parameter(psi)
    else:
        layer.psi = psi
    return layer


def multiply_adds(layer: nn.Module) -> int:
    """For a pixel, as PyTorch's counter sees them: without biases."""
    return measure.multiply_adds(layer, (1, SIZE, SIZE)) // SIZE**2


def run_one(name: str, seed: int, steps: int, checkpoint: Path | None = None, device: str = "cpu") -> dict[str, Any]:
    """Train one variant; the row of the result. "early_mse" is the error before step 50, to check by.

    Its held-out map has the same patterns at other places.
    """
    if steps < 1:
        raise ValueError(f"`steps` must be at least 1, got {steps}")
    sample, held_out = (_sample(one).to(device) for one in (seed, held_out_seed(seed)))
    layer = make_layer(name, seed).to(device)
    history = train_layer(layer, sample, steps, checkpoint=checkpoint, name=f"{name}, seed {seed}")
    on_sample, on_held_out = score(layer, sample), score(layer, held_out)
    return {
        "model": name,
        "conv": "acda",
        "group": VARIANTS[name].group,
        "seed": seed,
        "steps": steps,
        "early_mse": history.losses[:51][-1],
        "mse": on_sample.mse,
        "found": on_sample.found,
        "held_out_mse": on_held_out.mse,
        "held_out_found": on_held_out.found,
        "zero_mse": sample.target.square().mean().item(),
        "floor_mse": score(best_conv(sample), sample).mse,
        "parameters": measure.parameters(layer),
        "multiply_adds": multiply_adds(layer),
        "seconds": round(history.seconds, 1),
    }


def _sample(seed: int) -> ToySample:
    return toy_sample(seed, SIZE, NUMBER)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = f"of {', '.join(PLAIN)} (default: all)"
    parser.add_argument("--variant", nargs="+", type=_variant, default=list(VARIANTS), metavar="NAME", help=names)
    options.add_training(parser, of="of data and initialisation")
    parser.add_argument("--data", choices=("toy",), default="toy", help="synthetic patterns, the only data there are")
    whole = "of SGD (default 1000); the one map is the whole batch, so that a step is an epoch"
    parser.add_argument("--steps", "--epochs", type=options.positive, default=1000, help=whole)


def _variant(text: str) -> str:
    """The name in VARIANTS of what is typed: that name, or its plain one."""
    name = PLAIN.get(text, text)
    if name not in VARIANTS:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(PLAIN)}, got {text!r}")
    return name


def run(arguments: argparse.Namespace) -> None:
    command.leave_to_the_first("the ablation")
    device, steps, chosen = options.device_of(arguments), arguments.steps, arguments.variant
    words = ["ablation", "--seed", *map(str, arguments.seed), "--steps", str(steps), "--device", device]
    if chosen != list(VARIANTS):
        words += ["--variant", *map(plain, chosen)]
    trainings = {
        f"{plain(name)}-{seed}": partial(run_one, name, seed, steps, device=device)
        for seed in arguments.seed
        for name in chosen
    }
    data = f"the toy's maps of each seed, {SIZE} x {SIZE}, {NUMBER} patterns (synthetic)"
    command.run_all(arguments, command.again(words), f"ablation steps {steps}", data, trainings, _line)


def _line(row: dict[str, Any]) -> str:
    return f"{row['model']:18} seed {row['seed']}  mse {row['mse']:.2e}  found {row['found']} of {NUMBER}"
