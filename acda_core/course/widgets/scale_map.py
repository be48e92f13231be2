"""The scale map: which bases the filters of a trained counting network draw on, at every pixel of four pictures."""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import traitlets
from numpy.typing import NDArray
from torch import Tensor

from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets.base import Widget, between, one_of
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack_bytes
from acda_core.data import objects
from acda_core.data.bccd import Smears, bccd_sample
from acda_core.experiments import counting
from acda_core.experiments.statistics import rank_correlation

PLACES = 4, 2  # of the pictures among the test crowds and among the blood smears of the package
SCALES = "3", "5", "7"
DRAWN = "picture", *SCALES
KINDS = {"crowds": ["head"], "bccd": ["red blood cell", "white blood cell", "platelet"]}
OBJECT = "row", "column", "size", "share"  # what the browser gets of an object, beside its kind
STEPS = 2**8 - 1  # of a rounded share
QUALITY = 75  # of the JPEGs


@dataclass(frozen=True)
class _Seen:
    """A picture, and what its network makes of it.

    Attributes:
        state: what the browser gets.
        pixels: (h, w) or (h, w, 3).
        shares: on the map, (3, h / 4, w / 4).
        sizes, largest: of each object its size, and the share of the largest scale at its centre, (number,).
    """

    state: dict[str, Any]
    pixels: NDArray[np.uint8]
    shares: Tensor
    sizes: Tensor
    largest: Tensor


class ScaleMap(Widget):
    """What part of each pixel's filters lies on the 3 x 3, 5 x 5 and 7 x 7 bases, as Figure 7 of the paper draws it.

    Two synthetic crowds and two photographs of blood smears, each seen by the stored ACDA network that counts its kind.
    A pixel is one of the network's map, 4 x 4 pixels of the picture.

    The controls and these attributes follow each other.

    Attributes:
        picture: from 0 to 3: crowds, then blood smears.
        drawn: "picture", or the scale whose shares are drawn, "3", "5" or "7".
        row, column: the pixel, counted from 0.
        circles: whether the objects are marked.

    Args:
        picture, drawn, row, column, circles: where the widget starts.

    Raises:
        ValueError: an argument out of range, naming it.
    """

    _kind = "scale_map"
    _esm = module_text(_kind)

    pictures = traitlets.List(traitlets.Dict(), help="images, objects, and shares as bytes in base64").tag(sync=True)
    picture = traitlets.Int(0).tag(sync=True)
    drawn = traitlets.Unicode("7").tag(sync=True)
    row = traitlets.Int(14).tag(sync=True)
    column = traitlets.Int(17).tag(sync=True)
    circles = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self, picture: int = 0, drawn: str = "7", row: int = 14, column: int = 17, circles: bool = True
    ) -> None:
        self._seen = [*_crowds(), *_smears()]
        super().__init__(
            pictures=[one.state for one in self._seen],
            picture=picture,
            drawn=drawn,
            row=row,
            column=column,
            circles=circles,
        )

    def shares(self) -> Tensor:
        """Of the scales 3, 5 and 7 at every pixel of the chosen picture's map: (3, h, w), with sum 1 at each pixel."""
        return self._at(self.picture).shares

    def objects(self) -> tuple[Tensor, Tensor]:
        """Size and share of the 7 x 7 bases at the centre of each object of the chosen picture, (number,) each."""
        seen = self._at(self.picture)
        return seen.sizes, seen.largest

    def correlation(self) -> float:
        """The rank correlation of the two."""
        return rank_correlation(*self.objects())

    @traitlets.validate("picture")
    def _check_picture(self, proposal: Any) -> int:
        self._at(proposal["value"])
        return proposal["value"]

    @traitlets.validate("drawn")
    def _check_drawn(self, proposal: Any) -> Any:
        return one_of(proposal, DRAWN)

    @traitlets.validate("row", "column")
    def _check_pixel(self, proposal: Any) -> Any:
        return between(proposal, 0, self._limits()[proposal["trait"].name] - 1)

    @traitlets.observe("picture")
    def _keep_the_pixel_inside(self, change: Any) -> None:
        for name, limit in self._limits().items():
            setattr(self, name, min(getattr(self, name), limit - 1))

    def _at(self, picture: int) -> _Seen:
        if not 0 <= picture < len(self._seen):
            raise ValueError(f"`picture` must be from 0 to {len(self._seen) - 1}, got {picture}")
        return self._seen[picture]

    def _limits(self) -> dict[str, int]:
        return dict(zip(("row", "column"), self.shares().shape[1:], strict=True))

    def _still(self) -> str:
        scale = SCALES.index(self.drawn) if self.drawn in SCALES else -1
        seen, size = self._at(self.picture), SCALES[scale]
        name, (low, high) = seen.state["name"], seen.state["ranges"][scale]
        shares = seen.shares[scale].repeat_interleave(objects.STEP, 0).repeat_interleave(objects.STEP, 1)
        pixels = torch.from_numpy(seen.pixels).double()
        tiles = [grey(pixels.mean(2) if pixels.ndim == 3 else pixels, 0, 255), grey(shares, low, high)]
        correlation = f"{self.correlation():+.2f}".replace("-", "−")
        return (
            f"{row_of_pictures(tiles, f'{name}, and a map of the share of the {size} × {size} bases')}"
            f"<p>{name}, and what part of each pixel’s filters lies on the {size} × {size} bases, from {low:.2f} "
            f"(black) to {high:.2f} (white). In this picture the rank correlation of an object’s size with the share "
            f"of the 7 × 7 bases at its centre is {correlation}. With JavaScript, or in a running notebook, pictures, "
            "scales and pixels can be chosen.</p>"
        )


