"""What the trial on a graphics card takes for a lasting failure, and what for a passing one."""

import sys
from types import SimpleNamespace

import pytest
import torch

from acda_core.kernels import cuda

HERE = torch.device("cpu")  # the trial allocates there, and launches what the test gives it


@pytest.fixture
def launch(monkeypatch):
    """Let a trial launch a function: `launch(function)`. What it found is forgotten afterwards."""

    def use(function):
        module = SimpleNamespace(acda_conv=function)
        monkeypatch.setitem(sys.modules, "acda_core.kernels.cuda.launches", module)
        monkeypatch.setattr(cuda, "launches", module, raising=False)

    cuda._trial.cache_clear()
    yield use
    cuda._trial.cache_clear()


@pytest.mark.parametrize(
    "error",
    [
        torch.cuda.OutOfMemoryError("Tried to allocate 2 MiB"),
        RuntimeError("Triton Error [CUDA]: out of memory"),
        RuntimeError("CUDA error: out of memory"),
    ],
    ids=["torch", "triton", "driver"],
)
def test_a_full_memory_is_raised_and_the_next_call_tries_again(launch, error):
    def full(*arguments):
        raise error

    launch(full)
    for _ in range(2):
        with pytest.raises(type(error), match=error.args[0][-10:]):
            cuda._trial(HERE)
    calls = []
    launch(lambda *arguments: calls.append(arguments))
    assert [cuda._trial(HERE) for _ in range(2)] == ["", ""]
    assert len(calls) == 1


def test_another_failure_lasts_and_is_told_in_one_line(launch):
    calls = []

    def broken(*arguments):
        calls.append(arguments)
        raise OSError("no C compiler\nmore of it")

    launch(broken)
    assert [cuda._trial(HERE) for _ in range(2)] == ["OSError: no C compiler"] * 2
    assert len(calls) == 1
