"""Link a widget's ES modules into one text: a notebook takes one module, and file:// loads no modules at all.

Each module becomes ``const $name = (() => { ... return { its exports }; })();`` behind those that it imports, so that
its private names stay its own. An import is one statement with names in braces and a path that begins with a dot; an
export stands before a const, class or function or, as `default`, an expression.

Behind ``/* linked text of */`` the path of a module becomes the text of it and of all that it imports: what a worker
runs. To stand in a page once, these modules are functions by a name of their own, ``$name$``, which tell their text.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import (\{[^}]*\})\s+from "(\.[^"]*/(\w+)\.js)";$', re.MULTILINE)
DOCUMENTATION = re.compile(r"^ */\*\*.*?\*/$", re.MULTILINE | re.DOTALL)
TEXT = re.compile(r'/\* linked text of \*/ "(\.[^"]*)"')
REMARK = re.compile(r"""(?<=[;,{(]) // [^"'`\n]*$""", re.MULTILINE)
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
    texts: dict[Path, str] = {}
    workers: set[Path] = set()

    def add(path: Path, importers: tuple[Path, ...]) -> None:
        if path in importers:
            raise ValueError(f"{path.name} imports itself, by way of {importers[-1].name}")
        text = path.read_text(encoding="utf-8")
        workers.update((path.parent / address).resolve() for address in TEXT.findall(text))
        for imported in _imported(path, text):
            if imported not in texts:
                add(imported, (*importers, path))
        texts[path] = text

    for entry in entries:
        add(entry, ())
    shared = {path for worker in workers for path in _needed(worker)}
    linked = ""
    for path, text in texts.items():
        name, made = path.stem, _function(path, text)
        if path not in shared:
            linked += f"const ${name} = ({made})();\n"
        else:
            linked += f"const ${name}$ = {made};\n" + ("" if path in workers else f"const ${name} = ${name}$();\n")
    return linked


def _imported(path: Path, text: str) -> list[Path]:
    """What a module imports, and of what it holds the text."""
    addresses = [address for _, address, _ in IMPORT.findall(text)] + TEXT.findall(text)
    return [(path.parent / address).resolve() for address in addresses]


def _needed(path: Path) -> list[Path]:
    """A module behind all that it imports."""
    found = [one for imported in _imported(path, path.read_text(encoding="utf-8")) for one in _needed(imported)]
    return [*dict.fromkeys(found), path]


def _text_of(worker: Path) -> str:
    """The text of a module and of what it imports, as an expression of the functions that tell it."""
    pairs = ", ".join(f'["{path.stem}", ${path.stem}$]' for path in _needed(worker))
    return f'[{pairs}].map(([name, make]) => `const $${{name}} = (${{make}})();`).join("\\n")'


def _function(path: Path, text: str) -> str:
    names = ", ".join(name or "standard" for _, name in EXPORT.findall(text))
    body = TEXT.sub(lambda found: _text_of((path.parent / found[1]).resolve()), text)
    body = IMPORT.sub(r"const \1 = $\3;", body)
    body = EXPORT.sub(lambda found: found[1] or "const standard =", body)
    if left := re.search(r"^(?:import|export)\b.*", body, re.MULTILINE):
        raise ValueError(f"{path.name}: this form cannot be linked: {left[0]}")
    lines = (line.strip() for line in REMARK.sub("", DOCUMENTATION.sub("", body)).splitlines())
    packed = "\n".join(line for line in lines if line and not line.startswith("//"))
    return f"() => {{\n{packed}\nreturn {{ {names} }};\n}}"
