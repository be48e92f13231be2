"""Files that appear whole or not at all, and that one process at a time writes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from acda_core.training.atomic import alone, whole


def write(path, text="new"):
    with whole(path) as part:
        part.write_text(text)


def test_a_file_takes_the_place_of_the_one_before_and_its_folder_is_made(tmp_path):
    path = tmp_path / "new" / "rows.json"
    for text in ("one", "two"):
        write(path, text)
        assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]


def test_what_a_link_names_is_written_and_the_link_stays(tmp_path):
    target = tmp_path / "elsewhere" / "rows.json"
    target.parent.mkdir()
    target.write_text("old")
    for name, held in (("link", target), ("dangling", tmp_path / "elsewhere" / "later.json")):
        link = tmp_path / name
        link.symlink_to(held)
        write(link)
        assert link.is_symlink()
        assert held.read_text() == "new"


def test_a_device_is_written_to_and_stays_one():
    write(Path("/dev/null"))
    assert Path("/dev/null").is_char_device()


def test_a_pipe_is_written_to_though_the_link_to_it_leads_nowhere():
    ends = os.pipe()
    write(Path(f"/dev/fd/{ends[1]}"))
    os.close(ends[1])
    with open(ends[0]) as other:
        assert other.read() == "new"


def write_half(path):
    with whole(path) as part:
        part.write_text("half")
        raise KeyError


def test_an_error_leaves_what_was_there_and_nothing_else(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text("old")
    with pytest.raises(KeyError):
        write_half(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def write_to_a_full_disk(path):
    with whole(path) as part:
        part.symlink_to("/dev/full")
        part.write_text("rows")


def test_a_full_disk_is_an_error_that_says_what_is_left(tmp_path):
    path = tmp_path / "rows.json"
    said = r"No space left on device; .*rows\.json was not written, nothing was there before"
    with pytest.raises(OSError, match=said):
        write_to_a_full_disk(path)
    assert list(tmp_path.iterdir()) == []


def test_two_processes_do_not_write_to_one_file(tmp_path):
    path = tmp_path / "rows.json"
    code = (
        "import sys, pathlib, acda_core.training.atomic as atomic\nwith atomic.alone(pathlib.Path(sys.argv[1])): pass"
    )
    other = [sys.executable, "-c", code, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with alone(path):
        done = subprocess.run(other, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"another run is writing to {path}: wait for it, or name another file\n"
    assert subprocess.run(other, env=environment).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_the_other_run_deletes_as_it_ends_is_not_taken_for_one_that_holds(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    flock, ended = fcntl.flock, []

    def lock(file, how):
        if not ended:
            ended.append((tmp_path / ".rows.json.lock").unlink())
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", lock)
    with alone(tmp_path / "rows.json"), pytest.raises(SystemExit, match="another run"), alone(tmp_path / "rows.json"):
        pass
    assert list(tmp_path.iterdir()) == []
