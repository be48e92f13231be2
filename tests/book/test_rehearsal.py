"""Every notebook as a reader in Colab meets it: taken from the site, alone in an empty folder, beside Colab's packages.

But for three: Colab has Python 3.13 and torch 2.11, here it is the Python that runs the tests and torch 2.13; and the
site is served from this machine. The first run makes an environment from colab-constraints.txt, in the cache folder.
Later runs take it from there.
"""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import urllib.request
import venv
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import serve
import site_notebooks
from filelock import FileLock
from notebooks import chapters

from acda_core.kernels.build import cache_folder

ROOT = Path(__file__).resolve().parents[2]
PAGES = [path.stem for path in chapters()]
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
def site(tmp_path_factory, testrun_uid):
    """The address of a site with the notebooks, served as `make serve` does it."""
    folder = tmp_path_factory.getbasetemp().parent / f"site-{testrun_uid}"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            site_notebooks.write(folder / "notebooks")
    handler = functools.partial(serve.Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def downloaded(site, page, folder):
    """The notebook of a page, alone in a new folder."""
    folder.mkdir()
    with urllib.request.urlopen(f"{site}/notebooks/{page}.ipynb") as answer:
        (folder / f"{page}.ipynb").write_bytes(answer.read())
    return folder / f"{page}.ipynb"


def first_cell(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "".join(next(cell for cell in cells if cell["cell_type"] == "code")["source"])


@pytest.fixture(scope="session")
def rehearsal(colab, site, tmp_path_factory, testrun_uid):
    """The folder of one environment over Colab's, for all notebooks: their first cell has installed acda_core there."""
    folder = tmp_path_factory.getbasetemp().parent / f"rehearsal-{testrun_uid}"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "after").exists():
            venv.create(folder, with_pip=False)
            beneath = run(colab / PYTHON, "-c", where).strip()
            (Path(run(folder / PYTHON, "-c", where).strip()) / "colab.pth").write_text(beneath)
            notebook = downloaded(site, "one_filter", folder / "empty")
            (folder / "before").write_text(packages(folder))
            run(folder / PYTHON, "-c", first_cell(notebook), cwd=notebook.parent, env=environment(folder))
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


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_from_the_site_runs_alone_in_colabs_environment(page, rehearsal, site, tmp_path):
    notebook = downloaded(site, page, tmp_path / "empty")
    execute = f"from nbclient.cli import main; main(['--inplace', '--timeout=900', {notebook.name!r}])"
    run(rehearsal / PYTHON, "-c", execute, cwd=notebook.parent, env=environment(tmp_path))
