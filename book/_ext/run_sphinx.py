"""Run Sphinx on the whole book, or on one page of it: what build.py starts in an environment of its own.

python book/_ext/run_sphinx.py [page]
"""

from __future__ import annotations

import shutil
import sys
import warnings
from pathlib import Path

from jupyter_book.sphinx import build_sphinx

from acda_core.kernels.build import REALS, library

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"


def main(page: str = "") -> int:
    try:
        compile_kernels()
    except RuntimeWarning as warning:
        reason = str(warning).split("; it uses the slower")[0]
        print(f"ERROR: {reason}. The book needs it: install a C compiler, or name one by CC.", file=sys.stderr)
        return 1
    doctrees = BUILD / ".doctrees"
    if page:
        doctrees = copy_for_drafts(doctrees)
    failed = build_sphinx(
        ROOT,
        BUILD / "html",
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides={
            "external_toc_path": str(ROOT / "_toc.yml"),
            "latex_individualpages": False,
            "nitpicky": not page,
            "acda_page": f"book/{page}" if page else "",
        },
        doctreedir=doctrees,
        filenames=[str(ROOT / "book" / f"{page}.md")] if page else None,
        warningiserror=not page,
        keep_going=not page,
    )
    if isinstance(failed, Exception) and failed.__cause__:
        print(failed.__cause__, file=sys.stderr)  # of a cell that failed, the cell and what it raised
    return int(bool(failed))


def compile_kernels() -> None:
    """Now, lest a page shows that it was done; a RuntimeWarning says why it cannot be."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for dtype in REALS:
            library(dtype)


def copy_for_drafts(doctrees: Path) -> Path:
    """Pages as the last build of the whole book read them; what is read now does not count for the next one."""
    drafts = BUILD / ".drafts"
    read, drafted = (folder / "environment.pickle" for folder in (doctrees, drafts))
    if read.exists() and not (drafted.exists() and drafted.stat().st_mtime >= read.stat().st_mtime):
        shutil.copytree(doctrees, drafts, dirs_exist_ok=True)
    return drafts


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
