"""Measure layers and a network on a graphics card, beside their convolutions: bench --device cuda.

Each convolution stands in both layouts of memory, since it is fastest in one of them; so does the layer, with the
default generator and with the paper's. Both run eagerly, where Python launches one kernel after the other, and as a
CUDA graph, whose kernels are launched together: the difference is the host's. Rivals in being dynamic stand in the one
layout that they work in, eagerly. Times are medians of CUDA's events, in turns within a part of the table; bytes are
the most that a step holds, as a graph or not. All products may use TF32, as convolutions do by default, and cuDNN takes
the fastest of its algorithms.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from acda_core.layers import ACDAConv2d
from acda_core.nets.adresnet import ad_resnet
from acda_core.nets.rivals import KernelConv2d
from acda_core.training.measure import median_times, peak_bytes, step
from acda_core.training.seeds import fixed

Rows = list[dict[str, Any]]
Kinds = Mapping[str, Callable[..., nn.Module]]

LARGE = 8, 256, 256, 100, (7, 5, 3)  # images, in_channels, out_channels, height and width, kernel sizes
DEEP = 64, 256, 256, 14, (7, 3)
SMALL = [
    *((images, *channels, (5,)) for images in (1, 128) for channels in ((3, 6, 32), (6, 16, 14))),  # LeNet's two
    (1, 256, 256, 14, (3,)),
]
ONE_IMAGE = 1, 256, 256, 100, (7, 3)
NETWORK = 64, 224  # images, height and width
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
MODES = "eager", "graph"
LAYOUTS = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
KINDS: Kinds = {
    "conv": nn.Conv2d,
    "acda": ACDAConv2d,
    "acda_paper": partial(ACDAConv2d, generator="paper"),
}


# ----------------------------------------------------------------------------------------------------------- rivals


class UnfoldKernelConv2d(KernelConv2d):
    """Kernel prediction as it is usually written: with the patches of all pixels in memory at once."""

    def forward(self, x: Tensor) -> Tensor:
        D = self.kernels(x).flatten(2, 3)  # (N, 1, l l, h, w)
        patches = F.unfold(x, self.kernel_size, padding=self.padding, stride=self.stride)  # (N, c' l l, h w)
        return self.mix((patches.view(x.shape[0], x.shape[1], *D.shape[2:]) * D).sum(2))


class Involution(nn.Module):
    """Li et al., "Involution: Inverting the Inherence of Convolution for Visual Recognition", CVPR 2021, for c = c'.

    Each pixel's kernels, one for 16 channels, come from a 1 x 1 convolution to a quarter of the channels, batch
    normalisation, ReLU and a second 1 x 1 convolution; they are applied by unfolding, as in the paper.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, padding: int):
        super().__init__()
        self.kernel_size, self.padding = kernel_size, padding
        hidden, self.groups = out_channels // 4, in_channels // 16
        self.reduce = nn.Sequential(nn.Conv2d(in_channels, hidden, 1), nn.BatchNorm2d(hidden), nn.ReLU())
        self.span = nn.Conv2d(hidden, self.groups * kernel_size**2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c', H, W)."""
        K = self.span(self.reduce(x)).unflatten(1, (self.groups, 1, -1))  # (N, groups, 1, l l, H, W)
        patches = F.unfold(x, self.kernel_size, padding=self.padding)  # (N, c' l l, H W)
        return (patches.view(x.shape[0], self.groups, 16, *K.shape[3:]) * K).sum(3).flatten(1, 2)


class DeformableConv2d(nn.Module):
    """Dai et al., "Deformable Convolutional Networks", ICCV 2017: a convolution at l^2 places that each pixel chooses.

    By torchvision. The offsets start as those of any convolution do, so that places lie between pixels.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, padding: int):
        from torchvision.ops import DeformConv2d

        super().__init__()
        self.offset = nn.Conv2d(in_channels, 2 * kernel_size**2, kernel_size, padding=padding)
        self.conv = DeformConv2d(in_channels, out_channels, kernel_size, padding=padding)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, H, W)."""
        return self.conv(x, self.offset(x))


def rivals() -> Kinds:
    """Those that can be measured here: deformable convolution only beside a torchvision that fits torch."""
    found: Kinds = {"kpn": KernelConv2d, "kpn_unfold": UnfoldKernelConv2d, "involution": Involution}
    try:
        importlib.import_module("torchvision.ops")
    except (ImportError, RuntimeError):  # RuntimeError: it was built for another torch
        return found
    return {**found, "deformable": DeformableConv2d}


def three_by_three(in_channels: int, out_channels: int, kernel_size: int, padding: int, bias: bool) -> nn.Module:
    """The usual convolution, in the place of a larger one."""
    return nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=bias)


