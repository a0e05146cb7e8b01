"""What members signed of the recurring duties at the desk, for commands that list them."""

from __future__ import annotations

from enum import Enum, auto

from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from casework.event_store.duties_done import duty_lines
from portal.settings import Settings, StoreName
from portal.stores.engines import is_there, open_store


class Unread(Enum):
    """Why the lines were not read."""

    NO_STORE = auto()
    NO_RIGHT = auto()
    STORE_DOWN = auto()


def lines_at_desk(settings: Settings) -> list[bytes] | Unread:
    """The lines, newest first, or why this process has not read them."""
    if not is_there(settings, StoreName.CASES):
        return Unread.NO_STORE
    store = open_store(settings, StoreName.CASES)
    try:
        with store.read() as connection:
            return duty_lines(connection)
    except ProgrammingError:
        return Unread.NO_RIGHT
    except (SQLAlchemyError, OSError):
        return Unread.STORE_DOWN
    finally:
        store.engine.dispose()
