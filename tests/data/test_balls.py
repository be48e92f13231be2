"""Synthetic balls: every combination of size, contrast and density, and none depends on another."""

import pytest
import torch

from acda_core.data import balls as made
from acda_core.data.balls import balls
from acda_core.data.objects import STEP, scattered
from acda_core.experiments.statistics import rank_correlation


@pytest.fixture(scope="module")
def many():
    return [balls(seed) for seed in range(150)]


def test_the_same_seed_gives_the_same_balls_and_another_gives_others():
    one, again, other = balls(3), balls(3), balls(4)
    assert torch.equal(one.image, again.image)
    assert torch.equal(one.dots, again.dots)
    assert not torch.equal(one.image, other.image)


def test_each_quarter_has_few_or_many_balls_pale_or_clear_and_each_pair_once(many):
    half = torch.tensor([48, 64])
    for one in many:
        quarters = (one.dots >= half).long() @ torch.tensor([2, 1])
        kinds = set()
        for quarter in range(4):
            inside = quarters == quarter
            (crowded,), (clear,) = (part[inside].unique() for part in (one.crowded, one.clear))
            fewest, most = made.MANY if crowded else made.FEW
            assert fewest <= inside.sum() <= most
            kinds.add((bool(crowded), bool(clear)))
        assert len(kinds) == 4


def test_size_depends_on_neither_density_nor_contrast_nor_place(many):
    sizes, crowded, clear = (torch.cat([getattr(one, name) for one in many]) for name in ("sizes", "crowded", "clear"))
    assert made.SMALLEST <= sizes.min() < made.SMALLEST + 1
    assert made.LARGEST - 1 < sizes.max() <= made.LARGEST
    beyond = 3.5 / len(sizes) ** 0.5  # standard errors of a correlation of what is independent
    rows, columns = torch.cat([one.dots for one in many]).T
    for other in (crowded.float(), clear.float(), rows, columns, (rows - 48).abs(), (columns - 64).abs()):
        assert abs(rank_correlation(sizes, other)) < beyond


def test_every_ball_is_whole_in_the_picture_and_most_of_it_can_be_seen(many):
    """Painted in order of size, and places with room are taken: what the picture shows at a dot is the ball's."""
    for one in many:
        radius = one.sizes[:, None] / 2
        assert (one.dots - radius >= 0).all()
        assert (one.dots + radius <= torch.tensor([96.0, 128.0])).all()
        gaps = torch.cdist(one.dots, one.dots).fill_diagonal_(torch.inf)
        assert (gaps.min(1).values > made.SMALLEST / 2).all()


def test_a_ball_differs_from_the_ground_by_its_contrast_in_the_middle_and_by_half_of_it_at_the_edge():
    dots, sizes = torch.tensor([[48.5, 40.5], [48.5, 90.5]]), torch.tensor([28.0, 20.0])
    image = made._drawn(torch.tensor([0.5]), dots, sizes, torch.tensor([made.CLEAR, -made.PALE]), 96, 128)
    assert image[48, 40] == pytest.approx(0.5 + made.CLEAR)
    assert image[48, 90] == pytest.approx(0.5 - made.PALE)
    assert image[48, 40 + 13] == pytest.approx(0.5 + made.CLEAR / 2, abs=0.1)
    assert image[48, 40 + 15] == 0.5
    areas = [sum(i**2 + j**2 < radius**2 for i in range(-14, 15) for j in range(-14, 15)) for radius in (14, 10)]
    assert [(image > 0.5).sum(), (image < 0.5).sum()] == areas


def test_small_balls_lie_over_large_ones():
    dots, sizes = torch.tensor([[48.0, 60.0], [48.0, 64.0]]), torch.tensor([6.0, 28.0])
    image = made._drawn(torch.tensor([0.5]), dots, sizes, torch.tensor([0.4, -0.4]), 96, 128)
    assert image[48, 60] > 0.8
    assert image[48, 70] < 0.2


def test_of_the_places_tried_a_ball_takes_the_one_with_most_room():
    start, extent, sizes = torch.zeros(2, 2), torch.tensor([10.0, 10.0]), torch.tensor([2.0, 2.0])
    draws = torch.tensor([[[0.0, 0.0], [1.0, 1.0]], [[0.1, 0.1], [0.9, 0.9]]])
    assert made._spread(start, extent, sizes, draws).tolist() == [[0, 0], [9, 9]]


def test_the_map_of_scattered_balls_sums_to_their_number(many):
    pictures = scattered(many[:20])
    assert pictures.images.shape == (20, 1, 96, 128)
    assert pictures.densities.shape == (20, 1, 96 // STEP, 128 // STEP)
    torch.testing.assert_close(pictures.densities.sum((2, 3)), pictures.counts, atol=1e-3, rtol=0)
    assert pictures.counts[:, 0].tolist() == [len(one.dots) for one in many[:20]]


@pytest.mark.parametrize("sides", [{"height": 62}, {"width": 62}, {"height": 97}])
def test_a_picture_that_cannot_have_quarters_of_balls_is_refused(sides):
    with pytest.raises(ValueError, match="`height` and `width` must be even and at least 64, got "):
        balls(0, **sides)
