"""Weigh every page of the built site in Chromium on a slow line: 1.6 Mb/s, 150 ms, gzip as servers send it.

make pages-weight               every page
make pages-weight PAGES="toy index"
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import sys
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from conftest import FLAGS, PAGES, SITE, QuietHandler, chromium

LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
WATCHED = 5.0  # seconds
PACKED = {".html", ".css", ".js", ".svg", ".json", ".txt", ".xml"}

WATCH = """() => {
    const seen = window.seen = { shift: 0, widget: null };
    new PerformanceObserver((list) => list.getEntries().forEach((one) => {
        if (!one.hadRecentInput) seen.shift += one.value;
    })).observe({ type: "layout-shift", buffered: true });
    new MutationObserver(() => {
        if (seen.widget === null && document.querySelector(".acda-widget .acda-panel")) seen.widget = performance.now();
    }).observe(document, { childList: true, subtree: true });
}"""
FIRST_TEXT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


class PackingHandler(QuietHandler):
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # a page that is closed while it still fetches
            super().handle()

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        body = as_sent(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if path.suffix in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)
        return None


@functools.cache
def as_sent(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6) if path.suffix in PACKED else path.read_bytes()


@contextlib.contextmanager
def served() -> Iterator[str]:
    handler = functools.partial(PackingHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def weigh(browser: Any, address: str) -> dict[str, float | None]:
    """What a page costs: kilobytes of what it asks for in the first seconds, times in seconds, layout shift."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    asked: list[tuple[float, str]] = []
    line.on("Network.requestWillBeSent", lambda sent: asked.append((sent["timestamp"], sent["request"]["url"])))
    page.add_init_script(f"({WATCH})()")
    page.goto(address, wait_until="commit")
    page.wait_for_timeout(1000 * WATCHED + 500)
    first_text, seen = page.evaluate(FIRST_TEXT), page.evaluate("window.seen")
    has_widget = page.locator(".acda-widget[data-widget]").count() > 0
    for _ in range(100):
        if first_text is not None and not (has_widget and seen["widget"] is None):
            break
        page.wait_for_timeout(200)
        first_text, seen = page.evaluate(FIRST_TEXT), page.evaluate("window.seen")
    context.close()
    early = {
        urlsplit(url).path.lstrip("/") for time, url in asked if time <= asked[0][0] + WATCHED and url[:4] == "http"
    }
    return {
        "kB": sum(len(as_sent(SITE / unquote(path))) for path in early if (SITE / unquote(path)).is_file()) / 1000,
        "text": first_text and first_text / 1000,
        "widget": seen["widget"] and seen["widget"] / 1000,
        "shift": seen["shift"],
    }


def main(names: list[str]) -> int:
    pages = [page for page in PAGES if not names or Path(page).stem in names]
    if not pages:
        print("No page to weigh; build the site by `make book`, and name pages by PAGES=", file=sys.stderr)
        return 1
    print(f"{'page':28}{'html kB':>9}{f'kB in {WATCHED:g} s':>11}{'text s':>8}{'widget s':>10}{'shift':>7}")
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for page in pages:
            got = weigh(browser, f"{address}/{page}")
            text, widget = (f"{got[name]:.1f}" if got[name] else "-" for name in ("text", "widget"))
            size = (SITE / page).stat().st_size / 1000
            print(f"{page:28}{size:9.0f}{got['kB']:11.0f}{text:>8}{widget:>10}{got['shift']:7.3f}", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
