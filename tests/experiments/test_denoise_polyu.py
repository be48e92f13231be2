"""Real camera noise, one camera left out: on small photographs of the same form that the test writes."""

import io
import json
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from acda_core import __main__
from acda_core.data.photographs import Pair
from acda_core.data.polyu import CameraPair, polyu
from acda_core.experiments import denoise_polyu, image_quality, linear_filter, restoration
from acda_core.experiments.statistics import rank_correlation


def jpeg(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=98, subsampling=0)
    return file.getvalue()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three crops of 64 x 64 pixels by each camera: a ramp of light, and noise that varies more in each crop."""
    random = np.random.default_rng(0)
    (tmp_path / "CroppedImages").mkdir()
    ramp = np.linspace(50, 200, 64)[:, None, None] * np.ones((64, 64, 3))
    for camera in denoise_polyu.CAMERAS:
        for crop in range(3):
            strength = np.where(np.arange(64)[:, None] < 32, 10 + 4 * crop, 10 - 4 * crop)[..., None]
            noisy = ramp + strength * random.standard_normal(ramp.shape)
            for end, pixels in (("real", noisy), ("mean", ramp)):
                (tmp_path / "CroppedImages" / f"{camera}_5_160_{crop}_{end}.JPG").write_bytes(jpeg(pixels))
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["acda_core", "denoise_polyu", "--steps", "2", "--device", "cpu", *words])
    __main__.main()


def test_a_row_is_of_the_camera_that_was_left_out(folder, monkeypatch):
    seen = []
    train = restoration.train_network
    monkeypatch.setattr(
        restoration, "train_network", lambda network, pairs, *more, **given: seen.append(pairs) or
        train(network, pairs, *more, **given)
    )  # fmt: skip
    what = ["--network", "plain_3x3", "one_acda", "--fold", "Sony", "Canon5D2", "--out", "out.json"]
    command(monkeypatch, *what)
    stored = json.loads((folder / "out.json").read_text())
    rows = stored["results"]
    assert [(row["fold"], row["conv"]) for row in rows] == [
        (fold, name) for fold in ("Sony", "Canon5D2") for name in ("plain_3x3", "one_acda")
    ]
    assert stored["data"] == "PolyU Real-World Noisy Images, 15 crops by 5 cameras"
    for row, pairs in zip(rows, seen, strict=True):
        held_out = [pair for pair in polyu() if pair.camera == row["fold"]]
        assert (len(pairs), row["photographs"]) == (12, 3)
        assert not any(torch.equal(pair.degraded, out.noisy) for pair in pairs for out in held_out)
        noisy = [image_quality.psnr(pair.noisy, pair.clean, restoration.SHAVE) for pair in held_out]
        assert row["psnr_noisy"] == pytest.approx(sum(noisy) / 3)
        assert row["psnr_linear"] > row["psnr_noisy"] + 3
        assert sum(row["gains"]) / 3 == pytest.approx(row["psnr"] - row["psnr_noisy"], abs=1e-3)
        assert row["heterogeneities"] == [pytest.approx(denoise_polyu.heterogeneity(out), abs=1e-3) for out in held_out]
        found = rank_correlation(torch.tensor(row["gains"]), torch.tensor(row["heterogeneities"]))
        assert row["rho_gain_heterogeneity"] == pytest.approx(found)


def test_the_linear_filter_is_that_of_least_squares_over_all_pixels(folder):
    pairs = polyu()[:4]
    seen = torch.cat([linear_filter.windows(pair.noisy[None], 5).flatten(0, 2) for pair in pairs])
    wanted = torch.cat([pair.clean.flatten(1).T for pair in pairs])
    expected = np.linalg.lstsq(seen.numpy(), wanted.double().numpy(), rcond=None)[0]
    learned = [Pair(pair.noisy, pair.clean, torch.zeros(pair.clean.shape[1:])) for pair in pairs]
    weights = linear_filter.best_of_pairs(learned, 5)
    np.testing.assert_allclose(seen @ weights, seen.numpy() @ expected, atol=1e-6)
    image = linear_filter.filtered(pairs[0].noisy[None], weights, 5)[0]
    layer = nn.Conv2d(3, 3, 5, padding=2)
    with torch.no_grad():
        layer.weight.copy_(weights[:-1].T.view_as(layer.weight))
        layer.bias.copy_(weights[-1])
        torch.testing.assert_close(image, layer(pairs[0].noisy[None])[0], atol=1e-4, rtol=1e-4)


def test_noise_that_varies_more_over_a_photograph_has_the_larger_heterogeneity(folder):
    crops = [pair for pair in polyu() if pair.camera == "Sony"]
    found = list(map(denoise_polyu.heterogeneity, crops))
    assert found == sorted(found)
    strong, weak = (10 + 8) ** 2, (10 - 8) ** 2
    assert found[-1] == pytest.approx((strong - weak) / (strong + weak), abs=0.12)
    flat = torch.full((3, 64, 64), 0.5)
    noise = 0.1 * torch.randn(3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert denoise_polyu.heterogeneity(CameraPair("a_1", flat + noise, flat)) < 0.15


def test_what_cannot_be_is_refused(folder, monkeypatch):
    with pytest.raises(SystemExit, match="--pixels must be a multiple of 4 and at least 64, got 30"):
        command(monkeypatch, "--pixels", "30")
    for path in (folder / "CroppedImages").glob("Sony*"):
        path.unlink()
    with pytest.raises(SystemExit, match="the set holds no photograph of Sony"):
        command(monkeypatch, "--fold", "Sony")
