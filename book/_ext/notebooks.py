"""Write the notebooks that Colab and Jupyter open, book/name.ipynb, from the chapters book/name.md of _toc.yml.

    python book/_ext/notebooks.py            write them
    python book/_ext/notebooks.py --check    say which are out of step; then the command fails

A notebook begins its code with a cell that finds or installs acda_core. It holds no outputs. Its text is plain
Markdown: equations carry their numbers, roles are words or links,
admonitions are quotes, captions stand below their code, and solutions are folded.
"""

from __future__ import annotations

import argparse
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
from plain_markdown import GATES, Converter, Directive, Labels, blocks, collect_labels

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
BOOTSTRAP = """\
# Make acda_core importable: as it is installed, from the project around this
# notebook, or from its public address.
import importlib.util, os, subprocess, sys
from pathlib import Path

if importlib.util.find_spec("acda_core") is None:
    address = "{address}"
    source = os.environ.get("ACDA_SOURCE", address)
    folders, package = [Path.cwd(), *Path.cwd().parents], "acda_core/__init__.py"
    projects = [folder for folder in folders if (folder / package).exists()]
    if projects:
        sys.path.insert(0, str(projects[0]))
    elif source:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        done = subprocess.run([*pip, source], capture_output=True, text=True)
        print(done.stderr or f"acda_core was installed from {{source}}.")
        importlib.invalidate_caches()
    else:
        print("acda_core is not here, and this copy of the course has no public")
        print("address to install it from.")
        print("Open the notebook inside a copy of the project. Or name the path")
        print("of such a copy, or of a wheel of it, in a cell above,")
        print('os.environ["ACDA_SOURCE"] = "/the/path", and run both cells.')
"""


def chapters() -> list[Path]:
    """The chapters of the numbered parts of _toc.yml, in its order: the first is number 1."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [part for part in contents["parts"] if part.get("numbered")]
    return [ROOT / f"{chapter['file']}.md" for part in parts for chapter in part["chapters"]]


def bootstrap() -> str:
    """The first code cell of every notebook, with the project's address from _config.yml."""
    repository = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]
    url = (repository.get("url") or "").rstrip("/")
    return BOOTSTRAP.format(address=f"git+{url}@{repository.get('branch', 'main')}" if url else "").rstrip("\n")


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


class Twin:
    """The notebook of one chapter, cell by cell."""

    def __init__(self, page: str, labels: Labels):
        self.converter = Converter(page, labels)
        self.cells: list[Any] = []
        self.in_solution = False

    def add_text(self, text: str) -> None:
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
            return f"<details><summary>Show the solution in words</summary>\n\n{text}\n\n</details>"
        return text

    def add_bootstrap(self) -> None:
        source = f'#@title Set up {{display-mode: "form"}}\n{bootstrap()}'
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
                "colab": {"provenance": [], "toc_visible": True},
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
        )
        nbformat.validate(notebook)
        return nbformat.writes(notebook) + "\n"


def twin(page: str, text: str, labels: Labels) -> str:
    """The notebook of a chapter, as the text of its file."""
    made = Twin(page, labels)
    for cell in read_cells(page, text):
        if cell.cell_type == "markdown":
            made.add_markdown(cell.source)
        else:
            made.add_code(cell)
    return made.finish()


def wanted() -> dict[Path, str]:
    """What every notebook should hold."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in chapters()}
    labels = read_labels(texts)
    return {BOOK / f"{page}.ipynb": twin(page, text, labels) for page, text in texts.items()}


def out_of_step(files: dict[Path, str]) -> list[Path]:
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    return stale + [path for path in sorted(BOOK.glob("*.ipynb")) if path not in files]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of step")
    arguments = parser.parse_args()
    try:
        files = wanted()
    except ValueError as error:
        print(f"The notebooks could not be made: {error}", file=sys.stderr)
        return 1
    stale = out_of_step(files)
    if arguments.check:
        if stale:
            names = "\n  ".join(str(path.relative_to(ROOT)) for path in stale)
            print(f"Out of step with the chapters:\n  {names}\nRun: make notebooks", file=sys.stderr)
        return int(bool(stale))
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
