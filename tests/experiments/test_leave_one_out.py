"""Photographs that are held out in turn: the folds, the choice of rates, and rows, on small synthetic pictures."""

import itertools
import json
import signal
import sys

import pytest
import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from acda_core import __main__
from acda_core.data import photographs
from acda_core.experiments import image_quality, leave_one_out, restoration, restoration_rivals

FOLDS = leave_one_out.FOLDS


def field(name):
    """A smooth picture of 40 x 44 pixels that is no other photograph's."""
    coarse = torch.rand(1, 3, 9, 9, generator=torch.Generator().manual_seed(FOLDS.index(name)))
    return nn.functional.interpolate(coarse, (40, 44), mode="bilinear")[0]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Synthetic pictures, small batches, one rate less, and a folder of its own."""
    monkeypatch.setattr(photographs, "photograph", field)
    monkeypatch.setattr(restoration, "BATCH", 2)
    monkeypatch.setattr(leave_one_out, "RATES", (1e-3, 4e-3))
    monkeypatch.chdir(tmp_path)
    leave_one_out.fold_of.cache_clear()
    yield tmp_path
    leave_one_out.fold_of.cache_clear()


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "leave_one_out", "--device", "cpu", *words])
    __main__.main()


def rows(path):
    return [
        {key: value for key, value in row.items() if key != "seconds"}
        for row in json.loads(path.read_text())["results"]
    ]


def seen(fold):
    """Names of the photographs that networks learn from, as often as they are there."""
    return [name for pair in fold.train for name in FOLDS if torch.equal(pair.clean, field(name))]


@pytest.mark.parametrize("validated", [False, True])
def test_every_photograph_is_judged_by_once_and_never_learned_from_in_its_fold(validated, small):
    judged = []
    for held_out in FOLDS:
        fold = leave_one_out.fold_of("denoise", held_out, validated)
        assert torch.equal(fold.pair.clean, field(fold.photograph))
        judged.append(fold.photograph)
        others = set(FOLDS) - {held_out, fold.photograph}
        assert set(seen(fold)) == others
        assert len(seen(fold)) == photographs.COPIES * len(others)
        assert (fold.photograph != held_out) is validated
        assert not any(torch.equal(pair.degraded, fold.pair.degraded) for pair in fold.train)
    assert sorted(judged) == sorted(FOLDS)


def test_no_two_folds_or_seeds_share_their_random_numbers():
    seeds = [leave_one_out.seed_of(*both) for both in itertools.product(FOLDS, range(3))]
    assert len(set(seeds)) == len(seeds)


def test_the_linear_filter_is_the_best_for_the_photographs_that_are_learned_from(small):
    fold = leave_one_out.fold_of("denoise", "rocket")
    layer = nn.Conv2d(3, 3, 5, padding=2).double()
    degraded, clean = (torch.stack([getattr(pair, part).double() for pair in fold.train]) for part in
                       ("degraded", "clean"))  # fmt: skip
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=400, history_size=50, tolerance_change=1e-14)

    def loss():
        optimizer.zero_grad()
        value = nn.functional.mse_loss(layer(degraded), clean)
        value.backward()
        return value

    optimizer.step(loss)
    with torch.no_grad():
        image = layer(fold.pair.degraded[None].double())[0].float().clamp(0, 1)
    found = restoration.quality(image, fold.pair)
    assert fold.beside["psnr_linear"] == pytest.approx(found["psnr"], abs=0.02)
    assert fold.beside["ssim_linear"] == pytest.approx(found["ssim"], abs=1e-3)


def test_a_row_tells_what_was_held_out_and_how_near_it_was_restored(small, monkeypatch):
    what = ["--network", "one_kpn", "plain_3x3", "--fold", "coffee", "hubble_deep_field", "--steps", "1", "2"]
    command(monkeypatch, *what, "--seed", "0", "1", "--out", "out.json")
    stored = json.loads((small / "out.json").read_text())
    found = stored["results"]
    assert [(row["fold"], row["seed"], row["steps"], row["conv"]) for row in found] == list(
        itertools.product(("coffee", "hubble_deep_field"), (0, 1), (1, 2), ("one_kpn", "plain_3x3"))
    )
    assert stored["command"] == (
        "python -m acda_core leave_one_out --problem denoise --network one_kpn plain_3x3 "
        "--fold coffee hubble_deep_field --steps 1 2 --seed 0 1 --device cpu"
    )
    assert "synthetic degradation" in stored["data"]
    for row in found:
        fold = leave_one_out.fold_of("denoise", row["fold"])
        assert (row["photograph"], row["split"], row["rate"]) == (row["fold"], "test", restoration.HIGHEST_RATE)
        noisy = image_quality.psnr(fold.pair.degraded, fold.pair.clean, restoration.SHAVE)
        assert row["psnr_noisy"] == noisy
        assert row["psnr_linear"] > noisy
        network = restoration_rivals.make_network(row["conv"], 0)
        assert row["multiply_adds"] == restoration_rivals.cost(network)
        if row["conv"] == "one_kpn":
            assert row["psnr"] == pytest.approx(noisy, abs=0.5)  # it begins as the identity


def test_each_network_of_a_fold_is_trained_on_the_same_patches_from_weights_that_the_fold_decides(small, monkeypatch):
    given = []
    train = restoration.train_network

    def note(network, pairs, steps, seed, *more, **options):
        weights = next(network.parameters()).detach().clone()
        given.append((seed, options["highest"], weights, photographs.places(pairs, 2, 32, seed, 0)))
        return train(network, pairs, steps, seed, *more, **options)

    monkeypatch.setattr(restoration, "train_network", note)
    command(monkeypatch, "--network", "one_kpn", "one_bpn", "--fold", "coffee", "chelsea", "--steps", "1")
    (kpn, bpn), (other, _) = given[:2], given[2:]
    assert kpn[:2] == bpn[:2] == (1, restoration.HIGHEST_RATE)
    assert torch.equal(kpn[3], bpn[3])
    assert not torch.equal(kpn[3], other[3])
    assert not torch.equal(kpn[2], other[2])


def test_blur_can_be_taken_in_the_place_of_noise(small, monkeypatch):
    command(monkeypatch, "--problem", "sr2", "--network", "one_conv", "--fold", "rocket", "--steps", "1", "--out", "a")
    (row,) = rows(small / "a")
    assert row["problem"] == "sr2"
    assert row["psnr_linear"] > row["psnr_noisy"]


def test_rates_are_chosen_in_each_fold_on_a_photograph_beside_the_one_held_out(small, monkeypatch):
    what = ["--network", "one_conv", "one_kpn", "--fold", "hubble_deep_field", "coffee", "--out"]
    command(monkeypatch, "--rates", *what, "rates.json", "--steps", "2")
    tried = rows(small / "rates.json")
    folds = ("hubble_deep_field", "coffee")
    assert [(row["fold"], row["conv"], row["rate"]) for row in tried] == list(
        itertools.product(folds, ("one_conv", "one_kpn"), leave_one_out.RATES)
    )
    assert {(row["fold"], row["photograph"]) for row in tried} == {
        ("hubble_deep_field", "astronaut"),
        ("coffee", "chelsea"),
    }
    assert all(row["split"] == "validation" and row["validation_error"] > 0 for row in tried)
    command(monkeypatch, "--tuned", "rates.json", *what, "out.json", "--steps", "1", "3")
    found = rows(small / "out.json")
    for row in found:
        own = {one["rate"]: one["validation_error"] for one in tried
               if (one["fold"], one["conv"]) == (row["fold"], row["conv"])}  # fmt: skip
        assert row["rate"] == min(own, key=own.get)
        assert row["split"] == "test"
        assert "validation_error" not in row
    assert " --tuned rates.json --network " in json.loads((small / "out.json").read_text())["command"]
    (small / "results").mkdir()
    (small / "rates.json").rename(small / "results" / f"{leave_one_out.TUNED}.json")
    command(monkeypatch, "--tuned", *what, "again.json", "--steps", "1", "3")
    assert rows(small / "again.json") == found
    assert " --tuned --network " in json.loads((small / "again.json").read_text())["command"]


def test_a_rate_at_which_a_training_diverges_is_not_the_one_that_is_taken(small, monkeypatch):
    monkeypatch.setattr(leave_one_out, "RATES", (1e30, 1e-3))
    what = ["--network", "plain_3x3", "--fold", "coffee", "--steps", "4"]
    command(monkeypatch, "--rates", *what, "--out", "rates.json")
    diverged, other = rows(small / "rates.json")
    assert (diverged["last_loss"], set(diverged)) == (None, set(other))
    assert diverged["validation_error"] == pytest.approx(field("chelsea").square().mean().item())
    command(monkeypatch, "--tuned", "rates.json", *what, "--out", "out.json")
    assert [row["rate"] for row in rows(small / "out.json")] == [1e-3]
    with pytest.raises(FloatingPointError):
        leave_one_out.run_one("plain_3x3", "coffee", 4, 0, 1e30, None)


def test_a_training_takes_the_best_rate_of_the_length_tried_that_is_nearest():
    best = {100: 1e-3, 1000: 1e-2}
    tried = [
        {"conv": "acda", "fold": "coffee", "problem": "denoise", "steps": steps, "rate": rate,
         "validation_error": float(rate != best[steps])}
        for steps, rate in itertools.product(best, (1e-3, 1e-2))
    ]  # fmt: skip
    for steps, nearest in ((1, 100), (300, 100), (330, 1000), (20_000, 1000)):
        assert leave_one_out.tuned_rate(tried, "acda", "coffee", steps, "denoise") == best[nearest]


def test_a_training_that_was_stopped_goes_on_to_the_same_rows(small, monkeypatch):
    what = ["--network", "one_kpn", "--fold", "coffee", "--steps", "1", "4", "--out"]
    command(monkeypatch, *what, "whole.json")
    taken = []

    def stop(optimizer, given, keywords):
        taken.append(optimizer)
        if len(taken) == 3:
            signal.raise_signal(signal.SIGINT)

    hook = register_optimizer_step_pre_hook(stop)
    with pytest.raises(SystemExit, match="--resume goes on"):
        command(monkeypatch, *what, "out.json")
    hook.remove()
    command(monkeypatch, *what, "out.json", "--resume")
    assert rows(small / "out.json") == rows(small / "whole.json")


def test_what_cannot_be_is_refused_before_a_step_is_taken(small, monkeypatch, capsys):
    monkeypatch.setattr(leave_one_out, "run_one", lambda *given, **more: pytest.fail("a training began"))
    tried = {"conv": "acda", "fold": "coffee", "problem": "sr2", "steps": 1, "rate": 1e-3, "validation_error": 0.1}
    (small / "rates.json").write_text(json.dumps({"results": [tried]}))
    what = ["--tuned", "rates.json", "--network", "acda", "--fold", "coffee"]
    with pytest.raises(SystemExit, match="there is no rate for acda without coffee: run this command with --rates"):
        command(monkeypatch, *what)
    with pytest.raises(SystemExit, match="there is no rate for acda without rocket"):
        command(monkeypatch, *what, "rocket", "--problem", "sr2")
    with pytest.raises(SystemExit, match="FileNotFoundError: there is no stored result 'restoration_rivals_rates'"):
        command(monkeypatch, "--tuned")
    for words, said in (
        (["--tuned", "rates.json", "--rates"], "argument --rates: not allowed with argument --tuned"),
        (["--fold", "moon"], "argument --fold: invalid choice: 'moon'"),
    ):
        with pytest.raises(SystemExit):
            command(monkeypatch, *words)
        assert said in capsys.readouterr().err
