"""What several tests do to a page with widgets: wait until it is drawn, Python's side of a notebook, and a finger."""

from collections.abc import Iterable
from typing import Any

from acda_core.course.widgets.link import module_text

DRAWN = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))"
RENDER = """async ([source, modelSource, state]) => {
    const load = (text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    const widget = (await load(source)).default;
    window.python = (await load(modelSource)).default.modelOf(state);
    python.save_changes = () => { window.saved = structuredClone(state); };
    window.view = document.body.appendChild(document.createElement("div"));
    window.cleanUp = widget.render({ model: python, el: view });
}"""


AT_REST = """() => new Promise((done) => {
    let last = NaN;
    const look = () => { if (scrollY === last) done(); else { last = scrollY; setTimeout(look, 200); } };
    look();
})"""


def render_in_notebook(page: Any, kind: str, state: dict[str, Any]) -> Any:
    """Render a widget of this kind, as Jupyter does, below the page, and return where it stands.

    In the page `python` is the model with this state, `saved` the state as it was last sent to Python, `view` the
    element, and `cleanUp` ends the widget.
    """
    page.evaluate(RENDER, [module_text(kind), module_text("js/mount"), state])
    return page.locator("body > div")


def swipe(page: Any, size: int, column: int, rows: Iterable[int]) -> None:
    """A finger goes down on the map, size x size pixels, moves along a column over these rows, and waits for rest."""
    area = page.get_by_role("application").bounding_box()
    scale = area["width"] / size
    touch = page.context.new_cdp_session(page)
    for index, row in enumerate(rows):
        spot = {"x": area["x"] + (column + 0.5) * scale, "y": area["y"] + (row + 0.5) * scale}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if index else "touchStart", "touchPoints": [spot]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate(AT_REST)
