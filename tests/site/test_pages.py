"""What a reader meets on every built page, in a real browser."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import PAGES, SITE
from fontTools.ttLib import TTFont
from widget_cases import dose_response

from acda_core.course.widgets import (
    BasisExplorer,
    BeforeAfter,
    CostCalculator,
    Detector,
    Hero,
    Operators,
    ReceptiveField,
    ScaleMap,
    Shift,
    TrainHere,
    TwoLayers,
)
from acda_core.course.widgets.training_panel import recorded_view

pytestmark = pytest.mark.browser

STYLE = Path(__file__).resolve().parents[2] / "book" / "_static" / "site.css"
CONTENT = [page for page in PAGES if page.startswith("book/")]
Visit = Callable[..., Any]

PICTURE = """(widget) => [...widget.querySelectorAll("canvas, svg")]
    .map((picture) => (picture.tagName === "CANVAS" ? picture.toDataURL() : picture.outerHTML) + picture.style.clipPath)
    .join("|")"""

ONE_TEXT_OF_EACH_LOOK = """() => {
    const numbers = new Map(), grounds = new Map([[null, ""]]), seen = new Set();
    const numberOf = (words) => numbers.get(words) ?? numbers.set(words, numbers.size).get(words);
    const groundOf = (element) => {
        if (!grounds.has(element)) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
            const around = groundOf(element.parentElement);
            grounds.set(element, numberOf([around, backgroundColor, backgroundImage, opacity].join()));
        }
        return grounds.get(element);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), again = [];
    while (texts.nextNode()) {
        const text = texts.currentNode, within = text.parentElement;
        if (!text.data.trim() || !within.checkVisibility({ visibilityProperty: true })) continue;
        const { color, fontSize, fontWeight } = getComputedStyle(within);
        const look = numberOf([groundOf(within), color, fontSize, fontWeight].join());
        if (seen.has(look)) again.push(text);
        seen.add(look);
    }
    for (const text of again) text.data = "";
    for (const one of [...document.querySelectorAll("body *")].reverse())
        if (!one.childElementCount && !one.textContent.trim()) one.remove();
}"""

WHOLE = ".cell_output pre"
WHOLE_ON_A_DESK = ".acda-table, .pst-scrollable-table-container, div.math, mjx-container[display=true]"
CUT = """(whole) => [...document.querySelectorAll(whole)]
    .filter((el) => el.scrollWidth > el.clientWidth + 1 || el.getBoundingClientRect().right > innerWidth)
    .map((el) => el.tagName + ": " + el.textContent.trim().slice(0, 60))"""

DRAWN_BY_STYLE = """() => document.querySelectorAll("mjx-container [aria-hidden=true]").forEach((one) => {
    one.replaceChildren();
})"""
# Two thirds of a page's elements colour the words of its code
WHOLE_AGAIN_IN_FEW_ELEMENTS = """() => {
    document.body.replaceWith(globalThis.whole);
    for (const code of document.querySelectorAll("pre:not(:has(a))")) code.textContent = code.textContent;
}"""
# What a narrow screen or another theme can change; the rest is looked at once
OF_A_SCREEN = ["link-in-text-block", "meta-viewport", "scrollable-region-focusable", "target-size"]


def holding(text: str) -> list[str]:
    return [page for page in CONTENT if text in (SITE / page).read_text(encoding="utf-8")]


def test_the_front_page_leads_to_the_book(site: Path) -> None:
    assert 'url=book/index.html"' in (site / "index.html").read_text()
    assert "book/index.html" in CONTENT


LOOKS = [(page, *look) for page in PAGES for look in (("http", "light", 1280), ("file", "dark", 390))]


def visits(pages: list[str], looks: list[Any] = LOOKS) -> list[Any]:
    """Each page twice. The group keeps tests of one visit in one worker, which opens the page for all of them.

    For that, the lists of pages that tests give begin alike: pytest brings tests together by the place in their lists.
    And it takes a fixture to be the same where its parameter is the same object, one of LOOKS.
    """
    return [
        pytest.param(look, id="-".join(map(str, look)), marks=pytest.mark.xdist_group(str(look)))
        for look in looks
        if look[0] in pages
    ]


@pytest.fixture(scope="module")
def opened(request: Any, open_page: Visit) -> Iterator[Any]:
    """A page that several tests look at, one after the other."""
    name, scheme, theme, width = request.param
    page = open_page(name, scheme, theme, width, has_touch=width < 600)
    page.name, page.theme, page.width = name, theme, width
    yield page
    page.context.close()


@pytest.mark.parametrize("opened", visits(PAGES), indirect=True)
def test_a_page_opens_whole_with_its_charts_without_another_host_and_without_an_error(opened: Any) -> None:
    if opened.name in CONTENT:
        opened.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")  # other tests pressed keys
        opened.keyboard.press("Tab")
        assert "Skip to main content" in opened.evaluate("() => document.activeElement.textContent")
    bare_formulas = """() => [...document.querySelectorAll(".math")].filter((formula) =>
        !formula.querySelector("mjx-container") || formula.querySelector("mjx-merror"))
        .map((formula) => formula.textContent)"""
    assert opened.evaluate(bare_formulas) == []
    for figure in opened.query_selector_all(".acda-plotly"):
        box = figure.query_selector(".main-svg").bounding_box()
        assert box["width"] > 200
        assert box["height"] > 100
    opened.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    opened.wait_for_timeout(300)
    assert opened.problems == []


@pytest.mark.parametrize("opened", visits(CONTENT), indirect=True)
def test_a_page_fits_its_screen(opened: Any) -> None:
    wide = """(width) => [...document.querySelectorAll("main *")]
        .filter((el) => el.getBoundingClientRect().right > width + 1)
        .map((el) => el.tagName + "." + el.className).slice(0, 5)"""
    width = opened.width
    assert opened.evaluate("() => document.documentElement.scrollWidth") <= width, opened.evaluate(wide, width)
    assert opened.evaluate(CUT, WHOLE if width < 600 else f"{WHOLE}, {WHOLE_ON_A_DESK}") == []
    if width < 600:
        opened.set_viewport_size({"width": 320, "height": 900})
        assert opened.evaluate("() => document.documentElement.scrollWidth") <= 320, opened.evaluate(wide, 320)
        opened.set_viewport_size({"width": width, "height": 900})


@pytest.mark.parametrize("opened", visits(holding('class="acda-widget"'), LOOKS[::2]), indirect=True)
def test_the_first_widget_is_few_stops_of_the_tab_key_away(opened: Any) -> None:
    before = """() => {
        const widget = document.querySelector(".acda-panel");
        return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
            .filter((el) => el.tabIndex >= 0 && !el.disabled && el.checkVisibility({ visibilityProperty: true }))
            .filter((el) => widget.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_PRECEDING)
            .map((el) => el.outerHTML.slice(0, 80));
    }"""
    assert len(opened.evaluate(before)) <= 25, opened.evaluate(before)


@pytest.mark.parametrize("opened", visits(CONTENT), indirect=True)
def test_a_page_has_no_serious_accessibility_finding(opened: Any) -> None:
    assert opened.evaluate("() => document.documentElement.dataset.theme") == opened.theme
    opened.evaluate(DRAWN_BY_STYLE)
    opened.evaluate("() => { globalThis.whole = document.body.cloneNode(true); }")
    opened.evaluate(ONE_TEXT_OF_EACH_LOOK)  # one judgement of contrast for each, not for thousands of words
    assert serious_findings(opened, {"runOnly": ["color-contrast"]}) == []
    opened.evaluate(WHOLE_AGAIN_IN_FEW_ELEMENTS)
    whole = {"rules": {"color-contrast": {"enabled": False}}}
    assert serious_findings(opened, whole if opened.theme == "light" else {"runOnly": OF_A_SCREEN}) == []


def serious_findings(page: Any, options: dict[str, Any]) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{finding['id']}: {[node['target'] for node in finding['nodes']]}"
        for finding in Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
        if finding["impact"] in ("serious", "critical")
    ]


def test_axe_judges_the_contrast_of_each_look_of_text(browser: Any) -> None:
    page = browser.new_page()
    faint = ".faint { color: #999 } .ground { background: #eee } .ground p { color: #777 } .large p { font-size: 40px }"
    page.set_content(
        f"<html lang='en'><title>Looks</title><style>{faint}</style><p>Good</p><p>Good again</p>"
        "<p class='faint'>Faint</p><p class='faint'>Faint again</p><div class='ground'><p>On grey</p></div>"
        "<div class='ground large'><p>Large enough</p></div></html>"
    )
    page.evaluate(ONE_TEXT_OF_EACH_LOOK)
    assert page.locator("p").all_inner_texts() == ["Good", "Faint", "On grey", "Large enough"]
    (found,) = serious_findings(page, {"runOnly": ["color-contrast"]})
    assert ".faint" in found
    assert "> p" in found
    assert found.count("[") == 3  # a list of two targets
    page.close()


@pytest.mark.parametrize("page", holding('class="acda-widget"'))
def test_every_slider_moves_by_keyboard_and_changes_its_picture(visit: Visit, page: str) -> None:
    opened = visit(page, "file")
    for widget in opened.query_selector_all(".acda-widget[data-widget]"):
        sliders = widget.query_selector_all("input[type=range]")
        assert sliders, "a widget without a slider: was it mounted?"
        for slider in sliders:
            name = slider.evaluate("(el) => el.getAttribute('aria-label') || el.labels?.[0]?.textContent || el.id")
            before, value = widget.evaluate(PICTURE), slider.input_value()
            slider.focus()
            at_end = slider.evaluate("(el) => el.value === el.max")
            for _ in range(3):
                opened.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
            assert slider.input_value() != value, f"slider {name} did not move"
            for _ in range(40):
                opened.wait_for_timeout(20)
                if changed := widget.evaluate(PICTURE) != before:
                    break
            assert changed, f"slider {name} changed no picture"
    assert opened.problems == []


@pytest.mark.parametrize("page", sorted({*holding('class="acda-widget"'), *holding("acda-plotly")}))
def test_a_widget_leaves_a_picture_and_a_sentence_without_scripts_and_a_figure_a_picture(
    visit: Visit, page: str
) -> None:
    opened = visit(page, java_script_enabled=False)
    for widget in opened.query_selector_all(".acda-widget[data-widget]"):
        assert widget.query_selector("img, svg").is_visible()
        assert widget.inner_text().strip()
    for figure in opened.query_selector_all(".acda-plotly"):
        still = figure.query_selector("img")
        assert still.is_visible()
        assert still.get_attribute("alt")


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


@pytest.mark.parametrize("page", holding('class="acda-widget"'))
def test_a_page_with_widgets_is_small_and_holds_no_state_for_a_kernel(site: Path, page: str) -> None:
    html = (site / page).read_bytes()
    sources = [script["src"].split("?")[0] for script in BeautifulSoup(html, "html.parser").select("script[src]")]
    scripts = [source for source in sources if "/widgets/" in source]
    assert len(scripts) == 1
    size = sum(len(gzip.compress(file)) for file in (html, (site / page).parent.joinpath(*scripts).read_bytes()))
    assert size < 150_000
    assert b"jupyter.widget-state" not in html


def test_one_script_draws_the_widgets_of_a_page_though_one_of_them_fails(browser: Any, tmp_path: Path) -> None:
    import acda_site

    widgets = Detector(), Shift(), TwoLayers()
    name = acda_site.write_script(tmp_path, [widget._kind for widget in widgets])
    script = tmp_path / "_static" / name
    assert script.read_text().count("function paintSigned(") == 1
    held = [widget._repr_mimebundle_()[0]["text/html"] for widget in widgets]
    broken = held[0].replace('"weights"', '"nothing"')
    (tmp_path / "page.html").write_text(f'{broken}{"".join(held)}<script defer src="{script}"></script>')
    page = browser.new_page()
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto((tmp_path / "page.html").as_uri())
    drawn = "[...document.querySelectorAll('[data-widget]')].map((one) => [!!one.acda, !!one.querySelector('img')])"
    assert page.evaluate(drawn) == [[False, True], [True, False], [True, False], [True, False]]
    assert len(errors) == 1
    page.close()


def test_jupyterlab_leaves_the_keys_to_every_control_of_a_widget(mount: Visit) -> None:
    kinds = BasisExplorer, CostCalculator, Detector, Hero, Operators, ReceptiveField, ScaleMap, Shift, TrainHere
    pictures = {name: np.zeros((8, 8, 3), np.uint8) for name in ("true", "mended")}
    page = mount(BeforeAfter(pictures), TwoLayers(), dose_response(), *(kind() for kind in kinds), recorded_view())
    controls = page.locator(".acda-panel :is(input, select, button, summary, [tabindex])")
    assert controls.count() > 100
    taken = "(nodes) => nodes.filter((node) => !node.dataset.lmSuppressShortcuts).map((node) => node.outerHTML)"
    assert controls.evaluate_all(taken) == []


def test_pictures_inside_a_widget_fill_their_frames_and_get_no_white_mat(mount: Visit) -> None:
    page = mount(recorded_view(), theme="dark")
    page.evaluate(
        """() => {
            document.documentElement.dataset.theme = "dark";
            document.querySelector("main").className = "bd-article";
            document.querySelector(".acda-widget").classList.add("cell_output");
        }"""
    )
    page.add_style_tag(path=STYLE)
    for picture in page.locator(".acda-panel img").all():
        style = picture.evaluate(
            "(node) => (({ padding, backgroundColor }) => [padding, backgroundColor])(getComputedStyle(node))"
        )
        assert style == ["0px", "rgba(0, 0, 0, 0)"]
        box, frame = picture.bounding_box(), picture.locator("..").bounding_box()
        assert box["height"] == pytest.approx(frame["height"], abs=3)


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


TOLD = [
    ("convolution", ""),
    ("Table 6", "book/cost.html"),
    ("alpha", "book/the_layer.html"),
    ("Fourier-Bessel", "book/fourier_bessel.html"),
]


def test_an_address_without_a_page_leads_to_the_first_one(site: Path) -> None:
    lost = parsed(site / "404.html")
    assert lost.select_one("a")["href"].endswith("/book/index.html")
    assert not lost.select("link, script, img")  # their addresses would depend on the one that was not found


def test_search_leads_to_where_a_thing_is_told(visit: Visit) -> None:
    opened = visit("search.html")
    for words, page in TOLD:
        opened.goto(f"{opened.url.split('?')[0]}?q={words}")
        first = opened.wait_for_selector("#search-results ul.search li a").get_attribute("href")
        assert first.startswith(page), words
        opened.wait_for_load_state("networkidle")  # it fetches excerpts of what it found
    assert opened.problems == []


@pytest.mark.parametrize("page", CONTENT)
def test_a_page_says_in_its_head_what_it_is_about(site: Path, page: str) -> None:
    head = parsed(site / page).head
    about = {tag["property"]: tag["content"] for tag in head.select("meta[property]")}
    assert parsed(site / page).select_one("h1").text.removesuffix("#") in about["og:title"]
    said = head.select_one('meta[name="description"]')
    assert said is None or (20 < len(said["content"]) <= 202 and said["content"] == about["og:description"])
    assert said is not None or page in {"book/references.html", "book/notation.html"}
