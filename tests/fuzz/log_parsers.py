"""The parsers of the log: what each takes, where a search begins, and what a holder of its keys could change inside."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.framing import b64encode, hkdf, sha256, sign, verify_key
from crypto.office.signed_notes import key_hash
from crypto.office.witnesses import cosign, cosigners
from crypto.transparency_log.checkpoint import checkpoint_text, read_checkpoint, verify_log
from crypto.transparency_log.filing import (
    FILING_SIZE,
    Filing,
    open_filing,
    read_proof,
    seal_filing,
    verify_filing,
    write_proof,
)
from crypto.transparency_log.office_document import ClockReading, verify_office
from crypto.transparency_log.tlog import read_tile_path
from tests.crypto.log_sample import SampleLog, entries_of
from tests.crypto.sample import Drawn
from tests.crypto.vector_file import FOLDER as VECTORS
from tests.crypto.vector_ops import resolve
from tests.fuzz.dice import Dice
from tests.fuzz.mutate import change, change_json

WITNESS = "union.example/log"
LABEL = "yanlu/v1/filing"


@dataclass(frozen=True)
class LogWorld:
    """The fixed log of a run, with a report in it."""

    log: SampleLog
    filing: Filing
    token: bytes
    witness: bytes

    @property
    def proof(self) -> bytes:
        """The proof that a reporter keeps."""
        return self.log.proof(self.filing)

    @property
    def cosigned(self) -> bytes:
        """A checkpoint with a witness's line."""
        return cosign(self.log.checkpoint(), WITNESS, self.witness, 1795500000)

    @property
    def answer(self) -> bytes:
        """What intake answers."""
        placed = read_proof(self.log.office.code, self.proof)[1]
        report = (self.filing.key, self.filing.item, self.filing.submission)
        return seal_filing(self.token, report, placed, Drawn("fuzz/nonce"))

    def told(self) -> dict[str, Any]:
        """What the browser's code needs."""
        office = self.log.office
        return {
            "code": office.code, "roots": [root.decode() for root in office.roots], "note": self.log.note.decode(),
            "office": b64encode(office.office), "key": b64encode(self.log.key.key), "token": b64encode(self.token),
            "witness": {WITNESS: b64encode(verify_key(self.witness))},
            "witnessed": {name: witnessed()[0][name] for name in ("code", "seconds", "today")},
        }  # fmt: skip


@cache
def log_world() -> LogWorld:
    """The same each time."""
    filing = SampleLog().filing(Drawn("fuzz/case")(32))
    log = SampleLog([*entries_of(4), filing.entry, *entries_of(20, "after")])
    return LogWorld(log, filing, Drawn("fuzz/token")(32), Drawn("fuzz/witness")(32))


@cache
def witnessed() -> list[dict[str, Any]]:
    """Office documents of the vectors that witnesses confirmed, each with its code, the same for all, and clock."""
    content = json.loads((VECTORS / "witnesses.json").read_text("utf-8"))
    cases = [
        case for case in content["cases"] if case["op"] == "verify_office" and case.get("output", {}).get("confirmed")
    ]
    found = [resolve(case["input"], content["shared"]) for case in cases]
    return [one for one in found if one["code"] == found[0]["code"]]


def _office_document(content: bytes) -> dict[str, object]:
    first = witnessed()[0]
    found = verify_office(first["code"], content, ClockReading(first["seconds"], first["today"]))
    confirmed = found.confirmed and found.confirmed.at
    return {"sequence": found.sequence, "hash": b64encode(found.hash), "lapsed": found.lapsed, "confirmed": confirmed}


def _checkpoint(content: bytes) -> dict[str, object]:
    w = log_world()
    found = read_checkpoint(w.log.name, content)
    cosigned = cosigners(content, {WITNESS: verify_key(w.witness)})
    hour = found.hour.strftime("%Y-%m-%dT%H:00:00Z")
    # The year of a day long ago has fewer digits in Python's words.
    size, root, office = found.size, b64encode(found.root), found.office.line
    return {"size": size, "root": root, "hour": hour.zfill(20), "office": office, "cosigned": cosigned}


