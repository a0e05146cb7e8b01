"""Answers that leave in step: how long the work for one took is not to be seen from outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

# Some times what a poll takes: to read, unwrap and cut twenty waiting messages takes most of a millisecond longer
# than to draw random bytes for a mailbox that nobody has, and with enough polls that could be measured.
STEP_SECONDS: Final = 0.008


@dataclass(frozen=True)
class ResponseTiming:
    """Lets a call go on only at the end of a step of `step` seconds since it began: of the first, as a rule."""

    step: float = STEP_SECONDS
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def quantized(self) -> Generator[None]:
        """Does the work, then waits for the end of the step, also when the work raises."""
        began = self.ticks()
        try:
            yield
        finally:
            self.sleep((began - self.ticks()) % self.step)
