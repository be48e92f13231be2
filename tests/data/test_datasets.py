"""The loaders, on small files of the same form."""

import hashlib
import io
import pickle
import tarfile
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from samples import write_jpeg_copy

from acda_core.data import bccd as smears
from acda_core.data.archives import Archive
from acda_core.data.bccd import BCCD, BCCD_CLONE, BCCD_COPY, CELLS, SAMPLE, bccd, bccd_sample
from acda_core.data.cifar import CIFAR, JPEG_COPY, LABELS, MEMBERS, cifar
from acda_core.training.atomic import BrokenFile


def batch(count, key, seed=0):
    random = np.random.default_rng(seed)
    data = random.integers(0, 256, (count, 3072), dtype=np.uint8)
    return {"data": data, key: random.integers(0, 10, count).tolist()}


def write_archive(folder, monkeypatch, classes=10, members=None):
    """A small archive of the published form, known to the loader by its checksum."""
    names = [name for split in MEMBERS[classes].values() for name in split]
    members = members or {name: batch(3, LABELS[classes], seed) for seed, name in enumerate(names)}
    path = folder / CIFAR[classes].file
    with tarfile.open(path, "w:gz") as tar:
        for name, part in members.items():
            text = pickle.dumps(part)
            member = tarfile.TarInfo(f"cifar/{name}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setitem(CIFAR, classes, replace(CIFAR[classes], checksum=md5))
    return members


@pytest.mark.parametrize("classes", [10, 100])
def test_images_and_labels_are_those_of_the_archive_in_its_order(classes, tmp_path, monkeypatch):
    members = write_archive(tmp_path, monkeypatch, classes)
    for split, names in MEMBERS[classes].items():
        found = cifar(classes, split, tmp_path)
        data = np.concatenate([members[name]["data"] for name in names])
        assert np.array_equal(found.images.numpy().reshape(len(data), -1), data)
        assert found.labels.tolist() == [label for name in names for label in members[name][LABELS[classes]]]
        assert (found.images.dtype, found.labels.dtype) == (torch.uint8, torch.int64)


def test_an_archive_that_is_cut_short_is_not_used(tmp_path, monkeypatch):
    write_archive(tmp_path, monkeypatch)
    path = tmp_path / CIFAR[10].file
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="cut short: md5"):
        cifar(10, "test", tmp_path)


def test_an_archive_that_would_run_code_is_not_read(tmp_path, monkeypatch):
    write_archive(tmp_path, monkeypatch, members={"test_batch": {"data": print}})
    with pytest.raises(ValueError, match=r"holds builtins\.print"):
        cifar(10, "test", tmp_path)


@pytest.mark.parametrize("classes", [10, 100])
def test_the_jpeg_copy_says_that_it_is_one(classes, tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path, train=12, classes=classes)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    found = cifar(classes, "train")
    assert found.images.shape == (12, 3, 32, 32)
    assert found.labels.tolist() == [number % classes for number in range(12)]
    assert found.source == f"cifar{classes}_jpeg.npz, images encoded as JPEG"
    random = np.random.default_rng(0)
    for image in found.images:
        colour = random.integers(0, 256, 3)
        assert np.abs(image.float().mean((1, 2)).numpy() - colour).max() < 4  # JPEG rounds


def test_a_broken_jpeg_copy_is_not_used(tmp_path):
    write_jpeg_copy(tmp_path, test_jpeg=np.zeros(10, dtype=np.uint8))
    with pytest.raises(ValueError, match="broken or cut short: 2 labels"):
        cifar(10, "test", tmp_path)
    path = tmp_path / JPEG_COPY[10]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match="broken or cut short"):
        cifar(10, "train", tmp_path)


def test_damage_anywhere_in_a_copy_is_either_harmless_or_said(tmp_path):
    write_jpeg_copy(tmp_path)
    path = tmp_path / JPEG_COPY[10]
    whole, random, refused = path.read_bytes(), np.random.default_rng(0), 0
    for _ in range(200):
        damaged = bytearray(whole[: random.integers(1, 2 * len(whole))])
        for place in random.integers(0, len(damaged), random.choice([1, 3, 30])):
            damaged[place] = random.integers(256)
        path.write_bytes(damaged)
        try:
            assert cifar(10, "test", tmp_path).images.shape == (2, 3, 32, 32)
        except BrokenFile:
            refused += 1
    assert refused > 100


