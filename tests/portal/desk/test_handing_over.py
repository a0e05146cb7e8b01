"""A member leaves, or a key is lost to others: colleagues re-seal every case, are killed anywhere, and end right."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

import crypto
from casework.event_store.case_holders import HeldCase, held_by, living_members, too_few
from casework.event_store.store import CASES, CaseId, MemberId
from portal.accounts.totp import digits_at
from portal.cli.desk.client import CHANGES, DeskSession, open_case
from portal.cli.desk.handing_over import (
    Became,
    Handover,
    Readable,
    Renewal,
    Resealed,
    claim_waiting,
    readable_by,
    reseal_all,
)
from portal.cli.desk.profile import Profile
from portal.cli.words import Catalogue
from portal.mailroom.service import current_grant
from portal.settings import StoreName
from tests.crypto.sample import TODAY, Case
from tests.support.offices.desk import Colleague, DeskRoom, secret_of
from tests.support.offices.edge import random_report, report
from tests.support.servers.in_process_transport import InProcess

MANY = 20
LEAVER, COLLEAGUE, OTHER = "li-wei", "sun-fang", "zhao-min"
ENDED = "2026-11-01"


class Killed(BaseException):
    """The process is gone."""


class Line(InProcess):
    """The desk in this process, which may break off after so many calls, done or not."""

    def __init__(self, room: DeskRoom) -> None:
        super().__init__(room.app, CHANGES)
        self.left: int | None = None

    def call(self, method: str, path: str, *, again: bool = True, **content: Any) -> httpx.Response:
        """One call, unless the process is gone by then."""
        if self.left == 0:
            raise Killed
        self.left = None if self.left is None else self.left - 1
        return super().call(method, path, again=again, **content)


@dataclass
class Leaving:
    """A desk with cases that several hold, one of whom goes."""

    room: DeskRoom
    folder: Path
    people: dict[str, Colleague]
    cases: list[Case] = field(default_factory=list)
    lines: ExitStack = field(default_factory=ExitStack)
    directory: crypto.VerifiedDirectory | None = None

    def file(self, number: int, **more: Any) -> None:
        """So many reports, claimed by the leaver."""
        for n in range(number):
            made = report(self.room.edge, f"case-{n}", **more) if more else random_report(self.room.edge)
            self.room.file(made)
            self.cases.append(made)
        plain = self.room.edge.office.directory()
        claim_waiting(
            DeskSession(self.line(LEAVER), plain, LEAVER), Profile(self.folder / LEAVER), self.people[LEAVER].keys
        )

    def sign_without(self, name: str, **changes: Any) -> None:
        """The keepers sign a directory in which that member's time is over and who stands in no row."""
        office = self.room.edge.office
        plain = office.directory_document()
        members = [office.member(name, until=ENDED) if one["id"] == name else one for one in plain["members"]]
        rows = [row | {"members": [one for one in row["members"] if one != name]} for row in plain["holders"]]
        told: dict[str, Any] = {"sequence": 9, "members": members, "holders": rows} | changes
        (self.room.edge.settings.office / "directory.note").write_bytes(office.note(**told))
        self.directory = office.directory(**told)

    def line(self, name: str) -> Line:
        """A colleague's machine, signed in again."""
        line = Line(self.room)
        self.lines.callback(line.close)
        self.room.pass_step()
        digits = digits_at(self.people[name].totp_secret, self.room.desk.now())
        body = {"member": name, "secret": crypto.b64encode(secret_of(name)), "totp": digits}
        line.call("POST", "/api/session", json=body)
        return line

    def work(self, name: str, line: Line, *, to: tuple[str, ...] = (), tell: bool = False) -> list[Resealed]:
        """What `yanlu desk hand-over` (or `compromised`) does on that machine."""
        directory = self.directory or self.room.edge.office.directory()
        session = DeskSession(line, directory, name)
        profile, keys = Profile(self.folder / name), self.people[name].keys
        claim_waiting(session, profile, keys)
        work = Handover(session, profile, keys, LEAVER, to, lambda _: TODAY, tell, Catalogue("en"))
        return reseal_all(work, lambda _: None, list(session.rows()))

    def run(self, name: str = COLLEAGUE, **how: Any) -> list[Resealed]:
        """The whole command."""
        return self.work(name, self.line(name), **how)

    def files(self, name: str) -> list[dict[str, Any]]:
        """Every case as that member's client gets it."""
        line = self.line(name)
        session = DeskSession(line, self.directory or self.room.edge.office.directory(), name)
        return [dict(session.case(row["case"])) for row in session.rows()]

    def held(self) -> list[HeldCase]:
        """What the server knows of the leaver's cases."""
        with self.room.edge.eyes(StoreName.CASES).read() as connection:
            return held_by(connection, MemberId(LEAVER), living_members(self.room.edge.office.directory()))

    def packets(self) -> list[bytes]:
        """The newest grant packet of every case."""
        self.room.edge.worker.work_once()
        ids = [crypto.b64decode(one.sealed.submission["case"]) for one in self.cases]
        return [current_grant(self.room.edge.mailroom, CaseId(case))[1] for case in ids]

    def epochs(self) -> list[int]:
        """The epoch of each case in the store."""
        with self.room.edge.eyes(StoreName.CASES).read() as connection:
            return list(connection.scalars(select(CASES.c.epoch)))

    def letters(self, case: Case) -> list[crypto.ThreadEntry]:
        """What the reporter finds in the mailbox."""
        self.room.edge.worker.work_once()
        mailbox = crypto.open_mailbox(case.keys, self.room.edge.poll(case))
        assert mailbox is not None
        read = crypto.read_mailbox(self.directory or case.directory, case.keys, mailbox)
        return read.thread.entries


