"""Who has opened a case, at the page: a mark that two colleagues compare, and a server that shows two reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.cli.desk.claims import sign_opened
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.terminal import today
from tests.journeys.colleague import Colleague, colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, SEALING
from tests.journeys.test_countersigning import keeps_out
from tests.support.attacks.swapped_report import INVENTED, second_report
from tests.support.attacks.tampering_proxy import lying_proxy
from tests.support.commands.yanlu_process import POLICY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
MEMBER, OTHER, JOINS = "investigator-b", "investigator-c", "registrar-a"


@pytest.fixture
def other(demo: Demo) -> Iterator[Colleague]:
    """A colleague at the command line."""
    with colleague(demo, OTHER) as found:
        yield found


def filed(demo: Demo, words: str, folder: Path) -> None:
    """A report of Ireland, which both handle."""
    file_report(demo, ReportRequest("ireland", POLICY, "bribery", words, "en"), folder)


def test_two_colleagues_see_that_they_read_the_same_report(
    demo: Demo, other: Colleague, chromium: Browser, tmp_path: Path
) -> None:
    """Not unsealed yet, one mark on both sides, unsealed; a colleague who opens it meanwhile stands in nobody's way."""
    words = "Two read one report."
    filed(demo, words, tmp_path)
    with chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff[MEMBER], "en")
        member.sign_in()
        member.open(words)
        find, row = member.find, member.holder(OTHER)
        expect(member.holder(MEMBER)).to_contain_text("Opened on")
        expect(row).to_contain_text("Not opened yet")
        expect(find("mark-hint")).to_contain_text("a server could hide that")
        mark = find("case-mark").inner_text()
        find("reply").click()
        answer = "An answer while somebody else opens the case."
        find("compose-text").fill(answer)
        member.agrees = False
        find("compose-text").press("Escape")
        expect(find("compose-text")).to_have_value(answer)
        opened = other.find(words, tmp_path)
        assert (opened.claims.mark, list(opened.claims.opened)) == (mark, [MEMBER])
        assert sign_opened(other.session, other.staff, opened, today().isoformat())
        find("send").click()
        expect(member.moments("reply")).to_have_count(1, timeout=SEALING)
        expect(row).to_contain_text("Opened on")
        expect(find("case-mark")).to_have_text(mark)
        # Who has opened it stands beside the readers, and in the record; it is no step of the story.
        expect(member.moments("claimed")).to_have_count(0)
        expect(find("record")).to_contain_text("Opened at a reader's desk")
        find("note").click()
        expect(find("compose-hint")).to_have_text("Only the readers of this case can read this, never the reporter.")
        find("cancel").click()
        _note_first(member, other, words, tmp_path)
        expect(row).to_contain_text("Opened on")
        member.agrees = True
        member.add(JOINS)
        _story_says(member, "added", demo.staff[JOINS].name["en"])
        expect(row).to_contain_text("Not opened since the keys changed on")


def _story_says(member: Investigator, what: str, whom: str) -> None:
    """The last change of readers in the story: who made it, and by name who came or who went, and nobody else."""
    step = member.moments("epoch").last
    expect(step).to_contain_text(f"{member.sign.name['en']} changed who can read the case")
    said = {"added": "New readers", "removed": "No longer readers"}[what]
    expect(step.locator(f'[data-test="moved-{what}"]')).to_have_text(f"{said}: {whom}")
    expect(step.locator('[data-test^="moved-"]')).to_have_count(2)


def _note_first(member: Investigator, other: Colleague, words: str, folder: Path) -> None:
    """It makes the office's own key: no other key of the case, and no change that the reporter would be told of."""
    member.note("The first note.")
    expect(member.moments("office-key")).to_have_count(1)
    expect(member.moments("epoch")).to_have_count(0)
    noted = other.find(words, folder)
    assert [one.inner and one.inner.type for one in noted.thread.verified][-2:] == ["office-key", "note"]


def test_a_page_that_is_shown_another_report_says_so_and_writes_nothing(
    demo: Demo, other: Colleague, firefox: Browser, tmp_path: Path
) -> None:
    """What a colleague signed differs: alarm, no answer, nothing pinned; the honest desk is answered."""
    words = "One of two reports under one case."
    filed(demo, words, tmp_path)
    opened = other.find(words, tmp_path)
    case = str(opened.row["case"])
    assert sign_opened(other.session, other.staff, opened, today().isoformat())
    victim = other.session.directory.member(MEMBER)
    assert victim is not None
    lie = second_report(other.session.case(case), other.staff.identity, victim.recipient)
    with lying_proxy(demo.desk) as proxy, firefox.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff[MEMBER], "en", url=proxy.url)
        proxy.alter = lie.alter(case)
        member.sign_in()
        member.open(INVENTED)
        alarm = member.find("case-alarm")
        name = demo.staff[OTHER].name["en"]
        expect(alarm).to_contain_text(f"The desk of {name} signed for something else under this case than this browser")
        expect(alarm).to_contain_text("Equal marks mean the same report but a different key")
        expect(member.find("case-mark")).not_to_have_text(opened.claims.mark or "")
        member.find("reply").click(force=True)
        expect(member.find("composer-reply")).to_have_count(0)
        assert proxy.sent(f"/api/cases/{case}") == []
        proxy.alter = None
        member.refresh()
        member.open(words)
        expect(member.find("case-alarm")).to_have_count(0, timeout=PATIENCE)
        expect(member.find("case-mark")).to_have_text(opened.claims.mark or "")
        member.reply("An answer to an honest case.")
        kinds = [json.loads(one.body) for one in proxy.sent(f"/api/cases/{case}") if one.path.endswith("/steps")]
        assert [json.loads(step["event"]["payload"])["kind"] for step in kinds] == ["claimed", "replied"]


@pytest.mark.parametrize("for_good", [False, True])
def test_whoever_is_removed_sees_on_which_day_and_by_whom(
    demo: Demo, other: Colleague, chromium: Browser, tmp_path: Path, *, for_good: bool
) -> None:
    """A row with day and names, proven by signatures, and nothing else; only who is kept out can't come again."""
    words = "One of two is kept out." if for_good else "One of two is removed."
    filed(demo, words, tmp_path)
    opened = other.find(words, tmp_path)
    assert sign_opened(other.session, other.staff, opened, today().isoformat())
    case = str(opened.row["case"])
    with chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff[MEMBER], "en")
        member.sign_in()
        member.open(words)
        if for_good:
            keeps_out(member, OTHER)
            expect(member.find("excluded")).to_contain_text(demo.staff[OTHER].name["en"], timeout=SEALING)
        else:
            member.remove(OTHER)
        expect(member.holder(OTHER)).to_have_count(0)
        barred = member.find("add-whom").locator(f'option[value="{OTHER}"][disabled]')
        expect(barred).to_have_count(1 if for_good else 0)
        expect(member.find("keep-out-whom").locator(f'option[value="{OTHER}"]')).to_have_count(0 if for_good else 1)
        _story_says(member, "removed", demo.staff[OTHER].name["en"])
    with chromium.new_context() as context:
        left_out = Investigator(context.new_page(), demo, demo.staff[OTHER], "en")
        left_out.sign_in()
        row = left_out.page.locator(f'[data-test="removed"][data-case="{case}"]')
        expect(row).to_contain_text("You can no longer read a case of", timeout=PATIENCE)
        expect(row).to_contain_text("Readers changed on")
        expect(row).to_contain_text(f", by {demo.staff[MEMBER].name['en']}")
        expect(row).not_to_contain_text(words)
        assert not left_out.shows(words)
