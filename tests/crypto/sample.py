"""A small office for the tests of the wire format: deterministic, two languages, every kind of holder."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import crypto
from crypto.framing import b64encode
from crypto.office.directory_shape import DIRECTORY_KEYS

TODAY = "2026-11-24"


class Drawn:
    """A deterministic rng: SHAKE-256 over a name and a counter."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0

    def __call__(self, size: int) -> bytes:
        """Gives the next bytes."""
        self.count += 1
        return hashlib.shake_256(f"{self.name}/{self.count}".encode()).digest(size)


def words(text: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"en": text, "zh": text}


KEYS = {
    "holders": ("entity", "policy", "category", "members", "left_out"),
    "members": ("id", "role", "name", "recipient", "signing", "from", "until", "former"),
    "policies": ("id", "version", "hash", "entities"),
}


def in_order(document: dict[str, Any]) -> dict[str, Any]:
    """A directory with its keys where SPEC lists them, whatever order a test gave them in; unknown ones last."""
    found = _ordered(document, DIRECTORY_KEYS)
    rows = {
        name: [_ordered(row, keys) for row in found[name]] for name, keys in KEYS.items() if _is_rows(found.get(name))
    }
    return found | rows


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _ordered(given: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: given[key] for key in (*keys, *(key for key in given if key not in keys)) if key in given}


MEMBERS = {
    "li-wei": "investigator",
    "sun-fang": "investigator",
    "zhao-min": "registrar",
    "qian-yu": "approver",
    "wai-bu": "outside",
    "shang-ji": "outside",
    "bao-guan-1": "custodian",
    "bao-guan-2": "custodian",
    "bao-guan-3": "custodian",
}


# By seed, office and member: the same few stand in the directories of nearly all tests, and each key is long to write.
_KEYS: dict[tuple[bytes, bytes, str], crypto.StaffKeys] = {}


@dataclass
class Office:
    """Keepers, members, roots and directory of an office."""

    rng: Drawn
    office: bytes = b""
    keepers: list[crypto.KeeperKey] = field(default_factory=list)
    seeds: dict[str, bytes] = field(default_factory=dict)
    recovery: crypto.Identity = None  # type: ignore[assignment]
    roots: list[bytes] = field(default_factory=list)
    # What the directory says of the policy's page: its hash, once there is one.
    page: bytes = bytes(32)
    _plain: dict[tuple[str, int, bytes], crypto.VerifiedDirectory] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.office = self.rng(16)
        self.keepers = [crypto.draw_keeper(name, self.rng) for name in ("gonghui", "dongshihui", "jiwei")]
        self.seeds = {name: crypto.draw_staff_seed(self.rng) for name in MEMBERS}
        self.recovery = crypto.Identity.draw(self.rng)
        self.roots = [crypto.sign_note(crypto.root_text(self.root_document()), self.keepers[:2])]

    @property
    def code(self) -> str:
        """The office code."""
        return crypto.office_code(self.roots[0])

    def staff(self, member: str) -> crypto.StaffKeys:
        """A member's keys."""
        who = (self.seeds[member], self.office, member)
        if who not in _KEYS:
            _KEYS[who] = crypto.staff_keys(*who)
        return _KEYS[who]

    def root_document(self, number: int = 1, **changes: Any) -> dict[str, Any]:
        """The JSON of a root document."""
        keepers = [
            {"id": k.id, "key": b64encode(k.key), "nonce": b64encode(k.nonce), "seat": words(k.id)}
            for k in self.keepers
        ]
        return {
            "v": 1, "language": "zh", "office": b64encode(self.office), "number": number, "suite": "yanlu-1",
            "keepers": keepers, "threshold": 2,
        } | changes  # fmt: skip

    def member(self, name: str, **changes: Any) -> dict[str, Any]:
        """The directory's entry of a member."""
        keys = self.staff(name)
        return {
            "id": name, "role": MEMBERS[name], "name": words(name), "recipient": keys.recipient,
            "signing": b64encode(keys.signing_key), "from": "2026-01-01", "until": "2027-12-31",
        } | changes  # fmt: skip

    def entity(self, name: str, **changes: Any) -> dict[str, Any]:
        """An entity of the directory."""
        return {
            "id": name, "name": words(name), "country": "CN", "language": "zh-CN", "calendar": "CN",
            "timezone": "Asia/Shanghai", "superior": None, "outside": [], "authorities": [],
            "emergency": words("120"), "edge": words("nothing"), "roads": words("+86 10"), "watch": None,
        } | changes  # fmt: skip

    def directory_document(self, **changes: Any) -> dict[str, Any]:
        """The JSON of the directory."""
        row = {"policy": "company-whistleblowing"}
        desk = ["li-wei", "sun-fang", "zhao-min", "qian-yu"]
        found = {
            "v": 1, "language": "zh", "office": b64encode(self.office), "suite": "yanlu-1", "sequence": 7,
            "root": len(self.roots),
            "issued": "2026-11-20", "expires": "2026-12-20", "name": words("Example Office"),
            "entities": [
                self.entity("group", outside=["shang-ji"]),
                self.entity("works", superior="group", outside=["wai-bu"]),
                self.entity("branch", superior="group"),
            ],
            "policies": [{"id": "company-whistleblowing", "version": "1", "hash": b64encode(self.page),
                          "entities": ["group", "works", "branch"]}],
            "members": [self.member(name) for name in MEMBERS],
            "holders": [
                {"entity": "works", **row, "category": "*", "members": desk, "left_out": []},
                {"entity": "works", **row, "category": "safety", "members": desk, "left_out": ["qian-yu"]},
                {"entity": "branch", **row, "category": "*", "members": ["sun-fang"], "left_out": []},
            ],
            "recovery": self.recovery.recipient.text,
            "custodians": {"m": 2, "members": ["bao-guan-1", "bao-guan-2", "bao-guan-3"]},
            "oversight": ["shang-ji"], "regrant_threshold": 1, "jurisdictions": b64encode(bytes(32)),
        } | changes  # fmt: skip
        return in_order(found)

    def note(self, **changes: Any) -> bytes:
        """The directory as signed by two keepers."""
        return crypto.sign_note(crypto.directory_text(self.directory_document(**changes)), self.keepers[:2])

    def directory(self, today: str = TODAY, **changes: Any) -> crypto.VerifiedDirectory:
        """The verified directory; the plain one is signed and verified once."""
        if not changes:
            key = (today, len(self.roots), self.page)
            if key not in self._plain:
                self._plain[key] = crypto.verify_directory(self.code, self.roots, self.note(), today)
            return self._plain[key]
        return crypto.verify_directory(self.code, self.roots, self.note(**changes), today)


