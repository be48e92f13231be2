"""From a convolution's weights to what a layer starts with: its bases, A, and a generator that holds alpha.

The filters of a convolution, w (c, c', l, l), are the rows of a matrix of c c' x l^2. Written as A D, with the same m
atoms at all pixels, they lose the singular values beyond the m-th at least: Eckart and Young, "The approximation of one
matrix by another of lower rank", Psychometrika 1 (1936).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from acda_core.bases import multiscale_bases
from acda_core.generators import AtomGenerator

if TYPE_CHECKING:
    from acda_core.layers import ACDAConv2d

Bases = ArrayLike | str | Callable[[int], ArrayLike] | None
INITS = "follow", "project"
MOST_ATOMS = 9  # that a projection takes unless it is told how many: as many as 3 x 3 filters can need
LARGEST = 0.9  # size of a coefficient behind a tanh
ALIKE = 0.5  # correlation of neighbouring pixels of the noise, to the power of their distance in general
FLAT = 3  # weight of the answer to flat inputs in the fit of A
DAMPING = 0.1  # of that fit, as a share of the mean energy of an atom
SPANNED = 1e-9  # singular values above this share of the largest one count


class Projection(NamedTuple):
    """Filters as A (c, c', m) times alpha (m, k) times psi, and the share of their norm that is lost."""

    A: Tensor
    alpha: Tensor
    error: float


def complete(psi: ArrayLike) -> NDArray[np.float64]:
    """The bases (k, l, l), and after them an orthonormal basis of what they do not span.

    >>> import acda_core as acda
    >>> complete(acda.fourier_bessel(3)).shape
    (9, 3, 3)
    """
    psi = np.asarray(psi, dtype=np.float64)
    _, values, directions = np.linalg.svd(psi.reshape(len(psi), -1))
    spanned = int((values > SPANNED * values[0]).sum())
    return np.concatenate([psi, directions[spanned:].reshape(-1, *psi.shape[1:])])


def own(weight: Tensor, num_bases: int) -> Tensor:
    """The best bases that filters (c, c', l, l) have, orthonormal, strongest first: (num_bases, l, l), at most l^2."""
    return _directions(_rows(weight))[:num_bases].unflatten(1, weight.shape[2:])


def needed(weight: Tensor) -> int:
    """How many atoms filters (c, c', l, l) need to lose no more than a rounding; if all are zero, as many as could be.

    >>> needed(torch.ones(8, 4, 3, 3))
    1
    """
    rows = _rows(weight)
    values = torch.linalg.svdvals(rows)
    lost = values.square().flip(0).cumsum(0).flip(0).sqrt()  # with so many atoms
    return int((lost > torch.finfo(weight.dtype).eps * lost[0]).sum()) or min(rows.shape)


def project(weight: Tensor, psi: Tensor, num_atoms: int) -> Projection:
    """The best A and alpha, the same at all pixels, for the filters of a convolution. The atoms are orthonormal.

    Where the bases span everything, the squared error is the sum of the squared singular values of the filters beyond
    the m-th, over that of all.

    >>> import acda_core as acda
    >>> conv = nn.Conv2d(16, 32, 3)
    >>> psi = torch.tensor(complete(acda.fourier_bessel(3)))
    >>> round(project(conv.weight, psi, num_atoms=9).error, 6)
    0.0

    Args:
        weight: w, (c, c', l, l).
        psi: the bases, (k, l, l).
        num_atoms: m. Atoms beyond what the bases span are copies of the first ones, with an A of zero.
    """
    w, bases = _rows(weight), psi.detach().double().cpu().flatten(1)
    _, values, span = torch.linalg.svd(bases, full_matrices=False)
    span = span[values > SPANNED * values[0]]
    D = _directions(w @ span.T) @ span
    A = w.new_zeros(len(w), num_atoms)
    A[:, : len(D)] = w @ D[:num_atoms].T
    D = D.repeat(-(-num_atoms // len(D)), 1)[:num_atoms]
    lost, whole = (w - A @ D).norm().item(), w.norm().item()
    return Projection(A.view(*weight.shape[:2], -1), D @ torch.linalg.pinv(bases), lost / whole if whole else 0.0)


def check(init: str, bases: Bases) -> None:
    """Refuse what is no way to start or no kind of bases."""
    if init not in INITS:
        raise ValueError(f'`init` must be "follow" or "project", got {init!r}')
    if isinstance(bases, str) and bases not in ("complete", "own"):
        raise ValueError(f'`bases` must be "complete", "own", an array or a function of the size, got {bases!r}')


def bases_and_atoms(
    weight: Tensor, init: str, num_atoms: int | None, num_bases: int, bases: Bases
) -> tuple[ArrayLike | None, int]:
    """What a layer's `bases` and `num_atoms` are to be: see :meth:`acda_core.ACDAConv2d.from_conv`."""
    check(init, bases)
    if not weight.is_floating_point():
        raise TypeError(f"`conv` must have floating-point weights, got {weight.dtype}")
    own_bases = isinstance(bases, str) and bases == "own"
    if weight.is_meta and (init == "project" or own_bases):
        raise ValueError('`init` must be "follow" on the meta device, where weights have no values, got "project"')
    if not weight.is_meta and not weight.isfinite().all():
        raise ValueError("`conv` must have finite weights, got nan or inf")
    if num_atoms is None:
        num_atoms = 6 if init == "follow" else min(MOST_ATOMS, needed(weight))
    size = weight.shape[-1]
    if callable(bases):
        return bases(size), num_atoms
    if not isinstance(bases, str):
        if bases is not None or init == "follow":
            return bases, num_atoms
    elif own_bases:
        return own(weight, num_atoms), num_atoms
    return complete(multiscale_bases(size, num_bases)), num_atoms


@torch.no_grad()
def start(layer: ACDAConv2d, conv: nn.Conv2d, init: str) -> None:
    """Let a layer start from a convolution: see :meth:`acda_core.ACDAConv2d.from_conv`."""
    if init == "project":
        _project(layer, conv.weight)
    elif not conv.weight.is_meta:
        _follow(layer, conv.weight)
    if layer.bias is not None and conv.bias is not None:
        layer.bias.copy_(conv.bias)
        layer.bias.requires_grad_(conv.bias.requires_grad)
    layer.train(conv.training)
    for parameter in (layer.A, *layer.generator.parameters()):
        parameter.requires_grad_(conv.weight.requires_grad)


def _project(layer: ACDAConv2d, weight: Tensor) -> None:
    """The filters of a convolution, as near as A and the atoms come, at all pixels.

    Of the generator, the last weights that the features pass become zero, and the bias after them what makes it answer
    alpha: alpha itself or, behind a tanh, atanh alpha, where alpha is made to stay within LARGEST.
    """
    phi = layer.generator
    if not isinstance(phi, AtomGenerator):
        raise ValueError(
            '`generator` must be an AtomGenerator for `init="project"`, whose constant part can be set, got '
            f"{type(phi).__name__}"
        )
    A, alpha, _ = project(weight, layer.psi, layer.num_atoms)
    last: Any = phi.conv_b if isinstance(phi.norm_b, nn.Identity) else phi.norm_b
    last.weight.zero_()
    last.bias.copy_(alpha.flatten())
    if not _answers(layer, alpha):
        excess = (alpha.abs().amax(1) / LARGEST).clamp(min=1)
        A, alpha = A * excess, alpha / excess[:, None]
        last.bias.copy_(alpha.atanh().flatten())
        if not _answers(layer, alpha):
            raise ValueError(
                f"`generator` must answer the constant that its last bias gives it, got a {type(phi).__name__}"
            )
    layer.A.copy_(A)


def _answers(layer: ACDAConv2d, alpha: Tensor) -> bool:
    tolerance = torch.finfo(layer.A.dtype).eps * alpha.abs().max().item()
    return bool((_coefficients(layer) - alpha[..., None, None]).abs().max() <= tolerance)


def _follow(layer: ACDAConv2d, weight: Tensor) -> None:
    D = torch.einsum("nmkhw,kuv->nhwmuv", _coefficients(layer), layer.psi.double().cpu())
    if D.any():
        layer.A.copy_(follow(weight, D.flatten(0, 2)))


def follow(weight: Tensor, D: Tensor) -> Tensor:
    """A (c, c', m) such that each output answers like given filters, to flat inputs and to noise.

    A is fitted to the filters on the mean atoms. What of it sees a flat input stays as it is; the rest is scaled,
    output by output, until noise has the variance that it has with the filters. The noise is alike in neighbouring
    pixels, as pictures are.

    Args:
        weight: w, (c, c', l, l).
        D: the atoms of several pixels, (pixels, m, l, l), not all zero.
    """
    w, D, noise = weight.detach().double().cpu().flatten(2), D.flatten(2), _noise(weight.shape[-1])
    w_sums, sums = w.sum(2, keepdim=True), D.mean(0).sum(1)  # answers to a flat input
    w, D = w @ noise, D @ noise
    gram, mean = (D @ D.mT).mean(0), D.mean(0)
    damped = gram + DAMPING * gram.diagonal().mean() * torch.eye(len(gram)).to(gram)
    matched = w @ mean.T + FLAT * w_sums * sums
    A = matched @ torch.linalg.inv(damped + FLAT * sums[:, None] * sums)
    level = torch.linalg.solve(damped, sums)
    flat = A @ sums[:, None] * (level / (level @ sums).clamp(min=1e-200))
    rest = A - flat

    def variance(A: Tensor) -> Tensor:
        return torch.einsum("oim,mn,oin->o", A, gram, A)

    room = (w.square().sum((1, 2)) - variance(flat)).clamp(min=0)
    return flat + rest * (room / variance(rest).clamp(min=1e-200)).sqrt()[:, None, None]


def _noise(size: int) -> Tensor:
    """(l^2, l^2): filters (..., l^2) times this have as sums of squares the variances of their answers to noise."""
    place = torch.cartesian_prod(torch.arange(size), torch.arange(size)).double()
    return torch.linalg.cholesky(ALIKE ** torch.cdist(place, place))


def _coefficients(layer: ACDAConv2d) -> Tensor:
    """What a layer's generator makes of noise of variance 1 in training mode, (N, m, k, h, w) in float64."""
    twin = copy.deepcopy(layer).cpu().double().train()
    size = layer.dilation[0] * (layer.kernel_size[0] - 1) + 8 * layer.stride[0]
    noise, shape = torch.Generator().manual_seed(0), (4, layer.in_channels, size, size)
    return twin.coefficients(torch.randn(shape, generator=noise, device="cpu", dtype=torch.float64))


def _rows(weight: Tensor) -> Tensor:
    return weight.detach().double().cpu().flatten(2).flatten(0, 1)


def _directions(rows: Tensor) -> Tensor:
    """An orthonormal basis of all rows that there could be, in the order of how much of the given ones each takes."""
    return torch.linalg.svd(torch.linalg.qr(rows, mode="r").R)[2]
