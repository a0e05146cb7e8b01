"""What a member signs at the desk is what they meant: no stray key, no misnamed button, no question for nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, SEALING, Told
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
MEMBER, COLLEAGUE = "investigator-b", "investigator-c"
WORDS = {
    "zh": {
        "first": "指定经办人", "later": "变更经办人", "records": "签名并记入案件", "sends": "签名并发送给举报人",
        "take": "由您经办本案", "lost": "尚未发送",
    },
    "en": {
        "first": "Assign", "later": "Reassign", "records": "Sign and record", "sends": "Sign and send to the reporter",
        "take": "Take this case?", "lost": "has not been sent",
    },
}  # fmt: skip


def _names_what_it_does(member: Investigator, title: str) -> None:
    """The form beside the handler, and its button once the words go to the reporter; it is left again."""
    said = WORDS[member.lang]
    expect(member.find("reassign")).to_have_text(said[title])
    member.find("reassign").click()
    expect(member.page.locator("#act-title")).to_have_text(said[title])
    for audience, button in (("nobody", "records"), ("office", "records"), ("reporter", "sends")):
        member.find(f"act-to-{audience}").check()
        expect(member.find("act-send")).to_have_text(said[button])
    member.look("assigning")
    member.find("act-cancel").click()
    expect(member.find("act-form")).to_have_count(0)


def _asks_before_it_takes(member: Investigator) -> None:
    for answer, left in (("question-no", 1), ("question-yes", 0)):
        member.page.keyboard.press("a")
        expect(member.find("question")).to_contain_text(WORDS[member.lang]["take"])
        member.look("asked whether to take it")
        expect(member.find("take")).to_have_count(1)
        member.find(answer).click()
        expect(member.find("take")).to_have_count(left, timeout=SEALING)


def _adds(member: Investigator, answer: str) -> None:
    """Asks for a reader, and gives this answer to what is asked about them."""
    if member.find("add-details").get_attribute("open") is None:
        member.find("add-details").locator("summary").click()
    member.find("add-whom").select_option(COLLEAGUE)
    member.find("add-colleague").click()
    expect(member.find("question")).to_contain_text(member.demo.staff[COLLEAGUE].name[member.lang])
    member.find(answer).click()


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "en"), ("firefox", "phone", "zh")])
def test_what_is_signed_is_what_was_meant(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """One key asks and takes nothing; forms and buttons say what they do; only what somebody wrote keeps them there."""
    browser: Browser = request.getfixturevalue(kind)
    stage, words = Stage(demo, browser, size, lang), f"{kind} {lang} meant what it says"
    with stage.reporter() as reporter:
        reporter.report(Told(words, "bribery", entity="group"))
    with stage.member(MEMBER) as member:
        member.open(words)
        member.page.remove_locator_handler(member.find("question"))
        _names_what_it_does(member, "first")
        _asks_before_it_takes(member)
        _names_what_it_does(member, "later")
        member.find("letters").click()
        expect(member.find("letter-form")).to_be_visible(timeout=PATIENCE)
        member.find("letter-form").locator("textarea").first.fill("A")
        _adds(member, "question-yes")
        expect(member.find("question")).to_contain_text(WORDS[lang]["lost"])
        member.find("question-no").click()
        expect(member.find("letter-form").locator("textarea").first).to_have_value("A")
        member.find("letter-form").locator("textarea").first.fill("")
        _adds(member, "question-yes")
        expect(member.holder(COLLEAGUE)).to_have_count(1, timeout=SEALING)
        expect(member.find("letter-form")).to_have_count(0)
