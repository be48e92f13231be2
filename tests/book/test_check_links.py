"""check_links.py names the links of the built site that do not answer, and no others."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import check_links
import pytest


class Guarded(SimpleHTTPRequestHandler):
    """Forbids one page to programs."""

    def send_head(self):
        if self.path == "/closed.html":
            self.send_error(403)
            return None
        return super().send_head()

    def log_message(self, *words):
        pass


@pytest.fixture
def host(tmp_path):
    (tmp_path / "there.html").write_text("here")
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Guarded, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_link_that_does_not_answer_is_named_with_its_pages_and_others_are_not(host, tmp_path, monkeypatch, capsys):
    site = tmp_path / "site"
    (site / "book").mkdir(parents=True)
    names = "there.html", "there.html#part", "closed.html", "gone.html"
    links = "".join(f'<a href="{host}/{name}">.</a>' for name in names)
    (site / "book" / "one.html").write_text(f'{links}<a href="two.html">.</a>')
    (site / "book" / "two.html").write_text(f'<a href="{host}/gone.html">.</a>')
    monkeypatch.setattr(check_links, "HTML", site)
    assert check_links.main() == 1
    said = capsys.readouterr()
    assert said.err == f"{host}/gone.html (404 File not found), on book/one.html, book/two.html\n"
    assert said.out == "3 addresses, 1 broken\n"


def test_a_host_that_cannot_be_reached_is_trouble(host):
    assert check_links.trouble("http://127.0.0.1:1/") != ""
    assert check_links.trouble(f"{host}/there.html") == ""
