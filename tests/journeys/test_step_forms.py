"""The form of a step says what comes of it: what the reporter reads, why it was decided, what closing ends."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.handler import Handler
from tests.journeys.reporter import SEALING, Told
from tests.journeys.test_main_journey import Stage, person

pytestmark = pytest.mark.timeout(1800)
MEMBER = "investigator-a"
SENT = {"en": "sent to the reporter", "zh": "已发送给举报人"}
NOT_SENT = "Nothing was sent to the reporter."


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "en"), ("firefox", "phone", "zh")])
def test_the_reporter_reads_the_sentence_that_the_form_showed(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """A receipt is confirmed without a word: the case shows it with its day, and the step is not offered as before."""
    browser: Browser = request.getfixturevalue(kind)
    stage, words = Stage(demo, browser, size, lang), f"{kind} {lang} confirmed without a word"
    with stage.reporter() as reporter:
        receipt = reporter.report(Told(words, "bribery", entity="group"))
    with person(browser, size, lang) as one:
        member = Handler(one.page, demo, demo.staff[MEMBER], lang)
        member.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
        member.sign_in()
        member.open(words)
        expect(member.find("receipt-confirmed")).to_have_count(0)
        member.open_form("acknowledged")
        promised = one.page.locator("#act-text-hint").inner_text()
        member.look("confirming the receipt")
        member.find("act-send").click()
        expect(member.find("receipt-confirmed")).to_be_visible(timeout=SEALING)
        expect(member.find("case-done")).to_contain_text(SENT[lang])
        expect(member.find("always").locator('[data-test="act-acknowledged"]')).to_have_count(1)
        expect(member.find("act-acknowledged")).to_have_count(1)
        member.look("receipt confirmed")
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        title = reporter.find("notice").last.locator("h3").inner_text()
    assert title
    assert f"“{title}”" in promised


def _decides(member: Handler) -> None:
    """A verdict without a reason is not sent; the sentence stands at the field."""
    member.open_form("decided")
    member.find("act-outcome-substantiated").check()
    member.find("act-send").click()
    expect(member.find("field-fault")).to_have_text("Please give a reason.")
    member.find("act-text").fill("The invoices match no delivery.")
    member.find("act-send").click()
    expect(member.find("act-form")).to_have_count(0, timeout=SEALING)


def test_a_verdict_needs_a_reason_and_closing_says_what_it_ends(demo: Demo, chromium: Browser) -> None:
    """Decided in words; before it is archived the form names what is still due and that there is no way back."""
    stage, words = Stage(demo, chromium, "desktop", "en"), "decided with a reason"
    with stage.reporter() as reporter:
        reporter.report(Told(words, "bribery", entity="group"))
    with person(chromium, "desktop", "en") as one:
        member = Handler(one.page, demo, demo.staff[MEMBER], "en")
        member.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
        member.sign_in()
        member.open(words)
        member.do("registered")
        expect(member.find("case-done")).to_contain_text(NOT_SENT)
        expect(member.moments("registered")).to_contain_text("Investigator A took the step “Register” as The company")
        member.do("assigned", handler=MEMBER)
        member.do("checked")
        _decides(member)
        member.do("measure-set", "Payments need two signatures now.", "act-measure-corrective")
        member.do("notified", "The report is substantiated.", "act-tell-outcome-substantiated")
        waits = member.page.locator('[data-clock="notice-waits"]')
        expect(waits).to_contain_text("unless the reporter opens it earlier. You can already do now: Archive")
        due = member.find("due").locator(".due-what").all_inner_texts()
        member.open_form("archived")
        expect(member.find("closing")).to_contain_text("The policy does not allow a closed case to be reopened.")
        open_still = member.find("closing-open").all_inner_texts()
        assert open_still
        assert all(any(name.split(" (")[0] in one for one in due) for name in open_still)
        member.look("closing")
        member.find("act-send").click()
        expect(member.find("act-form")).to_have_count(0, timeout=SEALING)
        expect(member.find("not-reopened")).to_be_visible()
        expect(member.find("status")).to_have_count(0)
        member.reply("You can still write to us here.")
        member.note("The reporter knows where to write.")
