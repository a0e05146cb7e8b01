"""A real PostgreSQL server on a free loopback port, with cheap fresh databases."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.support.ports import LOOPBACK, free_ports, wait_for_port

SERVER_USER = "postgres"
ROOM = 2 * 1024**3
# Nothing here has to survive a crash of the machine.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]
# As in production, but for the number of lines.
DURABLE = ["max_connections=200"]
# As in production: what a log segment held is gone once the server needs it no more.
FORGETFUL = ["wal_recycle=off"]


def newest_binaries() -> Path:
    """Returns the folder of the newest PostgreSQL that Debian installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed; run: make setup")
    return max(found, key=lambda path: int(path.parent.name))


def fast_folder() -> str | None:
    """Returns the folder in memory, where a database is made in 16 ms instead of 300, if it fits."""
    memory = Path("/dev/shm")
    fits = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return str(memory) if fits else None


def as_server_user() -> dict[str, Any]:
    """Returns what Popen needs: PostgreSQL refuses to run as root."""
    user: dict[str, Any] = {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []}
    return {"cwd": "/", **(user if os.geteuid() == 0 else {})}


@dataclass
class Postgres:
    """One running server. Everybody on the loopback address is trusted, whatever the role."""

    port: int
    folder: Path
    _counter: Iterator[int] = field(default_factory=itertools.count)
    _templates: dict[str, str] = field(default_factory=dict[str, str])

    def url(self, database: str, role: str = SERVER_USER) -> str:
        """Returns the SQLAlchemy URL of a database for a role."""
        return f"postgresql+psycopg://{role}@{LOOPBACK}:{self.port}/{database}"

    def run(self, *statements: str) -> None:
        """Executes statements one by one, each by itself, as the server's owner."""
        address = f"postgresql://{SERVER_USER}@{LOOPBACK}:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def create(self, name: str, template: str = "template0") -> str:
        """Makes a database with an unused name that begins with `name`; returns that name."""
        database = f"{re.sub(r'[^a-z0-9]+', '_', name.lower())[:40]}_{next(self._counter)}"
        self.run(f"CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY")
        return database

    def drop(self, *databases: str) -> None:
        """Removes databases, with whoever is still connected to them."""
        self.run(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in databases))

    def template(self, key: str, prepare: Callable[[str], None]) -> str:
        """Returns a template database, filled once per session by `prepare(url)`."""
        if key not in self._templates:
            database = self.create(f"template_{key}")
            prepare(self.url(database))
            self._templates[key] = database
        return self._templates[key]


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Starts a server in a new folder and takes both away at the end.

    A durable one lies on the disk and keeps PostgreSQL's own defaults: a commit has survived when it returns.
    """
    binaries = newest_binaries()
    folder = Path(tempfile.mkdtemp(prefix="yanlu-postgres-", dir=None if durable else fast_folder()))
    if os.geteuid() == 0:
        shutil.chown(folder, SERVER_USER, SERVER_USER)
    (port,) = free_ports(1)
    initdb = [binaries / "initdb", "-D", folder / "db", "-U", SERVER_USER, "-A", "trust"]
    options = [*(DURABLE if durable else FAST), *FORGETFUL, f"listen_addresses={LOOPBACK}", "unix_socket_directories="]
    server = [binaries / "postgres", "-D", folder / "db", "-p", str(port)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run(
            [*initdb, "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"],
            check=True, **quiet, **as_server_user(),
        )  # fmt: skip
        words = [*server, *(word for option in options for word in ("-c", option))]
        process = subprocess.Popen(words, **quiet, **as_server_user())
        try:
            wait_for_port(port)
            yield Postgres(port, folder / "db")
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
