"""The widget of the front page: a pixel of a noisy photograph, and the filter that a trained layer makes for it."""

from typing import Any

import torch
import traitlets
from torch import Tensor

from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets.base import one_of
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack_bytes
from acda_core.course.widgets.two_pixels import TwoPixels, enlarged, state_of
from acda_core.experiments import hero
from acda_core.experiments.toy import filters
from acda_core.layers import ACDAConv2d

DRAWN = "input", "output", "truth"


class Hero(TwoPixels):
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

    clean = traitlets.Unicode(help="without noise, in bytes").tag(sync=True)
    drawn = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, row: int = 12, column: int = 33, pinned_row: int = 32, pinned_column: int = 45, drawn: str = "input"
    ) -> None:
        trained = hero.trained()
        state, self._layers = state_of(trained)
        self._noisy, self._clean = (torch.from_numpy(one).double() / 255 for one in (trained.noisy, trained.clean))
        super().__init__(
            **state,
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

    @traitlets.validate("drawn")
    def _check_drawn(self, proposal: Any) -> Any:
        return one_of(proposal, DRAWN)

    def _still(self) -> str:
        K = self.filter()
        pictures = self._part(self._noisy), enlarged(K, len(self._clean), K.abs().max())
        words = "A noisy photograph of a cup, and the 7 × 7 filter of one pixel on its rim, as grey squares"
        return (
            f"{row_of_pictures([grey(one, 0, 1) for one in pictures], words)}"
            "<p>A photograph of a cup with synthetic noise, and the filter that a trained ACDA layer makes for its "
            f"pixel in row {self.row}, column {self.column}: white is positive, middle grey is zero. With JavaScript, "
            "or in a running notebook, the pixel can be dragged, and all that leads to its filter follows.</p>"
        )
