"""Networks that learn the density of synthetic crowds."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.course.lessons.base import RATES, SEEDS, Choices, Legend, SideBySide, Start, adams
from acda_core.data import objects
from acda_core.experiments import counting
from acda_core.training.seeds import batch_of

BATCH = 4
NEW = 20  # crowds
SHOWN = 7  # of these
COUNTING_CHOICES: Choices = {"rate": RATES, "crowds": (8, 16, 32), "seed": SEEDS}
COUNTING_START: Start = {"rate": 0.001, "crowds": 32, "seed": 0}


class CountingLesson(SideBySide):
    """Two counting networks learn the density of synthetic crowds, by Adam on the mean squared error.

    Args:
        rate: of Adam.
        crowds: how many to learn from.
        seed: of crowds, their order and first weights.
    """

    def __init__(self, rate: float = 0.001, crowds: int = 32, seed: int = 0) -> None:
        legend = Legend(
            names=("Conv", "ACDA"),
            floor="the best constant map",
            picture="A new crowd",
            answers="The predicted density: its sum is the count. White is the largest density of the true map.",
            low=0,
            high=1,
        )
        models: dict[str, nn.Module] = {name: counting.make_network(name, seed) for name in ("conv", "acda")}
        super().__init__(legend, models, adams(models, rate))
        self._seed = seed
        self._data = objects.crowds(1000 * seed, crowds)
        self.new = objects.crowds(counting.TEST_SEED, NEW)
        self.picture = self.new.images[SHOWN, 0]
        self.floor = (counting.SCALE * self._data.densities).var(correction=0).item()

    def _losses(self, step: int) -> list[Tensor]:
        chosen = batch_of(step, BATCH, len(self._data.counts), self._seed)
        axes = self._data.mirrors
        images, densities = (
            counting.mirrored(part[chosen], axes, counting.turned_at(step, axes))
            for part in (self._data.images, self._data.densities)
        )
        return [F.mse_loss(model(images), counting.SCALE * densities) for model in self.models.values()]

    def answers(self) -> list[tuple[Tensor, str]]:
        """The density that each network predicts for one new crowd, and its counts."""
        largest, true = self.new.densities[SHOWN].max(), self.new.counts[SHOWN]
        shown = []
        for model in self.models.values():
            maps = counting.predicted_densities(model, self.new.images)
            counts = maps.sum((2, 3))
            error = counting.mae_and_rmse(counts, self.new.counts)[0]
            words = f"counts {counts[SHOWN].item():.0f}; there are {true.item():.0f}; "
            words += f"mean error {error:.1f} on {NEW} new crowds"
            density = (maps[SHOWN, 0] / largest).clamp(0, 1)
            shown.append((density.kron(torch.ones(objects.STEP, objects.STEP)), words))
        return shown
