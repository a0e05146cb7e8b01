"""One client that does its worst from one address.

`python -m tests.support.attacks.denial_of_service PORT CERTIFICATE ADDRESS` runs it.

It opens what it can, ends nothing that it begins, floods what is cheap to ask, and does no proof of work. The address
is its own, so that anyone who calls from another one is somebody else. It goes on until its standard input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import crypto
from crypto.reporter.lengths import LONGEST_SUBMISSION
from tests.support.servers.nginx_site import Site
from tests.support.servers.ports import LOOPBACK

ROOT = Path(__file__).resolve().parents[3]
MIB = 1024 * 1024
# How many lines of each kind it keeps.
SLOW, FLOODING = 60, 8
DRIP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Deed:
    """A call of the attacker's: its face, method and path, how long it says to be, and what it sends at once."""

    face: str
    path: str
    length: int
    sent: int
    method: str = "POST"

    def head(self) -> bytes:
        """Everything before the body."""
        lines = (
            f"{self.method} {self.path} HTTP/1.1",
            f"Host: {self.face}.localhost",
            f"Content-Length: {self.length}",
        )
        return "\r\n".join((*lines, "Content-Type: application/json", "X-Yanlu-Desk: 1", "", "")).encode()


PART = f"/api/blobs/{'A' * 22}/parts/1"
HALVES = (
    Deed("report", "/api/poll", 1000, 1),
    Deed("report", "/api/poll", 8 * MIB, 0),
    Deed("report", "/api/submissions", LONGEST_SUBMISSION, LONGEST_SUBMISSION - 100_000),
    Deed("report", PART, 8 * MIB, 8 * MIB - 100_000, "PUT"),
    Deed("report", PART, 8 * MIB, 0, "GET"),
    Deed("report", "/api/bundles", MIB, 8),
    Deed("desk", "/api/session", 60_000, 1),
    Deed("desk", "/api/cases", MIB, MIB - 100_000),
)


def _sign_in() -> dict[str, object]:
    return {"member": "investigator-a", "secret": crypto.b64encode(os.urandom(32)), "totp": "123456"}


PATHS = {
    "poll": ("report", "/api/poll", lambda: {"v": 1, "token": crypto.b64encode(os.urandom(32)), "from": 0}),
    "submission": ("report", "/api/submissions", lambda: {"v": 1, "junk": os.urandom(1000).hex()}),
    "session": ("desk", "/api/session", _sign_in),
    "session with a slash": ("desk", "/api/session/", _sign_in),
}


class Attacker:
    """Everything that it keeps going; `codes` is how often each status came to its floods."""

    def __init__(self, port: int, certificate: str, address: str) -> None:
        self._port = port
        self._trusted = ssl.create_default_context(cafile=certificate)
        self._address = address
        self.codes: Counter[str] = Counter()

    async def line(self, face: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A line to a face from the attacker's address."""
        return await asyncio.open_connection(
            LOOPBACK, self._port, ssl=self._trusted, server_hostname=f"{face}.localhost", local_addr=(self._address, 0)
        )

    async def begin_and_drip(self, deed: Deed) -> None:
        """Half a call, then a byte now and then; begun again whenever the line is cut."""
        while True:
            with contextlib.suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError):
                _, writer = await self.line(deed.face)
                writer.write(deed.head() + bytes(deed.sent))
                while True:
                    await writer.drain()
                    await asyncio.sleep(DRIP_SECONDS)
                    writer.write(b" ")
            await asyncio.sleep(0.5)

    async def flood(self, face: str, path: str, body: Callable[[], object]) -> None:
        """Whole calls, as fast as they are answered."""
        while True:
            with contextlib.suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError):
                reader, writer = await self.line(face)
                while await self._ask(reader, writer, face, path, json.dumps(body()).encode()):
                    continue
                writer.close()
            await asyncio.sleep(0.01)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, face: str, path: str, content: bytes
    ) -> bool:
        """One call; whether the line may take another."""
        writer.write(Deed(face, path, len(content), 0).head() + content)
        head = await reader.readuntil(b"\r\n\r\n")
        self.codes[f"{path} {head[9:12].decode()}"] += 1
        lengths = [row for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
        if lengths:
            await reader.readexactly(int(lengths[0].split(b":")[1]))
        return bool(lengths)

    async def read_nothing(self) -> None:
        """Asks for the largest page unpacked, over and over on one line, and takes none of it."""
        while True:
            with contextlib.suppress(OSError, ssl.SSLError):
                _, writer = await self.line("report")
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                ask = b"GET /office/en/yanlu-report.html HTTP/1.1\r\nHost: report.localhost\r\n\r\n"
                writer.write(ask * 8)
                await asyncio.sleep(30)
            await asyncio.sleep(0.5)

    async def work(self) -> None:
        """All of it at once, until nobody holds our input any more."""
        deeds = [self.begin_and_drip(deed) for deed in HALVES for _ in range(SLOW)]
        deeds += [self.flood(*given) for given in PATHS.values() for _ in range(FLOODING)]
        deeds += [self.read_nothing() for _ in range(SLOW)]
        running = [asyncio.create_task(deed) for deed in deeds]
        await asyncio.to_thread(sys.stdin.read)
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@dataclass
class AttackingClient:
    """An attack under way in a process of its own."""

    process: subprocess.Popen[str]

    def end(self) -> dict[str, int]:
        """Ends it; how often each status came to its floods."""
        out, _ = self.process.communicate()
        assert self.process.returncode == 0
        return json.loads(out)


@contextmanager
def under_attack(site: Site, address: str) -> Generator[AttackingClient]:
    """The attack goes on meanwhile, at a low priority: in life the attacker has a processor of its own."""
    words = [str(site.port), str(site.certificate), address]
    command = ["nice", "-n", "5", sys.executable, "-m", "tests.support.attacks.denial_of_service", *words]
    process = subprocess.Popen(
        command,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield AttackingClient(process)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    attacker = Attacker(int(sys.argv[1]), sys.argv[2], sys.argv[3])
    asyncio.run(attacker.work())
    sys.stdout.write(json.dumps(attacker.codes))
