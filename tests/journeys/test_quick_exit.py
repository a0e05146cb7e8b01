"""The quick exit leaves nothing to go back to: in the browser's list, in its page cache, on the disk of its profile."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.browser_profile import STRANGERS, browser_with_profile
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.test_back import LEFT_OUT, NOTE, STEPS
from tests.support.privacy.canary_search import in_files

pytestmark = pytest.mark.timeout(900)
WORD = "kanarienvogel-exit-2743"
LAST = [*STEPS, "receipt", "offer-naming", "finished", "mailbox"]


class LeftNow(Exception):
    """The reporter has pressed the exit."""


def _leaves(reporter: Reporter, where: str, receipt: str) -> str:
    """Goes as far as `where`, with the word in the account, and presses the exit; gives the receipt that was shown."""

    def look(step: str) -> None:
        if step == "mailbox":
            reporter.find("reply").fill(WORD)
        if step == where:
            reporter.find("leave").click()
            raise LeftNow

    reporter.look = look  # type: ignore[method-assign]
    with suppress(LeftNow):
        if where == "mailbox":
            reporter.come_back(receipt)
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(WORD, "procurement", [NOTE], [LEFT_OUT], entity="group"))
        receipt = reporter.send()
        reporter.finish(receipt)
    return receipt


def _list(page: Page) -> list[str]:
    """Addresses in Chromium's list, as its Back button shows them."""
    devtools: Any = page.context.new_cdp_session(page)
    return [entry["url"] for entry in devtools.send("Page.getNavigationHistory")["entries"]]


def _nothing_behind(page: Page, demo: Demo, kind: str) -> None:
    """Back and Forward, as far as they lead, show nothing that was told, and no step."""
    page.wait_for_url(lambda url: url in STRANGERS, timeout=PATIENCE)
    if kind == "chromium":
        # What is left of this site is its entrance, without a code.
        own = [url for url in _list(page) if url.startswith(demo.intake)]
        assert own in ([], [f"{demo.intake}/"])
    # Going back to it leads away again.
    page.evaluate("() => { setTimeout(() => history.back()); }")
    page.wait_for_timeout(1800)
    page.wait_for_url(lambda url: url in (*STRANGERS, "about:blank"), timeout=PATIENCE)
    expect(page.locator("[data-step], [data-test]")).to_have_count(0)
    assert WORD not in page.content()


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_the_exit_leaves_nothing_from_any_step(kind: str, demo: Demo, playwright: Playwright, tmp_path: Path) -> None:
    """From each step, the receipt, the end and the mailbox; what was typed is in no file that the browser wrote."""
    profile = tmp_path / "profile"
    with browser_with_profile(playwright, kind, profile) as context:
        receipt = ""
        for where in LAST:
            page = context.new_page()
            receipt = _leaves(Reporter(page, demo.intake, demo.code, "zh"), where, receipt)
            _nothing_behind(page, demo, kind)
            page.close()
    assert in_files(profile, {"account": WORD}) == []


def test_the_exit_is_in_reach_of_the_question_before_leaving(
    demo: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    """The question covers the page and its button; it has one of its own."""
    with browser_with_profile(playwright, "chromium", tmp_path / "profile") as context:
        page = context.new_page()
        reporter = Reporter(page, demo.intake, demo.code, "en")
        reporter.arrive()
        reporter.start_report()
        reporter.choose(Told(WORD, "procurement", entity="group"))
        page.locator("main > .small a").click()
        reporter.find("leaving-exit").click()
        _nothing_behind(page, demo, "chromium")
