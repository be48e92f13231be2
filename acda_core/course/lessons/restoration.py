"""One layer of each kind learns to take noise out of photographs."""

from functools import cache

import torch.nn.functional as F
from torch import Tensor

from acda_core.course.lessons.base import RATES, SEEDS, Choices, Legend, SideBySide, Start, adams
from acda_core.data import photographs
from acda_core.experiments import image_quality, restoration

BATCH = 8
SHOWN = "astronaut"
SIDE = 60  # pixels of the cut-out
RESTORATION_CHOICES: Choices = {"rate": RATES, "seed": SEEDS}
RESTORATION_START: Start = {"rate": 0.003, "seed": 0}


class RestorationLesson(SideBySide):
    """Two layers, 5 x 5, learn to take noise out of photographs, by Adam on the mean squared error of random patches.

    The photographs are scikit-image's, real ones; the noise is synthetic, and its strength varies over the image.

    Args:
        rate: of Adam.
        seed: of patches and first weights.
    """

    def __init__(self, rate: float = 0.003, seed: int = 0) -> None:
        legend = Legend(
            names=("Conv", "ACDA"),
            floor="leaving it as it is",
            picture="With noise",
            answers="Part of a photograph that no layer has learned from, and what each makes of it.",
            low=0,
            high=1,
        )
        models = {name: restoration.make_network(f"one_{name}", seed) for name in ("conv", "acda")}
        super().__init__(legend, models, adams(models, rate))
        self._seed = seed
        self._pairs = _noisy_photographs()
        self.new = _noisy_cut_out()
        self.picture = _grey(self.new.degraded)
        errors = [F.mse_loss(pair.degraded, pair.clean).item() for pair in self._pairs]
        self.floor = sum(errors) / len(errors)

    def _losses(self, step: int) -> list[Tensor]:
        degraded, clean = photographs.patches(self._pairs, BATCH, restoration.PATCH, self._seed, step)
        return [F.mse_loss(model(degraded), clean) for model in self.models.values()]

    def answers(self) -> list[tuple[Tensor, str]]:
        """The luma of what each layer makes of the cut-out, 0 black and 1 white, and its PSNR."""
        given = image_quality.psnr(self.new.degraded, self.new.clean, restoration.SHAVE)
        shown = []
        for model in self.models.values():
            image = restoration.restored(model, self.new.degraded)
            reached = image_quality.psnr(image, self.new.clean, restoration.SHAVE)
            shown.append((_grey(image), f"{reached:.1f} dB; given {given:.1f} dB"))
        return shown


@cache
def _noisy_photographs() -> list[photographs.Pair]:
    """Each training photograph once: the first of :func:`acda_core.data.photographs.training_pairs`."""
    return [
        photographs.degrade(photographs.photograph(name), "denoise", seed)
        for seed, name in enumerate(photographs.TRAIN)
    ]


@cache
def _noisy_cut_out() -> photographs.Pair:
    pair = photographs.held_out_pairs("denoise")[SHOWN]
    top, left = restoration.CROPS[SHOWN]
    rows, columns = slice(top, top + SIDE), slice(left, left + SIDE)
    return photographs.Pair(pair.degraded[:, rows, columns], pair.clean[:, rows, columns], pair.strength[rows, columns])


def _grey(image: Tensor) -> Tensor:
    """The luma of an image (3, h, w), 0 black and 1 white: (h, w)."""
    return ((image_quality.luma(image) - 16) / 219).clamp(0, 1).float()
