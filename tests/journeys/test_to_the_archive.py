"""Six policies from the report to the end of the case, at the desk: each as its text says, and once not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from casework.rules.acts import Act
from portal.cli.desk.acting import ActionRequest
from portal.cli.reporter.reporting import ReportRequest as Report
from tests.journeys.colleague import file_report
from tests.journeys.demo import Demo
from tests.journeys.handler import Handler
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.test_over_days import acts, declare, handler, reporter, worked
from tests.support.offices.role_bindings import run_policies
from tests.support.offices.shifted_clock import working_days_after

pytestmark = pytest.mark.timeout(1800)
P08, P09, P11, P13, P18, P19 = (
    "employee-complaint-resolution", "customer-complaint-handling",
    "internal-complaint-disciplinary", "airline-complaint", "employee-complaint-resolution-sla",
    "employee-complaint-review-publish",
)  # fmt: skip
A, B, C = "investigator-a", "investigator-b", "investigator-c"
HELD: Final = {
    P08: {"complaint-body": [A], "related-department": [B], "hr": [B], "leadership": [C]},
    P09: {"company": [A], "investigator": [B], "related-department": [C]},
    P11: {"superior": [A], "related-department": [B], "oversight": [C]},
    P13: {"receiving-team": [A], "service-team": [B], "senior-management": [C]},
    P18: {"hr": [A], "related-department": [B], "superior": [A], "oversight": [C], "leadership": [C]},
    P19: {"hr": [B], "owning-department": [A], "superior": [A], "company": [C]},
}
DEPARTMENTS: Final = f"""
[[departments]]
id = "payroll"
name = {{ zh = "薪酬科", en = "Payroll" }}
members = ["{B}"]

[[departments]]
id = "workshop"
name = {{ zh = "一车间", en = "First workshop" }}
members = ["{B}"]
"""
Do = ActionRequest


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """An office whose departments are different people."""
    with moved_demo(demo, tmp_path_factory.mktemp("archive"), {}) as moved:
        run_policies(moved.settings, HELD, [A, B, C, "registrar-a"], {P18: DEPARTMENTS})
        yield moved


def _ended(member: Handler, words: str) -> None:
    """The case is among the closed ones, and the server counts its days as this browser does."""
    expect(member.find("server-differs")).to_have_count(0)
    member.find("view-closed").click()
    expect(member.find("case-row").filter(has_text=words)).to_have_count(1)
    member.find("view-open").click()
    expect(member.find("case-row").filter(has_text=words)).to_have_count(0)


def _has_nothing_to_carry_out(member: Handler) -> None:
    """The form says that nothing has to be done, and why the step exists all the same."""
    member.open_form("executed")
    expect(member.find("nothing-to-carry-out")).to_contain_text("没有需要落实的事项")
    member.find("act-cancel").click()
    member.do("executed")


def _publishes_and_carries_out(member: Handler) -> None:
    """What was upheld is published and done; the form of the second step does not say that there is nothing to do."""
    member.open_form("executed")
    expect(member.find("nothing-to-carry-out")).to_have_count(0)
    member.find("act-cancel").click()
    member.publish(result="投诉属实，已重新评分。")
    member.do("executed", "已重新评分。", "act-to-office")


def test_an_opinion_rests_on_an_investigation_and_the_leadership_approves_it(
    office: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P08: nothing goes up before it was looked into; approved, decided, carried out by the department, told, heard."""
    words = "车间排风坏了"
    file_report(office, Report("group", P08, "environment", f"{words}，报修三次。", "zh"), tmp_path)
    with handler(office, chromium, A) as member:
        member.open(words)
        member.do("registered")
        member.do("acknowledged", "已登记。")
        expect(member.find("barred-plan-drafted")).to_contain_text("须先完成：取证")
        member.do("evidence-gathered", "报修单三份，风机停转。")
        member.do("plan-drafted", "更换风机。")
    acts(office, C, words, tmp_path, Do(Act.APPROVED))
    acts(office, A, words, tmp_path, Do(Act.DECIDED, text="属实。", outcomes=("borne-out",), to="implementation"))
    acts(office, B, words, tmp_path, Do(Act.EXECUTED))
    with handler(office, chromium, A) as member:
        member.open(words)
        member.do("notified", "投诉属实，风机已更换。")
        expect(member.find("barred-closed")).to_contain_text("须先完成：听取")
        member.do("view-heard")
        member.do("closed")
        _ended(member, words)


