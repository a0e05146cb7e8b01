"""A member's keyring: one sealed entry per claimed case (SPEC §8)."""

from contextlib import suppress
from dataclasses import dataclass

from crypto.case.grant import Grant
from crypto.case.grant_body import EPOCH_LIMIT, read_grant_body
from crypto.errors import MacRefused, WrongEpoch, WrongShape
from crypto.framing import Rng, b64encode, check_mac, frame, mac, sha256, u64
from crypto.keys.staff import StaffKeys
from crypto.office.holders import BUCKETS
from crypto.sealing.age import check_envelope, open_sealed, seal
from crypto.shape import Fields
from crypto.text import TEXT_SIZES, check_padded, pad_text, read_json, write_json


@dataclass(frozen=True)
class KeyringEntry:
    """An entry as it travels; `seq` is the epoch + 1."""

    case: bytes
    seq: int
    mac: bytes
    body: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "case": b64encode(self.case),
            "seq": self.seq,
            "mac": b64encode(self.mac),
            "body": b64encode(self.body),
        }


def read_keyring_entry(value: object) -> KeyringEntry:
    """Read an entry and check its envelope; needs no key."""
    fields = Fields(value, "v", "case", "seq", "mac", "body")
    fields.version()
    case, seq = fields.bytes("case", 16), fields.integer("seq", 1, EPOCH_LIMIT + 1)
    entry = KeyringEntry(case, seq, fields.bytes("mac", 32), fields.bytes("body", limit=40960))
    check_envelope(entry.body, 1)
    return entry


def _frame(staff: StaffKeys, case: bytes, seq: int, body: bytes) -> bytes:
    return frame("yanlu/v1/keyring", staff.office, staff.member, case, u64(seq), sha256(body))


def seal_keyring_entry(staff: StaffKeys, grant: Grant, rng: Rng) -> dict[str, object]:
    """The entry of an opened grant, for the member alone."""
    document = {
        "v": 1,
        "grant": b64encode(grant.hash),
        "bucket": grant.bucket,
        "body": grant.body.document(),
    }
    body = seal(pad_text(write_json(document)), [staff.identity.recipient], rng)
    seq = grant.epoch + 1
    tag = mac(staff.keyring_key, _frame(staff, grant.case, seq, body))
    return KeyringEntry(grant.case, seq, tag, body).document()


def _check_mac(staff: StaffKeys, entry: KeyringEntry) -> None:
    """Made with the keys in force, or with those of the same member from before."""
    message = _frame(staff, entry.case, entry.seq, entry.body)
    for keys in staff.others:
        with suppress(MacRefused):
            return check_mac(keys.keyring_key, message, entry.mac)
    return check_mac(staff.keyring_key, message, entry.mac)


def open_keyring_entry(staff: StaffKeys, value: object) -> Grant:
    """The grant of an entry, which is also the pin; stages mac, no-match, …, epoch."""
    entry = read_keyring_entry(value)
    _check_mac(staff, entry)
    text = check_padded(open_sealed(entry.body, staff.identity, 1), TEXT_SIZES)
    fields = Fields(read_json(text, len(text)), "v", "grant", "bucket", "body")
    fields.version()
    bucket = fields.integer("bucket")
    grant = Grant(read_grant_body(fields["body"]), fields.bytes("grant", 32), bucket, reader=staff.identity)
    if bucket not in BUCKETS or grant.case != entry.case:
        raise WrongShape("an entry of another case")
    if grant.epoch + 1 != entry.seq:
        raise WrongEpoch("not the epoch that the entry says")
    return grant