NETWORKS: Kinds = {**KINDS, "conv_3x3": three_by_three}


# ------------------------------------------------------------------------------------------------------ measurements


@dataclass(frozen=True)
class Setting:
    """What a layer is measured on. `size` is height and width."""

    dtype: str
    images: int
    in_channels: int
    out_channels: int
    size: int
    kernel_size: int


def measure_layers(
    setting: Setting,
    kinds: Kinds,
    repeats: int,
    device: str,
    layouts: Iterable[str] = tuple(LAYOUTS),
    modes: Iterable[str] = ("eager",),
) -> Rows:
    """One row for each kind in each layout and mode; "obstacle" says why one could not run, and is "" for the others.

    Args:
        setting: what they are measured on.
        kinds: makers of layers, called as nn.Conv2d is.
        repeats: turns of all of them that count.
        device: "cuda", or "cpu" for the mode "eager".
        layouts: some of LAYOUTS.
        modes: "eager", "graph" or both.
    """
    forward, steps, rows = {}, {}, []
    for kind, layout, mode in ((k, form, mode) for k in kinds for form in layouts for mode in modes):
        row: dict[str, Any] = {"conv": kind, "layout": layout, "mode": mode, **vars(setting)}
        row |= {"forward_ms": None, "step_ms": None, "peak_bytes": None, "obstacle": ""}
        rows.append(row)
        name = f"{kind}, {layout}, {mode}"
        try:
            calls = _calls(kinds[kind], setting, LAYOUTS[layout], device)
            for call in calls:
                call()
            peak = peak_bytes(calls[1])
            forward[name], steps[name] = map(captured, calls) if mode == "graph" else calls
        except RuntimeError as error:  # memory that is full, or a dtype that it does not know
            row["obstacle"] = str(error).splitlines()[0].split(". ")[0]
        else:
            row["peak_bytes"] = peak
    forward_ms, step_ms = median_times(forward, repeats, device), median_times(steps, repeats, device)
    for row in rows:
        name = "{conv}, {layout}, {mode}".format(**row)
        if name in forward:
            row |= {"forward_ms": round(forward_ms[name], 4), "step_ms": round(step_ms[name], 4)}
    return rows


def _calls(
    make: Callable[..., nn.Module], setting: Setting, form: torch.memory_format, device: str
) -> tuple[Callable[[], None], Callable[[], None]]:
    """A forward pass and a training step of a new layer."""
    channels, real = (setting.in_channels, setting.out_channels), DTYPES[setting.dtype]
    with fixed(0):
        layer = make(*channels, setting.kernel_size, padding=setting.kernel_size // 2).to(device, real)
        images = [torch.randn(setting.images, c, setting.size, setting.size, device=device) for c in channels]
    layer = convert_conv2d_weight_memory_format(layer, form)
    x, gradient = (t.to(real, memory_format=form) for t in images)
    return partial(_forward, layer, x), partial(step, layer, x.clone().requires_grad_(), gradient)


@torch.no_grad()
def _forward(layer: nn.Module, x: Tensor) -> None:
    layer(x)


def captured(run: Callable[[], None]) -> Callable[[], None]:
    """The same work as a CUDA graph: its launches are recorded once, and a call makes all of them together.

    Args:
        run: launches the same kernels on the same tensors whenever it is called, and does not wait for the card.
    """
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):  # what libraries do at a first call cannot be recorded
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        run()
    return partial(_replay, graph, run)


def _replay(graph: torch.cuda.CUDAGraph, run: Callable[[], None]) -> None:
    """`run` holds the tensors that the graph works on."""
    graph.replay()


def measure_networks(
    images: int, size: int, dtype: str, repeats: int, device: str, modes: Iterable[str] = ("eager",)
) -> Rows:
    """One iteration of Ad-ResNet-s with each of NETWORKS, channels last, bfloat16 by autocast, in each mode."""
    with fixed(0):
        x = torch.randn(images, 3, size, size, device=device).to(memory_format=torch.channels_last)
        labels = torch.randint(1000, (images,), device=device)
    steps: dict[str, Callable[[], None]] = {}
    for kind, conv in NETWORKS.items():
        with fixed(0):
            network = convert_conv2d_weight_memory_format(ad_resnet("s", conv).to(device), torch.channels_last)
        optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9)
        steps[kind] = partial(_iteration, network, optimizer, x, labels, dtype)
    rows: Rows = []
    shape = {"network": "Ad-ResNet-s", "dtype": dtype, "images": images, "size": size}
    peaks = {kind: _peak_after_one(run) for kind, run in steps.items()}
    for mode in modes:
        runs = {kind: captured(run) if mode == "graph" else run for kind, run in steps.items()}
        times = median_times(runs, repeats, device)
        for kind, milliseconds in times.items():
            row = {"conv": kind, **shape, "mode": mode, "step_ms": round(milliseconds, 3), "peak_bytes": peaks[kind]}
            rows.append(row)
    return rows