def test_a_missing_file_is_named_with_its_address(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"must hold cifar-10-python.tar.gz or cifar10_jpeg.npz; .* https://"):
        cifar(10, "train", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"must hold cifar-100-python.tar.gz or cifar100_jpeg.npz; "):
        cifar(100, "train", tmp_path)


def test_other_splits_and_classes_are_refused(tmp_path):
    with pytest.raises(ValueError, match="`classes` must be 10 or 100, got 20"):
        cifar(20, "train", tmp_path)
    with pytest.raises(ValueError, match='`split` must be "train" or "test", got \'val\''):
        cifar(10, "val", tmp_path)


def smear(number):
    """A photograph of one shade, as JPEG, and its boxes as rows of kind, xmin, ymin, xmax, ymax."""
    buffer = io.BytesIO()
    Image.fromarray(np.full((480, 640, 3), 40 * number, dtype=np.uint8)).save(buffer, "JPEG", quality=95)
    return buffer.getvalue(), [(number % 3, 8, 40, 108, 120), (1, 1, 2, 101, 82)][: number % 3]


def write_bccd_copy(folder, monkeypatch, **changes):
    """A small file of the form of bccd.npz: one photograph to train on, two to validate, three to test."""
    monkeypatch.setattr(smears, "BCCD_SPLITS", {"train": 1, "val": 2, "test": 3})
    arrays = {"classes": np.array(CELLS)}
    for split, number in smears.BCCD_SPLITS.items():
        parts = [smear(index) for index in range(number)]
        files = [jpeg for jpeg, _ in parts]
        rows = [(index, *row) for index, (_, boxes) in enumerate(parts) for row in boxes]
        arrays[f"{split}_jpeg"] = np.frombuffer(b"".join(files), dtype=np.uint8)
        arrays[f"{split}_offsets"] = np.cumsum([0, *map(len, files)])
        arrays[f"{split}_boxes"] = np.array(rows, dtype=np.int32).reshape(-1, 6)
    np.savez(folder / BCCD_COPY, **{**arrays, **changes})


def write_bccd_clone(folder, name=BCCD_CLONE):
    """A small folder of the form of the repository."""
    root = folder / name / "BCCD"
    for part in ("ImageSets/Main", "JPEGImages", "Annotations"):
        (root / part).mkdir(parents=True)
    (root / "ImageSets/Main/test.txt").write_text("smear0\nsmear1\nsmear2\n")
    for index in range(3):
        jpeg, boxes = smear(index)
        (root / f"JPEGImages/smear{index}.jpg").write_bytes(jpeg)
        objects = "".join(
            f"<object><name>{CELLS[kind]}</name><bndbox><xmin>{left}</xmin><ymin>{top}</ymin>"
            f"<xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox></object>"
            for kind, left, top, right, bottom in boxes
        )
        (root / f"Annotations/smear{index}.xml").write_text(f"<annotation>{objects}</annotation>")
    return root


def write_bccd_archive(folder, monkeypatch):
    """A small archive of the form of the repository's release, known to the loader by its checksum."""
    path = folder / BCCD.file
    root = write_bccd_clone(folder / "unpacked", path.stem).parent
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(root.rglob("*")):
            archive.write(file, file.relative_to(root.parent))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(smears, "BCCD", replace(BCCD, checksum=sha256))
    return path


@pytest.mark.parametrize("form", ["copy", "archive", "clone"])
def test_smears_come_with_their_boxes_at_the_size_that_was_asked_for(form, tmp_path, monkeypatch):
    if form == "copy":
        write_bccd_copy(tmp_path, monkeypatch)
    elif form == "archive":
        write_bccd_archive(tmp_path, monkeypatch)
    else:
        write_bccd_clone(tmp_path)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    found = bccd("test", reduce=4)
    assert found.images.shape == (3, 3, 120, 160)
    assert found.images.dtype == torch.uint8
    assert [int(image.float().mean().round()) for image in found.images] == [0, 40, 80]
    assert [kinds.tolist() for kinds in found.kinds] == [[], [1], [2, 1]]
    assert [boxes.tolist() for boxes in found.boxes] == [
        [],
        [[10, 2, 30, 27]],
        [[10, 2, 30, 27], [0.5, 0.25, 20.5, 25.25]],
    ]


