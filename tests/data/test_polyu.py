"""The loader of real camera noise, on files of the same form that the test writes."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from acda_core.data.polyu import polyu
from acda_core.training.atomic import BrokenFile

NAMES = "Canon5D2_5_160_3200_plug_11", "NIKOND800_4_160_1800_ball_3", "Canon5D2_5_160_3200_chair_5"


def jpeg(seed, size=48):
    """A picture of one colour, which JPEG keeps within a level or two."""
    colour = np.random.default_rng(seed).integers(40, 200, 3, dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.broadcast_to(colour, (size, size, 3)).copy()).save(file, "JPEG", quality=95)
    return file.getvalue(), torch.from_numpy(colour / 255).float()


@pytest.fixture
def files():
    return {name: (jpeg(2 * index), jpeg(2 * index + 1)) for index, name in enumerate(NAMES)}


@pytest.fixture(params=["folder", "copy"])
def folder(request, tmp_path, files):
    if request.param == "folder":
        (tmp_path / "CroppedImages").mkdir()
        for name, ((noisy, _), (clean, _)) in files.items():
            (tmp_path / "CroppedImages" / f"{name}_real.JPG").write_bytes(noisy)
            (tmp_path / "CroppedImages" / f"{name}_mean.JPG").write_bytes(clean)
        return tmp_path
    arrays = {"ids": np.array(NAMES)}
    for index, side in enumerate(("noisy", "clean")):
        parts = [files[name][index][0] for name in NAMES]
        arrays[f"{side}_jpeg"] = np.frombuffer(b"".join(parts), np.uint8)
        arrays[f"{side}_offsets"] = np.cumsum([0, *map(len, parts)])
    np.savez(tmp_path / "polyu.npz", **arrays)
    return tmp_path


def test_both_sides_of_every_pair_are_read_in_the_order_of_their_names(folder, files, monkeypatch):
    monkeypatch.setenv("ACDA_DATA_DIR", str(folder))
    pairs = polyu()
    assert [pair.name for pair in pairs] == sorted(NAMES)
    assert [pair.camera for pair in pairs] == ["Canon5D2", "Canon5D2", "NIKOND800"]
    for pair in pairs:
        for image, (_, colour) in zip((pair.noisy, pair.clean), files[pair.name], strict=True):
            assert image.shape == (3, 48, 48)
            torch.testing.assert_close(image.mean((1, 2)), colour, atol=0.02, rtol=0)


def test_the_middle_can_be_cut_out(folder):
    whole, middle = polyu(folder), polyu(folder, size=16)
    assert torch.equal(whole[0].noisy[:, 16:32, 16:32], middle[0].noisy)


def test_what_is_missing_or_broken_is_named(tmp_path, folder, monkeypatch):
    (broken := tmp_path / "broken").mkdir()
    (broken / "polyu.npz").write_bytes(b"half")
    with pytest.raises(BrokenFile, match=r"polyu\.npz is broken or not complete"):
        polyu(broken)
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=r"must name a folder with CroppedImages of https://.*, or polyu\.npz"):
        polyu(empty)
    monkeypatch.delenv("ACDA_DATA_DIR", raising=False)
    with pytest.raises(FileNotFoundError, match="it is None"):
        polyu()
    if (folder / "CroppedImages").is_dir():
        (folder / "CroppedImages" / f"{NAMES[0]}_mean.JPG").unlink()
        with pytest.raises(BrokenFile, match="CroppedImages is broken or not complete"):
            polyu(folder)
