"""Checks a running site against a release list: every file, whatever a page loads, whoever asks."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

Profile = Mapping[str, str]
"""The headers by which a server could tell one visitor from another."""

Fetch = Callable[[str, Profile], tuple[int, bytes]]
"""(path, profile) → (status, body without packing)."""

AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.60",
    "Mozilla/5.0 (Linux; U; Android 14; zh-CN) AppleWebKit/537.36 Chrome/123.0 UCBrowser/17.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "curl/8.14.1",
)
LANGUAGES: Final = ("zh-CN,zh;q=0.9", "en-US,en;q=0.5", "de,en;q=0.3", "ug-CN,zh;q=0.5", "zh-TW")
LOADING: Final = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
RELEASE: Final = "release.json"
INLINE: Final = "#inline"


@dataclass(frozen=True)
class Difference:
    """Something that is not as the release says: where, what, and the number of the visitor who saw it."""

    path: str
    what: str
    profile: int


def profiles(number: int) -> list[Profile]:
    """So many different visitors; fifty are all there are."""
    pairs = itertools.islice(itertools.product(LANGUAGES, AGENTS), number)
    return [{"User-Agent": agent, "Accept-Language": language} for language, agent in pairs]


def check_site(fetch: Fetch, trusted: bytes, visitors: list[Profile]) -> Iterator[Difference]:
    """Every difference between what the site gives each visitor and the trusted `release.json`."""
    files: dict[str, str] = json.loads(trusted)["files"]
    for number, visitor in enumerate(visitors):
        if fetch(f"/{RELEASE}", visitor) != (200, trusted):
            yield Difference(f"/{RELEASE}", "list", number)
        for name, digest in files.items():
            path = f"/{name.removesuffix('index.html')}"
            status, body = fetch(path, visitor)
            released = status == 200 and hashlib.sha256(body).hexdigest() == digest
            if not released:
                yield Difference(path, "bytes", number)
            if name.endswith(".html"):
                # A page that is one file holds its script: released with it.
                found = [there for there in _loaded(path, body) if not (released and there.endswith(INLINE))]
                yield from (Difference(there, "unlisted", number) for there in found if not _in(files, there))


def _in(files: Mapping[str, str], address: str) -> bool:
    parts = urlsplit(address)
    name = f"{parts.path.lstrip('/')}index.html" if parts.path.endswith("/") else parts.path.lstrip("/")
    return not (parts.netloc or parts.fragment) and name in files


def _loaded(path: str, page: bytes) -> list[str]:
    """The addresses of everything that a page makes a browser load."""
    reader = _Loads(path)
    reader.feed(page.decode("utf-8", "replace"))
    reader.close()
    return reader.found


class _Loads(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        address = named.get(LOADING.get(tag, ""))
        if tag in LOADING and address is not None:
            self.found.append(urljoin(self._path, address))
        elif tag == "script" and named.get("type") != "application/json":
            self.found.append(self._path + INLINE)
