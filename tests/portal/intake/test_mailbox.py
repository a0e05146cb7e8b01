"""The mailbox: a poll of one size, posts that tell nothing, drafts, and a changed receipt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, func, select

import crypto
from casework.event_store.store import EVENTS
from crypto.case.payloads import Message
from portal.mailroom import shapes
from portal.mailroom.service import deliver_item, items_of_case, listing_for_poll
from portal.mailroom.tables import ITEMS, MEMOS, OUTBOX_IDENTITY, OUTBOX_RECEIVED
from tests.crypto.sample import CHEAP, Case, Drawn
from tests.support.offices.edge import Edge, report
from tests.support.privacy.timing_oracle import mailbox_with

DAY = date(2026, 11, 24)


@contextmanager
def counted(edge: Edge) -> Iterator[list[str]]:
    """The first words of every statement that intake sends to its stores, and whether it locks."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(" ".join(statement.split()[:3]) + " FOR UPDATE" * ("FOR UPDATE" in statement))

    room = edge.app.extensions["yanlu_mailroom"]
    engines = (room.store.engine, room.erasure.store.engine)
    before = work_of_functions(edge)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    after = work_of_functions(edge)
    said += [f"{table}: {number - before[table]}" for table, number in after.items()]


def work_of_functions(edge: Edge) -> dict[str, int]:
    """On PostgreSQL, where functions do the work: how often each table was looked through and rows written."""
    stores = (edge.app.extensions["yanlu_mailroom"].store, edge.app.extensions["yanlu_mailroom"].erasure.store)
    found: dict[str, int] = {}
    for store, eyes in zip(stores, (edge.mailroom.store, edge.mailroom.erasure.store), strict=True):
        if store.embedded:
            continue
        with store.read() as connection:
            connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
        with eyes.read() as connection:
            for name, *numbers in connection.exec_driver_sql(
                "SELECT relname, seq_scan + coalesce(idx_scan, 0), n_tup_ins + n_tup_upd FROM pg_stat_user_tables"
            ):
                found |= {f"{name} {what}": n for what, n in zip(("scans", "written"), numbers, strict=True)}
    return dict(sorted(found.items()))


def message(case: Case, text: str = "补充") -> dict[str, object]:
    """A post with a message; the case's standing moves on."""
    post, case.standing = crypto.seal_message(case.keys, case.standing, Message(text, []), Drawn(text))
    return post


def reply(edge: Edge, case: Case, text: str) -> Any:
    """A reply of an investigator, delivered."""
    grant = case.grant()
    documents = [item.document for item in items_of_case(edge.mailroom, case.sealed.memo.case)]
    thread = crypto.read_case(case.directory, grant, documents)
    item = crypto.seal_reply(edge.office.staff("li-wei"), case.directory, grant, thread, Message(text, []), Drawn(text))
    return item, deliver_item(edge.mailroom, item, [], DAY)


def test_a_message_arrives_and_its_memo_comes_back(edge: Edge) -> None:
    """A post is answered 202, its memo is in the next poll, and casework learns of the message once."""
    case = report(edge, "ann")
    edge.submit(case)
    post = message(case)
    assert [edge.send("/api/posts", post).status_code for _ in range(2)] == [202, 202]
    opened = crypto.open_mailbox(case.keys, edge.poll(case))
    assert opened is not None
    assert (opened.memo, opened.memo_seq) == (case.standing.memo, case.standing.memo_seq)
    while edge.worker.open_received():
        continue
    with edge.worker.cases.read() as connection:
        assert connection.scalar(select(func.count()).select_from(EVENTS)) == 2
        assert connection.scalar(select(func.count()).select_from(EVENTS)) == 2


def test_report_and_message_of_one_evening_have_the_same_day(edge: Edge) -> None:
    """At 18:00 in Greenwich it is the next day in Shanghai, for the report and for every message after it."""
    edge.hands.now = datetime(2026, 11, 24, 18, tzinfo=UTC)
    case = report(edge, "ann")
    edge.submit(case)
    edge.send("/api/posts", message(case))
    with edge.mailroom.store.read() as connection:
        days = [*connection.scalars(select(ITEMS.c.day)), *connection.scalars(select(OUTBOX_RECEIVED.c.day))]
    assert days == [date(2026, 11, 25)] * 4


