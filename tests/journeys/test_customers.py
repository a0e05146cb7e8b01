"""Customers' complaints in a real browser: a batch of many, a draft that is bound, dates and versions that change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.refusals import Refusal, RefusalReason
from casework.policy.reader import shipped_bindings
from casework.rules.acts import Act
from portal.cli.desk.acting import ActionRequest, attempt
from portal.cli.desk.case_state import ruled_case
from portal.cli.errors import Exit
from portal.cli.reporter.reporting import ReportRequest as Report
from tests.journeys.colleague import colleague, file_report, file_reports
from tests.journeys.demo import Demo
from tests.journeys.handler import Handler
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import SEALING, Told
from tests.journeys.test_main_journey import Stage
from tests.journeys.test_over_days import GROUP, acts, declare, handler, reporter, worked
from tests.journeys.witness import axe_violations, overflow
from tests.support.commands.yanlu_process import yanlu
from tests.support.offices.shifted_clock import Policies, widen, working_days_after
from tests.support.samples.calendar_files import CHINA_2027

P06, P15 = "product-quality-complaint", "customer-callback-workorder"
MANY = 29
NUMBER = re.compile(r"^[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$")
KETTLE = "电热水壶漏电"
FIRST = f"{KETTLE}，孩子被电到"
ANSWER = "该批次电热水壶已停止销售，我们正在查明原因，请停止使用。"
LOOKED = ("gather", "joint-progress-told", "merged", "partly", "act-migrated")
LEAK = "空调装好后漏水"
AGAIN = (
    ActionRequest(Act.CONTACTED, text="已电话联系。"),
    ActionRequest(Act.PLAN_DRAFTED, text="重新安装。"),
    ActionRequest(Act.MEDIATED, text="客户同意。"),
    ActionRequest(Act.VISIT_AGREED),
    ActionRequest(Act.EXECUTED, text="已重新安装。"),
    ActionRequest(Act.ORDER_RETURNED),
    ActionRequest(Act.CONTACTED_AGAIN, text="第二次电话沟通。"),
)
"""The second round, by a colleague."""
POLICIES = resources.files("casework") / "policies"


@pytest.fixture(scope="module")
def shop(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """An office with the policy for products, on a clock of its own."""
    with moved_demo(demo, tmp_path_factory.mktemp("shop"), {P06: ("group", GROUP)}) as office:
        yield office


def _sign_anew(shop: MovedDemo, policies: Policies) -> None:
    """More policies, and whatever version is in force, in a directory signed today."""
    widen(shop.settings, policies, datetime.now(UTC).date())


def _look_closely(member: Handler) -> None:
    """Axe and the width of the page, at the forms that only these journeys open."""

    def look(step: str) -> None:
        if step in LOOKED:
            assert axe_violations(member.page) == [], step
            assert overflow(member.page) <= 0, step

    member.look = look  # pyright: ignore[reportAttributeAccessIssue]


def _start_emergency(member: Handler) -> None:
    """Recorded, checked, graded as a major event; what is then due at once is done, and told to the top."""
    member.take()
    member.do("registered")
    member.do("content-confirmed", "您反映电热水壶漏电，对吗？如有出入请告知。")
    member.do("checked")
    member.do("graded", grade="major")
    expect(member.due("emergency").locator('[data-test="why"]')).to_contain_text("立即")
    member.do("emergency-started", "全部门店下架同批次产品。", "act-to-office")
    expect(member.due("emergency")).to_have_count(0)
    member.do("reported-up", "已报告总经理。", "act-to-office")


def _merge_the_others(member: Handler) -> None:
    """All others of the batch, ticked at once: each its own step on its own record."""
    member.find("merging").locator("summary").first.click()
    member.find("gather").click()
    member.find("targets-filter").fill(KETTLE)
    member.find("targets-all").click()
    expect(member.find("targets-count")).to_contain_text(str(MANY))
    # Which of them is which does not hang on the first words alone.
    expect(member.find("target").first.locator('[data-test="which-number"]')).to_have_text(NUMBER)
    expect(member.find("target").first).to_contain_text("公司产品投诉管理制度")
    member.look("gather")
    member.find("act-send").click()
    expect(member.find("act-form")).to_have_count(0, timeout=SEALING)
    expect(member.find("follower")).to_have_count(MANY)
    expect(member.find("owed")).to_contain_text(str(MANY))
    member.look("merged")


def _answer_them_all(shop: MovedDemo, member: Handler, folder: Path) -> None:
    """In one of the cases a colleague is faster: only that one is left, and gets the answer with the next try."""
    form = member.together("progress-told", ANSWER)
    acts(shop, "investigator-a", _consumer(7), folder, ActionRequest(Act.REGISTERED))
    member.find("act-send").click()
    expect(member.find("act-fault")).to_contain_text(f"已记入 {MANY - 1} 件，尚有 1 件", timeout=SEALING)
    expect(member.fates("sent")).to_have_count(MANY - 1)
    expect(member.fates("failed")).to_contain_text(_consumer(7))
    expect(member.find("act-text")).to_have_value(ANSWER)
    member.look("partly")
    member.find("act-send").click()
    expect(form).to_have_count(0, timeout=SEALING)
    expect(member.find("owed")).to_contain_text("每位投诉人都已得到答复")


def _end(member: Handler) -> None:
    member.do("routed", "", "act-department-related-department")
    member.do("cause-found", "温控器密封圈老化。")
    member.do("plan-drafted", "召回该批次，更换供应商。")
    member.do("decided", "属实。", "act-outcome-borne-out")
    member.do("notified", "经查属实，产品已召回，请联系门店退款。")
    expect(member.find("barred-archived")).to_contain_text("整改措施、采取有效措施解决问题")
    member.do("measure-set", "已召回并更换供应商。", "act-measure-corrective", "act-measure-solved")
    expect(member.find("barred-archived")).to_have_count(0)
    member.do("archived")
    assert member.stage() == "投诉归档"
    expect(member.find("server-differs")).to_have_count(0)


def _consumer(number: int) -> str:
    return f"{KETTLE}，第 {number:02} 位消费者"


@pytest.mark.timeout(1800)
def test_thirty_consumers_are_one_batch_and_a_major_event_starts_the_emergency_plan(
    shop: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P06: emergency plan and report up; 29 cases merged; one answer reaches each of them once, first or last."""
    batch = [Report("group", P06, "sale", f"{_consumer(n)}，请处理。", "zh") for n in range(MANY)]
    receipts = file_reports(shop, batch, tmp_path)
    with Stage(shop, chromium, "phone", "zh").reporter() as found:
        found.look = lambda _step: None  # pyright: ignore[reportAttributeAccessIssue]
        found.report(Told(f"{FIRST}。", "sale", entity="group", policy=P06))
    with handler(shop, chromium, expected=["409 (CONFLICT)"]) as member:
        member.open(FIRST)
        _look_closely(member)
        _start_emergency(member)
        _merge_the_others(member)
        _answer_them_all(shop, member, tmp_path)
        _end(member)
    with reporter(shop, chromium, receipts[7]) as found:
        expect(found.find("notice-text").filter(has_text=ANSWER)).to_have_count(1)


