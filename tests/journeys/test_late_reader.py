"""A colleague whose desk has not unsealed a case for five working days is named to the others, who make a new key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.cli.reporter.reporting import ReportRequest
from tests.journeys.colleague import file_report
from tests.journeys.moved import MovedDemo
from tests.journeys.reporter import SEALING
from tests.journeys.test_over_days import handler
from tests.support.commands.yanlu_process import POLICY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
MEMBER, LATE = "investigator-b", "investigator-c"
# Five working days lie between in any week of the year, with the longest holidays of Ireland in it.
LONG = timedelta(days=14)


def test_who_has_not_unsealed_a_case_for_a_week_is_named_and_gets_a_new_key(
    office: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """Nobody on the first day; then the colleague by name and a button, and after it the colleague reads the case."""
    words = "One of two does not open this."
    file_report(office, ReportRequest("ireland", POLICY, "bribery", words, "en"), tmp_path)
    with handler(office, chromium, MEMBER, "en") as member:
        member.open(words)
        expect(member.holder(LATE)).to_contain_text("Not opened yet")
        expect(member.find("late")).to_have_count(0)
    office.moved.move_to(office.day + LONG)
    with handler(office, chromium, MEMBER, "en") as member:
        member.open(words)
        expect(member.find("late")).to_contain_text("Not opened for five working days")
        expect(member.find("late")).to_contain_text(office.staff[LATE].name["en"])
        mark = member.find("case-mark").inner_text()
        member.find("renew-late").click()
        expect(member.holder(LATE)).to_contain_text("since the keys changed on", timeout=SEALING)
        expect(member.find("late")).to_have_count(0)
    with handler(office, chromium, LATE, "en") as colleague:
        colleague.open(words)
        expect(colleague.find("case-mark")).to_have_text(mark)
        expect(colleague.holder(MEMBER)).to_contain_text("Opened on")
        expect(colleague.find("late")).to_have_count(0)
