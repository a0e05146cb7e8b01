"""What the desk says, read strictly: lists, files, the batch, the member's own keys."""

from __future__ import annotations

from typing import TypedDict

from crypto import b64decode, read_proof
from crypto.case.history import SEALED_SIZES, check_history_size
from crypto.errors import WrongShape
from crypto.framing import b64encode
from crypto.keys.staff import box_of
from crypto.shape import bytes_of, id_of, text_of
from portal.cli.responses.reading import AnswerFields, is_id_text, packed, unpacked
from portal.languages import DEFAULT, SOURCE

MOST_DAYS = 62
MOST_PACKETS = 100_000
MOST_ROWS = 1000
MOST_ITEMS = 100_000
MOST_CHANGES = 255
MOST_REQUESTS = 10_000
PACKET_LIMIT = 65536
HISTORY_LIMIT = SEALED_SIZES[-1]
VERSION_LIMIT = 64
PARTS_LIMIT = 1024
MOST_BITS = 16


class Head(TypedDict):
    """The newest event of a case: its number and hash (b64)."""

    n: int
    hash: str


class Last(TypedDict):
    """How many items have gone each way."""

    to_office: int
    to_reporter: int


class CaseRow(TypedDict):
    """A case in a list."""

    case: str
    entity: str
    policy: str
    version: str
    day: str
    stage: str
    epoch: int
    urgent: bool
    head: Head
    last: Last


class ReaderChangeProposal(TypedDict):
    """What waits for a second signature; packet and history document are still sealed."""

    by: str
    invited: str | None
    day: str
    epoch: int
    packet: str
    history: str
    access: str
    proof: dict[str, object]


class CaseFile(CaseRow):
    """A case with all that belongs to it: items and events are read one by one by `crypto`, which marks what is wrong.

    Nothing else of the server's document is kept.
    """

    packet: str
    history: str | None
    items: list[object]
    events: list[object]
    keyring: object
    proposal: ReaderChangeProposal | None
    undeliverable: list[int]
    """The numbers of the events whose item, as the server says, could not be delivered."""


class WrappedKey(TypedDict):
    """The member's seeds, wrapped."""

    v: int
    salt: str
    nonce: str
    box: str


class Me(TypedDict):
    """What the desk keeps for the member."""

    wrapped_key: WrappedKey
    next_keys: object


class CasePage(TypedDict):
    """A page of cases, and what `after` takes for the one behind it."""

    cases: list[CaseRow]
    next: str | None


class RemovalRow(TypedDict):
    """Who reads a case no longer, with the signed events that prove it; `crypto` reads them."""

    case: str
    member: str
    claim: object
    changes: list[object]


class Removals(TypedDict):
    """Those of the newest cases, and whether there are more."""

    removals: list[RemovalRow]
    more: bool


class StoredRequest(TypedDict):
    """A request for a sealed name, with votes and reviews as texts of JSON."""

    request: object
    votes: list[str]
    reviews: list[str]


class Welcome(TypedDict):
    """Who is invited, into which office."""

    office: str
    member: str
    name: dict[str, str]
    role: str
    totp_secret: str


class Trial(TypedDict):
    """The dummy case of an enrolment."""

    trial: str
    items: list[object]


def case_bytes(case: str) -> bytes:
    """The bytes of a case id; raises WrongShape for any text but the one way to write them."""
    return b64decode(case, 16)


def _head(value: object) -> Head:
    fields = AnswerFields(value, "n", "hash")
    return {"n": fields.integer("n"), "hash": is_id_text(fields["hash"], 32)}


def _last(value: object) -> Last:
    fields = AnswerFields(value, "to_office", "to_reporter")
    return {"to_office": fields.integer("to_office"), "to_reporter": fields.integer("to_reporter")}


_ROW = ("case", "entity", "policy", "version", "day", "stage", "epoch", "urgent", "head", "last")


def _row_of(fields: AnswerFields) -> CaseRow:
    return {
        "case": is_id_text(fields["case"]),
        "entity": fields.id("entity"),
        "policy": fields.id("policy"),
        "version": fields.text("version", VERSION_LIMIT),
        "day": fields.day("day"),
        "stage": fields.id("stage"),
        "epoch": fields.integer("epoch"),
        "urgent": fields.flag("urgent"),
        "head": _head(fields["head"]),
        "last": _last(fields["last"]),
    }


def read_row(value: object) -> CaseRow:
    """A case in a list."""
    return _row_of(AnswerFields(value, *_ROW))


def _history(value: object) -> str:
    # Whether it is the document that the grant names, the grant tells.
    return b64encode(check_history_size(unpacked(value, HISTORY_LIMIT)))


def _proposal(value: object) -> ReaderChangeProposal:
    fields = AnswerFields(value, "by", "invited", "day", "epoch", "packet", "history", "access", "proof")
    return {
        "by": fields.id("by"),
        "invited": fields.maybe("invited", id_of),
        "day": fields.day("day"),
        "epoch": fields.integer("epoch"),
        "packet": packed(fields["packet"], PACKET_LIMIT),
        "history": _history(fields["history"]),
        "access": b64encode(fields.bytes("access", 32)),
        "proof": read_proof(fields["proof"]).document(),
    }


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise WrongShape("not the number of an event")
    return value


def _any(value: object) -> object:
    return value


