"""Clients that load a server at the least cost to themselves.

`python -m tests.support.measuring.load_generator < plan.json` runs them.

A process of its own, one thread and one kept-alive connection for each client, prepared bytes in and out.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

import crypto
from crypto.framing import sha256

ROOT = Path(__file__).resolve().parents[3]
MAILBOX, CASE, TOKEN, BLOB = "@MAILBOX@", "@CASE@", "@TOKEN@", "@BLOB@"


@dataclass(frozen=True)
class Ask:
    """One call of a visit. Places such as `@CASE@` in path and body are filled again for each visit."""

    method: str
    path: str
    body: str = ""
    expected: int = 200
    # A part of an attachment: the file that holds it, sent as it is, and the hash that announces it.
    file: str = ""
    announced: str = ""

    def prepared(self) -> tuple[bytes, bytes]:
        """What has its places still open, and what follows it as it is."""
        sent = Path(self.file).read_bytes() if self.file else b""
        kind = "application/octet-stream" if self.file else "application/json"
        size = len(sent) or len(filled(self.body.encode(), visitor()))
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n"
        head += f"X-Part-Hash: {self.announced}\r\n" if self.announced else ""
        return f"{head}\r\n{self.body}".encode(), sent


def visitor() -> dict[str, str]:
    """Ids of a reporter whom nobody knows yet."""
    token = os.urandom(32)
    drawn = {CASE: os.urandom(16), BLOB: os.urandom(16), TOKEN: token, MAILBOX: sha256(token)}
    return {place: crypto.b64encode(found) for place, found in drawn.items()}


def filled(request: bytes, ids: dict[str, str]) -> bytes:
    """A prepared request with its places filled."""
    for place, found in ids.items():
        request = request.replace(place.encode(), found.encode())
    return request


class Line:
    """One connection to the server."""

    def __init__(self, address: str) -> None:
        place = urlsplit(address)
        assert place.hostname
        self._socket = socket.create_connection((place.hostname, place.port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = memoryview(bytearray(1024 * 1024))

    def call(self, request: bytes, sent: bytes = b"") -> int:
        """Sends one request and reads its answer to the end; gives the status, 0 for a line that broke."""
        self._socket.sendall(request)
        self._socket.sendall(sent)
        size = end = 0
        while not end:
            got = self._socket.recv_into(self._buffer[size:])
            if not got:
                return 0
            size += got
            end = bytes(self._buffer[:size]).find(b"\r\n\r\n")
            end = 0 if end < 0 else end + 4
        head = bytes(self._buffer[:end]).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r")[0] or 0)
        while size < end + length:
            size += self._socket.recv_into(self._buffer[size:])
        return int(head[9:12])

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()


@dataclass(frozen=True)
class Loaded:
    """What a load found: seconds of all and of each visit, failed visits, CPU seconds of the clients."""

    seconds: float
    took: list[float]
    failed: int
    own_cpu: float

    @property
    def rate(self) -> float:
        """Visits a second."""
        return len(self.took) / self.seconds

    def percentile(self, of_hundred: int) -> float:
        """Milliseconds within which that many of a hundred visits ended."""
        return quantiles(self.took, n=100)[of_hundred - 1] * 1000


Prepared = list[tuple[tuple[bytes, bytes], int]]


def _visits(address: str, prepared: Prepared, count: int) -> tuple[list[float], int]:
    line = Line(address)
    took: list[float] = []
    failed = 0
    for _ in range(count):
        ids = visitor()
        calls = [(filled(open_, ids), sent, expected) for (open_, sent), expected in prepared]
        began = time.perf_counter()
        whole = all(line.call(request, sent) == expected for request, sent, expected in calls)
        took.append(time.perf_counter() - began)
        failed += not whole
    line.close()
    return took, failed


def _load(address: str, asks: list[Ask], clients: int, count: int) -> Loaded:
    prepared = [(ask.prepared(), ask.expected) for ask in asks]
    began, before = time.perf_counter(), _own_cpu()
    with ThreadPoolExecutor(clients) as pool:
        shares = [count // clients] * clients
        found = list(pool.map(lambda share: _visits(address, prepared, share), shares))
    seconds = time.perf_counter() - began
    took = [one for mine, _ in found for one in mine]
    return Loaded(seconds, took, sum(failed for _, failed in found), _own_cpu() - before)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def load(address: str, asks: list[Ask], clients: int, count: int) -> Loaded:
    """Has so many clients share `count` visits, each a sequence of calls, in a process of their own."""
    plan = json.dumps({"address": address, "asks": [asdict(ask) for ask in asks], "clients": clients, "count": count})
    command = [sys.executable, "-m", "tests.support.measuring.load_generator"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, input=plan, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Loaded(**json.loads(done.stdout))


if __name__ == "__main__":
    given: dict[str, Any] = json.load(sys.stdin)
    asked = [Ask(**one) for one in given["asks"]]
    sys.stdout.write(json.dumps(asdict(_load(given["address"], asked, given["clients"], given["count"]))))
