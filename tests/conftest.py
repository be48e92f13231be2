"""What several test files share: the back ends of the kernels; the built site, served and opened in Chromium."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from samples import TOLERANCES, Back

from acda_core.kernels import build, cuda, operators

# A shell's job in the background begins with Ctrl-C ignored, nohup's with SIGHUP, and what is ignored stays so
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
# make test-triton runs these, in Triton's interpreter and in an environment of its own
collect_ignore = [] if os.environ.get("TRITON_INTERPRET") == "1" else ["card"]
SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
PAGES = sorted(str(page.relative_to(SITE)) for page in [*SITE.glob("book/*.html"), *SITE.glob("[gs]e*.html")])
CONTENT = [page for page in PAGES if page.startswith("book/")]
DRAW_ALL_PLOTS = """async () => {
    for (const figure of document.querySelectorAll(".acda-plotly")) {
        figure.scrollIntoView({ behavior: "instant" });
        while (!figure.classList.contains("drawn")) await new Promise((done) => setTimeout(done, 20));
        scrollTo({ top: 0, behavior: "instant" });
    }
}"""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def need(thing: object, reason: str) -> None:
    """Skip without the thing; fail where a browser is required."""
    if not thing:
        (pytest.fail if os.environ.get("ACDA_REQUIRE_BROWSER") == "1" else pytest.skip)(reason)


@pytest.fixture(scope="session")
def site() -> Path:
    need((SITE / "book" / "index.html").exists(), "the site is not built; run: make book")
    return SITE


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    handler = functools.partial(QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def chromium() -> str | None:
    names = "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"  # the first one is the fastest
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    need(chromium(), "no Chromium was found; on Debian: apt-get install chromium-headless-shell")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield chrome
        chrome.close()


@pytest.fixture(scope="session")
def open_page(browser: Any, site: Path, address: str) -> Callable[..., Any]:
    """Open a page of the site in a context of its own; what goes wrong in it is listed in `page.problems`."""

    def opened(name: str, scheme: str = "http", theme: str = "light", width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **options)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.problems = problems = []
        root = address if scheme == "http" else site.as_uri()

        def note_request(request: Any) -> None:
            if not request.url.startswith((root, "data:", "blob:")):
                problems.append(f"request to {request.url}")

        page.on("request", note_request)
        page.on("requestfailed", lambda request: problems.append(f"failed: {request.url}"))
        page.on("response", lambda got: got.status >= 400 and problems.append(f"{got.status}: {got.url}"))
        page.on("console", lambda said: said.type == "error" and problems.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.goto(f"{root}/{name}", wait_until="load")
        if options.get("java_script_enabled", True):
            page.evaluate("() => globalThis.MathJax?.startup?.promise")
            page.evaluate(DRAW_ALL_PLOTS)
        return page

    return opened


@pytest.fixture
def visit(open_page: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Open a page of the site for one test."""
    pages = []

    def opened(*page: Any, **options: Any) -> Any:
        pages.append(open_page(*page, **options))
        return pages[-1]

    yield opened
    for page in pages:
        page.context.close()


@pytest.fixture(scope="session")
def widget_scripts(tmp_path_factory: Any) -> Path:
    """A folder with the scripts of the widgets as the site publishes them."""
    import acda_site

    folder = tmp_path_factory.mktemp("widgets")
    acda_site.write_widgets(SimpleNamespace(outdir=folder))
    return folder


@pytest.fixture
def mount(browser: Any, widget_scripts: Path) -> Iterator[Callable[..., Any]]:
    """Open a page, from file://, that holds nothing but widgets; what goes wrong is listed in `page.problems`."""
    contexts = []

    def open_page(*widgets: Any, fragment: str = "", theme: str = "light", width: int = 820, **options: Any) -> Any:
        options = {"reduced_motion": "reduce", **options}  # glides take their time
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.problems = problems = []
        page.on("console", lambda said: said.type == "error" and problems.append(said.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: request.url.startswith(("file:", "blob:")) or problems.append(request.url))
        held = "".join(widget._repr_mimebundle_()[0]["text/html"] for widget in widgets)
        kinds = sorted({widget._kind for widget in widgets})
        scripts = "".join(f'<script defer src="_static/widgets/{kind}.js"></script>' for kind in kinds)
        (widget_scripts / "page.html").write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Widgets</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<main><h1>Widgets</h1>{held}</main>{scripts}</html>",
            encoding="utf-8",
        )
        page.goto((widget_scripts / "page.html").as_uri() + fragment)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def seeded_and_single_threaded() -> None:
    """The same random numbers in every run; the workers of pytest-xdist share the cores as they are."""
    torch.manual_seed(0)
    torch.set_num_threads(1)


@pytest.fixture
def fresh_library() -> Iterator[Any]:
    """build.library as in a new process; afterwards as it was."""
    build.library.cache_clear()
    yield build.library
    build.library.cache_clear()


@pytest.fixture
def interpreter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The card's kernels take the tensors of the processor, in Triton's interpreter (make test-triton)."""
    monkeypatch.setattr(cuda, "obstacle", lambda device, dtype: "")
    library = torch.library.Library("acda", "IMPL")
    for name in cuda.OPERATORS:
        kernel = operators.without_autocast(cuda.by_card(name))
        with warnings.catch_warnings(action="ignore"):  # that another kernel is overridden
            library.impl(name, kernel, "CPU", allow_override=True)
    with np.errstate(all="ignore"):  # a card does not warn of a NaN either
        yield
    library._destroy()


CARD = ["cuda"] if torch.cuda.is_available() else []
ENGINES = ["triton-interpreter"] if os.environ.get("TRITON_INTERPRET") == "1" else ["compiled", "plain", *CARD]


@pytest.fixture(params=ENGINES)
def engine(request: Any, fresh_library: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each way to compute the operators, one after the other: the device whose tensors take it."""
    if request.param == "triton-interpreter":
        request.getfixturevalue("interpreter")
    elif request.param == "plain":
        monkeypatch.setenv("ACDA_KERNEL", "plain")
    else:
        monkeypatch.delenv("ACDA_KERNEL", raising=False)
        assert request.param == "cuda" or fresh_library(torch.float32), "no compiled kernels"
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=request.param != "cuda"):
        yield "cuda" if request.param == "cuda" else "cpu"


# The interpreter is slow: float16 has a test of its own in tests/card, and float64 is not for the card's kernels.
DTYPES = [torch.float32, torch.bfloat16] if ENGINES == ["triton-interpreter"] else list(TOLERANCES)


@pytest.fixture(params=DTYPES, ids=lambda dtype: str(dtype).removeprefix("torch."))
def back(request: Any, engine: str) -> Back:
    """Each back end of the kernels with each dtype."""
    on_card = request.node.callspec.params["engine"] in ("cuda", "triton-interpreter")
    return Back(engine, request.param, on_card)
