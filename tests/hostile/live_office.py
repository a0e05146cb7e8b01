"""An office at work whose members do their part by their own clients, while some of them are dishonest."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

import crypto
from casework.engine.case import Event
from casework.engine.refusals import Refusal
from casework.event_store.history import history, verified_entries
from casework.rules.acts import Act, Attribute
from crypto.case.payloads import Direction
from crypto.errors import CryptoError
from crypto.framing import b64encode, sha256
from portal.cli.desk.acting import ActionRequest, attempt, names_of, seal_action
from portal.cli.desk.case_state import RuledCase, SealedCase
from portal.cli.desk.client import DeskSession, OpenedCase, StepLoad, open_case, write_step
from portal.cli.desk.regrants import change_readers, countersign, decline, notify_reporter_again, review
from portal.cli.errors import CommandError
from portal.cli.responses.desk import CaseFile
from portal.cli.server import ServerRefused
from portal.mailroom.service import current_grant
from portal.office import OfficeFolder
from portal.office.log_key import found_log
from tests.crypto.sample import MEMBERS, TODAY, Case, Drawn
from tests.hostile.custody import HostileCustody
from tests.portal.desk.test_handing_over import Line
from tests.portal.permissions.test_every_call import MORE, WholeOffice
from tests.support.offices.desk import Colleague, DeskRoom, secret_of
from tests.support.offices.edge import open_edge, put_part, report, sealed_parts
from tests.support.offices.reader_change_limit import unlimited_reader_changes
from tests.support.stores.backends import Stores

HONEST: Final = ("sun-fang", "jian-du")
"""Two holders of every case who only ever do what their client does."""
HOLDERS: Final = ("li-wei", "zhao-min", "qian-yu", "wai-bu")
"""Holders of every case, one of whom is dishonest in each call."""
OTHERS: Final = ("bao-guan-1", "bao-guan-2", "bao-guan-3", "bao-hu", "shen-ji")
EXCLUDED: Final = "li-wei"
OWN: Final = "shen-ji"
"""Who alters calls about the own account."""
ROAD: Final = {
    "received": ActionRequest(Act.REGISTERED, to="registered"),
    "registered": ActionRequest(Act.ASSIGNED, to="investigation", codes={"handler": "sun-fang", "deputy": "jian-du"}),
    "investigation": ActionRequest(Act.CHECKED, to="handling", text="已核实。"),
    "handling": ActionRequest(Act.DECIDED, to="result", outcomes=["unfounded"], text="不属实。"),
    "result": ActionRequest(Act.NOTIFIED, text="结果", outcomes=["unfounded"]),
}
ALONE: Final = replace(ROAD["registered"], codes={"handler": "sun-fang"})
"""Where the deputy was recused by an altered call, and may be named no more."""
LAST: Final = ActionRequest(Act.ARCHIVED, to="archived")
END: Final = "archived"
MANY, MOST_SEEN = 4096, 8


class TwoSign(WholeOffice):
    """The office in which two sign anyone who reads a case."""

    def directory_document(self, **changes: Any) -> dict[str, Any]:
        """The JSON of the directory."""
        return super().directory_document(**{"regrant_threshold": 2} | changes)


@dataclass
class Honest:
    """A member at an own machine: the command line's client over the desk's interface."""

    session: DeskSession = field(repr=False)
    staff: crypto.StaffKeys = field(repr=False)
    pins: dict[bytes, crypto.Grant] = field(default_factory=dict[bytes, crypto.Grant], repr=False)

    def file(self, case: bytes) -> CaseFile:
        """The case as the desk tells it."""
        return self.session.case(b64encode(case))

    def open(self, case: bytes) -> OpenedCase:
        """The case, opened, with a record that holds; a new epoch is claimed by what the batch brings."""
        opened = open_case(self.staff, self.session.directory, self.file(case), self.pins.get(case))
        assert opened.chain_holds, (opened.unserved, [event.wrong for event in opened.events])
        self.pins[case] = opened.grant
        return opened

    def claim(self, grants: Sequence[crypto.Grant]) -> None:
        """Claims and pins."""
        ours = self.session.claim(grants)
        assert [one.case for one in ours] == [one.case for one in grants]
        self.pins |= {grant.case: grant for grant in grants}

    def answer(self, case: bytes, text: str) -> None:
        """Answers the reporter."""
        opened = self.open(case)
        message = crypto.Message(text)
        item = crypto.seal_reply(self.staff, self.session.directory, opened.grant, opened.thread, message, os.urandom)
        write_step(self.session, self.staff, opened, StepLoad("replied", TODAY, item))

    def tell_again(self, case: bytes) -> None:
        """Tells the reporter of a change of readers of which no notice holds."""
        opened = self.open(case)
        if crypto.is_notice_missing(opened.grant, opened.thread):
            notify_reporter_again(self.session, self.staff, opened, TODAY)

    def decline(self, case: bytes) -> None:
        """Declines whatever waits for a second signature, right or garbage."""
        while (file := self.file(case))["proposal"] is not None:
            decline(self.session, self.staff, file, TODAY)

    def regrant(self, case: bytes, holders: Sequence[str], second: Honest) -> crypto.Grant:
        """Gives the case a new key for these, with a colleague's signature."""
        assert change_readers(self.session, self.staff, self.open(case), holders, TODAY) is None
        return second.countersign(case)

    def countersign(self, case: bytes) -> crypto.Grant:
        """Reviews what waits, and signs it; what is garbage or can't come into force is declined for the next."""
        while True:
            self.open(case)
            try:
                waiting = review(self.session, self.staff, self.file(case), self.pins[case])
                return countersign(self.session, self.staff, waiting, TODAY)
            except (CryptoError, ServerRefused, CommandError):
                decline(self.session, self.staff, self.file(case), TODAY)


