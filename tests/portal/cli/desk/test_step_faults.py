"""A step whose item is of another kind, says nothing or tells another outcome is named at the command line too."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

import crypto
from casework.engine.sealed_steps import SealedCase, SealedStep
from casework.ids import MemberId
from casework.rules.acts import Act
from casework.rules.flow import MeasureId, OutcomeId
from casework.rules.roles import RoleId
from crypto.case.events import WrongEvent
from crypto.case.payloads import Direction
from crypto.case.step_payloads import Decision, DecisionAct, Notice
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import RuledCase
from portal.cli.desk.client import OpenedCase
from portal.cli.desk.step_faults import SAID, StepFault, Takes, confirm_closing, require_decided, step_faults
from portal.cli.errors import CommandError
from portal.cli.terminal import Terminal
from tests.portal.cli.desk.test_acting import ruled

LI = MemberId("li")
Line = tuple[str, str, object]
"""The act, the type of its item, and what stands in that; None for an item that does not open."""


def opened_of(*lines: Line, removed: int = 0) -> OpenedCase:
    """A case of these steps, each signed by the same member; that of `removed` left since."""
    events: list[crypto.ReadEvent] = []
    entries: list[object] = []
    for n, (kind, item_type, content) in enumerate(lines, start=1):
        item = bytes([n]) * 32
        event = crypto.Event(bytes(16), n, kind, "2026-11-24", "li-wei", {"item": crypto.b64encode(item)})
        wrong = WrongEvent.REMOVED_SIGNER if n == removed else None
        events.append(crypto.ReadEvent(event, bytes(32), wrong))
        office = isinstance(content, Decision) or item_type in ("note", "decision")
        entries.append(
            SimpleNamespace(
                item=SimpleNamespace(hash=item),
                inner=None if content is None else SimpleNamespace(type=item_type, content=content, signer="li-wei"),
                mark=crypto.ItemFault.UNREADABLE if content is None else None,
                direction=Direction.OFFICE_ONLY if office else Direction.TO_REPORTER,
            )
        )
    return cast("OpenedCase", SimpleNamespace(events=events, thread=SimpleNamespace(entries=entries)))


def found(*lines: Line, removed: int = 0, takes: Takes | None = None) -> list[tuple[int, StepFault]]:
    """What is wrong with such a case."""
    one = opened_of(*lines, removed=removed)
    return step_faults(one.events, one.thread) if takes is None else step_faults(one.events, one.thread, takes)


def notice(act: str, *outcomes: str) -> Line:
    """A notice of an act that names these outcomes."""
    return (act, "notice", Notice(act, "result", outcomes=list(outcomes)))


DECIDED: Line = ("decided", "decision", Decision(DecisionAct.DECIDED, "-", [], ["true"]))


def test_another_kind_of_item_or_none_of_words_is_named() -> None:
    """A blank reply is no acknowledgement, and a note no decision."""
    assert found(notice("acknowledged"), ("replied", "reply", crypto.Message("Yes.")), DECIDED) == []
    assert found(("acknowledged", "reply", crypto.Message(" "))) == [(1, StepFault.TYPE)]
    assert found(("decided", "note", crypto.Message("decided"))) == [(1, StepFault.TYPE)]
    assert found(("replied", "reply", crypto.Message(" "))) == [(1, StepFault.BLANK)]
    moved = "The case has moved on by it all the same; no promise counts as kept by it."
    assert all(moved in SAID[fault] for fault in (StepFault.TYPE, StepFault.BLANK))


def test_an_outcome_that_was_not_decided_is_named() -> None:
    """What can't be opened here is judged by nobody here; a note in the place of a decision decides nothing."""
    assert found(DECIDED, notice("notified", "true")) == []
    assert found(DECIDED, notice("notified", "false")) == [(2, StepFault.OUTCOME)]
    assert found(("decided", "decision", None), notice("notified", "false")) == []
    note: Line = ("decided", "note", crypto.Message("decided"))
    assert found(note, notice("notified", "true")) == [(1, StepFault.TYPE), (2, StepFault.OUTCOME)]


