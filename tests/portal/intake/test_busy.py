"""A busy intake asks everybody alike for work, before it reads what was sent, and remembers nobody."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

import crypto
from crypto.reporter.work import LEAST_BITS
from portal.edge.load_limiter import Allowance, LoadLimiter, Randomization, random_weights
from portal.intake import proof_of_work_price
from portal.intake.proof_of_work_price import FREE_DRAFTS, FREE_REPORTS, RECOUNT_SECONDS, bits_for
from portal.mailroom.tables import GRANTS, MAILBOXES
from portal.wiring.intake import build_intake
from tests.crypto.sample import Case, Drawn
from tests.portal.edge.test_load_limiter import Seconds
from tests.support.offices.edge import Edge, report, sealed_parts
from tests.support.samples.padded_json import as_sent

ALWAYS = Allowance(burst=0, refill=0, step=1e9)
WORK = "Yanlu-Work"


class Busy:
    """An intake with a gate of its own, and a client that can do the work."""

    def __init__(self, edge: Edge, allowance: Allowance, chance: Randomization | None = None) -> None:
        self.seconds = Seconds()
        self.gate = LoadLimiter(allowance, self.seconds, randomization=chance)
        self.app = build_intake(edge.settings, edge.hands, self.gate)
        self.client: FlaskClient = self.app.test_client()
        self.hands = edge.hands

    def rng(self, size: int) -> bytes:
        """Randomness for searches."""
        return os.urandom(size)

    def proof(self, route: str, subject: bytes, **change: int) -> str:
        """A proof of what is asked now, less the changes."""
        window = crypto.window_at(int(self.hands().timestamp()))
        asked = crypto.WorkAsked(change.get("bits", LEAST_BITS), window + change.get("astray", 0))
        return crypto.do_work(asked, route, subject, self.rng).text

    def send(self, method: str, path: str, content: bytes, proof: str | None = None, **headers: str) -> Any:
        """One call, with a proof or without."""
        shown = {WORK: proof} if proof is not None else {}
        return self.client.open(path, method=method, data=content, headers=shown | headers, buffered=True)

    def close(self) -> None:
        """Gives the connections back."""
        room = self.app.extensions["yanlu_mailroom"]
        room.store.engine.dispose()
        room.erasure.store.engine.dispose()


OpenBusy = Callable[..., Busy]


@pytest.fixture
def open_busy(edge: Edge) -> Iterator[OpenBusy]:
    """Opens busy intakes on the edge's stores."""
    opened: list[Busy] = []

    def make(allowance: Allowance = ALWAYS, chance: Randomization | None = None) -> Busy:
        opened.append(Busy(edge, allowance, chance))
        return opened[-1]

    yield make
    for busy in opened:
        busy.close()


def bundle_of(case: Case) -> tuple[bytes, bytes]:
    """A sealed bundle and its head, to which its proof is bound."""
    sink = io.BytesIO()
    crypto.write_bundle(case.sealed.submission, [], sink)
    return sink.getvalue(), sink.getvalue()


def calls(edge: Edge) -> list[tuple[str, str, bytes, bytes, dict[str, str], int]]:
    """Every costly call of a reporter: method, path, body, what its proof is bound to, headers, status when taken."""
    case, other = report(edge, "ann"), report(edge, "bob")
    token = crypto.b64encode(case.keys.mailbox_token)
    draft = crypto.seal_draft(other.keys, 1, {"text": "x"}, Drawn("draft"))
    post, _ = crypto.seal_receipt_confirmed(case.keys, case.standing, Drawn("kept"))
    attachment, parts = sealed_parts(b"picture", [edge.office.recovery.recipient], Drawn("f"))
    digest = hashlib.sha256(parts[0]).digest()
    bodies: list[tuple[str, str, object, int]] = [
        ("POST", "/api/submissions", case.sealed.submission, 201),
        ("POST", "/api/posts", post, 202),
        ("POST", "/api/poll", {"v": 1, "token": token, "from": 0}, 200),
        ("PUT", "/api/drafts", {"v": 1, "token": crypto.b64encode(other.keys.mailbox_token), "draft": draft}, 202),
        ("POST", "/api/blob", {"v": 1, "token": token, "blob": crypto.b64encode(bytes(16)), "part": 0}, 404),
    ]
    found = [
        (method, path, content := as_sent(path, body), hashlib.sha256(content).digest(), {}, status)
        for method, path, body, status in bodies
    ]
    place = f"/api/blobs/{crypto.b64encode(attachment.blob)}/parts/0"
    found.append(("PUT", place, parts[0], digest, {"X-Part-Hash": crypto.b64encode(digest)}, 204))
    whole, head = bundle_of(report(edge, "cai"))
    found.append(("POST", "/api/bundles", whole, hashlib.sha256(head).digest(), {}, 201))
    return found


