"""What every chapter of the book holds, read from its file; the build runs the code."""

import ast
import functools
import json
import re
import shlex
import sys
from pathlib import Path

import jupytext
import notebooks
import pytest
import yaml
from plain_markdown import CHOICE, Directive, blocks

from acda_core.__main__ import make_parser

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = notebooks.chapters()
PACKAGES = {"acda_core", "matplotlib", "numpy", "plotly", "scipy", "skimage", "torch", "tqdm"}  # Colab has them all
LONGEST_CELL = 20
WIDEST_LINE, WIDEST_LINE_OF_AN_EXERCISE = 84, 76  # what fits at 1280 px; the size of code is set in site.css
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


@functools.cache
def cells_of(chapter):
    return jupytext.reads(chapter.read_text(encoding="utf-8"), fmt="md:myst").cells


def code_of(chapter):
    return [cell for cell in cells_of(chapter) if cell.cell_type == "code"]


def text_of(chapter):
    return "\n\n".join(cell.source for cell in cells_of(chapter) if cell.cell_type == "markdown")


def directives(text):
    for block in blocks(text):
        if isinstance(block, Directive):
            yield block
            if block.name != "math":
                yield from directives(block.body)


def headings(chapter):
    return re.findall(r"^#+ +(.+?) *$", text_of(chapter), re.MULTILINE)


FORMS = "choices", "number"


def exercises(chapter):
    """For each exercise its label, its forms, the code cells of its question and those of its solution."""
    found = {}
    inside = forms = []
    for cell in cells_of(chapter):
        if cell.cell_type == "code":
            inside.append(cell.source)
            continue
        for block in directives(cell.source):
            if block.name == "exercise-start":
                forms, inside, _ = found.setdefault(block.options["label"], ([], [], []))
            elif block.name == "solution-start":
                inside = found[block.argument][2]
            elif block.name in ("exercise-end", "solution-end"):
                inside = forms = []
            elif block.name in FORMS:
                forms.append(block)
    return found


def test_every_chapter_of_the_table_of_contents_is_there_and_every_page_is_listed():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [contents["root"], *(page["file"] for part in contents["parts"] for page in part["chapters"])]
    assert sorted(listed) == sorted(f"book/{path.stem}" for path in (ROOT / "book").glob("*.md"))
    assert len(CHAPTERS) >= 9


def test_chapters_and_notebooks_are_in_step():
    stale = [path.name for path in notebooks.out_of_step(notebooks.wanted())]
    assert stale == [], "run: make notebooks"


