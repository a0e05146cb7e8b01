"""A file goes under its name, which can tell who sent it: it gets another one in the page, before it is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import Reporter, Told, Upload
from tests.journeys.test_back import BOTH, sees
from tests.journeys.test_main_journey import Stage
from tests.journeys.test_on_behalf import SCAN

pytestmark = pytest.mark.timeout(1800)
HOLDER = "investigator-a"
WORDS = {"zh": "合同附页被换过", "en": "Pages of the contract were exchanged"}
CUSTOMERS = {"zh": "欺骗客户", "en": "Cheating customers"}
NOTES: Upload = {"name": "zhang-san-notes.v2.txt", "mimeType": "text/plain", "buffer": b"22:10"}
REFUSED = ["", "a/b", "..", "x" * 81, "a\u202eb"]


def _renames(reporter: Reporter) -> None:
    """Only what is before the ending can be typed; what no file can be called is refused, and the old name holds."""
    find = reporter.find
    # The picture got a name that tells nothing.
    expect(find("file")).to_have_count(2)
    expect(find("rename")).to_have_count(1)
    find("rename").click()
    field = find("rename-input")
    expect(field).to_have_value("zhang-san-notes.v2")
    expect(field).to_be_focused()
    for typed in REFUSED:
        field.fill(typed)
        expect(find("rename-fault")).not_to_be_empty()
        find("rename-done").click()
        expect(field).to_be_focused()
        expect(find("files")).to_contain_text("zhang-san-notes.v2.txt")
    reporter.look("renaming")
    field.fill(" shift notes ")
    expect(find("rename-fault")).to_be_empty()
    field.press("Enter")
    expect(field).to_have_count(0)
    expect(find("rename")).to_be_focused()
    expect(find("files")).to_contain_text("shift notes.txt")
    expect(find("files")).not_to_contain_text("zhang")


@BOTH
def test_a_file_is_renamed_before_it_is_sent(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The check shows the new name, a draft keeps it and lets it be changed again, and the desk gets the last one."""
    browser: Browser = request.getfixturevalue(kind)
    stage = Stage(demo, browser, size, lang)
    words = f"{WORDS[lang]} {kind}"
    with stage.reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(words, "customers", [SCAN, NOTES], entity="group"))
        expect(reporter.find("review")).to_contain_text(CUSTOMERS[lang])
        reporter.find("change-files-field").click()
        _renames(reporter)
        reporter.find("next").click()
        expect(reporter.find("check-files")).to_contain_text("shift notes.txt")
        reporter.find("save-later").click()
        receipt = reporter.receipt()
        reporter.finish(receipt)
    with stage.reporter() as reporter:
        reporter.resume(receipt)
        sees(reporter.page, "review")
        expect(reporter.find("check-files")).to_contain_text("shift notes.txt")
        reporter.find("change-files-field").click()
        reporter.find("rename").click()
        # What is typed counts, whether or not the button is pressed.
        reporter.find("rename-input").fill("notes")
        reporter.find("next").click()
        expect(reporter.find("check-files")).to_contain_text("notes.txt")
        expect(reporter.find("check-files")).not_to_contain_text("shift")
        reporter.send_resumed()
        reporter.end()
    _came_to_the_desk(stage, words)


def _came_to_the_desk(stage: Stage, words: str) -> None:
    with stage.member(HOLDER) as member:
        member.open(words)
        expect(member.page.locator("main")).to_contain_text("notes.txt")
        expect(member.page.locator("main")).not_to_contain_text("zhang")
        expect(member.page.locator("main")).not_to_contain_text("shift")
