"""Several processes that train one model, as torchrun starts them: each takes its share of every batch.

Gradients are averaged over the processes, and a batch normalisation takes its mean and variance over the images of all
of them. So the loss is that of one process with the whole batch.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


def rank_and_size() -> tuple[int, int]:
    """Rank of this process and number of processes: (0, 1) without torch.distributed."""
    return (dist.get_rank(), dist.get_world_size()) if dist.is_available() and dist.is_initialized() else (0, 1)


def share(batch: Tensor) -> Tensor:
    """The part of a batch (n, ...) that this process takes: every second example of two processes.

    Raises:
        ValueError: n cannot be divided evenly: the mean over shares would not be that of the batch.
    """
    rank, number = rank_and_size()
    if len(batch) % number:
        raise ValueError(f"{number} processes cannot share a batch of {len(batch)} evenly: change one of the numbers")
    return batch[rank::number]


def data_parallel(model: nn.Module) -> nn.Module:
    """What to call in the place of the model while it trains: with one process the model itself.

    With several its gradients are averaged, and each nn.BatchNorm2d in it is replaced, once and for all, by
    :class:`JointBatchNorm2d` with the same parameters.
    """
    if rank_and_size()[1] == 1:
        return model
    for module in list(model.modules()):
        for name, child in module.named_children():
            if type(child) is nn.BatchNorm2d:
                setattr(module, name, JointBatchNorm2d(child))
    return DistributedDataParallel(model)


class JointBatchNorm2d(nn.BatchNorm2d):
    """Batch normalisation over the images of all processes together; nn.SyncBatchNorm does it on graphics cards only.

    Args:
        norm: whose parameters and running statistics it takes over.
    """

    def __init__(self, norm: nn.BatchNorm2d):
        super().__init__(norm.num_features, norm.eps, norm.momentum, norm.affine, norm.track_running_stats)
        self.weight, self.bias = norm.weight, norm.bias
        self.running_mean, self.running_var = norm.running_mean, norm.running_var
        self.num_batches_tracked = norm.num_batches_tracked
        self.train(norm.training)

    def forward(self, x: Tensor) -> Tensor:
        """x (N, c, h, w), of the same shape in each process -> (N, c, h, w)."""
        if not self.training or rank_and_size()[1] == 1:
            return super().forward(x)
        number = x.numel() // x.shape[1] * rank_and_size()[1]
        mean = _all_reduced(x.float().sum((0, 2, 3))) / number
        centred = x.float() - mean[:, None, None]
        variance = _all_reduced(centred.square().sum((0, 2, 3))) / number
        with torch.no_grad():
            self._track(mean, variance * number / (number - 1))
        normal = centred * torch.rsqrt(variance + self.eps)[:, None, None]
        return (normal * self.weight[:, None, None] + self.bias[:, None, None]).to(x.dtype)

    def _track(self, mean: Tensor, variance: Tensor) -> None:
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        assert self.momentum is not None
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance, self.momentum)
        self.num_batches_tracked += 1


def _all_reduced(part: Tensor) -> Tensor:
    total: Tensor = _Sum.apply(part)
    return total


class _Sum(torch.autograd.Function):
    """The sum over all processes. The loss of each depends on it, so that its gradient is such a sum too."""

    @staticmethod
    def forward(ctx: Any, part: Tensor) -> Tensor:
        total = part.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        total = gradient.clone()
        dist.all_reduce(total)
        return total
