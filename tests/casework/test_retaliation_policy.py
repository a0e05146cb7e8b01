"""The policy for complaints of retaliation: protection first, grounds in time or the presumption stands."""

from __future__ import annotations

import pytest

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.intake.entry import IncomingReport, Intake
from casework.intake.registration import take_in
from casework.legal_sources import Statute
from casework.obligations.grade_duties import grade_duties
from casework.policy.policy import policy_document
from casework.policy.questionnaire import read_page, shown
from casework.protection.conduct import duties_of, guards_against_revenge, overdue
from casework.protection.secrecy import About, protected
from casework.rules.clauses import DutyOf
from casework.rules.flow import ClockId, MeasureOn
from casework.rules.intake_form import IntakeKind
from casework.rules.roles import RoleId
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment
from tests.casework.policies import bound

NAME = "company-retaliation"
BODY, LOOKERS, HEAD = "protection-body", "investigators", "leadership"


def graded(grade: str = "ordinary") -> Life:
    """A complaint that was registered and graded."""
    life = Life(bound(NAME), by_browser=True).does("registered", by=BODY)
    return life.does("graded", by=BODY, grade=grade)


def accepted() -> Life:
    """One whose complainant was told their rights."""
    return graded().does("procedure-told", by=BODY).does("accepted", by=BODY)


def investigated() -> Life:
    """One whose complainant is protected, so that it is investigated."""
    return accepted().does("task-planned", by=BODY).does("assigned", by=BODY, handler="zhang-san")


def asked() -> Life:
    """One in which anyone who took the measure was asked for its grounds on the first day."""
    return investigated().does("grounds-asked", by=LOOKERS)


def decided(outcome: str) -> Life:
    """One that was decided after nobody gave grounds."""
    life = asked().does("grounds-missing", by=LOOKERS, on="2026-03-10").does("report-formed", by=LOOKERS)
    life.does("findings-shown", by=LOOKERS).reporter("findings-confirmed")
    return life.decides(outcome, by=HEAD, to="result")


def test_it_is_looked_at_within_a_day_of_work_and_protected_within_three_more() -> None:
    """Rights are told by the next working day; nothing is investigated before protection is planned."""
    life = graded()
    assert life.due("first-look") == "2026-03-03"
    assert life.stands("first-look", "2026-03-04") == ClockStatus.MISSED
    assert life.refused("accepted", by=BODY) is RefusalReason.FIRST
    life = accepted()
    assert (life.stands("first-look"), life.due("protection")) == (ClockStatus.SATISFIED, "2026-03-05")
    assert life.refused("assigned", by=BODY, handler="zhang-san") is RefusalReason.FIRST
    assert life.refused("talked", by=LOOKERS) is RefusalReason.WRONG_ROLE


def test_what_is_about_to_take_effect_is_stopped_and_goes_up() -> None:
    """An urgent complaint owes the emergency step and the leadership's ear; an ordinary one owes neither."""
    life = graded("urgent")
    assert [one.value for one in grade_duties(life.policy, life.case).due] == ["emergency-started", "reported-up"]
    assert graded().refused("emergency-started", by=BODY) is RefusalReason.ANOTHER_GRADE
    assert life.does("emergency-started", by=BODY).does("reported-up", by=BODY).case


def test_without_grounds_in_five_days_of_work_the_presumption_stands() -> None:
    """The case goes on after the fifth working day and no sooner; the leadership answers for the silence."""
    life = asked()
    assert life.due("grounds") == "2026-03-09"
    assert life.refused("grounds-missing", by=LOOKERS, on="2026-03-09T23:59") is RefusalReason.TOO_EARLY
    late = overdue(life.policy, life.case, OFFICE, moment("2026-03-10T10:00"))
    assert [(one.clock, one.who) for one in late if one.clock == "grounds"] == [("grounds", HEAD)]
    life.does("grounds-missing", by=LOOKERS, on="2026-03-10")
    assert life.stage == "assessment"
    assert life.stands("decision") == ClockStatus.NOT_STARTED
    clock = life.policy.rules.clock(ClockId("grounds"))
    assert clock is not None
    assert isinstance(clock.source, Statute)
    assert clock.source.article == "art. 21(5)"


