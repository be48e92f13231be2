"""Adaptive ResNets, Table 2 of the paper, and what their stages are made of."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from acda_core.layers import ACDAConv2d
from acda_core.nets.blocks import RELEASED_ACDA, BasicBlock, Conv, DynamicBottleneck
from acda_core.training.measure import evaluating, multiply_adds, parameters


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


@dataclass(frozen=True)
class Size:
    """One of the paper's configurations.

    Attributes:
        widths, blocks: of the four stages.
        printed_millions: of parameters, in the paper's Table 2.
    """

    widths: tuple[int, int, int, int]
    blocks: tuple[int, int, int, int]
    printed_millions: float


AD_RESNETS = {
    "s": Size((64, 128, 256, 512), (2, 2, 2, 2), 3.85),
    "m": Size((64, 128, 512, 1024), (2, 2, 2, 2), 9.83),
    "l": Size((64, 128, 512, 1024), (2, 2, 4, 4), 18.19),
}


def ad_resnet(size: str, conv: Conv = RELEASED_ACDA, classes: int = 1000) -> AdResNet:
    """Our reading of Ad-ResNet-s, -m and -l: m doubles the width of the deep stages of s, l the blocks of those of m.

    >>> from acda_core.training.measure import parameters
    >>> parameters(ad_resnet("s")), parameters(ad_resnet("s", nn.Conv2d))
    (3575648, 6823464)

    Args:
        size: "s", "m" or "l".
        conv: makes the adaptive convolutions.
        classes: outputs.

    Raises:
        ValueError: another size.
    """
    if size not in AD_RESNETS:
        raise ValueError(f"`size` must be one of {', '.join(AD_RESNETS)}, got {size!r}")
    return AdResNet(AD_RESNETS[size].widths, AD_RESNETS[size].blocks, conv, classes)


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


def stage_summaries(network: AdResNet, size: int) -> list[StageSummary]:
    """The stem, the four stages and the classifier of a network, for images of size x size pixels."""
    x = torch.zeros(1, 3, size, size)
    rows = []
    parts = [("stem", network.stem), *((f"stage {n}", stage) for n, stage in enumerate(network.stages, 1))]
    with evaluating(network):
        for name, part in (*parts, ("classifier", network.classifier)):
            given = x.mean((2, 3)) if name == "classifier" else x
            x = part(given)
            layers = [module for module in part.modules() if isinstance(module, ACDAConv2d)]
            in_generators = sum(parameters(layer.generator) for layer in layers)
            rows.append(
                StageSummary(
                    name,
                    tuple(x.shape[1:]),
                    len(part) if name.startswith("stage") and isinstance(part, nn.Sequential) else 0,
                    parameters(part),
                    in_generators,
                    sum(map(parameters, layers)) - in_generators,
                    multiply_adds(part, given.shape[1:]),
                )
            )
    return rows
