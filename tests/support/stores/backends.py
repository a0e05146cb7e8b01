"""The product's stores on each of the two back ends that it promises to run on, empty or ready for rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from obstore.store import LocalStore, S3Store

from portal.settings import StoreName
from portal.stores.engines import Store, open_engine
from portal.stores.schemas import upgrade_store
from tests.support.servers.postgres import Postgres
from tests.support.servers.s3 import S3

NAMES = ("mailroom", "cases", "accounts", "erasure", "identity", "watch", "deletions", "ledger")
KINDS = ("sqlite-folder", "postgres-s3")


@dataclass(frozen=True)
class Stores:
    """Where each store lies, as settings take it; none has a row.

    `urls` holds one SQLAlchemy URL for each of NAMES. `blobs` is either `file:///folder` or
    `s3://bucket/prefix?endpoint=http://host:port`; S3 keys never stand in the URL.
    """

    kind: str
    urls: dict[str, str]
    blobs: str
    blob_access_key: str | None = None
    blob_secret_key: str | None = None
    # Everything that the database server itself keeps, when there is one.
    server: Postgres | None = None
    # Whether the newest schema is there; else not even a table is.
    ready: bool = False

    def variables(self) -> dict[str, str]:
        """The stores' part of the environment that a process of the product reads."""
        keys = {"YANLU_S3_KEY": self.blob_access_key, "YANLU_S3_SECRET": self.blob_secret_key}
        urls = {f"YANLU_URL_{name.upper()}": url for name, url in self.urls.items()}
        return urls | {"YANLU_BLOBS": self.blobs} | {name: key for name, key in keys.items() if key}

    def open_blobs(self) -> LocalStore | S3Store:
        """Opens the blobs for the eyes of a test."""
        if self.blobs.startswith("file://"):
            return LocalStore(self.blobs.removeprefix("file://"))
        place, _, query = self.blobs.removeprefix("s3://").partition("?")
        bucket, _, prefix = place.partition("/")
        server = S3(
            query.removeprefix("endpoint="),
            self.blob_access_key or "",
            self.blob_secret_key or "",
            bucket,
        )
        return server.store(prefix)


def embedded_stores(folder: Path) -> Stores:
    """Eight SQLite files and a folder of blobs."""
    (folder / "blobs").mkdir()
    urls = {name: f"sqlite:///{folder / name}.sqlite" for name in NAMES}
    return Stores("sqlite-folder", urls, f"file://{folder / 'blobs'}")


def prepare_store(name: str, url: str) -> None:
    """Gives an empty database the newest schema of a store; nobody is connected to it afterwards."""
    store = Store(StoreName(name), open_engine(url))
    upgrade_store(store)
    store.engine.dispose()


def prepared_files(folder: Path) -> Path:
    """Fills a folder with a SQLite file of each store, to be copied: a history is walked once, not in every test."""
    for name in NAMES:
        prepare_store(name, f"sqlite:///{folder / name}.sqlite")
    return folder


def ready_embedded_stores(folder: Path, prepared: Path) -> Stores:
    """The same as `embedded_stores` at the newest schema, out of `prepared_files`."""
    stores = embedded_stores(folder)
    for name in NAMES:
        shutil.copyfile(prepared / f"{name}.sqlite", folder / f"{name}.sqlite")
    return replace(stores, ready=True)


@contextmanager
def scaled_stores(postgres: Postgres, s3: S3, *, ready: bool = False) -> Iterator[Stores]:
    """Eight PostgreSQL databases and a prefix in an S3 bucket; with `ready` at the newest schema."""
    databases = postgres.create_stores(NAMES, prepare_store if ready else None)
    urls = {name: postgres.url(database) for name, database in databases.items()}
    blobs = s3.url(s3.fresh_prefix())
    try:
        yield Stores("postgres-s3", urls, blobs, s3.access_key, s3.secret_key, postgres, ready)
    finally:
        postgres.drop(*databases.values())
