"""Vectors of witnesses: what a root says of them, hand-overs with their signatures, and the office document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import crypto
from crypto.framing import b64encode, verify_key
from crypto.office.witnesses import cosign, signature_line
from crypto.text import write_canonical
from crypto.transparency_log.checkpoint import Checkpoint, LogName, checkpoint_text
from crypto.transparency_log.office_document import state_of
from tests.crypto.sample import TODAY, Drawn, Office
from tests.crypto.vector_file import VectorFile

NAMES = ("union.example/mirror", "auditor.example")
SEEDS = {name: Drawn(name)(32) for name in (*NAMES, "own.example")}
SECONDS = 1795500000
OP = "verify_directory"

Given = dict[str, Any]


def witnesses(*names: str, k: int = 1, **changes: Any) -> Given:
    """What a root says of these witnesses."""
    known = [{"name": name, "key": b64encode(verify_key(SEEDS[name]))} for name in names]
    return {"k": k, "fresh": 336, "list": known} | changes


def witnessed_office(names: tuple[str, ...] = NAMES[:1], k: int = 1) -> Office:
    """An office whose root 1 names witnesses."""
    office = Office(Drawn("witnessed"))
    document = office.root_document(witnesses=witnesses(*names, k=k))
    office.roots = [crypto.sign_note(crypto.root_text(document), office.keepers[:2])]
    return office


def seen_by(note: bytes, *names: str, seconds: int = SECONDS) -> bytes:
    """A root or checkpoint with the cosignatures of these witnesses."""
    for name in names:
        note = cosign(note, name, SEEDS[name], seconds)
    return note


def successor(office: Office, number: int = 2, signers: int = 2, **changes: Any) -> bytes:
    """The next root, of the same keepers, signed by so many of them."""
    return crypto.sign_note(crypto.root_text(office.root_document(number, **changes)), office.keepers[:signers])


def under(office: Office, *roots: bytes) -> Given:
    """The office's directory under root 1 and these."""
    chain = [office.roots[0], *roots]
    note = office.note(root=len(chain))
    return {"code": office.code, "roots": [one.decode() for one in chain], "note": note.decode(), "today": TODAY,
            "seen": None}  # fmt: skip


def witness_vectors() -> VectorFile:
    """The file of all of it."""
    out = VectorFile("witnesses", "SPEC §4: witnesses in the root, hand-overs, the office document")
    _shapes(out)
    _hand_overs(out)
    _of_several(out)
    _lengths(out)
    _documents(out)
    _clocks(out)
    return out


def _shapes(out: VectorFile) -> None:
    office = Office(Drawn("witnessed"))
    one, two = NAMES
    key = b64encode(verify_key(SEEDS[one]))
    for name, told in (
        ("one witness", witnesses(one)),
        ("two witnesses, both of whom must", witnesses(one, two, k=2)),
        ("for three days", witnesses(one, fresh=72)),
        ("for thirty days", witnesses(one, fresh=720)),
        ("eight witnesses", witnesses(list=_many(8))),
    ):
        out.good(OP, name, **_founded(office, told))
    for name, told in (
        ("none of whom must", witnesses(one, k=0)),
        ("four of whom must", witnesses(k=4, list=_many(8))),
        ("more needed than there are", witnesses(one, k=2)),
        ("for less than three days", witnesses(one, fresh=71)),
        ("for more than thirty days", witnesses(one, fresh=721)),
        ("nine witnesses", witnesses(list=_many(9))),
        ("one name twice", witnesses(list=[*_many(1), {"name": "witness-0", "key": key}])),
        ("one key twice", witnesses(list=[{"name": one, "key": key}, {"name": two, "key": key}])),
        ("a name with a blank", witnesses(list=[{"name": "a b", "key": key}])),
        ("a name with a plus sign", witnesses(list=[{"name": "a+b", "key": key}])),
        ("a name of 65 characters", witnesses(list=[{"name": "a" * 65, "key": key}])),
        ("a name that is not ASCII", witnesses(list=[{"name": "工会", "key": key}])),
        ("its keys in another order", dict(reversed(witnesses(one).items()))),
        ("null", None),
    ):
        out.bad(OP, f"witnesses: {name}", "schema", **_founded(office, told))


