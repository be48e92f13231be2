"""Small networks of the paper's experiments. Each takes `conv`: a baseline and its rival differ in one argument.

`conv(in_channels, out_channels, kernel_size, padding=...)` makes a layer in the place of nn.Conv2d: nn.Conv2d itself,
ACDAConv2d, or one of peers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from acda_core.layers import ACDAConv2d

Conv = Callable[..., nn.Module]
RELEASED_ACDA: Conv = partial(ACDAConv2d, generator="released")


class LeNet(nn.Module):
    """LeNet-5 for colour images of 32 x 32 pixels: two 5 x 5 convolutions, three linear layers (LeCun et al., 1998).

    With ReLUs and max-pooling in the place of the original's sigmoids and averages, as is usual today.

    Args:
        conv: makes the two convolutions.
        classes: outputs.
        width: channels of the convolutions, 6 and 16 times this.
    """

    def __init__(self, conv: Conv = nn.Conv2d, classes: int = 10, width: int = 1):
        super().__init__()
        first, second = 6 * width, 16 * width
        self.features = nn.Sequential(
            conv(3, first, 5), nn.ReLU(), nn.MaxPool2d(2), conv(first, second, 5), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.classifier = nn.Sequential(
            nn.Linear(second * 5 * 5, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, 3, 32, 32) -> scores (N, classes)."""
        scores: Tensor = self.classifier(self.features(images).flatten(1))
        return scores


class CountingNet(nn.Module):
    """A density map at a quarter of the resolution: two striding 3 x 3 convolutions, then a 7 x 7 and a 5 x 5 one.

    Args:
        conv: makes the two large convolutions.
        in_channels: 1 for grey pictures, 3 for colour.
        classes: kinds of objects, a density each.
        width: channels of the large convolutions.
    """

    def __init__(self, conv: Conv = nn.Conv2d, in_channels: int = 1, classes: int = 1, width: int = 24):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, width // 2, 3, 2, 1), nn.ReLU(), nn.Conv2d(width // 2, width, 3, 2, 1), nn.ReLU()
        )
        self.body = nn.Sequential(
            conv(width, width, 7, padding=3), nn.ReLU(), conv(width, width, 5, padding=2), nn.ReLU()
        )
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, in_channels, H, W), H and W multiples of 4 -> densities (N, classes, H / 4, W / 4)."""
        densities: Tensor = self.head(self.body(self.stem(images)))
        return densities


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions and a shortcut, as in ResNet-18 (He et al., 2016)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut = _shortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, H / stride, W / stride)."""
        return nn.functional.relu(self.branch(x) + self.shortcut(x))


class DynamicBottleneck(nn.Module):
    """1 x 1 convolution, adaptive convolution, 1 x 1 convolution, and a shortcut (Section 4.1).

    The middle is half as wide as the input, or as wide where the block strides.

    Args:
        in_channels, out_channels: c' and c.
        kernel_size: of the adaptive convolution.
        stride: of the first 1 x 1 convolution.
        conv: makes the adaptive convolution; nn.Conv2d gives the baseline.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, conv: Conv = ACDAConv2d):
        super().__init__()
        middle = in_channels // 2 if stride == 1 else in_channels
        self.branch = nn.Sequential(
            nn.Conv2d(in_channels, middle, 1, stride, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            conv(middle, middle, kernel_size, padding=kernel_size // 2, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            nn.Conv2d(middle, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut = _shortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c', H, W) -> (N, c, H / stride, W / stride)."""
        return nn.functional.relu(self.branch(x) + self.shortcut(x))


def _shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))


class RestorationNet(nn.Module):
    """Correct a photograph by what eight dynamic bottlenecks see at half its resolution, after Section 4.3.

    Pixel-unshuffling by 2, a 3 x 3 convolution, the blocks, a 3 x 3 convolution, pixel-shuffling by 2; the result is
    added to the input. The paper has two convolutions and shufflings at each end, and its text gives no numbers of
    channels: this is a small net of the same kind. At the start the correction is zero.

    Args:
        conv: makes the adaptive convolutions of the blocks; nn.Conv2d gives the baseline.
        in_channels: of the photograph.
        out_channels: of the result; in_channels when None. The input is added where they are the same.
        channels: of the features; the blocks' convolutions have half as many.
        blocks: dynamic bottlenecks.
        kernel_size: of their adaptive convolutions.
    """

    def __init__(
        self,
        conv: Conv = RELEASED_ACDA,
        in_channels: int = 3,
        out_channels: int | None = None,
        channels: int = 32,
        blocks: int = 8,
        kernel_size: int = 5,
    ):
        super().__init__()
        out_channels = in_channels if out_channels is None else out_channels
        self.residual = in_channels == out_channels
        self.head = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(4 * in_channels, channels, 3, padding=1))
        self.body = nn.Sequential(
            *(DynamicBottleneck(channels, channels, kernel_size, conv=conv) for _ in range(blocks))
        )
        last = nn.Conv2d(channels, 4 * out_channels, 3, padding=1, bias=False)
        nn.init.zeros_(last.weight)
        self.tail = nn.Sequential(last, nn.PixelShuffle(2))

    def forward(self, x: Tensor) -> Tensor:
        """x (N, in_channels, H, W), H and W even -> (N, out_channels, H, W)."""
        result: Tensor = self.tail(self.body(self.head(x)))
        return x + result if self.residual else result


