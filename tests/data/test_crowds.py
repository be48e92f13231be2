"""Synthetic crowds and their density maps."""

import pytest
import torch

from acda_core.data.crowds import FURTHEST, NEAREST, crowd, density_map


def test_the_same_seed_gives_the_same_crowd_and_another_gives_another():
    one, again, other = crowd(3), crowd(3), crowd(4)
    assert torch.equal(one.image, again.image)
    assert torch.equal(one.dots, again.dots)
    assert not torch.equal(one.image, other.image)


@pytest.mark.parametrize("seed", range(5))
def test_people_are_smaller_the_higher_they_stand_in_the_picture(seed):
    found = crowd(seed, fewest=30, most=40)
    feet = found.dots[:, 0] + 1.5 * found.sizes
    order = feet.argsort()
    assert (found.sizes[order].diff() >= -1e-4).all()
    slope = found.sizes.diff() / feet.diff()
    torch.testing.assert_close(slope, slope[:1].expand_as(slope), rtol=1e-2, atol=1e-3)  # linear
    assert found.sizes.min() >= 96 * FURTHEST
    assert found.sizes.max() <= 96 * NEAREST


@pytest.mark.parametrize("seed", range(5))
def test_every_dot_is_in_the_picture_and_hidden_heads_have_none(seed):
    found = crowd(seed, fewest=150, most=150)
    assert 0 < len(found.dots) < 150  # some are hidden
    assert (found.dots >= 0).all()
    assert (found.dots < torch.tensor([96, 128])).all()
    assert found.image.shape == (1, 96, 128)
    assert 0 <= found.image.min() <= found.image.max() <= 1


def test_a_lone_head_is_where_its_dot_says():
    found = next(one for one in map(crowd_of_one, range(50)) if one.sizes[0] > 6)
    row, column = found.dots[0].long().tolist()
    radius = int(found.sizes[0] / 2)
    head = found.image[0, row - radius + 1 : row + radius, column - radius // 2 : column + radius // 2 + 1]
    assert head.std() < 0.05  # one shade


def test_a_crowd_of_nobody_has_no_dots_and_no_density():
    none = crowd(0, fewest=0, most=0)
    assert len(none.dots) == 0
    assert density_map(none.dots, 96, 128).sum() == 0


def crowd_of_one(seed):
    return crowd(seed, fewest=1, most=1, noise=0.0)


@pytest.mark.parametrize("step", [1, 2, 4])
def test_a_density_map_sums_to_the_number_of_dots(step):
    found = crowd(7)
    density = density_map(found.dots, 96, 128, sigma=3.0, step=step)
    assert density.shape == (1, 96 // step, 128 // step)
    assert density.sum().item() == pytest.approx(len(found.dots), rel=1e-4)
    assert (density >= 0).all()


def test_a_density_map_is_a_gaussian_about_its_dot():
    density = density_map(torch.tensor([[20.5, 30.5]], dtype=torch.float64), 64, 64, sigma=2.0)[0]
    assert density.argmax() == 20 * 64 + 30
    assert (density[20, 32] / density[20, 30]).item() == pytest.approx(torch.exp(torch.tensor(-0.5)).item(), rel=1e-5)
    torch.testing.assert_close(density[18:23, 28:33], density[18:23, 28:33].T)


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_a_smaller_spread_draws_all_sizes_towards_their_mean_and_moves_nobody(spread):
    one, other = (crowd(5, fewest=9, most=9, noise=0, spread=value) for value in (1.0, spread))
    middle = 96 * (NEAREST + FURTHEST) / 2
    everybody, feet = (set(map(tuple, (part.dots + torch.stack([1.5 * part.sizes, 0 * part.sizes], 1)).round(
        decimals=2).tolist())) for part in (one, other))  # fmt: skip
    seen = everybody & feet
    assert len(seen) >= 5  # some may be hidden in one of the two
    sizes = [{round(float(dot[1]), 2): float(size) for dot, size in zip(part.dots, part.sizes, strict=True)}
             for part in (one, other)]  # fmt: skip
    for column in sizes[0].keys() & sizes[1].keys():
        assert sizes[1][column] - middle == pytest.approx(spread * (sizes[0][column] - middle), abs=1e-4)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="`spread` must be from 0 to 1, got 2"):
        crowd(0, spread=2)
    with pytest.raises(ValueError, match="`height` and `width` must be at least 32, got 16 and 128"):
        crowd(0, height=16)
    with pytest.raises(ValueError, match="0 <= fewest <= most, got 9 and 3"):
        crowd(0, fewest=9, most=3)
    with pytest.raises(ValueError, match=r"`dots` must have shape \(number, 2\), got \(3,\)"):
        density_map(torch.zeros(3), 32, 32)
    with pytest.raises(ValueError, match="`step` must divide 96 and 128, got 5"):
        density_map(torch.zeros(0, 2), 96, 128, step=5)
