"""Steps whose inside is altered and then rightly signed, sealed and authenticated: what only a holder can send."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import crypto
from crypto.case.events import _frame as event_frame  # pyright: ignore[reportPrivateUsage]
from crypto.case.items import STANZAS, Author, Item, Place, item_of, office_mac_key, seal_item
from crypto.case.payloads import Direction
from crypto.case.regrants import RegrantProof, RegrantSignature, RegrantStatement, proof_in, sign_regrant
from crypto.framing import b64decode, b64encode, mac
from crypto.sealing.age import seal
from crypto.text import TEXT_SIZES
from tests.fuzz.dice import Dice
from tests.hostile.live_office import LiveOffice
from tests.hostile.wire import Call
from tests.support.offices.desk import Colleague

RESEALED: Final = ("POST /api/cases/<case>/steps", "POST /api/cases/<case>/proposals")
ACTS: Final = (
    *(
        "claimed",
        "taken",
        "replied",
        "noted",
        "office-key",
        "regranted",
        "regrant-proposed",
        "regrant-countersigned",
        "regrant-declined",
        "regrant-told",
        "step-declined",
    ),
    *("registered", "assigned", "checked", "decided", "archived", "closed", "merged", "held", "recused", "sealed"),
    *("received", "act-read", "deletion-asked", "deletion-approved", "migrated", "export-asked", "acknowledged"),
)


@dataclass
class Step:
    """A step that is being altered; the event names what it brings, and is signed last."""

    house: LiveOffice = field(repr=False)
    who: Colleague
    case: bytes
    lot: Dice
    body: dict[str, Any] = field(repr=False)

    def __post_init__(self) -> None:
        self.event: dict[str, Any] = json.loads(self.body["event"]["payload"])
        self.head = b64decode(self.who.case(self.case).json["head"]["hash"], 32)
        self.signature: bytes | None = None
        # A step has its re-grant apart, a proposal is one.
        self.grant: dict[str, Any] = self.body.get("grant") or self.body

    @property
    def item(self) -> Item:
        """The item that it brings."""
        return item_of(self.body["item"])

    @property
    def proof(self) -> RegrantProof:
        """Who signed the re-grant that it brings."""
        return proof_in(self.grant)

    def prove(self, proof: RegrantProof, grant: bytes | None = None) -> None:
        """Another proof, and another grant: the event names both as it did before."""
        self.grant |= proof.document()
        names = self.event["data"]
        names |= proof.document() if "signatures" in names else {}
        if grant is not None:
            names |= {name: b64encode(grant) for name in ("grant", "proposal") if name in names}

    def bring(self, item: Item) -> None:
        """Another item, which the event names."""
        self.body["item"] = item.document()
        if "item" in self.event["data"]:
            self.event["data"]["item"] = b64encode(item.hash)

    def key(self, place: Place) -> bytes:
        """The MAC key of a direction, which every holder has."""
        body = self.who.grants[self.case].body
        if place.direction is Direction.OFFICE_ONLY and body.keys.office is not None:
            return office_mac_key(body.keys.office)
        return body.keys.macs.to_reporter

    def authenticated(self, item: Item) -> Item:
        """The item under a MAC that holds."""
        return replace(item, mac=mac(self.key(item.place), replace(item, mac=bytes(32)).mac_input))

    def whole(self) -> dict[str, Any]:
        """The body, with the event signed by its sender."""
        payload = json.dumps(self.event, ensure_ascii=False, separators=(",", ":"))
        message = event_frame(self.who.keys.office, self.case, self.number, self.head, payload)
        sig = self.signature or self.who.keys.sign(message)
        return self.body | {"event": {"payload": payload, "sig": b64encode(sig)}}

    @property
    def number(self) -> int:
        """Where the event says that it stands, as far as that is a number."""
        told = self.event.get("n")
        return told if isinstance(told, int) and 0 <= told < 2**64 else 0


def _kind(step: Step) -> str:
    step.event["kind"] = step.lot.choice(ACTS)
    return f"kind {step.event['kind']}"


def another_name(step: Step) -> str:
    """The event in the name of a colleague, of the worker, or of nobody."""
    step.event["actor"] = step.lot.choice(["sun-fang", "jian-du", "worker", "shang-ji", "nobody"])
    return f"actor {step.event['actor']}"


def _event_field(step: Step) -> str:
    name = step.lot.choice(sorted(step.event))
    was = step.event[name]
    hidden = b64encode(step.house.hidden)
    values: list[object] = [None, 0, -1, "", "x", [], {}, hidden, 2**60, "2026-11-23", "2020-01-01"]
    step.event[name] = step.lot.choice([*values, was + 1] if isinstance(was, int) else values)
    return f"event {name}"


def _named(step: Step) -> str:
    """Another value, a missing or a further name in what the event names."""
    names = sorted(step.event["data"])
    name = step.lot.choice([*names, "item", "grant", "proposal", "to", "role", "n", "act", "member", "version"])
    values: list[object] = [
        None,
        0,
        "archived",
        "sun-fang",
        "company",
        {},
        *map(b64encode, (bytes(32), os.urandom(32))),
    ]
    if name in names and step.lot.one_in(3):
        del step.event["data"][name]
    else:
        step.event["data"][name] = step.lot.choice(values)
    return f"data {name}"


def _day(step: Step) -> str:
    step.event["day"] = step.lot.choice(["2026-11-23", "2026-11-25", "2026-11-22", "2027-01-01"])
    return f"day {step.event['day']}"


def _head(step: Step) -> str:
    step.head = step.lot.choice([bytes(32), os.urandom(32)])
    return "another head"


def _signature(step: Step) -> str:
    events = step.who.case(step.case).json["events"]
    others = [b64decode(one["sig"]) for one in events if one["sig"]]
    step.signature = step.lot.choice([bytes([1]) * 64, os.urandom(64), *others])
    return "another's signature"


def elsewhere(step: Step) -> str:
    """The item at another place, under a right MAC."""
    item, house = step.item, step.house
    at = item.place
    changes: dict[str, list[Any]] = {
        "case": [step.lot.choice(house.cases), house.hidden, os.urandom(16)],
        "epoch": [max(0, at.epoch - 1), at.epoch + 1, 0],
        "direction": list(Direction),
        "seq": [max(1, at.seq - 1), at.seq + 1, 2**53 - 1],
        "prev": [bytes(32), os.urandom(32)],
        "seen": [0, at.seen + 1, 2**53 - 1],
    }
    name = step.lot.choice(sorted(changes))
    step.bring(step.authenticated(replace(item, place=replace(at, **{name: step.lot.choice(changes[name])}))))
    return f"item {name}"


def follows_nothing(step: Step) -> str:
    """The item behind another one than lies there, under a right MAC."""
    item = step.item
    step.bring(step.authenticated(replace(item, place=replace(item.place, prev=os.urandom(32)))))
    return "item behind another"


def _noise(step: Step) -> str:
    """An item of the right form whose inside is noise, or that opens for nobody."""
    item, body = step.item, step.who.grants[step.case].body
    if step.lot.one_in(2):
        step.bring(step.authenticated(replace(item, body=_for_nobody(item))))
        return "item for nobody"
    readers = [body.reporter, body.case_identity.recipient][-STANZAS[item.place.direction] :]
    step.bring(step.authenticated(replace(item, body=seal(os.urandom(min(TEXT_SIZES)), readers, os.urandom))))
    return "item noise"


def _for_nobody(item: Item) -> bytes:
    strangers = [crypto.Identity.draw(os.urandom).recipient for _ in range(STANZAS[item.place.direction])]
    return seal(os.urandom(min(TEXT_SIZES)), strangers, os.urandom)


def _author(step: Step) -> str:
    """An item in a colleague's name, in nobody's, or in the reporter's."""
    at, body = step.item.place, step.who.grants[step.case].body
    name = step.lot.choice(["sun-fang", "reporter", "nobody", step.who.name])
    author = Author(name, lambda _message: os.urandom(64))
    kind, to = ("note", [body.case_identity.recipient])
    if at.direction is Direction.TO_REPORTER:
        kind, to = "reply", [body.reporter, body.case_identity.recipient]
    message = crypto.Message("不是我写的").document()
    step.bring(seal_item(at, kind, message, author, step.key(at), to, os.urandom))
    return f"item by {name}"


