"""Old archives go, once those of today are whole, and nothing but archives of the same store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.backup.errors import SchemaAltered
from portal.backup.last_backup import last_backup_days
from portal.backup.names import prune_archives
from portal.db_roles.privileges import StoreRole
from portal.settings import StoreName
from portal.wiring.backup import build_backup
from tests.support.offices.edge import as_role, settings_for, upgrade_as_owners
from tests.support.stores.backends import Stores
from tests.support.stores.backups import Vault

DAY = datetime(2026, 11, 20, 4, tzinfo=UTC)
BOTH = (StoreName.WATCH, StoreName.DELETIONS)


@pytest.fixture
def vault(stores: Stores, tmp_path: Path) -> Vault:
    """Destinations in a folder or a bucket, for stores without a row."""
    settings = settings_for(stores, tmp_path)
    upgrade_as_owners(settings)
    return Vault(settings, tmp_path / "vault")


def back_up(vault: Vault, day: int, keep: int | None) -> int:
    """The backup of a day; gives the number of archives that went."""
    made_by = build_backup(as_role(vault.settings, StoreRole.BACKUP), lambda: DAY + timedelta(days=day))
    try:
        return sum(one.pruned for one in made_by.make(vault.plans(*BOTH), keep))
    finally:
        made_by.close()


def test_so_many_archives_of_each_store_are_left(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest stay, and other files; a backup that breaks off takes none, and a clock set back not today's own."""
    place = vault.place(StoreName.WATCH)
    assert [back_up(vault, day, None) for day in range(4)] == [0] * 4
    place.store("notes.txt", DAY.date(), [b"x"])
    assert back_up(vault, 4, 3) == 4
    left = ["notes.txt", *(f"watch-2026-11-{day}.yanlu" for day in (22, 23, 24))]
    assert place.names() == left
    assert vault.place(StoreName.DELETIONS).names() == [f"deletions-2026-11-{day}.yanlu" for day in (22, 23, 24)]
    assert last_backup_days(vault.settings.data) == dict.fromkeys(BOTH, (DAY + timedelta(days=4)).date())

    def torn(*_: object) -> object:
        raise SchemaAltered("torn")

    with monkeypatch.context() as patch:
        patch.setattr("portal.backup.backup.forms_of_revision", torn)
        with pytest.raises(SchemaAltered):
            back_up(vault, 5, 1)
    assert place.names() == left
    assert back_up(vault, 0, 2) == 2
    assert place.names() == ["notes.txt", *(f"watch-2026-11-{day}.yanlu" for day in (20, 23, 24))]
    assert prune_archives(place, StoreName.CASES, 1, "") == 0
