"""Does adapting pay where pictures vary within themselves? Dose and response: the paper's thesis, put to the test.

Networks that differ in one kind of layer learn from data whose heterogeneity h within a picture goes from 0 to 1 at a
fixed mean. In "denoise" it is that of the noise on tiles of photographs; in "crowds" that of the heads' sizes in
synthetic crowds. The layer adapts to the pixel, or to the image with the same Phi, or it is a plain convolution in a
network so wide that it costs as many multiply-adds or parameters.

--rates trains each network at a few learning rates, at h = 0 and 1, and tells its error on validation data; without it,
each is trained at the rate of least validation error, and judged on test data. Phi is the layer's own default.
"""

import argparse
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.experiments import command, options, results
from acda_core.experiments.heterogeneity_data import PROBLEMS
from acda_core.experiments.matching import best_rates, nearest_width
from acda_core.generators import normalised_generator
from acda_core.layers import ACDAConv2d
from acda_core.nets.adaptivity import averaged_atoms
from acda_core.nets.blocks import Conv
from acda_core.nets.named import Network, fresh
from acda_core.training.distributed import data_parallel, share
from acda_core.training.fit import fit_by_adam
from acda_core.training.measure import multiply_adds, parameters

RATES = 1e-3, 3e-3, 1e-2  # that every network is tried at
LEVELS = Fraction(0), Fraction(1, 3), Fraction(2, 3), Fraction(1)  # h
ENDS = LEVELS[0], LEVELS[-1]  # at which rates are tried


LAYERS: dict[str, Network[nn.Module]] = {  # what each makes stands in the body of a problem
    "acda": Network("ACDA", ACDAConv2d),
    "acda_image": Network(
        "ACDA per image", partial(ACDAConv2d, generator=partial(averaged_atoms, normalised_generator))
    ),
    "conv_ops": Network("Conv, equal multiply–adds", nn.Conv2d),
    "conv_params": Network("Conv, equal parameters", nn.Conv2d),
}


def cost(name: str, problem: str, network: nn.Module) -> int:
    """What of ACDA's a network has as much of: parameters for "conv_params", multiply-adds of a picture for others."""
    return parameters(network) if name == "conv_params" else multiply_adds(network, PROBLEMS[problem].shape)


@cache
def own_width(name: str, problem: str) -> int:
    """Channels of a network: the problem's for ACDA, for a convolution those at which it costs most nearly as much."""
    width = PROBLEMS[problem].width
    if name in ("acda", "acda_image"):
        return width
    wanted = cost(name, problem, _body("acda", problem, width, 0))
    return nearest_width(lambda channels: cost(name, problem, _body(name, problem, channels, 0)), wanted, width)


def make_network(name: str, problem: str, seed: int) -> nn.Module:
    """A fresh network with one of LAYERS, for one of PROBLEMS.

    Raises:
        ValueError: another name or problem.
    """
    if name not in LAYERS:
        raise ValueError(f"`name` must be one of {', '.join(LAYERS)}, got {name!r}")
    if problem not in PROBLEMS:
        raise ValueError(f"`problem` must be one of {', '.join(PROBLEMS)}, got {problem!r}")
    return _body(name, problem, own_width(name, problem), seed)


def _body(name: str, problem: str, width: int, seed: int) -> nn.Module:
    layer: Conv = LAYERS[name].make
    bodies = {name: Network(name, partial(PROBLEMS[problem].body, layer, width=width))}
    return fresh(bodies, name, seed)


def run_one(
    name: str,
    problem: str,
    h: Fraction,
    seed: int,
    rate: float,
    checkpoint: Path | None,
    *,
    steps: int,
    device: str = "cpu",
    tested: bool = True,
) -> dict[str, Any]:
    """Train one network at one h and one rate; the row of the result, with the test errors where that is wanted."""
    task = PROBLEMS[problem]
    network = make_network(name, problem, seed).to(device)
    batches = task.batches(float(h), seed)
    wrapped = data_parallel(network)

    def inputs(step: int) -> tuple[Tensor, Tensor]:
        given, wanted = batches(step)
        return share(given), share(wanted)

    def loss(given: Tensor, wanted: Tensor) -> Tensor:
        return F.mse_loss(wrapped(given), wanted)

    bar = f"{name}, h = {h}, rate {rate:g}, seed {seed}"
    history = fit_by_adam(network, loss, inputs, steps, rate, checkpoint, bar)
    row = {
        "model": LAYERS[name].title,
        "conv": name,
        "problem": problem,
        "h": float(h),
        "seed": seed,
        "steps": steps,
        "rate": rate,
        "split": "test" if tested else "validation",
        "validation_error": task.errors(network, float(h), "validation", device)[task.measure],
    }
    if tested:
        row |= task.errors(network, float(h), "test", device)
    return row | {
        "last_loss": history.last_loss(50),
        "seconds": round(history.seconds, 1),
        "width": own_width(name, problem),
        "parameters": parameters(network),
        "multiply_adds": multiply_adds(network, task.shape),
    }


def level(text: str) -> Fraction:
    """A number from 0 to 1, such as 0.5 or 1/3."""
    try:
        h = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"must be a number such as 0.5 or 1/3, got {text!r}") from None
    if not 0 <= h <= 1:
        raise argparse.ArgumentTypeError(f"must be from 0 to 1, got {text}")
    return h


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_names(parser, "--network", LAYERS, list(LAYERS), f"of {', '.join(LAYERS)} (default: all)")
    parser.add_argument("--problem", "--data", choices=list(PROBLEMS), default="denoise", help="default: denoise")
    levels = "heterogeneities, from 0 to 1 (default 0 1/3 2/3 1; with --rates 0 1)"
    parser.add_argument("--h", type=level, nargs="+", metavar="NUMBER", help=levels)
    steps = "of a training (default 1000)"
    parser.add_argument("--steps", type=options.positive, default=1000, metavar="NUMBER", help=steps)
    stored = "what --rates stored for the problem, to take each network's best rate from (default: the course's own)"
    options.add_rates(parser, RATES, "the validation data", stored)
    options.add_training(parser)


def run(arguments: argparse.Namespace) -> None:
    problem, steps, device = arguments.problem, arguments.steps, options.device_of(arguments)
    levels = arguments.h or (ENDS if arguments.rates else LEVELS)
    own = f"heterogeneity_rates_{problem}"
    best = {} if arguments.rates else best_rates(arguments.tuned or results.find(own))
    missing = [name for name in arguments.network if not arguments.rates and name not in best]
    if missing:
        raise SystemExit(f"there is no rate for {', '.join(missing)}: run this command with --rates first")
    with command.process_group(arguments):
        trainings = {
            f"{name}-{h}-{rate}-{seed}": partial(
                run_one, *(name, problem, h, seed, rate), steps=steps, device=device, tested=not arguments.rates
            )
            for seed in arguments.seed
            for h in levels
            for name in arguments.network
            for rate in (RATES if arguments.rates else [best[name]])
        }
        what = ["--rates"] if arguments.rates else ["--tuned", str(arguments.tuned)] if arguments.tuned else []
        words = ["heterogeneity", "--problem", problem, *what, "--network", *arguments.network]
        words += ["--h", *map(str, levels), "--seed", *map(str, arguments.seed), "--steps", str(steps)]
        words += ["--device", device]
        setting = " ".join(["heterogeneity", problem, *what[:1], "steps", str(steps)])
        command.run_all(arguments, command.again(words), setting, PROBLEMS[problem].words, trainings)