@dataclass
class LiveOffice:
    """The desk with somebody in every role, cases that all may hold, and one that leaves out the investigator."""

    room: DeskRoom = field(repr=False)
    people: dict[str, Colleague] = field(default_factory=dict[str, Colleague], repr=False)
    honest: dict[str, Honest] = field(default_factory=dict[str, Honest], repr=False)
    reports: dict[bytes, Case] = field(default_factory=dict[bytes, Case], repr=False)
    standings: dict[bytes, crypto.MailboxCursor] = field(default_factory=dict[bytes, crypto.MailboxCursor], repr=False)
    _packets: list[bytes] = field(default_factory=list[bytes], repr=False)
    _attached: dict[bytes, str] = field(default_factory=dict[bytes, str], repr=False)

    def __post_init__(self) -> None:
        found_log(OfficeFolder(self.room.edge.settings.office), self.room.edge.office.keepers, Drawn("log"))
        for name in (*HONEST, *HOLDERS, *OTHERS):
            self.people[name] = self.room.sign_in(name)
        for name in HONEST:
            self.honest[name] = self._machine(name)
        self.custody = HostileCustody(self.room, self.people)
        self.secret = b64encode(secret_of(OWN))
        self.hidden = self.file(excluded=(EXCLUDED,))
        self.cases = [self.file(), self.file()]

    @property
    def directory(self) -> crypto.VerifiedDirectory:
        """What the keepers signed."""
        return self.room.edge.office.directory()

    def _machine(self, name: str) -> Honest:
        line = Line(self.room)
        line._client.cookies.set(*self.people[name].cookie().split("=", 1))  # pyright: ignore[reportPrivateUsage]
        return Honest(DeskSession(line, self.directory, name), self.people[name].keys)

    def look_at_the_calendar(self) -> None:
        """Another day may have come: the honest go on with the directory as it is verified today."""
        for one in self.honest.values():
            one.session.directory = self.directory

    def file(self, excluded: tuple[str, ...] = ()) -> bytes:
        """A report that all who may hold it have claimed, finished by its reporter."""
        made = report(self.room.edge, os.urandom(8).hex(), excluded)
        case = self.room.file(made)
        self.reports[case], self.standings[case] = made, made.standing
        self.claim_new(made.packet, [name for name in (*HONEST, *HOLDERS) if name not in excluded])
        self.renew(case)
        return case

    def renew(self, case: bytes) -> crypto.Grant:
        """An honest member gives the case a new key for all its living holders, who all open and claim it."""
        who, second = (self.honest[name] for name in HONEST)
        # Anyone who proposed another change: an open proposal keeps nobody from the next.
        who.decline(case)
        made = who.regrant(case, who.open(case).grant.body.holders, second)
        self.room.edge.worker.work_once()
        self.claim_new(current_grant(self.room.edge.mailroom, case)[1], made.body.holders)
        return made

    def attachment(self, case: bytes) -> str:
        """The id of a file that an honest member has sent the reporter in this case; sent once."""
        if case not in self._attached:
            who = self.people[HONEST[0]]
            who.grants[case] = self.honest[HONEST[0]].pins[case]
            item, event = who.reply(who.case(case).json, os.urandom(8).hex())
            listing = upload(self, who.grants[case])
            assert who.step(case, event, item=item, blobs=[listing]).status_code == 201
            self._attached[case] = str(listing["blob"])
        return self._attached[case]

    def seen(self, who: Colleague, size: int) -> list[str]:
        """What a holder has seen of that many bytes: packets of other cases and epochs, signatures, hashes."""
        if size > MANY:
            return [b64encode(packet) for packet in self._packets]
        files = [who.case(case).json for case in self.cases] if who.name in HOLDERS else []
        events = [event for file in files for event in file["events"]]
        found = {
            32: [file["head"]["hash"] for file in files] + [b64encode(sha256(packet)) for packet in self._packets],
            64: [event["sig"] for event in events if event["sig"]],
        }
        return found.get(size, [])

    def claim_new(self, packet: bytes, holders: Sequence[str]) -> None:
        """Every holder opens the packet and claims."""
        self._packets = [*self._packets[-MOST_SEEN:], packet]
        for name in set(holders) & set(self.people):
            grant = crypto.open_grant(self.people[name].keys, packet, self.directory)
            if name in self.honest:
                self.honest[name].claim([grant])
            else:
                assert self.people[name].claim([grant]) == [True], name

    def read(self, case: bytes) -> crypto.Thread:
        """What the reporter reads with the receipt; the memo moves on."""
        made = self.reports[case]
        mailbox = crypto.open_mailbox(made.keys, self.room.edge.poll(made))
        assert mailbox is not None
        read = crypto.read_mailbox(self.directory, made.keys, mailbox)
        assert read.alarms == []
        self.standings[case] = read.cursor
        return read.thread

    def write(self, case: bytes, text: str) -> None:
        """The reporter writes."""
        made = self.reports[case]
        self.read(case)
        post, _ = crypto.seal_message(made.keys, self.standings[case], crypto.Message(text), os.urandom)
        assert self.room.edge.send("/api/posts", post).status_code == 202
        self.room.edge.worker.work_once()

    def close(self) -> None:
        """Gives the machines' lines back."""
        for one in self.honest.values():
            one.session.server.close()


