"""Take from a trained network what its coefficients alpha tell of the pixel, without training it again.

The errors of a network with ACDA, with alpha as trained and changed in all its layers at once: averaged over the pixels
of each image; averaged over images once and for all; averaged over the image and scaled to the energy that alpha had;
shuffled over the pixels; rolled by one row and one column. Beside them, for each layer, the energy of alpha, the shares
of it that are constant and that differ from image to image, and how many principal components hold 95 % of what is not
constant.

Networks are trained first, as `lenet` and `counting` train theirs, or are read from --weights.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from acda_core.data.cifar import cifar
from acda_core.experiments import classify, command, counting, lenet, options
from acda_core.nets import inspect
from acda_core.training.measure import parameters

IMAGES = 100  # over which alpha is averaged and measured, of those held out


@dataclass(frozen=True)
class Case:
    """A trained network and what it is judged by.

    Attributes:
        network: on its device, in evaluation mode.
        error: of a network like it, on all that is held out.
        images: some that are held out, as the network takes them.
        learned: some that it was trained on, as it takes them.
        fields: of the row: what it was judged on, and how it was trained.
    """

    network: nn.Module
    error: Callable[[nn.Module], float]
    images: Tensor
    learned: Tensor
    fields: dict[str, Any]


@dataclass(frozen=True)
class Source:
    """Where a case comes from: `epochs` are those of its own command, `load` trains its network or reads it."""

    title: str
    measure: str
    epochs: int
    load: Callable[[int, Path, argparse.Namespace, int], Case]  # seed, checkpoint, the command's arguments, epochs


def of_lenet(conv: str, seed: int, checkpoint: Path, arguments: argparse.Namespace, epochs: int) -> Case:
    """LeNet on CIFAR-10; its file in --weights is the one that `lenet --weights` writes."""
    device = options.device_of(arguments)
    data, held_out = (classify.some(cifar(10, split), arguments.images) for split in ("train", "test"))
    network = lenet.make_network(conv, 10, seed).to(device)
    fields: dict[str, Any] = {"data": held_out.source}
    if arguments.weights:
        from safetensors.torch import load_file

        network.load_state_dict(load_file(arguments.weights / f"lenet-{conv}-{seed}.safetensors"))
    else:
        steps = command.steps_of(epochs, len(data.labels), classify.BATCH)
        bar = f"lenet, {conv}, seed {seed}"
        history = classify.train_network(
            *(network, data, steps, seed, classify.BATCH), device=device, checkpoint=checkpoint, name=bar
        )
        fields |= {"epochs": epochs, "images": len(data.labels), "seconds": round(history.seconds, 1)}
    seen, learned = (classify.pixels(classify.some(part, IMAGES).images.to(device)) for part in (held_out, data))
    return Case(network.eval(), partial(classify.error, data=held_out, device=device), seen, learned, fields)


def of_counting(data: str, seed: int, checkpoint: Path, arguments: argparse.Namespace, epochs: int) -> Case:
    """The counting network with ACDA; its file in --weights is one of `counting --half`, of seed 0 without a number."""
    device = options.device_of(arguments)
    train, held_out, words = counting.load(data, arguments.images)
    fields: dict[str, Any] = {"data": words}
    if arguments.weights:
        number = f"_{seed}" if seed else ""
        network = counting.trained(data, arguments.weights / f"counting_{data}{number}.npz").to(device)
    else:
        network = counting.make_network("acda", seed, data).to(device)
        steps, bar = command.steps_of(epochs, len(train.counts), counting.BATCH), f"counting, {data}, seed {seed}"
        history = counting.train_network(
            *(network, train, steps, seed, counting.BATCH), device=device, checkpoint=checkpoint, name=bar
        )
        fields |= {"epochs": epochs, "images": len(train.counts), "seconds": round(history.seconds, 1)}

    def error(network: nn.Module) -> float:
        predicted = counting.predicted_counts(network, held_out.images, device)
        return counting.mae_and_rmse(predicted.sum(1), held_out.counts.sum(1))[0]

    seen, learned = (part.images[:IMAGES].to(device) for part in (held_out, train))
    return Case(network.eval(), error, seen, learned, fields)


CIFAR_ERROR, COUNT_ERROR = "test error, %", "mean absolute error of the count"
SOURCES = {
    "lenet": Source("LeNet + ACDA", CIFAR_ERROR, 12, partial(of_lenet, "acda")),
    "lenet_plain": Source("LeNet + ACDA, Φ without norm", CIFAR_ERROR, 12, partial(of_lenet, "square_16")),
    "crowds": Source("counting with ACDA, crowds", COUNT_ERROR, 30, partial(of_counting, "crowds")),
    "bccd": Source("counting with ACDA, blood", COUNT_ERROR, 30, partial(of_counting, "bccd")),
}


def errors(case: Case) -> dict[str, float]:
    """The error with alpha as trained, and with each change of it."""
    network = case.network
    forms = {
        "trained": network,
        "image_mean": inspect.averaged(network),
        "one_mean": inspect.averaged(network, case.images),
        "matched_mean": inspect.changed(network, inspect.energy_matched_mean),
        "shuffled": inspect.changed(network, inspect.shuffled),
        "rolled": inspect.changed(network, inspect.rolled),
    }
    return {f"error_{name}": case.error(form) for name, form in forms.items()}


def spreads(case: Case) -> dict[str, float]:
    """The :class:`acda_core.nets.inspect.Spread` of each adaptive layer, numbered from 1."""
    found: dict[str, float] = {}
    for number, layer in enumerate(inspect.adaptive_layers(case.network), 1):
        spread = inspect.spread(inspect.coefficients(case.network, layer, case.images))
        found |= {f"{name}_{number}": value for name, value in vars(spread).items()}
    return found


def run_one(
    name: str, seed: int, checkpoint: Path, arguments: argparse.Namespace, look: Callable[[Case], dict[str, float]]
) -> dict[str, Any]:
    """Train or read one network of SOURCES, and look into it; the row of the result."""
    source, start = SOURCES[name], time.perf_counter()
    case = source.load(seed, checkpoint, arguments, arguments.epochs or source.epochs)
    head = {"model": source.title, "conv": "acda", "net": name, "seed": seed, "measure": source.measure}
    row = head | case.fields | look(case) | {"parameters": parameters(case.network)}
    return row | {"seconds": round(time.perf_counter() - start, 1)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_names(parser, "--network", SOURCES, list(SOURCES), f"of {', '.join(SOURCES)} (default: all)")
    epochs = "default: as many as in the network's own command, 12 for LeNet and 30 for counting"
    parser.add_argument("--epochs", type=options.positive, metavar="NUMBER", help=epochs)
    images = "train and test on at most so many images (default: all)"
    parser.add_argument("--images", type=options.positive, metavar="NUMBER", help=images)
    weights = "train nothing: this folder holds what `lenet --weights` stored, and counting_crowds.npz, "
    weights += "counting_bccd.npz of `counting --half`, as book/results does"
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help=weights)
    options.add_training(parser)


def run_on_cases(arguments: argparse.Namespace, name: str, look: Callable[[Case], dict[str, float]]) -> None:
    """The command `name`, whose rows hold what `look` finds in each network, for the arguments of add_arguments.

    Raises:
        SystemExit: --weights names no folder; see :func:`acda_core.experiments.command.run_all` too.
    """
    if arguments.weights and not arguments.weights.is_dir():
        raise SystemExit(f"--weights must name a folder of trained weights, and {arguments.weights} is none")
    trainings = {
        f"{network}-{seed}": partial(run_one, network, seed, arguments=arguments, look=look)
        for seed in arguments.seed
        for network in arguments.network
    }
    given = {"--epochs": arguments.epochs, "--images": arguments.images, "--weights": arguments.weights}
    what = [word for option, value in given.items() if value for word in (option, str(value))]
    words = [name, *what, "--network", *arguments.network, "--seed", *map(str, arguments.seed)]
    words += ["--device", options.device_of(arguments)]
    with command.process_group(arguments):
        setting = " ".join([name, *what])
        command.run_all(arguments, command.again(words), setting, "what each row names", trainings)


def run(arguments: argparse.Namespace) -> None:
    run_on_cases(arguments, "frozen_alpha", lambda case: errors(case) | spreads(case))
