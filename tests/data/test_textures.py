"""Pieces of photographs to classify."""

import numpy as np
import pytest
import torch

from acda_core.data import textures

WIDTH = 120
BORDER = int(textures.LEFT * WIDTH)


@pytest.fixture
def photographs():
    """Noise whose columns can be told: those of the left part are even, the others odd."""
    noise = np.random.default_rng(0).integers(1, 120, (2, 64, WIDTH)) * 2
    noise[:, :, BORDER:] += 1
    return list(noise)


def found_in(piece, part):
    """Whether a piece, turned back and scaled, is a window of a part of a photograph."""
    windows = torch.as_tensor(part).float().unfold(0, textures.SIDE, 1).unfold(1, textures.SIDE, 1).flatten(0, 1)
    windows = windows - windows.mean((1, 2), keepdim=True)
    windows = windows / windows.flatten(1).norm(dim=1)[:, None, None]
    best = 0.0
    for turns in range(4):
        turned = torch.rot90(piece.float(), -turns)
        turned = turned - turned.mean()
        best = max(best, ((windows * turned).sum((1, 2)) / turned.norm()).max().item())
    return best > 0.99


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_piece_is_a_window_of_its_split_of_the_photograph_of_its_class(photographs, split):
    data = textures.pieces(photographs, 8, seed=3, split=split)
    assert data.labels.tolist() == [0, 1] * 4
    for image, label in zip(data.images, data.labels.tolist(), strict=True):
        left, right = photographs[label][:, :BORDER], photographs[label][:, BORDER:]
        mine, other = (left, right) if split == "train" else (right, left)
        assert torch.equal(image[0], image[1])
        assert found_in(image[0], mine)
        assert not found_in(image[0], other)


def test_brightness_and_contrast_tell_nothing(photographs):
    photographs[1] = photographs[1] // 4 + 100
    images = textures.pieces(photographs, 20, 0, "train").images.float()
    assert images.mean((1, 2, 3)) == pytest.approx(torch.full((20,), textures.MIDDLE).numpy(), abs=3)
    assert images[:, 0].flatten(1).std(1) == pytest.approx(torch.full((20,), textures.SPREAD).numpy(), abs=5)


def test_the_seed_decides(photographs):
    same = [textures.pieces(photographs, 6, seed, "test").images for seed in (1, 1, 2)]
    assert torch.equal(same[0], same[1])
    assert not torch.equal(same[0], same[2])


def test_what_cannot_be_cut_is_refused(photographs):
    with pytest.raises(ValueError, match='`split` must be "train" or "test", got \'all\''):
        textures.pieces(photographs, 4, 0, "all")
    with pytest.raises(ValueError, match="`photographs` must hold at least one picture"):
        textures.pieces([], 4, 0, "train")
    with pytest.raises(ValueError, match="must be grey"):
        textures.pieces([np.zeros((64, 64, 3))], 4, 0, "train")
    with pytest.raises(ValueError, match="must leave 32 x 32 pixels to each split"):
        textures.pieces([np.zeros((64, 64))], 4, 0, "test")
