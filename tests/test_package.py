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
OWN_ARROWS = {  # module: the modules of the package that it may import
    "bases": set(),
    "reference": set(),
    "chunks": set(),
    "kernels": {"chunks"},
    "functional": {"kernels"},
    "layers": {"bases", "functional"},
    "peers": {"functional", "layers"},
    "models": {"layers"},
    "cost": set(),
    "checks": set(),
    "plots": {"plots"},
    "results": {"files"},
    "data": set(),
    "crowds": set(),
    "degradations": set(),
    "archives": set(),
    "files": set(),
    "parallel": set(),
    "datasets": {"archives"},
    "train": {"files", "parallel"},
    "scales": {"layers"},
    "textures": {"datasets", "train"},
    "bench": {"cost", "functional", "layers", "results"},
    "toy": {"files", "data", "layers", "results", "train"},
    "experiment": {"files", "parallel", "results"},
    "classification": {"datasets", "parallel", "peers", "train"},
    "folders": {"parallel", "train"},
    "lenet": {"classification", "datasets", "experiment", "layers", "models", "peers"},
    "resnet": {"classification", "datasets", "experiment", "folders", "models", "parallel", "train"},
    "counting": {
        *(
            "crowds",
            "datasets",
            "experiment",
            "files",
            "layers",
            "models",
            "parallel",
            "peers",
            "results",
            "scales",
            "train",
        ),
    },
    "metrics": set(),
    "photographs": {"degradations", "train"},
    "restoration": {
        *(
            "experiment",
            "files",
            "functional",
            "layers",
            "metrics",
            "models",
            "parallel",
            "photographs",
            "results",
            "train",
        ),
    },
    "ablation": {"bases", "data", "layers", "results", "toy"},
    "__main__": {"ablation", "archives", "bench", "counting", "lenet", "resnet", "restoration", "toy"},
    "widgets": {
        *("bases", "cost", "data", "functional", "layers", "metrics", "results", "toy", "widgets"),
        *(
            "ablation",
            "classification",
            "counting",
            "datasets",
            "lenet",
            "photographs",
            "resnet",
            "restoration",
            "scales",
            "textures",
            "train",
        ),
    },
    "__init__": {"bases", "checks", "cost", "data", "functional", "layers", "models", "peers", "reference", "train"},
}
SCIENCE = {"numpy", "scipy", "torch"}
OTHERS_ARROWS = {  # modules that may import more than torch, numpy and scipy
    "bases": {"numpy", "scipy"},
    "train": SCIENCE | {"tqdm"},
    "archives": {"pooch"},
    "datasets": SCIENCE | {"PIL"},
    "folders": SCIENCE | {"PIL"},
    "experiment": SCIENCE | {"safetensors"},
    "photographs": SCIENCE | {"skimage"},
    "plots": SCIENCE | {"matplotlib", "mpl_toolkits", "plotly", "cycler", "IPython", "matplotlib_inline"},
    "widgets": SCIENCE | {"anywidget", "traitlets", "ipywidgets", "IPython", "matplotlib", "skimage", "PIL"},
}


def imports(path):
    """Every dotted name that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_the_design_lets_it(module):
    part = module.split(".")[0]
    names = [name.split(".") for name in imports(MODULES[module])]
    own = {name[1] for name in names if name[0] == "acda_core"}
    others = {name[0] for name in names} - {"acda_core"} - sys.stdlib_module_names
    assert own <= OWN_ARROWS[part]
    assert others <= OTHERS_ARROWS.get(part, SCIENCE)


def test_importing_the_package_loads_no_drawing_library():
    heavy = "matplotlib", "plotly", "ipywidgets", "anywidget", "IPython", "acda_core.plots", "acda_core.widgets"
    code = f"import sys, acda_core; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "name",
    [
        *("fourier_bessel", "bessel_indices", "multiscale_bases"),
        *("compose_atoms", "atom_conv", "coefficient_conv", "acda_conv2d"),
        *("AtomGenerator", "ACDAConv2d", "convert"),
        *("reference.conv2d", "reference.per_pixel_conv2d", "reference.compose_filters"),
        *("cost.conv", "cost.dense", "cost.acda", "cost.saved_bytes", "checks.close"),
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
    modules = {name for name in MODULES if "." not in name} - {"__init__", "__main__"}
    assert set(acda.__all__) <= public
    assert public - modules <= set(acda.__all__)


@pytest.mark.parametrize("name", ["plots", "widgets"])
def test_the_drawing_modules_can_be_imported(name):
    importlib.import_module(f"acda_core.{name}")


def test_the_version_is_that_of_pyproject_and_of_the_citation():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert acda.__version__ == settings["project"]["version"]
    assert re.search(
        rf"^version: [\"']?{re.escape(acda.__version__)}[\"']?$", (ROOT / "CITATION.cff").read_text(), re.M
    )


def test_the_source_of_the_kernels_and_the_type_marker_go_into_the_package():
    assert (PACKAGE / "atom_conv.c").is_file()
    assert (PACKAGE / "py.typed").is_file()


def test_names_are_ascii_and_never_a_bare_l():
    for path in MODULES.values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        assert "l" not in names, path
        assert all(name.isascii() for name in names), path
