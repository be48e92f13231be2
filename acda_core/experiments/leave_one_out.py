"""Restore photographs, each of seven held out in turn: is one adaptive layer ahead of its rivals, whatever the picture?

The photographs and degradations are those of `restoration`. In each fold networks learn from six photographs and are
judged on the seventh, beside its degraded input and the best linear 5 x 5 filter for the six. A fold has initial
weights and patches of its own, the same for all networks: a network's lead over another, fold by fold, varies with the
photograph and with the seed together. Each number of steps is a training of its own.

--rates trains each network at a few learning rates on five of the six, and judges it on the sixth: with --tuned the
rate of each network in each fold is the one that did best there, which the photograph held out had no part in.
"""

import argparse
import math
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import torch

from acda_core.data.photographs import PROBLEMS, TEST, TRAIN, Pair, held_out_pairs, training_pairs
from acda_core.experiments import command, linear_filter, options, restoration, restoration_rivals, results
from acda_core.experiments.matching import best_rate, tried_rates
from acda_core.experiments.restoration_rivals import NETWORKS
from acda_core.training.fit import History
from acda_core.training.measure import parameters

FOLDS = TEST + TRAIN
RATES = 5e-4, 2e-3, 8e-3, 3.2e-2  # that every network is tried at
TUNED = "restoration_rivals_rates"  # what --rates stored for the course
SIZE = 5  # of the linear filter


@dataclass(frozen=True)
class Fold:
    """What networks learn from and are judged by.

    All are on the device that networks are trained on.

    Attributes:
        train: degraded photographs to learn from.
        photograph: the name of the one that networks are judged by.
        pair: that one.
        beside: PSNR and SSIM of its degraded form, "_noisy", and of what the best linear filter for `train` makes of
            it, "_linear".
    """

    train: list[Pair]
    photograph: str
    pair: Pair
    beside: dict[str, float]


@lru_cache(maxsize=1)
def fold_of(problem: str, held_out: str, validated: bool = False, device: str = "cpu") -> Fold:
    """The fold of a photograph that is held out.

    Args:
        problem: one of PROBLEMS.
        held_out: one of FOLDS.
        validated: whether to leave out the next one too, and to judge by that.
        device: of its tensors.
    """
    following = FOLDS[(FOLDS.index(held_out) + 1) % len(FOLDS)]
    judged = following if validated else held_out
    names = [name for name in FOLDS if name not in (held_out, judged)]
    train = [pair.to(device) for pair in training_pairs(problem, names)]
    pair = held_out_pairs(problem, [judged])[judged].to(device)
    weights = linear_filter.best_of_pairs(train, SIZE)
    linear = linear_filter.filtered(pair.degraded[None], weights, SIZE)[0].clamp(0, 1)
    beside: dict[str, float] = {}
    for suffix, image in (("noisy", pair.degraded), ("linear", linear)):
        found = restoration.quality(image, pair)
        beside |= {f"{measure}_{suffix}": found[measure] for measure in ("psnr", "ssim")}
    return Fold(train, judged, pair, beside)


def seed_of(held_out: str, seed: int) -> int:
    """The seed of a fold's initial weights and patches: another one for each fold and each seed."""
    return len(FOLDS) * seed + FOLDS.index(held_out)


def run_one(
    name: str,
    held_out: str,
    steps: int,
    seed: int,
    rate: float,
    checkpoint: Path | None,
    *,
    problem: str = "denoise",
    device: str = "cpu",
    validated: bool = False,
) -> dict[str, Any]:
    """Train one network in one fold and measure it on the photograph that the fold is judged by; the row of the result.

    Args:
        name: of NETWORKS.
        held_out: one of FOLDS.
        steps: of the training.
        seed: of :func:`seed_of`.
        rate: the highest learning rate.
        checkpoint: to go on from, and to write.
        problem: one of PROBLEMS.
        device: to train on.
        validated: as in :func:`fold_of`. The row then has a "validation_error", the mean squared error.

    Raises:
        FloatingPointError: the training diverges and is not there to try a rate.
    """
    fold, own = fold_of(problem, held_out, validated, device), seed_of(held_out, seed)
    network = restoration_rivals.make_network(name, own).to(device)
    bar = f"{name}, without {held_out}, {steps} steps, rate {rate:g}, seed {seed}"
    history, image = History(), torch.zeros_like(fold.pair.degraded)  # black, where a rate that is tried is too high
    with suppress(FloatingPointError) if validated else nullcontext():
        history = restoration.train_network(
            *(network, fold.train, steps, own, restoration.BATCH),
            device=device,
            checkpoint=checkpoint,
            name=bar,
            highest=rate,
        )
        image = restoration.restored(network, fold.pair.degraded, device).to(device)
    row = {
        "model": NETWORKS[name].title,
        "conv": name,
        "problem": problem,
        "fold": held_out,
        "seed": seed,
        "steps": steps,
        "rate": rate,
        "split": "validation" if validated else "test",
        "photograph": fold.photograph,
        **restoration.quality(image, fold.pair),
        **fold.beside,
    }
    if validated:
        row["validation_error"] = (image - fold.pair.clean).square().mean().item()
    return row | {
        "last_loss": history.last_loss(50) if history.losses else None,
        "seconds": round(history.seconds, 1),
        "parameters": parameters(network),
        "multiply_adds": restoration_rivals.cost(network),
    }


