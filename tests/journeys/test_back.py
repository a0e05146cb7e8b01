"""The browser's Back is a step back on the reporter's pages, and no word is lost on the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told, Upload, hook
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
STEPS = ["about", "files", "people", "review"]
LEFT_OUT = "investigator-a"
ACCOUNT = {"zh": "验收单上的签名是代签的。", "en": "Somebody else signed the acceptance sheet."}
NOTE: Upload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a note"}
BOTH = pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "phone", "zh"), ("firefox", "desktop", "en")])


def sees(page: Page, step: str) -> None:
    """A step is on the screen."""
    expect(page.locator(f'[data-step="{step}"]')).to_be_visible(timeout=PATIENCE)


def tells(reporter: Reporter) -> None:
    """Goes to the review."""
    reporter.arrive()
    reporter.start_report()
    reporter.tell(Told(ACCOUNT[reporter.lang], "procurement", [NOTE], [LEFT_OUT], entity="group"))


def holds(reporter: Reporter, step: str, account: str) -> None:
    """What was told at a step still stands there."""
    if step == "about":
        expect(reporter.find("category-procurement")).to_be_checked()
        expect(reporter.find("account")).to_have_value(account)
    elif step == "files":
        expect(reporter.find("file")).to_have_count(1)
    elif step == "people":
        expect(reporter.find(f"exclude-{LEFT_OUT}")).to_be_checked()
    elif step == "review":
        expect(reporter.find("review")).to_contain_text(account)


def entry(page: Page) -> tuple[str, str]:
    """What the browser's list has of the page that is open."""
    return page.url, page.title()


@BOTH
def test_back_and_forward_go_through_the_steps_and_lose_no_word(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Each step is one Back away, with what was told; Forward leads on again, and the report is sent in the end."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page = reporter.page
        before = page.evaluate("history.length")
        tells(reporter)
        entries = {entry(page)}
        for step in reversed(STEPS[:-1]):
            page.go_back()
            sees(page, step)
            holds(reporter, step, ACCOUNT[lang])
            entries.add(entry(page))
        for step in STEPS[1:]:
            page.go_forward()
            sees(page, step)
            holds(reporter, step, ACCOUNT[lang])
        reporter.find("back").click()
        sees(page, "people")
        reporter.find("next").click()
        sees(page, "review")
        assert len(entries) == 1
        reporter.finish(reporter.send())
        # The entry by which the page was entered, and the last screen, which cuts off all others.
        page.wait_for_function("(most) => history.length <= most", arg=before + 2)
        # Whatever is pressed now, no step and no receipt comes back.
        for go in (page.go_back, page.go_forward):
            go()
            expect(reporter.find("finished")).to_be_visible()
            expect(page.locator("[data-step], [data-test=receipt]")).to_have_count(0)


@BOTH
def test_a_step_that_forward_leads_past_is_asked_for_before_anything_is_sent(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Another matter asks for a category of its own: the review leads there, and says what is missing at its field."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        tells(reporter)
        page = reporter.page
        for step in reversed(STEPS[:-1]):
            page.go_back()
            sees(page, step)
        reporter.find("policy-company-retaliation").check()
        for step in STEPS[1:]:
            page.go_forward()
            sees(page, step)
        reporter.find("send").click()
        sees(page, "about")
        expect(page.locator("#category-fault")).to_be_visible()
        # What was chosen under the first matter is there again.
        reporter.find("policy-company-whistleblowing").check()
        expect(reporter.find("category-procurement")).to_be_checked()
        for step in STEPS[1:]:
            reporter.find("next").click()
            sees(page, step)
        reporter.finish(reporter.send())


@BOTH
def test_back_leads_to_no_lost_receipt_and_locks_an_opened_mailbox(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """At the receipt Back asks first; in the mailbox it leads to the field for the receipt, and asks if need be."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        tells(reporter)
        receipt, page = reporter.send(), reporter.page
        page.go_back()
        reporter.find("leaving-stay").click()
        assert reporter.receipt() == receipt
        reporter.finish(receipt)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page = reporter.page
        reporter.come_back(receipt)
        reporter.find("reply").fill("…")
        page.go_back()
        reporter.find("leaving-stay").click()
        expect(hook(page, "reply")).to_have_value("…")
        reporter.find("reply").fill("")
        page.go_back()
        expect(reporter.find("receipt-input")).to_have_value("")
        page.go_forward()
        expect(reporter.find("receipt-input")).to_be_visible()
        expect(reporter.find("mailbox")).to_have_count(0)
