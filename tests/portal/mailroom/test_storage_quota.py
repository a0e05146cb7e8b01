"""A flood of uploads has an end, and the end is never that of reports."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

import crypto
from crypto.framing import b64encode, sha256
from portal.intake.api import Intake
from portal.intake.app import intake_app
from portal.mailroom import storage_quota
from portal.mailroom.context import Mailroom
from portal.mailroom.errors import UploadsFull
from portal.mailroom.storage_quota import LEAST_COUNTED, RECENT, RECOUNT_SECONDS, REPORT_BYTES, RESERVE, StorageQuota
from portal.mailroom.uploads import put_part
from portal.wiring.shared import wire
from tests.crypto.sample import Drawn
from tests.portal.edge.test_load_limiter import Seconds
from tests.support.offices.edge import Edge, report
from tests.support.samples.padded_json import as_sent

DAY = date(2026, 11, 24)
PART = os.urandom(100_000)


def upload(room: Mailroom, content: bytes = PART) -> None:
    """Takes one part of an upload of its own; never a first one, which must be sealed."""
    put_part(room, os.urandom(16), 1, sha256(content), [content], DAY)


def limited(edge: Edge, most: int, ticks: Callable[[], float]) -> Mailroom:
    """The edge's mailroom with so much space for uploads."""
    return dataclasses.replace(edge.mailroom, quota=StorageQuota(edge.mailroom.store, most, None, ticks))


def test_uploads_end_at_their_budget_and_go_on_when_there_is_room(edge: Edge) -> None:
    """Bytes count as they come, tiny parts as more than they are; what was cleared away is noticed in seconds."""
    seconds = Seconds()
    room = limited(edge, 300_000, seconds)
    for _ in range(3):
        upload(room)
    with pytest.raises(UploadsFull):
        upload(room)
    # Another process took those: this one counts what the store knows.
    with pytest.raises(UploadsFull):
        upload(limited(edge, 300_000, seconds))
    with edge.mailroom.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM blob_parts")
    seconds.now += RECOUNT_SECONDS
    upload(room)
    tiny = limited(edge, 100_000 + 2 * LEAST_COUNTED, seconds)
    upload(tiny, b"x")
    upload(tiny, b"y")
    with pytest.raises(UploadsFull):
        upload(tiny, b"z")


def test_what_a_report_claimed_counts_for_a_week(edge: Edge) -> None:
    """Junk that opens for nobody claims its uploads as a report does: it takes no more than all may in seven days."""
    edge.submit(report(edge, "ann", files=(b"picture" * 20000,)))
    claimed = edge.hands().date()
    quota = StorageQuota(edge.mailroom.store, 10**9, None, Seconds(), recent=140_000)
    with pytest.raises(UploadsFull):
        quota.require(claimed)
    later = StorageQuota(edge.mailroom.store, 10**9, None, Seconds(), recent=140_000)
    later.require(claimed + RECENT + timedelta(days=1))
    # What nobody has claimed has its own, smaller bound, which claimed bytes don't fill.
    StorageQuota(edge.mailroom.store, 1, None, Seconds()).require(claimed)


def test_a_flood_of_text_ends_drafts_and_uploads_and_leaves_the_rest_to_reports(edge: Edge) -> None:
    """With the room for text taken a draft and a part are refused in words; a whole report is taken and listed."""
    for name in ("one", "two"):
        edge.submit(report(edge, name))
    wired = wire(edge.settings, edge.hands)
    quota = StorageQuota(wired.mailroom.store, 10**9, None, Seconds(), text=2 * REPORT_BYTES)
    app = intake_app(
        Intake(dataclasses.replace(wired.mailroom, quota=quota), edge.hands), wired.directory_lookup,
        edge.settings.site / "intake", demo=False, behind_tls=False,
    )  # fmt: skip
    client, real = app.test_client(), report(edge, "real")
    token = b64encode(real.keys.mailbox_token)
    draft = {"v": 1, "token": token, "draft": crypto.seal_draft(real.keys, 1, {"text": "x"}, Drawn("draft"))}
    refused = client.put("/api/drafts", data=as_sent("/api/drafts", draft))
    assert refused.json is not None
    assert (refused.status_code, refused.json["type"]) == (507, "urn:yanlu:error:store-full")
    headers = {"X-Part-Hash": b64encode(sha256(PART))}
    assert client.put(f"/api/blobs/{'A' * 22}/parts/1", data=PART, headers=headers).status_code == 507
    assert client.post("/api/submissions", data=crypto.write_submission(real.sealed.submission)).status_code == 201
    assert len(edge.poll(real).entries) == 1
    for store in (wired.mailroom.store, wired.mailroom.erasure.store):
        store.engine.dispose()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A disk whose size and free space a test sets."""
    sizes = SimpleNamespace(total=10**12, free=10**11)
    monkeypatch.setattr(storage_quota.shutil, "disk_usage", lambda _path: sizes)
    return sizes


def test_a_filling_disk_stops_uploads_before_reports(edge: Edge, disk: SimpleNamespace) -> None:
    """Near the end of the disk an attachment is refused in words that help, and the text of a report is taken."""
    wired = wire(edge.settings, edge.hands)
    room = dataclasses.replace(
        wired.mailroom, quota=StorageQuota(wired.mailroom.store, 10**12, edge.settings.data, Seconds())
    )
    app = intake_app(
        Intake(room, edge.hands), wired.directory_lookup, edge.settings.site / "intake", demo=False, behind_tls=False
    )
    client = app.test_client()
    blob = "A" * 22
    headers = {"X-Part-Hash": b64encode(sha256(PART)), "Accept-Language": "zh"}

    def send(k: int) -> int:
        return client.put(f"/api/blobs/{blob}/parts/{k}", data=PART, headers=headers).status_code

    assert send(1) == 204
    disk.free = RESERVE - 1
    refused = client.put(f"/api/blobs/{blob}/parts/2", data=PART, headers=headers)
    assert refused.json is not None
    assert (refused.status_code, refused.json["title"]) == (507, "暂时没有空间存放更多附件")
    assert (
        client.post("/api/submissions", data=crypto.write_submission(report(edge, "ann").sealed.submission)).status_code
        == 201
    )
    disk.total, disk.free = 10**9, 10**9 // 20
    assert send(2) == 204
    disk.free = 150_000
    assert send(3) == 507
    for store in (room.store, room.erasure.store):
        store.engine.dispose()
