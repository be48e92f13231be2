"""Folders of pictures hold what systems and editors leave there, and broken files."""

import numpy as np
import pytest
from PIL import Image

from acda_core.data.imagefolder import ImageFolder
from acda_core.training.atomic import BrokenFile


@pytest.fixture
def folder(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    for kind in ("cats", "dogs"):
        (tmp_path / "train" / kind).mkdir(parents=True)
        for ending in ("jpg", "png"):
            Image.fromarray(pixels).save(tmp_path / "train" / kind / f"1.{ending}")
    return tmp_path


def test_what_begins_with_a_dot_is_neither_a_class_nor_a_picture(folder):
    (folder / "train" / ".ipynb_checkpoints").mkdir()
    (folder / "train" / "cats" / "._1.jpg").write_bytes(b"what a Mac leaves")
    data = ImageFolder(folder, "train")
    assert data.classes == ["cats", "dogs"]
    assert [path.name for path in data.paths] == ["1.jpg", "1.png"] * 2


@pytest.mark.parametrize("name", ["1.jpg", "1.png"])
@pytest.mark.parametrize("length", [0, 3, 100, -1])
def test_a_picture_that_is_cut_short_is_named_before_it_is_used(folder, name, length):
    broken = folder / "train" / "dogs" / name
    broken.write_bytes(broken.read_bytes()[:length] if length >= 0 else b"not a picture at all")
    with pytest.raises(BrokenFile, match=rf"^1 of 4 pictures cannot be read; mend or remove them: {broken}$"):
        ImageFolder(folder, "train")


def test_a_picture_with_something_after_its_end_is_taken(folder):
    for name in ("1.jpg", "1.png"):
        with (folder / "train" / "cats" / name).open("ab") as file:
            file.write(b"a camera's own note")
    assert len(ImageFolder(folder, "train")) == 4
