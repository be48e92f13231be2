"""The directive that shows a widget on a page that runs no code."""

from pathlib import Path
from types import SimpleNamespace

import acda_site
from docutils.statemachine import StringList

from acda_core.course.widgets import Hero


def test_a_page_shows_the_widget_and_is_read_again_with_its_module_and_its_stored_results():
    noted = []
    settings = SimpleNamespace(env=SimpleNamespace(note_dependency=lambda path: noted.append(Path(path).name)))
    state = SimpleNamespace(document=SimpleNamespace(settings=settings))
    (node,) = acda_site.WidgetHere(
        "acda-widget", ["Hero"], {}, StringList(), 1, 0, "", state, SimpleNamespace(reporter=None)
    ).run()
    assert node["format"] == "html"
    assert node.astext() == Hero()._repr_mimebundle_()[0]["text/html"]
    assert sorted(noted) == ["hero.json", "hero.npz", "hero.py"]
