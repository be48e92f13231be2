"""The training widget: a convolution and an ACDA layer that learn the reader's map in the browser."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
import traitlets
from torch import Tensor, nn

from acda_core.bases import multiscale_bases
from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets import random
from acda_core.course.widgets.base import Widget, between, one_of
from acda_core.course.widgets.detector import stamp
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import unpack
from acda_core.data.patterns import toy_sample
from acda_core.generators import DYNAMIC_SHARE, AtomGenerator
from acda_core.layers import ACDAConv2d

MAP = 40  # pixels a side
KERNEL = 7
KINDS = {3: "square", 5: "diamond", 7: "target"}
CHOICES = {
    "rate": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3),
    "momentum": (0.0, 0.5, 0.9, 0.99),
    "num_atoms": (1, 2, 4, 6),
    "num_bases": (1, 3, 6),
    "first_size": (1, 3),
    "hidden_channels": (8, 16, 32, 64),
    "tool": (*KINDS.values(), "erase"),
}
LAST_SEED = 9999
MOST_NOISE = 0.5
STILL_STEPS = 30
ARCHITECTURE = "num_atoms", "num_bases", "scales", "first_size", "hidden_channels", "seed"


class TrainHere(Widget):
    """A 7 x 7 convolution and a 7 x 7 ACDA layer that learn, in the browser, to mark the patterns on the reader's map.

    Both take the same steps of SGD with momentum on the mean squared error over a map of 40 x 40 pixels; the target is
    1 at the centre of each pattern and 0 elsewhere. The browser computes in float64. A change of seed, atoms, bases,
    scales or Phi starts the training over.

    Attributes:
        places: the patterns, each [row, column, side] of its centre: a square of side 3, a diamond of 5, a target of 7.
        noise: standard deviation of the noise, from 0 to 0.5.
        seed: of noise and first weights, up to 9999.
        rate, momentum: of SGD; 0.001, 0.003, 0.01, 0.03, 0.1 or 0.3, and 0, 0.5, 0.9 or 0.99.
        num_atoms: m: 1, 2, 4 or 6.
        num_bases: m', of each scale: 1, 3 or 6.
        scales: some of 3, 5 and 7, ascending.
        first_size: l_a of Phi, 1 or 3; its second convolution is 3 x 3.
        hidden_channels: d of Phi: 8, 16, 32 or 64.
        tool: what a click does: "square", "diamond", "target" or "erase".
        steps: how many the browser had taken when it last paused.
        weights: the weights of that moment, as packing.pack packs them; empty before the first step.

    Args:
        places, noise, seed, rate, momentum, num_atoms, num_bases, scales, first_size, hidden_channels, tool: where the
            widget starts; nine patterns at random places when `places` is None (synthetic).

    Raises:
        TypeError, ValueError: an argument out of range, naming it.
    """

    _kind = "train_here"
    _esm = module_text(_kind)

    places = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    noise = traitlets.Float(0.1).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    rate = traitlets.Float(0.01).tag(sync=True)
    momentum = traitlets.Float(0.9).tag(sync=True)
    num_atoms = traitlets.Int(6).tag(sync=True)
    num_bases = traitlets.Int(6).tag(sync=True)
    scales = traitlets.List(traitlets.Int(), [3, 5, 7]).tag(sync=True)
    first_size = traitlets.Int(3).tag(sync=True)
    hidden_channels = traitlets.Int(32).tag(sync=True)
    tool = traitlets.Unicode("target").tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)
    weights = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        places: Sequence[Sequence[int]] | None = None,
        noise: float = 0.1,
        seed: int = 0,
        rate: float = 0.01,
        momentum: float = 0.9,
        num_atoms: int = 6,
        num_bases: int = 6,
        scales: Sequence[int] = (3, 5, 7),
        first_size: int = 3,
        hidden_channels: int = 32,
        tool: str = "target",
    ) -> None:
        super().__init__(
            places=_start() if places is None else [list(place) for place in places],
            noise=noise,
            seed=seed,
            rate=rate,
            momentum=momentum,
            num_atoms=num_atoms,
            num_bases=num_bases,
            scales=list(scales),
            first_size=first_size,
            hidden_channels=hidden_channels,
            tool=tool,
        )

    def image(self) -> Tensor:
        """The map, (40, 40) in float64: 1 where a pattern is drawn, plus noise."""
        drawn = torch.zeros(MAP, MAP, dtype=torch.float64)
        for row, column, side in self.places:
            reach = side // 2
            part = drawn[row - reach : row + reach + 1, column - reach : column + reach + 1]
            torch.maximum(part, stamp(KINDS[side], side), out=part)
        noise = random.normal(self.seed, 0, np.arange(MAP * MAP)).reshape(MAP, MAP)
        return drawn + self.noise * torch.tensor(noise)

    def target(self) -> Tensor:
        """What the layers learn, (40, 40) in float64: 1 at the centres."""
        marked = torch.zeros(MAP, MAP, dtype=torch.float64)
        for row, column, _ in self.places:
            marked[row, column] = 1
        return marked

    def layers(self) -> dict[str, nn.Module]:
        """ "conv" and "acda" with the weights of the last pause, or the first ones before any step, in float64."""
        conv, acda = self._fresh()
        if self.weights:
            numbers = torch.tensor(unpack(self.weights).astype(np.float64))
            parameters = _in_order(conv, acda)
            parts = numbers.split([parameter.numel() for parameter in parameters])
            with torch.no_grad():
                for parameter, part in zip(parameters, parts, strict=True):
                    parameter.copy_(part.view_as(parameter))
        return {"conv": conv, "acda": acda}

    def train(
        self, steps: int, dtype: torch.dtype = torch.float64
    ) -> tuple[dict[str, list[float]], dict[str, nn.Module]]:
        """The losses of the first steps, and the layers after them, by PyTorch: what the browser should arrive at.

        Args:
            steps: how many; each loss is the one before its step.
            dtype: float64 as in the browser, or float32, which PyTorch computes much faster.

        Raises:
            ValueError: fewer than 1.
        """
        if steps < 1:
            raise ValueError(f"`steps` must be at least 1, got {steps}")
        image, target = (field[None, None].to(dtype) for field in (self.image(), self.target()))
        losses: dict[str, list[float]] = {}
        conv, acda = self._fresh()
        layers: dict[str, nn.Module] = {"conv": conv.to(dtype), "acda": acda.to(dtype)}
        for name, layer in layers.items():
            optimizer = torch.optim.SGD(layer.parameters(), lr=self.rate, momentum=self.momentum)
            losses[name] = []
            for _ in range(steps):
                loss = F.mse_loss(layer(image), target)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses[name].append(loss.item())
        return losses, layers

    def _fresh(self) -> tuple[nn.Conv2d, ACDAConv2d]:
        """Both layers with the first weights of the seed: spread as in the package, with the browser's numbers."""
        conv = nn.Conv2d(1, 1, KERNEL, padding=KERNEL // 2, dtype=torch.float64)
        count = self.num_bases * len(self.scales)
        phi = AtomGenerator(1, self.num_atoms, count, self.hidden_channels, (self.first_size, 3))
        acda = ACDAConv2d(
            1,
            1,
            KERNEL,
            padding=KERNEL // 2,
            num_atoms=self.num_atoms,
            num_bases=self.num_bases,
            scales=tuple(self.scales),
            generator=phi,
        ).double()
        acda.psi = torch.tensor(multiscale_bases(KERNEL, self.num_bases, tuple(self.scales)))
        even = 1 / KERNEL, 1 / math.sqrt(self.num_atoms)  # half the width of a uniform distribution
        spread_b = math.sqrt(DYNAMIC_SHARE / count / (9 * self.hidden_channels))
        spread = math.sqrt(2) / self.first_size, 0.0, spread_b, math.sqrt((1 - DYNAMIC_SHARE) / count)
        scales = [("even", even[0])] * 2 + [("normal", one) for one in spread] + [("even", even[1])] * 2
        with torch.no_grad():
            for stream, (parameter, (kind, scale)) in enumerate(zip(_in_order(conv, acda), scales, strict=True), 1):
                index = np.arange(parameter.numel())
                unit = random.normal(self.seed, stream, index)
                if kind == "even":
                    unit = 2 * random.uniform(self.seed, stream, index) - 1
                parameter.copy_(scale * torch.tensor(unit).view_as(parameter))
        return conv, acda

    @traitlets.observe(*ARCHITECTURE)
    def _start_over(self, change: Any) -> None:
        self.weights, self.steps = "", 0

    @traitlets.validate("places")
    def _check_places(self, proposal: Any) -> list[list[int]]:
        for place in proposal["value"]:
            if len(place) != 3 or place[2] not in KINDS:
                raise ValueError(f"`places` must be lists [row, column, 3, 5 or 7], got {place}")
            reach = place[2] // 2
            if not all(reach <= index < MAP - reach for index in place[:2]):
                raise ValueError(f"`places` must hold patterns that lie on the map of {MAP} x {MAP}, got {place}")
        return proposal["value"]

    @traitlets.validate("noise")
    def _check_noise(self, proposal: Any) -> Any:
        return between(proposal, 0, MOST_NOISE)

    @traitlets.validate("seed")
    def _check_seed(self, proposal: Any) -> Any:
        return between(proposal, 0, LAST_SEED)

    @traitlets.validate("scales")
    def _check_scales(self, proposal: Any) -> list[int]:
        scales = proposal["value"]
        if not scales or scales != [scale for scale in KINDS if scale in scales]:
            raise ValueError(f"`scales` must be some of 3, 5 and 7, ascending, got {scales}")
        return scales

    @traitlets.validate(*CHOICES)
    def _check_choice(self, proposal: Any) -> Any:
        return one_of(proposal, CHOICES[proposal["trait"].name])

    def _still(self) -> str:
        _, layers = self.train(STILL_STEPS, torch.float32)
        with torch.no_grad():
            answers = [layer(self.image()[None, None].float())[0, 0] for layer in layers.values()]
        tiles = [grey(self.image(), -0.3, 1.3), *(grey(answer.nan_to_num(), 0, 1) for answer in answers)]
        words = "Three grey maps: the patterns on noise, the answer of a convolution, and that of an ACDA layer"
        return (
            f"{row_of_pictures(tiles, words)}"
            f"<p>A noisy map with patterns, and what a convolution and an ACDA layer answer after {STILL_STEPS} steps "
            "of training on it (white: 1). With JavaScript, or in a running notebook, both can be trained here.</p>"
        )


def _start() -> list[list[int]]:
    """Nine patterns at random places."""
    sample = toy_sample(0, size=MAP, number=9)
    return [[*place, side] for place, side in zip(sample.positions.tolist(), sample.sizes.tolist(), strict=True)]


def _in_order(conv: nn.Conv2d, acda: ACDAConv2d) -> list[nn.Parameter]:
    """The parameters as the browser packs and draws them."""
    phi = acda.generator
    assert isinstance(phi, AtomGenerator)
    return [*conv.parameters(), *phi.conv_a.parameters(), *phi.conv_b.parameters(), acda.A, acda.get_parameter("bias")]
