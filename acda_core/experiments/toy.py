"""Find patterns of three sizes on a noisy map with one layer: Fig. 6a of the paper, on synthetic data.

One 7 x 7 convolution and one 7 x 7 ACDA layer, one channel in and one out, learn the map of the centres of 25 patterns
from a single sample, by the mean squared error and SGD with learning rate 0.01. Beside them stands a rival that the
paper does not have: two convolutions with a ReLU between, which see the same 7 x 7 pixels. A pattern is found where the
output at its centre is above 1/2. Any other pixel above 1/2 is a false alarm.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.data.patterns import OTHERS, ToySample, toy_sample
from acda_core.experiments import command, options, results
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.nets.named import Network, fresh
from acda_core.training.atomic import whole
from acda_core.training.fit import History, fit
from acda_core.training.measure import evaluating, parameters
from acda_core.training.seeds import BEYOND

KERNEL_SIZE = 7
LEARNING_RATE = 0.01
HELD_OUT = 1000  # added to a sample's seed for the map that no layer trains on


@dataclass(frozen=True)
class Recipe:
    """What the paper leaves open: Φ, and the momentum of SGD."""

    words: str
    generator: str | Callable[..., nn.Module]  # as ACDAConv2d takes it
    momentum: float
    models: tuple[str, ...]  # that the command trains: only ACDA where no more than Φ differs from the chosen one


CHOSEN = partial(AtomGenerator, hidden_channels=32, kernel_sizes=(3, 3))
ALL = "conv", "acda", "stack"
RECIPES = {
    "chosen": Recipe("Φ 3 × 3, 3 × 3, 32 channels, ReLU; momentum 0.99", CHOSEN, 0.99, ALL),
    "paper": Recipe("Φ 1 × 1, 3 × 3, 64 channels, ReLU (the paper's sizes); momentum 0.99", "paper", 0.99, ("acda",)),
    "released": Recipe(
        "Φ 3 × 3, 3 × 3, 64 channels, batch norm, tanh (as released); momentum 0.99", "released", 0.99, ("acda",)
    ),
    "normalised": Recipe(
        "Φ 1 × 1, 3 × 3, 16 channels, the layer's default; momentum 0.99", "normalised", 0.99, ("acda",)
    ),
    "plain": Recipe("Φ 3 × 3, 3 × 3, 32 channels, ReLU; no momentum", CHOSEN, 0.0, ALL),
}


def _conv(recipe: Recipe) -> nn.Module:
    return nn.Conv2d(1, 1, KERNEL_SIZE, padding=KERNEL_SIZE // 2)


def _acda(recipe: Recipe) -> nn.Module:
    return ACDAConv2d(1, 1, KERNEL_SIZE, padding=KERNEL_SIZE // 2, generator=recipe.generator)


def _stack(recipe: Recipe) -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 1, 5, padding=2))


MODELS = {"conv": Network("Conv", _conv), "acda": Network("ACDA", _acda), "stack": Network("two Convs", _stack)}


@dataclass(frozen=True)
class Score:
    """Mean squared error over the map; centres above 1/2; other pixels above 1/2; centres among the highest answers.

    The last, `ranked`, asks for no threshold: of as many pixels as there are centres, those with the highest answers,
    it counts those that are centres.
    """

    mse: float
    found: int
    false_alarms: int
    ranked: int


def make_layer(name: str, recipe: str = "chosen", seed: int = 0) -> nn.Module:
    """A fresh layer of one channel that sees 7 x 7 pixels, with the package's own initialisation.

    Args:
        name: "conv", "acda", or "stack" for the two convolutions.
        recipe: a name in RECIPES.
        seed: of the initial weights.

    Raises:
        ValueError: another name.
    """
    if recipe not in RECIPES:
        raise ValueError(f"`recipe` must be one of {', '.join(RECIPES)}, got {recipe!r}")
    return fresh(MODELS, name, seed, RECIPES[recipe])


def train_layer(
    layer: nn.Module,
    sample: ToySample,
    steps: int,
    momentum: float = RECIPES["chosen"].momentum,
    checkpoint: Path | None = None,
    name: str = "",
    progress: bool = True,
) -> History:
    """SGD with learning rate 0.01 on the mean squared error over the sample, which is on the layer's device."""
    optimizer = torch.optim.SGD(layer.parameters(), lr=LEARNING_RATE, momentum=momentum)
    return fit(
        layer,
        lambda: F.mse_loss(layer(sample.image), sample.target),
        optimizer,
        steps,
        checkpoint,
        name=name,
        progress=progress,
        inputs=lambda step: (),
    )


