"""The written policies contradict each other about everything but time: twenty-seven places, a test each."""

from __future__ import annotations

from dataclasses import replace

from casework.deadlines.terms import ClockKind
from casework.engine.engine import decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.engine.sealed_steps import SealedStep, check_sealed, fold_sealed
from casework.ids import MemberId
from casework.policy.reader import read_policy, shipped_policy
from casework.policy_check.lint import hindrances
from casework.policy_check.path_search import rules_of
from casework.rules.acts import Act
from casework.rules.clauses import Audience, DisclosureGround, Published, Rhythm, SatisfactionUse
from casework.rules.flow import ActRule, OutcomeId, OutcomeOf, StageId
from casework.rules.intake_form import IdentityMode, IntakeKind
from casework.rules.roles import RoleId
from casework.rules.rulebook import State
from tests.casework.policies import CONTENT, bound, do, follow, opened
from tests.casework.written import LI, SLUGS, by, follow_with, knows, refused, text, which


def test_14_entry_point_and_recusal() -> None:
    """One superior or many addressees; somebody else passes on what concerns the superior, and anybody steps back."""
    reach = {number: {role for channel in text(number).channels for role in channel.to} for number in (1, 8, 11, 15)}
    assert reach[1] == {"superior", "department-head", "hr", "leadership"}
    assert reach[8] == {"complaint-body"}
    assert reach[11] == {"superior", "oversight"}
    assert "staff" in {channel.kind for channel in text(15).channels}
    policy = bound(SLUGS[11])
    assert isinstance(decide(policy, opened(policy), by("oversight", Act.ESCALATED)), tuple)
    off = read_policy(
        CONTENT.replace('state = "whole"', 'state = "whole"\nwithout = ["recused"]').encode(), "mine.toml"
    )
    assert rules_of(policy, Act.RECUSED)
    assert not rules_of(off, Act.RECUSED)


def test_15_form() -> None:
    """Writing is demanded by two texts, a spoken complaint taken by the others that speak of form."""
    assert which(lambda rules: rules.form and rules.form.written) == {1, 11}


def test_16_identity() -> None:
    """Demanded, asked for, confidential, or not needed at all."""
    modes = {number: one.mode for number in SLUGS if (one := text(number).identity)}
    assert {number for number, mode in modes.items() if mode is IdentityMode.REQUIRED} == {8, 12}
    assert {modes[3], modes[5], modes[13]} == {IdentityMode.REQUESTED}
    assert modes[1] is IdentityMode.CONFIDENTIAL
    assert modes[4] is IdentityMode.ANONYMOUS_ALLOWED


def test_17_secrecy_and_publicity() -> None:
    """Cases, a result, figures, nothing: to whom, with what taken out, and on what ground anything is told."""
    shown = {number: [(one.what, one.audience) for one in text(number).publications] for number in (1, 5, 19)}
    assert (Published.CASES, Audience.COMPANY) in shown[1]
    assert shown[5] == [(Published.FIGURES, Audience.CONSTITUENCY)]
    assert shown[19] == [(Published.RESULT, Audience.COMPANY)]
    assert all(
        one.redaction for number in (1, 19) for one in text(number).publications if one.audience is Audience.COMPANY
    )
    assert text(9).secrecy[0].disclosed_on == (DisclosureGround.LAW, DisclosureGround.CONSENT)
    assert text(11).secrecy[0].disclosed_on == (DisclosureGround.NEVER,)


def test_18_the_complainants_own_secrecy() -> None:
    """One text binds the complainant, no other."""
    assert which(lambda rules: any(one.binds_reporter for one in rules.secrecy)) == {11}


def test_19_what_counts() -> None:
    """Suggestions, opinions, unreasonable demands, imminent breaches; unreasonable as a result or by definition."""
    assert which(lambda rules: any(one.id is IntakeKind.SUGGESTION for one in rules.kinds)) == {1, 10, 15}
    assert which(lambda rules: any(one.unreasonable for one in rules.kinds)) == {20}
    assert which(lambda rules: any(one.imminent for one in rules.kinds)) == {17}
    assert "unreasonable" in {one.id for one in text(18).outcomes}


def test_20_complaint_and_report() -> None:
    """One register for both, or two with catalogues of their own."""
    registers = {number: {one.id: one.register for one in text(number).kinds} for number in (4, 17)}
    assert len(set(registers[4].values())) == 1
    assert set(registers[17].values()) == {"grievances", "reports"}


