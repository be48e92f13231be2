"""What belongs to the package as a whole: who imports whom, its names, its version."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import acda_core as acda

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "acda_core"
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
ARROWS = {  # folder: the folders below it, which it may import
    "kernels": set(),
    "core": {"kernels"},
    "training": {"core"},
    "nets": {"core", "training"},
    "data": {"core", "training"},
    "experiments": {"core", "training", "nets", "data"},
    "course": {"core", "training", "nets", "data", "experiments"},
    "__main__": {"data", "experiments", "course"},
}
SCIENCE = {"numpy", "scipy", "torch"}
DRAWING = {"matplotlib", "mpl_toolkits", "plotly", "cycler", "IPython", "matplotlib_inline"}
OTHERS = {  # what else a folder may import
    "training": {"tqdm"},
    "data": {"pooch", "PIL", "skimage"},
    "experiments": {"safetensors"},
    "course": {"anywidget", "traitlets", "ipywidgets", "skimage", "PIL", *DRAWING},
}


def imports(path):
    """Every dotted name that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(module):
    """The folder of ARROWS that a module belongs to; the modules at the top are the core."""
    first = module.split(".")[0]
    return first if first in ARROWS else "core"


@pytest.mark.parametrize("module", MODULES)
def test_a_folder_imports_only_what_stands_below_it(module):
    floor = floor_of(module)
    names = list(imports(MODULES[module]))
    own = {floor_of(name.removeprefix("acda_core.")) for name in names if name.startswith("acda_core.")}
    others = {name.split(".")[0] for name in names} - {"acda_core"} - sys.stdlib_module_names
    assert own <= ARROWS[floor] | {floor}
    assert others <= SCIENCE | OTHERS.get(floor, set())


def test_the_core_can_be_seen_at_a_glance():
    assert len(list(PACKAGE.glob("*.py"))) <= 12
    assert len(acda.__all__) <= 12


def test_importing_the_package_loads_the_core_and_its_kernels_alone():
    code = "import sys, acda_core; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = done.stdout.split()
    assert not {"matplotlib", "plotly", "ipywidgets", "anywidget", "IPython"} & set(loaded)
    own = {name.removeprefix("acda_core.") for name in loaded if name.startswith("acda_core.")}
    assert {floor_of(name) for name in own} == {"core", "kernels"}


@pytest.mark.parametrize(
    "name",
    [
        *("fourier_bessel", "bessel_indices", "multiscale_bases"),
        *("compose_atoms", "atom_conv", "coefficient_conv", "acda_conv2d"),
        *("AtomGenerator", "ACDAConv2d", "convert"),
        *("reference.conv2d", "reference.per_pixel_conv2d", "reference.compose_filters"),
        *("cost.conv", "cost.dense", "cost.acda", "cost.two_layers"),
    ],
)
def test_the_public_names_are_there_and_documented(name):
    thing = acda
    for part in name.split("."):
        thing = getattr(thing, part)
    assert thing.__doc__
    assert name.split(".")[0] in acda.__all__


def test_every_name_in_all_exists_and_nothing_else_is_public():
    assert sorted(acda.__all__) == acda.__all__
    public = {name for name in vars(acda) if not name.startswith("_")}
    modules = {name.split(".")[0] for name in MODULES} - {"__init__", "__main__"}
    assert set(acda.__all__) <= public
    assert public - modules <= set(acda.__all__)


@pytest.mark.parametrize("name", ["checks", "lessons", "plots", "widgets"])
def test_what_chapters_use_can_be_imported(name):
    importlib.import_module(f"acda_core.course.{name}")


def test_the_version_is_that_of_pyproject_and_of_the_citation():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert acda.__version__ == settings["project"]["version"]
    assert re.search(
        rf"^version: [\"']?{re.escape(acda.__version__)}[\"']?$", (ROOT / "CITATION.cff").read_text(), re.M
    )


def test_the_source_of_the_kernels_and_the_type_marker_go_into_the_package():
    assert (PACKAGE / "kernels" / "atom_conv.c").is_file()
    assert (PACKAGE / "py.typed").is_file()


def test_names_are_ascii_and_never_a_bare_l():
    for path in MODULES.values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        assert "l" not in names, path
        assert all(name.isascii() for name in names), path
