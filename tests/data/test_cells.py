"""The loader of cells with dots, on files of the same form that the test writes, and the pictures made of them."""

import itertools

import numpy as np
import pytest
import torch
from dotted_cells import write_cells
from scipy.spatial import KDTree

from acda_core.data import objects
from acda_core.data.cells import Cells, cells, drawn
from acda_core.training.atomic import BrokenFile

SIDES = {"vgg": 96, "mbm": 120, "adi": 98}


@pytest.mark.parametrize("name", SIDES)
@pytest.mark.parametrize("reduce", [1, 2])
def test_pictures_come_with_their_dots_in_whatever_form_they_were_stored(name, reduce, tmp_path, monkeypatch):
    write_cells(tmp_path, SIDES)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    found = cells(name, reduce=reduce)
    side = SIDES[name] // reduce
    assert (found.images.shape, found.images.dtype) == ((7, 3, side, side), torch.uint8)
    assert [len(dots) for dots in found.dots] == [20 + 5 * index for index in range(7)]
    for image, dots in zip(found.images, found.dots, strict=True):
        row, column = dots.long().T
        assert image[:, row, column].min() > 180  # each dot is in its square
        assert ((dots * reduce) % 10 == 4.5).all()


def test_a_broken_file_of_cells_is_not_used(tmp_path):
    write_cells(tmp_path, {"vgg": 96}, vgg_offsets=np.array([0, 10]))
    with pytest.raises(BrokenFile, match=r"cells\.npz is broken or cut short: 1 pictures up to 10 of \d+ bytes"):
        cells("vgg", tmp_path)
    for rows in ([[0, 96, 3]], [[7, 3, 3]], [[0, -1, 3]], [[0, 3]]):
        write_cells(tmp_path, {"vgg": 96}, vgg_dots=np.array(rows))
        with pytest.raises(BrokenFile, match="there must be dots in 7 pictures of 96 x 96 pixels"):
            cells("vgg", tmp_path)
    with pytest.raises(BrokenFile, match="mbm_images"):
        cells("mbm", tmp_path)
    path = tmp_path / "cells.npz"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(BrokenFile, match="broken or cut short"):
        cells("vgg", tmp_path)


def test_missing_cells_and_other_sets_are_named(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"must name a folder with cells\.npz, made of https://.*; it is /"):
        cells("vgg", tmp_path)
    monkeypatch.delenv("ACDA_DATA_DIR", raising=False)
    with pytest.raises(FileNotFoundError, match="it is None"):
        cells("vgg")
    with pytest.raises(ValueError, match="`name` must be one of vgg, mbm, adi, got 'dcc'"):
        cells("dcc", tmp_path)


def numbered(number):
    """Pictures of one pixel that tells which they are."""
    images = torch.arange(number, dtype=torch.uint8)[:, None, None, None].expand(number, 3, 1, 1)
    return Cells(images, [torch.full((1, 2), float(index)) for index in range(number)])


def test_a_seed_draws_its_own_pictures_and_all_others_are_the_rest():
    pictures = numbered(40)
    draws = []
    for seed in (0, 1, 0):
        sides = drawn(pictures, 15, seed)
        indices = [side.images[:, 0, 0, 0].tolist() for side in sides]
        assert [[dots[0, 0] for dots in side.dots] for side in sides] == indices
        assert list(map(len, indices)) == [15, 25]
        assert sorted(itertools.chain(*indices)) == list(range(40))
        draws.append(indices)
    assert draws[0] == draws[2] != draws[1]
    for number in (0, 40):
        with pytest.raises(ValueError, match=f"`number` must be from 1 to 39, got {number}"):
            drawn(pictures, number, 0)


def test_dotted_pictures_are_scaled_and_as_large_as_the_map_needs_and_the_map_sums_to_the_dots(tmp_path):
    write_cells(tmp_path, SIDES)
    found = cells("adi", tmp_path)
    data = objects.dotted(found, 0.25, 0.5)
    assert data.images.shape == (7, 3, 100, 100)  # of 98 x 98
    torch.testing.assert_close(data.images[..., :98, :98], (found.images / 255 - 0.25) / 0.5)
    assert torch.equal(data.images[:, :, 97:], data.images[:, :, 97:98].expand(-1, -1, 3, -1))
    assert data.counts.tolist() == [[len(dots)] for dots in found.dots]
    torch.testing.assert_close(data.densities.sum((2, 3)), data.counts)
    assert data.densities.shape == (7, 1, 25, 25)


def test_the_spacing_is_the_distance_to_the_nearest_other_dot():
    dots = 600 * torch.rand(300, 2)
    expected = KDTree(dots.double().numpy()).query(dots.double().numpy(), 2)[0][:, 1]
    torch.testing.assert_close(objects.spacing(dots), torch.from_numpy(expected).float(), rtol=1e-4, atol=1e-4)
    near = torch.tensor([[500.0, 500.0], [500.0, 500.25]]).repeat(20, 1) + 10 * (torch.arange(40)[:, None] // 2)
    assert objects.spacing(near).allclose(torch.tensor(0.25))
