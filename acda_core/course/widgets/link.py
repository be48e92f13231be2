"""Link a widget's ES modules into one text: a notebook takes one module, and file:// loads no modules at all.

Each module becomes ``const $name = (() => { ... return { its exports }; })();`` behind those that it imports, so that
its private names stay its own. An import is one statement with names in braces and a path that begins with a dot; an
export stands before a const, class or function or, as `default`, an expression.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import (\{[^}]*\})\s+from "(\.[^"]*/(\w+)\.js)";$', re.MULTILINE)
DOCUMENTATION = re.compile(r"^ */\*\*.*?\*/$", re.MULTILINE | re.DOTALL)
EXPORT = re.compile(r"^export (?:default|((?:const|class|function\*?) (\w+)))", re.MULTILINE)


def module_text(name: str) -> str:
    """A module of this folder and all that it needs as one ES module, with its default export alone."""
    path = FOLDER / f"{name}.js"
    return f"{_linked(path)}export default ${path.stem}.standard;\n"


def page_script(kinds: list[str]) -> str:
    """One classic script that draws every widget of these kinds on a page."""
    text = _linked(FOLDER / "js" / "mount.js", *(FOLDER / f"{kind}.js" for kind in kinds))
    widgets = ", ".join(f"{kind}: ${kind}.standard" for kind in kinds)
    return f'(() => {{\n"use strict";\n{text}$mount.standard.mountAll({{ {widgets} }});\n}})();\n'


def _linked(*entries: Path) -> str:
    """These modules and all that they import, each once, behind what it imports."""
    linked: dict[Path, str] = {}

    def add(path: Path, importers: tuple[Path, ...]) -> None:
        if path in importers:
            raise ValueError(f"{path.name} imports itself, by way of {importers[-1].name}")
        text = path.read_text(encoding="utf-8")
        for _, address, _ in IMPORT.findall(text):
            imported = (path.parent / address).resolve()
            if imported not in linked:
                add(imported, (*importers, path))
        linked[path] = _in_a_function(path, text)

    for entry in entries:
        add(entry, ())
    return "".join(linked.values())


def _in_a_function(path: Path, text: str) -> str:
    names = ", ".join(name or "standard" for _, name in EXPORT.findall(text))
    body = IMPORT.sub(r"const \1 = $\3;", text)
    body = EXPORT.sub(lambda found: found[1] or "const standard =", body)
    if left := re.search(r"^(?:import|export)\b.*", body, re.MULTILINE):
        raise ValueError(f"{path.name}: this form cannot be linked: {left[0]}")
    lines = (line.strip() for line in DOCUMENTATION.sub("", body).splitlines())
    packed = "\n".join(line for line in lines if line and not line.startswith("//"))
    return f"const ${path.stem} = (() => {{\n{packed}\nreturn {{ {names} }};\n}})();\n"
