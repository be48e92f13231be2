"""Steps of training on a graphics card, captured once as a CUDA graph and then replayed.

The processor draws a step's small inputs, sends them off and says go; it waits for nothing. Forward pass, backward pass
and the optimizer's step are launched as one.
"""

import logging
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from acda_core.training.distributed import rank_and_size

WARMUP = 3  # first steps, which are taken as they are: kernels are compiled, the optimizer makes its state

logger = logging.getLogger(__name__)


class Graph(Protocol):
    """What captures work and repeats it: :class:`CardGraph`, or in tests what stands in for it."""

    def fill(self, buffer: Tensor, value: Tensor) -> None:
        """Write a value of the processor into a buffer of the graph, without waiting."""

    def warm(self, work: Callable[[], Tensor]) -> Tensor:
        """Do the work where it will be captured."""

    def capture(self, work: Callable[[], Tensor]) -> None:
        """Note the work, and do none of it.

        Raises:
            RuntimeError: it waits for the card, or does what else cannot be captured.
        """

    def replay(self) -> Tensor:
        """Do what was captured; its result, which the next replay overwrites."""


class CardGraph:
    """A CUDA graph, on a stream of its own while it is made.

    Args:
        device: the card.
    """

    def __init__(self, device: torch.device):
        self.device, self.graph, self.stream = device, torch.cuda.CUDAGraph(), torch.cuda.Stream(device)

    def fill(self, buffer: Tensor, value: Tensor) -> None:
        # The allocator of pinned memory gives none of it away again before its copy is done
        buffer.copy_(value.pin_memory(), non_blocking=True)

    def warm(self, work: Callable[[], Tensor]) -> Tensor:
        current = torch.cuda.current_stream(self.device)
        self.stream.wait_stream(current)
        with torch.cuda.stream(self.stream):
            result = work()
        current.wait_stream(self.stream)
        return result

    def capture(self, work: Callable[[], Tensor]) -> None:
        # Other threads may go on with the card meanwhile, as the one that pins the memory of a DataLoader does
        with torch.cuda.graph(self.graph, stream=self.stream, capture_error_mode="thread_local"):
            self.result = work()

    def replay(self) -> Tensor:
        self.graph.replay()
        return self.result


def graph_for(optimizer: torch.optim.Optimizer) -> Graph | None:
    """What captures the steps of a training: None off a card, under torchrun, and for other optimizers than these."""
    device = optimizer.param_groups[0]["params"][0].device
    known = isinstance(optimizer, (torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD))
    return CardGraph(device) if device.type == "cuda" and known and rank_and_size()[1] == 1 else None


class CapturedSteps:
    """The steps of one training. The first :data:`WARMUP` are taken one operation at a time, the others by a graph.

    Where a step cannot be captured, or inputs change their shapes, all go on one operation at a time, and a line of log
    says so.

    Args:
        loss, inputs: as in :func:`acda_core.training.fit.fit`.
        optimizer: Adam, AdamW or SGD. It computes in its fused form from now on, and its learning rate is a tensor on
            the card, which a graph can follow.
        graph: captures and replays.
    """

    def __init__(
        self,
        loss: Callable[..., Tensor],
        inputs: Callable[[int], tuple[Tensor, ...]],
        optimizer: torch.optim.Optimizer,
        graph: Graph,
    ):
        self.loss, self.inputs, self.optimizer, self.graph = loss, inputs, optimizer, graph
        self.device = optimizer.param_groups[0]["params"][0].device
        for group in optimizer.param_groups:
            group["lr"] = torch.tensor(float(group["lr"]), device=self.device)
            group["fused"], group["foreach"] = True, False
        self.buffers: list[Tensor] | None = None
        self.warmed, self.given_up = 0, False

    def take(self, step: int) -> Tensor:
        """The loss before the step, a number that the card may not have computed yet."""
        given = self.inputs(step)
        if self.buffers is None:
            self.buffers = [torch.empty_like(one, device=self.device) for one in given]
        buffers = self.buffers
        if not self.given_up and [_kind(one) for one in given] != [_kind(one) for one in buffers]:
            self._give_up(f"the inputs of step {step} have other shapes than those before")
        if not self.given_up:
            for buffer, one in zip(buffers, given, strict=True):
                self.graph.fill(buffer, one)
            if self.warmed < WARMUP:
                self.warmed += 1
                return self.graph.warm(lambda: self._work(*buffers)).clone()
            if self.warmed == WARMUP:
                self.warmed += 1
                self._capture(buffers)
        if self.given_up:
            return self._work(*(one.to(self.device, non_blocking=True) for one in given))
        return self.graph.replay().clone()

    def _work(self, *given: Tensor) -> Tensor:
        self.optimizer.zero_grad()
        value = self.loss(*given)
        value.backward()
        self.optimizer.step()
        return value.detach()

    def _capture(self, buffers: list[Tensor]) -> None:
        self._set_capturable(True)
        try:
            self.graph.capture(lambda: self._work(*buffers))
        except RuntimeError as error:
            self._give_up((str(error).splitlines() or [type(error).__name__])[0])

    def _give_up(self, reason: str) -> None:
        logger.warning("The steps of this training are taken without a CUDA graph: %s", reason)
        self.given_up = True
        self._set_capturable(False)

    def _set_capturable(self, value: bool) -> None:
        """Adam takes no step in a capture without this flag, and warns of it in any other step."""
        for group in self.optimizer.param_groups:
            if "capturable" in group:
                group["capturable"] = value


def _kind(tensor: Tensor) -> tuple[torch.Size, torch.dtype]:
    return tensor.shape, tensor.dtype
