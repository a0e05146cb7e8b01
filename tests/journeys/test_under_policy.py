"""Cases run by their written policies at the desk, in a real browser, from the report to the archive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.handler import Handler
from tests.journeys.reporter import SEALING, Reporter, Told
from tests.journeys.test_main_journey import Stage, person

WORDS = "采购经理向我们索要回扣"
REASON = "举报属实，已按制度处理。"
LOOKED = ("case", "act-assigned", "act-decided", "result-letter", "refused", "archived", "exported")
"""Steps that axe looks at."""
FOUND = "属实"
MEASURES = {"辞退"}
RECORDED = ("收到举报", "领取案件", "在查看人员的工作台打开", "作出处理决定", "奖励")
"""What some entries of the record are called: the worker's, a member's, a decision, a masked one."""
REWARD = "奖励五千元，由总经办保密发放。"


@contextmanager
def handler(stage: Stage, name: str, desk: str = "") -> Iterator[Handler]:
    """A member at the desk under a policy, signed in and watched."""
    with person(stage.browser, stage.size, stage.lang) as one:
        member = Handler(one.page, stage.demo, stage.demo.staff[name], stage.lang, desk)

        def look(_step: str) -> None:
            if _step in LOOKED:
                one.inspect(_step)

        member.look = look  # pyright: ignore[reportAttributeAccessIssue]
        member.sign_in()
        yield member
        assert one.witness.origins == {desk or stage.demo.desk}


def _partner_reports(stage: Stage) -> str:
    with stage.reporter() as reporter:
        told = Told(WORDS, "bribery", answers={"where": "供应商办公室"}, entity="group")
        reporter.look = lambda _step: None  # pyright: ignore[reportAttributeAccessIssue]
        return reporter.report(told)


def _investigate(member: Handler) -> None:
    """Register, name handler and deputy, gather, talk, check: one act of the policy after the other."""
    member.take()
    assert member.allowed()[:2] == ["registered", "acknowledged"]
    member.do("acknowledged", "您的举报已收到。")
    member.do("registered")
    member.do("assigned", handler="investigator-b", deputy="investigator-a")
    expect(member.find("handled-by")).to_have_text("经办人：调查人员乙")
    expect(member.find("deputy")).to_have_text("代理经办人：调查人员甲")
    assert member.stage() == "调查核实"
    member.do("evidence-gathered", "付款凭证三份，与合同不符。")
    member.do("talked", "与采购经理谈话，本人承认。")
    member.do("checked", "事实清楚，证据充分。", "act-to-office")


def _refuses_what_does_not_fit(member: Handler) -> None:
    """Neither a verdict without an outcome nor a reason that is missing is sent, and what was typed stays."""
    member.open_form("decided")
    member.find("act-text").fill("认定属实。")
    member.find("act-send").click()
    expect(member.find("field-fault").first).to_contain_text("处理结论")
    expect(member.find("act-text")).to_have_value("认定属实。")
    member.look("refused")
    member.find("act-cancel").click()


def _tells_by_letter(member: Handler) -> None:
    """The letter opens as the result's, says what was decided and nothing else, and is itself the telling."""
    member.find("letters").click()
    expect(member.find("letter-which")).to_have_value("result")
    expect(member.find("letter-outcome")).to_have_value(FOUND)
    expect(member.find("letter-outcome").locator("option")).to_have_count(2)
    assert set(member.find("letter-measures").input_value().split("、")) == MEASURES
    expect(member.find("letter-records")).to_be_checked()
    member.find("letter-findings").fill(REASON)
    member.look("result-letter")
    member.find("letter-show").click()
    member.find("paper-seal").click()
    expect(member.find("paper-dialog")).to_have_count(0, timeout=SEALING)
    expect(member.find("barred-archived")).to_contain_text("办结前须先记录处理措施：纠正措施")
    assert "archived" not in member.allowed()


def _decide(member: Handler) -> None:
    member.do("decided", "认定属实。", "act-outcome-substantiated")
    assert "archived" not in member.allowed()
    expect(member.find("barred-archived")).to_contain_text("须先完成：告知处理结果")
    member.do("measure-set", "解除劳动合同，追回款项。", "act-measure-dismissal")
    _tells_by_letter(member)
    member.do("measure-set", "付款改由两人签字。", "act-measure-corrective")
    expect(member.find("barred-archived")).to_have_count(0)
    member.do("rewarded", REWARD, "act-reward-true-report")
    member.do("archived")
    assert member.stage() == "归档"
    _stands_apart(member)
    assert member.allowed() == ["held", "export-asked", "deletion-asked"]
    expect(member.find("server-differs")).to_have_count(0)
    member.look("archived")


def _stands_apart(member: Handler) -> None:
    """What has ended is among the closed cases and no longer among the open ones; the search finds it all the same."""
    row = member.find("case-row").filter(has_text=WORDS)
    for view, count in (("view-mine", 0), ("view-open", 0), ("view-closed", 1)):
        member.find(view).click()
        expect(row).to_have_count(count)
    member.find("view-open").click()
    member.find("search").fill(WORDS)
    expect(row).to_have_count(1)
    expect(row).to_contain_text("已办结")
    member.find("search").fill("")
    expect(member.find("view-open")).to_have_attribute("aria-current", "true")