def _publish(text: Path, bindings: Path) -> tuple[str | Path, ...]:
    """Everybody who holds the reports acts in each role, and that is meant so."""
    return ("policy", "publish", text, "--bindings", bindings, "--confirm", "unbound")


def _publish_bound(shop: MovedDemo, folder: Path) -> None:
    """The text with its blanks is refused and says which; with the office's numbers it is published and signed."""
    draft, bindings = folder / "draft.toml", folder / "bindings.toml"
    draft.write_bytes((POLICIES / f"{P15}.toml").read_bytes())
    refused = yanlu("policy", "publish", draft, settings=shop.settings)
    assert refused.code != Exit.DONE
    assert "limits.follow-up" in refused.err
    bindings.write_bytes(shipped_bindings(P15))
    ran = yanlu(*_publish(draft, bindings), settings=shop.settings)
    assert ran.code == Exit.DONE, ran.err
    _sign_anew(shop, {P15: ("group", GROUP)})


def _handle_once(member: Handler, plan: str) -> None:
    """What the department does with a work order, up to the second call."""
    member.do("contacted", "已电话联系，约定时间。")
    member.do("plan-drafted", plan)
    member.do("mediated", "客户同意。", "act-to-office")
    expect(member.find("barred-followed-up")).to_contain_text("尚未到时间")
    member.do("executed", "已办。", "act-to-office")
    member.do("order-returned")
    member.do("contacted-again", "第二次电话沟通。")