class AdResNet(nn.Module):
    """Adaptive ResNet: two stages of basic blocks, then two of dynamic bottlenecks, 7 x 7 and 5 x 5.

    The paper's configurations stand in an appendix that could not be obtained; `ad_resnet` gives our reading of them.

    Args:
        widths: channels of the four stages.
        blocks: blocks of the four stages.
        conv: makes the adaptive convolutions of the last two stages.
        classes: outputs.
        small_images: start with a 3 x 3 convolution instead of a 7 x 7 of stride 2 and a pooling, for 32 x 32 pixels.
    """

    def __init__(
        self,
        widths: tuple[int, int, int, int],
        blocks: tuple[int, int, int, int],
        conv: Conv = RELEASED_ACDA,
        classes: int = 1000,
        small_images: bool = False,
    ):
        super().__init__()
        start, stride, padding = (3, 1, 1) if small_images else (7, 2, 3)
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], start, stride, padding, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
            nn.Identity() if small_images else nn.MaxPool2d(3, 2, 1),
        )
        before = (widths[0], *widths)
        self.stages = nn.Sequential()
        for stage, (width, number) in enumerate(zip(widths, blocks, strict=True)):
            layers = nn.Sequential()
            for block in range(number):
                channels, stride = (before[stage], 1 if stage == 0 else 2) if block == 0 else (width, 1)
                if stage < 2:
                    layers.append(BasicBlock(channels, width, stride))
                else:
                    layers.append(DynamicBottleneck(channels, width, 7 if stage == 2 else 5, stride, conv))
            self.stages.append(layers)
        self.classifier = nn.Linear(widths[-1], classes)

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) -> scores (N, classes)."""
        scores: Tensor = self.classifier(self.stages(self.stem(images)).mean((2, 3)))
        return scores


AD_RESNETS = {  # size: widths, blocks, and the parameters that the paper's Table 2 prints, in millions
    "s": ((64, 128, 256, 512), (2, 2, 2, 2), 3.85),
    "m": ((64, 128, 512, 1024), (2, 2, 2, 2), 9.83),
    "l": ((64, 128, 512, 1024), (2, 2, 4, 4), 18.19),
}


def ad_resnet(size: str, conv: Conv = RELEASED_ACDA, classes: int = 1000) -> AdResNet:
    """Our reading of Ad-ResNet-s, -m and -l: m doubles the width of the deep stages of s, l the blocks of those of m.

    Args:
        size: "s", "m" or "l".
        conv: makes the adaptive convolutions.
        classes: outputs.

    Raises:
        ValueError: another size.
    """
    if size not in AD_RESNETS:
        raise ValueError(f"`size` must be one of {', '.join(AD_RESNETS)}, got {size!r}")
    widths, blocks, _ = AD_RESNETS[size]
    return AdResNet(widths, blocks, conv, classes)


@dataclass(frozen=True)
class StageSummary:
    """One part of an adaptive ResNet: what it puts out, and what it is made of.

    Attributes:
        name: of the part.
        shape: of its output for one image, without the batch.
        blocks: how many it holds; 0 for the stem and the classifier.
        parameters: all of them.
        in_generators: those of the generators of its adaptive convolutions.
        in_coefficients: those of the adaptive convolutions themselves, their A and bias.
        multiply_adds: for one image, as PyTorch's counter sees them: without biases.
    """

    name: str
    shape: tuple[int, ...]
    blocks: int
    parameters: int
    in_generators: int
    in_coefficients: int
    multiply_adds: int


@torch.no_grad()
def stage_summaries(network: AdResNet, size: int) -> list[StageSummary]:
    """The stem, the four stages and the classifier of a network, for images of size x size pixels."""
    training = network.training
    network.eval()
    x = torch.zeros(1, 3, size, size)
    rows = []
    parts = [("stem", network.stem), *((f"stage {n}", stage) for n, stage in enumerate(network.stages, 1))]
    for name, part in (*parts, ("classifier", network.classifier)):
        with FlopCounterMode(display=False) as counter:
            x = part(x.mean((2, 3)) if name == "classifier" else x)
        layers = [module for module in part.modules() if isinstance(module, ACDAConv2d)]
        in_generators = sum(_number(layer.generator) for layer in layers)
        rows.append(
            StageSummary(
                name,
                tuple(x.shape[1:]),
                len(part) if name.startswith("stage") and isinstance(part, nn.Sequential) else 0,
                _number(part),
                in_generators,
                sum(_number(layer) for layer in layers) - in_generators,
                counter.get_total_flops() // 2,
            )
        )
    network.train(training)
    return rows


def _number(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
