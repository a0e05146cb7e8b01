"""The check before sending: each answer is corrected from there and back; no change throws away what was told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import Reporter, Told, Upload, hook
from tests.journeys.test_back import ACCOUNT, BOTH, LEFT_OUT, NOTE, sees, tells
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
FOCUSED = "() => document.activeElement.id || document.activeElement.dataset.test"
INSIDE = "Draft by M. Keller"
MORE: Upload = {
    "name": "b.pdf",
    "mimeType": "application/pdf",
    "buffer": f"%PDF-1.4\n1 0 obj<</Title ({INSIDE})>>endobj\ntrailer<</Info 1 0 R>>".encode(),
}
OTHER = {"zh": "账目也对不上。", "en": "The accounts do not add up either."}
UNTICKED = {"zh": "未勾选", "en": "Not ticked"}
MOST_FILES = 32


def _changes(reporter: Reporter, field: str, step: str) -> None:
    """Presses “Change” of a row, which leads to its field."""
    reporter.find(f"change-{field}").click()
    sees(reporter.page, step)


def _returns(reporter: Reporter, field: str) -> None:
    """One press leads back to the check, and to the row that was changed."""
    reporter.find("next").click()
    sees(reporter.page, "review")
    assert reporter.page.evaluate(FOCUSED) == f"change-{field}"


def _corrects_what_happened(reporter: Reporter, lang: str) -> None:
    page, review = reporter.page, reporter.find("review")
    _changes(reporter, "matter", "about")
    reporter.find("category-bribery").check()
    _returns(reporter, "matter")
    _changes(reporter, "account", "about")
    assert page.evaluate(FOCUSED) == "account"
    reporter.find("account").fill(OTHER[lang])
    _returns(reporter, "account")
    expect(review).to_contain_text(OTHER[lang])
    expect(review).not_to_contain_text(ACCOUNT[lang])
    # Nobody said that there is none.
    expect(review).to_contain_text(UNTICKED[lang])
    _changes(reporter, "urgent", "about")
    reporter.find("urgent").check()
    _returns(reporter, "urgent")


def _corrects_files_and_details(reporter: Reporter) -> None:
    page, review = reporter.page, reporter.find("review")
    _changes(reporter, "files-field", "files")
    expect(reporter.find("unchanged-files")).to_contain_text("PDF")
    reporter.find("file-input").set_input_files([MORE])
    expect(reporter.find("file")).to_have_count(2)
    _returns(reporter, "files-field")
    expect(reporter.find("check-files").locator(".check-file")).to_have_count(2)
    # What the file says of itself is named beside it here too.
    expect(reporter.find("check-files").locator(".check-file").last).to_contain_text(INSIDE)
    _changes(reporter, "details", "files")
    expect(page.locator("#details")).to_have_attribute("open", "")
    reporter.find("q-when").locator("input").fill("2026")
    reporter.find("next").click()
    expect(review).to_contain_text("2026")
    _changes(reporter, "q-when", "files")
    assert page.evaluate(FOCUSED) == "q-when"
    _returns(reporter, "q-when")


@BOTH
def test_each_answer_is_corrected_from_the_check_and_one_press_leads_back(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Company, matter, account, danger, files, a detail and the readers; what was corrected stands there."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        tells(reporter)
        page, review = reporter.page, reporter.find("review")
        _corrects_what_happened(reporter, lang)
        _corrects_files_and_details(reporter)
        _changes(reporter, "people", "people")
        reporter.find(f"exclude-{LEFT_OUT}").uncheck()
        _returns(reporter, "people")
        name = demo.staff[LEFT_OUT].name[lang]
        expect(review.locator('[data-test="can-read"]')).to_contain_text(name)
        _changes(reporter, "entity", "about")
        reporter.find("entity-ireland").check()
        _returns(reporter, "entity")
        reporter.find("change-entity").click()
        page.go_back()
        sees(page, "review")
        reporter.finish(reporter.send())


@BOTH
def test_another_matter_keeps_words_files_and_whom_it_is_hidden_from(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The most important choice of all is not lost by a tap on another category, matter or company."""
    browser: Browser = request.getfixturevalue(kind)
    name = demo.staff[LEFT_OUT].name[lang]
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        told = Told(ACCOUNT[lang], "procurement", [NOTE], [LEFT_OUT], "group", answers={"amount": "49800"})
        reporter.tell(told)
        review = reporter.find("review")
        expect(review.locator('[data-test="cannot-read"]')).to_contain_text(name)
        _changes(reporter, "matter", "about")
        reporter.find("category-accounting").check()
        _returns(reporter, "matter")
        expect(review.locator('[data-test="cannot-read"]')).to_contain_text(name)
        _changes(reporter, "matter", "about")
        reporter.find("policy-company-retaliation").check()
        expect(reporter.find("unasked")).to_be_visible()
        expect(reporter.find("account")).to_have_value(ACCOUNT[lang])
        reporter.find("category-position").check()
        reporter.find("next").click()
        expect(review.locator('[data-test="cannot-read"]')).to_contain_text(name)
        expect(reporter.find("check-files").locator("li")).to_have_count(1)
        expect(review).not_to_contain_text("49800")
        _changes(reporter, "matter", "about")
        reporter.find("policy-company-whistleblowing").check()
        expect(reporter.find("category-accounting")).to_be_checked()
        reporter.find("next").click()
        expect(review).to_contain_text("49800")
        expect(review.locator('[data-test="cannot-read"]')).to_contain_text(name)


