"""Each of the twenty policies to the end of a case; and two over days in a real browser: made final, three months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from casework.rules.acts import Act
from portal.cli.desk.acting import ActionRequest
from portal.cli.reporter.reporting import ReportRequest as Report
from tests.journeys.case_lives import LIVES
from tests.journeys.colleague import file_report
from tests.journeys.demo import running_demo
from tests.journeys.lived_case import live_to_the_end, office_of_lives
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import SEALING
from tests.journeys.test_over_days import EU, P19, POLICIES, acts, declare, handler


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """The office on the day of the run, copied from a demo of its own."""
    with (
        running_demo(tmp_path_factory.mktemp("demo")) as demo,
        moved_demo(demo, tmp_path_factory.mktemp("moved"), POLICIES) as it,
    ):
        yield it


def _investigated(demo: MovedDemo, words: str, folder: Path) -> None:
    """The owning department writes its report and hands it in."""
    acts(
        demo,
        "investigator-a",
        words,
        folder,
        ActionRequest(Act.EVIDENCE_GATHERED, text="考勤记录。"),
        ActionRequest(Act.REPORT_FORMED, text="调查报告：加班未批。"),
        ActionRequest(Act.PLAN_DRAFTED, text="处理意见：补批。"),
        ActionRequest(Act.REPORT_SUBMITTED, to="audit"),
    )


@pytest.mark.timeout(400)
def test_a_report_is_sent_back_and_the_decision_is_published_and_made_final(
    moved: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P19: sent back with its reason, approved by another than who wrote it, published, appealed, decided for good."""
    words = "加班申请"
    receipt = file_report(moved, Report("group", P19, "other", f"{words}一直不批。", "zh"), tmp_path)
    route = ActionRequest(Act.ROUTED, to="investigation", codes={"departments": "hr"})
    checked = ActionRequest(Act.CHECKED)
    acts(moved, "investigator-a", words, tmp_path, checked, route, ActionRequest(Act.DEPARTMENT_RECEIVED))
    _investigated(moved, words, tmp_path)
    with handler(moved, chromium) as member:
        member.open(words)
        member.do("sent-back", "缺少考勤记录，请补充调查。")
        _investigated(moved, words, tmp_path)
        member.refresh()
        member.do("approved")
        member.do("decided", "投诉属实。", "act-outcome-borne-out")
        member.do("notified", "投诉属实。")
        member.find("act-published").click()
        member.find("publication-sign").click()
        expect(member.find("publication-form")).to_have_count(0, timeout=SEALING)
        for declared, act in (("seen", "notice-received"), ("appeal", "appealed")):
            declare(moved, receipt, declared)
            member.read_declared(act)
        assert member.stage() == "复查"
        member.do("reinvestigated", "复查：原结论无误。")
        member.do("appeal-decided", "维持原决定。", "act-outcome-borne-out")
        member.do("notified", "复查维持原决定，本决定为最终决定。")
        expect(member.find("barred-closed")).to_contain_text("落实处理决定")
        member.do("executed")
        expect(member.find("barred-closed")).to_contain_text("公示")
        member.find("act-published").click()
        member.find("publication-sign").click()
        expect(member.find("publication-form")).to_have_count(0, timeout=SEALING)
        expect(member.find("act-closed")).to_be_visible(timeout=SEALING)
        member.do("closed")
        expect(member.find("server-differs")).to_have_count(0)


@pytest.mark.timeout(400)
def test_feedback_is_due_after_three_months_and_nothing_extends_it(
    moved: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """EU: acknowledged within seven days; on the last day of three months it is due, and no extension is offered."""
    words = "Waste is dumped at night"
    file_report(moved, Report("ireland", EU, "other", f"{words}, behind the plant.", "en"), tmp_path)
    acts(
        moved,
        "investigator-c",
        words,
        tmp_path,
        ActionRequest(Act.ACKNOWLEDGED),
        ActionRequest(Act.ACCEPTED, to="follow-up"),
    )
    moved.moved.move_to(moved.day + timedelta(days=30))
    with handler(moved, chromium, "investigator-c", "en") as member:
        member.open(words)
        due = member.page.locator('[data-test="due"][data-clock="feedback"]')
        expect(due.locator('[data-test="why"]')).to_contain_text("3 months")
        last = date.fromisoformat(due.get_attribute("data-day") or "")
        assert "extended" not in member.allowed()
    moved.moved.move_to(last)
    with handler(moved, chromium, "investigator-c", "en") as member:
        member.find("view-soon").click()
        expect(member.find("case-row")).to_contain_text([words])
        member.find("case-row").filter(has_text=words).click()
        due = member.page.locator('[data-test="due"][data-clock="feedback"]')
        expect(due).to_have_count(1)
        member.do("progress-told", "Two managers have been heard.")
        # What the office promised besides, 90 days, may end on the same day, and keeps the case among what is due.
        expect(due).to_have_count(0)


@pytest.fixture(scope="module")
def twenty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """One office on SQLite that runs all twenty, at the light cost of a receipt."""
    folder = tmp_path_factory.mktemp("twenty")
    with (
        running_demo(tmp_path_factory.mktemp("light"), light=True) as demo,
        office_of_lives(demo, folder) as moved,
    ):
        yield moved


@pytest.mark.timeout(600)
@pytest.mark.parametrize("policy", LIVES)
def test_a_case_of_each_policy_is_lived_to_its_end(twenty: MovedDemo, policy: str, tmp_path: Path) -> None:
    """From the intake to the last stage by the members' own clients; a wrong step is refused; the desk agrees."""
    live_to_the_end(twenty, policy, tmp_path)
