"""A bucket that fails, hangs or is gone: said in words, within a bound, and all is well once it is well."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import crypto
from casework.event_store.store import CaseId
from portal.mailroom import blobs
from portal.mailroom.blobs import PARTS_IN_MEMORY, TIMEOUTS, Timeouts
from portal.mailroom.uploads import read_part
from tests.crypto.sample import Drawn
from tests.support.faults.s3_fault_proxy import FaultyS3, S3Fault, faulty_s3
from tests.support.offices.edge import Edge, open_edge, put_part, report, sealed_parts
from tests.support.servers.s3 import S3
from tests.support.stores.backends import embedded_stores

SHORT = Timeouts(buffer=0.4, request=0.4, retry=0.4, tries=1)
S3_FAULTS = (S3Fault.FAILING, S3Fault.HANGING, S3Fault.GONE)


@pytest.fixture
def server(s3: S3) -> Iterator[FaultyS3]:
    """What stands before the real server."""
    with faulty_s3(s3.endpoint) as faulty:
        yield faulty


@pytest.fixture
def edge(server: FaultyS3, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    """An edge whose attachments lie behind it, with as little patience as a test has."""
    monkeypatch.setattr(blobs, "TIMEOUTS", SHORT)
    url = s3.url(s3.fresh_prefix()).replace(s3.endpoint, server.url)
    stores = replace(embedded_stores(tmp_path), blobs=url, blob_access_key=s3.access_key, blob_secret_key=s3.secret_key)
    opened = open_edge(stores, tmp_path)
    yield opened
    opened.close()


def test_every_ailment_is_said_in_words_and_passes(
    edge: Edge, server: FaultyS3, capfd: pytest.CaptureFixture[str]
) -> None:
    """A part meets 503 in the reporter's language, text goes on meanwhile, and later the same part is taken."""
    attachment, parts = sealed_parts(b"picture", [edge.office.recovery.recipient], Drawn("f"))
    before = report(edge, "before", files=(b"slip" * 99,))
    assert edge.submit(before).status_code == 201
    case, blob = CaseId(before.sealed.memo.case), crypto.read_submission(before.sealed.submission).blobs[0].blob
    sealed = b"".join(read_part(edge.mailroom, case, blob, 0))
    for number, fault in enumerate(S3_FAULTS):
        server.suffer(fault)
        for language, title in (
            ("zh", "受理单位暂时无法保存内容"),
            ("en", "The office cannot store anything just now"),
        ):
            answer = put_part(edge, attachment.blob, 0, parts[0], language=language)
            assert (answer.status_code, answer.mimetype) == (503, "application/problem+json"), fault
            assert answer.json["title"] == title
        assert edge.submit(report(edge, f"text-{number}")).status_code == 201
        server.suffer(S3Fault.NONE)
        # Whatever a hanging server took in the end is named by no row, and is the janitor's.
        assert edge.client.get(f"/api/blobs/{crypto.b64encode(attachment.blob)}").json == {"parts": []}
    assert put_part(edge, attachment.blob, 0, parts[0]).status_code == 204
    assert b"".join(read_part(edge.mailroom, case, blob, 0)) == sealed
    said = "".join(capfd.readouterr())
    assert not [word for word in (server.url, edge.settings.blobs.bucket) if word in said]  # type: ignore[union-attr]


def test_those_who_wait_behind_a_hanging_part_are_answered_too(edge: Edge, server: FaultyS3) -> None:
    """More parts than fit in memory at once are all refused in words: none waits for all the others' patience."""
    server.suffer(S3Fault.HANGING)
    sealed = [sealed_parts(b"p", [edge.office.recovery.recipient], Drawn(f"w{number}")) for number in range(9)]
    assert len(sealed) > 2 * PARTS_IN_MEMORY

    def send(number: int) -> int:
        attachment, parts = sealed[number]
        return put_part(edge, attachment.blob, 0, parts[0], client=edge.app.test_client()).status_code

    with ThreadPoolExecutor(len(sealed)) as pool:
        assert set(pool.map(send, range(len(sealed)))) == {503}
    server.suffer(S3Fault.NONE)
    assert send(0) == 204


def test_nobody_waits_longer_than_a_minute() -> None:
    """As shipped, turn, attempts and the last request take less than a minute together."""
    assert TIMEOUTS.bound < 60
