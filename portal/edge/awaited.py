"""Stores that may be away when a process starts: a worker waits for them, a face says so until they are there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, request

from portal.edge.gate import Ticks
from portal.edge.pulse import pulse_of
from portal.errors import Code, Refusal
from portal.logs import log
from portal.stores.engines import StoreAway

PAUSE_SECONDS = 1.0


class StoresAwaited(Refusal):
    """No store has been looked at yet: nothing may be written to it, nor read from it."""

    code = Code.STORE_UNAVAILABLE


@dataclass
class Awaited:
    """Stores that are looked at before anything works on them: schema, restore, deletions.

    `look` raises `StoreAway` while one is away, and whatever else forbids to serve from them.
    """

    look: Callable[[], object]
    ticks: Ticks = time.monotonic
    pause: float = PAUSE_SECONDS
    there: bool = False
    _away: str = ""
    _again: float = 0.0
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def try_now(self) -> bool:
        """One look; False while a store is away. Raises whatever else forbids to serve."""
        if not self.there:
            try:
                self.look()
            except StoreAway as error:
                self._tell(str(error))
            else:
                self.there = True
        return self.there

    def _tell(self, store: str) -> None:
        """Once for each that is away, not at every look."""
        if store != self._away:
            self._away = store
            log.warning("store away", store=store)

    def wait(self, stop: threading.Event) -> bool:
        """Looks until they are there; False when told to stop before."""
        while not stop.is_set():
            if self.try_now():
                return True
            stop.wait(self.pause)
        return False

    def demand(self) -> None:
        """Raises `StoresAwaited` until they are there; looks once in a while, and nobody waits for another's look."""
        if self.there:
            return
        if self.ticks() < self._again or not self._turn.acquire(blocking=False):
            raise StoresAwaited
        try:
            if not self._looked():
                raise StoresAwaited
        finally:
            self._again = self.ticks() + self.pause
            self._turn.release()

    def _looked(self) -> bool:
        try:
            return self.try_now()
        except Exception as error:  # noqa: BLE001  # whatever forbids to serve, the caller hears the same words
            log.error("stores not fit", error=type(error).__qualname__)
            return False


def demand_stores(app: Flask, stores: Awaited) -> Flask:
    """Lets a face serve pages and documents, but no call of its interface, until its stores are there."""

    def demand() -> None:
        if request.path.startswith("/api/"):
            stores.demand()

    app.before_request(demand)
    # First: what is not up to date yet need not be asked whether it answers.
    pulse_of(app).looks.insert(0, stores.demand)
    return app
