"""book/_ext/notebooks.py: what becomes of a chapter's markup, and where its first cell finds acda_core."""

import json
import subprocess
import sys
from pathlib import Path

import notebooks
import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""
FIRST = """(ch-first)=
# The first chapter

$$
Z = A \\tilde{Z}
$$ (eq-paper-6)

```{code-cell} python
import acda_core
```
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of two chapters in a folder of its own; write(text) writes the second one."""
    folder = tmp_path / "book"
    folder.mkdir()
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    monkeypatch.setattr(notebooks, "BOOK", folder)
    monkeypatch.setattr(sys, "argv", ["notebooks.py"])
    (tmp_path / "_toc.yml").write_text(
        "root: book/index\nparts:\n  - numbered: true\n    chapters: [{file: book/first}, {file: book/second}]\n"
        "  - chapters: [{file: book/notation}]\n"
    )
    (tmp_path / "_config.yml").write_text('repository:\n  url: ""\n  branch: main\n')
    (folder / "first.md").write_text(HEADER + FIRST)
    (folder / "notation.md").write_text("(notation)=\n# Notation\n")
    (folder / "second.md").write_text(HEADER + "# The second chapter\n")
    return folder


def cells_of(book, text):
    (book / "second.md").write_text(f"{HEADER}(ch-second)=\n# The second chapter\n\n{text}")
    assert notebooks.main() == 0
    return json.loads((book / "second.ipynb").read_text())["cells"]


def words_of(book, text):
    return "\n\n".join("".join(cell["source"]) for cell in cells_of(book, text) if cell["cell_type"] == "markdown")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("see {eq}`eq-paper-6`", "see [(6)](first.ipynb)"),
        ("see {ref}`ch-first`", "see [The first chapter](first.ipynb)"),
        ("see {ref}`there <ch-first>`", "see [there](first.ipynb)"),
        ("see {numref}`ch-first`", "see [Chapter 1](first.ipynb)"),
        ("see {doc}`first`", "see [The first chapter](first.ipynb)"),
        ("see {doc}`notation`", "see Notation"),
        ("see [it](first.md)", "see [it](first.ipynb)"),
        ("see [it](#notation)", "see it"),
        ("the {term}`atoms <atom>` of {term}`ACDA`", "the atoms of ACDA"),
        ("shown {cite}`wang2021acda`", "shown [Wang et al., 2021]"),
        ("{cite:t}`luo2016erf` show", "Luo et al. [2016] show"),
        ("$$ x = 1 $$", "$$\nx = 1\n$$"),
        ("$$\nx = 1\n$$ (eq-x)\n\nas {eq}`eq-x` says", "$$\nx = 1 \\tag{2.1}\n$$\n\nas (2.1) says"),
        ("```{math}\n:label: eq-paper-5\nx = 1\n```", "$$\nx = 1 \\tag{5}\n$$"),
        ("$$\nx &= 1 \\\\\ny &= 2\n$$", "$$\n\\begin{aligned}\nx &= 1 \\\\\ny &= 2\n\\end{aligned}\n$$"),
        ("- an item\n\n  $$\n  x\n  $$", "- an item\n\n  $$\n  x\n  $$"),
        ("```{note}\nMind the gap.\n```", "> **Note**\n>\n> Mind the gap."),
        (":::{admonition} Where $x$ departs\n:class: departure\n$$\nx\n$$\n:::", "> **Where $x$ departs**\n>\n> $$x$$"),
        ("```python\nuse({eq}`this`)\n```", "```python\nuse({eq}`this`)\n```"),
        ("% a remark\nwords", "# The second chapter\n\nwords"),
    ],
)
def test_markup_becomes_plain_markdown(book, written, shown):
    assert shown in words_of(book, written)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("see {eq}`eq-nowhere`", "second.md refers to the label 'eq-nowhere', which no page defines"),
        ("(notation)=\n## Again", "the label 'notation' is defined twice"),
        ("see {doc}`nowhere`", "second.md refers to the page 'nowhere', which does not exist"),
        ("{cite}`nobody1900`", "'nobody1900' is cited, but book/references.bib does not hold it"),
        ("{kbd}`Ctrl`", "second.md uses the role {kbd}, which has no form for notebooks"),
        ("```{mermaid}\n```", "second.md uses the directive {mermaid}, which has no form for notebooks"),
        ("```{note}\nwords", "second.md: a block opened by ``` is never closed"),
        ("$$\nx", "second.md: an equation opened by $$ is never closed"),
        ("```{code-cell} python\n---\ntags: so: not\n---\nx\n```", "second.md: Code cell 1"),
    ],
)
def test_markup_that_no_notebook_can_show_is_an_error_that_names_it(book, capsys, written, complaint):
    (book / "second.md").write_text(f"{HEADER}# The second chapter\n\n{written}\n")
    assert notebooks.main() == 1
    assert complaint in capsys.readouterr().err
    assert not (book / "second.ipynb").exists()


