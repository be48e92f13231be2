"""The resnet command, on a few small images and on a tiny folder of pictures."""

import json
import os
import signal
import sys
import time

import numpy as np
import pytest
import torch
from PIL import Image
from samples import write_jpeg_copy

from acda_core import __main__
from acda_core.data import imagefolder
from acda_core.experiments import classify, resnet
from acda_core.training.measure import multiply_adds

COLOURS = {"blue": (20, 40, 220), "red": (220, 40, 20)}


@pytest.fixture(autouse=True)
def narrower(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resnet, "NARROW", ((4, 4, 8, 8), (1, 1, 1, 1)))
    monkeypatch.setattr(classify, "BATCH", 8)


def write_folder(path, train=4, val=2):
    """Noisy pictures of two colours, of several sizes, as JPEG."""
    random = np.random.default_rng(0)
    for split, number in (("train", train), ("val", val)):
        for name, colour in COLOURS.items():
            (path / split / name).mkdir(parents=True)
            for index in range(number):
                noise = random.normal(0, 20, (40 + 3 * index, 60, 3))
                picture = Image.fromarray((noise + colour).clip(0, 255).astype(np.uint8))
                picture.save(path / split / name / f"{index}.jpg")
    return path


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "resnet", "--epochs", "1", "--device", "cpu", *words])
    __main__.main()


def test_both_narrow_networks_train_and_their_rows_can_be_stored(tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path, train=16, test=8)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    command(monkeypatch, "--network", *resnet.NETWORKS, "--out", str(tmp_path / "out.json"))
    stored = json.loads((tmp_path / "out.json").read_text())
    assert stored["command"].startswith("python -m acda_core resnet --data cifar10 --network conv acda")
    conv, acda = stored["results"]
    assert (conv["conv"], acda["conv"]) == ("conv", "acda")
    for row in (conv, acda):
        assert row["images"] == 16
        assert row["multiply_adds"] == multiply_adds(resnet.make_network(row["conv"], 10, seed=0))


def test_a_folder_of_pictures_trains_a_network_of_the_papers_sizes(tmp_path, monkeypatch):
    folder = write_folder(tmp_path / "pictures")
    options = "--data", "imagefolder", "--folder", str(folder), "--batch", "4", "--pixels", "32", "--workers", "1"
    command(monkeypatch, *options, "--network", "conv", "--out", str(tmp_path / "out.json"))
    stored = json.loads((tmp_path / "out.json").read_text())
    (row,) = stored["results"]
    assert stored["data"] == "pictures of pictures"
    assert "--size s --batch 4 --pixels 32" in stored["command"]
    assert (row["model"], row["classes"], row["images"]) == ("Ad-ResNet-s, Conv", 2, 8)
    assert row["test_error_of_five"] == 0  # there are only two classes


def test_a_small_network_learns_to_tell_the_colours_of_pictures(tmp_path):
    folder = write_folder(tmp_path, train=8)
    data, held_out = imagefolder.ImageFolder(folder, "train", 32), imagefolder.ImageFolder(folder, "val", 32)
    network = resnet.make_network("acda", 2, seed=0)
    history = resnet.train_on_folder(network, data, steps=40, batch=8, progress=False)
    assert sum(history.losses[-5:]) < sum(history.losses[:5])
    assert resnet.top_1_and_top_5_errors(network, imagefolder.central_batches(held_out, 3, workers=0)) == (0, 0)


def test_a_training_on_a_folder_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    data = imagefolder.ImageFolder(write_folder(tmp_path), "train", 32)
    whole = resnet.make_network("acda", 2, seed=0)
    losses = resnet.train_on_folder(whole, data, 4, batch=4, progress=False).losses
    checkpoint = tmp_path / "run.pt"
    taken = []
    real = torch.optim.SGD.step

    def interrupting(self, *arguments, **keywords):
        taken.append(None)
        if len(taken) == 2:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)
        return real(self, *arguments, **keywords)

    monkeypatch.setattr(torch.optim.SGD, "step", interrupting)
    with pytest.raises(KeyboardInterrupt):
        resnet.train_on_folder(
            resnet.make_network("acda", 2, seed=0), data, 4, 4, checkpoint=checkpoint, progress=False
        )
    again = resnet.make_network("acda", 2, seed=9)
    assert resnet.train_on_folder(again, data, 4, 4, checkpoint=checkpoint, progress=False).losses == losses
    for ours, theirs in zip(again.state_dict().values(), whole.state_dict().values(), strict=True):
        assert torch.equal(ours, theirs)


