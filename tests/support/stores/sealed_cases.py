"""Many whole cases in the stores of a live house: filed sealed, opened, claimed and worked on by a member's own keys.

What the desk's browser opens is byte for byte as in life; only the network between is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Final

import crypto
from crypto.case.items import Position
from portal.cli.desk.client import (
    CHANGES,
    DeskSession,
    OpenedCase,
    StepLoad,
    open_case,
    write_step,
)
from portal.cli.desk.profile import Unlocking
from portal.cli.server import Server
from portal.cli.terminal import today
from portal.mailroom.slots import open_urgent_slots
from portal.wiring.desk import build_desk
from portal.wiring.intake import build_intake
from portal.wiring.worker import build_worker
from portal.worker.jobs import Worker
from tests.crypto.sample import CHEAP
from tests.support.commands.yanlu_process import POLICY, LiveOffice, fresh_digits
from tests.support.offices.desk import FAST
from tests.support.samples.padded_json import as_sent
from tests.support.servers.in_process_transport import InProcess

AT_ONCE: Final = 50
"""Cases that are filed, and then claimed, together."""
EVENTS_OF_ONE: Final = 10
WORDS: Final = (
    "采购拆成小额订单，绕过招标。",
    "The acceptance sheet was signed before the delivery.",
    "夜班只签字不检查，配电柜整夜敞开。",
)
_REPLIED, _NOTED = crypto.Direction.TO_REPORTER, crypto.Direction.OFFICE_ONLY


class Filler:
    """A member of a live house at work on cases that come in by the hundred; close it with `filling`."""

    def __init__(self, house: LiveOffice, session: DeskSession, worker: Worker, intake: Server) -> None:
        self._session, self._worker, self._intake = session, worker, intake
        self._staff = house.members[session.member].staff
        # What an earlier filler of the same member has claimed and worked on.
        self._seen = {entry.name for entry in session.packets()}

    def fill(self, number: int) -> None:
        """So many more cases of `EVENTS_OF_ONE` events each, all claimed and opened by the member."""
        for start in range(0, number, AT_ONCE):
            for n in range(start, min(number, start + AT_ONCE)):
                self._file(n)
            self._take_in()
            for grant in self._claim():
                self._work_on(grant)

    def _file(self, n: int) -> None:
        directory = self._session.directory
        keys = crypto.derive_reporter(crypto.draw_receipt(os.urandom), directory.office, CHEAP)
        holders = crypto.choose_holders(directory, "group", POLICY, "other", ())
        account = f"{WORDS[n % len(WORDS)]}\n\n" + "Paragraph of an ordinary length, as people write them. " * 20
        told = crypto.NewReport(account, "zh-CN" if n % 2 else "en")
        sealed = crypto.seal_report(directory, keys, crypto.draw_case(os.urandom), holders, told, os.urandom)
        content = as_sent("/api/submissions", sealed.submission)
        self._intake.call("POST", "/api/submissions", content=content, headers={"Content-Type": "application/json"})

    def _take_in(self) -> None:
        while self._worker.work_once():
            open_urgent_slots(self._worker.mailroom, self._worker.clock(), everything=True)

    def _claim(self) -> list[crypto.Grant]:
        entries = [entry for entry in self._session.packets(self._seen) if entry.name not in self._seen]
        self._seen |= {entry.name for entry in entries}
        found = [crypto.find_grant(self._staff, entry.packet, self._session.directory) for entry in entries]
        return self._session.claim([grant for grant in found if grant is not None])

    def _work_on(self, grant: crypto.Grant) -> None:
        session, case = self._session, crypto.b64encode(grant.case)
        opened = open_case(self._staff, session.directory, session.case(case), None)
        assert opened.claims.own is not None
        day = today().isoformat()
        opened = self._write(opened, StepLoad("claimed", day, names=opened.claims.own.document()))
        opened = self._write(opened, StepLoad("taken", day))
        where = (self._staff, session.directory, opened.grant, opened.thread)
        self._write(opened, StepLoad("office-key", day, crypto.seal_office_key(*where, os.urandom)))
        opened = open_case(self._staff, session.directory, session.case(case), None)
        for n in range(len(opened.events), EVENTS_OF_ONE):
            opened = self._write_words(opened, n, day)

    def _write_words(self, opened: OpenedCase, n: int, day: str) -> OpenedCase:
        where = (self._staff, self._session.directory, opened.grant, opened.thread)
        text = f"{WORDS[n % len(WORDS)]} ({n})"
        if n % 2:
            return self._write(
                opened, StepLoad("noted", day, crypto.seal_note(*where, crypto.Message(text, []), os.urandom))
            )
        reply = crypto.seal_reply(*where, crypto.Message(text, [], day), os.urandom)
        return self._write(opened, StepLoad("replied", day, reply))

    def _write(self, opened: OpenedCase, load: StepLoad) -> OpenedCase:
        """Writes a step, and moves the head and the direction's end on, instead of fetching all of it again."""
        event = write_step(self._session, self._staff, opened, load)
        last = dict(opened.thread.last)
        if load.item is not None:
            last[load.item.place.direction] = Position(load.item.place.seq, load.item.hash)
        read = crypto.ReadEvent(None, event, None)
        return replace(opened, thread=replace(opened.thread, last=last), events=[*opened.events, read])


@contextmanager
def filling(house: LiveOffice, name: str) -> Iterator[Filler]:
    """A member signed in beside the house's own processes, over the same stores."""
    settings, member = house.settings, house.members[name]
    directory = house.founded.folder.verified(today())
    with ExitStack() as held:
        app = build_desk(settings, hasher=FAST)
        # Years of one member's work in minutes: as many changes as no minute of life has.
        for limiter in app.extensions["limiter"]:
            limiter.enabled = False
        desk = InProcess(app, CHANGES)
        intake = InProcess(build_intake(settings), {})
        worker = replace(build_worker(settings), demo=True)
        for one in (desk, intake, worker):
            held.callback(one.close)
        how = Unlocking(member.passphrase, member.device_secret)
        digits = fresh_digits(settings, name, member.totp_secret)
        yield Filler(house, held.enter_context(DeskSession.open(desk, directory, name, how, digits)), worker, intake)
