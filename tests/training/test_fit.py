"""Training that can be cut off at any moment and goes on as if it had not been."""

import errno
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch
from torch import nn

from acda_core.training import fit as fitting
from acda_core.training.atomic import BrokenFile
from acda_core.training.fit import fit, one_cycle

ROOT = Path(__file__).resolve().parents[2]
STEPS = 30


def problem(momentum=0.9):
    """A small regression whose data depend on the step."""
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))
    with torch.no_grad():
        for index, parameter in enumerate(model.parameters()):
            parameter.copy_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(index)))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=momentum)

    def loss(step):
        x = torch.randn(8, 3, generator=torch.Generator().manual_seed(step))
        return (model(x) - x.sum(1, keepdim=True)).square().mean()

    return model, loss, optimizer


def trained(steps, checkpoint=None, every=30.0):
    model, loss, optimizer = problem()
    history = fit(model, loss, optimizer, steps, checkpoint, every, progress=False)
    return model, history


def assert_same_bits(one, other):
    (model, history), (other_model, other_history) = one, other
    assert history.losses == other_history.losses
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, other_model.state_dict()[name]), name


def test_fit_takes_the_steps_of_a_plain_loop():
    model, loss, optimizer = problem()
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        value = loss(step)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    fitted, history = trained(STEPS)
    assert history.losses == losses
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), fitted.parameters(), strict=True))


@pytest.mark.parametrize("stop", [1, 13, STEPS])
def test_a_run_in_two_parts_ends_at_the_bits_of_one_run(tmp_path, stop):
    trained(stop, tmp_path / "run.pt")
    assert_same_bits(trained(STEPS, tmp_path / "run.pt"), trained(STEPS))


def test_the_seconds_before_a_checkpoint_count(tmp_path, monkeypatch):
    readings = itertools.count()
    monkeypatch.setattr(fitting.time, "perf_counter", lambda: next(readings))
    first = trained(3, tmp_path / "run.pt")[1].seconds
    assert trained(7, tmp_path / "run.pt")[1].seconds == first + trained(4, tmp_path / "other.pt")[1].seconds


def test_the_last_loss_is_the_mean_of_those_in_the_window_or_of_all_there_are():
    history = fitting.History([8.0, 1.0, 3.0])
    assert (history.last_loss(2), history.last_loss(50)) == (2, 4)


