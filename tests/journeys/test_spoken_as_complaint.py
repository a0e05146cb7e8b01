"""Who complains reads of a complaint, who reports of a report: by the policy, and where it has both by the kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.test_main_journey import Stage
from tests.journeys.test_on_behalf_by_policy import logging
from tests.support.offices.role_bindings import run_policies

pytestmark = pytest.mark.timeout(1800)
REPORT, COMPLAINT = "举报", "投诉"
OFFICE: Final = "示例集团举报受理单位"
WHISTLE, GRADED, AIRLINE, SLA, BOTH, SECRET = (
    "company-whistleblowing", "client-complaint-graded-ticket", "airline-complaint",
    "employee-complaint-resolution-sla", "grievance-and-whistleblowing-scope", "internal-complaint-disciplinary",
)  # fmt: skip
A, B, C = "investigator-a", "investigator-b", "investigator-c"
HELD: Final = {
    AIRLINE: {"receiving-team": [A], "service-team": [B], "senior-management": [C]},
    SLA: {"hr": [A], "related-department": [B], "superior": [A], "oversight": [C], "leadership": [C]},
    BOTH: {},
    SECRET: {"superior": [A], "related-department": [B], "oversight": [C]},
}
STEPS: Final = ("about", "files", "people", "review", "receipt", "offer-name", "finished", "mailbox")
"""Where a page is read once the matter is chosen."""
CHANGED: Final = "航班改签以后一直没有退差价"


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """The demo's whistleblowing office, with policies about complaints, and one about both."""
    with moved_demo(demo, tmp_path_factory.mktemp("spoken"), {}) as moved:
        run_policies(moved.settings, HELD, [A, B, C, "registrar-a"])
        yield moved


def _own_words(reporter: Reporter) -> str:
    """All that stands on the page, folded or not, but names and texts of the office and titles of staff."""
    return reporter.page.evaluate(
        """(office) => {
            const body = document.body.cloneNode(true);
            for (const one of body.querySelectorAll('noscript, #matter > label, #category legend')) one.remove();
            return body.textContent.replaceAll("举报人保护", "").replaceAll(office, "");
        }""",
        OFFICE,
    )


def _read_at_each_step(reporter: Reporter) -> dict[str, str]:
    """What the page says at each step, filled as somebody goes on."""
    read, inspect = dict[str, str](), reporter.look

    def look(step: str) -> None:
        inspect(step)
        if step in STEPS:
            read[step] = _own_words(reporter)

    reporter.look = look  # type: ignore[method-assign]
    return read


def _whole_road(office: MovedDemo, browser: Browser, told: Told) -> dict[str, str]:
    with Stage(office, browser, "phone", "zh").reporter() as reporter:
        read = _read_at_each_step(reporter)
        receipt = reporter.report(told)
        reporter.come_back(receipt)
        return read


def test_who_complains_meets_a_complaint_on_every_page(office: MovedDemo, browser: Browser) -> None:
    """Under the airline's policy no page says that somebody reports, from the chosen matter to receipt and mailbox."""
    read = _whole_road(office, browser, Told(CHANGED, "service", entity="group", policy=AIRLINE))
    assert [(step, line) for step, text in read.items() for line in text.splitlines() if REPORT in line] == []
    assert all(COMPLAINT in read[step] for step in ("people", "receipt", "finished", "mailbox"))
    assert "撤回投诉" in read["mailbox"]


def test_who_reports_meets_a_report_on_every_page(office: MovedDemo, browser: Browser) -> None:
    """Under the whistleblowing policy of the same office the pages speak of a report."""
    read = _whole_road(office, browser, Told(CHANGED, "bribery", entity="group", policy=WHISTLE))
    assert all(REPORT in read[step] for step in ("people", "receipt", "finished", "mailbox"))
    assert "撤回举报" in read["mailbox"]


def test_what_was_chosen_decides_in_either_direction(office: MovedDemo, browser: Browser) -> None:
    """The page follows from matter to matter, from kind to kind within one policy, and to English and back."""
    with Stage(office, browser, "desktop", "zh").reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.choose(Told(CHANGED, "environment", entity="group", policy=SLA))
        for policy, category, says in (
            (SLA, None, COMPLAINT), (BOTH, "wages", COMPLAINT), (BOTH, "hacking", REPORT), (WHISTLE, "bribery", REPORT),
            (BOTH, "wages", COMPLAINT),
        ):  # fmt: skip
            reporter.find(f"policy-{policy}").check()
            if category is not None:
                reporter.find(f"category-{category}").check()
                expect(reporter.find(f"category-{category}")).to_be_checked()
            expect(reporter.find("urgent-hint")).to_contain_text(f"打开{says}（")
        for lang, says in (("en", "can open your report"), ("zh", "打开投诉（")):
            reporter.find(f"language-{lang}").click()
            expect(reporter.find("urgent-hint")).to_contain_text(says, timeout=PATIENCE)


