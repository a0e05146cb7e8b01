"""The language is changed where one stands: no page is loaded for it, and no word, file or receipt is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.test_back import ACCOUNT, BOTH, LEFT_OUT, NOTE, STEPS, holds, sees
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(600)
OTHER = {"zh": "en", "en": "zh"}
TAG = {"zh": "zh-CN", "en": "en"}
TITLES = {
    "about": {"zh": "发生了什么", "en": "What happened"},
    "people": {"zh": "不让谁看？", "en": "Who must not see it?"},
}
RECEIPT = {"zh": "查询码", "en": "Your receipt"}
MAILBOX = {"zh": "沟通信箱", "en": "Your mailbox"}
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
