"""How a report is handled under a policy and what is promised stands where somebody decides by it, beside the days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import PATIENCE, Told
from tests.journeys.test_main_journey import Stage
from tests.journeys.test_on_behalf_by_policy import logging
from tests.support.offices.role_bindings import run_policies

pytestmark = pytest.mark.timeout(1800)
SERVICE: Final = "customer-service-24h-5wd"
A, B, C = "investigator-a", "investigator-b", "investigator-c"
HELD: Final = {SERVICE: {"customer-service": [A], "related-department": [B, C]}}
RESULT: Final = {"zh": "5 个工作日内告知处理结果", "en": "You are told the result within 5 working days"}
LATEST: Final = {"zh": "（最迟在收到后 16 日内）", "en": " (at the latest 16 days after receipt)"}
DAY: Final = {"zh": "前（含当日）", "en": "By "}
HOLDS: Final = {
    "zh": "适用范围：公司内的所有部门、岗位以及所有员工",
    "en": "It applies to: All departments, posts and employees of the company",
}
PROTECTS: Final = {
    "zh": "依法应当保护的信息予以保密。",
    "en": "Information that the law protects is kept confidential.",
}


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """The demo's office, whose group has a policy for customers too."""
    with moved_demo(demo, tmp_path_factory.mktemp("says"), {}) as moved:
        run_policies(moved.settings, HELD, [A, B, C, "registrar-a"])
        yield moved


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_policy_speaks_from_the_choice_to_the_mailbox(office: MovedDemo, browser: Browser, lang: str) -> None:
    """Before writing the policy's words with the last day of each; after sending them behind the day."""
    with Stage(office, browser, "phone", lang).reporter() as found:
        found.arrive()
        found.find("first-entity").select_option("group")
        # Of several policies none can speak for all: their days differ, and where each is read is said.
        expect(found.find("own-protection")).to_have_count(0)
        found.find("first-entity").select_option("ireland")
        expect(found.find("own-protection")).to_be_visible()
        expect(found.find("own-scope")).to_have_text(HOLDS[lang])
        found.find("first-entity").select_option("group")
        found.start_report()
        found.choose(Told("", "other", entity=None, policy=SERVICE))
        expect(found.find("own-protection")).to_be_hidden()
        found.find("policy-says-open").click()
        expect(found.find("own-protection")).to_have_text(PROTECTS[lang])
        expect(found.find("promise-result_days")).to_have_text(f"{RESULT[lang]}{LATEST[lang]}")
        found.look("policy-says")
        found.tell(Told("话费多扣了两个月。", "other", policy=SERVICE))
        receipt = found.send()
        found.type_back(receipt)
        found.end()
        expect(found.find("next-result")).to_contain_text(RESULT[lang])
        found.come_back(receipt)
        promised = found.page.locator('[data-promise="result_days"]')
        expect(promised).to_contain_text(RESULT[lang])
        expect(promised).to_contain_text(DAY[lang])


def test_a_caller_is_promised_what_the_policy_says(office: MovedDemo, chromium: Browser) -> None:
    """The member who takes a call reads out protection and promises in the policy's words, and by another's its own."""
    with logging(Stage(office, chromium, "desktop", "zh"), A, SERVICE) as member:
        member.find("onbehalf-channel").select_option("telephone")
        first = member.find("onbehalf-say-first")
        expect(first.locator('[data-test="own-protection"]')).to_have_text(PROTECTS["zh"], timeout=PATIENCE)
        expect(first.locator('[data-test="promise-result_days"]')).to_have_text(f"{RESULT['zh']}{LATEST['zh']}")
        member.find("onbehalf-policy").select_option("company-whistleblowing")
        expect(first.locator('[data-test="promise-result_days"]')).not_to_contain_text(RESULT["zh"])
        expect(first.locator('[data-test="promise-result_days"]')).to_contain_text("90")
