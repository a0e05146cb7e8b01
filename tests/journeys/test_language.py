"""The language is changed where one stands: no page is loaded for it, and no word, file or receipt is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.test_back import ACCOUNT, BOTH, LEFT_OUT, NOTE, STEPS, holds, sees
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
OTHER = {"zh": "en", "en": "zh"}
TAG = {"zh": "zh-CN", "en": "en"}
TITLES = {
    "about": {"zh": "发生了什么", "en": "What happened"},
    "people": {"zh": "不让谁看？", "en": "Who should not see it?"},
}
RECEIPT = {"zh": "查询码", "en": "Your receipt"}
MAILBOX = {"zh": "沟通信箱", "en": "Your mailbox"}
TITLE_OF_MAILBOX = {"zh": "查询进度 / 继续填写草稿", "en": "Check progress or continue a draft"}
TITLE_OF_REPORT = {"zh": "我要举报", "en": "Make a report"}
FIRST_TITLE = {"zh": "说出问题，不必说出您是谁", "en": "Report what is wrong without saying who you are"}
ANOTHERS = "7K3M-Q2XF-9T0A-HV5C-JB86"
CHECK = {"zh": "核对", "en": "Check"}
STOP = {"zh": "请停下", "en": "Stop: do not report here"}
ROADS = {"zh": "其他举报途径", "en": "Other ways to report"}
CHECKED = {"zh": "校验码已核对", "en": "Office code checked: the list of readers here is the one that"}
NO_PROOF = {"zh": "不能证明任何事", "en": "This file proves nothing"}
NO_BUNDLE = {"zh": "不是加密举报包", "en": "not an encrypted report"}
ABOUT = {"zh": "关于本站", "en": "About this site"}
MARK = "window.stillHere = true"


def turn_to(reporter: Reporter, lang: str) -> None:
    """Presses the language; the page speaks it at the address that has it, and was not loaded for it."""
    page = reporter.page
    page.evaluate(MARK)
    reporter.find(f"language-{lang}").click()
    expect(page.locator("html")).to_have_attribute("lang", TAG[lang], timeout=PATIENCE)
    expect(page.locator(":focus")).to_have_attribute("data-test", f"language-{OTHER[lang]}")
    assert page.evaluate("window.stillHere")
    assert f"/{lang}/" in page.url
    reporter.lang = lang


@BOTH
def test_the_language_is_changed_at_every_step_and_nothing_is_lost(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """There and back at each step, once with Back in between; at the receipt and at the end too."""
    browser: Browser = request.getfixturevalue(kind)
    other, seen = OTHER[lang], list[str]()
    with Stage(demo, browser, size, lang).reporter() as reporter:
        inspect, words = reporter.look, ACCOUNT[lang]

        def look(step: str) -> None:
            inspect(step)
            if step in STEPS:
                for now in (other, lang):
                    turn_to(reporter, now)
                    holds(reporter, step, words)
                    inspect(f"{step} {now}")
                    if step in TITLES:
                        expect(reporter.find("step-title")).to_have_text(TITLES[step][now])
                seen.append(step)

        reporter.look = look  # type: ignore[method-assign]
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(words, "procurement", [NOTE], [LEFT_OUT], entity="group"))
        assert seen == STEPS
        turn_to(reporter, other)
        reporter.page.go_back()
        sees(reporter.page, "people")
        holds(reporter, "people", words)
        assert f"/{other}/" in reporter.page.url
        reporter.page.go_forward()
        _the_end(reporter, other, lang)


def _the_end(reporter: Reporter, other: str, lang: str) -> None:
    """The receipt, what is typed of it, a name and the end, in both languages."""
    receipt = reporter.send()
    first = reporter.find("proof-input").first
    first.fill(receipt.split(" ")[int(first.get_attribute("data-group") or "0") - 1])
    turn_to(reporter, lang)
    expect(reporter.find("slip").locator("h2")).to_have_text(RECEIPT[lang])
    assert reporter.receipt() == receipt
    expect(first).not_to_have_value("")
    reporter.type_back(receipt)
    reporter.offered("naming")
    reporter.find("level-named").check()
    reporter.find("naming-name").fill("…")
    turn_to(reporter, other)
    expect(reporter.find("naming-name")).to_have_value("…")
    expect(reporter.find("level-named")).to_be_checked()
    reporter.end()
    turn_to(reporter, lang)
    expect(reporter.find("finished")).to_be_visible()


@BOTH
def test_the_language_of_an_open_mailbox_is_changed_and_what_is_written_stays(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """A reply, its file and the receipt half typed stay; the reply is sent from the other language."""
    browser: Browser = request.getfixturevalue(kind)
    other = OTHER[lang]
    with Stage(demo, browser, size, lang).reporter() as reporter:
        receipt = reporter.report(Told(ACCOUNT[lang], entity="group"))
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.arrive()
        reporter.find("go-mailbox").click()
        reporter.find("receipt-input").fill(receipt)
        turn_to(reporter, other)
        expect(reporter.find("receipt-input")).to_have_value(receipt)
        reporter.find("receipt-enter").click()
        expect(reporter.find("mailbox").locator("h1")).to_have_text(MAILBOX[other], timeout=PATIENCE)
        reporter.find("file-input").set_input_files([NOTE])
        expect(reporter.find("file")).to_have_count(1, timeout=PATIENCE)
        reporter.find("reply").fill(ACCOUNT[lang])
        turn_to(reporter, lang)
        expect(reporter.find("mailbox").locator("h1")).to_have_text(MAILBOX[lang])
        expect(reporter.find("reply")).to_have_value(ACCOUNT[lang])
        expect(reporter.find("file")).to_have_count(1)
        reporter.reply(ACCOUNT[lang])


@BOTH
def test_the_language_is_changed_at_the_gate_and_what_is_typed_stays(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The code half typed on each page that asks for it, a refusal, and a checked page's company and open fold."""
    browser: Browser = request.getfixturevalue(kind)
    other = OTHER[lang]
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page, find = reporter.page, reporter.find
        for path, title in (("mailbox/", TITLE_OF_MAILBOX), ("report/", TITLE_OF_REPORT), ("", FIRST_TITLE)):
            page.goto(f"{demo.intake}/{lang}/{path}")
            find("office-code").fill(demo.code[:12])
            if path == "mailbox/":
                find("receipt-input").fill("1234 5678")
            turn_to(reporter, other)
            if path == "mailbox/":
                expect(find("receipt-input")).to_have_value("1234 5678")
            expect(find("office-code")).to_have_value(demo.code[:12])
            expect(find("office-code-check")).to_have_text(CHECK[other])
            expect(page.locator("h1")).to_have_text(title[other])
        find("office-code").fill(ANOTHERS)
        find("office-code-check").click()
        expect(find("gate-refused")).to_contain_text(STOP[other], timeout=PATIENCE)
        turn_to(reporter, lang)
        expect(find("gate-refused")).to_contain_text(STOP[lang])
        expect(find("own-roads").locator("h2")).to_have_text(ROADS[lang])
        expect(find("go-report")).to_be_hidden()
        find("gate-refused").locator("button").last.click()
        find("office-code").fill(demo.code)
        find("office-code-check").click()
        expect(find("office-verified")).to_contain_text(CHECKED[lang], timeout=PATIENCE)
        find("first-entity").select_option("ireland")
        find("edge-open").click()
        turn_to(reporter, other)
        expect(find("office-verified")).to_contain_text(CHECKED[other])
        expect(find("first-entity")).to_have_value("ireland")
        expect(find("edge")).to_have_attribute("open", "")
        reporter.start_report()


