"""The lessons of the training panel: they learn, they are decided by their settings, and what they say is true."""

import dataclasses
import gzip
import math

import pytest
import torch
import torch.nn.functional as F

from acda_core.course import lessons
from acda_core.course.widgets import TrainingPanel
from acda_core.data import objects, photographs
from acda_core.experiments import ablation, classify, counting, image_quality, restoration, toy
from acda_core.training.seeds import batch_of

LESSONS = {  # makes one; its choices; where it starts; steps in which both learn, 0 where another test shows it
    "lenet": (lessons.TextureLesson, lessons.TEXTURE_CHOICES, lessons.TEXTURE_START, 20),
    "resnet": (lessons.TextureLesson, lessons.TEXTURE_CHOICES, {**lessons.TEXTURE_START, "network": "resnet"}, 12),
    "counting": (lessons.CountingLesson, lessons.COUNTING_CHOICES, lessons.COUNTING_START, 15),
    "restoration": (lessons.RestorationLesson, lessons.RESTORATION_CHOICES, lessons.RESTORATION_START, 0),
    "ablation": (lessons.AblationLesson, lessons.ABLATION_CHOICES, lessons.ABLATION_START, 40),
}
EACH = pytest.mark.parametrize("name", LESSONS)


def fresh(name, **settings):
    make, _, start, _ = LESSONS[name]
    return make(**{**start, **settings})


@pytest.fixture(scope="module", params=LESSONS)
def panel(request):
    """A panel that has trained a little."""
    make, choices, start, _ = LESSONS[request.param]
    torch.set_num_threads(1)
    one = TrainingPanel(make, choices, start, recorded="")
    one.train(3)
    one.name = request.param
    return one


def mean(losses):
    return sum(losses) / len(losses)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, (*_, steps) in LESSONS.items() if steps])
def test_the_losses_of_both_models_fall_from_the_start(name):
    lesson, steps = fresh(name), LESSONS[name][-1]
    for losses in zip(*(lesson.step() for _ in range(steps)), strict=True):
        assert mean(losses[-4:]) < 0.9 * mean(losses[:2])


@pytest.mark.slow
def test_restoration_starts_at_the_input_and_its_losses_on_the_same_patches_fall(monkeypatch):
    lesson = lessons.RestorationLesson()
    patches = photographs.patches
    monkeypatch.setattr(photographs, "patches", lambda pairs, number, size, seed, step: patches(pairs, 4, 32, 1, 0))
    degraded, clean = photographs.patches(lesson._pairs, 4, 32, 1, 0)
    for losses in zip(*(lesson.step() for _ in range(60)), strict=True):
        assert losses[0] == pytest.approx(F.mse_loss(degraded, clean).item())
        assert losses[-1] < 0.95 * losses[0]


@pytest.mark.slow
@EACH
def test_the_same_settings_give_the_same_losses_whatever_was_drawn_before(name):
    first = fresh(name, seed=3)
    losses = [first.step() for _ in range(2)]
    torch.manual_seed(17)
    state = torch.get_rng_state()
    again = fresh(name, seed=3)
    assert [again.step() for _ in range(2)] == losses
    assert torch.equal(torch.get_rng_state(), state)
    assert fresh(name, seed=4).step() != losses[0]


def test_answers_have_the_shape_of_the_picture_and_lie_between_0_and_1(panel):
    lesson = panel.lesson
    assert max(lesson.picture.shape) <= 260
    for answer, words in lesson.answers():
        assert answer.shape == lesson.picture.shape
        assert answer.min() >= 0
        assert answer.max() <= 1
        assert words
    assert len(lesson.models) == len(lesson.legend.names)


def test_a_stop_keeps_the_models(panel):
    models, steps = dict(panel.lesson.models), panel.steps
    panel.start()
    panel.stop()
    assert panel.steps >= steps
    assert panel.lesson.models == models
    assert all(parameter.isfinite().all() for model in models.values() for parameter in model.parameters())
    assert all(model.training for model in models.values())


def test_the_page_of_a_panel_that_has_trained_holds_its_frames_and_stays_small(panel):
    html = panel._repr_mimebundle_()[0]["text/html"]
    frames = panel.view.frames
    assert len(frames) >= 3
    for frame in frames:
        assert all(one in html for one in frame["maps"])
    assert f"After {panel.steps} steps of training" in html
    assert panel.lesson.legend.floor in html
    assert len(gzip.compress(html.encode())) / (1 + len(frames)) < 60_000 / 13


