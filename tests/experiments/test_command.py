"""What all commands do: refuse nonsense at once, store rows before they print them, stop and go on."""

import argparse
import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from samples import write_jpeg_copy
from small_commands import COMMANDS, ON_ONE_MAP, run, shrink
from torch.optim.optimizer import register_optimizer_step_pre_hook

import acda_core
from acda_core import __main__
from acda_core.course import record
from acda_core.experiments import (
    ablation,
    classify,
    counting,
    counting_cells,
    denoise_polyu,
    drop_in,
    frozen_alpha,
    hero,
    heterogeneity_data,
    leave_one_out,
    options,
    restoration,
    results,
    scale_choice,
    tuned,
)

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parents[1] / "small_commands.py"


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path, train=40, test=20)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.chdir(tmp_path)
    shrink(monkeypatch.setattr)


def rows(folder, name):
    """What a command stored, without the times."""
    stored = json.loads((folder / f"{name}.json").read_text())["results"]
    return [{key: value for key, value in row.items() if key not in ("seconds", "step_ms")} for row in stored]


@contextmanager
def stopped_at_step(number):
    """Ctrl-C in this step of any optimizer."""
    taken = []

    def count(optimizer, given, keywords):
        taken.append(optimizer)
        if len(taken) == number:
            signal.raise_signal(signal.SIGINT)

    hook = register_optimizer_step_pre_hook(count)
    with pytest.raises(SystemExit, match=r"^stopped. checkpoints holds what is done: .* --resume goes on$"):
        yield
    hook.remove()


REFUSED = [  # words of a command line, and what is said of them; each stands for a kind
    *(
        (f"{name} --seed {seed}", f"argument --seed: a seed must be from 0 to 2^63 - 1, got {seed}")
        for name in __main__.COMMANDS
        if name not in ("bench", "hero", "record", "replay")
        for seed in ("-1", f"{2**63}")
    ),
    *(
        (f"{name} --seed {2**63 // makes}", f"argument --seed: a seed must be from 0 to 2^63 / {makes} - 1, got ")
        for name, makes in (("leave_one_out", len(leave_one_out.FOLDS)), ("scale_choice", scale_choice.TRAIN))
    ),
    *(
        (f"{name} --{option} {number}", f"argument --{option}: must be at least 1, got {number}")
        for name in ("lenet", "resnet", "counting", "restoration", "equal_cost", "frozen_alpha", "how_many_filters")
        for option, number in (("epochs", 0), ("images", 0))
    ),
    *(
        (f"lenet_matched --{option} 0", f"argument --{option}: must be at least 1, got 0")
        for option in ("epochs", "images", "width", "atoms")
    ),
    *(
        (f"resnet --{option} {number}", f"argument --{option}: must be at least 1, got {number}")
        for option, number in (("batch", 0), ("pixels", -3), ("workers", -1))
    ),
    ("toy --steps 0", "argument --steps: must be at least 1, got 0"),
    ("heterogeneity --steps 0", "argument --steps: must be at least 1, got 0"),
    ("heterogeneity --h 0 2", "argument --h: must be from 0 to 1, got 2"),
    ("heterogeneity --h 1/0", "argument --h: must be a number such as 0.5 or 1/3, got '1/0'"),
    ("denoise_polyu --steps 0", "argument --steps: must be at least 1, got 0"),
    ("leave_one_out --steps 500 0", "argument --steps: must be at least 1, got 0"),
    ("denoise_polyu --pixels 0", "argument --pixels: must be at least 1, got 0"),
    ("counting_cells --steps 0", "argument --steps: must be at least 1, got 0"),
    ("counting_cells --train 0", "argument --train: must be at least 1, got 0"),
    ("scale_choice --steps 0", "argument --steps: must be at least 1, got 0"),
    ("scale_choice --images 0", "argument --images: must be at least 1, got 0"),
    *(
        (f"{name} --rates --tuned a", "argument --tuned: not allowed with argument --rates")
        for name in ("lenet_matched", "heterogeneity", "counting_cells", "leave_one_out")
    ),
    *((f"replay a --within {share}", f"argument --within: must be at least 0, got {share}") for share in ("-1", "nan")),
    ("record --steps 0", "argument --steps: must be at least 1, got 0"),
    ("ablation --epochs -1", "argument --steps/--epochs: must be at least 1, got -1"),
    ("bench --repeats 0", "argument --repeats: must be at least 1, got 0"),
    ("lenet --epochs many", "argument --epochs: invalid positive value: 'many'"),
    *((f"{name} --out .", "argument --out: . is a folder, and must be a file") for name in __main__.COMMANDS),
    *((f"{name} --out a/b.json", "argument --out: nothing can be written to ") for name in __main__.COMMANDS),
    ("toy --weights .", "argument --weights: . is a folder, and must be a file"),
    ("hero --weights .", "argument --weights: . is a folder, and must be a file"),
    ("counting --half .", "argument --half: . is a folder, and must be a file"),
    ("restoration --cut-outs .", "argument --cut-outs: . is a folder, and must be a file"),
    ("lenet --weights a", "argument --weights: nothing can be written to "),
    ("toy --checkpoints a", "argument --checkpoints: nothing can be written to "),
    *(
        (f"{name} --device cuda", "argument --device: there is no CUDA device here")
        for name in __main__.COMMANDS
        if name not in ("hero", "record", "replay")
    ),
]


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=[words for words, _ in REFUSED])
def test_nonsense_is_refused_in_one_line_before_work_begins(words, said, tmp_path, monkeypatch, capsys):
    (tmp_path / "a").write_text("a file")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(results, "save", None)
    for module in __main__.COMMANDS.values():
        monkeypatch.setattr(importlib.import_module(module), "run", None)
    monkeypatch.setattr(sys, "argv", ["acda_core", *words.split()])
    with pytest.raises(SystemExit) as exit:
        __main__.main()
    assert exit.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"error: {said}" in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "cifar10_jpeg.npz"]


