"""The LeNet command, on a few small images."""

import json
import sys

import pytest
import torch
from samples import write_jpeg_copy
from torch import nn

from acda_core import __main__
from acda_core.data.cifar import CIFAR, cifar
from acda_core.experiments import classify, lenet
from acda_core.nets.inspect import averaged, changed, energy_matched_mean
from acda_core.training.measure import multiply_adds


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder with 40 training and 20 test images, and batches of 8."""
    write_jpeg_copy(tmp_path, train=40, test=20)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(classify, "BATCH", 8)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "lenet", "--epochs", "1", "--device", "cpu", *words])
    __main__.main()


@pytest.mark.slow
def test_every_network_trains_and_its_row_can_be_stored(folder, monkeypatch, capsys):
    out = folder / "out.json"
    command(monkeypatch, "--network", *lenet.NETWORKS, "--out", str(out))
    stored = json.loads(out.read_text())
    assert [row["conv"] for row in stored["results"]] == list(lenet.NETWORKS)
    assert "JPEG" in stored["data"]
    assert stored["command"].startswith("python -m acda_core lenet --data cifar10 --network conv norm wide acda ")
    assert {row["images"] for row in stored["results"]} == {40}
    parameters = {row["conv"]: row["parameters"] for row in stored["results"]}
    assert parameters["conv"] == 62006 < parameters["acda"]


def test_weights_are_stored_as_safetensors(folder, monkeypatch):
    from safetensors.torch import load_file

    command(monkeypatch, "--network", "acda", "--weights", str(folder / "weights"))
    state = load_file(folder / "weights" / "lenet-acda-0.safetensors")
    lenet.make_network("acda", 10, seed=1).load_state_dict(state)


def test_an_augmented_image_is_shifted_and_perhaps_mirrored():
    images = torch.randint(1, 256, (16, 3, 32, 32), dtype=torch.uint8)
    mirrored = 0
    for image, moved in zip(images, classify.augmented(images, step=3, seed=1), strict=True):
        padded = nn.functional.pad(image, [classify.SHIFT] * 4)
        crops = [
            (padded[:, i : i + 32, j : j + 32], flip)
            for flip in (False, True)
            for i in range(2 * classify.SHIFT + 1)
            for j in range(2 * classify.SHIFT + 1)
        ]
        (found,) = [flip for crop, flip in crops if torch.equal(crop.flip(2) if flip else crop, moved)]
        mirrored += found
    assert 2 <= mirrored <= 14
    assert torch.equal(classify.augmented(images, 3, 1), classify.augmented(images, 3, 1))
    assert not torch.equal(classify.augmented(images, 3, 1), classify.augmented(images, 4, 1))


def test_the_multiply_adds_of_lenet_are_those_of_its_arithmetic():
    network = lenet.make_network("conv", 10, seed=0)
    convolutions = 28**2 * 6 * 75 + 10**2 * 16 * 150
    assert multiply_adds(network) == convolutions + 400 * 120 + 120 * 84 + 84 * 10


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match="`name` must be one of conv, norm, wide, acda"):
        lenet.make_network("vgg", 10, seed=0)


def test_an_averaged_network_gives_all_pixels_of_an_image_the_same_atoms():
    torch.manual_seed(0)
    images = torch.randint(256, (4, 3, 32, 32), dtype=torch.uint8)
    network = lenet.make_network("acda", 10, seed=0).eval()
    by_image, by_all = averaged(network), averaged(network, classify.pixels(images))
    for name, copied in (("image", by_image), ("all", by_all)):
        layer = copied.features[0]
        alpha = layer.coefficients(classify.pixels(images))
        assert torch.equal(alpha, alpha[..., :1, :1].expand_as(alpha))
        assert torch.equal(alpha[0], alpha[1]) == (name == "all")
        own = network.features[0].coefficients(classify.pixels(images))
        assert torch.allclose(alpha.mean((0, -2, -1)), own.mean((0, -2, -1)), atol=1e-5)
    assert not torch.allclose(network(classify.pixels(images)), by_image(classify.pixels(images)))


def test_averaged_atoms_that_keep_their_energy_are_the_mean_made_longer():
    images = classify.pixels(torch.randint(256, (3, 3, 32, 32), dtype=torch.uint8)).double()
    network = lenet.make_network("acda", 10, seed=0).eval().double()
    own, mean, longer = (
        one.features[0].coefficients(images)
        for one in (network, averaged(network), changed(network, energy_matched_mean))
    )
    torch.testing.assert_close(longer.square().sum((1, 2, 3, 4)), own.square().sum((1, 2, 3, 4)))
    assert (mean.square().sum((1, 2, 3, 4)) < 0.99 * own.square().sum((1, 2, 3, 4))).all()
    torch.testing.assert_close(torch.cosine_similarity(longer.flatten(1), mean.flatten(1)), torch.ones(3).double())


def test_the_attention_of_dy_cnn_sharpens_while_it_trains():
    network = lenet.make_network("dyconv", 10, seed=0)
    temperatures = []
    for share in (0, 0.125, 0.25, 1):
        classify.set_temperature(network, classify.temperature_at(share))
        (temperature,) = {layer.temperature for layer in network.features if hasattr(layer, "temperature")}
        temperatures.append(temperature)
    assert temperatures == [30, 15.5, 1, 1]


def test_the_wide_lenet_computes_about_as_much_as_the_one_with_acda():
    wide, acda = (multiply_adds(lenet.make_network(name, 10, 0)) for name in ("wide", "acda"))
    assert 0.8 < wide / acda < 1.25


def test_a_step_is_timed_as_the_shortest_after_the_first_and_the_network_is_left_alone(monkeypatch):
    readings = iter([0, 1, 10, 19, 20, 27, 30, 38])  # 1, 9, 7 and 8 seconds
    monkeypatch.setattr(classify.time, "process_time", lambda: next(readings))
    network = lenet.make_network("norm", 10, seed=0)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    images, labels = torch.zeros(8, 3, 32, 32, dtype=torch.uint8), torch.zeros(8, dtype=torch.long)
    assert classify.step_milliseconds(network, images, labels, repeats=3) == 7000
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_a_row_is_of_the_network_that_is_returned_even_where_it_normalises(folder):
    setting = classify.Setting(*(cifar(10, split) for split in ("train", "test")), classes=10, epochs=1)
    row, network = lenet.run_one("square_hidden_16", 0, None, setting)
    errors = (classify.error(one, setting.held_out) for one in (network, averaged(network)))
    assert [round(error, 2) for error in errors] == [row["test_error"], row["test_error_atoms_of_image"]]


def test_atoms_are_averaged_over_images_of_all_classes_though_the_source_is_sorted(folder, monkeypatch):
    data, held_out = (cifar(10, split) for split in ("train", "test"))
    order = data.labels.argsort()
    ordered = classify.LabelledImages(data.images[order], data.labels[order], data.source)
    seen = []
    monkeypatch.setattr(lenet, "averaged", lambda network, images=None: seen.append(images) or network)
    monkeypatch.setattr(lenet, "AVERAGED", 8)
    lenet.run_one("square_16", 0, None, classify.Setting(ordered, held_out, classes=10, epochs=1))
    of_each = [
        int(ordered.labels[(classify.pixels(ordered.images) == image).flatten(1).all(1)][0]) for image in seen[1]
    ]
    assert len(of_each) == 8
    assert len(set(of_each)) > 1
    assert of_each != sorted(of_each)


def test_the_command_says_in_one_line_which_data_are_missing_or_broken(tmp_path, monkeypatch):
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit, match=r"^FileNotFoundError: .* must hold cifar-10-python.tar.gz or [^\n]*$"):
        command(monkeypatch, "--network", "conv")
    (tmp_path / CIFAR[10].file).write_bytes(b"half")
    with pytest.raises(SystemExit, match=r"^BrokenFile: .* is not the published archive or is cut short: [^\n]*$"):
        command(monkeypatch, "--network", "conv")
