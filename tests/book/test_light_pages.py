"""What makes pages light and findable: the same words in fewer bytes, pictures of their size, a map with every page."""

import json
import re
import struct
import zlib
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import docutils.core
import figures
import findable
import light_pages
import numpy as np
import plotly.graph_objects as go
import pytest
from bs4 import BeautifulSoup

SIGNATURE = (
    '<dt class="sig sig-object py" id="f"><span class="sig-name descname"><span class="pre">f</span></span>'
    '<em class="sig-param"><span class="n"><span class="pre">x</span></span><span class="p"><span class="pre">:</span>'
    '</span><span class="w"> </span><span class="n"><a class="reference" href="#T"><span class="pre">T</span></a>'
    '<span class="w"> </span><span class="p"><span class="pre">|</span></span><span class="w"> </span>'
    '<span class="k"><span class="pre">None</span></span></span></em></dt>'
)


def test_no_two_scripts_of_pages_give_a_thing_the_same_name():
    named = re.compile(r"^(?:const|let|class|function|async function) (\w+)", re.MULTILINE)
    scripts = Path(light_pages.__file__).parents[1].glob("_static/*.js")
    counted = Counter(name for script in scripts for name in named.findall(script.read_text(encoding="utf-8")))
    assert counted["termOf"] == 1
    assert max(counted.values()) == 1, counted.most_common(3)


def test_a_lean_signature_has_the_same_words_and_links():
    lean = light_pages.without_tokens(SIGNATURE)
    before, after = (BeautifulSoup(one, "html.parser") for one in (SIGNATURE, lean))
    assert after.text == before.text
    assert [(a["href"], a.text) for a in after.select("a")] == [("#T", "T")]
    assert after.select_one("dt#f em.sig-param")
    assert len(lean) < len(SIGNATURE) / 1.5


def png(width, height):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (b'<?xml version="1.0"?>\n<svg xmlns:xlink="x" width="72pt" height="36pt" viewBox="0 0 72 36">', (96, 48)),
        (b'<svg xmlns="x" viewBox="0 0 560 520" width="560" height="520" fill="#222">', (560, 520)),
        (png(30, 7), (30, 7)),
        (b'<svg viewBox="0 0 5 5">', None),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_file(tmp_path, content, size):
    (tmp_path / "picture").write_bytes(content)
    assert light_pages.pixels(tmp_path / "picture") == size


def test_numbers_of_a_figure_are_read_as_lists_and_as_bytes():
    values = np.arange(6.0).reshape(2, 3)
    for trace in (go.Heatmap(z=values), go.Heatmap(z=values.tolist())):
        sent = json.loads(go.Figure(trace).to_json())
        np.testing.assert_array_equal(figures.array(sent["data"][0]["z"]), values)


def test_a_still_is_a_picture_of_what_the_figure_holds():
    def still(*traces):
        return figures.drawn(json.loads(go.Figure(list(traces), layout={"title": "A title"}).to_json()))

    line = go.Scatter(x=[1, 2, 3], y=[1.0, 4.0, 9.0], name="squares")
    ElementTree.fromstring(still(line))
    assert still(line) == still(line)
    assert still(line) != still(go.Scatter(x=[1, 2, 3], y=[1.0, 4.0, 8.0], name="squares"))
    assert b"<image" in still(go.Heatmap(z=[[0, 1], [1, 0]]))


def finished(folder: Path, address: str):
    config = SimpleNamespace(html_baseurl=address, root_doc="book/index", project="A book")
    app = SimpleNamespace(outdir=folder, config=config, builder=SimpleNamespace(name="html"))
    app.env = SimpleNamespace(found_docs={"book/index", "book/toy"})
    findable.write_map(app, None)


def test_the_map_of_the_site_has_the_address_of_every_page(tmp_path):
    finished(tmp_path, "https://someone.github.io/acda/")
    places = [place.text for place in ElementTree.parse(tmp_path / "sitemap.xml").iter(f"{{{findable.SCHEMA}}}loc")]
    assert places == [f"https://someone.github.io/acda/book/{page}.html" for page in ("index", "toy")]
    assert 'href="/acda/book/index.html"' in (tmp_path / "404.html").read_text()


def test_without_an_address_there_is_no_map(tmp_path):
    finished(tmp_path, "")
    assert [path.name for path in tmp_path.iterdir()] == ["404.html"]


@pytest.mark.parametrize(
    ("tex", "glyphs"),
    [("m", 1), (r"\mathbf{K} = \mathbf{A}\mathbf{D}", 4), (r"\alpha_{k} \in \mathbb{R}", 4), (r"c'\,l^2 &lt; 1", 6)],
)
def test_a_formula_has_room_for_what_it_will_show(tex, glyphs):
    body = rf'<p><span class="math notranslate nohighlight">\({tex}\)</span></p>'
    context = {"body": body}
    app = SimpleNamespace(srcdir=".", builder=SimpleNamespace(images={}))
    light_pages.lighten_body(app, "page", "page.html", context, None)
    formula = BeautifulSoup(context["body"], "html.parser").span
    assert float(formula["style"].split()[1].removesuffix("em")) == pytest.approx(glyphs * light_pages.GLYPH)
    assert formula.text == BeautifulSoup(body, "html.parser").text


def test_an_entry_of_the_index_leads_to_the_section_that_it_stands_before():
    page = docutils.core.publish_doctree("One\n===\n\nText.\n\n.. _mark:\n\nA thing\n=======\n\nText.\n")
    assert findable.sections_after(page)["mark"] == "a-thing"


def test_the_search_of_a_page_built_alone_knows_of_no_other():
    entries = {page: [("single", "a word", "place", "", None)] for page in ("book/one", "book/two")}
    env = SimpleNamespace(domains={"index": SimpleNamespace(entries=entries)}, get_doctree=None)
    indexer = SimpleNamespace(_titles={"book/one": "One"}, _index_entries={})
    findable.index_all_pages(SimpleNamespace(env=env, builder=SimpleNamespace(indexer=indexer)))
    assert indexer._index_entries == {"book/one": [("a word", "place", "")]}
