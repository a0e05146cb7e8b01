"""Intake behind gunicorn: what only a real server shows."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import crypto
from crypto.sealing.attachment_shape import PART_SIZE
from portal.edge.serving import MAX_CLOSING
from tests.crypto.sample import Case
from tests.support.offices.edge import Edge, open_edge, report
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

CANARY = "canary-198.51.100.77"


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    """An edge on SQLite."""
    opened = open_edge(embedded_stores(tmp_path), tmp_path)
    yield opened
    opened.close()


def test_no_answer_names_the_server_or_sets_a_cookie(edge: Edge) -> None:
    """A live answer has neither Server header nor cookie nor validator, also when it refuses."""
    with live_intake(edge.settings) as address:
        for path in ("/", "/zh/", "/nothing", "/office/office.json", "/healthz"):
            names = {name.lower() for name in httpx.get(address + path).headers}
            assert not names & {"server", "set-cookie", "etag", "last-modified", "x-powered-by"}
            assert "content-security-policy" in names


def test_nothing_of_a_visitor_is_written_anywhere(edge: Edge, tmp_path: Path) -> None:
    """User agent, forwarded address and referrer of a report, a refusal and a fault are in no file and no log."""
    case = report(edge, "ann")
    log = tmp_path / "intake.log"
    headers = {"User-Agent": CANARY, "X-Forwarded-For": CANARY, "Referer": f"http://{CANARY}/", "Cookie": f"a={CANARY}"}
    with live_intake(edge.settings, log=log) as address, httpx.Client(base_url=address, headers=headers) as client:
        assert (
            client.post("/api/submissions", content=crypto.write_submission(case.sealed.submission)).status_code == 201
        )
        assert client.post("/api/submissions", content=CANARY.encode()).status_code == 422
        assert client.get(f"/{CANARY}").status_code == 404
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 8
    assert not [path for path in written if CANARY.encode() in path.read_bytes()]


def test_two_processes_take_the_same_reports_once(edge: Edge) -> None:
    """Sixteen clients that send four reports at once to two processes get one 201 for each, and no failure."""
    cases = [report(edge, name) for name in ("ann", "bob", "cai", "dai")]
    with live_intake(edge.settings, workers=2) as address:

        def send(case: Case) -> int:
            return httpx.post(
                f"{address}/api/submissions", content=crypto.write_submission(case.sealed.submission), timeout=60
            ).status_code

        with ThreadPoolExecutor(16) as pool:
            codes = sorted(pool.map(send, cases * 4))
    assert codes == [200] * 12 + [201] * 4


def test_a_refused_upload_is_answered_after_its_body(edge: Edge) -> None:
    """A part that is refused for its header, number or size still gets its answer, and the connection lives on."""
    part = os.urandom(PART_SIZE)
    digest = crypto.b64encode(hashlib.sha256(part).digest())
    blob = crypto.b64encode(os.urandom(16))
    with live_intake(edge.settings) as address, httpx.Client(base_url=address, timeout=60) as client:
        for path, content, announced in (
            (f"/api/blobs/{blob}/parts/0", part, digest),
            (f"/api/blobs/{blob}/parts/1", part, "nonsense"),
            (f"/api/blobs/{blob}/parts/x", part, digest),
            (f"/api/blobs/{blob}/parts/1", part + part[:4096], digest),
        ):
            answer = client.put(path, content=content, headers={"X-Part-Hash": announced})
            assert answer.status_code in {404, 413, 422}
            assert answer.headers["Content-Type"] == "application/problem+json"
        assert (
            client.put(f"/api/blobs/{blob}/parts/1", content=part, headers={"X-Part-Hash": digest}).status_code == 204
        )


def test_a_dropped_connection_leaves_nothing_and_harms_nobody(edge: Edge) -> None:
    """An upload that breaks off in the middle leaves no part, and the same part is then taken whole."""
    import socket

    part = os.urandom(100000)
    digest = crypto.b64encode(hashlib.sha256(part).digest())
    path = f"/api/blobs/{crypto.b64encode(os.urandom(16))}/parts/1"
    with live_intake(edge.settings) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            head = f"PUT {path} HTTP/1.1\r\nHost: x\r\nX-Part-Hash: {digest}\r\nContent-Length: {len(part)}\r\n\r\n"
            line.sendall(head.encode() + part[:50000])
        listed = httpx.get(address + path.rsplit("/parts", 1)[0]).json()
        assert listed == {"parts": []}
        assert httpx.put(address + path, content=part, headers={"X-Part-Hash": digest}).status_code == 204


def test_callers_who_stay_on_the_line_after_their_answer_hold_up_nobody(edge: Edge) -> None:
    """Each says that it hangs up and does not: gunicorn alone would wait two seconds for each before others."""
    with ExitStack() as closing, live_intake(edge.settings) as address:
        place = urlsplit(address)
        lines: list[socket.socket] = []
        for _ in range(MAX_CLOSING + 16):
            line = socket.create_connection((place.hostname, place.port), timeout=30)
            lines.append(closing.enter_context(line))
            line.sendall(b"GET /zh/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert httpx.get(f"{address}/zh/", timeout=30).status_code == 200
        # Everybody has been answered, also those for whom nobody waits.
        assert [line.recv(12) for line in lines] == [b"HTTP/1.1 200"] * len(lines)
