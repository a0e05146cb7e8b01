"""The case beside the list of the desk: nobody takes it for one of those that are listed, or a number for another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
ROOM = """one => {
  const drawing = document.createElement('canvas').getContext('2d');
  drawing.font = getComputedStyle(one).font;
  return one.clientWidth - drawing.measureText(one.selectedOptions[0].text).width;
}"""
"""How much wider a field is than what it shows."""


def test_a_case_that_the_list_leaves_out_says_so(demo: Demo, chromium: Browser) -> None:
    """Another view, a filter and a search leave it on the page, with its number and why; one click lists it again."""
    with Stage(demo, chromium, "desktop", "en").member("investigator-b") as member:
        member.find("view-open").click()
        number = member.find("row-number").first.inner_text()
        member.find("case-row").first.click()
        beside = member.find("not-listed")
        expect(member.find("case-number")).to_have_text(number)
        expect(beside).to_be_hidden()
        member.find("view-closed").click()
        expect(beside).to_contain_text(f"“Closed”. This case, no. {number}, is not in it.")
        member.look("not listed")
        row = member.find("case-row").filter(has_text=number)
        member.find("list-it").click()
        expect(beside).to_be_hidden()
        expect(member.find("view-open")).to_have_attribute("aria-current", "true")
        expect(row).to_be_focused()
        member.find("search").fill("ZZZZZ-ZZZZZ-Z")
        expect(beside).to_contain_text(f"The search does not find this case, no. {number}.")
        member.find("search").fill(number)
        expect(beside).to_be_hidden()
        member.find("search").fill("ZZZZZ-ZZZZZ-Z")
        member.find("list-it").click()
        expect(row).to_be_focused()
        expect(member.find("search")).to_have_value("")
        other = _another_company(member, row.inner_text())
        member.find("filter-entity").select_option(label=other)
        expect(beside).to_contain_text(f"The filters hide this case, no. {number}, in the list.")
        member.find("list-it").click()
        expect(row).to_be_focused()
        expect(member.find("filter-entity")).to_have_value("")


def test_why_a_case_is_not_listed_goes_once_something_is_begun_in_it(demo: Demo, chromium: Browser) -> None:
    """It was read by then, and does not come back with the end of the form; another reason is still said."""
    with Stage(demo, chromium, "desktop", "en").member("investigator-b") as member:
        member.find("view-open").click()
        member.find("case-row").first.click()
        beside = member.find("not-listed")
        member.find("view-closed").click()
        expect(beside).to_contain_text("“Closed”")
        member.find("reply").click()
        expect(member.find("composer-reply")).to_be_visible(timeout=PATIENCE)
        expect(beside).to_be_hidden()
        member.find("search").fill("ZZZZZ-ZZZZZ-Z")
        expect(beside).to_contain_text("The search does not find this case")
        member.find("search").fill("")
        member.find("view-closed").click()
        member.find("note").click()
        expect(beside).to_be_hidden()
        member.find("cancel").click()
        expect(member.find("composer-note")).to_have_count(0)
        expect(beside).to_be_hidden()
        member.find("view-soon").click()
        expect(beside).to_contain_text("is not in it")


def _another_company(member: Investigator, row: str) -> str:
    """A company of the filter that this row does not name."""
    names = member.find("filter-entity").locator("option").all_inner_texts()[1:]
    return next(name for name in names if name not in row)


def test_a_row_names_the_company_and_the_filter_shows_its_whole_name(demo: Demo, chromium: Browser) -> None:
    """Where somebody has cases of several; and the page says that the tabs count without filters."""
    with Stage(demo, chromium, "desktop", "en").member("investigator-b") as member:
        member.find("view-open").click()
        names = member.find("filter-entity").locator("option").all_inner_texts()[1:]
        assert len(names) > 1
        for row in member.find("case-row").all_inner_texts():
            assert sum(name in row for name in names) == 1
        expect(member.find("tabs-unfiltered")).to_be_hidden()
        member.find("filter-entity").select_option(label=max(names, key=len))
        expect(member.find("tabs-unfiltered")).to_be_visible()
        assert member.find("filter-entity").evaluate(ROOM) > 0
        member.look("filtered by company")