def read_file(value: object, case: str) -> CaseFile:
    """The file of this very case; raises WrongShape for that of another."""
    fields = AnswerFields(value, *_ROW, "packet", "history", "items", "events", "keyring", "proposal", "undeliverable")
    row = _row_of(fields)
    if row["case"] != case:
        raise WrongShape("the file of another case")
    return {
        **row,
        "packet": packed(fields["packet"], PACKET_LIMIT),
        "history": fields.maybe("history", _history),
        "items": fields.list("items", MOST_ITEMS, _any),
        "events": fields.list("events", MOST_ITEMS, _any),
        "keyring": fields["keyring"],
        "proposal": fields.maybe("proposal", _proposal),
        "undeliverable": fields.list("undeliverable", MOST_ITEMS, _number),
    }


def read_page(value: object) -> CasePage:
    """A page of cases."""
    fields = AnswerFields(value, "cases", "next")
    after = fields.maybe("next", lambda given: is_id_text(given, 24))
    return {"cases": fields.list("cases", MOST_ROWS, read_row), "next": after}


def _batch_day(value: object) -> tuple[str, list[bytes]]:
    fields = AnswerFields(value, "day", "ids")
    return fields.day("day"), fields.list("ids", MOST_PACKETS, bytes_of(16))


def read_days(value: object) -> list[tuple[str, list[bytes]]]:
    """The days that the batch has, each with the ids of its packets."""
    return AnswerFields(value, "days").list("days", MOST_DAYS, _batch_day)


def _entry(value: object) -> tuple[bytes, bytes]:
    fields = AnswerFields(value, "id", "packet")
    # Any bytes: one packet that is none is refused by name, and hides no other.
    return fields.bytes("id", 16), unpacked(fields["packet"], PACKET_LIMIT)


def read_entries(value: object) -> list[tuple[bytes, bytes]]:
    """Id and packet of every entry of a day."""
    return AnswerFields(value, "entries").list("entries", MOST_PACKETS, _entry)


def read_wrapped(value: object) -> WrappedKey:
    """A wrapped key; only what it should hold is kept."""
    fields = AnswerFields(value, "v", "salt", "nonce", "box")
    fields.version()
    return {
        "v": 1,
        "salt": b64encode(fields.bytes("salt", 16)),
        "nonce": b64encode(fields.bytes("nonce", 12)),
        "box": b64encode(box_of(fields)),
    }


def read_me(value: object) -> Me:
    """What the desk keeps for the member; keys that wait are read by `crypto`."""
    fields = AnswerFields(value, "wrapped_key", "next_keys")
    return {"wrapped_key": read_wrapped(fields["wrapped_key"]), "next_keys": fields["next_keys"]}


def read_asked(value: object) -> list[str]:
    """The cases in which this member is asked to sign."""
    return AnswerFields(value, "cases").list("cases", MOST_ROWS, is_id_text)


def _placed(value: object) -> object:
    fields = AnswerFields(value, "n", "prev", "event")
    event = AnswerFields(fields["event"], "payload", "sig")
    signature = event.maybe("sig", bytes_of(64))
    return {
        "n": fields.integer("n"),
        "prev": b64encode(fields.bytes("prev", 32)),
        "event": {
            "payload": event.text("payload", PACKET_LIMIT),
            "sig": None if signature is None else b64encode(signature),
        },
    }


def _removal(value: object) -> RemovalRow:
    fields = AnswerFields(value, "case", "member", "claim", "changes")
    return {
        "case": is_id_text(fields["case"]),
        "member": fields.id("member"),
        "claim": _placed(fields["claim"]),
        "changes": fields.list("changes", MOST_CHANGES, _placed),
    }


def read_removals(value: object) -> Removals:
    """Who reads a case no longer; entity and day of the case, which nobody signs here, are not read."""
    fields = AnswerFields(value, "removals", "more")
    return {"removals": fields.list("removals", MOST_ROWS, _removal), "more": fields.flag("more")}


def read_bits(value: object) -> int:
    """How many bits name a drawer."""
    return AnswerFields(value, "bits").integer("bits", 0, MOST_BITS)


def _text(value: object) -> str:
    return text_of(value, PACKET_LIMIT)


def _request(value: object) -> StoredRequest:
    fields = AnswerFields(value, "request", "votes", "reviews")
    return {
        "request": fields["request"],
        "votes": fields.list("votes", MOST_REQUESTS, _text),
        "reviews": fields.list("reviews", MOST_REQUESTS, _text),
    }


def read_requests(value: object) -> list[StoredRequest]:
    """The requests that this member may see."""
    return AnswerFields(value, "requests").list("requests", MOST_REQUESTS, _request)


def read_welcome(value: object) -> Welcome:
    """Who is invited."""
    fields = AnswerFields(value, "office", "member", "name", "role", "totp_secret")
    name = AnswerFields(fields["name"], DEFAULT, SOURCE)
    return {
        "office": is_id_text(fields["office"]),
        "member": fields.id("member"),
        "name": {language: name.text(language, 256) for language in (DEFAULT, SOURCE)},
        "role": fields.id("role"),
        "totp_secret": fields.text("totp_secret", 256),
    }


def read_trial(value: object) -> Trial:
    """The dummy case."""
    fields = AnswerFields(value, "trial", "items")
    return {"trial": packed(fields["trial"], PACKET_LIMIT), "items": fields.list("items", 64, _any)}


def _part(value: object) -> tuple[int, str]:
    fields = AnswerFields(value, "k", "hash")
    return fields.integer("k"), is_id_text(fields["hash"], 32)


def read_parts(value: object) -> dict[int, str]:
    """The parts of an upload that are there: number → hash."""
    return dict(AnswerFields(value, "parts").list("parts", PARTS_LIMIT, _part))


def read_day(value: object) -> str:
    """The day on which something was received."""
    return AnswerFields(value, "day").day("day")