def _says_of_itself(member: Investigator) -> str:
    """All that the form says, but what the lists hold: titles of policies and channels of their texts."""
    return member.page.evaluate(
        """() => {
            const form = document.querySelector('[data-test="onbehalf-form"]').cloneNode(true);
            for (const one of form.querySelectorAll('option, optgroup')) one.remove();
            return form.textContent.replaceAll("举报人保护", "");
        }"""
    )


def test_a_member_logs_a_complaint_as_one(office: MovedDemo, chromium: Browser) -> None:
    """The staff form speaks by the policy and follows to another; what was typed stays, and so does the focus."""
    with logging(Stage(office, chromium, "desktop", "zh"), A, AIRLINE) as member:
        expect(member.find("onbehalf-form")).to_contain_text("写入投诉", timeout=PATIENCE)
        said = _says_of_itself(member)
        assert [said[max(0, at - 20) : at + 20] for at in range(len(said)) if said.startswith(REPORT, at)] == []
        # Who is anonymous is asked for no contact, which every reader would see.
        expect(member.find("onbehalf-q-flight")).to_have_count(1)
        expect(member.find("onbehalf-q-contact")).to_have_count(0)
        member.find("onbehalf-level").select_option("named")
        # The register asks for it already, and when it was.
        expect(member.find("onbehalf-field-complainant")).to_have_count(1)
        expect(member.find("onbehalf-field-time")).to_have_count(1)
        expect(member.find("onbehalf-q-contact")).to_have_count(0)
        expect(member.find("onbehalf-q-when")).to_have_count(0)
        member.find("onbehalf-account").fill(CHANGED)
        member.find("onbehalf-policy").focus()
        member.find("onbehalf-policy").select_option(WHISTLE)
        expect(member.find("onbehalf-form")).to_contain_text("写入举报", timeout=PATIENCE)
        expect(member.find("onbehalf-account")).to_have_value(CHANGED)
        expect(member.find("onbehalf-policy")).to_be_focused()
        member.find("onbehalf-seal").click()
        expect(member.find("field-fault").first).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_categories_of_two_kinds_stand_under_the_name_of_each(office: MovedDemo, chromium: Browser, lang: str) -> None:
    """P17: eight grievances and twelve matters of whistleblowing are two lists, on a phone and for who logs one."""
    heads = {"zh": ["投诉", "举报"], "en": ["Grievance", "Report of wrongdoing"]}[lang]
    with Stage(office, chromium, "phone", lang).reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.choose(Told(CHANGED, "hacking", entity="group", policy=BOTH))
        matter = {
            "zh": "航空公司的产品或服务，包括航行体验和安全",
            "en": "The airline's products or services, the journey and its safety",
        }
        expect(reporter.page.locator("label", has=reporter.find(f"policy-{AIRLINE}"))).to_contain_text(matter[lang])
        groups = reporter.page.locator("#category fieldset")
        expect(groups.locator("legend")).to_have_text(heads)
        assert [groups.nth(at).locator("input").count() for at in (0, 1)] == [8, 12]
        assert reporter.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(reporter.find("category-hacking")).to_be_checked()
    with logging(Stage(office, chromium, "desktop", lang), A, BOTH) as member:
        groups = member.find("onbehalf-category").locator("optgroup")
        expect(groups).to_have_count(2)
        assert [groups.nth(at).get_attribute("label") for at in (0, 1)] == heads
        # Under one kind nothing needs a heading.
        member.find("onbehalf-kind").select_option("report")
        expect(groups).to_have_count(0)
        expect(member.find("onbehalf-category").locator("option")).to_have_count(13)
        _asked_of_the_superior(member, lang)


def _asked_of_the_superior(member: Investigator, lang: str) -> None:
    """P11 sends a complaint to the superior: the hint says what naming that person gives away."""
    member.find("onbehalf-policy").select_option(SECRET)
    asked = member.page.locator("[data-question=superior]")
    expect(asked).to_contain_text({"zh": "您的直接上级是谁？", "en": "Who is your direct superior?"}[lang])
    expect(asked).to_contain_text(
        {
            "zh": "就知道您是谁的下属，人少的团队可能因此猜到您",
            "en": "knows whose team you are in, and in a small team may guess who you are",
        }[lang]
    )
    expect(member.find("onbehalf-level")).to_have_value("anonymous")
    assert {"zh": "部门", "en": "department"}[lang] not in asked.inner_text()
