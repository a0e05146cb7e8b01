"""A population of reporters, each second one with a sealed name: what stores, files and backups hold of each report."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import obstore
from playwright.sync_api import Browser

import crypto
from casework.event_store import store as cases
from crypto.framing import b64encode
from portal.backup.names import newest_archive
from portal.db_roles.privileges import StoreRole
from portal.deletion import deletion_list as deletions
from portal.identity import store as identity
from portal.mailroom import erasure
from portal.mailroom import tables as mailroom
from portal.settings import Settings, StoreName
from portal.stores.engines import Store, open_store
from portal.wiring.worker import build_worker
from portal.worker.jobs import Worker
from retaliation_watch import store as watch
from tests.support.offices.edge import Hands, as_role, settings_for, upgrade_as_owners
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.privacy.leak_classifier import (
    Known,
    Row,
    Tables,
    appearances,
    as_measured,
    features_of,
    held_out_auc,
    known_reports,
    read_tables,
)
from tests.support.privacy.leaky_page import write_leaky_intake
from tests.support.privacy.page_visits import Reporters, Visit, reporters
from tests.support.servers.cheap_key_derivation import LIGHT_INTAKE
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import Stores
from tests.support.stores.backups import Vault

CUSTODIAN = "custodian-a"
KEEP = os.environ.get("CLASSIFIER_KEEP")
STORES = {
    StoreName.MAILROOM: mailroom.METADATA,
    StoreName.CASES: cases.METADATA,
    StoreName.ERASURE: erasure.METADATA,
    StoreName.IDENTITY: identity.METADATA,
    StoreName.WATCH: watch.METADATA,
    StoreName.DELETIONS: deletions.METADATA,
}


@dataclass
class ReportPopulation:
    """Many reports through the real page, half of them with a sealed name, and what there is of them afterwards."""

    settings: Settings
    stores: Stores
    office: OfficeForTests
    reporters: Reporters
    hands: Hands
    worker: Worker
    # By mailbox, in the order of arrival: whether a name was sealed, and the packet of the finishing post.
    arrived: dict[bytes, tuple[bool, bytes]] = field(default_factory=dict[bytes, tuple[bool, bytes]])
    _eyes: dict[StoreName, Store] = field(default_factory=dict[StoreName, Store])

    def eyes(self, name: StoreName) -> Store:
        """A store as the database's own administrator sees it, whatever a process's role may see."""
        if name not in self._eyes:
            self._eyes[name] = open_store(self.settings, name)
        return self._eyes[name]

    @property
    def intake(self) -> str:
        """Where intake is served."""
        return "/".join(self.reporters.entry.split("/")[:3])

    def close(self) -> None:
        """Gives every connection back, so that a database can be dropped."""
        for store in self._eyes.values():
            store.engine.dispose()
        self.worker.close()

    def settle(self) -> None:
        """The worker opens, carries and takes the order away, and a week goes by."""
        self.hands.now = datetime.now(UTC)
        while self.worker.open_received():
            pass
        self.worker.forward_packets()
        self.hands.now += timedelta(days=8)
        self.worker.forward_packets()
        while self.worker.erase_order():
            pass

    def fill(self, count: int, *, all_finish: bool = True) -> None:
        """So many reports, each second one with a name, in an order drawn by lot; who has no name may not finish."""
        named = [at % 2 == 0 for at in sorted(range(count), key=lambda _: os.urandom(8))]
        sent = self.reporters.send([Visit(one, finishes=one or all_finish) for one in named])
        for one, (mailbox, packet) in zip(named, sent, strict=True):
            self.arrived[mailbox] = (one, packet)
        assert len(self.arrived) == count
        self.settle()

    def has_name(self, packet: bytes) -> bool:
        """Whether a custodian finds a share of a name in a packet."""
        try:
            return bool(crypto.open_shares(packet, self.office.staff[CUSTODIAN].identity))
        except crypto.NotAddressed:
            return False

    def tables(self) -> Tables:
        """All rows of all stores, objects as they are listed, and where files and backups name a report."""
        tables = read_tables({name: (self.eyes(name), metadata) for name, metadata in STORES.items()})
        tables |= {"objects": self.objects(tables)}
        known = {one for row in known_reports(tables) for one in row.ids}
        raw = {one: one for one in known}
        # An archive writes ids in base64, and those of attachments in hexadecimal digits too.
        written = {b64encode(one).encode(): one for one in known} | {one.hex().encode(): one for one in known}
        files = {f"file.{name}": appearances(raw, found) for name, found in self.files().items()}
        backups = {f"archive.{name}": appearances(written, found) for name, found in self.archives().items()}
        return tables | files | backups

    def objects(self, tables: Tables) -> list[Row]:
        """Size and time of the last change of every object that a row names, in the order of folder or bucket."""
        parts = {str(row["place"]): row["blob_id"] for row in tables["mailroom.blob_parts"]}
        found = [(place, about) for place, about in self._objects() if place in parts]
        return [{"blob": parts[place]} | about for place, about in found]

    def _objects(self) -> Iterator[tuple[str, Row]]:
        folder = self.settings.blobs
        if isinstance(folder, Path):
            for file in folder.rglob("*"):
                if file.is_file():
                    yield file.name, {"size": file.stat().st_size, "changed": file.stat().st_mtime_ns // 1000}
            return
        for batch in obstore.list(self.stores.open_blobs()):
            for one in batch:
                yield Path(one["path"]).name, {"size": one["size"], "changed": int(one["last_modified"].timestamp())}

    def files(self) -> dict[str, bytes]:
        """The stores' own files, with what lies in freed pages and in the log of what was written last."""
        server = self.stores.server
        if server is None:
            places = {name: _database(self.eyes(name)) for name in STORES}
            return {name: _written([Path(place), Path(f"{place}-wal")]) for name, place in places.items()}
        server.run("CHECKPOINT")
        folders = {name: server.folder / "base" / _number(self.eyes(name)) for name in STORES}
        return {name: _written(sorted(folder.iterdir())) for name, folder in folders.items()} | {
            "log": _written(sorted((server.folder / "pg_wal").iterdir()))
        }

    def archives(self) -> dict[StoreName, bytes]:
        """The backups of this moment, opened with their keys."""
        vault = Vault(self.settings, self.settings.data / "vault")
        vault.backup(self.hands, *STORES)
        found: dict[StoreName, bytes] = {}
        for name in STORES:
            place = vault.place(name)
            sealed = b"".join(place.read(newest_archive(place, name, None)))
            found[name] = crypto.open_sealed(sealed, vault.keys[name], 1)
        return found

    def touch(self, tables: Tables) -> None:
        """A planted leak: each object of a report with a name is changed after all others."""
        names = {row["blob_id"]: row["case_id"] for row in tables["mailroom.blobs"]}
        owners = {row["case_id"]: row["mailbox_id"] for row in tables["mailroom.mailboxes"]}
        rows = tables["mailroom.blob_parts"]
        told = {str(row["place"]) for row in rows if self._named(owners[names[row["blob_id"]]])}
        folder = self.settings.blobs
        if isinstance(folder, Path):
            for file in folder.rglob("*"):
                if file.name in told:
                    later = file.stat().st_mtime + 86_400
                    os.utime(file, (later, later))
            return
        # A bucket keeps its own time, in whole seconds.
        time.sleep(2)
        bucket = self.stores.open_blobs()
        for path in [one["path"] for batch in obstore.list(bucket) for one in batch if Path(one["path"]).name in told]:
            obstore.put(bucket, path, bytes(obstore.get(bucket, path).bytes()))

    def auc(self, what: str, tables: Tables, reports: list[Known]) -> float:
        """The classifier's AUC on halves that it has not seen; CLASSIFIER_KEEP names a folder for what it was shown."""
        classes = [self.arrived[one.mailbox][0] for one in reports]
        names, measured = as_measured(features_of(tables, reports))
        value = held_out_auc(measured, classes)
        sys.stdout.write(f"\n{what}: AUC {value:.3f} on {len(reports) // 2} held out\n")
        if KEEP:
            file = Path(KEEP) / f"{self.stores.kind}.{what.replace(' ', '-')}.{time.time_ns()}.npz"
            np.savez_compressed(file, names=names, measured=measured, named=classes)
        return value

    def without_finishing(self, tables: Tables) -> Tables:
        """The stores of reporters who send no finishing post unless they seal a name."""
        owners = {row["case_id"]: row["mailbox_id"] for row in tables["mailroom.mailboxes"]}
        kept = [row for row in tables["mailroom.items"] if row["seq"] == 1 or self._named(owners[row["case_id"]])]
        return tables | {"mailroom.items": kept}

    def with_longer_names(self, tables: Tables) -> Tables:
        """The stores of a page whose finishing post is one padding block longer with a name."""
        owners = {row["case_id"]: row["mailbox_id"] for row in tables["mailroom.mailboxes"]}
        longer = [
            row | {"sealed": bytes(row["sealed"]) + bytes(4096)}  # type: ignore[arg-type]
            if row["seq"] == 2 and self._named(owners[row["case_id"]])
            else row
            for row in tables["mailroom.items"]
        ]
        return tables | {"mailroom.items": longer}

    def _named(self, mailbox: object) -> bool:
        return self.arrived[bytes(mailbox)][0]  # type: ignore[call-overload]

    def in_order_of_arrival(self, tables: Tables) -> Tables:
        """The stores of a server that keeps the order of arrival and an empty packet where no name came."""
        ranks = {mailbox: at for at, mailbox in enumerate(self.arrived)}
        rows = tables["mailroom.mailboxes"]
        boxes = sorted(rows, key=lambda row: ranks[bytes(row["mailbox_id"])])  # type: ignore[arg-type]
        kept: list[Row] = [{"packet": packet if named else bytes(49152)} for named, packet in self.arrived.values()]
        return tables | {"mailroom.mailboxes": boxes, "identity.packets": kept}