def said(*words, environment=None):
    command = [sys.executable, "-m", "acda_core", *words]
    environment = {**os.environ, "COLUMNS": "80", **(environment or {})}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_the_help_names_every_command_with_its_first_sentence_and_loads_none_of_them():
    loaded = "import sys, acda_core.__main__ as main; sys.argv[1:] = ['--help']\n"
    loaded += (
        "try: main.main()\nexcept SystemExit: print([name for name in main.COMMANDS.values() if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    *page, modules = shown.splitlines()
    assert modules == "['acda_core.experiments.replay']"
    for name, module in __main__.COMMANDS.items():
        sentence = importlib.import_module(module).__doc__.split("\n")[0]
        assert re.search(rf"^    {name}\s+{re.escape(sentence[:20])}", "\n".join(page), re.MULTILINE)


def test_the_version_names_what_a_result_depends_on():
    assert said("--version").startswith(f"acda-core {acda_core.__version__}, torch {torch.__version__}, Python 3.")


@pytest.mark.parametrize("name", __main__.COMMANDS)
def test_the_help_of_a_command_tells_each_default_and_fits_its_terminal(name, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "argv", ["acda_core", name, "--help"])
    with pytest.raises(SystemExit):
        __main__.main()
    shown = capsys.readouterr().out.split("stored results of this command:")[0]
    assert max(map(len, shown.splitlines())) <= 80
    command = __main__.make_parser([name])._subparsers._group_actions[0].choices[name]
    for action in command._actions:
        if action.default not in (None, False, argparse.SUPPRESS):
            assert "default" in action.help or len(action.choices or ()) == 1, action.dest


def test_the_help_of_a_command_lists_the_stored_results_that_it_made():
    assert re.search(
        r"^  toy\.json: \d+ minutes, .*\n    python -m acda_core toy --seed 0", said("toy", "--help"), re.M
    )


def test_rows_go_into_a_device_and_where_a_link_leads_though_its_own_folder_cannot_be_written(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(options, "_check_writable", asked.append)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / "link.json"
    link.symlink_to(elsewhere / "rows.json")
    for name in ("/dev/null", str(link)):
        assert options.file(name) == Path(name)
    assert asked == [elsewhere]


@pytest.mark.parametrize("name", ["lenet", "counting"])
def test_fewer_images_than_a_batch_are_refused_before_a_step_is_taken(name, tmp_path):
    with pytest.raises(SystemExit, match=r"^there are 3 examples .*, fewer than a batch of \d: raise --images$"):
        run(tmp_path, [name, "--network", "conv", "--epochs", "1", "--images", "3"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        *((f"{name} --tuned b", "No such file or directory: 'b'") for name in ("equal_cost", "heterogeneity")),
        *((f"{name} --tuned a", "a holds nothing that --rates stored") for name in ("leave_one_out", "counting_cells")),
        *((f"{name} --weights b", "--weights must name a folder") for name in ("frozen_alpha", "how_many_filters")),
        ("resnet --data imagefolder --folder b", "b must hold train/CLASS"),
    ],
)
def test_what_is_not_there_to_be_read_is_named_before_a_step_is_taken(words, said, tmp_path, monkeypatch):
    (tmp_path / "a").write_text("a file")
    monkeypatch.setattr(sys, "argv", ["acda_core", *words.split()])
    with pytest.raises(SystemExit, match=re.escape(said)):
        __main__.main()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "cifar10_jpeg.npz"]


LOADERS = {  # words of the command line of what trains on data, and where these come from
    "lenet": (classify, "cifar"),
    "resnet": (classify, "cifar"),
    "counting": (counting, "crowds"),
    "counting_cells": (counting_cells, "cells"),
    "scale_choice": (scale_choice, "balls"),
    "restoration": (restoration, "training_pairs"),
    "drop_in": (drop_in, "cifar"),
    "equal_cost": (tuned, "cifar"),
    "lenet_matched --rates": (tuned, "cifar"),
    "frozen_alpha": (frozen_alpha, "cifar"),
    "how_many_filters": (frozen_alpha, "cifar"),
    "heterogeneity --network acda": (heterogeneity_data, "photographs_of"),
    "denoise_polyu": (denoise_polyu, "polyu"),
    "leave_one_out": (leave_one_out, "fold_of"),
    "hero": (hero, "grey"),
    "record": (record, "ToyLesson"),
}


@pytest.mark.parametrize("words", LOADERS)
def test_rows_of_another_command_and_what_there_is_to_resume_are_noticed_before_data_are_loaded(
    words, tmp_path, monkeypatch
):
    def load(*given, **more):
        raise LookupError("data are loaded")

    monkeypatch.setattr(*LOADERS[words], load)
    words = words.split()
    with pytest.raises(LookupError, match="data are loaded"):
        run(tmp_path, words)
    with pytest.raises(SystemExit, match=r"^there is nothing to go on with: .*\.pt would be its name$") as missing:
        run(tmp_path, [*words, "--resume"])
    checkpoint = Path(re.search(r": (.*) would", missing.value.code)[1])
    checkpoint.parent.mkdir()
    checkpoint.touch()
    with pytest.raises(SystemExit, match=r"\.pt is left of a run that was stopped: add --resume to go on"):
        run(tmp_path, words)
    results.save(tmp_path / f"{words[0]}.json", "a command", "its data", [])
    with pytest.raises(SystemExit, match=r"\.json holds the rows of another command \(a command\)"):
        run(tmp_path, [*words, "--resume"])


def test_ctrl_c_before_there_is_anything_to_go_on_with_does_not_say_that_there_is(tmp_path, monkeypatch):
    monkeypatch.setattr(classify, "cifar", lambda *given: signal.raise_signal(signal.SIGINT))
    with pytest.raises(SystemExit, match=r"^stopped$"):
        run(tmp_path, ["lenet"])


@pytest.mark.parametrize("name", ON_ONE_MAP)
def test_of_several_processes_the_first_trains_what_cannot_be_shared(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "1")
    with pytest.raises(SystemExit) as left:
        run(tmp_path, ON_ONE_MAP[name])
    assert not left.value.code
    assert not capsys.readouterr().out
    assert not list(tmp_path.glob("*.json"))


def test_a_row_is_printed_once_it_is_stored_and_a_terminal_without_greek_letters_loses_no_row(tmp_path, monkeypatch):
    printed = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    stored = []
    real = results.save

    def save(*arguments):
        stored.append(printed.buffer.getvalue().count(b"\n"))
        real(*arguments)

    monkeypatch.setattr(results, "save", save)
    monkeypatch.setattr(sys, "stdout", printed)
    run(tmp_path, ["ablation", "--steps", "1", "--variant", "ψ random", "l = 3"])
    assert stored == [0, 1]
    assert printed.buffer.getvalue().startswith(b"? random ")
    assert [row["model"] for row in rows(tmp_path, "ablation")] == ["ψ random", "l = 3"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_says_where_what_is_done_lies_and_how_to_go_on(tmp_path):
    words = [*ON_ONE_MAP["toy"], "--resume"]
    (tmp_path / "toy.json").symlink_to("/dev/full")
    with pytest.raises(
        SystemExit, match=r"^OSError: .*No space left on device.*checkpoints holds what is done: .* --resume"
    ):
        run(tmp_path, words[:-1])
    (tmp_path / "toy.json").unlink()
    run(tmp_path, words)
    assert not (tmp_path / "checkpoints").exists()
    assert rows(tmp_path, "toy")


def test_a_checkpoint_has_a_name_that_every_file_system_takes(tmp_path, monkeypatch):
    names = []
    monkeypatch.setattr(
        ablation, "run_one", lambda *given, device: names.append(given[-1].name) or {"model": "", "conv": ""}
    )
    monkeypatch.setattr(ablation, "_line", str)
    run(tmp_path, ["ablation"])
    assert len(set(names)) == len(ablation.VARIANTS)
    assert all(re.fullmatch(r"[a-z0-9-]+\.pt", name) for name in names)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*COMMANDS, *ON_ONE_MAP])
