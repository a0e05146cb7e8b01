"""Cases that take days, at the desk in a real browser: findings contested, an appeal on its last day, three months."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import crypto
from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.case import Event
from casework.rules.acts import TRAITS, Act
from portal.cli.desk.acting import ActionRequest, attempt, names_of, seal_action
from portal.cli.desk.case_state import ruled_case
from portal.cli.desk.client import StepLoad, write_step
from portal.cli.reporter.inbox_command import poll_mailbox
from portal.cli.reporter.reporting import ReportRequest as Report
from portal.cli.server import Server, ServerRefused, as_json
from tests.journeys.colleague import Colleague, colleague, file_report, verified
from tests.journeys.demo import Demo
from tests.journeys.handler import Handler
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import SEALING, Reporter
from tests.journeys.test_main_journey import Stage, person
from tests.support.offices.shifted_clock import Policies, working_days_after

P07, P19, EU = "employee-complaint-confirm-appeal", "employee-complaint-review-publish", "eu-wb-internal"
GROUP = ["investigator-a", "investigator-b", "registrar-a", "approver-a"]
POLICIES: Policies = {
    P07: ("group", GROUP),
    P19: ("group", GROUP),
    EU: ("ireland", ["investigator-b", "investigator-c"]),
}
HANDLER = "investigator-b"
TRIES = 3


@pytest.fixture(scope="module")
def moved(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """The office of the shared demo, with a clock of its own."""
    with moved_demo(demo, tmp_path_factory.mktemp("moved"), POLICIES) as office:
        yield office


@contextmanager
def handler(
    demo: MovedDemo, browser: Browser, name: str = HANDLER, lang: str = "zh", expected: Sequence[str] = ()
) -> Generator[Handler]:
    """A member at the desk, whose browser has the office's time; what its console may complain about is `expected`.

    What the worker notes of a limit meanwhile the desk reads, and signs its step again: the console tells of the first
    try.
    """
    with person(browser, "desktop", lang) as one:
        one.witness.expected += [*expected, "409 (CONFLICT)"]
        one.page.clock.set_fixed_time(demo.moved.now)
        member = Handler(one.page, demo, demo.staff[name], lang)
        member.sign_in()
        yield member


@contextmanager
def reporter(demo: MovedDemo, browser: Browser, receipt: str, lang: str = "zh") -> Generator[Reporter]:
    """A reporter who has come back, whose browser has the office's time."""
    with Stage(demo, browser, "phone", lang).reporter() as found:
        found.look = lambda _step: None  # pyright: ignore[reportAttributeAccessIssue]
        found.page.clock.set_fixed_time(demo.moved.now)
        found.come_back(receipt)
        yield found


def declare(demo: MovedDemo, receipt: str, act: str) -> None:
    """The reporter declares something, by the command line's own road."""
    server = Server(demo.intake, "zh")
    directory = verified(demo)
    with demo.own_cost():
        keys = crypto.derive_reporter(crypto.read_receipt(receipt.replace(" ", "")), directory.office)
    try:
        mailbox = poll_mailbox(server, keys)
        assert mailbox is not None
        cursor = crypto.read_mailbox(directory, keys, mailbox).cursor
        post, _ = crypto.seal_act(keys, cursor, crypto.ActText(crypto.Declaration(act), ""), os.urandom)
        server.call("POST", "/api/posts", **as_json(crypto.write_post(post)))
    finally:
        server.close()


def declares(found: Reporter, act: str, text: str) -> None:
    """The reporter declares something in the browser; anyone who appeals has read the notice, and says so first."""
    sent = int(found.find("mailbox").get_attribute("data-sent") or "0") + (2 if act == "appeal" else 1)
    found.find(f"ask-{act}").click()
    found.find("ask-text").fill(text)
    found.find("ask-send").click()
    expect(found.page.locator(f'[data-test="mailbox"][data-sent="{sent}"]')).to_be_visible(timeout=SEALING)


def acts(demo: MovedDemo, member: str, words: str, folder: Path, *wishes: ActionRequest) -> list[Event]:
    """Another member does some acts by the twin of the command line.

    Once more where the worker wrote into the case meanwhile, as the command asks a person to.
    """
    with colleague(demo, member) as found:
        case = str(found.find(words, folder).row["case"])
        return [_act_or_again(demo, found, case, wish) for wish in wishes]


def _act_or_again(demo: MovedDemo, found: Colleague, case: str, wish: ActionRequest) -> Event:
    for _ in range(TRIES):
        try:
            return _act(demo, found, case, wish)
        except ServerRefused as refused:
            if not refused.is_conflict:
                raise
    raise AssertionError(f"{wish.act}: the case was written into {TRIES} times")