def test_every_costly_call_is_refused_without_work_and_taken_with_it(edge: Edge, open_busy: OpenBusy) -> None:
    """Each way in asks in the same words, takes the proof that is bound to it, and takes no proof twice."""
    busy = open_busy()
    for method, path, content, subject, headers, status in calls(edge):
        refused = busy.send(method, path, content, **headers)
        assert (refused.status_code, refused.json["type"]) == (429, "urn:yanlu:error:work-needed"), path
        window = crypto.window_at(int(busy.hands().timestamp()))
        assert refused.json["work"] == {"bits": LEAST_BITS, "window": window}
        assert refused.headers[WORK] == f"1.{window}.{LEAST_BITS}"
        proof = busy.proof(f"{method} {path}", subject)
        assert busy.send(method, path, content, proof, **headers).status_code == status, path
        assert busy.send(method, path, content, proof, **headers).status_code == 429, path


def test_the_answer_is_the_same_for_every_mailbox_and_for_nonsense(edge: Edge, open_busy: OpenBusy) -> None:
    """An existing mailbox, a missing one and garbage get the same bytes and headers, and the store is not asked."""
    case = report(edge, "ann")
    edge.submit(case)
    busy = open_busy()
    answers: list[tuple[object, ...]] = []
    for token in (case.keys.mailbox_token, bytes(32)):
        body = json.dumps({"v": 1, "token": crypto.b64encode(token), "from": 0}).encode()
        answers.append(shown(busy.send("POST", "/api/poll", body)))
    answers.append(shown(busy.send("POST", "/api/poll", os.urandom(900))))
    assert len(set(map(repr, answers))) == 1
    strict = edge.client.get("/healthz").headers
    refused = busy.send("POST", "/api/poll", b"{}").headers
    assert all(refused.get(name) == value for name, value in strict.items() if name != "Content-Type")


def shown(answer: Any) -> tuple[object, ...]:
    """All that a caller sees."""
    return answer.status_code, sorted(answer.headers), answer.data


def test_a_proof_of_something_else_is_no_proof(open_busy: OpenBusy) -> None:
    """A proof of another body, route or time, of less work, or spelled again is refused as if there were none."""
    busy = open_busy(dataclasses.replace(ALWAYS, burst=-2, step=1))
    body = json.dumps({"v": 1, "token": crypto.b64encode(bytes(32)), "from": 0}).encode()
    subject, route, asked = hashlib.sha256(body).digest(), "POST /api/poll", busy.gate.required_bits()
    assert asked == LEAST_BITS + 2
    bad = {
        "garbage": "1.2.3",
        "other body": busy.proof(route, bytes(32), bits=asked),
        "other route": busy.proof("POST /api/posts", subject, bits=asked),
        "too few bits": busy.proof(route, subject, bits=LEAST_BITS),
        "old": busy.proof(route, subject, bits=asked, astray=-2),
        "early": busy.proof(route, subject, bits=asked, astray=2),
    }
    for wrong, proof in bad.items():
        assert busy.send("POST", "/api/poll", body, proof).status_code == 429, wrong
    good = busy.proof(route, subject, bits=asked)
    head, last = good.rsplit(".", 1)
    assert busy.send("POST", "/api/poll", body, good).status_code == 200
    assert busy.send("POST", "/api/poll", body, f"{head}.{last.zfill(10)}").status_code == 429


