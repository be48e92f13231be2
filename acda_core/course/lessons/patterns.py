"""Layers that learn to mark the patterns of one synthetic map: the toy experiment, and the ablation."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from acda_core.course.lessons.base import SEEDS, Choices, Legend, SideBySide, Start, answer
from acda_core.data.patterns import ToySample, toy_sample
from acda_core.experiments import ablation, toy
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.training.seeds import fixed

TOY_CHOICES: Choices = {
    "rate": (0.001, 0.003, 0.01, 0.03, 0.1),
    "momentum": (0.0, 0.9, 0.99),
    "num_atoms": (1, 2, 4, 6),
    "hidden_channels": (8, 16, 32, 64),
    "first_size": (1, 3),
    "size": (40, 64, 100),
    "seed": SEEDS,
}
TOY_START: Start = {
    "rate": toy.LEARNING_RATE,
    "momentum": 0.99,
    "num_atoms": 6,
    "hidden_channels": 32,
    "first_size": 3,
    "size": 100,
    "seed": 0,
}
ABLATION_CHOICES: Choices = {
    "variant": tuple(name for name in ablation.VARIANTS if name != "base"),
    **{name: TOY_CHOICES[name] for name in ("rate", "momentum", "seed")},
}
ABLATION_START: Start = {"variant": "m = 1", "rate": toy.LEARNING_RATE, "momentum": 0.99, "seed": 0}


class PatternLesson(SideBySide):
    """Two layers that learn to mark the patterns of one synthetic map, by SGD on the mean squared error."""

    def __init__(
        self, legend: Legend, models: dict[str, nn.Module], sample: ToySample, rate: float, momentum: float
    ) -> None:
        optimizers: list[torch.optim.Optimizer] = [
            torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum) for model in models.values()
        ]
        super().__init__(legend, models, optimizers)
        self.sample = sample
        self.picture = sample.image[0, 0]
        self.floor = toy.score(toy.best_conv(sample), sample).mse

    def _losses(self, step: int) -> list[Tensor]:
        return [F.mse_loss(model(self.sample.image), self.sample.target) for model in self.models.values()]

    def answers(self) -> list[tuple[Tensor, str]]:
        """What each model answers now, cut off at 0 and 1, and how many patterns it finds."""
        shown = []
        for model in self.models.values():
            score = toy.score(model, self.sample)
            words = f"finds {score.found} of {len(self.sample.positions)}; false alarms: {score.false_alarms}"
            shown.append((answer(model, self.sample.image)[0, 0].clamp(0, 1), words))
        return shown


class ToyLesson(PatternLesson):
    """The toy experiment (Fig. 6a): a 7 x 7 convolution and a 7 x 7 ACDA layer mark the patterns of one synthetic map.

    Args:
        rate, momentum: of SGD.
        num_atoms: m.
        hidden_channels: d of Phi.
        first_size: l_a of Phi, 1 as in the paper or 3.
        size: of the map; it holds 25 patterns on 100 x 100 pixels, fewer on smaller ones.
        seed: of map and first weights.
    """

    def __init__(
        self,
        rate: float = toy.LEARNING_RATE,
        momentum: float = 0.99,
        num_atoms: int = 6,
        hidden_channels: int = 32,
        first_size: int = 3,
        size: int = 100,
        seed: int = 0,
    ) -> None:
        phi = partial(AtomGenerator, hidden_channels=hidden_channels, kernel_sizes=(first_size, 3))
        with fixed(seed):
            acda = ACDAConv2d(1, 1, toy.KERNEL_SIZE, padding=3, num_atoms=num_atoms, generator=phi)
        models: dict[str, nn.Module] = {"conv": toy.make_layer("conv", seed=seed), "acda": acda}
        sample = toy_sample(seed, size, number=max(3, round(25 * (size / 100) ** 2)))
        super().__init__(Legend(), models, sample, rate, momentum)


class AblationLesson(PatternLesson):
    """The ablation's ACDA layer as it starts, and one that differs from it in one choice, on the ablation's map.

    Args:
        variant: a name of ``acda_core.experiments.ablation.VARIANTS``.
        rate, momentum: of SGD.
        seed: of map and first weights.

    Raises:
        ValueError: another variant.
    """

    def __init__(
        self, variant: str = "m = 1", rate: float = toy.LEARNING_RATE, momentum: float = 0.99, seed: int = 0
    ) -> None:
        models: dict[str, nn.Module] = {
            "base": ablation.make_layer("base", seed),
            "variant": ablation.make_layer(variant, seed),
        }
        sample = toy_sample(seed, ablation.SIZE, ablation.NUMBER)
        super().__init__(Legend(names=("The base variant", variant)), models, sample, rate, momentum)