def test_grounds_in_time_are_checked_and_asked_for_again_only_if_the_findings_are_contested() -> None:
    """What the other side says comes on record once; what it adds later it adds only where the complainant objects."""
    life = asked().does("grounds-given", by=LOOKERS, on="2026-03-05")
    assert (life.stage, life.stands("grounds")) == ("assessment", ClockStatus.SATISFIED)
    assert life.refused("grounds-asked", by=LOOKERS) is RefusalReason.NOT_HERE
    life.does("report-formed", by=LOOKERS).does("findings-shown", by=LOOKERS).reporter("findings-contested")
    assert life.does("grounds-asked", by=LOOKERS).stage == "grounds"


def test_the_other_side_need_not_be_asked_where_the_complainant_does_not_want_it() -> None:
    """On the records alone it goes on to the findings and a decision."""
    life = investigated().does("evidence-gathered", by=LOOKERS).does("report-formed", by=LOOKERS)
    assert life.does("findings-shown", by=LOOKERS).stage == "findings"
    ask = read_page(policy_document(bound(NAME))).question("ask-openly")
    assert ask
    assert ask.hint
    assert "仍可能猜到" in ask.hint.zh
    words = [one.text.zh for one in duties_of(bound(NAME), DutyOf.HANDLER, RoleId(LOOKERS))]
    assert any("先征得当事人同意" in one for one in words)


@pytest.mark.parametrize("outcome", ["established", "presumed"])
def test_whoever_decides_is_another_and_restores_and_punishes(outcome: str) -> None:
    """A presumption bears the same measures; the investigator decides nothing; undoing needs no sanction."""
    life = decided(outcome)
    assert life.seal_refused("measure-set", "undone", by=HEAD) is None
    assert life.seal_refused("measure-set", "removal", by=HEAD) is None
    assert decided("justified").seal_refused("measure-set", "removal", by=HEAD) is RefusalReason.NOT_UPHELD
    assert not [one for one in life.policy.rules.measures if one.on is MeasureOn.REPORTER]
    assert life.seal_refused("malice-proposed", by=HEAD) is RefusalReason.NO_MALICE_RULE


def test_it_is_followed_for_months_and_opens_again() -> None:
    """After the window the case is followed up, ends, and starts at protection where it happens again."""
    life = decided("partly").does("notified", by=BODY).does("notice-deemed", by=BODY, on="2026-04-20")
    life.does("summarised", by=BODY, on="2026-05-08")
    assert life.due("aftercare") == "2026-08-10"
    assert life.refused("closed", by=BODY) is RefusalReason.FIRST
    assert life.does("tracked", by=BODY).does("closed", by=BODY).ended
    assert life.does("reopened", by=BODY).stage == "protection"


def test_a_threat_is_enough_and_nobody_is_asked_what_they_reported() -> None:
    """What is only threatened is taken in; the page asks nobody for the earlier report, nor for a name of their own."""
    policy = bound(NAME)
    entry = IncomingReport(
        "platform", moment(FIRST_DAY).date(), kind=IntakeKind.COMPLAINT, category="threat", imminent=True
    )
    found = take_in(policy, entry)
    assert isinstance(found, Intake)
    assert found.register == "retaliation"
    page = read_page(policy_document(policy))
    assert "不必写当初举报了什么" in policy_document(policy).decode()
    own = {str(one.id) for one in shown(page, "dismissal", {"whose": "me"})}
    assert {"still-open", "power", "ask-openly", "support"} <= own
    assert "ask-openly" not in {str(one.id) for one in shown(page, "dismissal", {"whose": "saw"})}
    assert protected(policy) == {About.REPORTER, About.CONTENT, About.RESPONDENT}
    assert guards_against_revenge(policy) == (HEAD,)
