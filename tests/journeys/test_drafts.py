"""A draft opens at the step where it was saved; it says until when it is kept, and what was removed from its files."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, SEALING, Reporter, Told
from tests.journeys.test_back import ACCOUNT, BOTH, sees
from tests.journeys.test_main_journey import Stage
from tests.journeys.test_on_behalf import SCAN

pytestmark = pytest.mark.timeout(1800)
MONTHS = "January February March April May June July August September October November December".split()
REDRAWN = {"zh": "已在本机重新生成", "en": "Copied to a clean picture"}
NOT_SAVED = {"zh": "刚才的改动还没有保存", "en": "What you changed here last is not saved yet"}
ON_THE_SERVER = {
    "zh": "上次保存的内容已加密存放在服务器上",
    "en": "What you saved last is kept encrypted on the server",
}
GO_ON = {"zh": "继续填写", "en": "Go on with the draft"}
NO_ROOM = {"zh": "没有再记下文件里清除了什么", "en": "no room left to note what was removed"}
SAME = {"zh": "与上次相同，仍是您手里的查询码。", "en": "Same receipt as before: the one on your paper."}
AS_SAVED = {"zh": "上次保存的文字和附件都在", "en": "What you saved last is all here, files included"}
WORDS_ALONE = {"zh": "上次保存的文字都在", "en": "Your words are here as you saved them last"}
STAYS_SAME = {"zh": "查询码不变", "en": "Your receipt stays the same."}
STILL_THERE = {"zh": "如果您保存过草稿，草稿还在", "en": "If you had saved a draft, it is still there"}


def _day(lang: str, days: int) -> str:
    then = date.today() + timedelta(days=days)
    return (
        f"{then.year}年{then.month}月{then.day}日"
        if lang == "zh"
        else f"{then.day} {MONTHS[then.month - 1]} {then.year}"
    )


def _names_both_days(reporter: Reporter, name: str) -> None:
    """The files' day comes before the text's."""
    said = reporter.find(name).inner_text()
    assert -1 < said.find(_day(reporter.lang, 7)) < said.find(_day(reporter.lang, 30)), said


def _hides_the_digits(reporter: Reporter, receipt: str) -> None:
    expect(reporter.find("receipt-group")).to_have_count(0)
    shown = reporter.page.locator("body").inner_text()
    assert not [form for form in (receipt, receipt.replace(" ", "")) if form in shown]


@BOTH
def test_a_draft_with_a_picture_says_what_holds_for_it(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Its files' day comes first in three places; what was saved, and how, is said after it is resumed."""
    browser: Browser = request.getfixturevalue(kind)
    stage = Stage(demo, browser, size, lang)
    with stage.reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(ACCOUNT[lang], "procurement", [SCAN], entity="group"))
        # Always in sight: somebody comes in, and the quick exit would throw everything away.
        reporter.page.mouse.wheel(0, 10_000)
        expect(reporter.find("save-above")).to_be_in_viewport()
        reporter.find("save-above").click()
        receipt = reporter.receipt()
        expect(reporter.find("save-above")).to_have_count(0)
        _names_both_days(reporter, "slip")
        expect(reporter.find("only-now")).to_be_visible()
        reporter.finish(receipt)
        _names_both_days(reporter, "finished")
        _hides_the_digits(reporter, receipt)
        expect(reporter.find("to-mailbox")).to_contain_text(GO_ON[lang])
    with stage.reporter() as reporter:
        reporter.resume(receipt)
        _names_both_days(reporter, "draft")
        expect(reporter.find("as-saved")).to_contain_text(AS_SAVED[lang])
        sees(reporter.page, "review")
        expect(reporter.find("check-files")).to_contain_text(REDRAWN[lang])
        expect(reporter.find("check-files").locator("canvas")).to_be_visible()
        _goes_back(reporter)
        reporter.find("change-files-field").click()
        expect(reporter.find("file-words")).to_contain_text(REDRAWN[lang])
        expect(reporter.find("file").locator("canvas")).to_be_visible()
        _says_what_is_not_saved(reporter, lang)
        _saves_again(reporter)
    with stage.reporter() as reporter:
        _sends(reporter, receipt)
    with stage.reporter() as reporter:
        reporter.come_back(receipt)


def test_an_account_without_room_in_a_draft_is_said_at_its_field_before_any_file_leaves(
    demo: Demo, chromium: Browser
) -> None:
    """From a later step too; nothing is cleared, and what was shortened is saved."""
    with Stage(demo, chromium, "phone", "zh").reporter() as reporter:
        sent: list[str] = []
        reporter.page.on("request", lambda one: sent.append(one.method))
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told("账" * 10_500, "procurement", [SCAN], entity="group"))
        reporter.find("save-later").click()
        sees(reporter.page, "about")
        account = reporter.find("account")
        expect(reporter.find("fault-summary")).to_be_focused()
        expect(reporter.page.locator("#account-fault")).to_contain_text("9000 个汉字")
        assert len(account.input_value()) == 10_500
        assert set(sent) == {"GET"}
        account.fill("账" * 9_000)
        reporter.find("save-later").click()
        reporter.receipt()


