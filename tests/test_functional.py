"""The parts of the two-layer form. What holds for the whole, on every back end: kernels/test_properties.py."""

import pytest
import torch
from samples import GEOMETRIES, arguments, assert_same, atoms, definition, gradients

import acda_core as acda
from acda_core.experiments.bench import unfold_conv2d


def test_atoms_are_sums_of_bases():
    (_, alpha, psi, _, _), _ = arguments()
    assert_same(acda.compose_atoms(alpha, psi), atoms(alpha, psi))


def test_coefficients_are_a_convolution_of_one_pixel():
    (_, _, _, A, bias), _ = arguments()
    Z_tilde = torch.randn(2, 3, 2, 6, 5, dtype=torch.float64)
    expected = sum(A[:, i, m, None, None] * Z_tilde[:, None, i, m] for i in range(3) for m in range(2))
    assert_same(acda.coefficient_conv(Z_tilde, A), expected)
    assert_same(acda.coefficient_conv(Z_tilde, A, bias), expected + bias[:, None, None])


@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_the_rival_by_unfolding_computes_the_same(geometry):
    tensors, sizes = arguments(**geometry, requires_grad=True)
    yours, expected = unfold_conv2d(*tensors, *sizes), definition(tensors, *sizes)
    assert_same(yours, expected)
    assert_same(gradients(yours, tensors), gradients(expected, tensors))
