"""Measure ACDAConv2d beside nn.Conv2d and beside the same layer by unfolding.

Time of a forward pass and of a training step (forward and backward), in turns within one run, as medians; bytes that
autograd keeps. Absolute times are the machine's: read the ratios to nn.Conv2d.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from acda_core import cost, results
from acda_core.functional import unfold_conv2d
from acda_core.layers import ACDAConv2d

SETTINGS = [(1, 256, 256, 100), (8, 256, 256, 100), (1, 64, 64, 32), (8, 64, 64, 32), (1, 3, 16, 32), (8, 3, 16, 32)]
KERNEL_SIZES = (3, 5, 7)
LARGEST_UNFOLD = 2 * 10**9  # bytes of unfolded patches above which the unfold form is not run


class UnfoldACDAConv2d(ACDAConv2d):
    """The same layer with the patches of all pixels in memory at once."""

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        alpha = self.coefficients(x if context is None else context)
        return unfold_conv2d(x, alpha, self.psi, self.A, self.bias, self.stride, self.padding)


def median_times(functions: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Median milliseconds of each function, called in turns after one call that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(repeats + 1):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            if turn:
                times[name].append(1e3 * (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in times.items()}


def measure(
    images: int, in_channels: int, out_channels: int, size: int, kernel_size: int, repeats: int
) -> list[dict[str, Any]]:
    """One row a layer: conv, unfold (where its patches fit) and acda."""
    torch.manual_seed(0)
    shape = in_channels, out_channels, kernel_size, 1, kernel_size // 2
    layers: dict[str, nn.Module] = {"conv": nn.Conv2d(*shape), "acda": ACDAConv2d(*shape)}
    patches = 4 * images * in_channels * size**2 * kernel_size**2
    if patches <= LARGEST_UNFOLD:
        layers["unfold"] = UnfoldACDAConv2d(*shape)
    x = torch.randn(images, in_channels, size, size, requires_grad=True)
    gradient = torch.randn(images, out_channels, size, size)
    with torch.no_grad():
        forward = median_times({name: partial(layer, x) for name, layer in layers.items()}, repeats)
    step = median_times({name: partial(_step, layer, x, gradient) for name, layer in layers.items()}, repeats)
    return [
        {
            "conv": name,
            "images": images,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "size": size,
            "kernel_size": kernel_size,
            "forward_ms": round(forward[name], 3),
            "step_ms": round(step[name], 3),
            "saved_bytes": cost.saved_bytes(layer, x),
        }
        for name, layer in layers.items()
    ]


def _step(layer: nn.Module, x: Tensor, gradient: Tensor) -> None:
    layer(x).backward(gradient)


def _print(rows: list[dict[str, Any]]) -> None:
    conv = rows[0]
    for row in rows:
        channels = f"{row['in_channels']:3} -> {row['out_channels']:3}"
        setting = f"{row['images']} x {channels}, {row['size']:3} px, l = {row['kernel_size']}"
        forward, step = row["forward_ms"], row["step_ms"]
        print(
            f"{setting}  {row['conv']:6}  forward {forward:9.2f} ms {forward / conv['forward_ms']:6.2f} x   "
            f"step {step:9.2f} ms {step / conv['step_ms']:6.2f} x   saved {row['saved_bytes'] / 1e6:8.2f} MB",
            flush=True,
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeats", type=int, default=7, help="counted calls of each layer (default 7)")
    parser.add_argument("--quick", action="store_true", help="only the first setting")
    parser.add_argument("--out", type=Path, help="store the table in this JSON file")


def run(arguments: argparse.Namespace) -> None:
    rows = []
    for setting in SETTINGS[:1] if arguments.quick else SETTINGS:
        for kernel_size in KERNEL_SIZES:
            measured = measure(*setting, kernel_size, arguments.repeats)
            _print(measured)
            rows += measured
    if arguments.out:
        command = f"python -m acda_core bench --repeats {arguments.repeats}" + " --quick" * arguments.quick
        results.save(arguments.out, command, "standard normal numbers, seed 0 (synthetic)", rows)
