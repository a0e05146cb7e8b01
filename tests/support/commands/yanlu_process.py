"""Running the real `yanlu` in a process of its own, and a whole live house to run it against."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import update

from casework.event_store.store import MemberId
from portal.accounts.members import Invitation, invite_member
from portal.accounts.tables import MEMBERS
from portal.cli.demo.processes import Ports, running
from portal.cli.demo.watching import OFFICER
from portal.cli.desk.client import desk_server
from portal.cli.desk.enrolment import NewMember, enrol
from portal.cli.desk.totp import PERIOD, step_before, totp_code
from portal.cli.terminal import today
from portal.office import EnrolledMember, FoundedOffice, sign_directory
from portal.office.sample import SAMPLE_MEMBERS, SampleMember
from portal.settings import Settings, StoreName, as_variables, read_settings
from portal.stores.engines import open_store
from portal.stores.schemas import upgrade_stores
from portal.wiring.desk import build_accounts
from tests.support.commands.preloaded_yanlu import VARIABLES, preloaded_yanlu
from tests.support.offices.sample_office import found_sample
from tests.support.servers.ports import free_ports
from tests.support.stores.backends import Stores

ROOT = Path(__file__).resolve().parents[3]
POLICY = "company-whistleblowing"
SECONDS = 100


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        assert self.out, self.err
        return json.loads(self.out)


def yanlu(*arguments: object, settings: Settings | None = None, stdin: str = "", folder: Path | None = None) -> Ran:
    """Run a command as a person would, in a process of its own, with nobody at the keyboard."""
    variables = dict(VARIABLES)
    if settings is not None:
        # Nothing of a test is remembered in this user's own home.
        variables |= {**as_variables(settings), "XDG_STATE_HOME": str(settings.data / "state")}
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile("w+", encoding="utf-8")) for _ in range(3)]
        given, out, err = files
        given.write(stdin)
        given.seek(0)
        code = preloaded_yanlu().run([*map(str, arguments)], variables, folder, (given, out, err), SECONDS)
        return Ran(code, _said(out), _said(err))


def _said(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


@dataclass(frozen=True, repr=False)
class LiveOffice:
    """A live intake, desk and worker with an office whose members have enrolled."""

    settings: Settings
    ports: Ports
    founded: FoundedOffice
    members: dict[str, NewMember]
    folder: Path

    def secrets(self, member: str) -> list[object]:
        """The options that sign a member in."""
        made, folder = self.members[member], self.folder / member
        folder.mkdir(exist_ok=True)
        digits = fresh_digits(self.settings, member, made.totp_secret)
        # The desk forgot which were used last; so does the profile.
        (folder / "profile/digits.json").unlink(missing_ok=True)
        for name, text in (("pass", made.passphrase), ("device", made.device_secret), ("totp", digits)):
            (folder / name).write_text(text, "utf-8")
        return [
            *("--profile", folder / "profile"),
            *("--passphrase-file", folder / "pass"),
            *("--device-secret-file", folder / "device"),
            *("--totp-file", folder / "totp"),
        ]

    def office(self) -> list[object]:
        """The options that say which office."""
        return ["--office", self.ports.intake_url, "--office-key", self.founded.code]

    def first_pull(self, member: str) -> list[object]:
        """The options of a first pull."""
        return ["--desk", self.ports.desk_url, "--office-key", self.founded.code, "--member", member]


def fresh_digits(settings: Settings, member: str, secret: str) -> str:
    """Digits that the desk takes for another minute at least, whichever it took before."""
    store = open_store(settings, StoreName.ACCOUNTS)
    with store.write() as connection:
        # As if half a minute had gone by: anyone who signs in again would do nothing but wait for it.
        connection.execute(update(MEMBERS).where(MEMBERS.c.member == member).values(totp_step=0))
    store.engine.dispose()
    return totp_code(secret, int(time.time()) + PERIOD)


def enrol_all(settings: Settings, desk: str, wanted: tuple[str, ...]) -> dict[str, NewMember]:
    """Invites members of the sample office and enrols them at the desk's address."""
    accounts = build_accounts(settings)
    with closing(desk_server(desk, "en")) as server, ExitStack() as stack:
        stack.callback(accounts.store.engine.dispose)
        return {
            member.id: enrol(server, invite_member(accounts, invitation(member), today()), step_before, os.urandom)
            for member in (*SAMPLE_MEMBERS, OFFICER)
            if member.id in wanted
        }


def invitation(member: SampleMember) -> Invitation:
    """What the operator says of a member of the sample when inviting them."""
    names = member.name.said("zh")
    return Invitation(MemberId(member.id), member.role, member.entity, names)


@contextmanager
def live_office(stores: Stores, folder: Path, wanted: tuple[str, ...]) -> Generator[LiveOffice]:
    """Everything running, the wanted members enrolled; the whole sample is signed in."""
    settings = read_settings({**stores.variables(), "YANLU_DATA": str(folder / "data"), "YANLU_DEMO": "1"})
    settings.data.mkdir(exist_ok=True)
    founded = found_sample(settings.office, today())
    upgrade_stores(settings)
    ports = Ports(*free_ports(2))
    with running(settings, ports):
        members = enrol_all(settings, ports.desk_url, wanted)
        roles = {member.id: member for member in SAMPLE_MEMBERS}
        enrolled = [
            EnrolledMember(name, roles[name].role, roles[name].name, one.staff.recipient, one.staff.signing_key)
            for name, one in members.items()
        ]
        sign_directory(founded.folder, enrolled, founded.keepers, today())
        yield LiveOffice(settings, ports, founded, members, folder)