def test_a_customer_is_told_at_once_and_heard_before_the_case_closes(
    office: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P09: told and passed on before anybody is sent; talked to; the solution explained; heard at the end."""
    words = "柜门装反了"
    receipt = file_report(office, Report("group", P09, "product", f"{words}，打不开。", "zh"), tmp_path)
    by_when = (office.day + timedelta(days=7)).isoformat()
    with handler(office, chromium, A) as member:
        member.open(words)
        member.do("registered")
        expect(member.find("barred-assigned")).to_contain_text("须先完成：告知已收件、告知办理进展、转办")
    acts(
        office, A, words, tmp_path,
        Do(Act.ACKNOWLEDGED, text="已收到。"),
        Do(Act.PROGRESS_REPORTED, text="已派人上门查看。", due=by_when),
        Do(Act.ROUTED, codes={"departments": "related-department"}),
        Do(Act.ASSIGNED, codes={"handler": B}, to="investigation"),
    )  # fmt: skip
    with handler(office, chromium, B) as member:
        member.open(words)
        expect(member.find("barred-checked")).to_contain_text("须先完成：谈话、取证")
        member.do("talked", "客户称左右门装反。")
        member.do("evidence-gathered", "照片两张。")
        member.do("checked")
    acts(
        office, A, words, tmp_path,
        *(Do(act, text="铰链装反，周五重装。") for act in (Act.CAUSE_FOUND, Act.PLAN_DRAFTED, Act.PLAN_PRESENTED)),
        Do(Act.DECIDED, text="属实。", outcomes=("borne-out",), to="feedback"),
    )  # fmt: skip
    with handler(office, chromium, A) as member:
        member.open(words)
        member.do("executed")
        member.do("notified", "柜门已重装，请告诉我们您的意见。")
        member.do("summarised", "出厂前核对铰链方向。", "act-to-office")
        expect(member.find("barred-closed")).to_contain_text("须先完成：听取")
        member.do("view-heard")
        member.do("closed")
        _ended(member, words)
    with reporter(office, chromium, receipt) as found:
        expect(found.find("notice-text").last).to_contain_text("柜门已重装")


def test_an_unfounded_complaint_ends_without_a_measure(office: MovedDemo, chromium: Browser, tmp_path: Path) -> None:
    """P11: who reported on it does not decide it; unfounded, nobody is disciplined, and it waits for a review first."""
    words = "排班不公"
    receipt = file_report(office, Report("group", P11, "management", f"{words}，总排我夜班。", "zh"), tmp_path)
    acts(
        office, A, words, tmp_path,
        Do(Act.EVIDENCE_GATHERED, text="三个月排班表。"), Do(Act.CHECKED),
        Do(Act.REPORT_FORMED, text="夜班按轮次排，没有偏差。"), Do(Act.REPORT_SUBMITTED, to="assessment"),
    )  # fmt: skip
    with handler(office, chromium, A) as member:
        member.open(words)
        assert "decided" not in member.allowed()
    with handler(office, chromium, B) as member:
        member.open(words)
        member.do("decided", "排班符合制度。", "act-outcome-not-borne-out")
        member.refused("measure-set", "属实", "act-measure-oral-warning")
        member.do("measure-set", "", "act-measure-none")
        expect(member.find("decision").last).to_have_text("无需另行采取措施")
        member.do("notified", "经核实，排班按轮次进行，投诉不属实。")
        _has_nothing_to_carry_out(member)
        expect(member.find("barred-closed")).to_contain_text("尚未到时间")
        waits = member.due("review-wait").get_attribute("data-day") or ""
    office.moved.move_to(date.fromisoformat(waits) + timedelta(days=1))
    with handler(office, chromium, B) as member:
        member.open(words)
        member.do("closed")
        _ended(member, words)
    with reporter(office, chromium, receipt) as found:
        expect(found.find("notice-text").last).to_contain_text("投诉不属实")


def _speaks_of_a_complaint(member: Handler) -> None:
    """Nothing of the open case calls the customer somebody who reported, the next time that it is drawn either."""
    for _ in range(2):
        expect(member.find("case")).to_contain_text("投诉人")
        expect(member.find("case")).not_to_contain_text("举报人")
        member.refresh()


def test_a_customer_is_compensated_for_a_complaint_that_was_borne_out(
    office: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P13: confirmed with the customer, investigated, borne out, compensated; not before its decision, by no other."""
    words = "航班取消无人安置"
    file_report(office, Report("group", P13, "service", f"{words}，等了六小时。", "zh"), tmp_path)
    acts(
        office, A, words, tmp_path,
        Do(Act.REGISTERED), Do(Act.GRADED, codes={"grade": "ordinary"}, to="acceptance"), Do(Act.CHECKED),
        Do(Act.CONTENT_CONFIRMED),
        Do(Act.PROCEDURE_EXPLAINED, text="十个工作日内答复。", due=(office.day + timedelta(days=14)).isoformat()),
        Do(Act.ACCEPTED, text="已受理。", to="investigation"),
    )  # fmt: skip
    with handler(office, chromium, B) as member:
        member.open(words)
        _speaks_of_a_complaint(member)
        member.do("evidence-gathered", "柜台记录与当日航班动态。")
        member.do("cause-found", "未按规定安排住宿。")
        assert "compensated" not in member.allowed()
        member.do("decided", "投诉属实。", "act-outcome-borne-out")
        member.do("measure-set", "报销住宿，另补二百元。", "act-measure-compensation")
        member.do("compensated", "报销住宿，另补二百元。")
        expect(member.find("barred-closed")).to_contain_text("须先完成")
        member.do("notified", "投诉属实，报销住宿并补偿二百元。")
        member.do("closed")
        _ended(member, words)


def _grades(member: Handler) -> None:
    """The form quotes the clause and says what each grade brings; the page has this member's duties alone."""
    member.open_form("graded")
    expect(member.find("grade-major")).to_contain_text("公司领导亲自关注")
    expect(member.find("grade-major")).to_contain_text("“答复”时限：30 个工作日。")
    expect(member.find("clause")).to_contain_text("制度原文（第 275 行）：对于重大投诉或涉及多个部门的投诉")
    member.find("act-cancel").click()
    member.do("graded", grade="general")
    member.find("policy-clauses").locator("summary").click()
    expect(member.find("policy-clauses")).to_contain_text("对不合理、非法的投诉耐心解释、引导")
    expect(member.find("policy-clauses")).not_to_contain_text("指导其正确反映问题")


def _sends_to_two_departments(member: Handler) -> None:
    """The office's departments stand there by name, no id is typed, and the form says which limit two of them have."""
    form = member.open_form("routed")
    expect(member.find("act-departments")).to_have_count(0)
    expect(member.find("act-department-related-department")).to_have_count(0)
    expect(form).to_contain_text("涉及 2 个以上部门的，“答复”时限为 30 个工作日。")
    member.find("act-send").click()
    expect(form.locator(".fault").first).to_contain_text("部门")
    member.find("act-cancel").click()
    member.do("routed", "", "act-department-payroll", "act-department-workshop")
    expect(member.find("acts")).to_contain_text("薪酬科")


def _explains(member: Handler) -> None:
    """The form quotes the text, and the result is not sent as long as nothing but its ready sentence stands there."""
    form = member.open_form("notified")
    expect(form).to_contain_text("应耐心解释,引导员工正确反映问题")
    member.find("act-tell-outcome-unreasonable").check()
    expect(member.find("act-text")).to_have_value("您反映的情况已有处理结果：不合理、非法。理由和情况说明：")
    member.find("act-send").click()
    expect(form.locator(".fault").first).to_contain_text("请写明理由")
    member.find("act-cancel").click()
    member.do("notified", "年终奖按制度次年一月发放，不能提前；如有困难可申请借支。")


def test_an_unreasonable_complaint_is_explained_within_thirty_days_of_work(
    office: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P18: over departments thirty days of work; unreasonable, so explained and closed, with nothing to execute."""
    words = "要求提前发年终奖"
    file_report(office, Report("group", P18, "pay", f"{words}。", "zh"), tmp_path)
    with handler(office, chromium, A) as member:
        member.open(words)
        member.do("registered")
        member.do("procedure-told", "登记后由有关部门调查。")
        member.do("classified", classification="pay")
        expect(member.find("barred-routed")).to_contain_text("核实")
        member.do("checked")
        expect(member.find("barred-routed")).to_contain_text("须先完成")
        _grades(member)
        due = member.due("answer")
        expect(due).to_have_attribute("data-day", working_days_after(office.day, 15, worked).isoformat())
        _sends_to_two_departments(member)
        expect(due).to_have_attribute("data-day", working_days_after(office.day, 30, worked).isoformat())
    acts(
        office, B, words, tmp_path,
        Do(Act.DEPARTMENT_RECEIVED), Do(Act.EVIDENCE_GATHERED, text="制度规定次年一月发放。"),
        Do(Act.REPORT_FORMED, text="没有提前发放的规定。"), Do(Act.REPORT_SUBMITTED, to="findings"),
    )  # fmt: skip
    acts(office, A, words, tmp_path, Do(Act.FINDINGS_SHOWN, text="制度规定次年一月发放。", to="solving"))
    with handler(office, chromium, B) as member:
        member.open(words)
        member.do("decided", "要求不合理。", "act-outcome-unreasonable")
        _has_nothing_to_carry_out(member)
        expect(member.find("barred-closed")).to_contain_text("须先完成")
        _explains(member)
        member.do("closed")
        _ended(member, words)


def test_an_upheld_complaint_is_executed_and_published_without_an_appeal(
    office: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P19: nobody appeals in three days of work; it ends after them, published and carried out."""
    words = "评分表签名不是我的"
    receipt = file_report(office, Report("group", P19, "complaint", f"{words}。", "zh"), tmp_path)
    with handler(office, chromium, B) as member:
        member.open(words)
        member.do("checked")
        member.do("routed", "", "act-department-owning-department")
        assert "decided" not in member.allowed()
    acts(
        office, A, words, tmp_path,
        Do(Act.DEPARTMENT_RECEIVED), Do(Act.EVIDENCE_GATHERED, text="评分表原件。"),
        Do(Act.REPORT_FORMED, text="签名由他人代签。"), Do(Act.PLAN_DRAFTED, text="重新评分。"),
        Do(Act.REPORT_SUBMITTED, to="audit"),
    )  # fmt: skip
    with handler(office, chromium, B) as member:
        member.open(words)
        expect(member.find("barred-decided")).to_contain_text("须先完成")
        member.do("approved")
        member.do("decided", "投诉属实，重新评分。", "act-outcome-borne-out")
        member.do("notified", "投诉属实，将重新评分。")
    declare(office, receipt, "seen")
    with handler(office, chromium, B) as member:
        member.open(words)
        member.read_declared("notice-received")
        expect(member.find("barred-closed")).to_contain_text("须先完成：公示、落实处理决定")
    with handler(office, chromium, A) as member:
        member.open(words)
        _publishes_and_carries_out(member)
    with handler(office, chromium, B) as member:
        member.open(words)
        expect(member.find("barred-closed")).to_contain_text("尚未到时间")
    office.moved.move_to(working_days_after(office.day, 4, worked))
    with handler(office, chromium, B) as member:
        member.open(words)
        member.do("closed")
        _ended(member, words)
