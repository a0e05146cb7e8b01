"""The list of cases at the desk: the number of each, finding one by it, and the filters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.journeys.witness import LEFT_BEHIND, Witness, axe_violations, overflow, watch

BY_ITSELF = re.compile(
    r"/api/(news|regrants|claims|proposals|removals|batch(/[-0-9]+\?(id=[\w-]{22}&?)+)?)$|/api/cases\?view=\w+(&after=[^&]+)?$|/office/"
)
HOLDER = "investigator-b"
"""Holds every case of the demo."""


@pytest.fixture(scope="module", params=["phone", "desktop"])
def seated(request: pytest.FixtureRequest, demo: Demo, chromium: Browser) -> Iterator[tuple[Investigator, Witness]]:
    """A member in front of the list, in a small window in Chinese or a large one in English."""
    phone = request.param == "phone"
    with chromium.new_context(viewport={"width": 360 if phone else 1280, "height": 740 if phone else 860}) as context:
        witness = watch(context)
        member = Investigator(context.new_page(), demo, demo.staff[HOLDER], "zh" if phone else "en")
        member.sign_in()
        yield member, witness


def test_a_case_is_found_by_the_number_that_its_row_and_its_page_show(seated: tuple[Investigator, Witness]) -> None:
    """By the whole number, by a part of it without hyphens, and by nothing else."""
    member, witness = seated
    member.find("view-open").click()
    number = member.find("row-number").last.inner_text()
    for query in (number, number.replace("-", "").lower()[3:9]):
        member.find("search").fill(query)
        expect(member.find("case-row")).to_have_count(1)
        expect(member.find("row-number")).to_have_text(number)
    member.find("search").fill(number)
    member.find("search").press("Enter")
    expect(member.find("case-number")).to_have_text(number, timeout=PATIENCE)
    if member.find("back").is_visible():
        member.find("back").click()
    member.find("search").fill("ZZZZZ-ZZZZZ-Z")
    expect(member.page.locator("#rows .nothing")).to_contain_text("ZZZZZ-ZZZZZ-Z")
    expect(member.find("case-row")).to_have_count(0)
    member.find("search").press("Enter")
    expect(member.find("notice")).to_contain_text("ZZZZZ-ZZZZZ-Z")
    member.find("search").fill("")
    expect(member.find("notice")).to_be_empty()
    assert witness.complaints == []


def test_no_tab_moves_when_another_is_chosen(seated: tuple[Investigator, Witness]) -> None:
    """The one that is chosen is no wider than before: the next one stays under the pointer."""
    member, _ = seated
    tabs = member.page.locator("#views button")
    places = list[list[object]]()
    for view in ("view-open", "view-waiting", "view-soon"):
        member.find(view).click()
        places.append([tab.bounding_box() for tab in tabs.all()])
    assert places[0] == places[1] == places[2]
    member.find("view-open").click()


def test_filters_narrow_the_list_in_this_page_alone(seated: tuple[Investigator, Witness]) -> None:
    """Folded on a phone, with how many are active; reachable by keys; no call leaves the page, nothing is stored."""
    member, witness = seated
    page, calls, before = member.page, list[str](), member.page.evaluate(LEFT_BEHIND)
    member.find("view-open").click()
    whole = int(member.find("view-open").locator(".count").inner_text())
    page.on("request", lambda one: calls.append(one.url))
    fold = member.find("filter-fold")
    if fold.is_visible():
        expect(member.find("filter-handler")).to_be_hidden()
        fold.press("Enter")
        expect(fold).to_have_attribute("aria-expanded", "true")
    member.find("filter-handler").select_option("-")
    free = member.find("case-row").count()
    assert 0 < free < whole
    expect(member.find("hits")).to_have_text(
        f"共 {whole} 件，显示 {free} 件" if member.lang == "zh" else f"{free} of {whole} cases"
    )
    member.find("filter-sort").select_option("oldest")
    assert member.find("case-row").count() == free
    member.find("view-closed").click()
    expect(member.find("filter-handler")).to_have_value("-")
    member.find("view-open").click()
    assert axe_violations(page) == []
    assert overflow(page) == 0
    if fold.is_visible():
        expect(fold).to_contain_text("1")
    member.find("filter-clear").press("Enter")
    expect(member.find("case-row")).to_have_count(whole)
    expect(member.find("hits")).to_have_text("")
    assert page.evaluate("() => document.activeElement.closest('#filters') !== null")
    # The open desk asks for news by itself, whatever is on it, and where there is some for the list and the batch.
    assert [url for url in calls if not BY_ITSELF.search(url)] == []
    assert page.evaluate(LEFT_BEHIND) == before
    assert witness.complaints == []
