"""A limit that is extended: the form names the days that its policy lets, and the reporter reads the new one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from casework.rules.acts import Act
from portal.cli.desk.acting import ActionRequest as Do
from portal.cli.reporter.reporting import ReportRequest as Report
from tests.journeys.colleague import file_report
from tests.journeys.demo import Demo
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import SEALING
from tests.journeys.test_over_days import acts, handler, reporter
from tests.support.offices.role_bindings import run_policies

pytestmark = pytest.mark.timeout(1800)
POLICY: Final = "eu-wb-external"
A, B = "investigator-a", "investigator-b"
WORDS: Final = "Safety certificates were copied from other ships"


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """An authority that may extend its three months to six."""
    with moved_demo(demo, tmp_path_factory.mktemp("extension"), {}) as moved:
        run_policies(moved.settings, {POLICY: {"authority": [A, B]}}, [A, B])
        yield moved


def test_the_form_names_the_last_day_and_the_reporter_reads_the_new_one(
    office: MovedDemo, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A day too far is refused at its field, by the day that is allowed; after the one extension the page says so."""
    receipt = file_report(office, Report("group", POLICY, "other", WORDS, "en"), tmp_path_factory.mktemp("report"))
    acts(
        office, A, WORDS, tmp_path_factory.mktemp("desk"), Do(Act.ACKNOWLEDGED, text="We have it.", audience="reporter")
    )
    with handler(office, chromium, A, "en") as member:
        member.open(WORDS)
        form = member.open_form("extended")
        day = form.locator('input[type="date"]').first
        last = day.get_attribute("max")
        assert last is not None
        assert day.get_attribute("min") is not None
        expect(member.find("until-range")).to_contain_text("From ")
        year, rest = last.split("-", 1)
        day.fill(f"{int(year) + 1}-{rest}")
        form.locator('[data-test="act-text"]').fill("An expert's opinion is awaited.")
        member.find("act-send").click()
        expect(form).to_contain_text("This day is not allowed. From ")
        day.fill(last)
        member.find("act-send").click()
        expect(member.find("act-form")).to_have_count(0, timeout=SEALING)
    with reporter(office, chromium, receipt, "en") as back:
        expect(back.page.locator('[data-test="notice-text"]').last).to_contain_text("An expert's opinion is awaited.")
        expect(back.page.locator("main")).to_contain_text(f"By {int(last[-2:])} ")
