"""Measure in Chromium how long every widget takes from a key press to the picture that follows it.

make update-times               every page
make update-times PAGES="toy shift"

Every slider is pressed a dozen times. A time runs from the browser's stamp on the event to the end of the frame that
it changed, so it holds the wait for that frame: up to 17 ms where 60 are drawn a second.
"""

from __future__ import annotations

import re
import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from conftest import FLAGS, PAGES, SITE, chromium

PRESSES = 12
TIMING = """() => {
    window.updates = [];
    addEventListener("input", (event) => requestAnimationFrame(() => {
        const drawn = new MessageChannel();
        drawn.port1.onmessage = () => updates.push(performance.now() - event.timeStamp);
        drawn.port2.postMessage(0);
    }), true);
}"""


def times_of(page: Any, slider: Any) -> list[float]:
    """Milliseconds of each press; the slider goes there and back, so that every press moves it."""
    slider.scroll_into_view_if_needed()
    slider.focus()
    page.evaluate("updates.length = 0")
    for press in range(PRESSES):
        slider.press("ArrowRight" if press % 4 < 2 else "ArrowLeft")
        page.wait_for_timeout(120)
    return list(page.evaluate("updates"))


def steps_a_second(page: Any, widget: Any) -> float:
    """Of *Train it here*, as its own words count them, after it has run for some seconds."""
    widget.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_timeout(1000)
    first, start = steps_of(widget), page.evaluate("performance.now()")
    page.wait_for_timeout(4000)
    return 1000 * (steps_of(widget) - first) / float(page.evaluate("performance.now()") - start)


def steps_of(widget: Any) -> int:
    return int(re.search(r"Step (\d+)", widget.inner_text())[1])


def main(names: list[str]) -> int:
    pages = [page for page in PAGES if not names or Path(page).stem in names]
    if not pages:
        print("No page to measure; build the site by `make book`, and name pages by PAGES=", file=sys.stderr)
        return 1
    print(f"{'page':28}{'widget':20}{'sliders':>8}{'median ms':>11}{'longest ms':>12}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for page_name in pages:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto((SITE / page_name).as_uri(), wait_until="domcontentloaded")
            page.evaluate(f"({TIMING})()")
            for widget in page.locator(".acda-widget[data-widget]").all():
                widget.scroll_into_view_if_needed()
                widget.locator(".acda-panel").first.wait_for()
                sliders = [one for one in widget.locator("input[type=range]").all() if one.is_visible()]
                times = [time for slider in sliders for time in times_of(page, slider)]
                name = widget.get_attribute("data-widget")
                told = f"{statistics.median(times):11.0f}{max(times):12.0f}" if times else f"{'-':>11}{'-':>12}"
                print(f"{page_name:28}{name:20}{len(sliders):8}{told}", flush=True)
                if name == "train_here":
                    print(f"{'':48}{steps_a_second(page, widget):8.0f} steps a second", flush=True)
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
