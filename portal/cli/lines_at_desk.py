"""What members signed of the recurring duties at the desk, for commands that list them."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from casework.event_store.duties_done import duty_lines
from portal.settings import Settings, StoreName
from portal.stores.engines import is_there, open_store


def lines_at_desk(settings: Settings) -> list[bytes] | None:
    """The lines, newest first; none where there is no store yet, None where this process may not read them."""
    if not is_there(settings, StoreName.CASES):
        return []
    store = open_store(settings, StoreName.CASES)
    try:
        with store.read() as connection:
            return duty_lines(connection)
    except (SQLAlchemyError, OSError):
        return None
    finally:
        store.engine.dispose()
