"""What the desk asks before something that can't be taken back: in the page, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
WORDS = "Which of the three orders was it?"
FOCUS = "() => document.activeElement?.closest('dialog') !== null || document.activeElement === document.body"


def _stays_in(page: Page) -> None:
    """However often somebody presses Tab, the page behind the question is out of reach."""
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS)


def _asks_before_readers_change(member: Investigator) -> None:
    """Escape and the first button leave the readers as they are, and lead back to where it was asked."""
    readers = member.find("holder").count()
    member.find("keep-out-details").locator("summary").click()
    member.find("keep-out-whom").select_option(index=1)
    for leave in ("Escape", "Enter"):
        member.find("keep-out").click()
        expect(member.find("question")).to_have_attribute("role", "alertdialog")
        expect(member.find("question-no")).to_be_focused()
        if leave == "Escape":
            member.look("a question")
            browser = member.page.context.browser
            # Firefox has Tab leave the page for its own bar, and then calls nothing in it focused.
            if browser is not None and browser.browser_type.name == "chromium":
                _stays_in(member.page)
            member.find("question-no").focus()
        member.page.keyboard.press(leave)
        expect(member.find("question")).to_have_count(0)
        expect(member.find("keep-out")).to_be_focused()
    expect(member.find("holder")).to_have_count(readers)


def _asks_before_words_are_lost(member: Investigator) -> None:
    """The Escape that asks does not answer as well; the next one stays, and the other button leaves."""
    member.find("reply").click()
    member.find("compose-text").fill(WORDS)
    for leave in ("Escape", None):
        member.find("compose-text").press("Escape")
        expect(member.find("question-no")).to_be_focused()
        expect(member.find("compose-text")).to_have_value(WORDS)
        if leave is None:
            member.find("question-yes").click()
        else:
            member.page.keyboard.press(leave)
        expect(member.find("question")).to_have_count(0)
        expect(member.find("compose-text")).to_have_count(1 if leave else 0)


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "en"), ("firefox", "phone", "zh")])
def test_a_question_of_the_desk_stands_in_the_page(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """No box of the browser's own: the question has the page's language, keeps the keyboard, and Escape says no."""
    browser: Browser = request.getfixturevalue(kind)
    native: list[str] = []
    with Stage(demo, browser, size, lang).member("investigator-b") as member:
        member.page.remove_locator_handler(member.find("question"))
        member.page.on("dialog", lambda dialog: native.append(dialog.type))
        member.find("view-open").click()
        member.find("case-row").first.click()
        expect(member.find("case")).to_be_visible()
        _asks_before_readers_change(member)
        _asks_before_words_are_lost(member)
        assert native == []
