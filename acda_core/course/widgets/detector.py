"""The detector widget: draw on a noisy map and see what a trained convolution and a trained ACDA layer answer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import traitlets
from numpy.typing import NDArray
from torch import Tensor, nn

from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets import random
from acda_core.course.widgets.base import Widget, between, one_of
from acda_core.course.widgets.layers import pack_layers
from acda_core.course.widgets.link import module_text
from acda_core.data.patterns import toy_sample
from acda_core.experiments import toy
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.nets.inspect import scale_shares

TOOLS = ("look", "paint", "erase", "square", "diamond", "target")
SIDES = (3, 5, 7, 9, 11)
LAST_SEED = 9999
MOST_NOISE = 0.5
SMALLEST, LARGEST = 16, 64


class Detector(Widget):
    """A map that the reader draws on, and what a trained convolution and ACDA layer answer, computed in the browser.

    The map is what is drawn, in ones and zeros, plus normal noise. The largest tensor of weights is rounded to 8 bits;
    the methods below compute with the same rounded weights, in float64. The controls and these attributes follow each
    other.

    Attributes:
        runs: what is drawn, as lengths of runs of zeros and ones in turn, zeros first, row by row; see :meth:`draw`.
        noise: standard deviation of the noise, from 0 to 0.5.
        seed: of the noise, up to 9999.
        row, column: the pixel that is looked at, counted from 0.
        tool: "look", "paint", "erase", "square", "diamond" or "target".
        side: of a pattern that is placed: 3, 5, 7, 9 or 11.

    Args:
        drawn: (h, w), square with 16 to 64 pixels a side: where it is not 0 something is drawn. Nine patterns at
            random places of 64 x 64 pixels when None (synthetic).
        layers: "conv" and "acda", as ``acda_core.experiments.toy.trained`` gives them and gives by default.
        noise, seed, row, column, tool, side: where the widget starts.

    Raises:
        TypeError, ValueError: an argument out of range, naming it.
    """

    _kind = "detector"
    _esm = module_text(_kind)

    sizes = traitlets.Dict(help="of the map and the layers").tag(sync=True)
    weights = traitlets.Unicode(help="parameters but the largest tensor, packed").tag(sync=True)
    large_weights = traitlets.Unicode(help="the largest tensor, rounded to units of sizes['scale']").tag(sync=True)
    runs = traitlets.List(traitlets.Int()).tag(sync=True)
    noise = traitlets.Float(0.1).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    row = traitlets.Int(0).tag(sync=True)
    column = traitlets.Int(0).tag(sync=True)
    tool = traitlets.Unicode("target").tag(sync=True)
    side = traitlets.Int(7).tag(sync=True)

    def __init__(
        self,
        drawn: Tensor | None = None,
        layers: Mapping[str, nn.Module] | None = None,
        noise: float = 0.1,
        seed: int = 0,
        row: int | None = None,
        column: int | None = None,
        tool: str = "target",
        side: int = 7,
    ) -> None:
        start_row, start_column, start = _start() if drawn is None else (0, 0, drawn)
        if start.ndim != 2 or start.shape[0] != start.shape[1] or not SMALLEST <= len(start) <= LARGEST:
            raise ValueError(
                f"`drawn` must be square with {SMALLEST} to {LARGEST} pixels a side, got shape {tuple(start.shape)}"
            )
        conv, acda = _checked(toy.trained() if layers is None else layers)
        sizes, packed, self._layers = pack_layers(conv, acda)
        super().__init__(
            sizes={"map": len(start), **sizes},
            **packed,
            runs=_to_runs(start),
            noise=noise,
            seed=seed,
            row=start_row if row is None else row,
            column=start_column if column is None else column,
            tool=tool,
            side=side,
        )

    def drawn(self) -> Tensor:
        """What is drawn, (h, w), zeros and ones in float64."""
        size = self.sizes["map"]
        bits = np.zeros(size * size)
        ends = np.cumsum(self.runs)
        for start, end in zip(ends[::2], ends[1::2], strict=False):
            bits[start:end] = 1
        return torch.tensor(bits.reshape(size, size))

    def draw(self, drawn: Tensor) -> None:
        """Put another drawing on the map, (h, w) as before: something is drawn where it is not 0."""
        size = self.sizes["map"]
        if drawn.shape != (size, size):
            raise ValueError(f"`drawn` must have the shape of the map, ({size}, {size}), got {tuple(drawn.shape)}")
        self.runs = _to_runs(drawn)

    def image(self) -> Tensor:
        """The map that the layers see, (h, w) in float64."""
        size = self.sizes["map"]
        noise = random.normal(self.seed, 0, np.arange(size * size)).reshape(size, size)
        return self.drawn() + self.noise * torch.tensor(noise)

    def answers(self) -> dict[str, Tensor]:
        """What the layers make of the map, "conv" and "acda", each (h, w) in float64."""
        with torch.no_grad():
            return {name: layer(self.image()[None, None])[0, 0] for name, layer in self._layers.items()}

    def filters(self) -> Tensor:
        """K of the ACDA layer at every pixel of the map, (h, w, l, l)."""
        return toy.filters(self._acda(), self.image()[None, None])

    def scale_shares(self) -> Tensor:
        """The part of the weight of each pixel's filter on each scale, (S, h, w)."""
        return scale_shares(self._acda(), self.image()[None, None])[0]

    def _acda(self) -> ACDAConv2d:
        layer = self._layers["acda"]
        assert isinstance(layer, ACDAConv2d)
        return layer

    @traitlets.validate("runs")
    def _check_runs(self, proposal: Any) -> list[int]:
        runs, pixels = proposal["value"], self.sizes["map"] ** 2
        if min(runs, default=0) < 0 or sum(runs) > pixels:
            raise ValueError(f"`runs` must be lengths that add up to at most {pixels}, got {runs}")
        return runs

    @traitlets.validate("noise")
    def _check_noise(self, proposal: Any) -> Any:
        return between(proposal, 0, MOST_NOISE)

    @traitlets.validate("seed", "row", "column")
    def _check_index(self, proposal: Any) -> Any:
        return between(proposal, 0, LAST_SEED if proposal["trait"].name == "seed" else self.sizes["map"] - 1)

    @traitlets.validate("tool", "side")
    def _check_choice(self, proposal: Any) -> Any:
        return one_of(proposal, TOOLS if proposal["trait"].name == "tool" else SIDES)

    def _still(self) -> str:
        answers = self.answers()
        tiles = [grey(self.image(), -0.3, 1.3), *(grey(answers[name], 0, 1) for name in ("conv", "acda"))]
        words = "Three grey maps: the input with patterns on noise, the answer of a convolution, and that of ACDA"
        return (
            f"{row_of_pictures(tiles, words)}"
            "<p>A noisy map with squares, diamonds and targets; what a trained 7 × 7 convolution answers; what a "
            "trained ACDA layer answers (white: 1). With JavaScript, or in a running notebook, the map can be drawn "
            "on.</p>"
        )


