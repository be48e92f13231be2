"""The whole site in one file, to be read without a network."""

from __future__ import annotations

import zipfile
from pathlib import Path

from sphinx.application import Sphinx

NAME = "acda-course.zip"
FOLDER = "acda-course"  # that the file unpacks to
PACKED = {".png", ".woff", ".whl", ".zip", ".gz"}  # already small
FOR_A_SERVER = {NAME, "404.html", "sitemap.xml", ".buildinfo"}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", pack_site, priority=990)  # after all that change files
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def pack_site(app: Sphinx, error: Exception | None) -> None:
    if error is None and not app.config.acda_page:
        pack(Path(app.outdir))


def pack(site: Path) -> Path:
    """Write the files of a built site into one file within it, and return that."""
    target = site / NAME
    with zipfile.ZipFile(target, "w") as file:
        for path in sorted(site.rglob("*")):
            name = path.relative_to(site).as_posix()
            if path.is_file() and name not in FOR_A_SERVER:
                kind = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
                file.write(path, f"{FOLDER}/{name}", kind, compresslevel=6)
    return target
