"""Names of archives: a store and a day, nothing finer."""

from __future__ import annotations

import re
from datetime import date, timedelta

from portal.backup.destinations import ArchiveDestination
from portal.backup.errors import ArchiveMissing, SharedPlace
from portal.settings import StoreName

NAME = re.compile(r"([a-z]+)-([0-9]{4}-[0-9]{2}-[0-9]{2})\.yanlu")
# A copy of the erasure store is destroyed when it has reached this age: what it could still open is deleted.
ERASURE_DAYS = 7


def archive_name(store: StoreName, day: date) -> str:
    """`mailroom-2026-11-24.yanlu`."""
    return f"{store.value}-{day.isoformat()}.yanlu"


def read_name(name: str) -> tuple[StoreName, date] | None:
    """Store and day of an archive's name; None for whatever else lies there."""
    match = NAME.fullmatch(name)
    try:
        return None if match is None else (StoreName(match[1]), date.fromisoformat(match[2]))
    except ValueError:
        return None


def require_own_place(place: ArchiveDestination, store: StoreName) -> None:
    """Raises `SharedPlace` when archives of another store lie there."""
    for name in place.names():
        found = read_name(name)
        if found is not None and found[0] is not store:
            raise SharedPlace(
                "Archives of {other} lie there: each store has a destination of its own, {store} too.",
                other=found[0].value,
                store=store.value,
            )


def newest_archive(place: ArchiveDestination, store: StoreName, day: date | None) -> str:
    """The newest archive of a store, or that of a day; raises `ArchiveMissing`."""
    days = [found[1] for found in map(read_name, place.names()) if found is not None and found[0] is store]
    wanted = [one for one in days if day is None or one == day]
    if not wanted:
        raise ArchiveMissing("There is no archive of {store} there.", store=store.value)
    return archive_name(store, max(wanted))


def prune_archives(place: ArchiveDestination, store: StoreName, keep: int, made: str) -> int:
    """Removes all but the newest `keep` archives of a store and the one just made; gives their number."""
    found = [(read[1], name) for name in place.names() if (read := read_name(name)) is not None and read[0] is store]
    old = [name for _, name in sorted(found)[:-keep] if name != made]
    for name in old:
        place.remove(name)
    return len(old)


def destroy_old_copies(place: ArchiveDestination, today: date) -> int:
    """Destroys copies of the erasure store that are seven days old; gives their number."""
    old = [
        name
        for name in place.names()
        if (found := read_name(name)) is not None
        and found[0] is StoreName.ERASURE
        and found[1] <= today - timedelta(days=ERASURE_DAYS)
    ]
    for name in old:
        place.remove(name)
    return len(old)