def test_21_outcomes() -> None:
    """Four values, two, true and reasonable, or the customer's word; a case may need a verdict on each."""
    assert {number: len(text(number).outcomes) for number in (7, 16, 18)} == {7: 4, 16: 2, 18: 2}
    assert {one.of for one in text(15).outcomes} == {OutcomeOf.ACCEPTANCE}
    both = (OutcomeId("satisfied"), OutcomeId("unsatisfied"))
    twice = SealedStep(Act.DECIDED, LI, RoleId("callback-specialist"), outcomes=both)
    found = check_sealed(bound(SLUGS[15]), fold_sealed([]), twice)
    assert found is not None
    assert found.reason is RefusalReason.NO_SUCH_OUTCOME


def test_22_unfounded_is_not_malicious() -> None:
    """Not pursued, answered gently, explained; where malice is punished it is a step of its own with an approver."""
    assert which(lambda rules: rules.malice) == {1, 5, 8, 19}
    assert knows(Act.MALICE_APPROVED) == {1, 5, 8, 19}
    for number in (7, 16, 18):
        step = SealedStep(Act.MALICE_PROPOSED, LI, RoleId("hr"))
        found = check_sealed(bound(SLUGS[number]), fold_sealed([]), step)
        assert found is not None
        assert found.reason is RefusalReason.NO_MALICE_RULE


def test_23_sanction_ladders() -> None:
    """Each text has its own ladder in its own words; an open one takes other words too."""
    ladders = {number: {one.name.zh for one in text(number).measures} for number in (4, 11)}
    assert {"警告", "调整岗位", "辞退"} <= ladders[4]
    assert {"口头警示", "书面警示", "调整岗位", "停职", "开除"} <= ladders[11]
    assert "辞退" not in ladders[11]
    assert which(lambda rules: any(one.open for one in rules.measures)) == {4, 11, 16}


def test_24_approval() -> None:
    """None, the leadership, somebody inside, two together, or HR that may send back."""
    assert knows(Act.APPROVED) == {8, 10, 16, 19}
    both = next(one for one in rules_of(bound(SLUGS[16]), Act.APPROVED))
    assert (both.every, set(both.by)) == (True, {"quality-head", "manager"})
    policy = bound(SLUGS[19])
    found = (Act.CHECKED, Act.ROUTED, Act.DEPARTMENT_RECEIVED, Act.EVIDENCE_GATHERED)
    done = (*found, Act.REPORT_FORMED, Act.PLAN_DRAFTED, Act.REPORT_SUBMITTED)
    case = follow(policy, *done, Act.SENT_BACK)
    assert case.stage == "investigation"
    assert refused(19, case, by("owning-department", Act.REPORT_SUBMITTED)) is RefusalReason.FIRST
    signers = [rule.to for rule in rules_of(bound(SLUGS[15]), Act.SIGNED)]
    assert len(signers) == 2


def test_25_who_does_what() -> None:
    """One body for all, or investigating, deciding and reviewing apart."""
    actors = {number: {role for stage in text(number).stages for role in stage.actors} for number in (1, 3)}
    assert actors == {1: {"hr"}, 3: {"customer-service"}}
    policy = bound(SLUGS[11])
    case = follow(policy, Act.CHECKED)
    report = decide(policy, case, by("superior", Act.REPORT_FORMED))
    case = do(policy, follow_with(case, report), Act.REPORT_SUBMITTED)
    both = replace(by("related-department", Act.DECIDED), roles=frozenset({RoleId("related-department")}))
    assert refused(11, case, both) is RefusalReason.SAME_PERSON
    assert isinstance(decide(policy, case, replace(both, by=MemberId("wang"))), tuple)


def test_26_confirmation_without_answer() -> None:
    """Of content, findings or solution; where no answer comes the office goes on, but not before the time is over."""
    gates = {number: {one.act for one in text(number).confirmations} for number in (5, 6, 7, 13)}
    assert gates == {
        5: {Act.PLAN_AGREED}, 6: {Act.CONTENT_CONFIRMED}, 7: {Act.FINDINGS_CONFIRMED}, 13: {Act.CONTENT_CONFIRMED},
    }  # fmt: skip
    policy = bound(SLUGS[7])
    case = follow(policy, Act.ACCEPTED, Act.METHOD_CHOSEN, Act.EVIDENCE_GATHERED, Act.FINDINGS_SHOWN)
    assert refused(7, case, replace(by("hr", Act.UNANSWERED), item=None)) is RefusalReason.TOO_EARLY
    assert do(policy, case, Act.UNANSWERED).stage == "planning"
    assert do(policy, case, Act.FINDINGS_CONTESTED).stage == "investigation"


