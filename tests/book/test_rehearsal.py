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
from notebooks import chapters

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


@pytest.fixture
def python(colab, tmp_path):
    """A fresh environment over Colab's: what a notebook installs stays here."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    beneath = run(colab / PYTHON, "-c", where).strip()
    python = tmp_path / "environment" / PYTHON
    venv.create(tmp_path / "environment", with_pip=False)
    (Path(run(python, "-c", where).strip()) / "colab.pth").write_text(beneath)
    return python


def environment(tmp_path, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER", "IPYTHON"))}
    kept.pop("ACDA_BOOK", None)
    folders = {name: str(tmp_path / name) for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    one_core = {"OMP_NUM_THREADS": "1"}  # another notebook runs beside
    return kept | folders | one_core | {"JUPYTER_PLATFORM_DIRS": "0"} | more


def run_notebook(python, notebook, folder, env):
    folder.mkdir()
    shutil.copy(notebook, folder)
    execute = f"from nbclient.cli import main; main(['--inplace', '--timeout=240', {notebook.name!r}])"
    run(python, "-c", execute, cwd=folder, env=env)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_alone_in_colabs_environment_and_changes_no_package(notebook, python, tmp_path):
    freeze = (python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check")
    before = set(run(*freeze).splitlines())
    run_notebook(python, notebook, tmp_path / "empty", environment(tmp_path, ACDA_SOURCE=str(ROOT)))
    added = set(run(*freeze).splitlines()) ^ before
    assert [line.split("==")[0] for line in added] == ["acda-core"]
