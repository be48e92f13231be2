"""What the cells of a chapter can see beside themselves, as one number that changes with it.

That is the code of acda_core which they reach, without docstrings and comments; the stored results of the experiments
that this code speaks of; the other files of the package; and the versions of all packages.
"""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

UNSEEN = {".py", ".pyc", ".js", ".css", ".txt", ".typed"}  # Python is looked at closely; pages get scripts as they are


class Sources:
    """The package acda_core of the project in `root`, its stored results and its lock."""

    def __init__(self, root: Path):
        self.root = root
        found = {path.relative_to(root).with_suffix("").parts: path for path in (root / "acda_core").rglob("*.py")}
        self.packages = {".".join(parts[:-1]) for parts in found if parts[-1] == "__init__"}
        self.paths = {".".join(parts).removesuffix(".__init__"): path for parts, path in found.items()}
        self.tree = functools.cache(lambda module: ast.parse(self.paths[module].read_text(encoding="utf-8")))
        self.bare = functools.cache(lambda module: bare(self.tree(module)))

    def fingerprint(self, code: str) -> str:
        """Of what this code can see."""
        cells = ast.parse(code)
        modules = sorted(self.reached(cells))
        seen = {module: self.bare(module) for module in modules}
        words = " ".join([bare(cells), *seen.values()])
        digest = hashlib.sha256(repr(seen).encode())
        locks = [self.root / "requirements.txt", self.root / "requirements-torch.txt"]
        for path in [*locks, *self.other_files(), *self.results(words)]:
            digest.update(str(path.relative_to(self.root)).encode() + path.read_bytes())
        return digest.hexdigest()[:16]

    def reached(self, code: ast.AST) -> set[str]:
        """The modules that code imports, those that they import, and so on."""
        reached: set[str] = set()
        waiting = set(self.imported(code))
        while waiting:
            module = waiting.pop()
            reached.add(module)
            waiting |= set(self.imported(self.tree(module))) - reached
        return reached

    def imported(self, code: ast.AST) -> Iterator[str]:
        used = uses(code)
        for node in ast.walk(code):
            if isinstance(node, ast.Import):
                for name in node.names:
                    yield from {name.name} & set(self.paths) - self.packages
                    module = name.name if name.asname else name.name.split(".")[0]
                    yield from self.of_module(module, name.asname or module, used)
            elif isinstance(node, ast.ImportFrom) and node.module in self.paths:
                for name in node.names:
                    yield from self.behind(node.module, name.name, name.asname or name.name, used)

    def of_module(self, module: str, bound: str, used: set[str]) -> Iterator[str]:
        """The module that code calls `bound`; of a package only the modules behind the names that the code uses."""
        if module not in self.packages:
            yield from {module} & set(self.paths)
            return
        if bound in used:  # by itself: who knows which of its names
            yield module
        for name in {use.removeprefix(f"{bound}.").split(".")[0] for use in used if use.startswith(f"{bound}.")}:
            yield from self.behind(module, name, f"{bound}.{name}", used)

    def behind(self, module: str, name: str, bound: str, used: set[str]) -> Iterator[str]:
        """The modules that define `name` of a module, which code calls `bound`: a package passes names on."""
        if f"{module}.{name}" in self.paths:
            yield from self.of_module(f"{module}.{name}", bound, used)
            return
        for node in self.tree(module).body if module in self.packages else []:
            if isinstance(node, ast.ImportFrom) and node.module in self.paths:
                for given in node.names:
                    if name == (given.asname or given.name):
                        yield from self.behind(node.module, given.name, bound, used)
                        return
        yield module

    def other_files(self) -> list[Path]:
        """Files of the package that its code reads: kernels in C, samples."""
        files = (path for path in (self.root / "acda_core").rglob("*") if path.is_file())
        return sorted(path for path in files if path.suffix not in UNSEEN)

    def results(self, words: str) -> list[Path]:
        """The stored results of the experiments that words name: of lenet_long.json the experiment is lenet."""
        stored = sorted((self.root / "book" / "results").glob("*.[jn][sp]*"))
        return [path for path in stored if path.stem.split("_")[0] in words]


def uses(code: ast.AST) -> set[str]:
    """The names in code, each with all of its attributes: "widgets.lessons.ToyLesson"."""
    found: set[str] = set()

    class Uses(ast.NodeVisitor):
        def visit_Name(self, node: ast.Name) -> None:
            found.add(node.id)

        def visit_Attribute(self, node: ast.Attribute) -> None:
            dotted = ast.unparse(node)
            if all(part.isidentifier() for part in dotted.split(".")):
                found.add(dotted)
            else:
                self.generic_visit(node)

    Uses().visit(code)
    return found


def bare(code: ast.AST) -> str:
    """Code without what does not run: comments, docstrings, its layout."""

    class Undocumented(ast.NodeTransformer):
        def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
            return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node

    return ast.dump(Undocumented().visit(ast.parse(ast.unparse(code))))
