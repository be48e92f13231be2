"""What a reader meets on every built page, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CONTENT, PAGES, SITE
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
SMALLEST = """() => [...document.querySelectorAll(".bd-article img[style*='--least']")]
    .filter((picture) => picture.checkVisibility())
    .map((picture) => [picture.currentSrc.split("/").pop(),
        11 * picture.getBoundingClientRect().width / parseFloat(picture.style.getPropertyValue("--least"))])"""
GROUNDS = """async () => {
    const found = [];
    for (const picture of document.querySelectorAll(".bd-article img[style*='--least']")) {
        picture.loading = "eager";
        await picture.decode();
        const { filter, backgroundColor } = getComputedStyle(picture);
        const pen = new OffscreenCanvas(8, 8).getContext("2d");
        pen.drawImage(picture, 0, 0);
        const alpha = location.protocol === "http:" ? pen.getImageData(0, 0, 1, 1).data[3] : null;
        found.push([picture.currentSrc, filter, backgroundColor, alpha]);
    }
    return found;
}"""
# Each choice of each question, then what was said of it, and the words of the book that it should say
CHOOSE_ALL = """() => [...document.querySelectorAll(".acda-ask:not(.number)")].flatMap((form) => {
    const words = (element) => element.textContent.replace(/\\s+/g, " ").trim();
    const answer = () => form.querySelector("button").click();
    answer();
    const before = words(form.querySelector(".verdict"));
    return [...form.querySelectorAll("input")].map((choice) => {
        choice.click();
        answer();
        const reason = form.nextElementSibling.querySelector(`[data-for="${choice.value}"]`);
        return { before, right: choice.closest("label").dataset.right === "yes", verdict: form.dataset.verdict,
            guess: form.classList.contains("predict"), said: words(form.querySelector(".verdict")),
            reason: [...reason.children].slice(1).map(words).join(" ") };
    });
})"""
TYPE_ALL = """() => [...document.querySelectorAll(".acda-ask.number")].flatMap((form) => {
    const field = form.querySelector("input");
    const typed = (text) => {
        field.value = text;
        form.requestSubmit();
        return [text, form.dataset.verdict, form.querySelector(".verdict").textContent];
    };
    const hints = [...form.querySelectorAll("[data-for]")];
    return [{ right: [typed(form.dataset.right), typed(` ${form.dataset.right.replace("-", "−")} `)],
        hinted: hints.map((hint) => [hint.textContent.trim(), ...typed(hint.dataset.for)]), other: typed("many") }];
})"""
# What a narrow screen or another theme can change; the rest is looked at once
OF_A_SCREEN = ["link-in-text-block", "meta-viewport", "scrollable-region-focusable", "target-size"]


def holding(text: str) -> list[str]:
    return [page for page in CONTENT if text in (SITE / page).read_text(encoding="utf-8")]


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


@pytest.mark.parametrize("opened", visits(holding("--least")), indirect=True)
def test_words_of_figures_have_eleven_pixels_at_least_and_figures_no_ground_of_their_own(opened: Any) -> None:
    for width in [opened.width] if opened.width > 600 else [opened.width, 320]:
        opened.set_viewport_size({"width": width, "height": 900})
        assert [one for one in opened.evaluate(SMALLEST) if one[1] < 10.95] == []
    opened.set_viewport_size({"width": opened.width, "height": 900})
    grounds = opened.evaluate(GROUNDS)
    assert [one for one in grounds if one[1:3] != ["none", "rgba(0, 0, 0, 0)"]] == []
    if opened.url.startswith("http"):  # no picture of a file may be read
        assert {alpha for *_, alpha in grounds} == {0}


@pytest.mark.parametrize("opened", visits(holding("acda-ask"), LOOKS[::2]), indirect=True)
def test_each_choice_and_each_number_gets_its_verdict_and_its_reason(opened: Any) -> None:
    for one in opened.evaluate(CHOOSE_ALL):
        assert one["before"] == "Choose one first."
        assert one["verdict"] == ("right" if one["right"] else "wrong")
        begins = "Right." if one["right"] else "It comes out otherwise." if one["guess"] else "Not so."
        assert one["said"] == f"{begins} {one['reason']}".strip()
    for one in opened.evaluate(TYPE_ALL):
        assert {(verdict, said) for _, verdict, said in one["right"]} == {("right", "Right.")}
        for hint, _, verdict, said in one["hinted"]:
            assert verdict == "wrong"
            assert hint[:20] in said
        assert one["other"][2].startswith("Type a number")
    assert opened.problems == []


@pytest.mark.parametrize("opened", visits(holding('class="acda-widget"'), LOOKS[1::2]), indirect=True)
def test_every_slider_moves_by_keyboard_and_changes_its_picture(opened: Any) -> None:
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


TOLD = [
    ("convolution", ""),
    ("Table 6", "book/cost.html"),
    ("alpha", "book/the_layer.html"),
    ("Fourier-Bessel", "book/fourier_bessel.html"),
]


def test_search_leads_to_where_a_thing_is_told(visit: Visit) -> None:
    opened = visit("search.html")
    for words, page in TOLD:
        opened.goto(f"{opened.url.split('?')[0]}?q={words}")
        first = opened.wait_for_selector("#search-results ul.search li a").get_attribute("href")
        assert first.startswith(page), words
        opened.wait_for_load_state("networkidle")  # it fetches excerpts of what it found
    assert opened.problems == []
