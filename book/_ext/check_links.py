"""Ask every address on another host that a page of the built site links to, and name those that answer with an error.

python book/_ext/check_links.py
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bs4 import BeautifulSoup

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
CLOSED = {401, 403, 405, 406, 429}  # a host that answers, but not to a program
BROWSER = {"User-Agent": "Mozilla/5.0 (check of links)"}


def links(site: Path) -> dict[str, set[str]]:
    """The pages that link to each address on another host."""
    found = defaultdict(set)
    for page in site.rglob("*.html"):
        for link in BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select('a[href^="http"]'):
            found[str(link["href"]).split("#")[0]].add(str(page.relative_to(site)))
    return found


def trouble(address: str) -> str:
    """What is wrong with an address, "" where nothing is."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=BROWSER), timeout=30):
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in CLOSED else f"{error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return str(error)


def main() -> int:
    found = links(HTML)
    with ThreadPoolExecutor(8) as pool:
        broken = {address: said for address, said in zip(found, pool.map(trouble, found), strict=True) if said}
    for address, said in broken.items():
        print(f"{address} ({said}), on {', '.join(sorted(found[address]))}", file=sys.stderr)
    print(f"{len(found)} addresses, {len(broken)} broken")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
