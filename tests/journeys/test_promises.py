"""What the first page promises, in real browsers: due at the desk on its day, red the day after, done by answering."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from portal.cli.reporter.reporting import ReportRequest as Report
from tests.journeys.colleague import file_report
from tests.journeys.handler import Handler
from tests.journeys.investigator import PATIENCE
from tests.journeys.moved import MovedDemo
from tests.journeys.reporter import Reporter
from tests.journeys.test_over_days import handler, reporter
from tests.support.commands.yanlu_process import POLICY

DAYS = {"acknowledge": 7, "first-answer": 14, "result": 90}
RED = "overdue"


def day_of(begun: date, promise: str) -> str:
    """The day on which a promise ends."""
    return (begun + timedelta(days=DAYS[promise])).isoformat()


def due(member: Handler, promise: str) -> Locator:
    """A promise's line of what is due in the open case."""
    return member.due(f"promise-{promise}")


def kept(member: Handler, promise: str) -> Locator:
    """The line that says when a promise was kept."""
    return member.page.locator(f'[data-test="promise-kept"][data-clock="promise-{promise}"]')


def says_what_was_kept(member: Handler, day: date) -> None:
    """Both promises that one reply kept are folded under what is still open, each with its day and whether late."""
    written = f"{day.month}月{day.day}日"
    expect(kept(member, "acknowledge")).to_be_hidden()
    fold = member.find("promises-kept").locator("summary")
    expect(fold).to_have_text("已兑现的承诺：2 项，其中逾期 1 项")
    fold.click()
    for promise, said in (("acknowledge", f"{written}兑现，已逾期"), ("first-answer", f"{written}已兑现")):
        expect(kept(member, promise)).to_have_attribute("data-day", day.isoformat())
        expect(kept(member, promise)).to_contain_text(said)
    expect(kept(member, "result")).to_have_count(0)
    member.look("promises-kept")
    member.note("已电话核实。")
    # The page was drawn again: what was folded out stays so.
    expect(kept(member, "acknowledge")).to_be_visible()


def asks_only(member: Handler) -> None:
    """A question alone tells the reporter neither that it arrived nor what becomes of it."""
    expect(due(member, "acknowledge").locator('[data-test="keeps"]')).to_contain_text("告知已收件")
    member.do("information-asked", "请问是哪一天的货？")
    for promise in DAYS:
        expect(due(member, promise)).to_have_count(1)
        expect(kept(member, promise)).to_have_count(0)
    # What the reporter waits for is still the step that the page offers first.
    expect(member.find("act-acknowledged")).to_be_visible()


def confirms_receipt(member: Handler) -> None:
    """The first promise is kept by it, the second is not."""
    member.do("acknowledged", "您的举报已收到。")
    expect(due(member, "acknowledge")).to_have_count(0, timeout=PATIENCE)
    expect(due(member, "first-answer")).to_have_count(1)


def in_view(member: Handler, view: str, words: str) -> int:
    """How many rows of a view hold these words."""
    member.find(f"view-{view}").click()
    return member.find("case-row").filter(has_text=words).count()


@pytest.mark.timeout(1800)
def test_a_broken_promise_turns_red_on_the_right_day(office: MovedDemo, browser: Browser, tmp_path: Path) -> None:
    """The page says 7, 14 and 90 days; the desk runs them, and so does the mailbox, until they are kept."""
    words = f"仓库少了货 {browser.browser_type.name}"
    receipt, begun = file_report(office, Report("group", POLICY, "other", words, "zh"), tmp_path), office.day
    promised_in_mailbox(office, browser, receipt, list(DAYS))
    office.moved.move_to(begun + timedelta(days=DAYS["acknowledge"]))
    with handler(office, browser) as member:
        member.open(words)
        expect(due(member, "acknowledge")).to_contain_text("收到后及时登记并告知已收件")
        for promise in DAYS:
            expect(due(member, promise)).to_have_attribute("data-day", day_of(begun, promise))
            expect(due(member, promise)).not_to_have_class(RED)
            expect(kept(member, promise)).to_have_count(0)
        assert (in_view(member, "soon", words), in_view(member, "overdue", words)) == (1, 0)
    office.moved.move_to(begun + timedelta(days=DAYS["acknowledge"] + 1))
    # The worker notes what is overdue at the same time: the desk sends once more.
    with handler(office, browser, expected=["409 (CONFLICT)"]) as member:
        assert in_view(member, "overdue", words) == 1
        member.open(words)
        expect(due(member, "acknowledge")).to_have_class(RED)
        expect(due(member, "first-answer")).not_to_have_class(RED)
        asks_only(member)
    promised_in_mailbox(office, browser, receipt, list(DAYS), begun)
    # The worker notes what is overdue at the same time: the desk sends once more.
    with handler(office, browser, expected=["409 (CONFLICT)"]) as member:
        member.open(words)
        confirms_receipt(member)
    promised_in_mailbox(office, browser, receipt, ["first-answer", "result"], begun)
    with handler(office, browser, expected=["409 (CONFLICT)"]) as member:
        member.open(words)
        member.reply("已收到，我们正在核实。")
        expect(due(member, "acknowledge")).to_have_count(0, timeout=PATIENCE)
        expect(due(member, "first-answer")).to_have_count(0)
        expect(due(member, "result")).to_have_count(1)
        says_what_was_kept(member, office.day)
        assert in_view(member, "overdue", words) == 0
    promised_in_mailbox(office, browser, receipt, ["result"], begun)


def promised_in_mailbox(
    office: MovedDemo, browser: Browser, receipt: str, open_ones: list[str], begun: date | None = None
) -> None:
    """The mailbox names what is still owed, with its day."""
    with reporter(office, browser, receipt) as found:
        rows = found.find("promises").locator("li")
        names = [str(one.get_attribute("data-promise")) for one in rows.all()]
        assert names == [f"{one.replace('-', '_')}_days" for one in open_ones]
        for row, promise in zip(rows.all(), open_ones, strict=True):
            day = date.fromisoformat(day_of(begun or office.day, promise))
            expect(row).to_contain_text(f"{day.month}月{day.day}日")
        assert isinstance(found, Reporter)