@BOTH
def test_the_language_of_the_quiet_pages_is_changed_and_what_is_chosen_stays(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """A proof's file, its code and what was found; a bundle that was refused; and the page about the site."""
    browser: Browser = request.getfixturevalue(kind)
    other = OTHER[lang]
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page, find = reporter.page, reporter.find
        page.goto(f"{demo.intake}/{lang}/proof/")
        find("proof-file").set_input_files([{"name": "a.tlog-proof", "mimeType": "", "buffer": b"no proof"}])
        find("proof-code").fill(demo.code)
        turn_to(reporter, other)
        expect(find("proof-code")).to_have_value(demo.code)
        find("proof-check").click()
        expect(find("proof-refused")).to_contain_text(NO_PROOF[other])
        turn_to(reporter, lang)
        expect(find("proof-refused")).to_contain_text(NO_PROOF[lang])
        page.goto(f"{demo.intake}/{lang}/bundle/")
        find("bundle-input").set_input_files([{"name": "a.yanlu", "mimeType": "", "buffer": b"no bundle"}])
        expect(find("bundle-fault")).to_contain_text(NO_BUNDLE[lang])
        turn_to(reporter, other)
        expect(find("bundle-fault")).to_contain_text(NO_BUNDLE[other])
        page.goto(f"{demo.intake}/{lang}/about/")
        turn_to(reporter, other)
        expect(page.locator("h1")).to_have_text(ABOUT[other])
