"""The desk's first page: what waits for this member and why, each line the way into its case, made in the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, SEALING, Told
from tests.journeys.test_case_list import BY_ITSELF
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
MEMBER = "investigator-c"
WORDS = {
    "zh": {"free": "未分配", "wrote": "举报人最后来信", "answer": "请问是哪一天？", "more": "上周三。"},
    "en": {
        "free": "Unassigned",
        "wrote": "Reporter wrote last",
        "answer": "Which day was it?",
        "more": "Last Wednesday.",
    },
}


def _line(member: Investigator, words: str) -> Locator:
    """The line of the case among the urgent ones of the first page."""
    return member.find("today-urgent").locator('[data-test="today-row"]').filter(has_text=words)


def _home(member: Investigator) -> None:
    """Back to the first page by its key, which asks the server nothing by itself."""
    calls = list[str]()
    member.page.on("request", lambda one: calls.append(one.url))
    member.page.keyboard.press("t")
    expect(member.page.locator("#today-title")).to_be_focused()
    assert [url for url in calls if not BY_ITSELF.search(url)] == []
    member.look("today")


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "en"), ("firefox", "phone", "zh")])
def test_a_case_is_named_with_its_reasons_and_opens_from_there(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Urgent, at first because nobody handles it, then because the reporter has written again; once in all groups."""
    browser: Browser = request.getfixturevalue(kind)
    stage, said, words = Stage(demo, browser, size, lang), WORDS[lang], f"{kind} {lang} waits today"
    with stage.reporter() as reporter:
        receipt = reporter.report(Told(words, "bribery", entity="ireland", urgent=True))
    with stage.member(MEMBER) as member:
        expect(member.find("today")).to_be_visible()
        member.wait_for_case(words)
        line = _line(member, words)
        expect(line).to_contain_text(said["free"])
        member.look("today")
        line.click()
        expect(member.find("account")).to_contain_text(words, timeout=PATIENCE)
        expect(member.find("today")).to_be_hidden()
        member.take()
        member.reply(said["answer"])
        _home(member)
        expect(line).not_to_contain_text(said["free"])
        with stage.reporter() as reporter:
            reporter.come_back(receipt)
            reporter.reply(said["more"])
        member.refresh()
        expect(line).to_contain_text(said["wrote"], timeout=SEALING)
        expect(member.find("today-row").filter(has_text=words)).to_have_count(1)
        line.focus()
        member.page.keyboard.press("Enter")
        expect(member.find("thread")).to_contain_text(said["more"], timeout=PATIENCE)
        member.find("to-today").click()
        expect(member.page.locator("#today-title")).to_be_focused()
        member.find("case-row").filter(has_text=words).first.click()
        expect(member.find("thread")).to_contain_text(said["more"], timeout=PATIENCE)
