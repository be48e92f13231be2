"""Noise that varies within a tile at a fixed mean variance."""

import pytest
import torch

from acda_core.data import photographs, uneven_noise
from acda_core.data.uneven_noise import VARIANCE, noisy_tiles

LEVELS = 0, 1 / 3, 2 / 3, 1


@pytest.fixture(scope="module")
def images():
    random = torch.Generator().manual_seed(0)
    return [torch.rand(3, 60, 47, generator=random), torch.rand(3, 40, 90, generator=random)]


@pytest.mark.parametrize("h", LEVELS)
def test_the_variance_has_a_fixed_mean_and_its_spread_over_its_mean_is_h(h, images):
    tiles = noisy_tiles(images, 400, h, 1)
    squared = (tiles.noisy - tiles.clean).square().mean(1)
    strong, weak = squared[tiles.strong].mean(), squared[~tiles.strong].mean()
    assert (strong + weak).item() / 2 == pytest.approx(VARIANCE, rel=0.02)
    assert ((strong - weak) / (strong + weak)).item() == pytest.approx(h, abs=0.01)


def test_noise_is_normal_and_independent_from_pixel_to_pixel(images):
    tiles = noisy_tiles(images, 200, 0, 2)
    noise = (tiles.noisy - tiles.clean) / VARIANCE**0.5
    assert noise.mean().abs() < 0.01
    assert noise.pow(4).mean().item() == pytest.approx(3, rel=0.03)
    assert (noise[..., 1:] * noise[..., :-1]).mean().abs() < 0.01


def test_one_half_of_every_tile_is_strong_and_it_comes_in_blobs(images):
    strong = noisy_tiles(images, 50, 0.5, 3).strong
    assert (strong.sum((1, 2)) == strong[0].numel() / 2).all()
    alike = (strong[:, 1:] == strong[:, :-1]).float().mean()
    assert alike > 0.9  # a pixel and the one below it
    assert not torch.equal(strong[0], strong[1])


def test_h_changes_the_strength_of_the_noise_alone(images):
    even, uneven = (noisy_tiles(images, 5, h, 4) for h in (0, 0.5))
    assert torch.equal(even.clean, uneven.clean)
    assert torch.equal(even.strong, uneven.strong)
    ratio = ((uneven.noisy - uneven.clean) / (even.noisy - even.clean)).abs().amax(1).square()
    expected = torch.where(even.strong, 1.5, 0.5)
    torch.testing.assert_close(ratio, expected, atol=2e-3, rtol=2e-3)


def test_tiles_are_parts_of_the_photographs_and_depend_on_the_seeds_alone(images):
    tiles, again, other = (noisy_tiles(images, 20, 0.3, *seeds) for seeds in ((0, 1), (0, 1), (0, 2)))
    assert torch.equal(tiles.noisy, again.noisy)
    assert not torch.equal(tiles.clean, other.clean)
    windows = torch.cat([one.unfold(1, 32, 1).unfold(2, 32, 1).permute(1, 2, 0, 3, 4).flatten(0, 1) for one in images])
    assert all((windows == tile).flatten(1).all(1).any() for tile in tiles.clean)


def test_no_photograph_is_in_two_parts_and_all_are_there():
    parts = uneven_noise.TRAIN, uneven_noise.VALIDATION, uneven_noise.TEST
    names = [name for part in parts for name in part]
    assert len(set(names)) == len(names)
    assert set(names) == {*photographs.TRAIN, *photographs.TEST}
    assert uneven_noise.TEST == photographs.TEST


def test_what_cannot_be_is_refused(images):
    with pytest.raises(ValueError, match=r"`h` must be from 0 to 1, got 1\.5"):
        noisy_tiles(images, 1, 1.5, 0)
    with pytest.raises(ValueError, match="`side` must be even and at least 2, got 31"):
        noisy_tiles(images, 1, 0.5, 0, side=31)
