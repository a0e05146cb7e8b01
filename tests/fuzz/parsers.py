"""Every parser of the wire format under one shape: bytes in; a value, or a refusal with its stage, out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import crypto
from casework.policy.policy import PromiseId
from casework.policy.questionnaire import read_page, shown
from crypto.case.items import read_inner
from crypto.case.memo import read_memo
from crypto.case.payloads import Direction, read_payload
from crypto.framing import b64decode, b64encode, check_signature, sha256
from crypto.office.directory_shape import read_directory
from crypto.office.root_shape import read_root
from crypto.office.signed_notes import read_note
from crypto.reporter.work import read_asked, read_work
from crypto.sealing.recipients import Identity, Recipient
from tests.fuzz import log_parsers
from tests.fuzz.world import QUORUM, World, world

LIMIT = 2**23
Read = Callable[[World, bytes], object]


class NotForThis(Exception):
    """Bytes that do not even say what to call the parser with; both twins skip them alike."""


def text_of(content: bytes) -> str:
    """The text that somebody typed or that a document holds."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NotForThis from error


def call_of(content: bytes, *names: str) -> dict[str, Any]:
    """A call with several arguments, as one JSON object of exactly these names."""
    found: object = crypto.read_json(content, LIMIT)
    if not isinstance(found, dict) or found.keys() != set(names):
        raise NotForThis
    return found


def values_of(content: bytes) -> list[Any]:
    """A list of documents."""
    found: object = crypto.read_json(content, LIMIT)
    if not isinstance(found, list):
        raise NotForThis
    return found


def document(read: Callable[[Any], object]) -> Read:
    """A reader of documents, behind strict JSON."""

    def run(_world: World, content: bytes) -> bool:
        read(crypto.read_json(content, LIMIT))
        return True

    return run


def _stanzas(*counts: int) -> Read:
    def run(_world: World, content: bytes) -> dict[str, int]:
        header = crypto.check_envelope(content, *counts)
        return {"stanzas": len(header.stanzas), "size": header.length}

    return run


def _code(size: int) -> Read:
    return lambda _, content: b64encode(crypto.read_code(text_of(content), size))


def _inner(direction: Direction) -> Read:
    def run(_world: World, content: bytes) -> dict[str, object]:
        found = read_inner(direction, content)
        return {"type": found.type, "signer": found.signer}

    return run


def _note(_world: World, content: bytes) -> dict[str, object]:
    note = read_note(content)
    lines = [[name, b64encode(mark), b64encode(sig)] for name, mark, sig in note.signatures]
    return {"text": b64encode(sha256(note.text)), "lines": lines}


def _office(_world: World, content: bytes) -> dict[str, object]:
    given = call_of(content, "code", "roots", "note", "today")
    texts = [*given["roots"], given["note"]] if isinstance(given["roots"], list) else [None]
    if not all(isinstance(text, str) for text in [*texts, given["code"]]) or given["today"] != "2026-11-24":
        raise NotForThis
    *roots, note = [text.encode() for text in texts]
    found = crypto.verify_directory(given["code"], roots, note, given["today"])
    return {"sequence": found.sequence, "hash": b64encode(found.hash)}


def _packet(_world: World, content: bytes) -> dict[str, object]:
    found = crypto.read_packet(content)
    return {"bucket": found.bucket, "hash": b64encode(found.hash)}


def _told(grant: crypto.Grant) -> dict[str, object]:
    return {
        "case": b64encode(grant.case), "epoch": grant.epoch, "hash": b64encode(grant.hash),
        "holders": grant.body.holders,
    }  # fmt: skip


def _thread(thread: crypto.Thread) -> dict[str, object]:
    entries = [
        [
            entry.direction, entry.seq, entry.inner and entry.inner.type, entry.mark, entry.stage, entry.former_member,
            entry.follows, entry.item.place.seen if entry.item else 0,
        ]
        for entry in thread.entries
    ]  # fmt: skip
    return {"entries": entries, "alarms": thread.alarms, "epoch": thread.epoch and thread.epoch.epoch}


def _case(world: World, content: bytes) -> dict[str, object]:
    return _thread(crypto.read_case(world.directory, world.grant, values_of(content)))


