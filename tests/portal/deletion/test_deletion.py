"""Deletion: nothing of a case stays, no matter who is killed, and nobody can tell that it ever was."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, insert, inspect, select, update

import crypto
from casework.errors import CaseHeld
from casework.event_store.deletion import DeletionReason, deletions_by_month
from casework.event_store.store import CASES, CaseId
from portal.accounts.tables import KEYRING
from portal.deletion.deleting import Deletion
from portal.deletion.errors import NothingToDelete
from portal.deletion.janitor import Janitor
from portal.desk import steps
from portal.mailroom.erasure import ERASURE_KEYS, deletion_mark
from portal.mailroom.errors import CaseErased
from portal.mailroom.outbox import lease_received
from portal.mailroom.removal import mark_of_case
from portal.mailroom.service import listing_for_poll
from portal.mailroom.tables import BLOBS, MAILBOXES
from portal.settings import StoreName
from portal.stores.engines import Store
from portal.wiring.deletion import build_deletion, destroy_deleted_again
from tests.crypto.sample import Case, Drawn
from tests.portal.desk.test_cases import seen
from tests.support.faults.kill_points import killed_at
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import Edge, put_part, report, sealed_parts


@dataclass
class Handled:
    """A case with an attachment on either side, an answer, and an entry in its holder's keyring."""

    case: CaseId
    filed: Case
    holder: Colleague
    blobs: list[bytes]
    erasure_id: bytes
    key: bytes


def handle(room: DeskRoom, holder: Colleague, name: str) -> Handled:
    """Lets a report be sent, opened, claimed and answered."""
    edge = room.edge
    filed = report(edge, name, files=(b"slip" * 99,))
    case = CaseId(room.file(filed))
    assert holder.claim([grant for grant in holder.open_batch() if grant.case == case]) == [True]
    grant = holder.grants[case]
    attachment, parts = sealed_parts(b"minutes" * 99, [grant.body.case_identity.recipient], Drawn(name))
    assert put_part(edge, attachment.blob, 0, parts[0]).status_code == 204
    item, event = holder.reply(holder.case(case).json, "收到。")
    listing = crypto.blob_listing(attachment).document()
    assert holder.step(case, event, item=item, blobs=[listing]).status_code == 201
    entry = crypto.seal_keyring_entry(holder.keys, grant, Drawn(name))
    assert holder.send(f"/api/cases/{crypto.b64encode(case)}/key", entry, "PUT").status_code == 204
    with edge.mailroom.store.read() as connection:
        erasure_id = bytes(connection.scalar(select(MAILBOXES.c.erasure_id).where(MAILBOXES.c.case_id == case)) or b"")
    uploaded = [crypto.b64decode(str(blob["blob"])) for blob in filed.sealed.submission["blobs"]]  # type: ignore[attr-defined]
    return Handled(case, filed, holder, [*uploaded, attachment.blob], erasure_id, edge.mailroom.erasure.get(erasure_id))


@pytest.fixture
def holder(room: DeskRoom) -> Colleague:
    """A key holder who is signed in."""
    return room.sign_in("li-wei")


@pytest.fixture
def deletion(room: DeskRoom) -> Iterator[Deletion]:
    """What `yanlu case delete` works with."""
    made = build_deletion(room.edge.settings, room.edge.hands)
    yield made
    made.close()


def stores_of(deletion: Deletion) -> list[Store]:
    """Every store that may know a case, and the deletion list."""
    room = deletion.mailroom
    return [room.store, room.erasure.store, deletion.cases, deletion.accounts, deletion.deleted.store]


def cells(store: Store) -> Iterator[object]:
    """Every value in every row of a store."""
    metadata = MetaData()
    metadata.reflect(store.engine)
    with store.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                yield from row


def traces(deletion: Deletion, handled: Handled) -> list[str]:
    """Where an id, hash or key of the case is still found: rows, or bytes of files."""
    submission = crypto.read_submission(handled.filed.sealed.submission)
    words = [handled.case, submission.mailbox, submission.item.hash, handled.erasure_id, handled.key, *handled.blobs]
    texts = [crypto.b64encode(word) for word in words]
    found: list[str] = []
    for store in stores_of(deletion):
        for value in cells(store):
            inside = value if isinstance(value, bytes) else str(value)
            needles: list[Any] = words if isinstance(value, bytes) else texts
            found += [store.name for needle in needles if needle in inside]
        if store.embedded:
            files = Path(str(store.engine.url.database)).parent.glob(f"{store.name}.sqlite*")
            found += [file.name for file in files for word in words if word in file.read_bytes()]
    return found


