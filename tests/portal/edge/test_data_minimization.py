"""Without nginx in front a face still forgets who called: while a body is on its way, and after the call."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import create_connection

import httpx
import pytest

from portal.edge import data_minimization
from portal.edge.data_minimization import ALLOWED_HEADERS, OVERWRITING
from portal.settings import as_variables, read_settings
from tests.support.offices.sample_office import found_sample
from tests.support.privacy.canary_search import in_memory
from tests.support.servers.ports import LOOPBACK, free_ports, wait_for_port
from tests.support.stores.backends import ready_embedded_stores

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "127.77.66.45"
CALLERS = {
    "browser": "CanaryAgent/8842-Kq",
    "address": ADDRESS,
    "forwarded address": "203.0.113.144",
    "referrer": "https://intranet.canary-3391.example/",
}
TOKEN = {"token": "CanaryToken7719CanaryToken7719CanaryToken7719"}
HEADS = {
    "User-Agent": CALLERS["browser"],
    "X-Forwarded-For": CALLERS["forwarded address"],
    "Referer": CALLERS["referrer"],
}
# gunicorn lets go of a silent line after five seconds, with the address it came from.
KEPT_SECONDS = 5


@dataclass
class Face:
    """Intake as `yanlu serve` runs it on a port."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://{LOOPBACK}:{self.port}"


@contextmanager
def served(tmp_path: Path, prepared: Path, **more: str) -> Generator[Face]:
    """Intake of a sample office, with more variables."""
    stores = ready_embedded_stores(tmp_path, prepared)
    settings = read_settings({**stores.variables(), "YANLU_DATA": str(tmp_path / "data")})
    settings.data.mkdir()
    found_sample(settings.office, datetime.now(UTC).date())
    (port,) = free_ports(1)
    variables = {**as_variables(settings), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **more}
    words = [sys.executable, "-m", "portal.cli", "serve", "intake", "--bind", f"{LOOPBACK}:{port}"]
    process = subprocess.Popen(words, env=variables, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, 60)
        yield Face(port, process.pid)
    finally:
        process.terminate()
        process.wait(60)


def call(face: Face) -> None:
    """Calls of every kind from an address of their own, with whatever a browser and proxies say."""
    transport = httpx.HTTPTransport(local_address=ADDRESS)
    with httpx.Client(transport=transport, headers=HEADS, base_url=face.url, timeout=60) as client:
        for _ in range(10):
            assert client.get("/zh/").status_code == 200
            assert client.get("/no/such/page").status_code == 404
            assert client.post("/api/poll", content=f'{{"v":1,"token":"{TOKEN["token"]}"}}').status_code == 422
            assert client.put("/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/1", content=b"x").status_code == 422


def quiet(face: Face) -> None:
    """Returns when the lines of the calls above are closed, and others have come since."""
    time.sleep(KEPT_SECONDS + 1)
    with httpx.Client(base_url=face.url, timeout=60) as client:
        for _ in range(3):
            assert client.get("/zh/").status_code == 200


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Face]:
    """Intake as it is by itself."""
    with served(tmp_path_factory.mktemp("forgetting"), prepared) as face:
        yield face


def test_nothing_of_who_called_stays_in_memory(face: Face) -> None:
    """Neither address, browser, forwarded address, referrer nor the token that was sent beside them."""
    call(face)
    quiet(face)
    assert in_memory([face.pid], CALLERS | TOKEN) == []


def test_while_a_body_is_on_its_way_its_heads_are_gone(face: Face) -> None:
    """A half-sent call has no browser, referrer or forwarded address in memory beside what it sends."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in HEADS.items())
    head = f"POST /api/submissions HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: 1000\r\n\r\n"
    with create_connection((LOOPBACK, face.port)) as line:
        line.sendall(head.encode() + b'{"v":1,"canary":"' + TOKEN["token"].encode())
        until = time.monotonic() + 30
        while not in_memory([face.pid], TOKEN) and time.monotonic() < until:
            time.sleep(0.1)
        assert in_memory([face.pid], TOKEN) != []
        assert in_memory([face.pid], {name: word for name, word in CALLERS.items() if name != "address"}) == []


def test_without_it_the_search_finds_them(tmp_path: Path, prepared: Path) -> None:
    """With the ordinary heap, as an operator may choose it, freed memory keeps who called."""
    with served(tmp_path, prepared, PYTHONMALLOC="pymalloc") as face:
        call(face)
        quiet(face)
        assert in_memory([face.pid], CALLERS | TOKEN) != []


def test_only_a_face_on_a_port_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind nginx nothing changes; nor where somebody chose the heap, or where the C library could not do it."""
    monkeypatch.delenv("PYTHONMALLOC", raising=False)
    assert data_minimization.needs_memory_overwriting("127.0.0.1:8000")
    assert not data_minimization.needs_memory_overwriting("unix:/run/yanlu/intake.sock")
    for name, value in OVERWRITING.items():
        monkeypatch.setenv(name, value)
    assert not data_minimization.needs_memory_overwriting("127.0.0.1:8000")
    monkeypatch.delenv("PYTHONMALLOC")
    monkeypatch.setattr(data_minimization, "GLIBC", "no such library")
    assert not data_minimization.needs_memory_overwriting("127.0.0.1:8000")


def test_whatever_nginx_hands_on_is_kept() -> None:
    """No head that the shipped files let through is dropped by a face."""
    for name in ("intake", "desk"):
        text = (ROOT / f"deploy/nginx/{name}.conf").read_text("utf-8")
        handed = {found.upper() for found in re.findall(r"^proxy_set_header (\S+) ", text, re.MULTILINE)}
        assert handed <= ALLOWED_HEADERS
