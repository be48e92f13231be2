"""Open every page of the built site in Firefox and in WebKit, and move every slider of every widget by the keyboard.

make browsers               every page
make browsers PAGES="toy index"

On Debian: apt-get install firefox-esr webkit2gtk-driver xvfb. Firefox is spoken to by WebDriver BiDi, WebKitGTK's
MiniBrowser by WebDriver. A page fails where a script of it fails, something is not found, it asks another host, or a
slider changes no picture.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Protocol

from tornado.websocket import WebSocketClientConnection, websocket_connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from conftest import PAGES, SITE, QuietHandler

PATIENCE = 60.0  # seconds
OWN = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'"
NOTING = b"""<head><script>
window.problems = [];
addEventListener("error", (event) => problems.push(event.message || "not loaded: " + event.target.outerHTML), true);
addEventListener("unhandledrejection", (event) => problems.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => problems.push("request to " + event.blockedURI));
</script>"""
READY = """() => document.readyState === "complete"
    && document.querySelectorAll(".math").length <= document.querySelectorAll("mjx-container").length"""
SLIDERS = """() => [...document.querySelectorAll(".acda-widget[data-widget]")]
    .map((widget) => [widget.dataset.widget, widget.querySelectorAll("input[type=range]").length])"""
SHOW = """(widget) => document.querySelectorAll(".acda-widget[data-widget]")[widget].scrollIntoView()"""
FOCUS = """(widget, slider) => {
    const one = document.querySelectorAll(".acda-widget[data-widget]")[widget]
        .querySelectorAll("input[type=range]")[slider];
    one.focus();
    return [one.value, one.value === one.max, one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.id];
}"""
PICTURE = """(widget) => {
    const shown = document.querySelectorAll(".acda-widget[data-widget]")[widget];
    const text = [...shown.querySelectorAll("canvas, svg")].map((picture) =>
        (picture.tagName === "CANVAS" ? picture.toDataURL() : picture.outerHTML) + picture.style.clipPath).join("|");
    let hash = 0;
    for (let k = 0; k < text.length; k++) hash = (31 * hash + text.charCodeAt(k)) | 0;
    return [hash, text.length];
}"""
ARROWS = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014"}


class Browser(Protocol):
    def open(self, address: str) -> None: ...

    def call(self, function: str, *arguments: int) -> Any:
        """What a function of JavaScript returns in the page, as JSON has it."""

    def act(self, actions: list[dict[str, Any]]) -> None: ...


class Firefox:
    """Headless, by WebDriver BiDi."""

    def __init__(self, profile: str):
        port = free_port()
        options = ["--headless", "--no-remote", "--profile", profile, f"--remote-debugging-port={port}"]
        self.process = subprocess.Popen(["firefox-esr", *options], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.loop, self.number = asyncio.new_event_loop(), 0
        self.socket = patiently(lambda: self.loop.run_until_complete(self._connected(port)))
        self._send("session.new", capabilities={})
        self.tab = self._send("browsingContext.getTree")["contexts"][0]["context"]

    async def _connected(self, port: int) -> WebSocketClientConnection:
        return await websocket_connect(f"ws://127.0.0.1:{port}/session", max_message_size=2**26)

    def _send(self, method: str, **parameters: Any) -> Any:
        async def exchange() -> Any:
            await self.socket.write_message(json.dumps({"id": self.number, "method": method, "params": parameters}))
            while (got := json.loads(await self.socket.read_message() or "{}")).get("id") != self.number:
                pass
            return got

        self.number += 1
        got = self.loop.run_until_complete(exchange())
        if "result" not in got:
            raise RuntimeError(f"{method}: {got.get('message', got)}")
        return got["result"]

    def open(self, address: str) -> None:
        self._send("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def call(self, function: str, *arguments: int) -> Any:
        words = ", ".join(map(str, arguments))
        expression = f"JSON.stringify(({function})({words}) ?? null)"
        target = {"context": self.tab}
        got = self._send("script.evaluate", expression=expression, target=target, awaitPromise=False)
        if got["type"] != "success":
            raise RuntimeError(got["exceptionDetails"]["text"])
        return json.loads(got["result"]["value"])

    def act(self, actions: list[dict[str, Any]]) -> None:
        self._send("input.performActions", context=self.tab, actions=actions)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.loop.close()


class WebKit:
    """WebKitGTK's MiniBrowser, by WebDriver, on a display that nobody sees."""

    def __init__(self, profile: str):
        port, display = free_port(), f":{90 + os.getpid() % 100}"
        null: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.screen = subprocess.Popen(["Xvfb", display, "-screen", "0", "1280x1000x24"], **null)
        environment = {**os.environ, "DISPLAY": display, "HOME": profile, "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
        environment |= {"WEBKIT_FORCE_SANDBOX": "0", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        self.driver = subprocess.Popen(["WebKitWebDriver", f"--port={port}"], env=environment, **null)
        self.root = f"http://127.0.0.1:{port}/session"
        wanted = {
            "capabilities": {
                "alwaysMatch": {"webkitgtk:browserOptions": {"binary": mini_browser(), "args": ["--automation"]}}
            }
        }
        self.root += "/" + patiently(lambda: self._post("", **wanted))["sessionId"]

    def _post(self, path: str, **body: Any) -> Any:
        request = urllib.request.Request(
            f"{self.root}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=2 * PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def open(self, address: str) -> None:
        self._post("/url", url=address)

    def call(self, function: str, *arguments: int) -> Any:
        got = self._post(
            "/execute/sync", script=f"return JSON.stringify(({function})(...arguments) ?? null)", args=list(arguments)
        )
        return json.loads(got)

    def act(self, actions: list[dict[str, Any]]) -> None:
        self._post("/actions", actions=actions)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(urllib.request.Request(self.root, method="DELETE"), timeout=10).close()
        for process in (self.driver, self.screen):
            process.terminate()
            process.wait()


def mini_browser() -> str:
    return next(str(path) for path in sorted(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"), reverse=True))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def patiently(ask: Any) -> Any:
    """What it gives, as soon as it gives something without an error."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if found := ask():
                return found
        except (OSError, RuntimeError):
            if time.monotonic() > end:
                raise
        if time.monotonic() > end:
            return None
        time.sleep(0.05)


class NotingHandler(QuietHandler):
    """Sends pages that note their own problems, and lets them ask no other host; `lost` holds what is not there."""

    lost: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix != ".html" or not path.is_file():
            if not path.exists():
                self.lost.append(self.path)
            return super().do_GET()
        body = path.read_bytes().replace(b"<head>", NOTING, 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", OWN)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)
        return None


@contextlib.contextmanager
def served() -> Iterator[str]:
    handler = functools.partial(NotingHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def problems_of(browser: Browser, address: str) -> Iterator[str]:
    """What is wrong with one page, in words."""
    NotingHandler.lost.clear()
    browser.open(address)
    if not patiently(lambda: browser.call(READY)):
        yield "a formula was not set"
    for widget in range(len(browser.call(SLIDERS))):
        browser.call(SHOW, widget)
        if not patiently(lambda widget=widget: browser.call(SLIDERS)[widget][1]):
            yield f"{browser.call(SLIDERS)[widget][0]} has no slider: was it mounted?"
        for slider in range(browser.call(SLIDERS)[widget][1]):
            yield from problems_of_slider(browser, widget, slider)
    yield from browser.call("() => problems")
    yield from (f"not found: {path}" for path in NotingHandler.lost)


def problems_of_slider(browser: Browser, widget: int, slider: int) -> Iterator[str]:
    value, at_end, name = browser.call(FOCUS, widget, slider)
    before = browser.call(PICTURE, widget)
    key = ARROWS["ArrowLeft" if at_end else "ArrowRight"]
    presses = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
    browser.act([{"type": "key", "id": "keys", "actions": 3 * presses}])
    if browser.call(FOCUS, widget, slider)[0] == value:
        yield f"slider {name} did not move"
    elif not patiently(lambda: browser.call(PICTURE, widget) != before):
        yield f"slider {name} changed no picture"


def main() -> int:
    kinds = {Firefox: "firefox-esr", WebKit: "WebKitWebDriver"}
    missing = [program for program in (*kinds.values(), "Xvfb") if not shutil.which(program)]
    if missing:
        print(
            f"{', '.join(missing)} is missing; on Debian: apt-get install firefox-esr webkit2gtk-driver xvfb",
            file=sys.stderr,
        )
        return 1
    pages = [page for page in PAGES if not sys.argv[1:] or Path(page).stem in sys.argv[1:]]
    failed = 0
    with served() as root:
        for kind in kinds:
            with tempfile.TemporaryDirectory() as profile, contextlib.closing(kind(profile)) as browser:
                for page in pages:
                    found = list(problems_of(browser, f"{root}/{page}"))
                    failed += bool(found)
                    widgets = browser.call(SLIDERS)
                    print(
                        f"{kind.__name__:8} {page:40} {len(widgets)} widgets, {sum(n for _, n in widgets)} sliders",
                        *found,
                        sep="\n    " if found else "  ",
                        flush=True,
                    )
    print(f"{failed} of {len(kinds) * len(pages)} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
