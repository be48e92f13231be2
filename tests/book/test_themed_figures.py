"""One SVG for a light page and a dark one: words and lines follow the page, pictures keep their pixels."""

import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
import themed_figures
from matplotlib.figure import Figure

VARIABLE = re.compile(r"--c([0-9a-f]{6}):(#[0-9a-f]{6});")


def drawn(draw, **style):
    with mpl.rc_context({"font.size": 12, **style}):
        figure = Figure(figsize=(4, 3))
        draw(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg")
    return file.getvalue()


def a_chart(axes):
    axes.plot([1, 2, 3], [1, 4, 9], color="#0072b2", label="squares")
    axes.axhline(5, color="0.4")
    axes.legend()


def a_picture(axes):
    axes.imshow(np.eye(4), cmap="gray")
    axes.axhline(1.5, color="#ffffff")
    axes.plot([1], [2], "o", color="#d55e00")
    axes.text(2, 2, "on it", color="#ffffff")
    axes.set_xlabel("beside it")


def dark_colours(text):
    return {f"#{name}": colour for name, colour in VARIABLE.findall(text.split("dark)")[1])}


def part(text, name):
    return next(one for one in ElementTree.fromstring(text).iter() if one.get("id") == name)


def test_grounds_are_transparent_and_every_colour_of_a_chart_follows_the_page():
    text = themed_figures.themed(drawn(a_chart))
    assert part(text, "patch_1")[0].get("style") == part(text, "patch_2")[0].get("style") == "fill: none"
    assert themed_figures.COLOUR.findall(text) == []
    assert {"#0072b2", "#666666", "#000000"} <= set(dark_colours(text))


def test_what_is_dark_on_a_light_page_can_be_read_on_a_dark_one_and_keeps_its_hue():
    colours = dark_colours(themed_figures.themed(drawn(a_chart)))
    for light in ("#0072b2", "#000000"):
        shown = themed_figures.numbers(colours[light])
        assert themed_figures.contrast(shown, themed_figures.DARK_PAGE) >= 4.5
    red, green, blue = themed_figures.numbers(colours["#0072b2"])
    assert blue > green > red


def test_words_follow_the_page_though_matplotlib_writes_no_colour_for_black():
    assert part(themed_figures.themed(drawn(a_chart)), "text_1").get("style") == "fill: var(--c000000)"


def test_what_lies_over_a_picture_keeps_its_colours_and_what_is_around_it_follows_the_page():
    before = drawn(a_picture)
    after = themed_figures.themed(before)
    assert ElementTree.tostring(part(after, "line2d_9")) == ElementTree.tostring(part(before, "line2d_9"))
    pictures = [
        next(one for one in ElementTree.fromstring(text).iter() if "image" in one.tag) for text in (before, after)
    ]
    assert pictures[0].attrib == pictures[1].attrib
    white = [one for one in ElementTree.fromstring(after).iter() if "#ffffff" in one.get("style", "")]
    assert len(white) >= 2  # the line and the words over the picture
    assert dark_colours(after).keys() == {"#000000"}


def test_a_mesh_shows_numbers_by_colour_and_keeps_them():
    text = themed_figures.themed(drawn(lambda axes: axes.pcolormesh(np.arange(20.0).reshape(4, 5))))
    kept = themed_figures.COLOUR.findall(text)
    assert len(kept) == 20


def test_a_figure_that_has_its_colours_stays_as_it_is():
    once = themed_figures.themed(drawn(a_chart))
    assert themed_figures.themed(once) == once


@pytest.mark.parametrize(("points", "pixels"), [(12, 16.0), (9, 12.0)])
def test_the_smallest_words_of_a_figure_are_measured_in_pixels(points, pixels):
    def words(axes):
        axes.set_axis_off()
        axes.text(0.1, 0.5, "words", fontsize=20)
        axes.text(0.5, 0.5, "small words", fontsize=points)

    assert themed_figures.smallest_words(drawn(words).encode()) == pytest.approx(pixels)


def test_words_that_are_turned_count_as_well():
    def words(axes):
        axes.set_axis_off()
        axes.text(0.5, 0.5, "upwards", fontsize=6, rotation=90)

    assert themed_figures.smallest_words(drawn(words).encode()) == pytest.approx(8)


def test_a_picture_without_words_has_no_smallest():
    assert themed_figures.smallest_words(b'<svg width="5" height="5"/>') is None
