"""What lists and due times need of a case, kept beside its stream; folding the stream gives all of it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from casework.clocks.calendars import Office
from casework.clocks.clock import ClockState, clock_state
from casework.clocks.reckoning import Due
from casework.clocks.terms import ClockKind, ClockStatus
from casework.engine.case import Case
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, terms_of
from casework.errors import BeyondCalendar, NotAHistory, StartRefused
from casework.policy.policy import Policy
from casework.record.claims import case_events
from casework.record.history import Entry, WorkerKind, history, stored_entries
from casework.record.judging import RulesOf, Ruling
from casework.record.store import CASES, DUES, RECUSALS, CaseId
from casework.rules.acts import Act, Code
from casework.rules.limits import ClockRule

STANDING: Final = frozenset({ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.MISSED, ClockStatus.OPEN})
"""Clocks that were neither stopped nor never started: whether one ran out, the hour tells."""
REPORTER: Final = "reporter"
ASKS: Final = frozenset({Act.INFORMATION_ASKED, Act.FINDINGS_SHOWN, Act.PLAN_TOLD})
ANSWERS: Final = frozenset(
    {
        Act.INFORMATION_SUPPLIED, Act.FINDINGS_CONFIRMED, Act.FINDINGS_CONTESTED, Act.PLAN_AGREED, Act.PLAN_REFUSED,
        Act.UNANSWERED, Act.WITHDRAWN,
    }
)  # fmt: skip
HOUR_PART: Final = 4
"""Of a limit in hours or minutes the last so-manieth part is reminded of."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """One clock of a case that runs or stands still; moments in seconds since 1970, none while it stands."""

    clock: str
    kind: ClockKind
    who: str
    day: str | None
    due_at: int | None
    provisional: bool
    remind_at: int | None
    reminded: bool = False
    escalated: bool = False


def dues_of(policy: Policy, case: Case, office: Office, now: datetime) -> tuple[DueRow, ...]:
    """The standing clocks of a case. `now` only settles what was done by then: as it passes, nothing here changes."""
    if case_ended(policy, case):
        return ()
    return tuple(_dues(policy, case, office, now))


def _dues(policy: Policy, case: Case, office: Office, now: datetime) -> Iterator[DueRow]:
    for rule in clocks_of(policy, case):
        with suppress(StartRefused, BeyondCalendar):
            state = clock_state(terms_of(rule), happenings(case, rule), facts_of(case), office, now)
            if state.status in STANDING:
                yield _due_row(rule, state, office)


def _due_row(rule: ClockRule, state: ClockState, office: Office) -> DueRow:
    due = state.due
    if due is None or state.status is ClockStatus.PAUSED:
        return DueRow(rule.id, rule.kind, rule.who, None, None, due is not None and due.provisional, None)
    end = end_of(due, office)
    remind = _remind_at(due, office, end) if rule.kind is ClockKind.DEADLINE else end
    return DueRow(rule.id, rule.kind, rule.who, due.day.isoformat(), end, due.provisional, remind)


def end_of(due: Due, office: Office) -> int:
    """When a limit is over: its moment, or the end of its last day in the office."""
    midnight = datetime.combine(due.day + timedelta(days=1), time(), office.zone)
    return int((due.moment or midnight).timestamp())


def _remind_at(due: Due, office: Office, end: int) -> int:
    """At the opening of the day of work before the last day; hours and minutes when a quarter of them is left."""
    if due.moment is not None:
        seconds = due.limit.amount * (3600 if due.limit.unit.value == "hours" else 60)
        return end - seconds // HOUR_PART
    day = due.day - timedelta(days=1)
    for _ in range(31):
        if office.calendar.day(day).worked:
            break
        day -= timedelta(days=1)
    return int(datetime.combine(day, office.opens, office.zone).timestamp())


def case_ended(policy: Policy, case: Case) -> bool:
    """Whether the case stands in a stage that ends it."""
    stage = policy.rules.stage(case.stage)
    return stage is not None and stage.end


def row_of(policy: Policy, case: Case, dues: Sequence[DueRow]) -> dict[str, object]:
    """The columns of a case that its stream gives."""
    counted = [event for event in case.events if event.n not in case.uncounted]
    claims = [event.by for event in counted if event.act is Act.CLAIMED]
    turns = [event.act for event in counted if event.act in ASKS | ANSWERS]
    ends = [due.due_at for due in dues if due.kind is ClockKind.DEADLINE and due.who != REPORTER and due.due_at]
    return {
        "policy_version": case.version,
        "stage": case.stage,
        "frozen": case.frozen,
        "held": case.held,
        "ended": case_ended(policy, case),
        "waiting": bool(turns) and turns[-1] in ASKS,
        "kind": case.codes.get(Code.KIND),
        "classification": case.codes.get(Code.CLASSIFICATION),
        "grade": case.codes.get(Code.GRADE),
        "departments": case.codes.get(Code.DEPARTMENTS),
        "owner": case.codes.get(Code.HANDLER) or (claims[-1] if claims else None),
        "deputy": case.codes.get(Code.DEPUTY),
        "next_due": min(ends, default=None),
    }


def told(entries: Sequence[Entry], due: DueRow) -> DueRow:
    """The clock with what the worker wrote about this very end of it."""
    about = {
        entry.event.kind
        for entry in entries
        if not entry.signed and entry.event.data.get("clock") == due.clock and entry.event.data.get("due") == due.due_at
    }
    return replace(due, reminded=WorkerKind.REMINDED in about, escalated=WorkerKind.OVERDUE in about)


def project(connection: Connection, case: CaseId, ruling: Ruling, entries: Sequence[Entry], folded: Case) -> None:
    """Writes what a stream gives beside it; runs in the caller's transaction."""
    policy = ruling.policy if folded.version == ruling.policy.version else ruling.version(folded.version)
    if policy is None:
        return
    dues = [told(entries, one) for one in dues_of(policy, folded, ruling.office, ruling.now)]
    connection.execute(update(CASES).where(CASES.c.case_id == case).values(row_of(policy, folded, dues)))
    connection.execute(delete(DUES).where(DUES.c.case_id == case))
    if dues:
        connection.execute(insert(DUES), [_stored(case, one) for one in dues])
    known = set(connection.scalars(select(RECUSALS.c.member).where(RECUSALS.c.case_id == case)))
    fresh = sorted(folded.recused - known)
    if fresh:
        connection.execute(insert(RECUSALS), [{"case_id": case, "member": member} for member in fresh])