@pytest.fixture
def leaving(room: DeskRoom, tmp_path: Path) -> Iterator[Leaving]:
    """Three holders, signed in once; the leaver has claimed nothing yet."""
    people = {name: room.sign_in(name) for name in (LEAVER, COLLEAGUE, OTHER)}
    made = Leaving(room, tmp_path, people)
    yield made
    made.lines.close()


def test_many_cases_are_handed_over_after_a_kill_in_the_middle(leaving: Leaving) -> None:
    """Killed halfway and run again, all are re-sealed once; the leaver opens nothing new and claims nothing."""
    leaving.file(MANY)
    leaving.sign_without(LEAVER)
    line = leaving.line(COLLEAGUE)
    line.left = 4 * MANY
    with pytest.raises(Killed):
        leaving.work(COLLEAGUE, line)
    assert {0, 1} == set(leaving.epochs())
    done = leaving.run()
    assert {one.became for one in done} == {Became.SEALED, Became.ALREADY}
    assert leaving.epochs() == [1] * MANY
    assert {one.living for one in done} == {3}
    for file in leaving.files(COLLEAGUE):
        packet = crypto.b64decode(file["packet"])
        assert crypto.open_grant(leaving.people[COLLEAGUE].keys, packet, leaving.directory).epoch == 1
        with pytest.raises(crypto.NotAddressed):
            crypto.open_grant(leaving.people[LEAVER].keys, packet, leaving.directory)
    assert [one for one in leaving.held() if one.still] == []


def test_cases_that_too_few_living_members_have_claimed_are_counted(leaving: Leaving) -> None:
    """One claimant is too few, two are enough; a new case, and one whose claimants are gone, count as they must."""
    leaving.file(2)
    directory, today = leaving.room.edge.office.directory(), leaving.room.desk.today()
    later, store = today + timedelta(days=30), leaving.room.edge.eyes(StoreName.CASES)
    with store.read() as connection:
        assert too_few(connection, living_members(directory), today) == 0
        assert too_few(connection, living_members(directory), later) == 2
    claim_waiting(
        DeskSession(leaving.line(OTHER), directory, OTHER), Profile(leaving.folder / OTHER), leaving.people[OTHER].keys
    )
    with store.read() as connection:
        assert too_few(connection, living_members(directory), later) == 0
        assert too_few(connection, living_members(directory) - {LEAVER}, later) == 2
        assert too_few(connection, frozenset(), later) == 2


def test_a_kill_at_any_call_is_mended_by_the_next_run(leaving: Leaving) -> None:
    """Between any two calls of one case: the next run ends with epoch one, one notice and one message."""
    leaving.sign_without(LEAVER)
    for calls in range(3, 12):
        leaving.cases.clear()
        leaving.file(1)
        line = leaving.line(COLLEAGUE)
        line.left = calls
        try:
            leaving.work(COLLEAGUE, line, tell=True)
        except Killed:
            leaving.run(tell=True)
        [made] = leaving.cases
        assert [(entry.mark, entry.inner and entry.inner.type) for entry in leaving.letters(made)] == [
            (None, "epoch"), (None, "reply"),
        ]  # fmt: skip
    assert set(leaving.epochs()) == {1}


