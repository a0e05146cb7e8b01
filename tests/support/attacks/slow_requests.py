"""Callers who begin a call and do not end it, from addresses of their choice: what a front has to bear."""

from __future__ import annotations

import ssl
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, create_connection, socket

from tests.support.privacy.canary_search import family
from tests.support.servers.nginx_site import Site
from tests.support.servers.ports import LOOPBACK

LANES = 16
# So long a front may take to refuse what it refuses.
ANSWER_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Call:
    """A call by its method, path and announced length; `sent` bytes of its body really go out."""

    path: str
    length: int
    sent: int
    method: str = "POST"

    def head(self, host: str) -> bytes:
        """Everything before the body."""
        lines = (f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", f"Content-Length: {self.length}")
        return "\r\n".join((*lines, "", "")).encode()


@dataclass
class Slow:
    """Lines that are held open; which of them were answered meanwhile, and how."""

    site: Site
    lines: list[socket] = field(default_factory=list[socket])
    refused: list[int] = field(default_factory=list[int])

    def begin(self, call: Call, count: int, *, face: str = "report", address: str = LOOPBACK) -> None:
        """Opens so many lines from one address and sends the beginning of the call on each; `face` may be `onion`."""
        for _ in range(count):
            line = self._line(face, address)
            line.sendall(call.head(f"{face}.localhost"))
            # Anyone who is refused at once need not send the rest.
            if (status := _status(line, call.sent / 1e8)) is not None:
                self.refused.append(status)
                line.close()
                continue
            self.lines.append(line)
            line.settimeout(30)
            with suppress(OSError):
                line.sendall(bytes(call.sent))

    def _line(self, face: str, address: str) -> socket:
        if face == "onion":
            line = socket(AF_UNIX, SOCK_STREAM)
            line.settimeout(30)
            line.connect(str(self.site.onion_socket))
            return line
        trusted = ssl.create_default_context(cafile=self.site.certificate)
        plain = create_connection((LOOPBACK, self.site.port), timeout=30, source_address=(address, 0))
        return trusted.wrap_socket(plain, server_hostname=f"{face}.localhost")

    def answers(self) -> list[int]:
        """The status of each line that was answered or ended (0) by now; the others are held."""
        time.sleep(ANSWER_SECONDS)
        return self.refused + [status for line in self.lines if (status := _status(line, 0.02)) is not None]

    def held(self) -> int:
        """How many lines wait for their rest."""
        return len(self.lines) + len(self.refused) - len(self.answers())

    def close(self) -> None:
        """Lets go of all."""
        for line in self.lines:
            line.close()


def _status(line: socket, seconds: float) -> int | None:
    line.settimeout(max(seconds, 0.005))
    try:
        found = line.recv(64)
    except (TimeoutError, ssl.SSLWantReadError):
        return None
    except OSError:
        return 0
    return int(found.split()[1]) if found.startswith(b"HTTP/1.1 ") else 0


@contextmanager
def slow_callers(site: Site) -> Generator[Slow]:
    """Lines that are closed in the end."""
    slow = Slow(site)
    try:
        yield slow
    finally:
        slow.close()


def one_of_each_lane() -> list[str]:
    """Addresses enough that every lane is met by several."""
    return [f"127.0.1.{number}" for number in range(1, 6 * LANES)]


def resident(pid: int) -> int:
    """The resident memory of a process and all it started, in bytes; what they share counts once for each."""
    return sum(map(resident_alone, family([pid])))


def resident_alone(pid: int) -> int:
    """The resident memory of one process, in bytes; none once it has ended."""
    with suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))
    return 0
