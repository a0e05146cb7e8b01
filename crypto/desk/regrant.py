"""Re-grants: the next epoch of a case, signed by holders of the one before (SPEC §5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crypto.case.grant import (
    Grant,
    Packet,
    RegrantSignature,
    check_pin,
    check_regranted,
    may_sign,
    open_body,
    read_packet,
    regrant_frame,
    seal_body,
    write_packet,
)
from crypto.case.grant_body import EPOCH_LIMIT, GrantBody, OfficeSeed
from crypto.case.items import Item
from crypto.case.payloads import Direction, EpochNotice, Report
from crypto.case.thread import Thread
from crypto.desk.answering import Desk, read_case, reporter_recipient, seal_staff_item
from crypto.errors import EpochsUsedUp, ExcludedHolder, SignatureRefused, WrongEpoch, WrongShape, WrongSuccessor
from crypto.framing import Rng, sha256
from crypto.keys.receipt import MacKeys
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.holders import bucket_for
from crypto.sealing.recipients import Identity, Recipient


@dataclass(frozen=True, repr=False)
class Regrant:
    """The packet, the item that tells the reporter, the access hash, and the new grant."""

    packet: bytes
    item: Item
    access_hash: bytes
    grant: Grant


def _recipients(directory: VerifiedDirectory, holders: Sequence[str]) -> list[Recipient]:
    directory.check_current()
    found: list[Recipient] = []
    for holder in holders:
        member = directory.valid_member(holder)
        if member is None:
            raise WrongShape("a holder who is not in the directory today")
        found.append(member.recipient)
    return [*found, directory.content.recovery]


def _office_seeds(body: GrantBody, holders: Sequence[str], rng: Rng) -> list[OfficeSeed]:
    """Whoever was removed must not read the notes that follow."""
    removed = set(body.holders) - set(holders)
    if body.office_seeds and not removed:
        return body.office_seeds
    return [*body.office_seeds, OfficeSeed(body.epoch + 1, Identity.draw(rng))]


def _next_body(
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    holders: Sequence[str],
    excluded: Sequence[str],
    rng: Rng,
) -> GrantBody:
    body = grant.body
    barred = sorted({*body.excluded, *excluded})
    if set(holders) & set(barred):
        raise ExcludedHolder("somebody excluded would become a holder")
    if body.epoch >= EPOCH_LIMIT:
        raise EpochsUsedUp("no further re-grant fits")
    return replace(
        body,
        epoch=body.epoch + 1,
        seeds=[*body.seeds, Identity.draw(rng)],
        office_seeds=_office_seeds(body, holders, rng),
        macs=[*body.macs, MacKeys(rng(32), rng(32))],
        reporter=reporter_recipient(grant, thread),
        holders=list(holders),
        excluded=barred,
        access=rng(32),
        directory_hash=directory.hash,
        directory_sequence=directory.sequence,
        previous=grant.hash,
        previous_holders=body.holders,
    )


def seal_regrant(
    staff: StaffKeys,
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    holders: Sequence[str],
    rng: Rng,
    excluded: Sequence[str] = (),
) -> Regrant:
    """The next epoch for exactly these holders; `excluded` are further people to exclude.

    Raises ExcludedHolder when an excluded id would become a holder. With a `regrant_threshold` of
    2 the packet still needs `cosign_regrant`.
    """
    if not holders or len(set(holders)) != len(holders):
        raise WrongShape("not a list of holders")
    body = _next_body(directory, grant, thread, holders, excluded, rng)
    recipients = _recipients(directory, holders)
    bucket = max(grant.bucket, bucket_for(len(recipients)))
    sealed = seal_body(body, recipients, bucket, rng)
    made = Grant(body, sha256(sealed), bucket)
    item = announce_regrant(staff, directory, grant, thread, made, rng)
    packet = write_packet(sealed, [_sign(staff, made)], bucket)
    return Regrant(packet, item, sha256(body.access), made)


def _sign(staff: StaffKeys, made: Grant) -> RegrantSignature:
    return RegrantSignature(staff.member, staff.sign(regrant_frame(made.body, made.hash)))


def announce_regrant(
    staff: StaffKeys, directory: VerifiedDirectory, grant: Grant, thread: Thread, made: Grant, rng: Rng
) -> Item:
    """The `epoch` item that tells the reporter of the re-grant `made`; `grant` is that of the epoch before."""
    body, desk = made.body, Desk(staff, directory, grant, thread)
    recipient = body.case_identity.recipient
    notice = EpochNotice(body.epoch, recipient, body.macs[-1], body.holders, made.hash, desk.grant.hash)
    # To the new case key: whoever was removed has the old one and would read the new MAC keys.
    return seal_staff_item(desk, Direction.TO_REPORTER, "epoch", notice, rng, [body.reporter, recipient])


def review_regrant(
    staff: StaffKeys, packet: bytes, directory: VerifiedDirectory, own: Grant | None, items: Sequence[object]
) -> Grant:
    """Check a half-signed re-grant in everything that a second signature answers for; gives what would be signed.

    `own` is the reviewer's own grant of the epoch before, None for an outside holder, who has none;
    `items` are those of the case (JSON documents). Raises NotAddressed where the reviewer would not be
    a holder, and the name of what is wrong else.
    """
    # 1. Packet and stanza count; it opens; it is a re-grant of this office for this member.
    parts = read_packet(packet)
    body = open_body(parts.sealed, parts.bucket, staff.identity)
    if body.office != staff.office or body.office != directory.office or body.epoch == 0:
        raise WrongShape("not a re-grant of this office")
    if staff.member not in body.holders or set(body.holders) & set(body.excluded):
        raise ExcludedHolder("somebody excluded would become a holder, or the reviewer would not be one")
    _recipients(directory, body.holders)
    # 2. This member may sign, and has not; whoever has may.
    _check_signers(staff, directory, body, parts)
    # 3. It follows the reviewer's own grant and keeps all that stands in it.
    if own is not None:
        _check_follows(body, parts.hash, own)
    elif staff.member in body.previous_holders:
        raise WrongSuccessor("a holder reviews with the grant of the epoch before")
    # 4. It forgets nobody whom the report leaves out, and answers the reporter who is there.
    made = Grant(body, parts.hash, parts.bucket)
    before = own or _before(made)
    thread = read_case(directory, before, items)
    if not any(entry.inner and isinstance(entry.inner.content, Report) for entry in thread.verified):
        raise WrongShape("the report itself is not there to be compared")
    if body.reporter != reporter_recipient(before, thread):
        raise WrongSuccessor("names another recipient of the reporter")
    return made


def _check_signers(staff: StaffKeys, directory: VerifiedDirectory, body: GrantBody, parts: Packet) -> None:
    if not may_sign(directory, body, staff.member):
        raise SignatureRefused("this member may not sign this re-grant")
    if not parts.signatures:
        raise SignatureRefused("nobody has signed this re-grant")
    for entry in parts.signatures:
        member = directory.valid_member(entry.member)
        if entry.member == staff.member:
            raise SignatureRefused("the second signature is another member's than the first")
        if member is None or not may_sign(directory, body, entry.member):
            raise SignatureRefused("signed by somebody who may not re-grant")
        check_regranted(member, body, parts.hash, entry.signature)


def _check_follows(body: GrantBody, digest: bytes, own: Grant) -> None:
    if body.epoch != own.epoch + 1:
        raise WrongEpoch("not the epoch after the one that this member holds")
    check_pin(body, digest, own.pin)
    at, count = own.epoch + 1, len(own.body.office_seeds)
    if _kept(own.body, at, count) != _kept(body, at, count):
        raise WrongSuccessor("does not keep the keys of the epochs before")


def _kept(body: GrantBody, epochs: int, office_seeds: int) -> tuple[object, ...]:
    """What every later grant of a case carries on, of its first epochs."""
    seeds = [seed.text for seed in body.seeds[:epochs]]
    office = [(seed.epoch, seed.identity.text) for seed in body.office_seeds[:office_seeds]]
    return (body.case, body.entity, body.policy, body.act, seeds, body.macs[:epochs], office)


def _before(made: Grant) -> Grant:
    """The grant of the epoch before, as far as a re-grant tells it: enough to read the thread so far."""
    body = made.body
    seeds = [seed for seed in body.office_seeds if seed.epoch < body.epoch]
    earlier = replace(
        body,
        epoch=body.epoch - 1,
        seeds=body.seeds[:-1],
        macs=body.macs[:-1],
        office_seeds=seeds,
        holders=body.previous_holders,
        previous=None,
        previous_holders=[],
    )
    return Grant(earlier, body.previous or b"", made.bucket)


def cosign_regrant(
    staff: StaffKeys, packet: bytes, directory: VerifiedDirectory, own: Grant | None, items: Sequence[object]
) -> bytes:
    """Add a second holder's signature, after `review_regrant`; raises what that raises."""
    made = review_regrant(staff, packet, directory, own, items)
    parts = read_packet(packet)
    return write_packet(parts.sealed, [*parts.signatures, _sign(staff, made)], parts.bucket)
