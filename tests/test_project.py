"""The files around the package and the book keep their promises."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


def test_the_examples_of_the_readme_run() -> None:
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "README.md", "exec"), {})


def pins(name: str) -> dict[str, list[str]]:
    """The hashes of each requirement of a file."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        requirement, *hashes = line.split("--hash=")
        found[requirement.strip()] = [one.strip() for one in hashes]
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-lab.txt"])
def test_a_lock_pins_every_package_to_one_version_by_checksums_without_a_local_path(name: str) -> None:
    for requirement, hashes in pins(name).items():
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; .*)?", requirement)
        assert hashes, requirement
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", one) for one in hashes)


def test_the_locks_hold_what_every_system_needs_and_torch_stands_alone() -> None:
    locked, with_lab = pins("requirements.txt"), pins("requirements-lab.txt")
    names = {requirement.split("==")[0]: requirement for requirement in locked}
    assert "win32" in names["colorama"]
    assert "darwin" in names["appnope"]
    needed = {"filelock", "typing-extensions", "setuptools", "sympy", "networkx", "jinja2", "fsspec"}  # by torch
    assert needed <= set(names)
    assert "torch" not in names
    versions = {requirement.split(" ")[0] for requirement in locked}
    assert versions <= {requirement.split(" ")[0] for requirement in with_lab}
    torch = (ROOT / "requirements-torch.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in torch if not line.startswith("#")] == [
        "--extra-index-url https://download.pytorch.org/whl/cpu",
        "torch==2.13.0",
    ]


def test_the_workflow_pins_every_action_to_a_commit() -> None:
    uses = re.findall(r"uses: (\S+)(.*)", (ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8"))
    assert uses
    for action, comment in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_dependabot_sees_every_file_that_names_packages_of_npm() -> None:
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text(encoding="utf-8"))["updates"]
    (npm,) = (one for one in updates if one["package-ecosystem"] == "npm")
    files = git(ROOT, "ls-files", "*/package.json").split()
    named = [name for name in files if "ependencies" in (ROOT / name).read_text(encoding="utf-8")]
    assert sorted(npm["directories"]) == sorted(f"/{Path(name).parent.as_posix()}" for name in named)


def test_what_is_bundled_is_of_the_versions_that_are_named() -> None:
    text = (ROOT / "book/_ext/vendored/package.json").read_text(encoding="utf-8")
    for package, bundle in (("mathjax-full", "mathjax/mathjax.js"), ("plotly.js", "plotly/plotly.js")):
        version = json.loads(text)["dependencies"][package]
        assert f'="{version}"' in (ROOT / "book/_vendor" / bundle).read_text(encoding="utf-8"), "make vendored"


WORKFLOW = (ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8")


def test_the_workflow_runs_on_every_python_that_the_package_names_each_week_and_on_demand() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(settings["project"]["classifiers"]))
    workflow = yaml.safe_load(WORKFLOW)
    check = workflow["jobs"]["check"]
    assert check["strategy"]["matrix"]["python"] == [*named, "3.14"]
    assert check["continue-on-error"] == "${{ matrix.python == '3.14' }}"  # on trial
    assert {"push", "pull_request", "workflow_dispatch", "schedule"} == set(workflow[True])  # YAML reads `on` so


def test_nothing_is_deployed_and_a_notice_says_so_while_pages_is_off(tmp_path: Path) -> None:
    publish = yaml.safe_load(WORKFLOW)["jobs"]["publish"]["steps"]
    assert publish[1]["if"] == f"steps.{publish[0]['id']}.outputs.on"
    for status, said, noted in ((0, "", "on=true\n"), (1, "::notice::Nothing was published", "")):
        (tmp_path / "gh").write_text(f"#!/bin/sh\nexit {status}\n")
        (tmp_path / "gh").chmod(0o755)
        output = tmp_path / f"output-{status}"
        output.touch()
        environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "GITHUB_OUTPUT": str(output)}
        command = ["bash", "-e", "-c", publish[0]["run"]]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.startswith(said)
        assert output.read_text() == noted


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=n", "-c", "user.email=e@localhost", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_branch_of_notebooks_holds_the_notebooks_of_the_site_alone_each_time_without_history(
    tmp_path: Path,
) -> None:
    project, remote, site = (tmp_path / name for name in ("project", "remote", "site"))
    for folder in (project / ".ci", remote, site):
        folder.mkdir(parents=True)
    git(remote, "init", "--quiet", "--bare")
    (project / ".ci" / "push_notebooks").write_bytes((ROOT / ".ci" / "push_notebooks").read_bytes())
    git(project, "init", "--quiet")
    git(project, "remote", "add", "origin", str(remote))
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message=first")
    (site / "acda.whl").touch()
    for names in (["one", "two"], ["one"]):
        for path in site.glob("*.ipynb"):
            path.unlink()
        for name in names:
            (site / f"{name}.ipynb").write_text("{}")
        subprocess.run(["bash", str(project / ".ci" / "push_notebooks"), str(site)], check=True)
        assert git(remote, "ls-tree", "--name-only", "notebooks").split() == [f"{name}.ipynb" for name in names]
        assert git(remote, "rev-list", "--count", "notebooks") == "1\n"
    assert git(project, "status", "--porcelain") == ""