def test_a_face_at_ease_says_nothing_of_work(edge: Edge, open_busy: OpenBusy) -> None:
    """At zero load no answer has one byte more than without a gate; under load every answer says what is asked."""
    busy = open_busy(Allowance(burst=5, refill=0, step=1e9))
    body = json.dumps({"v": 1, "token": crypto.b64encode(bytes(32)), "from": 0}).encode()
    pairs = [(edge.client.get(path), busy.client.get(path)) for path in ("/healthz", "/office/office.json", "/zh/")]
    pairs.append((edge.send("/api/poll", body), busy.send("POST", "/api/poll", body)))
    for without, with_gate in pairs:
        assert list(without.headers) == list(with_gate.headers)
    for _ in range(4):
        assert busy.send("POST", "/api/poll", body).status_code == 200
    assert WORK in busy.client.get("/office/office.json").headers
    busy.seconds.now += 1


def test_a_thousand_posts_from_one_client_cost_it_work(edge: Edge, open_busy: OpenBusy) -> None:
    """Beyond the allowance each of a thousand posts is refused until it shows work, more with each post taken."""
    busy = open_busy(Allowance(burst=30, refill=0, step=10))
    post, _ = crypto.seal_receipt_confirmed(report(edge, "ann").keys, report(edge, "ann").standing, Drawn("kept"))
    content = crypto.write_post(post)
    subject = hashlib.sha256(content).digest()
    taken = [busy.send("POST", "/api/posts", content).status_code for _ in range(1000)]
    assert taken == [202] * 30 + [429] * 970
    asked: list[int] = []
    for _ in range(30):
        bits = busy.gate.required_bits()
        asked.append(bits)
        assert (
            busy.send("POST", "/api/posts", content, busy.proof("POST /api/posts", subject, bits=bits)).status_code
            == 202
        )
    assert (asked[0], asked[-1]) == (LEAST_BITS, LEAST_BITS + 2)


def test_a_flood_leaves_no_trace_of_who_made_it(edge: Edge, open_busy: OpenBusy, tmp_path: Path) -> None:
    """After refused, proven and taken calls no row and no file holds an address, a user agent, a proof or its mark."""
    busy = open_busy(Allowance(burst=1, refill=0, step=1e9))
    canary = "canary-203.0.113.9"
    headers = {"User-Agent": canary, "X-Forwarded-For": canary}
    proofs: list[str] = []
    for name in ("ann", "bob", "cai"):
        content = crypto.write_submission(report(edge, name).sealed.submission)
        busy.send("POST", "/api/submissions", content, **headers)
        proofs.append(busy.proof("POST /api/submissions", hashlib.sha256(content).digest()))
        busy.send("POST", "/api/submissions", content, proofs[-1], **headers)
    marks = [mark for used in busy.gate._spent.values() for mark in used]
    assert len(marks) == 3
    words = [canary.encode(), *(proof.encode() for proof in proofs), *marks]
    assert not [word for word in words for content in everything(edge, tmp_path) if word in content]


