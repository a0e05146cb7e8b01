"""A request as it is kept, and its reason in writing, which oversight reads without the packet (SPEC §11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crypto.custody.names import DELAY_LIMIT, REASON_LIMIT, About, Ground, NotifyWhen
from crypto.errors import DirectoryRefused, ForeignOffice, UnexpectedStanzas
from crypto.framing import Rng, b64encode, frame
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Member
from crypto.sealing.age import open_sealed
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields
from crypto.text import TEXT_SIZES, check_padded, pad_text, read_json, write_json

REASON_STANZAS = 16
LONGEST_DAYS = 14


@dataclass(frozen=True)
class Request:
    """A request as the server keeps it: neither handle nor packet nor who asks stands in the clear."""

    office: bytes
    request: bytes
    ground: Ground
    notify: NotifyWhen
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
            "told": self.notify.value,
            "expires": self.expires,
            "reason": b64encode(self.reason),
            "body": b64encode(self.body),
        }


def read_request(value: object) -> Request:
    """The shape of a request as the server keeps it; needs no key."""
    fields = Fields(value, "v", "office", "request", "ground", "told", "expires", "reason", "body")
    fields.version()
    return Request(
        fields.bytes("office", 16),
        fields.bytes("request", 16),
        Ground(fields.word("ground", *Ground)),
        NotifyWhen(fields.word("told", *NotifyWhen)),
        fields.day("expires"),
        fields.bytes("reason", limit=65536),
        fields.bytes("body", limit=98304),
    )


@dataclass(frozen=True, repr=False)
class UnsealingReason:
    """Who asks (a member id), whose name it is, and why; `delay` says why the reporter is told only afterwards."""

    requester: str
    about: About
    text: str
    delay: str | None
    sig: bytes


def seal_to(directory: VerifiedDirectory, ids: Sequence[str], stanzas: int, rng: Rng) -> list[Recipient]:
    """The recipients of those of the members who are valid today, each once, filled up and shuffled.

    Raises DirectoryExpired, and UnexpectedStanzas where they are more than there is room for.
    """
    directory.check_current()
    found = [directory.valid_member(member) for member in dict.fromkeys(ids)]
    members = [member.recipient for member in found if member]
    if len(members) > stanzas:
        raise UnexpectedStanzas("more readers than there is room for")
    fill = [Identity.draw(rng).recipient for _ in range(stanzas - len(members))]
    return [one for _, one in sorted(((rng(16), one) for one in [*members, *fill]), key=lambda pair: pair[0])]


def _frame(of: Request, reason: UnsealingReason) -> bytes:
    return frame(
        "yanlu/v1/unseal-reason", of.office, of.request, reason.requester, reason.about, of.ground, of.notify,
        of.expires, reason.text, reason.delay or "",
    )  # fmt: skip


def write_reason(staff: StaffKeys, of: Request, about: About, text: str, delay: str | None) -> bytes:
    """The padded text of a reason, signed by anyone who asks."""
    unsigned = UnsealingReason(staff.member, about, text, delay, b"")
    signed = replace(unsigned, sig=staff.sign(_frame(of, unsigned)))
    return pad_text(
        write_json(
            {
                "v": 1,
                "requester": signed.requester,
                "about": signed.about.value,
                "text": signed.text,
                "delay": signed.delay,
                "sig": b64encode(signed.sig),
            }
        )
    )


def first_day(expires: str) -> str:
    """The earliest day that a request that ends on `expires`, or a vote on it, can be from."""
    return (date.fromisoformat(expires) - timedelta(days=LONGEST_DAYS)).isoformat()


def open_reason(staff: StaffKeys, request: Request) -> tuple[bytes, UnsealingReason]:
    """The padded text of a reason and what it says; nothing of it is verified yet."""
    said = check_padded(open_sealed(request.reason, staff.identity, REASON_STANZAS), TEXT_SIZES)
    fields = Fields(read_json(said, len(said)), "v", "requester", "about", "text", "delay", "sig")
    fields.version()
    delay = None if fields["delay"] is None else fields.text("delay", DELAY_LIMIT)
    about, text = About(fields.word("about", *About)), fields.text("text", REASON_LIMIT)
    return said, UnsealingReason(fields.id("requester"), about, text, delay, fields.bytes("sig", 64))


def check_reason(requester: Member, request: Request, reason: UnsealingReason) -> None:
    """Raises SignatureRefused for a reason that this member did not write for this request."""
    requester.check_signed(_frame(request, reason), reason.sig, first_day(request.expires))


def read_reason(staff: StaffKeys, directory: VerifiedDirectory, value: object) -> UnsealingReason:
    """The reason of a request, as oversight and custodians read it afterwards: who asked, and why."""
    # 1. Shape and office.
    request = read_request(value)
    if request.office != directory.office:
        raise ForeignOffice("a request of another office")
    # 2. It opens.
    _, reason = open_reason(staff, request)
    # 3. Anyone who asked is in the directory, be it as one whose time is over.
    requester = directory.member(reason.requester)
    if requester is None:
        raise DirectoryRefused("nobody of this office asked")
    # 4. The signature.
    check_reason(requester, request, reason)
    return reason
