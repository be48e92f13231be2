"""Twelve small networks of common kinds, made of nn.Conv2d alone: what :mod:`acda_core.experiments.drop_in` converts.

Each takes images (N, c', 32, 32). Those that classify give scores (N, 2); the others maps of 32 x 32 pixels, but for
the detector's neck, whose three maps of 16, 8 and 4 pixels come side by side, flat.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CLASSES = 2


def vgg() -> nn.Sequential:
    """Pairs of 3 x 3 convolutions between poolings, without normalisation (Simonyan & Zisserman, 2015)."""
    layers: list[nn.Module] = []
    for inside, outside in ((3, 12), (12, 24), (24, 48)):
        for channels in (inside, outside):
            layers += [nn.Conv2d(channels, outside, 3, 1 if layers else 2, 1), nn.ReLU()]
        layers.append(nn.MaxPool2d(2))
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.get_parameter("bias"))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(48, CLASSES))


def plain() -> nn.Sequential:
    """Twelve 3 x 3 convolutions in a row, without normalisation or shortcut, with orthogonal weights."""
    layers: list[nn.Module] = [nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU()]
    for index in range(11):
        layers += [nn.Conv2d(16, 16, 3, 2 if index == 3 else 1, 1), nn.ReLU()]
    for layer in layers[::2]:
        nn.init.orthogonal_(layer.get_parameter("weight"), nn.init.calculate_gain("relu"))
        nn.init.zeros_(layer.get_parameter("bias"))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, CLASSES))


class Residual(nn.Module):
    """x + a branch of two 3 x 3 convolutions, with batch normalisation, or without and with a branch of nothing.

    Without normalisation the last convolution starts at zero, as in Fixup (Zhang et al., 2019).
    """

    def __init__(self, inside: int, outside: int, stride: int = 1, normalised: bool = True):
        super().__init__()
        self.first = nn.Conv2d(inside, outside, 3, stride, 1, bias=not normalised)
        self.second = nn.Conv2d(outside, outside, 3, padding=1, bias=not normalised)
        self.norms = nn.ModuleList(nn.BatchNorm2d(outside) if normalised else nn.Identity() for _ in range(2))
        self.shortcut = nn.Identity() if inside == outside else nn.Conv2d(inside, outside, 1, stride)
        if not normalised:
            nn.init.kaiming_normal_(self.first.weight, nonlinearity="relu")
            nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.relu(self.norms[0](self.first(x)))
        return F.relu(self.shortcut(x) + self.norms[1](self.second(hidden)))


def resnet(normalised: bool = True) -> nn.Sequential:
    """Residual blocks on three scales (He et al., 2016)."""
    blocks = [
        Residual(inside, outside, stride, normalised)
        for inside, outside, stride in ((16, 16, 1), (16, 24, 2), (24, 24, 1), (24, 48, 2))
    ]
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(48, CLASSES)
    return nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), *blocks, *head)


def fixup() -> nn.Sequential:
    """The same without normalisation."""
    return resnet(normalised=False)


class Dense(nn.Module):
    """Layers that each see all earlier features (Huang et al., 2017)."""

    def __init__(self, inside: int, growth: int = 8, number: int = 4):
        super().__init__()
        widths = [inside + growth * index for index in range(number)]
        self.layers = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, growth, 3, padding=1, bias=False))
            for width in widths
        )

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        return x


def densenet() -> nn.Sequential:
    """Two dense blocks with a transition between."""
    between = nn.BatchNorm2d(48), nn.ReLU(), nn.Conv2d(48, 24, 1), nn.AvgPool2d(2)
    head = nn.BatchNorm2d(56), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(56, CLASSES)
    return nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1, bias=False), Dense(16), *between, Dense(24), *head)


class InvertedResidual(nn.Module):
    """1 x 1 up, 3 x 3 depthwise, 1 x 1 down (MobileNetV2, Sandler et al., 2018)."""

    def __init__(self, inside: int, outside: int, stride: int = 1, factor: int = 3):
        super().__init__()
        middle = factor * inside
        self.branch = nn.Sequential(
            *(nn.Conv2d(inside, middle, 1, bias=False), nn.BatchNorm2d(middle), nn.ReLU6()),
            *(nn.Conv2d(middle, middle, 3, stride, 1, groups=middle, bias=False), nn.BatchNorm2d(middle), nn.ReLU6()),
            *(nn.Conv2d(middle, outside, 1, bias=False), nn.BatchNorm2d(outside)),
        )
        self.whole = inside == outside

    def forward(self, x: Tensor) -> Tensor:
        return x + self.branch(x) if self.whole else self.branch(x)


def mobilenet() -> nn.Sequential:
    """Depthwise convolutions between 1 x 1 ones."""
    stem = nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6()
    blocks = [InvertedResidual(*sizes) for sizes in ((16, 16), (16, 24, 2), (24, 24), (24, 24), (24, 32, 2), (32, 32))]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, CLASSES))


class ConvNextBlock(nn.Module):
    """7 x 7 depthwise, layer normalisation, two 1 x 1 with GELU between, scaled (Liu et al., 2022)."""

    def __init__(self, channels: int):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.up, self.down = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        self.scale = nn.Parameter(torch.full((channels,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        return x + (self.scale * self.down(F.gelu(self.up(hidden)))).permute(0, 3, 1, 2)


def convnext() -> nn.Sequential:
    """ConvNeXt on patches of 2 x 2 and 4 x 4 pixels."""
    first = nn.Conv2d(3, 16, 2, 2), ConvNextBlock(16), ConvNextBlock(16)
    second = nn.Conv2d(16, 32, 2, 2), ConvNextBlock(32), ConvNextBlock(32)
    return nn.Sequential(
        *first, *second, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(32), nn.Linear(32, CLASSES)
    )


def _normalised(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outside), nn.ReLU())


class UNet(nn.Module):
    """Down and up again, with bridges (Ronneberger et al., 2015)."""

    def __init__(self, width: int = 8):
        super().__init__()
        self.down = nn.ModuleList(_normalised(*sizes) for sizes in ((3, width), (width, 2 * width), (2 * width, 32)))
        self.up = nn.ModuleList(_normalised(*sizes) for sizes in ((32 + 2 * width, 2 * width), (3 * width, width)))
        self.last = nn.Conv2d(width, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        fine = self.down[0](x)
        middle = self.down[1](F.max_pool2d(fine, 2))
        coarse = self.down[2](F.max_pool2d(middle, 2))
        middle = self.up[0](torch.cat([middle, _twice(coarse)], 1))
        return self.last(self.up[1](torch.cat([fine, _twice(middle)], 1)))


def autoencoder() -> nn.Sequential:
    """Strided convolutions to 16 x 4 x 4 numbers, and back, without normalisation."""
    narrow = nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 16, 3, 2, 1)
    wide: list[nn.Module] = []
    for inside, outside in ((16, 32), (32, 16), (16, 16)):
        wide += [nn.Upsample(scale_factor=2), nn.Conv2d(inside, outside, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*narrow, *wide, nn.Conv2d(16, 3, 3, padding=1))


class Pyramid(nn.Module):
    """A backbone, a feature pyramid and one head for its three levels (Lin et al., 2017)."""

    def __init__(self, width: int = 16):
        super().__init__()
        self.backbone = nn.ModuleList([_normalised(3, 12, 2), Residual(12, 24, 2), Residual(24, 32, 2)])
        self.lateral = nn.ModuleList(nn.Conv2d(channels, width, 1) for channels in (12, 24, 32))
        self.smooth = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(3))
        self.head = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, 1, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        levels = []
        for stage, lateral in zip(self.backbone, self.lateral, strict=True):
            x = stage(x)
            levels.append(lateral(x))
        for index in (1, 0):
            levels[index] = levels[index] + _twice(levels[index + 1])
        maps = [self.head(smooth(level)) for smooth, level in zip(self.smooth, levels, strict=True)]
        return torch.cat([one.flatten(1) for one in maps], 1)


def dilated() -> nn.Sequential:
    """Convolutions with dilation 1, 2, 4 and 8 and group normalisation, as for segmentation (Yu & Koltun, 2016)."""
    layers: list[nn.Module] = [nn.Conv2d(3, 16, 3, 2, 1), nn.GroupNorm(4, 16), nn.ReLU()]
    for dilation in (1, 2, 4, 8):
        layers += [nn.Conv2d(16, 16, 3, padding=dilation, dilation=dilation), nn.GroupNorm(4, 16), nn.ReLU()]
    return nn.Sequential(*layers, nn.Conv2d(16, 3, 1), nn.Upsample(scale_factor=2))


class Bare(nn.Module):
    """x + a tenth of two 3 x 3 convolutions, as in EDSR (Lim et al., 2017)."""

    def __init__(self, channels: int):
        super().__init__()
        pair = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.first, self.second = pair

    def forward(self, x: Tensor) -> Tensor:
        return x + 0.1 * self.second(F.relu(self.first(x)))


def colouring() -> nn.Sequential:
    """From one channel to three, through residual blocks without normalisation."""
    return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), *(Bare(16) for _ in range(2)), nn.Conv2d(16, 3, 3, padding=1))


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2)
