"""Serve the built site on 127.0.0.1, at the port that is given."""

from __future__ import annotations

import contextlib
import functools
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"


def main(port: str) -> int:
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(HTML))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), handler)
    except (OSError, OverflowError, ValueError) as error:
        print(f"Port {port} cannot be used ({error}). Choose another: make serve PORT=8123", file=sys.stderr)
        return 1
    print(f"Open http://127.0.0.1:{port}/ (Ctrl-C ends it)", flush=True)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
