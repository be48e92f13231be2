"""The site offers each chapter as a notebook, and the package that these notebooks install.

python book/_ext/site_notebooks.py https://HOST/PATH/    fill in where the built site is going to be served
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import addresses
from hatchling.builders.wheel import WheelBuilder
from notebooks import ROOT, wanted
from sphinx.application import Sphinx
from sphinx.config import Config

FOLDER = "notebooks"  # of the site


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", find_address)
    app.connect("html-page-context", add_buttons, priority=600)
    app.connect("build-finished", ship)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def find_address(app: Sphinx, config: Config) -> None:
    options = config.html_theme_options
    options["repository_url"] = addresses.repository(options.get("repository_url", ""), ROOT, os.environ)
    options["use_repository_button"] = bool(options["repository_url"])
    config.html_baseurl = addresses.site(options["repository_url"])


def add_buttons(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """On a chapter: a link to its notebook and, where the project has a public address, one that opens it in Colab."""
    if "kernelspec" not in app.env.metadata.get(pagename, {}):
        return
    page, repository = Path(pagename).name, app.config.html_theme_options["repository_url"]
    notebook = {
        "type": "link",
        "url": f"{context['pathto'](FOLDER, 1)}/{page}.ipynb",
        "tooltip": "Download this chapter as a notebook",
        "text": "Notebook",
        "label": "notebook",
    }
    in_colab = {
        "type": "link",
        "url": addresses.colab(repository, page) if repository else "",
        "tooltip": "Open this chapter in Google Colab",
        "text": "Colab",
        "label": "colab",
    }
    context["header_buttons"][:0] = [in_colab, notebook] if addresses.site(repository) else [notebook]


def ship(app: Sphinx, error: Exception | None) -> None:
    folder = Path(app.outdir) / FOLDER
    if error is None and not (app.config.acda_page and folder.is_dir()):  # one page is built to look at
        repository = app.config.html_theme_options["repository_url"]
        write(folder, addresses.site(repository), repository)


def write(folder: Path, site: str = "", repository: str = "") -> None:
    """Put the notebooks and a wheel of acda_core into a folder of the site; nothing else stays in it.

    The notebooks install the wheel from the site, else the package from the repository, for those that have an address.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wheel = Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))
    sources = [f"{site.rstrip('/')}/{FOLDER}/{wheel.name}"] if site else []
    sources += [f"git+{repository}"] if repository else []
    for path, notebook in wanted().items():
        (folder / path.name).write_text(addresses.filled(notebook, sources), encoding="utf-8")


if __name__ == "__main__":
    write(ROOT / "_build" / "html" / FOLDER, *sys.argv[1:2])
