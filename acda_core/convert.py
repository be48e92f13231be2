"""Put ACDAConv2d in the place of the convolutions of any network."""

import copy
import dataclasses
from collections.abc import Callable

from torch import nn

from acda_core.generators import GENERATORS
from acda_core.layers import ACDAConv2d


@dataclasses.dataclass(frozen=True)
class Conversion:
    """What :func:`convert` did: the new model, the names it replaced, and why it kept the other convolutions."""

    model: nn.Module
    replaced: list[str]
    kept: dict[str, str]


def convert(
    model: nn.Module,
    where: Callable[[str, nn.Conv2d], bool] | None = None,
    generator: str | Callable[..., nn.Module] = "paper",
) -> Conversion:
    """A copy of the model with ACDAConv2d in the place of its convolutions, freshly initialised.

    >>> from torch import nn
    >>> import acda_core as acda
    >>> net = nn.Sequential(nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.Conv2d(16, 10, 1))
    >>> done = acda.convert(net)
    >>> done.replaced, done.kept
    (['0'], {'2': 'kernel 1 x 1'})

    Args:
        model: any network.
        where: which ones, a function of a convolution's name and the nn.Conv2d; every one that can be when None.
        generator: "paper", "released" or a callable, as in :func:`acda_core.generators.make_generator`.

    Returns:
        The new model, the names that were replaced, and for each nn.Conv2d that was kept the reason. Kept are
        even, 1 x 1 and oblong kernels, dilation, groups, uneven strides or paddings and padding modes other than zeros.

    Raises:
        TypeError, ValueError: a model that is no nn.Module, a `where` that cannot be called, an unknown generator.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"`model` must be a nn.Module, got {type(model).__name__}")
    if where is not None and not callable(where):
        raise TypeError(f"`where` must be a function of (name, conv), got {type(where).__name__}")
    if isinstance(generator, nn.Module) or not (callable(generator) or generator in GENERATORS):
        raise ValueError(f'`generator` must be "paper", "released" or a callable, got {generator!r}')
    model = copy.deepcopy(model)
    replaced: dict[str, ACDAConv2d] = {}
    kept: dict[str, str] = {}
    for name, conv in list(model.named_modules()):
        if not isinstance(conv, nn.Conv2d):
            continue
        if reason := _obstacle(conv):
            kept[name] = reason
        elif where is not None and not where(name, conv):
            kept[name] = "not chosen by `where`"
        else:
            layer = replaced[name] = _like(conv, generator)
            if conv is model:
                return Conversion(layer, [name], kept)
            for parent in model.modules():  # a convolution may stand in several places
                for key, child in parent._modules.items():
                    if child is conv:
                        setattr(parent, key, layer)
    return Conversion(model, list(replaced), kept)


def _obstacle(conv: nn.Conv2d) -> str:
    rows, columns = conv.kernel_size
    if type(conv) is not nn.Conv2d:
        return f"a {type(conv).__name__}"
    if rows != columns or rows % 2 == 0 or rows < 3:
        return f"kernel {rows} x {columns}"
    if conv.dilation != (1, 1):
        return f"dilation {conv.dilation}"
    if conv.groups != 1:
        return f"groups {conv.groups}"
    if conv.padding_mode != "zeros":
        return f"padding mode {conv.padding_mode}"
    if conv.stride[0] != conv.stride[1] or (isinstance(conv.padding, tuple) and conv.padding[0] != conv.padding[1]):
        return "uneven stride or padding"
    return ""


def _like(conv: nn.Conv2d, generator: str | Callable[..., nn.Module]) -> ACDAConv2d:
    kernel_size = conv.kernel_size[0]
    padding = (
        conv.padding[0] if isinstance(conv.padding, tuple) else {"same": kernel_size // 2, "valid": 0}[conv.padding]
    )
    sizes = conv.in_channels, conv.out_channels, kernel_size, conv.stride[0], int(padding)
    layer = ACDAConv2d(*sizes, bias=conv.bias is not None, generator=generator)
    return layer.to(conv.weight.device, conv.weight.dtype).train(conv.training)
