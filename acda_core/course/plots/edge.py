"""One pixel's filter as the pixel crosses an edge: five pixels of a row, what a layer makes at each, pictures of it.

The walk of the course leads from the wood beside a cup over the edge of the cup onto its bright rim. The photograph is
real, the noise synthetic, and the layer the trained one of :mod:`acda_core.experiments.hero`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from acda_core.course.plots.style import DIVERGING, as_array
from acda_core.experiments import hero
from acda_core.functional import compose_atoms
from acda_core.layers import ACDAConv2d
from acda_core.training.seeds import fixed

STEP = 4
PIXELS = tuple((12, column) for column in range(22, 22 + 5 * STEP, STEP))  # of the layer's output
AROUND = slice(2, 23), slice(12, 49)  # rows and columns of the output that show where they are


@dataclass(frozen=True)
class Walk:
    """What a layer sees and makes at n pixels, for one channel out and one in.

    Attributes:
        seen: the input around each pixel, (n, l, l).
        alpha: its coefficients, (n, m, k).
        atoms: D = alpha psi, (n, m, l, l).
        A: how the atoms are mixed, (m,).
        output: of the layer, from all its channels and with its bias, (n,).
    """

    seen: Tensor
    alpha: Tensor
    atoms: Tensor
    A: Tensor
    output: Tensor

    @property
    def filters(self) -> Tensor:
        """K = A D, (n, l, l)."""
        return torch.einsum("m,nmuv->nuv", self.A, self.atoms)

    @property
    def coefficients(self) -> Tensor:
        """Those of the filters on the bases, A alpha, (n, k)."""
        return torch.einsum("m,nmk->nk", self.A, self.alpha)


def photograph(noise: float = hero.NOISE) -> Tensor:
    """The part of the photograph that the front page shows, in float64: (1, 1, h, w).

    Args:
        noise: standard deviation; each strength has the same random numbers.
    """
    _, noisy = hero.held_out_pair(noise)
    part = noisy[None, :, hero.TOP : hero.TOP + hero.HEIGHT, hero.LEFT : hero.LEFT + hero.WIDTH]
    return (part * 255).round().double() / 255


def layer() -> ACDAConv2d:
    """The trained layer of the front page in float64: one channel, 7 x 7, without padding."""
    return hero.trained().acda.double()


def over_cup() -> Walk:
    """The walk of the course."""
    return walk(layer(), photograph(), PIXELS)


@torch.no_grad()
def walk(
    layer: ACDAConv2d, features: Tensor, pixels: Sequence[tuple[int, int]], channels: tuple[int, int] = (0, 0)
) -> Walk:
    """What a layer sees and makes at some pixels.

    Args:
        layer: in evaluation mode, with zeros around its input if it pads.
        features: what it takes, of one picture, (1, c', H, W).
        pixels: rows and columns of its output.
        channels: of output and of input.
    """
    o, i = channels
    rows, columns = torch.tensor(pixels).T
    alpha = layer.coefficients(features)
    size, stride, padding, dilation = layer.geometry
    windows = F.unfold(features[:, i : i + 1], size, dilation, padding, stride).view(size, size, *alpha.shape[-2:])
    return Walk(
        seen=windows[..., rows, columns].movedim(-1, 0),
        alpha=alpha[0, ..., rows, columns].movedim(-1, 0),
        atoms=compose_atoms(alpha, layer.psi)[0, ..., rows, columns].movedim(-1, 0),
        A=layer.A[o, i].detach(),
        output=layer(features)[0, o, rows, columns],
    )


@torch.no_grad()
def footprints(layer: ACDAConv2d, features: Tensor, pixels: Sequence[tuple[int, int]]) -> Tensor:
    """The root mean square of all c c' filters of each pixel, weight by weight: (n, l, l)."""
    rows, columns = torch.tensor(pixels).T
    atoms = compose_atoms(layer.coefficients(features), layer.psi)[0, ..., rows, columns]
    gram = torch.einsum("oim,oin->mn", layer.A, layer.A) / layer.A[..., 0].numel()
    return torch.einsum("muvp,mn,nuvp->puv", atoms, gram, atoms).sqrt()


def one_atom(layer: ACDAConv2d) -> ACDAConv2d:
    """The layer of one atom that has the same filters, for one made as that of the front page."""
    with fixed(hero.SEED):
        few = ACDAConv2d(1, 1, layer.kernel_size, num_atoms=1, generator=hero.PHI).to(layer.psi.dtype)
    state, A = dict(layer.state_dict()), layer.A[0, 0].detach()
    for name in ("generator.conv_b.weight", "generator.conv_b.bias"):
        state[name] = torch.einsum("m,mk...->k...", A, state[name].unflatten(0, (len(A), -1)))
    few.load_state_dict(state | {"A": torch.ones_like(few.A)})
    return few.eval()


def show(
    seen: Mapping[str, ArrayLike],
    filters: Mapping[str, ArrayLike],
    titles: Sequence[str] = (),
    place: tuple[ArrayLike, Sequence[tuple[float, float]]] | None = None,
) -> Figure:
    """A column for each pixel of a walk: grey windows, and below them filters on one scale, zero white.

    Args:
        seen: by the name of a row what is seen at the pixels, (n, l, l), from 0 to 1.
        filters: by the name of a row the filters, (n, l, l).
        titles: of the columns; their numbers when there are none.
        place: a picture, (h, w) or (h, w, 3), from 0 to 1, and rows and columns of the pixels on it; shown above.
    """
    arrays = [as_array(row) for row in (*seen.values(), *filters.values())]
    limit = max(float(np.abs(one).max()) for one in arrays[len(seen) :])
    numbers = [str(k + 1) for k in range(len(arrays[0]))]
    heights = [1.9] * bool(place) + [4.6 / len(numbers)] * len(arrays)
    size = 4.8, sum(heights) + 0.8
    figure, axes = plt.subplots(len(heights), 1, figsize=size, height_ratios=heights, squeeze=False)
    below = axes[bool(place) :, 0]
    if place:
        _draw_place(axes[0, 0], *place, numbers)
    for row, (ax, name, pictures) in enumerate(zip(below, [*seen, *filters], arrays, strict=True)):
        drawn = _draw_row(ax, pictures, *(("gray", 0, 1) if row < len(seen) else (DIVERGING, -limit, limit)))
        ax.set_ylabel(name)
    below[0].set_xticks(_middles(arrays[0]), titles or numbers)
    figure.colorbar(drawn, ax=below[len(seen) :], location="bottom", shrink=0.6, aspect=40, label="weight")
    return figure


def _middles(pictures: NDArray[np.float64]) -> NDArray[np.float64]:
    number, size = pictures.shape[:2]
    return (size + 1.0) * np.arange(number) + (size - 1) / 2


def _draw_row(ax: Axes, pictures: NDArray[np.float64], cmap: str, low: float, high: float) -> AxesImage:
    """Square pictures side by side, as one image with a frame around each."""
    tiles = np.pad(pictures, ((0, 0), (0, 0), (0, 1)), constant_values=np.nan)
    drawn = ax.imshow(np.concatenate(list(tiles), 1)[:, :-1], cmap=cmap, vmin=low, vmax=high)
    size = pictures.shape[1]
    for middle in _middles(pictures):
        frame = Rectangle((middle - size / 2, -0.5), size, size, fill=False, edgecolor="0.5", linewidth=1)
        frame.set_clip_on(False)
        ax.add_patch(frame)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    return drawn


def _draw_place(ax: Axes, picture: ArrayLike, pixels: Sequence[tuple[float, float]], numbers: Sequence[str]) -> None:
    ax.imshow(as_array(picture), cmap="gray", vmin=0, vmax=1)
    for number, (row, column) in zip(numbers, pixels, strict=True):
        ax.plot(column, row, "o", color="white", markeredgecolor="black", markersize=5)
        written = ax.annotate(number, (column, row), (0, 4), textcoords="offset points", ha="center", color="white")
        written.set_path_effects([withStroke(linewidth=3, foreground="black")])
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def show_coefficients(values: ArrayLike, scales: Sequence[int], names: Sequence[str], label: str) -> Figure:
    """Coefficients at the pixels of a walk, zero white: a panel for each scale, in it a row for each pixel.

    Args:
        values: (n, S, m').
        scales: sizes of the bases, S of them.
        names: of the m' bases of a scale.
        label: what the colours say.
    """
    array = as_array(values)
    limit = float(np.abs(array).max())
    figure, axes = plt.subplots(1, len(scales), figsize=(4.8, 3.7), sharey=True)
    for ax, scale, panel in zip(axes, scales, array.swapaxes(0, 1), strict=True):
        drawn = ax.imshow(panel, cmap=DIVERGING, vmin=-limit, vmax=limit, aspect="auto")
        ax.set(title=f"{scale} × {scale}", yticks=range(len(array)), yticklabels=range(1, len(array) + 1))
        ax.set_xticks(range(len(names)), names, rotation=90)
        ax.tick_params(length=0)
    axes[0].set_ylabel("pixel")
    figure.colorbar(drawn, ax=axes, location="bottom", shrink=0.7, aspect=40, label=label)
    return figure
