"""Fourier-Bessel bases against their mathematics and against a second computation with mpmath."""

import functools
import math

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import jv

import acda_core as acda

FIRST_SIX = [(0, 1, "cos"), (1, 1, "cos"), (1, 1, "sin"), (2, 1, "cos"), (2, 1, "sin"), (0, 2, "cos")]
CARRIED = {3: 6, 5: 14, 7: 38}


@functools.cache
def root(k, q):
    return float(mpmath.besseljzero(k, q))


def test_the_first_six_are_those_of_the_paper():
    assert acda.bessel_indices(6) == FIRST_SIX
    roots = [round(root(k, q), 3) for k, q, _ in FIRST_SIX]
    assert roots == [2.405, 3.832, 3.832, 5.136, 5.136, 5.520]


def test_names_come_in_the_order_of_the_roots_cosine_first_and_none_is_left_out():
    names = acda.bessel_indices(60)
    everything = sorted((root(k, q), k, q) for k in range(16) for q in range(1, 8))
    expected = [(k, q, part) for _, k, q in everything for part in (("cos", "sin") if k else ("cos",))]
    assert names == expected[:60]


@pytest.mark.parametrize("size", CARRIED)
def test_fewer_names_are_the_beginning_of_more(size):
    names = acda.bessel_indices(CARRIED[size], size)
    for number in range(1, CARRIED[size] + 1):
        assert acda.bessel_indices(number, size) == names[:number] == acda.bessel_indices(number)


@pytest.mark.parametrize("size", [3, 5, 7, 9, 11])
def test_a_grid_carries_the_functions_whose_next_root_it_resolves(size):
    limit = math.pi * size / 2 * (2 if size == 3 else 1.5)
    slow = [(k, q) for k in range(16) for q in range(1, 16) if root(k, q + 1) <= limit]
    number = sum(2 if k else 1 for k, _ in slow)
    assert CARRIED.get(size, number) == number
    assert {(k, q) for k, q, _ in acda.bessel_indices(number, size)} == set(slow)
    with pytest.raises(ValueError, match=f"`num_bases` must be at most {number} on a {size} x {size} grid"):
        acda.fourier_bessel(size, number + 1)
    with pytest.raises(ValueError, match=f"at most {number}"):
        acda.bessel_indices(number + 1, size)


def test_the_continuous_functions_are_orthogonal_on_the_disc():
    """In the radius by quadrature with weight rho; in the angle cosines and sines of different k are orthogonal."""
    for k in range(4):
        for q in range(1, 4):
            for p in range(1, 4):
                value, _ = quad(
                    lambda rho, k=k, q=q, p=p: jv(k, root(k, q) * rho) * jv(k, root(k, p) * rho) * rho, 0, 1
                )
                expected = jv(k + 1, root(k, q)) ** 2 / 2 if p == q else 0
                assert value == pytest.approx(expected, abs=1e-12)


def test_they_approach_orthogonality_as_the_grid_grows():
    def error(size):
        psi = acda.fourier_bessel(size, 6).reshape(6, -1)
        return np.abs(psi @ psi.T - np.eye(6)).max()

    assert error(15) < 0.01
    assert error(15) < error(7) < error(3)


@pytest.mark.parametrize("size", [3, 5, 7, 15])
def test_unit_bases_have_norm_1(size):
    np.testing.assert_allclose(np.linalg.norm(acda.fourier_bessel(size, 6), axis=(1, 2)), 1, rtol=1e-14)


def dcfnet(size):
    """The convention in DCFNet's terms, sample by sample, with mpmath."""
    radius = mpmath.mpf(size) / 2
    limit = mpmath.pi * radius * (2 if size == 3 else mpmath.mpf(3) / 2)
    kept = []
    for k in range(16):
        for q in range(1, 16):
            if mpmath.besseljzero(k, q + 1) > limit:
                break
            kept.append((mpmath.besseljzero(k, q), k))
    psi = []
    for zero, k in sorted(kept):
        for angular in (mpmath.cos, mpmath.sin) if k else (mpmath.cos,):
            samples = np.zeros((size, size))
            for i in range(size):
                for j in range(size):
                    y, x = i - size // 2, j - size // 2
                    rho, theta = mpmath.hypot(x, y) / radius, mpmath.atan2(x, y)
                    if rho < 1:
                        value = mpmath.besselj(k, zero * rho) / abs(mpmath.besselj(k + 1, zero)) * angular(k * theta)
                        samples[i, j] = value * (mpmath.sqrt(2) if k else 1)
            psi.append(samples)
    psi = np.stack(psi)
    return psi / math.sqrt((psi**2).sum() / len(psi))


@pytest.mark.parametrize("size", CARRIED)
def test_dcfnet_values_equal_a_second_computation(size):
    expected = dcfnet(size)
    assert len(expected) == CARRIED[size]
    yours = acda.fourier_bessel(size, CARRIED[size], "dcfnet")
    np.testing.assert_allclose(yours, expected, atol=1e-12)
    np.testing.assert_array_equal(acda.fourier_bessel(size, 6, "dcfnet"), yours[:6])


