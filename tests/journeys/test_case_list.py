"""The list of cases at the desk: the number of each, and finding one by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.journeys.witness import Witness, watch

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
    member.find("case-row").click()
    expect(member.find("case-number")).to_have_text(number, timeout=PATIENCE)
    if member.find("back").is_visible():
        member.find("back").click()
    member.find("search").fill("ZZZZZ-ZZZZZ-Z")
    expect(member.find("case-row")).to_have_count(0)
    member.find("search").fill("")
    assert witness.complaints == []