def tuned_rate(tried: list[dict[str, Any]], name: str, held_out: str, steps: int, problem: str) -> float:
    """A network's rate of least validation error in a fold, at the number of steps tried that is nearest in ratio.

    Args:
        tried: rows of --rates.
        name, held_out, steps, problem: as in :func:`run_one`.

    Raises:
        SystemExit: the network was not tried in this fold.
    """
    wanted = {"conv": name, "fold": held_out, "problem": problem}
    own = [row for row in tried if wanted.items() <= row.items()]
    if not own:
        raise SystemExit(f"there is no rate for {name} without {held_out}: run this command with --rates first")
    nearest = min({row["steps"] for row in own}, key=lambda number: abs(math.log(number / steps)))
    return best_rate(row for row in own if row["steps"] == nearest)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_names(parser, "--network", NETWORKS, list(NETWORKS), f"of {', '.join(NETWORKS)} (default: all)")
    options.add_names(parser, "--fold", FOLDS, list(FOLDS), f"held out, of {', '.join(FOLDS)} (default: all)")
    parser.add_argument("--problem", "--data", choices=list(PROBLEMS), default="denoise", help="default: denoise")
    steps = "each a training of its own (default 500 2000)"
    parser.add_argument("--steps", type=options.positive, nargs="+", default=[500, 2000], metavar="NUMBER", help=steps)
    stored = "take the best rates from what --rates stored, without FILE from the course's own; "
    stored += f"{restoration.HIGHEST_RATE} for all where this option is missing"
    options.add_rates(parser, RATES, "a validation photograph", stored, nargs="?", const=False)
    options.add_training(parser, "of initialisation and patches, with the fold", len(FOLDS))


def run(arguments: argparse.Namespace) -> None:
    problem, device, what, tried = arguments.problem, options.device_of(arguments), [], []
    if arguments.rates:
        what = ["--rates"]
    elif arguments.tuned is not None:
        what = ["--tuned", str(arguments.tuned)] if arguments.tuned else ["--tuned"]
        tried = tried_rates(arguments.tuned or results.find(TUNED))

    def rates(name: str, held_out: str, steps: int) -> tuple[float, ...]:
        if arguments.rates:
            return RATES
        return (tuned_rate(tried, name, held_out, steps, problem) if what else restoration.HIGHEST_RATE,)

    trainings = {
        f"{name}-{held_out}-{steps}-{rate}-{seed}": partial(
            run_one, name, held_out, steps, seed, rate, problem=problem, device=device, validated=arguments.rates
        )
        for held_out in arguments.fold
        for seed in arguments.seed
        for steps in arguments.steps
        for name in arguments.network
        for rate in rates(name, held_out, steps)
    }
    words = ["leave_one_out", "--problem", problem, *what, "--network", *arguments.network]
    words += ["--fold", *arguments.fold, "--steps", *map(str, arguments.steps)]
    words += ["--seed", *map(str, arguments.seed), "--device", device]
    setting = " ".join(["leave_one_out", problem, *what[:1]])
    data = f"photographs of scikit-image, {', '.join(FOLDS)}, each held out in turn; "
    data += f"synthetic degradation: {PROBLEMS[problem]}"
    with command.process_group(arguments):
        command.run_all(arguments, command.again(words), setting, data, trainings)
