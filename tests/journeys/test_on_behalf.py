"""A telephone report: taken down at the desk, opened, answered by letter, and read by the caller with the receipt."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import Reporter
from tests.journeys.scribe import take_call, write_letter
from tests.support.lying_proxy import lying_proxy

ACCOUNT = "The night shift signs for checks that nobody makes"
FINDINGS = "The checks of March were not made."


@pytest.mark.timeout(300)
def test_a_telephone_report(demo: Demo, chromium: Browser) -> None:
    """What was heard is sealed in the member's browser, marked with who took it down, and belongs to the caller."""
    with lying_proxy(demo.desk) as desk, chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-c"], "en", desk.url)
        member.sign_in()
        receipt = take_call(member, ACCOUNT, "ireland", {"where": "Plant 2"})
        [filed] = [one for one in desk.sent() if one.path == "/api/submissions"]
        assert ACCOUNT.encode() not in filed.body
        assert receipt.replace(" ", "").encode() not in filed.body
        member.wait_for_case(ACCOUNT)
        member.open(ACCOUNT)
        expect(member.find("taken-line")).to_contain_text("Investigator C (telephone)")
        expect(member.find("answers")).to_contain_text("Plant 2")
        assert member.find("taken-alarm").count() == 0
        write_letter(member, FINDINGS)
    with chromium.new_context() as context:
        reporter = Reporter(context.new_page(), demo.intake, demo.code, "en")
        reporter.come_back(receipt)
        expect(reporter.find("new-receipt-offer")).to_be_visible()
        expect(reporter.find("thread")).to_contain_text(FINDINGS)
