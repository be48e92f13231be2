"""What makes pages light: no script waits in the head, pictures load when they near the view, icons are few."""

from __future__ import annotations

import re
import struct
from html import unescape
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.config import Config
from themed_figures import smallest_words

TEMPLATES = Path(__file__).resolve().parents[1] / "_templates"
# Scripts in the head of a page, and in that of the search, use these.
NEEDED_AT_ONCE = "documentation_options.js", "doctools.js"
IMAGE = re.compile(r'<img\b(?![^>]*\bloading=)[^>]*?\bsrc="(?:[^"]*/)?_images/(?P<name>[^"]+)"[^>]*?(?=\s*/?>)')
SIZED = re.compile(r'\s(?:width|height)="')
SVG_SIZE = re.compile(rb'<svg\b[^>]*?\swidth="([\d.]+)(pt)?" height="([\d.]+)', re.DOTALL)
PIXELS_OF_A_POINT = 96 / 72
SMALLEST_WORDS = 11  # pixels

FORMULA = re.compile(r'<span class="math notranslate nohighlight">(\\\((.*?)\\\))</span>', re.DOTALL)
TEX = re.compile(
    r"(?P<unseen>\\(?:math\w+|text|tilde|hat|bar|operatorname|frac|tfrac|sqrt|[bB]ig+[lr]?|left|right|quad)(?![A-Za-z])"
    r"|\\[,;!]|[{}^_&\s])|\\[A-Za-z]+|\\."
)
GLYPH = 0.6  # em

ICON_SCRIPT = re.compile(r"<script[^>]*fontawesome\.js[^>]*></script>")
ICON_RULE = re.compile(r'(?:\.fa-[\w-]+:before,?)+\{content:"\\(\w+)"\}')
ICON_NAME = re.compile(r"\.(fa-[\w-]+):before")
ICON_USED = re.compile(r"\bfa-[a-z][\w-]*")
ICON_CODE = re.compile(r'"\\(f[0-9a-f]{3})"')
OTHER_FORM = re.compile(r',url\([^)]*\.ttf\) format\("truetype"\)')

TOKEN = re.compile(r'<span class="(?:pre|w|n|p|o|m|s1|k|kc|default_value)">((?:[^<]|<a\b[^>]*>[^<]*</a>)*)</span>')
WORD = re.compile(r'<span class="pre">([^<]*)</span>')
SIGNATURE = re.compile(r'<dt class="sig.*?</dt>', re.DOTALL)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", configure)
    app.connect("html-page-context", lighten_head, priority=950)
    app.connect("html-page-context", lighten_body, priority=950)
    app.connect("build-finished", keep_few_icons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def configure(app: Sphinx, config: Config) -> None:
    config.templates_path += [str(TEMPLATES)]
    config.toc_object_entries = False


def lighten_head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Let the page be read before its scripts are there."""
    for script in context["script_files"]:
        if script.filename and not str(script.filename).endswith(NEEDED_AT_ONCE):
            script.attributes["defer"] = "defer"
    context["without_icon_script"] = lambda head: ICON_SCRIPT.sub("", head)


def lighten_body(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    sources = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}

    def lazily(found: re.Match[str]) -> str:
        tag, source = f'{found[0]} loading="lazy"', sources.get(found["name"])
        if (least := narrowest(source)) and "style=" not in tag:
            tag += f' style="--least: {least}px"'
        size = None if SIZED.search(found[0]) else pixels(source)
        return f'{tag} width="{size[0]}" height="{size[1]}"' if size else tag

    body = FORMULA.sub(with_its_width, IMAGE.sub(lazily, context.get("body", "")))
    if "--least" in body:
        app.add_js_file("enlarge.js", loading_method="defer")
    context["body"] = WORD.sub(r"\1", SIGNATURE.sub(lambda found: without_tokens(found[0]), body))


def with_its_width(found: re.Match[str]) -> str:
    """A formula of a line with about the width that it will have, lest the lines are broken anew when it is drawn."""
    glyphs = TEX.sub(lambda part: "" if part["unseen"] else "x", unescape(found[2]))
    return f'<span class="math notranslate nohighlight" style="--width: {GLYPH * len(glyphs):.1f}em">{found[1]}</span>'


def narrowest(picture: Path | None) -> int:
    """The width in pixels at which the smallest words of a figure can still be read; 0 if it has none."""
    if picture is None or picture.suffix != ".svg" or not (size := pixels(picture)):
        return 0
    words = smallest_words(picture.read_bytes())
    return round(size[0] * SMALLEST_WORDS / words) if words else 0


def pixels(picture: Path | None) -> tuple[int, int] | None:
    """Width and height of a picture, so that a page keeps its place; None if it does not say."""
    if picture is None or not picture.is_file():
        return None
    with picture.open("rb") as file:
        head = file.read(1000)
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = struct.unpack(">II", head[16:24])
        return width, height
    if found := SVG_SIZE.search(head):
        unit = PIXELS_OF_A_POINT if found[2] else 1
        return round(float(found[1]) * unit), round(float(found[3]) * unit)
    return None


def without_tokens(markup: str) -> str:
    """A signature as text and links: Pygments wraps each of its words and blanks."""
    while (lean := TOKEN.sub(r"\1", markup)) != markup:
        markup = lean
    return markup


def keep_few_icons(app: Sphinx, error: Exception | None) -> None:
    """Of some two thousand icons of the theme keep those that a page shows, as a font of a few kilobytes."""
    static = Path(app.outdir, "_static")
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    if error or not sheet.exists():
        return
    style = sheet.read_text(encoding="utf-8")
    used = {"fa-xmark"}  # made by the theme's script
    for page in Path(app.outdir).rglob("*.html"):
        used.update(ICON_USED.findall(page.read_text(encoding="utf-8")))
    style = ICON_RULE.sub(lambda rule: rule[0] if used & set(ICON_NAME.findall(rule[0])) else "", style)
    sheet.write_text(OTHER_FORM.sub("", style).replace("woff2", "woff"), encoding="utf-8")

    sheets = [path.read_text(encoding="utf-8") for path in static.rglob("*.css")]
    codes = {int(code, 16) for text in sheets for code in ICON_CODE.findall(text)}
    for path in (static / "vendor" / "fontawesome" / "webfonts").glob("fa-*.ttf"):
        font = TTFont(path)
        subsetter = Subsetter(Options(glyph_names=False, hinting=False))
        subsetter.populate(unicodes=codes)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(path.with_suffix(".woff"))
        path.with_suffix(".woff2").unlink()
        path.unlink()
    for script in (static / "scripts").glob("fontawesome*"):
        script.unlink()