def test_make_store_writes_every_stored_result_anew_but_those_that_name_their_machine() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nstore:")[1].split("\n\n")[0]
    written = set(re.findall(r"book/results/(\S+)\.json", recipe)) | {"durations"}  # by time_notebooks.py
    for one, values in (("$$data", ("crowds", "bccd")), ("$$problem", ("denoise", "sr2"))):
        written |= {name.replace(one, value) for name in written for value in values}
    written |= {"projection"}  # by make wild
    stored = {path.stem for path in (ROOT / "book" / "results").glob("*.json")}
    ours = "bench_card", "bench_card_first", "bench_card_plain", "bench_layer_avx2", "lenet_card", "toy_card"
    assert stored - written == set(ours)


def test_make_help_lists_every_command() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    commands = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert commands is not None
    for command in commands[1].split():
        assert f"make {command} " in said


PYTHON = """#!/bin/sh
# A Python of version {version}: it makes environments, and writes down what it is asked to install
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"pip install"*) [ -e no-network ] && exit 1; echo "$*" >> installed; echo "$PIP_USER" > for-the-user ;;
  *sys.version\\)) echo {version} ;;
  "-m jupyterlab"*) echo "$*" ;;
  *) echo True ;;
esac
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with what `make env` reads, and Pythons that only pretend."""
    for name in ("Makefile", "requirements.txt", "requirements-torch.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for name, version in (("python-one", "3.12.1"), ("python-two", "3.13.0")):
        (tmp_path / name).write_text(PYTHON.format(version=version))
        (tmp_path / name).chmod(0o755)
    return tmp_path


def make_env(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "installed").unlink(missing_ok=True)
    return subprocess.run(["make", "env", *words], cwd=folder, capture_output=True, text=True, check=False)


def test_a_python_that_is_too_old_is_refused_with_what_to_do(copied: Path) -> None:
    run = make_env(copied, "PYTHON=")
    assert run.returncode != 0
    assert "No Python from 3.11 to 3.14 was found" in run.stderr


@pytest.mark.parametrize("named", ["/no/python3.12", "./python-old"])
def test_a_named_python_that_is_none_or_too_old_is_told_in_a_line_and_leaves_the_environment(
    copied: Path, named: str
) -> None:
    assert make_env(copied, "PYTHON=./python-one").returncode == 0
    (copied / "python-old").write_text(PYTHON.format(version="3.10.13").replace("*) echo True", "*) exit 1"))
    (copied / "python-old").chmod(0o755)
    run = make_env(copied, f"PYTHON={named}")
    assert run.returncode != 0
    said, _ = run.stderr.splitlines()  # the last line is make's own
    assert said.startswith(f"No Python from 3.11 to 3.14 was found, {named} is none. Install one, or name it:")
    assert (copied / ".venv/bin/python").exists()


def test_linux_gets_the_torch_for_processors_and_the_one_for_a_card_on_demand(copied: Path) -> None:
    assert make_env(copied, "PYTHON=./python-one").returncode == 0
    assert "-r requirements-torch.txt" in (copied / "installed").read_text()
    (copied / ".venv/.installed").unlink()
    assert make_env(copied, "PYTHON=./python-one", "CARD=yes").returncode == 0
    assert re.search(r"install .*torch==[\d.]+$", (copied / "installed").read_text(), re.M)


def test_a_pythonhome_of_another_project_does_not_make_an_environment_again() -> None:
    environment = {**os.environ, "PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere"}
    command = ["make", "--dry-run", "env", f"PYTHON={sys.executable}", f"BIN={Path(sys.executable).parent}"]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert "rm -rf .venv" not in said.splitlines()


def test_a_shell_whose_pip_installs_for_its_user_alone_does_not_change_where_make_installs(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    assert make_env(copied, "PYTHON=./python-one").returncode == 0
    assert (copied / "for-the-user").read_text() == "0\n"


def test_an_environment_that_is_there_is_kept(copied: Path) -> None:
    for words in (["PYTHON=./python-one"], ["PYTHON=./python-one"], []):
        assert make_env(copied, *words).returncode == 0
    assert not (copied / "installed").exists()


@pytest.mark.parametrize("broken", ["another version is asked for", "its python is gone", "without pip", "half made"])
def test_an_environment_that_cannot_be_used_is_made_again(copied: Path, broken: str) -> None:
    assert make_env(copied, "PYTHON=./python-one").returncode == 0
    python, left = copied / ".venv/bin/python", copied / ".venv/left"
    left.touch()
    if broken == "its python is gone":
        python.unlink()
        python.symlink_to("/no/python3.12")
    elif broken == "without pip":
        python.write_text("#!/bin/sh\nexit 1\n")
    elif broken == "half made":
        (copied / ".venv/.installed").unlink()
        python.unlink()
    wanted = "./python-two" if broken == "another version is asked for" else "./python-one"
    assert make_env(copied, f"PYTHON={wanted}").returncode == 0
    assert python.read_bytes() == (copied / wanted).read_bytes()
    assert (copied / ".venv/.installed").exists()
    assert not left.exists()


def test_without_a_network_make_says_so_in_its_last_line_and_goes_on_later(copied: Path) -> None:
    (copied / "no-network").touch()
    run = make_env(copied, "PYTHON=./python-one")
    assert run.returncode != 0
    *_, said, _ = run.stderr.splitlines()  # the last line is make's own
    assert said.startswith("The packages could not be installed. Is there a network?")
    assert not (copied / ".venv/.installed").exists()
    (copied / "no-network").unlink()
    assert make_env(copied, "PYTHON=./python-one").returncode == 0


@pytest.mark.parametrize(
    ("user", "said"),
    [("0", ["You are root", "-m jupyterlab --allow-root notebooks"]), ("1000", ["-m jupyterlab notebooks"])],
)
def test_jupyterlab_opens_for_root_too_who_is_told_what_that_means(copied: Path, user: str, said: list[str]) -> None:
    assert make_env(copied, "PYTHON=./python-one").returncode == 0
    (copied / "id").write_text(f"#!/bin/sh\necho {user}\n")
    (copied / "id").chmod(0o755)
    environment = {**os.environ, "PATH": f"{copied}{os.pathsep}{os.environ['PATH']}"}
    run = subprocess.run(["make", "lab"], cwd=copied, env=environment, capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()[-len(said) :]
    assert all(line.startswith(words) for line, words in zip(lines, said, strict=True))
    assert ("root" in run.stdout) == (user == "0")


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
    parts = ["env", "slow: test-slow", "slow: test-triton", "slow: rehearsal"]
    assert re.findall(r"^ +\d+  (.*)$", slow.stdout, re.M) == parts
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
