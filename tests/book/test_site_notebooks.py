"""What the site offers of each chapter: its notebook, the package that this installs, and buttons that lead there."""

import functools
import json
import subprocess
import threading
import urllib.request
import zipfile
from http.server import ThreadingHTTPServer
from types import SimpleNamespace

import addresses
import notebooks
import pytest
import serve
import site_notebooks

REPOSITORY = "https://github.com/Ada/course"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """A folder of notebooks of a site without a public address."""
    folder = tmp_path_factory.mktemp("site") / "notebooks"
    site_notebooks.write(folder)
    return folder


@pytest.fixture
def served(shipped):
    """The address at which serve.py serves that site."""
    handler = functools.partial(serve.Handler, directory=str(shipped.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def first_cell(notebook):
    return "".join(next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")["source"])


def test_the_site_holds_each_notebook_and_a_wheel_with_less_than_two_megabytes_of_what_chapters_read(shipped):
    """Stored results and sample photographs; the rest, which is code, rounds to 0.4 megabytes."""
    (wheel,) = shipped.glob("*.whl")
    held = zipfile.ZipFile(wheel).infolist()
    read = sum(file.compress_size for file in held if "_results/" in file.filename or "/samples/" in file.filename)
    assert 0 < read < 2e6
    assert sum(file.compress_size for file in held) - read < 4.5e5
    listed = {path.stem for path in notebooks.chapters()}
    assert {path.stem for path in shipped.glob("*.ipynb")} == listed


def test_a_served_notebook_installs_from_the_server_that_it_came_from(shipped, served):
    (wheel,) = shipped.glob("*.whl")
    with urllib.request.urlopen(f"{served}/notebooks/toy.ipynb?from=/a/page") as answer:
        notebook = json.load(answer)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="toy.ipynb"'
    assert f'sources, pip = ["{served}/notebooks/{wheel.name}"],' in first_cell(notebook)
    with urllib.request.urlopen(f"{served}/notebooks/{wheel.name}") as answer:
        assert answer.read() == wheel.read_bytes()


def test_a_notebook_that_does_not_exist_is_not_served(served):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{served}/notebooks/nothing.ipynb")


def test_a_published_notebook_installs_from_its_site_and_else_from_its_repository(tmp_path):
    site_notebooks.write(tmp_path, addresses.site(REPOSITORY), REPOSITORY)
    (wheel,) = tmp_path.glob("*.whl")
    cell = first_cell(json.loads((tmp_path / "toy.ipynb").read_text(encoding="utf-8")))
    site = f"https://ada.github.io/course/notebooks/{wheel.name}"
    assert f'sources, pip = ["{site}", "git+{REPOSITORY}"],' in cell


@pytest.mark.parametrize(
    ("given", "variable", "remote", "found"),
    [
        ("", "", "", ""),
        ("", "", "https://host.example/Ada/course.git", ""),
        ("", "", "https://github.com/Ada/course.git", REPOSITORY),
        ("", "", "git@github.com:Ada/course.git", REPOSITORY),
        ("", "", "ssh://git@github.com/Ada/course", REPOSITORY),
        ("", "", "ssh://git@ssh.github.com:443/Ada/course.git", REPOSITORY),
        ("", "", "https://ada:secret@GitHub.com/Ada/course/", REPOSITORY),
        ("", "", "https://github.com.example/Ada/course", ""),
        ("", "", "https://host.example/github.com/Ada/course", ""),
        ("", "Ada/course", "git@github.com:Bob/fork.git", REPOSITORY),
        (f"{REPOSITORY}/", "Bob/fork", "", REPOSITORY),
    ],
)
def test_the_address_of_the_project_is_found_where_nobody_wrote_it_down(given, variable, remote, found, tmp_path):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    if remote:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", remote], check=True)
    assert addresses.repository(given, tmp_path, {"GITHUB_REPOSITORY": variable}) == found


def test_the_site_of_a_repository_is_that_of_githubs_pages():
    assert addresses.site(REPOSITORY) == "https://ada.github.io/course/"
    assert addresses.site("https://github.com/Ada/Ada.github.io") == "https://ada.github.io/"
    assert addresses.site("https://host.example/Ada/course") == ""


def buttons(pagename, environment, monkeypatch):
    """The buttons of a page, built where the environment is this."""
    monkeypatch.setattr(site_notebooks.os, "environ", environment)
    config = SimpleNamespace(html_theme_options={"repository_url": ""}, html_baseurl="")
    metadata = {"book/toy": {"kernelspec": {}}, "book/notation": {}}
    app = SimpleNamespace(config=config, env=SimpleNamespace(metadata=metadata))
    site_notebooks.find_address(app, config)
    context = {"header_buttons": [], "pathto": lambda name, resource: f"../{name}"}
    site_notebooks.add_buttons(app, pagename, "page.html", context, None)
    return {button["text"]: button["url"] for button in context["header_buttons"]}


def test_a_fork_gets_its_own_buttons_without_a_change_of_a_file(monkeypatch):
    assert buttons("book/toy", {"GITHUB_REPOSITORY": "Eve/fork"}, monkeypatch) == {
        "Colab": "https://colab.research.google.com/github/Eve/fork/blob/notebooks/toy.ipynb",
        "Notebook": "../notebooks/toy.ipynb",
    }
    assert buttons("book/notation", {"GITHUB_REPOSITORY": "Eve/fork"}, monkeypatch) == {}


def test_a_chapter_offers_its_notebook_where_the_project_has_no_address(monkeypatch):
    monkeypatch.setattr(addresses.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=""))
    assert buttons("book/toy", {}, monkeypatch) == {"Notebook": "../notebooks/toy.ipynb"}
