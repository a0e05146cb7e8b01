"""Reports come in: durable, once, sealed, and refused in words when they are not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

import crypto
from casework.event_store.store import CASES, EVENTS
from portal.mailroom.tables import MAILBOXES, OUTBOX_IDENTITY, OUTBOX_PROTECTION
from tests.support.offices.edge import Edge, report
from tests.support.samples.padded_json import as_sent

SECRET = "张三在三号车间收了回扣"


def changed(submission: dict[str, Any], **changes: Any) -> bytes:
    """A submission with some fields replaced."""
    return as_sent("/api/submissions", {**submission, **changes})


def test_a_report_is_confirmed_and_becomes_one_case(edge: Edge) -> None:
    """A submission is answered 201 with the entity's day, and the worker opens exactly one case for it."""
    case = report(edge, "ann")
    answer = edge.submit(case)
    assert (answer.status_code, answer.json) == (201, {"day": "2026-11-24"})
    assert edge.worker.open_received() == 1
    assert edge.worker.open_received() == 0
    with edge.worker.cases.read() as connection:
        rows = connection.execute(select(CASES)).all()
        events = connection.scalar(select(func.count()).select_from(EVENTS))
    assert [(bytes(row.case_id), row.entity, row.policy, row.policy_version) for row in rows] == [
        (case.sealed.memo.case, "works", "company-whistleblowing", "1")
    ]
    assert events == 1


def test_the_same_report_again_changes_nothing(edge: Edge) -> None:
    """A submission that is sent again is answered 200 and leaves one mailbox and one packet of each kind."""
    case = report(edge, "ann")
    assert [edge.submit(case).status_code for _ in range(3)] == [201, 200, 200]
    with edge.mailroom.store.read() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(table))
            for table in (MAILBOXES, OUTBOX_IDENTITY, OUTBOX_PROTECTION)
        ]
    assert counts == [1, 1, 1]


def test_duplicates_at_the_same_moment_are_one_report(edge: Edge) -> None:
    """Of eight identical submissions at once exactly one is new and none fails."""
    body = crypto.write_submission(report(edge, "ann").sealed.submission)

    def send(_: int) -> int:
        return edge.app.test_client().post("/api/submissions", data=body).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(send, range(8)))
    assert codes == [200] * 7 + [201]


def test_another_report_under_a_taken_id_is_refused(edge: Edge) -> None:
    """Another submission under the same mailbox, or under the same case id, is answered 409."""
    first, second = report(edge, "ann"), report(edge, "bob")
    edge.submit(first)
    taken = changed(second.sealed.submission, mailbox=first.sealed.submission["mailbox"])
    answer = edge.send("/api/submissions", taken)
    assert (answer.status_code, answer.json["type"]) == (409, "urn:yanlu:error:already-used")
    same_case = changed(first.sealed.submission, mailbox=second.sealed.submission["mailbox"])
    assert edge.send("/api/submissions", same_case).status_code == 409


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"v": 2}, "unsupported-version"),
        ({"suite": "guomi-1"}, "unsupported-version"),
        ({"office": crypto.b64encode(bytes(16))}, "foreign-office"),
        ({"entity": "nobody"}, "unknown-policy"),
        ({"policy": "nothing"}, "unknown-policy"),
        ({"extra": 1}, "malformed"),
        ({"urgent": "yes"}, "malformed"),
        ({"policy_version": "1\0"}, "malformed"),
        ({"case": crypto.b64encode(bytes(16))}, "malformed"),
        ({"blobs": [{"blob": crypto.b64encode(bytes(16)), "size": 65535, "parts": ["A" * 43]}]}, "malformed"),
        ({"blobs": [{"blob": crypto.b64encode(bytes(16)), "size": 3 * 65536, "parts": ["A" * 43]}]}, "malformed"),
        (
            {"blobs": [{"blob": crypto.b64encode(bytes(16)), "size": 2**23 + 1, "parts": ["A" * 43] * 2}]},
            "malformed",
        ),
        ({"blobs": [{"blob": crypto.b64encode(bytes(16)), "size": 65536, "parts": ["A" * 43]}]}, "parts-missing"),
    ],
)
def test_each_wrong_field_has_its_answer(edge: Edge, changes: dict[str, Any], code: str) -> None:
    """A submission that is wrong in one field is refused with that problem, in both languages, and not stored."""
    body = changed(report(edge, "ann").sealed.submission, **changes)
    texts = set[str]()
    for language in ("zh-CN,zh;q=0.9", "en-GB"):
        answer = edge.client.post("/api/submissions", data=body, headers={"Accept-Language": language})
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert answer.json["type"] == f"urn:yanlu:error:{code}"
        assert answer.json["status"] == answer.status_code
        texts.add(answer.json["title"])
    assert len(texts) == 2
    with edge.mailroom.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(MAILBOXES)) == 0


@pytest.mark.parametrize("part", ["item", "memo"])
def test_plaintext_is_refused_and_never_repeated(edge: Edge, part: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A body that is not an envelope is refused as not sealed; neither answer nor log repeats a word of it."""
    submission = report(edge, "ann").sealed.submission
    inner: Any = submission[part]
    plain = crypto.b64encode(SECRET.encode() * 200)
    answer = edge.send("/api/submissions", changed(submission, **{part: {**inner, "body": plain}}))
    assert (answer.status_code, answer.json["type"]) == (422, "urn:yanlu:error:not-sealed")
    said = answer.get_data(as_text=True) + "".join(capfd.readouterr())
    assert not any(word in said for word in (SECRET, plain[:40]))


def test_an_envelope_of_an_unpadded_length_is_refused(edge: Edge) -> None:
    """Plaintext behind a genuine age header has another length than padding gives, and is refused."""
    submission = report(edge, "ann").sealed.submission
    item: Any = submission["item"]
    body = crypto.b64decode(item["body"]) + SECRET.encode()
    answer = edge.send("/api/submissions", changed(submission, item={**item, "body": crypto.b64encode(body)}))
    assert answer.json["type"] == "urn:yanlu:error:not-sealed"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"v":1,"v":1}', b"\xff\xfe", b"[" * 900, b"1e5"])
def test_what_is_no_submission_is_refused_calmly(edge: Edge, body: bytes) -> None:
    """Malformed JSON of every kind is answered 422 on every call that takes JSON."""
    for method, path in (
        ("POST", "/api/submissions"),
        ("POST", "/api/posts"),
        ("POST", "/api/poll"),
        ("POST", "/api/blob"),
        ("PUT", "/api/drafts"),
    ):
        assert edge.send(path, body, method).status_code == 422


def test_a_body_beyond_its_limit_is_refused(edge: Edge) -> None:
    """A body that is larger than its call allows is answered 413 in words."""
    for path, size in (("/api/submissions", 2**20 + 1), ("/api/poll", 1025)):
        answer = edge.send(path, b"x" * size)
        assert (answer.status_code, answer.json["type"]) == (413, "urn:yanlu:error:too-large")
