"""Where the course is public, and where its notebooks install acda_core from.

Nobody writes an address down: the repository's is that of GITHUB_REPOSITORY or of the git remote; the site's follows.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

REMOTE = re.compile(
    r"(?:[\w+]+://)?(?:[^@/]+@)?(?:www\.|ssh\.)?github\.com(?::\d+)?[:/]/?([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.IGNORECASE
)
BRANCH = "notebooks"  # of the repository: the notebooks with their addresses filled in, which Colab opens
UNFILLED = "sources, pip = [],"
SOURCES = re.compile(r"sources, pip = \[[^]]*\],")


def repository(given: str, root: Path, environment: Mapping[str, str]) -> str:
    """The public address of the project in the folder `root`: https://github.com/OWNER/NAME, or "" where it has none.

    It is what is given, else what GitHub's own machines say, else where the folder was cloned from.
    """
    if given:
        return given.rstrip("/")
    name = environment.get("GITHUB_REPOSITORY", "")
    if not name:
        command = ["git", "-C", str(root), "config", "--get", "remote.origin.url"]
        try:
            remote = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        except OSError:  # no git
            return ""
        found = REMOTE.fullmatch(remote)
        name = found[1] if found else ""
    return f"https://github.com/{name}" if name else ""


def site(repository: str) -> str:
    """The address of GitHub's pages of a repository, with a slash at its end; "" where there is none."""
    if not repository.startswith("https://github.com/"):
        return ""
    owner, name = repository.split("/")[-2:]
    host = f"https://{owner.lower()}.github.io/"
    return host if f"https://{name.lower()}/" == host else f"{host}{name}/"


def colab(repository: str, page: str) -> str:
    """The address at which Google Colab opens the notebook of a page."""
    owner, name = repository.split("/")[-2:]
    return f"https://colab.research.google.com/github/{owner}/{name}/blob/{BRANCH}/{page}.ipynb"


def filled(notebook: str, sources: Sequence[str]) -> str:
    """The text of a notebook whose first cell installs acda_core from the first of these addresses that works."""
    line = f"sources, pip = {json.dumps(list(sources))},"
    return SOURCES.sub(lambda _: json.dumps(line)[1:-1], notebook, count=1)
