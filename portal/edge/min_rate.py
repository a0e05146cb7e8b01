"""The minimum rate at which a body comes in and an answer goes out: a slow line gives its thread back."""

from __future__ import annotations

import itertools
import math
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

MIN_BYTES_PER_SECOND: Final = 8 * 1024
GRACE_SECONDS: Final = 20
CHECK_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Rate:
    """How slow a line may be."""

    grace: float = GRACE_SECONDS
    minimum: float = MIN_BYTES_PER_SECOND

    def seconds(self, size: int) -> float:
        """How long so many bytes may take."""
        return self.grace + size / self.minimum


class LineWatchdog:
    """Shuts down lines that are too slow: a thread that waits for one reads its end, and is free again.

    One thread checks all of them, from the first line on: a worker process begins after a fork.
    """

    def __init__(self, rate: Rate | None = None, interval: float = CHECK_SECONDS) -> None:
        self.rate = rate or Rate()
        self._interval = interval
        self._turn = threading.Lock()
        self._numbers = itertools.count()
        self._running: dict[int, tuple[float, socket.socket]] = {}
        self._is_started = False

    def begin(self, line: socket.socket, size: int) -> Callable[[], None]:
        """From now on `size` bytes have their time on this line, until what is given back is called."""
        return self._begin(line, time.monotonic() + self.rate.seconds(size))

    def _begin(self, line: socket.socket, until: float) -> Callable[[], None]:
        with self._turn:
            number = next(self._numbers)
            self._running[number] = until, line
            if not self._is_started:
                self._is_started = True
                threading.Thread(target=self._watch, daemon=True, name="least rate").start()
        return lambda: self._end(number)

    def _end(self, number: int) -> None:
        with self._turn:
            self._running.pop(number, None)

    @contextmanager
    def over(self, line: socket.socket, until: float) -> Generator[None]:
        """The line has until this tick, for as long as the block runs."""
        end = self._begin(line, until)
        try:
            yield
        finally:
            end()

    def _watch(self) -> None:
        while True:
            time.sleep(self._interval)
            # Under the lock: a line whose call ends now is used by its next one.
            with self._turn:
                self._shut_late()

    def _shut_late(self) -> None:
        now = time.monotonic()
        for number in [number for number, (until, _) in self._running.items() if until < now]:
            _, line = self._running.pop(number)
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class TimedBody:
    """A body that must be in within the time of its length, and each piece of it within the time of the piece."""

    def __init__(self, body: Any, line: socket.socket, watchdog: LineWatchdog, length: int) -> None:
        self._body = body
        self._line = line
        self._watchdog = watchdog
        self._until = time.monotonic() + watchdog.rate.seconds(length) if length else math.inf

    def read(self, size: int) -> bytes:
        """As the body itself; short or empty once the line was shut down."""
        until = min(self._until, time.monotonic() + self._watchdog.rate.seconds(size))
        with self._watchdog.over(self._line, until):
            return self._body.read(size)


def line_of(environ: dict[str, Any]) -> socket.socket | None:
    """The line of a call; None where the server does not tell it."""
    line = environ.get("gunicorn.socket")
    return line if isinstance(line, socket.socket) else None
