"""A house whose processes are killed and started again, and the clients who do not give up on it."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

from casework.event_store.store import CaseId
from portal.db_roles.privileges import StoreRole
from portal.settings import Settings
from tests.crypto.sample import Drawn, Office
from tests.support.faults.killable_processes import Fault, Role, SharedHands, Traps, start, told
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import NOW, Edge, as_role, settings_for, upgrade_as_owners, write_office
from tests.support.servers.ports import LOOPBACK, free_ports, wait_for_port
from tests.support.stores.backends import Stores

PATIENCE_SECONDS = 60
LEASE = 61
STORE_ROLES = {
    Role.INTAKE: StoreRole.INTAKE,
    Role.DESK: StoreRole.DESK,
    Role.WORKER: StoreRole.WORKER,
    # `yanlu case delete` runs as the worker does.
    Role.DELETION: StoreRole.WORKER,
}


class NobodyAnswers(Exception):
    """A face that was killed did not come back, or answered with a fault of its own."""


@dataclass(frozen=True)
class Answer:
    """An answer as Flask's test client would give it."""

    status_code: int
    data: bytes
    mimetype: str

    @property
    def json(self) -> Any:
        """The JSON of it."""
        return json.loads(self.data)

    @property
    def text(self) -> str:
        """The words of it."""
        return self.data.decode(errors="replace")


@dataclass
class RetryingClient:
    """A client that sends the same bytes again until somebody answers, as the pages do; stands in for Flask's own.

    With `faint` it gives up at the first broken line, as a person may.
    """

    url: str
    faint: bool = False
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=PATIENCE_SECONDS), repr=False)

    def weaker(self) -> RetryingClient:
        """The same client for somebody who faints."""
        return RetryingClient(self.url, faint=True, client=self.client)

    def open(
        self,
        path: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        content_type: str | None = None,
        headers: dict[str, str] | None = None,
        buffered: bool = True,
    ) -> Answer:
        """One call, answered; raises `NobodyAnswers`."""
        sent = dict(headers or {}) | ({"Content-Type": content_type} if content_type else {})
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                answer = self.client.request(method, self.url + path, content=data, headers=sent)
            except httpx.TransportError as error:
                if self.faint:
                    raise NobodyAnswers(path) from error
                time.sleep(0.02)
                continue
            if answer.status_code >= 500:
                raise NobodyAnswers(f"{path}: {answer.status_code} {answer.text}")
            return Answer(answer.status_code, answer.content, answer.headers.get("Content-Type", ""))
        raise NobodyAnswers(path)

    def get(self, path: str) -> Answer:
        """A reading call."""
        return self.open(path)

    def put(self, path: str, *, data: bytes, headers: dict[str, str]) -> Answer:
        """A part."""
        return self.open(path, method="PUT", data=data, headers=headers)


@dataclass
class RestartingOffice:
    """Intake, desk and worker as processes; anyone who dies is started again, and a minute passes."""

    edge: Edge
    room: DeskRoom
    hands: SharedHands
    folder: Path
    fault: Fault | None = None
    ports: dict[Role, int] = field(default_factory=dict[Role, int])
    processes: dict[Role, BaseProcess] = field(default_factory=dict[Role, BaseProcess])
    clients: list[RetryingClient] = field(default_factory=list[RetryingClient], repr=False)
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def traps(self) -> Traps:
        """The traps that its processes see."""
        return Traps(self.folder / "traps")

    def url(self, role: Role) -> str:
        """Where a face listens."""
        return f"http://{LOOPBACK}:{self.ports[role]}"

    def client(self, role: Role) -> Any:
        """A client of a face, closed with the house; it stands in for Flask's test client."""
        made = RetryingClient(self.url(role))
        self.clients.append(made)
        return made

    def begin(self) -> None:
        """Starts everything, and anyone who keeps it going."""
        self.ports = dict(zip((Role.INTAKE, Role.DESK), free_ports(2), strict=True))
        for role in (Role.INTAKE, Role.DESK, Role.WORKER):
            self._start(role)
        for role, port in self.ports.items():
            wait_for_port(port)
            self.client(role).get("/healthz")
        threading.Thread(target=self._keep_going, daemon=True).start()

    def _start(self, role: Role) -> None:
        port = self.ports.get(role, 0)
        self.processes[role] = start(told(role, self._settings(role), self.folder, port=port, fault=self.fault))

    def _settings(self, role: Role) -> Settings:
        """Those of one process: on PostgreSQL nobody here may do more than in life."""
        return as_role(self.edge.settings, STORE_ROLES[role])

    def _keep_going(self) -> None:
        """A process that is dead is started again; the minute that a lease of the dead one lasts passes."""
        seen = self.traps.sprung().total()
        while not self._stop.wait(0.02):
            for role in [role for role, process in self.processes.items() if not process.is_alive()]:
                self._start(role)
            if (now := self.traps.sprung().total()) > seen:
                seen = now
                self.hands.pass_by(LEASE)

    def delete(self, case: CaseId) -> bool:
        """`yanlu case delete` in a process of its own; whether it lived to its end."""
        process = start(told(Role.DELETION, self._settings(Role.DELETION), self.folder, case=case))
        process.join(PATIENCE_SECONDS)
        return process.exitcode == 0

    def rest(self) -> None:
        """No trap, no kill and no worker any more; the faces go on."""
        self.traps.lift()
        self._stop.set()
        time.sleep(0.05)
        self.end(Role.WORKER)

    def end(self, *roles: Role) -> None:
        """Ends processes with all that they started."""
        for role in roles:
            process = self.processes.pop(role, None)
            if process is not None and process.pid is not None:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                process.join(PATIENCE_SECONDS)

    def said(self) -> str:
        """Everything that its processes said."""
        path = self.folder / "said"
        return path.read_text("utf-8", "replace") if path.exists() else ""


@contextmanager
def restarting_office(stores: Stores, folder: Path, fault: Fault | None = None) -> Generator[RestartingOffice]:
    """A house on empty stores, with two members enrolled, whose clients insist."""
    office, settings = Office(Drawn("ordeal")), settings_for(stores, folder)
    write_office(settings.office, office)
    upgrade_as_owners(settings)
    hands = SharedHands(folder / "clock")
    hands.now = NOW
    edge = Edge(settings, office, hands)
    room = DeskRoom(edge)
    made = RestartingOffice(edge, room, hands, folder, fault)
    made.begin()
    edge.client = made.client(Role.INTAKE)
    try:
        yield made
    finally:
        made.rest()
        made.end(*made.processes)
        for client in made.clients:
            client.client.close()
        room.close()
        edge.close()
