"""The thread of a mailbox: what waits for its reporter, where their own items stand, and that something was sent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

import crypto
from portal.cli.desk.client import OpenedCase, StepLoad, write_step
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.server import ServerRefused
from portal.cli.terminal import today
from tests.journeys.colleague import Colleague, colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter
from tests.journeys.test_main_journey import Stage
from tests.support.commands.yanlu_process import POLICY

pytestmark = pytest.mark.timeout(1800)
QUESTION = {"zh": "请问是哪一台机器、哪几个班次？", "en": "Which machine was it, and which shifts?"}
DAY = "2026-11-03"
"""As the signer's device had it: neither the server's day nor today's."""
THANKS = {"zh": "谢谢，已经记下。", "en": "Thank you, noted."}


def _replies(member: Colleague, opened: OpenedCase, text: str) -> None:
    """Writes once more where the worker wrote in between, as a person would who is asked to load the case again."""
    said = crypto.Message(text, day=DAY)
    item = crypto.seal_reply(member.staff, member.session.directory, opened.grant, opened.thread, said, os.urandom)
    try:
        write_step(member.session, member.staff, opened, StepLoad("replied", today().isoformat(), item))
    except ServerRefused as refused:
        if not refused.is_conflict:
            raise
        _replies(member, member.open(str(opened.row["case"])), text)


def _refused(route: Route) -> None:
    route.fulfill(status=200, content_type="application/json", body="{}")


def _in_view(reporter: Reporter, name: str) -> None:
    expect(reporter.find(name)).to_be_focused()
    expect(reporter.find(name)).to_be_in_viewport(ratio=1)


def _own(reporter: Reporter) -> list[tuple[str | None, str | None]]:
    """How many stand together, and whether the office had them."""
    return [(one.get_attribute("data-n"), one.get_attribute("data-had")) for one in reporter.find("own").all()]


def _answers(reporter: Reporter, words: str) -> None:
    """The question waits; an empty box and a line that fails say so at the form, and clear nothing; then it is sent."""
    reporter.find("waiting-question-lead").click()
    expect(reporter.find("entry")).to_be_focused()
    reporter.find("reply-send").click()
    _in_view(reporter, "fault-summary")
    expect(reporter.find("reply-form").locator('[data-test="field-fault"]')).to_have_count(1)
    reporter.look("reply-empty")
    reporter.find("reply").fill(words)
    expect(reporter.find("field-fault")).to_have_count(0)
    reporter.page.route("**/office/office.json", _refused)
    reporter.find("reply-send").click()
    expect(reporter.find("reply-fault")).not_to_be_empty(timeout=PATIENCE)
    _in_view(reporter, "reply-fault")
    expect(reporter.find("reply")).to_have_value(words)
    reporter.page.unroute("**/office/office.json")
    reporter.reply(words)
    _in_view(reporter, "sent-note")
    expect(reporter.find("reply")).to_have_value("")
    expect(reporter.find("waiting")).to_have_count(0)


@pytest.mark.parametrize(("browser", "size", "lang"), [("chromium", "phone", "zh"), ("firefox", "desktop", "en")])
def test_a_question_waits_until_it_is_answered(
    demo: Demo, browser: str, size: str, lang: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """On top while nothing was sent since; the reporter's own items stand at their place, counted, with no word."""
    stage, words = Stage(demo, request.getfixturevalue(browser), size, lang), f"An account of {browser}."
    receipt = file_report(demo, ReportRequest("group", POLICY, "bribery", words, lang), tmp_path)
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("waiting")).to_have_count(0)
        before = int(reporter.find("mailbox").get_attribute("data-sent") or "0")
        assert _own(reporter) == [(str(before), "no")]
    with colleague(demo, "investigator-b") as member:
        opened = member.find(words, tmp_path)
        _replies(member, opened, QUESTION[lang])
        with stage.reporter() as reporter:
            reporter.come_back(receipt)
            assert _own(reporter) == [(str(before), "yes")]
            expect(reporter.find("day").locator("time")).to_have_attribute("datetime", DAY)
            _answers(reporter, "No. 3, the night shifts.")
            assert _own(reporter) == [(str(before), "yes"), ("1", "no")]
        _replies(member, member.open(str(opened.row["case"])), THANKS[lang])
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        assert _own(reporter) == [(str(before), "yes"), ("1", "yes")]
        expect(reporter.find("waiting")).to_have_count(0)
        expect(reporter.find("mailbox")).not_to_contain_text("night shifts")
        reporter.find("newest").click()
        expect(reporter.find("entry").last).to_be_focused()
        expect(reporter.find("entry").last).to_contain_text(THANKS[lang])
        reporter.look("answered")