def test_a_broken_file_of_smears_is_not_used(tmp_path, monkeypatch):
    write_bccd_copy(tmp_path, monkeypatch, test_jpeg=np.zeros(10, dtype=np.uint8))
    with pytest.raises(ValueError, match="broken or cut short: 3 photographs"):
        bccd("test", tmp_path)
    write_bccd_copy(tmp_path, monkeypatch, classes=np.array(["RBC", "WBC"]))
    with pytest.raises(ValueError, match="classes RBC, WBC, expected RBC, WBC, Platelets"):
        bccd("test", tmp_path)
    path = tmp_path / BCCD_COPY
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match="broken or cut short"):
        bccd("test", tmp_path)


def test_a_clone_that_lacks_a_file_is_not_used(tmp_path):
    root = write_bccd_clone(tmp_path)
    annotation = root / "Annotations" / "smear2.xml"
    annotation.write_text(annotation.read_text()[:-30])
    with pytest.raises(ValueError, match="broken or not complete"):
        bccd("test", tmp_path)
    annotation.unlink()
    with pytest.raises(ValueError, match=r"broken or not complete: .*smear2.xml"):
        bccd("test", tmp_path)


def test_an_archive_of_smears_that_is_cut_short_is_not_used(tmp_path, monkeypatch):
    path = write_bccd_archive(tmp_path, monkeypatch)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="cut short: sha256"):
        bccd("test", tmp_path)


def test_missing_smears_are_named_with_their_address(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"must hold BCCD_Dataset-1.0.zip, the archive at https://github.com/"):
        bccd("test", tmp_path)


def test_without_a_folder_of_yours_data_are_fetched_from_their_sites(tmp_path, monkeypatch):
    monkeypatch.delenv("ACDA_DATA_DIR", raising=False)
    write_archive(tmp_path, monkeypatch)
    write_bccd_archive(tmp_path, monkeypatch)
    asked = []

    def fetched(archive):
        asked.append(archive.url)
        return tmp_path / archive.file

    monkeypatch.setattr(Archive, "fetched", fetched)
    assert len(cifar(10, "train").labels) == 15
    assert len(bccd("test").boxes) == 3
    assert asked == [
        "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
        "https://github.com/Shenggan/BCCD_Dataset/archive/v1.0.zip",
    ]


def test_other_splits_and_sizes_of_smears_are_refused(tmp_path):
    with pytest.raises(ValueError, match="`split` must be one of train, val, test, got 'all'"):
        bccd("all", tmp_path)
    with pytest.raises(ValueError, match="`reduce` must be 1, 2, 4 or 8, got 3"):
        bccd("test", tmp_path, reduce=3)


def test_the_sample_of_smears_holds_cells_of_all_kinds_inside_their_photographs():
    sample = bccd_sample()
    assert sample.images.shape == (12, 3, 120, 160)
    boxes = torch.cat(sample.boxes)
    assert set(torch.cat(sample.kinds).tolist()) == {0, 1, 2}
    assert (boxes[:, :2] < boxes[:, 2:]).all()
    assert (boxes >= 0).all()
    assert (boxes[:, 2] <= 120).all()
    assert (boxes[:, 3] <= 160).all()
    assert SAMPLE.stat().st_size < 300_000
    licence = (SAMPLE.parent / "LICENSE-BCCD.txt").read_text()
    assert "MIT License" in licence
    assert "Copyright (c) 2017 shenggan" in licence


def test_white_cells_are_dark_in_their_boxes():
    """Boxes and pixels belong together: the stained nucleus lies where its box says."""
    sample = bccd_sample()
    for image, boxes, kinds in zip(sample.images, sample.boxes, sample.kinds, strict=True):
        green = image[1].float()
        for top, left, bottom, right in boxes[kinds == 1].int().tolist():
            assert green[top:bottom, left:right].mean() < green.mean()
