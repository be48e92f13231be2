"""Drop the layer into twelve networks of other kinds, and train each at its own learning rate.

Each network of :mod:`acda_core.experiments.drop_in_nets` is trained as it is and converted, with the same images in the
same order, the same optimizer and the learning rate that is best for the original. It classifies photographs of
CIFAR-10 as animals or vehicles, or answers with a map that is made from the photograph. The final loss is the mean of
the last eight steps.
"""

import argparse
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.convert import convert
from acda_core.data.cifar import LabelledImages, cifar
from acda_core.experiments import command, drop_in_nets, options
from acda_core.experiments.classify import pixels, some
from acda_core.layers import ACDAConv2d
from acda_core.nets.named import Network, fresh
from acda_core.training.fit import fit
from acda_core.training.measure import evaluating, multiply_adds, parameters
from acda_core.training.seeds import batch_of, seeded

BATCH, STEPS, LAST = 16, 60, 8
HELD_OUT = 256  # images that a learning rate is chosen by
NOISE = 0.5  # standard deviation, that of the images being 1
DENOISING = 6  # tells the random numbers of the noise from those of other things
RATES = {"SGD": (0.01, 0.03, 0.1), "AdamW": (1e-3, 3e-3, 1e-2)}
FORMS = ("conv", "normalised", "paper", "released")


@dataclass(frozen=True)
class Trained:
    """A network, what it learns, and how: `rate` is the one of RATES with the least loss on images held out."""

    title: str
    make: Callable[[], nn.Module]
    task: str
    optimizer: str
    rate: float


NETWORKS = {
    "vgg": Trained("VGG without norm", drop_in_nets.vgg, "classify", "AdamW", 1e-3),
    "plain": Trained("twelve layers without norm", drop_in_nets.plain, "classify", "AdamW", 1e-3),
    "resnet": Trained("ResNet", drop_in_nets.resnet, "classify", "SGD", 0.01),
    "fixup": Trained("ResNet without norm", drop_in_nets.fixup, "classify", "AdamW", 1e-3),
    "densenet": Trained("DenseNet", drop_in_nets.densenet, "classify", "SGD", 0.01),
    "mobilenet": Trained("MobileNet", drop_in_nets.mobilenet, "classify", "SGD", 0.01),
    "convnext": Trained("ConvNeXt", drop_in_nets.convnext, "classify", "AdamW", 1e-3),
    "pyramid": Trained("feature pyramid", drop_in_nets.Pyramid, "edges", "SGD", 0.03),
    "dilated": Trained("segmentation with dilation", drop_in_nets.dilated, "saturation", "AdamW", 1e-2),
    "unet": Trained("U-Net", drop_in_nets.UNet, "denoise", "AdamW", 1e-2),
    "autoencoder": Trained("autoencoder", drop_in_nets.autoencoder, "copy", "AdamW", 3e-3),
    "colouring": Trained("residual net for colours", drop_in_nets.colouring, "colour", "AdamW", 1e-2),
}


