"""Entries of the log, and the proof of filing that a reporter may keep (C2SP tlog-proof): SPEC §12."""

import base64
import binascii
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.errors import WrongShape
from crypto.framing import Rng, b64encode, frame, hkdf, mac, sha256
from crypto.office.signed_notes import base64_line
from crypto.shape import Fields, bytes_of, text_of
from crypto.text import read_json, write_json
from crypto.transparency_log.checkpoint import CHECKPOINT_LIMIT, Checkpoint, LogName, read_checkpoint, verify_log
from crypto.transparency_log.tlog import HASH_SIZE, SIZE_LIMIT, check_inclusion, leaf_hash

PROOF_HEAD = b"c2sp.org/tlog-proof@v1"
PROOF_LIMIT = 1048576
ROOTS_LIMIT = 64
PATH_LIMIT = 64
FILING_SIZE = 8192
_NONCE = 12
_TAG = 16
_LABEL = "yanlu/v1/filing"


class Fact(StrEnum):
    """What an entry stands for; nothing in the entry tells which."""

    SUBMISSION = "submission"
    EVENT = "event"
    DELETION = "deletion"
    ROOT = "root"
    DIRECTORY = "directory"
    UNSEAL_REQUEST = "unseal-request"
    UNSEAL_VOTE = "unseal-vote"
    STATE = "state"
    UNSEAL_REVIEW = "unseal-review"
    WATCH_UNSEAL = "watch-unseal"
    WATCH_EVIDENCE = "watch-evidence"


def case_log_key(erasure_key: bytes) -> bytes:
    """The key of a case's entries: it dies with the erasure key, and then nothing links them to each other."""
    return hkdf(erasure_key, "yanlu/v1/log-case")


def office_log_key(office: bytes) -> bytes:
    """The key of what is public anyway: anyone who has a directory can look whether it stands in the log."""
    return sha256(frame("yanlu/v1/log-office", office))


def log_entry(key: bytes, fact: Fact, content: bytes) -> bytes:
    """An entry: 32 bytes that say nothing to anyone who has no key."""
    return mac(key, frame("yanlu/v1/log-entry", fact.value, content))


def filed_content(item: bytes, submission: bytes) -> bytes:
    """What the entry of a submission stands for: the sealed report's item hash and the hash of all that was sent."""
    return sha256(frame("yanlu/v1/log-filed", item, submission))


@dataclass(frozen=True)
class Filing:
    """What a proof of filing says beside the log: which report, the case's log key, and who vouches for the log."""

    code: str
    roots: list[bytes] = field(repr=False)
    log: bytes = field(repr=False)
    key: bytes = field(repr=False)
    item: bytes
    submission: bytes

    @property
    def entry(self) -> bytes:
        """The entry that must stand in the log."""
        return log_entry(self.key, Fact.SUBMISSION, filed_content(self.item, self.submission))


@dataclass(frozen=True)
class Placed:
    """Where an entry stands: its index, the path to the root, the signed checkpoint."""

    index: int
    path: list[bytes]
    checkpoint: bytes


@dataclass(frozen=True)
class Filed:
    """A proof that holds: the office had the sealed report of that item hash by that hour."""

    log: LogName
    checkpoint: Checkpoint
    item: bytes


def write_proof(filing: Filing, placed: Placed) -> bytes:
    """The file that a reporter keeps: text, self-contained but for the office code that it is checked against."""
    extra = {
        "v": 1,
        "roots": [root.decode() for root in filing.roots],
        "log": filing.log.decode(),
        "key": b64encode(filing.key),
        "item": b64encode(filing.item),
        "submission": b64encode(filing.submission),
    }
    lines = [
        PROOF_HEAD,
        b"extra " + base64.b64encode(write_json(extra)),
        f"index {placed.index}".encode(),
        *(base64.b64encode(one) for one in placed.path),
        b"",
    ]
    return b"\n".join(lines) + b"\n" + placed.checkpoint


def _index(line: bytes) -> int:
    number = line.removeprefix(b"index ")
    if number == line or not number.isdigit() or len(number) > 15 or str(int(number)).encode() != number:
        raise WrongShape("not an index")
    return int(number)


