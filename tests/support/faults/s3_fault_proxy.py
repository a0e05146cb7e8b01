"""Between the product and the real S3 server: passes everything on, or fails as a server in trouble does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from tests.support.servers.ports import LOOPBACK

PIECE = 65536


class S3Fault(StrEnum):
    """What is wrong with the server."""

    NONE = "none"
    FAILING = "answers 500"
    HANGING = "takes everything and says nothing"
    GONE = "closes every line"


@dataclass
class FaultyS3:
    """A TCP relay on a free loopback port; every line ends when its fault changes."""

    target: tuple[str, int]
    listener: socket.socket
    fault: S3Fault = S3Fault.NONE
    lines: list[socket.socket] = field(default_factory=list[socket.socket], repr=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.listener.getsockname()[1]}"

    def suffer(self, fault: S3Fault) -> None:
        """From now on this is wrong with it, for lines that are open already too."""
        self.fault = fault
        while self.lines:
            _close(self.lines.pop())

    def serve(self) -> None:
        """Takes lines until the listener is closed."""
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self.lines.append(line)
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        try:
            match self.fault:
                case S3Fault.NONE:
                    self._relay(line)
                case S3Fault.FAILING:
                    while _read_request(line):
                        line.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
                case S3Fault.HANGING:
                    while line.recv(PIECE):
                        continue
                case S3Fault.GONE:
                    _close(line)
        except OSError:
            return

    def _relay(self, line: socket.socket) -> None:
        behind = socket.create_connection(self.target)
        self.lines.append(behind)
        threading.Thread(target=_pass_on, args=(behind, line), daemon=True).start()
        _pass_on(line, behind)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(PIECE):
            sink.sendall(piece)
    except OSError:
        pass
    finally:
        _close(source)
        _close(sink)


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def _read_request(line: socket.socket) -> bool:
    """Reads one request to its end; False when there is none any more."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = line.recv(PIECE)
        if not piece:
            return False
        found += piece
    head, _, body = found.partition(b"\r\n\r\n")
    lengths = [row for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
    left = (int(lengths[0].partition(b":")[2]) if lengths else 0) - len(body)
    while left > 0 and (piece := line.recv(min(PIECE, left))):
        left -= len(piece)
    return True


@contextmanager
def faulty_s3(url: str) -> Iterator[FaultyS3]:
    """Stands in front of `url` (http://host:port)."""
    host, port = url.removeprefix("http://").split(":")
    server = FaultyS3((host, int(port)), socket.create_server((LOOPBACK, 0)))
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        _close(server.listener)
        server.suffer(S3Fault.GONE)
        thread.join()
