"""Adaptive Convolutions with Dynamic Atoms (ACDA): bases, the two-layer form, and a layer in the place of nn.Conv2d."""

from acda_core import cost, reference
from acda_core.bases import bessel_indices, fourier_bessel, multiscale_bases
from acda_core.convert import convert
from acda_core.functional import acda_conv2d, atom_conv, coefficient_conv, compose_atoms
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d

__version__ = "0.2.0.dev0"
__all__ = [
    "ACDAConv2d",
    "AtomGenerator",
    "acda_conv2d",
    "atom_conv",
    "bessel_indices",
    "coefficient_conv",
    "compose_atoms",
    "convert",
    "cost",
    "fourier_bessel",
    "multiscale_bases",
    "reference",
]
