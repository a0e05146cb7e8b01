"""The operations of the vectors, over the Python twin; `crypto/vectors/README.md` describes them."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import crypto
from crypto.case.items import read_inner
from crypto.framing import b64decode, b64encode, check_signature, sha256
from crypto.sealing.recipients import Identity, Recipient
from tests.crypto import duty_ops, history_ops, non_reader_ops, passkey_ops, protection_ops, review_ops
from tests.crypto.log_ops import LOG_OPS
from tests.crypto.removal_ops import read_removal
from tests.crypto.vector_custody import CUSTODY_OPS, office_of, staff_of
from tests.crypto.vector_sent import SENT_OPS

Json = dict[str, Any]


def resolve(value: Any, shared: Json) -> Any:
    """Put shared values and edited bytes in the place of their stand-ins."""
    if isinstance(value, list):
        return [resolve(member, shared) for member in value]
    if not isinstance(value, dict):
        return value
    if "$" in value:
        return resolve(shared[value["$"]], shared)
    if "$bytes" in value:
        return b64encode(edited(b64decode(shared[value["$bytes"]]), value))
    return {key: resolve(member, shared) for key, member in value.items()}


def edited(content: bytes, edits: Json) -> bytes:
    """Apply flip, cut and append, in this order."""
    found = bytearray(content)
    if "flip" in edits:
        found[edits["flip"]] ^= 1
    return bytes(found[: edits.get("cut", len(found))]) + b64decode(edits.get("append", ""))


def _keys(given: Json, office: bytes) -> crypto.ReporterKeys:
    return crypto.derive_reporter(crypto.read_receipt(given["digits"]), office)


def _name(points: list[int]) -> str:
    return "".join(map(chr, points))


def _points(name: str) -> list[int]:
    return [ord(one) for one in name]


def _thread(thread: crypto.Thread) -> list[Json]:
    return [
        {
            "direction": entry.direction and entry.direction.value,
            "seq": entry.seq,
            "type": entry.inner and entry.inner.type,
            "mark": entry.mark and entry.mark.value,
        }
        for entry in thread.entries
    ]


def derive_reporter(given: Json) -> Json:
    """All keys of a receipt."""
    keys = _keys(given, b64decode(given["office"]))
    found = {
        "mailbox_token": keys.mailbox_token, "mailbox_id": keys.mailbox_id, "act": keys.act_key,
        "memo_key": keys.memo_key, "to_office": keys.macs.to_office,
        "to_reporter": keys.macs.to_reporter, "watch": keys.watch_handle,
    }  # fmt: skip
    return {name: b64encode(value) for name, value in found.items()} | {"recipient": keys.recipient}


def verify_directory(given: Json) -> Json:
    """Sequence and hash of a verified directory."""
    seen = given["seen"]
    found = crypto.verify_directory(
        given["code"],
        [root.encode() for root in given["roots"]],
        given["note"].encode(),
        given["today"],
        seen and crypto.Seen(seen["sequence"], b64decode(seen["hash"])),
        also_lapsed=given.get("also_lapsed", False),
    )
    return {"sequence": found.sequence, "hash": b64encode(found.hash), "lapsed": found.lapsed}


def verify_office(given: Json) -> Json:
    """The same of an office document, and when its witnesses confirmed it."""
    seen = given["seen"]
    found = crypto.verify_office(
        given["code"],
        given["document"].encode(),
        crypto.ClockReading(given["seconds"], given["today"]),
        seen and crypto.Seen(seen["sequence"], b64decode(seen["hash"])),
        also_lapsed=given.get("also_lapsed", False),
        offline=given.get("offline", False),
    )
    confirmed = found.confirmed and found.confirmed.at
    return {
        "sequence": found.sequence, "hash": b64encode(found.hash), "lapsed": found.lapsed, "confirmed": confirmed,
    }  # fmt: skip


def choose_holders(given: Json) -> Json:
    """Who gets the report."""
    place = given["entity"], given["policy"], given["category"], given["excluded"]
    found = crypto.choose_holders(office_of(given["office"]), *place)
    return {"members": found.ids, "bucket": found.bucket, "escalated": found.escalated}


def grant_of(given: Json) -> crypto.Grant:
    """The grant in a given packet, opened by a given member."""
    directory, pin = office_of(given["office"]), given.get("pin")
    found = pin and crypto.Pin(pin["epoch"], b64decode(pin["hash"]), pin["holders"], pin["excluded"])
    grant = crypto.open_grant(staff_of(directory, given["staff"]), b64decode(given["packet"]), directory, found)
    history = given.get("history")
    return grant.with_history(history and b64decode(history))


def open_grant(given: Json) -> Json:
    """What a grant says."""
    grant = grant_of(given)
    case, digest = b64encode(grant.case), b64encode(grant.hash)
    return {"case": case, "epoch": grant.epoch, "hash": digest, "holders": grant.body.holders}


def check_proof(given: Json) -> Json:
    """Who decided a re-grant, by what the case's event says."""
    grant, before = grant_of(given), given.get("before")
    proof = given["proof"] and crypto.read_proof(given["proof"])
    body = before and grant_of(given | {"packet": before, "pin": None}).body
    crypto.check_proof(office_of(given["office"]), grant, proof, body or None)
    return {"signers": [one.member for one in proof.signatures] if proof else []}


