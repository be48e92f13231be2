"""Put ACDAConv2d in the place of the convolutions of any network."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from acda_core import projection, survey
from acda_core.generators import GENERATORS
from acda_core.layers import ACDAConv2d


@dataclass(frozen=True)
class Change:
    """One convolution that was replaced.

    Attributes:
        shape: of the convolution, in words.
        parameters: before and after.
        multiply_adds: before and after, of the example; None without one.
        error: of a projection, the share of the filters' norm that is lost at the start; None for init="follow".
    """

    shape: str
    parameters: tuple[int, int]
    multiply_adds: tuple[int, int] | None = None
    error: float | None = None


@dataclass(frozen=True)
class Conversion:
    """What :func:`convert` did: the new model, the layers that it replaced, and why it kept the other convolutions.

    Printed, it is a table.
    """

    model: nn.Module
    replaced: dict[str, Change] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        rows = [("replaced", "shape", "parameters", "multiply-adds", "error")]
        for name, change in self.replaced.items():
            counts = change.multiply_adds
            error = "" if change.error is None else f"{change.error:.1%}"
            rows.append((name, change.shape, _arrow(change.parameters), _arrow(counts) if counts else "", error))
        used = [column for column in range(5) if any(row[column] for row in rows[1:]) or column < 3]
        widths = [max(len(row[column]) for row in rows) for column in used]
        lines = ["  ".join(row[c].ljust(w) for c, w in zip(used, widths, strict=True)).rstrip() for row in rows]
        width = max((len(name) for name in self.kept), default=0)
        lines += ["", "kept"] * bool(self.kept) + [f"{name.ljust(width)}  {why}" for name, why in self.kept.items()]
        return "\n".join(lines)


def convert(
    model: nn.Module,
    where: Callable[[str, nn.Conv2d], bool] | None = None,
    generator: str | Callable[..., nn.Module] = "normalised",
    init: str = "follow",
    *,
    num_atoms: int | None = None,
    num_bases: int = 6,
    bases: projection.Bases = None,
    hidden_channels: int | None = None,
    save: str = "time",
    stems: bool = False,
    example: Tensor | tuple[Tensor, ...] | None = None,
) -> Conversion:
    """A copy of the model with ACDAConv2d in the place of its convolutions.

    >>> from torch import nn
    >>> import acda_core as acda
    >>> net = nn.Sequential(nn.Conv2d(3, 16, 5, padding=2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Conv2d(32, 10, 1))
    >>> done = acda.convert(net, init="project")
    >>> done.kept
    {'0': 'a stem: 3 input channels', '3': 'kernel 1 x 1'}
    >>> done.replaced["1"].shape, done.replaced["1"].error < 1e-6
    ('16 -> 32, 3 x 3', True)

    A layer takes over the convolution's sizes, device, dtype, mode and hooks, and is frozen where it is frozen. What a
    convolution has that a layer could not take over keeps it in its place: see `kept`. Layers that the model has
    already stay as they are, so that to convert twice is to convert once. A use of a convolution that is no module of
    the model, such as F.conv2d with a parameter of its own, is not seen, nor is one that a bound method, a partial or
    an object other than a list, tuple, dict or set holds.

    Args:
        model: any network.
        where: which ones, a function of a convolution's name and the nn.Conv2d. When None every one that can be, but no
            stems.
        generator: the name of one, or a callable, as in :func:`acda_core.generators.make_generator`.
        init: "follow" for training from the start: the generators are drawn at random, and each output of a layer has
            the variance that the weights of the replaced convolution give it, so that a network's own initialisation
            is kept. "project" for a trained network: each layer starts with the filters of its convolution, as near as
            its atoms come. In both see :meth:`acda_core.ACDAConv2d.from_conv`.
        num_atoms, num_bases, bases, hidden_channels, save: of each layer, as in :meth:`acda_core.ACDAConv2d.from_conv`.
        stems: whether to replace convolutions of at most 4 input channels too when `where` is None.
        example: what the model takes, a tensor or a tuple of them, to count multiply-adds with; nothing is counted
            when None.

    Returns:
        The new model, what was replaced, and for each other convolution that was seen the reason. Kept are even, oblong
        and 1 x 1 kernels, uneven strides and dilations, subclasses, weights that are shared, computed (weight and
        spectral norm, pruning and other parametrisations) or no real numbers, and transposed,
        1-d, 3-d, lazy and scripted ones.

    Raises:
        TypeError, ValueError: an argument that is not as said, or a model that copy.deepcopy cannot copy.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"`model` must be a nn.Module, got {type(model).__name__}")
    if where is not None and not callable(where):
        raise TypeError(f"`where` must be a function of (name, conv), got {type(where).__name__}")
    if isinstance(generator, nn.Module) or not (callable(generator) or generator in GENERATORS):
        names = ", ".join(f'"{name}"' for name in GENERATORS)
        raise ValueError(f"`generator` must be {names} or a callable, got {generator!r}")
    projection.check(init, bases)
    model = survey.copied(model)
    shapes = {} if example is None else _input_shapes(model, example)
    obstacles = survey.obstacles(model)
    replaced: dict[str, Change] = {}
    kept: dict[str, str] = {}
    for name, conv in survey.convolutions(model):
        if name in obstacles:
            kept[name] = obstacles.pop(name)
            continue
        assert isinstance(conv, nn.Conv2d)
        if reason := _unwanted(name, conv, where, bases, stems or conv is model):
            kept[name] = reason
            continue
        layer = ACDAConv2d.from_conv(
            *(conv, init),
            num_atoms=num_atoms,
            num_bases=num_bases,
            bases=bases,
            hidden_channels=hidden_channels,
            generator=generator,
            save=save,
        )
        replaced[name] = _change(conv, layer, init, shapes.get(name))
        model = survey.put(model, conv, layer)
    return Conversion(model, replaced, kept | obstacles)


def _unwanted(
    name: str, conv: nn.Conv2d, where: Callable[[str, nn.Conv2d], bool] | None, bases: projection.Bases, stems: bool
) -> str:
    if where is not None and not where(name, conv):
        return "not chosen by `where`"
    if where is None and not stems and conv.in_channels <= survey.STEM:
        return f"a stem: {conv.in_channels} input channels"
    given = () if bases is None or callable(bases) else np.shape(bases)
    return f"`bases` are {given[1]} x {given[2]}" if len(given) == 3 and given[1:] != conv.kernel_size else ""


def _input_shapes(model: nn.Module, example: Tensor | tuple[Tensor, ...]) -> dict[str, list[torch.Size]]:
    """What each convolution is called with while the model looks at the example."""
    shapes: dict[str, list[torch.Size]] = {}
    twin = survey.copied(model).eval()
    for name, conv in survey.convolutions(twin):
        conv.register_forward_pre_hook(lambda _, given, name=name: shapes.setdefault(name, []).append(given[0].shape))
    with torch.no_grad():
        twin(*(example if isinstance(example, tuple) else (example,)))
    return shapes


def _change(conv: nn.Conv2d, layer: ACDAConv2d, init: str, shapes: list[torch.Size] | None) -> Change:
    counts = None if shapes is None else (survey.counted(conv, shapes), survey.counted(layer, shapes))
    error = projection.project(conv.weight, layer.psi, layer.num_atoms).error if init == "project" else None
    learned = survey.parameters(conv), survey.parameters(layer)
    return Change(survey.in_words(conv), learned, counts, error)


def _arrow(numbers: tuple[int, int]) -> str:
    return " -> ".join(f"{number:,}" for number in numbers)
