"""Nothing that a reporter typed is left on the device: not on the disk of its profile, not in a page kept for Back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.journeys.browser_profile import STRANGERS, browser_with_profile
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.test_back import LEFT_OUT, NOTE, STEPS
from tests.support.privacy.canary_search import in_files

pytestmark = pytest.mark.timeout(900)
WORD = "kanarienvogel-device-2743"
# Milliseconds within which a browser has written its session.
WRITTEN = 1500


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
    with browser_with_profile(playwright, kind, profile) as context:
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
    with browser_with_profile(playwright, "chromium", tmp_path / "profile") as context:

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
