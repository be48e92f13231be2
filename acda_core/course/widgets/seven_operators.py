"""Seven operators on one photograph, and the filters that each gives to a pixel.

Each has one channel in, two out, and filters of 7 x 7 on the noisy photograph of the front page. The first filter of
the convolution and that of ACDA are trained, see `acda_core.experiments.hero`; kernel prediction is that ACDA layer
folded into one free kernel. All the rest follows rules that are set by hand, or is drawn with seed 0: it shows what an
operator can depend on, not what it would learn.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.course.widgets import random
from acda_core.course.widgets.layers import pack_layers
from acda_core.experiments import hero
from acda_core.layers import ACDAConv2d

SIZE, REACH = hero.KERNEL_SIZE, hero.REACH
SLOPE, MIDDLE = 40.0, 0.48  # of the weight that the brightness of the whole picture decides
SHARPNESS = 25.0  # of attention: about 1 / (2 s^2) for the difference of two noisy pixels, s^2 = 2 * 0.1^2
SEED, OFFSETS = 0, 0  # of random numbers: their seed, and the stream of the taps' moves
SECOND_A = 3  # the stream of A's second row: one whose filters are unlike the first channel's


@dataclass(frozen=True)
class Operator:
    """One of the seven.

    Attributes:
        title: its name in a table.
        depends: what decides the filter of a pixel, in a few words.
        filters: (image (h + 6, w + 6), row, column) -> K (2, 7, 7), one a channel, differentiable in the image.
    """

    title: str
    depends: str
    filters: Callable[[Tensor, int, int], Tensor]


@functools.cache
def layers() -> tuple[nn.Conv2d, ACDAConv2d]:
    """The trained convolution and the trained ACDA layer of the front page, in float64."""
    stored = hero.trained()
    _, _, kept = pack_layers(stored.conv, stored.acda)
    conv, acda = kept["conv"], kept["acda"]
    assert isinstance(conv, nn.Conv2d)
    assert isinstance(acda, ACDAConv2d)
    return conv.requires_grad_(False), acda.requires_grad_(False)


@functools.cache
def picture() -> Tensor:
    """What the operators look at, (h + 6, w + 6), from 0 to 1 in float64."""
    return torch.from_numpy(hero.trained().noisy).double() / 255


def darkened(image: Tensor) -> Tensor:
    """The same with its right third at a third of its brightness.

    >>> darkened(torch.ones(1, 6))
    tensor([[1.0000, 1.0000, 1.0000, 1.0000, 0.3333, 0.3333]])
    """
    columns = torch.arange(image.shape[1])
    return torch.where(columns >= 2 * image.shape[1] // 3, image / 3, image)


def around(image: Tensor, row: int, column: int, size: int = SIZE) -> Tensor:
    """The size x size pixels around a pixel of the photograph, which the image surrounds with 3 pixels more."""
    top, left = row + REACH - size // 2, column + REACH - size // 2
    return image[top : top + size, left : left + size]


def edge() -> Tensor:
    """A filter for edges, set by hand: v exp(-(u^2 + v^2) / 4), its absolute values with sum 1, (7, 7)."""
    steps = torch.arange(-REACH, REACH + 1.0, dtype=torch.float64)
    bell = torch.exp(-steps.square() / 4)
    filter_ = torch.outer(bell, steps * bell)
    return filter_ / filter_.abs().sum()


def delta() -> Tensor:
    """The filter that changes nothing, (7, 7)."""
    filter_ = torch.zeros(SIZE, SIZE, dtype=torch.float64)
    filter_[REACH, REACH] = 1
    return filter_


def convolution(image: Tensor, row: int, column: int) -> Tensor:
    """The trained filter and the one for edges, everywhere."""
    return torch.stack([layers()[0].weight[0, 0], edge()])


def mixture(image: Tensor, row: int, column: int) -> Tensor:
    """A mixture of the convolution's filters and of delta; the mean of the whole picture decides their weights."""
    weight = torch.sigmoid(SLOPE * (image.mean() - MIDDLE))
    return weight * convolution(image, row, column) + (1 - weight) * delta()


