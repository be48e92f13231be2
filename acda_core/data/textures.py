"""A small set to classify, cut from a few photographs of textures: real pictures, no download.

The photographs come as arrays, one a class. A piece for training is cut from their left part, one to test on from
their right part, so that no pixel is in both.
"""

from collections.abc import Sequence

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from acda_core.data.cifar import LabelledImages
from acda_core.training.seeds import seeded

SIDE = 32  # of a piece, pixels
LEFT = 0.6  # share of the width to train on
MIDDLE, SPREAD = 120.0, 50.0  # grey level of each piece: mean and standard deviation, before it is cut off at 0 and 255


def pieces(photographs: Sequence[ArrayLike], number: int, seed: int, split: str) -> LabelledImages:
    """Pieces of photographs, each turned by a random multiple of 90 degrees, all of the same brightness and contrast.

    Args:
        photographs: grey pictures (h, w), one a class.
        number: of pieces, in all; classes take turns.
        seed: of places and turns.
        split: "train", the left part, or "test", the right part.

    Returns:
        images (number, 3, 32, 32), uint8, the three colours alike, and their classes 0, 1, ...

    Raises:
        ValueError: another split, no photograph, or one that is too small or not grey.
    """
    if split not in ("train", "test"):
        raise ValueError(f'`split` must be "train" or "test", got {split!r}')
    if not len(photographs):
        raise ValueError("`photographs` must hold at least one picture, got none")
    parts = [_part(torch.as_tensor(photograph), split) for photograph in photographs]
    random = seeded(seed, split == "test")
    labels = torch.arange(number) % len(parts)
    images = torch.stack([_piece(parts[label], random) for label in labels.tolist()])
    return LabelledImages(images, labels, f"{number} pieces of {len(parts)} photographs, {split}")


def _part(photograph: Tensor, split: str) -> Tensor:
    if photograph.ndim != 2:
        raise ValueError(f"`photographs` must be grey, of shape (h, w), got {tuple(photograph.shape)}")
    border = int(LEFT * photograph.shape[1])
    part = photograph[:, :border] if split == "train" else photograph[:, border:]
    if min(part.shape) < SIDE:
        raise ValueError(
            f"`photographs` must leave {SIDE} x {SIDE} pixels to each split, got {tuple(photograph.shape)}"
        )
    return part.float()


def _piece(part: Tensor, random: torch.Generator) -> Tensor:
    i, j = (int(torch.randint(size - SIDE + 1, (), generator=random)) for size in part.shape)
    piece = torch.rot90(part[i : i + SIDE, j : j + SIDE], int(torch.randint(4, (), generator=random)))
    piece = MIDDLE + SPREAD * (piece - piece.mean()) / piece.std().clamp_min(1)
    return piece.clamp(0, 255).round().to(torch.uint8).expand(3, SIDE, SIDE)