def upload(house: LiveOffice, grant: crypto.Grant) -> dict[str, object]:
    """A whole upload that nobody has taken yet, as a step lists it."""
    rng = Drawn(os.urandom(8).hex())
    attachment, parts = sealed_parts(b"minutes", [grant.body.case_identity.recipient], rng)
    assert put_part(house.room.edge, attachment.blob, 0, parts[0]).status_code == 204
    return {
        "blob": b64encode(attachment.blob),
        "size": attachment.sealed_size,
        "parts": [b64encode(part) for part in attachment.parts],
    }


def texts(thread: crypto.Thread, direction: Direction) -> list[str]:
    """The messages of one direction that verified."""
    contents = [entry.inner.content for entry in thread.verified if entry.inner and entry.item]
    places = [entry.item.place.direction for entry in thread.verified if entry.inner and entry.item]
    both = zip(places, contents, strict=True)
    return [content.text for place, content in both if place is direction and isinstance(content, crypto.Message)]


def ruled_case(house: LiveOffice, opened: OpenedCase) -> RuledCase:
    """The case under its rules, judged from the signed record."""
    row, desk = opened.row, house.room.desk
    entries = verified_entries(opened.events)
    policy = opened.grant.body.policy
    ruling = desk.rules.rules_of(desk.clock())(policy, str(row["version"]), opened.grant.body.entity)
    assert ruling is not None
    return RuledCase(ruling, entries, history(policy, str(row["version"]), entries), SealedCase())


def advance(house: LiveOffice, case: bytes) -> str:
    """The next act of the policy by whichever honest member may do it; gives the stage before it."""
    refused: list[object] = []
    for who in house.honest.values():
        opened = who.open(case)
        ruled = ruled_case(house, opened)
        stage = str(ruled.case.stage)
        done = Act.NOTIFIED in {event.act for event in ruled.case.since_entry()}
        wish = LAST if stage == "result" and done else ROAD.get(stage)
        if wish is None:
            return stage
        event = attempt(ruled, who.staff.member, wish)
        if isinstance(event, Refusal) and event.names == (Attribute.DEPUTY,):
            wish = ALONE
            event = attempt(ruled, who.staff.member, wish)
        if isinstance(event, Event):
            where = (who.staff, who.session.directory, opened.grant, opened.thread)
            item = seal_action(where, ruled, wish, event, [])
            write_step(who.session, who.staff, opened, StepLoad(wish.act.value, TODAY, item, names=names_of(event)))
            return stage
        refused.append(event)
    raise AssertionError(refused)


@contextmanager
def house_on(stores: Stores, folder: Path) -> Generator[LiveOffice]:
    """The whole office on stores without a row."""
    # A run of hostile calls has more changes of readers on its one day than a case takes.
    with unlimited_reader_changes(), pytest.MonkeyPatch.context() as patch:
        for name, role in MORE.items():
            patch.setitem(MEMBERS, name, role)
        edge = open_edge(stores, folder, TwoSign(Drawn("hostile")))
        room = DeskRoom(edge)
        house = LiveOffice(room)
        try:
            yield house
        finally:
            house.close()
            room.close()
            edge.close()
