"""Every chapter of the built site offers its notebook."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from notebooks import chapters

pytestmark = pytest.mark.browser  # the site must be built


@pytest.mark.parametrize("page", [path.stem for path in chapters()])
def test_a_chapter_leads_to_its_notebook_which_holds_no_markup_of_the_source(site: Path, page: str) -> None:
    html = BeautifulSoup((site / "book" / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    (link,) = html.select("a.btn-notebook")
    notebook = (site / "book" / link["href"]).read_text(encoding="utf-8")
    assert json.loads(notebook)["cells"]
    assert "exercise-start" not in notebook
