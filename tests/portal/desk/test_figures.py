"""Figures at the desk: for those who open nothing, of whole months, and of no case."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select

import crypto
from casework.event_store.store import CASES, DELETIONS_BY_MONTH
from portal.settings import StoreName
from tests.crypto.sample import MEMBERS
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report


def auditor(room: DeskRoom) -> Colleague:
    """A member whom the directory makes an auditor."""
    office = room.edge.office
    members = [office.member(name, **({"role": "auditor"} if name == "zhao-min" else {})) for name in MEMBERS]
    holders = [
        row | {"members": [name for name in row["members"] if name != "zhao-min"]}
        for row in office.directory_document()["holders"]
    ]
    note = office.note(sequence=8, members=members, holders=holders)
    (room.edge.settings.office / "directory.note").write_bytes(note)
    return room.sign_in("zhao-min")


def test_an_auditor_counts_and_opens_nothing(room: DeskRoom) -> None:
    """Cases of earlier months are counted without one of them being named; a holder gets no figures."""
    case = room.file(random_report(room.edge))
    with room.edge.eyes(StoreName.CASES).write() as tx:
        row = dict(tx.execute(select(CASES)).mappings().one())
        for n in range(6):
            earlier = row | {"case_id": bytes([n]) * 16, "day": row["day"] - timedelta(days=40), "entity": "works"}
            tx.execute(insert(CASES).values(earlier | {"opened_by": bytes([n]) * 32}))
        tx.execute(insert(DELETIONS_BY_MONTH).values(month="2026-10", reason="retention", number=7))
    holder = room.sign_in("li-wei")
    assert holder.get("/api/figures").status_code == 403
    colleague = auditor(room)
    answer = colleague.get("/api/figures")
    received, standing, deleted = answer.json["tables"]
    assert (answer.json["first"], answer.json["last"]) == ("2025-11-01", "2026-10-31")
    assert (received["total"], standing["total"], deleted["total"]) == (6, 6, 7)
    assert crypto.b64encode(case) not in answer.text
    assert colleague.get("/api/batch").json == {"days": []}
    assert colleague.case(case).status_code == 404
