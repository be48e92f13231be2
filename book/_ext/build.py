"""Build the book: run every chapter, treat every warning as an error, say what to open.

python book/_ext/build.py         all of it
python book/_ext/build.py toy     one page, and open it; the others stay as they were
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import webbrowser
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
HTML = BUILD / "html"
JUPYTER = BUILD / "jupyter"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
OF_EVERY_KERNEL = "[IPKernelApp] WARNING | Kernel is running over TCP without encryption"  # to this machine alone
WARNING = re.compile(r"^(?!\[IPKernelApp\]).*\b(WARNING|ERROR|CRITICAL): .*$", re.MULTILINE)
FAILED_CELL = re.compile(r"An error occurred while executing the following cell:.*", re.DOTALL)
TAKEN = ["PATH", "HOME", "USER", "TMPDIR", "XDG_CACHE_HOME", "LD_LIBRARY_PATH", "CC", "ACDA_CACHE_DIR", "ACDA_DATA_DIR"]
TAKEN += ["SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP", "PATHEXT"]  # Windows has no sockets without
TAKEN += ["GITHUB_REPOSITORY"]  # see addresses.py


def main(page: str = "") -> int:
    started = time.monotonic()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # the terminal may know ASCII only
    if page and not (ROOT / "book" / f"{page}.md").is_file():
        pages = ", ".join(sorted(path.stem for path in (ROOT / "book").glob("*.md")))
        print(f"There is no page {page!r}. Name one by C=: {pages}", file=sys.stderr)
        return 1
    write_kernelspec(JUPYTER)
    command = [sys.executable, str(Path(__file__).with_name("run_sphinx.py")), *filter(None, [page])]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(os.environ, JUPYTER),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        if line.startswith(OF_EVERY_KERNEL):
            continue
        sys.stdout.write(line)
        lines.append(COLOUR.sub("", line))
    if process.wait():
        # Pages with warnings would count as up to date, and the next build would pass.
        shutil.rmtree(BUILD / (".drafts" if page else ".doctrees"), ignore_errors=True)
        print("\n".join(["\nThe book was not built:", *reasons("".join(lines))]))
        return 1
    seconds = time.monotonic() - started
    if page:
        address = (HTML / "book" / f"{page}.html").as_uri()
        print(f"\nBuilt in {seconds:.0f} s: {address}")
        if has_a_screen(os.environ):
            webbrowser.open(address)
    else:
        pages = len(list((HTML / "book").glob("*.html")))
        print(f"\n{pages} pages built in {seconds:.0f} s. Open {(HTML / 'index.html').as_uri()} or run: make serve")
    return 0


def environment(caller: Mapping[str, str], jupyter: Path) -> dict[str, str]:
    """The variables that Sphinx and the chapters' kernels get: few of the caller's, so that all builds are alike.

    Settings, and the kernel, are looked for in the folder `jupyter` alone.
    """
    return {name: caller[name] for name in TAKEN if name in caller} | {
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONNOUSERSITE": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(jupyter / "matplotlib"),
        "IPYTHONDIR": str(jupyter / "ipython"),
        "JUPYTER_CONFIG_DIR": str(jupyter / "config"),
        "JUPYTER_DATA_DIR": str(jupyter / "data"),
        "JUPYTER_PATH": str(jupyter / "data"),  # before the kernels of the machine
        "JUPYTER_PLATFORM_DIRS": "1",
        "PLOTLY_RENDERER": "plotly_mimetype",
        "TQDM_DISABLE": "1",  # a page would keep every state of a progress bar
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that spin while they wait starve beside another busy program
        # glibc keeps memory that is freed, because pages that are new cost a training a quarter of its time
        "MALLOC_TRIM_THRESHOLD_": str(2**28),
        "MALLOC_MMAP_THRESHOLD_": str(2**28),
    }


def write_kernelspec(jupyter: Path) -> None:
    """The kernel python3 is this Python, whatever else is called so on the machine."""
    folder = jupyter / "data" / "kernels" / "python3"
    folder.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def has_a_screen(caller: Mapping[str, str]) -> bool:
    return sys.platform in ("darwin", "win32") or any(caller.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def reasons(said: str) -> list[str]:
    found = [match[0].strip() for match in WARNING.finditer(said)][-30:]
    found += [match[0].strip() for match in FAILED_CELL.finditer(said)]  # run_sphinx.py says it last
    return found or said.splitlines()[-20:]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