def check_chain(given: Json) -> Json:
    """Whether signed moves lead from a pinned grant to one further on."""
    directory, grant = office_of(given["office"]), grant_of(given)
    before = grant_of({name: given[name] for name in ("office", "staff")} | {"packet": given["before"]})
    crypto.check_chain(directory, before, grant, crypto.read_case(directory, grant, given["items"]))
    return {"epoch": grant.epoch}


def read_case(given: Json) -> Json:
    """The desk's view of a thread."""
    named = [b64decode(one) for one in given.get("named", [])]
    grant = grant_of(given)
    thread = crypto.read_case(office_of(given["office"]), grant, given["items"], named)
    reporter, change = crypto.reporter_in_force(grant, thread)
    alarms = [alarm.value for alarm in thread.alarms]
    return {"thread": _thread(thread), "alarms": alarms, "reporter": reporter.text, "receipt_change": change}


def claims_of(given: Json) -> Json:
    """Who has opened a case, and who was shown something else."""
    directory, grant = office_of(given["office"]), grant_of(given)
    thread = crypto.read_case(directory, grant, given["items"])
    found = crypto.claims_of(grant, thread, crypto.verify_events(directory, grant.case, given["events"]))
    return {
        "own": found.own and found.own.document(),
        "mark": found.mark,
        "opened": dict(found.opened),
        "differing": list(found.differing),
    }


def read_inner_op(given: Json) -> Json:
    """Type and payload of the text inside an item."""
    inner = read_inner(crypto.Direction(given["direction"]), given["content"].encode())
    return {"type": inner.type, "payload": inner.content.document()}


def read_mailbox(given: Json) -> Json:
    """The reporter's view of a thread."""
    directory = office_of(given["office"])
    keys = _keys(given, directory.office)
    seq, memo = crypto.open_memo(keys, given["memo"])
    found = crypto.read_mailbox(directory, keys, crypto.Mailbox(memo, seq, None, 0, given["items"]))
    after = found.cursor.memo
    return {
        "thread": _thread(found.thread), "alarms": [alarm.value for alarm in found.alarms],
        "epoch": after.epoch, "to_office": after.to_office.seq, "to_reporter": after.to_reporter.seq,
    }  # fmt: skip


def open_memo(given: Json) -> Json:
    """Number and case of a memo."""
    seq, memo = crypto.open_memo(_keys(given, b64decode(given["office"])), given["memo"])
    return {"seq": seq, "case": b64encode(memo.case)}


def read_slots(given: Json) -> Json:
    """A listing out of its polls."""
    polls = [
        b"".join(b64decode(slot).ljust(16384, b"\0") for slot in poll).ljust(131072, b"\0") for poll in given["polls"]
    ]
    found = crypto.read_slots(polls)
    entries = [{"kind": int(entry.kind), "content": b64encode(entry.content)} for entry in found.entries]
    return {"entries": entries, "total": found.total, "next_from": found.next_from}


def read_bundle(given: Json) -> Json:
    """A bundle read to its end."""
    bundle = crypto.read_bundle(io.BytesIO(b64decode(given["bundle"])))
    hashes: list[str] = []
    for _, blob in bundle.blobs():
        content = blob.read(2**20)
        hashes.append(b64encode(sha256(content)))
    return {"case": b64encode(bundle.submission.case), "blobs": hashes}


