"""A member of the demo at the desk by the Python twin, beside whatever browsers are open."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import crypto
from casework.engine.case import Event
from casework.rules.acts import TRAITS
from portal.cli.desk.acting import ActionRequest, attempt, names_of, seal_action
from portal.cli.desk.case_state import ruled_case
from portal.cli.desk.client import (
    DeskSession,
    OpenedCase,
    Reply,
    StepLoad,
    desk_server,
    find_new,
    open_case,
    reply_to,
    write_step,
)
from portal.cli.desk.profile import Profile, Unlocking
from portal.cli.office_source import load_office
from portal.cli.reporter.inbox_command import carried
from portal.cli.reporter.reporting import ReportRequest, finish_report, ready_report, send_report
from portal.cli.server import Server
from portal.cli.terminal import today
from tests.journeys.demo import Demo

WITHIN = 300


def account_of(opened: OpenedCase) -> str:
    """What the report tells, as far as it verified."""
    contents = [entry.inner.content for entry in opened.thread.entries if entry.inner is not None]
    return next((content.account for content in contents if isinstance(content, crypto.Report)), "")


@dataclass
class Colleague:
    """A member who is signed in, with the keys in hand."""

    session: DeskSession = field(repr=False)
    staff: crypto.StaffKeys = field(repr=False)

    def claim_all(self, folder: Path) -> None:
        """Open the batch and claim what opens; `folder` holds no pin yet."""
        packets = list(self.session.packets())
        self.session.claim(find_new(self.staff, self.session.directory, Profile(folder), packets).grants)

    def open(self, case: str, pinned: crypto.Grant | None = None) -> OpenedCase:
        """The case as verified; raises CryptoError."""
        return open_case(self.staff, self.session.directory, self.session.case(case), pinned)

    def _readable(self, case: str) -> OpenedCase | None:
        """The case, unless it does not hold: another journey's then, for in some of them an office gets careless."""
        with suppress(crypto.CryptoError):
            return self.open(case)
        return None

    def find(self, words: str, folder: Path) -> OpenedCase:
        """Claim until a case is there whose report begins with these words."""
        until = time.monotonic() + WITHIN
        while time.monotonic() < until:
            self.claim_all(folder)
            for row in self.session.rows():
                opened = self._readable(str(row["case"]))
                if opened is not None and account_of(opened).startswith(words):
                    return opened
            time.sleep(0.3)
        raise AssertionError(f"no case with {words!r}")

    def files(self, opened: OpenedCase, folder: Path) -> dict[str, bytes]:
        """The files that the reporter sent, by name, opened and verified."""
        found: dict[str, bytes] = {}
        for item, attachment in carried(opened.thread.verified):
            sealed, path = folder / "sealed.age", folder / "opened"
            self.session.fetch_blob(str(opened.row["case"]), attachment, sealed, lambda _: None)
            with sealed.open("rb") as source:
                crypto.open_attachment(source, opened.grant.keys[item.place.epoch].seed, attachment, 1, path)
            found[attachment.name] = path.read_bytes()
        return found

    def reply(self, opened: OpenedCase, text: str, files: Sequence[Path], folder: Path) -> None:
        """Answer the reporter with files as they are."""
        answer = Reply(text, files, today().isoformat())
        reply_to(self.session, self.staff, opened, answer, folder, lambda _: None)

    def regrant_carelessly(self, case: str, member: str) -> crypto.Grant:
        """Let a member in with the exclusion stripped, signed with real keys; gives the grant that was made."""
        opened, today_ = self.open(case), today().isoformat()
        forgot = replace(opened.grant, body=replace(opened.grant.body, excluded=[]))
        holders = [*opened.grant.body.holders, member]
        made = crypto.seal_regrant(self.staff, self.session.directory, forgot, opened.thread, holders, os.urandom)
        write_step(self.session, self.staff, opened, StepLoad("regranted", today_, made.item, (), made))
        return made.grant


def verified(demo: Demo) -> crypto.VerifiedDirectory:
    """The demo's office, as its code names it."""
    return load_office(demo.intake).verify(demo.code, today())


def file_report(demo: Demo, wish: ReportRequest, folder: Path, *, finished: bool = True) -> str:
    """Send a report by the twin, as the command line does, with or without its finishing post; gives its receipt."""
    server = Server(demo.intake, wish.language)
    try:
        with demo.own_cost():
            ready = ready_report(verified(demo), wish, folder)
        send_report(server, ready, lambda _: None)
        if finished:
            finish_report(server, ready)
    finally:
        server.close()
    return " ".join(ready.receipt.groups())


def file_reports(demo: Demo, wishes: Sequence[ReportRequest], folder: Path) -> list[str]:
    """Send many reports by the twin, one after the other; gives their receipts."""
    directory, server = verified(demo), Server(demo.intake, "zh")
    receipts: list[str] = []
    try:
        for wish in wishes:
            with demo.own_cost():
                ready = ready_report(directory, wish, folder)
            send_report(server, ready, lambda _: None)
            finish_report(server, ready)
            receipts.append(" ".join(ready.receipt.groups()))
    finally:
        server.close()
    return receipts


def act(member: Colleague, case: str, wish: ActionRequest, day: str) -> None:
    """One act of the policy by the twin; the first one that only the office reads makes the office's own key."""
    opened = member.open(case)
    if wish.readers == "office" and crypto.needs_office_key(opened.grant, opened.thread):
        key = crypto.seal_office_key(member.staff, member.session.directory, opened.grant, opened.thread, os.urandom)
        write_step(member.session, member.staff, opened, StepLoad("office-key", day, key))
        opened = member.open(case)
    ruled = ruled_case(member.session, opened)
    event = attempt(ruled, member.staff.member, wish)
    assert isinstance(event, Event), event
    kind = "sealed" if TRAITS[wish.act].masked else wish.act.value
    where = (member.staff, member.session.directory, opened.grant, opened.thread)
    item = seal_action(where, ruled, wish, event, [])
    write_step(member.session, member.staff, opened, StepLoad(kind, day, item, names=names_of(event)))


@contextmanager
def colleague(demo: Demo, member: str) -> Generator[Colleague]:
    """Sign a member of the demo in by the twin."""
    sign = demo.staff[member]
    directory = verified(demo)
    how = Unlocking(sign.passphrase, sign.device_secret)
    server = desk_server(demo.desk, "en")
    try:
        with demo.own_cost(), DeskSession.open(server, directory, member, how, demo.fresh_totp(member)) as session:
            secret = crypto.read_device_secret(how.device_secret)
            wrapped = session.me()["wrapped_key"]
            seed = crypto.unwrap_staff_seed(wrapped, how.passphrase, secret, directory.office, member)
            yield Colleague(session, crypto.staff_keys(seed, directory.office, member))
    finally:
        server.close()
