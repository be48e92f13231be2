"""Counting on the published sets: the crops, the draws, the costs and the rows, on small files that the test writes."""

import json
import sys

import pytest
import torch
from dotted_cells import write_cells
from torch import nn

from acda_core import __main__
from acda_core.data import objects
from acda_core.data.cells import cells
from acda_core.data.crowds import density_map
from acda_core.data.photographs import cut
from acda_core.experiments import counting, counting_cells
from acda_core.experiments.matching import best_rates
from acda_core.nets.adaptivity import AveragedAtoms
from acda_core.nets.counting import CountingNet
from acda_core.training.measure import multiply_adds, parameters

SIDES = {"vgg": 112, "mbm": 208, "adi": 110}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    write_cells(tmp_path, SIDES)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def pictures(folder):
    return objects.dotted(cells("vgg"), 0.2, 0.3)


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "counting_cells", "--steps", "2", "--device", "cpu", *words])
    __main__.main()


def flat(maps):
    return maps.transpose(0, 1).flatten(1)


def test_a_crop_of_the_image_goes_with_the_same_crop_of_the_density(pictures):
    """Each crop is found in its picture, by its rows and columns, and so is that of the density."""
    side, turns = counting_cells.CROP // 4, ((), (1,), (2,), (1, 2))
    seen = set()
    for step in range(12):
        of_images, of_densities = counting_cells.crops(pictures, 4, 0, step)
        images = cut(flat(pictures.images), of_images, counting_cells.CROP)
        densities = cut(flat(pictures.densities), of_densities, side)
        for image, density in zip(images, densities, strict=True):
            (found,) = [
                (index, top, left, turn)
                for index in range(7)
                for top in range(28 - side + 1)
                for left in range(28 - side + 1)
                for turn in turns
                if torch.equal(density, pictures.densities[index, :, top:, left:][:, :side, :side].flip(turn))
            ]
            index, top, left, turn = found
            part = pictures.images[index, :, 4 * top :, 4 * left :]
            assert torch.equal(image, part[:, : 4 * side, : 4 * side].flip(turn))
            seen.add(found)
    assert {index for index, *_ in seen} == set(range(7))
    assert {turn for *_, turn in seen} == set(turns)
    assert {top for _, top, *_ in seen} == set(range(28 - side + 1))


def test_the_density_of_a_crop_sums_to_the_dots_inside_it_up_to_the_gaussians_at_its_border():
    inside, outside = torch.tensor([[40.5, 40.5], [60.5, 45.5]]), torch.tensor([[110.5, 110.5]])
    density = density_map(torch.cat([inside, outside]), 128, 128, objects.SIGMA, objects.STEP)
    chosen = tuple(torch.tensor([number]) for number in (0, 0, 0, 1, 0))
    side = counting_cells.CROP // 4
    crop = cut(density.flatten(1), counting_cells.places(chosen, side, 32, 32), side)
    assert crop.sum().item() == pytest.approx(len(inside), abs=1e-4)
    at_the_border = density_map(torch.tensor([[96.0, 40.0]]), 128, 128, objects.SIGMA, objects.STEP)
    half = cut(at_the_border.flatten(1), counting_cells.places(chosen, side, 32, 32), side)
    assert half.sum().item() == pytest.approx(0.5, abs=0.01)


def test_a_network_that_returns_the_density_it_was_made_for_has_no_loss(pictures):
    class Perfect(nn.Module):
        def __init__(self):
            super().__init__()
            self.zero = nn.Parameter(torch.zeros(()))
            self.step = -1

        def forward(self, images):
            self.step += 1
            of_images, of_densities = counting_cells.crops(pictures, counting_cells.BATCH, 3, self.step)
            assert torch.equal(images, cut(flat(pictures.images), of_images, counting_cells.CROP))
            wanted = cut(flat(pictures.densities), of_densities, counting_cells.CROP // 4)
            return counting.SCALE * wanted + self.zero

    assert counting_cells.train_network(Perfect(), pictures, 3, 3, progress=False).losses == pytest.approx([0.0] * 3)


def test_training_lowers_the_loss(pictures):
    network = counting_cells.make_network("conv_ops", 0)
    losses = counting_cells.train_network(network, pictures, 20, 0, progress=False).losses
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])


