"""The office's side of a case: reading it and writing into it (SPEC §6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from crypto.case.grant import Grant
from crypto.case.items import (
    Author,
    Item,
    Place,
    office_key_mac,
    office_mac_key,
    seal_item,
)
from crypto.case.payloads import OFFICE_KEY, Direction, EpochNotice, Message, OfficeKey, Payload, Report, Status
from crypto.case.regrants import RegrantProof, first_day
from crypto.case.step_payloads import Decision, Notice
from crypto.case.thread import Thread, read_thread
from crypto.case.thread_keys import ThreadKeys
from crypto.custody.names import Named, UnsealingNotice
from crypto.errors import ExcludedHolder, ExclusionMissing, WrongEpoch, WrongShape
from crypto.framing import Rng, b64encode
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.holders import fill_bucket
from crypto.sealing.recipients import Identity, Recipient

CLAIM_BLOCK = 8


def thread_keys(grant: Grant) -> ThreadKeys:
    """What a grant lets its holder verify and open."""
    body, known = grant.body, grant.keys
    keys = ThreadKeys(
        case=body.case,
        macs={epoch: keys.macs for epoch, keys in known.items()},
        seeds={epoch: keys.seed for epoch, keys in known.items()},
        office_seeds={epoch: keys.office for epoch, keys in known.items() if keys.office is not None},
        holder=grant.reader if body.epoch == 0 else None,
        lost=frozenset(range(body.epoch)) - known.keys(),
        excluded=body.excluded,
        holders={body.epoch: body.holders},
        grants={body.epoch: grant.hash},
        act=body.act,
        entity=body.entity,
    )
    if body.day:
        keys.days[body.epoch] = first_day(body.epoch, body.day)
    if body.previous is not None:
        keys.holders[body.epoch - 1] = body.previous_holders
        keys.grants[body.epoch - 1] = body.previous
    return keys


def read_case(
    directory: VerifiedDirectory, grant: Grant, items: Sequence[object], named: Collection[bytes] = frozenset()
) -> Thread:
    """Read all items of a case (JSON documents); never raises for an item.

    `named` are the hashes that signed events name (`named_items`). Raises ExclusionMissing for a grant that forgets
    whom the report leaves out.
    """
    thread = read_thread(directory, replace(thread_keys(grant), named=named), items)
    _check_exclusion(grant, thread)
    return thread


def _check_exclusion(grant: Grant, thread: Thread) -> None:
    """Who has no pin yet can tell a dropped exclusion only by the report itself."""
    for entry in thread.entries:
        content = entry.inner.content if entry.inner is not None and entry.mark is None else None
        if isinstance(content, Report) and not set(content.excluded) <= set(grant.body.excluded):
            raise ExclusionMissing(content.excluded)


def reporter_in_force(grant: Grant, thread: Thread) -> tuple[Recipient, int]:
    """The reporter recipient in force, and the to-office number of the change of receipt that it comes from; 0 of none.

    Where the last change that the thread shows is an older one than the grant knows, the grant's holds: a server that
    holds back the newest can't bring an earlier receipt back.
    """
    if thread.change is not None and thread.change_seq >= grant.body.receipt_change:
        return thread.change.reporter, thread.change_seq
    return grant.body.reporter, grant.body.receipt_change


def reporter_recipient(grant: Grant, thread: Thread) -> Recipient:
    """The reporter recipient in force: of a change of receipt that the grant does not know yet, else the grant's."""
    return reporter_in_force(grant, thread)[0]


def renewal_due(grant: Grant, thread: Thread) -> bool:
    """Whether the reporter has a new receipt that the grant does not know: the next re-grant takes it up."""
    return reporter_recipient(grant, thread) != grant.body.reporter


def office_identity(grant: Grant, thread: Thread) -> Identity | None:
    """The office key in force: of the grant, or of the office-key item in epoch 0; None before that is there."""
    return grant.body.keys.office or thread.office_key