def stamp(kind: str, side: int) -> Tensor:
    """A "square", "diamond" or "target" of any odd side, (side, side), 1 where it is drawn.

    The layers were trained on squares of 3, diamonds of 5 and targets of 7 pixels.
    """
    if kind not in TOOLS[3:] or side not in SIDES:
        raise ValueError(f"`kind` and `side` must be a pattern and one of {SIDES}, got {kind!r} and {side!r}")
    offset = (torch.arange(side) - side // 2).abs()
    reach = side // 2
    if kind == "square":
        return torch.ones(side, side)
    if kind == "diamond":
        return (offset[:, None] + offset == reach).float()
    distance = torch.maximum(offset[:, None], offset)
    return ((distance == reach) | (distance <= reach - 2)).float()


def _start() -> tuple[int, int, Tensor]:
    """Nine patterns without noise, 64 x 64, and the centre of one of the largest."""
    sample = toy_sample(0, size=64, number=9, noise=0)
    row, column = sample.positions[0].tolist()
    return row, column, sample.image[0, 0]


def _to_runs(drawn: Tensor) -> list[int]:
    bits: NDArray[np.bool_] = (drawn.detach().cpu().flatten() != 0).numpy()
    changes = np.flatnonzero(np.diff(bits, prepend=False)).tolist()
    ends = [*changes, len(bits)] if bits[-1] else changes
    return [int(end - start) for start, end in zip([0, *ends], ends, strict=False)]


def _checked(layers: Mapping[str, nn.Module]) -> tuple[nn.Conv2d, ACDAConv2d]:
    missing = {"conv", "acda"} - set(layers)
    if missing:
        raise ValueError(f'`layers` must have "conv" and "acda", got {", ".join(layers) or "none"}')
    conv, acda = layers["conv"], layers["acda"]
    if not isinstance(conv, nn.Conv2d) or not isinstance(acda, ACDAConv2d):
        names = type(conv).__name__, type(acda).__name__
        raise TypeError(
            f'`layers` must hold a Conv2d, "conv", and an ACDAConv2d, "acda", got {names[0]} and {names[1]}'
        )
    size, phi = acda.geometry.kernel_size, acda.generator
    if tuple(conv.weight.shape) != (1, 1, size, size) or tuple(acda.A.shape[:2]) != (1, 1):
        raise ValueError("`layers` must have one channel in and out and kernels of one size")
    if conv.stride != (1, 1) or conv.padding != (size // 2, size // 2) or acda.geometry != (size, 1, size // 2, 1):
        raise ValueError("`layers` must have stride 1 and padding l // 2")
    is_plain = isinstance(phi, AtomGenerator) and all(isinstance(one, nn.Identity) for one in (phi.norm_a, phi.squash))
    if not is_plain or len(acda.psi) != 6 * (size // 2) or size > 9:
        raise ValueError("`layers` must have an AtomGenerator without norm and squash, six bases at each scale, l <= 9")
    return conv, acda