@pytest.mark.parametrize("size", CARRIED)
def test_the_two_normalizations_differ_by_a_factor_for_each_basis(size):
    scaled = acda.fourier_bessel(size, 6, "dcfnet")
    norms = np.linalg.norm(scaled, axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(scaled / norms, acda.fourier_bessel(size, 6), atol=1e-14)


def test_dcfnet_values_at_size_3_are_those_in_print():
    norms = np.linalg.norm(acda.fourier_bessel(3, 6, "dcfnet"), axis=(1, 2))
    assert norms[3] == pytest.approx(1.36, abs=0.005)  # cos 2 theta
    assert norms[4] == pytest.approx(0.295, abs=0.0005)  # sin 2 theta


@pytest.mark.parametrize(("size", "rank"), [(3, 6), (5, 14), (7, 35)])
def test_ranks_of_all_that_a_grid_carries(size, rank):
    psi = acda.fourier_bessel(size, CARRIED[size]).reshape(CARRIED[size], -1)
    assert np.linalg.matrix_rank(psi) == rank


@pytest.mark.parametrize(
    ("size", "normalization", "condition"), [(3, "dcfnet", 4.6), (5, "dcfnet", 1.02), (7, "dcfnet", 1.006)]
)
def test_condition_numbers_of_the_first_six(size, normalization, condition):
    psi = acda.fourier_bessel(size, 6, normalization).reshape(6, -1)
    assert np.linalg.cond(psi) == pytest.approx(condition, rel=0.01)


@pytest.mark.parametrize(("size", "zeros"), [(3, 0), (5, 4), (7, 12)])
def test_pixels_outside_the_disc_are_zero(size, zeros):
    psi = acda.fourier_bessel(size, CARRIED[size])
    offset = np.arange(size) - size // 2
    outside = np.hypot(*np.meshgrid(offset, offset)) >= size / 2
    assert outside.sum() == zeros
    assert not psi[:, outside].any()
    assert (np.abs(psi[:, ~outside]).max(0) > 1e-3).all()


@pytest.mark.parametrize("size", CARRIED)
def test_only_functions_of_order_0_have_a_mean(size):
    for psi, (k, _, _) in zip(
        acda.fourier_bessel(size, CARRIED[size]), acda.bessel_indices(CARRIED[size]), strict=True
    ):
        if k % 4:  # on a square grid orders that are multiples of 4 keep a small mean
            assert psi.sum() == pytest.approx(0, abs=1e-12)
        if k == 0:
            assert abs(psi.sum()) > 0.1


@pytest.mark.parametrize("size", CARRIED)
def test_a_quarter_turn_takes_cosine_to_sine_and_each_order_by_its_phase(size):
    """theta -> theta + 90 degrees: cos k theta -> cos(k theta + k 90 degrees)."""
    number = CARRIED[size]
    psi = dict(zip(acda.bessel_indices(number, size), acda.fourier_bessel(size, number, "dcfnet"), strict=True))
    for (k, q, part), function in psi.items():
        cos, sin = round(math.cos(k * math.pi / 2)), round(math.sin(k * math.pi / 2))
        other = psi.get((k, q, "sin" if part == "cos" else "cos"), 0)
        expected = cos * function + (-sin if part == "cos" else sin) * other
        turned = np.rot90(function, -1)
        np.testing.assert_allclose(turned, expected, atol=1e-12, err_msg=f"{k} {q} {part}")


def test_theta_is_measured_from_the_row_axis():
    """The first cosine changes along the rows and the first sine along the columns."""
    _, cos, sin = acda.fourier_bessel(5, 3)
    np.testing.assert_allclose(cos, sin.T, atol=1e-15)
    assert cos[3, 2] > 0.1
    assert abs(cos[2, 3]) < 1e-15
    assert sin[2, 3] > 0.1


def test_a_scale_is_padded_to_the_kernel_and_centred_small_scales_first():
    psi = acda.multiscale_bases(7)
    assert psi.shape == (18, 7, 7)
    for scale, size in enumerate((3, 5, 7)):
        margin = (7 - size) // 2
        inside = slice(margin, 7 - margin)
        part = psi[6 * scale : 6 * scale + 6]
        np.testing.assert_array_equal(part[:, inside, inside], acda.fourier_bessel(size, 6))
        assert np.count_nonzero(part) == np.count_nonzero(part[:, inside, inside])


def test_eighteen_bases_of_three_scales_have_rank_18_and_condition_122():
    psi = acda.multiscale_bases(7, normalization="dcfnet").reshape(18, -1)
    assert np.linalg.matrix_rank(psi) == 18
    assert np.linalg.cond(psi) == pytest.approx(122, rel=0.01)


def test_scales_may_be_chosen():
    np.testing.assert_array_equal(
        acda.multiscale_bases(7, 4, scales=(3, 7)), acda.multiscale_bases(7, 4)[[0, 1, 2, 3, 8, 9, 10, 11]]
    )
    np.testing.assert_array_equal(acda.multiscale_bases(5, 14, scales=[5]), acda.fourier_bessel(5, 14))


def test_six_is_the_largest_number_that_every_scale_carries():
    assert len(acda.multiscale_bases(9, 6)) == 24
    with pytest.raises(ValueError, match="at most 6 on a 3 x 3 grid, got 7"):
        acda.multiscale_bases(9, 7)


def test_values_are_fresh_float64_arrays():
    first = acda.fourier_bessel(5)
    assert first.dtype == np.float64
    first[:] = 0
    assert acda.fourier_bessel(5).any()
