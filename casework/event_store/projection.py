"""What lists and due times need of a case, kept beside its stream; folding the stream gives all of it again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    LargeBinary,
    Row,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    table,
    update,
)

from casework.deadlines.terms import ClockKind
from casework.engine.case import Case
from casework.errors import NotAHistory
from casework.event_store.claims import case_events
from casework.event_store.history import StreamEntry, history, stored_entries
from casework.event_store.step_check import RulesOf, Ruling
from casework.event_store.store import CASES, DUES, RECUSALS, CaseId
from casework.ids import MemberId
from casework.obligations.case_schedule import (
    REPORTER,
    DueRow,
    Schedule,
    WorkerKind,
    case_ended,
    case_schedule,
    retention_end,
)
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute

ASKS: Final = frozenset({Act.INFORMATION_ASKED, Act.FINDINGS_SHOWN, Act.PLAN_PRESENTED})
ANSWERS: Final = frozenset(
    {
        Act.INFORMATION_SUPPLIED, Act.FINDINGS_CONFIRMED, Act.FINDINGS_CONTESTED, Act.PLAN_AGREED, Act.PLAN_REFUSED,
        Act.UNANSWERED, Act.WITHDRAWN,
    }
)  # fmt: skip


STORED: Final[tuple[Column[Any], ...]] = (
    CASES.c.policy_version, CASES.c.stage, CASES.c.frozen, CASES.c.held, CASES.c.ended, CASES.c.waiting, CASES.c.kind,
    CASES.c.classification, CASES.c.grade, CASES.c.departments, CASES.c.owner, CASES.c.deputy, CASES.c.next_due,
    CASES.c.wake_at,
)  # fmt: skip
"""The columns of a case that its stream gives."""
MADE: Final = table("made", column("this_case", LargeBinary), *(column(f"made_{one.name}", one.type) for one in STORED))
_ARRAYS: Final = [bindparam(one.name, type_=ARRAY(one.type)) for one in MADE.c]
_VALUED: Final = func.unnest(*_ARRAYS).table_valued(*MADE.c, name="made").render_derived()
UPDATE_MANY: Final = (
    update(CASES)
    .where(CASES.c.case_id == _VALUED.c.this_case)
    .values({one: _VALUED.c[f"made_{one.name}"] for one in STORED})
)
UPDATE_ONE: Final = (
    update(CASES)
    .where(CASES.c.case_id == bindparam("this_case"))
    .values({one: bindparam(f"made_{one.name}") for one in STORED})
)


def row_of(policy: Policy, case: Case, dues: Sequence[DueRow]) -> dict[str, object]:
    """What a stream gives for `STORED`, but for the moment to wake."""
    counted = [event for event in case.events if event.n not in case.uncounted]
    self_assigned = case.self_assigned()
    turns = [event.act for event in counted if event.act in ASKS | ANSWERS]
    ends = [due.due_at for due in dues if due.kind is ClockKind.DEADLINE and due.who != REPORTER and due.due_at]
    return {
        "policy_version": case.version,
        "stage": case.stage,
        "frozen": case.frozen,
        "held": case.held,
        "ended": case_ended(policy, case),
        "waiting": bool(turns) and turns[-1] in ASKS,
        "kind": case.codes.get(Attribute.KIND),
        "classification": case.codes.get(Attribute.CLASSIFICATION),
        "grade": case.codes.get(Attribute.GRADE),
        "departments": case.codes.get(Attribute.DEPARTMENTS),
        "owner": case.codes.get(Attribute.HANDLER) or (self_assigned[-1] if self_assigned else None),
        "deputy": case.codes.get(Attribute.DEPUTY),
        "next_due": min(ends, default=None),
    }


RaisedNames = frozenset[tuple[str, str, int]]
WORKER_KINDS: Final = frozenset(kind.value for kind in WorkerKind)


def raised_names(entries: Iterable[StreamEntry]) -> RaisedNames:
    """What the worker wrote already: kind, clock, and the end that it was about."""
    found: set[tuple[str, str, int]] = set()
    for entry in entries:
        clock, end = entry.event.data.get("clock"), entry.event.data.get("due")
        if not entry.signed and entry.event.kind in WORKER_KINDS and isinstance(clock, str) and type(end) is int:
            found.add((entry.event.kind, clock, end))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Projection:
    """All that is kept of a case beside its stream: the columns of its row, its clocks, who has stepped back."""

    row: Mapping[str, object]
    dues: Sequence[DueRow]
    recused: frozenset[MemberId]


def projected(ruling: Ruling, entries: Sequence[StreamEntry], folded: Case) -> Projection | None:
    """What a stream gives beside it; None where nobody knows the version that the case has moved to."""
    policy = ruling.policy if folded.version == ruling.policy.version else ruling.version(folded.version)
    if policy is None:
        return None
    ahead, known = case_schedule(policy, folded, ruling.office, ruling.now), raised_names(entries)
    dues = [_with_marks(one, known) for one in ahead.dues]
    wake = _wake(ahead, known, retention_end(policy, folded, ruling.office, ruling.now))
    return Projection(row_of(policy, folded, dues) | {"wake_at": wake}, dues, _stepped_back(folded))


def _stepped_back(folded: Case) -> frozenset[MemberId]:
    """Who said so of themselves: the case is not theirs any more.

    Of whom a role above them said it, the engine takes no further act; but one signature takes no case from anybody,
    and who reads on is decided by a change of readers, which has the signatures that it needs.
    """
    counted = (one for one in folded.events if one.act is Act.RECUSED and one.n not in folded.uncounted)
    return frozenset(one.by for one in counted if one.by is not None and one.codes.get(Attribute.MEMBER) == one.by)


def project(connection: Connection, case: CaseId, ruling: Ruling, entries: Sequence[StreamEntry], folded: Case) -> None:
    """Writes what a stream gives beside it; runs in the caller's transaction."""
    found = projected(ruling, entries, folded)
    if found is not None:
        write_projections(connection, {case: found})