@pytest.mark.parametrize("name", ["conv_ops", "condconv"])
def test_no_other_width_of_a_rival_costs_more_nearly_what_acda_costs(name):
    wanted, own = (counting_cells.cost(counting_cells.make_network("acda", 0)), counting_cells.own_width(name))
    found = counting_cells.cost(counting_cells.make_network(name, 0))
    for other in (own - 1, own + 1):
        rival = counting_cells.NETWORKS[name].make(other)
        assert abs(found - wanted) <= abs(multiply_adds(rival, (3, 96, 96)) - wanted)
    assert found == pytest.approx(wanted, rel=0.03)


def test_atoms_of_the_image_come_from_the_same_phi_as_those_of_the_pixel_and_cost_as_much():
    by_pixel, by_image = (counting_cells.make_network(name, 0) for name in ("acda", "acda_image"))
    assert parameters(by_pixel) == parameters(by_image)
    assert counting_cells.cost(by_pixel) == counting_cells.cost(by_image)
    other = counting.make_network("acda", 0)
    for place in (0, 2):
        assert isinstance(by_image.body[place].generator, AveragedAtoms)
        assert str(by_image.body[place].generator.generator) == str(other.body[place].generator)


def test_pictures_held_out_are_never_trained_on_and_scaled_by_those_that_are(folder):
    photographs = cells("adi")

    def which(data):
        numbers = {tuple(map(tuple, dots.tolist())): index for index, dots in enumerate(photographs.dots)}
        return [numbers[tuple(map(tuple, centres.tolist()))] for centres in data.centres]

    train, test = counting_cells.split(photographs, 5, 3)
    assert sorted(which(train) + which(test)) == list(range(7))
    kept, validation = counting_cells.split(photographs, 5, 3, tested=False)
    assert sorted(which(kept) + which(validation)) == sorted(which(train))
    assert (len(kept.counts), len(validation.counts)) == (4, 1)
    own = train.images[..., :110, :110]
    assert own.mean().item() == pytest.approx(0, abs=1e-5)
    assert own.std().item() == pytest.approx(1, abs=1e-5)
    assert abs(test.images.mean().item()) > 1e-4


def test_the_spacing_varies_where_dots_lie_unevenly(pictures):
    rows, columns = torch.meshgrid(torch.arange(5.0), torch.arange(5.0), indexing="ij")
    grid = 10 * torch.stack([rows.flatten(), columns.flatten()], 1)
    pair = torch.tensor([[0.0, 0.0], [0.0, 2.0], [0.0, 6.0]])  # spacings 2, 2 and 4
    same = counting_cells.first(pictures, 1)
    for dots, expected in ((grid, 0), (pair, (4 / 3) ** 0.5 / (8 / 3))):
        same.sizes[0] = objects.spacing(dots)
        assert counting_cells.spacing_variation(same) == pytest.approx(expected)


def test_a_row_is_of_one_network_on_one_set_and_stands_beside_the_mean_count(folder, monkeypatch):
    names = list(counting_cells.NETWORKS)
    command(monkeypatch, "--data", "mbm", "adi", "--train", "4", "--seed", "1", "--out", "out.json")
    stored = json.loads((folder / "out.json").read_text())
    assert [(row["data"], row["conv"]) for row in stored["results"]] == [(d, n) for d in ("mbm", "adi") for n in names]
    assert stored["data"] == "microscope pictures: trained on 4 of 7 pictures of mbm, 4 of 7 pictures of adi"
    assert "counting_cells --network acda" in stored["command"]
    for row in stored["results"]:
        data = cells(row["data"], reduce=counting_cells.REDUCE[row["data"]])
        train, test = counting_cells.split(data, 4, 1)
        assert (row["train_images"], row["held_out_images"], row["seed"], row["steps"]) == (4, 3, 1, 2)
        assert row["rmse"] >= row["mae"] > 0
        assert row["mean_mae"] == pytest.approx((test.counts - train.counts.mean()).abs().mean().item())
        network = counting_cells.make_network(row["conv"], 1)
        assert (row["parameters"], row["multiply_adds"]) == (parameters(network), counting_cells.cost(network))
        assert ("rho" in row) == (row["conv"] == "acda")
        assert (row["rate"], row["split"]) == (counting.HIGHEST_RATE, "test")
        if "rho" in row:
            assert row["rho_low"] <= row["rho"] <= row["rho_high"]
            assert -1 <= row["rho_start"] <= 1


