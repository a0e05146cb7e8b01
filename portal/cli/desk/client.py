"""A member at the desk's API: sign in, pull and claim, read a case, write a step."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from crypto import (
    Alarm,
    Attachment,
    Claims,
    CryptoError,
    Direction,
    Event,
    Grant,
    Item,
    Message,
    ReadEvent,
    Regrant,
    StaffKeys,
    Thread,
    VerifiedDirectory,
    attachment_recipients,
    b64decode,
    b64encode,
    blob_listing,
    check_chain,
    check_proof,
    claim_block,
    claims_of,
    find_grant,
    mark_non_readers,
    named_items,
    open_grant,
    read_case,
    read_device_secret,
    read_packet,
    recorded_proof,
    seal_reply,
    sign_event,
    signin_secret,
    unserved,
    verify_events,
)
from crypto.errors import WrongShape
from crypto.framing import sha256
from portal.cli.attachments import seal_files
from portal.cli.desk.case_words import NO_SUCH_CASE, PULL_FIRST, SHOWN_OTHERWISE
from portal.cli.desk.misread import misread
from portal.cli.desk.profile import Document, Profile, Unlocking
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.desk import (
    CaseFile,
    CaseRow,
    Me,
    case_bytes,
    read_days,
    read_entries,
    read_file,
    read_me,
    read_page,
)
from portal.cli.server import Server, ServerRefused
from portal.cli.terminal import Advance

CHANGES = {"X-Yanlu-Desk": "1"}
IDS_AT_ONCE = 64
REGRANTED = "regranted"
"""In place of a day: what comes with a case, and not in the batch."""
NOT_WHOLE = "The record of this case does not hold together: do not write into it."


def desk_server(origin: str, language: str, mention: Callable[[], object] = lambda: None) -> Server:
    """The desk's origin; every change carries the header that no foreign page can send."""
    return Server(origin, language, CHANGES, mention)


class BatchEntry(NamedTuple):
    """A packet of the batch, still sealed: its day, its random id, its bytes."""

    day: str
    name: bytes
    packet: bytes


@dataclass(frozen=True, repr=False)
class OpenedCase:
    """A case as verified: row and documents from the server, grant, thread, events."""

    row: CaseFile
    grant: Grant
    thread: Thread
    events: list[ReadEvent]

    @cached_property
    def claims(self) -> Claims:
        """Who has opened it, as each of them signed, and who was shown something else under this case."""
        return claims_of(self.grant, self.thread, self.events)

    @property
    def chain_holds(self) -> bool:
        """Each event stands in its place, the head is ours, nobody was shown another case, and no key is missing."""
        last = self.events[-1].hash if self.events else bytes(32)
        whole = all(one.stands for one in self.events) and last == b64decode(self.row["head"]["hash"], 32)
        return whole and not (self.unserved or self.claims.differing or Alarm.HISTORY in self.thread.alarms)

    def require_whole(self) -> None:
        """Raises CommandError, with the reason, where nothing may be written into the case."""
        if self.claims.differing:
            raise CommandError(Exit.REFUSED, SHOWN_OTHERWISE, people=", ".join(self.claims.differing))
        if not self.chain_holds:
            raise CommandError(Exit.REFUSED, NOT_WHOLE)

    @property
    def is_damaged(self) -> bool:
        """Whether a reader is told that anything of record or conversation is missing, altered or out of place."""
        marked = any(entry.mark for entry in self.thread.entries) or any(event.wrong for event in self.events)
        return not self.chain_holds or bool(self.undeliverable or self.thread.alarms or self.misread) or marked

    @cached_property
    def misread(self) -> list[int]:
        """The numbers of the events that say of the reporter what the message that they name does not declare."""
        return misread(self.events, self.thread)

    @property
    def unserved(self) -> list[int]:
        """The numbers of the events whose item the server did not deliver, and does not say why."""
        return [n for n in self._missing if n not in self.row["undeliverable"]]

    @property
    def undeliverable(self) -> list[int]:
        """The numbers of the events whose item, as the server says, could not be delivered: nobody waits for it."""
        return [n for n in self._missing if n in self.row["undeliverable"]]

    @property
    def _missing(self) -> list[int]:
        return unserved(self.events, self.row["items"])


