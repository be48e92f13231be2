"""Fourier-Bessel bases psi on a pixel grid, alone and in sets of several scales (Section 3.2 of the paper).

On the unit disc, with polar coordinates (rho, theta), the Laplacian that vanishes on the rim has the eigenfunctions

    psi_kq(rho, theta) = J_k(j_kq rho) cos(k theta)  or  J_k(j_kq rho) sin(k theta),

with J_k the Bessel function of the first kind and j_kq its q-th positive root. They are sampled at the pixel centres
of a disc of radius l // 2 + 1/2 pixels, theta measured from the row axis, and are zero outside. Which of them an
l x l grid carries, and the scaling called "dcfnet", follow Qiu et al., DCFNet (ICML 2018).
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import jn_zeros, jv

from acda_core import _checks

MAX_ORDER = 15  # of the Bessel functions
Index = tuple[int, int, str]


def _roots(largest: float) -> list[tuple[float, float, int, int]]:
    """(j_kq, j_k,q+1, k, q) for every root up to `largest`, in increasing order of j_kq."""
    number = int(largest / 3) + 2  # roots of one order are at least 3 apart
    found = []
    for k in range(MAX_ORDER + 1):
        roots = jn_zeros(k, number + 1)
        found += [(roots[q], roots[q + 1], k, q + 1) for q in range(number) if roots[q] <= largest]
    return sorted(found)


def _named(orders: list[tuple[int, int]]) -> list[Index]:
    return [(k, q, part) for k, q in orders for part in (("cos", "sin") if k else ("cos",))]


def bessel_indices(num_bases: int, size: int | None = None) -> list[Index]:
    """Names (k, q, "cos" | "sin") of the first bases, in increasing order of the root j_kq, cosine first.

    >>> import acda_core as acda
    >>> acda.bessel_indices(3)
    [(0, 1, 'cos'), (1, 1, 'cos'), (1, 1, 'sin')]

    Args:
        num_bases: how many.
        size: of the grid. From 9 on a grid leaves out some functions that a larger one carries; without it none
            of order up to 15 is left out.

    Raises:
        TypeError, ValueError: num_bases below 1, more than the grid carries, or a size that is not odd and >= 3.
    """
    _checks.integer("num_bases", num_bases, 1)
    if size is not None:
        names = _carried(size)
        if num_bases > len(names):
            raise ValueError(f"`num_bases` must be at most {len(names)} on a {size} x {size} grid, got {num_bases}")
        return names[:num_bases]
    largest = 4.0
    while True:
        names = _named([(k, q) for _, _, k, q in _roots(largest)])
        if len(names) >= num_bases:
            return names[:num_bases]
        if largest > 1000:
            raise ValueError(f"`num_bases` must be at most {len(names)}, got {num_bases}")
        largest *= 2


def _carried(size: int) -> list[Index]:
    """The functions that vary slowly enough for the grid: their next root is at most pi R f."""
    _checks.odd("size", size, 3)
    limit = math.pi * (size / 2) * (2.0 if size == 3 else 1.5)
    return _named([(k, q) for _, following, k, q in _roots(limit) if following <= limit])


def fourier_bessel(size: int, num_bases: int = 6, normalization: str = "unit") -> NDArray[np.float64]:
    """The first Fourier-Bessel functions, sampled on a size x size grid.

    >>> import acda_core as acda
    >>> psi = acda.fourier_bessel(5)
    >>> psi.shape, (psi**2).sum((1, 2)).round(12).tolist()
    ((6, 5, 5), [1.0, 1.0, 1.0, 1.0, 1.0, 1.0])

    Args:
        size: odd, at least 3; the disc has radius size / 2 pixels.
        num_bases: how many, in the order of :func:`bessel_indices`. A grid of size 3, 5, 7 carries 6, 14, 38
            (of rank 6, 14, 35).
        normalization: "unit" gives each basis norm 1; "dcfnet" divides J_k by abs(J_k+1(j_kq)), multiplies k > 0 by
            the square root of 2, and scales all functions that the grid carries by one number, so that their squared
            norm is 1 on average.

    Returns:
        psi: (num_bases, size, size).

    Raises:
        TypeError, ValueError: a size that is not odd and >= 3, more bases than the grid carries, or an unknown
            normalization.
    """
    _checks.odd("size", size, 3)
    _checks.integer("num_bases", num_bases, 1)
    if normalization not in ("unit", "dcfnet"):
        raise ValueError(f'`normalization` must be "unit" or "dcfnet", got {normalization!r}')
    names = _carried(size)
    if num_bases > len(names):
        raise ValueError(f"`num_bases` must be at most {len(names)} on a {size} x {size} grid, got {num_bases}")
    psi = np.stack([_sample(size, *name) for name in names])
    norms = np.linalg.norm(psi, axis=(1, 2))
    scale = norms[:num_bases, None, None] if normalization == "unit" else np.sqrt(np.mean(norms**2))
    return np.asarray(psi[:num_bases] / scale)


def _sample(size: int, k: int, q: int, part: str) -> NDArray[np.float64]:
    offset = np.arange(size) - size // 2
    row, column = np.meshgrid(offset, offset, indexing="ij")
    rho, theta = np.hypot(row, column) / (size / 2), np.arctan2(column, row)
    root = jn_zeros(k, q)[-1]
    angular = 1.0 if k == 0 else math.sqrt(2) * (np.cos if part == "cos" else np.sin)(k * theta)
    return np.where(rho < 1, jv(k, root * rho) * angular / abs(jv(k + 1, root)), 0.0)


def multiscale_bases(
    kernel_size: int,
    num_bases: int = 6,
    scales: Sequence[int] | None = None,
    normalization: str = "unit",
) -> NDArray[np.float64]:
    """Sets of bases of several sizes, each padded with zeros to the kernel's size and centred.

    >>> import acda_core as acda
    >>> acda.multiscale_bases(7).shape  # six bases of each of the sizes 3, 5 and 7
    (18, 7, 7)

    Args:
        kernel_size: l, odd, at least 3.
        num_bases: m', bases of each scale.
        scales: sizes l_s, odd, increasing, at most l; 3, 5, ..., l when None.
        normalization: as in :func:`fourier_bessel`.

    Returns:
        psi: (S * m', l, l), scale-major, small scales first.

    Raises:
        TypeError, ValueError: sizes that are not odd, increasing and within 3 ... l, or as in :func:`fourier_bessel`.
    """
    _checks.odd("kernel_size", kernel_size, 3)
    sizes = _check_scales(kernel_size, scales)
    sets = [fourier_bessel(size, num_bases, normalization) for size in sizes]
    return np.concatenate([np.pad(psi, [(0, 0)] + [((kernel_size - psi.shape[-1]) // 2,) * 2] * 2) for psi in sets])


def _check_scales(kernel_size: int, scales: Sequence[int] | None) -> tuple[int, ...]:
    if scales is None:
        return tuple(range(3, kernel_size + 1, 2))
    if not isinstance(scales, (list, tuple)):
        raise TypeError(f"`scales` must be a list or tuple of odd sizes, got {scales!r}")
    if not scales:
        raise ValueError("`scales` must hold at least one size, got none")
    for size in scales:
        _checks.odd("scales", size, 3)
    if list(scales) != sorted(set(scales)) or scales[-1] > kernel_size:
        raise ValueError(f"`scales` must increase and end at {kernel_size} or below, got {tuple(scales)}")
    return tuple(scales)