@each_chapter
def test_a_notebook_holds_no_output_and_every_cell_has_a_name_of_its_own(chapter):
    cells = json.loads(chapter.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert len({cell["id"] for cell in cells}) == len(cells)


@each_chapter
def test_no_myst_markup_is_left_in_a_notebook(chapter):
    cells = json.loads(chapter.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]
    words = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert re.findall(r"^ *(?::::|```\{).*|\{[a-z:]+\}`.*?`|^\([\w-]+\)=$|\]\(#.*?\)", words, re.MULTILINE) == []


@each_chapter
def test_the_first_code_cell_makes_acda_core_importable_and_no_other_cell_installs(chapter):
    notebook = json.loads(chapter.with_suffix(".ipynb").read_text(encoding="utf-8"))
    first, *others = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert "".join(first["source"]).split("\n", 1)[1] == notebooks.BOOTSTRAP
    assert first["metadata"]["tags"] == ["bootstrap", "hide-input"]
    assert not any(re.search(r"\bpip\b|find_spec", "".join(cell["source"])) for cell in others)


@each_chapter
def test_a_notebook_says_how_long_it_takes(chapter):
    first = json.loads(chapter.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"][0]
    assert notebooks.times()[chapter.stem] in "".join(first["source"])


@each_chapter
def test_code_cells_are_thin(chapter):
    for cell in code_of(chapter):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= LONGEST_CELL, f"{len(lines)} lines: {lines[0]} ... (move it into acda_core)"
        assert not re.search(r"^[!%]", cell.source, re.MULTILINE), "magics do not run everywhere"


@each_chapter
def test_no_line_of_code_is_wider_than_its_box_on_the_page(chapter):
    boxed = {source for _, *parts in exercises(chapter).values() for cells in parts for source in cells}
    for cell in code_of(chapter):
        widest = WIDEST_LINE_OF_AN_EXERCISE if cell.source in boxed else WIDEST_LINE
        assert [line for line in cell.source.splitlines() if len(line) > widest] == [], f"more than {widest} characters"


@each_chapter
def test_a_chapter_imports_what_colab_holds_and_nothing_else(chapter):
    for cell in code_of(chapter):
        for node in ast.walk(ast.parse(cell.source)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                package = name.split(".")[0]
                assert package in PACKAGES or package in sys.stdlib_module_names, name


@each_chapter
def test_a_chapter_says_what_it_teaches_and_ends_with_what_paper_and_measurement_say(chapter):
    assert re.search(r"you will be able to do|After this chapter you can", text_of(chapter))
    *_, summary, comparison = headings(chapter)
    assert summary == "Summary"
    assert comparison == "What the paper says, what we measured, why they differ"


@each_chapter
def test_a_chapter_leads_to_the_pixel_that_crosses_an_edge(chapter):
    assert "sec-edge" in text_of(chapter)


@each_chapter
def test_a_chapter_has_three_figures_and_each_has_a_name_a_caption_and_an_alternative_text(chapter):
    named = [cell.metadata["mystnb"] for cell in code_of(chapter) if "figure" in cell.metadata.get("mystnb", {})]
    assert len(named) >= 3
    for figure in named:
        assert figure["figure"]["name"].startswith("fig-")
        assert len(figure["figure"]["caption"]) > 20
        assert len(figure["image"]["alt"]) > 20


@each_chapter
def test_code_that_draws_is_folded_and_no_other_code_is(chapter):
    for cell in code_of(chapter):
        draws = re.search(r"\bplots\.(?!use_book_style)\w+\(|\bplt\.\w+\(", cell.source)
        is_figure = "figure" in cell.metadata.get("mystnb", {})
        assert ("hide-input" in cell.metadata.get("tags", [])) == bool(draws or is_figure), cell.source


@each_chapter
def test_every_exercise_can_be_answered_on_the_page_and_the_build_proves_its_solution(chapter):
    found = exercises(chapter)
    assert 2 <= len(found) <= 6
    for label, (forms, _, solved) in found.items():
        assert label.startswith("ex-")
        assert len(forms) == 1, f"{label} has {len(forms)} forms to answer in"
        proofs = [ast.unparse(node) for source in solved for node in ast.walk(ast.parse(source)) if is_proof(node)]
        assert proofs, f"the solution of {label} asserts nothing"
        if forms[0].name == "number":
            right = ast.unparse(ast.parse(forms[0].argument))
            assert any(re.search(rf"(?<![\d.]){re.escape(right)}(?![\d.])", proof) for proof in proofs), (
                f"no assertion in the solution of {label} holds its answer, {right}"
            )


def is_proof(node):
    return isinstance(node, ast.Assert)


@each_chapter
def test_an_exercise_in_code_has_a_cell_to_start_from_and_a_check_that_cannot_raise_nor_tell_the_solution(chapter):
    for label, (_, asked, solved) in exercises(chapter).items():
        if not asked:
            continue
        assert len(asked) >= 2, f"{label} needs a cell to start from and a cell that checks it"
        assert "checks." in asked[-1], f"{label} has no check cell"
        assert "checks." not in asked[0], f"{label} has no cell to start from"
        assert not re.search(r"^\s*assert", asked[-1], re.MULTILINE), f"the check of {label} can raise"
        assert re.search(r"assert \(?\s*checks\.", solved[-1]), f"the solution of {label} does not assert its check"
        told = {ast.dump(node) for cell in asked for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.expr)}
        for node in (node for source in solved for node in ast.walk(ast.parse(source))):
            if isinstance(node, ast.Return) and not isinstance(node.value, (ast.Name, ast.Constant)):
                assert ast.dump(node.value) not in told, f"the check of {label} holds its solution"


@each_chapter
def test_each_answer_of_a_choice_says_why_and_one_is_right(chapter):
    for block in directives(text_of(chapter)):
        if block.name in ("choices", "predict"):
            _, *parts = CHOICE.split(block.body)
            assert parts[::2].count("x") == 1
            assert all(len(part.strip().split("\n\n")) >= 2 for part in parts[1::2])


def test_each_equation_of_the_paper_is_defined_once_where_it_belongs():
    defined = {}
    for chapter in CHAPTERS:
        for block in directives(text_of(chapter)):
            if block.name == "math" and block.options.get("label", "").startswith("eq-paper-"):
                defined.setdefault(block.options["label"], []).append(chapter.stem)
    assert defined == {f"eq-paper-{n}": ["one_filter" if n <= 3 else "filters_as_atoms"] for n in range(1, 7)}


def commands_of(path):
    """The words of each command of the package in the shell blocks of a page."""
    for block in re.findall(r"```(?:shell|bash)\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if match := re.search(r"-m acda_core (.*)", line):
                yield shlex.split(match[1], comments=True)


PAGES_WITH_COMMANDS = [page for page in [*CHAPTERS, ROOT / "book" / "running.md"] if any(commands_of(page))]


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS, ids=lambda path: path.stem)
def test_a_printed_command_is_one_that_the_package_takes(page):
    for words in commands_of(page):
        if words != ["--help"]:
            assert callable(make_parser(words).parse_args(words).run)


def test_every_chapter_with_stored_trainings_prints_a_command():
    with_commands = {page.stem for page in PAGES_WITH_COMMANDS}
    trained = {"lenet", "adresnet", "counting", "restoration", "when_it_pays", "ablations"}
    assert trained <= with_commands
