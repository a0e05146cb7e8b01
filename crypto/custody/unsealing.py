"""The request for a sealed identity: who asks, on which ground, for which packet (SPEC §11)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from crypto.custody.names import FOR_CONCERNED, About, Ground, NotifyWhen
from crypto.custody.packets import IDENTITY_SIZE
from crypto.custody.reasons import (
    LONGEST_DAYS,
    REASON_STANZAS,
    Request,
    UnsealingReason,
    check_reason,
    open_reason,
    read_request,
    seal_to,
    write_reason,
)
from crypto.errors import (
    DirectoryExpired,
    DirectoryRefused,
    ForeignOffice,
    WrongShape,
)  # fmt: skip
from crypto.framing import Rng, b64encode, check_signature, frame, sha256
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Member, Role
from crypto.sealing.age import open_sealed, seal
from crypto.sealing.recipients import Recipient
from crypto.shape import Fields
from crypto.text import pad_exactly, read_json, write_json

BODY_STANZAS = 8
_HEAD = 8192
MAY_ASK = frozenset({Role.REGISTRAR, Role.INVESTIGATOR, Role.APPROVER, Role.RETALIATION_OFFICER, Role.OUTSIDE})
"""The roles that may ask; a custodian never does."""


@dataclass(frozen=True, repr=False)
class Asking:
    """What a request says: whose packet, on which ground, in which words, until when."""

    handle: bytes
    packet: bytes
    about: About
    ground: Ground
    notify: NotifyWhen
    text: str
    delay: str | None
    expires: str


@dataclass(frozen=True, repr=False)
class OpenedRequest(Asking):
    """A request that holds, as its requester and the custodians read it; `packet` is whole, `hash` what votes name."""

    request: bytes
    requester: Member
    hash: bytes


def next_expiry(today: str) -> str:
    """The day on which a request of today ends: the second Sunday, so that it tells the week alone."""
    day = date.fromisoformat(today)
    return (day + timedelta(days=13 - day.weekday())).isoformat()


@dataclass(frozen=True, repr=False)
class _Head:
    requester: str
    recipient: str
    handle: bytes
    packet: bytes
    sig: bytes


def _frame(of: Request, head: _Head, reason: bytes) -> bytes:
    return frame(
        "yanlu/v1/unseal-request", of.office, of.request, head.requester, head.recipient, head.handle, head.packet,
        of.ground, of.notify, sha256(reason), of.expires,
    )  # fmt: skip


def _hash(of: Request, head: _Head, reason: bytes) -> bytes:
    return sha256(frame("yanlu/v1/unseal-request-hash", _frame(of, head, reason), head.sig))


def seal_request(
    staff: StaffKeys, directory: VerifiedDirectory, request: bytes, packet: bytes, asking: Asking, rng: Rng
) -> Request:
    """A request, sealed to the custodians and the requester, its reason to oversight too.

    `request` are 16 random bytes, `packet` is the whole identity packet.
    """
    _check_packet(packet, asking.packet)
    _check_said(asking.about, asking.ground, asking.notify, asking.delay)
    bare = Request(directory.office, request, asking.ground, asking.notify, asking.expires, b"", b"")
    reason = write_reason(staff, bare, asking.about, asking.text, asking.delay)
    readers = [*directory.content.custodians, staff.member, *directory.content.oversight]
    unsigned = _Head(staff.member, staff.recipient, asking.handle, asking.packet, b"")
    head = {
        "v": 1,
        "requester": staff.member,
        "recipient": staff.recipient,
        "handle": b64encode(asking.handle),
        "packet": b64encode(asking.packet),
        "sig": b64encode(staff.sign(_frame(bare, unsigned, reason))),
    }
    body = pad_exactly(write_json(head), _HEAD) + packet
    to = seal_to(directory, [*directory.content.custodians, staff.member], BODY_STANZAS, rng)
    return replace(
        bare, reason=seal(reason, seal_to(directory, readers, REASON_STANZAS, rng), rng), body=seal(body, to, rng)
    )


def _check_packet(packet: bytes, expected: bytes) -> None:
    if len(packet) != IDENTITY_SIZE or sha256(packet) != expected:
        raise ForeignOffice("another packet than the seal names")


def _check_said(about: About, ground: Ground, notify: NotifyWhen, delay: str | None) -> None:
    if (notify is NotifyWhen.AFTER) != bool(delay):
        raise WrongShape("anyone who is told later is owed the reason")
    if ground in FOR_CONCERNED and about is not About.CONCERNED:
        raise WrongShape("a ground that only the person concerned has")


def _read_head(body: bytes) -> _Head:
    if len(body) != _HEAD + IDENTITY_SIZE:
        raise WrongShape("not the body of a request")
    fields = Fields(read_json(body[:_HEAD], _HEAD), "v", "requester", "recipient", "handle", "packet", "sig")
    fields.version()
    return _Head(
        fields.id("requester"),
        Recipient.read(fields.text("recipient")).text,
        fields.bytes("handle", 16),
        fields.bytes("packet", 32),
        fields.bytes("sig", 64),
    )


def _check_days(request: Request, today: str) -> None:
    latest = date.fromisoformat(today) + timedelta(days=LONGEST_DAYS)
    if not date.fromisoformat(today) <= date.fromisoformat(request.expires) <= latest:
        raise DirectoryExpired("the request is over, or would never be")


def _requester(directory: VerifiedDirectory, head: _Head, reason: UnsealingReason) -> Member:
    member = directory.valid_member(head.requester)
    if member is None or member.role not in MAY_ASK or member.id in directory.content.custodians:
        raise DirectoryRefused("nobody who may ask")
    if member.recipient.text != head.recipient:
        raise DirectoryRefused("the shares would go to another key than the requester's")
    if reason.requester != member.id:
        raise DirectoryRefused("the reason of another member")
    return member


def open_request(staff: StaffKeys, directory: VerifiedDirectory, value: object) -> OpenedRequest:
    """A request as the requester or a custodian reads it, checked in the order of SPEC §11."""
    # 1. Shape and office.
    request = read_request(value)
    if request.office != directory.office:
        raise ForeignOffice("a request of another office")
    # 2. Not over, and not without end.
    _check_days(request, directory.today)
    # 3. Body and reason open.
    body = open_sealed(request.body, staff.identity, BODY_STANZAS)
    head = _read_head(body)
    said, reason = open_reason(staff, request)
    # 4. The requester may ask, and the key is the directory's.
    requester = _requester(directory, head, reason)
    # 5. The signatures over the reason and over everything.
    check_reason(requester, request, reason)
    check_signature(requester.signing, _frame(request, head, said), head.sig)
    # 6. The packet is the one that was asked for, the ground one that this person has.
    _check_packet(body[_HEAD:], head.packet)
    _check_said(reason.about, request.ground, request.notify, reason.delay)
    digest = _hash(request, head, said)
    return OpenedRequest(
        head.handle, body[_HEAD:], reason.about, request.ground, request.notify,
        reason.text, reason.delay, request.expires, request.request, requester, digest,
    )  # fmt: skip