@pytest.fixture
def keyboard():
    """Ctrl-C as at a terminal: a process that a shell started in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("keyboard")
def test_ctrl_c_ends_after_a_whole_step_and_the_run_goes_on_from_there(tmp_path):
    model, loss, optimizer = problem()
    before = signal.getsignal(signal.SIGINT)

    def interrupted(step):
        if step == 11:
            signal.raise_signal(signal.SIGINT)
            while signal.getsignal(signal.SIGINT) is not before:
                time.sleep(0.001)  # the handler may be late, and puts the former one back
        return loss(step)

    with pytest.raises(KeyboardInterrupt):
        fit(model, interrupted, optimizer, STEPS, tmp_path / "run.pt", progress=False)
    assert signal.getsignal(signal.SIGINT) is before
    assert len(torch.load(tmp_path / "run.pt", weights_only=True)["losses"]) == 12
    assert_same_bits(trained(STEPS, tmp_path / "run.pt"), trained(STEPS))


@pytest.mark.usefixtures("keyboard")
def test_a_second_ctrl_c_ends_within_the_step():
    model, loss, optimizer = problem()
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def impatient(step):
        signal.raise_signal(signal.SIGINT)
        while signal.getsignal(signal.SIGINT) is not before:
            time.sleep(0.001)
        signal.raise_signal(signal.SIGINT)
        time.sleep(1)  # the interrupt comes here at the latest
        seen.append(step)
        return loss(step)

    with pytest.raises(KeyboardInterrupt):
        fit(model, impatient, optimizer, STEPS, progress=False)
    assert seen == []


@pytest.mark.slow
def test_a_killed_process_loses_no_more_than_the_steps_since_the_last_checkpoint(tmp_path):
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT / "tests" / "training")!r})
from pathlib import Path
from test_fit import problem, fit
model, loss, optimizer = problem()
def killed(step):
    if step == 17:
        os.kill(os.getpid(), signal.SIGKILL)
    return loss(step)
fit(model, killed, optimizer, {STEPS}, Path({str(tmp_path / "run.pt")!r}), every=0, progress=False)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(torch.load(tmp_path / "run.pt", weights_only=True)["losses"]) == 17
    assert_same_bits(trained(STEPS, tmp_path / "run.pt"), trained(STEPS))


def test_a_checkpoint_that_cannot_be_finished_leaves_the_one_before(tmp_path, monkeypatch):
    trained(5, tmp_path / "run.pt")
    before = (tmp_path / "run.pt").read_bytes()

    def half(state, file):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fitting.torch, "save", half)
    with pytest.raises(
        OSError, match=r"No space left on device; .*run\.pt was not written, what was there .* is there"
    ):
        trained(10, tmp_path / "run.pt")
    assert (tmp_path / "run.pt").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "run.pt"]


@pytest.mark.parametrize("held", [b"", b"PK\x03\x04", b"half a file", "other"])
def test_a_checkpoint_that_cannot_be_read_or_is_of_another_model_is_named(tmp_path, held):
    if held == "other":
        torch.save({"model": {"weight": torch.ones(2)}}, tmp_path / "run.pt")
    else:
        (tmp_path / "run.pt").write_bytes(held)
    with pytest.raises(
        BrokenFile, match=r"run\.pt is broken, or of another training \(.+\): delete it to begin again$"
    ):
        trained(10, tmp_path / "run.pt")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_scheduler_or_a_terminal_that_closes_ends_after_a_whole_step_whose_checkpoint_is_written(tmp_path, number):
    model, loss, optimizer = problem()
    before = signal.getsignal(number)

    def ended(step):
        if step == 11:
            signal.raise_signal(number)
            while signal.getsignal(number) is not before:
                time.sleep(0.001)
        return loss(step)

    with pytest.raises(KeyboardInterrupt):
        fit(model, ended, optimizer, STEPS, tmp_path / "run.pt", progress=False)
    assert signal.getsignal(number) is before
    assert len(torch.load(tmp_path / "run.pt", weights_only=True)["losses"]) == 12


def test_a_process_that_nohup_started_goes_on_when_its_terminal_closes():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    model, loss, optimizer = problem()

    def closed(step):
        signal.raise_signal(signal.SIGHUP)
        return loss(step)

    try:
        assert len(fit(model, closed, optimizer, 5, progress=False).losses) == 5
    finally:
        signal.signal(signal.SIGHUP, before)


def test_training_works_in_a_thread_where_no_handler_can_be_set():
    ended = []
    thread = threading.Thread(target=lambda: ended.append(trained(3)[1]))
    thread.start()
    thread.join()
    assert len(ended[0].losses) == 3


def test_the_progress_bar_shows_steps_rate_and_loss(capsys):
    model, loss, optimizer = problem()
    fit(model, loss, optimizer, STEPS, name="a name")
    last = capsys.readouterr().err.split("\r")[-1]
    assert last.startswith("a name: 100%")
    assert f"{STEPS}/{STEPS}" in last
    assert "it/s" in last
    assert "loss" in last


@pytest.mark.slow
@pytest.mark.parametrize(("value", "bars"), [("", 1), ("1", 0)])
def test_the_environment_can_hide_every_progress_bar(value, bars):
    program = """
import torch
from acda_core.training.fit import fit
model = torch.nn.Linear(1, 1)
fit(model, lambda step: model(torch.ones(1, 1)).sum(), torch.optim.SGD(model.parameters(), 0.1), 3, name="a name")
"""
    command, environment = [sys.executable, "-c", program], {**os.environ, "TQDM_DISABLE": value}
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stderr
    assert said.count("a name: 100%") == bars


def test_a_loss_that_is_not_finite_ends_the_training_with_its_step():
    model, loss, optimizer = problem()
    with pytest.raises(FloatingPointError, match="the loss is inf at step 4"):
        fit(model, lambda step: loss(step) + (float("inf") if step == 4 else 0), optimizer, 9, progress=False)


def test_numbers_of_steps_that_cannot_be_are_errors(tmp_path):
    for steps, every in ((-1, 5), (5, -1)):
        with pytest.raises(ValueError, match=f"got {steps} and {every}"):
            trained(steps, every=every)
    trained(6, tmp_path / "run.pt")
    with pytest.raises(ValueError, match="`steps` must be at least the checkpoint's 6, got 5"):
        trained(5, tmp_path / "run.pt")


def test_a_one_cycle_rate_rises_to_its_peak_and_falls_to_nothing():
    rate = one_cycle(100, 0.5, warmup=0.2)
    rates = [rate(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.02)
    assert max(rates) == rates[20] == 0.5
    assert rates[:21] == sorted(rates[:21])
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert 0 < rates[-1] < 1e-3


def test_the_optimizer_uses_the_rate_of_each_step():
    weight = torch.nn.Parameter(torch.zeros(()))
    model = torch.nn.Module()
    model.weight = weight
    optimizer = torch.optim.SGD(model.parameters(), lr=99.0)
    fit(model, lambda step: weight.sum(), optimizer, 3, progress=False, rate=lambda step: 10.0**-step)
    assert weight.item() == pytest.approx(-1.11)
