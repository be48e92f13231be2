"""The toy's samples: what is placed, where, and that a seed says it all."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from acda_core.data.patterns import DRAWINGS, OTHERS, TOY, drawing, toy_sample


def squares(sample):
    """For each pattern the rows and columns of its square."""
    for (row, column), side in zip(sample.positions.tolist(), sample.sizes.tolist(), strict=True):
        reach = side // 2
        yield range(row - reach, row + reach + 1), range(column - reach, column + reach + 1)


@pytest.mark.parametrize("seed", range(5))
def test_the_target_is_1_at_25_centres_and_0_elsewhere(seed):
    sample = toy_sample(seed)
    assert sample.image.shape == sample.target.shape == (1, 1, 100, 100)
    assert sample.target.unique().tolist() == [0, 1]
    centres = {tuple(centre) for centre in sample.target[0, 0].nonzero().tolist()}
    assert centres == {tuple(position) for position in sample.positions.tolist()}
    assert len(centres) == len(sample.sizes) == 25


def test_the_three_sizes_take_turns():
    assert sorted(toy_sample(0).sizes.tolist()) == [3] * 9 + [5] * 8 + [7] * 8


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(30, 60), st.integers(1, 6))
def test_patterns_lie_whole_on_the_map_and_touch_neither_each_other_nor_the_border(seed, size, number):
    owner = torch.full((size + 2, size + 2), -1)
    owner[1:-1, 1:-1] = 0
    for index, (rows, columns) in enumerate(squares(toy_sample(seed, size, number)), start=1):
        around = [
            (row, column)
            for row in range(rows[0] - 1, rows[-1] + 2)
            for column in range(columns[0] - 1, columns[-1] + 2)
        ]
        assert all(owner[row + 1, column + 1] <= 0 for row, column in around)
        for row in rows:
            for column in columns:
                assert owner[row + 1, column + 1] == 0
                owner[row + 1, column + 1] = index


def test_without_noise_the_map_holds_the_drawings_and_nothing_else():
    sample = toy_sample(3, noise=0)
    rest = sample.image[0, 0].clone()
    by_side = {len(pattern): pattern for pattern in sample.patterns}
    for rows, columns in squares(sample):
        window = rest[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert torch.equal(window, by_side[len(rows)])
        window.zero_()
    assert rest.abs().max() == 0


def test_noise_is_normal_with_the_asked_spread_and_the_same_under_every_pattern():
    noise = toy_sample(0, noise=0.3).image - toy_sample(0, noise=0).image
    assert noise.std().item() == pytest.approx(0.3, rel=0.03)
    assert noise.mean().item() == pytest.approx(0, abs=0.01)
    others = toy_sample(0, noise=0.3, patterns=OTHERS)
    torch.testing.assert_close(others.image - toy_sample(0, noise=0, patterns=OTHERS).image, noise)


def test_other_patterns_of_the_same_sizes_take_the_same_places():
    one, other = toy_sample(7), toy_sample(7, patterns=OTHERS)
    assert torch.equal(one.positions, other.positions)
    assert torch.equal(one.sizes, other.sizes)
    assert torch.equal(one.target, other.target)
    assert not torch.equal(one.image, other.image)


def test_a_seed_gives_one_sample_whatever_the_global_generator_does_and_leaves_it_alone():
    torch.manual_seed(1)
    first = toy_sample(0)
    after = torch.rand(1)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(1), after)
    assert torch.equal(toy_sample(0).image, first.image)
    assert not torch.equal(toy_sample(1).positions, first.positions)


def test_a_tensor_can_be_a_pattern():
    corner = torch.tensor([[1.0, 0, 0], [0, 0, 0], [0, 0, 0]])
    sample = toy_sample(0, number=4, noise=0, patterns=[corner])
    assert torch.equal(sample.image[0, 0].nonzero() + 1, sample.target[0, 0].nonzero())


def test_the_drawings_are_squares_of_3_5_and_7_pixels_and_all_different():
    assert [drawing(name).shape[0] for name in (*TOY, *OTHERS)] == [3, 5, 7, 3, 5, 7]
    assert all(drawing(name).shape == (len(drawing(name)),) * 2 for name in DRAWINGS)
    assert len({DRAWINGS[name] for name in (*TOY, *OTHERS)}) == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 20}, r"`size` must leave room for 25 patterns, got 20: \d+ fit"),
        ({"size": 5, "number": 1, "patterns": ["target"]}, "`size` must leave room for 1 patterns, got 5: 0 fit"),
        ({"size": 0}, "`size` and `number` must be at least 1, got 0 and 25"),
        ({"number": 0}, "`size` and `number` must be at least 1, got 100 and 0"),
        ({"noise": -0.1}, "`noise` must be at least 0, got -0.1"),
        ({"noise": float("nan")}, "`noise` must be at least 0, got nan"),
        ({"seed": -1}, "a seed must be from 0 to .*, got -1"),
        ({"patterns": []}, "`patterns` must hold at least one pattern, got none"),
        ({"patterns": ["circle"]}, "`name` must be one of square, .*, got 'circle'"),
        ({"patterns": [torch.ones(2, 2)]}, r"`patterns` must be squares of odd side, got shape \(2, 2\)"),
        ({"patterns": [torch.ones(3, 5)]}, r"`patterns` must be squares of odd side, got shape \(3, 5\)"),
    ],
)
def test_what_cannot_be_made_is_an_error_that_says_so(arguments, message):
    with pytest.raises(ValueError, match=message):
        toy_sample(**{"seed": 0, **arguments})