def _said(reporter: Reporter, *fields: str) -> None:
    """At these fields and in a summary on top, which has the reading position; axe finds nothing."""
    page = reporter.page
    expect(hook(page, "field-fault")).to_have_count(len(fields))
    for field in fields:
        expect(page.locator(f"#{field}-fault")).to_be_visible()
        expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
    expect(reporter.find("fault-summary")).to_be_focused()
    reporter.look(f"faults at {' '.join(fields)}")


def _said_once(reporter: Reporter, field: str) -> None:
    """One fault is read once on the way from the summary, which is no alert too, and again on entering its field."""
    _said(reporter, field)
    words = reporter.page.locator(f"#{field}-fault").inner_text()
    assert reporter.page.locator("[data-step]").aria_snapshot().count(words) == 1
    expect(reporter.page.locator('[data-step] [role="alert"]')).to_have_count(0)
    expect(reporter.page.locator(f"#{field}")).to_have_accessible_description(re.compile(re.escape(words)))
    reporter.find("fault-summary").get_by_role("button").click()
    expect(reporter.page.locator(f"#{field}")).to_be_focused()


@BOTH
def test_each_step_says_at_its_fields_what_is_wrong(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Nothing told, a detail that is too long, too many files: said there, and what is right stays."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.find("entity-group").check()
        reporter.find("next").click()
        _said(reporter, "matter", "account")
        reporter.find("policy-company-whistleblowing").check()
        # What still holds is still said, and the reading position is where it was.
        expect(reporter.page.locator("#account-fault")).to_be_visible()
        expect(hook(reporter.page, "field-fault")).to_have_count(1)
        expect(reporter.find("fault-summary").locator("li")).to_have_count(1)
        expect(reporter.find("policy-company-whistleblowing")).to_be_focused()
        reporter.find("next").click()
        _said(reporter, "category", "account")
        reporter.find("category-bribery").check()
        reporter.find("next").click()
        _said_once(reporter, "account")
        reporter.find("account").fill(ACCOUNT[lang])
        expect(reporter.find("fault-summary")).to_have_count(0)
        reporter.find("next").click()
        sees(reporter.page, "files")
        reporter.answer({"when": "x" * 301})
        reporter.find("details-open").click()
        reporter.find("next").click()
        _said(reporter, "q-when")
        expect(reporter.find("q-when").locator("input")).to_have_value("x" * 301)
        reporter.answer({"when": "2026"})
        files: list[Upload] = [{**NOTE, "name": f"{n}.txt"} for n in range(MOST_FILES + 1)]
        reporter.find("file-input").set_input_files(files)
        expect(reporter.find("file")).to_have_count(MOST_FILES)
        _said(reporter, "files-field")
        reporter.find("next").click()
        sees(reporter.page, "people")


@BOTH
def test_the_fold_of_the_details_stays_as_it_was_left(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Closed at first, open after a press, in the other language, after Back and when a branch opens."""
    browser: Browser = request.getfixturevalue(kind)
    other = {"zh": "en", "en": "zh"}[lang]
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.choose(Told("", entity="group"))
        reporter.find("account").fill(ACCOUNT[lang])
        reporter.find("next").click()
        fold = reporter.page.locator("#details")
        expect(reporter.find("q-when")).to_be_hidden()
        reporter.find("details-open").click()
        expect(reporter.find("q-when")).to_be_visible()
        reporter.find(f"language-{other}").click()
        expect(fold).to_have_attribute("open", "")
        reporter.find("back").click()
        sees(reporter.page, "about")
        reporter.find("next").click()
        expect(fold).to_have_attribute("open", "")
        reporter.find("details-open").click()
        expect(reporter.find("q-when")).to_be_hidden()
        reporter.find("back").click()
        sees(reporter.page, "about")
        reporter.find("next").click()
        expect(reporter.find("q-when")).to_be_hidden()


def test_back_stands_left_of_next_in_one_row(demo: Demo, chromium: Browser) -> None:
    """Also on 360 px, in the longer of the two languages."""
    with Stage(demo, chromium, "phone", "en").reporter() as reporter:
        inspect = reporter.look

        def look(step: str) -> None:
            inspect(step)
            if step not in ("files", "people", "review"):
                return
            back = reporter.find("back").bounding_box()
            onward = reporter.find("send" if step == "review" else "next").bounding_box()
            assert back
            assert onward
            assert back["y"] == onward["y"]
            assert back["x"] + back["width"] <= onward["x"]
            assert back["width"] < onward["width"]
            seen.append(step)

        seen: list[str] = []
        reporter.look = look  # type: ignore[method-assign]
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(ACCOUNT["en"], entity="group"))
        assert seen == ["files", "people", "review"]
