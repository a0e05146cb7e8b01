"""Attachments: parts in any order, resumed, checked, wrapped; bundles that travel by any road."""

from __future__ import annotations

import io
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import obstore
import pytest
from sqlalchemy import func, select

import crypto
from crypto.case.payloads import Direction, Message
from crypto.framing import sha256
from crypto.sealing.attachment_shape import PART_SIZE
from portal.mailroom import uploads
from portal.mailroom.erasure import ERASURE_KEYS, POOL_SIZE
from portal.mailroom.errors import CaseErased, NoSuchPart
from portal.mailroom.service import deliver_item, items_of_case, read_part
from portal.mailroom.tables import BLOB_PARTS, BLOBS
from portal.settings import StoreName
from tests.crypto.sample import Drawn
from tests.support.offices.edge import Edge, put_part, report, sealed_parts
from tests.support.stores.backends import Stores

RECIPIENT = crypto.Identity.draw(Drawn("somebody")).recipient
DAY = date(2026, 11, 24)


def listed(edge: Edge, blob: bytes) -> Any:
    """What the server has of an upload."""
    answer = edge.client.get(f"/api/blobs/{crypto.b64encode(blob)}")
    assert answer.status_code == 200
    return answer.json


def objects(stores: Stores) -> list[bytes]:
    """Every object of the blob store."""
    blobs = stores.open_blobs()
    found = [meta["path"] for batch in obstore.list(blobs) for meta in batch]
    return [bytes(obstore.get(blobs, path).bytes()) for path in found]


def test_parts_are_resumed_and_repeated(edge: Edge) -> None:
    """The server says which parts it has; the same part again is fine and another content is refused."""
    attachment, parts = sealed_parts(os.urandom(PART_SIZE + 9), [RECIPIENT], Drawn("file"))
    blob = attachment.blob
    assert listed(edge, blob) == {"parts": []}
    assert put_part(edge, blob, 1, parts[1]).status_code == 204
    assert put_part(edge, blob, 0, parts[0]).status_code == 204
    assert put_part(edge, blob, 0, parts[0]).status_code == 204
    sizes = [(part["k"], part["size"], part["hash"]) for part in listed(edge, blob)["parts"]]
    assert sizes == [(k, len(part), crypto.b64encode(attachment.parts[k])) for k, part in enumerate(parts)]
    answer = put_part(edge, blob, 1, b"other")
    assert (answer.status_code, answer.json["type"]) == (409, "urn:yanlu:error:part-differs")


@pytest.mark.parametrize(
    ("k", "part", "announced", "code"),
    [
        (1, b"content", bytes(32), "part-damaged"),
        (0, b"plaintext" * 99, None, "not-sealed"),
        (1, b"", None, "part-damaged"),
        (520, b"content", None, "too-large"),
        (1, bytes(PART_SIZE + 1), None, "too-large"),
    ],
)
def test_a_wrong_part_leaves_nothing(
    edge: Edge, stores: Stores, k: int, part: bytes, announced: bytes | None, code: str
) -> None:
    """A damaged, bare, empty or oversized part is refused with its problem, and nothing of it is kept."""
    blob = os.urandom(16)
    answer = put_part(edge, blob, k, part, announced)
    assert answer.json["type"] == f"urn:yanlu:error:{code}"
    assert listed(edge, blob) == {"parts": []}
    assert objects(stores) == []


def keys_of(edge: Edge) -> int:
    """How many keys the erasure store has."""
    with edge.eyes(StoreName.ERASURE).read() as connection:
        return connection.scalar(select(func.count()).select_from(ERASURE_KEYS)) or 0


def test_reports_that_name_uploads_of_another_use_up_no_keys(edge: Edge) -> None:
    """Refused once its key is drawn, forty times over: the next report takes that key."""
    case = report(edge, "ann", files=(b"picture",))
    assert edge.submit(case).status_code == 201
    blobs = case.sealed.submission["blobs"]
    before = keys_of(edge)
    for number in range(POOL_SIZE + 8):
        other = report(edge, f"other {number % 2}").sealed.submission | {"blobs": blobs}
        refused = edge.send("/api/submissions", other)
        assert refused.json["type"] == "urn:yanlu:error:parts-missing"
    assert keys_of(edge) == before


