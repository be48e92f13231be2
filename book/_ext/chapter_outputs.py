"""When Sphinx runs a chapter again, several at a time, which outputs it keeps, and whether figures show something.

jupyter-cache finds the outputs of a chapter by its code cells and its kernelspec. So the kernelspec gets one more entry
while a page is read: the fingerprint of what else the cells can see.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from docutils import nodes
from fingerprint import Sources
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from notebooks import ROOT, chapters, read_cells
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

CACHE = ROOT / "_build" / ".jupyter_cache"
KEPT = 3  # outputs of a chapter: going back to an earlier state costs nothing
KERNELSPEC = "kernelspec: {"
TAKES_TIMES = re.compile(r"\b(median_times|perf_counter)\(")
FIGURE = re.compile(r"^ +name: (fig-[\w-]+)$", re.MULTILINE)

STORING = Lock()  # jupyter-cache drops what another thread is about to write

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("acda_page", "", "", [str])  # the one chapter to run, "book/toy"; "" for all
    app.connect("config-inited", set_cache)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", run_several_at_a_time)
    app.connect("source-read", mark)
    app.connect("doctree-read", miss_no_figure)
    app.connect("build-finished", forget_old_outputs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def set_cache(app: Sphinx, config: Config) -> None:
    config.nb_execution_cache_path = str(CACHE)


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The chapters whose cells would see something else than when they were read."""
    sources = Sources(ROOT)
    known = {f"book/{path.stem}": path for path in chapters()}
    names = [name for name in known if name in env.all_docs and name not in added | changed | removed]
    return [
        name
        for name in names
        if app.config.acda_page in ("", name)
        and env.metadata[name].get("kernelspec", {}).get("sees")
        != seen_by(known[name].read_text(encoding="utf-8"), sources)
    ]


def mark(app: Sphinx, name: str, text: list[str]) -> None:
    """Write the fingerprint into the kernelspec; where one page is built, let no other chapter run."""
    if text[0].startswith("---") and KERNELSPEC in text[0]:
        if app.config.acda_page in ("", name):
            sees = f"sees: {seen_by(text[0], Sources(ROOT))}, "
            text[0] = text[0].replace(KERNELSPEC, KERNELSPEC + sees, 1)
        else:
            text[0] = text[0].replace(KERNELSPEC, 'mystnb: {execution_mode: "off"}\n' + KERNELSPEC, 1)


def run_several_at_a_time(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Run the chapters that are to be read, each on one processor, so that reading finds their outputs.

    Those that measure times are left to run alone, and those that fail, to fail when they are read.
    """
    known = {f"book/{path.stem}": path for path in chapters()}
    chosen = [known[name] for name in names if name in known and app.config.acda_page == ""]
    together = [path for path in chosen if not TAKES_TIMES.search(path.read_text(encoding="utf-8"))]
    get_cache(CACHE).list_cache_records()  # makes the tables of an empty cache, which the threads then share
    os.environ["OMP_NUM_THREADS"] = "1"
    texts = [marked(app, path) for path in together]  # before Python 3.12 threads cannot parse at the same time
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda path, text: run(env, path, text), together, texts))
    del os.environ["OMP_NUM_THREADS"]


def marked(app: Sphinx, path: Path) -> str:
    text = [path.read_text(encoding="utf-8")]
    mark(app, f"book/{path.stem}", text)
    return text[0]


def run(env: BuildEnvironment, path: Path, text: str) -> None:
    """Put the outputs of a chapter where myst-nb will look for them."""
    name = f"book/{path.stem}"
    config = env.mystnb_config  # type: ignore[attr-defined]  # MyST-NB puts it there, and the next one
    reader = create_nb_reader(str(path), env.myst_config, config, text)  # type: ignore[attr-defined]
    assert reader is not None
    notebook, cache = reader.read(text), get_cache(CACHE)
    with suppress(KeyError):
        cache.match_cache_notebook(notebook)
        return
    logger.info("running %s", name)
    done = single_nb_execution(notebook, str(path.parent), config.execution_timeout, allow_errors=False)
    if done.err is None:
        bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": done.time})
        with STORING:
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        logger.info("ran %s in %.0f seconds", name, done.time)


def seen_by(text: str, sources: Sources) -> str:
    """The fingerprint of what the cells of a chapter can see; it begins with a letter, so YAML takes it for a word."""
    code = "\n".join(cell.source for cell in read_cells("", text) if cell.cell_type == "code")
    return "f" + sources.fingerprint(code)


def miss_no_figure(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of a figure that shows no picture: its cell drew nothing, or matplotlib drew elsewhere."""
    name = app.env.docname
    if app.config.acda_page not in ("", name):
        return
    for figure in FIGURE.findall(Path(app.env.doc2path(name)).read_text(encoding="utf-8")):
        if not any(shows_something(node) for node in doctree.findall(nodes.figure) if figure in node["ids"]):
            logger.warning("the figure %s shows no picture", figure, location=name)


def shows_something(figure: nodes.figure) -> bool:
    kinds = {node.get("mime_type", "") for node in figure.findall(nodes.container)}
    return any(kind.startswith("image/") or kind == "text/html" or "plotly" in kind for kind in kinds)


def forget_old_outputs(app: Sphinx, error: Exception | None) -> None:
    cache = get_cache(CACHE)
    records: dict[str, list[Any]] = defaultdict(list)
    for record in cache.list_cache_records():
        records[record.uri].append(record)
    for of_one in records.values():
        of_one.sort(key=lambda record: record.accessed, reverse=True)
        for record in of_one[KEPT:]:
            cache.remove_cache(record.pk)
