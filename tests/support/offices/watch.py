"""A watch for tests: its store, an HR system with a key, deliveries, an officer in the office's directory."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select

import crypto
from crypto.framing import b64encode, sha256, sign, verify_key
from crypto.sealing.recipients import Identity
from crypto.watch.protection import (
    Bond,
    Linked,
    Protection,
    RequestKind,
    entry_marks,
    seal_link,
    seal_protection_packet,
)
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.watch.context import WatchContext
from portal.watch.hr_upload_views import ingest_file
from retaliation_watch.enrolment.entries import EntryRequest, RequestOutcome, apply_request
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest
from retaliation_watch.store import AGREEMENTS, SOURCES
from tests.crypto.sample import MEMBERS, Drawn, Office
from tests.crypto.write_protection_vectors import watched
from tests.support.offices.edge import settings_for, write_office
from tests.support.stores.backends import Stores, ready_embedded_stores

ENTITY, SOURCE, OFFICER = "works", "hr-core", "bao-hu"
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = NOW.date()
PAPER = bytes(32)
SEED = bytes([7]) * 32


class WatchedOffice(Office):
    """The sample office with an officer and a watch at its works."""

    def __init__(self) -> None:
        super().__init__(Drawn("watched"))
        self.key = Identity.draw(self.rng)
        self.seeds[OFFICER] = crypto.draw_staff_seed(self.rng)

    def officer(self) -> dict[str, Any]:
        """The directory's entry of the officer."""
        keys = self.staff(OFFICER)
        own = {"id": OFFICER, "role": "retaliation-officer", "recipient": keys.recipient}
        return self.member("li-wei") | own | {"signing": b64encode(keys.signing_key)}

    def directory_document(self, **changes: Any) -> dict[str, Any]:
        """The JSON of the directory."""
        members = [*(self.member(name) for name in MEMBERS), self.officer()]
        more = watched(self, self.key.recipient.text) | {"members": members}
        return super().directory_document(**(more | changes))


@dataclass
class Watch:
    """A watch's room, and what HR's side and reporters need to reach it."""

    context: WatchContext
    office: WatchedOffice = field(repr=False)
    sequence: dict[FeedFile, int] = field(default_factory=dict[FeedFile, int])

    @property
    def store(self) -> Store:
        """The watch's store."""
        return self.context.store

    def signed(self, kind: FeedFile, content: bytes, sequence: int, day: date = TODAY) -> tuple[bytes, bytes]:
        """Manifest and signature of a file."""
        payload = write_manifest(Manifest(SOURCE, kind, sequence, day, sha256(content)))
        return payload, sign(SEED, manifest_frame(payload))

    def push(self, kind: FeedFile, *lines: str, sequence: int | None = None, day: date = TODAY) -> str:
        """Delivers lines as a file; gives the whole receipt."""
        content = "\n".join(lines).encode()
        number = sequence or self.sequence.get(kind, 0) + 1
        self.sequence[kind] = max(number, self.sequence.get(kind, 0))
        payload, signature = self.signed(kind, content, number, day)
        return ingest_file(self.context, payload, signature, sha256(content), io.BytesIO(content))

    def wish(
        self, employee: str, handle: bytes = bytes(16), bond: Bond = Bond.REPORTER, *, ends: bool = False
    ) -> bytes:
        """A protection packet as a reporter's page seals it."""
        rng, directory = os.urandom, self.office.directory()
        link = seal_link(directory, ENTITY, Linked(bond, bytes([9]) * 16), rng)
        wish = RequestKind.END if ends else RequestKind.PROTECT
        told = Protection(wish, ENTITY, handle, bond, "", employee, "", None, link)
        return seal_protection_packet(directory, told, rng)

    def enter(  # one for each part of a wish
        self,
        employee: str,
        marks: list[bytes],
        *,
        ends: bool = False,
        today: date = TODAY,
        packet: bytes | None = None,
    ) -> RequestOutcome:
        """Enters a person straight into the store."""
        wish = EntryRequest(ENTITY, self.context.key.pseudonym(ENTITY, employee), marks, os.urandom(7356), ends, packet)
        with self.store.write() as tx:
            return apply_request(tx, wish, today, os.urandom)

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Everything in a table, in the order of its keys."""
        with self.store.read() as connection:
            found = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            return [{name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items()} for row in found]

    def close(self) -> None:
        """Gives the line to the store back."""
        self.store.engine.dispose()


def payload_of(receipt: str) -> dict[str, Any]:
    """What a receipt says."""
    found: dict[str, Any] = json.loads(json.loads(receipt)["payload"])
    return found


def agree_and_register(store: Store, *, agreed: bool = True, entity: str = ENTITY) -> None:
    """One HR system, and the agreement."""
    with store.write() as tx:
        tx.execute(insert(SOURCES), [{"source": SOURCE, "entity": entity, "key": verify_key(SEED), "ended": False}])
        if agreed:
            row = {"entity": entity, "body": "职代会", "day": NOW.date(), "paper": PAPER, "health": False}
            tx.execute(insert(AGREEMENTS), [row])


def open_watch(stores: Stores, folder: Path, *, agreed: bool = True) -> Watch:
    """A watch over empty stores, with one source that is registered and, in the end, an agreement."""
    settings = settings_for(stores, folder)
    office = WatchedOffice()
    write_office(settings.office, office)
    store = open_store(settings, StoreName.WATCH)
    directory = CurrentDirectory(OfficeFolder(settings.office))
    context = WatchContext(store, HostKey(bytes([3]) * 32), directory, lambda: NOW, os.urandom)
    agree_and_register(store, agreed=agreed)
    return Watch(context, office)


def handle_marks(number: int) -> list[bytes]:
    """The marks of one reporter."""
    return entry_marks(bytes([number]) * 16)


@contextmanager
def watch_of(folder: Path, prepared: Path, *roster: str) -> Iterator[Watch]:
    """A watch on SQLite of the people whom HR delivered as these lines of a roster."""
    made = open_watch(ready_embedded_stores(folder, prepared), folder)
    made.push(FeedFile.ROSTER, *roster)
    yield made
    made.close()
