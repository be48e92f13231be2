"""Ask of a trained network how many different filters it needs, without training it again.

Its coefficients alpha are cut down in all layers at once, and its error is taken: to their mean and their part along
the first 1 to 32 principal directions; and to the nearest of 2 to 64 values, found by k-means, so that a layer has no
more than so many different filters. Mean, directions and values come from the pixels of 100 training images. Beside
each error stands, for each layer, the share of the variance of alpha that is left, on images held out.

Networks are those of `frozen_alpha`, trained first, or read from --weights.
"""

import argparse
from collections.abc import Callable
from functools import partial

from torch import Tensor

from acda_core.experiments import frozen_alpha
from acda_core.nets import few_filters, inspect

RANKS = 0, 1, 2, 4, 8, 16, 32  # directions
SIZES = 2, 4, 8, 16, 32, 64  # values


def cut_downs(alpha: Tensor) -> dict[str, Callable[[Tensor], Tensor]]:
    """Ways to cut the coefficients of a layer down, fitted to its alpha (n, m, S m', h, w) on training images."""
    found = few_filters.directions(alpha)
    ways: dict[str, Callable[[Tensor], Tensor]] = {}
    for number in RANKS:
        ways[f"rank_{number}"] = partial(found.keep, number=number)
    for size in SIZES:
        ways[f"values_{size}"] = partial(few_filters.nearest, values=few_filters.codebook(alpha, size))
    return ways


def look(case: frozen_alpha.Case) -> dict[str, float]:
    """The error of a network with alpha as trained and cut down, and what each layer keeps of its variance."""
    network, layers = case.network, inspect.adaptive_layers(case.network)
    fitted = [cut_downs(inspect.coefficients(network, layer, case.learned)) for layer in layers]
    seen = [inspect.coefficients(network, layer, case.images) for layer in layers]
    found = {"error_trained": case.error(network)}
    for name in fitted[0]:
        changes = [ways[name] for ways in fitted]
        found[f"error_{name}"] = case.error(inspect.changed(network, *changes))
        for number, (alpha, change) in enumerate(zip(seen, changes, strict=True), 1):
            found[f"kept_{number}_{name}"] = few_filters.kept_variance(alpha, change(alpha))
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    frozen_alpha.add_arguments(parser)


def run(arguments: argparse.Namespace) -> None:
    frozen_alpha.run_on_cases(arguments, "how_many_filters", look)