def everything(edge: Edge, folder: Path) -> list[bytes]:
    """Every file, and every value of every row of intake's own stores."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for store in (edge.mailroom.store, edge.mailroom.erasure.store):
        with store.read() as connection:
            names = [table.name for table in type_tables(store)]
            rows = [row for name in names for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
        files += [bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for row in rows for v in row]
    assert len(files) > 20
    return files


def type_tables(store: Any) -> list[Any]:
    """The tables that a store has."""
    from sqlalchemy import MetaData

    found = MetaData()
    found.reflect(store.engine)
    return list(found.tables.values())


def test_many_reports_of_a_day_and_many_drafts_ask_for_work(edge: Edge, open_busy: OpenBusy) -> None:
    """Beyond what is free each doubling asks a bit more of that kind of call alone, counted every half minute."""
    busy = open_busy(Allowance())
    case = report(edge, "ann")
    content = crypto.write_submission(case.sealed.submission)
    fill(edge, FREE_REPORTS * 2, FREE_DRAFTS)
    assert busy.send("POST", "/api/poll", b"{}").status_code == 422
    busy.seconds.now += RECOUNT_SECONDS
    refused = busy.send("POST", "/api/submissions", content)
    assert (refused.status_code, refused.json["work"]["bits"]) == (429, LEAST_BITS + 1)
    assert busy.send("PUT", "/api/drafts", b"{}").json["work"]["bits"] == LEAST_BITS
    assert busy.send("POST", "/api/poll", b"{}").status_code == 422
    proof = busy.proof("POST /api/submissions", hashlib.sha256(content).digest(), bits=LEAST_BITS + 1)
    assert busy.send("POST", "/api/submissions", content, proof).status_code == 201
    assert [bits_for(count, 10) for count in (0, 9, 10, 19, 20, 40, 10**9)] == [0, 0, 8, 8, 9, 10, 14]


def test_many_posts_of_a_day_ask_for_work(edge: Edge, open_busy: OpenBusy, monkeypatch: pytest.MonkeyPatch) -> None:
    """From whatever mailbox, each doubling of what is free asks a bit more of posts alone, until the day is over."""
    monkeypatch.setattr(proof_of_work_price, "FREE_POSTS", 4)
    busy = open_busy(Allowance())
    case = report(edge, "ann")
    post, _ = crypto.seal_receipt_confirmed(case.keys, case.standing, Drawn("kept"))
    content = crypto.write_post(post)

    def sent() -> tuple[int, int]:
        answer = busy.send("POST", "/api/posts", content)
        return answer.status_code, 0 if answer.status_code == 202 else answer.json["work"]["bits"]

    assert [sent() for _ in range(8)] == [(202, 0)] * 8
    busy.seconds.now += RECOUNT_SECONDS
    assert sent() == (429, LEAST_BITS + 1)
    proof = busy.proof("POST /api/posts", hashlib.sha256(content).digest(), bits=LEAST_BITS + 1)
    assert busy.send("POST", "/api/posts", content, proof).status_code == 202
    assert busy.send("POST", "/api/poll", b"{}").status_code == 422
    busy.hands.now += timedelta(days=1)
    busy.seconds.now += RECOUNT_SECONDS
    assert sent() == (202, 0)


def test_nobody_reads_off_how_many_drafts_or_reports_of_others_there_are(edge: Edge, open_busy: OpenBusy) -> None:
    """An outsider who fills up what is free sees neither one more nor one less: each recount is a lot of its own."""
    busy = open_busy(Allowance(), random_weights(Drawn("recounts")))
    fill(edge, FREE_REPORTS - 1, FREE_DRAFTS - 1)
    for method, path in (("PUT", "/api/drafts"), ("POST", "/api/submissions")):
        seen: list[int] = []
        for _ in range(40):
            busy.seconds.now += RECOUNT_SECONDS
            seen.append(busy.send(method, path, b"{}").status_code)
        assert 10 < seen.count(429) < 30, path


def fill(edge: Edge, reports: int, drafts: int) -> None:
    """Rows as so many reports and drafts would leave them."""
    today = edge.hands().date()
    grants: list[dict[str, object]] = [
        {"grant_id": os.urandom(16), "case_id": os.urandom(16), "entity": "works", "day": today, "epoch": 0,
         "erasure_id": bytes(16), "sealed": b""}
        for _ in range(reports)
    ]  # fmt: skip
    boxes: list[dict[str, object]] = [
        {"mailbox_id": os.urandom(32), "erasure_id": bytes(16), "urgent": False, "first_seq": 1} for _ in range(drafts)
    ]
    with edge.mailroom.store.write() as tx:
        tx.execute(insert(GRANTS), grants)
        tx.execute(insert(MAILBOXES), boxes)
