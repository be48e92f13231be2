"""book/_ext/notebooks.py: what becomes of a chapter's markup, and where its first cell finds acda_core."""

import json
import subprocess
import sys
from pathlib import Path

import addresses
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
        ("see {ref}`ch-first`", "see [Chapter 1](first.ipynb)"),
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


QUESTION = """```{choices}
- [ ] Five, as $m$ says.

  One is missing.
- [x] Six.

  Two rows of three.

  And that is all.
```

```{number} 6
:unit: atoms
:hint: See {eq}`eq-paper-6`.
- 5: One is missing.
```
"""


def test_a_question_is_a_list_of_answers_and_what_they_are_is_folded(book):
    words = words_of(book, QUESTION)
    assert "- **A.** Five, as $m$ says.\n- **B.** Six.\n\n<details><summary>Show the answers</summary>" in words
    assert (
        "**A: not so.** One is missing.\n\n**B: right.** Two rows of three.\n\nAnd that is all.\n\n</details>" in words
    )
    assert "*Your answer: a number, in atoms.*\n\n<details><summary>Hint</summary>\n\nSee [(6)](first.ipynb)." in words
    assert "- 5:" not in words


def test_a_notebook_begins_with_a_cell_of_its_own_and_the_second_run_changes_nothing(book, capsys):
    cells_of(book, "")
    chapters = [(book / f"{page}.md").read_text() for page in ("first", "second")]
    cells = json.loads((book / "first.ipynb").read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code == ['#@title Set up {display-mode: "form"}\n' + notebooks.BOOTSTRAP, "import acda_core"]
    capsys.readouterr()
    assert notebooks.main() == 0
    assert capsys.readouterr().out == ""
    assert [(book / f"{page}.md").read_text() for page in ("first", "second")] == chapters


def worked_in(notebook, how):
    """Leave in a notebook what a reader leaves there, in the way in which JupyterLab writes files."""
    held = json.loads(notebook.read_text())
    code = held["cells"][-1]
    if how == "outputs":
        code |= {"outputs": [{"output_type": "stream", "name": "stdout", "text": ["1"]}], "execution_count": 1}
    elif how == "changed":
        code["source"] = ["import acda_core\n", "answer = 6"]
    notebook.write_text(json.dumps(held, indent=2))


@pytest.mark.parametrize("how", ["outputs", "changed"])
def test_a_notebook_that_holds_somebodys_work_is_named_and_nothing_is_written(book, capsys, monkeypatch, how):
    cells_of(book, "")
    worked_in(book / "first.ipynb", how)
    before = [(book / f"{page}.ipynb").read_text() for page in ("first", "second")]
    for page in ("first", "second"):
        (book / f"{page}.md").write_text((book / f"{page}.md").read_text() + "\nMore.\n")
    assert notebooks.main() == 1
    said = capsys.readouterr().err
    assert f"book/first.ipynb: {'it holds outputs' if how == 'outputs' else 'its cells were changed'}" in said
    assert "second" not in said
    assert [(book / f"{page}.ipynb").read_text() for page in ("first", "second")] == before
    monkeypatch.setattr(sys, "argv", ["notebooks.py", "--force"])
    assert notebooks.main() == 0
    assert "More." in (book / "first.ipynb").read_text()


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ('{"cells": [{"cell_type": "code", "source": ["mine = 1"]}]}', "it was not written from a chapter"),
        ("<<<<<<< HEAD", "it cannot be read"),
    ],
)
def test_a_notebook_of_the_readers_own_or_one_that_cannot_be_read_is_named_and_stays(book, capsys, held, why):
    cells_of(book, "")
    (book / "mine.ipynb").write_text(held)
    assert notebooks.main() == 1
    assert f"book/mine.ipynb: {why}" in capsys.readouterr().err
    assert (book / "mine.ipynb").read_text() == held


def test_a_notebook_that_was_only_opened_and_saved_is_written_again(book):
    cells_of(book, "")
    worked_in(book / "first.ipynb", "saved")
    (book / "first.md").write_text((book / "first.md").read_text() + "\nMore.\n")
    assert notebooks.main() == 0
    assert "More." in (book / "first.ipynb").read_text()