class DeskSession:
    """A signed-in member; every change carries the desk's own header."""

    def __init__(self, server: Server, directory: VerifiedDirectory, member: str) -> None:
        self.server = server
        self.directory = directory
        self.member = member

    @classmethod
    @contextmanager
    def open(
        cls, server: Server, directory: VerifiedDirectory, member: str, how: Unlocking, totp: str
    ) -> Generator[DeskSession]:
        """Sign in, and out again at the end."""
        try:
            device = read_device_secret(how.device_secret)
        except CryptoError as error:
            raise CommandError(Exit.WRONG_SECRET, "Passphrase or device secret is wrong.") from error
        secret = signin_secret(how.passphrase, device, directory.office, member)
        body = {"member": member, "secret": b64encode(secret), "totp": totp}
        server.call("POST", "/api/session", json=body, again=False)
        try:
            yield cls(server, directory, member)
        finally:
            server.call("POST", "/api/session/end", json={})

    def me(self) -> Me:
        """The member's wrapped key, and keys that wait for the keepers."""
        return self.server.read(read_me, "GET", "/api/me")

    def packets(self, passed: Collection[bytes] = ()) -> Iterator[BatchEntry]:
        """Every packet of the batch's last 30 days, but for those that were passed over before.

        First the re-grants of cases that are the member's: they wait for no slot.
        """
        for name, packet in self.server.read(read_entries, "GET", "/api/regrants"):
            yield BatchEntry(REGRANTED, name, packet)
        for day, ids in self.server.read(read_days, "GET", "/api/batch"):
            wanted = [b64encode(name) for name in ids if name not in passed]
            for start in range(0, len(wanted), IDS_AT_ONCE):
                asked = {"id": wanted[start : start + IDS_AT_ONCE]}
                for name, packet in self.server.read(read_entries, "GET", f"/api/batch/{day}", params=asked):
                    yield BatchEntry(day, name, packet)

    def claim(self, grants: Sequence[Grant]) -> list[Grant]:
        """Claim cases in blocks of eight, filled up with random ones; gives those that are ours now.

        A grant stands in the batch a moment before the worker has opened its case.
        """
        self.send_claims(grants)
        ours = {row["case"] for row in self.rows()}
        return [grant for grant in grants if b64encode(grant.case) in ours]

    def send_claims(self, grants: Sequence[Grant]) -> None:
        """The same, without asking what became of it: for many cases, one after the other."""
        claims = claim_block(grants, os.urandom)
        for start in range(0, len(claims), 8):
            self.server.call("POST", "/api/claims", json={"claims": claims[start : start + 8]})

    def rows(self) -> list[CaseRow]:
        """The member's cases, fetched page by page, the newest first, each once."""
        found: dict[str, CaseRow] = {}
        asked: dict[str, str] = {}
        while True:
            page = self.server.read(read_page, "GET", "/api/cases", params=asked)
            fresh = {row["case"]: row for row in page["cases"] if row["case"] not in found}
            found |= fresh
            # A page that has nothing new and names one behind it would do so for ever.
            if page["next"] is None or not fresh:
                return list(found.values())
            asked = {"after": page["next"]}

    def case(self, case: str) -> CaseFile:
        """One case with all that belongs to it; raises CommandError for what is no id, and for another case's file."""
        known_id(case)
        try:
            return self.server.read(lambda value: read_file(value, case), "GET", f"/api/cases/{case}")
        except ServerRefused as error:
            if error.code is Exit.NOTHING_THERE:
                raise CommandError(Exit.NOTHING_THERE, PULL_FIRST) from error
            raise

    def former(self, case: str) -> CaseFile:
        """A case as it was before a re-grant that left it to others; raises as `case`."""
        known_id(case)
        return self.server.read(lambda value: read_file(value, case), "GET", f"/api/cases/{case}/former")

    def store_key(self, case: str, entry: Document) -> None:
        """Put the keyring entry; an older one than the server's is not an error here."""
        self.server.call("PUT", f"/api/cases/{case}/key", json=entry)

    def fetch_blob(self, case: str, attachment: Attachment, path: Path, advance: Advance) -> None:
        """Fetch a sealed attachment into `path`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        with draft.open("wb") as sink:
            for part in range(len(attachment.parts)):
                address = f"/api/cases/{case}/blobs/{b64encode(attachment.blob)}/parts/{part}"
                content = self.server.part("GET", address, attachment.parts[part])
                sink.write(content)
                advance(len(content))
        draft.replace(path)


def known_id(case: str) -> bytes:
    """The bytes of a case id that a person gave; raises CommandError for what is none."""
    try:
        return case_bytes(case)
    except CryptoError as error:
        raise CommandError(Exit.NOTHING_THERE, NO_SUCH_CASE) from error


def open_case(staff: StaffKeys, directory: VerifiedDirectory, row: CaseFile, pinned: Grant | None) -> OpenedCase:
    """Open the newest grant against the pin and read everything under it.

    Raises CryptoError, also where pin or grant are those of another case than the file names, and where the file says
    of entity, policy or day anything else than what was signed.
    """
    case, packet = case_bytes(row["case"]), b64decode(row["packet"])
    if pinned is not None and pinned.case != case:
        raise WrongShape("the grant of another case")
    same = pinned is not None and read_packet(packet).hash == pinned.hash
    events = verify_events(directory, case, row["events"])
    grant = pinned if same and pinned else open_grant(staff, packet, directory, pinned.pin if pinned else None)
    if grant.case != case:
        raise WrongShape("the grant of another case")
    if (row["entity"], row["policy"]) != (grant.body.entity, grant.body.policy):
        raise WrongShape("another entity or policy than its grant names")
    first = events[0].event if events else None
    if first is not None and first.day != row["day"]:
        raise WrongShape("another day than its record begins with")
    if grant is not pinned:
        # Nothing is taken over from a re-grant before those have signed it who may.
        check_proof(directory, grant, recorded_proof(events, grant.hash), pinned.body if pinned else None)
    grant = grant.with_history(None if row["history"] is None else b64decode(row["history"]))
    thread = read_case(directory, grant, row["items"], named_items(events))
    if pinned is not None:
        # A grant further on names the holders before it by itself: only what they signed leads from the pin to it.
        check_chain(directory, pinned, grant, thread)
    return OpenedCase(row, grant, thread, mark_non_readers(directory, grant, thread, events))


class Found(NamedTuple):
    """What a batch holds for a member: grants, what is wrong, and cases that a packet names with another key."""

    grants: list[Grant]
    refused: list[str]
    claimed: list[str]


def find_new(staff: StaffKeys, directory: VerifiedDirectory, profile: Profile, packets: Sequence[BatchEntry]) -> Found:
    """What of a batch is this member's.

    All of each case: anybody can seal one that claims to be newer, and only the case's file tells who decided it.
    What did not open, or is pinned already, is passed over from now on.
    """
    found: dict[bytes, Grant] = {}
    refused: list[str] = []
    passed: list[bytes] = []
    for entry in packets:
        try:
            grant = find_grant(staff, entry.packet, directory)
        except CryptoError as error:
            refused.append(f"{b64encode(entry.name)}: {error.stage}")
            continue
        if grant is None or _is_pinned(staff, profile, grant):
            passed.append(entry.name)
        if grant is not None:
            found[grant.hash] = grant
    profile.pass_over(staff, passed)
    claimed: list[str] = []
    grants = [grant for grant in found.values() if _fits_pin(staff, profile, grant, claimed)]
    return Found(grants, refused, claimed)


def _is_pinned(staff: StaffKeys, profile: Profile, grant: Grant) -> bool:
    pinned = profile.grant(staff, grant.case)
    return pinned is not None and (grant.epoch < pinned.epoch or grant.hash == pinned.hash)


def _fits_pin(staff: StaffKeys, profile: Profile, grant: Grant, claimed: list[str]) -> bool:
    pinned = profile.grant(staff, grant.case)
    if pinned is None or grant.epoch > pinned.epoch or grant.hash == pinned.hash:
        return True
    # An older grant stays in the batch for 30 days; anybody can seal one that claims to be a second of the same epoch.
    if grant.epoch == pinned.epoch:
        claimed.append(b64encode(grant.case))
    return False


@dataclass(frozen=True)
class Reply:
    """What a member answers, with which files, on which day."""

    text: str
    files: Sequence[Path]
    day: str


def reply_to(
    session: DeskSession,
    staff: StaffKeys,
    opened: OpenedCase,
    reply: Reply,
    folder: Path,
    advance: Advance,
) -> None:
    """Seal a reply, upload its attachments, and write it as the next signed event of the case."""
    opened.require_whole()
    recipients = attachment_recipients(opened.grant, opened.thread, Direction.TO_REPORTER)
    sealed = seal_files(reply.files, recipients, folder)
    message = Message(reply.text, [attachment for attachment, _ in sealed], reply.day)
    item = seal_reply(staff, session.directory, opened.grant, opened.thread, message, os.urandom)
    session.server.upload_all(sealed, advance)
    blobs = [blob_listing(attachment).document() for attachment, _ in sealed]
    write_step(session, staff, opened, StepLoad("replied", reply.day, item, blobs))


@dataclass(frozen=True, repr=False)
class StepLoad:
    """What a step brings beside its event."""

    kind: str
    day: str
    item: Item | None = None
    blobs: Sequence[Document] = ()
    grant: Regrant | None = None
    # What the event names in clear beside them.
    names: Mapping[str, object] = field(default_factory=dict[str, object])


def write_step(session: DeskSession, staff: StaffKeys, opened: OpenedCase, load: StepLoad) -> bytes:
    """Write the next signed event of a case, with what it names; gives the hash that the event after it follows."""
    names = {"item": load.item.hash if load.item else None, "grant": load.grant.grant.hash if load.grant else None}
    proof = {} if load.grant is None else load.grant.proof.document()
    named = {**load.names, **{name: b64encode(digest) for name, digest in names.items() if digest}, **proof}
    n, prev = len(opened.events), opened.events[-1].hash if opened.events else bytes(32)
    event = Event(opened.grant.case, n, load.kind, load.day, staff.member, named)
    regrant = load.grant
    signed = sign_event(staff, event, prev)
    body = {
        "event": signed.document(),
        "item": load.item.document() if load.item else None,
        "blobs": list(load.blobs),
        "grant": None
        if regrant is None
        else {
            "packet": b64encode(regrant.packet),
            "history": b64encode(regrant.history),
            "access": b64encode(sha256(regrant.grant.access)),
            "epoch": regrant.grant.epoch,
            **proof,
        },
    }
    session.server.call("POST", f"/api/cases/{b64encode(opened.grant.case)}/steps", json=body)
    return signed.hash(prev)
