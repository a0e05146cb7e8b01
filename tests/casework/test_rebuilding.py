"""Everything beside the streams made again, many cases in each transaction, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from casework.errors import RulesAway
from casework.event_store.arrivals import open_case
from casework.event_store.projection import rebuild_case
from casework.event_store.rebuilding import Rebuilt, number_of_cases, rebuild_some
from casework.event_store.step_check import Ruling
from casework.event_store.store import CASES, DUES, EVENTS, CaseId
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.casework.policies import bound
from tests.casework.test_appending import DAY, OPENING
from tests.casework.test_steps_under_policy import ruled
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

AT_ONCE = 8
"""Fewer than in life: what follows from their number shows with these too."""
NUMBER = 2 * AT_ONCE + 1
LOST = "lost"
SLA = bound("employee-complaint-resolution-sla")
"""A policy with clocks that run from the receipt."""


@pytest.fixture
def store(stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The cases store with two rounds of cases and one more, each with the clocks of its policy."""
    monkeypatch.setattr("casework.event_store.rebuilding.AT_ONCE", AT_ONCE)
    found = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(found)
    with found.write() as tx:
        for n in range(NUMBER):
            case = CaseId(n.to_bytes(16, "big"))
            open_case(tx, replace(OPENING, case=case, policy=SLA.id, policy_version="1", day=DAY, item_hash=case * 2))
        after: bytes | None = b""
        while after is not None:
            after = rebuild_some(tx, after, ruled(SLA)).last
    yield found
    found.engine.dispose()


def everything(store: Store) -> tuple[list[object], list[object]]:
    """All rows of cases and clocks."""
    with store.read() as tx:
        cases = tx.execute(select(CASES).order_by(CASES.c.case_id)).all()
        return list(cases), list(tx.execute(select(DUES).order_by(DUES.c.case_id, DUES.c.clock)).all())


def rounds(store: Store) -> list[Rebuilt]:
    """Makes all again, round by round."""
    found: list[Rebuilt] = []
    after: bytes | None = b""
    while after is not None:
        with store.write() as tx:
            found.append(rebuild_some(tx, after, ruled(SLA)))
        after = found[-1].last
    return found


def test_many_at_once_give_what_each_alone_gives(store: Store) -> None:
    """Whatever was lost or altered beside the streams is back; each case by itself is made the very same."""
    before = everything(store)
    assert len(before[0]) == NUMBER
    assert len(before[1]) >= NUMBER
    with store.write() as tx:
        tx.execute(DUES.delete())
        tx.execute(update(CASES).values(stage=LOST, owner=LOST, wake_at=1, next_due=2, frozen=True))
        assert number_of_cases(tx) == NUMBER
    assert [(one.seen, one.rebuilt) for one in rounds(store)] == [(AT_ONCE, AT_ONCE)] * 2 + [(1, 1)]
    assert everything(store) == before
    with store.write() as tx:
        tx.execute(update(CASES).where(CASES.c.case_id == bytes(16)).values(stage=LOST))
        assert rebuild_case(tx, CaseId(bytes(16)), ruled(SLA))
    assert everything(store) == before


def test_a_stream_that_does_not_hold_together_is_passed_over_alone(store: Store) -> None:
    """An altered stream, one that is gone, one of another policy, and rules that are away leave their case as it is."""
    wrong = [CaseId(n.to_bytes(16, "big")) for n in range(4)]
    with store.write() as tx:
        tx.execute(update(CASES).values(stage=LOST))
        tx.execute(update(EVENTS).where(EVENTS.c.case_id == wrong[0]).values(payload="{}"))
        tx.execute(EVENTS.delete().where(EVENTS.c.case_id == wrong[1]))
        tx.execute(update(CASES).where(CASES.c.case_id == wrong[2]).values(policy="another"))
        tx.execute(update(CASES).where(CASES.c.case_id == wrong[3]).values(entity="away"))

    def rules(policy: str, version: str, entity: str) -> Ruling | None:
        if entity == "away":
            raise RulesAway
        return ruled(SLA)(policy, version, entity)

    with store.write() as tx:
        assert rebuild_some(tx, b"", rules).rebuilt == AT_ONCE - len(wrong)
        stages = tx.execute(select(CASES.c.case_id, CASES.c.stage).order_by(CASES.c.case_id).limit(AT_ONCE)).all()
    assert [row.stage == LOST for row in stages] == [True] * len(wrong) + [False] * (AT_ONCE - len(wrong))
    with store.write() as tx:
        last = bytes(stages[-1].case_id)
        assert rebuild_some(tx, b"", lambda _policy, _version, _entity: None) == Rebuilt(AT_ONCE, 0, last)


def test_a_round_takes_few_statements_for_all_of_its_cases(store: Store) -> None:
    """The number of statements of a round does not grow with its cases."""
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    with store.write() as tx:
        rebuild_some(tx, b"", ruled(SLA))
    assert 0 < len([one for one in said if not one.startswith(("BEGIN", "PRAGMA"))]) < AT_ONCE


def test_what_is_right_already_is_not_written_again(store: Store) -> None:
    """A round over cases of which nothing was lost only reads; of one that was altered that one alone is written."""
    wrote: list[tuple[str, object]] = []

    def hear(_c: object, _k: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith(("UPDATE", "DELETE", "INSERT")):
            wrote.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", hear)
    rounds(store)
    assert wrote == []
    with store.write() as tx:
        tx.execute(update(CASES).where(CASES.c.case_id == bytes(16)).values(stage=LOST))
        tx.execute(DUES.delete().where(DUES.c.case_id == bytes(16)))
    wrote.clear()
    before = everything(store)
    rounds(store)
    assert [statement.split()[:3] for statement, _ in wrote] == [["UPDATE", "cases", "SET"], ["INSERT", "INTO", "dues"]]
    after = everything(store)
    assert [one for one in after[0] if one not in before[0]] == [after[0][0]]
    assert len(after[1]) > len(before[1])
