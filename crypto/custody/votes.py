"""Custodians' votes on a request for an identity, and the opening with m of them (SPEC §11)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from crypto.custody.names import IdentityText, read_identity_text
from crypto.custody.packets import Share, fits_commitment, open_identity, open_shares, slots_of, withdrawal_mark
from crypto.custody.reasons import first_day
from crypto.custody.unsealing import OpenedRequest
from crypto.errors import (
    DirectoryExpired,
    DirectoryRefused,
    ForeignOffice,
    IdentityWithdrawn,
    PacketFaulty,
    PayloadDamaged,
    ShareDamaged,
    WrongShape,
)
from crypto.framing import Rng, b64encode, frame, sha256
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Member
from crypto.sealing.age import open_sealed, seal
from crypto.shape import Fields
from crypto.text import check_padded, pad_exactly, read_json, write_json

_SHARES = 4096


@dataclass(frozen=True)
class Vote:
    """A custodian's vote; `shares` is the age file to the requester, None in a refusal."""

    office: bytes
    request: bytes
    custodian: str
    approves: bool
    shares: bytes | None
    sig: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "office": b64encode(self.office),
            "request": b64encode(self.request),
            "custodian": self.custodian,
            "vote": "approve" if self.approves else "refuse",
            "shares": None if self.shares is None else b64encode(self.shares),
            "sig": b64encode(self.sig),
        }


def read_vote(value: object) -> Vote:
    """The shape of a vote; needs no key."""
    fields = Fields(value, "v", "office", "request", "custodian", "vote", "shares", "sig")
    fields.version()
    approves = fields.word("vote", "approve", "refuse") == "approve"
    shares = None if fields["shares"] is None else fields.bytes("shares", limit=16384)
    if approves != (shares is not None):
        raise WrongShape("shares go with an approval, and with nothing else")
    place = fields.bytes("office", 16), fields.bytes("request", 16), fields.id("custodian")
    return Vote(*place, approves, shares, fields.bytes("sig", 64))


def _vote_frame(vote: Vote, digest: bytes) -> bytes:
    word = "approve" if vote.approves else "refuse"
    sealed = b"" if vote.shares is None else sha256(vote.shares)
    return frame("yanlu/v1/unseal-vote", vote.office, vote.request, digest, vote.custodian, word, sealed)


def _signed(staff: StaffKeys, request: OpenedRequest, shares: bytes | None) -> Vote:
    bare = Vote(staff.office, request.request, staff.member, shares is not None, shares, b"")
    return replace(bare, sig=staff.sign(_vote_frame(bare, request.hash)))


def refuse_request(staff: StaffKeys, request: OpenedRequest) -> Vote:
    """A vote against."""
    return _signed(staff, request, None)


def own_shares(staff: StaffKeys, request: OpenedRequest) -> list[Share]:
    """This custodian's shares of the packet, which are looked at before the vote.

    Raises NotAddressed where there are none, ForeignOffice for a packet that is not this handle's, and ShareDamaged
    where the packet is faulty: its maker lied, and the vote can only be a refusal.
    """
    shares = open_shares(request.packet, staff.identity)
    if any(share.handle != request.handle for share in shares):
        raise ForeignOffice("a packet of another handle than the one asked for")
    if any((share.m, share.n) != (shares[0].m, shares[0].n) for share in shares):
        raise ShareDamaged("shares of two quorums")
    return shares


def approve_request(
    staff: StaffKeys, directory: VerifiedDirectory, request: OpenedRequest, marks: Collection[bytes], rng: Rng
) -> Vote:
    """A vote for, with this custodian's shares sealed to the requester whom the directory names.

    `marks` are those of all packets that the server holds: IdentityWithdrawn when the reporter took this
    one back. Raises DirectoryExpired, NotAddressed, ShareDamaged, ForeignOffice for a packet that is not this handle's.
    """
    directory.check_current()
    _custodian(directory, staff.member)
    if withdrawal_mark(request.handle) in marks:
        raise IdentityWithdrawn("the reporter took this identity back")
    shares = own_shares(staff, request)
    first = shares[0]
    document = {
        "v": 1,
        "request": b64encode(request.request),
        "handle": b64encode(request.handle),
        "packet": b64encode(sha256(request.packet)),
        "m": first.m,
        "n": first.n,
        "strings": [{"slot": share.slot, "string": b64encode(share.string)} for share in shares],
    }
    text = pad_exactly(write_json(document), _SHARES)
    return _signed(staff, request, seal(text, [request.requester.recipient], rng))


