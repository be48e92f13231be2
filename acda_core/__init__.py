"""Adaptive Convolutions with Dynamic Atoms (ACDA): bases, the two-layer form, and a layer in the place of nn.Conv2d."""

from acda_core import checks, cost, data, models, peers, reference, train
from acda_core.bases import bessel_indices, fourier_bessel, multiscale_bases
from acda_core.functional import acda_conv2d, atom_conv, coefficient_conv, compose_atoms
from acda_core.layers import ACDAConv2d, AtomGenerator, convert

__version__ = "0.1.0"
__all__ = [
    "ACDAConv2d",
    "AtomGenerator",
    "acda_conv2d",
    "atom_conv",
    "bessel_indices",
    "checks",
    "coefficient_conv",
    "compose_atoms",
    "convert",
    "cost",
    "data",
    "fourier_bessel",
    "models",
    "multiscale_bases",
    "peers",
    "reference",
    "train",
]
