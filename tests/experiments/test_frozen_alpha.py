"""The command that takes from alpha what it tells of the pixel, on a few small images."""

import json
import sys

import pytest
import torch
from samples import write_jpeg_copy

from acda_core import __main__
from acda_core.experiments import classify, counting, frozen_alpha, lenet, results
from acda_core.nets.inspect import averaged, changed, rolled

FORMS = ["trained", "image_mean", "one_mean", "matched_mean", "shuffled", "rolled"]


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """A data folder with 16 training and 20 test images, and small batches."""
    write_jpeg_copy(tmp_path, train=16, test=20)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(classify, "BATCH", 8)
    monkeypatch.setattr(counting, "BATCH", 8)
    monkeypatch.chdir(tmp_path)


def command(monkeypatch, name, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", name, "--device", "cpu", *words])
    __main__.main()


def stored(path):
    return json.loads(path.read_text())


def test_a_network_is_trained_as_its_own_command_trains_it_and_read_again_it_gives_the_same_row(tmp_path, monkeypatch):
    command(monkeypatch, "lenet", "--network", "acda", "--epochs", "1", "--weights", "trained", "--out", "lenet.json")
    command(monkeypatch, "frozen_alpha", "--network", "lenet", "--epochs", "1", "--out", "new.json")
    command(monkeypatch, "frozen_alpha", "--network", "lenet", "--weights", "trained", "--out", "read.json")
    (theirs,), (new,), (read,) = (
        stored(tmp_path / name)["results"] for name in ("lenet.json", "new.json", "read.json")
    )
    assert round(new["error_trained"], 2) == theirs["test_error"]
    assert round(new["error_image_mean"], 2) == theirs["test_error_atoms_of_image"]
    assert new["parameters"] == theirs["parameters"]
    for field in ("seconds", "epochs", "images"):
        del new[field]
    assert read.pop("seconds") > 0
    assert new == read
    assert "JPEG" in read["data"]
    expected = "python -m acda_core frozen_alpha --weights trained --network lenet --seed 0 --device cpu"
    assert stored(tmp_path / "read.json")["command"] == expected


def test_a_row_has_the_error_of_each_form_and_the_spread_of_each_layer(tmp_path, monkeypatch):
    words = ["--network", "crowds", "--epochs", "1", "--images", "8", "--out", "out.json"]
    command(monkeypatch, "frozen_alpha", *words)
    (row,) = stored(tmp_path / "out.json")["results"]
    assert [name for name in row if name.startswith("error_")] == [f"error_{form}" for form in FORMS]
    assert (row["dimensions_1"], row["dimensions_2"]) == (6 * 18, 6 * 12)
    assert row["data"] == "crowds drawn by the package, 8 pictures to train, 8 to test (synthetic)"


def test_the_errors_are_those_of_the_changed_networks_on_all_that_is_held_out():
    network, held_out = lenet.make_network("acda", 10, 0).eval(), classify.cifar(10, "test")
    some = classify.pixels(held_out.images[:5])
    case = frozen_alpha.Case(network, lambda one: classify.error(one, held_out), some, some, {})
    found = frozen_alpha.errors(case)
    forms = {"trained": network, "image_mean": averaged(network), "one_mean": averaged(network, some)}
    forms["rolled"] = changed(network, rolled)
    assert {f"error_{name}": classify.error(form, held_out) for name, form in forms.items()}.items() <= found.items()


def test_the_counting_networks_of_the_course_are_read_from_its_results(monkeypatch):
    arguments = __main__.make_parser(["frozen_alpha"]).parse_args(
        ["frozen_alpha", "--weights", str(results.find("counting_crowds").parent), "--images", "4", "--device", "cpu"]
    )
    case = frozen_alpha.SOURCES["crowds"].load(0, None, arguments, 1)
    own = counting.trained("crowds")
    assert all(torch.equal(tensor, own.state_dict()[name]) for name, tensor in case.network.state_dict().items())
    predicted = counting.predicted_counts(own, case.images)
    truth = counting.load("crowds", 4)[1].counts
    assert case.error(own) == pytest.approx(counting.mae_and_rmse(predicted.sum(1), truth.sum(1))[0])


def test_a_network_that_is_not_in_the_folder_is_named(monkeypatch):
    with pytest.raises(SystemExit, match=r"counting_crowds_3\.npz"):
        command(monkeypatch, "frozen_alpha", "--network", "crowds", "--seed", "3", "--weights", ".", "--images", "4")