def _reads_the_result(reporter: Reporter, receipt: str) -> None:
    reporter.come_back(receipt)
    expect(reporter.find("notice-text").last).to_contain_text(REASON)
    expect(reporter.find("notice-text").filter(has_text=REASON)).to_have_count(1)
    expect(reporter.find("notice").last).to_contain_text("属实")
    expect(reporter.find("mailbox")).not_to_contain_text("五千元")
    reporter.find("ask-seen").click()
    reporter.find("ask-send").click()
    expect(reporter.find("answered")).to_be_visible(timeout=SEALING)


def _speaks_plainly(member: Handler) -> None:
    """The record names every entry in the language of the page, and no kind as programs call it."""
    kinds = member.find("record-kind").all_inner_texts()
    assert {*RECORDED} <= {*kinds}
    assert [kind for kind in kinds if re.search("[a-z]", kind)] == []


def _declines_first(second: Handler) -> None:
    """Who is asked reads what was asked and why, and may say no, with a reason that all readers see; then agrees."""
    expect(second.find("asked-quoted")).to_contain_text("审计核对。")
    second.find("decline-export-approved").click()
    form = second.find("decline-form")
    expect(form.locator('[data-test="asked-quoted"]')).to_contain_text("接收方")
    second.find("decline-text").fill("先补齐授权委托书。")
    second.look("declining")
    second.find("decline-send").click()
    expect(form).to_have_count(0, timeout=SEALING)
    expect(second.find("declined-quoted")).to_contain_text("先补齐授权委托书。")
    expect(second.find("decline-export-approved")).to_have_count(0)
    expect(second.find("thread")).to_contain_text("不同意“同意导出案件”")


def _goes_out(stage: Stage, member: Handler, folder: Path) -> dict[str, Any]:
    """One asks, another agrees, and only then the first may save the case: the record says so before the file."""
    member.do("export-asked", "审计核对。", destination="counsel")
    # Only then was the page drawn for the last time, which takes the keyboard to its title.
    expect(member.find("case-done")).not_to_be_empty(timeout=SEALING)
    expect(member.find("save-export")).to_have_count(0)
    # The rule comes from the house, not from the policy's text: the page does not say that the policy requires it.
    expect(member.find("seconds").locator("strong")).to_have_text("等待第二人")
    expect(member.find("waits-export-approved")).to_contain_text("此步骤一律须由两人办理。")
    expect(member.find("seconds")).not_to_contain_text("制度要求")
    record = member.find("record")
    record.locator("summary").click()
    _speaks_plainly(member)
    with handler(stage, "investigator-a") as second:
        second.open(WORDS)
        _declines_first(second)
        second.do("export-approved", "同意。")
        second.sign_out()
    # The case is drawn again by itself: what is folded out stays so, and the keyboard where it was.
    member.page.evaluate("document.getElementById('refresh').click()")
    expect(member.find("save-export")).to_be_visible(timeout=SEALING)
    # The second person has agreed: nothing on the page waits for one any more.
    expect(member.find("seconds")).to_have_count(0)
    expect(member.find("agreed")).to_contain_text("现在可以导出")
    expect(record).to_have_attribute("open", "")
    expect(record.locator("summary")).to_be_focused()
    before = member.steps().count()
    for saved in ("first", "again"):
        with member.page.expect_download(timeout=SEALING) as download:
            member.find("save-export").click()
        download.value.save_as(folder / saved)
        # Saved again, it is no second export.
        expect(member.steps()).to_have_count(before + 1)
    assert (download.value.suggested_filename, (folder / "again").read_bytes()) == (
        "case.json",
        (folder / "first").read_bytes(),
    )
    member.look("exported")
    return json.loads((folder / "first").read_text("utf-8"))


@pytest.mark.timeout(1800)
def test_a_partner_reports_and_the_case_is_led_to_its_archive(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    """P04: investigated, borne out, sanctioned, told, rewarded, archived; the reporter sees the result, no reward."""
    stage = Stage(demo, chromium, "desktop", "zh")
    receipt = _partner_reports(stage)
    with handler(stage, "investigator-b") as member:
        member.open(WORDS)
        _investigate(member)
        _refuses_what_does_not_fit(member)
        _decide(member)
        with Stage(demo, chromium, "phone", "zh").reporter() as reporter:
            reporter.look = lambda _step: None  # pyright: ignore[reportAttributeAccessIssue]
            _reads_the_result(reporter, receipt)
        member.wait_declared("notice-received")
        case = _goes_out(stage, member, tmp_path)
    assert (case["destination"], WORDS in [entry["text"] for entry in case["entries"]]) == ("counsel", True)
    done = [row["kind"] for row in case["record"] if row["kind"] != "claimed"]
    assert done[-4:] == ["export-asked", "step-declined", "export-approved", "exported"]
