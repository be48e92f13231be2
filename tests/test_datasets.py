"""The loaders, on small files of the same form."""

import hashlib
import io
import pickle
import tarfile

import numpy as np
import pytest
import torch
from samples import write_jpeg_copy

from acda_core import datasets


def batch(count, key, seed=0):
    random = np.random.default_rng(seed)
    data = random.integers(0, 256, (count, 3072), dtype=np.uint8)
    return {"data": data, key: random.integers(0, 10, count).tolist()}


def write_archive(folder, monkeypatch, classes=10, members=None):
    """A small archive of the published form, known to the loader by its checksum."""
    known = datasets.ARCHIVES[classes]
    names = [name for split in known.members.values() for name in split]
    members = members or {name: batch(3, known.labels, seed) for seed, name in enumerate(names)}
    with tarfile.open(folder / known.file, "w:gz") as tar:
        for name, part in members.items():
            text = pickle.dumps(part)
            member = tarfile.TarInfo(f"cifar/{name}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    md5 = hashlib.md5((folder / known.file).read_bytes()).hexdigest()
    monkeypatch.setitem(datasets.ARCHIVES, classes, datasets.Archive(known.file, md5, known.members, known.labels))
    return members


@pytest.mark.parametrize("classes", [10, 100])
def test_images_and_labels_are_those_of_the_archive_in_its_order(classes, tmp_path, monkeypatch):
    members = write_archive(tmp_path, monkeypatch, classes)
    known = datasets.ARCHIVES[classes]
    for split, names in known.members.items():
        found = datasets.cifar(classes, split, tmp_path)
        data = np.concatenate([members[name]["data"] for name in names])
        assert np.array_equal(found.images.numpy().reshape(len(data), -1), data)
        assert found.labels.tolist() == [label for name in names for label in members[name][known.labels]]
        assert (found.images.dtype, found.labels.dtype) == (torch.uint8, torch.int64)


def test_an_archive_that_is_cut_short_is_not_used(tmp_path, monkeypatch):
    write_archive(tmp_path, monkeypatch)
    path = tmp_path / datasets.ARCHIVES[10].file
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="cut short: md5"):
        datasets.cifar(10, "test", tmp_path)


def test_an_archive_that_would_run_code_is_not_read(tmp_path, monkeypatch):
    write_archive(tmp_path, monkeypatch, members={"test_batch": {"data": print}})
    with pytest.raises(ValueError, match=r"holds builtins\.print"):
        datasets.cifar(10, "test", tmp_path)


def test_the_jpeg_copy_says_that_it_is_one(tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    found = datasets.cifar(10, "train")
    assert found.images.shape == (4, 3, 32, 32)
    assert found.labels.tolist() == [0, 1, 2, 3]
    assert "JPEG" in found.source
    random = np.random.default_rng(0)
    for image in found.images:
        colour = random.integers(0, 256, 3)
        assert np.abs(image.float().mean((1, 2)).numpy() - colour).max() < 4  # JPEG rounds


def test_a_broken_jpeg_copy_is_not_used(tmp_path):
    write_jpeg_copy(tmp_path, test_jpeg=np.zeros(10, dtype=np.uint8))
    with pytest.raises(ValueError, match="broken or cut short: 2 labels"):
        datasets.cifar(10, "test", tmp_path)
    path = tmp_path / datasets.JPEG_COPY
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match="broken or cut short"):
        datasets.cifar(10, "train", tmp_path)


def test_a_missing_file_is_named_with_its_address(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"must hold cifar-10-python.tar.gz or cifar10_jpeg.npz; .* https://"):
        datasets.cifar(10, "train", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"must hold cifar-100-python.tar.gz; "):
        datasets.cifar(100, "train", tmp_path)


def test_other_splits_and_classes_are_refused(tmp_path):
    with pytest.raises(ValueError, match="`classes` must be 10 or 100, got 20"):
        datasets.cifar(20, "train", tmp_path)
    with pytest.raises(ValueError, match='`split` must be "train" or "test", got \'val\''):
        datasets.cifar(10, "val", tmp_path)
