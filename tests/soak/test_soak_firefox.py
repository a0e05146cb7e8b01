"""What the suite leads through the desk in Chromium, once more in Firefox: acts, letters, a batch."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.journeys import test_customers, test_on_behalf, test_under_policy
from tests.journeys.demo import running_demo
from tests.journeys.moved import moved_demo
from tests.journeys.test_over_days import GROUP


def test_the_desk_is_led_through_in_firefox(firefox: Browser, tmp_path: Path) -> None:
    """A telephone report with its letter, a case to its archive, and a batch of thirty answered at once."""
    with running_demo(tmp_path) as demo:
        test_on_behalf.test_a_telephone_report(demo, firefox)
        test_under_policy.test_a_partner_reports_and_the_case_is_led_to_its_archive(demo, firefox, tmp_path)
        with moved_demo(demo, tmp_path / "moved", {test_customers.P06: ("group", GROUP)}) as shop:
            test_customers.test_thirty_consumers_are_one_batch_and_a_major_event_starts_the_emergency_plan(
                shop, firefox, tmp_path
            )
