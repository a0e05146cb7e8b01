"""A case brought back with the recovery key, once nobody who held it is left (SPEC §5)."""

from collections.abc import Sequence

from crypto.case.grant import Grant, check_proof, move_of, open_body, read_packet
from crypto.case.grant_body import GrantBody
from crypto.case.history import open_history
from crypto.case.payloads import Report
from crypto.case.regrants import RegrantProof, sign_regrant
from crypto.case.thread import Thread
from crypto.desk.answering import announce_regrant, read_case
from crypto.desk.regrant import Regrant, seal_regrant
from crypto.errors import ExcludedHolder, NotAddressed, SignatureRefused, WrongShape, WrongSuccessor
from crypto.framing import Rng
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.holders import outside_holders, stand_ins
from crypto.sealing.recipients import Identity


def open_recovered(
    directory: VerifiedDirectory,
    packet: bytes,
    history: bytes | None,
    proof: RegrantProof | None,
    recovery: Identity,
) -> Grant:
    """The grant of a case, opened with the recovery key whose public half the directory names.

    `history` is the history document that lies with the case, `proof` what the case's event of the re-grant says; both
    None in epoch 0. Raises NotAddressed for another key, and what `open_body`, `open_history` and `check_proof` raise.
    """
    if recovery.recipient != directory.content.recovery:
        raise NotAddressed("not the recovery key that the directory names")
    parts = read_packet(packet)
    body = open_body(parts.sealed, parts.bucket, recovery)
    if body.office != directory.office:
        raise WrongShape("a grant of another office")
    if set(body.holders) & set(body.excluded):
        raise ExcludedHolder("somebody excluded is a holder")
    grant = Grant(body, parts.hash, parts.bucket, open_history(body, history), recovery)
    check_proof(directory, grant, proof)
    return grant


def holders_of_recovered(
    directory: VerifiedDirectory, body: GrantBody, wanted: Sequence[str], signers: Sequence[str]
) -> list[str]:
    """Who gets a recovered case: those who are wanted; the outside holders where one of these is excluded.

    The same for every case that leaves somebody of them out, so that who is missing tells nobody why. Anyone who signs
    knows the new keys, and is named beside them. Raises ExcludedHolder where nobody is left.
    """
    chosen = list(wanted)
    if not wanted or set(wanted) & set(body.excluded):
        chosen = [member.id for member in outside_holders(directory, body.entity, set(body.excluded))]
    return [*chosen, *(one for one in signers if one not in chosen)]


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
    if not ids <= set(holders):
        raise WrongSuccessor("anyone who signs a recovery stays with the case: nobody signs for others alone")
    if ids & set(body.excluded):
        raise ExcludedHolder("an outside holder who must not read the case can't sign for it")
    first, *others = signers
    made = seal_regrant(first, directory, grant, thread, holders, rng)
    proof = made.proof
    for staff in others:
        proof = sign_regrant(staff, move_of(made.grant.body, made.grant.hash), proof)
    item = announce_regrant(grant, thread, made.grant, proof, rng)
    return Regrant(made.packet, made.history, proof, item, made.access_hash, made.grant)
