"""What needs a graphics card. Without one these tests are skipped."""

import json
import sys

import pytest
import torch
from samples import write_jpeg_copy
from small_commands import COMMANDS, shrink

from acda_core import ACDAConv2d, __main__

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no graphics card")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_trains_in_mixed_precision_as_it_does_on_the_processor(name, tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path, train=40, test=20)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    shrink(monkeypatch.setattr)
    losses = []
    for device in ("cpu", "cuda"):
        out = tmp_path / f"{device}.json"
        monkeypatch.setattr(sys, "argv", ["acda_core", *COMMANDS[name], "--device", device, "--out", str(out)])
        __main__.main()
        losses.append([row["last_loss"] for row in json.loads(out.read_text())["results"]])
    assert losses[1] == pytest.approx(losses[0], rel=0.05)


def test_a_layer_computes_on_the_card_what_it_computes_on_the_processor():
    torch.manual_seed(0)
    layer, x = ACDAConv2d(6, 8, 5, stride=2, padding=2).double(), torch.randn(2, 6, 11, 9).double()
    expected = layer(x)
    torch.testing.assert_close(layer.cuda()(x.cuda()).cpu(), expected)
