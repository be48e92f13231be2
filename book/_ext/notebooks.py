"""Write the notebooks that Colab and Jupyter open, book/name.ipynb, from the chapters book/name.md of _toc.yml.

    python book/_ext/notebooks.py            write them
    python book/_ext/notebooks.py --check    say which are out of step; then the command fails
    python book/_ext/notebooks.py --copy F   copy those that the folder F does not hold yet

A notebook in which somebody ran or wrote something is not overwritten.

A notebook begins its code with a cell that finds or installs acda_core. It holds no outputs. Its text is plain
Markdown: equations carry their numbers, roles are words or links,
admonitions are quotes, captions stand below their code, and solutions are folded.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import yaml
from jupytext.myst import MystMetadataParsingError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

sys.path.insert(0, str(Path(__file__).parent))
from addresses import UNFILLED
from plain_markdown import GATES, Converter, Directive, Labels, blocks, collect_labels, fold

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
TIMES = BOOK / "results" / "durations.json"  # as time_notebooks.py stores them
HELP = (
    "acda_core is neither here nor at {sources or 'an address that this copy knows'}: take this notebook from the site "
    "of the course, published or served, or put it into a copy of the project."
)
BOOTSTRAP = f"""\
import importlib.util as util, pathlib, subprocess, sys
{UNFILLED} [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
sys.path += [str(folder) for folder in pathlib.Path.cwd().parents if (folder / "acda_core/__init__.py").exists()]
if not getattr(util.find_spec("acda_core"), "origin", None) and all(subprocess.call([*pip, one]) for one in sources):
    raise ModuleNotFoundError(f"{HELP}")\
"""


def chapters() -> list[Path]:
    """The chapters of the numbered parts of _toc.yml, in its order: the first is number 1."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [part for part in contents["parts"] if part.get("numbered")]
    return [ROOT / f"{chapter['file']}.md" for part in parts for chapter in part["chapters"]]


def figure_of(cell: Any) -> dict[str, str]:
    return dict(cell.metadata.get("mystnb", {}).get("figure", {}))


def pieces_of(cells: list[Any]) -> list[str | dict[str, str]]:
    return [cell.source if cell.cell_type == "markdown" else figure_of(cell) for cell in cells]


def read_cells(page: str, text: str) -> list[Any]:
    try:
        return list(jupytext.reads(text, fmt="md:myst").cells)
    except MystMetadataParsingError as error:
        raise ValueError(f"{page}.md: {error}") from None


def read_labels(texts: dict[str, str]) -> Labels:
    """The labels of all pages: `texts` holds the chapters in order, the other pages are read from their files."""
    labels = Labels()
    for number, (page, text) in enumerate(texts.items(), 1):
        collect_labels(labels, page, number, pieces_of(read_cells(page, text)))
    for path in sorted(BOOK.glob("*.md")):
        if path.stem not in texts:
            body = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            collect_labels(labels, path.stem, None, [body])
    return labels


def times() -> dict[str, str]:
    """How long a notebook takes, in a sentence, by the name of its chapter."""
    if not TIMES.exists():
        return {}
    return {row["notebook"]: in_words(row["seconds"]) for row in json.loads(TIMES.read_text("utf-8"))["results"]}


def in_words(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    long = f"{10 * math.ceil(seconds / 10)} seconds" if seconds <= 60 else f"{minutes} minutes"
    return (
        f"*All cells together take at most {long} on two processors. None uses a graphics card, so beside a T4 they "
        "take as long; in Colab nobody measured it.*"
    )


class Twin:
    """The notebook of one chapter, cell by cell. `head` is a sentence that stands below its title."""

    def __init__(self, page: str, labels: Labels, head: str = ""):
        self.converter = Converter(page, labels)
        self.head = head
        self.cells: list[Any] = []
        self.in_solution = False

    def add_text(self, text: str) -> None:
        if text and self.head and not self.cells:
            title, *rest = text.split("\n", 1)
            text, self.head = "\n\n".join([title, self.head, *(part.strip("\n") for part in rest)]), ""
        if text:
            self.cells.append(new_markdown_cell(text))

    def add_markdown(self, source: str) -> None:
        waiting: list[str | Directive] = []
        for block in blocks(source):
            if isinstance(block, str) or block.name not in GATES:
                waiting.append(block)
                continue
            self.add_text(self.folded(self.converter.render(waiting)))
            waiting = [block] if block.name == "exercise-start" else []
            self.in_solution = block.name == "solution-start"
            if self.in_solution:
                self.add_text(self.converter.directive(block))
        self.add_text(self.folded(self.converter.render(waiting)))

    def folded(self, text: str) -> str:
        if self.in_solution and text:
            return fold("Show the solution in words", text)
        return text

    def add_bootstrap(self) -> None:
        source = f'#@title Set up {{display-mode: "form"}}\n{BOOTSTRAP}'
        metadata = {"tags": ["bootstrap", "hide-input"], "cellView": "form", "jupyter": {"source_hidden": True}}
        self.cells.append(new_code_cell(source, metadata=metadata))

    def add_code(self, cell: Any) -> None:
        if not any(other.cell_type == "code" for other in self.cells):
            self.add_bootstrap()
        tags = cell.metadata.get("tags", [])
        metadata = {"tags": tags} if tags else {}
        source = cell.source
        if self.in_solution:
            source = f'#@title Solution {{display-mode: "form"}}\n{source}'
        if self.in_solution or "hide-input" in tags:
            metadata |= {"cellView": "form", "jupyter": {"source_hidden": True}}
        self.cells.append(new_code_cell(source, metadata=metadata))
        figure = figure_of(cell)
        if "caption" in figure:
            found = self.converter.labels.targets.get(figure.get("name", ""))
            number = f"**{found.number}.** " if found else ""
            self.add_text(number + self.converter.convert(figure["caption"]))

    def finish(self) -> str:
        self.add_text(self.converter.references())
        for number, cell in enumerate(self.cells):
            cell["id"] = f"cell-{number:03d}"
        notebook = new_notebook(
            cells=self.cells,
            metadata={
                "acda": {"written": digest(self.cells)},
                "colab": {"provenance": [], "toc_visible": True},
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
        )
        nbformat.validate(notebook)
        return nbformat.writes(notebook) + "\n"


def twin(page: str, text: str, labels: Labels, head: str = "") -> str:
    """The notebook of a chapter, as the text of its file."""
    made = Twin(page, labels, head)
    for cell in read_cells(page, text):
        if cell.cell_type == "markdown":
            made.add_markdown(cell.source)
        else:
            made.add_code(cell)
    return made.finish()


def wanted() -> dict[Path, str]:
    """What every notebook should hold."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in chapters()}
    labels, heads = read_labels(texts), times()
    return {BOOK / f"{page}.ipynb": twin(page, text, labels, heads.get(page, "")) for page, text in texts.items()}


def out_of_step(files: dict[Path, str]) -> list[Path]:
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    return stale + [path for path in sorted(BOOK.glob("*.ipynb")) if path not in files]


def worked_in(path: Path) -> str:
    """What would be lost if this notebook were written again, "" for nothing."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return "it cannot be read"
    cells = notebook.get("cells", [])
    if any(cell.get("outputs") for cell in cells):
        return "it holds outputs"
    written = notebook.get("metadata", {}).get("acda", {}).get("written")
    if not written:
        return "it was not written from a chapter"
    return "its cells were changed" if written != digest(cells) else ""


def digest(cells: list[Any]) -> str:
    """Of the texts of cells, by which a notebook knows later whether they are still those that were written here."""
    return hashlib.sha256("\0".join("".join(cell["source"]) for cell in cells).encode()).hexdigest()[:16]


def copy(files: dict[Path, str], folder: Path) -> None:
    """Write the notebooks that are not in the folder yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        if not (folder / path.name).exists():
            (folder / path.name).write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of step")
    parser.add_argument(
        "--copy", type=Path, metavar="FOLDER", help="copy the notebooks that the folder does not hold yet"
    )
    parser.add_argument("--force", action="store_true", help="write over notebooks in which somebody worked, too")
    arguments = parser.parse_args()
    try:
        files = wanted()
    except ValueError as error:
        print(f"The notebooks could not be made: {error}", file=sys.stderr)
        return 1
    if arguments.copy:
        copy(files, arguments.copy)
        return 0
    stale = out_of_step(files)
    if arguments.check:
        if stale:
            names = "\n  ".join(str(path.relative_to(ROOT)) for path in stale)
            print(f"Out of step with the chapters:\n  {names}\nRun: make notebooks", file=sys.stderr)
        return int(bool(stale))
    yours = {path: why for path in stale if path.exists() and (why := worked_in(path))}
    if yours and not arguments.force:
        names = "".join(f"\n  {path.relative_to(ROOT)}: {why}" for path, why in yours.items())
        print(f"These notebooks hold work of yours, and nothing was written:{names}", file=sys.stderr)
        print("Move them to another folder, or write over them: make notebooks FORCE=yes", file=sys.stderr)
        return 1
    for path in stale:
        if path in files:
            path.write_text(files[path], encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
        else:
            path.unlink()
            print(f"removed {path.relative_to(ROOT)}, which has no chapter")
    return 0


if __name__ == "__main__":
    sys.exit(main())