def _custodian(directory: VerifiedDirectory, member: str) -> Member:
    found = directory.valid_member(member)
    if found is None or member not in directory.content.custodians:
        raise DirectoryRefused("not a custodian of this office")
    return found


@dataclass(frozen=True, repr=False)
class _Strings:
    m: int
    n: int
    strings: Mapping[int, bytes]


def _string(value: object) -> tuple[int, bytes]:
    fields = Fields(value, "slot", "string")
    return fields.integer("slot", 0, 29), fields.bytes("string", 32)


def _open_strings(staff: StaffKeys, request: OpenedRequest, sealed: bytes) -> _Strings:
    text = check_padded(open_sealed(sealed, staff.identity, 1), (_SHARES,))
    fields = Fields(read_json(text, _SHARES), "v", "request", "handle", "packet", "m", "n", "strings")
    fields.version()
    named = fields.bytes("request", 16), fields.bytes("handle", 16), fields.bytes("packet", 32)
    if named != (request.request, request.handle, sha256(request.packet)):
        raise ForeignOffice("shares of another request")
    n = fields.integer("n", 1, 5)
    m = fields.integer("m", 1, n)
    strings = fields.list("strings", 6, _string)
    if sorted(slot for slot, _ in strings) not in [sorted(slots) for slots in slots_of(m, n)]:
        raise ShareDamaged("not the shares of one custodian")
    if not all(fits_commitment(request.packet, slot, m, n, string) for slot, string in strings):
        raise ShareDamaged("not the shares that lie in the packet")
    return _Strings(m, n, dict(strings))


def check_approval(staff: StaffKeys, request: OpenedRequest, vote: Vote) -> frozenset[int]:
    """What the requester checks of one approval alone, which came out of `check_votes`; the slots of its shares.

    Whatever this raises is the fault of the custodian who signed it: NotAddressed, ForeignOffice, ShareDamaged, a wrong
    shape.
    """
    return frozenset(_open_strings(staff, request, vote.shares or b"").strings)


def check_votes(directory: VerifiedDirectory, request: OpenedRequest, votes: Sequence[object]) -> list[Vote]:
    """The votes on a request, every one by another custodian of the directory and signed."""
    found: list[Vote] = []
    for value in votes:
        vote = read_vote(value)
        if (vote.office, vote.request) != (directory.office, request.request):
            raise ForeignOffice("a vote on another request")
        custodian = _custodian(directory, vote.custodian)
        custodian.check_signed(_vote_frame(vote, request.hash), vote.sig, first_day(request.expires))
        if any(vote.custodian == other.custodian for other in found):
            raise WrongShape("a custodian votes once")
        found.append(vote)
    return found


def unseal(
    staff: StaffKeys, directory: VerifiedDirectory, request: OpenedRequest, votes: Sequence[object]
) -> IdentityText:
    """The identity, once m custodians approved; PayloadDamaged while they are fewer.

    Raises PacketFaulty where every share is what the packet commits to: then its maker lied, and no custodian.
    """
    if request.requester.id != staff.member:
        raise DirectoryRefused("another member's request")
    if directory.today > request.expires:
        raise DirectoryExpired("the request is over")
    approvals = [vote for vote in check_votes(directory, request, votes) if vote.shares is not None]
    given = [_open_strings(staff, request, vote.shares or b"") for vote in approvals]
    if not given:
        raise PayloadDamaged("no custodian approved")
    m, n = given[0].m, given[0].n
    strings = {slot: string for one in given for slot, string in one.strings.items()}
    if any((one.m, one.n) != (m, n) for one in given):
        raise PacketFaulty("shares of two quorums, each of them committed to")
    if len(strings) != sum(len(one.strings) for one in given):
        raise ShareDamaged("two custodians with the shares of one")
    if len(given) < m:
        raise PayloadDamaged("fewer custodians approved than it takes")
    found = read_identity_text(open_identity(request.packet, strings, m, n))
    if found.about is not request.about:
        raise ForeignOffice("another person's name than the request says")
    return found
