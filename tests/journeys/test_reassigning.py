"""A case goes to a colleague, who finds it, and back to those that nobody handles: on the page, and on the record."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import SEALING, Told
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
FIRST, SECOND = "investigator-a", "investigator-b"
WORDS = {
    "zh": {"unassigned": "未分配", "fault": "新的经办人", "note": "我休假两周，请看供应商名单。", "back": "改为未分配"},
    "en": {
        "unassigned": "Unassigned", "fault": "New handler", "note": "I am away for two weeks; see the vendor list.",
        "back": "Returned to unassigned",
    },
}  # fmt: skip


def _row(member: Investigator, view: str, words: str) -> Locator:
    """The row of the case in a view."""
    if not member.find(f"view-{view}").is_visible():
        member.find("back").click()
    member.find(f"view-{view}").click()
    return member.find("case-row").filter(has_text=words)


def _gives(member: Investigator, to: str, note: str = "") -> None:
    """The form beside the handler: to a colleague, or to nobody."""
    member.find("reassign").click()
    member.find("act-send").click()
    expect(member.find("field-fault").first).to_contain_text(WORDS[member.lang]["fault"])
    member.find("act-handler").select_option(to)
    if note:
        member.find("act-to-office").check()
        member.find("act-text").fill(note)
    member.look("reassigning")
    member.find("act-send").click()
    expect(member.find("case-done")).not_to_be_empty(timeout=SEALING)


def _named(member: Investigator, who: str, *, may_take: bool) -> None:
    expect(member.find("handled-by")).to_contain_text(who)
    expect(member.find("take")).to_have_count(int(may_take))


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "en"), ("firefox", "phone", "zh")])
def test_a_case_goes_to_a_colleague_who_finds_it_and_back(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The successor sees it among their own, marked, with the note; who gave it away handles it no longer."""
    browser: Browser = request.getfixturevalue(kind)
    stage, said, words = Stage(demo, browser, size, lang), WORDS[lang], f"{kind} {lang} passed on"
    first_name, second_name = (demo.staff[one].name[lang] for one in (FIRST, SECOND))
    with stage.reporter() as reporter:
        reporter.report(Told(words, "bribery", entity="group"))
    with stage.member(FIRST) as first:
        first.open(words)
        first.take()
        _named(first, first_name, may_take=False)
        _gives(first, SECOND, said["note"])
        _named(first, second_name, may_take=False)
        expect(_row(first, "mine", words)).to_have_count(0)
    with stage.member(SECOND) as second:
        row = _row(second, "mine", words)
        expect(row.locator('[data-test="row-given"]')).to_be_visible(timeout=SEALING)
        row.click()
        _named(second, second_name, may_take=False)
        expect(second.find("handover-note")).to_contain_text(said["note"])
        expect(second.find("handover-note")).to_contain_text(first_name)
        second.look("handed over")
        expect(second.find("thread")).to_contain_text(said["note"])
        _gives(second, "-")
        _named(second, said["unassigned"], may_take=True)
        expect(second.find("thread")).to_contain_text(said["back"])
        expect(second.find("handover-note")).to_have_count(0)
        row = _row(second, "unassigned", words)
        expect(row).to_contain_text(said["unassigned"])
        expect(row.locator('[data-test="row-given"]')).to_have_count(0)
        expect(_row(second, "mine", words)).to_have_count(0)


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "zh"), ("firefox", "phone", "en")])
def test_a_colleagues_case_is_taken_over_only_after_a_question(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """It names the colleague; Escape leaves the case as it was."""
    browser: Browser = request.getfixturevalue(kind)
    stage, words = Stage(demo, browser, size, lang), f"{kind} {lang} taken over"
    first_name, second_name = (demo.staff[one].name[lang] for one in (FIRST, SECOND))
    with stage.reporter() as reporter:
        reporter.report(Told(words, "bribery", entity="group"))
    with stage.member(FIRST) as first:
        first.open(words)
        first.take()
    with stage.member(SECOND) as second:
        second.open(words)
        expect(second.find("handled-by")).to_contain_text(first_name)
        second.page.remove_locator_handler(second.find("question"))
        second.find("take").click()
        expect(second.find("question")).to_contain_text(first_name)
        second.look("taking over")
        second.page.keyboard.press("Escape")
        expect(second.find("question")).to_have_count(0)
        expect(second.find("take")).to_be_focused()
        expect(second.find("handled-by")).not_to_contain_text(second_name)
        second.find("take").click()
        second.find("question-yes").click()
        expect(second.find("handled-by")).to_contain_text(second_name, timeout=SEALING)
