"""What stands in a protection packet: whom to protect, a check-in, a link that only two sides open (SPEC §13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.custody.packets import (
    LINK_AAD,
    LINK_INFO,
    LINK_SIZE,
    LINK_SLOT,
    LINK_SLOTS,
    LINK_TEXT,
    open_protection,
    seal_protection,
    write_link,
)
from crypto.errors import DirectoryRefused, NotAddressed, PayloadDamaged, ShareDamaged, WrongShape
from crypto.framing import Rng, b64encode, frame, sha256
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Watch
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields, bytes_of
from crypto.text import check_padded, pad_exactly, read_json, write_json

NAME_LIMIT = 256
EMPLOYEE_LIMIT = 128
PLACE_LIMIT = 256
ANSWER_LIMIT = 1024
SEATS = LINK_SLOTS // 2
"""So many people at most on each side of a link."""
CHECKIN_DAYS = (14, 30, 60, 90, 180, 365)
PLACES = 4
"""So many people at most may be protected through one receipt."""
_BOX_SIZE = 12 + LINK_TEXT + 16


class RequestKind(StrEnum):
    """What a protection packet asks for."""

    PROTECT = "protect"
    END = "end"
    CHECKIN = "checkin"


class Bond(StrEnum):
    """Who the protected person is to the report; `cover` says nothing about the person."""

    REPORTER = "reporter"
    WITNESS = "witness"
    ASSISTANT = "assistant"
    RELATIVE = "relative"
    COVER = "cover"


class Worse(StrEnum):
    """Whether something changed for the worse."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Side(StrEnum):
    """The two sides of a link; neither opens it without the other."""

    INSIDE = "inside"
    OUTSIDE = "outside"


CHANGES = ("shifts", "tasks", "rating", "pay", "treatment")


@dataclass(frozen=True, repr=False)
class Checkin:
    """An answer of one of the days on which the mailbox asks."""

    day: int
    answer: Worse
    changes: list[str]
    text: str

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"day": self.day, "answer": self.answer.value, "changes": self.changes, "text": self.text}


@dataclass(frozen=True, repr=False)
class Protection:
    """The text of a protection packet; `employee` is the number by which HR's records know the person."""

    request: RequestKind
    entity: str
    handle: bytes
    bond: Bond
    name: str
    employee: str
    place: str
    checkin: Checkin | None
    link: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "wish": self.request.value,
            "entity": self.entity,
            "handle": b64encode(self.handle),
            "bond": self.bond.value,
            "name": self.name,
            "employee": self.employee,
            "place": self.place,
            "checkin": None if self.checkin is None else self.checkin.document(),
            "link": b64encode(self.link),
        }


@dataclass(frozen=True, repr=False)
class Linked:
    """What a link tells: who the person is to which case; no case where it is cover."""

    bond: Bond
    case: bytes | None


def _checkin(value: object) -> Checkin:
    fields = Fields(value, "day", "answer", "changes", "text")
    day = fields.integer("day", 1, CHECKIN_DAYS[-1])
    changes = fields.ids("changes", len(CHANGES))
    if day not in CHECKIN_DAYS or not set(changes) <= set(CHANGES):
        raise WrongShape("not one of the days or changes that are asked for")
    return Checkin(day, Worse(fields.word("answer", *Worse)), changes, fields.text("text", ANSWER_LIMIT))


def read_protection(value: object) -> Protection:
    """Read the document inside a protection packet; raises WrongShape."""
    fields = Fields(value, "v", "wish", "entity", "handle", "bond", "name", "employee", "place", "checkin", "link")
    fields.version()
    found = Protection(
        request=RequestKind(fields.word("wish", *RequestKind)),
        entity=fields.id("entity"),
        handle=fields.bytes("handle", 16),
        bond=Bond(fields.word("bond", *(bond for bond in Bond if bond is not Bond.COVER))),
        name=fields.text("name", NAME_LIMIT),
        employee=fields.text("employee", EMPLOYEE_LIMIT),
        place=fields.text("place", PLACE_LIMIT),
        checkin=fields.maybe("checkin", _checkin),
        link=fields.bytes("link", LINK_SIZE),
    )
    if (found.request is RequestKind.CHECKIN) != (found.checkin is not None):
        raise WrongShape("an answer and no question, or none to one")
    if found.request is not RequestKind.CHECKIN and not (found.name or found.employee):
        raise WrongShape("nobody is named")
    return found


def watch_of(directory: VerifiedDirectory, entity: str) -> Watch:
    """The watch of an entity; raises DirectoryRefused where there is none, or it is not switched on."""
    found = next((one.watch for one in directory.content.entities if one.id == entity), None)
    if found is None or not found.active:
        raise DirectoryRefused("nobody is watched over at this entity")
    return found


