"""How long closed cases are kept, at the desk: one list of retention and legal holds, and what a hold does to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from casework.rules.acts import Act
from portal.cli.desk.acting import ActionRequest as Do
from portal.cli.reporter.reporting import ReportRequest as Report
from tests.journeys.colleague import file_report
from tests.journeys.demo import Demo
from tests.journeys.handler import Handler
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import PATIENCE
from tests.journeys.test_over_days import acts, handler
from tests.journeys.witness import axe_violations
from tests.support.offices.role_bindings import run_policies

pytestmark = pytest.mark.timeout(1800)
P07: Final = "employee-complaint-confirm-appeal"
A, B = "investigator-a", "investigator-b"
KEPT, HELD, OPEN = "值班费重复发放", "加班时数不符", "考勤记录缺失"


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """An office with a policy whose files are kept for some months."""
    with moved_demo(demo, tmp_path_factory.mktemp("retention"), {}) as moved:
        run_policies(moved.settings, {P07: {"hr": [A], "department-head": [B], "leadership": [B]}}, [A, B])
        yield moved


def _listed(member: Handler, group: str) -> set[str]:
    """The numbers of the cases in a group of the list."""
    return set(member.find(f"retention-{group}").locator('[data-test="retention-open"]').all_inner_texts())


def _open_list(member: Handler) -> None:
    """From the view of closed cases, where how long they are kept is asked."""
    member.find("view-closed").click()
    member.find("retention-page-open").click()
    expect(member.find("retention-page")).to_be_visible()
    expect(member.page.locator("#case-title")).to_be_focused()


def _number(member: Handler, words: str, view: str) -> str:
    member.find(f"view-{view}").click()
    return member.find("case-row").filter(has_text=words).locator('[data-test="row-number"]').inner_text()


def test_a_closed_case_goes_on_its_day_and_one_under_a_hold_stays(
    office: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """Both stand there with their last day; the member holds one from the list, and after that day it alone is left."""
    for words in (KEPT, HELD, OPEN):
        file_report(office, Report("group", P07, "other", f"{words}，请核对。", "zh"), tmp_path)
    for words in (KEPT, HELD):
        acts(office, A, words, tmp_path, Do(Act.REFUSED, text="不属于受理范围。", to="ended"))
    acts(office, A, OPEN, tmp_path, Do(Act.HELD, text="仲裁机构来函。"))
    with handler(office, chromium, A) as member:
        kept, held, in_work = (_number(member, *one) for one in ((KEPT, "closed"), (HELD, "closed"), (OPEN, "open")))
        # From the view of open cases too, whose row and page are marked.
        mark = member.find("case-row").filter(has_text=OPEN).locator('[data-test="hold-mark"]')
        expect(mark).to_have_text("暂停销毁")
        member.find("retention-page-open").click()
        expect(member.find("retention-page")).to_be_visible()
        expect(member.find("retention-page")).not_to_contain_text("retention_months")
        _open_list(member)
        assert _listed(member, "running") == {kept, held}
        assert _listed(member, "held") == {in_work}
        for said in (office.staff[A].name["zh"], "仲裁机构来函。"):
            expect(member.find("retention-held")).to_contain_text(said)
        assert axe_violations(member.page) == []
        last = _holds_from_the_list(member, held)
        _open_list(member)
        assert (_listed(member, "running"), _listed(member, "held")) == ({kept}, {held, in_work})
        expect(member.find("retention-held")).to_contain_text("法院来函，须保全。")
    office.moved.move_to(last - timedelta(days=30))
    with handler(office, chromium, A) as member:
        _open_list(member)
        assert _listed(member, "soon") == {kept}
        expect(member.find("retention-soon")).to_contain_text("90 天内期满")
    office.moved.move_to(last + timedelta(days=1))
    with handler(office, chromium, A) as member:
        _open_list(member)
        _until_gone(member, kept)
        assert _listed(member, "held") == {held, in_work}
        member.find("view-closed").click()
        expect(member.find("case-row").filter(has_text=HELD)).to_have_count(1)
        expect(member.find("case-row").filter(has_text=KEPT)).to_have_count(0)


def _holds_from_the_list(member: Handler, number: str) -> date:
    """Opens a case from the list and stops its deletion; gives the last day that its page named."""
    row = member.find("retention-row").filter(has_text=number)
    last = row.locator("td").nth(2).inner_text()
    row.locator('[data-test="retention-open"]').click()
    expect(member.find("case-number")).to_have_text(number)
    expect(member.find("acts")).to_contain_text(f"保存至{last}")
    member.do("held", "法院来函，须保全。")
    expect(member.find("acts")).to_contain_text(f"如未暂停销毁，应保存至{last}")
    year, month, day = (int(part) for part in last.replace("年", "-").replace("月", "-").rstrip("日").split("-"))
    return date(year, month, day)


def _until_gone(member: Handler, number: str) -> None:
    """The worker destroys keys in its own time; the list follows once it has."""
    for _ in range(PATIENCE // 2000):
        if number not in member.find("retention-list").inner_text():
            return
        member.page.wait_for_timeout(2000)
        member.find("refresh").click()
        member.settled()
        _open_list(member)
    raise AssertionError("the case whose term is over is still there")
