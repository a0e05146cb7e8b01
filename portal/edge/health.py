"""`GET /healthz`: 204 or 503 for this process and its stores, without a word; bounded, however often it is asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, Response

from portal.edge.load_limiter import Ticks
from portal.errors import ProblemRefusal
from portal.logs import log
from portal.stores.engines import StoreAway

HEALTH = "/healthz"
EXTENSION = "yanlu_pulse"
FRESH_SECONDS = 1.0
PATIENCE_SECONDS = 2.0
# So many callers wait for a check that is under way; the others are answered by the one before.
WAITING = 4

Check = Callable[[], object]
"""Returns when all is well; else raises `StoreAway`, a `ProblemRefusal` or whatever else went wrong."""


@dataclass
class HealthCheck:
    """Whether all checks succeeded a second ago; one thread checks at a time, however many ask.

    A check that has not ended after `patience` seconds counts as one that failed.
    """

    checks: list[Check] = field(default_factory=list[Check], repr=False)
    ticks: Ticks = time.monotonic
    fresh: float = FRESH_SECONDS
    patience: float = PATIENCE_SECONDS
    _well: bool = False
    _seen: float | None = None
    _begun: float = 0.0
    _running: threading.Event | None = None
    _said: str = ""
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(WAITING), repr=False)

    def is_healthy(self) -> bool:
        """The newest verdict, after at most `patience` seconds."""
        if not self.checks:
            return True
        with self._turn:
            if self._running is None and self._seen is not None and self.ticks() - self._seen < self.fresh:
                return self._well
            try:
                running = self._running or self._start()
            except RuntimeError:
                # No thread can be started now: that is no good health, and the next caller tries again.
                return False
            left = self._begun + self.patience - self.ticks()
        if left > 0 and self._places.acquire(blocking=False):
            try:
                running.wait(left)
            finally:
                self._places.release()
        with self._turn:
            overdue = self._running is not None and self.ticks() - self._begun >= self.patience
            return self._well and not overdue

    def _start(self) -> threading.Event:
        running, self._begun = threading.Event(), self.ticks()
        threading.Thread(target=self._run_checks, args=(running,), daemon=True).start()
        self._running = running
        return running

    def _run_checks(self, running: threading.Event) -> None:
        fault = self._fault()
        with self._turn:
            self._well, self._seen, self._running = not fault, self.ticks(), None
            changed, self._said = fault != self._said, fault
        running.set()
        if changed:
            log.warning("not well" if fault else "well again", error=fault or None)

    def _fault(self) -> str:
        """What is wrong, as the operator's journal may have it: the name of a store or of an error."""
        try:
            for check in self.checks:
                check()
        except StoreAway as error:
            return str(error)
        except ProblemRefusal as error:
            return error.code.value
        except Exception as error:  # noqa: BLE001  # whatever is wrong, this process can't serve
            return type(error).__qualname__
        return ""


def add_health_check(app: Flask) -> Flask:
    """Adds the route; further checks are added to `health_of(app).checks`."""
    health = app.extensions[EXTENSION] = HealthCheck()
    app.add_url_rule(HEALTH, "healthz", lambda: Response(status=204 if health.is_healthy() else 503), methods=["GET"])
    return app


def health_of(app: Flask) -> HealthCheck:
    """The health check of a face."""
    found: HealthCheck = app.extensions[EXTENSION]
    return found
