"""Networks that tell pieces of photographs of textures apart."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.course.lessons.base import RATES, SEEDS, Choices, Legend, SideBySide, Start, adams, answer
from acda_core.data import textures
from acda_core.experiments import classify, lenet, resnet
from acda_core.training.seeds import batch_of

TEXTURES = "brick", "grass", "gravel"
TRAIN, NEW = 600, 90  # pieces
ROW = 6  # pieces of each texture that are shown


@dataclass(frozen=True)
class Pair:
    """Two networks that are trained side by side.

    Attributes:
        make: makes "conv" or "acda", for a number of classes and a seed.
        names: of the two.
        batch: pieces a step.
    """

    make: Callable[[str, int, int], nn.Module]
    names: tuple[str, str]
    batch: int


NETWORKS = {
    "lenet": Pair(lenet.make_network, ("LeNet", "LeNet + ACDA"), 32),
    "resnet": Pair(resnet.make_network, ("Conv", "ACDA"), 16),
}
TEXTURE_CHOICES: Choices = {"network": tuple(NETWORKS), "rate": RATES, "seed": SEEDS}
TEXTURE_START: Start = {"network": "lenet", "rate": 0.001, "seed": 0}


class TextureLesson(SideBySide):
    """Two networks tell pieces of three photographs of textures apart, one with convolutions and one with ACDA layers.

    The photographs are scikit-image's brick, grass and gravel, real ones. Adam on the cross entropy; each piece is
    shifted by up to 4 pixels, half of them mirrored.

    Args:
        network: "lenet" or "resnet", the narrow one.
        rate: of Adam.
        seed: of pieces, their order and first weights.

    Raises:
        ValueError: another network.
    """

    def __init__(self, network: str = "lenet", rate: float = 0.001, seed: int = 0) -> None:
        if network not in NETWORKS:
            raise ValueError(f"`network` must be one of {', '.join(NETWORKS)}, got {network!r}")
        pair = NETWORKS[network]
        self._batch = pair.batch
        legend = Legend(
            names=pair.names,
            floor="guessing",
            picture="New pieces",
            answers="Each row is a texture: brick, grass, gravel. The brighter a square, the more probable does a "
            "network hold the right texture of that piece.",
            low=0,
            high=1,
        )
        models: dict[str, nn.Module] = {name: pair.make(name, len(TEXTURES), seed) for name in ("conv", "acda")}
        super().__init__(legend, models, adams(models, rate))
        pictures = _photographs()
        self._seed = seed
        self._data = textures.pieces(pictures, TRAIN, seed, "train")
        self.new = textures.pieces(pictures, NEW, seed, "test")
        self.picture = _mosaic(self.new.images[:, 0].float() / 255)
        self.floor = math.log(len(TEXTURES))

    def _losses(self, step: int) -> list[Tensor]:
        chosen = batch_of(step, self._batch, len(self._data.labels), self._seed)
        images = classify.pixels(classify.augmented(self._data.images[chosen], step, self._seed))
        return [F.cross_entropy(model(images), self._data.labels[chosen]) for model in self.models.values()]

    def answers(self) -> list[tuple[Tensor, str]]:
        """The probability of each piece's own texture as the grey of a square, and how many pieces are wrong."""
        images, labels = classify.pixels(self.new.images), self.new.labels
        shown = []
        for model in self.models.values():
            scores = answer(model, images)
            right = scores.softmax(1).gather(1, labels[:, None])
            wrong = int((scores.argmax(1) != labels).sum())
            squares = _mosaic(right[:, :, None].expand(-1, textures.SIDE, textures.SIDE))
            shown.append((squares, f"{wrong} of {len(labels)} new pieces wrong"))
        return shown


@cache
def _photographs() -> list[Tensor]:
    import skimage

    return [torch.from_numpy(getattr(skimage.data, name)().copy()) for name in TEXTURES]


def _mosaic(pieces: Tensor) -> Tensor:
    """The first ROW pieces of each texture, of which (n, side, side) take turns, a texture a row: (h, w)."""
    rows = [torch.cat(list(pieces[index :: len(TEXTURES)][:ROW]), 1) for index in range(len(TEXTURES))]
    return torch.cat(rows)