def test_a_reply_comes_out_of_the_poll(edge: Edge) -> None:
    """An item that the office delivers, even twice, is read once by the reporter."""
    case = report(edge, "ann")
    edge.submit(case)
    item, first = reply(edge, case, "已收到")
    assert first
    assert not deliver_item(edge.mailroom, item, [], DAY)
    opened = crypto.open_mailbox(case.keys, edge.poll(case))
    assert opened is not None
    read = crypto.read_mailbox(case.directory, case.keys, opened)
    assert [entry.inner.content for entry in read.thread.verified if entry.inner and entry.item.place.seq] == [
        Message("已收到", [])
    ]


def test_a_poll_is_the_same_for_everybody(edge: Edge) -> None:
    """Status, headers, size and statements are the same without a mailbox, and with 0, 1 or 20 waiting messages."""
    seen: list[tuple[Any, ...]] = []
    for token in (bytes(32), *(mailbox_with(edge, f"waits-{count}", count) for count in (0, 1, 20))):
        with counted(edge) as said:
            body = {"v": 1, "token": crypto.b64encode(token), "from": 0}
            answer = edge.send("/api/poll", body)
        seen.append((answer.status_code, list(answer.headers), len(answer.data), said))
    assert all(one == seen[0] for one in seen)
    assert seen[0][2] == 131072
    statements = [said for said in seen[0][3] if ":" not in said]
    # A row that is locked is written to: a poll of a mailbox that exists would wait for the disk.
    assert all(said == "BEGIN" or said.startswith("SELECT") for said in statements)
    assert not any("FOR UPDATE" in said for said in statements)
    if edge.mailroom.store.embedded:
        assert len(statements) > 3
        return
    assert {"mailboxes scans: 1", "memos scans: 1", "drafts scans: 1", "items scans: 1"} < set(seen[0][3])
    assert "erasure_keys scans: 1" in seen[0][3]
    assert all(said.endswith(": 0") for said in seen[0][3] if "written" in said)


@pytest.mark.parametrize("wrong", ["nobody", "gap", "jump", "older", "other-case"])
def test_a_post_that_does_not_fit_leaves_nothing_and_tells_nothing(edge: Edge, wrong: str) -> None:
    """A post into nobody's mailbox or out of order has the answer and the statements of a good one, and no effect."""
    case, other = report(edge, "ann"), report(edge, "bob")
    edge.submit(case)
    edge.submit(other)
    first, second = message(case, "一"), message(case, "二")
    bad = {
        "nobody": first | {"token": crypto.b64encode(bytes(32))},
        "gap": second,
        "jump": first | {"item": first["item"] | {"seq": 9}},  # type: ignore[operator]
        "older": first | {"memo": case.sealed.submission["memo"]},
        "other-case": message(other) | {"token": first["token"]},
    }[wrong]
    answers: list[tuple[Any, ...]] = []
    before = rows(edge)
    for post in (bad, first):
        with counted(edge) as said:
            answer = edge.send("/api/posts", post)
        answers.append((answer.status_code, list(answer.headers), answer.data, said))
        if post is bad:
            assert rows(edge) == before
    assert [one for one in zip(*(answer[3] for answer in answers), strict=True) if one[0] != one[1]] == []
    assert answers[0] == answers[1]
    assert rows(edge) != before


