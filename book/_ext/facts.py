"""The numbers of the first pages: each is counted, or read from stored results, when the page is built.

On a page {fact}`name` prints what the function of that name returns, and the directive fact-table shows its table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from notebooks import chapters
from torch import nn

from acda_core import ACDAConv2d, cost
from acda_core.course.tables import Table, table
from acda_core.course.widgets import TrainHere
from acda_core.experiments import (
    ablation,
    counting,
    equal_cost,
    hero,
    heterogeneity,
    lenet,
    lenet_matched,
    resnet,
    restoration,
    results,
    scale_choice,
    toy,
)
from acda_core.generators import GENERATORS, PixelNorm

SIZES = 3, 5, 7
CHANNELS, PIXELS = 256, 100  # of the layer of the paper's Table 6


def stored(name: str, **wanted: Any) -> list[dict[str, Any]]:
    """The rows of a stored result with these values."""
    found = [row for row in results.load(name)["results"] if wanted.items() <= row.items()]
    if not found:
        raise ValueError(f"{name}.json must hold a row with {wanted}, it holds none")
    return found


def values(name: str, column: str, **wanted: Any) -> list[float]:
    return [row[column] for row in stored(name, **wanted)]


def least(name: str, column: str, **wanted: Any) -> float:
    """The smallest value of a column: that of the faster layout of memory, where both were measured."""
    return min(values(name, column, **wanted))


def span(numbers: Sequence[float], digits: int) -> str:
    """From the smallest to the largest, such as "26.2 to 27.8", or one number where both look alike."""
    low, high = f"{min(numbers):.{digits}f}", f"{max(numbers):.{digits}f}"
    return low if low == high else f"{low} to {high}"


# One filter is not enough: the front page's layer on a photograph


def noisy_decibels() -> str:
    return f"{stored('hero', conv='acda')[0]['psnr_noisy_shown']:.1f}"


def linear_decibels() -> str:
    return f"{stored('hero', conv='conv')[0]['psnr_shown']:.1f}"


def adaptive_decibels() -> str:
    return f"{stored('hero', conv='acda')[0]['psnr_shown']:.1f}"


# Atoms: what is said of a pixel, for 256 channels in and out and kernels of 7 x 7


def filter_numbers() -> str:
    return f"{cost.dense(CHANNELS, CHANNELS, 7, 1, 1).intermediate:,}"


def atom_numbers() -> str:
    return f"{6 * 7**2:,}"


def alpha_numbers() -> str:
    return f"{6 * cost.LayerShape(CHANNELS, CHANNELS, 7, 1, 1).num_coefficients:,}"


# Two layers: memory at 100 channels, 100 x 100 pixels, 3 x 3, as in the paper's Section 3.2


def wall_gigabytes() -> str:
    return f"{4e-9 * cost.dense(100, 100, 3, 100, 100).intermediate:.1f} GB"


def atom_gigabytes() -> str:
    return f"{4e-9 * cost.two_layers(100, 100, 3, 100, 100).intermediate:.3f} GB"


# The toy: five maps of 25 patterns


def toy_ratio() -> str:
    """How many times smaller ACDA's error is than that of the best single filter on the same map: the median."""
    return f"{median(row['floor_mse'] / row['mse'] for row in stored('toy', conv='acda')):.0f}"


def toy_found() -> str:
    return span(values("toy", "found", conv="acda"), 0)


def toy_found_by_one_filter() -> str:
    return span(values("toy", "floor_found", conv="conv"), 0)


def toy_found_by_two_convolutions() -> str:
    return span(values("toy", "found", conv="stack"), 0)


def toy_parameters() -> str:
    return f"{stored('toy', conv='acda')[0]['parameters']:,}"


def toy_parameters_of_two_convolutions() -> str:
    return f"{stored('toy', conv='stack')[0]['parameters']:,}"


# Cost, as multiples of nn.Conv2d's


DEFAULT_WIDTH = 16  # d of the default generator, which is counted as the paper's otherwise


def multiply_adds_at_64_channels() -> str:
    """Of a 3 x 3 layer with the paper's generator over a convolution's."""
    ours, conv = (count(64, 64, 3, 1, 1).multiply_adds for count in (cost.acda, cost.conv))
    return f"{ours / conv:.1f}"


