"""Whom a reporter turns to is asked on the report page, and choosing a superior gives nobody a key who had none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.test_main_journey import Stage
from tests.journeys.test_over_days import handler
from tests.journeys.test_to_the_archive import DEPARTMENTS, HELD, P18, P19, A, B, C
from tests.support.offices.role_bindings import run_policies

pytestmark = pytest.mark.timeout(1800)
READERS, OTHER = [A, B, C, "registrar-a"], "approver-a"
TITLE: Final = {"zh": "不让谁看？", "en": "Who should not see it?"}
OFFERED: Final = {
    (P18, "zh"): ["直接上级", "人力资源部门", "公司内部监督部门", "不回答"],
    (P19, "en"): ["My direct superior", "HR department", "No answer"],
}
WORDS: Final = {P18: "加班费少算两天", P19: "The signature on my assessment is not mine"}


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """An office that runs both policies, the superior's role among others held by the first investigator."""
    with moved_demo(demo, tmp_path_factory.mktemp("addressee"), {}) as moved:
        run_policies(moved.settings, {P18: HELD[P18], P19: HELD[P19]}, READERS, {P18: DEPARTMENTS})
        yield moved


def _turns_to_the_superior(reporter: Reporter, offered: list[str]) -> None:
    """All whom the text names are offered; the hint names the step that lists the readers by its title."""
    reporter.find("details-open").click()
    asked = reporter.find("q-addressee")
    assert [one.strip() for one in asked.locator("label").all_inner_texts()] == offered
    expect(asked).to_contain_text(TITLE[reporter.lang])
    asked.get_by_label(offered[0]).check()


def _lists_who_can_read(reporter: Reporter, demo: Demo, told: Told) -> None:
    """At the step that the hint names, and before sending: the readers whom the office signed."""
    expect(reporter.find("step-title")).to_have_text(TITLE[reporter.lang])
    reads = reporter.find("people-outcome").locator('[data-test="can-read"]')
    for name in set(READERS) - set(told.exclude):
        expect(reads).to_contain_text(demo.staff[name].name[reporter.lang])
    for name in (OTHER, *told.exclude):
        expect(reads).not_to_contain_text(demo.staff[name].name[reporter.lang])


def _report(reporter: Reporter, demo: Demo, told: Told, offered: list[str]) -> None:
    """Reports as `told`; the superior is chosen, and somebody who holds that role is left out."""
    reporter.arrive()
    reporter.start_report()
    reporter.choose(told)
    reporter.find("account").fill(told.account)
    reporter.find("next").click()
    expect(reporter.page.locator('[data-step="files"]')).to_be_visible(timeout=PATIENCE)
    _turns_to_the_superior(reporter, offered)
    reporter.look("addressee")
    reporter.find("next").click()
    for member in told.exclude:
        reporter.find(f"exclude-{member}").check()
    _lists_who_can_read(reporter, demo, told)
    reporter.find("next").click()
    expect(reporter.find("review")).to_contain_text(offered[0])
    reporter.finish(reporter.send())


@pytest.mark.parametrize(
    ("policy", "lang", "category", "left_out"), [(P18, "zh", "pay", ()), (P19, "en", "complaint", (A,))]
)
def test_who_turns_to_the_superior_is_told_who_can_read_it(
    office: MovedDemo, chromium: Browser, policy: str, lang: str, category: str, left_out: tuple[str, ...]
) -> None:
    """P18, P19: the page asks; readers stay those listed, a superior who is left out gets no key, HR reads the wish."""
    told = Told(WORDS[policy], category, exclude=left_out, entity="group", policy=policy)
    offered = OFFERED[policy, lang]
    with Stage(office, chromium, "phone", lang).reporter() as reporter:
        _report(reporter, office, told, offered)
    with handler(office, chromium, B, lang) as member:
        member.open(told.account)
        expect(member.find("case")).to_contain_text(offered[0])
    if left_out:
        with handler(office, chromium, A, lang) as member:
            member.find("view-open").click()
            expect(member.find("case-row").filter(has_text=told.account)).to_have_count(0)
