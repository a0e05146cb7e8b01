"""Whom the deletion list names in the cases store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from casework.event_store.arrivals import open_case
from casework.event_store.deletion import mark_case, marked_cases, unmarked_cases
from casework.event_store.store import CaseId
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.casework.test_appending import OPENING
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

MARKED = 7
NUMBER = 10


def case_of(n: int) -> CaseId:
    """The id of a case."""
    return CaseId(bytes([n]) * 16)


def mark_of(n: int) -> bytes:
    """Its mark."""
    return bytes([n]) * 32


@pytest.fixture
def store(stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Ten cases, the last three without a mark; two names at once are as many as a statement takes."""
    monkeypatch.setattr("casework.event_store.deletion.AT_ONCE", 2)
    found = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(found)
    with found.write() as tx:
        for n in range(NUMBER):
            mark = mark_of(n) if n < MARKED else None
            open_case(tx, replace(OPENING, case=case_of(n), item_hash=case_of(n) * 2, mark=mark))
    yield found
    found.engine.dispose()


def test_a_mark_names_its_case_and_an_id_only_one_without_a_mark(store: Store) -> None:
    """Of very many marks those that are here are found; an id counts for a case that has no mark, and for no other."""
    marks = {mark_of(n) for n in (1, 3, 5, 200, 201, 202)}
    with store.read() as tx:
        assert marked_cases(tx, marks) == [case_of(n) for n in (1, 3, 5)]
        assert marked_cases(tx, marks, frozenset({case_of(0), case_of(8), case_of(9), case_of(3), case_of(99)})) == [
            case_of(n) for n in (1, 3, 5, 8, 9)
        ]
        assert marked_cases(tx, frozenset()) == []
        assert unmarked_cases(tx, 2) == [case_of(7), case_of(8)]
    with store.write() as tx:
        mark_case(tx, case_of(7), mark_of(7))
        mark_case(tx, case_of(0), mark_of(99))
        assert marked_cases(tx, {mark_of(7), mark_of(0), mark_of(99)}) == [case_of(0), case_of(7)]


def test_the_list_is_looked_up_and_no_case_is_read_for_it(store: Store) -> None:
    """Every statement names what it looks for: however many cases there are, none is fetched that is not meant."""
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    with store.read() as tx:
        marked_cases(tx, {mark_of(n) for n in range(100, 105)}, {case_of(9)})
    asked = [one for one in said if "FROM cases" in one]
    assert len(asked) == 4
    assert all(" IN (" in one for one in asked)
