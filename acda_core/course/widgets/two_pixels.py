"""What the widgets over the front page's photograph share: its trained layers, and two pixels to compare."""

from typing import Any

import torch
import traitlets
from torch import Tensor, nn

from acda_core.course.widgets.base import Widget, between
from acda_core.course.widgets.layers import pack_layers
from acda_core.course.widgets.packing import pack_bytes
from acda_core.experiments import hero


class TwoPixels(Widget):
    """The noisy photograph and the layers of ``acda_core.experiments.hero``, and two pixels of it.

    Attributes:
        row, column: the pixel, counted from 0.
        pinned_row, pinned_column: the other one.
    """

    sizes = traitlets.Dict(help="of the picture and the layers").tag(sync=True)
    weights = traitlets.Unicode(help="parameters but the largest tensor, packed").tag(sync=True)
    large_weights = traitlets.Unicode(help="the largest tensor, rounded to units of sizes['scale']").tag(sync=True)
    noisy = traitlets.Unicode(help="what the layers look at, in bytes, 3 pixels more on each side").tag(sync=True)
    row = traitlets.Int().tag(sync=True)
    column = traitlets.Int().tag(sync=True)
    pinned_row = traitlets.Int().tag(sync=True)
    pinned_column = traitlets.Int().tag(sync=True)

    def _part(self, image: Tensor) -> Tensor:
        """A square of an image with a border, as high as what the layers answer, around the pixel's column."""
        height, width = self.sizes["height"], self.sizes["width"]
        left = min(max(self.column - height // 2, 0), width - height)
        return image[hero.REACH : hero.REACH + height, hero.REACH + left : hero.REACH + left + height]

    @traitlets.validate("row", "column", "pinned_row", "pinned_column")
    def _check_pixel(self, proposal: Any) -> Any:
        return between(proposal, 0, self.sizes["height" if proposal["trait"].name.endswith("row") else "width"] - 1)


def state_of(trained: hero.Hero) -> tuple[dict[str, Any], dict[str, nn.Module]]:
    """What a widget hands to the browser of the photograph and the layers, and these layers as they are there."""
    sizes, packed, layers = pack_layers(trained.conv, trained.acda)
    height, width = trained.clean.shape
    sizes |= {"height": height, "width": width, "noise": hero.NOISE}
    return {"sizes": sizes, **packed, "noisy": pack_bytes(trained.noisy)}, layers


def enlarged(K: Tensor, size: int, largest: Tensor) -> Tensor:
    """A filter as grey squares of 9 pixels in the corner of a white square: 0.5 is zero, 1 is `largest`."""
    square = torch.ones(size, size, dtype=K.dtype)
    squares = (K / largest / 2 + 0.5).repeat_interleave(9, 0).repeat_interleave(9, 1)
    square[: len(squares), : len(squares)] = squares
    return square
