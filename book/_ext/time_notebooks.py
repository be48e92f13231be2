"""Measure how long each notebook takes on two processors, one after the other: what the notebooks say at their heads.

python book/_ext/time_notebooks.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from build import JUPYTER, environment, write_kernelspec
from notebooks import BOOK, TIMES, chapters

from acda_core.experiments import results

PROCESSORS = 2
EXECUTE = "import sys, nbformat, nbclient; nbclient.execute(nbformat.read(sys.argv[1], 4), cwd='.')"


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])
    write_kernelspec(JUPYTER)
    rows = []
    for path in chapters():
        command = [sys.executable, "-c", EXECUTE, path.with_suffix(".ipynb").name]
        start = time.perf_counter()
        subprocess.run(command, cwd=BOOK, env=environment(os.environ, JUPYTER), check=True)
        rows.append({"notebook": path.stem, "processors": PROCESSORS, "seconds": round(time.perf_counter() - start, 1)})
        print(*rows[-1].values(), flush=True)
    results.save(TIMES, "python book/_ext/time_notebooks.py", "the notebooks of this project, each run alone", rows)


if __name__ == "__main__":
    main()
