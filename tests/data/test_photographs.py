"""Photographs, their degradations and patches."""

import pytest
import torch

from acda_core.data import photographs
from acda_core.experiments import image_quality
from acda_core.training.seeds import seeded


def test_photographs_are_colour_and_even_and_those_of_the_test_are_not_trained_on():
    for name in photographs.TRAIN + photographs.TEST:
        image = photographs.photograph(name)
        assert image.shape[0] == 3
        assert [size % 4 for size in image.shape[1:]] == [0, 0]
        assert 0 <= image.min() < image.max() <= 1
    assert not set(photographs.TRAIN) & set(photographs.TEST)


def test_noise_is_stronger_where_the_field_and_the_signal_are():
    flat = torch.full((3, 128, 128), 0.25)
    flat[:, 64:] = 0.75
    pair = photographs.degrade(flat, "denoise", 3)
    noise = pair.degraded - flat
    for part in (slice(0, 64), slice(64, 128)):
        gain = (0.001 + 0.019 * pair.strength[part]).mean()
        expected = gain * flat[0, part].mean() + 0.01**2
        assert noise[:, part].square().mean() == pytest.approx(expected.item(), rel=0.1)


def test_a_photograph_is_less_like_itself_where_the_blur_is_wide():
    random = torch.rand(3, 128, 128, generator=torch.Generator().manual_seed(0))
    pair = photographs.degrade(random, "sr2", 1)
    assert pair.degraded.shape == random.shape
    weak, strong = pair.strength < 0.4, pair.strength > 0.6
    assert image_quality.psnr(pair.degraded, random, where=weak) > image_quality.psnr(
        pair.degraded, random, where=strong
    )


def test_every_copy_of_a_photograph_has_a_degradation_of_its_own(monkeypatch):
    monkeypatch.setattr(photographs, "photograph", lambda name: torch.full((3, 8, 8), 0.1 * len(name)))
    pairs = photographs.training_pairs("denoise")
    assert len(pairs) == photographs.COPIES * len(photographs.TRAIN)
    strengths = {tuple(pair.strength.flatten().tolist()) for pair in pairs}
    assert len(strengths) == len(pairs)
    assert len({pair.clean[0, 0, 0].item() for pair in pairs}) == len({len(name) for name in photographs.TRAIN})


def test_patches_are_cut_and_mirrored_alike_from_both_pictures_and_depend_on_the_step_alone():
    clean = torch.arange(3 * 40 * 44.0).view(3, 40, 44)
    pair = photographs.Pair(clean + 0.5, clean, torch.zeros(40, 44))
    degraded, truth = photographs.patches([pair], 30, 16, seed=0, step=7)
    assert degraded.shape == truth.shape == (30, 3, 16, 16)
    torch.testing.assert_close(degraded, truth + 0.5)
    down, right = truth[:, 0, 1, 0] - truth[:, 0, 0, 0], truth[:, 0, 0, 1] - truth[:, 0, 0, 0]
    assert set(down.tolist()) == {-44.0, 44.0}
    assert set(right.tolist()) == {-1.0, 1.0}
    again, _ = photographs.patches([pair], 30, 16, seed=0, step=7)
    other, _ = photographs.patches([pair], 30, 16, seed=0, step=8)
    assert torch.equal(again, degraded)
    assert not torch.equal(other, degraded)


@pytest.mark.parametrize(("number", "size"), [(16, 32), (7, 33), (1, 40)])
def test_patches_are_where_the_generator_puts_them_one_number_after_the_other(number, size):
    random = torch.Generator().manual_seed(0)
    pairs = [
        photographs.Pair(*torch.rand(2, 3, *sides, generator=random), torch.zeros(sides))
        for sides in ((40, 44), (300, 41), (52, 1000))
    ]
    for step in range(20):
        random, degraded, clean = seeded(3, step), [], []
        for index in torch.randint(len(pairs), (number,), generator=random).tolist():
            sides = pairs[index].clean.shape[1:]
            top, left = (int(torch.randint(side - size + 1, (1,), generator=random)) for side in sides)
            axes = [axis for axis in (1, 2) if torch.rand(1, generator=random) < 0.5]
            for found, image in ((degraded, pairs[index].degraded), (clean, pairs[index].clean)):
                found.append(image[:, top : top + size, left : left + size].flip(axes))
        found = photographs.patches(pairs, number, size, 3, step)
        assert torch.equal(found[0], torch.stack(degraded))
        assert torch.equal(found[1], torch.stack(clean))
        pixels = torch.cat([pair.clean.flatten(1) for pair in pairs], 1)
        assert torch.equal(photographs.cut(pixels, photographs.places(pairs, number, size, 3, step), size), found[1])


def test_a_photograph_that_is_held_out_has_a_degradation_that_no_other_has(monkeypatch):
    monkeypatch.setattr(photographs, "photograph", lambda name: torch.full((3, 8, 8), 0.5))
    names = photographs.TEST + photographs.TRAIN
    held_out = photographs.held_out_pairs("denoise", names)
    assert tuple(held_out) == names
    pairs = [*held_out.values(), *photographs.training_pairs("denoise", names[1:])]
    assert len({tuple(pair.strength.flatten().tolist()) for pair in pairs}) == len(pairs) == 7 + 6 * photographs.COPIES
    again = photographs.held_out_pairs("denoise", ["coffee"])["coffee"]
    assert torch.equal(again.degraded, held_out["coffee"].degraded)


def test_patches_larger_than_a_photograph_are_refused():
    pair = photographs.Pair(torch.zeros(3, 8, 12), torch.zeros(3, 8, 12), torch.zeros(8, 12))
    with pytest.raises(ValueError, match="`size` must be at most the smallest side of a photograph, 8, got 9"):
        photographs.places([pair], 4, 9, 0, 0)


def test_unknown_names_are_named():
    with pytest.raises(ValueError, match=r"`name` must be one of chelsea, .*, got 'dog'"):
        photographs.photograph("dog")
    with pytest.raises(ValueError, match="`problem` must be one of denoise, sr2, got 'rain'"):
        photographs.degrade(torch.zeros(3, 8, 8), "rain", 0)