def unwrap_staff_seed(given: Json) -> Json:
    """The seed of a wrapped key."""
    secret, office = b64decode(given["device_secret"]), b64decode(given["office"])
    seed = crypto.unwrap_staff_seed(given["wrapped"], given["passphrase"], secret, office, given["member"])
    return {"seed": b64encode(seed)}


def signin_secret(given: Json) -> Json:
    """The sign-in secret."""
    secret, office = b64decode(given["device_secret"]), b64decode(given["office"])
    return {"secret": b64encode(crypto.signin_secret(given["passphrase"], secret, office, given["member"]))}


def _member(given: Json) -> crypto.StaffKeys:
    return crypto.staff_keys(b64decode(given["seed"]), b64decode(given["office"]), given["member"])


def check_next_keys(given: Json) -> Json:
    """New keys that both keys signed."""
    keys = crypto.read_next_keys(given["keys"])
    crypto.check_next_keys(b64decode(given["office"]), given["member"], b64decode(given["former"]), keys)
    return {}


def seeds_in_force(given: Json) -> Json:
    """The seeds, that one first which the directory names."""
    found = crypto.seeds_in_force(b64decode(given["seeds"]), office_of(given["office"]), given["member"])
    return {"seeds": b64encode(found)}


def staff_keys(given: Json) -> Json:
    """The public keys of a seed."""
    keys = _member(given)
    return {"recipient": keys.recipient, "signing": b64encode(keys.signing_key)}


def check_proof_of_keys(given: Json) -> Json:
    """A proof of keys that fits."""
    crypto.check_proof_of_keys(
        b64decode(given["office"]), given["member"], given["recipient"], b64decode(given["signing"]),
        given["code"], b64decode(given["proof"]),
    )  # fmt: skip
    return {}


def open_keyring_entry(given: Json) -> Json:
    """The grant of a keyring entry."""
    grant = crypto.open_keyring_entry(_member(given), given["entry"])
    return {"case": b64encode(grant.case), "epoch": grant.epoch, "hash": b64encode(grant.hash)}


def open_identity(given: Json) -> Json:
    """An identity packet opened by the given custodians together."""
    packet = b64decode(given["packet"])
    strings: dict[int, bytes] = {}
    for custodian in given["custodians"]:
        shares = crypto.open_shares(packet, Identity.read(custodian))
        strings |= {share.slot: share.string for share in shares}
    return {"identity": crypto.open_identity(packet, strings, given["m"], given["n"])}


def open_attachment(given: Json) -> Json:
    """Hash of what an attachment holds."""
    source, named = io.BytesIO(b64decode(given["file"])), crypto.read_attachment(given["attachment"])
    identity = Identity.read(given["identity"])
    return {"hash": b64encode(sha256(*crypto.open_attachment_stream(source, identity, named, given["stanzas"])))}


def verify_events(given: Json) -> Json:
    """What is wrong with each event."""
    read = crypto.verify_events(office_of(given["office"]), b64decode(given["case"]), given["events"])
    wrong = [event.wrong and event.wrong.value for event in read]
    return {"wrong": wrong, "head": b64encode(read[-1].hash)}


def check_signature_op(given: Json) -> Json:
    """A strict Ed25519 signature."""
    check_signature(b64decode(given["key"]), b64decode(given["message"]), b64decode(given["sig"]))
    return {}


def check_work(given: Json) -> Json:
    """Window, bits and mark of a proof that holds."""
    work = crypto.read_work(given["proof"])
    spent = crypto.check_work(work, given["route"], b64decode(given["subject"]))
    return {"window": work.window, "bits": work.bits, "spent": b64encode(spent)}


def read_taken_down(given: Json) -> Json:
    """Who wrote a report down, and how."""
    report = replace(_REPORT, account=given["account"], answers=[crypto.Answer(**row) for row in given["answers"]])
    found = crypto.read_on_behalf(office_of(given["office"]), b64decode(given["case"]), report)
    if found is None:
        return {"statement": None}
    taken = found.details
    said = {"channel": taken.channel, "received": taken.received, "consent": taken.consent, "checked": taken.checked}
    return {"statement": {"member": found.member, **said}}


_REPORT = crypto.Report(
    "e", "p", "1", "c", "zh", "web", crypto.Level.ANONYMOUS, "", [], [], [],
    urgent=False, directory_hash=bytes(32), directory_sequence=1,
)  # fmt: skip


