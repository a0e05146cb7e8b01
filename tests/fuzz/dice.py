"""Choices that a name repeats exactly: a failing case is known by the name that it was drawn under."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of numbers out of SHAKE-256 over a name; also an rng for whatever seals."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._drawn = 0
        self._left = b""

    def __call__(self, size: int) -> bytes:
        """The next bytes."""
        if size > len(self._left):
            self._drawn += 1
            fresh = hashlib.shake_256(f"{self.name}/{self._drawn}".encode()).digest(max(1024, size))
            self._left += fresh
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def below(self, limit: int) -> int:
        """A number from 0 up to, not including, `limit`."""
        return int.from_bytes(self(4), "big") % limit

    def choice(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[self.below(len(options))]

    def one_in(self, times: int) -> bool:
        """True once in so many times."""
        return self.below(times) == 0