def _is_refused_by_command(shop: MovedDemo, folder: Path) -> None:
    """The command asks for what the customer said too."""
    with colleague(shop, "investigator-a") as found:
        ruled = ruled_case(found.session, found.find(LEAK, folder))
        answer = attempt(ruled, "investigator-a", ActionRequest(Act.JUDGED, text="处理成功。"))
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.names) == (RefusalReason.FIRST, (Act.RATED,))


def _reach_the_second_call(shop: MovedDemo, chromium: Browser) -> None:
    with handler(shop, chromium) as member:
        member.open(LEAK)
        member.take()
        member.do("registered")
        member.do("routed", "", "act-department-administration")
        member.do("order-issued")
        assert member.stage() == "部门处理"
        expect(member.due("plan")).to_be_visible()
        _handle_once(member, "更换接头。")
        expect(member.find("barred-judged")).to_contain_text("须先完成：电话追踪")


def _waits_for_the_visit(shop: MovedDemo, chromium: Browser) -> None:
    """Each round has its own follow-up call; then the verdict waits for the visit, and for the word after it."""
    shop.moved.move_to(working_days_after(shop.day, 2, worked))
    with handler(shop, chromium) as member:
        member.open(LEAK)
        expect(member.find("barred-judged")).to_contain_text("须先完成：电话追踪")
        member.do("followed-up")
        member.refused("judged", "客户二次到店", text="处理成功。")
        member.do("visited-again")
        member.refused("judged", "第二次", text="处理成功。")


