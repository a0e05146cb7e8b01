"""`yanlu case`: what it asks for, what it refuses, and what it tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

import crypto
from casework.event_store.outbox import MOST_TRIES, count_try
from casework.event_store.store import CASES, OUTBOX_ITEMS
from portal.cli.errors import Exit
from portal.settings import StoreName
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.deletion_agreement import write_event
from tests.support.offices.edge import Edge, open_edge, report
from tests.support.stores.backends import embedded_stores


def be_today(edge: Edge) -> None:
    """A command looks at the wall: the directory has to be valid today."""
    now = datetime.now(UTC)
    edge.hands.now = now
    day = now.date()
    note = edge.office.note(issued=str(day - timedelta(days=1)), expires=str(day + timedelta(days=9)))
    (edge.settings.office / "directory.note").write_bytes(note)


def test_a_case_is_deleted_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It deletes nothing unasked, nor what two did not agree to; else the case is gone, and the month counts it."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    be_today(edge)
    filed = report(edge, "ann")
    edge.submit(filed)
    edge.worker.work_once()
    case = str(filed.sealed.submission["case"])
    yanlu = partial(inside, capsys, monkeypatch, edge.settings)
    alone = yanlu("case", "delete", "--yes", "--", case)
    assert (alone.code, "deleted by two" in alone.err, "company" in alone.err) == (Exit.REFUSED, True, True)
    write_event(edge, crypto.b64decode(case), "deletion-asked", "li-wei")
    assert yanlu("case", "delete", "--yes", "--", case).code == Exit.REFUSED
    write_event(edge, crypto.b64decode(case), "deletion-approved", "sun-fang")
    asked = yanlu("case", "delete", "--", case)
    assert (asked.code, len(edge.poll(filed).entries)) == (Exit.USAGE, 1)
    assert yanlu("case", "delete", "--yes", "nobody").code == Exit.USAGE
    gone = yanlu("case", "delete", "--yes", "--json", "--reason", "court", "--", case)
    assert gone.document == {"case": case, "deleted": True, "scrubbed": True}
    assert edge.poll(filed).entries == []
    again = yanlu("case", "delete", "--yes", "--", case)
    assert (again.code, "no such case" in again.err) == (Exit.NOTHING_THERE, True)
    assert yanlu("case", "rebuild", "--json").document["cases"] == 0
    counted = yanlu("case", "deletions", "--json").document["deletions"]
    assert [(row["reason"], row["number"]) for row in counted] == [("court", 1)]
    edge.close()


def test_everything_beside_the_records_is_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lists say of a case is altered in the store; after a rebuild they say again what its record gives."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    be_today(edge)
    edge.submit(report(edge, "ann"))
    edge.worker.work_once()
    store = edge.eyes(StoreName.CASES)
    with store.write() as tx:
        before = tx.execute(select(CASES)).one()
        tx.execute(update(CASES).values(stage="lost", frozen=True, owner="nobody", next_due=1))
    ran = inside(capsys, monkeypatch, edge.settings, "case", "rebuild", "--json")
    assert (ran.code, ran.document["cases"], ran.document["rebuilt"]) == (0, 1, 1)
    with store.read() as connection:
        assert connection.execute(select(CASES)).one() == before
    edge.close()


def test_what_could_not_be_delivered_is_listed_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing at first; once the mailroom has refused a load eight times, doctor counts it and the command names it."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    be_today(edge)
    yanlu = partial(inside, capsys, monkeypatch, edge.settings)
    assert json.loads(yanlu("case", "undelivered", "--json").out) == {"undelivered": []}
    case, day = bytes(range(16)), datetime.now(UTC).date()
    load = {"event_hash": bytes(32), "case_id": case, "n": 3, "item": b"no item", "blobs": b"[]"}
    with edge.worker.cases.write() as tx:
        tx.execute(OUTBOX_ITEMS.insert().values(**load, day=day, leased_until=0))
        assert [count_try(tx, bytes(32), None) for _ in range(MOST_TRIES)] == [False] * (MOST_TRIES - 1) + [True]
    named = {"case": crypto.b64encode(case), "event": 3, "day": day.isoformat()}
    assert json.loads(yanlu("case", "undelivered", "--json").out) == {"undelivered": [named]}
    checks = {row["check"]: row for row in json.loads(yanlu("doctor", "--json").out)["checks"]}
    assert (checks["Deliveries"]["about"], checks["Deliveries"]["ok"]) == ("1", False)
    edge.close()
