"""Re-grants: the next epoch of a case, signed by holders of the one before (SPEC §5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crypto.desk import Desk, reporter_recipient, seal_staff_item
from crypto.directory import VerifiedDirectory
from crypto.errors import ExcludedHolder, SignatureRefused, WrongEpoch, WrongShape
from crypto.framing import Rng, sha256
from crypto.grant import (
    Grant,
    RegrantSignature,
    check_pin,
    may_sign,
    open_body,
    read_packet,
    regrant_frame,
    seal_body,
    write_packet,
)
from crypto.grant_body import EPOCH_LIMIT, GrantBody, OfficeSeed
from crypto.holders import bucket_for
from crypto.items import Item
from crypto.payloads import Direction, EpochNotice
from crypto.receipt import MacKeys
from crypto.recipients import Identity, Recipient
from crypto.staff import StaffKeys
from crypto.thread import Thread


@dataclass(frozen=True, repr=False)
class Regrant:
    """The packet, the item that tells the reporter, the access hash, and the new grant."""

    packet: bytes
    item: Item
    access_hash: bytes
    grant: Grant


def _recipients(directory: VerifiedDirectory, holders: Sequence[str]) -> list[Recipient]:
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
        raise WrongEpoch("no further re-grant fits")
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
    digest = sha256(sealed)
    signature = RegrantSignature(staff.member, staff.sign(regrant_frame(body, digest)))
    notice = EpochNotice(
        body.epoch,
        body.case_identity.recipient,
        body.macs[-1],
        body.holders,
        digest,
        grant.hash,
    )
    # To the new case key: whoever was removed has the old one and would read the new MAC keys.
    to = [body.reporter, body.case_identity.recipient]
    where = Direction.TO_REPORTER
    item = seal_staff_item(Desk(staff, directory, grant, thread), where, "epoch", notice, rng, to)
    packet = write_packet(sealed, [signature], bucket)
    return Regrant(packet, item, sha256(body.access), Grant(body, digest, bucket))


def cosign_regrant(staff: StaffKeys, packet: bytes, directory: VerifiedDirectory, grant: Grant | None = None) -> bytes:
    """Add a second holder's signature, after checking what is signed.

    `grant` is the cosigner's own grant of the epoch before; an outside holder has none.
    """
    parts = read_packet(packet)
    body = open_body(parts.sealed, parts.bucket, staff.identity)
    if body.office != directory.office or body.epoch == 0:
        raise WrongShape("not a re-grant of this office")
    if set(body.holders) & set(body.excluded):
        raise ExcludedHolder("somebody excluded would become a holder")
    if grant is not None:
        check_pin(body, parts.hash, grant.pin)
    if not may_sign(directory, body, staff.member):
        raise SignatureRefused("this member may not sign this re-grant")
    signature = RegrantSignature(staff.member, staff.sign(regrant_frame(body, parts.hash)))
    others = [entry for entry in parts.signatures if entry.member != staff.member]
    return write_packet(parts.sealed, [*others, signature], parts.bucket)