def test_a_reporter_makes_no_case_too_long_to_be_read(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The item beyond the last number is refused in words, alike where there is a mailbox and where there is none."""
    monkeypatch.setattr(shapes, "MOST_ITEMS", 3)
    case, nobody = report(edge, "ann"), report(edge, "nobody")
    edge.submit(case)
    answers: dict[str, list[tuple[int, bytes]]] = {"ann": [], "nobody": []}
    for name, one in (("ann", case), ("nobody", nobody)):
        for text in ("two", "three", "four"):
            answer = edge.send("/api/posts", message(one, text))
            answers[name].append((answer.status_code, answer.data))
    assert answers["ann"] == answers["nobody"]
    assert [status for status, _ in answers["ann"]] == [202, 202, 422]
    assert json.loads(answers["ann"][2][1])["type"] == "urn:yanlu:error:mailbox-full"
    assert len(items_of_case(edge.mailroom, case.sealed.memo.case)) == 3


def rows(edge: Edge) -> list[Any]:
    """All that a post could change."""
    with edge.mailroom.store.read() as connection:
        return [
            sorted(bytes(row.item_hash) for row in connection.execute(select(ITEMS.c.item_hash))),
            sorted(connection.execute(select(MEMOS.c.seq, MEMOS.c.mailbox_id)).all()),
            connection.scalar(select(func.count()).select_from(OUTBOX_RECEIVED)),
            connection.scalar(select(func.count()).select_from(OUTBOX_IDENTITY)),
        ]


def test_a_draft_makes_its_mailbox_and_gives_way_to_the_report(edge: Edge) -> None:
    """A draft comes back from the poll, an older one never replaces it, and the report takes its mailbox over."""
    case = report(edge, "ann")
    token = crypto.b64encode(case.keys.mailbox_token)
    for seq, text in ((2, "第二稿"), (1, "第一稿")):
        draft = crypto.seal_draft(case.keys, seq, {"text": text}, Drawn(text))
        assert edge.send("/api/drafts", {"v": 1, "token": token, "draft": draft}, "PUT").status_code == 202
    entries = edge.poll(case).entries
    assert [entry.kind for entry in entries] == [crypto.EntryKind.DRAFT]
    kept = crypto.open_draft(case.keys, crypto.read_json(entries[0].content, 65536))
    assert kept == (2, {"text": "第二稿"})
    assert edge.submit(case).status_code == 201
    assert [entry.kind for entry in edge.poll(case).entries] == [crypto.EntryKind.MEMO]
    assert edge.submit(case).status_code == 200


def test_a_changed_receipt_leads_to_the_same_case(edge: Edge) -> None:
    """After a change of receipt the new token finds the memo and later replies, and the old one finds nothing."""
    case = report(edge, "ann")
    edge.submit(case)
    reply(edge, case, "给旧查询码")
    new = crypto.derive_reporter(crypto.draw_receipt(Drawn("new")), edge.office.office, CHEAP)
    post, standing = crypto.seal_receipt_change(case.keys, new, case.standing, Drawn("change"))
    # Anyone who got no answer sends it once more.
    for _ in range(2):
        assert edge.send("/api/posts", post).status_code == 202
        assert edge.poll(case).entries == []
    renewed = Case(edge.office, case.directory, new, case.sealed, standing)
    opened = crypto.open_mailbox(new, edge.poll(renewed))
    assert opened is not None
    assert (opened.memo, opened.memo_seq) == (standing.memo, standing.memo_seq)
    assert opened.items == []
    reply(edge, case, "给新查询码")
    assert len(edge.poll(renewed).entries) == 2


def test_a_destroyed_case_looks_like_one_that_never_was(edge: Edge) -> None:
    """Once its erasure key is destroyed, a mailbox's poll holds nothing but random bytes."""
    case = report(edge, "ann")
    edge.submit(case)
    assert edge.poll(case).entries
    with edge.mailroom.store.read() as connection:
        ids = [bytes(row[0]) for row in connection.exec_driver_sql("SELECT erasure_id FROM mailboxes")]
    edge.mailroom.erasure.destroy(ids)
    assert edge.poll(case).entries == []
    assert len(listing_for_poll(edge.mailroom, case.keys.mailbox_token, 0)) == 131072


def test_nothing_sealed_lies_bare_in_the_store(edge: Edge) -> None:
    """No row of the mailroom holds an age header in clear: all of it lies under the erasure key."""
    case = report(edge, "ann")
    edge.submit(case)
    edge.send("/api/posts", message(case))
    bare = (b"age-encryption.org", crypto.b64encode(b"age-encryption.org/v1").encode())
    with edge.mailroom.store.read() as connection:
        for table in ("items", "memos", "grants"):
            found = connection.exec_driver_sql(f"SELECT sealed FROM {table}").all()
            assert found
            assert not any(word in bytes(row[0]) for row in found for word in bare)
