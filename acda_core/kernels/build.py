"""Compile atom_conv.c once for each precision, by the C compiler of the machine, and keep it in a cache."""

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
from importlib.resources import files
from pathlib import Path

import torch

FLAGS = ["-O2", "-march=native", "-fno-math-errno", "-fPIC", "-shared"]
SOURCES = "atom_conv.c", "atoms.c", "product.c", "phi.c"  # the first includes the others
REALS = {torch.float32: "float", torch.float64: "double"}

logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Where the compiled kernels are kept: ACDA_CACHE_DIR, else acda_core in the user's cache folder."""
    if folder := os.environ.get("ACDA_CACHE_DIR"):
        return Path(folder).expanduser().resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").resolve() / "acda_core"


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
    compiler = os.environ.get("CC") or "cc"
    try:
        return ctypes.CDLL(str(_compiled(REALS[dtype], compiler)))
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:  # RuntimeError: the user has no home folder
        _warn_once(
            f"acda_core could not compile its fast kernel with {compiler!r} ({_reason(error)}); it uses the slower "
            "plain torch path. Install a C compiler or name one by CC, name a folder to write to by "
            "ACDA_CACHE_DIR, or silence this by ACDA_KERNEL=plain."
        )
        return None


def _reason(error: Exception) -> str:
    """In one line that is the same for both precisions, without the names of files."""
    if isinstance(error, subprocess.CalledProcessError):
        return "".join(error.stderr.strip().splitlines()[-1:]) or f"exit status {error.returncode}"
    return getattr(error, "strerror", None) or str(error)


@functools.cache  # for both precisions together
def _warn_once(message: str) -> None:
    warnings.warn(message, RuntimeWarning, stacklevel=3)


@functools.cache
def _log_once(message: str) -> None:
    logger.warning(message)


def _compiled(real: str, compiler: str) -> Path:
    """The library in the cache, made now where it is not there or not what was written."""
    sources = {name: (files("acda_core.kernels") / name).read_bytes() for name in SOURCES}
    command = [*shlex.split(compiler), *FLAGS, f"-DREAL={real}"]
    key = hashlib.sha256(repr((command, _processor(), sources)).encode()).hexdigest()[:16]
    target = cache_folder() / f"atom_conv-{real}-{key}.so"
    if not _is_whole(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _compile(command, sources, target)
    return target


def _checksum(target: Path) -> Path:
    return target.with_suffix(".sha256")


def _is_whole(target: Path) -> bool:
    """Whether the library is what its checksum says: to load one that was cut ends the process."""
    try:
        return hashlib.sha256(target.read_bytes()).hexdigest() == _checksum(target).read_text()
    except (OSError, UnicodeDecodeError):
        return False


def _compile(command: list[str], sources: dict[str, bytes], target: Path) -> None:
    """Put the library at `target`, whole or not at all; without OpenMP, on one thread, where the compiler has none."""
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name)
        for source, text in sources.items():
            (folder / source).write_bytes(text)
        made, threads = folder / target.name, ""
        command = [*command, str(folder / SOURCES[0]), "-o", str(made)]
        try:
            subprocess.run([*command, "-fopenmp"], check=True, capture_output=True, text=True, timeout=120)
        except subprocess.CalledProcessError:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
            threads = f", for one thread because {command[0]} has no OpenMP"
        checksum = _checksum(made)
        checksum.write_text(hashlib.sha256(made.read_bytes()).hexdigest())
        os.replace(made, target)
        os.replace(checksum, _checksum(target))
    _log_once(f"Compiled the fast kernel, once for this processor{threads}; it is kept in {target.parent}")
