"""Back at the desk: it shows what was shown before, takes nobody from what they write, and signs nobody out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.journeys.witness import Witness, watch

pytestmark = pytest.mark.timeout(1800)
HOLDER = "investigator-b"
"""Holds every case of the demo."""
PLACES = [("chromium", 360, "zh"), ("firefox", 1280, "en")]
WARNED = {"zh": "再按一次返回将退出登录", "en": "Press Back again right away to sign out"}
WORDS = "Which of the three orders was it?"


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]}-{place[2]}")
def seated(request: pytest.FixtureRequest, demo: Demo) -> Iterator[tuple[Investigator, Witness]]:
    """A member in front of the list, in a small window in Chinese or a large one in English."""
    kind, width, lang = request.param
    browser: Browser = request.getfixturevalue(kind)
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        witness = watch(context)
        member = Investigator(context.new_page(), demo, demo.staff[HOLDER], lang)
        member.sign_in()
        # What the page asks is answered here by hand.
        member.page.remove_locator_handler(member.find("question"))
        yield member, witness


def _case(member: Investigator, at: int) -> str:
    """The id of the case that stands at that place of the list now: news may change the order."""
    found = member.find("case-row").nth(at).get_attribute("data-case")
    assert found
    return found


def _opened(member: Investigator, case: str) -> str:
    """Opens that case, by way of the list; gives its title."""
    if not member.find("case-row").first.is_visible():
        member.find("back").click()
    row = member.page.locator(f'[data-test="case-row"][data-case="{case}"]')
    row.click()
    expect(row).to_have_attribute("aria-current", "true")
    return member.page.locator("#case-title").inner_text()


def _returns(member: Investigator, step: int) -> None:
    """Waits until the browser has gone back to that step: where somebody stays, the page sends it there."""
    member.page.wait_for_function("step => history.state?.desk === step", arg=step)


def _shows(member: Investigator, title: str) -> None:
    expect(member.page.locator("#case-title")).to_have_text(title, timeout=PATIENCE)


def test_back_shows_what_was_shown_before_and_leaves_nobody_signed_out(seated: tuple[Investigator, Witness]) -> None:
    """From case to case, out of a form only when asked, to the list, and there it warns and stays."""
    member, witness = seated
    page = member.page
    member.find("view-open").click()
    cases = _case(member, 0), _case(member, 1)
    first, second = (_opened(member, case) for case in cases)
    assert first != second
    member.find("reply").click()
    member.find("compose-text").fill(WORDS)
    step: int = page.evaluate("() => history.state.desk")
    page.go_back()
    member.find("question-no").click()
    expect(member.find("question")).to_have_count(0)
    expect(member.find("compose-text")).to_have_value(WORDS)
    _returns(member, step)
    page.go_back()
    member.find("question-yes").click()
    expect(member.find("compose-text")).to_have_count(0)
    _returns(member, step)
    _shows(member, second)
    page.go_back()
    if page.viewport_size and page.viewport_size["width"] > 1000:
        # In a small window the list lies between the two.
        _shows(member, first)
        page.go_forward()
        _shows(member, second)
        page.go_back()
        page.go_back()
    expect(member.find("case-row").first).to_be_visible()
    expect(page.locator("#case-title")).to_have_count(0)
    page.go_back()
    expect(member.find("notice")).to_contain_text(WARNED[member.lang])
    assert _opened(member, cases[1]) == second
    assert witness.complaints == []


def test_a_second_back_signs_out_and_the_browser_remembers_no_case(seated: tuple[Investigator, Witness]) -> None:
    """The way out for anyone who means it; what is in the tab's history names nothing."""
    member, _ = seated
    page = member.page
    case = _case(member, 0)
    _opened(member, case)
    assert case not in page.url + page.evaluate("() => JSON.stringify(history.state)")
    page.go_back()
    page.go_back()
    expect(member.find("notice")).to_contain_text(WARNED[member.lang])
    page.go_back()
    expect(page.locator("#sign-in-form")).to_be_visible()
    expect(page.locator("#work")).to_be_hidden()
