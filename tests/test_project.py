"""The files around the package and the book keep their promises."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_the_examples_of_the_readme_run() -> None:
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "README.md", "exec"), {})


def test_the_lock_pins_every_package_to_one_version_without_a_local_path() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert "torch==2.13.0" in lines


def test_the_workflow_pins_every_action_to_a_commit() -> None:
    uses = re.findall(r"uses: (\S+)(.*)", (ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8"))
    assert uses
    for action, comment in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_make_help_lists_every_command() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    commands = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert commands is not None
    for command in commands[1].split():
        assert f"make {command} " in said


def test_a_python_that_is_too_old_is_refused_with_what_to_do(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    run = subprocess.run(["make", "env", "PYTHON="], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "No Python 3.11, 3.12 or 3.13 was found" in run.stderr


def checked(tmp_path: Path, *legs: str) -> subprocess.CompletedProcess[str]:
    """What .ci/run does with these legs, where every tool is there and `make book` fails."""
    for tool in ("make", "cc", "node", "chromium", "python3"):
        script = "[ $1 != book ]" if tool == "make" else "true"
        (tmp_path / tool).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / tool).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", str(ROOT / ".ci" / "run"), *legs]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_each_leg_of_the_checks_says_how_long_its_parts_took_up_to_the_one_that_failed(tmp_path: Path) -> None:
    slow, both = checked(tmp_path, "slow"), checked(tmp_path)
    assert slow.returncode == 0
    assert re.findall(r"^ +\d+  (.*)$", slow.stdout, re.M) == ["env", "slow: test-slow", "slow: rehearsal"]
    assert both.returncode != 0
    assert re.findall(r"^ +\d+  quick: (.*)$", both.stdout, re.M)[-1] == "book"
    assert "rehearsal" not in both.stdout


def test_the_workflow_runs_both_legs_of_the_checks_and_they_run_targets_of_the_makefile() -> None:
    checks = (ROOT / ".ci/run").read_text(encoding="utf-8")
    legs = re.findall(r"^    (\w+)\)", checks, re.MULTILINE)
    targets = re.findall(r"(?:--output-sync=target|for target in) ([\w -]+)", checks)
    workflow = (ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8")
    assert f"leg: [{', '.join(legs)}]" in workflow
    assert legs == ["quick", "slow"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(targets) == 3
    for target in " ".join(targets).split():
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("name", ["README.md", "CITATION.cff", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_a_file_that_readers_look_for_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 200
