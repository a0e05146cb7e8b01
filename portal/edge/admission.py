"""Admission control: how many calls are inside at once and what their bodies take; a full house sheds its slowest.

A body comes in, and an answer goes out, at the pace of the caller's line. Places are few, so a line that drips would
keep one for as long as it likes. Here a new call that finds no place gets that of the line which is furthest behind
the least rate; only where none is behind is it asked to wait. So slow lines close the door to nobody: they lose
their places to anyone who sends.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from crypto.sealing.attachment_shape import PART_SIZE
from portal.edge.least_rate import LEAST_BYTES_A_SECOND

MIB: Final = 1024 * 1024
# Each call inside has a thread (`serving`).
MOST_CALLS: Final = 144
# Calls with attachments: each may hang as long as its line or the bucket does, and those of text still find threads.
MOST_LASTING: Final = 64
# What a small body takes is counted by the number of calls alone.
SMALL: Final = 16 * 1024
TEXT_BYTES: Final = 32 * MIB
PART_BYTES: Final = 6 * PART_SIZE
# Parts have few places: anyone who wants to keep all of them must send some 400 kB a second.
LEAST_OF_PARTS: Final = 64 * 1024
# A line that is so many seconds behind gives its place to another: a mobile one stalls for as long.
PATIENCE_SECONDS: Final = 3.0
PIECE: Final = 16 * 1024


@dataclass(eq=False)
class Place:
    """A call inside: the bytes that its body takes, and how far behind the least rate its line is."""

    line: socket.socket | None = field(repr=False)
    size: int
    lasting: bool
    ticks: Callable[[], float] = field(repr=False)
    _seen: float | None = None
    _behind: float = 0

    def waits(self) -> None:
        """From now on the call waits for its line: for the body, or for somebody to take the answer."""
        self._seen, self._behind = self.ticks(), 0

    def works(self) -> None:
        """The call waits for nobody outside."""
        self._seen = None

    def moved(self, size: int) -> None:
        """So many bytes came in or went out; what was faster than need be is no credit for a rest."""
        least = LEAST_OF_PARTS if self.size > MIB else LEAST_BYTES_A_SECOND
        self._behind = max(0, self.behind() - size / least)
        self._seen = self.ticks()

    def behind(self) -> float:
        """Seconds behind the least rate; 0 for a call that waits for nobody outside."""
        return 0 if self._seen is None or self.line is None else self._behind + self.ticks() - self._seen


@dataclass(frozen=True)
class Limit:
    """What calls of a kind may take together; `takes` is 0 for a call of another kind."""

    takes: Callable[[Place], int]
    most: int


LIMITS: Final = (
    Limit(lambda _place: 1, MOST_CALLS),
    Limit(lambda place: int(place.lasting), MOST_LASTING),
    Limit(lambda place: place.size if SMALL < place.size <= MIB else 0, TEXT_BYTES),
    Limit(lambda place: place.size if place.size > MIB else 0, PART_BYTES),
)


class Admission:
    """The calls inside one process."""

    def __init__(
        self,
        limits: tuple[Limit, ...] = LIMITS,
        patience: float = PATIENCE_SECONDS,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._patience = patience
        self._ticks = ticks
        self._turn = threading.Lock()
        self._inside: set[Place] = set()
        self._taken = [0] * len(limits)

    def admit(self, line: socket.socket | None, size: int, *, lasting: bool = False) -> Place | None:
        """A place for a call whose body takes `size` bytes of memory; None where no line is slow enough to be shed."""
        place = Place(line, size, lasting, self._ticks)
        with self._turn:
            if not all(self._make_room(place, at) for at in range(len(self._limits))):
                return None
            self._count(place, 1)
            self._inside.add(place)
        return place

    def leave(self, place: Place) -> None:
        """The call has ended; again is no error."""
        with self._turn:
            self._drop(place)

    def _make_room(self, place: Place, at: int) -> bool:
        limit = self._limits[at]
        while (need := limit.takes(place)) and self._taken[at] + need > limit.most:
            if not self._shed(limit):
                return False
        return True

    def _shed(self, limit: Limit) -> bool:
        last = max((one for one in self._inside if limit.takes(one)), key=Place.behind, default=None)
        if last is None or last.behind() <= self._patience:
            return False
        self._drop(last)
        if last.line is not None:
            with suppress(OSError):
                last.line.shutdown(socket.SHUT_RDWR)
        return True

    def _drop(self, place: Place) -> None:
        if place in self._inside:
            self._inside.remove(place)
            self._count(place, -1)

    def _count(self, place: Place, sign: int) -> None:
        for at, limit in enumerate(self._limits):
            self._taken[at] += sign * limit.takes(place)


def receive(place: Place, source: Any) -> io.BytesIO:
    """The body, whole in memory; shorter where its line ended or was shut down."""
    found, left = io.BytesIO(), place.size
    place.waits()
    while left and (piece := source.read(min(PIECE, left))):
        left -= found.write(piece)
        place.moved(len(piece))
    place.works()
    found.seek(0)
    return found


def sent(place: Place, answer: Iterable[bytes]) -> Iterator[bytes]:
    """The answer in small pieces, so that a line that takes none of them is seen."""
    place.waits()
    for chunk in answer:
        for at in range(0, len(chunk), PIECE):
            yield chunk[at : at + PIECE]
            place.moved(min(PIECE, len(chunk) - at))


class Streamed:
    """A body that is handed on as it comes."""

    def __init__(self, place: Place, source: Any) -> None:
        self._place = place
        self._source = source

    def read(self, size: int = -1) -> bytes:
        """As a file does; short or empty once the line was shut down."""
        found = bytearray()
        self._place.waits()
        while size < 0 or len(found) < size:
            piece = self._source.read(PIECE if size < 0 else min(PIECE, size - len(found)))
            if not piece:
                break
            found += piece
            self._place.moved(len(piece))
        self._place.works()
        return bytes(found)