def _mailbox(world: World, content: bytes) -> dict[str, object]:
    seq, memo = crypto.open_memo(world.keys, world.memo)
    found = crypto.read_mailbox(world.directory, world.keys, crypto.Mailbox(memo, seq, None, 0, values_of(content)))
    after = found.cursor.memo
    at = [after.epoch, after.to_office.seq, after.to_reporter.seq, b64encode(after.to_reporter.hash)]
    return _thread(found.thread) | {"alarms": sorted({*found.thread.alarms, *found.alarms}), "after": at}


def _memo(world: World, content: bytes) -> dict[str, object]:
    seq, memo = crypto.open_memo(world.keys, crypto.read_json(content, LIMIT))
    return {"seq": seq, "case": b64encode(memo.case)}


def _draft(world: World, content: bytes) -> dict[str, object]:
    seq, draft = crypto.open_draft(world.keys, crypto.read_json(content, LIMIT))
    return {"seq": seq, "draft": draft}


def _slots(_world: World, content: bytes) -> dict[str, object]:
    polls = [content[at : at + crypto.POLL_SIZE] for at in range(0, len(content), crypto.POLL_SIZE)]
    found = crypto.read_slots([*polls[:-1], polls[-1].ljust(crypto.POLL_SIZE, b"\0")] if polls else [])
    entries = [[int(entry.kind), b64encode(sha256(entry.content))] for entry in found.entries]
    return {"entries": entries, "total": found.total, "next": found.next_from}


def _bundle(_world: World, content: bytes) -> dict[str, object]:
    bundle = crypto.read_bundle(io.BytesIO(content))
    hashes = [b64encode(sha256(blob.read(2**20))) for _, blob in bundle.blobs()]
    return {"case": b64encode(bundle.submission.case), "blobs": hashes}


def _shares(world: World, content: bytes) -> dict[str, object]:
    shares = [share for one in world.custodians[:QUORUM] for share in crypto.open_shares(content, one)]
    m, n = shares[0].m, shares[0].n
    found = crypto.open_identity(content, {share.slot: share.string for share in shares}, m, n)
    return {"identity": found, "told": [[share.slot, share.m, share.n, b64encode(share.handle)] for share in shares]}


def _attachment(world: World, content: bytes) -> str:
    identity = world.first.body.case_identity
    return b64encode(sha256(*crypto.open_attachment_stream(io.BytesIO(content), identity, world.attachment, 1)))


def _trial(world: World, content: bytes) -> str:
    given = call_of(content, "packet", "items")
    if not isinstance(given["packet"], str) or not isinstance(given["items"], list):
        raise NotForThis
    return crypto.open_trial(world.staff, b64decode(given["packet"]), given["items"])


def _events(world: World, content: bytes) -> list[object]:
    read = crypto.verify_events(world.directory, world.grant.case, values_of(content))
    return [[entry.wrong, b64encode(entry.hash), entry.former_member] for entry in read]


def _proof(world: World, content: bytes) -> bool:
    given = call_of(content, "recipient", "signing", "proof")
    if not all(isinstance(value, str) for value in given.values()):
        raise NotForThis
    keys = b64decode(given["signing"], 32), "AAAA-BBBB", b64decode(given["proof"], 64)
    crypto.check_proof_of_keys(world.staff.office, world.staff.member, given["recipient"], *keys)
    return True


def _signature(_world: World, content: bytes) -> bool:
    check_signature(content[:32], content[96:], content[32:96])
    return True


def _on_behalf(world: World, content: bytes) -> object:
    """The statement beside the answers of a report."""
    report = read_payload(Direction.TO_OFFICE, "report", text_of(content))
    if not isinstance(report, crypto.Report):
        raise NotForThis
    found = crypto.read_on_behalf(world.directory, world.grant.case, report)
    if found is None:
        return None
    taken = found.details
    return [found.member, taken.channel, taken.received, taken.consent, taken.checked]


def _work(_world: World, content: bytes) -> list[object]:
    work = read_work(text_of(content))
    return [work.window, work.bits, list(work.numbers)]


def _asked(_world: World, content: bytes) -> list[int]:
    asked = read_asked(text_of(content))
    return [asked.window, asked.bits]


