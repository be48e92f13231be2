"""Trainings that are stopped: nothing is lost, and nothing is taken for something else."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from samples import write_jpeg_copy
from small_commands import COMMANDS, run, shrink

SCRIPT = Path(__file__).parents[1] / "small_commands.py"


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path, train=40, test=20)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", sys.argv)
    shrink(monkeypatch.setattr)


def rows(folder, name):
    """What a command stored, without the times."""
    stored = json.loads((folder / f"{name}.json").read_text())["results"]
    return [{key: value for key, value in row.items() if key not in ("seconds", "step_ms")} for row in stored]


def stop_at_step(number, monkeypatch):
    """Ctrl-C in this step of Adam."""
    taken = []
    real = torch.optim.Adam.step

    def step(self, *arguments, **keywords):
        taken.append(None)
        if len(taken) == number:
            signal.raise_signal(signal.SIGINT)
        return real(self, *arguments, **keywords)

    monkeypatch.setattr(torch.optim.Adam, "step", step)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_was_killed_goes_on_to_the_same_bits(name, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    words = COMMANDS[name]
    words = [*words[:3], *words[words.index("--epochs") :]]  # its first network
    run(whole, words)
    environment = {**os.environ, "KILL_AT_STEP": "2", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(SCRIPT), str(killed), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    (checkpoint,) = (killed / "checkpoints").iterdir()
    assert len(torch.load(checkpoint, weights_only=True)["losses"]) == 1
    run(killed, [*words, "--resume"])
    assert rows(killed, name) == rows(whole, name)


def test_ctrl_c_says_how_to_go_on_and_the_end_leaves_no_checkpoint(tmp_path, monkeypatch):
    words = ["lenet", "--network", "conv", "acda", "--epochs", "1"]
    with monkeypatch.context() as patch:
        stop_at_step(7, patch)  # the second step of the second network
        with pytest.raises(SystemExit, match=r"stopped. .*checkpoints holds what is done: .* --resume goes on"):
            run(tmp_path, words)
    left = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert left == [f"lenet-data-cifar10-epochs-1-{network}-0.pt" for network in ("acda", "conv")]
    run(tmp_path, [*words, "--resume"])
    assert not (tmp_path / "checkpoints").exists()
    resumed = rows(tmp_path, "lenet")
    run(tmp_path, words)
    assert rows(tmp_path, "lenet") == resumed


def test_a_training_is_not_taken_for_one_of_other_settings(tmp_path, monkeypatch):
    words = ["lenet", "--network", "conv", "--epochs"]
    with monkeypatch.context() as patch:
        stop_at_step(2, patch)
        with pytest.raises(SystemExit, match="stopped"):
            run(tmp_path, [*words, "1"])
    with pytest.raises(SystemExit, match=r"epochs-1-conv-0\.pt is left of a training that was stopped: add --resume"):
        run(tmp_path, [*words, "1"])
    with pytest.raises(SystemExit, match=r"nothing to go on with: .*lenet-data-cifar10-epochs-2-conv-0\.pt"):
        run(tmp_path, [*words, "2", "--resume"])
    run(tmp_path, [*words, "2"])
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["lenet-data-cifar10-epochs-1-conv-0.pt"]
