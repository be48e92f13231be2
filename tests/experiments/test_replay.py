"""A stored result can be made again from the command that it holds, and the rows compared."""

import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from acda_core import __main__
from acda_core.experiments import replay

ROOT = Path(__file__).resolve().parents[2]
ROWS = [{"conv": "conv", "mse": 0.5, "seconds": 3.0}, {"conv": "acda", "mse": 0.25, "seconds": 5.0}]


def replayed(tmp_path, monkeypatch, again, *words, command="python -m acda_core toy --seed 0"):
    """Replay a file whose command would make the rows `again`; the words that were started."""
    started = []

    def run(words):
        started.append(words[1:-2])
        Path(words[-1]).write_text(json.dumps({"command": command, "results": again}))
        return 0

    path = tmp_path / "stored.json"
    path.write_text(json.dumps({"command": command, "results": ROWS}))
    monkeypatch.setattr(replay, "_run", run)
    monkeypatch.setattr(sys, "argv", ["acda_core", "replay", str(path), *words])
    __main__.main()
    return started


def changed(**fields):
    return [ROWS[0], {**ROWS[1], **fields}]


def test_the_same_rows_in_other_times_are_the_same(tmp_path, monkeypatch, capsys):
    assert replayed(tmp_path, monkeypatch, changed(seconds=99)) == [["-m", "acda_core", "toy", "--seed", "0"]]
    told, command, empty, file, *same = capsys.readouterr().out.splitlines()
    assert told == "stored.json: 1 minute, a machine that it does not name"
    assert (command.strip(), empty, Path(file).name) == ("python -m acda_core toy --seed 0", "", "stored.json")
    assert same == [f"{name:24} the same" for name in ("conv", "mse")]


def test_another_number_is_told_as_a_share_and_taken_within_a_bound(tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit, match="2 rows were stored, 2 came; not the same: mse"):
        replayed(tmp_path, monkeypatch, changed(mse=0.26))
    assert "mse                      4.00%" in capsys.readouterr().out
    replayed(tmp_path, monkeypatch, changed(mse=0.26), "--within", "0.05")


@pytest.mark.parametrize("again", [ROWS[:1], [*ROWS, ROWS[0]], changed(conv="dyconv"), [ROWS[0], {"conv": "acda"}]])
def test_fewer_or_more_rows_or_other_words_are_not_the_same_within_any_bound(tmp_path, monkeypatch, again):
    with pytest.raises(SystemExit, match="2 rows were stored"):
        replayed(tmp_path, monkeypatch, again, "--within", "1000")


def test_the_rows_can_be_kept(tmp_path, monkeypatch):
    replayed(tmp_path, monkeypatch, ROWS, "--out", str(tmp_path / "again.json"))
    assert json.loads((tmp_path / "again.json").read_text())["results"] == ROWS


@pytest.mark.parametrize("held", ["", "[]", "{}", '{"command": "python -m acda_core toy"}'])
def test_a_file_that_is_no_stored_result_is_named(tmp_path, monkeypatch, held):
    (tmp_path / "x.json").write_text(held)
    monkeypatch.setattr(sys, "argv", ["acda_core", "replay", str(tmp_path / "x.json")])
    with pytest.raises(SystemExit, match=r"x\.json holds no stored result"):
        __main__.main()


def test_the_command_of_another_program_is_told_and_not_started(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"another program, .* by hand: python tests/wild/projection\.py"):
        replayed(tmp_path, monkeypatch, ROWS, command="python tests/wild/projection.py")


def test_of_several_files_each_is_made_again_also_behind_one_that_differs(tmp_path, monkeypatch, capsys):
    (tmp_path / "other.json").write_text(json.dumps({"command": "python other.py", "results": ROWS}))
    (tmp_path / "same.json").write_text(json.dumps({"command": "python -m acda_core toy", "results": ROWS}))
    with pytest.raises(
        SystemExit, match=r"^\S+/stored\.json: .*not the same: mse\n\S+/other\.json: made by another.*$"
    ):
        replayed(tmp_path, monkeypatch, changed(mse=0.26), str(tmp_path / "other.json"))
    assert len(replayed(tmp_path, monkeypatch, ROWS, str(tmp_path / "same.json"))) == 2
    told = capsys.readouterr().out
    assert told.rindex("1 minute") < told.rindex(f"\n{tmp_path / 'stored.json'}\n")


@pytest.mark.parametrize("words", [["--out", "again.json"], ["--resume"]])
def test_one_file_alone_can_be_kept_under_a_name_or_gone_on_with(tmp_path, monkeypatch, words):
    with pytest.raises(SystemExit, match="--out and --resume are for one file: 2 were named"):
        replayed(tmp_path, monkeypatch, ROWS, str(tmp_path / "x.json"), *words)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices")
