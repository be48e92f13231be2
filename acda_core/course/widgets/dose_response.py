"""Dose and response: what takes most noise out, by how much the noise varies within a picture."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape
from statistics import mean
from typing import Any

import traitlets

from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets.base import Widget, between
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack_bytes
from acda_core.data.uneven_noise import noisy_tiles
from acda_core.experiments.heterogeneity_data import photographs_of

SHOWN = 15  # seed of the tile that is drawn


class DoseResponse(Widget):
    """What methods make of noise that varies within a picture by a dose h, beside a picture under that noise.

    The slider and this attribute follow each other.

    Attributes:
        level: place of the dose h among those that there are, from 0 for the least.

    Args:
        reached: for each method, by its name, and each dose, from 0 to 1, the PSNR of each seed in dB. All methods have
            the same doses, at least two, the least first.
        level: where the widget starts.

    Raises:
        ValueError: doses that differ, no PSNR for one of them, or a level out of range.
    """

    _kind = "dose_response"
    _esm = module_text(_kind)

    doses = traitlets.List(traitlets.Float(), help="h").tag(sync=True)
    methods = traitlets.List(traitlets.Unicode(), help="names").tag(sync=True)
    values = traitlets.List(traitlets.List(), help="PSNR in dB by dose, method and seed").tag(sync=True)
    tiles = traitlets.List(traitlets.Unicode(), help="a grey tile for each dose, bytes in base64").tag(sync=True)
    strong = traitlets.Unicode(help="1 where the noise is stronger, bytes in base64").tag(sync=True)
    level = traitlets.Int(0).tag(sync=True)

    def __init__(self, reached: Mapping[str, Mapping[float, Sequence[float]]], level: int = 0) -> None:
        kinds = {tuple(by_dose) for by_dose in reached.values()}
        if len(kinds) != 1 or not all(all(map(len, by_dose.values())) for by_dose in reached.values()):
            raise ValueError(f"`reached` must hold a PSNR of each method at the same doses, got {reached}")
        (self._doses,) = kinds
        if len(self._doses) < 2 or sorted(self._doses) != list(self._doses):
            raise ValueError(f"`reached` must hold at least two doses, the least first, got {self._doses}")
        drawn = [noisy_tiles(photographs_of("test"), 1, h, SHOWN) for h in self._doses]
        self._tiles = [grey(one.noisy[0].mean(0), 0, 1) for one in drawn]
        super().__init__(
            doses=list(self._doses),
            methods=list(reached),
            values=[
                [[round(decibels, 3) for decibels in by_dose[h]] for by_dose in reached.values()] for h in self._doses
            ],
            tiles=[pack_bytes(tile) for tile in self._tiles],
            strong=pack_bytes(drawn[0].strong[0].byte().numpy()),
            level=level,
        )

    def means(self) -> dict[str, float]:
        """For each method the mean PSNR over the seeds, in dB, at the dose that is chosen."""
        return {name: mean(found) for name, found in zip(self.methods, self.values[self.level], strict=True)}

    @traitlets.validate("level")
    def _check_level(self, proposal: Any) -> Any:
        return between(proposal, 0, len(self._doses) - 1)

    def _still(self) -> str:
        words = [_words(h) for h in self._doses]
        found = ", ".join(f"{escape(name)} {decibels:.2f} dB" for name, decibels in self.means().items())
        return (
            f"{row_of_pictures(self._tiles, 'The same tile of a photograph under noise that varies more and more')}"
            f"<p>A tile of a photograph under noise of one mean variance, from left to right at h = "
            f"{', '.join(words)}. At h = {words[self.level]}: {found}. With JavaScript, or in a running notebook, h "
            "can be chosen.</p>"
        )


def _words(h: float) -> str:
    return str(Fraction(h).limit_denominator(100))
