"""What the files of the built pages hold, read without a browser."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup
from conftest import CONTENT, PAGES, SITE
from fontTools.ttLib import TTFont

pytestmark = pytest.mark.browser  # the site must be built

WITH_WIDGETS = [page for page in CONTENT if 'class="acda-widget"' in (SITE / page).read_text(encoding="utf-8")]


def test_the_front_page_leads_to_the_book(site: Path) -> None:
    assert 'url=book/index.html"' in (site / "index.html").read_text()
    assert "book/index.html" in CONTENT


@pytest.mark.parametrize("page", CONTENT)
def test_no_script_stops_a_page_from_being_read(site: Path, page: str) -> None:
    head = parsed(site / page).head
    waited_for = [script["src"].split("?")[0] for script in head.select("script[src]:not([defer], [async])")]
    assert [Path(script).name for script in waited_for] == ["documentation_options.js", "doctools.js"]
    assert sum((site / page).parent.joinpath(script).stat().st_size for script in waited_for) < 6000
    assert "searchindex" not in str(head)


@pytest.mark.parametrize("page", PAGES)
def test_pictures_wait_until_they_are_near_and_keep_their_place(site: Path, page: str) -> None:
    for picture in parsed(site / page).select('article img[src*="_images/"]'):
        assert picture["loading"] == "lazy"
        assert int(picture["width"]) > 0
        assert int(picture["height"]) > 0


def test_the_package_s_pages_are_small(site: Path) -> None:
    sizes = {page.name: page.stat().st_size for page in site.glob("book/api*.html")}
    assert "api.html" in sizes
    assert max(sizes.values()) < 150_000, sizes


def test_every_icon_of_a_page_is_in_a_small_font(site: Path) -> None:
    fonts = list(site.glob("_static/vendor/fontawesome/webfonts/*"))
    assert sum(path.stat().st_size for path in fonts) < 20_000
    drawn = {code for path in fonts for code in (TTFont(path).getBestCmap() or {})}
    style = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text()
    for icon in {name for page in PAGES for name in re.findall(r"\bfa-[a-z-]+", (site / page).read_text())}:
        if rule := re.search(rf'\.{icon}:before[^{{]*\{{content:"\\(\w+)"', style):
            assert int(rule[1], 16) in drawn, icon
        else:
            assert icon in {"fa-solid", "fa-lg"}, icon


@pytest.mark.parametrize("page", WITH_WIDGETS)
def test_a_page_with_widgets_is_small_and_holds_no_state_for_a_kernel(site: Path, page: str) -> None:
    html = (site / page).read_bytes()
    sources = [script["src"].split("?")[0] for script in BeautifulSoup(html, "html.parser").select("script[src]")]
    scripts = [source for source in sources if "/widgets/" in source]
    assert len(scripts) == 1
    size = sum(len(gzip.compress(file)) for file in (html, (site / page).parent.joinpath(*scripts).read_bytes()))
    assert size < 150_000
    assert b"jupyter.widget-state" not in html


@pytest.mark.parametrize("page", CONTENT)
def test_equations_of_the_paper_carry_its_numbers(site: Path, page: str) -> None:
    html = parsed(site / page)
    for equation in html.select('[id^="equation-eq-paper-"]'):
        assert f"({equation['id'].rsplit('-', 1)[1]})" in equation.select_one(".eqno").text
    for link in html.select('a[href*="#equation-eq-paper-"]:not(.headerlink)'):
        assert link.text.strip() == f"({link['href'].rsplit('-', 1)[1]})"


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_site_lead_somewhere(site: Path, page: str) -> None:
    here = site / page
    html = parsed(here)
    broken = []
    for link in html.select("a[href], link[href], script[src], img[src]"):
        target = link.get("href") or link.get("src")
        if target.startswith(("http:", "https:", "mailto:", "data:")):
            continue
        path, fragment = urldefrag(target)
        file = (here.parent / unquote(path.split("?")[0])).resolve() if path else here
        if not file.exists() or (fragment and file.suffix == ".html" and unquote(fragment) not in names_in(file)):
            broken.append(target)
    assert broken == []


@cache
def parsed(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text(), "html.parser")


@cache
def names_in(file: Path) -> set[str]:
    return set(re.findall(r'(?:id|name)="([^"]*)"', file.read_text()))


def test_an_address_without_a_page_leads_to_the_first_one(site: Path) -> None:
    lost = parsed(site / "404.html")
    assert lost.select_one("a")["href"].endswith("/book/index.html")
    assert not lost.select("link, script, img")  # their addresses would depend on the one that was not found


@pytest.mark.parametrize("page", CONTENT)
def test_a_page_says_in_its_head_what_it_is_about(site: Path, page: str) -> None:
    head = parsed(site / page).head
    about = {tag["property"]: tag["content"] for tag in head.select("meta[property]")}
    assert parsed(site / page).select_one("h1").text.removesuffix("#") in about["og:title"]
    said = head.select_one('meta[name="description"]')
    assert said is None or (20 < len(said["content"]) <= 202 and said["content"] == about["og:description"])
    assert said is not None or page in {"book/references.html", "book/notation.html"}
