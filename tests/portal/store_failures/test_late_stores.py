"""Processes that start before their stores: the worker waits, faces say so in words, and all goes on by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from crypto import b64encode
from portal.cli.errors import Exit
from portal.db_roles.privileges import StoreRole
from portal.deletion.janitor import KIND
from portal.edge.readiness import StoreReadiness, StoresNotReady
from portal.mailroom.tables import DAILY_TASKS
from portal.settings import Settings, StoreName, as_variables
from portal.stores.engines import SchemaOld, StoreAway, noticing_away, open_store
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import ROOT
from tests.support.faults.full_disk import small_disk
from tests.support.offices.edge import as_role, settings_for, upgrade_as_owners
from tests.support.servers.ports import LOOPBACK, free_ports, wait_for_port
from tests.support.servers.postgres import DURABLE, running_postgres
from tests.support.stores.backends import NAMES, Stores, embedded_stores

SECONDS = 60
STORE_UNAVAILABLE = "urn:yanlu:error:store-unavailable"


@contextmanager
def away(kind: str, folder: Path) -> Generator[tuple[Settings, ExitStack]]:
    """Stores that nobody can reach until the stack is closed."""
    with ExitStack() as whole:
        absence = ExitStack()
        if kind == "sqlite-folder":
            disk = whole.enter_context(small_disk(folder / "disk"))
            settings = settings_for(embedded_stores(disk.root), disk.root)
            absence.enter_context(disk.read_only())
        else:
            server = whole.enter_context(running_postgres(DURABLE))
            urls = {name: server.url(database) for name, database in server.create_stores(NAMES).items()}
            (folder / "blobs").mkdir()
            settings = settings_for(Stores(kind, urls, f"file://{folder / 'blobs'}"), folder)
            upgrade_as_owners(settings)
            server.stop()
            absence.callback(server.start)
        try:
            yield settings, absence
        finally:
            absence.close()


@contextmanager
def running(settings: Settings, log: Path, *command: str) -> Generator[subprocess.Popen[bytes]]:
    """The command as a process."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "zh_CN.UTF-8"} | as_variables(settings)
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.cli", *command], env=variables, stdout=sink, stderr=sink
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(SECONDS)


def poll(url: str) -> httpx.Response:
    """A look at a mailbox that nobody has."""
    body = {"v": 1, "token": b64encode(bytes(32)), "from": 0}
    return httpx.post(f"{url}/api/poll", json=body, headers={"Accept-Language": "zh"})


def sign_in(url: str) -> httpx.Response:
    """A sign-in under a name that nobody has."""
    body = {"member": "nobody", "secret": b64encode(bytes(32)), "totp": "000000"}
    return httpx.post(f"{url}/api/session", json=body, headers={"X-Yanlu-Desk": "1", "Accept-Language": "en"})


def until(claim: Callable[[], bool]) -> None:
    """Asks again and again; fails when it does not come true."""
    end = time.monotonic() + SECONDS
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.05)


def has_worked(settings: Settings) -> bool:
    """Whether a worker has been at the mailroom."""
    store = open_store(settings, StoreName.MAILROOM)
    try:
        with store.read() as connection:
            return connection.execute(select(DAILY_TASKS).where(DAILY_TASKS.c.kind == KIND)).first() is not None
    except DBAPIError:
        return False
    finally:
        store.engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite-folder", "postgres-folder"])
def test_whoever_starts_before_its_stores_goes_on_once_they_are_there(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faces show pages and answer 503 in words, the worker waits, other commands are told; later all of them work."""
    with away(kind, tmp_path) as (settings, absence), ExitStack() as started:
        ports, log = free_ports(2), tmp_path / "log"
        intake, desk = (f"http://{LOOPBACK}:{port}" for port in ports)
        for role, command in (
            (StoreRole.INTAKE, ("serve", "intake", "--bind", f"{LOOPBACK}:{ports[0]}")),
            (StoreRole.DESK, ("serve", "desk", "--bind", f"{LOOPBACK}:{ports[1]}")),
            (StoreRole.WORKER, ("worker",)),
        ):
            started.enter_context(running(as_role(settings, role), log, *command))
        for role, command in (
            (StoreRole.WORKER, ("worker", "--once")),
            (StoreRole.DESK, ("staff", "revoke", "nobody")),
        ):
            ran = inside(capsys, monkeypatch, as_role(settings, role), *command)
            assert (ran.code, "cannot be reached" in ran.err.splitlines()[-1]) == (Exit.UNREACHABLE, True)
        for port in ports:
            wait_for_port(port)
        for answer in (poll(intake), sign_in(desk)):
            assert (answer.status_code, answer.json()["type"]) == (503, STORE_UNAVAILABLE)
        for ill in (httpx.get(f"{intake}/healthz"), httpx.get(f"{desk}/healthz")):
            assert (ill.status_code, ill.content) == (503, b"")
        assert httpx.get(f"{intake}/zh/").status_code == httpx.get(f"{desk}/").status_code == 200
        absence.close()
        # Asked by nobody else: a balancer sends no other call to what is not well.
        until(lambda: {httpx.get(f"{url}/healthz").status_code for url in (intake, desk)} == {204})
        until(lambda: poll(intake).status_code == 200)
        until(lambda: sign_in(desk).status_code == 401)
        until(lambda: has_worked(settings))
    said = log.read_text("utf-8")
    assert "store away" in said
    assert "Traceback" not in said


class Ticks:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        """What was set."""
        return self.now


def test_a_face_looks_once_a_second_however_many_ask() -> None:
    """Calls between two looks are told at once; once the stores are there nobody looks again."""
    ticks, looks, away_for = Ticks(), list[float](), 3

    def look() -> None:
        looks.append(ticks())
        if len(looks) <= away_for:
            raise StoreAway("mailroom")

    stores = StoreReadiness(look, ticks)
    for tenth in range(40):
        ticks.now = tenth / 10
        if len(looks) < away_for or ticks() < away_for:
            with pytest.raises(StoresNotReady):
                stores.require()
        else:
            stores.require()
    assert looks == [0, 1, 2, 3]


def test_what_forbids_to_serve_is_no_absence(capsys: pytest.CaptureFixture[str]) -> None:
    """An old schema ends a worker that waits; a face goes on refusing and names the kind of fault in its log."""

    def look() -> None:
        raise SchemaOld("cases")

    stores = StoreReadiness(look, Ticks())
    with pytest.raises(SchemaOld):
        stores.wait(threading.Event())
    with pytest.raises(StoresNotReady):
        stores.require()
    assert json.loads(capsys.readouterr().out) == {"event": "stores not fit", "level": "error", "error": "SchemaOld"}


def test_a_waiting_worker_leaves_when_it_is_told_to() -> None:
    """Told to stop while it waits, it does not begin to work."""
    stop = threading.Event()

    def look() -> None:
        stop.set()
        raise StoreAway("cases")

    assert not StoreReadiness(look, pause=600).wait(stop)


def test_a_faulty_statement_is_not_taken_for_an_absent_store(tmp_path: Path) -> None:
    """A table that is not there passes through as the fault that it is; a file that cannot be opened is absence."""
    engine = create_engine(f"sqlite:///{tmp_path / 'here.sqlite'}")
    with pytest.raises(OperationalError), noticing_away("cases"), engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM nothing"))
    engine.dispose()
    missing = create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'here.sqlite'}")
    with pytest.raises(StoreAway), noticing_away("cases"):
        missing.connect()
