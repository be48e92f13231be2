"""Several processes that train one network: the same losses as one process, from half of each batch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from samples import write_jpeg_copy
from small_commands import BATCHES, COMMANDS, run, shrink
from torch import nn

from acda_core.training import distributed

SCRIPT = Path(__file__).parents[1] / "small_commands.py"
LAUNCH = "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_two_processes_find_the_losses_of_one_and_see_half_of_each_batch(name, tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path, train=40, test=20)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(sys, "argv", sys.argv)
    shrink(monkeypatch.setattr)
    alone, together = tmp_path / "alone", tmp_path / "together"
    alone.mkdir()
    together.mkdir()

    run(alone, COMMANDS[name])
    launched = subprocess.run(
        [sys.executable, *LAUNCH, str(SCRIPT), str(together), *COMMANDS[name]], capture_output=True, text=True
    )
    assert launched.returncode == 0, launched.stderr[-3000:]

    one, two = (json.loads((folder / f"{name}.json").read_text()) for folder in (alone, together))
    assert one["command"].startswith(f"python -m acda_core {name}")
    assert two["command"].startswith(f"torchrun --nproc-per-node=2 -m acda_core {name}")
    losses = [[row["last_loss"] for row in stored["results"]] for stored in (one, two)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)

    first, second = (json.loads((together / f"seen-{rank}.json").read_text()) for rank in (0, 1))
    assert len(first) == len(second) > 0
    for (number, total), (other_number, other_total) in zip(first, second, strict=True):
        assert number == other_number == BATCHES[name] / 2
        assert total != other_total


@pytest.mark.slow
def test_torchrun_trains_a_toy_once(tmp_path):
    words = "-m", "acda_core", "toy", "--steps", "2", "--device", "cpu", "--out", "toy.json"
    done = subprocess.run([sys.executable, *LAUNCH, *words], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("the toy trains in one process: the other 1 of torchrun's have nothing to do")
    assert [row["conv"] for row in json.loads((tmp_path / "toy.json").read_text())["results"]] == [
        "conv",
        "acda",
        "stack",
    ]
    assert done.stdout.count("seed 0") == 3


def test_shares_are_disjoint_and_make_up_the_batch(monkeypatch):
    batch = torch.arange(12)
    shares = []
    for rank in range(3):
        monkeypatch.setattr(distributed, "rank_and_size", lambda rank=rank: (rank, 3))
        shares.append(distributed.share(batch))
    assert [len(part) for part in shares] == [4, 4, 4]
    assert sorted(torch.cat(shares).tolist()) == batch.tolist()
    with pytest.raises(ValueError, match="3 processes cannot share a batch of 10 evenly"):
        distributed.share(batch[:10])


def test_one_process_trains_the_model_itself():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    assert distributed.data_parallel(model) is model
    assert type(model[1]) is nn.BatchNorm2d


@pytest.mark.parametrize("training", [True, False])
def test_a_joint_norm_in_one_process_is_the_norm_that_it_takes_over(training):
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(4).train(training)
    nn.init.normal_(norm.weight)
    joint = distributed.JointBatchNorm2d(norm)
    assert joint.weight is norm.weight
    x = torch.randn(5, 4, 3, 3)
    assert torch.equal(joint(x), norm(x))
    assert joint.state_dict().keys() == norm.state_dict().keys()
