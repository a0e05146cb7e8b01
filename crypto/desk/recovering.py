"""A case brought back with the recovery key, once nobody who held it is left (SPEC §5)."""

from collections.abc import Sequence

from crypto.case.grant import (
    Grant,
    Packet,
    RegrantSignature,
    check_regranted,
    open_body,
    read_packet,
    regrant_frame,
    write_packet,
)
from crypto.case.grant_body import GrantBody
from crypto.case.payloads import Report
from crypto.case.thread import Thread
from crypto.desk.answering import read_case
from crypto.desk.regrant import Regrant, seal_regrant
from crypto.errors import ExcludedHolder, NotAddressed, SignatureRefused, WrongShape
from crypto.framing import Rng
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.holders import outside_holders, outside_ids, stand_ins
from crypto.sealing.recipients import Identity


def open_recovered(directory: VerifiedDirectory, packet: bytes, recovery: Identity) -> Grant:
    """The grant of a case, opened with the recovery key whose public half the directory names.

    Raises NotAddressed for another key, SignatureRefused for a re-grant that no holder of the one before signed,
    and what `open_body` raises.
    """
    if recovery.recipient != directory.content.recovery:
        raise NotAddressed("not the recovery key that the directory names")
    parts = read_packet(packet)
    body = open_body(parts.sealed, parts.bucket, recovery)
    if body.office != directory.office:
        raise WrongShape("a grant of another office")
    if set(body.holders) & set(body.excluded):
        raise ExcludedHolder("somebody excluded is a holder")
    _check_signed(directory, body, parts)
    return Grant(body, parts.hash, parts.bucket)


def _check_signed(directory: VerifiedDirectory, body: GrantBody, parts: Packet) -> None:
    """As for whoever opens a grant, but by those who were members: they are gone by now."""
    if bool(parts.signatures) != (body.epoch > 0):
        raise SignatureRefused("a re-grant without signatures, or a first grant with one")
    allowed = {*body.previous_holders, *outside_ids(directory, body.entity)}
    for entry in parts.signatures:
        member = directory.member(entry.member)
        if member is None or entry.member not in allowed:
            raise SignatureRefused("signed by somebody who may not re-grant")
        check_regranted(member, body, parts.hash, entry.signature)


def holders_of_recovered(directory: VerifiedDirectory, body: GrantBody, wanted: Sequence[str]) -> list[str]:
    """Who gets a recovered case: those who are wanted; the outside holders where one of these is excluded.

    The same for every case that leaves somebody of them out, so that who is missing tells nobody why.
    Raises ExcludedHolder where nobody is left.
    """
    if wanted and not set(wanted) & set(body.excluded):
        return list(wanted)
    return [member.id for member in outside_holders(directory, body.entity, set(body.excluded))]


def read_recovered(directory: VerifiedDirectory, grant: Grant, items: Sequence[object]) -> Thread:
    """The thread of a recovered case; raises WrongShape where the report itself is not there, and as `read_case`."""
    thread = read_case(directory, grant, items)
    if not any(entry.inner and isinstance(entry.inner.content, Report) for entry in thread.verified):
        raise WrongShape("the report itself is not there to be compared")
    return thread


def seal_recovered(
    signers: Sequence[StaffKeys],
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    holders: Sequence[str],
    rng: Rng,
) -> Regrant:
    """The next epoch for new holders, signed by outside holders, as many as the directory asks for.

    Raises SignatureRefused while more than one holder is there, who then re-grants, and for too few signers;
    ExcludedHolder for a signer or holder who must not read the case.
    """
    body = grant.body
    allowed = stand_ins(directory, body.entity, body.holders)
    ids = {staff.member for staff in signers}
    if not ids <= allowed or len(ids) < max(1, directory.content.regrant_threshold):
        raise SignatureRefused("only outside holders sign a recovery, and only while at most one holder is left")
    if ids & set(body.excluded):
        raise ExcludedHolder("an outside holder who must not read the case can't sign for it")
    first, *others = signers
    made = seal_regrant(first, directory, grant, thread, holders, rng)
    parts, message = read_packet(made.packet), regrant_frame(made.grant.body, made.grant.hash)
    more = [RegrantSignature(staff.member, staff.sign(message)) for staff in others]
    packet = write_packet(parts.sealed, [*parts.signatures, *more], parts.bucket)
    return Regrant(packet, made.item, made.access_hash, made.grant)
