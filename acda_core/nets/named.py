"""Networks that have a name, as experiments list them, and the one way to make one of them with a seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from torch import nn

from acda_core.training.seeds import fixed

Made = TypeVar("Made", bound=nn.Module)


@dataclass(frozen=True)
class Network(Generic[Made]):
    """A network of an experiment.

    Attributes:
        title: what tables and figures call it.
        make: what makes a fresh one, with random parameters.
    """

    title: str
    make: Callable[..., Made]


def fresh(networks: Mapping[str, Network[Made]], name: str, seed: int, *arguments: object) -> Made:
    """A fresh network, the same for the same seed. The global random numbers are left alone.

    >>> from acda_core.nets.lenet import LeNet
    >>> networks = {"conv": Network("LeNet", LeNet)}
    >>> first, again = (fresh(networks, "conv", 0).features[0].weight for _ in range(2))
    >>> bool((first == again).all())
    True

    Args:
        networks: those that there are, by name.
        name: of one of them.
        seed: of its parameters.
        arguments: what its `make` is called with.

    Raises:
        ValueError: another name, or no seed.
    """
    if name not in networks:
        raise ValueError(f"`name` must be one of {', '.join(networks)}, got {name!r}")
    with fixed(seed):
        return networks[name].make(*arguments)
