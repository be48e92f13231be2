"""Serve the built site on 127.0.0.1, at the port that is given, else 8000; its notebooks install acda_core from there.

python book/_ext/serve.py 8123
python book/_ext/serve.py --try 8123    see whether the port is free, and serve nothing
"""

from __future__ import annotations

import contextlib
import functools
import io
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).parent))
from addresses import filled

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"


class Handler(SimpleHTTPRequestHandler):
    """Serves files as they are, but notebooks with this server's address in their first cell."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if path.suffix != ".ipynb" or not path.is_file():
            return super().send_head()
        here = f"http://{self.headers['Host']}{self.path.split('?')[0].rsplit('/', 1)[0]}"
        wheels = [f"{here}/{wheel.name}" for wheel in path.parent.glob("*.whl")]
        text = filled(path.read_text(encoding="utf-8"), wheels).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ipynb+json")
        self.send_header("Content-Disposition", f'attachment; filename="{path.name}"')
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        return io.BytesIO(text)


def main(*words: str) -> int:
    """Serve at the port, the last of the words; after "--try" only see whether it is free."""
    *only_try, port = words or ("8000",)
    handler = functools.partial(Handler, directory=str(HTML))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), handler)
    except (OSError, OverflowError, ValueError) as error:
        print(f"Port {port} cannot be used ({error}). Choose another: make serve PORT=8123", file=sys.stderr)
        return 1
    if only_try:
        server.server_close()
        return 0
    print(f"Open http://127.0.0.1:{port}/ (Ctrl-C ends it)", flush=True)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
