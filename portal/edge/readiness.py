"""Readiness of stores when a process starts: a worker waits for them, a face answers 503 until they are available."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, request

from portal.edge.health import health_of
from portal.edge.load_limiter import Ticks
from portal.errors import ProblemCode, ProblemRefusal
from portal.logs import log
from portal.stores.engines import StoreAway

PAUSE_SECONDS = 1.0


class StoresNotReady(ProblemRefusal):
    """The stores have not been checked yet: nothing may be written to them or read from them."""

    code = ProblemCode.STORE_UNAVAILABLE


@dataclass
class StoreReadiness:
    """Stores that are checked before anything uses them: schema, restore, deletions.

    `check` raises `StoreAway` while one is away, and whatever else forbids to serve from them.
    """

    check: Callable[[], object]
    ticks: Ticks = time.monotonic
    pause: float = PAUSE_SECONDS
    is_ready: bool = False
    _away: str = ""
    _again: float = 0.0
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def check_now(self) -> bool:
        """One check; False while a store is away. Raises whatever else forbids to serve."""
        if not self.is_ready:
            try:
                self.check()
            except StoreAway as error:
                self._log_away(str(error))
            else:
                self.is_ready = True
        return self.is_ready

    def _log_away(self, store: str) -> None:
        """Once for each that is away, not at every check."""
        if store != self._away:
            self._away = store
            log.warning("store away", store=store)

    def wait(self, stop: threading.Event) -> bool:
        """Checks until they are available; False when stopped before."""
        while not stop.is_set():
            if self.check_now():
                return True
            stop.wait(self.pause)
        return False

    def require(self) -> None:
        """Raises `StoresNotReady` until they are available; checks now and then, nobody waits for another's check."""
        if self.is_ready:
            return
        if self.ticks() < self._again or not self._turn.acquire(blocking=False):
            raise StoresNotReady
        try:
            if not self._check_quietly():
                raise StoresNotReady
        finally:
            self._again = self.ticks() + self.pause
            self._turn.release()

    def _check_quietly(self) -> bool:
        try:
            return self.check_now()
        except Exception as error:  # noqa: BLE001  # whatever forbids to serve, the caller hears the same words
            log.error("stores not fit", error=type(error).__qualname__)
            return False


def require_stores(app: Flask, stores: StoreReadiness) -> Flask:
    """Lets a face serve pages and documents, but no call of its interface, until its stores are there."""

    def require() -> None:
        if request.path.startswith("/api/"):
            stores.require()

    app.before_request(require)
    # First: what is not up to date yet need not be asked whether it answers.
    health_of(app).checks.insert(0, stores.require)
    return app
