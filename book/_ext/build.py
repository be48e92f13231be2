"""Build the book: run every chapter, treat every warning as an error, say what to open."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from acda_core.kernels.build import REALS, library

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"^(?!\[IPKernelApp\]).*\b(WARNING|ERROR|CRITICAL): .*$", re.MULTILINE)
FAILED_CELL = re.compile(
    r"An error occurred while executing the following cell:.*?(?=\n\nThe above exception)", re.DOTALL
)


def main() -> int:
    started = time.monotonic()
    for dtype in REALS:  # now, lest a page shows that it was done
        library(dtype)
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-W", "-n", "--keep-going"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        sys.stdout.write(line)
        lines.append(COLOUR.sub("", line))
    if process.wait():
        # Pages with warnings would count as up to date, and the next build would pass.
        shutil.rmtree(ROOT / "_build" / ".doctrees", ignore_errors=True)
        print("\n".join(["\nThe book was not built:", *reasons("".join(lines))]))
        return 1
    pages = len(list((HTML / "book").glob("*.html")))
    seconds = time.monotonic() - started
    print(f"\n{pages} pages built in {seconds:.0f} s. Open {(HTML / 'index.html').as_uri()} or run: make serve")
    return 0


def reasons(said: str) -> list[str]:
    found = [match[0].strip() for match in WARNING.finditer(said)][-30:]
    found += [match[0].strip() for match in FAILED_CELL.finditer(said)]
    return found or said.splitlines()[-20:]


if __name__ == "__main__":
    sys.exit(main())
