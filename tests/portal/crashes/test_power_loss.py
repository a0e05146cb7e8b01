"""The power goes right after an answer: what was confirmed is on the disk, in SQLite and in the attachments' folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from casework.event_store.deletion import DeletionReason
from portal.mailroom import blobs
from portal.stores import engines as product_stores
from portal.stores.schemas import upgrade_stores
from portal.wiring.deletion import build_deletion
from tests.crypto.sample import Drawn, Office
from tests.support.faults.consistency_check import ConsistencyCheck
from tests.support.faults.power_loss import Disk, Names, losing_disk
from tests.support.faults.recording_clients import Drafter, Holder, Reporter, random_content
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import Edge, Hands, settings_for, write_office
from tests.support.stores.backends import NAMES, Stores, embedded_stores


@dataclass
class Cut:
    """What the disk held after a power cut, and what had been confirmed by then."""

    folder: Path
    reporters: list[Reporter]
    drafters: list[Drafter]


@dataclass
class LiveOffice:
    """A house on a disk that may lose its power at any moment."""

    disk: Disk
    edge: Edge
    holder: Holder
    names: Names
    reporters: list[Reporter] = field(default_factory=list[Reporter])
    drafters: list[Drafter] = field(default_factory=list[Drafter])
    cuts: list[Cut] = field(default_factory=list[Cut])

    def cut(self) -> None:
        """Keeps what a power cut would leave now; the house goes on."""
        folder = self.disk.root.with_name(f"cut-{len(self.cuts)}")
        self.disk.lose_power(folder, self.names)
        told = [
            replace(
                one, filed=replace(one.made), messages=[*one.messages], answers=[*one.answers], packets=[*one.packets]
            )
            for one in self.reporters
        ]
        self.cuts.append(Cut(folder, told, [replace(one) for one in self.drafters]))


def live(house: LiveOffice) -> None:
    """A day of it, with a cut after every answer that confirms something."""
    drafter = Drafter("draft", house.edge)
    drafter.save()
    house.drafters.append(drafter)
    house.cut()
    ann, doomed = (Reporter(name, house.edge, random_content()) for name in ("ann", "doomed"))
    for reporter in (ann, doomed):
        reporter.report()
        house.reporters.append(reporter)
    house.cut()
    ann.say("补充", random_content())
    house.cut()
    house.edge.worker.work_once()
    house.holder.enter()
    house.holder.take_in(house.reporters)
    house.holder.answer(ann, "收到", random_content())
    house.cut()
    house.holder.hand_over(ann, ["li-wei", "zhao-min"])
    house.cut()
    delete(house.edge, doomed)
    house.cut()


def delete(edge: Edge, reporter: Reporter) -> None:
    """`yanlu case delete`."""
    reporter.note_mark()
    deletion = build_deletion(edge.settings, edge.hands)
    deletion.delete_case(reporter.case, DeletionReason.REQUEST)
    deletion.close()


def stores_in(folder: Path) -> Stores:
    """Stores that lie in a folder already."""
    urls = {name: f"sqlite:///{folder / name}.sqlite" for name in NAMES}
    return Stores("sqlite-folder", urls, f"file://{folder / 'blobs'}")


def after_the_cut(house: LiveOffice, cut: Cut) -> list[str]:
    """The same examination as after kills, on what the disk held."""
    settings = settings_for(stores_in(cut.folder), cut.folder)
    with opened(Edge(settings, house.edge.office, Hands(house.edge.hands.now))) as room:
        member = Colleague(room, "li-wei", room.app.test_client(), house.holder.member.totp_secret)
        for one in (*cut.reporters, *cut.drafters):
            one.edge = room.edge
        return ConsistencyCheck(room.edge, Holder(member), cut.reporters, cut.drafters).hold()


@contextmanager
def opened(edge: Edge) -> Generator[DeskRoom]:
    """A desk beside an edge; both give their connections back."""
    room = DeskRoom(edge)
    try:
        yield room
    finally:
        room.close()
        edge.close()


Live = Callable[[Names], LiveOffice]


@pytest.fixture
def lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Live:
    """Lets a house live on a losing disk, with whatever was planted before."""
    root = tmp_path / "disk"
    root.mkdir()
    stores, office = embedded_stores(root), Office(Drawn("power"))
    settings = settings_for(stores, root)
    write_office(settings.office, office)
    upgrade_stores(settings)
    with opened(Edge(settings, office, Hands())) as room:
        secret = room.enrol("li-wei").totp_secret

    def live_on(names: Names) -> LiveOffice:
        with losing_disk(monkeypatch, root) as disk, opened(Edge(settings, office, Hands())) as room:
            member = Colleague(room, "li-wei", room.app.test_client(), secret)
            house = LiveOffice(disk, room.edge, Holder(member), names)
            live(house)
        return house

    return live_on


@pytest.mark.parametrize("names", Names)
def test_what_was_confirmed_survives_a_power_cut(lived: Live, names: Names) -> None:
    """After each of six answers the disk alone holds all that was confirmed by then, and a deletion that was begun."""
    house = lived(names)
    assert [after_the_cut(house, cut) for cut in house.cuts] == [[]] * 6


class Careless:
    """The system's calls, but an fsync of files of a kind does nothing."""

    def __init__(self, skipped: Callable[[int], bool]) -> None:
        self._skipped = skipped

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fsync(self, descriptor: int) -> None:
        """Nothing, for the kind."""
        if not self._skipped(os.fstat(descriptor).st_mode):
            os.fsync(descriptor)


def planted(patch: pytest.MonkeyPatch, fault: str) -> None:
    """Makes the product careless in one way."""
    match fault:
        case "folder":
            patch.setattr(blobs, "os", Careless(stat.S_ISDIR))
        case "file":
            patch.setattr(blobs, "os", Careless(stat.S_ISREG))
        case _:
            pragmas = [text.replace("synchronous = FULL", "synchronous = NORMAL") for text in product_stores.PRAGMAS]
            patch.setattr(product_stores, "PRAGMAS", tuple(pragmas))


@pytest.mark.parametrize(
    ("fault", "names", "kind"),
    [
        ("folder", Names.SYNCED, "half"),
        ("file", Names.ALL, "half"),
        ("database", Names.ALL, "lost"),
    ],
)
def test_a_missing_fsync_is_found_by_the_same_checks(
    lived: Live, monkeypatch: pytest.MonkeyPatch, fault: str, names: Names, kind: str
) -> None:
    """Without the fsync of folder, file or database a confirmed report is half or gone after the cut."""
    planted(monkeypatch, fault)
    house = lived(names)
    findings = after_the_cut(house, house.cuts[1])
    assert [finding for finding in findings if finding.startswith((f"{kind}: ann", f"{kind}: doomed"))], findings