def test_a_random_crop_lies_inside_the_picture_and_is_the_same_for_the_same_key(tmp_path):
    rows, columns = np.mgrid[:48, :64]
    picture = Image.fromarray(np.stack([rows, columns, 0 * rows], axis=2).astype(np.uint8))
    mirrored = 0
    for seed in range(40):
        crop = np.asarray(imagefolder.random_crop(picture, 16, torch.Generator().manual_seed(seed)), dtype=int)
        again = np.asarray(imagefolder.random_crop(picture, 16, torch.Generator().manual_seed(seed)), dtype=int)
        assert np.array_equal(crop, again)
        height = (crop[-1, 0, 0] - crop[0, 0, 0]) * 16 / 15
        width = (crop[0, -1, 1] - crop[0, 0, 1]) * 16 / 15
        mirrored += width < 0
        assert 0.05 < height * abs(width) / (48 * 64) <= 1.1
        assert 0.6 < height / abs(width) < 1.7
    assert 8 <= mirrored <= 32


def test_the_central_crop_is_the_middle_square_of_the_picture():
    columns = np.tile(np.arange(200, dtype=np.uint8), (100, 1))
    picture = Image.fromarray(np.stack([columns] * 3, axis=2))
    crop = np.asarray(imagefolder.central_crop(picture, 50), dtype=float)[..., 0]
    side = 100 * imagefolder.CENTRE
    expected = 100 - side / 2 + (np.arange(50) + 0.5) * side / 50 - 0.5
    assert np.abs(crop - expected)[:, 2:-2].max() <= 1


def test_each_picture_is_tested_once_and_each_training_batch_depends_on_its_step(tmp_path):
    data = imagefolder.ImageFolder(write_folder(tmp_path), "train", 16)
    labels = torch.cat([labels for _, labels in imagefolder.central_batches(data, 3, workers=0)])
    assert labels.tolist() == data.labels
    from_the_start = list(imagefolder.training_batches(data, 0, 3, 4, workers=0))
    from_the_second = list(imagefolder.training_batches(data, 1, 3, 4, workers=0))
    assert torch.equal(from_the_start[2][0], from_the_second[1][0])
    assert not torch.equal(from_the_start[0][0], from_the_start[2][0])


def test_what_is_wrong_with_a_folder_is_said(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match="must hold train/CLASS/"):
        imagefolder.ImageFolder(tmp_path, "train")
    (tmp_path / "train").mkdir()
    with pytest.raises(FileNotFoundError, match="must hold a folder for each class"):
        imagefolder.ImageFolder(tmp_path, "train")
    (tmp_path / "train" / "red").mkdir()
    with pytest.raises(FileNotFoundError, match="must hold pictures"):
        imagefolder.ImageFolder(tmp_path, "train")
    folder = str(write_folder(tmp_path / "pictures"))
    with pytest.raises(SystemExit, match="lower --batch"):
        command(monkeypatch, "--data", "imagefolder", "--folder", folder, "--pixels", "32")
    with pytest.raises(SystemExit, match="go together"):
        command(monkeypatch, "--folder", folder)


def test_a_limit_takes_pictures_from_all_classes(tmp_path):
    data = imagefolder.ImageFolder(write_folder(tmp_path, train=20), "train", limit=10)
    assert len(data) == 10
    assert set(data.labels) == {0, 1}


def test_an_unknown_network_and_an_unknown_size_are_named():
    with pytest.raises(ValueError, match="`name` must be one of conv, acda, got 'vgg'"):
        resnet.make_network("vgg", 10, seed=0)
    with pytest.raises(ValueError, match="`size` must be one of s, m, l, got 'xl'"):
        resnet.make_network("conv", 10, seed=0, size="xl")
