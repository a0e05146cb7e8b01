"""Where a search begins: well-formed inputs of every parser, made again each run, and the kept corpus."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import crypto
from casework.policy.binding import bind_policy
from casework.policy.policy import RulesNamed, policy_document
from casework.policy.reader import shipped_bindings, shipped_policy
from crypto.framing import b64encode, frame
from tests.crypto.sample import Drawn
from tests.crypto.vector_file import FOLDER as VECTORS
from tests.crypto.vector_ops import resolve
from tests.crypto.write_rotation_vectors import Changed
from tests.fuzz import log_parsers
from tests.fuzz.world import MEMBER, World, world

CORPUS = Path(__file__).parent / "corpus"
PAGES = ("company-whistleblowing", "employee-complaint-confirm-appeal")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _vectors(file: str, op: str, field: str) -> list[Any]:
    """The inputs of an operation of the vectors."""
    content = json.loads((VECTORS / f"{file}.json").read_text("utf-8"))
    cases = [case for case in content["cases"] if case["op"] == op]
    return [resolve(case["input"], content["shared"])[field] for case in cases]


def _bytes(file: str, op: str, field: str) -> list[bytes]:
    return [crypto.b64decode(value) for value in _vectors(file, op, field)]


def _texts(file: str, op: str, field: str) -> list[bytes]:
    return [value.encode("utf-8", "surrogatepass") for value in _vectors(file, op, field)]


def _inners(w: World, direction: str) -> list[bytes]:
    keys = [w.grant.body.keys.office, w.keys.identity, *(keys.seed for keys in w.grant.keys.values())]
    found: list[bytes] = []
    for document in w.items:
        item = crypto.read_item(document)
        if item.place.direction == direction:
            found += [text for key in keys if key and (text := _opened(item, key))]
    return found


def _opened(item: crypto.Item, key: crypto.Identity) -> bytes | None:
    try:
        return crypto.open_sealed(item.body, key, 1, 2).rstrip(b" ")
    except crypto.NotAddressed:
        return None


def _rich_memo(w: World) -> dict[str, object]:
    """A memo with everything in it that it may hold."""
    macs = {"to_office": b64encode(bytes(32)), "to_reporter": b64encode(bytes([1] * 32))}
    start = macs | {"epoch": 1, "seq": 3, "hash": b64encode(bytes(32))}
    more = {"epoch": 1, "macs": macs, "start": start, "checkins": ["2026-11-24"], "excluded": ["sun-fang"]}
    handles = {"identity": b64encode(bytes(16)), "others": [b64encode(bytes(16))], "named": True}
    return w.case.sealed.memo.document() | more | {"handles": handles}


def _rich_directory(w: World) -> dict[str, object]:
    """A directory with an authority and a watch."""
    words = {"zh": "甲", "en": "a"}
    watch = {"recipient": w.staff.recipient, "active": True, "inside": ["bao-guan-1"], "outside": ["wai-bu"]}
    more = {"authorities": [{"name": words, "contact": "12388"}], "watch": watch}
    document = w.case.office.directory_document()
    return document | {"entities": [entity | more for entity in document["entities"]]}


def _directories(w: World) -> list[dict[str, object]]:
    return [w.case.office.directory_document(), _rich_directory(w)]


def _changed_directory(w: World) -> dict[str, object]:
    """A directory with a member who has other keys than before."""
    changed = Changed(w.case.office, "li-wei", Drawn("fuzz/changed"))
    return w.case.office.directory_document(**changed.changes)


def _rich_inners(w: World) -> list[bytes]:
    """A report with answers and attachments, and a change of receipt."""
    inner = json.loads(_inners(w, "to-office")[0])
    answers = [{"id": "where", "value": ["a", "b"]}, {"id": "when", "value": "x"}]
    more = {"answers": answers, "attachments": [w.attachment.document()], "excluded": ["sun-fang"]}
    report = json.loads(inner["payload"]) | more
    key = b64encode(bytes(32))
    change = {"reporter": w.staff.recipient, "act": key, "proof": b64encode(bytes(64)), "mailbox": key}
    signed = {"signer": "reporter", "sig": b64encode(bytes(64))}
    return [
        _json(inner | {"payload": _json(report).decode()}),
        _json(inner | {"type": "receipt-change", "payload": _json(change).decode()} | signed),
        _json(inner | {"type": "receipt-kept", "payload": "{}"}),
    ]


def _office(w: World) -> bytes:
    told = w.told()
    return _json({name: told[name] for name in ("code", "roots", "note", "today")})


def _polls(w: World) -> list[bytes]:
    entries = [crypto.ListingEntry(crypto.EntryKind.MEMO, _json(w.memo))]
    entries += [crypto.ListingEntry(crypto.EntryKind.ITEM, _json(item)) for item in w.items]
    polls: list[bytes] = []
    while not polls or not crypto.read_slots(polls).complete:
        start = crypto.read_slots(polls).next_from if polls else 0
        polls.append(crypto.fill_slots(entries, start, bytes))
    return [polls[0][: 3 * 16384], b"".join(polls), b""]


def _proof(w: World) -> bytes:
    keys, code = w.staff, w.told()["invite"]
    proof = b64encode(crypto.prove_keys(keys, code))
    return _json({"recipient": keys.recipient, "signing": b64encode(keys.signing_key), "proof": proof})


def _on_behalf(w: World) -> list[bytes]:
    """Reports that a member took down, by somebody who spoke and by somebody who wrote, and one that nobody did."""
    report = json.loads(json.loads(_inners(w, "to-office")[0])["payload"])
    spoken = crypto.OnBehalfDetails("telephone", "2026-11-23", crypto.Consent.MINUTES, crypto.Checked.AGREED)
    answers = [
        crypto.sign_on_behalf(w.staff, w.grant.case, report["account"], taken)
        for taken in (spoken, crypto.OnBehalfDetails("letter", "2026-11-20"))
    ]
    return [*(_json(report | {"answers": [{"id": one.id, "value": one.value}]}) for one in answers), _json(report)]


def _signature(w: World) -> bytes:
    message = frame("yanlu/v1/x", b"message")
    return w.staff.signing_key + w.staff.sign(message) + message


def _json_seeds(_world: World) -> list[bytes]:
    return [*_bytes("json", "read_json", "content"), b'{"a":[1,{"b":"\\u00e9"}],"c":null}  ']


def _pages() -> list[bytes]:
    """Pages of policies with many branches and with few, one of them with the hashes of its rules."""
    whole = [bind_policy(shipped_policy(name), shipped_bindings(name), "b.toml") for name in PAGES]
    return [
        policy_document(whole[0], b64encode(bytes(32)), (RulesNamed("0", b64encode(bytes(32))),)),
        *map(policy_document, whole),
    ]


def _requests() -> list[bytes]:
    """Requests as the server reads them: what is sealed is only bytes to it."""
    place, sealed = (bytes(16), bytes([1]) * 16), (bytes(64), bytes(32))
    asked = [
        crypto.Request(*place, ground, told, "2026-12-06", *sealed)
        for ground, told in zip(crypto.Ground, [crypto.NotifyWhen.BEFORE, crypto.NotifyWhen.AFTER] * 3, strict=False)
    ]
    return [_json(one.document()) for one in asked]


def _votes() -> list[bytes]:
    """An approval and a refusal."""
    place = bytes(16), bytes([1]) * 16, "bao-guan-1"
    votes = [crypto.Vote(*place, shares is not None, shares, bytes(64)) for shares in (bytes(48), None)]
    return [_json(one.document()) for one in votes]


def _draft(w: World) -> bytes:
    return _json(crypto.seal_draft(w.keys, 3, {"page": "上"}, bytes))


def _of_log(name: str) -> Callable[[World], list[bytes]]:
    return lambda _: log_parsers.SEEDS[name](log_parsers.log_world())


SEEDS: dict[str, Callable[[World], list[bytes]]] = {
    **{name: _of_log(name) for name in log_parsers.SEEDS},
    "json": _json_seeds,
    "receipt": lambda _: _texts("receipt", "read_receipt", "text"),
    "office-code": lambda w: [
        w.case.office.code.encode(),
        f"{w.case.office.code}&h={b64encode(bytes(32))}".encode(),
        *_texts("framing", "read_checked_code", "text"),
    ],
    "device-secret": lambda _: [crypto.write_code(bytes(range(16))).encode()],
    "recipient": lambda w: [w.staff.recipient.encode()],
    "identity": lambda w: [w.staff.identity.text.encode()],
    "signature": lambda w: [_signature(w)],
    "envelope": lambda w: [w.sealed, *_bytes("envelope", "check_envelope", "file")],
    "grant-envelope": lambda w: [crypto.read_packet(w.packet).sealed],
    "sealed": lambda w: [w.sealed],
    "note": lambda w: [w.case.office.note(), *w.case.office.roots],
    "root": lambda w: [_json(w.case.office.root_document())],
    "directory": lambda w: [_json(one) for one in (*_directories(w), _changed_directory(w))],
    "office": lambda w: [_office(w)],
    "packet": lambda w: [w.packet, w.case.packet],
    "grant": lambda w: [w.packet, w.case.packet],
    "grant-body": lambda w: [_json(w.grant.body.document()), _json(w.first.body.document())],
    "item": lambda w: [_json(item) for item in w.items],
    "inner-to-office": lambda w: [*_inners(w, "to-office"), *_rich_inners(w)],
    "inner-to-reporter": lambda w: _inners(w, "to-reporter"),
    "inner-office-only": lambda w: _inners(w, "office-only"),
    "memo-text": lambda w: [_json(w.case.sealed.memo.document()), _json(_rich_memo(w))],
    "memo": lambda w: [_json(w.memo)],
    "draft": lambda w: [_draft(w)],
    "submission": lambda w: [_json(w.submission)],
    "unseal-request": lambda _: _requests(),
    "unseal-vote": lambda _: _votes(),
    "unseal-review": lambda _: [
        _json(crypto.Review(bytes(16), bytes(16), "shang-ji", bytes(64), bytes(64)).document())
    ],
    "case": lambda w: [_json(w.items)],
    "mailbox": lambda w: [_json([item for item in w.items if item["dir"] == "to-reporter"])],
    "slots": _polls,
    "bundle": lambda w: [w.bundle],
    "identity-packet": lambda w: [w.identity],
    "attachment": lambda w: [w.sealed],
    "keyring": lambda w: [_json(w.keyring)],
    "trial": lambda w: [_json(w.trial)],
    "events": lambda w: [_json(w.events)],
    "proof-of-keys": lambda w: [_proof(w)],
    "on-behalf": _on_behalf,
    "work": lambda _: [b"1.5660000.12.1.22.333.4294967295"],
    "work-asked": lambda _: [b"1.5660000.8"],
    "page": lambda _: _pages(),
}


@cache
def seeds(parser: str) -> list[bytes]:
    """Well-formed inputs of a parser and what lies in the corpus for it."""
    return [*SEEDS[parser](world()), *(path.read_bytes() for path in kept(parser))]


def kept(parser: str) -> list[Path]:
    """The files of the corpus for a parser: findings, and inputs that once led somewhere new."""
    return sorted((CORPUS / parser).glob("*"))


__all__ = ["CORPUS", "MEMBER", "SEEDS", "kept", "seeds"]