def _log_note(content: bytes) -> dict[str, object]:
    office = log_world().log.office
    found = verify_log(office.code, office.roots, content)
    return {"origin": found.origin, "key": b64encode(found.key)}


def _filing(content: bytes) -> str | None:
    w = log_world()
    opened = open_filing(w.token, content)
    if opened is None:
        return None
    office = w.log.office
    kept = Filing(office.code, office.roots, w.log.note, *opened[0])
    return b64encode(sha256(write_proof(kept, opened[1])))


def _proof(content: bytes) -> dict[str, object]:
    found = verify_filing(log_world().log.office.code, content)
    return {"origin": found.log.origin, "size": found.checkpoint.size, "item": b64encode(found.item)}


READ: dict[str, Callable[[bytes], object]] = {
    "tile-path": lambda content: read_tile_path(content.decode()).path,
    "checkpoint": _checkpoint,
    "log-note": _log_note,
    "filing": _filing,
    "proof-of-filing": _proof,
    "office-document": _office_document,
}
# Of those that take text, bytes that are none say nothing to call them with.
TEXTS = ("tile-path", "checkpoint", "log-note", "office-document")

SEEDS: dict[str, Callable[[LogWorld], list[bytes]]] = {
    "tile-path": lambda _: [b"tile/0/000", b"tile/entries/x001/x234/067.p/64", b"tile/5/000.p/255"],
    "checkpoint": lambda w: [w.log.checkpoint(), w.cosigned],
    "log-note": lambda w: [w.log.note],
    "filing": lambda w: [w.answer, Drawn("fuzz/random")(FILING_SIZE)],
    "proof-of-filing": lambda w: [w.proof],
    "office-document": lambda _: [one["document"].encode() for one in witnessed()],
}


def _signed(dice: Dice, w: LogWorld) -> bytes:
    """A changed checkpoint, signed by the log and cosigned."""
    whole = read_checkpoint(w.log.name, w.log.checkpoint())
    text = change(dice, checkpoint_text(w.log.name, whole))
    origin = w.log.name.origin
    line = base64.b64encode(key_hash(origin, w.log.key.key) + sign(w.log.key.seed, text)).decode()
    note = text + f"\n— {origin} {line}\n".encode()
    return cosign(note, WITNESS, w.witness, dice.choice((0, 1, 2**31, 2**53 - 1, 2**53, 2**63)))


def _answered(dice: Dice, w: LogWorld) -> bytes:
    """Changed words of intake, sealed to the token."""
    nonce, cipher = Drawn("fuzz/nonce")(12), ChaCha20Poly1305(hkdf(w.token, LABEL))
    content = cipher.decrypt(w.answer[:12], w.answer[12:], LABEL.encode()).rstrip()
    changed = change_json(dice, content).ljust(FILING_SIZE - 28)[: FILING_SIZE - 28]
    return nonce + cipher.encrypt(nonce, changed, LABEL.encode())


def _kept(dice: Dice, w: LogWorld) -> bytes:
    """A proof whose insides were changed and encoded again."""
    lines = w.proof.split(b"\n")
    extra = change_json(dice, base64.b64decode(lines[1].removeprefix(b"extra ")))
    return b"\n".join([lines[0], b"extra " + base64.b64encode(extra), *lines[2:]])


def _shown(dice: Dice, _w: LogWorld) -> bytes:
    """An office document whose parts were changed or put in the places of others."""
    return change_json(dice, dice.choice(witnessed())["document"].encode())


RECIPES: dict[str, Callable[[Dice, LogWorld], bytes]] = {
    "checkpoint": _signed,
    "filing": _answered,
    "proof-of-filing": _kept,
    "office-document": _shown,
}

__all__ = ["READ", "RECIPES", "SEEDS", "TEXTS", "log_world"]