def score(layer: nn.Module, sample: ToySample) -> Score:
    """How well a layer, in evaluation mode, marks the centres of a sample."""
    with evaluating(layer):
        predicted = layer(sample.image)
    centre = sample.target > 0.5
    highest = predicted.flatten().topk(len(sample.positions)).indices
    return Score(
        mse=F.mse_loss(predicted, sample.target).item(),
        found=int((predicted[centre] > 0.5).sum()),
        false_alarms=int((predicted[~centre] > 0.5).sum()),
        ranked=int(centre.flatten()[highest].sum()),
    )


def held_out_seed(seed: int) -> int:
    """Of the maps that no layer trains on, beside those of a seed."""
    return (seed + HELD_OUT) % BEYOND


def best_conv(sample: ToySample) -> nn.Conv2d:
    """The 7 x 7 convolution of least mean squared error on a sample, in closed form: no training finds a better one."""
    patches = F.unfold(sample.image.cpu().double(), KERNEL_SIZE, padding=KERNEL_SIZE // 2)[0].T
    patches = F.pad(patches, (0, 1), value=1.0)  # for the bias
    solution = torch.linalg.lstsq(patches, sample.target.cpu().double().view(-1, 1)).solution.flatten()
    conv = nn.utils.skip_init(nn.Conv2d, 1, 1, KERNEL_SIZE, padding=KERNEL_SIZE // 2)
    conv.load_state_dict({"weight": solution[:-1].view_as(conv.weight), "bias": solution[-1:]})
    return conv.to(sample.image.device)


@torch.no_grad()
def filters(layer: ACDAConv2d, image: Tensor) -> Tensor:
    """The whole filter of every pixel, K = A D: (h, w, l, l), for a layer of one channel and an image (1, 1, h, w)."""
    return torch.einsum("m,mkhw,kuv->hwuv", layer.A[0, 0], layer.coefficients(image)[0], layer.psi)


def run_one(
    conv: str, recipe: str, seed: int, steps: int, checkpoint: Path | None = None, device: str = "cpu"
) -> tuple[dict[str, Any], nn.Module]:
    """Train one layer; the row of the result, and the layer. "early_mse" is the error before step 100, to check by."""
    if steps < 1:
        raise ValueError(f"`steps` must be at least 1, got {steps}")
    sample = toy_sample(seed).to(device)
    layer = make_layer(conv, recipe, seed).to(device)
    bar = f"{conv}, {recipe}, seed {seed}"
    history = train_layer(layer, sample, steps, RECIPES[recipe].momentum, checkpoint, bar)
    on_sample, floor = score(layer, sample), score(best_conv(sample), sample)
    held_out = score(layer, toy_sample(held_out_seed(seed)).to(device))
    others = score(layer, toy_sample(held_out_seed(seed), patterns=OTHERS).to(device))
    row = {
        "model": MODELS[conv].title,
        "conv": conv,
        "recipe": recipe,
        "seed": seed,
        "steps": steps,
        "early_mse": history.losses[:101][-1],
        "mse": on_sample.mse,
        "found": on_sample.found,
        "false_alarms": on_sample.false_alarms,
        "ranked": on_sample.ranked,
        "held_out_mse": held_out.mse,
        "held_out_found": held_out.found,
        "held_out_false_alarms": held_out.false_alarms,
        "held_out_ranked": held_out.ranked,
        "other_patterns_mse": others.mse,
        "other_patterns_found": others.found,
        "other_patterns_false_alarms": others.false_alarms,
        "other_patterns_ranked": others.ranked,
        "zero_mse": sample.target.square().mean().item(),
        "floor_mse": floor.mse,
        "floor_found": floor.found,
        "floor_ranked": floor.ranked,
        "parameters": parameters(layer),
        "seconds": round(history.seconds, 1),
    }
    return row, layer


def save_weights(path: Path, layers: dict[str, nn.Module], recipe: str, seed: int) -> None:
    """Store trained layers as JSON with six significant digits a number, whole or not at all."""
    stored = {
        "recipe": recipe,
        "seed": seed,
        "layers": {
            conv: {
                name: {"shape": list(tensor.shape), "values": [float(f"{value:.6g}") for value in tensor.flatten()]}
                for name, tensor in layer.state_dict().items()
                if name != "psi"  # fixed
            }
            for conv, layer in layers.items()
        },
    }
    with whole(path) as part:
        part.write_text(json.dumps(stored, separators=(",", ":")) + "\n", encoding="utf-8")


def trained(path: Path | None = None) -> dict[str, nn.Module]:
    """Trained layers by name, "conv" and "acda", in evaluation mode: from a file of :func:`save_weights`.

    Args:
        path: of the file; the course's own when None, which is the run with seed 0 of the chosen recipe.
    """
    stored = json.loads((path or results.find("toy_weights")).read_text(encoding="utf-8"))
    layers = {}
    for conv, tensors in stored["layers"].items():
        layer = make_layer(conv, stored["recipe"], stored["seed"])
        state = {name: torch.tensor(part["values"]).view(part["shape"]) for name, part in tensors.items()}
        layer.load_state_dict({**layer.state_dict(), **state})
        layers[conv] = layer.eval()
    return layers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_training(parser, of="of data and initialisation")
    parser.add_argument("--steps", type=options.positive, default=3000, help="of SGD (default 3000)")
    options.add_names(parser, "--recipe", RECIPES, ["chosen"], f"of {', '.join(RECIPES)} (default: chosen)")
    weights = "store the layers of the first recipe and seed in this JSON file"
    parser.add_argument("--weights", type=options.file, help=weights)


def run(arguments: argparse.Namespace) -> None:
    command.leave_to_the_first("the toy")
    device, steps, seeds = options.device_of(arguments), str(arguments.steps), map(str, arguments.seed)
    words = ["toy", "--seed", *seeds, "--steps", steps, "--recipe", *arguments.recipe, "--device", device]
    layers: dict[str, nn.Module] = {}

    def train(conv: str, recipe: str, seed: int, checkpoint: Path) -> dict[str, Any]:
        row, layer = run_one(conv, recipe, seed, arguments.steps, checkpoint, device)
        if arguments.weights and (recipe, seed) == (arguments.recipe[0], arguments.seed[0]):
            layers[conv] = layer
            save_weights(arguments.weights, layers, recipe, seed)
        return row

    trainings = {
        f"{recipe}-{conv}-{seed}": partial(train, conv, recipe, seed)
        for recipe in arguments.recipe
        for seed in arguments.seed
        for conv in RECIPES[recipe].models
    }
    data = "the toy's maps of each seed (synthetic)"
    command.run_all(arguments, command.again(words), f"toy steps {steps}", data, trainings, _line)


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['conv']:5}  {row['recipe']:8}  seed {row['seed']}  mse {row['mse']:.2e}, best convolution "
        f"{row['floor_mse']:.2e}, zero map {row['zero_mse']:.2e}; found {row['found']} of 25, "
        f"{row['false_alarms']} false alarms; new places {row['held_out_mse']:.2e}, {row['held_out_found']} found; "
        f"new patterns {row['other_patterns_mse']:.2e}, {row['other_patterns_found']} found"
    )
