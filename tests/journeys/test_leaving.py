"""Leaving a page with words in it asks first, and offers to save, go on or discard; what is saved outlives the tab."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Dialog, Error, Page, expect
from playwright.sync_api import TimeoutError as PageTimeout

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter
from tests.journeys.test_back import ACCOUNT, BOTH, STEPS, holds, sees, tells
from tests.journeys.test_main_journey import Stage, person

pytestmark = pytest.mark.timeout(1800)
# Playwright's elements wait for ever in a Firefox that moved among its entries while it was loading.
FRESH = """() => history.state === 0 && document.querySelector('[data-step=about]')
  && !document.querySelector('[name=category]:checked')"""
SAVED_BEFORE = {
    "zh": "上次保存的内容在沟通信箱里，之后写的还没有保存。",
    "en": "What you saved last is in your mailbox;",
}
CLEARED = {"zh": "页面已重新载入，没有保存的内容已经清除。", "en": "What was not saved has been cleared."}
GIVE_UP = {"zh": "不保存这次修改，离开", "en": "Leave without saving these changes"}
RELOAD = "() => { setTimeout(() => location.reload()); }"


def _reload(page: Page, answer: Callable[[Dialog], None]) -> None:
    """Loads the page again as its button does; the browser's own question gets this answer."""
    asked: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        asked.append(dialog.type)
        answer(dialog)

    page.once("dialog", on_dialog)
    page.evaluate(RELOAD)
    page.wait_for_timeout(0)
    while not asked:
        page.wait_for_timeout(50)
    assert asked == ["beforeunload"]


def _becomes(page: Page, wanted: str) -> None:
    for _ in range(PATIENCE // 100):
        # The page is on its way out, or not there yet.
        with suppress(Error):
            if page.evaluate(wanted):
                return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("[history.state, document.body.innerText]"))


@BOTH
def test_a_reload_that_is_refused_loses_nothing(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """At every step the browser asks; staying brings the page's own offer, and every word is there."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page, inspect = reporter.page, reporter.look

        def look(step: str) -> None:
            inspect(step)
            if step not in STEPS:
                return
            _reload(page, Dialog.dismiss)
            expect(reporter.find("leaving")).to_be_visible(timeout=PATIENCE)
            expect(reporter.find("leaving-save")).to_be_visible()
            inspect(f"leaving {step}")
            reporter.find("leaving-stay").click()
            holds(reporter, step, ACCOUNT[lang])

        reporter.look = look  # type: ignore[method-assign]
        tells(reporter)


@BOTH
def test_a_reload_that_is_accepted_keeps_nothing(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The first step is there, empty, and no entry of before leads anywhere else."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page = reporter.page
        tells(reporter)
        _reload(page, Dialog.accept)
        _becomes(page, FRESH)
        assert CLEARED[lang] in str(page.evaluate("document.querySelector('[data-test=reloaded]')?.textContent"))
        # What the page had of entries leads nowhere: Forward comes back to the first step.
        page.evaluate("() => { window.dispatched = 0; onpopstate = () => (dispatched += 1); history.forward(); }")
        _becomes(page, "() => dispatched === 2")
        _becomes(page, FRESH)
        assert ACCOUNT[lang] not in str(page.evaluate("document.documentElement.outerHTML"))


def _pulled(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).overscrollBehaviorY"))


@BOTH
def test_leaving_offers_to_save_and_what_is_saved_outlives_the_tab(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The way to another page asks and saves; the tab is killed after more was written, and what was saved is there."""
    browser: Browser = request.getfixturevalue(kind)
    stage = Stage(demo, browser, size, lang)
    with stage.reporter() as reporter:
        tells(reporter)
        assert _pulled(reporter.page) == "contain"
        reporter.page.locator("main > .small a").click()
        reporter.find("leaving-save").click()
        receipt = reporter.receipt()
        reporter.finish(receipt)
    with person(browser, size, lang) as one:
        reporter = Reporter(one.page, demo.intake, demo.code, lang)
        _resumes(reporter, receipt)
        reporter.find("change-account").click()
        reporter.find("account").fill("…")
        for step in reversed(STEPS):
            reporter.page.go_back()
            sees(reporter.page, step)
        _goes_back(reporter.page)
        expect(reporter.find("leaving")).to_contain_text(SAVED_BEFORE[lang])
        expect(reporter.find("leaving-discard")).to_have_text(GIVE_UP[lang])
        _stays_on_second_back(reporter)
        expect(reporter.find("account")).to_have_value("…")
        # A tab that is killed asks nothing.
        reporter.page.close()
        reporter.page = other = reporter.page.context.new_page()
        _resumes(reporter, receipt)
        for step in reversed(STEPS):
            sees(other, step)
            holds(reporter, step, ACCOUNT[lang])
            if step != "about":
                reporter.find("back").click()
        for _ in STEPS[1:]:
            reporter.find("next").click()
        reporter.send_resumed()
        reporter.end()


def _goes_back(page: Page) -> None:
    """A Back that Chromium on a busy machine counts from the entry before, and so loses, is pressed once more."""
    page.evaluate("() => { window.moved = false; addEventListener('popstate', () => (moved = true), { once: true }); }")
    page.go_back()
    try:
        page.wait_for_function("() => moved", timeout=PATIENCE / 4)
    except PageTimeout:
        page.go_back()


def _stays_on_second_back(reporter: Reporter) -> None:
    """Back while the question is open closes it, as on a phone, and asks nothing of the browser."""
    expect(reporter.find("leaving")).to_be_visible(timeout=PATIENCE)
    # The question is asked where the page was left: one entry before, another Back would leave the site.
    reporter.page.wait_for_function("() => history.state > 0")
    reporter.page.go_back()
    expect(reporter.find("leaving")).to_have_count(0)
    reporter.page.wait_for_function("() => history.state > 0")


def _resumes(reporter: Reporter, receipt: str) -> None:
    reporter.resume(receipt)
    sees(reporter.page, "review")


def _content(page: Page) -> str:
    """The markup, read again where the page was being left for the next one."""
    for _ in range(20):
        with suppress(Error):
            return page.content()
        page.wait_for_timeout(500)
    return page.content()


@BOTH
def test_back_from_the_first_step_asks_once_something_is_told(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Who stays finds everything, who discards comes to the first page, and no Back brings a word again."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page = reporter.page
        tells(reporter)
        for step in reversed(STEPS[:-1]):
            page.go_back()
            sees(page, step)
        page.go_back()
        reporter.find("leaving-stay").click()
        expect(reporter.find("leaving")).to_have_count(0)
        holds(reporter, "about", ACCOUNT[lang])
        page.go_forward()
        holds(reporter, "files", ACCOUNT[lang])
        page.go_back()
        sees(page, "about")
        for _ in range(2):
            page.go_back()
            _stays_on_second_back(reporter)
            holds(reporter, "about", ACCOUNT[lang])
        page.go_back()
        reporter.find("leaving-discard").click()
        expect(reporter.find("go-report")).to_be_visible(timeout=PATIENCE)
        page.go_back()
        expect(page.locator("[data-step]")).to_have_count(0)
        page.go_forward()
        expect(page.locator("[data-step]")).to_have_count(0)
        assert ACCOUNT[lang] not in _content(page)
