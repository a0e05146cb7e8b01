"""A reporter reads what the office tells and does what it asks, on a phone, in both languages."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import crypto
from crypto import Declaration, Notice, Until
from crypto.case.items import Author, seal_item
from portal.cli.desk.client import OpenedCase, StepLoad, write_step
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.terminal import today
from tests.journeys.colleague import Colleague, colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, SEALING, Reporter
from tests.journeys.test_main_journey import Stage
from tests.support.commands.yanlu_process import POLICY

pytestmark = pytest.mark.timeout(1800)
WORDS = {"zh": "供应商每月给主管回扣", "en": "A supplier pays the manager every month"}


def _days(count: int) -> list[str]:
    """That many days from today on, today the first."""
    return [(today() + timedelta(days=at)).isoformat() for at in range(count)]


def findings() -> Notice:
    """Findings that ask for a declaration, with five days left."""
    left = _days(5)
    until = Until(left[-1], provisional=True, limit="5 working days", counts=left)
    asks = [Declaration.CONFIRM, Declaration.CONTEST, Declaration.WITHDRAW]
    return Notice(
        "findings-shown",
        "investigation",
        "handling",
        left[-1],
        "请核对。",
        outcomes=["unclear"],
        asks=asks,
        until=until,
    )


def tell(member: Colleague, opened: OpenedCase, notice: Notice) -> None:
    """Send a notice with the step that tells of it."""
    item = crypto.seal_notice(member.staff, member.session.directory, opened.grant, opened.thread, notice, os.urandom)
    write_step(member.session, member.staff, opened, StepLoad("replied", today().isoformat(), item))


def _acts(opened: OpenedCase) -> list[tuple[str, str]]:
    """The reporter's verified acts and their words."""
    contents = [entry.inner.content for entry in opened.thread.verified if entry.inner]
    return [(one.act.value, one.text) for one in contents if isinstance(one, crypto.ActText)]


def _contests(reporter: Reporter) -> None:
    """Read the findings and contest them; an empty objection is asked for words first."""
    expect(reporter.find("notice")).to_have_count(1)
    expect(reporter.find("until").locator("p")).to_have_count(3)
    expect(reporter.find("declare-later")).to_have_count(0)
    expect(reporter.find("ask-appeal")).to_have_count(0)
    reporter.find("waiting").locator('[data-test="ask-lead"]').click()
    reporter.find("ask-contest").click()
    reporter.look("contest")
    reporter.find("ask-send").click()
    expect(reporter.find("field-fault")).to_have_count(1)
    expect(reporter.find("fault-summary")).to_be_focused()
    reporter.find("ask-text").fill("九月也有。")
    reporter.find("ask-send").click()
    expect(reporter.find("answered")).to_be_visible(timeout=SEALING)
    expect(reporter.find("asks").locator('[data-test="sent-note"]')).to_be_focused()
    expect(reporter.find("waiting")).to_have_count(0)


def _withdraws(reporter: Reporter) -> None:
    """Think twice: no keeps the report, yes withdraws it."""
    sent = reporter.find("mailbox").get_attribute("data-sent")
    reporter.find("ask-withdraw").click()
    reporter.find("ask-send").click()
    reporter.look("second-question")
    reporter.find("second-no").click()
    expect(reporter.find("ask-confirm")).to_be_visible()
    assert reporter.find("mailbox").get_attribute("data-sent") == sent
    reporter.find("ask-withdraw").click()
    reporter.find("ask-send").click()
    reporter.find("second-yes").click()
    expect(reporter.page.locator(f'[data-test="mailbox"][data-sent="{int(sent or 0) + 1}"]')).to_be_visible(
        timeout=SEALING
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_what_a_notice_asks_is_offered(demo: Demo, chromium: Browser, tmp_path: Path, lang: str) -> None:
    """The notice offers its own acts with the limit counted down; what is sent is signed, a withdrawal asked twice."""
    stage, words = Stage(demo, chromium, "phone", lang), WORDS[lang]
    receipt = file_report(demo, ReportRequest("group", POLICY, "bribery", words, lang), tmp_path)
    with colleague(demo, "investigator-b") as member:
        opened = member.find(words, tmp_path)
        tell(member, opened, findings())
        with stage.reporter() as reporter:
            reporter.come_back(receipt)
            _contests(reporter)
            if lang == "zh":
                _withdraws(reporter)
        acts = _acts(member.open(str(opened.row["case"])))
    assert acts == [("contest", "九月也有。"), ("withdraw", "")][: 2 if lang == "zh" else 1]


def test_nothing_can_be_declared_before_a_notice(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    """A fresh mailbox offers no declaration; a fold says when one is possible, and that a message always is."""
    receipt = file_report(demo, ReportRequest("group", POLICY, "bribery", "还没有告知", "zh"), tmp_path)
    with Stage(demo, chromium, "phone", "zh").reporter() as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("mailbox").locator("select")).to_have_count(0)
        expect(reporter.find("mailbox")).not_to_contain_text("确认调查情况")
        reporter.find("declare-later").click()
        expect(reporter.page.get_by_text("如果希望停止办理")).to_be_visible()


def test_a_forged_notice_asks_for_nothing(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    """A notice that no holder signed is marked, and none of what it asks is offered."""
    words = "没有签名的告知"
    receipt = file_report(demo, ReportRequest("group", POLICY, "bribery", words, "zh"), tmp_path)
    with colleague(demo, "investigator-b") as member:
        opened = member.find(words, tmp_path)
        forger = crypto.staff_keys(os.urandom(32), member.session.directory.office, "investigator-b")
        place = crypto.Place(opened.grant.case, 0, crypto.Direction.TO_REPORTER, 1, bytes(32), 1)
        author = Author("investigator-b", forger.sign, forger.office)
        to = crypto.attachment_recipients(opened.grant, opened.thread, crypto.Direction.TO_REPORTER)
        key = opened.grant.body.keys.macs.to_reporter
        item = seal_item(place, "notice", findings().document(), author, key, to, os.urandom)
        write_step(member.session, member.staff, opened, StepLoad("replied", today().isoformat(), item))
    with Stage(demo, chromium, "phone", "zh").reporter() as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("entry-marked")).to_have_count(1, timeout=PATIENCE)
        expect(reporter.find("asks")).to_have_count(0)
        expect(reporter.find("ask-form")).to_have_count(0)
        expect(reporter.find("declare-later")).to_have_count(1)
