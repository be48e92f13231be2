"""Every notebook as a reader in Colab meets it: alone in an empty folder, beside Colab's versions of the packages.

The first run makes an environment from colab-constraints.txt, in the cache folder. Later runs take it from there.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from filelock import FileLock
from notebooks import bootstrap, chapters

from acda_core.kernels.build import cache_folder

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = [path.with_suffix(".ipynb") for path in chapters()]
CONSTRAINTS = ROOT / "tests" / "colab-constraints.txt"
PACKAGES = [
    *("torch==2.13.0", "numpy", "scipy", "matplotlib", "plotly", "ipywidgets", "anywidget", "ipykernel", "numba"),
    *("nbclient", "nbformat", "tqdm", "scikit-image"),
]
PYTHON = Path("bin", "python") if os.name == "posix" else Path("Scripts", "python.exe")

pytestmark = pytest.mark.rehearsal


def run(*command, cwd=None, env=None):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=cwd, env=env)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def colab():
    """The folder of an environment that holds what Colab holds, and no acda_core."""
    recipe = CONSTRAINTS.read_text() + " ".join(PACKAGES) + sys.version
    folder = cache_folder() / f"rehearsal-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            run(folder / PYTHON, "-m", "pip", "install", "--quiet", "-c", CONSTRAINTS, *PACKAGES)
            (folder / "complete").touch()
    return folder


@pytest.fixture(scope="session")
def rehearsal(colab, tmp_path_factory, testrun_uid):
    """The folder of one environment over Colab's, for all notebooks: their first cell has installed acda_core there."""
    folder = tmp_path_factory.getbasetemp().parent / f"rehearsal-{testrun_uid}"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "after").exists():
            venv.create(folder, with_pip=False)
            beneath = run(colab / PYTHON, "-c", where).strip()
            (Path(run(folder / PYTHON, "-c", where).strip()) / "colab.pth").write_text(beneath)
            (folder / "empty").mkdir()
            (folder / "before").write_text(packages(folder))
            run(
                folder / PYTHON, "-c", bootstrap(), cwd=folder / "empty", env=environment(folder, ACDA_SOURCE=str(ROOT))
            )
            (folder / "after").write_text(packages(folder))
    return folder


def packages(folder):
    return run(folder / PYTHON, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check")


def environment(folder, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER", "IPYTHON"))}
    folders = {name: str(folder / name) for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    one_core = {"OMP_NUM_THREADS": "1"}  # another notebook runs beside
    return kept | folders | one_core | {"JUPYTER_PLATFORM_DIRS": "0"} | more


def test_the_first_cell_of_a_notebook_installs_acda_core_and_changes_no_other_package(rehearsal):
    before, after = ({*(rehearsal / name).read_text().splitlines()} for name in ("before", "after"))
    assert [line.split("==")[0] for line in before ^ after] == ["acda-core"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_alone_in_colabs_environment(notebook, rehearsal, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.copy(notebook, empty)
    execute = f"from nbclient.cli import main; main(['--inplace', '--timeout=900', {notebook.name!r}])"
    run(rehearsal / PYTHON, "-c", execute, cwd=empty, env=environment(tmp_path))