@pytest.mark.timeout(1800)
def test_a_draft_is_refused_until_it_is_bound_and_then_calls_back_until_the_customer_is_satisfied(
    shop: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P15: seven blanks, bound; work order, agreement, second call; not satisfied, so once more; satisfied, filed."""
    _publish_bound(shop, tmp_path)
    with Stage(shop, chromium, "phone", "zh").reporter() as found:
        found.look = lambda _step: None  # pyright: ignore[reportAttributeAccessIssue]
        receipt = found.report(Told(f"{LEAK}。", "complaint", entity="group", policy=P15))
    _reach_the_second_call(shop, chromium)
    shop.moved.move_to(working_days_after(shop.day, 1, worked))
    declare(shop, receipt, "unsatisfied")
    with handler(shop, chromium) as member:
        member.open(LEAK)
        member.wait_declared("rated")
        member.do("followed-up")
        # What the customer said goes on the record before anybody judges.
        member.refused("judged", "投诉人评价", text="处理成功。")
        _is_refused_by_command(shop, tmp_path)
        member.read_declared("rated")
        member.refused("judged", "部门处理", text="处理成功。")
        member.do("reopened", "客户不满意：仍在漏水。")
        assert member.stage() == "部门处理"
    acts(shop, "investigator-a", LEAK, tmp_path, *AGAIN)
    _waits_for_the_visit(shop, chromium)
    declare(shop, receipt, "satisfied")
    with handler(shop, chromium) as member:
        member.open(LEAK)
        member.read_declared("rated")
        member.do("judged", "您已表示满意，处理完成。")
        member.do("signed")
        expect(member.find("barred-signed")).to_contain_text("须由另一人办理")
    acts(shop, "approver-a", LEAK, tmp_path, ActionRequest(Act.SIGNED, to="filing"))
    with handler(shop, chromium) as member:
        member.open(LEAK)
        member.do("archived")
        assert member.stage() == "已归档"
        expect(member.find("server-differs")).to_have_count(0)


def _second_version(shop: MovedDemo, folder: Path) -> None:
    """A version 2 of P06 that gives the department eight days in place of seven, in force at once."""
    text, bindings = folder / "second.toml", folder / "second.bindings.toml"
    old = (POLICIES / f"{P06}.toml").read_text("utf-8")
    assert old.count('limit = "7 working days"') == 1
    new = old.replace('limit = "7 working days"', 'limit = "8 working days"')
    # The limit rests on the office now, no longer on the words of the text.
    quoted = [line for line in new.splitlines() if line.startswith("source") and "7个工作日内制定" in line]
    new = new.replace(
        quoted[-1], 'source = { supplied = { zh = "本单位延长一日", en = "The office gives one day more" } }'
    )
    text.write_text(new.replace('version = "1"', 'version = "2"', 1), "utf-8")
    bound = shipped_bindings(P06).decode()
    bindings.write_text(bound.replace('version = "1"', 'version = "2"', 1), "utf-8")
    ran = yanlu(*_publish(text, bindings), settings=shop.settings)
    assert ran.code == Exit.DONE, ran.err
    _sign_anew(shop, {})


def _wait_for_calendar(shop: MovedDemo, member: Handler, folder: Path) -> None:
    """Seven days of work are marked as provisional; once the keepers have signed the year they are firm, and others."""
    expect(member.due("measures").locator('[data-test="provisional"]')).to_have_text("暂定日期")
    expect(member.due("measures")).to_have_attribute("data-day", "2027-01-06")
    calendar = folder / "2027.toml"
    calendar.write_text(CHINA_2027, "utf-8")
    assert yanlu("calendar", "publish", calendar, settings=shop.settings).code == Exit.DONE
    _sign_anew(shop, {})
    member.wait_firm("measures")
    expect(member.due("measures")).to_have_attribute("data-day", "2027-01-07")


def _move_to_second(member: Handler, reason: str) -> None:
    """Not without a reason; then the newer version's limit runs."""
    form = member.open_form("migrated")
    member.find("act-version").select_option("2")
    expect(member.find("act-to")).to_have_value("check")
    member.find("act-send").click()
    expect(member.find("field-fault")).to_contain_text("理由")
    member.find("act-text").fill(reason)
    expect(member.find("field-fault")).to_have_count(0)
    member.look("act-migrated")
    member.find("act-send").click()
    expect(form).to_have_count(0, timeout=SEALING)
    expect(member.find("case")).to_contain_text("第 2 版")
    expect(member.due("measures")).to_have_attribute("data-day", "2027-01-08")
    expect(member.find("server-differs")).to_have_count(0)
    expect(member.find("step-wrong")).to_have_count(0)


@pytest.mark.timeout(1800)
def test_a_date_waits_for_the_calendar_of_its_year_and_a_case_moves_to_a_newer_version(
    shop: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """Provisional until the year's days are published, then firm; moved with a reason, which both languages show."""
    assert 2027 not in shipped_calendar("cn").years, "make up a later year: this one ships"
    shop.moved.move_to(max(shop.day, date(2026, 12, 28)))
    words, reason = "充电器过热", "新版制度给足召回所需的时间。"
    file_report(shop, Report("group", P06, "sale", f"{words}，外壳变形。", "zh"), tmp_path)
    graded = ActionRequest(Act.GRADED, codes={"grade": "quality"})
    acts(shop, "investigator-a", words, tmp_path, *map(ActionRequest, (Act.REGISTERED, Act.CONTENT_CONFIRMED)), graded)
    _second_version(shop, tmp_path)
    with handler(shop, chromium) as member:
        member.open(words)
        _look_closely(member)
        _wait_for_calendar(shop, member, tmp_path)
        _move_to_second(member, reason)
    with handler(shop, chromium, lang="en") as member:
        member.open(words)
        expect(member.find("case")).to_contain_text("version 2")
        moved = member.moments("note").filter(has_text=reason)
        expect(moved).to_contain_text("Move to another version")
        expect(moved).to_contain_text("Version: 2")