def costs() -> Table:
    large = {"in_channels": CHANNELS, "out_channels": CHANNELS, "size": PIXELS}
    processor = {"images": 1, **large}
    graph = {"images": 8, "dtype": "float32", "mode": "graph", **large}
    lines = [
        {"what": "parameters", **by_size(lambda size: counted("parameters", size))},
        {"what": "multiply–adds", **by_size(lambda size: counted("multiply_adds", size))},
        measured("time, a processor", "bench_layer", "step_ms", "acda_default", processor),
        measured("time, a graphics card", "bench_card", "step_ms", "acda", graph),
        measured("the same, launched by Python", "bench_card", "step_ms", "acda", {**graph, "mode": "eager"}),
        measured("memory, a processor", "bench_layer", "peak_bytes", "acda_default", processor),
        measured("memory, a graphics card", "bench_card", "peak_bytes", "acda", graph),
    ]
    here, card = (results.load(name) for name in ("bench_layer", "bench_card"))
    caption = (
        f"One ACDA layer with the default Φ, over one convolution of the same size: {CHANNELS} channels in and out, "
        f"{PIXELS} × {PIXELS} pixels, float32. Time and peak memory of a training step: on a processor "
        f"({here['machine']}, {here['date']}); on a card, as a CUDA graph ({card['machine'].split(', ')[-1]}, "
        f"8 images, {card['date']})."
    )
    shown = {f"{size}\u00a0×\u00a0{size}": f"{{by{size}:.2f}}" for size in SIZES}
    return table(lines, {"as a multiple of nn.Conv2d's": "{what}"}, shown, caption)


def counted(attribute: str, size: int) -> float:
    shape = CHANNELS, CHANNELS, size, 1, 1
    ours, conv = cost.acda(*shape, hidden_channels=DEFAULT_WIDTH), cost.conv(*shape)
    return float(getattr(ours, attribute) / getattr(conv, attribute))


def measured(what: str, name: str, column: str, ours: str, setting: dict[str, Any]) -> dict[str, Any]:
    def ratio(size: int) -> float:
        one = {"kernel_size": size, **setting}
        return least(name, column, conv=ours, **one) / least(name, column, conv="conv", **one)

    return {"what": what, **by_size(ratio)}


def by_size(ratio: Callable[[int], float]) -> dict[str, float]:
    return {f"by{size}": ratio(size) for size in SIZES}


# When it pays: ACDA beside the rival that a reader should ask for


def rivals() -> Table:
    toy = [{**row, "error": 100 * row["mse"] / row["floor_mse"]} for row in stored("toy")]
    toy_of = {conv: [row for row in toy if row["conv"] == conv] for conv in ("acda", "stack")}
    two, wide, plain = "two convolutions, ReLU between", "convolutions twice as wide", "three 3 × 3 convolutions"
    wider = "a wider plain net"
    noise = stored("restoration_denoise", conv="one_acda"), stored("restoration_rivals_denoise", conv="plain_3x3")
    crowds = stored("counting_crowds", conv="acda"), stored("counting_crowds", conv="wide")
    lenets = [stored("equal_cost", conv=conv, width=1) for conv in ("acda", "conv_ops")]
    even, uneven = ([stored("heterogeneity_long", conv=conv, h=h) for conv in ("acda", "conv_ops")] for h in (0.0, 1.0))
    lines = [
        compared("25 patterns, error in % of the best filter's", "error", toy_of["acda"], two, toy_of["stack"]),
        compared("crowds, mean error of the count", "mae", crowds[0], wide, crowds[1]),
        compared("noise on photographs, dB", "psnr", noise[0], plain, noise[1]),
        compared("noise, even within a picture, dB", "psnr", even[0], wider, even[1]),
        compared("noise, uneven within a picture, dB", "psnr", uneven[0], wider, uneven[1]),
        compared("LeNet on CIFAR-10, % wrong", "test_error", lenets[0], "LeNet six times as wide", lenets[1]),
    ]
    shown = {"ACDA": "{acda}", "rival": "{rival}: {theirs}", "ahead": "{ahead}"}
    caption = (
        "From the smallest to the largest over the seeds. Patterns, crowds and noise are synthetic. "
        "The rival costs as much arithmetic as ACDA or less; on crowds it costs more."
    )
    return table(lines, {"task": "{task}"}, shown, caption)


def compared(
    task: str, column: str, ours: list[dict[str, Any]], rival: str, theirs: list[dict[str, Any]]
) -> dict[str, str]:
    """A line of the table; who is ahead is asked seed by seed."""
    of_theirs = {row["seed"]: row[column] for row in theirs}
    better = [
        row[column] > of_theirs[row["seed"]] if column == "psnr" else row[column] < of_theirs[row["seed"]]
        for row in ours
        if row["seed"] in of_theirs
    ]
    seeds = "one seed" if len(better) == 1 else f"all {len(better)} seeds"
    ahead = f"ACDA, {seeds}" if all(better) else f"ACDA with {sum(better)} of {len(better)} seeds"
    if not any(better):
        ahead = f"the rival, {seeds}"
    spans = {"acda": span([row[column] for row in ours], 1), "theirs": span(list(of_theirs.values()), 1)}
    return {"task": task, "rival": rival, "ahead": ahead, **spans}


def lenet_arithmetic() -> str:
    """How many times as many multiply-adds LeNet needs with ACDA."""
    ours, plain = (stored("lenet", conv=conv)[0]["multiply_adds"] for conv in ("acda", "conv"))
    return f"{ours / plain:.0f}"


