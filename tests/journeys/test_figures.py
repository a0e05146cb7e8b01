"""A member's own figures at the desk: of the cases that they can read, by stage, month and entity."""

from __future__ import annotations

import csv
import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from portal.office import OfficeFolder
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.test_case_list import BY_ITSELF
from tests.journeys.test_main_journey import Stage, person

pytestmark = pytest.mark.timeout(1800)
NONE = {"en": "no case that you can read was received", "zh": "没有收到您能查看的案件"}

ZONES = {
    "en": (
        "Dates and times here are in each entity's own time zone: Asia/Shanghai ({group}), Europe/Dublin ({ireland})."
    ),
    "zh": "以上日期和时间以各单位自己的时区为准：Asia/Shanghai（{group}）、Europe/Dublin（{ireland}）。",
}


def _listed(member: Investigator) -> dict[str, int]:
    """How many cases the list has in these views."""
    counts = {
        view: member.find(f"view-{view}").locator(".count").inner_text() for view in ("open", "overdue", "closed")
    }
    return {view: int(count) for view, count in counts.items()}


def _rows(table: Locator) -> list[list[int]]:
    """The numbers of a table, without its last row, and the last row behind them."""
    return [[int(cell) for cell in row.locator("td").all_inner_texts()] for row in table.locator("tbody tr").all()]


def _is_alone_on_paper(member: Investigator) -> None:
    member.page.emulate_media(media="print")
    expect(member.page.locator(".queue, .desk-head, #case .row").locator("visible=true")).to_have_count(0)
    expect(member.find("own-figures-entity")).to_be_visible()
    member.page.emulate_media(media="screen")


def _saves(member: Investigator, whole: list[int]) -> None:
    """The file holds what stands on the page; that it is made here is seen in that no call leaves."""
    calls = list[str]()
    member.page.on("request", lambda one: calls.append(one.url))
    with member.page.expect_download() as download:
        member.find("figures-save").click()
    assert download.value.suggested_filename.endswith(".csv")
    rows = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines()))
    totals = [[int(cell) for cell in row[1:]] for row in rows if row and row[0] in {"Total", "合计"}]
    assert totals == [whole] * 4
    assert [url for url in calls if not (url.startswith("blob:") or BY_ITSELF.search(url))] == []


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "desktop", "en"), ("firefox", "phone", "zh")])
def test_an_investigator_counts_their_own_cases(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """All tables add up to what the list holds; the page says whose they are and who sees those of the office."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).member("investigator-a") as member:
        listed = _listed(member)
        member.find("figures-open").click()
        expect(member.page.locator("#case-title")).to_be_focused()
        member.look("figures")
        whole = [listed["open"] + listed["closed"], listed["open"], listed["overdue"], listed["closed"]]
        for table in ("stage", "month", "entity", "outcome"):
            *rows, together = _rows(member.find(f"own-figures-{table}"))
            assert together == whole == [sum(column) for column in zip(*rows, strict=True)], table
        ended = member.find("own-figures-deadlines")
        assert sum(sum(row) for row in _rows(ended)) > 0
        expect(member.find("chart-stays").locator("tbody tr").first).to_be_visible()
        name = demo.staff["investigator-a"].name[lang]
        expect(member.find("figures-whose")).to_contain_text(name)
        oversight = [one.name[lang] for one in demo.staff.values() if one.role == "oversight"]
        for seer in oversight:
            expect(member.find("figures-all")).to_contain_text(seer)
        expect(member.find("figures-summary")).to_contain_text(str(whole[0]))
        if kind == "chromium":
            _saves(member, whole)
        member.find("figures-first").select_option(index=member.find("figures-first").locator("option").count() - 1)
        member.find("figures-last").select_option(index=member.find("figures-last").locator("option").count() - 1)
        expect(member.find("figures-summary")).to_contain_text(NONE[lang])
        expect(member.find("own-figures-stage")).to_have_count(0)
        member.find("figures-all-months").click()
        expect(member.find("figures-summary")).to_contain_text(str(whole[0]))
        if kind == "chromium":
            _is_alone_on_paper(member)


def test_the_figures_open_by_a_key_and_back_leads_to_the_list(demo: Demo, chromium: Browser) -> None:
    """F opens them; Escape, and the browser's Back after a case was opened from them, lead back."""
    with Stage(demo, chromium, "desktop", "en").member("investigator-b") as member:
        page = member.page
        page.keyboard.press("f")
        expect(member.find("figures-page")).to_be_visible()
        page.keyboard.press("Escape")
        expect(member.find("figures-page")).to_have_count(0)
        page.keyboard.press("f")
        member.find("view-open").click()
        member.find("case-row").first.click()
        expect(member.find("case")).to_be_visible()
        page.go_back()
        expect(member.find("figures-page")).to_be_visible()
        expect(member.find("figures-summary")).to_have_text(re.compile("received [1-9]"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_entities_in_two_zones_are_named_each_with_its_own(demo: Demo, chromium: Browser, lang: str) -> None:
    """The browser's own zone is that of one entity: the page names that one too, for the other's days are not these."""
    with person(chromium, "desktop", lang, "Asia/Shanghai") as one:
        member = Investigator(one.page, demo, demo.staff["investigator-b"], lang)
        member.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
        member.sign_in()
        member.find("figures-open").click()
        names = {found.id: found.name.root[lang] for found in OfficeFolder(demo.settings.office).config().entities}
        expect(member.find("zone")).to_have_text(ZONES[lang].format(**names))
        member.look("figures of two zones")
