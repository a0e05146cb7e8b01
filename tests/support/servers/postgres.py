"""A real PostgreSQL server on a free loopback port, with cheap fresh databases."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from portal.db_roles.privileges import StoreRole, owner_of
from portal.db_roles.statements import forgetting
from portal.settings import StoreName
from tests.support.servers.ports import LOOPBACK, free_ports, wait_for_port

SERVER_USER = "postgres"
ROOM = 2 * 1024**3
# Nothing here has to survive a crash of the machine.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]
# What is confirmed survives the death of every process of the server.
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
    command: list[str] = field(default_factory=list[str], repr=False)
    process: subprocess.Popen[Any] | None = field(default=None, repr=False)
    _counter: Iterator[int] = field(default_factory=itertools.count)
    _templates: dict[str, str] = field(default_factory=dict[str, str])
    _roles: bool = False

    def start(self) -> None:
        """Starts the server; it may still be reading its log when the port answers."""
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self.command, **quiet, **as_server_user())
        wait_for_port(self.port)

    def wait(self, seconds: float = 30) -> None:
        """Returns once it takes a connection; a port that answers may still say that it is starting up."""
        end = time.monotonic() + seconds
        while True:
            try:
                self.run("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """As `pg_ctl stop -m immediate`: nobody may finish what they began."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=30)

    def restart(self) -> None:
        """As `pg_ctl restart -m immediate`."""
        self.stop()
        self.start()

    @property
    def pid(self) -> int:
        """The server's first process."""
        return int((self.folder / "postmaster.pid").read_text().split()[0])

    def url(self, database: str, role: str = SERVER_USER) -> str:
        """Returns the SQLAlchemy URL of a database for a role."""
        return f"postgresql+psycopg://{role}@{LOOPBACK}:{self.port}/{database}"

    def run(self, *statements: str) -> None:
        """Executes statements one by one, each by itself, as the server's owner."""
        address = f"postgresql://{SERVER_USER}@{LOOPBACK}:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def make_roles(self) -> str:
        """Makes the product's roles, once, as an administrator would; returns the template for databases with them."""
        if not self._roles:
            logins = [*(role.login for role in StoreRole), *(owner_of(store) for store in StoreName)]
            # The test of the printed script may have made them already.
            made = (
                f"DO $$ BEGIN CREATE ROLE {login} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
                for login in logins
            )
            self.run(*made, f"GRANT pg_checkpoint TO {StoreRole.WORKER.login}")
            self._roles = True
        return self.template("roles", self._let_worker_forget)

    def _let_worker_forget(self, url: str) -> None:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in forgetting():
                connection.execute(statement.encode())

    def create(self, name: str, template: str = "template0", owner: str = SERVER_USER) -> str:
        """Makes a database with an unused name that begins with `name`; returns that name."""
        (database,) = self._create({name: (template, owner)}).values()
        return database

    def _create(self, wanted: Mapping[str, tuple[str, str]]) -> dict[str, str]:
        made = {name: f"{re.sub(r'[^a-z0-9]+', '_', name.lower())[:40]}_{next(self._counter)}" for name in wanted}
        create = "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY"
        self.run(*(create.format(made[name], owner, template) for name, (template, owner) in wanted.items()))
        return made

    def create_stores(self, names: Iterable[str], prepare: Callable[[str, str], None] | None = None) -> dict[str, str]:
        """Makes a database for each store, whose owner it belongs to; returns their names by store.

        With `prepare(store, url)` each is cloned from a template that was prepared once, as its owner.
        """
        template = self.make_roles()
        wanted = {name: (template, f"yanlu_{name}_owner") for name in names}
        if prepare is not None:
            wanted = {name: (self._ready(name, *each, prepare), each[1]) for name, each in wanted.items()}
        return self._create(wanted)

    def _ready(self, name: str, template: str, owner: str, prepare: Callable[[str, str], None]) -> str:
        key = f"ready_{name}"
        if key not in self._templates:
            database = self.create(f"template_{key}", template, owner)
            prepare(name, self.url(database, owner))
            self._templates[key] = database
        return self._templates[key]

    def drop(self, *databases: str) -> None:
        """Removes databases, with anyone who is still connected to them."""
        self.run(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in databases))

    def template(self, key: str, prepare: Callable[[str], None]) -> str:
        """Returns a template database, filled once per session by `prepare(url)`."""
        if key not in self._templates:
            database = self.create(f"template_{key}")
            prepare(self.url(database))
            self._templates[key] = database
        return self._templates[key]


@contextmanager
def running_postgres(options: Sequence[str] = FAST, *, on_disk: bool = False) -> Iterator[Postgres]:
    """Starts a server in a new folder, in memory where that fits, and takes both away at the end."""
    binaries = newest_binaries()
    folder = Path(tempfile.mkdtemp(prefix="yanlu-postgres-", dir=None if on_disk else fast_folder()))
    if os.geteuid() == 0:
        shutil.chown(folder, SERVER_USER, SERVER_USER)
    (port,) = free_ports(1)
    initdb = [binaries / "initdb", "-D", folder / "db", "-U", SERVER_USER, "-A", "trust"]
    options = [*options, *FORGETFUL, f"listen_addresses={LOOPBACK}", "unix_socket_directories="]
    words = [str(binaries / "postgres"), "-D", str(folder / "db"), "-p", str(port)]
    server = Postgres(port, folder / "db", [*words, *(word for option in options for word in ("-c", option))])
    try:
        subprocess.run(
            [*initdb, "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_server_user(),
        )  # fmt: skip
        try:
            server.start()
            server.wait()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
