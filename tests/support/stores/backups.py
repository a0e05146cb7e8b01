"""Backups of an edge: a key and a destination for each store, wiping, and restoring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import MetaData, select

from crypto.sealing.recipients import Identity
from portal.backup.backup import WrittenArchive
from portal.backup.destinations import ArchiveDestination, open_destination
from portal.backup.names import newest_archive
from portal.backup.restore import Restored
from portal.backup.sources import ArchiveSource
from portal.backup.used_keys import StoreBackup
from portal.clock import Clock
from portal.db_roles.privileges import StoreRole, owner_of
from portal.settings import Settings, StoreName
from portal.stores.engines import Store, open_store
from portal.wiring.backup import build_backup, build_restore
from portal.wiring.shared import build_mailroom
from tests.crypto.sample import Drawn
from tests.support.offices.edge import as_login, as_role


@dataclass
class Vault:
    """Where the archives of one installation lie, on a folder or in a bucket as its attachments do."""

    settings: Settings
    folder: Path
    keys: dict[StoreName, Identity] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.keys = {name: Identity(Drawn(f"backup/{name}")(32)) for name in StoreName}

    def place(self, name: StoreName) -> ArchiveDestination:
        """The destination of a store."""
        if isinstance(self.settings.blobs, Path):
            return open_destination(self.settings, str(self.folder / name))
        blobs = self.settings.blobs
        return open_destination(
            self.settings, f"s3://{blobs.bucket}/{blobs.prefix}-vault/{name}?endpoint={blobs.endpoint}"
        )

    def plans(self, *names: StoreName) -> list[StoreBackup]:
        """What to back up; everything unless stores are named."""
        return [StoreBackup(name, self.place(name), self.keys[name].recipient) for name in names or StoreName]

    def backup(self, clock: Clock, *names: StoreName) -> list[WrittenArchive]:
        """Backs up the named stores, or all."""
        made = build_backup(as_role(self.settings, StoreRole.BACKUP), clock)
        try:
            return made.make(self.plans(*names))
        finally:
            made.close()

    def sources(self, *names: StoreName, day: date | None = None) -> list[ArchiveSource]:
        """What to restore: the newest archive, or that of a day."""
        found = [(name, self.place(name)) for name in names or StoreName]
        return [ArchiveSource(name, place, newest_archive(place, name, day), self.keys[name]) for name, place in found]

    def restore(
        self, clock: Clock, *names: StoreName, day: date | None = None, older_list: bool = False
    ) -> list[Restored]:
        """Restores the named stores, or all."""
        made = build_restore(as_login(self.settings, owner_of), clock)
        try:
            return made.restore(self.sources(*names, day=day), older_list=older_list)
        finally:
            made.close()


def opened(settings: Settings, names: Sequence[StoreName]) -> Iterator[Store]:
    """The named stores, one after the other."""
    for name in names:
        store = open_store(settings, name)
        yield store
        store.engine.dispose()


def wipe(settings: Settings, *names: StoreName) -> None:
    """The named stores as if they had never been; the objects go with the mailroom."""
    for store in opened(settings, names):
        metadata = MetaData()
        metadata.reflect(store.engine)
        metadata.drop_all(store.engine)
    if StoreName.MAILROOM in names:
        room = build_mailroom(settings)
        for place in list(room.blobs.places()):
            room.blobs.remove(place)


def contents(settings: Settings, *names: StoreName) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the named stores, or of all, sorted; but for the word that a restore adds."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for store in opened(settings, names or list(StoreName)):
        metadata = MetaData()
        metadata.reflect(store.engine)
        with store.read() as connection:
            for table in metadata.sorted_tables:
                rows = [tuple(row) for row in connection.execute(select(table))]
                found[f"{store.name}.{table.name}"] = sorted(rows, key=repr)
    # The log is held after a restore, until somebody has seen to it.
    found.pop("cases.log_heads", None)
    return found