def _none(step: Step) -> str:
    step.body["item"] = None
    return "no item"


def foreign_file(step: Step) -> str:
    """A file that is another case's, or that never came."""
    other = next(case for case in step.house.cases if case != step.case)
    sizes = {"size": 65536, "parts": [b64encode(os.urandom(32))]}
    taken = {"blob": step.house.attachment(other)} | sizes
    step.body["blobs"] = step.lot.choice([[taken], [{"blob": b64encode(os.urandom(16))} | sizes]])
    return "another's file"


def _forged(step: Step) -> str:
    """A re-grant that opens for nobody, under made-up signatures."""
    grant = _dummy(step)
    forged = tuple(RegrantSignature(name, os.urandom(64)) for name in ("sun-fang", step.who.name))
    step.prove(replace(step.proof, signatures=forged), grant)
    return "a forged re-grant"


def _swapped(step: Step) -> str:
    """A right re-grant under a wrong signature, or under a right one in a colleague's name."""
    (own, *_) = step.proof.signatures
    wrong = [replace(own, signature=os.urandom(64)), replace(own, member="sun-fang")]
    step.prove(replace(step.proof, signatures=(step.lot.choice(wrong),)))
    return "a re-grant under a wrong signature"


def _otherwise_bound(step: Step) -> str:
    """A right re-grant that says another day, directory or binding than was signed."""
    values = [{"day": "2026-11-25"}, {"sequence": 8}, {"binding": os.urandom(32)}]
    step.prove(replace(step.proof, **step.lot.choice(values)))  # pyright: ignore[reportArgumentType]
    return "a re-grant that was signed otherwise"