def test_a_lost_key_is_told_to_each_reporter_once_with_what_it_could_read(leaving: Leaving) -> None:
    """Two runs send one message in the report's language; the list names items up to the last epoch of that key."""
    leaving.file(2)
    leaving.sign_without(LEAVER)
    first = leaving.run(tell=True)
    again = leaving.run(tell=True)
    leaving.room.edge.open_slots()
    other = leaving.run(OTHER, tell=True)
    assert [one.became for one in (*first, *again, *other)] == [Became.SEALED] * 2 + [Became.ALREADY] * 4
    for one in (*first, *again, *other):
        assert one.readable is not None
        assert (one.readable.epoch, one.readable.items, one.notified) == (0, 1, True)
    for made in leaving.cases:
        notice, message = leaving.letters(made)
        assert (notice.mark, message.mark) == (None, None)
        assert message.inner is not None
        assert isinstance(message.inner.content, crypto.Message)
        assert "密钥（li-wei）" in message.inner.content.text
    assert leaving.epochs() == [1, 1]


def test_the_list_misses_no_first_reader_whom_nothing_names_any_more(leaving: Leaving) -> None:
    """After two more keys a first reader who never acted is listed as unsure, and the reporter told just that, once."""
    leaving.file(1)
    leaving.sign_without(LEAVER)
    leaving.run()
    leaving.sign_without(LEAVER, sequence=10)
    directory = leaving.directory
    assert directory is not None
    line, keys = leaving.line(COLLEAGUE), leaving.people[COLLEAGUE].keys
    profile, session = Profile(leaving.folder / COLLEAGUE), DeskSession(line, directory, COLLEAGUE)
    rows = list(session.rows())
    renewal = Renewal(session, profile, keys, "", (), lambda _: TODAY, notify=False, words=Catalogue("en"))
    assert [one.became for one in reseal_all(renewal, lambda _: None, rows)] == [Became.SEALED]
    assert leaving.epochs() == [2]
    [seen] = leaving.run(tell=True)
    assert (seen.became, seen.readable, seen.notified) == (Became.ALREADY, Readable(0, 1, 0, certain=False), True)
    assert [one.notified for one in leaving.run(tell=True)] == [True]
    [message] = [one for one in leaving.letters(leaving.cases[0]) if one.inner and one.inner.type == "reply"]
    assert message.inner is not None
    assert isinstance(message.inner.content, crypto.Message)
    assert "不能排除" in message.inner.content.text
    opened = open_case(
        keys, directory, session.case(str(rows[0]["case"])), profile.grant(keys, crypto.b64decode(rows[0]["case"]))
    )
    assert readable_by(opened, "bao-guan-1", directory) is None
    assert readable_by(opened, COLLEAGUE, directory) == Readable(2, 4, 0)


def test_two_signatures_are_given_by_two_colleagues_with_the_same_command(leaving: Leaving) -> None:
    """The first proposes, the second signs; anyone who proposed can't sign alone, and a third finds all done."""
    leaving.file(2)
    leaving.sign_without(LEAVER, regrant_threshold=2)
    assert [one.became for one in leaving.run()] == [Became.WAITS] * 2
    assert [one.became for one in leaving.run()] == [Became.WAITS] * 2
    assert leaving.epochs() == [0, 0]
    assert [one.became for one in leaving.run(OTHER, tell=True)] == [Became.SIGNED] * 2
    assert leaving.epochs() == [1, 1]
    assert [one.notified for one in leaving.run(tell=True)] == [True, True]


def propose(leaving: Leaving, name: str, holders: list[str], excluded: tuple[str, ...] = ()) -> None:
    """A colleague proposes by a client of their own to make exactly these the readers of the only case."""
    line = leaving.line(name)
    directory = leaving.directory or leaving.room.edge.office.directory()
    claim_waiting(DeskSession(line, directory, name), Profile(leaving.folder / name), leaving.people[name].keys)
    colleague, [row] = leaving.people[name], line.call("GET", "/api/cases").json()["cases"]
    file = line.call("GET", f"/api/cases/{row['case']}").json()
    grant = crypto.open_grant(colleague.keys, crypto.b64decode(file["packet"]), directory)
    thread = crypto.read_case(directory, grant, file["items"])
    made = crypto.seal_regrant(colleague.keys, directory, grant, thread, holders, os.urandom, excluded)
    event = colleague.event(file, "regrant-proposed", proposal=crypto.b64encode(made.grant.hash))
    body: dict[str, Any] = {
        "event": event, "packet": crypto.b64encode(made.packet), "history": crypto.b64encode(made.history),
        "access": crypto.b64encode(made.access_hash),
        "epoch": 1, **made.proof.document(), "invited": None,
    }  # fmt: skip
    line.call("POST", f"/api/cases/{row['case']}/proposals", json=body)


