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
from portal.edge.min_rate import MIN_BYTES_PER_SECOND

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
class Permit:
    """The permit of a call inside: the bytes that its body takes, and how far behind the least rate its line is."""

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
        least = LEAST_OF_PARTS if self.size > MIB else MIN_BYTES_PER_SECOND
        self._behind = max(0, self.seconds_behind() - size / least)
        self._seen = self.ticks()

    def seconds_behind(self) -> float:
        """Seconds behind the least rate; 0 for a call that waits for nobody outside."""
        return 0 if self._seen is None or self.line is None else self._behind + self.ticks() - self._seen


@dataclass(frozen=True)
class CapacityLimit:
    """What calls of a kind may take together; `uses` is 0 for a call of another kind."""

    uses: Callable[[Permit], int]
    maximum: int


LIMITS: Final = (
    CapacityLimit(lambda _place: 1, MOST_CALLS),
    CapacityLimit(lambda place: int(place.lasting), MOST_LASTING),
    CapacityLimit(lambda place: place.size if SMALL < place.size <= MIB else 0, TEXT_BYTES),
    CapacityLimit(lambda place: place.size if place.size > MIB else 0, PART_BYTES),
)


class Admission:
    """The calls inside one process."""

    def __init__(
        self,
        limits: tuple[CapacityLimit, ...] = LIMITS,
        patience: float = PATIENCE_SECONDS,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._patience = patience
        self._ticks = ticks
        self._turn = threading.Lock()
        self._inside: set[Permit] = set()
        self._used = [0] * len(limits)

    def admit(self, line: socket.socket | None, size: int, *, lasting: bool = False) -> Permit | None:
        """A permit for a call whose body takes `size` bytes of memory; None where no line is slow enough to be shed."""
        permit = Permit(line, size, lasting, self._ticks)
        with self._turn:
            if not all(self._free_up(permit, at) for at in range(len(self._limits))):
                return None
            self._count(permit, 1)
            self._inside.add(permit)
        return permit

    def leave(self, permit: Permit) -> None:
        """The call has ended; again is no error."""
        with self._turn:
            self._release(permit)

    def _free_up(self, permit: Permit, at: int) -> bool:
        limit = self._limits[at]
        while (need := limit.uses(permit)) and self._used[at] + need > limit.maximum:
            if not self._shed(limit):
                return False
        return True

    def _shed(self, limit: CapacityLimit) -> bool:
        last = max((one for one in self._inside if limit.uses(one)), key=Permit.seconds_behind, default=None)
        if last is None or last.seconds_behind() <= self._patience:
            return False
        self._release(last)
        if last.line is not None:
            with suppress(OSError):
                last.line.shutdown(socket.SHUT_RDWR)
        return True

    def _release(self, permit: Permit) -> None:
        if permit in self._inside:
            self._inside.remove(permit)
            self._count(permit, -1)

    def _count(self, permit: Permit, sign: int) -> None:
        for at, limit in enumerate(self._limits):
            self._used[at] += sign * limit.uses(permit)


def receive(permit: Permit, source: Any) -> io.BytesIO:
    """The body, whole in memory; shorter where its line ended or was shut down."""
    found, left = io.BytesIO(), permit.size
    permit.waits()
    while left and (piece := source.read(min(PIECE, left))):
        left -= found.write(piece)
        permit.moved(len(piece))
    permit.works()
    found.seek(0)
    return found


def sent(permit: Permit, answer: Iterable[bytes]) -> Iterator[bytes]:
    """The answer in small pieces, so that a line that takes none of them is seen."""
    permit.waits()
    for chunk in answer:
        for at in range(0, len(chunk), PIECE):
            yield chunk[at : at + PIECE]
            permit.moved(min(PIECE, len(chunk) - at))


class StreamedBody:
    """A body that is handed on as it comes."""

    def __init__(self, permit: Permit, source: Any) -> None:
        self._permit = permit
        self._source = source

    def read(self, size: int = -1) -> bytes:
        """As a file does; short or empty once the line was shut down."""
        found = bytearray()
        self._permit.waits()
        while size < 0 or len(found) < size:
            piece = self._source.read(PIECE if size < 0 else min(PIECE, size - len(found)))
            if not piece:
                break
            found += piece
            self._permit.moved(len(piece))
        self._permit.works()
        return bytes(found)