def test_a_decision_that_the_policy_refuses_covers_no_notice() -> None:
    """Nor one beside an event of another act; after what somebody signed who has left since nothing is compared."""
    told = notice("notified", "true")
    assert found(DECIDED, told, takes=lambda *_: False) == [(2, StepFault.OUTCOME)]
    other: Line = ("appeal-decided", "decision", DECIDED[2])
    assert found(other, told) == [(2, StepFault.OUTCOME)]
    assert found(DECIDED, told, removed=1) == []


def decision(n: int, actor: str = "li", to: str = "result") -> crypto.Event:
    """The event beside a decision."""
    return crypto.Event(bytes(16), n, "decided", "2026-11-25", actor, {"role": "company", "to": to})


def test_a_decision_counts_by_the_rules_of_its_time_and_where_its_event_counts() -> None:
    """An outcome that the policy has not, a stage that it does not lead to, and what is not counted: none of them."""
    case = ruled("company-whistleblowing", {"company"}, ("decided", {}), ("migrated", {"version": "2"}))
    good = SealedStep(Act.DECIDED, LI, RoleId("company"), (OutcomeId(case.policy.rules.outcomes[0].id),))
    strange = replace(good, outcomes=(OutcomeId("true"),))
    first = replace(case, case=replace(case.case, events=case.case.events[:2]))
    to = case.policy.rules.outcomes[0].to[0]
    assert first.takes(decision(1, to=to), SealedCase(), good)
    assert not first.takes(decision(1, to="nowhere"), SealedCase(), good)
    assert not first.takes(decision(1, to=to), SealedCase(), strange)
    hidden = replace(first, case=replace(first.case, uncounted=frozenset({1})))
    assert not hidden.takes(decision(1, to=to), SealedCase(), good)
    # Version 2 knows no outcome of before; what was decided under version 1 is judged by that.
    later = replace(case.policy, version="2", rules=replace(case.policy.rules, outcomes=()))
    moved = replace(case, ruling=replace(case.ruling, policy=later, version={"1": case.policy, "2": later}.get))
    assert moved.takes(decision(1, to=to), SealedCase(), good)
    assert not moved.takes(decision(3, to=to), SealedCase(), good)


def test_a_case_that_was_ended_before_what_its_verdict_owes_is_named() -> None:
    """Only a member's step into the end is, that counts, and where every decision can be read here."""
    case = ruled("company-whistleblowing", {"company"}, ("decided", {}))
    rules = case.policy.rules
    end = next(stage.id for stage in rules.stages if stage.end)
    upheld = SealedCase(outcomes=(OutcomeId("substantiated"),))
    assert case.ends_early(decision(2, to=end), upheld)
    put_right = replace(upheld, measures=(MeasureId("corrective"),))
    assert case.ends_early(decision(2, to=end), put_right)
    unfounded = SealedCase(outcomes=(OutcomeId("unfounded"),))
    assert case.ends_early(decision(2, to=end), unfounded)
    for answered in (put_right, unfounded):
        assert not case.ends_early(decision(2, to=end), replace(answered, answered=True))
    assert not case.ends_early(decision(2, to=end), SealedCase())
    assert not case.ends_early(decision(2, to="result"), upheld)
    assert not case.ends_early(replace(decision(2, to=end), kind="withdrawn"), upheld)
    assert not replace(case, case=replace(case.case, uncounted=frozenset({2}))).ends_early(decision(2, to=end), upheld)
    closed: Line = ("closed", "note", crypto.Message("Done."))

    def counts(_event: crypto.Event, _sealed: SealedCase, _step: SealedStep) -> bool:
        return True

    def ends(event: crypto.Event, sealed: SealedCase) -> bool:
        return event.kind == "closed" and not sealed.measures

    def early(*lines: Line) -> list[tuple[int, StepFault]]:
        one = opened_of(*lines)
        return step_faults(one.events, one.thread, counts, ends)

    right: Line = ("sealed", "decision", Decision(DecisionAct.MEASURE_SET, "-", [], [], ["corrective"]))
    assert early(DECIDED, closed) == [(2, StepFault.EARLY)]
    assert early(DECIDED, right, closed) == []
    assert early(DECIDED, ("sealed", "decision", None), closed) == []


