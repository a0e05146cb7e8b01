"""The written policies contradict each other about appeals, time limits and grades: thirteen places, a test each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.deadlines.limits import Limit, Unit, read_limit
from casework.deadlines.terms import Facts
from casework.engine.engine import decide
from casework.engine.policy_clocks import terms_of
from casework.engine.refusals import Refusal, RefusalReason
from casework.errors import PolicyError
from casework.policy.binding import bind_policy
from casework.policy.reader import shipped_policy
from casework.rules.acts import Act, Attribute
from casework.rules.flow import Finality
from casework.rules.roles import RoleKind
from tests.casework.policies import bound, do, follow
from tests.casework.written import FIVE, SLUGS, THREE, by, clock, follow_with, refused, text, which


def test_01_appeal_window() -> None:
    """Three days, five, a prescribed time that is open, none at all, and no appeal elsewhere."""
    assert which(lambda rules: rules.appeals) == {7, 11, 12, 19}
    assert (clock(19, "appeal").limit, clock(7, "appeal").limit) == (THREE, FIVE)
    assert clock(7, "plan-appeal").open
    assert [appeal.window for number in (11, 12) for appeal in text(number).appeals] == [None, None]


def test_02_one_text_with_two_appeals() -> None:
    """Trigger, body and window of each road stand for themselves, and a case can take both, one after the other."""
    roads = {appeal.against: (appeal.body, appeal.window) for appeal in text(7).appeals}
    assert roads == {Act.PLAN_PRESENTED: ("hr", "plan-appeal"), Act.NOTIFIED: ("leadership", "appeal")}
    policy = bound(SLUGS[7])
    case = follow(
        policy, Act.ACCEPTED, Act.METHOD_CHOSEN, Act.TALKED, Act.FINDINGS_SHOWN, Act.FINDINGS_CONFIRMED,
        Act.PLAN_DRAFTED, Act.PLAN_PRESENTED,
    )  # fmt: skip
    case = do(policy, case, Act.APPEALED)
    assert case.stage == "reinvestigation"
    for act in (Act.REINVESTIGATED, Act.APPEAL_DECIDED, Act.NOTIFIED, Act.NOTICE_RECEIVED, Act.APPEALED):
        case = do(policy, case, act)
    assert case.stage == "review"


def test_03_appeal_body() -> None:
    """The same body, the leadership, an oversight body or a review unit: the role says which."""
    kinds = {role.id: role.kind for number in (7, 11, 12, 19) for role in text(number).roles}
    bodies = {number: {kinds[appeal.body] for appeal in text(number).appeals} for number in (7, 11, 12, 19)}
    assert bodies[7] == {RoleKind.DEPARTMENT, RoleKind.LEADERSHIP}
    assert bodies[11] == bodies[12] == {RoleKind.OVERSIGHT}
    assert bodies[19] == {RoleKind.DEPARTMENT}


def test_04_time_to_decide_the_appeal() -> None:
    """A number, a word, or nothing."""
    assert clock(19, "reexamination").limit == THREE
    assert (clock(11, "review-acceptance").word, clock(12, "review-result").word) == ("及时", "及时")
    assert [appeal.decision for appeal in text(7).appeals] == [None, None]


def test_05_finality() -> None:
    """Final after one review, adjusted, or again and again until the customer is satisfied."""
    finality = {number: {appeal.finality for appeal in text(number).appeals} for number in (7, 11, 12, 19)}
    assert finality[7] == finality[11] == finality[19] == {Finality.FINAL}
    assert finality[12] == {Finality.ADJUSTS}
    policy = bound(SLUGS[15])
    rounds = (Act.PLAN_DRAFTED, Act.MEDIATED, Act.EXECUTED, Act.ORDER_RETURNED, Act.CONTACTED_AGAIN, Act.REOPENED)
    case = follow(policy, Act.REGISTERED, Act.ROUTED, Act.ORDER_ISSUED, *rounds, *rounds, *rounds)
    assert (case.stage, case.counts[Act.REOPENED]) == ("handling", 3)


def test_06_twenty_four_hours_mean_five_things() -> None:
    """Handled, answered, contacted and told, registered and told, reviewed and routed: each its own stop."""
    names = {3: "handling", 5: "response", 6: "contact", 8: "registration", 19: "preliminary-review"}
    found = {number: clock(number, name) for number, name in names.items()}
    assert {one.limit for one in found.values()} == {Limit(24, Unit.HOURS)}
    assert len({one.stop for one in found.values()}) == 5
    assert found[8].stop == (Act.REGISTERED, Act.ACKNOWLEDGED)


def test_07_investigation_limits() -> None:
    """Three days, five, seven for quality, a prescribed time, or as soon as possible."""
    assert [clock(*one).limit for one in ((19, "investigation"), (18, "investigation"))] == [THREE, FIVE]
    quality = clock(6, "measures")
    assert (quality.limit, set(quality.grades)) == (Limit(7, Unit.WORKING_DAYS), {"quality", "major"})
    assert clock(5, "preliminary").open
    assert clock(8, "handling").open
    assert {clock(11, "report").word, clock(13, "investigation").word} == {"尽快"}


def test_08_final_answer() -> None:
    """From receipt, by grade, from the decision, or within a reasonable time."""
    assert (clock(3, "result").start, clock(3, "result").limit) == ((Act.RECEIVED,), FIVE)
    terms = terms_of(clock(18, "answer"))
    assert terms.length_for(Facts("general", 1)) == Limit(15, Unit.WORKING_DAYS)
    assert (clock(7, "written-result").start[0], clock(7, "written-result").limit) == (Act.DECIDED, FIVE)
    assert {clock(9, "solution").word, clock(12, "result").word} == {"合理的时间"}


def test_09_clock_starts() -> None:
    """The company's receipt, the department's, the decision, the notice, the appeal, the returned order."""
    starts = [
        clock(*one).start[0]
        for one in (
            (3, "handling"), (19, "investigation"), (7, "written-result"), (7, "appeal"), (19, "reexamination"),
            (15, "second-contact"),
        )
    ]  # fmt: skip
    assert starts == [
        Act.RECEIVED, Act.DEPARTMENT_RECEIVED, Act.DECIDED, Act.NOTICE_RECEIVED, Act.APPEALED, Act.ORDER_RETURNED,
    ]  # fmt: skip


def test_10_units() -> None:
    """Minutes, hours and working days, in Arabic or Chinese numerals; a blank keeps the unit that the text prints."""
    assert read_limit("五个工作日") == read_limit("5个工作日") == FIVE
    assert {one.unit for one in text(15).clocks if one.open} == {Unit.MINUTES, Unit.HOURS}
    bindings = f'policy = "{SLUGS[15]}"\nversion = "1"\n[days]\n[limits]\norder = "2 days"\n'
    with pytest.raises(PolicyError, match="counts minutes"):
        bind_policy(shipped_policy(SLUGS[15]), bindings.encode(), "b.toml")


def test_11_extension() -> None:
    """Without cap but with reason and new date, for complex cases alone; an unclear verdict goes back instead."""
    extended = {number: [one for one in text(number).clocks if one.extension] for number in SLUGS}
    assert {number for number, clocks in extended.items() if clocks} == {5}
    extension = clock(5, "response").extension
    assert extension is not None
    assert (extension.cap, extension.tell) == (None, True)
    policy = bound(SLUGS[5])
    case = follow(policy, Act.REGISTERED)
    codes = {Attribute.CLOCK: "response", Attribute.UNTIL: "2026-10-20"}
    for grade, expected in (("general", RefusalReason.ANOTHER_GRADE), ("complex", None)):
        graded = decide(policy, case, replace(by("property-company", Act.GRADED), codes={Attribute.GRADE: grade}))
        found = decide(
            policy,
            follow_with(case, graded),
            replace(by("property-company", Act.EXTENDED), codes=codes),
        )
        assert (found.reason if isinstance(found, Refusal) else None) is expected
    unclear = next(one for one in text(7).outcomes if one.id == "unclear")
    assert (unclear.final, unclear.to) == (False, ("investigation",))


def test_12_grades() -> None:
    """None, two, three or by urgency; under one text two tests lead to one tier."""
    assert {number: len(text(number).grades) for number in (2, 5, 6, 10, 12, 13, 18)} == {
        2: 2, 5: 3, 6: 4, 10: 3, 12: 4, 13: 2, 18: 2,
    }  # fmt: skip
    assert not any(text(number).grades for number in (1, 3, 4, 7, 8, 9, 11, 15, 16, 19, 20))
    terms = terms_of(clock(18, "answer"))
    thirty = Limit(30, Unit.WORKING_DAYS)
    assert terms.length_for(Facts("major", 1)) == terms.length_for(Facts("general", 2)) == thirty


def test_13_top_grade() -> None:
    """Senior management handles it, leaders attend to it, or an emergency plan starts and it goes up."""
    top = {number: text(number).grades[-1] for number in (6, 13, 18)}
    assert (top[13].handled_by, top[18].attended_by, top[6].emergency) == ("senior-management", "leadership", True)
    policy = bound(SLUGS[13])
    case = follow(policy, Act.REGISTERED)
    graded = decide(policy, case, replace(by("receiving-team", Act.GRADED), codes={Attribute.GRADE: "important"}))
    case = follow_with(case, graded)
    for act in (Act.CHECKED, Act.CONTENT_CONFIRMED, Act.PROCEDURE_EXPLAINED, Act.ACCEPTED):
        case = do(policy, case, act)
    assert refused(13, case, by("service-team", Act.CAUSE_FOUND)) in (
        RefusalReason.WRONG_ROLE,
        RefusalReason.ANOTHER_GRADE,
    )
    case = follow_with(case, decide(policy, case, by("senior-management", Act.EVIDENCE_GATHERED)))
    assert isinstance(decide(policy, case, by("senior-management", Act.CAUSE_FOUND)), tuple)
