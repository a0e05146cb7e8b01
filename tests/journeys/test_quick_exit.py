"""The quick exit leaves nothing to go back to: in the browser's list, in its page cache, on the disk of its profile."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.test_back import LEFT_OUT, NOTE, STEPS
from tests.support.browsers.launch import CHROMIUM, CHROMIUM_FLAGS, FIREFOX
from tests.support.privacy.canary_search import in_files

pytestmark = pytest.mark.timeout(900)
WORD = "kanarienvogel-exit-2743"
LAST = [*STEPS, "receipt", "offer-naming", "finished", "mailbox"]
STRANGERS = ("https://www.baidu.com/", "https://www.wikipedia.org/")
AWAY = "<!doctype html><title>away</title><p>Something to read.</p>"
# As people have it: a page may be kept whole for Back, and a session is written to the disk all the time.
KEEPS_PAGES = ["--disable-back-forward-cache"]
WRITES_OFTEN: dict[str, str | float | bool] = {
    "browser.sessionstore.interval": 500,
    "browser.sessionstore.privacy_level": 0,
}


WRITTEN = 1500


class LeftNow(Exception):
    """The reporter has pressed the exit."""


@contextmanager
def _browser(playwright: Playwright, kind: str, profile: Path) -> Generator[BrowserContext]:
    """A browser with a profile on the disk; the strangers' sites are played."""
    if kind == "chromium":
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=CHROMIUM_FLAGS, ignore_default_args=KEEPS_PAGES
        )
    else:
        context = playwright.firefox.launch_persistent_context(
            profile, channel="moz-firefox", executable_path=FIREFOX, firefox_user_prefs=WRITES_OFTEN
        )
    for stranger in STRANGERS:
        context.route(f"{stranger}**", lambda route: route.fulfill(body=AWAY, content_type="text/html"))
    try:
        yield context
    finally:
        context.close()


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
    with _browser(playwright, kind, profile) as context:
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
    with _browser(playwright, "chromium", tmp_path / "profile") as context:
        page = context.new_page()
        reporter = Reporter(page, demo.intake, demo.code, "en")
        reporter.arrive()
        reporter.start_report()
        reporter.choose(Told(WORD, "procurement", entity="group"))
        page.locator("main > .small a").click()
        reporter.find("leaving-exit").click()
        _nothing_behind(page, demo, "chromium")


def _fills_everything(page: Page) -> None:
    """The word in every field of the step that is open, those of the details too."""
    for fold in page.locator("#details:not([open]) > summary").all():
        fold.click()
    for field in page.locator("main input[type=text], main input[type=search], main textarea").all():
        if field.is_visible():
            field.fill(WORD)


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_a_browser_that_is_closed_in_the_middle_wrote_no_word(
    kind: str, demo: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    """Every field of the report, the receipt and the mailbox is filled; the file of the session has none of it."""
    profile = tmp_path / "profile"
    with _browser(playwright, kind, profile) as context:
        page = context.new_page()
        reporter = Reporter(page, demo.intake, demo.code, "zh")
        reporter.look = lambda step: _fills_everything(page) if step in STEPS else None  # type: ignore[method-assign]
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(WORD, "procurement", [NOTE], [LEFT_OUT], entity="group"))
        page.wait_for_timeout(WRITTEN)
        receipt = reporter.send()
        reporter.type_back(receipt)
        reporter.offered("naming")
        reporter.find("level-named").check()
        _fills_everything(page)
        page.wait_for_timeout(WRITTEN)
        page = reporter.page = context.new_page()
        reporter.arrive()
        reporter.find("go-mailbox").click()
        reporter.enter(receipt)
        expect(reporter.find("mailbox")).to_be_visible(timeout=PATIENCE)
        for fold in page.locator("details > summary").all():
            fold.click()
        _fills_everything(page)
        page.wait_for_timeout(WRITTEN)
    assert in_files(profile, {"account": WORD, "receipt": receipt}) == []


def test_a_page_that_the_browser_keeps_for_back_has_forgotten_everything(
    demo: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    """Even where a browser keeps it against its header: what comes back is an empty first step."""
    with _browser(playwright, "chromium", tmp_path / "profile") as context:

        def keep(route: Route) -> None:
            answer = route.fetch()
            headers = {name: value for name, value in answer.headers.items() if name != "cache-control"}
            route.fulfill(response=answer, headers=headers)

        context.route("**/zh/report/", keep)
        page = context.new_page()
        reporter = Reporter(page, demo.intake, demo.code, "zh")
        reporter.look = lambda _: None  # type: ignore[method-assign]
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(WORD, "procurement", entity="group"))
        page.once("dialog", lambda dialog: dialog.accept())
        page.goto(STRANGERS[0])
        page.evaluate("() => { setTimeout(() => history.back()); }")
        page.wait_for_url("**/report/*", wait_until="commit")
        expect(page.locator('[data-step="about"]')).to_be_visible(timeout=PATIENCE)
        assert WORD not in page.content()
