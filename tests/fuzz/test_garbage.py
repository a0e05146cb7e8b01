"""Raw garbage at the sockets of both faces: no crash, no fault, and not a word of it in the log."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fuzz.dice import Dice
from tests.fuzz.mutate import change_bytes
from tests.support.offices.edge import open_edge
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

pytestmark = pytest.mark.slow
CANARY = b"canary-word-77"
POST = b"POST /api/poll HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LINES = (
    b"\r\n\r\n",
    b"\0\1\2\3" + CANARY,
    b"GET\r\n\r\n",
    b"GET  / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"get / HTTP/1.1\r\n\r\n",
    b"GET /" + CANARY + b"\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + CANARY * 400 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT " + CANARY + b":443 HTTP/1.1\r\n\r\n",
    b"GET http://" + CANARY + b"/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%00%ff%2e%2e/" + CANARY + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/1.1\r\nHost: " + CANARY * 900 + b"\r\n\r\n",
    b"GET /?" + b"a=1&" * 400 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"GET //" + CANARY + b"//%2f HTTP/1.1\r\nHost: x\r\n\r\n",
)
HEADERS = (
    b"X: 1\r\n" * 300,
    b"X: " + b"a" * 20000 + b"\r\n",
    CANARY + b"\r\n",
    b"X : " + CANARY + b"\r\n",
    b"X: 1\r\n folded " + CANARY + b"\r\n",
    b"Content-Length: 5\r\nContent-Length: 6\r\n",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: " + CANARY + b"\r\n",
    b"Content-Length: " + b"9" * 40 + b"\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Transfer-Encoding: " + CANARY + b"\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Expect: 100-continue\r\nContent-Length: 3\r\n",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
    b"Accept-Language: " + b"zh;q=0.1," * 700 + b"\r\n",
    b"Accept-Language: \xff\xfe;q=x\r\n",
    b"Cookie: yanlu_desk=\xff" + CANARY + b"\r\n",
    b"Range: bytes=0-1,5-,-9\r\n",
    b"X-Part-Hash: " + CANARY + b"\r\n",
    b"Accept-Encoding: gzip;q=nan\r\n",
    b"X\0Y: 1\r\n",
    b"X: a\0b\r\n",
    b"Content-Type: \xe4\r\n",
)
BODIES = (
    CHUNKED + CANARY + b"\r\n\r\n",
    CHUNKED + b"ffffffffffffffff\r\n" + CANARY,
    CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n",
    CHUNKED + b"5;" + b"x" * 9000 + b"\r\nabcde\r\n0\r\n\r\n",
    CHUNKED + b"5\r\nabcdefgh\r\n0\r\n\r\n",
    CHUNKED + b"0\r\n" + CANARY * 900 + b"\r\n\r\n",
    CHUNKED + b"3\r\nabc",
    CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n",
    POST + b"Content-Length: 500\r\n\r\n" + CANARY,
    POST + b"Content-Length: 3\r\n\r\n" + CANARY * 100,
    POST + b"\r\n" + CANARY,
)


def raw_requests() -> Iterator[bytes]:
    """Every kind of malformed request, with a word in it that must not be written down."""
    yield from LINES
    for header in HEADERS:
        yield POST + header + b"\r\n"
        yield b"GET / HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n"
    yield from BODIES


def statuses(address: str, raw: bytes, pause: float = 0) -> list[int]:
    """Sends raw bytes, closes the sending side, and gives the statuses that were answered."""
    host, port = address.removeprefix("http://").split(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=30) as line, contextlib.suppress(ConnectionError):
        line.sendall(raw[:20])
        time.sleep(pause)
        line.sendall(raw[20:])
        line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65536):
            answer += piece
    heads = [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]
    return [int(head) for head in heads if head.isdigit()]


@pytest.fixture(scope="module", params=["intake", "desk"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A live face and the file with all that it says."""
    folder = tmp_path_factory.mktemp("served")
    edge = open_edge(embedded_stores(folder), folder)
    edge.close()
    log = folder / "said.log"
    with live_intake(edge.settings, log=log, face=request.param) as address:
        yield address, log


def test_garbage_crashes_nothing_and_is_not_written_down(served: tuple[str, Path]) -> None:
    """Malformed lines, huge headers, lies of lengths and chunks are refused or cut off, and the log stays empty."""
    address, log = served
    requests = list(raw_requests())
    whole = POST + b"Content-Type: application/json\r\nContent-Length: 60\r\n\r\n" + CANARY.ljust(60, b"x")
    requests += [change_bytes(Dice(f"garbage/{number}"), whole) for number in range(150)]
    # 501 is right for a transfer coding that nobody knows.
    faults = [
        raw[:120] for raw in requests if any(status >= 500 and status != 501 for status in statuses(address, raw))
    ]
    assert faults == []
    assert httpx.get(f"{address}/healthz").status_code == 204
    assert log.read_bytes() == b""


def test_slow_senders_do_not_stop_the_others(served: tuple[str, Path]) -> None:
    """While ten senders hold back the rest of their request, others are answered; then all ten get an answer."""
    address, log = served
    host, port = address.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port)), timeout=30) for _ in range(10)]
    for at, line in enumerate(slow):
        line.sendall(POST + b"Content-Length: 4\r\n\r\n12" if at % 2 else POST[:30])
    assert [httpx.get(f"{address}/healthz").status_code for _ in range(5)] == [204] * 5
    for at, line in enumerate(slow):
        line.sendall(b"34" if at % 2 else POST[30:] + b"Content-Length: 0\r\n\r\n")
        assert line.recv(100)[:10] == b"HTTP/1.1 4"
        line.close()
    assert log.read_bytes() == b""