def test_the_words_on_textures_count_the_wrong_pieces():
    lesson = lessons.TextureLesson("resnet")
    lesson.step()
    for (squares, words), model in zip(lesson.answers(), lesson.models.values(), strict=True):
        wrong = classify.error(model, lesson.new) * len(lesson.new.labels) / 100
        assert words == f"{wrong:.0f} of 90 new pieces wrong"
        model.eval()
        piece = 3 * 4 + 1  # the fifth piece of grass
        scores = model(classify.pixels(lesson.new.images[piece : piece + 1]))
        assert squares[32 + 7, 4 * 32 + 5] == pytest.approx(scores.softmax(1)[0, 1].item(), rel=1e-3)
        shown = lesson.picture[32:64, 4 * 32 : 5 * 32]
        torch.testing.assert_close(shown, lesson.new.images[piece, 0] / 255)
    assert lesson.floor == pytest.approx(math.log(3))


def test_the_words_on_crowds_are_sums_of_densities_and_the_mean_error():
    lesson = lessons.CountingLesson(crowds=8)
    for _ in range(4):
        lesson.step()
    new = objects.crowds(counting.TEST_SEED, 20)
    for (answer, words), model in zip(lesson.answers(), lesson.models.values(), strict=True):
        counts = counting.predicted_counts(model, new.images)
        error = (counts - new.counts).abs().mean()
        assert words == f"counts {counts[7, 0]:.0f}; there are {len(new.centres[7])}; " + (
            f"mean error {error:.1f} on 20 new crowds"
        )
        density = model(new.images[7:8])[0, 0] / 100
        expected = (density / new.densities[7].max()).clamp(0, 1)
        torch.testing.assert_close(answer[::4, ::4], expected.detach(), rtol=1e-3, atol=1e-4)
    densities = 100 * objects.crowds(0, 8).densities
    assert lesson.floor == pytest.approx((densities - densities.mean()).square().mean().item(), rel=1e-4)


def test_a_lesson_on_crowds_mirrors_each_axis_in_its_own_turn_as_the_experiment_does():
    lesson, seen = lessons.CountingLesson(crowds=4), []
    lesson._data = dataclasses.replace(lesson._data, mirrors=(2, 3))
    watched = torch.nn.AvgPool2d(counting.STEP)
    watched.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    lesson.models = {"watched": watched}
    for step, axes in enumerate(([], [2], [3], [2, 3])):
        lesson._losses(step)
        chosen = batch_of(step, 4, 4, 0)
        assert torch.equal(seen[step], lesson._data.images[chosen].flip(axes))


def test_the_words_on_restoration_are_psnrs_of_the_cut_out():
    lesson = lessons.RestorationLesson()
    lesson.step()
    new = lesson.new
    given = image_quality.psnr(new.degraded, new.clean, 4)
    whole = photographs.held_out_pairs("denoise")
    assert any(torch.equal(pair.clean[:, 60:120, 170:230], new.clean) for pair in whole.values())
    for (answer, words), model in zip(lesson.answers(), lesson.models.values(), strict=True):
        image = restoration.restored(model, new.degraded)
        assert words == f"{image_quality.psnr(image, new.clean, 4):.1f} dB; given {given:.1f} dB"
        torch.testing.assert_close(answer.double(), (image_quality.luma(image) - 16) / 219, rtol=0, atol=1e-6)
    pairs = photographs.training_pairs("denoise")[: len(photographs.TRAIN)]
    errors = [(pair.degraded - pair.clean).square().mean().item() for pair in pairs]
    assert lesson.floor == pytest.approx(mean(errors), rel=1e-4)


def test_the_words_on_the_ablation_are_the_scores_on_its_map():
    lesson = lessons.AblationLesson("batch norm, tanh")
    losses = lesson.step()
    assert losses[0] == pytest.approx(ablation_loss(ablation.make_layer("base", 0), lesson), rel=1e-5)
    assert lesson.legend.names == ("The base variant", "batch norm, tanh")
    for (_, words), model in zip(lesson.answers(), lesson.models.values(), strict=True):
        score = toy.score(model, lesson.sample)
        assert words == f"finds {score.found} of 10; false alarms: {score.false_alarms}"


def ablation_loss(layer, lesson):
    return F.mse_loss(layer(lesson.sample.image), lesson.sample.target).item()


@pytest.mark.parametrize("variant", lessons.ABLATION_CHOICES["variant"])
def test_every_variant_can_be_trained(variant):
    assert all(math.isfinite(loss) for loss in lessons.AblationLesson(variant).step())


@EACH
def test_the_start_is_among_the_choices(name):
    _, choices, start, _ = LESSONS[name]
    assert choices.keys() == start.keys()
    assert all(start[setting] in choices[setting] for setting in start)


def test_what_cannot_be_is_an_error_that_names_it():
    with pytest.raises(ValueError, match="`network` must be one of lenet, resnet, got 'vgg'"):
        lessons.TextureLesson("vgg")
    with pytest.raises(ValueError, match=r"`name` must be one of base, .*, got 'm = 99'"):
        lessons.AblationLesson("m = 99")