def cosigned(
    made: crypto.Regrant, second: crypto.StaffKeys, grant: crypto.Grant, thread: crypto.Thread, rng: Drawn
) -> crypto.Regrant:
    """A re-grant with a second signature, given without a look; `grant` and `thread` are of the epoch before."""
    proof = crypto.sign_regrant(second, crypto.move_of(made.grant.body, made.grant.hash), made.proof)
    return replace(made, proof=proof, item=crypto.announce_regrant(grant, thread, made.grant, proof, rng))


CHEAP = crypto.ReceiptCost(8, 1, 1)


@dataclass
class Case:
    """A report just sent: everything on both sides."""

    office: Office
    directory: crypto.VerifiedDirectory
    keys: crypto.ReporterKeys
    sealed: crypto.SealedReport
    standing: crypto.MailboxCursor

    @property
    def packet(self) -> bytes:
        """The grant packet."""
        return crypto.read_submission(self.sealed.submission).packet

    @property
    def report(self) -> object:
        """The report item as it travels."""
        return self.sealed.submission["item"]

    def grant(self, member: str = "li-wei") -> crypto.Grant:
        """The grant as a member opens it."""
        return crypto.open_grant(self.office.staff(member), self.packet, self.directory)


def filed(
    name: str = "filed", excluded: tuple[str, ...] = (), cost: crypto.ReceiptCost = CHEAP, **changes: Any
) -> Case:
    """A report about a works, excluding the given people."""
    rng = Drawn(name)
    office = Office(rng)
    directory = office.directory(**changes)
    keys = crypto.derive_reporter(crypto.draw_receipt(Drawn(f"{name}/receipt")), office.office, cost)
    holders = crypto.choose_holders(directory, "works", "company-whistleblowing", "fraud", excluded)
    report = crypto.NewReport("验收单是假的。The acceptance slip is false.", "zh-CN")
    sealed = crypto.seal_report(directory, keys, crypto.draw_case(rng), holders, report, rng)
    return Case(office, directory, keys, sealed, crypto.MailboxCursor(sealed.memo, 1))


def listing(memo: object, items: list[object], rng: Drawn) -> crypto.Listing:
    """A mailbox as it comes out of polls."""
    entries = [crypto.ListingEntry(crypto.EntryKind.MEMO, crypto.write_json(memo))]
    entries += [crypto.ListingEntry(crypto.EntryKind.ITEM, crypto.write_json(item)) for item in items]
    polls = [crypto.fill_slots(entries, 0, rng)]
    while not crypto.read_slots(polls).complete:
        polls.append(crypto.fill_slots(entries, crypto.read_slots(polls).next_from, rng))
    return crypto.read_slots(polls)
