"""What nobody can open is counted, listed and deleted over the signatures of two keepers, and by nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

import crypto
from casework.event_store.case_holders import UNOPENED_DAYS
from casework.event_store.store import CASES, CLAIMS
from portal.cli.errors import Exit
from portal.office.errors import NotToSign, TooFewKeepers
from portal.office.keepers import write_keeper
from portal.office.unopened_cases import LASTS, UnopenedList, read_signed
from portal.settings import StoreName
from tests.portal.cli.host.test_case_command import be_today
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import Edge, open_edge, report
from tests.support.stores.backends import ready_embedded_stores


@pytest.fixture
def edge(tmp_path: Path, prepared: Path) -> Iterator[Edge]:
    """An office of today with two reports, older than the term."""
    opened = open_edge(ready_embedded_stores(tmp_path, prepared), tmp_path)
    be_today(opened)
    yield opened
    opened.close()


def aged(edge: Edge, name: str) -> str:
    """A report that was taken so long ago; its case id."""
    filed = report(edge, name)
    edge.submit(filed)
    edge.worker.work_once()
    old = datetime.now(UTC).date() - timedelta(days=UNOPENED_DAYS + 1)
    case = crypto.b64decode(str(filed.sealed.submission["case"]))
    with edge.eyes(StoreName.CASES).write() as tx:
        tx.execute(update(CASES).where(CASES.c.case_id == case).values(day=old))
    return crypto.b64encode(case)


def claim(edge: Edge, case: str) -> None:
    """Somebody opened it after all."""
    with edge.eyes(StoreName.CASES).write() as tx:
        tx.execute(CLAIMS.insert().values(case_id=crypto.b64decode(case), member="li-wei", epoch=0))


def test_junk_is_deleted_by_two_and_what_somebody_opened_stays(
    edge: Edge, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fresh case is not listed; one keeper deletes nothing, nor twice; a case that was opened meanwhile stays."""
    junk, kept = aged(edge, "junk"), aged(edge, "kept")
    edge.submit(report(edge, "fresh"))
    edge.worker.work_once()
    yanlu, paper = partial(inside, capsys, monkeypatch, edge.settings), tmp_path / "paper"
    listed = json.loads(yanlu("case", "unopened", "--json", "--out", str(paper)).out)["unopened"]
    assert {row["case"] for row in listed} == {junk, kept}
    checks = {row["check"]: row for row in json.loads(yanlu("doctor", "--json").out)["checks"]}
    assert (checks["Unopened cases"]["about"], checks["Unopened cases"]["ok"]) == ("2", False)
    notes: list[str] = []
    for keeper in edge.office.keepers[:2]:
        key, note = tmp_path / f"{keeper.id}.key", tmp_path / f"{keeper.id}.note"
        write_keeper(key, edge.office.office, keeper)
        signed = yanlu("office", "keeper-sign", str(paper), "--keeper", str(key), "--out", str(note), "--yes")
        assert (signed.code, junk in signed.err) == (0, True)
        notes.append(str(note))
    for too_few in (notes[:1], [notes[0], notes[0]]):
        assert yanlu("case", "delete-unopened", *too_few).code != 0
    claim(edge, kept)
    gone = json.loads(yanlu("case", "delete-unopened", "--json", *notes).out)
    assert (gone["deleted"], gone["kept"]) == (1, 1)
    with edge.eyes(StoreName.CASES).read() as connection:
        left = {crypto.b64encode(bytes(case)) for case in connection.scalars(select(CASES.c.case_id))}
    assert (junk in left, kept in left, len(left)) == (False, True, 2)
    (counted,) = json.loads(yanlu("case", "deletions", "--json").out)["deletions"]
    assert (counted["reason"], counted["number"]) == ("unopened", 1)
    assert yanlu("case", "delete-unopened", *notes).code == Exit.NOTHING_THERE


def test_a_list_counts_as_it_was_signed_for_thirty_days_in_its_own_office(edge: Edge) -> None:
    """Another list, another office, an older day, a stranger's key and a directory's note are refused."""
    office, day = edge.office, date(2026, 11, 28)
    root = crypto.verify_roots(office.code, office.roots)
    text = UnopenedList(office.office, day, (bytes(16),)).text()
    notes = [crypto.sign_note(text, [keeper]) for keeper in office.keepers[:2]]
    assert read_signed(root, notes, day + LASTS).cases == (bytes(16),)
    other = UnopenedList(bytes(16), day, (bytes(16),)).text()
    wrong = {
        "too old": (notes, day + LASTS + timedelta(days=1)),
        "not yet": (notes, day - timedelta(days=1)),
        "two lists": ([notes[0], crypto.sign_note(other, office.keepers[1:2])], day),
        "another office": ([crypto.sign_note(other, office.keepers)], day),
        "another thing": ([office.note()], day),
        "nothing": ([b""], day),
    }
    for name, (given, today) in wrong.items():
        with pytest.raises(NotToSign):
            assert read_signed(root, given, today), name
    stranger = crypto.draw_keeper("jiwei", bytes)
    with pytest.raises(TooFewKeepers):
        read_signed(root, [notes[0], crypto.sign_note(text, [stranger])], day)
