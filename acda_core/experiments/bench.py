"""Measure ACDAConv2d beside nn.Conv2d, and beside the same layer with whole filters and by unfolding.

Time of a forward pass and of a training step (forward and backward), in turns within one run, as medians; bytes that
autograd keeps, and bytes held at most during a step. Absolute times are the machine's: read the ratios to nn.Conv2d.
A form whose largest tensor would not fit is not run; its row has that tensor's size, and no measurements. On a graphics
card the table is that of bench_card.py. What was stopped goes on, by --resume, behind the last part that was measured.
"""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from acda_core.experiments import bench_card, options, results
from acda_core.experiments.command import going_on, line_of
from acda_core.functional import coefficient_conv, compose_atoms
from acda_core.layers import ACDAConv2d
from acda_core.training.atomic import BrokenFile, whole
from acda_core.training.measure import median_times, peak_bytes, saved_bytes, step
from acda_core.training.seeds import fixed

SETTINGS = [  # images, in_channels, out_channels, height and width
    *((1, 256, 256, 100), (8, 256, 256, 100)),
    *((1, 64, 64, 32), (8, 64, 64, 32), (1, 3, 16, 32), (8, 3, 16, 32)),
    *((1, 64, 64, size) for size in (25, 50, 100, 200, 400)),
]
BESIDE = [(1, 256, 256, 100), (8, 64, 64, 56), (8, 256, 256, 14)]  # settings that are measured beside a busy process
KERNEL_SIZES = (3, 5, 7)
LARGEST_TENSOR = 11 * 10**8  # bytes of filters or patches above which a form is not run
Rows = list[dict[str, Any]]
Part = Callable[[], Rows]
FORMS = ("conv", "acda", "acda_default", "unfold", "dense")  # all but acda_default with the paper's generator


def unfold_conv2d(
    x: Tensor,
    alpha: Tensor,
    psi: Tensor,
    A: Tensor,
    bias: Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Tensor:
    """acda_conv2d by torch's unfold, as in the authors' released layer: what acda_conv2d is measured against."""
    n, c = x.shape[:2]
    D = compose_atoms(alpha, psi).flatten(2, 3)
    patches = torch.nn.functional.unfold(x, psi.shape[-1], dilation, padding, stride)  # (n, c'·l·l, h·w)
    patches = patches.view(n, c, D.shape[2], *alpha.shape[-2:])
    return coefficient_conv(torch.einsum("nithw,nmthw->nimhw", patches, D), A, bias, groups)


class UnfoldACDAConv2d(ACDAConv2d):
    """The same layer with the patches of all pixels in memory at once."""

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        alpha = self.coefficients(x if context is None else context)
        return unfold_conv2d(x, alpha, self.psi, self.A, self.bias, self.geometry.stride, self.geometry.padding)


class DenseACDAConv2d(ACDAConv2d):
    """The same layer with the whole filter K = A D of every pixel in memory: Eq. (2), as for any per-pixel filters."""

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        D = compose_atoms(self.coefficients(x if context is None else context), self.psi)
        K = torch.einsum("oim,nmuvhw->noiuvhw", self.A, D)
        size, stride, padding, _ = self.geometry
        windows = nn.functional.pad(x, [padding] * 4).unfold(2, size, stride).unfold(3, size, stride)
        Z = torch.einsum("noiuvhw,nihwuv->nohw", K, windows)
        return Z if self.bias is None else Z + self.bias[:, None, None]


def largest_tensor(form: str, images: int, in_channels: int, out_channels: int, size: int, kernel_size: int) -> int:
    """Bytes of the filters or patches that a form holds beside input and output, in float32."""
    patches = 4 * images * in_channels * size**2 * kernel_size**2
    return {"unfold": patches, "dense": patches * out_channels}.get(form, 0)


def measure(
    images: int, in_channels: int, out_channels: int, size: int, kernel_size: int, repeats: int, device: str = "cpu"
) -> Rows:
    """One row for each of FORMS."""
    setting = images, in_channels, out_channels, size, kernel_size
    shape = in_channels, out_channels, kernel_size, 1, kernel_size // 2
    needed = {form: largest_tensor(form, *setting) for form in FORMS}
    ours = {"acda": ACDAConv2d, "unfold": UnfoldACDAConv2d, "dense": DenseACDAConv2d}
    makers: dict[str, Callable[..., nn.Module]] = {
        "conv": nn.Conv2d,
        "acda_default": ACDAConv2d,
        **{form: partial(kind, generator="paper") for form, kind in ours.items()},
    }
    with fixed(0):
        layers = {form: makers[form](*shape).to(device) for form in FORMS if needed[form] <= LARGEST_TENSOR}
        x = torch.randn(images, in_channels, size, size, device=device, requires_grad=True)
        gradient = torch.randn(images, out_channels, size, size, device=device)
    with torch.no_grad():
        forward = median_times({form: partial(layer, x) for form, layer in layers.items()}, repeats, device)
    steps = {form: partial(step, layer, x, gradient) for form, layer in layers.items()}
    step_times = median_times(steps, repeats, device)
    return [
        {
            "conv": form,
            "images": images,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "size": size,
            "kernel_size": kernel_size,
            "largest_tensor_bytes": needed[form],
            "forward_ms": round(forward[form], 3) if form in layers else None,
            "step_ms": round(step_times[form], 3) if form in layers else None,
            "saved_bytes": saved_bytes(layers[form], x) if form in layers else None,
            "peak_bytes": peak_bytes(steps[form]) if form in layers else None,
        }
        for form in FORMS
    ]


def small_net(conv: Callable[..., nn.Module]) -> nn.Sequential:
    """Two 5 x 5 layers with batch normalisation, for images of 3 channels."""
    first = conv(3, 16, 5, padding=2), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)
    second = conv(16, 32, 5, padding=2), nn.BatchNorm2d(32), nn.ReLU(), nn.AdaptiveAvgPool2d(1)
    return nn.Sequential(*first, *second, nn.Conv2d(32, 10, 1))