def _crowds() -> Iterator[_Seen]:
    crowds = [objects.crowds(counting.TEST_SEED + place, 1) for place in PLACES]
    pixels = [(255 * one.images[0, 0]).round().to(torch.uint8).numpy() for one in crowds]
    return _seen("crowds", ["Crowd 1 (synthetic)", "Crowd 2 (synthetic)"], crowds, pixels)


def _smears() -> Iterator[_Seen]:
    sample = bccd_sample(counting.REDUCE)
    parts = [slice(place, place + 1) for place in PLACES]
    photographs = [Smears(sample.images[part], sample.boxes[part], sample.kinds[part], sample.source) for part in parts]
    pixels = [one.images[0].permute(1, 2, 0).contiguous().numpy() for one in photographs]
    return _seen("bccd", ["Blood smear 1", "Blood smear 2"], [objects.smears(one) for one in photographs], pixels)


def _seen(
    data: str, names: list[str], pictures: list[objects.Pictures], pixels: list[NDArray[np.uint8]]
) -> Iterator[_Seen]:
    """The pictures as the stored network of this data set sees them."""
    network = counting.trained(data)
    shares = [counting.network_shares(network, one.images)[0] for one in pictures]
    low, high = torch.stack(shares, 3).amin((1, 2, 3)), torch.stack(shares, 3).amax((1, 2, 3))
    for name, one, picture, share in zip(names, pictures, pixels, shares, strict=True):
        levels = (STEPS * (share - low[:, None, None]) / (high - low)[:, None, None]).round().to(torch.uint8)
        largest = counting.largest_shares(network, one)[0]
        numbers = torch.cat([one.centres[0], one.sizes[0][:, None], largest[:, None]], 1).tolist()
        state = {
            "name": name,
            "image": base64.b64encode(_jpeg(picture)).decode(),
            "size": list(picture.shape[:2]),
            "map": list(share.shape[1:]),
            "shares": pack_bytes(levels.numpy()),
            "ranges": [[round(value, 6) for value in pair] for pair in torch.stack([low, high], 1).tolist()],
            "objects": [
                {"kind": kind, **{key: round(value, 5) for key, value in zip(OBJECT, values, strict=True)}}
                for kind, values in zip(one.kinds[0].tolist(), numbers, strict=True)
            ],
            "kinds": KINDS[data],
        }
        yield _Seen(state, picture, share, one.sizes[0], largest)


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return file.getvalue()
