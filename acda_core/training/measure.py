"""Measure a network or a function: multiply-adds, parameters, time, memory."""

import gc
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from acda_core.survey import counted
from acda_core.survey import evaluating as evaluating
from acda_core.survey import parameters as parameters


def multiply_adds(network: nn.Module, shape: Sequence[int] = (3, 32, 32)) -> int:
    """Of one input, as PyTorch's counter sees them: without biases. The network is left as it is.

    >>> multiply_adds(nn.Conv2d(3, 16, 5)) == 28 * 28 * 16 * 75
    True

    Args:
        network: any, on any device.
        shape: of the input, without the batch: (c, h, w) for images.
    """
    return counted(network, [(1, *shape)])


def saved_bytes(function: Callable[..., Tensor], *inputs: Tensor) -> int:
    """Bytes that autograd keeps for the backward pass of ``function(*inputs)``, each storage once, without parameters.

    >>> x = torch.randn(1, 3, 10, 10, requires_grad=True)
    >>> saved_bytes(nn.Conv2d(3, 16, 5), x)  # the image
    1200

    Checkpointing and ``save="memory"`` of a layer hide what they keep: there take :func:`peak_bytes`.

    Args:
        function: a module or a function of tensors; for a module its own parameters are left out.
        inputs: its arguments. Those that require grad make autograd keep more.
    """
    owned = set()
    if isinstance(function, nn.Module):
        owned = {t.untyped_storage().data_ptr() for t in (*function.parameters(), *function.buffers())}
    storages: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in owned:
            storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        output = function(*inputs)
        del output
    return sum(storages.values())


def peak_bytes(function: Callable[[], object]) -> int:
    """Most bytes that tensors made inside ``function()`` hold at one moment, on a GPU where it uses one.

    What was there before does not count. What a library keeps outside of PyTorch's memory is not seen.
    """
    gc.collect()  # else garbage is freed inside, and counts as less
    if torch.cuda.is_available():
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        function()
        torch.cuda.synchronize()
        if used := torch.cuda.max_memory_allocated() - before:
            return used
    os.environ.setdefault("KINETO_LOG_LEVEL", "6")  # the profiler announces itself otherwise
    with torch.autograd.profiler.profile(profile_memory=True) as profiler:
        function()
    held = most = 0
    changes = [event for event in profiler.kineto_results.events() if event.name() == "[memory]"]
    for change in sorted(changes, key=lambda event: event.start_ns()):
        held += change.nbytes()
        most = max(most, held)
    return most


def step(layer: nn.Module, x: Tensor, gradient: Tensor) -> None:
    """A forward and a backward pass that leave no gradient behind.

    Args:
        layer: any module of one tensor.
        x: its input; its gradient is computed where it requires one.
        gradient: of the output.
    """
    layer(x).backward(gradient)
    x.grad = None
    layer.zero_grad(set_to_none=True)


BURST = 10.0  # milliseconds for which a function is called in a turn


def median_times(functions: Mapping[str, Callable[[], object]], repeats: int, device: str = "cpu") -> dict[str, float]:
    """Median milliseconds of each function.

    In each turn each is called until BURST is over: what takes less is called more often, most of the times with its
    data in the caches. The first turn is not counted.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(repeats + 1):
        for name, function in functions.items():
            spent = 0.0
            while spent < BURST:
                milliseconds = _time_on_cuda(function) if device == "cuda" else _time(function)
                spent += milliseconds
                if turn:
                    times[name].append(milliseconds)
    return {name: statistics.median(values) for name, values in times.items()}


def _time(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


def _time_on_cuda(function: Callable[[], object]) -> float:
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    function()
    end.record()
    end.synchronize()
    return start.elapsed_time(end)