def example(task: str, images: Tensor, labels: Tensor, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """What a network is given, and what it should answer, made of images (n, 3, 32, 32), uint8, and labels (n,).

    "classify": vehicle, 1, or animal, 0. "edges": how steep the grey image is, as means over squares of 2, 4 and 8
    pixels, flat. "saturation": of each pixel, in three classes. On images of half the size, "denoise": the image
    without the noise, "copy": the image, "colour": the image, given the mean of its channels.

    Raises:
        ValueError: another task.
    """
    x = pixels(images)
    if task == "classify":
        return x, ((labels < 2) | (labels > 7)).long()
    if task == "edges":
        grey = F.pad(x.mean(1, keepdim=True), [1] * 4, mode="replicate")
        across, down = grey[..., 1:-1, 2:] - grey[..., 1:-1, :-2], grey[..., 2:, 1:-1] - grey[..., :-2, 1:-1]
        steep = (across.square() + down.square()).sqrt()
        return x, torch.cat([F.avg_pool2d(steep, side).flatten(1) for side in (2, 4, 8)], 1)
    if task == "saturation":
        spread = (images.amax(1).int() - images.amin(1).int()) / 255
        return x, (spread > 0.1).long() + (spread > 0.25).long()
    x = F.avg_pool2d(x, 2)
    if task == "denoise":
        return x + NOISE * torch.randn(x.shape, generator=random), x
    if task == "copy":
        return x, x
    if task == "colour":
        return x.mean(1, keepdim=True), x
    raise ValueError(f"`task` must be that of one of NETWORKS, got {task!r}")


def loss_of(answer: Tensor, target: Tensor) -> Tensor:
    """Cross entropy for classes, mean squared error for numbers."""
    return F.mse_loss(answer, target) if target.is_floating_point() else F.cross_entropy(answer, target)


def make_network(name: str, form: str, seed: int) -> nn.Module:
    """A fresh network of NETWORKS, as it is ("conv") or converted with a generator's name.

    Raises:
        ValueError: another name or form.
    """
    if form not in FORMS:
        raise ValueError(f"`form` must be one of {', '.join(FORMS)}, got {form!r}")
    makers = {key: Network(one.title, partial(_converted, one.make, form)) for key, one in NETWORKS.items()}
    return fresh(makers, name, seed)


def _converted(make: Callable[[], nn.Module], form: str) -> nn.Module:
    network = make()
    return network if form == "conv" else convert(network, generator=form).model


def variance_share(network: nn.Module, x: Tensor) -> float | None:
    """Of the energy of alpha, the part that varies over the pixels of all images; the mean over layers, None without.

    >>> variance_share(nn.Conv2d(3, 3, 3), torch.zeros(1, 3, 8, 8)) is None
    True
    """
    shares: list[float] = []

    def note(module: nn.Module, given: object, alpha: Tensor) -> None:
        own = alpha.transpose(0, 2).flatten(2)  # (S m', m, pixels of all images)
        shares.append((own.var(2, correction=0).sum() / own.square().mean(2).sum()).item())

    hooks = [m.generator.register_forward_hook(note) for m in network.modules() if isinstance(m, ACDAConv2d)]
    with evaluating(network):
        network(x)
    for hook in hooks:
        hook.remove()
    return statistics.mean(shares) if shares else None


def run_one(
    name: str,
    form: str,
    seed: int,
    data: tuple[LabelledImages, LabelledImages],
    *,
    steps: int = STEPS,
    rate: float | None = None,
    checkpoint: Path | None = None,
    device: str = "cpu",
) -> dict[str, Any]:
    """Train one network; the row of the result. Where the loss is finite no more, it has no losses but the step.

    Args:
        name, form, seed: as in :func:`make_network`; the seed is that of the order of the images, too.
        data: images to train on, and images held out.
        steps: of the optimizer.
        rate: its learning rate; the network's own when None.
        checkpoint: file to go on from, and to write.
        device: to train on.
    """
    one = NETWORKS[name]
    rate = one.rate if rate is None else rate
    network = make_network(name, form, seed).to(device)
    optimizer: torch.optim.Optimizer
    if one.optimizer == "SGD":
        optimizer = torch.optim.SGD(network.parameters(), rate, momentum=0.9, weight_decay=5e-4)
    else:
        optimizer = torch.optim.AdamW(network.parameters(), rate)
    images, held_out = data
    reached = 0

    def loss(step: int) -> Tensor:
        nonlocal reached
        reached, chosen = step, batch_of(step, BATCH, len(images.labels), seed)
        x, target = example(one.task, images.images[chosen], images.labels[chosen], seeded(seed, step, DENOISING))
        return loss_of(network(x.to(device)), target.to(device))

    row = {"model": one.title, "net": name, "conv": form, "seed": seed, "task": one.task, "optimizer": one.optimizer}
    row |= {"rate": rate, "steps": steps, "final_loss": None, "largest_loss": None, "held_out_loss": None}
    row |= {"variance_share": None, "diverged_at": None, "seconds": None}
    try:
        history = fit(network, loss, optimizer, steps, checkpoint, name=f"{name}, {form}, seed {seed}")
    except FloatingPointError:
        row["diverged_at"] = reached
    else:
        x, target = example(one.task, held_out.images, held_out.labels, seeded(0, DENOISING))
        with evaluating(network):
            row["held_out_loss"] = _finite(loss_of(network(x.to(device)), target.to(device)).item())
        row["variance_share"] = variance_share(network, x.to(device))
        row |= {"final_loss": history.last_loss(LAST), "largest_loss": max(history.losses)}
        row["seconds"] = round(history.seconds, 1)
    some_images = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    shape = example(one.task, some_images, torch.zeros(1), seeded(0))[0].shape[1:]
    return {**row, "parameters": parameters(network), "multiply_adds": multiply_adds(network, shape)}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def summary(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each network and converted form the means over seeds beside the original's, where both were trained.

    "final" and "largest" are the ratios of the losses, infinite where one of the trainings diverged; "share" is the
    smallest part of alpha's energy that varies over the pixels.
    """
    found = []
    for net, form in dict.fromkeys((row["net"], row["conv"]) for row in rows if row["conv"] != "conv"):
        seeds = {row["seed"]: row for row in rows if (row["net"], row["conv"]) == (net, form)}
        pairs = [
            (row, seeds[row["seed"]])
            for row in rows
            if (row["net"], row["conv"]) == (net, "conv") and row["seed"] in seeds
        ]
        if not pairs:
            continue
        ratios = {}
        for key in ("final", "largest"):
            original, converted = ([row[f"{key}_loss"] for row in side] for side in zip(*pairs, strict=True))
            diverged = None in original or None in converted
            ratios[key] = math.inf if diverged else sum(converted) / sum(original)
        shares = [row["variance_share"] for _, row in pairs if row["variance_share"] is not None]
        found.append({"net": net, "conv": form, **ratios, "share": min(shares, default=0.0)})
    return found


def _print_summary(rows: list[dict[str, Any]]) -> None:
    compared = summary(rows)
    for row in compared:
        _print_ratios(f"{NETWORKS[row['net']].title}, {row['conv']}", row)
    for form in dict.fromkeys(row["conv"] for row in compared):
        own = [row for row in compared if row["conv"] == form]
        median = {key: statistics.median(row[key] for row in own) for key in ("final", "largest", "share")}
        worst = {key: max(row[key] for row in own) for key in ("final", "largest")}
        _print_ratios(f"median of {len(own)}, {form}", median)
        _print_ratios(f"worst of {len(own)}, {form}", {**worst, "share": min(row["share"] for row in own)})


def _print_ratios(name: str, row: dict[str, Any]) -> None:
    print(
        f"{name:40}  final loss {row['final']:6.3f} of Conv's, largest {row['largest']:7.2f}, "
        f"variance of alpha {100 * row['share']:5.1f} %"
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for option, known in (("--net", list(NETWORKS)), ("--form", list(FORMS))):
        options.add_names(parser, option, known, known, f"of {', '.join(known)} (default: all)")
    parser.add_argument("--steps", type=options.positive, default=STEPS, help=f"of the optimizer (default {STEPS})")
    rates = "train the networks as they are, at each rate that each one's own is chosen from"
    parser.add_argument("--rates", action="store_true", help=rates)
    options.add_training(parser)


def run(arguments: argparse.Namespace) -> None:
    command.leave_to_the_first("drop_in")
    device = options.device_of(arguments)
    forms = ["conv"] if arguments.rates else arguments.form
    words = ["drop_in", "--net", *arguments.net, "--form", *forms, "--seed", *map(str, arguments.seed)]
    words += ["--steps", str(arguments.steps), "--device", device, *["--rates"] * arguments.rates]
    rows: list[dict[str, Any]] = []

    @cache
    def data() -> tuple[LabelledImages, LabelledImages]:
        return cifar(10, "train"), some(cifar(10, "test"), HELD_OUT)

    def train(name: str, form: str, seed: int, rate: float, checkpoint: Path) -> dict[str, Any]:
        steps = arguments.steps
        rows.append(run_one(name, form, seed, data(), steps=steps, rate=rate, checkpoint=checkpoint, device=device))
        return rows[-1]

    trainings = {
        f"{name}-{form}-{rate}-{seed}": partial(train, name, form, seed, rate)
        for seed in arguments.seed
        for name in arguments.net
        for form in forms
        for rate in (RATES[NETWORKS[name].optimizer] if arguments.rates else [NETWORKS[name].rate])
    }
    setting = f"drop_in steps {arguments.steps}"
    command.run_all(arguments, command.again(words), setting, lambda: data()[0].source, trainings, _line)
    _print_summary(rows)


def _line(row: dict[str, Any]) -> str:
    line = f"{row['net']:11}  {row['conv']:10}  seed {row['seed']}  rate {row['rate']}  "
    if row["diverged_at"] is not None:
        return f"{line}diverged at step {row['diverged_at']}"
    line += f"final loss {row['final_loss']:.3f}, largest {row['largest_loss']:.2f}"
    return line + (f", variance of alpha {100 * row['variance_share']:.1f} %" if row["variance_share"] else "")
