"""Figure 7 with power: what the filters at balls depend on, each effect apart from the others."""

import json
import sys
from itertools import product

import pytest
import torch
from torch import nn

from acda_core import __main__
from acda_core.data.balls import LARGEST, SMALLEST, balls
from acda_core.data.objects import STEP, scattered
from acda_core.experiments import scale_choice
from acda_core.experiments.statistics import rank_correlation
from acda_core.nets.counting import CountingNet
from acda_core.nets.inspect import filter_radii
from acda_core.training.measure import multiply_adds


def crossing(number, seed=0):
    """Sizes, densities and contrasts of balls, and which of three thirds each size is in."""
    random = torch.Generator().manual_seed(seed)
    sizes = SMALLEST + (LARGEST - SMALLEST) * torch.rand(number, generator=random)
    crowded, clear = torch.rand(2, number, generator=random) < torch.tensor([[0.8], [0.3]])
    return sizes, crowded, clear, ((sizes - SMALLEST) / (LARGEST - SMALLEST) * 3).long()


def test_effects_are_told_apart_where_groups_have_very_different_numbers():
    sizes, crowded, clear, third = crossing(2000)
    values = 0.3 * third - 1.0 * crowded + 2.0 * clear
    found = scale_choice.effects(values, sizes, crowded, clear)
    assert found == pytest.approx({"size": 0.6, "crowded": -1.0, "clear": 2.0}, abs=1e-5)


def test_an_effect_that_another_one_decides_is_their_mean():
    sizes, crowded, clear, third = crossing(2000)
    found = scale_choice.effects(third * crowded.float(), sizes, crowded, clear)
    assert found == pytest.approx({"size": 1.0, "crowded": 1.0, "clear": 0.0}, abs=1e-5)


def test_effects_need_all_twelve_groups():
    sizes, crowded, *_ = crossing(200)
    with pytest.raises(ValueError, match="must hold each of their twelve combinations"):
        scale_choice.effects(sizes, sizes, crowded, torch.ones(200, dtype=torch.bool))


def test_a_correlation_within_pictures_does_not_see_what_differs_between_them():
    sizes = [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([11.0, 12.0, 13.0])]
    values = [-size + 100 * (size.mean() > 5) for size in sizes]
    assert scale_choice.within_pictures(sizes, values) == -1
    assert rank_correlation(torch.cat(sizes), torch.cat(values)) > 0


@pytest.mark.parametrize("field", scale_choice.FIELDS)
def test_phi_sees_as_many_pixels_of_the_map_as_its_name_says(field):
    generator = scale_choice.make_network(f"acda_{field}", 0).body[0].generator
    features = torch.randn(1, scale_choice.WIDTH, 15, 15, requires_grad=True)
    generator(features)[..., 7, 7].sum().backward()
    seen = features.grad.abs().sum((0, 1)) > 0
    wanted = torch.zeros(15, 15, dtype=torch.bool)
    reach = field // 2
    wanted[7 - reach : 8 + reach, 7 - reach : 8 + reach] = True
    assert torch.equal(seen, wanted)


def test_no_other_width_of_the_plain_network_costs_more_nearly_what_acda_costs():
    wanted = multiply_adds(scale_choice.make_network("acda_3", 0), scale_choice.SHAPE)
    costs = {
        width: multiply_adds(CountingNet(nn.Conv2d, width=width), scale_choice.SHAPE)
        for width in range(scale_choice.conv_width() - 2, scale_choice.conv_width() + 3)
    }
    assert min(costs, key=lambda width: abs(costs[width] - wanted)) == scale_choice.conv_width()
    found = multiply_adds(scale_choice.make_network("conv_ops", 0), scale_choice.SHAPE)
    assert found == costs[scale_choice.conv_width()]