def test_a_round_that_was_ended_against_the_customers_word_is_named() -> None:
    """Only where what the customer said is known here, or a visit was agreed, and only a step that counts."""
    roles = {"callback-specialist", "department-manager"}
    first = ("registered", "routed", "order-issued", "plan-drafted", "mediated")
    more = ("executed", "order-returned", "contacted-again", "followed-up")
    data: dict[str, dict[str, object]] = {"order-issued": {"to": "handling"}, "order-returned": {"to": "judging"}}
    judged: tuple[str, dict[str, object]] = ("judged", {"to": "signing"})
    plain, agreed = (
        ruled("customer-callback-workorder", roles, *((kind, data.get(kind, {})) for kind in kinds), judged)
        for kinds in ((*first, *more), (*first, "visit-agreed", *more))
    )

    def last(case: RuledCase, *, satisfied: bool | None) -> bool:
        return case.ends_against(case.entries[-1].event, lambda _: satisfied)

    assert [last(plain, satisfied=one) for one in (True, False, None)] == [False, True, False]
    assert [last(agreed, satisfied=one) for one in (True, False, None)] == [True, True, True]
    uncounted = replace(plain, case=replace(plain.case, uncounted=frozenset({len(plain.entries) - 1})))
    assert not last(uncounted, satisfied=False)
    assert not any(plain.ends_against(one.event, lambda _: False) for one in plain.entries[:-1])


def test_a_notice_by_command_names_only_what_was_decided() -> None:
    """An outcome or measure of nobody's decision is refused; where a decision can't be opened nobody can tell."""
    case = replace(ruled("company-whistleblowing", {"company"}), sealed=SealedCase(outcomes=(OutcomeId("true"),)))
    decided = crypto.Event(bytes(16), 1, "decided", "2026-11-24", "li-wei", {"item": crypto.b64encode(bytes(32))})
    read = [crypto.ReadEvent(decided, bytes(32), None)]
    item = SimpleNamespace(item=SimpleNamespace(hash=bytes(32)))
    whole, hidden = (
        cast("OpenedCase", SimpleNamespace(events=read, thread=SimpleNamespace(verified=verified)))
        for verified in ([item], [])
    )
    right = ActionRequest(Act.NOTIFIED, outcomes=("true",))
    require_decided(case, whole, right)
    for wrong in (replace(right, outcomes=("true", "false")), replace(right, measures=("warning",))):
        with pytest.raises(CommandError):
            require_decided(case, whole, wrong)
        require_decided(case, hidden, wrong)
    require_decided(case, whole, ActionRequest(Act.DECIDED, outcomes=("false",)))


def test_to_close_a_case_over_another_outcome_is_asked_first() -> None:
    """Only a step into the end is, only where the reporter was told otherwise, and `--yes` answers it beforehand."""
    asked: list[bool] = []

    def note(_question: str, *, yes: bool) -> None:
        asked.append(yes)

    terminal = cast("Terminal", SimpleNamespace(confirm=note))
    case = ruled("company-whistleblowing", {"company"})
    end = next(stage.id for stage in case.policy.rules.stages if stage.end)
    for opened in (opened_of(notice("acknowledged")), opened_of(notice("notified", "false"))):
        for to, yes in ((end, False), (end, True), (case.case.stage, False), (None, False)):
            confirm_closing(terminal, case, opened, to, yes=yes)
    assert asked == [False, True]
