"""The operators on a graphics card: Triton's kernels where they can run, plain torch where they cannot.

Triton is imported at the first call that needs it, and tried on the card once; torch for Linux brings it along. Cards
from sm_75 on take float32 and float16, those from sm_80 on bfloat16. chunked.py computes everything else: float64 and
other dtypes; atoms so large or so dilated that kernel_size (dilation (kernel_size - 1) + 1) > 256; more than 64 of
them; batches without images; all on AMD's cards; and whatever ACDA_KERNEL=plain asks for.

The kernels are tested in Triton's interpreter, and have been compiled for sm_75, sm_80 and sm_90. Of cards, an H200 has
run them.
"""

import functools
import logging
import os
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from acda_core.kernels import chunked
from acda_core.kernels.cuda.plan import Geometry
from acda_core.kernels.operators import implement

OPERATORS = "atom_conv", "atom_conv_backward", "acda_conv", "acda_conv_backward"
DTYPES = torch.float32, torch.float16, torch.bfloat16

logger = logging.getLogger(__name__)


def is_served(x: Tensor, size: int, atoms: int, stride: int, dilation: int) -> bool:
    """Whether Triton's kernels take a call on x with such atoms."""
    geometry = Geometry(size, stride, dilation, atoms, 1)
    if x.dtype not in DTYPES or not x.numel() or not geometry.is_served() or os.environ.get("ACDA_KERNEL") == "plain":
        return False
    if reason := obstacle(x.device, x.dtype):
        name = str(x.dtype).removeprefix("torch.")
        _warn_once(
            f"acda_core cannot run its kernels for {name} on the graphics card ({reason}); it uses the slower plain "
            "torch path. Silence this by ACDA_KERNEL=plain."
        )
    return not reason


@functools.cache
def obstacle(device: torch.device, dtype: torch.dtype) -> str:
    """Why the kernels cannot run there, or nothing."""
    if torch.version.hip:
        return "they are written for NVIDIA's cards"
    capability = torch.cuda.get_device_capability(device)
    least = (8, 0) if dtype == torch.bfloat16 else (7, 5)
    if capability < least:
        return "its compute capability is {}.{}, and {}.{} is needed".format(*capability, *least)
    return _trial(device)


@functools.cache
def _trial(device: torch.device) -> str:
    """What goes wrong when a small call is compiled and run: no Triton, no C compiler, a card that it does not know.

    Raises:
        RuntimeError: the card's memory is full.
    """
    logger.warning("The first call on a graphics card compiles its kernels, unless Triton has them in its cache")
    try:
        from acda_core.kernels.cuda import launches

        alpha, psi = torch.zeros(1, 1, 1, 1, 1, device=device), torch.zeros(1, 1, 1, device=device)
        launches.acda_conv(alpha[0], alpha, psi, psi, None, 1, 0, 1)
    except Exception as error:  # whatever it is, there is another way
        if isinstance(error, torch.cuda.OutOfMemoryError) or "out of memory" in str(error):
            raise  # it passes, and what is raised is not cached
        return f"{type(error).__name__}: {''.join(str(error).strip().splitlines()[:1])}"
    return ""


@functools.cache
def _warn_once(message: str) -> None:
    warnings.warn(message, RuntimeWarning, stacklevel=5)


def by_card(name: str) -> Callable[..., Any]:
    """The operator of that name, by whichever form serves its arguments."""
    backward, whole = name.endswith("_backward"), name.startswith("acda")

    def run(*arguments: Any) -> Any:
        x, atoms, psi = arguments[backward : backward + 3]
        size = psi.shape[-1] if whole else atoms.shape[2]
        stride, _, dilation = (one for one in arguments if type(one) is int)
        if not is_served(x, size, atoms.shape[1], stride, dilation):
            return getattr(chunked, name)(*arguments)
        from acda_core.kernels.cuda import launches

        return getattr(launches, name)(*arguments)

    return run


for name in OPERATORS:
    implement(name, "CUDA", by_card(name))
