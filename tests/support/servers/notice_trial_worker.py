"""A worker that does nothing but send trials of notices, as one does between its other work."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from portal.clock import system_clock
from portal.notices.config import read_notices
from portal.notices.trials import send_trials
from portal.settings import Settings, StoreName
from portal.stores.engines import open_store
from portal.stores.schemas import upgrade_store

PAUSE = 0.05


@contextmanager
def notice_trial_worker(settings: Settings) -> Generator[None]:
    """It runs meanwhile, with the file of notices of these settings."""
    assert settings.notices is not None
    found, store = read_notices(settings.notices), open_store(settings, StoreName.MAILROOM)
    upgrade_store(store)
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(PAUSE):
            send_trials(found, store, system_clock)

    running = threading.Thread(target=work)
    running.start()
    try:
        yield
    finally:
        stop.set()
        running.join(30)
        store.engine.dispose()