def _dummy(step: Step) -> bytes:
    """Puts a packet that opens for nobody in the place of the right one; gives its hash."""
    bucket = crypto.read_packet(b64decode(step.grant["packet"])).bucket
    packet = crypto.seal_dummy_grant(bucket, os.urandom)
    step.grant["packet"] = b64encode(packet)
    return crypto.read_packet(packet).hash


def _for_nobody_at_all(step: Step) -> str:
    """A re-grant that opens for nobody, rightly signed by its sender."""
    digest, before = _dummy(step), step.who.grants[step.case]
    move = RegrantStatement(step.who.keys.office, step.case, before.epoch + 1, before.hash, digest)
    step.prove(sign_regrant(step.who.keys, move, replace(step.proof, signatures=())), digest)
    return "a re-grant that opens for nobody"


def _access(step: Step) -> str:
    """A right re-grant with the hash of a token that stands in none."""
    step.grant["access"] = b64encode(os.urandom(32))
    return "a re-grant that nobody can claim"


def _alone(step: Step) -> str:
    """A right re-grant for its sender alone."""
    made = step.who.regrant(step.who.case(step.case).json, [step.who.name], os.urandom(8).hex())["body"]
    step.body["item"] = made["item"]
    step.grant |= made["grant"]
    step.event["data"] = json.loads(made["event"]["payload"])["data"]
    return "a re-grant for oneself"


def untold(step: Step) -> str:
    """A right re-grant of which the reporter can read nothing."""
    step.bring(step.authenticated(replace(step.item, body=_for_nobody(step.item))))
    return "a re-grant that the reporter does not hear of"


def _another_history(step: Step) -> str:
    """A right second signature, and noise of the right length in the place of the history that was proposed."""
    step.grant["history"] = b64encode(os.urandom(len(b64decode(step.grant["history"]))))
    return "a history that opens for nobody"


def _announced(step: Step) -> str:
    """An answer that is the notice of a re-grant which there is not."""
    made = step.who.regrant(step.who.case(step.case).json, [step.who.name], os.urandom(8).hex())["body"]
    step.bring(item_of(made["item"]))
    return "a notice without a re-grant"


def wrong_mac(step: Step) -> str:
    """An answer whose MAC holders alone can see to be wrong."""
    step.bring(replace(step.item, mac=os.urandom(32)))
    return "a wrong MAC"


ALONE: Final[dict[str, tuple[str, Callable[[Step], str]]]] = {
    "re-grant that opens for nobody": ("regranted", _for_nobody_at_all),
    "re-grant that nobody can claim": ("regranted", _access),
    "re-grant for oneself": ("regranted", _alone),
    "notice without a re-grant": ("replied", _announced),
    "second signature for a re-grant that opens for nobody": ("countersigned", _for_nobody_at_all),
    "second signature for one that nobody can claim": ("countersigned", _access),
    "second signature that the reporter does not hear of": ("countersigned", untold),
    "second signature beside another history": ("countersigned", _another_history),
}
"""What one of two who have to sign tries alone, by the kind of step."""
ALWAYS: Final[tuple[Callable[[Step], str], ...]] = (_kind, another_name, _event_field, _named, _day, _head, _signature)
WITH_ITEM: Final[tuple[Callable[[Step], str], ...]] = (elsewhere, follows_nothing, _noise, _author, _none)


def resealed(
    house: LiveOffice, who: Colleague, call: Call, lot: Dice, only: Callable[[Step], str] | None = None
) -> tuple[str, Call]:
    """The same step with one thing altered inside it, rightly signed; and what that is."""
    assert call.case is not None
    step = Step(house, who, call.case, lot, call.document)
    if only is not None:
        return only(step), call.saying(step.whole())
    ways = list(ALWAYS)
    if "packet" in step.grant:
        # What else may be done to a re-grant and its notice stands under ALONE.
        ways += [_forged, _swapped, _otherwise_bound]
    elif step.body.get("item") is not None:
        ways += WITH_ITEM
    if "blobs" in step.body:
        ways += [foreign_file]
    return lot.choice(ways)(step), call.saying(step.whole())