def write_projections(connection: Connection, found: Mapping[CaseId, Projection]) -> None:
    """Writes what the streams of some cases give, where it is not there yet, in few statements.

    Runs in the caller's transaction, which has the cases locked.
    """
    if not found:
        return
    _write_rows(connection, {case: one.row for case, one in found.items()})
    _write_dues(connection, {case: one.dues for case, one in found.items()})
    stood = select(RECUSALS.c.case_id, RECUSALS.c.member).where(RECUSALS.c.case_id.in_(found))
    before = {(bytes(row.case_id), row.member) for row in connection.execute(stood)}
    away = {(bytes(case), member) for case, one in found.items() for member in one.recused}
    if away - before:
        fresh = [{"case_id": case, "member": member} for case, member in sorted(away - before)]
        connection.execute(insert(RECUSALS), fresh)


def _write_rows(connection: Connection, made: Mapping[CaseId, Mapping[str, object]]) -> None:
    there = select(CASES.c.case_id, *STORED).where(CASES.c.case_id.in_(made))
    before = {bytes(row[0]): tuple(row[1:]) for row in connection.execute(there)}
    rows = [(case, *(row[one.name] for one in STORED)) for case, row in made.items()]
    rows = [row for row in rows if row[1:] != before.get(row[0])]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        # One statement for all: the server plans and answers once.
        columns = zip(*rows, strict=True)
        connection.execute(UPDATE_MANY, {one.name: list(column) for one, column in zip(MADE.c, columns, strict=True)})
    else:
        names = [one.name for one in MADE.c]
        connection.execute(UPDATE_ONE, [dict(zip(names, row, strict=True)) for row in rows])


def _write_dues(connection: Connection, made: Mapping[CaseId, Sequence[DueRow]]) -> None:
    there: dict[bytes, dict[str, DueRow]] = {}
    for row in connection.execute(select(DUES).where(DUES.c.case_id.in_(made))):
        there.setdefault(bytes(row.case_id), {})[row.clock] = _read_due(row)
    wanted = {case: {due.clock: _without_names(due) for due in dues} for case, dues in made.items()}
    moved = {case: dues for case, dues in wanted.items() if dues != there.get(case, {})}
    gone = [case for case in moved if case in there]
    if gone:
        connection.execute(delete(DUES).where(DUES.c.case_id.in_(gone)))
    rows = [_stored(case, due) for case, dues in moved.items() for due in dues.values()]
    if rows:
        connection.execute(insert(DUES), rows)


def _without_names(due: DueRow) -> DueRow:
    """As the store gives it back: what was reminded of is not to be reminded of again."""
    return replace(due, remind_at=None) if due.reminded else due


def _wake(ahead: Schedule, known: RaisedNames, retained_until: int | None) -> int | None:
    """When the worker has something to do here, if nobody acts before."""
    moments = [one.at for one in ahead.events if one.name not in known]
    return min([*moments, *ahead.turns, *([] if retained_until is None else [retained_until])], default=None)


def _with_marks(due: DueRow, known: RaisedNames) -> DueRow:
    def said(*kinds: WorkerKind) -> bool:
        return any((kind.value, due.clock, due.due_at) in known for kind in kinds)

    reminded = said(WorkerKind.REMINDED, WorkerKind.WARNING)
    return replace(due, reminded=reminded, escalated=said(WorkerKind.ESCALATED))


def _stored(case: CaseId, due: DueRow) -> dict[str, object]:
    return {
        "case_id": case,
        "clock": due.clock,
        "kind": due.kind.value,
        "who": due.who,
        "day": None if due.day is None else date.fromisoformat(due.day),
        "due_at": due.due_at,
        "provisional": due.provisional,
        "remind_at": due.remind_at,
        "reminded": due.reminded,
        "escalated": due.escalated,
    }


def dues_of_case(connection: Connection, case: CaseId) -> list[DueRow]:
    """The clocks of a case as they are kept, the first to end first."""
    return dues_of_cases(connection, [case]).get(case, [])


def dues_of_cases(connection: Connection, cases: Collection[CaseId]) -> dict[CaseId, list[DueRow]]:
    """The same of some cases; one without clocks is not among them."""
    found: dict[CaseId, list[DueRow]] = {}
    query = select(DUES).where(DUES.c.case_id.in_(cases)).order_by(DUES.c.due_at, DUES.c.clock)
    for row in connection.execute(query):
        found.setdefault(CaseId(bytes(row.case_id)), []).append(_read_due(row))
    return found


def _read_due(row: Row[Any]) -> DueRow:
    return DueRow(
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


def rebuild_case(connection: Connection, case: CaseId, rules: RulesOf) -> bool:
    """Projects a case again from its stream alone; False where no rules are known of its policy.

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