def _many(number: int) -> list[Given]:
    return [{"name": f"witness-{at}", "key": b64encode(verify_key(Drawn(f"w{at}")(32)))} for at in range(number)]


def _founded(office: Office, told: Given | None) -> Given:
    """The office's directory under a root 1 that says this of witnesses, as its code has it."""
    content = write_canonical(office.root_document(witnesses=told))
    text = f"yanlu/v1/root\n{b64encode(office.office)}\n1\n".encode() + content + b"\n"
    root = crypto.sign_note(text, office.keepers[:2])
    return under(office) | {"roots": [root.decode()], "code": crypto.office_code(root)}


def _hand_overs(out: VectorFile) -> None:
    office, [one, two] = witnessed_office(), NAMES
    out.good(OP, "a hand-over that the witness saw", **under(office, seen_by(successor(office), one)))
    out.good(OP, "a hand-over by all keepers, the witness lost", **under(office, successor(office, signers=3)))
    other = witnesses(two)
    new = seen_by(successor(office, witnesses=other), one)
    third = successor(office, 3)
    out.good(OP, "another witness from the next root on", **under(office, new, seen_by(third, two)))
    forged = crypto.sign_note(
        crypto.root_text(office.root_document(2)), [*office.keepers[:2], crypto.KeeperKey(one, SEEDS[one], b"")]
    )
    bad = {
        "a hand-over by two of three keepers, and no witness": [successor(office)],
        "retired keepers' second root, their own witness in it": [
            seen_by(successor(office, witnesses=witnesses("own.example")), "own.example")
        ],
        "the witness's name under another key": [
            cosign(successor(office), one, SEEDS["own.example"], SECONDS)
        ],
        "a cosignature of another text": [_moved(seen_by(successor(office), one), successor(office, witnesses=other))],
        "a cosignature of root 1": [_moved(seen_by(office.roots[0], one), successor(office))],
        "a keeper's kind of signature by the witness": [forged],
        "a root 3 that the witness of root 1 saw, not that of root 2": [new, seen_by(third, one)],
        "a root 3 that all keepers signed, after a root 2 that no witness saw": [
            successor(office), successor(office, 3, signers=3)
        ],
    }  # fmt: skip
    for name, roots in bad.items():
        out.bad(OP, name, "root", **under(office, *roots))
    _lines(out, office)


def _lines(out: VectorFile, office: Office) -> None:
    """A note takes lines of a keeper's and of a witness's length, and no other."""
    note = successor(office)
    for size in (67, 69, 75, 77):
        line = signature_line("x", bytes(size))
        out.bad(OP, f"a signature line of {size} bytes", "schema", **under(office, seen_by(note, NAMES[0]) + line))


def _moved(signed: bytes, onto: bytes) -> bytes:
    """The last line of one note under another."""
    return onto + signed.splitlines(keepends=True)[-1]


def _lengths(out: VectorFile) -> None:
    """Without a witness a directory may be signed for a quarter, with one for a little more than a year."""
    plain, witnessed = Office(Drawn("witnessed")), witnessed_office()
    for office, most, last, after in (
        (plain, "92 days", "2027-02-20", "2027-02-21"),
        (witnessed, "400 days", "2027-12-25", "2027-12-26"),
    ):
        for name, expires in ((most, last), (f"{most} and one", after)):
            given = under(office) | {"note": office.note(expires=expires).decode()}
            if expires == last:
                out.good(OP, f"a directory of {name}", **given)
            else:
                out.bad(OP, f"a directory of {name}", "directory", **given)


def _of_several(out: VectorFile) -> None:
    office, [one, two] = witnessed_office(NAMES, k=2), NAMES
    note = successor(office)
    out.good(OP, "a hand-over that both witnesses saw", **under(office, seen_by(note, one, two)))
    twice = seen_by(seen_by(note, one), one, seconds=SECONDS + 3600)
    for name, root in (
        ("one of two witnesses", seen_by(note, one)),
        ("one of two witnesses, twice", twice),
        ("one witness, and one of the new root", seen_by(
            successor(office, witnesses=witnesses(one, "own.example", k=2)), one, "own.example"
        )),
    ):  # fmt: skip
        out.bad(OP, name, "root", **under(office, root))