def _stored(case: CaseId, due: DueRow) -> dict[str, object]:
    return {
        "case_id": case,
        "clock": due.clock,
        "kind": due.kind.value,
        "who": due.who,
        "day": None if due.day is None else datetime.fromisoformat(due.day).date(),
        "due_at": due.due_at,
        "provisional": due.provisional,
        "remind_at": None if due.reminded else due.remind_at,
        "reminded": due.reminded,
        "escalated": due.escalated,
    }


def dues_of_case(connection: Connection, case: CaseId) -> list[DueRow]:
    """The clocks of a case as they are kept, the first to end first."""
    query = select(DUES).where(DUES.c.case_id == case).order_by(DUES.c.due_at, DUES.c.clock)
    return [
        DueRow(
            clock=row.clock,
            kind=ClockKind(row.kind),
            who=row.who,
            day=None if row.day is None else row.day.isoformat(),
            due_at=row.due_at,
            provisional=row.provisional,
            remind_at=row.remind_at,
            reminded=row.reminded,
            escalated=row.escalated,
        )
        for row in connection.execute(query)
    ]


def rebuild_case(connection: Connection, case: CaseId, rules: RulesOf) -> bool:
    """Projects a case anew from its stream alone; False where no rules are known of its policy.

    Runs in the caller's transaction. Raises `NotAHistory` for a stream that does not hold together.
    """
    row = connection.execute(
        select(CASES.c.entity, CASES.c.policy, CASES.c.policy_version).where(CASES.c.case_id == case).with_for_update()
    ).one_or_none()
    if row is None:
        return False
    entries = stored_entries(case_events(connection, case))
    folded = history(row.policy, row.policy_version, entries)
    ruling = rules(row.policy, folded.version, row.entity)
    if ruling is None:
        return False
    if folded.policy != row.policy:
        raise NotAHistory
    project(connection, case, ruling, entries, folded)
    return True
