"""A server is asked and answers alike whether a name is sealed or not, so that nothing it keeps can tell them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.attacks.tampering_proxy import LyingProxy, Seen, lying_proxy
from tests.support.privacy.page_visits import Visit, reporters
from tests.support.privacy.report_population import ReportPopulation, open_population
from tests.support.stores.backends import ready_embedded_stores

# Ids, tokens, hashes and ciphertext: of a run of drawn characters only the length is told.
DRAWN = re.compile(r"[A-Za-z0-9_-]{16,}")
Form = tuple[object, ...]


def _form(text: str) -> str:
    return DRAWN.sub(lambda run: f"<{len(run[0])}>", text)


def _asked(one: Seen) -> Form:
    headers = tuple(sorted((name, _form(value)) for name, value in one.headers.items()))
    # What is no JSON is a part of an attachment.
    words = _form(one.body.decode()) if one.body.startswith(b"{") else ""
    return (one.method, _form(one.path), len(one.body), headers, words)


def _in_order(asked: Iterable[Form]) -> list[Form]:
    """What a page fetches at once comes in any order; what it sends does not."""
    return [
        one for sends, some in groupby(asked, lambda one: one[0] != "GET") for one in (some if sends else sorted(some))
    ]


def _visit(
    browser: Browser, population: ReportPopulation, proxy: LyingProxy, *, named: bool
) -> tuple[list[Form], list[Form]]:
    """What one reporter's page asks for and sends, and what it is answered."""
    proxy.clear()
    answered: list[Form] = []

    def note(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        answered.append((_form(path), status, len(body)))
        return status, body

    proxy.alter = note
    with reporters(browser, proxy.url, population.office.code, population.office.office, loads=1) as tab:
        ((_, packet),) = tab.send([Visit(named)])
    assert population.has_name(packet) is named
    return _in_order(_asked(one) for one in proxy.seen), sorted(answered)


@pytest.mark.parametrize("leaky", [False, True])
def test_a_sealed_name_is_not_seen_on_the_line(tmp_path: Path, prepared: Path, chromium: Browser, leaky: bool) -> None:
    """Number, order, paths, headers, lengths and all open words are the same, unless a planted block is more."""
    stores = ready_embedded_stores(tmp_path, prepared)
    with (
        open_population(stores, tmp_path, chromium, loads=1, leaky=leaky) as population,
        lying_proxy(population.intake) as proxy,
    ):
        plain, named = (_visit(chromium, population, proxy, named=named) for named in (False, True))
    assert [one[:2] for one in plain[0] if one[0] != "GET"] == [
        ("PUT", "/api/blobs/<22>/parts/0"),
        ("POST", "/api/submissions"),
        ("POST", "/api/posts"),
    ]
    assert (plain[0] == named[0]) is not leaky
    assert plain[1] == named[1]
