"""The before-and-after widget: versions of one photograph, parted by a line that the reader moves."""

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import torch
import traitlets
from numpy.typing import ArrayLike, NDArray

from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets.base import Widget, between
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack_bytes
from acda_core.experiments.image_quality import psnr


class BeforeAfter(Widget):
    """Two versions of one photograph, one on each side of a line.

    The controls and these attributes follow each other.

    Attributes:
        left, right: which version stands on each side, as its place in `names`.
        split: place of the line, in percent of the width.

    Args:
        pictures: names and versions, (h, w, 3), uint8, of one size, at least two; the first is the true photograph.
        left, right, split: where the widget starts; the second version and the last one when None.

    Raises:
        ValueError: an argument out of range, naming it.
    """

    _kind = "before_after"
    _esm = module_text(_kind)

    names = traitlets.List(traitlets.Unicode(), help="of the versions").tag(sync=True)
    size = traitlets.List(traitlets.Int(), help="height and width").tag(sync=True)
    pixels = traitlets.List(traitlets.Unicode(), help="of each version, bytes in base64").tag(sync=True)
    left = traitlets.Int(0).tag(sync=True)
    right = traitlets.Int(0).tag(sync=True)
    split = traitlets.Int(50).tag(sync=True)

    def __init__(
        self, pictures: Mapping[str, ArrayLike], left: int = 1, right: int | None = None, split: int = 50
    ) -> None:
        arrays = [np.asarray(picture) for picture in pictures.values()]
        if len(arrays) < 2:
            raise ValueError(f"`pictures` must hold at least two versions, got {len(arrays)}")
        for array in arrays:
            if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8 or array.shape != arrays[0].shape:
                raise ValueError(
                    f"`pictures` must be (h, w, 3), uint8, of one size, got {array.dtype} of shape {array.shape}"
                )
        self._arrays: list[NDArray[np.uint8]] = arrays
        super().__init__(
            names=list(pictures),
            size=list(arrays[0].shape[:2]),
            pixels=[pack_bytes(array) for array in arrays],
            left=left,
            right=len(arrays) - 1 if right is None else right,
            split=split,
        )

    def decibels(self) -> list[float]:
        """PSNR of each version's luma against the first one's; infinite for the first."""
        truth, *others = (torch.from_numpy(array).permute(2, 0, 1) / 255 for array in self._arrays)
        return [psnr(one, truth) for one in (truth, *others)]

    @traitlets.validate("left", "right")
    def _check_side(self, proposal: Any) -> Any:
        return between(proposal, 0, len(self.names) - 1)

    @traitlets.validate("split")
    def _check_split(self, proposal: Any) -> Any:
        return between(proposal, 0, 100)

    def _still(self) -> str:
        shown = self.left, self.right
        tiles = [grey(torch.from_numpy(self._arrays[index]).double().mean(2), 0, 255) for index in shown]
        names = ", ".join(self.names[index] for index in shown)
        others = ", ".join(self.names)
        return (
            f"{row_of_pictures(tiles, f'Grey pictures side by side: {names}')}"
            f"<p>One photograph, from left to right: {escape(names)}. With JavaScript, or in a running notebook, any "
            f"two of its versions ({escape(others)}) can be compared in colour, with a line to move between them.</p>"
        )