def involution(image: Tensor, row: int, column: int) -> Tensor:
    """x delta + (1 - x) mean of 7 x 7, by the brightness x of the pixel itself, for all channels."""
    x = around(image, row, column, 1)
    return (x * delta() + (1 - x) / SIZE**2).expand(2, -1, -1)


def atoms(image: Tensor, row: int, column: int) -> Tensor:
    """The atoms D = alpha psi that the trained Phi makes from the 7 x 7 pixels around, (m, 7, 7)."""
    acda = layers()[1]
    alpha = acda.coefficients(around(image, row, column)[None, None])[0, :, :, 0, 0]
    return torch.einsum("mk,kuv->muv", alpha, acda.psi)


def second_row() -> Tensor:
    """A of ACDA's second channel, (m,): drawn, with the length of the trained first one."""
    first = layers()[1].A[0, 0]
    drawn = torch.from_numpy(random.normal(SEED, SECOND_A, np.arange(len(first))))
    return drawn * first.norm() / drawn.norm()


def kernel_prediction(image: Tensor, row: int, column: int) -> Tensor:
    """One kernel for all channels: here that of the trained layer, whose 49 numbers Phi could write directly."""
    return torch.einsum("m,muv->uv", layers()[1].A[0, 0], atoms(image, row, column)).expand(2, -1, -1)


def acda(image: Tensor, row: int, column: int) -> Tensor:
    """A filter for each channel, K = A D, from the same atoms."""
    A = torch.stack([layers()[1].A[0, 0], second_row()])
    return torch.einsum("om,muv->ouv", A, atoms(image, row, column))


def taps(image: Tensor, row: int, column: int) -> Tensor:
    """Where a deformable convolution of 3 x 3 looks, (9, 2): every second pixel, moved by less than one pixel.

    The moves are a convolution of the 3 x 3 pixels around with drawn weights, bounded by tanh.
    """
    weights = torch.from_numpy(random.normal(SEED, OFFSETS, np.arange(18 * 9))).view(18, 9)
    moves = torch.tanh(weights @ around(image, row, column, 3).flatten()).view(9, 2)
    grid = 2 * torch.arange(-1, 2, dtype=torch.float64)
    return torch.cartesian_prod(grid, grid) + moves


def deformable(image: Tensor, row: int, column: int) -> Tensor:
    """Weights that are the same everywhere, binomial and Sobel's, at places that the pixel chooses.

    A place between pixels is read by bilinear interpolation: its weight falls to the four pixels around.
    """
    binomial, slope = torch.tensor([[1.0, 2, 1], [-1, 0, 1]], dtype=torch.float64)
    weights = torch.stack([torch.outer(binomial, binomial) / 16, torch.outer(binomial, slope) / 8]).flatten(1)
    steps = torch.arange(-REACH, REACH + 1.0, dtype=torch.float64)
    near = F.relu(1 - (taps(image, row, column)[:, :, None] - steps).abs())  # (9, 2, 7)
    return torch.einsum("ot,tu,tv->ouv", weights, near[:, 0], near[:, 1])


def attention(image: Tensor, row: int, column: int) -> Tensor:
    """Softmax over the 7 x 7 pixels around of -25 (x_q - x_p)^2: a pixel attends to those that are like it."""
    seen = around(image, row, column)
    scores = -SHARPNESS * (seen - seen[REACH, REACH]).square()
    return torch.softmax(scores.flatten(), 0).view(SIZE, SIZE).expand(2, -1, -1)


OPERATORS = {
    "convolution": Operator("convolution", "nothing", convolution),
    "mixture": Operator("mixture per image", "the whole image", mixture),
    "involution": Operator("involution", "the pixel itself", involution),
    "kernel_prediction": Operator("kernel prediction", "7 × 7 pixels around it", kernel_prediction),
    "acda": Operator("ACDA", "7 × 7 pixels around it", acda),
    "deformable": Operator("deformable", "3 × 3 pixels around it", deformable),
    "attention": Operator("attention", "7 × 7 pixels around it", attention),
}
