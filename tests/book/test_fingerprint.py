"""What a chapter's outputs depend on: an edit that its cells cannot see leaves them as they are."""

import ast

import pytest
from fingerprint import Sources
from notebooks import ROOT, chapters, read_cells

CELLS = "from acda_core.course import plots\nfrom acda_core.experiments import results, toy\nplots.line(toy.run())"
FILES = {
    "acda_core/__init__.py": "",
    "acda_core/course/__init__.py": "",
    "acda_core/course/plots/__init__.py": (
        "from acda_core.course.plots.lines import line\nfrom acda_core.course.plots.bars import bar\n"
    ),
    "acda_core/course/plots/lines.py": '"""Lines."""\n\n\ndef line(values):\n    """Draw."""\n    return values\n',
    "acda_core/course/plots/bars.py": "def bar(values):\n    return values\n",
    "acda_core/course/widget.js": "export default {};\n",
    "acda_core/course/widget.css": "p {}\n",
    "acda_core/experiments/__init__.py": "",
    "acda_core/experiments/results.py": "def load(name):\n    return name\n",
    "acda_core/experiments/toy.py": (
        "from acda_core.experiments import results, steps\n\n\ndef run():\n    results.load('toy')\n    steps.take()\n"
    ),
    "acda_core/experiments/steps.py": "def take():\n    return 1  # step\n",
    "acda_core/experiments/lenet.py": "def run():\n    return 2\n",
    "acda_core/atom_conv.c": "int main;\n",
    "book/results/toy_long.json": "[1]\n",
    "book/results/lenet.json": "[2]\n",
    "requirements.txt": "numpy==2.4.6\n",
    "requirements-torch.txt": "torch==2.13.0\n",
}


@pytest.fixture
def project(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "acda_core/course/plots/lines.py",
            "def line(values):\n    '''Draw a line.'''\n\n    return  values  # them\n",
        ),
        ("acda_core/course/plots/bars.py", "def bar(values):\n    return values + 1\n"),
        ("acda_core/experiments/lenet.py", "def run():\n    return 3\n"),
        ("acda_core/course/widget.js", "export default { render };\n"),
        ("acda_core/course/widget.css", "p { color: red }\n"),
        ("book/results/lenet.json", "[3]\n"),
    ],
)
def test_an_edit_that_the_cells_cannot_see_changes_no_fingerprint(project, name, text):
    before = Sources(project).fingerprint(CELLS)
    (project / name).write_text(text)
    assert Sources(project).fingerprint(CELLS) == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("acda_core/course/plots/lines.py", "def line(values):\n    return values + 1\n"),
        ("acda_core/course/plots/__init__.py", "from acda_core.course.plots.bars import bar as line\n"),
        ("acda_core/experiments/steps.py", "def take():\n    return 2  # step\n"),
        ("acda_core/atom_conv.c", "int main();\n"),
        ("book/results/toy_long.json", "[2]\n"),
        ("requirements.txt", "numpy==2.5.0\n"),
        ("requirements-torch.txt", "torch==2.14.0\n"),
    ],
)
def test_an_edit_that_the_cells_can_see_changes_the_fingerprint(project, name, text):
    before = Sources(project).fingerprint(CELLS)
    (project / name).write_text(text)
    assert Sources(project).fingerprint(CELLS) != before


@pytest.mark.parametrize(
    "code",
    [
        "import acda_core\nacda_core.course.plots.bar(1)",
        "import acda_core as acda\nacda.course.plots.bar(1)",
        "import acda_core.course.plots\nacda_core.course.plots.bar(1)",
        "import acda_core.course.plots.bars",
        "import acda_core.course.plots as p\np.bar(1)",
        "from acda_core import course\ncourse.plots.bar(1)",
        "from acda_core.course import plots\ngetattr(plots, 'bar')(1)",
        "from acda_core.course import plots as p\np.bar(1)",
        "from acda_core.course.plots import bar",
        "from acda_core.course.plots import *",
    ],
)
def test_every_way_to_import_a_function_reaches_its_module(project, code):
    assert "acda_core.course.plots.bars" in Sources(project).reached(ast.parse(code))


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: path.stem)
def test_a_chapter_sees_every_stored_result_that_it_loads(chapter):
    cells = read_cells(chapter.stem, chapter.read_text(encoding="utf-8"))
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    seen = {path.stem for path in Sources(ROOT).results(code)}
    names = {node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)}
    stored = {path.stem for path in (ROOT / "book" / "results").glob("*.json")}
    assert names & stored <= seen
