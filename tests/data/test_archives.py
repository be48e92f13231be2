"""Fetching, from a server on this machine."""

import functools
import hashlib
import sys
import threading
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from acda_core.data.archives import Archive
from acda_core.kernels.build import cache_folder
from acda_core.training.atomic import BrokenFile

CONTENT = bytes(range(256)) * 40


class Site(ThreadingHTTPServer):
    """Serves a folder and counts what is asked of it."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), functools.partial(SimpleHTTPRequestHandler, directory=folder))
        self.requests = 0

    def process_request(self, request, client_address):
        self.requests += 1
        super().process_request(request, client_address)


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "data.bin").write_bytes(CONTENT)
    monkeypatch.delenv("ACDA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    with Site(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def archive(site):
    address = f"http://127.0.0.1:{site.server_port}/data.bin"
    return Archive(address, "kept.bin", "sha256", hashlib.sha256(CONTENT).hexdigest())


def test_an_archive_is_fetched_once_and_kept_under_its_name(archive, site, tmp_path):
    for _ in range(2):
        path = archive.fetched()
    assert site.requests == 1
    assert path == tmp_path / "cache" / "acda_core" / "kept.bin"
    assert path.read_bytes() == CONTENT
    assert archive.verified(path) == path


def test_an_archive_is_kept_where_the_compiled_kernels_are(archive, tmp_path, monkeypatch):
    monkeypatch.setenv("ACDA_CACHE_DIR", str(tmp_path / "named"))
    assert archive.fetched().parent == cache_folder() == tmp_path / "named"


def test_an_archive_with_another_checksum_is_not_kept(archive, tmp_path):
    with pytest.raises(BrokenFile, match=r"^kept.bin: .* does not match the known hash"):
        replace(archive, checksum="0" * 64).fetched()
    assert not list((tmp_path / "cache").rglob("*.bin"))


def test_an_archive_in_the_cache_that_was_cut_short_is_fetched_again(archive, site):
    path = archive.fetched()
    path.write_bytes(CONTENT[:100])
    assert archive.fetched().read_bytes() == CONTENT
    assert site.requests == 2


def test_an_address_that_does_not_answer_is_named_with_the_way_around(archive):
    missing = replace(archive, url=archive.url + ".none")
    with pytest.raises(OSError, match=r"kept.bin could not be fetched: 404 .* Or fetch http.* by ACDA_DATA_DIR"):
        missing.fetched()


def test_fetching_without_pooch_says_what_to_install(archive, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"needs pooch: pip install pooch. Or fetch http"):
        archive.fetched()


def test_a_file_that_is_not_the_archive_is_refused_with_both_checksums(archive, tmp_path):
    path = tmp_path / "mine.bin"
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(BrokenFile, match=f"mine.bin is not the published archive .* expected {archive.checksum}"):
        archive.verified(path)
