"""A desk that lies in an answer about many cases: what is not a case's own is refused, and every other case is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.support.attacks.tampering_proxy import Alter, lying_proxy

HOLDER: Final = "investigator-b"
"""Holds every case of the demo."""
NO_TITLE: Final = ("Could not be verified", "The report cannot be read")
"""Instead of a title: where a file contradicts itself, and where the report is missing from it."""
Files = list[Any]
LIES: Final[dict[str, Callable[[Files], object]]] = {
    "in another order": lambda files: files[::-1],
    "one twice": lambda files: [files[0], files[0], *files[2:]],
    "one left out": lambda files: files[1:],
    "one under another's id": lambda files: [files[0], files[0] | {"case": files[1]["case"]}, *files[2:]],
    "half of one": lambda files: [files[0] | {"items": files[0]["items"][:-1], "events": []}, *files[1:]],
    "more than were asked for": lambda files: [*files, files[0]],
    "none": lambda _files: [],
    "no list": lambda _files: "x",
}
"""What becomes of the files of an answer."""
ALONE: Final = {
    "one twice",
    "one under another's id",
    "half of one",
    "more than were asked for",
    "none",
    "no list",
}
"""In these no case is refused: those in doubt were asked for alone, and that the desk answers rightly."""
VIEWS: Final = ("view-closed", "view-open")
ROWS: Final = """() => [...document.querySelectorAll("button.case-row")].map(
    (row) => [row.dataset.case, row.querySelector(".row-title").textContent])"""


def told(lie: Callable[[Files], object]) -> Alter:
    """The lie, in every answer about several cases."""

    def alter(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if not path.startswith("/api/cases/files?"):
            return status, body
        return status, json.dumps({"files": lie(json.loads(body)["files"])}).encode()

    return alter


def titles(member: Investigator) -> dict[str, str]:
    """What the list shows of each case, open or closed: a closed one whose events are withheld is an open one."""
    shown: dict[str, str] = {}
    for view in VIEWS:
        member.find(view).click()
        shown |= dict(member.page.evaluate(ROWS))
    return shown


def test_a_lie_about_many_cases_shows_no_case_under_another(demo: Demo, chromium: Browser) -> None:
    """At sign-in each case is shown as it is or as one that could not be verified; the honest desk shows all."""
    with lying_proxy(demo.desk) as proxy:
        with chromium.new_context() as context:
            honest = titles(member := _signed_in(demo, context, proxy.url))
            # Another journey in the same demo breaks an exclusion: of no other case may the honest desk show nothing.
            broken = {case for case, title in honest.items() if title.endswith(NO_TITLE)}
            for case in broken:
                member.page.locator(f'[data-test="case-row"][data-case="{case}"]').click()
                expect(member.find("case-alarm")).to_contain_text("removed the exclusion", timeout=PATIENCE)
        assert len(honest) - len(broken) > 4
        for name, lie in LIES.items():
            with chromium.new_context() as context:
                proxy.alter = told(lie)
                member = _signed_in(demo, context, proxy.url)
                _is_honest_or_refused(name, titles(member), honest, broken)
                proxy.alter = None
                member.refresh()
                expect(member.find("notice")).to_contain_text("Up to date", timeout=PATIENCE)
                assert titles(member).items() >= honest.items(), name


def _signed_in(demo: Demo, context: BrowserContext, url: str) -> Investigator:
    member = Investigator(context.new_page(), demo, demo.staff[HOLDER], "en", url=url)
    member.sign_in()
    member.settled()
    return member


def _is_honest_or_refused(name: str, shown: dict[str, str], honest: dict[str, str], broken: set[str]) -> None:
    """Of each case the true title, or none."""
    assert shown.keys() >= honest.keys(), name
    refused = {case for case, title in shown.items() if title.endswith(NO_TITLE)}
    assert {case: title for case, title in shown.items() if case not in refused}.items() <= honest.items(), name
    assert refused >= broken, name
    assert refused > broken or name in ALONE, name
