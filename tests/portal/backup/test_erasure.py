"""Erasure: a week after its deletion a case opens for nobody, with every key and every backup there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from casework.event_store.deletion import DeletionReason
from portal.backup.format import ArchiveRow, Object
from portal.backup.sources import ArchiveSource, OpenedArchive
from portal.settings import StoreName
from portal.wiring.deletion import build_deletion
from tests.portal.deletion.test_deletion import Handled, cells, handle
from tests.support.offices.desk import DeskRoom
from tests.support.privacy.stolen_keys import KeyThief, keys_of_everybody
from tests.support.stores.backups import Vault, opened, wipe

# The report, the answer, and an attachment of either side.
WORDS = ("验收单是假的。".encode(), "收到。".encode(), b"slip" * 99, b"minutes" * 99)


@pytest.fixture
def vault(room: DeskRoom, tmp_path: Path) -> Vault:
    """Backups of a desk."""
    return Vault(room.edge.settings, tmp_path / "vault")


def archived(sources: Iterable[ArchiveSource]) -> Iterator[object]:
    """Every value and object in archives."""
    for source in sources:
        for part in OpenedArchive(source).parts():
            match part:
                case ArchiveRow(values):
                    yield from values
                case Object(_, content):
                    yield content
                case _:
                    pass


def lying_there(room: DeskRoom) -> Iterator[object]:
    """Every value and object in the stores as they are now."""
    for store in opened(room.edge.settings, list(StoreName)):
        yield from cells(store)
    blobs = room.edge.mailroom.blobs
    yield from (b"".join(blobs.read(place)) for place in list(blobs.places()))


def thief_with(handled: Handled, vault: Vault, loot: Iterable[object]) -> KeyThief:
    """A thief with the key of every member, recovery, receipt and archive, and this loot."""
    office = handled.filed.office
    thief = KeyThief([*keys_of_everybody(office, [handled.filed]), *vault.keys.values()])
    thief.steal(loot)
    thief.open_all()
    return thief


def pass_day(room: DeskRoom, vault: Vault) -> None:
    """A day goes by, with its nightly copy of the erasure store and its janitor."""
    room.edge.hands.now += timedelta(days=1)
    vault.backup(room.edge.hands, StoreName.ERASURE)
    room.edge.worker.janitor.work()


def test_a_week_after_its_deletion_a_case_opens_for_nobody(room: DeskRoom, vault: Vault) -> None:
    """All keys, old backups of all other stores and what copies of keys are left read no word; an older copy would."""
    handled = handle(room, room.sign_in("li-wei"), "erased")
    others = [name for name in StoreName if name is not StoreName.ERASURE]
    vault.backup(room.edge.hands)
    old = list(archived(vault.sources(*others)))
    pass_day(room, vault)
    last = list(archived(vault.sources(StoreName.ERASURE)))
    deletion = build_deletion(room.edge.settings, room.edge.hands)
    deletion.delete_case(handled.case, DeletionReason.RETENTION)
    deletion.close()
    for _ in range(7):
        pass_day(room, vault)
    left = vault.place(StoreName.ERASURE).names()
    assert len(left) == 7
    place, key = vault.place(StoreName.ERASURE), vault.keys[StoreName.ERASURE]
    copies = [ArchiveSource(StoreName.ERASURE, place, name, key) for name in left]
    loot = [*old, *archived(copies), *lying_there(room)]
    assert thief_with(handled, vault, loot).read(WORDS) == []
    # What makes the difference is the one copy that was destroyed in time.
    assert thief_with(handled, vault, [*loot, *last]).read(WORDS) == list(WORDS)


def test_a_younger_copy_is_held_against_the_list(room: DeskRoom, vault: Vault) -> None:
    """A copy of keys from before the deletion, restored within the week, has lost the deleted case's when it serves."""
    handled = handle(room, room.sign_in("li-wei"), "restored")
    vault.backup(room.edge.hands)
    old = list(archived(vault.sources(*(name for name in StoreName if name is not StoreName.ERASURE))))
    deletion = build_deletion(room.edge.settings, room.edge.hands)
    deletion.delete_case(handled.case, DeletionReason.RETENTION)
    deletion.close()
    wipe(room.edge.settings, StoreName.ERASURE)
    vault.restore(room.edge.hands, StoreName.ERASURE)
    thief = thief_with(handled, vault, [*old, *lying_there(room)])
    assert thief.read(WORDS) == []
    thief.steal(archived(vault.sources(StoreName.ERASURE)))
    thief.open_all()
    assert thief.read(WORDS) == list(WORDS)
