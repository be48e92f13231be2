"""Stored results: written whole, and found from the book, from a project and from an installed package."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import acda_core as acda
from acda_core.experiments import results

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_saved_is_found_by_its_name_in_the_working_folder_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"conv": "acda", "mse": 0.5}]
    results.save(Path("results/bench_layer.json"), "the command", "the data", rows)
    assert results.find("bench_layer") == Path("results/bench_layer.json")
    assert results.load("bench_layer")["results"] == rows


def test_the_stored_results_of_the_book_are_found_from_any_folder(tmp_path, monkeypatch):
    stored = {path.stem for path in (ROOT / "book" / "results").glob("*.json")}
    monkeypatch.chdir(tmp_path)
    assert stored
    for name in stored:
        assert results.load(name) == json.loads((ROOT / "book" / "results" / f"{name}.json").read_text())


def test_a_missing_result_is_named_with_the_places_that_were_looked_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"'nothing' in results, .*book/results, .*acda_core/_results"):
        results.load("nothing")


def test_an_interrupted_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "toy.json"
    results.save(path, "the command", "the data", [{"mse": 1}])
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda part, whole: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            results.save(path, "the command", "the data", [{"mse": 2}])
    assert path.read_bytes() == before


def test_rows_that_find_a_full_disk_are_printed(capsys):
    with pytest.raises(OSError, match="No space left on device"):
        results.save(Path("/dev/full"), "command", "data", [{"mse": 0.5}])
    assert json.loads(capsys.readouterr().out)["results"] == [{"mse": 0.5}]


def test_rows_are_stored_where_the_package_is_a_copy_that_nobody_installed(tmp_path, monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata.Distribution, "from_name", missing)
    results.save(tmp_path / "toy.json", "toy", "data", [])
    versions = json.loads((tmp_path / "toy.json").read_text())["versions"]
    assert versions["acda-core"] == acda.__version__
    assert set(versions) == {"python", "torch", "acda-core"}


def test_rows_of_another_command_are_not_overwritten_and_those_of_the_same_one_are(tmp_path):
    path = tmp_path / "toy.json"
    for rows in ([{"mse": 1}], [{"mse": 2}]):
        with results.claimed(path, "toy --seed 0"):
            results.save(path, "toy --seed 0", "data", rows)
    other = pytest.raises(
        SystemExit, match=r"toy\.json holds the rows of another command \(toy --seed 0\): name another"
    )
    with other, results.claimed(path, "toy --seed 1"):
        pass
    assert json.loads(path.read_text())["results"] == [{"mse": 2}]


@pytest.mark.parametrize("held", ["my thesis", "[1, 2]", "{}"])
def test_a_file_that_holds_something_else_is_not_overwritten(tmp_path, held):
    path = tmp_path / "toy.json"
    path.write_text(held)
    with pytest.raises(SystemExit, match="name another file"), results.claimed(path, "toy"):
        pass
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_file_and_a_device_are_taken(tmp_path):
    (tmp_path / "empty").touch()
    for path in (tmp_path / "empty", Path("/dev/null"), None):
        with results.claimed(path, "toy"):
            pass


@pytest.mark.slow
def test_a_wheel_carries_the_stored_results_to_where_the_book_is_not(tmp_path):
    project = tmp_path / "project"
    for name in ("acda_core", "book/results"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    build = "import hatchling.build as build, sys; build.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=project, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    code = "from acda_core.experiments import results; print(results.find('bench_layer'))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.'); {code}"],
        cwd=tmp_path / "installed",
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(done.stdout.strip()) == tmp_path / "installed" / "acda_core" / "_results" / "bench_layer.json"
