"""Networks at rates chosen on validation images: the split of the images."""

import pytest
import torch
from samples import write_jpeg_copy

from acda_core.experiments import tuned


@pytest.mark.parametrize("classes", [10, 100])
def test_a_tenth_of_the_training_images_is_held_out_and_always_the_same(classes, tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path, train=40, test=10, classes=classes)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    splits, again = tuned.load(classes), tuned.load(classes, limit=20)
    assert [len(part.labels) for part in (splits.train, splits.validation, splits.test)] == [36, 4, 10]
    assert torch.equal(splits.validation.images, again.validation.images)
    assert torch.equal(splits.train.images[:20], again.train.images)
    colours = [{tuple(image[:, 0, 0].tolist()) for image in part.images} for part in (splits.train, splits.validation)]
    assert not colours[0] & colours[1]
    assert sum(map(len, colours)) == 40
