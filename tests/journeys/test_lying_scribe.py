"""Reports taken down and letters in front of a server that lies: nothing leaves sealed for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.liar import Trial
from tests.journeys.reporter import SEALING
from tests.support.attacks.forged_documents import Lies
from tests.support.attacks.tampering_proxy import lying_proxy

ACCOUNT = "The scales of the second yard are set by hand"
FINDINGS = "The scales were checked."
SENT = ("/api/cases", "/api/blobs", "/api/submissions")


@pytest.mark.timeout(1800)
def test_neither_a_report_logged_for_a_caller_nor_a_letter_is_sealed_for_a_liar(
    demo: Demo, lies: Lies, chromium: Browser
) -> None:
    """Each lie about the office is told in words and gets nothing; then the honest desk has report and letter."""
    heard = lies.names("altered policy")
    with lying_proxy(demo.desk) as proxy, chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-c"], "zh", proxy.url)
        member.sign_in()
        find = member.find
        find("log-report").click()
        find("onbehalf-channel").select_option("telephone")
        find("onbehalf-entity").select_option("ireland")
        find("onbehalf-kind").select_option("report")
        find("onbehalf-category").select_option("other")
        find("onbehalf-account").fill(ACCOUNT)
        find("onbehalf-consent").select_option("minutes")
        find("onbehalf-checked").select_option("agreed")
        report = Trial(proxy, lies, find("onbehalf-fault"), find("onbehalf-seal").click, SENT)
        report.refuses(heard)
        report.press()
        expect(find("onbehalf-receipt")).to_be_visible(timeout=SEALING)
        report.sends("/api/submissions")
        groups = find("onbehalf-groups").locator("strong").all_inner_texts()
        find("said-2").fill(groups[2])
        find("said-5").fill(groups[5])
        find("onbehalf-done").click()
        member.settled()
        member.wait_for_case(ACCOUNT)
        member.open(ACCOUNT)
        find("letters").click()
        find("letter-which").select_option("result")
        find("letter-outcome").select_option(index=1)
        find("letter-findings").fill(FINDINGS)
        find("letter-show").click()
        letter = Trial(proxy, lies, find("paper-fault"), find("paper-seal").click, SENT)
        letter.refuses(heard)
        letter.press()
        expect(find("paper-dialog")).to_have_count(0, timeout=SEALING)
        letter.sends("/api/cases")
