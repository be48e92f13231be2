"""The widget of the front page: a pixel of a noisy photograph, and the filter that a trained layer makes for it."""

from typing import Any

import torch
import torch.nn.functional as F
import traitlets
from torch import Tensor

from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets.base import Widget
from acda_core.course.widgets.layers import pack_layers
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack_bytes
from acda_core.experiments import hero
from acda_core.experiments.toy import filters
from acda_core.layers import ACDAConv2d

DRAWN = "input", "output", "truth"


class Hero(Widget):
    """A pixel that is dragged over a noisy photograph: its alpha, its atoms, its filter and its output.

    The layer is the trained one of ``acda_core.experiments.hero``, 7 x 7 and without padding; all that is drawn is
    computed in the browser from its weights. A second, pinned pixel stays for comparison. The controls and these
    attributes follow each other.

    Attributes:
        row, column: the pixel, counted from 0.
        pinned_row, pinned_column: the other one.
        drawn: what the photograph shows: "input", "output" or "truth", the photograph without noise.

    Args:
        row, column, pinned_row, pinned_column, drawn: where the widget starts.

    Raises:
        ValueError: an argument out of range, naming it.
    """

    _kind = "hero"
    _esm = module_text(_kind)

    sizes = traitlets.Dict(help="of the picture and the layers").tag(sync=True)
    weights = traitlets.Unicode(help="parameters but the largest tensor, packed").tag(sync=True)
    large_weights = traitlets.Unicode(help="the largest tensor, rounded to units of sizes['scale']").tag(sync=True)
    noisy = traitlets.Unicode(help="what the layers look at, in bytes, 3 pixels more on each side").tag(sync=True)
    clean = traitlets.Unicode(help="without noise, in bytes").tag(sync=True)
    row = traitlets.Int().tag(sync=True)
    column = traitlets.Int().tag(sync=True)
    pinned_row = traitlets.Int().tag(sync=True)
    pinned_column = traitlets.Int().tag(sync=True)
    drawn = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, row: int = 12, column: int = 33, pinned_row: int = 32, pinned_column: int = 45, drawn: str = "input"
    ) -> None:
        trained = hero.trained()
        sizes, packed, self._layers = pack_layers(trained.conv, trained.acda)
        self._noisy, self._clean = (torch.from_numpy(one).double() / 255 for one in (trained.noisy, trained.clean))
        super().__init__(
            sizes={"height": len(trained.clean), "width": len(trained.clean[0]), "noise": hero.NOISE, **sizes},
            **packed,
            noisy=pack_bytes(trained.noisy),
            clean=pack_bytes(trained.clean),
            row=row,
            column=column,
            pinned_row=pinned_row,
            pinned_column=pinned_column,
            drawn=drawn,
        )

    def image(self) -> Tensor:
        """What the layers look at, (h + 6, w + 6), from 0 to 1 in float64."""
        return self._noisy

    def truth(self) -> Tensor:
        """The photograph without noise, (h, w), from 0 to 1 in float64."""
        return self._clean

    @torch.no_grad()
    def answers(self) -> dict[str, Tensor]:
        """What the layers make of the image, "conv" and "acda", (h, w) each in float64."""
        return {name: layer(self._noisy[None, None])[0, 0] for name, layer in self._layers.items()}

    @torch.no_grad()
    def coefficients(self) -> Tensor:
        """Alpha of the pixel, (m, 18), scale-major."""
        return self._acda().coefficients(self._noisy[None, None])[0, :, :, self.row, self.column]

    def atoms(self) -> Tensor:
        """The atoms D of the pixel, (m, 7, 7)."""
        return torch.einsum("mk,kuv->muv", self.coefficients(), self._acda().psi)

    def filter(self) -> Tensor:
        """The filter K of the pixel, (7, 7), the sum of A_m D_m."""
        return filters(self._acda(), self._noisy[None, None])[self.row, self.column]

    def decibels(self) -> dict[str, float]:
        """How near the input, "noisy", and both answers come to the truth: PSNR in decibels."""
        inner = self._noisy[hero.REACH : -hero.REACH, hero.REACH : -hero.REACH]
        images = {"noisy": inner, **self.answers()}
        return {name: hero.psnr(image, self._clean) for name, image in images.items()}

    def _acda(self) -> ACDAConv2d:
        layer = self._layers["acda"]
        assert isinstance(layer, ACDAConv2d)
        return layer

    @traitlets.validate("row", "column", "pinned_row", "pinned_column")
    def _check_pixel(self, proposal: Any) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        limit = self.sizes["height" if name.endswith("row") else "width"]
        if not 0 <= value < limit:
            raise ValueError(f"`{name}` must be from 0 to {limit - 1}, got {value}")
        return value

    @traitlets.validate("drawn")
    def _check_drawn(self, proposal: Any) -> str:
        if proposal["value"] not in DRAWN:
            raise ValueError(f"`drawn` must be one of {', '.join(DRAWN)}, got {proposal['value']!r}")
        return proposal["value"]

    def _still(self) -> str:
        K = self.filter()
        enlarged = (K / K.abs().max() / 2 + 0.5).repeat_interleave(9, 0).repeat_interleave(9, 1)
        size = len(self._clean)
        square = F.pad(enlarged, (0, size - len(enlarged), 0, size - len(enlarged)), value=1.0)
        left = min(max(self.column - size // 2, 0), self._clean.shape[1] - size)
        part = self._noisy[hero.REACH : hero.REACH + size, hero.REACH + left : hero.REACH + left + size]
        words = "A noisy photograph of a cup, and the 7 × 7 filter of one pixel on its rim, as grey squares"
        return (
            f"{row_of_pictures([grey(part, 0, 1), grey(square, 0, 1)], words)}"
            "<p>A photograph of a cup with synthetic noise, and the filter that a trained ACDA layer makes for its "
            f"pixel in row {self.row}, column {self.column}: white is positive, middle grey is zero. With JavaScript, "
            "or in a running notebook, the pixel can be dragged, and all that leads to its filter follows.</p>"
        )
