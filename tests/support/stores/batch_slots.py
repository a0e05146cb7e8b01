"""Hours that pass at once: what waits for a slot of the batch appears, as in a demo."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from portal.db_roles.privileges import StoreRole
from portal.mailroom.slots import open_urgent_slots
from portal.settings import Settings
from portal.wiring.shared import build_mailroom
from tests.support.offices.edge import as_role

LOOK_SECONDS = 1.0


@contextmanager
def slots_at_once(settings: Settings) -> Generator[None]:
    """Meanwhile nothing waits for the next full hour."""
    room = build_mailroom(as_role(settings, StoreRole.WORKER))
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            open_urgent_slots(room, datetime.now(UTC), everything=True)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join(30)
        room.store.engine.dispose()
        room.erasure.store.engine.dispose()