def _database(store: Store) -> str:
    database = store.engine.url.database
    assert database is not None
    return database


def _number(store: Store) -> str:
    """The folder that PostgreSQL gives a database."""
    with store.read() as connection:
        query = "SELECT oid::text FROM pg_database WHERE datname = current_database()"
        return str(connection.exec_driver_sql(query).scalar_one())


def _written(files: Iterable[Path]) -> bytes:
    return b"".join(file.read_bytes() for file in files if file.is_file())


@contextmanager
def open_population(
    stores: Stores, folder: Path, browser: Browser, *, loads: int, leaky: bool = False
) -> Generator[ReportPopulation]:
    """An empty population with an office, intake and worker; `loads`: after how many reports the page is loaded again.

    In a leaky one the page pads the finishing post by a block more when a name is sealed.
    """
    settings, now = settings_for(stores, folder), datetime.now(UTC)
    office = make_office(folder, today=now.date())
    if not stores.ready:
        upgrade_as_owners(settings)
    if leaky:
        write_leaky_intake(folder / "leaky", settings)
    hands = Hands(now)
    worker = build_worker(as_role(settings, StoreRole.WORKER), hands)
    with (
        live_intake(as_role(settings, StoreRole.INTAKE), face=LIGHT_INTAKE, start=None) as intake,
        reporters(browser, intake, office.code, office.office, loads) as tab,
        closing(ReportPopulation(settings, stores, office, tab, hands, worker)) as population,
    ):
        yield population