def measure_compiled(images: int, size: int, repeats: int, device: str = "cpu") -> Rows:
    """A small net with each kind of layer, as it is and by torch.compile: one row for each.

    By itself torch.compile turns every tensor at a convolution to channels last on a CPU. An atom convolution goes
    through rows of pixels, so that tensors are turned there and back; "channels first" leaves them as they are.
    """
    rows: Rows = []
    makers: dict[str, Callable[..., nn.Module]] = {"conv": nn.Conv2d, "acda": partial(ACDAConv2d, generator="paper")}
    for kind, conv in makers.items():
        with fixed(0):
            net = small_net(conv).to(device)
            x = torch.randn(images, 3, size, size, device=device)
        nets: dict[str, Any] = {
            "eager": net,
            "compiled": torch.compile(net),
            "channels first": torch.compile(net, options={"layout_optimization": False}),
        }
        gradient = torch.ones(images, 10, 1, 1, device=device)
        with torch.no_grad():
            forward = median_times({name: partial(one, x) for name, one in nets.items()}, repeats, device)
        steps = {name: partial(step, one, x, gradient) for name, one in nets.items()}
        step_times = median_times(steps, repeats, device)
        for name in nets:
            times = {"forward_ms": round(forward[name], 3), "step_ms": round(step_times[name], 3)}
            rows.append({"conv": kind, "run": name, "images": images, "size": size, **times})
    return rows


@contextmanager
def busy_process() -> Iterator[None]:
    """Beside what happens inside, another process keeps one core busy."""
    spinning = subprocess.Popen([sys.executable, "-c", "print(flush=True)\nwhile True: pass"], stdout=subprocess.PIPE)
    try:
        assert spinning.stdout
        spinning.stdout.readline()  # it has begun
        yield
    finally:
        spinning.kill()
        spinning.communicate()


def measure_beside(images: int, in_channels: int, out_channels: int, size: int, kernel_size: int, repeats: int) -> Rows:
    """A convolution and the layer, alone and beside a busy process, in turns: one row for each.

    `loss` is the time beside it over the time alone.
    """
    shape = in_channels, out_channels, kernel_size, 1, kernel_size // 2
    with fixed(0):
        layers = {"conv": nn.Conv2d(*shape), "acda": ACDAConv2d(*shape, generator="normalised")}
        x = torch.randn(images, in_channels, size, size, requires_grad=True)
        gradient = torch.randn(images, out_channels, size, size)
    forward = {kind: partial(_forward, layer, x) for kind, layer in layers.items()}
    steps = {kind: partial(step, layer, x, gradient) for kind, layer in layers.items()}
    turns: dict[tuple[str, bool], list[tuple[float, float]]] = defaultdict(list)
    for _ in range(repeats):
        for beside in (False, True):
            with busy_process() if beside else nullcontext():
                found = median_times(forward, 3), median_times(steps, 3)
            for kind in layers:
                turns[kind, beside].append((found[0][kind], found[1][kind]))
    medians = {
        key: [round(statistics.median(times), 3) for times in zip(*turn, strict=True)] for key, turn in turns.items()
    }
    rows = []
    for kind in layers:
        for beside in (False, True):
            forward_ms, step_ms = medians[kind, beside]
            alone = medians[kind, False]
            rows.append(
                {
                    "conv": kind,
                    "beside": beside,
                    "images": images,
                    "in_channels": in_channels,
                    "out_channels": out_channels,
                    "size": size,
                    "kernel_size": kernel_size,
                    "forward_ms": forward_ms,
                    "step_ms": step_ms,
                    "forward_loss": round(forward_ms / alone[0], 3),
                    "step_loss": round(step_ms / alone[1], 3),
                }
            )
    return rows