def test_27_findings() -> None:
    """Two texts show them, the others keep them inside."""
    assert knows(Act.FINDINGS_SHOWN) == {7, 18}


def test_28_result_notice() -> None:
    """In writing, in any form, only where a reply is needed, to posts, or in public."""
    written = {number for number in SLUGS if any(rule.written for rule in rules_of(bound(SLUGS[number]), Act.NOTIFIED))}
    assert written == {1, 7}
    silent = follow(bound(SLUGS[3]), Act.REGISTERED, Act.CHECKED, Act.DECIDED, Act.SUMMARISED, Act.ARCHIVED)
    assert (silent.stage, Act.NOTIFIED in silent.counts) == ("archived", False)
    told = {one for one in SLUGS if any(rule.act is Act.POSTS_NOTIFIED for rule in _acts(one, "result"))}
    assert (told, knows(Act.PUBLISHED)) == ({1}, {1, 19})


def _acts(number: int, stage: str) -> tuple[ActRule, ...]:
    found = bound(SLUGS[number]).rules.stage(StageId(stage))
    return found.acts if found else ()


def test_29_order_of_settlement() -> None:
    """Mediation before the result, agreement at once, the decision first, or the plan approved before anybody hears."""
    case = follow(bound(SLUGS[1]), Act.FILED, Act.EVIDENCE_GATHERED, Act.CHECKED)
    assert refused(1, case, by("hr", Act.DECIDED)) is RefusalReason.FIRST
    case = follow(bound(SLUGS[15]), Act.REGISTERED, Act.ROUTED, Act.ORDER_ISSUED)
    assert refused(15, case, by("department-manager", Act.ORDER_RETURNED)) is RefusalReason.FIRST
    assert knows(Act.PLAN_PRESENTED) & {10, 16} == set()
    received = (Act.ACKNOWLEDGED, Act.PROGRESS_REPORTED, Act.ROUTED, Act.REGISTERED, Act.ASSIGNED)
    case = follow(bound(SLUGS[9]), *received, Act.TALKED, Act.EVIDENCE_GATHERED, Act.CHECKED)
    assert refused(9, case, by("company", Act.DECIDED)) is RefusalReason.FIRST


def test_30_priority_of_work() -> None:
    """Daily work first, or the complaint at once: each in its text's words."""
    said = {number: one.text.zh for number in SLUGS if (one := text(number).metadata.priority)}
    assert said == {9: "一旦接到投诉，立即响应", 10: "先处理好日常工作，再处理投诉"}


def test_31_many_complainants() -> None:
    """A kind of its own or a batch; cases that are merged are still each answered."""
    assert which(lambda rules: any(one.id is IntakeKind.COLLECTIVE for one in rules.kinds)) == {1, 6}
    assert which(lambda rules: rules.batch and rules.batch.each_answered) == {1, 6}
    policy = bound(SLUGS[4])
    case = follow(policy, Act.MERGED, Act.REGISTERED, Act.ASSIGNED, Act.CHECKED, (Act.DECIDED, "result"))
    assert refused(4, case, by("company", Act.ARCHIVED)) is RefusalReason.FIRST
    assert do(policy, do(policy, case, Act.NOTIFIED), Act.ARCHIVED).stage == "archived"


def test_32_rewards() -> None:
    """For improvement, for a true report, for proposals, or to the handlers."""
    found = {number: {(one.to.value, one.on.value) for one in text(number).rewards} for number in (1, 4, 6, 19)}
    assert found == {
        1: {("reporter", "improvement")}, 4: {("reporter", "true-report")}, 6: {("handler", "good-handling")},
        19: {("proposer", "proposal")},
    }  # fmt: skip
    assert which(lambda rules: rules.rewards) == {1, 4, 6, 19}


def test_33_liability_for_lateness() -> None:
    """By law, of body and person, by a reaction of the executive office, or in reviews; breaches, where named (P19)."""
    assert which(lambda rules: rules.liability) == {5, 8, 16, 19}
    assert which(lambda rules: any(one.what is Rhythm.ASSESSMENT for one in rules.recurring)) == {18}


