"""The signed, chained event stream of a case (SPEC §9)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from crypto.case.items import read_item
from crypto.errors import CryptoError, EventRefused, WrongShape
from crypto.framing import (
    ZERO_HASH,
    b64decode,
    b64encode,
    frame,
    sha256,
    u64,
)
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.shape import Fields
from crypto.text import read_json, write_json

EVENT_LIMIT = 16384
WORKER = "worker"
CLAIMED = "claimed"
"""The kind that brings nothing: the item that it names came before (SPEC §9)."""


class WrongEvent(StrEnum):
    """What is wrong with an event."""

    UNREADABLE = "unreadable"
    OUT_OF_ORDER = "out-of-order"
    FOREIGN = "foreign"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    REMOVED_SIGNER = "removed-signer"
    # Verified, and signed by a member who could not read the case then (`mark_non_readers`).
    NON_READER = "non-reader"


@dataclass(frozen=True)
class Event:
    """One event. `data` is flat JSON, by kind."""

    case: bytes
    n: int
    kind: str
    day: str
    actor: str
    data: Mapping[str, object] = field(default_factory=dict[str, object])

    def payload(self) -> str:
        """The JSON string that is hashed and signed."""
        return write_json(
            {
                "v": 1,
                "case": b64encode(self.case),
                "n": self.n,
                "kind": self.kind,
                "day": self.day,
                "actor": self.actor,
                "data": dict(self.data),
            }
        ).decode()


@dataclass(frozen=True)
class SignedEvent:
    """An event as it travels: payload string and signature, None for the worker's."""

    payload: str
    sig: bytes | None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"payload": self.payload, "sig": None if self.sig is None else b64encode(self.sig)}

    def hash(self, prev: bytes) -> bytes:
        """The event hash, given the hash of the event before (32 zero bytes for the first)."""
        return event_hash(prev, self.payload, self.sig)


@dataclass(frozen=True)
class ReadEvent:
    """An event as verified; `wrong` None is the only value that says so."""

    event: Event | None
    hash: bytes
    wrong: WrongEvent | None
    former_member: bool = False

    @property
    def stands(self) -> bool:
        """Whether it has its place in the record: verified, though perhaps of one who could not read the case."""
        return self.wrong in {None, WrongEvent.NON_READER}


def event_hash(prev: bytes, payload: str, sig: bytes | None) -> bytes:
    """SHA-256 over the frame of SPEC §9."""
    return sha256(frame("yanlu/v1/event-hash", prev, payload, sig or b""))


def _frame(office: bytes, case: bytes, n: int, prev: bytes, payload: str) -> bytes:
    return frame("yanlu/v1/event", office, case, u64(n), prev, payload)


def read_event(payload: str) -> Event:
    """Read an event's payload; raises WrongShape or MalformedJson."""
    fields = Fields(
        read_json(payload.encode("utf-8", "surrogatepass"), EVENT_LIMIT),
        "v", "case", "n", "kind", "day", "actor", "data",
    )  # fmt: skip
    fields.version()
    content = fields["data"]
    if not isinstance(content, dict):
        raise WrongShape("an event's data is an object")
    return Event(
        fields.bytes("case", 16),
        fields.integer("n"),
        fields.id("kind"),
        fields.day("day"),
        fields.id("actor"),
        cast("dict[str, object]", content),
    )


def read_signed_event(value: object) -> SignedEvent:
    """Read `{"payload","sig"}` and the event in it; raises WrongShape or MalformedJson."""
    fields = Fields(value, "payload", "sig")
    payload = fields.text("payload", EVENT_LIMIT)
    sig = None if fields["sig"] is None else fields.bytes("sig", 64)
    if (read_event(payload).actor == WORKER) != (sig is None):
        raise WrongShape("members sign, the worker does not")
    return SignedEvent(payload, sig)


def sign_event(staff: StaffKeys, event: Event, prev: bytes) -> SignedEvent:
    """A member's event after the one of hash `prev`; raises EventRefused for another's name."""
    if event.actor != staff.member:
        raise EventRefused("signed in another member's name")
    payload = event.payload()
    return SignedEvent(payload, staff.sign(_frame(staff.office, event.case, event.n, prev, payload)))


def worker_event(event: Event) -> SignedEvent:
    """An event of the worker: unsigned, never an act."""
    if event.actor != WORKER:
        raise EventRefused("the worker acts in no member's name")
    return SignedEvent(event.payload(), None)