@pytest.mark.parametrize(
    ("holders", "excluded"),
    [
        ([OTHER, COLLEAGUE], ()),
        ([OTHER, COLLEAGUE, "qian-yu", "wai-bu"], ()),
        ([OTHER, COLLEAGUE, "qian-yu"], ("wai-bu",)),
    ],
)
def test_another_change_that_waits_is_left_for_a_person_to_look_at(
    leaving: Leaving, holders: list[str], excluded: tuple[str, ...]
) -> None:
    """One that takes a colleague out as well, lets an outside holder in, or keeps one out, is not signed unseen."""
    leaving.file(1)
    leaving.sign_without(LEAVER, regrant_threshold=2)
    propose(leaving, OTHER, holders, excluded)
    [seen] = leaving.run()
    assert (seen.became, leaving.epochs()) == (Became.FAILED, [0])
    assert "countersign" in (seen.reason or "")


def test_a_renewal_signs_nothing_that_keeps_somebody_out(leaving: Leaving) -> None:
    """The same readers, and an outside holder who could never become one again: a person looks at it first."""
    leaving.file(1)
    leaving.sign_without("bao-guan-1", regrant_threshold=2)
    propose(leaving, OTHER, [LEAVER, COLLEAGUE, OTHER, "qian-yu"], ("wai-bu",))
    directory, keys = leaving.directory, leaving.people[COLLEAGUE].keys
    assert directory is not None
    session, profile = DeskSession(leaving.line(COLLEAGUE), directory, COLLEAGUE), Profile(leaving.folder / COLLEAGUE)
    claim_waiting(session, profile, keys)
    renewal = Renewal(session, profile, keys, "", (), lambda _: TODAY, notify=False, words=Catalogue("en"))
    [seen] = reseal_all(renewal, lambda _: None, list(session.rows()))
    assert (seen.became, leaving.epochs()) == (Became.FAILED, [0])


def test_what_somebody_proposed_who_left_stands_in_nobodys_way(leaving: Leaving) -> None:
    """Nobody could sign it any more, and each colleague would first have to decline it, case after case."""
    leaving.file(1)
    leaving.directory = leaving.room.edge.office.directory(regrant_threshold=2, sequence=8)
    (leaving.room.edge.settings.office / "directory.note").write_bytes(
        leaving.room.edge.office.note(regrant_threshold=2, sequence=8)
    )
    propose(leaving, LEAVER, [LEAVER, COLLEAGUE, OTHER])
    [seen] = leaving.run()
    assert (seen.became, "countersign" in (seen.reason or "")) == (Became.FAILED, True)
    leaving.sign_without(LEAVER, regrant_threshold=2)
    assert [one.became for one in leaving.run()] == [Became.WAITS]
    assert [one.became for one in leaving.run(OTHER)] == [Became.SIGNED]
    assert leaving.epochs() == [1]


def test_whoever_leaves_makes_no_key_for_those_who_stay(leaving: Leaving) -> None:
    """Still in the directory, the leaver is told to ask a colleague, who then shuts them out."""
    leaving.file(1)
    [refused] = leaving.run(LEAVER)
    assert (refused.became, leaving.epochs()) == (Became.FAILED, [0])
    assert "ask a colleague" in (refused.reason or "")
    [done] = leaving.run()
    assert (done.became, done.living) == (Became.SEALED, 3)
    assert leaving.files(LEAVER) == []


def test_where_all_others_are_excluded_the_outside_holder_gets_the_case(leaving: Leaving) -> None:
    """The last holder who leaves lets the outside holder in, past an excluded successor; who then takes them out."""
    leaving.file(1, excluded=("qian-yu", OTHER))
    [first] = leaving.run(to=(OTHER,))
    assert (first.became, first.living) == (Became.SEALED, 1)
    leaving.people["wai-bu"] = leaving.room.sign_in("wai-bu")
    words = Catalogue("en")
    for name, holders in ((COLLEAGUE, [COLLEAGUE, "wai-bu"]), ("wai-bu", ["wai-bu"])):
        keys, directory = leaving.people[name].keys, leaving.room.edge.office.directory()
        session = DeskSession(leaving.line(name), directory, name)
        profile = Profile(leaving.folder / name)
        claim_waiting(session, profile, keys)
        own = Handover(session, profile, keys, COLLEAGUE, (OTHER,), lambda _: TODAY, notify=False, words=words)
        [given] = reseal_all(own, lambda _: None, list(session.rows()))
        assert (given.became, given.living) == (Became.SEALED, 1)
        [packet] = [entry for entry in leaving.packets() if crypto.find_grant(outside(leaving), entry, directory)]
        assert crypto.open_grant(outside(leaving), packet, directory).body.holders == holders


def outside(leaving: Leaving) -> crypto.StaffKeys:
    """The keys of the outside holder of the works."""
    return leaving.room.edge.office.staff("wai-bu")