def localized_text(given: Json) -> Json:
    """What pages show of a text in a document of that default language."""
    found = crypto.localized_of(given["texts"], crypto.language_of(given["language"]))
    shown = [[wanted, found.tag_for(wanted), found.text_in(wanted)] for wanted in given["wanted"]]
    return {"shown": shown, "zh": found.zh, "en": found.en}


OPS: dict[str, Callable[[Json], Json]] = {
    "frame": lambda g: {"frame": b64encode(crypto.frame(g["label"], *map(b64decode, g["fields"])))},
    "read_receipt": lambda g: {"digits": crypto.read_receipt(g["text"]).digits},
    "derive_reporter": derive_reporter,
    "read_json": lambda g: {"value": crypto.read_json(b64decode(g["content"]), 65536)},
    "pad_text": lambda g: {"length": len(crypto.pad_text(b" " * g["length"]))},
    "file_name": lambda g: {
        "sent": _points(crypto.clean_file_name(_name(g["points"]))),
        "shown": _points(crypto.shown_file_name(_name(g["points"]))),
    },
    "attachment_size": lambda g: {
        "file": crypto.blob_size(g["length"], g["stanzas"]),
        "padded": crypto.padded_attachment(g["length"], g["stanzas"]),
    },
    "read_code": lambda g: {"content": b64encode(crypto.read_code(g["text"], g["size"]))},
    "write_code": lambda g: {"text": crypto.write_code(b64decode(g["content"]))},
    "read_checked_code": lambda g: {"text": crypto.read_checked_code(g["text"])},
    "write_checked_code": lambda g: {"text": crypto.write_checked_code(b64decode(g["content"]))},
    "read_recipient": lambda g: {"hash": b64encode(sha256(Recipient.read(g["text"]).content))},
    "read_identity": lambda g: {"recipient": Identity.read(g["text"]).recipient.text},
    "open_sealed": lambda g: {
        "plaintext": b64encode(crypto.open_sealed(b64decode(g["file"]), Identity.read(g["identity"]), *g["counts"]))
    },
    "check_envelope": lambda g: {"stanzas": len(crypto.check_envelope(b64decode(g["file"]), *g["counts"]).stanzas)},
    "check_signature": check_signature_op,
    "localized_text": localized_text,
    "verify_directory": verify_directory,
    "verify_office": verify_office,
    "choose_holders": choose_holders,
    "open_grant": open_grant,
    "open_history": lambda given: history_ops.told(grant_of(given | {"history": None}).body, given["history"]),
    "check_chain": check_chain,
    "check_proof": check_proof,
    "review_regrant": review_ops.review_regrant,
    "read_case": read_case,
    "claims_of": claims_of,
    "mark_non_readers": lambda given: non_reader_ops.mark_non_readers(grant_of(given), given),
    "read_removal": read_removal,
    "read_inner": read_inner_op,
    "read_mailbox": read_mailbox,
    "open_memo": open_memo,
    "read_slots": read_slots,
    "read_bundle": read_bundle,
    "read_submission": lambda g: {"case": b64encode(crypto.read_submission(g["submission"]).case)},
    "staff_keys": staff_keys,
    "unwrap_staff_seed": unwrap_staff_seed,
    "signin_secret": signin_secret,
    "check_next_keys": check_next_keys,
    "seeds_in_force": seeds_in_force,
    **passkey_ops.OPS,
    "check_proof_of_keys": check_proof_of_keys,
    "open_keyring_entry": open_keyring_entry,
    "open_trial": lambda g: {"word": crypto.open_trial(_member(g), b64decode(g["packet"]), g["items"])},
    "open_identity": open_identity,
    "withdrawal_mark": lambda g: {"mark": b64encode(crypto.withdrawal_mark(b64decode(g["handle"])))},
    "open_attachment": open_attachment,
    "verify_events": verify_events,
    "work_seed": lambda g: {"seed": b64encode(crypto.work_seed(g["route"], g["window"], b64decode(g["subject"])))},
    "work_trial": lambda g: {"hash": b64encode(crypto.work_trial(b64decode(g["seed"]), g["search"], g["number"]))},
    "check_work": check_work,
    "read_taken_down": read_taken_down,
    **LOG_OPS,
    **protection_ops.OPS,
    **CUSTODY_OPS,
    **duty_ops.OPS,
    **SENT_OPS,
}