def objects(edge: Edge) -> list[str]:
    """The names of all objects."""
    return list(edge.mailroom.blobs.places())


def as_if_never(room: DeskRoom, deletion: Deletion, handled: Handled) -> None:
    """Every answer about the case, to reporter and holder, is the answer about one that never was."""
    edge, token = room.edge, handled.filed.keys.mailbox_token
    nobody = os.urandom(32)
    # Random fill is all that may differ: here it does not.
    still = replace(deletion.mailroom, rng=lambda size: b"\7" * size)
    polls = [listing_for_poll(still, who, 0) for who in (token, nobody)]
    assert polls[0] == polls[1]
    post, _ = crypto.seal_message(handled.filed.keys, handled.filed.standing, crypto.Message("补充"), Drawn("m"))
    draft = crypto.seal_draft(handled.filed.keys, 1, {"text": "稿"}, Drawn("d"))
    blob = crypto.b64encode(handled.blobs[1])
    answers: list[list[object]] = []
    for who, case in ((token, handled.case), (nobody, nobody[:16])):
        mine, path = crypto.b64encode(who), f"/api/cases/{crypto.b64encode(case)}"
        intake = [
            edge.send("/api/posts", post | {"token": mine}),
            edge.send("/api/drafts", {"v": 1, "token": mine, "draft": draft}, "PUT"),
            edge.send("/api/blob", {"v": 1, "token": mine, "blob": blob, "part": 0}),
            edge.client.get(f"/api/blobs/{blob}"),
        ]
        desk = [handled.holder.get(path), handled.holder.get(f"{path}/blobs/{blob}/parts/0")]
        answers.append([seen(answer) for answer in (*intake, *desk)])
    assert answers[0] == answers[1]


def test_a_deleted_case_is_gone_and_answers_as_if_it_had_never_been(
    room: DeskRoom, holder: Colleague, deletion: Deletion
) -> None:
    """No id, hash, key or object of it is left, another case stays whole, and only a count is kept."""
    doomed, kept = handle(room, holder, "doomed"), handle(room, holder, "kept")
    assert {"mailroom", "cases", "accounts", "erasure"} <= set(traces(deletion, doomed))
    before = len(objects(room.edge))
    assert deletion.delete_case(doomed.case, DeletionReason.RETENTION)
    assert traces(deletion, doomed) == []
    assert len(objects(room.edge)) == before - len(doomed.blobs)
    assert deletion_mark(doomed.erasure_id) in deletion.deleted.marks()
    with deletion.cases.read() as connection:
        assert deletions_by_month(connection) == [("2026-11", "retention", 1)]
    assert [row["case"] for row in holder.get("/api/cases").json["cases"]] == [crypto.b64encode(kept.case)]
    assert holder.claim([doomed.holder.grants[doomed.case]]) == [False]
    assert len(room.edge.poll(kept.filed).entries) == 2
    assert holder.case(kept.case).status_code == 200
    as_if_never(room, deletion, doomed)
    with pytest.raises(NothingToDelete):
        deletion.delete_case(doomed.case, DeletionReason.RETENTION)


# Points of a deletion, and whether the case is on the list by then.
POINTS = {
    "before commit portal.deletion.deletion_list:DeletionList.note": False,
    "after commit portal.deletion.deletion_list:DeletionList.note": True,
    "after commit portal.mailroom.erasure:ErasureKeys.destroy": True,
    "after commit portal.deletion.deleting:Deletion._leave_cases": True,
    "before commit portal.mailroom.removal:remove_case": True,
    "after commit portal.mailroom.removal:remove_case": True,
    "before call portal.deletion.deleting:scrub_whole": True,
}


