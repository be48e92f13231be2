"""The build is the same whatever the caller's shell holds, and says in a line what it lacks."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from time import sleep
from types import SimpleNamespace

import build
import chapter_outputs
import nbformat
import pytest
import run_sphinx
import serve
from docutils import nodes
from fingerprint import Sources
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.main import JupyterCacheBase
from myst_nb.core.config import NbParserConfig
from myst_parser.config.main import MdParserConfig
from notebooks import ROOT, chapters

FOREIGN = {
    "PATH": os.environ["PATH"],
    "HOME": os.environ.get("HOME", "/"),
    "MPLBACKEND": "agg",
    "PYTHONIOENCODING": "ascii",
    "PYTHONPATH": "/nowhere",
    "LC_ALL": "C",
    "LANG": "de_DE.ISO-8859-1",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "ACTIVE",
    "GOMP_SPINCOUNT": "infinity",
    "PIP_USER": "1",
    "ACDA_KERNEL": "plain",
}
LOOK = """
import json, locale, os, sys
import matplotlib
from IPython.display import JSON
JSON({"python": sys.executable, "backend": matplotlib.get_backend(), "encoding": locale.getpreferredencoding(),
      "path": sys.path, "variables": dict(os.environ)})
"""
EXECUTE = """
import json, sys
import nbformat
from nbclient import execute
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(sys.stdin.read())])
execute(notebook, kernel_name="python3")
print(json.dumps(notebook.cells[0].outputs[0].data["application/json"]))
"""


def test_a_chapter_runs_in_this_python_alike_whatever_the_shell_and_the_machine_hold(tmp_path):
    other = tmp_path / "machine" / "kernels" / "python3"
    other.mkdir(parents=True)
    (other / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "?", "language": "python"}))
    shell = FOREIGN | {"JUPYTER_PATH": str(tmp_path / "machine"), "JUPYTER_DATA_DIR": str(tmp_path / "machine")}
    build.write_kernelspec(tmp_path / "book")
    environment = build.environment(shell, tmp_path / "book")
    done = subprocess.run(
        [sys.executable, "-c", EXECUTE], input=LOOK, env=environment, capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stdout)
    assert seen["python"] == sys.executable
    assert "inline" in seen["backend"]
    assert seen["encoding"].lower() == "utf-8"
    assert "/nowhere" not in seen["path"]
    assert seen["variables"]["OMP_WAIT_POLICY"] == "PASSIVE"
    assert not {"OMP_NUM_THREADS", "GOMP_SPINCOUNT", "PIP_USER", "ACDA_KERNEL"} & set(seen["variables"])


def test_a_kernel_on_windows_finds_its_system_and_its_home(tmp_path):
    shell = {"SYSTEMROOT": r"C:\Windows", "USERPROFILE": r"C:\Users\ada", "PATHEXT": ".EXE"}
    assert shell.items() <= build.environment(shell, tmp_path).items()


@pytest.mark.parametrize(("name", "value"), [("LC_ALL", "C"), ("PYTHONIOENCODING", "ascii")])
def test_a_page_that_does_not_exist_is_named_beside_those_that_do(name, value):
    command = [sys.executable, str(ROOT / "book" / "_ext" / "build.py"), "téy"]
    done = subprocess.run(command, env={**os.environ, name: value}, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"There is no page 't")
    assert b" toy," in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_machine_without_a_compiler_is_told_so_in_one_line(fresh_library, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("CC", "no-such-compiler")
    monkeypatch.setenv("ACDA_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("ACDA_KERNEL", raising=False)
    assert run_sphinx.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("ERROR: ")
    assert "no-such-compiler" in said
    assert said.endswith("The book needs it: install a C compiler, or name one by CC.\n")
    assert "plain" not in said
    assert said.count("\n") == 1
    assert build.reasons(said) == [said.strip()]


def test_a_cell_that_failed_is_shown_with_what_it_raised(monkeypatch, capsys):
    monkeypatch.setattr(run_sphinx, "compile_kernels", lambda: None)
    cell = "An error occurred while executing the following cell:\n----\n1 / 0\n----\n\nZeroDivisionError"
    failure = RuntimeError("book/toy.md")
    failure.__cause__ = RuntimeError(cell)
    monkeypatch.setattr(run_sphinx, "build_sphinx", lambda *words, **options: failure)
    assert run_sphinx.main() == 1
    warned = "toy.md: WARNING: Executing notebook failed: CellExecutionError\n"
    assert build.reasons(warned + capsys.readouterr().err) == [warned.strip(), cell]


@pytest.mark.parametrize(("kind", "warned"), [("image/svg+xml", False), ("text/html", False), ("text/plain", True)])
def test_a_figure_without_a_picture_is_named(kind, warned, tmp_path, monkeypatch):
    page = tmp_path / "toy.md"
    page.write_text("mystnb:\n  figure:\n    name: fig-one\n")
    figure = nodes.figure("", nodes.container("", nodes.container(mime_type=kind)), ids=["fig-one"])
    said = []
    monkeypatch.setattr(chapter_outputs.logger, "warning", lambda text, *words, **_: said.append(text % words))
    app = SimpleNamespace(
        env=SimpleNamespace(docname="book/toy", doc2path=lambda name: str(page)), config=SimpleNamespace(acda_page="")
    )
    chapter_outputs.miss_no_figure(app, nodes.section("", figure))
    assert said == ["the figure fig-one shows no picture"] * warned


CHAPTER = "---\nkernelspec: {display_name: Python 3, language: python, name: python3}\n---\n\n# Title\n"


def marked(name, page=""):
    text = [CHAPTER]
    chapter_outputs.mark(SimpleNamespace(config=SimpleNamespace(acda_page=page)), name, text)
    return text[0]


def test_a_chapter_is_marked_by_what_it_sees_and_another_one_than_the_asked_page_does_not_run():
    assert f"kernelspec: {{sees: {chapter_outputs.seen_by(CHAPTER, Sources(ROOT))}, display" in marked("book/toy")
    assert marked("book/toy", "book/toy") == marked("book/toy")
    assert "sees" not in marked("book/cost", "book/toy")
    assert 'execution_mode: "off"' in marked("book/cost", "book/toy")


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: path.stem)
def test_every_chapter_can_be_marked(chapter):
    front, _ = chapter.read_text(encoding="utf-8").removeprefix("---").split("\n---\n", 1)
    assert chapter_outputs.KERNELSPEC in front


def test_a_chapter_is_read_again_when_it_would_see_something_else_and_only_then(monkeypatch):
    monkeypatch.setattr(chapter_outputs, "seen_by", lambda text, sources: "now")
    metadata = {f"book/{name}": {"kernelspec": {"sees": "now"}} for name in ("toy", "cost")} | {"book/lenet": {}}
    env = SimpleNamespace(all_docs=metadata, metadata=metadata)

    def outdated(page):
        app = SimpleNamespace(config=SimpleNamespace(acda_page=page))
        return chapter_outputs.outdated(app, env, set(), set(), set())

    assert outdated("") == ["book/lenet"]
    metadata["book/toy"]["kernelspec"]["sees"] = "before"
    assert outdated("") == ["book/toy", "book/lenet"]
    assert outdated("book/toy") == ["book/toy"]
    assert outdated("book/cost") == []


def test_the_last_states_of_each_chapter_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(chapter_outputs, "CACHE", tmp_path)

    def notebook(sees):
        kernel = {"display_name": "Python 3", "name": "python3", "sees": sees}
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")], metadata={"kernelspec": kernel})

    for chapter in ("toy", "cost"):
        for state in range(4 if chapter == "toy" else 1):
            cache = get_cache(tmp_path)
            bundle = CacheBundleIn(notebook(f"{chapter} {state}"), f"book/{chapter}.md")
            cache.cache_notebook_bundle(bundle, check_validity=False)
            chapter_outputs.forget_old_outputs(None, None)
    with pytest.raises(KeyError):
        get_cache(tmp_path).match_cache_notebook(notebook("toy 0"))
    for kept in ["toy 1", "toy 2", "toy 3", "cost 0"]:
        assert get_cache(tmp_path).match_cache_notebook(notebook(kept))


@pytest.mark.parametrize("words", [[], ["--try"]])
def test_a_port_in_use_is_named_with_what_to_do_before_the_book_is_built_too(words, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serve.main(*words, str(port)) == 1
    assert serve.main("--try", str(port)) == 0
    said = capsys.readouterr().err
    assert said.startswith(f"Port {port} cannot be used")
    assert "make serve PORT=" in said
    assert said.count("\n") == 1


CELL = "```{code-cell} python\nNUMBER = %s\nprint(NUMBER + 1)\n```\n"


@pytest.mark.slow
def test_chapters_run_several_at_a_time_before_they_are_read(tmp_path, monkeypatch):
    """But for those that time something, and those that fail: these are left to the reading."""
    numbers = {"one": "1", "two": "2", "fails": "1 / 0", "timed": "median_times({})"}
    front = "---\njupytext:\n  text_representation: {extension: .md, format_name: myst}\n"
    for name, number in numbers.items():
        (tmp_path / f"{name}.md").write_text(front + CHAPTER.removeprefix("---\n") + CELL % number)
    monkeypatch.setattr(chapter_outputs, "chapters", lambda: [tmp_path / f"{name}.md" for name in numbers])
    monkeypatch.setattr(chapter_outputs, "CACHE", tmp_path / "cache")
    env = SimpleNamespace(myst_config=MdParserConfig(), mystnb_config=NbParserConfig())
    storing, store = [], JupyterCacheBase.cache_notebook_bundle

    def store_slowly(*given, **named):
        storing.append(given)
        sleep(2)
        assert len(storing) == 1, "jupyter-cache drops what another thread is about to write"
        record = store(*given, **named)
        storing.pop()
        return record

    monkeypatch.setattr(JupyterCacheBase, "cache_notebook_bundle", store_slowly)

    def run(page=""):
        app = SimpleNamespace(config=SimpleNamespace(acda_page=page))
        chapter_outputs.run_several_at_a_time(app, env, ["book/index", *(f"book/{name}" for name in numbers)])
        records = get_cache(tmp_path / "cache").list_cache_records()
        return {Path(record.uri).stem: record.created for record in records}

    assert run(page="book/one") == {}
    first = run()
    assert set(first) == {"one", "two"}
    assert run() == first
    cache = get_cache(tmp_path / "cache")
    outputs = [cache.get_cache_bundle(record.pk).nb.cells[-1].outputs[0].text for record in cache.list_cache_records()]
    assert sorted(outputs) == ["2\n", "3\n"]