def _sends(reporter: Reporter, receipt: str) -> None:
    """What stands above the step goes with it; the receipt is not shown once more, and the first offer follows."""
    reporter.resume(receipt)
    sees(reporter.page, "files")
    for step in ("people", "review"):
        reporter.find("next").click()
        sees(reporter.page, step)
        expect(reporter.find("draft")).to_have_count(0)
    expect(reporter.find("take-bundle")).to_have_count(0)
    reporter.send_resumed()
    expect(reporter.find("same-receipt")).to_have_text(SAME[reporter.lang])
    _stays_on_back(reporter)
    reporter.end()


def _goes_back(reporter: Reporter) -> None:
    """The browser's Back is a step back, right after the draft was resumed too; only from the first step it asks."""
    for step in ("people", "files", "about"):
        reporter.page.go_back()
        sees(reporter.page, step)
        expect(reporter.find("leaving")).to_have_count(0)
    reporter.page.go_back()
    reporter.find("leaving-stay").click()
    for step in ("files", "people", "review"):
        reporter.find("next").click()
        sees(reporter.page, step)


@BOTH
def test_a_draft_without_room_for_what_was_removed_says_so_and_keeps_the_days_of_its_files(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The words come first; the file is still there, with its day."""
    browser: Browser = request.getfixturevalue(kind)
    stage = Stage(demo, browser, size, lang)
    with stage.reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told("字" * 9_400, "procurement", [SCAN], entity="group"))
        reporter.find("save-later").click()
        receipt = reporter.receipt()
        reporter.finish(receipt)
    with stage.reporter() as reporter:
        reporter.resume(receipt)
        _names_both_days(reporter, "draft")
        sees(reporter.page, "review")
        expect(reporter.find("check-files").locator("li")).to_have_count(1)
        expect(reporter.find("check-files")).to_contain_text(NO_ROOM[lang])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_files_that_are_gone_are_named_before_the_draft_opens(demo: Demo, chromium: Browser, lang: str) -> None:
    """Then nothing speaks of their day any more; a draft in which nothing was changed is left without a question."""
    stage = Stage(demo, chromium, "phone", lang)
    with stage.reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(ACCOUNT[lang], "procurement", [SCAN], entity="group"))
        reporter.find("save-later").click()
        receipt = reporter.receipt()
        reporter.finish(receipt)
    with stage.reporter() as reporter:
        reporter.page.route("**/api/blobs/*", lambda route: route.fulfill(json={"parts": []}))
        reporter.arrive()
        reporter.find("go-mailbox").click()
        reporter.enter(receipt)
        expect(reporter.find("draft-lost")).to_contain_text("1.png", timeout=PATIENCE)
        reporter.find("draft-without").click()
        sees(reporter.page, "review")
        expect(reporter.find("draft-until")).to_contain_text(_day(lang, 30))
        expect(reporter.find("files-until")).to_have_count(0)
        expect(reporter.find("as-saved")).to_contain_text(WORDS_ALONE[lang])
        expect(reporter.find("check-files").locator("li")).to_have_count(0)
        expect(reporter.find("what-follows")).to_contain_text(STAYS_SAME[lang])
        reporter.page.locator(f'a[href="/{lang}/"]').last.click()
        expect(reporter.find("go-report")).to_be_visible(timeout=PATIENCE)
        expect(reporter.find("leaving")).to_have_count(0)


def _says_what_is_not_saved(reporter: Reporter, lang: str) -> None:
    """As long as a file is in the draft that was added since."""
    where = reporter.find("where-files-are")
    expect(where).to_contain_text(ON_THE_SERVER[lang])
    reporter.find("file-input").set_input_files([SCAN])
    expect(reporter.find("file")).to_have_count(2, timeout=PATIENCE)
    expect(where).to_contain_text(NOT_SAVED[lang])
    reporter.find("file").last.locator("button").last.click()
    expect(where).to_contain_text(ON_THE_SERVER[lang])
    reporter.find("file").last.locator("button").last.click()
    expect(where).to_contain_text(NOT_SAVED[lang])
    reporter.find("file-input").set_input_files([SCAN])
    expect(reporter.find("file")).to_have_count(1, timeout=PATIENCE)


def _saves_again(reporter: Reporter) -> None:
    """Its receipt is the same: it is not shown once more, the form goes on, and leaving asks nothing."""
    step = reporter.find("step-title").inner_text()
    reporter.find("save-later").click()
    expect(reporter.find("saved-again")).to_be_focused(timeout=SEALING)
    expect(reporter.find("same-receipt")).to_have_text(SAME[reporter.lang])
    _names_both_days(reporter, "saved-again")
    expect(reporter.find("step-title")).to_have_text(step)
    expect(reporter.find("where-files-are")).to_contain_text(ON_THE_SERVER[reporter.lang])


def _stays_on_back(reporter: Reporter) -> None:
    """Nothing is before the first offer but the site: Back asks, and who stays is still at it."""
    expect(reporter.find("offer-back")).to_have_count(0)
    reporter.page.go_back()
    reporter.find("leaving-stay").click()
    reporter.offered("naming")


@BOTH
def test_the_field_for_the_receipt_says_after_a_reload_what_became_of_a_draft(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Nothing is stored for it, and where the page was not loaded again it says nothing."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.arrive()
        reporter.find("go-mailbox").click()
        expect(reporter.find("receipt-input")).to_be_visible(timeout=PATIENCE)
        expect(reporter.find("reloaded")).to_have_count(0)
        reporter.page.reload()
        expect(reporter.find("reloaded")).to_contain_text(STILL_THERE[lang], timeout=PATIENCE)