@dataclass
class _Order:
    """The newest day that a stream has come to, and the newest key that each member signed with."""

    directory: VerifiedDirectory
    day: str = ""
    keys: dict[str, int] = field(default_factory=dict[str, int])

    def follow(self, event: Event, signed: SignedEvent, prev: bytes) -> WrongEvent | None:
        """What is wrong with the signature of the next event.

        A former key counts up to its last day: by what the event says, and by all that stands before it.
        """
        if event.actor == WORKER:
            self.day = max(self.day, event.day)
            return None
        if signed.sig is None:
            return WrongEvent.UNSIGNED
        member = self.directory.member(event.actor)
        if member is None:
            return WrongEvent.REMOVED_SIGNER
        try:
            message = _frame(self.directory.office, event.case, event.n, prev, signed.payload)
            day = max(self.day, event.day)
            place = member.check_signed(message, signed.sig, day)
        except CryptoError:
            return WrongEvent.FORGED
        if place < self.keys.get(event.actor, 0):
            return WrongEvent.FORGED
        self.day, self.keys[event.actor] = day, place
        return None

    def in_force(self, event: Event) -> bool:
        """Whether it was signed with the key that the directory names now."""
        member = self.directory.member(event.actor)
        return member is None or self.keys[event.actor] == len(member.former)


def check_event(
    directory: VerifiedDirectory, case: bytes, n: int, prev: bytes, value: object
) -> tuple[SignedEvent, Event]:
    """One event as the next of a stream: the server's check, which takes no former key. Raises EventRefused."""
    try:
        signed = read_signed_event(value)
        event = read_event(signed.payload)
    except CryptoError as error:
        raise EventRefused("not an event") from error
    if (event.case, event.n) != (case, n):
        raise EventRefused("not the next event of this case")
    order = _Order(directory)
    wrong = order.follow(event, signed, prev)
    if wrong is None and not order.in_force(event):
        wrong = WrongEvent.FORGED
    if wrong is not None:
        raise EventRefused(wrong.value)
    return signed, event


def check_placed(directory: VerifiedDirectory, case: bytes, n: int, prev: bytes, signed: SignedEvent) -> Event:
    """A member's event by itself, at its number after the event of that hash; raises EventRefused.

    A former key counts up to its last day.
    """
    event = read_event(signed.payload)
    if (event.case, event.n) != (case, n) or event.actor == WORKER:
        raise EventRefused("not a member's event of this case and number")
    wrong = _Order(directory).follow(event, signed, prev)
    if wrong is not None:
        raise EventRefused(wrong.value)
    return event


def verify_events(directory: VerifiedDirectory, case: bytes, events: Sequence[object]) -> list[ReadEvent]:
    """Every event with what is wrong with it; never raises for an event."""
    read: list[ReadEvent] = []
    prev, order = ZERO_HASH, _Order(directory)
    for n, value in enumerate(events):
        entry = _read_one(order, case, n, prev, value)
        read.append(entry)
        prev = entry.hash
    return read


def named_items(read: Sequence[ReadEvent]) -> frozenset[bytes]:
    """The hashes of the items that verified events of members bring: those have their places in the thread."""
    found: set[bytes] = set()
    for entry in read:
        name = _brought(entry)
        if entry.event is not None and entry.event.actor != WORKER and isinstance(name, str):
            with suppress(CryptoError):
                found.add(b64decode(name, 32))
    return frozenset(found)


def unserved(read: Sequence[ReadEvent], items: Sequence[object]) -> list[int]:
    """The numbers of the events that bring an item which is not among `items` (JSON documents).

    A server that withholds the newest item must withhold its event too, and with it every later step.
    """
    there: set[str] = set()
    for value in items:
        with suppress(CryptoError):
            there.add(b64encode(read_item(value).hash))
    brought = [(n, _brought(entry)) for n, entry in enumerate(read)]
    return [n for n, name in brought if name is not None and name not in there]


def _brought(entry: ReadEvent) -> object:
    """The item that a verified event names as its own; a server has to deliver that of a non-reader too."""
    event = entry.event if entry.stands else None
    return None if event is None or event.kind == CLAIMED else event.data.get("item")


def _read_one(order: _Order, case: bytes, n: int, prev: bytes, value: object) -> ReadEvent:
    try:
        fields = Fields(value, "payload", "sig")
        sig = None if fields["sig"] is None else fields.bytes("sig", 64)
        signed = SignedEvent(fields.text("payload", EVENT_LIMIT), sig)
        event = read_event(signed.payload)
    except CryptoError:
        return ReadEvent(None, prev, WrongEvent.UNREADABLE)
    digest = signed.hash(prev)
    if event.case != case:
        return ReadEvent(event, digest, WrongEvent.FOREIGN)
    if event.n != n:
        return ReadEvent(event, digest, WrongEvent.OUT_OF_ORDER)
    if event.actor == WORKER and sig is not None:
        return ReadEvent(event, digest, WrongEvent.FORGED)
    wrong = order.follow(event, signed, prev)
    former = event.actor != WORKER and order.directory.valid_member(event.actor) is None
    return ReadEvent(event, digest, wrong, former)
