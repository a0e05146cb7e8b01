"""Whether each store is there; the doctor opens none before this has said so, since opening makes a file."""

from __future__ import annotations

from typing import Final

from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from crypto.errors import CryptoError
from portal.backup.last_backup import last_backup_days
from portal.cli.host.finding import HealthFinding
from portal.office import OfficeError, OfficeFolder
from portal.office.draft import members_of
from portal.settings import Settings, StoreName
from portal.stores.engines import is_there, open_store
from portal.stores.schemas import HISTORIES, ROOT, is_known, revision_of

NOT_YET: Final = "It does not exist yet: `yanlu serve` or `yanlu worker` makes it."
MISSING: Final = (
    "It is missing, and this office is at work: start nothing, or an empty one takes its place. Look for its disk, or "
    "bring it back with `yanlu restore`. Only where it never was may `yanlu serve` or `yanlu worker` make it."
)


def absent(settings: Settings, name: StoreName | None = None) -> str:
    """What to do about a store (without a name: the attachments) that is not there: a loss where there was work."""
    made = last_backup_days(settings.data)
    return MISSING if (made if name is None else name in made) or _at_work(settings) else NOT_YET


def _at_work(settings: Settings) -> bool:
    """Whether the signed directory names members: each of them has opened a trial case, so every store was there."""
    try:
        note = OfficeFolder(settings.office).directory()
        return note is not None and bool(members_of(note))
    except (OfficeError, CryptoError, OSError, ValueError, LookupError, TypeError):
        # A directory that cannot be read was there once.
        return True


def store_check(settings: Settings, name: StoreName) -> HealthFinding:
    """Whether a store is there, can be reached, and has the newest schema."""
    if not is_there(settings, name):
        return HealthFinding("Store", name, absent(settings, name))
    store = open_store(settings, name)
    try:
        current = revision_of(store)
    except (SQLAlchemyError, OSError):
        return HealthFinding(
            "Store", name, "It cannot be reached: check its YANLU_URL_ setting and that the server runs."
        )
    finally:
        store.engine.dispose()
    if current is None:
        return HealthFinding("Store", name, absent(settings, name))
    if not is_known(name, current):
        return HealthFinding(
            "Store",
            name,
            "It was made by another version: one from before the first release, or a newer one. This version cannot "
            "take it over.",
        )
    if current != ScriptDirectory(str(ROOT / HISTORIES[name])).get_current_head():
        return HealthFinding(
            "Store", name, "Its schema is not the newest: restart `yanlu serve`, which brings it up to date."
        )
    return HealthFinding("Store", name)
