# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of the history document: the keys of earlier epochs, and each way to get others believed."""

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import crypto
from crypto.case.grant import seal_body
from crypto.framing import b64encode, frame, sha256, u64
from tests.crypto.sample import Drawn
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import Story, office_of, staff_of

Json = dict[str, Any]


class Twice:
    """A case that was re-granted twice, with a note between; qian-yu joined last."""

    def __init__(self, name: str) -> None:
        self.story = Story(name)
        case, rng, staff = self.story.case, self.story.rng, self.story.staff
        self.first = self.story.regrant
        thread = self.story.read(self.story.all, self.first.grant)
        note = crypto.seal_note(staff, case.directory, self.first.grant, thread, crypto.Message("note"), rng)
        self.items = [*self.story.all, note.document()]
        thread = self.story.read(self.items, self.first.grant)
        self.second = crypto.seal_regrant(
            staff, case.directory, self.first.grant, thread, ["sun-fang", "zhao-min"], rng
        )
        self.items.append(self.second.item.document())
        self.given: Json = {
            "office": {"$": "office"}, "staff": staff_of(case, "zhao-min"), "packet": b64encode(self.second.packet), "pin": None,
        }  # fmt: skip

    def named(self, sealed: bytes, key: bytes) -> Json:
        """The second re-grant, had its maker named this document."""
        body = replace(self.second.grant.body, history=crypto.HistoryName(sha256(sealed), key))
        to = [self.story.case.office.staff("zhao-min").identity.recipient]
        packet = crypto.write_packet(seal_body(body, to, 8, self.story.rng), 8)
        return self.given | {"packet": b64encode(packet), "history": b64encode(sealed)}


def _box(text: bytes, case: bytes, epoch: int) -> tuple[bytes, bytes]:
    rng = Drawn("vector-history/box")
    key, nonce = rng(32), rng(12)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, text, frame("yanlu/v1/history", case, u64(epoch))), key


def histories(out: VectorFile) -> VectorFile:
    """Adds the cases of the history document to the vectors of grants."""
    twice = Twice("vector-history")
    out.shared["history-office"] = office_of(twice.story.case)
    given = twice.given | {"office": {"$": "history-office"}}
    whole = b64encode(twice.second.history)
    out.good("open_history", "the keys of two epochs", **given, history=whole)
    first = {"office": {"$": "history-office"}, "staff": staff_of(twice.story.case, "sun-fang"), "pin": None}
    packet = b64encode(twice.story.case.packet)
    out.good("open_history", "a first grant has none", **first, packet=packet, history=None)
    out.bad("open_history", "a document beside a first grant", "successor", **first, packet=packet, history=whole)
    _swapped(out, twice, given)
    _made_by_a_liar(out, twice)
    _read(out, twice, given)
    return out


def _swapped(out: VectorFile, twice: Twice, given: Json) -> None:
    """What a server may give in its place."""
    other = Twice("vector-history/other")
    bad: dict[str, tuple[str, bytes | None]] = {
        "none": ("successor", None),
        "the history of the epoch before": ("successor", twice.first.history),
        "the history of another case": ("successor", other.second.history),
        "a byte of it altered": ("successor", twice.second.history[:-1] + bytes([twice.second.history[-1] ^ 1])),
        "a byte too few": ("schema", twice.second.history[:-1]),
        "too large": ("schema", bytes(262_144 + 28)),
    }
    for name, (stage, sealed) in bad.items():
        out.bad("open_history", name, stage, **given, history=sealed and b64encode(sealed))


def _made_by_a_liar(out: VectorFile, twice: Twice) -> None:
    """What a maker may name who does not keep to the format."""
    case, past = twice.second.grant.case, list(twice.second.grant.past or ())
    text = crypto.write_json({"v": 1, "epochs": [keys.document() for keys in past]})
    one = crypto.write_json({"v": 1, "epochs": [past[0].document()]})
    bare = crypto.write_json({"v": 1, "epochs": [keys.document() for keys in (past[0], replace(past[1], office=None))]})

    def bad(name: str, stage: str, sealed: bytes, key: bytes) -> None:
        out.bad("open_history", name, stage, **twice.named(sealed, key) | {"office": {"$": "history-office"}})

    bad("sealed for another case", "payload", *_box(text.ljust(4096), bytes(16), 2))
    bad("sealed for another epoch", "payload", *_box(text.ljust(4096), case, 1))
    bad("named with another key", "payload", _box(text.ljust(4096), case, 2)[0], bytes(32))
    bad("filled up to twice the size", "padding", *_box(text.ljust(8192), case, 2))
    bad("filled up with zeros", "json", *_box(text.ljust(4096, b"\0"), case, 2))
    bad("an epoch too few", "schema", *_box(one.ljust(4096), case, 2))
    bad("a later epoch without an office key", "schema", *_box(bare.ljust(4096), case, 2))
    bad("no JSON", "json", *_box(b"keys".ljust(4096), case, 2))


def _read(out: VectorFile, twice: Twice, given: Json) -> None:
    """A case read with its history, and without."""
    items = {"items": twice.items}
    out.good(
        "read_case", "anyone who joined reads all of it", **given, **items, history=b64encode(twice.second.history)
    )
    out.good("read_case", "without the history", **given, **items)
    out.good(
        "read_case", "with the history of the epoch before", **given, **items, history=b64encode(twice.first.history)
    )