def office_identities(grant: Grant, thread: Thread) -> dict[int, Identity]:
    """The office keys that are known, by epoch."""
    known = {epoch: keys.office for epoch, keys in grant.keys.items() if keys.office is not None}
    return known if thread.office_key is None else {**known, 0: thread.office_key}


def attachment_recipients(grant: Grant, thread: Thread, direction: Direction) -> list[Recipient]:
    """To whom an attachment of an item of that direction is sealed."""
    if direction is Direction.OFFICE_ONLY:
        return [_office_key_of(grant, thread).recipient]
    if direction is Direction.TO_OFFICE:
        raise WrongShape("the office does not write to itself in the reporter's name")
    return [reporter_recipient(grant, thread), grant.body.case_identity.recipient]


def _office_key_of(grant: Grant, thread: Thread) -> Identity:
    found = office_identity(grant, thread)
    if found is None:
        raise WrongEpoch("words for the office alone need the office key, by its item or by a re-grant")
    return found


@dataclass(frozen=True, repr=False)
class Desk:
    """A member at work on a case: keys, directory, grant, and the thread as last read."""

    staff: StaffKeys
    directory: VerifiedDirectory
    grant: Grant
    thread: Thread


def seal_staff_item(desk: Desk, direction: Direction, kind: str, payload: Payload, rng: Rng) -> Item:
    """Sign and seal one item of the office after the last one of the thread."""
    author = _author(desk)
    to = attachment_recipients(desk.grant, desk.thread, direction)
    place = _next_place(desk.grant, desk.thread, direction)
    key = desk.grant.body.keys.macs.to_reporter
    if direction is Direction.OFFICE_ONLY:
        key = office_mac_key(_office_key_of(desk.grant, desk.thread))
    return seal_item(place, kind, payload.document(), author, key, to, rng)


def _author(desk: Desk) -> Author:
    staff, body = desk.staff, desk.grant.body
    member = desk.directory.valid_member(staff.member)
    if member is None or member.signing != staff.signing_key or staff.member not in {*body.holders} - {*body.excluded}:
        raise ExcludedHolder("this member does not hold this case")
    return Author(staff.member, staff.sign, staff.office)


def needs_office_key(grant: Grant, thread: Thread) -> bool:
    """Whether the office key can and must be made before words for the office: in epoch 0, where nothing stands yet."""
    empty = thread.last[Direction.OFFICE_ONLY].seq == 0
    return grant.epoch == 0 and empty and office_identity(grant, thread) is None


def seal_office_key(staff: StaffKeys, directory: VerifiedDirectory, grant: Grant, thread: Thread, rng: Rng) -> Item:
    """The office's own key for epoch 0, drawn here and sealed to the holders and the recovery key.

    Sealed to people as the directory names them, never to the case key, which the reporter's device drew. Raises
    WrongEpoch where there is one, or where another item stands in its place: there a re-grant makes it.
    """
    directory.check_current()
    desk = Desk(staff, directory, grant, thread)
    author = _author(desk)
    if not needs_office_key(grant, thread):
        raise WrongEpoch("the office key is made once, in epoch 0, before all other words for the office")
    members = (directory.valid_member(holder) for holder in grant.body.holders)
    readers = [member.recipient for member in members if member is not None]
    to = fill_bucket([*readers, directory.content.recovery], grant.bucket, rng)
    made = OfficeKey(Identity.draw(rng))
    place = _next_place(grant, thread, Direction.OFFICE_ONLY)
    key = office_key_mac(grant.body.case_identity)
    return seal_item(place, OFFICE_KEY, made.document(), author, key, to, rng)


def _next_place(grant: Grant, thread: Thread, direction: Direction) -> Place:
    last, seen = thread.last[direction], thread.last[Direction.TO_OFFICE].seq
    return Place(grant.case, grant.epoch, direction, last.seq + 1, last.hash, seen)