def _peak_after_one(run: Callable[[], None]) -> int:
    run()
    return peak_bytes(run)


def _iteration(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, labels: Tensor, dtype: str) -> None:
    with torch.autocast(x.device.type, torch.bfloat16, enabled=dtype == "bfloat16"):
        scores = network(x)
    F.cross_entropy(scores.float(), labels).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)  # last, so that gradients count among what an iteration holds


# -------------------------------------------------------------------------------------------------------- the table


def parts(repeats: int, quick: bool, device: str = "cuda") -> list[Callable[[], Rows]]:
    """Each makes the rows of one part of the table, the ones that matter most first; the first one only if `quick`."""
    measure = partial(_as_trained, measure_layers, repeats=repeats, device=device)
    beside = partial(measure, kinds=rivals(), layouts=["contiguous"])
    own = partial(measure, kinds=KINDS, modes=MODES)
    small = partial(measure, kinds={kind: KINDS[kind] for kind in ("conv", "acda")}, modes=MODES)
    found: list[Callable[[], Rows]] = [partial(own, one) for one in settings(LARGE)]
    found += [partial(_as_trained, measure_networks, *NETWORK, dtype, repeats, device, MODES) for dtype in DTYPES]
    found += [partial(small, one) for layer in SMALL for one in settings(layer) if one.dtype == "float32"]
    for measured, layer in ((own, DEEP), (beside, LARGE), (own, ONE_IMAGE), (beside, DEEP)):
        found += [partial(measured, one) for one in settings(layer)]
    return found[:1] if quick else found


def settings(layer: tuple[int, int, int, int, tuple[int, ...]]) -> list[Setting]:
    """Those of a line such as LARGE: with each of its kernel sizes, in each of DTYPES."""
    images, in_channels, out_channels, size, kernel_sizes = layer
    return [
        Setting(dtype, images, in_channels, out_channels, size, kernel_size)
        for kernel_size in kernel_sizes
        for dtype in DTYPES
    ]


def least(rows: Rows, name: str, conv: str, **setting: Any) -> float | None:
    """The smallest stored `name` of a kind of layer, over both layouts of memory; None where there is none."""
    setting = {**setting, "conv": conv}
    values = [row[name] for row in rows if setting.items() <= row.items() and row[name] is not None]
    return min(values, default=None)


def ratio(rows: Rows, name: str, conv: str, **setting: Any) -> float | None:
    """The same over nn.Conv2d's; None where one of them did not run."""
    value, whole = (least(rows, name, kind, **setting) for kind in (conv, "conv"))
    return None if value is None or whole is None else value / whole


def _as_trained(measure: Callable[..., Rows], *given: Any, **named: Any) -> Rows:
    """Measure as one trains: with TF32 in all products, and the fastest of cuDNN's algorithms."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        with torch.backends.cudnn.flags(enabled=True, benchmark=True):
            return measure(*given, **named)
    finally:
        torch.set_float32_matmul_precision(before)


def lines_of(rows: Rows) -> Iterator[str]:
    """Each row in words, with its times as multiples of the fastest convolution's where there is one."""
    names = [name for name in ("forward_ms", "step_ms") if name in rows[0]]
    convs = [row for row in rows if row["conv"] == "conv" and not row.get("obstacle")]
    best = {name: min(row[name] for row in convs) for name in names if convs}
    for row in rows:
        where = row.get("network") or "{in_channels} -> {out_channels}, l = {kernel_size}".format(**row)
        line = f"{row['images']} x {where}, {row['size']} px, {row['dtype']:8}  {row['conv']:10} "
        line += f"{row.get('layout', ''):13} {row.get('mode', ''):5}"
        if row.get("obstacle"):
            yield f"{line}  not run: {row['obstacle']}"
            continue
        for name in names:
            line += f"  {name.removesuffix('_ms')} {row[name]:8.3f} ms"
            line += f" {row[name] / best[name]:5.2f} x" if best else ""
        yield f"{line}  peak {row['peak_bytes'] / 1e6:8.1f} MB"
