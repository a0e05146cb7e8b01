"""Who can read a case, changed from the command line: at once, or by a proposal that another holder signs."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from crypto import (
    CryptoError,
    Event,
    EventRefused,
    Grant,
    ReadEvent,
    Regrant,
    RegrantProof,
    Report,
    StaffKeys,
    VerifiedDirectory,
    announce_regrant,
    b64decode,
    b64encode,
    before_regrant,
    cosign_regrant,
    is_followed,
    named_items,
    read_case,
    read_packet,
    read_proof,
    recorded_proof,
    renewal_due,
    resend_notice,
    review_regrant,
    seal_regrant,
    sign_event,
    too_often,
    unannounced_epochs,
    unnamed_before,
    verify_events,
)
from crypto.framing import ZERO_HASH, sha256
from crypto.office.holders import outside_ids
from portal.cli.desk.client import NOT_WHOLE, DeskSession, OpenedCase, StepLoad, open_case, write_step
from portal.cli.desk.profile import Document
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.desk import CaseFile, case_bytes

NOT_ONESELF = (
    "The member who changes the readers knows the new keys, so nobody can remove themselves: ask a colleague who "
    "reads this "
    "case to do it. Nothing was sent."
)


TOO_OFTEN = (
    "On one day a case takes four changes of readers, and two of one signer: make this one tomorrow. Nothing was sent."
)
NEVER_IN_FORCE = (
    "This change can't come into force: the server was given another access token than its packet has. "
    "Decline it, and ask who proposed it."
)


def living_holders(opened: OpenedCase, directory: VerifiedDirectory) -> list[str]:
    """The holders who are in the directory today."""
    return [holder for holder in opened.grant.body.holders if directory.valid_member(holder)]


def change_readers(
    session: DeskSession, staff: StaffKeys, opened: OpenedCase, holders: Sequence[str], day: str
) -> Grant | None:
    """Re-grant to exactly these holders; gives the new grant, or None where a second signature has to come.

    Raises CommandError, and CryptoError when somebody excluded is named.
    """
    opened.require_whole()
    if is_too_often(opened.events, day, {staff.member}):
        raise CommandError(Exit.REFUSED, TOO_OFTEN)
    made = seal_regrant(staff, session.directory, opened.grant, opened.thread, holders, os.urandom)
    if session.directory.content.regrant_threshold > 1:
        propose(session, staff, opened, made, day)
        return None
    write_step(session, staff, opened, StepLoad("regranted", day, made.item, grant=made))
    return made.grant


def is_too_often(events: Sequence[ReadEvent], day: str, signers: Collection[str]) -> bool:
    """Whether the record has as many changes of readers of this day as one takes, in all or of one of these signers."""
    return too_often((read.event for read in events if read.event is not None), day, signers)


def renewed(session: DeskSession, staff: StaffKeys, opened: OpenedCase, day: str) -> Grant | None:
    """A new key for the same readers where the reporter has taken a new receipt and one signature is enough.

    None also where the case takes no further one today: what is written goes to the new receipt all the same.
    """
    if session.directory.content.regrant_threshold > 1 or not renewal_due(opened.grant, opened.thread):
        return None
    if is_too_often(opened.events, day, {staff.member}):
        return None
    return change_readers(session, staff, opened, living_holders(opened, session.directory), day)


def notify_reporter_again(session: DeskSession, staff: StaffKeys, opened: OpenedCase, day: str) -> None:
    """Send the notices that do not reach the reporter once more, or the last one; raises CommandError for none."""
    if not opened.chain_holds:
        raise CommandError(Exit.REFUSED, NOT_WHOLE)
    proof = recorded_proof(opened.events, opened.grant.hash)
    if opened.grant.epoch == 0 or proof is None:
        raise CommandError(Exit.NOTHING_THERE, "The key of this case never changed: there is nothing to tell again.")
    if is_followed(opened.grant, opened.thread):
        raise CommandError(Exit.NOTHING_THERE, "The reporter writes under the new key: there is nothing to tell again.")
    for epoch in unannounced_epochs(opened.grant, opened.thread) or [opened.grant.epoch]:
        item = resend_notice(opened.grant, opened.thread, proof, os.urandom, epoch)
        write_step(session, staff, opened, StepLoad("regrant-told", day, item))
        if epoch < opened.grant.epoch:
            row = session.case(b64encode(opened.grant.case))
            opened = open_case(staff, session.directory, row, opened.grant)


def propose(session: DeskSession, staff: StaffKeys, opened: OpenedCase, made: Regrant, day: str) -> None:
    """Lay a re-grant down with one signature, for the second to be given."""
    named: dict[str, object] = {"proposal": b64encode(made.grant.hash)}
    body: dict[str, object] = {
        "event": _event(staff, RecordEnd.of(opened.grant.case, opened.events), "regrant-proposed", day, named),
        "packet": b64encode(made.packet),
        "history": b64encode(made.history),
        "access": b64encode(made.access_hash),
        "epoch": made.grant.epoch,
        **made.proof.document(),
        "invited": _invited(session.directory, made.grant, staff.member),
    }
    session.server.call("POST", f"/api/cases/{b64encode(made.grant.case)}/proposals", json=body)


def _invited(directory: VerifiedDirectory, made: Grant, proposer: str) -> str | None:
    """The outside holder who has to sign where no other holder of the grant before is left."""
    body = made.body
    living = [holder for holder in body.previous_holders if directory.valid_member(holder)]
    if len(living) > 1:
        if not (set(living) & set(body.holders)) - {proposer}:
            raise CommandError(
                Exit.REFUSED,
                "Nobody could sign this with you: the person removed can't review it. Add a colleague first.",
            )
        return None
    outside = outside_ids(directory, body.entity) & set(body.holders) - set(living)
    if not outside:
        raise CommandError(
            Exit.REFUSED, "No other holder is left to sign this with you: add an outside holder, who then signs."
        )
    return min(outside)


@dataclass(frozen=True)
class RecordEnd:
    """Where the signed record of a case ends, as verified here: how many events, and the hash of the last."""

    case: bytes
    events: int
    hash: bytes

    @classmethod
    def of(cls, case: bytes, events: Sequence[ReadEvent]) -> RecordEnd:
        """The end of these events."""
        return cls(case, len(events), events[-1].hash if events else ZERO_HASH)


def _event(staff: StaffKeys, end: RecordEnd, kind: str, day: str, named: dict[str, object]) -> Document:
    return sign_event(staff, Event(end.case, end.events, kind, day, staff.member, named), end.hash).document()


@dataclass(frozen=True, repr=False)
class Waiting:
    """A proposal as reviewed: what would be signed, who would come and go, the case that it belongs to.

    For an outside holder also whom the report excludes, and who held the case though the proposer does not say so.
    """

    row: CaseFile
    own: Grant | None
    end: RecordEnd
    made: Grant
    packet: bytes
    history: bytes
    proof: RegrantProof
    by: str
    reported: Collection[str] = ()
    unnamed: Sequence[str] = ()

    @property
    def added(self) -> list[str]:
        """Who would read the case from then on."""
        return [holder for holder in self.made.body.holders if holder not in self.made.body.previous_holders]

    @property
    def removed(self) -> list[str]:
        """Who would not."""
        return [holder for holder in self.made.body.previous_holders if holder not in self.made.body.holders]

    @property
    def newly_excluded(self) -> list[str]:
        """Whom the change itself would keep out; for an outside holder, whom the report does not name."""
        before = self.reported if self.own is None else self.own.body.excluded
        return [member for member in self.made.body.excluded if member not in before]


def review(session: DeskSession, staff: StaffKeys, row: CaseFile, own: Grant | None) -> Waiting:
    """Review what waits for a second signature; raises CommandError when nothing does, CryptoError for any lie."""
    waits = row["proposal"]
    if waits is None:
        raise CommandError(Exit.NOTHING_THERE, "Nothing waits for a second signature in this case.")
    packet = b64decode(waits["packet"])
    end = _checked_end(session.directory, row, read_packet(packet).hash, waits["by"])
    proof, history = read_proof(waits["proof"]), b64decode(waits["history"])
    made = review_regrant(staff, packet, history, proof, session.directory, own, row["items"])
    if made.case != end.case or (own is not None and own.case != end.case):
        raise EventRefused("the grant of another case")
    if b64decode(waits["access"], 32) != sha256(made.access):
        raise CommandError(Exit.REFUSED, NEVER_IN_FORCE)
    waiting = Waiting(row, own, end, made, packet, history, proof, waits["by"])
    return waiting if own is not None else _from_outside(session.directory, waiting)


def _from_outside(directory: VerifiedDirectory, waiting: Waiting) -> Waiting:
    """With what the case itself tells of those who held it: the proposer's word is all that an outside holder has."""
    thread = read_case(directory, before_regrant(waiting.made), waiting.row["items"])
    contents = [entry.inner.content for entry in thread.verified if entry.inner is not None]
    reported = {one for content in contents if isinstance(content, Report) for one in content.excluded}
    return replace(waiting, reported=reported, unnamed=unnamed_before(directory, waiting.made, thread))