def test_reports_that_were_drafts_use_up_no_keys(edge: Edge) -> None:
    """A draft has its key already: what was drawn for the report goes back."""
    before = keys_of(edge)
    drafted = POOL_SIZE // 2 + 8
    for number in range(drafted):
        case = report(edge, f"drafted {number}")
        draft = crypto.seal_draft(case.keys, 1, {"text": "x"}, Drawn("draft"))
        token = crypto.b64encode(case.keys.mailbox_token)
        assert edge.send("/api/drafts", {"v": 1, "token": token, "draft": draft}, "PUT").status_code == 202
        assert edge.submit(case).status_code == 201
    assert keys_of(edge) - before <= -(-drafted // POOL_SIZE) * POOL_SIZE


def test_a_first_part_that_comes_twice_at_once_uses_up_no_key(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is as new as the other when it begins; what the later ones drew goes back."""
    attachment, parts = sealed_parts(b"content", [RECIPIENT], Drawn("file"))
    monkeypatch.setattr(uploads, "_existing_hash", lambda *_: None)
    before = keys_of(edge)
    for _ in range(POOL_SIZE + 8):
        assert put_part(edge, attachment.blob, 0, parts[0]).status_code == 204
    assert keys_of(edge) - before <= POOL_SIZE


def test_parts_that_are_refused_use_up_no_keys(edge: Edge) -> None:
    """A first part in other bytes than announced is refused when its key is drawn already: the next one takes it."""
    _, parts = sealed_parts(b"content", [RECIPIENT], Drawn("file"))
    for _ in range(POOL_SIZE + 1):
        assert put_part(edge, os.urandom(16), 0, parts[0], bytes(32)).json["type"] == "urn:yanlu:error:part-damaged"
    with edge.eyes(StoreName.ERASURE).read() as connection:
        assert connection.scalar(select(func.count()).select_from(ERASURE_KEYS)) == POOL_SIZE


def test_an_attachment_goes_with_its_report(edge: Edge, stores: Stores) -> None:
    """A report's attachment is read back whole by its case alone, and its first part never lies bare."""
    content = os.urandom(PART_SIZE + 1000)
    case = report(edge, "ann", files=(content,))
    assert edge.submit(case).status_code == 201
    (claim,) = crypto.read_submission(case.sealed.submission).blobs
    pieces = [b"".join(read_part(edge.mailroom, case.sealed.memo.case, claim.blob, k)) for k in range(len(claim.parts))]
    assert [sha256(piece) for piece in pieces] == claim.parts
    assert not any(b"age-encryption.org" in found for found in objects(stores))
    assert listed(edge, claim.blob) == {"parts": []}
    with pytest.raises(NoSuchPart):
        read_part(edge.mailroom, bytes(16), claim.blob, 0)
    assert put_part(edge, claim.blob, 2, b"more").json["type"] == "urn:yanlu:error:part-differs"


def test_destroying_the_case_key_closes_the_attachment(edge: Edge) -> None:
    """No key of an attachment is left in the erasure store but its mailbox's: without that it cannot be read."""
    case = report(edge, "ann", files=(b"picture",))
    edge.submit(case)
    (claim,) = crypto.read_submission(case.sealed.submission).blobs
    # On PostgreSQL intake may destroy no key, and leaves it to the worker.
    edge.worker.clean_uploads()
    with edge.mailroom.store.read() as connection:
        (box,) = connection.exec_driver_sql("SELECT erasure_id FROM mailboxes").all()
        assert connection.scalar(select(BLOBS.c.erasure_id)) is None
    edge.mailroom.erasure.destroy([bytes(box[0])])
    with pytest.raises(CaseErased):
        read_part(edge.mailroom, case.sealed.memo.case, claim.blob, 0)


def test_only_the_reporter_fetches_what_the_office_attached(edge: Edge) -> None:
    """A part of a reply's attachment goes to the mailbox's token; every other request is answered 404 alike."""
    case = report(edge, "ann", files=(b"mine",))
    edge.submit(case)
    grant = case.grant()
    documents = [item.document for item in items_of_case(edge.mailroom, case.sealed.memo.case)]
    thread = crypto.read_case(case.directory, grant, documents)
    to = crypto.attachment_recipients(grant, thread, Direction.TO_REPORTER)
    attachment, parts = sealed_parts(b"letter", to, Drawn("letter"))
    put_part(edge, attachment.blob, 0, parts[0])
    message = Message("见附件", [attachment])
    item = crypto.seal_reply(edge.office.staff("li-wei"), case.directory, grant, thread, message, Drawn("r"))
    assert deliver_item(edge.mailroom, item, [crypto.blob_listing(attachment)], DAY)
    right = {
        "v": 1,
        "token": crypto.b64encode(case.keys.mailbox_token),
        "blob": crypto.b64encode(attachment.blob),
        "part": 0,
    }
    answer = edge.send("/api/blob", right)
    assert (answer.status_code, answer.data) == (200, parts[0])
    mine = crypto.read_submission(case.sealed.submission).blobs[0].blob
    wrong = ({"token": "A" * 43}, {"blob": crypto.b64encode(mine)}, {"part": 1}, {"blob": "A" * 22})
    refused = [edge.send("/api/blob", right | change) for change in wrong]
    assert {answer.status_code for answer in refused} == {404}
    assert len({answer.data for answer in refused}) == 1


def test_an_abandoned_upload_is_removed_after_a_week(edge: Edge, stores: Stores) -> None:
    """An upload that nothing took is there for seven days and gone on the eighth, with its key."""
    put_part(edge, os.urandom(16), 0, sealed_parts(b"x", [RECIPIENT], Drawn("x"))[1][0])
    kept = report(edge, "ann", files=(b"picture",))
    edge.submit(kept)
    edge.hands.now += timedelta(days=7)
    edge.worker.clean_uploads()
    assert len(objects(stores)) == 2
    edge.hands.now += timedelta(days=1)
    assert edge.worker.clean_uploads() == 1
    assert len(objects(stores)) == 1
    with edge.mailroom.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(BLOB_PARTS)) == 1


def test_a_bundle_is_a_submission(edge: Edge) -> None:
    """A sealed bundle is taken like the submission in it, with its attachments, and once."""
    case, blobs = bundled(edge)
    body = io.BytesIO()
    crypto.write_bundle(case.sealed.submission, [io.BytesIO(b"".join(parts)) for parts in blobs], body)
    codes = [edge.client.post("/api/bundles", data=body.getvalue()).status_code for _ in range(2)]
    assert codes == [201, 200]
    (claim,) = crypto.read_submission(case.sealed.submission).blobs
    assert b"".join(read_part(edge.mailroom, case.sealed.memo.case, claim.blob, 0)) == blobs[0][0]


@pytest.mark.parametrize("damage", ["cut", "tail", "magic", "flipped"])
def test_a_damaged_bundle_is_refused_whole(edge: Edge, damage: str) -> None:
    """A bundle that is cut, extended or altered anywhere is refused, and no report comes of it."""
    case, blobs = bundled(edge)
    sink = io.BytesIO()
    crypto.write_bundle(case.sealed.submission, [io.BytesIO(b"".join(parts)) for parts in blobs], sink)
    good = sink.getvalue()
    body = {
        "cut": good[:-1],
        "tail": good + b"x",
        "magic": b"Y" + good[1:],
        "flipped": good[:-1] + bytes([good[-1] ^ 1]),
    }[damage]
    answer = edge.client.post("/api/bundles", data=body)
    assert answer.status_code == 422
    assert edge.poll(case).entries == []
    assert edge.client.post("/api/bundles", data=good).status_code == 201


def bundled(edge: Edge) -> tuple[Any, list[list[bytes]]]:
    """A report with one attachment that was not uploaded."""
    rng = Drawn("bundle")
    directory = edge.office.directory()
    keys = crypto.derive_reporter(crypto.draw_receipt(rng), edge.office.office, crypto.ReceiptCost(8, 1, 1))
    holders = crypto.choose_holders(directory, "works", "company-whistleblowing", "fraud", ())
    new = crypto.draw_case(rng)
    attachment, parts = sealed_parts(os.urandom(70000), [new.recipient], rng)
    told = crypto.NewReport("证据在附件里。", "zh-CN", attachments=[attachment])
    sealed = crypto.seal_report(directory, keys, new, holders, told, rng)
    from tests.crypto.sample import Case

    return Case(edge.office, directory, keys, sealed, crypto.MailboxCursor(sealed.memo, 1)), [parts]


def test_files_carry_no_finer_time_than_none(edge: Edge, stores: Stores, tmp_path: Path) -> None:
    """A file of the blob folder has no modification time that could tell when somebody reported."""
    report(edge, "ann", files=(b"picture",))
    files = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert len(files) == (1 if stores.kind == "sqlite-folder" else 0)
    assert all(path.stat().st_mtime == 0 for path in files)


def test_upload_keys_left_by_a_kill_are_forgotten(edge: Edge) -> None:
    """If intake dies right after a report is durable, the worker destroys the attachment key's clear copy."""
    case = report(edge, "ann", files=(b"picture",))
    edge.submit(case)
    spare = edge.mailroom.erasure.draw(DAY)
    with edge.mailroom.store.write() as connection:
        connection.execute(BLOBS.update().values(erasure_id=spare.erasure_id))
    assert edge.worker.clean_uploads() == 1
    with edge.mailroom.erasure.store.read() as connection:
        gone = select(ERASURE_KEYS.c.day).where(ERASURE_KEYS.c.erasure_id == spare.erasure_id)
        assert connection.scalar(gone) is None
