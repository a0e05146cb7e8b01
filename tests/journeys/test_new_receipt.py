"""A reporter whose receipt somebody may have seen takes a new one; the desk notices and gives the case a new key."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.cli.reporter.reporting import ReportRequest
from tests.journeys.colleague import file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, SEALING, Reporter
from tests.journeys.test_main_journey import Stage
from tests.support.commands.yanlu_process import POLICY

pytestmark = pytest.mark.timeout(1800)
WORDS, COUNTER = "电话里登记的一件举报", "Taken down at the counter"


def _take_new(reporter: Reporter) -> str:
    """Ask for a new receipt and type its two groups back; gives it."""
    reporter.find("new-receipt").click()
    receipt = reporter.receipt()
    reporter.finish(receipt)
    return receipt


def _only_opens(reporter: Reporter, new: str, old: str) -> None:
    """From the last page of the change: the old receipt opens nothing, the new one the mailbox."""
    reporter.find("to-mailbox").click()
    reporter.enter(old)
    expect(reporter.find("mailbox-nothing")).to_be_visible(timeout=PATIENCE)
    reporter.look("nothing")
    reporter.find("mailbox-nothing").locator("button").click()
    reporter.enter(new)
    expect(reporter.find("mailbox")).to_be_visible(timeout=PATIENCE)


def _renew(member: Investigator, words: str) -> None:
    """The desk says that the receipt was changed, and gives the case a new key at a click."""
    member.open(words)
    expect(member.moments("receipt-change")).to_have_count(1)
    expect(member.find("renewal")).to_be_visible()
    member.look("renewal")
    member.find("renew").click()
    expect(member.moments("epoch")).to_have_count(1, timeout=SEALING)
    expect(member.find("renewal")).to_have_count(0)
    member.reply("answer to the new receipt")
    member.sign_out()


def test_a_new_receipt_takes_the_place_of_the_old_one(
    demo: Demo, chromium: Browser, firefox: Browser, tmp_path: Path
) -> None:
    """Kept, the old receipt stays; taken, only the new one opens the mailbox, and the desk gives the case a new key."""
    stage = Stage(demo, chromium, "phone", "zh")
    old = file_report(demo, ReportRequest("group", POLICY, "bribery", WORDS, "zh"), tmp_path)
    with stage.reporter() as reporter:
        reporter.come_back(old)
        # The command line's finishing post makes this a second visit: the offer is folded away.
        reporter.find("new-receipt-open").click()
        reporter.look("new-receipt-offer")
        reporter.find("new-receipt").click()
        reporter.receipt()
        reporter.find("keep-old-receipt").click()
        expect(reporter.find("mailbox")).to_be_visible(timeout=SEALING)
        reporter.find("new-receipt-open").click()
        new = _take_new(reporter)
        assert new != old
        _only_opens(reporter, new, old)
        reporter.reply("new words")
    with Stage(demo, firefox, "desktop", "en").member("investigator-b") as member:
        _renew(member, WORDS)
    with stage.reporter() as reporter:
        reporter.come_back(new)
        expect(reporter.find("thread")).to_contain_text("answer to the new receipt")
        reporter.reply("read")


def test_the_first_visit_offers_it_and_what_breaks_off_leaves_one_receipt_that_works(
    demo: Demo, firefox: Browser, chromium: Browser, tmp_path: Path
) -> None:
    """On a first visit the offer stands in view; a server that drops the change leaves the old receipt valid."""
    stage = Stage(demo, firefox, "desktop", "en")
    with stage.reporter() as reporter:
        old = file_report(demo, ReportRequest("group", POLICY, "bribery", COUNTER, "en"), tmp_path, finished=False)
        reporter.come_back(old)
        expect(reporter.find("new-receipt-offer")).to_be_visible()
        reporter.look("first-visit")
        reporter.find("reply").fill("half written")
        reporter.find("new-receipt").click()
        expect(reporter.find("new-receipt-fault")).not_to_be_empty()
        reporter.find("reply").fill("")
        reporter.find("new-receipt").click()
        new = reporter.receipt()
        # The server says that it took the post and drops it.
        reporter.page.route("**/api/posts", lambda route: route.fulfill(status=202, body="{}"))
        reporter.type_back(new)
        expect(reporter.find("proof-fault")).to_contain_text("the old one still works", timeout=SEALING)
        reporter.page.unroute("**/api/posts")
        reporter.find("finish").click()
        expect(reporter.find("finished")).to_be_visible(timeout=SEALING)
        _only_opens(reporter, new, old)
    with Stage(demo, chromium, "phone", "zh").member("investigator-b") as member:
        _renew(member, COUNTER)
