"""All networks that restore photographs: those of `restoration`, and the rivals that a fair comparison asks for."""

from functools import cache, partial

from torch import nn

from acda_core.experiments import restoration
from acda_core.experiments.matching import nearest_width
from acda_core.nets.named import Network, fresh
from acda_core.nets.pixelwise import BasisConv2d
from acda_core.nets.restoration import OneLayer, RestorationNet
from acda_core.nets.rivals import KernelConv2d
from acda_core.training.measure import multiply_adds
from acda_core.training.seeds import fixed

SIDE = 64  # pixels of the photograph that multiply-adds are counted for
BASES = 12  # of basis prediction: as many as one layer of ACDA has, six of each of two scales


def cost(network: nn.Module) -> int:
    """Multiply-adds for a photograph of SIDE x SIDE pixels."""
    return multiply_adds(network, (3, SIDE, SIDE))


@cache
def equal_channels() -> int:
    """Of the whole net with Conv, so that it costs most nearly as many multiply-adds as the one with ACDA."""
    wanted = cost(restoration.make_network("acda", 0))
    with fixed(0):
        return 2 * nearest_width(lambda half: cost(RestorationNet(nn.Conv2d, channels=2 * half)), wanted, 16)


def equally_costly() -> RestorationNet:
    """The whole net with Conv at the cost of the one with ACDA."""
    return RestorationNet(nn.Conv2d, channels=equal_channels())


NETWORKS: dict[str, Network[nn.Module]] = {
    **restoration.NETWORKS,
    "conv_ops": Network("the same net with Conv, equal multiply–adds", equally_costly),
    "one_kpn": Network("one layer, kernel prediction", partial(OneLayer, partial(KernelConv2d, generator="released"))),
    "one_bpn": Network(
        "one layer, basis prediction",
        partial(OneLayer, partial(BasisConv2d, num_bases=BASES, generator="released")),
    ),
}


def make_network(name: str, seed: int) -> nn.Module:
    """A fresh network of NETWORKS."""
    return fresh(NETWORKS, name, seed)
