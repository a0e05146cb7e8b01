"""Filling the demo: members enrol, keepers sign, people report and answer, all by the real roads."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from casework.event_store.store import MemberId
from crypto import (
    Answer,
    Message,
    Receipt,
    VerifiedDirectory,
    b64encode,
    derive_reporter,
    read_mailbox,
    read_receipt,
    seal_message,
    seal_regrant,
    write_post,
)
from portal.accounts.members import Invitation, invite_member
from portal.cli.demo.processes import Ports
from portal.cli.demo.stories import DemoStory
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
from portal.cli.desk.days import day_at
from portal.cli.desk.enrolment import NewMember, enrol
from portal.cli.desk.profile import Profile, Unlocking
from portal.cli.desk.totp import step_before, totp_code
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import load_office
from portal.cli.reporter.inbox_command import poll_mailbox
from portal.cli.reporter.reporting import ReportRequest, finish_report, ready_report, send_report
from portal.cli.server import Server, as_json
from portal.cli.terminal import Advance, today
from portal.languages import DEFAULT, SOURCE
from portal.office import EnrolledMember, FoundedOffice, OfficeFolder, OfficeText, read_keeper, sign_directory
from portal.office.files import write_secret
from portal.office.sample import SampleMember
from portal.settings import Settings
from portal.wiring.desk import build_accounts

WAIT_SECONDS = 60
HANDLER = "investigator-b"
"""A holder of every story."""


@dataclass(frozen=True, repr=False)
class DemoMember:
    """A sign-in of the demo, as the ready file shows it."""

    id: str
    name: dict[str, str]
    role: str
    passphrase: str
    device_secret: str
    totp_secret: str
    identity_file: str

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return asdict(self)


def enrol_members(settings: Settings, ports: Ports, members: Sequence[SampleMember]) -> list[NewMember]:
    """Invite everyone of the sample and let each make keys at the desk."""
    accounts = build_accounts(settings)
    server = desk_server(ports.desk_url, SOURCE)
    made: list[NewMember] = []
    try:
        for member in members:
            names = member.name.said(DEFAULT)
            invitation = Invitation(MemberId(member.id), member.role, member.entity, names)
            code = invite_member(accounts, invitation, today())
            made.append(enrol(server, code, step_before, os.urandom))
    finally:
        server.close()
    return made


def sign_members(founded: FoundedOffice, made: list[NewMember], members: Sequence[SampleMember]) -> None:
    """The keepers sign everyone in."""
    roles = {member.id: member for member in members}
    enrolled = [
        EnrolledMember(
            one.staff.member,
            roles[one.staff.member].role,
            OfficeText.model_validate(one.name),
            one.staff.recipient,
            one.staff.signing_key,
        )
        for one in made
    ]
    sign_directory(founded.folder, enrolled, founded.keepers[:2], today())


def write_identities(folder: Path, made: list[NewMember]) -> list[DemoMember]:
    """Write each identity for stock age, and gather the sign-ins."""
    rows: list[DemoMember] = []
    for one in made:
        file = folder / "identities" / f"{one.staff.member}.txt"
        write_secret(file, f"{one.staff.identity.text}\n".encode())
        rows.append(
            DemoMember(
                one.staff.member, one.name, one.role, one.passphrase, one.device_secret, one.totp_secret, str(file)
            )
        )
    return rows


@dataclass(frozen=True, repr=False)
class DemoScene:
    """Everything that a story needs to be played."""

    ports: Ports
    code: str
    directory: VerifiedDirectory
    scratch: Path
    stories: Sequence[DemoStory]


def seed_story(scene: DemoScene, story: DemoStory, advance: Advance) -> Receipt:
    """Report one story; gives its receipt."""
    files: list[Path] = []
    with tempfile.TemporaryDirectory(dir=scene.scratch) as folder:
        if story.attachment is not None:
            file = Path(folder) / story.attachment[0]
            file.write_text(story.attachment[1], "utf-8")
            files.append(file)
        answers = [Answer(name, answer) for name, answer in story.answers]
        request = ReportRequest(
            story.entity,
            story.policy,
            story.category,
            story.account,
            story.language,
            files,
            story.excluded,
            answers,
            story.urgent,
        )
        ready = ready_report(scene.directory, request, Path(folder))
        server = Server(scene.ports.intake_url, story.language)
        try:
            send_report(server, ready, lambda _: None)
            finish_report(server, ready)
        finally:
            server.close()
    advance(1)
    return ready.receipt


def answer_stories(scene: DemoScene, made: list[NewMember], receipts: list[Receipt]) -> None:
    """Every handler pulls, replies and adds colleagues; then the reporters answer."""
    by_account = {story.account: story for story in scene.stories}
    handlers = {one.staff.member: one for one in made}
    _handle(scene, handlers[HANDLER], by_account)
    for story, receipt in zip(scene.stories, receipts, strict=True):
        if story.answer is not None:
            _reporter_answers(scene, receipt, story.answer)


def _handle(scene: DemoScene, one: NewMember, by_account: dict[str, DemoStory]) -> None:
    server = desk_server(scene.ports.desk_url, SOURCE)
    how = Unlocking(one.passphrase, one.device_secret)
    try:
        with DeskSession.open(
            server, scene.directory, one.staff.member, how, totp_code(one.totp_secret, int(time.time()))
        ) as session:
            opened = [
                open_case(one.staff, scene.directory, session.case(case), None) for case in _pull(scene, session, one)
            ]
            for case in opened:
                _play(scene, session, one, case, by_account[_account(case)])
    finally:
        server.close()


def _pull(scene: DemoScene, session: DeskSession, one: NewMember) -> list[str]:
    profile = Profile(scene.scratch / one.staff.member)
    until = time.monotonic() + WAIT_SECONDS
    expected = sum(one.staff.member not in story.excluded for story in scene.stories)
    while time.monotonic() < until:
        found = session.claim(find_new(one.staff, scene.directory, profile, list(session.packets())).grants)
        if len(found) >= expected and _settled(session):
            for grant in found:
                session.store_key(b64encode(grant.case), profile.pin(one.staff, grant, os.urandom))
            return [b64encode(grant.case) for grant in found]
        time.sleep(0.3)
    raise CommandError(Exit.FAILED, "The demo's reports do not reach the desk.")


def _settled(session: DeskSession) -> bool:
    """Whether each report's finishing post has arrived too: a step of ours would meet a moved head."""
    return all(row["last"]["to_office"] >= 2 for row in session.rows())


