"""A network looked at: what it learns and costs, which convolutions a layer can take the place of, and what stands in
the way of the others.

A layer computes its filters, so that whatever else reads, ties or computes a convolution's weight keeps it in place.
"""

import copy
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd
from torch.nn.utils import parametrize
from torch.utils.flop_counter import FlopCounterMode

from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d

STEM = 4  # input channels of a convolution that sees the picture itself, at most
OF_EVERY_MODULE = frozenset(vars(nn.Module()))
HOOKS = [name for name in sorted(OF_EVERY_MODULE) if "_hook" in name and "state_dict" not in name]
STATE_HOOKS = [name for name in sorted(OF_EVERY_MODULE) if "_hook" in name and "state_dict" in name]


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Inside, the network is in evaluation mode and nothing has a gradient; afterwards each module is as it was.

    >>> network = nn.BatchNorm2d(3)
    >>> with evaluating(network):
    ...     network.training, network(torch.zeros(1, 3, 2, 2)).requires_grad
    (False, False)
    >>> network.training
    True
    """
    before = {module: module.training for module in network.modules()}
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in before.items():
            module.training = training


def parameters(network: nn.Module) -> int:
    """How many numbers a network learns.

    >>> parameters(nn.Conv2d(3, 16, 5))
    1216
    """
    return sum(parameter.numel() for parameter in network.parameters())


def counted(module: nn.Module, shapes: Iterable[Sequence[int]]) -> int:
    """Multiply-adds of inputs of these shapes, batch included, as PyTorch's counter sees them: without biases.

    The module is left as it is; its own hooks are not called.
    """
    some = next(module.parameters(), torch.empty(0))
    with evaluating(module), FlopCounterMode(display=False) as counter:
        for shape in shapes:
            module.forward(torch.zeros(*shape, device=some.device, dtype=some.dtype))
    return counter.get_total_flops() // 2


def copied(model: nn.Module) -> nn.Module:
    """A deep copy, also of a model with tensors that hooks compute, as weight norm of the old style does.

    Raises:
        ValueError: copy.deepcopy cannot.
    """
    memo: dict[int, Any] = {}
    for module in model.modules():
        for value in vars(module).values():
            if isinstance(value, Tensor) and not value.is_leaf:
                memo[id(value)] = value.detach().clone()
    try:
        return copy.deepcopy(model, memo)
    except Exception as error:  # whatever a module's own copying raises
        raise ValueError(
            f"`model` must be one that copy.deepcopy copies, got {type(error).__name__}: {error}"
        ) from error


def convolutions(model: nn.Module) -> Iterator[tuple[str, _ConvNd]]:
    """Names and convolutions, each once, but none inside of an ACDAConv2d or an AtomGenerator."""
    own = [module for module in model.modules() if isinstance(module, (ACDAConv2d, AtomGenerator))]
    inside = {id(part) for module in own for part in module.modules()}
    for name, module in list(model.named_modules()):
        if isinstance(module, _ConvNd) and id(module) not in inside:
            yield name, module


def obstacles(model: nn.Module) -> dict[str, str]:
    """For each convolution that has to stay, why: by name, or by where it is held if it is not registered."""
    owners: dict[int, list[str]] = {}
    for name, module in model.named_modules():
        for parameter in module._parameters.values():
            owners.setdefault(id(parameter), []).append(name)
    found, held = _outside(model)
    for name, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule) and "Conv" in module.original_name:
            found[name] = f"a {module.original_name} of torch.jit"
    for name, conv in convolutions(model):
        sharing = {owner for parameter in conv.parameters(recurse=False) for owner in owners[id(parameter)]} - {name}
        if reason := obstacle(conv):
            found[name] = reason
        elif sharing:
            names = (owner or "the model itself" for owner in sorted(sharing))
            found[name] = f"shares a parameter with {', '.join(names)}"
        elif places := [held[id(one)] for one in (conv, *conv.parameters(recurse=False)) if id(one) in held]:
            found[name] = f"also held outside the modules, as {places[0]}"
    return found


def obstacle(conv: _ConvNd) -> str:
    """What stands in the way in the convolution itself; nothing where it can be replaced."""
    if parametrize.is_parametrized(conv):
        lists: Any = conv.parametrizations
        parts = {type(part).__name__.strip("_") for several in lists.children() for part in several}
        return f"parametrised by {', '.join(sorted(parts))}"
    if type(conv) is not nn.Conv2d:
        kind = type(conv)
        return f"a {kind.__module__}.Conv2d" if kind.__name__ == "Conv2d" else f"a {kind.__name__}"
    if others := {*conv._parameters, *conv._buffers, *conv._modules} - {"weight", "bias"}:
        return f"holds {', '.join(sorted(others))} beside its weight"
    if "forward" in vars(conv):
        return "a forward of its own"
    if any(vars(conv)[hooks] for hooks in STATE_HOOKS):
        return "hooks on its state"
    rows, columns = conv.kernel_size
    if rows != columns or rows % 2 == 0 or rows < 3:
        return f"kernel {rows} x {columns}"
    for name in ("stride", "dilation"):
        if len(set(getattr(conv, name))) > 1:
            return f"{name} {getattr(conv, name)}"
    return "" if conv.weight.is_floating_point() else f"weights of dtype {conv.weight.dtype}"


def _outside(model: nn.Module) -> tuple[dict[str, str], dict[int, str]]:
    """What plain attributes, lists and dictionaries hold: reasons for convolutions that are no part of the model, and
    where to find those that are, and parameters."""
    registered = {id(module) for module in model.modules()}
    strangers, known = {}, {}
    for name, module in model.named_modules():
        for key, value in vars(module).items():
            if key in OF_EVERY_MODULE:
                continue
            for place, held in _held(f"{name}.{key}".lstrip("."), value):
                if isinstance(held, nn.Parameter):
                    known[id(held)] = place
                    continue
                for part, conv in convolutions(held):
                    if id(conv) not in registered:
                        strangers[f"{place}.{part}".rstrip(".")] = "not registered as a module"
                    elif conv is held or id(held) not in registered:
                        known[id(conv)] = place
    return strangers, known


def _held(place: str, value: object) -> Iterator[tuple[str, nn.Module | nn.Parameter]]:
    if isinstance(value, (nn.Module, nn.Parameter)):
        yield place, value
    elif isinstance(value, (dict, list, tuple, set)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _held(f"{place}[{key!r}]", one)


def put(model: nn.Module, conv: nn.Conv2d, layer: ACDAConv2d) -> nn.Module:
    """The model with the layer, and the convolution's hooks on it, wherever the convolution stands."""
    for hooks in HOOKS:
        setattr(layer, hooks, getattr(conv, hooks))
    if conv is model:
        return layer
    for parent in model.modules():
        for key, child in parent._modules.items():
            if child is conv:
                parent._modules[key] = layer
    return model


def in_words(conv: nn.Conv2d) -> str:
    """The shape of a convolution.

    >>> in_words(nn.Conv2d(16, 32, 3, stride=2, groups=4))
    '16 -> 32, 3 x 3, stride 2, groups 4'
    """
    size = conv.kernel_size[0]
    others = {"stride": conv.stride[0], "dilation": conv.dilation[0], "groups": conv.groups}
    text = f"{conv.in_channels} -> {conv.out_channels}, {size} x {size}"
    return text + "".join(f", {name} {value}" for name, value in others.items() if value != 1)
