"""The request for a sealed identity: who asks, on which ground, for which packet (SPEC §11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crypto.age import open_sealed, seal
from crypto.custody import (
    DELAY_LIMIT,
    REASON_LIMIT,
    Ground,
    Told,
)  # fmt: skip
from crypto.directory import VerifiedDirectory
from crypto.directory_shape import Member, Role
from crypto.errors import (
    DirectoryExpired,
    DirectoryRefused,
    ForeignOffice,
    WrongShape,
)  # fmt: skip
from crypto.framing import Rng, b64encode, check_signature, frame, sha256
from crypto.packets import IDENTITY_SIZE
from crypto.recipients import Identity, Recipient
from crypto.shape import Fields
from crypto.staff import StaffKeys
from crypto.text import TEXT_SIZES, check_padded, pad_exactly, pad_text, read_json, write_json

BODY_STANZAS = 8
REASON_STANZAS = 16
LONGEST_DAYS = 14
_HEAD = 8192
MAY_ASK = frozenset({Role.REGISTRAR, Role.INVESTIGATOR, Role.APPROVER, Role.RETALIATION_OFFICER, Role.OUTSIDE})
"""The roles that may ask; a custodian never does."""


@dataclass(frozen=True, repr=False)
class Asking:
    """What a request says: whose packet, on which ground, in which words, until when."""

    handle: bytes
    packet: bytes
    ground: Ground
    told: Told
    text: str
    delay: str | None
    expires: str


@dataclass(frozen=True)
class Request:
    """A request as the server keeps it: neither handle nor packet nor who asks stands in the clear."""

    office: bytes
    request: bytes
    ground: Ground
    told: Told
    expires: str
    reason: bytes
    body: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "office": b64encode(self.office),
            "request": b64encode(self.request),
            "ground": self.ground.value,
            "told": self.told.value,
            "expires": self.expires,
            "reason": b64encode(self.reason),
            "body": b64encode(self.body),
        }


@dataclass(frozen=True, repr=False)
class OpenedRequest:
    """A request that holds, as its requester and the custodians read it; `hash` is what votes name."""

    request: bytes
    requester: Member
    handle: bytes
    packet: bytes
    ground: Ground
    told: Told
    text: str
    delay: str | None
    expires: str
    hash: bytes


def next_expiry(today: str) -> str:
    """The day on which a request of today ends: the second Sunday, so that it tells the week alone."""
    day = date.fromisoformat(today)
    return (day + timedelta(days=13 - day.weekday())).isoformat()


def _told(fields: Fields) -> tuple[str, str | None]:
    delay = None if fields["delay"] is None else fields.text("delay", DELAY_LIMIT)
    return fields.text("text", REASON_LIMIT), delay


def read_request(value: object) -> Request:
    """The shape of a request as the server keeps it; needs no key."""
    fields = Fields(value, "v", "office", "request", "ground", "told", "expires", "reason", "body")
    fields.version()
    return Request(
        fields.bytes("office", 16),
        fields.bytes("request", 16),
        Ground(fields.word("ground", *Ground)),
        Told(fields.word("told", *Told)),
        fields.day("expires"),
        fields.bytes("reason", limit=65536),
        fields.bytes("body", limit=98304),
    )


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
        of.ground, of.told, sha256(reason), of.expires,
    )  # fmt: skip


def _hash(of: Request, head: _Head, reason: bytes) -> bytes:
    return sha256(frame("yanlu/v1/unseal-request-hash", _frame(of, head, reason), head.sig))


def _filled(members: Sequence[Recipient], stanzas: int, rng: Rng) -> list[Recipient]:
    fill = [Identity.draw(rng).recipient for _ in range(stanzas - len(members))]
    return [one for _, one in sorted(((rng(16), one) for one in [*members, *fill]), key=lambda pair: pair[0])]


def _recipients(directory: VerifiedDirectory, ids: Sequence[str]) -> list[Recipient]:
    found = [directory.valid_member(member) for member in dict.fromkeys(ids)]
    return [member.recipient for member in found if member]


def seal_request(
    staff: StaffKeys, directory: VerifiedDirectory, request: bytes, packet: bytes, asking: Asking, rng: Rng
) -> Request:
    """A request, sealed to the custodians and the requester, its reason to oversight too.

    `request` are 16 random bytes, `packet` is the whole identity packet.
    """
    content = directory.content
    reason = pad_text(write_json({"v": 1, "text": asking.text, "delay": asking.delay}))
    _check_asking(asking, packet)
    custodians = list(content.custodians)
    readers = _recipients(directory, [*custodians, staff.member, *content.oversight])[:REASON_STANZAS]
    sealed_reason = seal(reason, _filled(readers, REASON_STANZAS, rng), rng)
    bare = Request(directory.office, request, asking.ground, asking.told, asking.expires, sealed_reason, b"")
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
    to = _filled(_recipients(directory, [*custodians, staff.member]), BODY_STANZAS, rng)
    return replace(bare, body=seal(body, to, rng))


def _check_asking(asking: Asking, packet: bytes) -> None:
    if len(packet) != IDENTITY_SIZE or sha256(packet) != asking.packet:
        raise ForeignOffice("another packet than the seal names")
    if (asking.told is Told.AFTER) != bool(asking.delay):
        raise WrongShape("whoever is told later is owed the reason")


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


def _requester(directory: VerifiedDirectory, head: _Head) -> Member:
    member = directory.valid_member(head.requester)
    if member is None or member.role not in MAY_ASK or member.id in directory.content.custodians:
        raise DirectoryRefused("nobody who may ask")
    if member.recipient.text != head.recipient:
        raise DirectoryRefused("the shares would go to another key than the requester's")
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
    reason = check_padded(open_sealed(request.reason, staff.identity, REASON_STANZAS), TEXT_SIZES)
    said = Fields(read_json(reason, len(reason)), "v", "text", "delay")
    said.version()
    text, delay = _told(said)
    # 4. The requester may ask, and the key is the directory's.
    requester = _requester(directory, head)
    # 5. The signature.
    check_signature(requester.signing, _frame(request, head, reason), head.sig)
    # 6. The packet is the one that was asked for.
    _check_asking(Asking(head.handle, head.packet, request.ground, request.told, text, delay, ""), body[_HEAD:])
    digest = _hash(request, head, reason)
    return OpenedRequest(
        request.request, requester, head.handle, body[_HEAD:], request.ground, request.told, text, delay,
        request.expires, digest,
    )  # fmt: skip


def read_reason(staff: StaffKeys, value: object) -> tuple[str, str | None]:
    """Words of a request and why the reporter is told later, as oversight reads them afterwards."""
    reason = check_padded(open_sealed(read_request(value).reason, staff.identity, REASON_STANZAS), TEXT_SIZES)
    fields = Fields(read_json(reason, len(reason)), "v", "text", "delay")
    fields.version()
    return _told(fields)
