"""Measure the layer and a network on a graphics card, beside their convolutions: bench --device cuda.

Each convolution stands in both layouts of memory, since it is fastest in one of them; so does the layer, with the
default generator and with the paper's. Times are medians of CUDA's events, in turns within one run; bytes are the most
that a step holds. The rows are stored after each setting: a card may be there for a few minutes only.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from acda_core.layers import ACDAConv2d
from acda_core.nets.adresnet import ad_resnet
from acda_core.training.measure import median_times, peak_bytes, step

LAYERS = [  # images, in_channels, out_channels, height and width, kernel sizes
    (8, 256, 256, 100, (7, 5, 3)),
    (64, 256, 256, 14, (7, 3)),
    (128, 3, 6, 32, (5,)),  # LeNet's two
    (128, 6, 16, 14, (5,)),
    (1, 256, 256, 100, (7, 3)),
]
NETWORK = 64, 224  # images, height and width
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
LAYOUTS = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
KINDS: dict[str, Callable[..., nn.Module]] = {
    "conv": nn.Conv2d,
    "acda": ACDAConv2d,
    "acda_paper": partial(ACDAConv2d, generator="paper"),
}


def three_by_three(in_channels: int, out_channels: int, kernel_size: int, padding: int, bias: bool) -> nn.Module:
    """The usual convolution, in the place of a larger one."""
    return nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=bias)


NETWORKS: dict[str, Callable[..., nn.Module]] = {**KINDS, "conv_3x3": three_by_three}


def measure_layers(
    images: int, in_channels: int, out_channels: int, size: int, kernel_size: int, dtype: str, repeats: int, device: str
) -> list[dict[str, Any]]:
    """One row for each of KINDS in each of LAYOUTS."""
    torch.manual_seed(0)
    real, forward, steps, rows = DTYPES[dtype], {}, {}, []
    for kind, make in KINDS.items():
        for layout, form in LAYOUTS.items():
            layer = make(in_channels, out_channels, kernel_size, padding=kernel_size // 2)
            layer = convert_conv2d_weight_memory_format(layer.to(device, real), form)
            x, gradient = (torch.randn(images, c, size, size, device=device) for c in (in_channels, out_channels))
            x, gradient = (t.to(real, memory_format=form) for t in (x, gradient))
            name = f"{kind}, {layout}"
            forward[name] = partial(layer, x)
            steps[name] = partial(step, layer, x.clone().requires_grad_(), gradient)
            rows.append({"conv": kind, "layout": layout, "dtype": dtype, "images": images})
    with torch.no_grad():
        forward_ms = median_times(forward, repeats, device)
    step_ms = median_times(steps, repeats, device)
    for row, name in zip(rows, forward, strict=True):
        row |= {"in_channels": in_channels, "out_channels": out_channels, "size": size, "kernel_size": kernel_size}
        row |= {"forward_ms": round(forward_ms[name], 4), "step_ms": round(step_ms[name], 4)}
        row["peak_bytes"] = peak_bytes(steps[name])
    return rows


def measure_networks(images: int, size: int, dtype: str, repeats: int, device: str) -> list[dict[str, Any]]:
    """One iteration of Ad-ResNet-s with each of NETWORKS, channels last, bfloat16 by autocast: one row for each."""
    x = torch.randn(images, 3, size, size, device=device).to(memory_format=torch.channels_last)
    labels = torch.randint(1000, (images,), device=device)
    steps: dict[str, Callable[[], None]] = {}
    for kind, conv in NETWORKS.items():
        torch.manual_seed(0)
        network = convert_conv2d_weight_memory_format(ad_resnet("s", conv).to(device), torch.channels_last)
        optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9)
        steps[kind] = partial(_iteration, network, optimizer, x, labels, dtype)
    times = median_times(steps, repeats, device)
    shape = {"network": "Ad-ResNet-s", "dtype": dtype, "images": images, "size": size}
    return [
        {"conv": kind, **shape, "step_ms": round(times[kind], 3), "peak_bytes": peak_bytes(steps[kind])}
        for kind in NETWORKS
    ]


def _iteration(
    network: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, labels: torch.Tensor, dtype: str
) -> None:
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(x.device.type, torch.bfloat16, enabled=dtype == "bfloat16"):
        scores = network(x)
    nn.functional.cross_entropy(scores.float(), labels).backward()
    optimizer.step()


def parts(repeats: int, quick: bool, device: str = "cuda") -> Iterator[list[dict[str, Any]]]:
    """The rows of one setting after the other, the ones that matter most first; of the first one only if `quick`."""
    for images, in_channels, out_channels, size, kernel_sizes in LAYERS[:1] if quick else LAYERS:
        for kernel_size in kernel_sizes[:1] if quick else kernel_sizes:
            for dtype in DTYPES:
                yield measure_layers(images, in_channels, out_channels, size, kernel_size, dtype, repeats, device)
        if (images, size) == (LAYERS[0][0], LAYERS[0][3]) and not quick:
            for dtype in DTYPES:
                yield measure_networks(*NETWORK, dtype, repeats, device)


def lines_of(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Each row in words, with its times as multiples of the fastest convolution's."""
    best = {
        name: min(row[name] for row in rows if row["conv"] == "conv")
        for name in ("forward_ms", "step_ms")
        if name in rows[0]
    }
    for row in rows:
        where = row.get("network") or "{in_channels} -> {out_channels}, l = {kernel_size}".format(**row)
        line = f"{row['images']} x {where}, {row['size']} px, {row['dtype']:8}  {row['conv']:10} "
        line += f"{row.get('layout', ''):13}"
        for name, least in best.items():
            line += f"  {name.removesuffix('_ms')} {row[name]:8.3f} ms {row[name] / least:5.2f} x"
        yield f"{line}  peak {row['peak_bytes'] / 1e6:8.1f} MB"