def _page(_world: World, content: bytes) -> dict[str, object]:
    """What a page asks under each category where every question that shows gets its first answer."""
    page = read_page(content)
    first: dict[str, str | list[str]] = {
        one.id: [one.choices[0].id] if one.kind == "choices" else one.choices[0].id if one.choices else "x"
        for one in page.questions
    }
    asked = [[one.id for one in shown(page, choice.id, first)] for choice in page.categories]
    days = [page.promises[promise] for promise in PromiseId]
    texts = [[one.label.zh, one.hint.en if one.hint else None] for one in page.questions]
    earlier = [[one.version, one.rules] for one in page.earlier]
    kept = [[one, list(acts)] for one, acts in page.fulfilled_by.items()]
    kinds = [[one.id, one.name.zh, list(one.categories)] for one in page.kinds]
    says = page.says and [page.says.protection.zh, *(page.says.promises[promise].zh for promise in PromiseId)]
    return {
        "asked": asked,
        "days": days,
        "texts": texts,
        "rules": page.rules,
        "earlier": earlier,
        "kept": kept,
        "kinds": kinds,
        "says": says,
        "applies": [one.zh for one in page.applies],
    }


@dataclass(frozen=True)
class Refused:
    """What a parser did not take, and the stage at which it said so."""

    stage: str


def outcome(name: str, content: bytes) -> object:
    """What the parser gives for the bytes, as plain JSON, or the stage of its refusal; anything else is raised."""
    try:
        found = PARSERS[name](world(), content)
    except NotForThis:
        return Refused("skip")
    except crypto.CryptoError as error:
        return Refused(error.stage.value)
    return json.loads(json.dumps(found))


def _of_log(name: str) -> Read:
    def run(_world: World, content: bytes) -> object:
        if name in log_parsers.TEXTS:
            text_of(content)
        return log_parsers.READ[name](content)

    return run


PARSERS: dict[str, Read] = {
    **{name: _of_log(name) for name in log_parsers.READ},
    "json": lambda _, content: crypto.read_json(content, 65536),
    "receipt": lambda _, content: crypto.read_receipt(text_of(content)).digits,
    "office-code": lambda _, content: str(crypto.read_anchor(text_of(content))),
    "device-secret": _code(16),
    "recipient": lambda _, content: b64encode(sha256(Recipient.read(text_of(content)).content)),
    "identity": lambda _, content: Identity.read(text_of(content)).recipient.text,
    "signature": _signature,
    "envelope": _stanzas(1),
    "grant-envelope": _stanzas(8, 16, 32),
    "sealed": lambda w, content: b64encode(sha256(crypto.open_sealed(content, w.first.body.case_identity, 1))),
    "note": _note,
    "root": document(read_root),
    "directory": document(read_directory),
    "office": _office,
    "packet": _packet,
    "grant": lambda w, content: _told(crypto.open_grant(w.staff, content, w.directory)),
    "grant-body": document(crypto.read_grant_body),
    "item": document(crypto.read_item),
    "inner-to-office": _inner(Direction.TO_OFFICE),
    "inner-to-reporter": _inner(Direction.TO_REPORTER),
    "inner-office-only": _inner(Direction.OFFICE_ONLY),
    "memo-text": document(read_memo),
    "memo": _memo,
    "draft": _draft,
    "submission": document(crypto.read_submission),
    "unseal-request": document(crypto.read_request),
    "unseal-vote": document(crypto.read_vote),
    "unseal-review": document(crypto.read_review),
    "case": _case,
    "mailbox": _mailbox,
    "slots": _slots,
    "bundle": _bundle,
    "identity-packet": _shares,
    "attachment": _attachment,
    "keyring": lambda w, content: _told(crypto.open_keyring_entry(w.staff, crypto.read_json(content, LIMIT))),
    "trial": _trial,
    "events": _events,
    "proof-of-keys": _proof,
    "on-behalf": _on_behalf,
    "work": _work,
    "work-asked": _asked,
    "page": _page,
}
"""Parsers that exist in both twins, by name; `tests/browser/fuzz/parsers.ts` has the same names."""