def announce_regrant(grant: Grant, thread: Thread, made: Grant, proof: RegrantProof, rng: Rng) -> Item:
    """The `epoch` item that tells the reporter of the re-grant `made`; `grant` is that of the epoch before.

    It is signed by those who signed the re-grant: anyone who holds the keys of the epoch before may seal it, again too.
    """
    body = made.body
    recipient = body.case_identity.recipient
    notice = EpochNotice(
        body.epoch, recipient, body.keys.macs, body.holders, made.hash, grant.hash,
        proof.day, proof.sequence, proof.signatures,
    )  # fmt: skip
    place = _next_place(grant, thread, Direction.TO_REPORTER)
    # To the new case key: anyone who was removed has the old one and would read the new MAC keys.
    # And to the receipt in force: where the notice is sent again it may be a newer one than the grant knows.
    to = [reporter_recipient(made, thread), recipient]
    return seal_item(place, "epoch", notice.document(), Author(), grant.body.keys.macs.to_reporter, to, rng)


def seal_reply(
    staff: StaffKeys,
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    message: Message,
    rng: Rng,
    kind: str = "reply",
) -> Item:
    """A `reply` or `letter` to the reporter."""
    where = Direction.TO_REPORTER
    return seal_staff_item(Desk(staff, directory, grant, thread), where, kind, message, rng)


def seal_status(
    staff: StaffKeys,
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    status: Status,
    rng: Rng,
) -> Item:
    """Where the case stands, told to the reporter."""
    where = Direction.TO_REPORTER
    return seal_staff_item(Desk(staff, directory, grant, thread), where, "status", status, rng)


def seal_note(
    staff: StaffKeys,
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    message: Message,
    rng: Rng,
    kind: str = "note",
) -> Item:
    """A `note`, `finding`, `draft`, `witness` or `publication` for the office.

    Raises WrongEpoch while there is no office key.
    """
    where = Direction.OFFICE_ONLY
    return seal_staff_item(Desk(staff, directory, grant, thread), where, kind, message, rng)


def seal_notice(
    staff: StaffKeys,
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    notice: Notice,
    rng: Rng,
) -> Item:
    """What an act of the office tells the reporter, and what it asks."""
    where = Direction.TO_REPORTER
    return seal_staff_item(Desk(staff, directory, grant, thread), where, "notice", notice, rng)


def seal_decision(
    staff: StaffKeys,
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    decision: Decision,
    rng: Rng,
) -> Item:
    """What the office decides, for the office alone; raises WrongEpoch while there is no office key."""
    where = Direction.OFFICE_ONLY
    return seal_staff_item(Desk(staff, directory, grant, thread), where, "decision", decision, rng)


def seal_custody(
    staff: StaffKeys, directory: VerifiedDirectory, grant: Grant, thread: Thread, named: Named, rng: Rng
) -> Item:
    """Who is named and where the name lies, for the office alone; raises WrongEpoch while there is no office key."""
    where = Direction.OFFICE_ONLY
    return seal_staff_item(Desk(staff, directory, grant, thread), where, "custody", named, rng)


def seal_unsealing(
    staff: StaffKeys, directory: VerifiedDirectory, grant: Grant, thread: Thread, notice: UnsealingNotice, rng: Rng
) -> Item:
    """Tells the reporter that somebody asked for the identity, by which role and why, and what came of it."""
    where = Direction.TO_REPORTER
    return seal_staff_item(Desk(staff, directory, grant, thread), where, "unsealing", notice, rng)


def thread_after(thread: Thread, item: Item) -> Thread:
    """The thread once `item` was written: what the next item starts from."""
    last = {**thread.last, item.place.direction: item.position}
    return replace(thread, last=last)


def claim_block(grants: Sequence[Grant], rng: Rng) -> list[dict[str, str]]:
    """Claims in blocks of eight, filled up with random ones and shuffled."""
    claims = [(grant.case, grant.access) for grant in grants]
    while not claims or len(claims) % CLAIM_BLOCK:
        claims.append((rng(16), rng(32)))
    mixed = sorted(claims, key=lambda _: rng(16))
    return [{"case": b64encode(case), "access": b64encode(access)} for case, access in mixed]