# Which Φ is used where


def forms() -> Table:
    """The generators of the package that have a name, for a layer of 256 channels and 7 x 7."""
    lines = []
    for name in GENERATORS:
        layer = ACDAConv2d(CHANNELS, CHANNELS, 7, generator=name)
        count = sum(one.numel() for one in layer.generator.parameters())
        lines.append({"name": f'"{name}"', **described(layer), "parameters": count})
    caption = f"Generators by name; parameters of one, in a layer of {CHANNELS} channels and 7 × 7."
    shown = {**DESCRIPTION, "parameters": "{parameters:,}"}
    return table(lines, {"generator=": "{name}"}, shown, caption)


def which_phi() -> Table:
    used = [
        ("the_layer", "where no other is named", ACDAConv2d(1, 4, 7, generator="paper"), "the paper's text"),
        ("toy", "but for the table of other recipes", toy.make_layer("acda"), "the lowest error of five recipes"),
        ("toy", "Train it here", TrainHere().layers()["acda"], "as in the chapter; every size can be set"),
        ("equivariance", "where no other is named", ACDAConv2d(1, 4, 5, generator="paper"), "the paper's text"),
        ("cost", "counts, and times on a processor", ACDAConv2d(1, 1, 7, generator="paper"), "Table 6 counts it"),
        ("cost", "on a card, next to the paper's", ACDAConv2d(1, 1, 7), OF_YOUR_OWN),
        ("lenet", "the stored runs", lenet.make_network("acda", 10, 0), "the best of eight, on test images"),
        ("adresnet", "the ResNets", resnet.make_network("acda", 10, 0), "nearest to the printed sizes"),
        ("counting", "ACDA on crowds, blood and cells", counting.make_network("acda", 0), "the paper's text"),
        ("counting", "ACDA, released Φ", counting.make_network("acda_released", 0), "the authors' code"),
        *(
            (
                "counting",
                f"balls, Φ sees {field}\u00a0×\u00a0{field}",
                scale_choice.make_network(f"acda_{field}", 0),
                "the view is varied",
            )
            for field in scale_choice.FIELDS
        ),
        ("restoration", "one layer", restoration.make_network("one_acda", 0), "the authors' code"),
        ("restoration", "whole networks", restoration.make_network("acda", 0), "eight in a row need a bound"),
        ("when_it_pays", "noise and crowds", heterogeneity.make_network("acda", "denoise", 0), OF_YOUR_OWN),
        ("when_it_pays", "LeNets", equal_cost.make_network("acda", 1, 0), f"as in {chapter('lenet')}"),
        ("when_it_pays", "LeNets, default Φ", equal_cost.make_network("acda_default", 1, 0), OF_YOUR_OWN),
        ("ablations", "but for what a variant changes", ablation.make_layer("base", 0), "as in the toy"),
        ("ablations", "LeNets", lenet_matched.make_network("acda", 1, 0, 6), f"as in {chapter('lenet')}"),
        (
            "what_came_after",
            "counts",
            ACDAConv2d(64, 64, 7, generator="paper", hidden_channels=DEFAULT_WIDTH),
            "the paper's kernels, the default's d",
        ),
    ]
    lines = [
        {"where": f"{chapter(page)}, {part}", **described(first_layer(made)), "why": why}
        for page, part, made, why in used
    ]
    front = {"where": "the front page", **described(hero.trained().acda), "why": "Φ sees what its filter sees"}
    caption = "Sizes of both convolutions of Φ, channels between, and what follows each."
    return table([front, *lines], {"where": "{where}"}, {**DESCRIPTION, "why": "{why}"}, caption)


OF_YOUR_OWN = "what a layer of your own gets"
DESCRIPTION = {"l_a, l_b": "{sizes}", "d": "{d}", "after the first": "{first}", "after the second": "{second}"}


def described(layer: ACDAConv2d) -> dict[str, Any]:
    phi = layer.generator
    sizes = ", ".join(f"{size}\u00a0×\u00a0{size}" for size in phi.kernel_sizes)
    squash = "tanh" if isinstance(phi.activation, nn.Tanh) else "ReLU"
    norms = {nn.Identity: "", nn.BatchNorm2d: "batch norm, ", PixelNorm: "length 2 a pixel, "}
    end = "tanh" if isinstance(phi.squash, nn.Tanh) else "nothing"
    end = "a bound, then the bias" if phi.limit else norms[type(phi.norm_b)] + end
    first = norms[type(phi.norm_a)] + squash
    return {"sizes": sizes, "d": phi.hidden_channels, "first": first, "second": end}


def first_layer(network: nn.Module) -> ACDAConv2d:
    return next(module for module in network.modules() if isinstance(module, ACDAConv2d))


def chapter(page: str) -> str:
    return f"Chapter {[path.stem for path in chapters()].index(page) + 1}"
