"""The checks of arguments: each says which argument, what was expected and what arrived."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor


def integer(name: str, value: int, least: int | None = None) -> int:
    """The value as an int of Python; numpy's integers are taken too."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"`{name}` must be an int, got {value!r}")
    if least is not None and value < least:
        raise ValueError(f"`{name}` must be at least {least}, got {value}")
    return int(value)


def odd(name: str, value: int, least: int) -> int:
    if integer(name, value, least) % 2 == 0:
        raise ValueError(f"`{name}` must be odd and at least {least}, got {value}")
    return int(value)


def pair(value: Any) -> tuple[Any, Any]:
    """One number twice, or two, as a tuple; the caller checks what they are."""
    first, second = value if isinstance(value, (tuple, list)) and len(value) == 2 else (value, value)
    return first, second


def square(name: str, value: int | Sequence[int], least: int | None = None) -> int:
    """A number, or a pair of equal ones."""
    rows, columns = (integer(name, one, least) for one in pair(value))
    if rows != columns:
        raise ValueError(f"`{name}` must be a number or a pair of equal ones, got {value!r}")
    return rows


def together(**tensors: Tensor | None) -> None:
    """All are floating-point tensors on the device of the first. A bias may be None."""
    first_name, first = next(iter(tensors.items()))
    for name, tensor in tensors.items():
        if tensor is None and name == "bias":
            continue
        if not isinstance(tensor, Tensor):
            raise TypeError(f"`{name}` must be a torch.Tensor, got {type(tensor).__name__}")
        if not tensor.is_floating_point():
            raise TypeError(f"`{name}` must have a floating-point dtype, got {tensor.dtype}")
        if isinstance(first, Tensor) and tensor.device != first.device:
            raise ValueError(f"`{name}` must be on the device of `{first_name}`, {first.device}, got {tensor.device}")


def images(x: Tensor) -> None:
    if x.ndim != 4:
        raise ValueError(f"`x` must have shape (n, c', H, W), got {tuple(x.shape)}")


def coefficients_of_bases(alpha: Tensor, psi: Tensor) -> None:
    if psi.ndim != 3 or psi.shape[1] != psi.shape[2]:
        raise ValueError(f"`psi` must have shape (k, l, l), got {tuple(psi.shape)}")
    if alpha.ndim != 5:
        raise ValueError(f"`alpha` must have shape (n, m, k, h, w), got {tuple(alpha.shape)}")
    if alpha.shape[2] != psi.shape[0]:
        raise ValueError(
            f"`alpha` must hold one coefficient for each of the {psi.shape[0]} bases, got {alpha.shape[2]}"
        )


def output_grid(x: Tensor, kernel_size: int, stride: int, padding: int, dilation: int) -> tuple[int, int]:
    """Height and width of a convolution's output, nn.Conv2d's formula."""
    needed = dilation * (kernel_size - 1) + 1 - 2 * padding
    height, width = ((size - needed) // stride + 1 for size in x.shape[2:])
    if height < 1 or width < 1:
        spread = f", dilation = {dilation}" if dilation > 1 else ""
        raise ValueError(
            f"`x` must be at least {needed} pixels high and wide for l = {kernel_size}{spread} and "
            f"padding = {padding}, got {x.shape[2]} x {x.shape[3]}"
        )
    return height, width


def on_output_grid(
    name: str, field: Tensor, x: Tensor, kernel_size: int, stride: int, padding: int, dilation: int
) -> tuple[int, int, int]:
    """field (n, ..., h, w) lives on the output grid of a convolution over x. The last three, as ints of Python."""
    if kernel_size % 2 == 0:
        raise ValueError(f"the kernel size l must be odd, got {kernel_size}")
    sizes = stride, padding, dilation = (
        integer("stride", stride, 1),
        integer("padding", padding, 0),
        integer("dilation", dilation, 1),
    )
    height, width = output_grid(x, kernel_size, *sizes)
    if field.shape[0] != x.shape[0]:
        raise ValueError(f"`{name}` must have the batch size of `x`, {x.shape[0]}, got {field.shape[0]}")
    if field.shape[-2:] != (height, width):
        raise ValueError(
            f"`{name}` must live on the output grid, {height} x {width} for `x` {x.shape[2]} x {x.shape[3]}, "
            f"l = {kernel_size}, stride = {stride}, padding = {padding}{f', dilation = {dilation}' * (dilation > 1)}; "
            f"got {field.shape[-2]} x {field.shape[-1]}"
        )
    return sizes


def composition(A: Tensor, bias: Tensor | None, in_channels: int, num_atoms: int, groups: int) -> None:
    integer("groups", groups, 1)
    if in_channels % groups:
        raise ValueError(f"`groups` must divide the {in_channels} channels of `x`, got {groups}")
    if A.ndim != 3 or A.shape[1:] != (in_channels // groups, num_atoms):
        raise ValueError(f"`A` must have shape (c, {in_channels // groups}, {num_atoms}), got {tuple(A.shape)}")
    if A.shape[0] % groups:
        raise ValueError(f"`groups` must divide the {A.shape[0]} outputs of `A`, got {groups}")
    if bias is not None and bias.shape != A.shape[:1]:
        raise ValueError(f"`bias` must have shape ({A.shape[0]},), got {tuple(bias.shape)}")


def features(name: str, x: Tensor, channels: int, parameter: Tensor) -> None:
    """x (N, channels, H, W) on the device and in the dtype of a layer's parameter; autocast may bring another dtype."""
    if not isinstance(x, Tensor):
        raise TypeError(f"`{name}` must be a torch.Tensor, got {type(x).__name__}")
    if x.ndim != 4 or x.shape[1] != channels:
        raise ValueError(f"`{name}` must have shape (N, {channels}, H, W), got {tuple(x.shape)}")
    if x.device != parameter.device:
        raise ValueError(f"`{name}` must be on the layer's device, {parameter.device}, got {x.device}")
    if x.dtype != parameter.dtype and not (autocast_is_on(x) and x.is_floating_point()):
        raise TypeError(f"`{name}` must have the layer's dtype, {parameter.dtype}, got {x.dtype}")
    if x.is_complex():
        raise TypeError(f"`{name}` and the layer must have a floating-point dtype, got {x.dtype}")


KINDS = "cpu", "cuda", "xpu", "mps", "hpu", "ipu", "mtia", "maia", "xla", "privateuseone"  # of devices
AUTOCAST_KINDS = frozenset(filter(torch.amp.is_autocast_available, KINDS))  # asked once: Dynamo cannot trace it


def autocast_is_on(x: Tensor) -> bool:
    return x.device.type in AUTOCAST_KINDS and torch.is_autocast_enabled(x.device.type)