def test_a_command_that_was_killed_goes_on_to_the_same_bits(name, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    words = {**COMMANDS, **ON_ONE_MAP}[name]
    if name in COMMANDS:
        words = [*words[:3], *words[words.index("--epochs") :]]  # its first network
    run(whole, words)
    environment = {**os.environ, "KILL_AT_STEP": "2", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(SCRIPT), str(killed), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    (checkpoint,) = (killed / "checkpoints").iterdir()
    assert len(torch.load(checkpoint, weights_only=True)["losses"]) == 1
    run(killed, [*words, "--resume"])
    assert rows(killed, name) == rows(whole, name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "step", "left"),
    [
        (
            ["lenet", "--network", "conv", "acda", "--epochs", "1"],
            7,  # the second step of the second network
            ["lenet-data-cifar10-epochs-1-acda-0.pt", "lenet-data-cifar10-epochs-1-conv-0.pt"],
        ),
        (ON_ONE_MAP["toy"], 6, ["toy-steps-4-chosen-conv-3.pt", "toy-steps-4-released-acda-3.pt"]),
        (ON_ONE_MAP["ablation"], 6, ["ablation-steps-4-batch-norm-3.pt", "ablation-steps-4-kernel-3-3.pt"]),
        (ON_ONE_MAP["hero"], 2, ["hero-steps-4.pt"]),
        (ON_ONE_MAP["record"], 2, ["record-steps-4.pt"]),
    ],
    ids=["lenet", *ON_ONE_MAP],
)
def test_ctrl_c_says_how_to_go_on_and_the_end_leaves_no_checkpoint(words, step, left, tmp_path):
    with stopped_at_step(step):
        run(Path(), words)
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == left
    run(Path(), [*words, "--resume"])
    assert not (tmp_path / "checkpoints").exists()
    resumed = rows(tmp_path, words[0])
    run(Path(), words)
    assert rows(tmp_path, words[0]) == resumed


def test_a_training_is_not_taken_for_one_of_other_settings(tmp_path):
    words = ["lenet", "--network", "conv", "--epochs"]
    with stopped_at_step(2):
        run(Path(), [*words, "1"])
    with pytest.raises(SystemExit, match=r"epochs-1-conv-0\.pt is left of a run that was stopped: add --resume"):
        run(tmp_path, [*words, "1"])
    with pytest.raises(SystemExit, match=r"nothing to go on with: .*lenet-data-cifar10-epochs-2-conv-0\.pt"):
        run(tmp_path, [*words, "2", "--resume"])
    run(tmp_path, [*words, "2"])
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["lenet-data-cifar10-epochs-1-conv-0.pt"]
