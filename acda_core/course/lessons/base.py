"""What lessons share: their shape, and a step of two models on the same data."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from acda_core.training.measure import evaluating

Setting = float | str
Choices = Mapping[str, Sequence[Setting]]
Start = Mapping[str, Setting]

RATES = 0.0003, 0.001, 0.003, 0.01  # of Adam
SEEDS = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Legend:
    """What is said of a run of two models. Without arguments it is that of the toy experiment.

    Attributes:
        names: of the models.
        floor: name of the level that the losses are compared with.
        picture: name of what both look at.
        answers: a sentence or two on what the pictures of the answers show; "" for none.
        low, high: the values that are black and white in the picture; in an answer these are 0 and 1.

    Raises:
        ValueError: not two names.
    """

    names: tuple[str, str] = ("The convolution", "ACDA")
    floor: str = "the best convolution"
    picture: str = "The map"
    answers: str = ""
    low: float = -0.3
    high: float = 1.3

    def __post_init__(self) -> None:
        if len(self.names) != 2:
            raise ValueError(f"`names` must be two, got {len(self.names)}")


class Lesson(Protocol):
    """Two models and what they learn.

    Any object of this shape can be trained in a :class:`acda_core.course.widgets.TrainingPanel`.

    Attributes:
        legend: names of models, level and pictures, a :class:`Legend`.
        models: the models by name, as the legend orders them; they stay usable at every moment.
        picture: what they look at, (h, w).
        floor: a loss to compare with.
    """

    legend: Legend
    models: dict[str, nn.Module]
    picture: Tensor
    floor: float

    def step(self) -> list[float]:
        """Take one step with each model; the losses before it."""

    def answers(self) -> list[tuple[Tensor, str]]:
        """What each model answers now, (h, w) from 0 to 1, and a few words on it."""


class SideBySide(ABC):
    """Two models that take a step each on the same data: what the lessons here share."""

    def __init__(self, legend: Legend, models: dict[str, nn.Module], optimizers: list[torch.optim.Optimizer]) -> None:
        self.legend, self.models = legend, models
        self._optimizers, self._taken = optimizers, 0

    def step(self) -> list[float]:
        """Take one step with each model; the losses before it.

        Raises:
            FloatingPointError: a loss is no longer finite; all parameters stay as they were before the step.
        """
        losses = self._losses(self._taken)
        for name, loss in zip(self.legend.names, losses, strict=True):
            if not math.isfinite(loss.item()):
                raise FloatingPointError(f"{name}: the loss is no longer finite")
        for optimizer, loss in zip(self._optimizers, losses, strict=True):
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        self._taken += 1
        return [loss.item() for loss in losses]

    @abstractmethod
    def _losses(self, step: int) -> list[Tensor]:
        """The loss of each model on the data of a step."""


def answer(model: nn.Module, x: Tensor) -> Tensor:
    """What a model answers in evaluation mode, without a gradient."""
    with evaluating(model):
        answered: Tensor = model(x)
    return answered


def adams(models: Mapping[str, nn.Module], rate: float) -> list[torch.optim.Optimizer]:
    """An optimizer for each model."""
    return [torch.optim.Adam(model.parameters(), lr=rate) for model in models.values()]