def test_an_error_is_that_of_whole_pictures(folder, monkeypatch):
    def nothing_learned(network, *more, **given):
        nn.init.zeros_(network.head.weight)
        nn.init.constant_(network.head.bias, 0.5)
        return counting_cells.History([1.0], 1.0)

    monkeypatch.setattr(counting_cells, "train_network", nothing_learned)
    command(monkeypatch, "--data", "vgg", "--network", "conv_ops", "--train", "4", "--out", "out.json")
    (row,) = json.loads((folder / "out.json").read_text())["results"]
    test = counting_cells.split(cells("vgg"), 4, 0)[1]
    guess = 0.5 * 28 * 28 / counting.SCALE
    assert row["mae"] == pytest.approx((test.counts - guess).abs().mean().item(), rel=1e-5)


def test_rates_are_chosen_on_training_pictures_and_taken_for_each_set(folder, monkeypatch):
    what = ["--network", "conv_ops", "--data", "vgg", "adi", "--train", "5", "--out"]
    command(monkeypatch, "--rates", *what, "rates.json")
    tried = json.loads((folder / "rates.json").read_text())["results"]
    assert [(row["data"], row["rate"]) for row in tried] == [
        (data, rate) for data in ("vgg", "adi") for rate in counting_cells.RATES
    ]
    for row in tried:
        assert (row["split"], row["train_images"], row["held_out_images"]) == ("validation", 4, 1)
        assert "mae" not in row
    for row, error in zip(tried, (1, 2, 3, 3, 2, 1), strict=True):
        row["validation_error"] = error
    (folder / "rates.json").write_text(json.dumps({"results": tried}))
    command(monkeypatch, "--tuned", "rates.json", *what, "out.json")
    stored = json.loads((folder / "out.json").read_text())
    assert [(row["data"], row["rate"]) for row in stored["results"]] == [("vgg", 1e-3), ("adi", 1e-2)]
    assert "--tuned rates.json" in stored["command"]
    assert best_rates(folder / "rates.json", data="vgg") == {"conv_ops": 1e-3}
    with pytest.raises(SystemExit, match=r"rates\.json has no rate for condconv on adi: make it by --rates"):
        command(monkeypatch, "--tuned", "rates.json", "--network", "condconv", "--data", "adi")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--data", "vgg"], "--train must be from 1 to 6 for vgg, got 50"),
        (["--data", "vgg", "--train", "7"], "--train must be from 1 to 6 for vgg, got 7"),
        (["--data", "vgg", "--train", "4", "--rates"], "--train must be from 5 to 6 for vgg, got 4"),
        (["--data", "adi", "--train", "4"], "the pictures of adi are smaller than 96 x 96 pixels"),
    ],
)
def test_what_cannot_be_is_refused_before_work_begins(words, said, folder, monkeypatch):
    write_cells(folder, {"vgg": 112, "adi": 90})
    monkeypatch.setattr(counting_cells, "train_network", None)
    with pytest.raises(SystemExit, match=said):
        command(monkeypatch, *words)


def test_published_errors_are_of_a_set_with_as_many_training_pictures_as_here():
    assert ("vgg", counting_cells.TRAIN["vgg"]) in counting_cells.PUBLISHED
    for (data, number), (error, spread) in counting_cells.PUBLISHED.items():
        assert data in counting_cells.TRAIN
        assert number > 0
        assert 0 < spread < error


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match="`name` must be one of acda, acda_image, conv_ops, condconv, got 'unet'"):
        counting_cells.make_network("unet", 0)
    assert isinstance(counting_cells.make_network("acda", 0), CountingNet)