DOCUMENT = "verify_office"
HOUR, DAY = 3600, 86400
DIGEST = bytes(range(32))


def shown(office: Office, *roots: bytes, note: bytes = b"", checkpoint: bytes | None = None, **clock: Any) -> Given:
    """The office document of these roots and this directory, at a reader's clock."""
    chain = [office.roots[0], *roots]
    told = crypto.OfficeDocument(chain, note or office.note(root=len(chain)), checkpoint)
    given = {"code": office.code, "seconds": SECONDS, "today": TODAY, "seen": None} | clock
    return given | {"document": crypto.write_office(told).decode()}


def checkpoint_of(office: Office, *roots: bytes, note: bytes = b"", origin: str = "") -> bytes:
    """The text of a checkpoint that names the last root and this directory, before anybody signed it."""
    chain = [office.roots[0], *roots]
    state = state_of(chain, note or office.note(root=len(chain)))
    log = LogName(office.office, 1, DIGEST)
    hour = datetime(2026, 11, 24, 0, tzinfo=UTC)
    text = checkpoint_text(log, Checkpoint(64, DIGEST, hour, state)).decode()
    return (origin or text.split("\n")[0]).encode() + b"\n" + text.split("\n", 1)[1].encode()


def cosigned(text: bytes, *names: str, seconds: int = SECONDS, seeds: dict[str, bytes] = SEEDS) -> bytes:
    """The checkpoint with the lines of these witnesses alone."""
    note = text + b"\n" + signature_line("log", bytes(68))
    for name in names:
        note = cosign(note, name, seeds[name], seconds)
    return note


def _documents(out: VectorFile) -> None:
    plain, office, [one, two] = Office(Drawn("witnessed")), witnessed_office(), NAMES
    text = checkpoint_of(office)
    good = shown(office, checkpoint=cosigned(text, one))
    out.good(DOCUMENT, "no witnesses, no checkpoint", **shown(plain))
    out.good(DOCUMENT, "no witnesses, and a checkpoint that nobody reads", **shown(plain, checkpoint=b"x"))
    out.good(DOCUMENT, "a checkpoint that the witness saw", **good)
    out.good(DOCUMENT, "the first line of one name that holds counts", **shown(
        office, checkpoint=cosign(cosigned(text, one), one, SEEDS[one], SECONDS - HOUR)))  # fmt: skip
    second = seen_by(successor(office, witnesses=witnesses(two)), one)
    of_second = checkpoint_of(office, second)
    out.good(DOCUMENT, "root 2, and its own witness", **shown(office, second, checkpoint=cosigned(of_second, two)))
    _lies(out, office, text, second)
    _quorum(out)


def _lies(out: VectorFile, office: Office, text: bytes, second: bytes) -> None:
    """Everything that a server can show in the place of the document; `text` is the honest checkpoint."""
    one, two = NAMES
    newer, of_second = office.note(sequence=8), checkpoint_of(office, second)
    good = shown(office, checkpoint=cosigned(text, one))
    bad: dict[str, tuple[str, Given]] = {
        "no checkpoint where there are witnesses": ("log", shown(office)),
        "a checkpoint that nobody cosigned": ("log", shown(office, checkpoint=cosigned(text))),
        "a checkpoint that another witness saw": ("log", shown(office, checkpoint=cosigned(text, two))),
        "the witness's name under another key": (
            "log", shown(office, checkpoint=cosigned(text, one, seeds={one: SEEDS["own.example"]}))),
        "root 2, and the witness of root 1": ("log", shown(office, second, checkpoint=cosigned(of_second, one))),
        "a cosignature of another checkpoint": (
            "log", shown(office, checkpoint=_moved(cosigned(checkpoint_of(office, note=newer), one), cosigned(text)))),
        "a checkpoint of another office": ("foreign", shown(office, checkpoint=cosigned(
            checkpoint_of(office, origin=f"yanlu/log/{b64encode(bytes(16))}/1"), one))),
        "a checkpoint of a log without a number": ("foreign", shown(office, checkpoint=cosigned(
            checkpoint_of(office, origin=f"yanlu/log/{b64encode(office.office)}/"), one))),
        "an older root than the witness saw": ("older", shown(office, checkpoint=cosigned(of_second, one))),
        "an older directory than the witness saw": (
            "older", shown(office, checkpoint=cosigned(checkpoint_of(office, note=newer), one))),
        "a newer directory than the witness saw": ("older", shown(office, note=newer, checkpoint=cosigned(text, one))),
        "another directory of the same number": ("older", shown(
            office, note=office.note(name={"en": "Other", "zh": "Other"}), checkpoint=cosigned(text, one))),
        "a checkpoint of four lines": ("schema", shown(office, checkpoint=cosigned(
            b"\n".join(text.split(b"\n")[:4]) + b"\n", one))),
        "another office's code": ("foreign", good | {"code": crypto.write_checked_code(bytes(12))}),
        "roots that no witness saw": ("root", shown(
            office, successor(office), checkpoint=cosigned(checkpoint_of(office, successor(office)), one))),
        "a directory that one keeper signed": ("directory", _half_signed(office, one)),
        "an older one than was seen": ("older", good | {"seen": {"sequence": 8, "hash": b64encode(DIGEST)}}),
        "an unknown key": ("schema", good | {"document": good["document"][:-1] + ',"more":1}'}),
        "no roots": ("root", good | {"document": '{"v":1,"roots":[],"directory":"","checkpoint":null}'}),
        "no JSON": ("json", good | {"document": good["document"][:-1]}),
    }  # fmt: skip
    for name, (stage, given) in bad.items():
        out.bad(DOCUMENT, name, stage, **given)


