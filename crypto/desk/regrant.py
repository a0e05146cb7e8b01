"""Re-grants: the next epoch of a case, signed by holders of the one before (SPEC §5)."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from crypto.case.events import ReadEvent
from crypto.case.grant import (
    Grant,
    check_pin,
    check_proof,
    former_of,
    move_of,
    open_body,
    read_packet,
    seal_body,
    unsigned_proof,
    write_packet,
)
from crypto.case.grant_body import EPOCH_LIMIT, EpochKeys, GrantBody
from crypto.case.history import open_history, seal_history
from crypto.case.items import Item
from crypto.case.payloads import Direction, EpochNotice, Report
from crypto.case.regrants import DECIDING, RegrantProof, may_sign, proof_in, sign_regrant
from crypto.case.thread import Thread
from crypto.desk.answering import announce_regrant, office_identity, read_case, reporter_in_force
from crypto.errors import (
    CryptoError,
    EpochsUsedUp,
    ExcludedHolder,
    SignatureRefused,
    WrongEpoch,
    WrongShape,
    WrongSuccessor,
)
from crypto.framing import Rng, b64encode, sha256
from crypto.keys.receipt import MacKeys
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.holders import bucket_of, choose_holders, has_place
from crypto.sealing.recipients import Identity, Recipient


@dataclass(frozen=True, repr=False)
class Regrant:
    """The packet, the history document, who signed it, the item that tells the reporter, access hash, new grant.

    The item bears the signatures of `proof`: with fewer than the directory asks for no reader takes it.
    """

    packet: bytes
    history: bytes
    proof: RegrantProof
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


def _office_key(grant: Grant, thread: Thread, holders: Sequence[str], rng: Rng) -> Identity:
    """Anyone who was removed must not read the notes that follow."""
    removed, there = set(grant.body.holders) - set(holders), office_identity(grant, thread)
    return Identity.draw(rng) if removed or there is None else there


def _keys_so_far(grant: Grant, thread: Thread) -> EpochKeys:
    """The keys of the grant's epoch for the history, with the office key that an item of epoch 0 told."""
    return replace(grant.body.keys, office=office_identity(grant, thread))


