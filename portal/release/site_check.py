"""Checks a running site against a release list: every file, whatever a page loads, no matter who asks."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from portal.languages import languages
from portal.release.offline_page import NAME, NotAnOfflinePage, empty_page, shell_path
from portal.release.releases import NOTE, ROOTS
from portal.site_build.rules import ICON


@dataclass(frozen=True)
class Visitor:
    """By what a server could tell one visitor from another: its headers, and whether it brings back cookies."""

    headers: Mapping[str, str]
    keeps_cookies: bool


@dataclass(frozen=True)
class VisitorAnswer:
    """What a visitor got: status, body without packing, and the names of its headers, in small letters."""

    status: int
    body: bytes
    headers: frozenset[str] = frozenset()

    def header_differences(self) -> list[str]:
        """What its headers do beside the bytes: mark a visitor, or lead a browser elsewhere."""
        return [what for what, names in BESIDE_BYTES.items() if names & self.headers]


Fetch = Callable[[str, Visitor], VisitorAnswer]
"""(path, visitor) → answer."""

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
# Headers by which right bytes are not all: a browser that gets them brings a mark back, goes or loads elsewhere, or
# reports to somebody. No page of ours has one.
BESIDE_BYTES: Final[Mapping[str, frozenset[str]]] = {
    "cookie": frozenset({"set-cookie"}),
    "elsewhere": frozenset(
        {"refresh", "link", "speculation-rules", "service-worker-allowed", "report-to", "reporting-endpoints", "nel"}
        | {"sourcemap", "x-sourcemap", "content-security-policy-report-only"}
    ),
}
# What an office itself publishes differs from site to site, but not from visitor to visitor.
SAME_FOR_ALL: Final = (
    f"/{RELEASE}", f"/{NOTE}", f"/{ROOTS}", "/office/office.json", "/office/site.json",
)  # fmt: skip


@dataclass(frozen=True)
class SiteDifference:
    """Something that is not as the release says: where, what, and the number of the visitor who saw it."""

    path: str
    what: str
    visitor: int


def visitors(number: int) -> list[Visitor]:
    """So many different visitors, every second of whom brings back cookies; fifty are all there are."""
    pairs = itertools.islice(itertools.product(LANGUAGES, AGENTS), number)
    return [
        Visitor({"User-Agent": agent, "Accept-Language": language}, keeps_cookies=at % 2 == 1)
        for at, (language, agent) in enumerate(pairs)
    ]


def listed_files(release_list: bytes) -> Mapping[str, str]:
    """The files of a `release.json`."""
    return json.loads(release_list)["files"]


def check_site(fetch: Fetch, files: Mapping[str, str], asked: list[Visitor]) -> Iterator[SiteDifference]:
    """Every difference between what the site gives each visitor and the trusted files, or what another visitor got."""
    first: dict[str, tuple[int, bytes]] = {}
    for number, visitor in enumerate(asked):
        for path in SAME_FOR_ALL:
            answer = fetch(path, visitor)
            # That something is not there is said in the visitor's language.
            got = answer.status, answer.body if answer.status == 200 else b""
            if first.setdefault(path, got) != got:
                yield SiteDifference(path, "other", number)
            if path == f"/{RELEASE}" and not _lists(answer, files):
                yield SiteDifference(path, "list", number)
            yield from (SiteDifference(path, what, number) for what in answer.header_differences())
        for language in languages():
            if shell_path(language) in files:
                yield from _check_filled(fetch, files[shell_path(language)], language, first, (number, visitor))
        for name, digest in files.items():
            yield from _check_file(fetch, files, name, digest, (number, visitor))


def _lists(answer: VisitorAnswer, files: Mapping[str, str]) -> bool:
    try:
        return answer.status == 200 and listed_files(answer.body) == files
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _check_filled(
    fetch: Fetch, digest: str, language: str, first: dict[str, tuple[int, bytes]], asking: tuple[int, Visitor]
) -> Iterator[SiteDifference]:
    """The offline page with the office inside: all but its documents is released, and all of it the same for all."""
    (number, visitor), path = asking, f"/office/{language}/{NAME}"
    answer = fetch(path, visitor)
    got = answer.status, answer.body if answer.status == 200 else b""
    if first.setdefault(path, got) != got:
        yield SiteDifference(path, "other", number)
    yield from (SiteDifference(path, what, number) for what in answer.header_differences())
    # An office that is still being founded hands out none.
    if answer.status == 200 and not _is_filled(answer.body, digest):
        yield SiteDifference(path, "bytes", number)


def _is_filled(page: bytes, digest: str) -> bool:
    try:
        return hashlib.sha256(empty_page(page)).hexdigest() == digest
    except NotAnOfflinePage:
        return False


def _check_file(
    fetch: Fetch, files: Mapping[str, str], name: str, digest: str, asking: tuple[int, Visitor]
) -> Iterator[SiteDifference]:
    (number, visitor), path = asking, f"/{name.removesuffix('index.html')}"
    answer = fetch(path, visitor)
    released = answer.status == 200 and hashlib.sha256(answer.body).hexdigest() == digest
    if not released:
        yield SiteDifference(path, "bytes", number)
    yield from (SiteDifference(path, what, number) for what in answer.header_differences())
    if name.endswith(".html"):
        # A page that is one file holds its script: released with it.
        found = [there for there in _loaded(path, answer.body) if not (released and there.endswith(INLINE))]
        yield from (SiteDifference(there, "unlisted", number) for there in found if not _in(files, there))


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
        if tag == "link" and named.get("rel") == "icon" and (address or "").startswith(ICON):
            # Drawn in the page, whose bytes are compared: an image loads nothing else.
            return
        if tag in LOADING and address is not None:
            self.found.append(urljoin(self._path, address))
        elif tag == "script" and named.get("type") != "application/json":
            self.found.append(self._path + INLINE)