def test_a_row_holds_the_radius_at_the_pixel_of_the_map_that_each_ball_is_on():
    drawn = [balls(seed) for seed in range(16)]
    pictures, network = scattered(drawn), scale_choice.make_network("acda_5", 0).eval()
    row = scale_choice.choice_row(network, drawn, pictures)
    with torch.no_grad():
        maps = filter_radii(network.body[0], network.stem(pictures.images))
    radii = [
        torch.stack([maps[index, int(i / STEP), int(j / STEP)] for i, j in one.dots]) for index, one in enumerate(drawn)
    ]
    assert row["radius"] == pytest.approx(torch.cat(radii).mean().item(), rel=1e-5)
    each = [rank_correlation(one.sizes, radius) for one, radius in zip(drawn, radii, strict=True)]
    assert row["rho"] == pytest.approx(sum(each) / 16, abs=1e-3)
    means = {
        (third, many, strong): sum(chosen) / len(chosen)
        for third, many, strong in product(range(3), (False, True), (False, True))
        if (
            chosen := [
                radius[ball].item()
                for one, radius in zip(drawn, radii, strict=True)
                for ball in range(len(radius))
                if 4 + 8 * third <= one.sizes[ball] < 12 + 8 * third
                and (bool(one.crowded[ball]), bool(one.clear[ball])) == (many, strong)
            ]
        )
    }
    groups = list(product((False, True), (False, True)))
    assert row["radius_size"] == pytest.approx(
        sum(means[2, *group] - means[0, *group] for group in groups) / 4, abs=1e-5
    )


def test_a_network_that_makes_large_filters_at_large_balls_is_found_out():
    """A generator that reads the size off the picture: the effect of size is there, the others are not."""
    drawn = [balls(seed) for seed in range(16)]
    pictures, network = scattered(drawn), scale_choice.make_network("acda_3", 0)
    layer = network.body[0]
    of_a_scale = layer.generator.num_coefficients // 3
    height, width = pictures.densities.shape[2:]
    size_map = torch.zeros(16, height, width)
    for index, one in enumerate(drawn):
        for (i, j), size in zip((one.dots / STEP).long().tolist(), one.sizes.tolist(), strict=True):
            size_map[index, i, j] = (size - SMALLEST) / (LARGEST - SMALLEST)

    class Told(nn.Module):
        def forward(self, features):
            alpha = torch.zeros(16, layer.num_atoms, 3, of_a_scale, height, width)
            alpha[:, :, 0] = (1 - size_map)[:, None, None]
            alpha[:, :, 2] = size_map[:, None, None]
            return alpha.flatten(2, 3)

    layer.generator = Told()
    row = scale_choice.choice_row(network, drawn, pictures)
    assert row["rho"] > 0.9
    assert row["share_size"] > 0.5
    assert row["radius_size"] > 10 * max(abs(row["radius_crowded"]), abs(row["radius_clear"]))


def test_the_command_stores_a_row_for_each_network_and_seed(tmp_path, monkeypatch):
    words = ["scale_choice", "--network", "acda_3", "conv_ops", "--seed", "0", "1", "--steps", "1", "--images", "16"]
    out = ["--device", "cpu", "--checkpoints", str(tmp_path / "checkpoints"), "--out", str(tmp_path / "out.json")]
    monkeypatch.setattr(sys, "argv", ["acda_core", *words, *out])
    __main__.main()
    stored = json.loads((tmp_path / "out.json").read_text())
    assert stored["data"] == "balls drawn by the package, 16 pictures a seed to train, 16 to test (synthetic)"
    rows = stored["results"]
    assert [(row["conv"], row["seed"]) for row in rows] == [
        (name, seed) for seed in (0, 1) for name in ("acda_3", "conv_ops")
    ]
    assert {name for name in rows[0] if name.endswith("_start")} == {
        f"{name}_start" for name in rows[0] if f"{name}_start" in rows[0]
    }
    assert not any(name.startswith("radius") for name in rows[1])
    assert rows[0]["radius"] != rows[0]["radius_start"]


def test_fewer_pictures_than_a_batch_are_refused(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["acda_core", "scale_choice", "--images", "15", "--device", "cpu"])
    with pytest.raises(SystemExit, match="--images must be at least a batch, 16, got 15"):
        __main__.main()