def test_rows_that_could_not_be_read_again_are_refused_before_they_are_made(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"--out must name a file, .*: /dev/null is a device"):
        replayed(tmp_path, monkeypatch, ROWS, "--out", "/dev/null")


def test_what_was_stopped_goes_on(tmp_path, monkeypatch):
    assert replayed(tmp_path, monkeypatch, ROWS, "--resume") == [["-m", "acda_core", "toy", "--seed", "0", "--resume"]]


def test_a_command_that_had_another_name_is_known():
    assert replay.words_of("python -m acda_core.widgets.record --steps 3") == ["record", "--steps", "3"]
    assert replay.words_of("torchrun --nproc-per-node=2 -m acda_core lenet --seed 0") == ["lenet", "--seed", "0"]


@pytest.mark.parametrize("path", sorted((ROOT / "book" / "results").glob("*.json")), ids=lambda path: path.stem)
def test_every_stored_command_of_the_package_is_one_that_it_takes(path):
    words = replay.words_of(json.loads(path.read_text(encoding="utf-8")).get("command", ""))
    if words:
        assert callable(__main__.make_parser(words).parse_args(words).run)


def test_what_is_no_number_is_the_same_as_what_is_none_and_differs_infinitely_from_one():
    stored, again = {"a": 1.0, "b": math.nan, "c": math.nan}, {"a": math.nan, "b": 1.0, "c": math.nan}
    assert replay.differences([stored], [again]) == {"a": math.inf, "b": math.inf, "c": 0.0}


def test_a_number_that_appears_where_there_was_none_differs_infinitely():
    assert replay.differences([{"a": 0, "b": None}], [{"a": 1, "b": 2}]) == {"a": math.inf, "b": math.inf}


@pytest.mark.slow
def test_a_small_result_is_the_same_when_it_is_made_again(tmp_path):
    for words in ("toy --steps 3 --device cpu --out toy.json", "replay toy.json"):
        subprocess.run([sys.executable, "-m", "acda_core", *words.split()], cwd=tmp_path, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["toy.json"]


def test_the_list_of_commands_tells_the_least_and_the_most_minutes_that_a_stored_result_took(tmp_path, monkeypatch):
    setting = {"conv": "acda", "forward_ms": 2e4, "step_ms": None}
    for name, words, rows in (
        ("short", "toy", [{"seconds": 61.0}]),
        ("long", "toy --seed 0 1", [{"seconds": 300}, {"seconds": None}, {"seconds": 300.5}]),
        ("turns", "bench --repeats 7 --device cpu", [setting, {**setting, "step_ms": 4e4}]),
        ("read", "frozen_alpha", [{"conv": "acda"}]),
    ):
        stored = {"command": f"python -m acda_core {words}", "results": rows}
        (tmp_path / f"{name}.json").write_text(json.dumps(stored))
    monkeypatch.setattr(replay.results, "OF_THE_COURSE", (tmp_path,))
    replay._all_stored.cache_clear()
    times = {name: replay.times_of(name) for name in ("toy", "bench", "frozen_alpha", "lenet")}
    replay._all_stored.cache_clear()
    assert times == {"toy": " [2 to 11 min]", "bench": " [11 min]", "frozen_alpha": "", "lenet": ""}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="no signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_stops_replay_stops_the_training_that_it_started_and_is_waited_for(number, tmp_path):
    stored = {"command": "python -m acda_core toy --steps 3000 --device cpu", "results": ROWS}
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text(json.dumps(stored))
    command = [sys.executable, "-m", "acda_core", "replay", "one.json", "two.json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        while b"loss" not in (read := process.stderr.read(1) + process.stderr.read1()):
            assert read, "it ended before it trained"
        os.kill(process.pid, number)
        told = process.communicate(timeout=120)[1].decode()  # which ends with the last process that writes there
    assert process.returncode == 1
    assert told.endswith("stopped. checkpoints holds what is done: the same command with --resume goes on\nstopped\n")
    assert [path.suffix for path in (tmp_path / "checkpoints").iterdir()] == [".pt"]


def test_lists_of_numbers_differ_by_a_share_of_their_largest():
    stored = [{"gains": [0.0, -2.0, 1.0]}]
    assert replay.differences(stored, [{"gains": [0.1, -2.0, 1.0]}]) == {"gains": pytest.approx(0.05)}
    assert replay.differences(stored, [{"gains": [0.1, -2.0]}]) == {"gains": math.inf}