def _lines_beside(rows: Rows) -> Iterator[str]:
    yield from map(line_of, rows)
    conv, layer = rows[1], rows[3]
    ratios = (f"{name} {layer[f'{name}_loss'] / conv[f'{name}_loss']:.2f}" for name in ("forward", "step"))
    yield f"the layer loses so many times what nn.Conv2d loses: {', '.join(ratios)}"


@torch.no_grad()
def _forward(layer: nn.Module, x: Tensor) -> None:
    layer(x)


def _lines(rows: Rows) -> Iterator[str]:
    conv = rows[0]
    for row in rows:
        channels = f"{row['in_channels']:3} -> {row['out_channels']:3}"
        line = f"{row['images']} x {channels}, {row['size']:3} px, l = {row['kernel_size']}  {row['conv']:12}  "
        if row["forward_ms"] is None:
            line += f"not run: needs a tensor of {row['largest_tensor_bytes'] / 1e9:.1f} GB"
        else:
            for name in ("forward", "step"):
                milliseconds = row[f"{name}_ms"]
                line += f"{name} {milliseconds:9.2f} ms {milliseconds / conv[f'{name}_ms']:6.2f} x   "
            line += f"saved {row['saved_bytes'] / 1e6:7.2f} MB   peak {row['peak_bytes'] / 1e6:8.2f} MB"
        yield line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    repeats = "turns of all layers that count (default 7)"
    parser.add_argument("--repeats", type=options.positive, default=7, help=repeats)
    parser.add_argument("--quick", action="store_true", help="only the first setting")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--compile", action="store_true", help="a small net instead, with and without torch.compile")
    other.add_argument("--beside", action="store_true", help="alone and beside a process that keeps one core busy")
    options.add_device(parser)
    options.add_resume(parser)


def run(arguments: argparse.Namespace) -> None:
    device = "cpu" if arguments.beside else options.device_of(arguments)
    command = f"python -m acda_core bench --repeats {arguments.repeats} --device {device}"
    command += " --quick" * arguments.quick + " --compile" * arguments.compile + " --beside" * arguments.beside
    parts, lines = _parts(arguments, device)
    setting, rows = command.removeprefix("python -m acda_core "), Rows()
    with going_on(arguments, command, [f"{setting} {number}" for number in range(len(parts))]) as checkpoints:
        for part, checkpoint in zip(tqdm(parts, desc="bench", ascii=" ="), checkpoints, strict=True):
            measured = _once(part, checkpoint)
            rows += measured
            if arguments.out:
                results.save(arguments.out, command, "standard normal numbers, seed 0 (synthetic)", rows)
            tqdm.write("\n".join(lines(measured)))


def _parts(
    arguments: argparse.Namespace, device: str
) -> tuple[list[Callable[[], Rows]], Callable[[Rows], Iterable[str]]]:
    """What makes the rows, part by part, and what tells them in lines."""
    repeats, quick = arguments.repeats, arguments.quick
    if arguments.compile:
        return [partial(measure_compiled, 8, 32, repeats, device)], partial(map, line_of)
    if arguments.beside:
        beside = SETTINGS[:1] if quick else BESIDE
        return [partial(measure_beside, *setting, KERNEL_SIZES[0], repeats) for setting in beside], _lines_beside
    if device == "cuda":
        return bench_card.parts(repeats, quick), bench_card.lines_of
    settings = itertools.product(SETTINGS[:1] if quick else SETTINGS, KERNEL_SIZES)
    return [partial(measure, *setting, size, repeats, device) for setting, size in settings], _lines


def _once(part: Part, checkpoint: Path) -> Rows:
    """The rows of a part, measured now, or before the command was stopped."""
    if not checkpoint.exists():
        rows = part()
        with whole(checkpoint) as file:
            file.write_text(json.dumps(rows), encoding="utf-8")
        return rows
    try:
        found: Rows = json.loads(checkpoint.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BrokenFile(f"{checkpoint} is broken ({error}): delete it to measure that part again") from error
    return found