def test_a_figures_caption_stands_below_its_cell_with_its_number(book):
    figure = "---\ntags: [hide-input]\nmystnb:\n  figure: {caption: 'Like $x$.', name: fig-x}\n---\ndraw()\n"
    cells = cells_of(book, f"See {{numref}}`fig-x`.\n\n```{{code-cell}} python\n{figure}```\n")
    assert "See Fig. 2.1." in "".join(cells[0]["source"])
    assert cells[-2]["metadata"] == {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    assert cells[-1]["source"] == ["**Fig. 2.1.** Like $x$."]


EXERCISE = """```{exercise-start} Count
:label: ex-count
```
How many?

```{code-cell} python
answer = ...
```

```{exercise-end}
```

```{solution-start} ex-count
:class: dropdown
```
Six, because of the grid.

```{code-cell} python
answer = 6
```

```{solution-end}
```

## Summary
"""


def test_an_exercise_is_a_heading_and_its_solution_is_folded(book):
    cells = cells_of(book, EXERCISE)
    sources = ["".join(cell["source"]) for cell in cells]
    assert "### Exercise 2.1: Count\n\nHow many?" in sources
    heading = sources.index("#### Solution of exercise 2.1")
    assert sources[heading + 1].startswith("<details>")
    assert "Six, because of the grid." in sources[heading + 1]
    assert sources[heading + 2] == '#@title Solution {display-mode: "form"}\nanswer = 6'
    assert cells[heading + 2]["metadata"] == {"cellView": "form", "jupyter": {"source_hidden": True}}
    assert sources[heading + 3] == "## Summary"
    assert cells[sources.index("answer = ...")]["metadata"] == {}


def test_a_notebook_begins_with_a_cell_of_its_own_and_the_second_run_changes_nothing(book, capsys):
    cells_of(book, "")
    chapters = [(book / f"{page}.md").read_text() for page in ("first", "second")]
    cells = json.loads((book / "first.ipynb").read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code == ['#@title Set up {display-mode: "form"}\n' + notebooks.bootstrap(), "import acda_core"]
    capsys.readouterr()
    assert notebooks.main() == 0
    assert capsys.readouterr().out == ""
    assert [(book / f"{page}.md").read_text() for page in ("first", "second")] == chapters


def test_check_names_the_stale_files_and_the_command_that_mends_them(book, capsys, monkeypatch):
    cells_of(book, "")
    (book / "second.md").write_text((book / "second.md").read_text() + "\nMore.\n")
    (book / "gone.ipynb").write_text("{}")
    monkeypatch.setattr(sys, "argv", ["notebooks.py", "--check"])
    assert notebooks.main() == 1
    message = capsys.readouterr().err
    assert "book/second.ipynb" in message
    assert "book/gone.ipynb" in message
    assert "first" not in message
    assert message.endswith("Run: make notebooks\n")


def test_an_address_in_the_configuration_reaches_every_chapter(book):
    (book.parent / "_config.yml").write_text("repository:\n  url: https://host.example/owner/name/\n  branch: main\n")
    cells_of(book, "")
    assert '"git+https://host.example/owner/name@main"' in (book / "first.ipynb").read_text().replace('\\"', '"')


def run_bootstrap(folder, environment, prelude=""):
    """What the first cell prints in a Python that sees no packages; pip's command is printed, not run."""
    pretend = (
        "import subprocess; subprocess.run = lambda command, **how: print(*command) or type('', (), {'stderr': ''})"
    )
    code = f"{pretend}\n{prelude}\n{notebooks.bootstrap()}\nprint('found', importlib.util.find_spec('acda_core'))"
    command = [sys.executable, "-I", "-S", "-c", code]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_first_cell_installs_only_acda_core_from_the_source_it_is_told(tmp_path):
    printed = run_bootstrap(tmp_path, {"ACDA_SOURCE": "/somewhere/acda"})
    assert "-m pip install --quiet --no-deps /somewhere/acda\n" in printed


def test_the_first_cell_prefers_the_project_that_the_notebook_stands_in(tmp_path):
    (tmp_path / "acda_core").mkdir()
    (tmp_path / "acda_core" / "__init__.py").touch()
    (tmp_path / "book").mkdir()
    printed = run_bootstrap(tmp_path / "book", {"ACDA_SOURCE": "/somewhere/acda"})
    assert "pip" not in printed
    assert str(tmp_path / "acda_core") in printed


def test_the_first_cell_does_nothing_where_acda_core_is_installed(tmp_path):
    (tmp_path / "installed" / "acda_core").mkdir(parents=True)
    (tmp_path / "installed" / "acda_core" / "__init__.py").touch()
    installed = f"import sys; sys.path.append({str(tmp_path / 'installed')!r})"
    printed = run_bootstrap(tmp_path, {"ACDA_SOURCE": "/somewhere/acda"}, installed)
    assert printed.startswith("found ModuleSpec")


def test_the_first_cell_says_what_to_do_where_there_is_no_address(tmp_path, monkeypatch, book):
    printed = run_bootstrap(tmp_path, {})
    assert "pip" not in printed
    assert "Open the notebook inside a copy of the project" in printed
    assert printed.endswith("found None\n")
