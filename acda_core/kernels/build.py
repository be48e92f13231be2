"""Compile atom_conv.c once, by the C compiler of the machine, and keep it in a cache."""

import contextlib
import ctypes
import functools
import hashlib
import logging
import os
import platform
import shlex
import subprocess
import tempfile
import warnings
from pathlib import Path

import torch

FLAGS = ["-O3", "-march=native", "-fPIC", "-shared"]
REALS = {torch.float32: "float", torch.float64: "double"}

logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Where the compiled kernels are kept: ACDA_CACHE_DIR, else acda_core in the user's cache folder."""
    if folder := os.environ.get("ACDA_CACHE_DIR"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "acda_core"


def _processor() -> str:
    """What -march=native depends on, so that a cache folder shared between machines stays right."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))


@functools.cache
def library(dtype: torch.dtype) -> ctypes.CDLL | None:
    """The compiled kernels for `dtype`, or None where they cannot be had (a warning says why, once)."""
    if os.environ.get("ACDA_KERNEL") == "plain":
        return None
    source = Path(__file__).with_name("atom_conv.c")
    compiler = os.environ.get("CC") or "cc"
    command = [*shlex.split(compiler), *FLAGS, f"-DREAL={REALS[dtype]}", str(source)]
    text = b"".join(part.read_bytes() for part in sorted(source.parent.glob("*.c")))
    key = hashlib.sha256(repr((command[:-1], _processor())).encode() + text).hexdigest()[:16]
    try:
        target = cache_folder() / f"atom_conv-{REALS[dtype]}-{key}.so"
        with contextlib.suppress(OSError):  # not there, or broken
            return ctypes.CDLL(str(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        logger.warning("Compiling the fast %s kernel, once: a second or two. It is kept as %s", REALS[dtype], target)
        _compile(command, target)
        return ctypes.CDLL(str(target))
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:  # RuntimeError: the user has no home folder
        reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1:]
        warnings.warn(
            f"acda_core could not compile its fast kernel with {compiler!r} ({''.join(reason)}); it uses the slower "
            "plain torch path. Install a C compiler or name one by CC, name a folder to write to by "
            "ACDA_CACHE_DIR, or silence this by ACDA_KERNEL=plain.",
            RuntimeWarning,
            stacklevel=2,
        )
        return None


def _compile(command: list[str], target: Path) -> None:
    """Put the library at `target`, whole or not at all; without OpenMP, on one thread, where the compiler has none."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / target.name
        command = [*command, "-o", str(made)]
        try:
            subprocess.run([*command, "-fopenmp"], check=True, capture_output=True, text=True, timeout=120)
        except subprocess.CalledProcessError:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
            logger.warning("%s has no OpenMP: the fast kernel runs on one thread", command[0])
        os.replace(made, target)