def _act(demo: MovedDemo, found: Colleague, case: str, wish: ActionRequest) -> Event:
    opened = found.open(case)
    if wish.readers == "office" and crypto.needs_office_key(opened.grant, opened.thread):
        where = (found.staff, found.session.directory, opened.grant, opened.thread)
        key = crypto.seal_office_key(*where, os.urandom)
        write_step(found.session, found.staff, opened, StepLoad("office-key", demo.day.isoformat(), key))
        opened = found.open(case)
    ruled = ruled_case(found.session, opened)
    ruled = replace(ruled, ruling=replace(ruled.ruling, now=demo.moved.now))
    event = attempt(ruled, found.session.member, wish)
    assert isinstance(event, Event), event
    where = (found.staff, found.session.directory, opened.grant, opened.thread)
    kind = "sealed" if TRAITS[wish.act].masked else wish.act.value
    item = seal_action(where, ruled, wish, event, [])
    write_step(found.session, found.staff, opened, StepLoad(kind, demo.day.isoformat(), item, names=names_of(event)))
    return event


def worked(day: date) -> bool:
    """Whether the group works on a day."""
    return shipped_calendar("cn").day(day).worked


def _until_agreed(demo: MovedDemo, browser: Browser, member: Handler, receipt: str) -> None:
    """Findings shown, contested, shown again, confirmed; the solution told and agreed."""
    member.do("accepted", "已受理您的投诉。")
    member.do("method-chosen", "由人力资源部直接调查，情况不复杂。")
    member.do("evidence-gathered", "考勤记录。")
    member.do("findings-shown", "初步调查：考勤记录无异常。")
    due = member.page.locator('[data-test="due"][data-clock="findings-answer"]')
    expect(due).to_have_attribute("data-day", working_days_after(demo.day, 5, worked).isoformat())
    expect(due.locator('[data-test="why"]')).to_contain_text("5 个工作日")
    with reporter(demo, browser, receipt) as found:
        expect(found.find("notice-text").last).to_contain_text("考勤记录无异常")
        declares(found, "contest", "十月的记录被改过。")
    member.read_declared("findings-contested")
    assert member.stage() == "调查"
    member.do("evidence-gathered", "调取门禁记录，考勤确被改动。")
    member.do("findings-shown", "经再次调查，考勤记录确被改动。")
    declare(demo, receipt, "confirm")
    member.read_declared("findings-confirmed")
    member.do("plan-drafted", "更正考勤，补发工资。")
    member.do("plan-told", "拟更正考勤，补发工资。")
    declare(demo, receipt, "agree")
    member.read_declared("plan-agreed")


@pytest.mark.timeout(1800)
def test_findings_are_contested_and_the_result_is_appealed_on_the_last_day(
    moved: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P07: contested, then confirmed; told; appealed on the fifth working day; another than who decided decides it."""
    words = "考勤被改"
    receipt = file_report(moved, Report("group", P07, "other", f"{words}，工资少发。", "zh"), tmp_path)
    with handler(moved, chromium) as member:
        member.open(words)
        member.take()
        _until_agreed(moved, chromium, member, receipt)
        member.do("decided", "投诉属实。", "act-outcome-true")
        expect(member.find("outcome")).to_have_text("处理结论：问题属实，予以纠正")
        member.do("notified", "投诉属实，已补发工资。")
        declare(moved, receipt, "seen")
        member.read_declared("notice-received")
    moved.moved.move_to(working_days_after(moved.day, 5, worked))
    with reporter(moved, chromium, receipt) as found:
        declares(found, "appeal", "补发的数额不对。")
    with handler(moved, chromium) as member:
        member.open(words)
        expect(member.page.locator('[data-test="due"][data-clock="appeal"]')).to_have_attribute(
            "data-day", moved.day.isoformat()
        )
        member.read_declared("appealed")
        assert member.stage() == "公司领导复核"
        # Under review what was decided before does not stand.
        expect(member.find("outcome")).to_have_text("上次结论：问题属实，予以纠正")
        expect(member.find("barred-appeal-decided")).to_contain_text("须由另一人办理")
        review = ActionRequest(Act.REINVESTIGATED, text="复核：数额确有误。")
        final = ActionRequest(Act.APPEAL_DECIDED, text="更正数额。", outcomes=("partly-true",), to="final")
        acts(moved, "approver-a", words, tmp_path, review, final)
        member.refresh()
        expect(member.find("outcome")).to_have_text("处理结论：问题部分属实，部分不予处理")
        member.do("notified", "复核：数额已更正，本决定为最终决定。")
        # What proved true of it is put right before the end.
        member.do("measure-set", "补发差额。", "act-measure-corrected")
        member.do("closed")
        assert member.stage() == "已办结"
        expect(member.find("server-differs")).to_have_count(0)
