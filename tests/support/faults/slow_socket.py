"""A socket that sends byte by byte, and its other end as a server reads it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager


class Line:
    """The face's end of a line, read as gunicorn reads a body."""

    def __init__(self, here: socket.socket) -> None:
        self._here = here

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end of the line."""
        found = b""
        while len(found) < size and (piece := self._here.recv(size - len(found))):
            found += piece
        return found


@contextmanager
def trickling(there: socket.socket) -> Generator[None]:
    """A byte every twentieth of a second, until the line is shut."""
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.05):
            try:
                there.send(b"x")
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