def _checked_end(directory: VerifiedDirectory, row: CaseFile, digest: bytes, by: str) -> RecordEnd:
    """The end of the signed record: it holds, and in it that member proposed what is shown and did not withdraw it."""
    case = case_bytes(row["case"])
    events = verify_events(directory, case, row["events"])
    end = RecordEnd.of(case, events)
    if any(read.wrong for read in events) or end.hash != b64decode(row["head"]["hash"], 32):
        raise EventRefused("the record does not hold together")
    named = {"proposal": b64encode(digest)}
    kinds = [read.event.kind for read in events if read.event and (read.event.actor, read.event.data) == (by, named)]
    if not kinds or kinds[-1] != "regrant-proposed":
        raise EventRefused("the signed record names another proposal")
    return end


def countersign(session: DeskSession, staff: StaffKeys, waiting: Waiting, day: str) -> Grant:
    """Sign what was reviewed and bring it into force; gives the new grant."""
    directory, made, own, row = session.directory, waiting.made, waiting.own, waiting.row
    events = verify_events(directory, waiting.end.case, row["events"])
    if is_too_often(events, day, {staff.member, waiting.by}):
        raise CommandError(Exit.REFUSED, TOO_OFTEN)
    proof = cosign_regrant(staff, waiting.packet, waiting.history, waiting.proof, directory, own, row["items"])
    # An outside holder has no grant before: the keys of that epoch came with the new one.
    before = own or before_regrant(made)
    thread = read_case(directory, before, row["items"], named_items(events))
    notice = announce_regrant(before, thread, made, proof, os.urandom)
    names: dict[str, object] = {
        "proposal": b64encode(made.hash),
        "grant": b64encode(made.hash),
        "item": b64encode(notice.hash),
        **proof.document(),
    }
    grant = {
        "packet": b64encode(waiting.packet),
        "history": b64encode(waiting.history),
        "access": b64encode(sha256(made.access)),
        "epoch": made.epoch,
    }
    body: dict[str, object] = {
        "event": _event(staff, waiting.end, "regrant-countersigned", day, names),
        "item": notice.document(),
        "blobs": [],
        "grant": {**grant, **proof.document()},
    }
    session.server.call("POST", f"/api/cases/{row['case']}/steps", json=body)
    return made


def decline(session: DeskSession, staff: StaffKeys, row: CaseFile, day: str) -> str:
    """Decline what waits, or withdraw what one proposed oneself; gives who had proposed it."""
    waits = row["proposal"]
    if waits is None:
        raise CommandError(Exit.NOTHING_THERE, "Nothing waits for a second signature in this case.")
    try:
        digest = read_packet(b64decode(waits["packet"])).hash
        end = _checked_end(session.directory, row, digest, waits["by"])
    except CryptoError as error:
        raise CommandError(Exit.REFUSED, NOT_WHOLE) from error
    event = _event(staff, end, "regrant-declined", day, {"proposal": b64encode(digest)})
    body: dict[str, object] = {"event": event, "item": None, "blobs": [], "grant": None}
    session.server.call("POST", f"/api/cases/{row['case']}/steps", json=body)
    return waits["by"]