def _half_signed(office: Office, witness: str) -> Given:
    note = crypto.sign_note(crypto.directory_text(office.directory_document()), office.keepers[:1])
    return shown(office, note=note, checkpoint=cosigned(checkpoint_of(office, note=note), witness))


def _quorum(out: VectorFile) -> None:
    """Of two who must, the earlier one's time counts; one who signs twice is one."""
    office, [one, two] = witnessed_office(NAMES, k=2), NAMES
    text = checkpoint_of(office)
    both = cosign(cosigned(text, one), two, SEEDS[two], SECONDS - 5 * HOUR)
    out.good(DOCUMENT, "both witnesses, the earlier one's time", **shown(office, checkpoint=both))
    twice = cosign(cosigned(text, one), one, SEEDS[one], SECONDS - HOUR)
    for name, note in (("one of two", cosigned(text, two)), ("one of two, twice", twice)):
        out.bad(DOCUMENT, name, "log", **shown(office, checkpoint=note))


def _clocks(out: VectorFile) -> None:
    """The witness's time against the reader's: ahead, fresh, over, over but for who waits, and off line."""
    office, [one, _] = witnessed_office(), NAMES
    note = office.note(expires="2027-12-20")
    checkpoint = cosigned(checkpoint_of(office, note=note), one)
    fresh = 336 * HOUR

    def at(seconds: int, **use: bool) -> Given:
        day = datetime.fromtimestamp(SECONDS + seconds, UTC).date().isoformat()
        clock = {"seconds": SECONDS + seconds, "today": day}
        return shown(office, note=note, checkpoint=checkpoint, **clock, **use)

    lapsed, offline = {"also_lapsed": True}, {"offline": True}
    for name, given in (
        ("26 hours ahead of the reader", at(-26 * HOUR)),
        ("two weeks old", at(fresh)),
        ("two weeks and a second old, for who waits", at(fresh + 1, **lapsed)),
        ("30 days over, for who waits", at(fresh + 30 * DAY, **lapsed)),
        ("92 days old, off line", at(92 * DAY, **offline)),
    ):
        out.good(DOCUMENT, f"a checkpoint {name}", **given)
    for name, given in (
        ("more than 26 hours ahead of the reader", at(-26 * HOUR - 1)),
        ("more than 26 hours ahead, for who waits", at(-26 * HOUR - 1, **lapsed)),
        ("two weeks and a second old", at(fresh + 1)),
        ("more than 30 days over, for who waits", at(fresh + 30 * DAY + 1, **lapsed)),
        ("92 days and a second old, off line", at(92 * DAY + 1, **offline)),
    ):
        out.bad(DOCUMENT, f"a checkpoint {name}", "expired", **given)
