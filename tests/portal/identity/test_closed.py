"""With the stores, the server's secrets and nearly all keys an identity stays closed; with one key more it opens."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

import crypto
from casework.event_store import store as cases
from crypto.errors import CryptoError
from portal.accounts import tables as accounts
from portal.deletion import deletion_list as deletions
from portal.identity import store as identity
from portal.mailroom import erasure
from portal.mailroom import tables as mailroom
from portal.settings import StoreName
from retaliation_watch import store as watch
from tests.support.offices.custody import CUSTODIANS, NAME, Custody
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import open_edge
from tests.support.stores.backends import Stores, embedded_stores

STORES: dict[StoreName, MetaData] = {
    StoreName.MAILROOM: mailroom.METADATA,
    StoreName.CASES: cases.METADATA,
    StoreName.ACCOUNTS: accounts.METADATA,
    StoreName.ERASURE: erasure.METADATA,
    StoreName.IDENTITY: identity.METADATA,
    StoreName.WATCH: watch.METADATA,
    StoreName.DELETIONS: deletions.METADATA,
}

QUORUMS = [(m, n) for n in range(1, 6) for m in range(1, n + 1)]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Custody]:
    """A sealed name and a request for it on embedded stores; who keeps them changes nothing here."""
    stores: Stores = embedded_stores(tmp_path)
    edge = open_edge(stores, tmp_path)
    room = DeskRoom(edge)
    yield Custody(room)
    room.close()
    edge.close()


def everything(hall: Custody) -> list[bytes]:
    """Every value of every row of all stores, unwrapped by every erasure key that the server has."""
    values = [value for name, metadata in STORES.items() for value in values_of(hall, name, metadata)]
    keys = [value for value in values if len(value) == 32]
    return values + [plain for value in values for plain in unwrapped(value, keys)]


def values_of(hall: Custody, name: StoreName, metadata: MetaData) -> list[bytes]:
    """Every value of bytes or text of a store."""
    with hall.room.edge.eyes(name).read() as connection:
        tables = metadata.tables.values()
        found = [value for table in tables for row in connection.execute(select(table)) for value in row]
    return [bytes(value) if isinstance(value, bytes) else str(value).encode() for value in found]


def unwrapped(value: bytes, keys: list[bytes]) -> list[bytes]:
    """What lies under the erasure layer, if one of the keys opens it."""
    found: list[bytes] = []
    for key in keys if len(value) > 40 else ():
        try:
            found.append(crypto.unwrap_erasable(key, value))
        except (CryptoError, ValueError):
            continue
    return found


def opened_with(values: list[bytes], keys: list[crypto.Identity]) -> list[object]:
    """Every identity that these keys open, in every packet that lies anywhere, by every quorum."""
    found: list[object] = []
    for packet in {value for value in values if len(value) == crypto.IDENTITY_SIZE}:
        strings: dict[int, bytes] = {}
        for key in keys:
            try:
                strings |= {share.slot: share.string for share in crypto.open_shares(packet, key)}
            except CryptoError:
                continue
        for m, n in QUORUMS:
            try:
                found.append(crypto.open_identity(packet, strings, m, n))
            except CryptoError:
                continue
    return found


def test_all_but_the_last_key_open_nothing(hall: Custody) -> None:
    """With all stores, all server secrets, every other member's key, the recovery key and one custodian's: closed."""
    asker = hall.room.sign_in("li-wei")
    assert asker.send("/api/unsealing", hall.request(asker).document()).status_code == 201
    values, office = everything(hall), hall.room.edge.office
    others = [office.staff(name).identity for name in office.seeds if name not in CUSTODIANS]
    grant = asker.grants[hall.case.sealed.memo.case]
    others += [office.recovery, crypto.Identity.read(grant.body.case_identity.text)]
    assert any(len(value) == crypto.IDENTITY_SIZE for value in values)
    for custodian in CUSTODIANS:
        assert opened_with(values, [*others, office.staff(custodian).identity]) == []
    for pair in combinations(CUSTODIANS, 2):
        assert NAME.document() in opened_with(values, [office.staff(name).identity for name in pair])


def test_the_name_lies_nowhere(hall: Custody) -> None:
    """No value of any store, unwrapped or not, holds the name or the contact."""
    for value in everything(hall):
        assert NAME.name.encode() not in value
        assert NAME.contact.encode() not in value