def is_watched(directory: VerifiedDirectory, entity: str) -> bool:
    """Whether a watch is switched on at this entity."""
    return any(one.watch is not None and one.watch.active for one in directory.content.entities if one.id == entity)


def checkin_days(directory: VerifiedDirectory, entity: str) -> list[str]:
    """The days on which a mailbox asks how its reporter is treated.

    Every report to an entity with a watch has them, so that being asked tells nothing.
    """
    first = date.fromisoformat(directory.today)
    days = CHECKIN_DAYS if is_watched(directory, entity) else ()
    return [(first + timedelta(days=after)).isoformat() for after in days]


def _seats(directory: VerifiedDirectory, ids: Sequence[str]) -> list[Recipient]:
    directory.check_current()
    found = [directory.valid_member(member) for member in ids]
    if not found or any(member is None for member in found):
        raise DirectoryRefused("somebody who opens links is not in office")
    return [member.recipient for member in found if member]


def seal_link(directory: VerifiedDirectory, entity: str, linked: Linked, rng: Rng) -> bytes:
    """A link that one person of each side of the entity's watch open together; always 7,356 bytes."""
    watch = watch_of(directory, entity)
    sides = {Side.INSIDE: _seats(directory, watch.inside), Side.OUTSIDE: _seats(directory, watch.outside)}
    case = None if linked.case is None else b64encode(linked.case)
    text = pad_exactly(write_json({"v": 1, "bond": linked.bond.value, "case": case}), LINK_TEXT)
    return write_link(text, sides[Side.INSIDE], sides[Side.OUTSIDE], Identity.draw(rng).recipient, rng)


def seal_protection_packet(directory: VerifiedDirectory, protection: Protection, rng: Rng) -> bytes:
    """The packet, exactly 16,384 bytes, for the watch of the entity that it names."""
    directory.check_current()
    read_protection(protection.document())
    recipient = Recipient.read(watch_of(directory, protection.entity).recipient)
    return seal_protection(protection.document(), recipient, rng)


def open_protection_packet(packet: bytes, identity: Identity) -> Protection:
    """What stands inside; raises NotAddressed for a dummy."""
    return read_protection(open_protection(packet, identity))


@dataclass(frozen=True, repr=False)
class LinkShare:
    """One side's part of a link's key."""

    link: bytes
    side: Side
    string: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "link": b64encode(self.link),
            "side": self.side.value,
            "string": b64encode(self.string),
        }


def read_link_share(value: object) -> LinkShare:
    """Read a share; raises WrongShape."""
    fields = Fields(value, "v", "link", "side", "string")
    fields.version()
    return LinkShare(fields.bytes("link", 32), Side(fields.word("side", *Side)), fields.bytes("string", 32))


def open_link_share(link: bytes, identity: Identity) -> LinkShare:
    """What one person has of a link; raises NotAddressed for one whose seat it is not, ShareDamaged for a false one."""
    if len(link) != LINK_SIZE:
        raise WrongShape("not a link")
    for number in range(LINK_SLOTS):
        start = _BOX_SIZE + number * LINK_SLOT
        try:
            text = identity.open(link[start : start + LINK_SLOT], LINK_INFO)
        except NotAddressed:
            continue
        if text[32:] != sha256(link[:_BOX_SIZE]):
            raise ShareDamaged("a share of another link")
        return LinkShare(sha256(link), Side.INSIDE if number < SEATS else Side.OUTSIDE, text[:32])
    raise NotAddressed("no share of this link")


def open_link(link: bytes, one: LinkShare, other: LinkShare) -> Linked:
    """What a link tells, from one share of each side; raises PayloadDamaged for shares that do not open it."""
    if len(link) != LINK_SIZE:
        raise WrongShape("not a link")
    if {one.side, other.side} != set(Side) or {one.link, other.link} != {sha256(link)}:
        raise PayloadDamaged("a link opens by one share of each of its sides")
    key = bytes(a ^ b for a, b in zip(one.string, other.string, strict=True))
    try:
        text = ChaCha20Poly1305(key).decrypt(link[:12], link[12:_BOX_SIZE], LINK_AAD)
    except InvalidTag as error:
        raise PayloadDamaged("these shares do not open this link") from error
    fields = Fields(read_json(check_padded(text, (LINK_TEXT,)), LINK_TEXT), "v", "bond", "case")
    fields.version()
    return Linked(Bond(fields.word("bond", *Bond)), fields.maybe("case", bytes_of(16)))


def entry_marks(handle: bytes) -> list[bytes]:
    """The marks under which the entries of one watch handle lie; only anyone who knows the handle joins them."""
    return [sha256(frame("yanlu/v1/watch-entry", handle, bytes([place]))) for place in range(PLACES)]