def _extra(code: str, line: bytes) -> Filing:
    encoded = line.removeprefix(b"extra ")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as error:
        raise WrongShape("not base64") from error
    if encoded == line or base64.b64encode(content) != encoded:
        raise WrongShape("no extra line")
    fields = Fields(read_json(content, PROOF_LIMIT), "v", "roots", "log", "key", "item", "submission")
    fields.version()
    roots = fields.list("roots", ROOTS_LIMIT, text_of)
    return Filing(
        code,
        [root.encode() for root in roots],
        fields.text("log").encode(),
        fields.bytes("key", 32),
        fields.bytes("item", 32),
        fields.bytes("submission", 32),
    )


def read_proof(code: str, content: bytes) -> tuple[Filing, Placed]:
    """A proof of filing as it was written, nothing checked yet; raises WrongShape and `json`."""
    if len(content) > PROOF_LIMIT:
        raise WrongShape("the proof is too long")
    head, gap, checkpoint = content.partition(b"\n\n")
    lines = head.split(b"\n")
    if not gap or len(lines) < 3 or lines[0] != PROOF_HEAD or len(lines) - 3 > PATH_LIMIT:
        raise WrongShape("not a proof of filing")
    path = [base64_line(line, HASH_SIZE) for line in lines[3:]]
    if len(checkpoint) > CHECKPOINT_LIMIT:
        raise WrongShape("the checkpoint is too long")
    return _extra(code, lines[1]), Placed(_index(lines[2]), path, checkpoint)


def verify_filing(code: str, content: bytes) -> Filed:
    """Checks a proof of filing against an office code, in the order of SPEC §12; needs nothing but the file.

    Raises `schema`, `json`, the stages of `verify_log`, and `log`.
    """
    # 1. The file.
    filing, placed = read_proof(code, content)
    # 2. The office's keepers name the log's key.
    log = verify_log(code, filing.roots, filing.log)
    # 3. The log signed the checkpoint.
    checkpoint = read_checkpoint(log, placed.checkpoint)
    # 4. The entry of this very report stands in the tree.
    check_inclusion(leaf_hash(filing.entry), placed.index, checkpoint.size, placed.path, checkpoint.root)
    return Filed(log, checkpoint, filing.item)


def _cipher(token: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hkdf(token, _LABEL))


def seal_filing(token: bytes, report: tuple[bytes, bytes, bytes], placed: Placed, rng: Rng) -> bytes:
    """What intake answers to a mailbox's token, always as long: `report` is log key, item and submission hash.

    Raises WrongShape where it would be longer.
    """
    key, item, submission = report
    document: dict[str, object] = {
        "v": 1,
        "key": b64encode(key),
        "item": b64encode(item),
        "submission": b64encode(submission),
        "index": placed.index,
        "path": [b64encode(one) for one in placed.path],
        "checkpoint": placed.checkpoint.decode(),
    }
    content = write_json(document).ljust(FILING_SIZE - _NONCE - _TAG)
    nonce = rng(_NONCE)
    sealed = nonce + _cipher(token).encrypt(nonce, content, _LABEL.encode())
    if len(sealed) != FILING_SIZE:
        raise WrongShape("a checkpoint with more cosignatures than an answer holds")
    return sealed


def open_filing(token: bytes, answer: bytes) -> tuple[tuple[bytes, bytes, bytes], Placed] | None:
    """What intake answered; None where it has no proof. Raises `json` and `schema`."""
    if len(answer) != FILING_SIZE:
        raise WrongShape("an answer of another size")
    try:
        content = _cipher(token).decrypt(answer[:_NONCE], answer[_NONCE:], _LABEL.encode())
    except InvalidTag:
        return None
    fields = Fields(read_json(content, FILING_SIZE), "v", "key", "item", "submission", "index", "path", "checkpoint")
    fields.version()
    path = fields.list("path", PATH_LIMIT, bytes_of(HASH_SIZE))
    placed = Placed(fields.integer("index", 0, SIZE_LIMIT), path, fields.text("checkpoint").encode())
    return (fields.bytes("key", 32), fields.bytes("item", 32), fields.bytes("submission", 32)), placed
