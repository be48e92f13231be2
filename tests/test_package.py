"""What belongs to the package as a whole: who imports whom, its names, its version."""

import ast
import doctest
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

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
    "data": {"kernels", "core", "training"},
    "experiments": {"core", "training", "nets", "data"},
    "course": {"core", "training", "nets", "data", "experiments"},
    "__main__": {"core", "training", "experiments", "course"},
}
SCIENCE = {"numpy", "scipy", "torch"}
DRAWING = {"matplotlib", "mpl_toolkits", "plotly", "cycler", "IPython", "matplotlib_inline"}
OTHERS = {  # what else a folder may import
    "kernels": {"triton"},
    "training": {"tqdm"},
    "data": {"pooch", "PIL", "skimage"},
    "experiments": {"safetensors", "torchvision", "tqdm"},
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


def public_things():
    """What acda_core.__all__ names, and the functions of its modules."""
    for name in acda.__all__:
        thing = getattr(acda, name)
        if not inspect.ismodule(thing):
            yield name, thing
            continue
        for inner, value in vars(thing).items():
            if not inner.startswith("_") and getattr(value, "__module__", "") == thing.__name__:
                yield f"{name}.{inner}", value


PUBLIC = dict(public_things())
WITH_EXAMPLES = [name for name, path in MODULES.items() if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_documented_with_an_example(name):
    assert ">>> " in inspect.getdoc(PUBLIC[name])


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_of_a_module_run(module):
    failed, tried = doctest.testmod(importlib.import_module(f"acda_core.{module}"))
    assert tried
    assert failed == 0


def test_every_name_in_all_exists_and_nothing_else_is_public():
    assert sorted(acda.__all__) == acda.__all__
    public = {name for name in vars(acda) if not name.startswith("_")}
    modules = {name.split(".")[0] for name in MODULES} - {"__init__", "__main__"}
    assert set(acda.__all__) <= public
    assert public - modules <= set(acda.__all__)


@pytest.mark.parametrize("name", ["checks", "lessons", "plots", "widgets"])
def test_what_chapters_use_can_be_imported(name):
    importlib.import_module(f"acda_core.course.{name}")


def test_the_version_is_that_of_pyproject_and_goes_beyond_the_newest_release():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert acda.__version__ == settings["project"]["version"]
    released = re.findall(r"^## (\S+), (\d{4}-\d{2}-\d{2})$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert Version(acda.__version__) > Version(released[0][0])
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert (citation["version"], str(citation["date-released"])) == released[0]


def test_the_source_of_the_kernels_and_the_type_marker_go_into_the_package():
    for name in ("atom_conv.c", "atoms.c", "product.c"):
        assert (PACKAGE / "kernels" / name).is_file()
    assert (PACKAGE / "py.typed").is_file()


def test_names_are_ascii_and_never_a_bare_l():
    for path in MODULES.values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        assert "l" not in names, path
        assert all(name.isascii() for name in names), path
