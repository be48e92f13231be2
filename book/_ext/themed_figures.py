"""Matplotlib's figures in the colours of the page: one SVG that is light on a light page and dark on a dark one.

Grounds become transparent. Words, axes and lines get CSS variables, which a dark page sets to lighter colours of their
hue. Pictures inside a figure keep their pixels, and what is drawn over them keeps its colours.
"""

from __future__ import annotations

import colorsys
import re
from pathlib import Path
from xml.etree import ElementTree

from sphinx.application import Sphinx

SVG = "http://www.w3.org/2000/svg"
DARK_PAGE = (20, 24, 30)  # --pst-color-background of the theme, dark
READABLE = 4.5  # contrast of words and lines with the page
COLOUR = re.compile(r"(fill|stroke): (#[0-9a-f]{6})")
PLACE = re.compile(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)")
GLYPHS = re.compile(rb'<g [^>]*transform="translate\([^)]*\)[^"]*scale\(([\d.]+) -[\d.]+\)')
FONT = re.compile(rb'font-size="([\d.]+)"')  # of a figure drawn by hand
POINTS_OF_A_GLYPH = 100  # matplotlib draws glyphs of this size and scales them
SEVERAL = "matplotlib.axis", "xtick", "ytick"  # groups of lines and words
MANY_COLOURS = 8  # a collection with more of them shows numbers by colour

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", theme_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def theme_pictures(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    for source, name in app.builder.images.items():
        picture = Path(app.outdir, app.builder.imagedir, name)
        if is_drawn(Path(app.srcdir, source)) and picture.is_file():
            picture.write_text(themed(picture.read_text(encoding="utf-8")), encoding="utf-8")


def is_drawn(picture: Path) -> bool:
    """Whether a picture is one of matplotlib's, as SVG."""
    return picture.suffix == ".svg" and picture.is_file() and b'id="figure_1"' in picture.read_bytes()


def smallest_words(picture: bytes) -> float | None:
    """The size of the smallest words of a figure in CSS pixels, where it is shown at its own size."""
    sizes = [float(scale) * POINTS_OF_A_GLYPH * 96 / 72 for scale in GLYPHS.findall(picture)]
    return min([*sizes, *map(float, FONT.findall(picture))], default=None)


def themed(text: str) -> str:
    """The SVG of a figure with the colours of both themes. A figure that was themed before stays as it is."""
    root = ElementTree.fromstring(text)
    if root.find(f"{{{SVG}}}style") is not None:
        return text
    for part in root.findall(f"{{{SVG}}}metadata"):
        root.remove(part)
    used: set[str] = set()
    figure = next(part for part in root.iter() if part.get("id") == "figure_1")
    for part in figure:
        if part.get("id", "").startswith("axes_"):
            theme_axes(part, used)
        else:
            theme(part, used)
    light = "".join(f"--c{colour[1:]}:{colour};" for colour in sorted(used))
    dark = "".join(f"--c{colour[1:]}:{on_dark(colour)};" for colour in sorted(used))
    style = ElementTree.Element(f"{{{SVG}}}style")
    style.text = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    root.insert(0, style)
    return ElementTree.tostring(root, encoding="unicode")


def theme_axes(axes: ElementTree.Element, used: set[str]) -> None:
    """In axes that show a picture only what is around the picture gets the page's colours."""
    picture = axes.find(f".//{{{SVG}}}image")
    if picture is None:
        theme(axes, used)
        return
    box = corners(picture)
    for part in axes:
        if not (part.get("id", "").startswith("text_") and is_inside(part, box)):
            theme(part, used, around_picture=True)


def corners(picture: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of an image that may be turned upside down."""
    left, width = float(picture.get("x", 0)), float(picture.get("width", 0))
    top, height = float(picture.get("y", 0)), float(picture.get("height", 0))
    if "scale(1 -1)" in picture.get("transform", ""):
        found = PLACE.search(picture.get("transform", ""))
        top = -(float(found[2]) if found else 0.0) - top - height
    return left, top, left + width, top + height


def is_inside(words: ElementTree.Element, box: tuple[float, float, float, float]) -> bool:
    places = [found for part in words.iter() if (found := PLACE.search(part.get("transform", "")))]
    if not places:
        return False
    x, y = float(places[0][1]), float(places[0][2])
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def theme(part: ElementTree.Element, used: set[str], around_picture: bool = False) -> None:
    """Replace the colours in and below an element by variables, and note them.

    Around a picture these are the greys of what is not cut off at its edge, as everything that lies over it is.
    """
    name = part.get("id", "")
    if part.tag == f"{{{SVG}}}image" or name.startswith("QuadMesh") or shows_numbers(part):
        return
    if around_picture and not name.startswith(SEVERAL) and any(one.get("clip-path") for one in part.iter()):
        return
    if is_ground(part):
        part[0].set("style", "fill: none")
        return

    def variable(found: re.Match[str]) -> str:
        if around_picture and not is_neutral(found[2]):
            return found[0]
        used.add(found[2])
        return f"{found[1]}: var(--c{found[2][1:]})"

    if "style" in part.attrib:
        part.set("style", COLOUR.sub(variable, part.attrib["style"]))
    elif name.startswith("text_"):
        used.add("#000000")
        part.set("style", "fill: var(--c000000)")
    for child in part:
        theme(child, used, around_picture)


def shows_numbers(part: ElementTree.Element) -> bool:
    """Whether a collection tells numbers by many colours."""
    if "Collection" not in part.get("id", ""):
        return False
    return len({found[2] for one in part.iter() for found in COLOUR.finditer(one.get("style", ""))}) > MANY_COLOURS


def is_ground(part: ElementTree.Element) -> bool:
    """Whether a patch is the white ground of a figure or of axes."""
    if not part.get("id", "").startswith("patch_") or len(part) != 1 or part[0].get("clip-path"):
        return False
    style = part[0].get("style", "")
    return "fill: #ffffff" in style and ("stroke" not in style or "stroke: none" in style)


def numbers(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def is_neutral(colour: str) -> bool:
    return max(numbers(colour)) - min(numbers(colour)) < 24


def on_dark(colour: str) -> str:
    """The colour that takes its place on a dark page: light and dark change places, the hue stays."""
    red, green, blue = (part / 255 for part in numbers(colour))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if is_neutral(colour):
        dark, light = 0.1, 0.92
        lightness = light - lightness * (light - dark)
    elif lightness > 0.8:
        lightness = 1.05 - lightness
    else:
        while contrast(made(hue, lightness, saturation), DARK_PAGE) < READABLE:
            lightness += 0.02
    return "#" + "".join(f"{part:02x}" for part in made(hue, lightness, saturation))


def made(hue: float, lightness: float, saturation: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
    return round(255 * red), round(255 * green), round(255 * blue)


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