def test_34_oversight() -> None:
    """A body, the owners themselves, or nobody."""
    watched = {number: {one.body for one in text(number).oversight} for number in SLUGS if text(number).oversight}
    assert watched == {5: {None}, 11: {"oversight"}, 18: {"oversight"}}


def test_35_closing() -> None:
    """After the notice, after two signatures, by filing, after execution, or after following up."""
    ways = {
        number: {rule.act for stage in text(number).stages for rule in stage.acts for to in rule.to if to in ends}
        for number in (1, 3, 4, 15, 19)
        if (ends := {stage.id for stage in text(number).stages if stage.end})
    }
    assert ways[3] == ways[4] == ways[15] == {Act.ARCHIVED}
    policy = bound(SLUGS[15])
    case = follow(
        policy,
        Act.REGISTERED,
        Act.ROUTED,
        Act.ORDER_ISSUED,
        Act.PLAN_DRAFTED,
        Act.MEDIATED,
        Act.EXECUTED,
        Act.ORDER_RETURNED,
    )
    for act in (Act.CONTACTED_AGAIN, Act.FOLLOWED_UP, Act.JUDGED, Act.SIGNED, Act.SIGNED, Act.ARCHIVED):
        case = do(policy, case, act)
    assert case.stage == "archived"
    assert Act.CLOSED in ways[1] & ways[19]


def test_36_versions() -> None:
    """A newer text prevails, or says only since when it holds, or is revised; a case stays under its own version."""
    assert which(lambda rules: rules.metadata.supersedes) == {7, 18}
    assert which(lambda rules: rules.metadata.effective and not rules.metadata.supersedes) == {19}
    assert which(lambda rules: any(one.what is Rhythm.REVISION for one in rules.recurring)) == {2, 5}
    newer = replace(bound(SLUGS[7]), version="2")
    found = decide(newer, opened(bound(SLUGS[7])), by("hr", Act.NOTED))
    assert isinstance(found, Refusal)
    assert found.reason is RefusalReason.ANOTHER_VERSION


def test_37_identity_of_a_policy() -> None:
    """Two pairs share a title; the slug tells them apart."""
    titles = [shipped_policy(SLUGS[number]).title.zh for number in (3, 10, 8, 18)]
    assert titles[0] == titles[1]
    assert titles[2] == titles[3]
    assert len(set(SLUGS.values())) == 20


def test_38_incomplete_texts() -> None:
    """A text that breaks off or is blank is a draft that names what is unbound and lets no case open."""
    states = {number: text(number).state for number in SLUGS}
    assert {number for number, state in states.items() if state is State.CUT} == {6, 10, 11, 13, 17}
    assert {number for number, state in states.items() if state is State.BLANK} == {15, 16}
    assert states[14] is State.STUB
    for number in (6, 10, 11, 13, 14, 15, 16, 17):
        draft = shipped_policy(SLUGS[number])
        open_keys = {key for key in draft.unbound() if not key.startswith("days.") and key != "limits.notice-waits"}
        assert open_keys
        assert open_keys <= {finding.key for finding in hindrances(draft, "draft.toml")}
        assert bound(SLUGS[number]).unbound() == ()


def test_39_interpretation() -> None:
    """HR interprets four texts, even one whose cases another body runs; the others name nobody."""
    owners = {number: one.by for number in SLUGS if (one := text(number).metadata.interpretation)}
    assert owners == {7: "hr", 8: "hr", 18: "hr", 19: "hr"}
    assert "hr" not in {role for stage in text(8).stages for role in stage.actors}


def test_40_not_before() -> None:
    """One call may not come too early, and its verdict may wait for a visit without a date."""
    assert {
        number
        for number in SLUGS
        if any(one.kind is ClockKind.NOT_BEFORE for one in text(number).clocks if one.id == "follow-up")
    } == {15}
    case = follow(bound(SLUGS[15]), Act.REGISTERED, Act.ROUTED, Act.ORDER_ISSUED, Act.PLAN_DRAFTED, Act.MEDIATED)
    assert refused(15, case, replace(by("callback-specialist", Act.FOLLOWED_UP), item=None)) is RefusalReason.TOO_EARLY
    view = text(15).satisfaction
    assert view is not None
    assert (view.use, view.reopens, view.deferred) == (SatisfactionUse.VERDICT, True, Act.VISITED_AGAIN)