def test_a_working_copy_gets_the_notebooks_that_it_lacks_and_keeps_the_others(book, tmp_path, monkeypatch):
    cells_of(book, "")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "first.ipynb").write_text("my answers")
    monkeypatch.setattr(sys, "argv", ["notebooks.py", "--copy", str(mine)])
    assert notebooks.main() == 0
    assert (mine / "first.ipynb").read_text() == "my answers"
    assert (mine / "second.ipynb").read_text() == (book / "second.ipynb").read_text()


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


def test_a_notebook_says_below_its_title_how_long_it_took(book, monkeypatch, tmp_path):
    times = tmp_path / "times.json"
    rows = [{"notebook": "first", "seconds": 41.2}, {"notebook": "second", "seconds": 61.0}]
    times.write_text(json.dumps({"results": rows}))
    monkeypatch.setattr(notebooks, "TIMES", times)
    assert "# The second chapter\n\n*All cells together take at most 2 minutes" in words_of(book, "Words.")
    first = json.loads((book / "first.ipynb").read_text())["cells"][0]
    assert "# The first chapter\n\n*All cells together take at most 50 seconds" in "".join(first["source"])


def test_no_cell_uses_a_graphics_card_as_the_heads_of_the_notebooks_say():
    cells = [cell for text in notebooks.wanted().values() for cell in json.loads(text)["cells"]]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert [source for source in code if "cuda" in source or "device_of" in source] == []


def test_the_first_cell_has_five_lines_and_the_published_one_has_too():
    filled = addresses.filled(json.dumps(notebooks.BOOTSTRAP), ["https://one.example/a.whl", "git+https://two.example"])
    assert len(notebooks.BOOTSTRAP.splitlines()) == 5
    assert json.loads(filled) != notebooks.BOOTSTRAP
    assert addresses.filled(filled, []) == json.dumps(notebooks.BOOTSTRAP)


def run_first_cell(folder, sources=(), prelude=""):
    """What the first cell does in a Python that sees no packages; pip's command is printed, and fails."""
    pretend = "import subprocess; subprocess.call = lambda command: print(*command) or 1"
    cell = json.loads(addresses.filled(json.dumps(notebooks.BOOTSTRAP), sources))
    code = f"{pretend}\n{prelude}\n{cell}\nprint('found', util.find_spec('acda_core'))"
    return subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=folder, capture_output=True, text=True)


SOURCES = ["https://host.example/acda.whl", "git+https://host.example/acda"]


def test_the_first_cell_tries_the_site_then_the_repository_and_then_says_what_to_do(tmp_path):
    done = run_first_cell(tmp_path, SOURCES)
    assert [line.split("--no-deps ")[1] for line in done.stdout.splitlines()] == SOURCES
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith(f"ModuleNotFoundError: acda_core is neither here nor at {SOURCES}")
    )


def test_the_first_cell_prefers_the_project_that_the_notebook_stands_in(tmp_path):
    (tmp_path / "acda_core").mkdir()
    (tmp_path / "acda_core" / "__init__.py").touch()
    (tmp_path / "book").mkdir()
    done = run_first_cell(tmp_path / "book", SOURCES)
    assert done.stdout.startswith("found ModuleSpec")
    assert str(tmp_path / "acda_core") in done.stdout


def test_the_first_cell_does_nothing_where_acda_core_is_installed(tmp_path):
    (tmp_path / "installed" / "acda_core").mkdir(parents=True)
    (tmp_path / "installed" / "acda_core" / "__init__.py").touch()
    done = run_first_cell(tmp_path, SOURCES, f"import sys; sys.path.append({str(tmp_path / 'installed')!r})")
    assert done.stdout.startswith("found ModuleSpec")


def test_the_first_cell_does_not_take_an_empty_folder_for_the_package(tmp_path):
    (tmp_path / "acda_core").mkdir()
    done = run_first_cell(tmp_path, SOURCES, f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    assert [line.split("--no-deps ")[1] for line in done.stdout.splitlines()] == SOURCES
    assert "acda_core is neither here nor at" in done.stderr


def test_the_first_cell_of_a_notebook_that_knows_no_address_says_in_a_sentence_where_one_is(tmp_path):
    done = run_first_cell(tmp_path)
    assert done.stdout == ""
    assert "take this notebook from the site of the course, published or served" in done.stderr.splitlines()[-1]
