"""Faces, worker and deletion in processes of their own that die where a trap was laid; nothing of it is shipped.

What a process is told comes as arguments from the test that starts it; the product reads none of it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from casework.event_store.deletion import DeletionReason
from casework.event_store.outbox import OutboxItem, delete_item, lease_items
from casework.event_store.store import CaseId
from portal.edge.serving import Binding, serve
from portal.intake import api
from portal.mailroom import casework_outbox_delivery
from portal.mailroom.context import Mailroom
from portal.mailroom.outbox import acknowledge_received, lease_received
from portal.mailroom.submissions import Accepted, accept_submission
from portal.settings import Settings, as_variables, read_settings
from portal.wiring.deletion import build_deletion
from portal.wiring.desk import build_desk
from portal.wiring.intake import build_intake
from portal.wiring.worker import build_worker
from portal.worker import jobs
from tests.support.faults.kill_points import Point, point, watch
from tests.support.offices.desk import FAST
from tests.support.offices.edge import Hands
from tests.support.servers import preloaded_processes

PAUSE = 0.05
THREADS = 8


class Role(StrEnum):
    """The processes of a house."""

    INTAKE = "intake"
    DESK = "desk"
    WORKER = "worker"
    DELETION = "deletion"


class SharedHands(Hands):
    """A clock that several processes read: its moment lies in a file."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        self._turn = threading.Lock()

    @property
    def now(self) -> datetime:
        """The moment that was set."""
        return datetime.fromtimestamp(int(os.pread(self._file, 20, 0)), UTC)

    @now.setter
    def now(self, moment: datetime) -> None:
        os.pwrite(self._file, f"{int(moment.timestamp()):020}".encode(), 0)

    def pass_by(self, seconds: int) -> None:
        """Moves on; several threads may."""
        with self._turn:
            self.now = datetime.fromtimestamp(self.now.timestamp() + seconds, UTC)


@dataclass(frozen=True)
class Traps:
    """Points at which the next process of a role to come by dies, once; a folder that all of them see."""

    folder: Path

    def __post_init__(self) -> None:
        for name in ("laid", "sprung"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def lay(self, role: Role, where: Point) -> None:
        """From now on anyone who of this role comes by dies."""
        (self.folder / "laid" / f"{role} {where}").touch()

    def laid(self) -> set[tuple[Role, Point]]:
        """Where nobody has come by yet."""
        return {_named(path.name) for path in (self.folder / "laid").iterdir()}

    def lift(self) -> None:
        """Takes every trap away."""
        for path in (self.folder / "laid").iterdir():
            path.unlink(missing_ok=True)

    def sprung(self) -> Counter[tuple[Role, Point]]:
        """How many died at each point."""
        return Counter(_named(path.name.rpartition(" ")[0]) for path in (self.folder / "sprung").iterdir())

    def arm(self, role: Role) -> None:
        """Makes this process die where a trap lies."""
        spring, laid, sprung = os.rename, self.folder / "laid", self.folder / "sprung"

        def strike(found: Point) -> None:
            name = f"{role} {found}"
            try:
                # Of all that come by at once one dies.
                spring(laid / name, sprung / f"{name} {os.urandom(8).hex()}")
            except FileNotFoundError:
                return
            os.kill(os.getpid(), signal.SIGKILL)

        watch(pytest.MonkeyPatch(), strike, CALLS)


def _named(text: str) -> tuple[Role, Point]:
    role, _, where = text.partition(" ")
    return Role(role), point(where)


CALLS = ("portal.deletion.deleting:scrub_whole",)


class Fault(StrEnum):
    """What is done wrong on purpose, to see that the checks see it."""

    ANSWERED_BEFORE_COMMIT = "a report is confirmed before it is committed"
    MARKED_BEFORE_DELIVERY = "what a step brings is marked as delivered when it is taken up"
    SETTLED_BEFORE_TOLD = "an arrival is settled before casework has it"


def _answer_before_commit() -> None:
    def accept(*arguments: Any) -> Accepted:
        threading.Timer(0.2, accept_submission, arguments).start()
        return Accepted(new=True)

    api.accept_submission = accept


def _mark_before_delivery() -> None:
    def lease(
        connection: Any, now: int, limit: int, case: CaseId | None = None, *, stolen: bool = False
    ) -> list[OutboxItem]:
        loads = lease_items(connection, now, limit, case, stolen=stolen)
        for load in loads:
            delete_item(connection, load.event_hash)
        return loads

    casework_outbox_delivery.lease_items = lease


def _settle_before_telling() -> None:
    def lease(room: Mailroom, now: int, seconds: int, limit: int = 32, **more: Any) -> Any:
        leased = lease_received(room, now, seconds, limit, **more)
        acknowledge_received(room, [key for key, _ in leased])
        return leased

    jobs.lease_received = lease


PLANTS: Mapping[Fault, Callable[[], None]] = {
    Fault.ANSWERED_BEFORE_COMMIT: _answer_before_commit,
    Fault.MARKED_BEFORE_DELIVERY: _mark_before_delivery,
    Fault.SETTLED_BEFORE_TOLD: _settle_before_telling,
}


@dataclass(frozen=True)
class Start:
    """All that a process is told."""

    role: Role
    variables: dict[str, str]
    clock: Path
    traps: Traps
    log: Path
    port: int = 0
    case: CaseId | None = None
    fault: Fault | None = None


def _run(told: Start) -> None:
    os.setsid()
    sink = os.open(told.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(sink, descriptor)
    if told.fault is not None:
        PLANTS[told.fault]()
    told.traps.arm(told.role)
    _serve(told, read_settings(told.variables), SharedHands(told.clock))


def _serve(told: Start, settings: Settings, hands: SharedHands) -> None:
    binding = Binding(f"127.0.0.1:{told.port}", threads=THREADS)
    match told.role:
        case Role.INTAKE:
            serve(lambda: build_intake(settings, hands), binding)
        case Role.DESK:
            serve(lambda: build_desk(settings, hands, FAST), binding)
        case Role.WORKER:
            # As a demo, which opens a slot of the batch at once: nobody waits for the full hour here.
            build_worker(settings.model_copy(update={"demo": True}), hands).run(threading.Event(), PAUSE)
        case Role.DELETION:
            build_deletion(settings, hands).delete_case(told.case or CaseId(b""), DeletionReason.REQUEST)


def start(told: Start) -> BaseProcess:
    """Starts a process from one that has everything imported and no thread running."""
    return preloaded_processes.start(_run, told)


def told(role: Role, settings: Settings, folder: Path, **more: Any) -> Start:
    """What a process of a house in this folder is told."""
    return Start(role, as_variables(settings), folder / "clock", Traps(folder / "traps"), folder / "said", **more)