def _account(opened: OpenedCase) -> str:
    for entry in opened.thread.entries:
        if entry.inner is not None and entry.inner.type == "report":
            return str(getattr(entry.inner.content, "account", ""))
    return ""


def _play(scene: DemoScene, session: DeskSession, one: NewMember, opened: OpenedCase, story: DemoStory) -> None:
    if story.reply is None:
        return
    day, case = day_at(scene.directory, story.entity), b64encode(opened.grant.case)
    write_step(session, one.staff, opened, StepLoad("taken", day))
    opened = open_case(one.staff, scene.directory, session.case(case), opened.grant)
    with tempfile.TemporaryDirectory(dir=scene.scratch) as folder:
        reply_to(session, one.staff, opened, Reply(story.reply, [], day), Path(folder), lambda _: None)
    if story.add is None:
        return
    opened = open_case(one.staff, scene.directory, session.case(case), opened.grant)
    holders = [*opened.grant.body.holders, story.add]
    regrant = seal_regrant(one.staff, scene.directory, opened.grant, opened.thread, holders, os.urandom)
    write_step(session, one.staff, opened, StepLoad("regranted", day, regrant.item, (), regrant))
    session.claim([regrant.grant])


def _reporter_answers(scene: DemoScene, receipt: Receipt, text: str) -> None:
    server = Server(scene.ports.intake_url, SOURCE)
    keys = derive_reporter(read_receipt(receipt.digits), scene.directory.office)
    try:
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            mailbox = poll_mailbox(server, keys)
            if mailbox is not None and mailbox.items:
                cursor = read_mailbox(scene.directory, keys, mailbox).cursor
                post, _ = seal_message(keys, cursor, Message(text), os.urandom)
                server.call("POST", "/api/posts", **as_json(write_post(post)))
                return
            time.sleep(0.3)
    finally:
        server.close()


def verified_office(ports: Ports, code: str) -> VerifiedDirectory:
    """The office as a reporter sees it."""
    return load_office(ports.intake_url).verify(code, today())


def renew_directory(folder: OfficeFolder, members: list[EnrolledMember]) -> None:
    """A demo that was left for a month gets a fresh directory from its own keepers' keys."""
    office = folder.root().office
    keepers = [read_keeper(file, office) for file in sorted((folder.path / "keepers").glob("*.key"))]
    sign_directory(folder, members, keepers, today())
