"""Numbers that travel between Python and the browser as text: the same forms as js/packing.js."""

import base64
from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

STEPS = 2**7 - 1  # of a rounded weight, on each side of zero
DIGITS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


def pack(tensors: Iterable[Tensor]) -> str:
    """All numbers of these tensors as float32: the first bytes of all, then the second ones, ..., in base64.

    Bytes of one kind side by side are told more briefly in a compressed page.
    """
    numbers = torch.cat([tensor.detach().float().cpu().flatten() for tensor in tensors]).numpy()
    return pack_bytes(numbers.astype("<f4").view("u1").reshape(-1, 4).T)


def unpack(text: str) -> NDArray[np.float32]:
    """What :func:`pack` packed, (count,)."""
    planes = np.frombuffer(base64.b64decode(text), "u1").reshape(4, -1)
    return np.ascontiguousarray(planes.T).view("<f4")[:, 0]


def pack_bytes(levels: NDArray[np.uint8]) -> str:
    """One byte a number, in base64."""
    return base64.b64encode(np.ascontiguousarray(levels).tobytes()).decode()


def pack_rounded(weights: Tensor) -> tuple[str, float, Tensor]:
    """Weights as int8 in base64, the unit that they are multiples of, and these multiples in float64."""
    weights = weights.detach().cpu().double()
    unit = float(weights.abs().max()) / STEPS
    multiples = (weights / unit).round()
    return base64.b64encode(multiples.numpy().astype("i1").tobytes()).decode(), unit, multiples * unit


def pack_photograph(levels: NDArray[np.uint8]) -> str:
    """Grey levels from 0 to 63, row by row: of each pixel the step from the one before, modulo 64, as one digit.

    A compressed page holds that in less than bytes in base64.
    """
    return "".join(DIGITS[np.diff(levels.astype(int).flatten(), prepend=0) % 64])