def test_whoever_is_killed_leaves_the_case_whole_or_to_the_janitor(
    room: DeskRoom, holder: Colleague, deletion: Deletion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the list is durable the case is whole; killed after it, the next worker leaves no trace of it."""
    for number, (point, listed) in enumerate(POINTS.items()):
        handled = handle(room, holder, f"case-{number}")
        with killed_at(monkeypatch, point):
            deletion.delete_case(handled.case, DeletionReason.REQUEST)
        assert (deletion_mark(handled.erasure_id) in deletion.deleted.marks()) == listed, point
        if not listed:
            assert holder.case(handled.case).status_code == 200
            continue
        if number in range(2, 5):
            as_if_never(room, deletion, handled)
        room.edge.worker.janitor.work()
        assert traces(deletion, handled) == [], point
        as_if_never(room, deletion, handled)
    assert len(objects(room.edge)) == 2
    with deletion.cases.read() as connection:
        assert sum(number for _, _, number in deletions_by_month(connection)) == len(POINTS) - 1


def test_a_deletion_cut_short_before_the_list_is_ended_by_whoever_comes_next(
    room: DeskRoom, holder: Colleague, deletion: Deletion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Begun and killed, a case takes no step any more; the same command again, a new worker or the next day ends it."""
    point = "after commit portal.deletion.deleting:Deletion._begin"
    room.edge.worker.janitor.work()
    for name in ("again", "worker", "day"):
        handled, other = handle(room, holder, name), handle(room, holder, f"beside {name}")
        item, event = holder.reply(holder.case(handled.case).json, "稍后。")
        with killed_at(monkeypatch, point):
            deletion.delete_case(handled.case, DeletionReason.REQUEST)
        assert deletion_mark(handled.erasure_id) not in deletion.deleted.marks()
        assert holder.step(handled.case, event, item=item).status_code == 404
        match name:
            case "again":
                assert deletion.delete_case(handled.case, DeletionReason.REQUEST)
            case "worker":
                assert Janitor(deletion, lambda _: 0).work() > 0
            case _:
                room.edge.worker.janitor.work()
                assert holder.case(handled.case).status_code == 200
                room.edge.hands.now += timedelta(days=1)
                room.edge.worker.janitor.work()
        assert traces(deletion, handled) == [], name
        assert deletion_mark(handled.erasure_id) in deletion.deleted.marks()
        assert {"mailroom", "cases", "erasure"} <= set(traces(deletion, other))


def test_a_restored_store_is_told_what_it_had_forgotten(room: DeskRoom, holder: Colleague, deletion: Deletion) -> None:
    """Keys that come back from a copy are destroyed before anything serves, and rows by the next janitor."""
    handled = handle(room, holder, "back")
    copies: list[tuple[Store, Any, list[dict[str, Any]]]] = []
    keys = deletion.mailroom.erasure.store
    for store, table in ((keys, ERASURE_KEYS), (deletion.cases, CASES), (deletion.accounts, KEYRING)):
        with store.read() as connection:
            copies.append((store, table, [dict(row) for row in connection.execute(select(table)).mappings()]))
    deletion.delete_case(handled.case, DeletionReason.COURT)
    for store, table, rows in copies:
        with store.write() as tx:
            tx.execute(table.delete())
            tx.execute(insert(table), rows)
    assert len(set(traces(deletion, handled))) >= 3
    destroy_deleted_again(room.edge.settings)
    with pytest.raises(CaseErased):
        deletion.mailroom.erasure.get(handled.erasure_id)
    assert room.edge.worker.janitor.work() > 0
    assert traces(deletion, handled) == []


def test_an_uploads_own_key_does_not_come_back_either(room: DeskRoom, deletion: Deletion) -> None:
    """The list names the key under which a first part lay before its case took it, though its id is forgotten."""
    keys = room.edge.mailroom.erasure.store
    filed = report(room.edge, "upload", files=(b"slip" * 99,))
    with room.edge.mailroom.store.read() as connection:
        (upload,) = connection.scalars(select(BLOBS.c.erasure_id))
    with keys.read() as connection:
        row = connection.execute(select(ERASURE_KEYS).where(ERASURE_KEYS.c.erasure_id == upload)).mappings().one()
    case = CaseId(room.file(filed))
    deletion.delete_case(case, DeletionReason.COURT)
    with keys.write() as tx:
        assert tx.execute(select(ERASURE_KEYS).where(ERASURE_KEYS.c.erasure_id == upload)).all() == []
        tx.execute(insert(ERASURE_KEYS), dict(row))
    assert deletion.mailroom.erasure.destroy_marked(deletion.deleted.marks()) == 1
    assert deletion.mailroom.erasure.find([bytes(upload or b"")]) == {}


def test_a_report_that_comes_again_is_a_new_one(room: DeskRoom, holder: Colleague, deletion: Deletion) -> None:
    """The very submission of a deleted case is taken like a first one, and no janitor takes it for the deleted one."""
    handled = handle(room, holder, "again")
    deletion.delete_case(handled.case, DeletionReason.MISTAKE)
    with deletion.mailroom.store.read() as connection:
        assert connection.execute(select(MAILBOXES)).all() == []
    plain = report(room.edge, "plain")
    case = CaseId(room.file(plain))
    deletion.delete_case(case, DeletionReason.MISTAKE)
    assert room.edge.submit(plain).status_code == 201
    room.edge.worker.work_once()
    deletion.finish()
    assert len(room.edge.poll(plain).entries) == 1
    with deletion.cases.read() as connection:
        assert list(connection.scalars(select(CASES.c.case_id))) == [case]


def test_a_worker_that_comes_too_late_opens_nothing(room: DeskRoom, deletion: Deletion) -> None:
    """A report that was leased before its deletion opens no case after it."""
    filed = report(room.edge, "late")
    room.edge.submit(filed)
    now = int(room.edge.hands.now.timestamp())
    ((_, received),) = lease_received(room.edge.mailroom, now, 60)
    deletion.delete_case(CaseId(received.case), DeletionReason.REQUEST)
    assert room.edge.worker._record_in_casework(received)
    with deletion.cases.read() as connection:
        assert connection.execute(select(CASES)).all() == []


def test_a_hold_keeps_a_case(room: DeskRoom, deletion: Deletion) -> None:
    """A case on which a legal hold lies, or that an authority has, is refused before anything is written."""
    filed = report(room.edge, "held")
    case = CaseId(room.file(filed))
    for kept in ("held", "frozen"):
        with deletion.cases.write() as tx:
            tx.execute(update(CASES).values({"held": False, "frozen": False} | {kept: True}))
        with pytest.raises(CaseHeld):
            deletion.delete_case(case, DeletionReason.RETENTION)
    assert deletion.deleted.count() == 0
    assert len(room.edge.poll(filed).entries) == 1


def test_cases_of_an_earlier_release_get_their_mark(room: DeskRoom, deletion: Deletion) -> None:
    """A case without a mark has one after the janitor's day, and half deleted it is found without."""
    case = CaseId(room.file(report(room.edge, "old")))
    mark, janitor = mark_of_case(room.edge.mailroom, case), room.edge.worker.janitor
    with deletion.cases.write() as tx:
        tx.execute(update(CASES).values(mark=None))
    room.edge.hands.now += timedelta(days=1)
    janitor.tidy_daily()
    with deletion.cases.write() as tx:
        assert tx.scalar(select(CASES.c.mark)) == mark
        tx.execute(update(CASES).values(mark=None))
    deletion.deleted.note([mark or b""])
    assert janitor.finish_deletions() > 0
    with deletion.cases.read() as connection:
        assert connection.execute(select(CASES)).all() == []


def test_what_waits_in_the_outbox_is_as_erasable_as_the_rest(
    room: DeskRoom, holder: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is delivered an answer waits in the cases store without any age header in clear."""
    handled = handle(room, holder, "waits")
    item, event = holder.reply(holder.case(handled.case).json, "稍后。")
    # As if the process had been killed between the step and its delivery.
    monkeypatch.setattr(steps, "deliver_pending", lambda *_: None)
    assert holder.step(handled.case, event, item=item).status_code == 201
    values = [value for value in cells(room.edge.eyes(StoreName.CASES)) if isinstance(value, bytes)]
    assert any(len(value) > 4096 for value in values)
    bare = (b"age-encryption.org", crypto.b64encode(b"age-encryption.org/v1").encode(), b'"sealed"')
    assert [word for word in bare for value in values if word in value] == []


def test_the_list_holds_nothing_but_hashes(deletion: Deletion) -> None:
    """The list is one table with one column of 32 bytes; what is noted twice stands once."""
    store = deletion.deleted.store
    tables = inspect(store.engine)
    names = set(tables.get_table_names()) - {"alembic_version"}
    assert {name: [column["name"] for column in tables.get_columns(name)] for name in names} == {"deleted": ["mark"]}
    mark = hashlib.sha256(b"x").digest()
    deletion.deleted.note([mark])
    deletion.deleted.note([mark])
    assert (deletion.deleted.marks(), deletion.deleted.count()) == (frozenset({mark}), 1)
