"""One client that floods an intake over many connections and does no work.

`python -m tests.support.attacks.connection_flood …` runs it.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import crypto

ROOT = Path(__file__).resolve().parents[3]
CONNECTIONS = 16
PART_BYTES = 64 * 1024
MAILBOX, CASE = "@MAILBOX@", "@CASE@"


def template_of(submission: dict[str, object]) -> str:
    """A submission with open places for its ids: filled in, it is junk that only its reader can tell from a report."""
    item = submission["item"]
    assert isinstance(item, dict)
    open_places = submission | {"mailbox": MAILBOX, "case": CASE, "item": item | {"case": CASE}}
    return json.dumps(open_places, separators=(",", ":"))


def wrong_receipt(_template: str) -> tuple[str, bytes]:
    """A poll with a token that nobody has."""
    body = {"v": 1, "token": crypto.b64encode(os.urandom(32)), "from": 0}
    return "/api/poll", json.dumps(body).encode()


def junk(template: str) -> tuple[str, bytes]:
    """A submission of the right shape, under ids of its own."""
    filled = template.replace(MAILBOX, crypto.b64encode(os.urandom(32)))
    filled = filled.replace(CASE, crypto.b64encode(os.urandom(16)))
    return "/api/submissions", filled.encode().ljust(crypto.SUBMISSION_SIZES[0])


def garbage(_template: str) -> tuple[str, bytes]:
    """Random bytes in a submission's place."""
    return "/api/submissions", os.urandom(2000)


def part(_template: str) -> tuple[str, bytes]:
    """A part of an attachment that no report will name."""
    return f"/api/blobs/{crypto.b64encode(os.urandom(16))}/parts/1", os.urandom(PART_BYTES)


KINDS = {"receipts": (wrong_receipt,), "submissions": (junk, garbage), "parts": (part,)}


def _request(path: str, body: bytes) -> bytes:
    method, more = "POST", "Content-Type: application/json\r\n"
    if path.startswith("/api/blobs/"):
        method, more = "PUT", f"X-Part-Hash: {crypto.b64encode(hashlib.sha256(body).digest())}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _answer(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    # A 204 has none.
    await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
    return head[9:12].decode()


async def flood(address: str, kind: str, count: int, template: str) -> Counter[str]:
    """Sends so many calls as fast as they are answered; gives how often each status came."""
    place = urlsplit(address)
    makers = itertools.cycle(KINDS[kind])
    left = iter(range(count))
    codes: Counter[str] = Counter()

    async def line() -> None:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        for _ in left:
            writer.write(_request(*next(makers)(template)))
            codes[await _answer(reader)] += 1
        writer.close()

    await asyncio.gather(*(line() for _ in range(CONNECTIONS)))
    return codes


@dataclass
class Flood:
    """A flood under way in a process of its own."""

    process: subprocess.Popen[str]

    @property
    def running(self) -> bool:
        """Whether it still goes on."""
        return self.process.poll() is None

    def codes(self) -> dict[str, int]:
        """Waits for its end; how often each status came."""
        out, _ = self.process.communicate()
        assert self.process.returncode == 0
        return json.loads(out)


@contextmanager
def flooding(address: str, kind: str, count: int, template: Path) -> Iterator[Flood]:
    """Floods meanwhile.

    The flooder runs at the lowest priority: in life it has a processor of its own, and what it does with it is not
    to be taken for what the server does.
    """
    command = [sys.executable, "-m", "tests.support.attacks.connection_flood", address, kind, str(count), str(template)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        ["nice", "-n", "19", *command], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Flood(process)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    given = sys.argv[1:]
    seen = asyncio.run(flood(given[0], given[1], int(given[2]), Path(given[3]).read_text("utf-8")))
    sys.stdout.write(json.dumps(seen))