def _next_body(
    directory: VerifiedDirectory,
    grant: Grant,
    thread: Thread,
    holders: Sequence[str],
    excluded: Sequence[str],
    rng: Rng,
) -> tuple[GrantBody, bytes]:
    body = grant.body
    barred = sorted({*body.excluded, *excluded})
    if set(holders) & set(barred):
        raise ExcludedHolder("somebody excluded would become a holder")
    if body.epoch >= EPOCH_LIMIT:
        raise EpochsUsedUp("no further re-grant fits")
    if grant.past is None:
        raise WrongSuccessor("the keys of the epochs before are not there to be carried on")
    name, history = seal_history([*grant.past, _keys_so_far(grant, thread)], body.case, rng)
    reporter, receipt_change = reporter_in_force(grant, thread)
    keys = EpochKeys(Identity.draw(rng), _office_key(grant, thread, holders, rng), MacKeys(rng(32), rng(32)))
    made = replace(
        body,
        epoch=body.epoch + 1,
        keys=keys,
        history=name,
        reporter=reporter,
        receipt_change=receipt_change,
        holders=list(holders),
        excluded=barred,
        access=rng(32),
        directory_hash=directory.hash,
        directory_sequence=directory.sequence,
        previous=grant.hash,
        previous_holders=body.holders,
        day=directory.today,
    )
    return made, history


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

    Raises ExcludedHolder when an excluded id would become a holder, WrongSuccessor for a maker who is not among them,
    since the maker of a grant knows its keys, for who joins without a place in the entity's group, and where the keys
    of earlier epochs are not there; UnexpectedStanzas where they are more than the entity's bucket holds. With a
    `regrant_threshold` of 2 it still needs `cosign_regrant`.
    """
    if not holders or len(set(holders)) != len(holders):
        raise WrongShape("not a list of holders")
    if staff.member not in holders:
        raise WrongSuccessor("anyone who makes a grant knows its keys: who leaves can't make it")
    _check_places(directory, grant.body.entity, set(holders) - set(grant.body.holders))
    body, history = _next_body(directory, grant, thread, holders, excluded, rng)
    recipients = _recipients(directory, holders)
    bucket = bucket_of(directory, body.entity)
    sealed = seal_body(body, recipients, bucket, rng)
    made = Grant(body, sha256(sealed), bucket, (*(grant.past or ()), _keys_so_far(grant, thread)))
    proof = sign_regrant(staff, move_of(body, made.hash), unsigned_proof(body))
    item = announce_regrant(grant, thread, made, proof, rng)
    return Regrant(write_packet(sealed, bucket), history, proof, item, sha256(body.access), made)


def review_regrant(
    staff: StaffKeys,
    packet: bytes,
    history: bytes,
    proof: RegrantProof,
    directory: VerifiedDirectory,
    own: Grant | None,
    items: Sequence[object],
) -> Grant:
    """Check a half-signed re-grant in everything that a second signature answers for; gives what would be signed.

    `own` is the reviewer's own grant of the epoch before, None for an outside holder, who has none; `items` are those
    of the case (JSON documents). Raises NotAddressed where the reviewer would be no holder, else what is wrong.
    """
    # 1. A directory in force. Packet and stanza count; it opens; it is a re-grant of this office for this member.
    directory.check_current()
    parts = read_packet(packet)
    body = open_body(parts.sealed, parts.bucket, staff.identity)
    _check_proposed(staff, directory, body)
    # 2. It follows the reviewer's own grant and keeps all that stands in it; so does the history that it names.
    if own is not None:
        _check_follows(body, parts.hash, own)
    elif staff.member in body.previous_holders:
        raise WrongSuccessor("a holder reviews with the grant of the epoch before")
    made = Grant(body, parts.hash, parts.bucket, open_history(body, history))
    _check_history(made, own)
    # 3. Anyone who signed may, and signed these keys and holders; this member may sign, and has not.
    _check_signers(staff, directory, made, proof, own)
    # 4. It forgets nobody whom the report leaves out, and answers the reporter who is there.
    before = own or before_regrant(made)
    _check_thread(made, before, read_case(directory, before, items))
    return made


def _check_thread(made: Grant, before: Grant, thread: Thread) -> None:
    if not any(entry.inner and isinstance(entry.inner.content, Report) for entry in thread.verified):
        raise WrongShape("the report itself is not there to be compared")
    if _alters_office_key(made, before, thread):
        raise WrongSuccessor("does not keep the office key of the first epoch")
    if (made.body.reporter, made.body.receipt_change) != reporter_in_force(before, thread):
        raise WrongSuccessor("names another recipient of the reporter")


def _check_proposed(staff: StaffKeys, directory: VerifiedDirectory, body: GrantBody) -> None:
    if body.office != staff.office or body.office != directory.office or body.epoch == 0:
        raise WrongShape("not a re-grant of this office")
    if staff.member not in body.holders or set(body.holders) & set(body.excluded):
        raise ExcludedHolder("somebody excluded would become a holder, or the reviewer would not be one")
    _recipients(directory, body.holders)
    _check_places(directory, body.entity, set(body.holders) - set(body.previous_holders))


def _check_places(directory: VerifiedDirectory, entity: str, joined: Collection[str]) -> None:
    """Maker and signers answer for who joins: only those whom the keepers list for the group."""
    if not all(has_place(directory.content, holder, entity) for holder in joined):
        raise WrongSuccessor("a new holder whom the directory gives no place in the entity's group")


def _alters_office_key(made: Grant, before: Grant, thread: Thread) -> bool:
    """Only a holder of the first epoch can tell: by its item, which may be there and not have opened for this one."""
    if before.epoch > 0 or before.body.keys.office is not None:
        return False
    granted, read = _office_of(made.keys[0]), thread.office_key
    if read is not None:
        return granted != read.text
    return granted is not None and thread.last[Direction.OFFICE_ONLY].seq == 0


def _check_signers(
    staff: StaffKeys, directory: VerifiedDirectory, made: Grant, proof: RegrantProof, own: Grant | None
) -> None:
    allowed = may_sign(directory, former_of(made.body), proof.day)
    member = directory.valid_member(staff.member)
    if member is None or (allowed is not None and staff.member not in allowed):
        raise SignatureRefused("this member may not sign this re-grant")
    if staff.member in proof.signers:
        raise SignatureRefused("the second signature is another member's than the first")
    check_proof(directory, made, proof, None if own is None else own.body, needed=1)


def recorded_proof(events: Sequence[ReadEvent], grant: bytes) -> RegrantProof | None:
    """Who decided the re-grant of that hash, as the case's events tell it; None where none does, as for a first grant.

    For `check_proof`, which believes the signatures alone.
    """
    for read in reversed(events):
        event = read.event
        if event is None or event.kind not in DECIDING or event.data.get("grant") != b64encode(grant):
            continue
        with suppress(WrongShape):
            return proof_in(event.data)
    return None


def _check_follows(body: GrantBody, digest: bytes, own: Grant) -> None:
    if body.epoch != own.epoch + 1:
        raise WrongEpoch("not the epoch after the one that this member holds")
    check_pin(body, digest, own.pin)
    if _unchanged_part(own.body) != _unchanged_part(body):
        raise WrongSuccessor("does not continue the case that this member holds")


def _check_history(made: Grant, own: Grant | None) -> None:
    """Anyone who joins reads all that was written so far with these keys, and has nothing to compare them with."""
    granted = made.keys
    if own is not None and any(
        not _same_keys(granted[epoch], keys, epoch == own.epoch) for epoch, keys in own.keys.items()
    ):
        raise WrongSuccessor("does not keep the keys of the epochs before")
    _check_new(made)


def _same_keys(granted: EpochKeys, known: EpochKeys, is_own: bool) -> bool:
    """Whether these are the very keys that are known; a first grant, `is_own`, says nothing of its office key."""
    office = granted.office if is_own and known.office is None else known.office
    return granted.document() == replace(known, office=office).document()


def _check_new(made: Grant) -> None:
    """Who was removed would read on, or write on, under a key that they know; only the office key may stay, by rule."""
    new, past = made.body.keys, list(made.past or ())
    macs = {secret for keys in past for secret in (keys.macs.to_office, keys.macs.to_reporter)}
    known = new.seed.text in {keys.seed.text for keys in past} or {new.macs.to_office, new.macs.to_reporter} & macs
    if known or (_office_of(new) in map(_office_of, past) and not _keeps_office_key(made.body, past[-1])):
        raise WrongSuccessor("a key of an epoch before in the place of a new one")


def _office_of(keys: EpochKeys) -> str | None:
    return None if keys.office is None else keys.office.text


def _keeps_office_key(body: GrantBody, last: EpochKeys) -> bool:
    """Whether the office key is that of the epoch before, and nobody leaves who knows it."""
    return set(body.previous_holders) <= set(body.holders) and _office_of(body.keys) == _office_of(last)


def _unchanged_part(body: GrantBody) -> tuple[object, ...]:
    """What every later grant of a case carries on."""
    return (body.case, body.entity, body.policy, body.act)


def before_regrant(made: Grant) -> Grant:
    """The grant of the epoch before, as far as a re-grant and its history tell it: enough to read the thread so far.

    Raises WrongSuccessor for a grant without them.
    """
    body = made.body
    if not made.past:
        raise WrongSuccessor("the keys of the epoch before are not there")
    *past, last = made.past
    earlier = replace(
        body,
        epoch=body.epoch - 1,
        keys=last,
        holders=body.previous_holders,
        previous=None,
        previous_holders=[],
        # Without a grant of before only the thread proves a change of receipt.
        receipt_change=0,
        # Nothing tells it, and the notice of that epoch is compared with what is known.
        day="",
    )
    return Grant(earlier, body.previous or b"", made.bucket, tuple(past))


def unnamed_before(directory: VerifiedDirectory, made: Grant, thread: Thread) -> list[str]:
    """Whom a proposal does not name among the holders before, though the case tells that they were; by its byte order.

    For an outside holder, who has nothing but the maker's word on them: who held the report by the directory of today,
    and later who stood in the change before, whatever its mark. No fault by itself, the directory may have changed.
    """
    body = made.body
    earlier_holders = _first_holders(directory, thread) if body.epoch == 1 else _noticed_holders(thread, body.previous)
    living = {one for one in earlier_holders if directory.valid_member(one) is not None}
    return sorted(living - set(body.previous_holders), key=str.encode)


def _first_holders(directory: VerifiedDirectory, thread: Thread) -> list[str]:
    found: list[str] = []
    for entry in thread.verified:
        content = None if entry.inner is None else entry.inner.content
        if isinstance(content, Report):
            with suppress(CryptoError):
                place = content.entity, content.policy, content.category
                found += choose_holders(directory, *place, content.excluded).ids
    return found


def _noticed_holders(thread: Thread, grant: bytes | None) -> list[str]:
    inner = [entry.inner.content for entry in thread.entries if entry.inner is not None]
    return [
        one for notice in inner if isinstance(notice, EpochNotice) and notice.grant == grant for one in notice.holders
    ]


def cosign_regrant(
    staff: StaffKeys,
    packet: bytes,
    history: bytes,
    proof: RegrantProof,
    directory: VerifiedDirectory,
    own: Grant | None,
    items: Sequence[object],
) -> RegrantProof:
    """Add a second holder's signature, after `review_regrant`; raises what that raises."""
    made = review_regrant(staff, packet, history, proof, directory, own, items)
    return sign_regrant(staff, move_of(made.body, made.hash), proof)
