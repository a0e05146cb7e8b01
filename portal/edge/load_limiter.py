"""Load limiter, a leaky bucket: how much work a face asks for; none while it is idle, more with each call beyond.

One bucket per process, of costly calls in all; nothing tells who made them, and nothing is written down.
What is asked is public, so a bucket that counted exactly would reveal every call: anyone who keeps it at its limit
would see each one that others make. What a call counts for is drawn, and so is from which number on work is asked.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from crypto.framing import Rng
from crypto.reporter.work import LEAST_BITS, MOST_BITS, WINDOW_SKEW

Ticks = Callable[[], float]
"""Seconds that never go back, `time.monotonic` outside of tests."""

# Admitted proofs that a process remembers for each window: 1 MiB at most.
MOST_SPENT = 65536
HELD_SECONDS = 0.05


@dataclass(frozen=True)
class Allowance:
    """Costly calls that are free: `burst` at once and `refill` each second; each `step` beyond asks one bit more."""

    burst: float = 300
    refill: float = 10
    step: float = 40

    def shared(self, processes: int) -> Allowance:
        """The share of one of several processes that the same calls are spread over."""
        return Allowance(self.burst / processes, self.refill / processes, self.step / processes)


@dataclass(frozen=True)
class Randomization:
    """The randomization of the count: what one call counts for, and by how much a number is taken for more or less."""

    weight: Callable[[], float] = lambda: 1.0
    blur: Callable[[], float] = lambda: 1.0


def random_weights(rng: Rng) -> Randomization:
    """Both are 1 on average.

    Weights are exponential: how long work is asked for then hardly tells whether one call came or two.
    """

    def part() -> float:
        return int.from_bytes(rng(6), "big") / 2**48

    return Randomization(lambda: -math.log1p(-part()), lambda: 0.75 + part() / 2)


class Throttle:
    """Delays a refusal for a moment: anyone who calls again and again gets a share of the process, not all of it.

    Those for whom no place is left are not delayed, so that callers who are let in always find a thread.
    """

    def __init__(
        self, places: int = 0, seconds: float = HELD_SECONDS, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._places = threading.BoundedSemaphore(places) if places else None
        self._seconds = seconds
        self._sleep = sleep

    def delay(self) -> None:
        """Returns after the moment, or at once when all places are taken."""
        if self._places is not None and self._places.acquire(blocking=False):
            try:
                self._sleep(self._seconds)
            finally:
                self._places.release()


class LoadLimiter:
    """Counts what was let in, all callers together, and says how much work the next call has to show."""

    def __init__(
        self,
        allowance: Allowance,
        ticks: Ticks,
        throttle: Throttle | None = None,
        randomization: Randomization | None = None,
    ) -> None:
        self._allowance = allowance
        self.throttle = throttle or Throttle()
        self.ticks = ticks
        self.randomization = randomization or Randomization()
        self._turn = threading.Lock()
        self._level = 0.0
        self._seen = ticks()
        self._spent: dict[int, set[bytes]] = {}

    def required_bits(self) -> int:
        """The bits asked now; 0 asks for nothing."""
        with self._turn:
            return self._required_bits()

    def admit(self, shown: int, least: int = 0) -> int:
        """Lets a call in that shows enough bits, and counts it: 0. Else the bits it lacks, and it counts for nothing.

        One bit less than is asked is taken too: the measure may have moved while the caller was at work.
        What is refused must not raise what others are asked.
        """
        with self._turn:
            required = max(self._required_bits(), least)
            if required and shown < max(LEAST_BITS, required - 1):
                return required
            # Beyond the most that can be asked nothing is gained by counting.
            most = self._allowance.burst + self._allowance.step * (MOST_BITS - LEAST_BITS + 1)
            self._level = min(self._level + self.randomization.weight(), most)
            return 0

    def spend_proof(self, window: int, mark: bytes) -> bool:
        """Whether this proof is used for the first time here."""
        with self._turn:
            for old in [known for known in self._spent if abs(known - window) > 2 * WINDOW_SKEW]:
                del self._spent[old]
            used = self._spent.setdefault(window, set())
            if mark in used:
                return False
            if len(used) >= MOST_SPENT:
                used.pop()
            used.add(mark)
            return True

    def _required_bits(self) -> int:
        now = self.ticks()
        self._level = max(0.0, self._level - (now - self._seen) * self._allowance.refill)
        self._seen = now
        beyond = self._level - self._allowance.burst
        # Capacity for one more call is enough.
        if beyond <= -1:
            return 0
        return min(LEAST_BITS + int(max(0.0, beyond) // self._allowance.step), MOST_BITS)
