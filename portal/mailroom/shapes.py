"""What may come in: strict shapes of the wire format, and sealed texts in their padded lengths only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TypeVar, cast

from crypto.case.items import STANZAS, Item
from crypto.case.memo import Sealed
from crypto.errors import WrongShape
from crypto.framing import SUITE
from crypto.reporter.lengths import DRAFT_PUT_SIZE, LONGEST_SUBMISSION, POST_SIZE, check_sent, submission_size
from crypto.reporter.submission import Post, Submission, read_draft_put, read_poll, read_post, read_submission
from crypto.sealing.age import sealed_size
from crypto.sealing.attachments import BlobListing
from crypto.shape import Fields
from crypto.text import DRAFT_SIZE, MEMO_SIZE, TEXT_SIZES, read_json
from portal.mailroom.errors import MailboxFull, NotSealed, UnknownVersion

SMALL_LIMIT = 1024
# So many items of a reporter has a case, the report among them: 45 MB at most, which its readers fetch with it.
MOST_ITEMS = 1000

BlobClaim = BlobListing
Shape = TypeVar("Shape")


def read_shape(body: bytes, limit: int, reader: Callable[[object], Shape]) -> Shape:
    """Reads strict JSON of at most `limit` bytes; raises crypto's refusals or `UnknownVersion`."""
    value = read_json(body, limit)
    _check_version(value)
    return reader(value)


def _check_version(value: object) -> None:
    if not isinstance(value, dict):
        return
    fields = cast("dict[str, object]", value)
    version, suite = fields.get("v"), fields.get("suite", SUITE)
    if (type(version) is int and version > 1) or (isinstance(suite, str) and suite != SUITE):
        raise UnknownVersion


def submission_sent(body: bytes) -> Submission:
    """A submission of its one length whose every text has a padded length; raises as `read_shape`."""

    def read(value: object) -> Submission:
        submission = read_submission(value)
        check_submission(submission)
        check_sent(body, value, submission_size(submission))
        return submission

    return read_shape(body, LONGEST_SUBMISSION, read)


def check_submission(submission: Submission) -> None:
    """Raises `NotSealed` for texts of another length than sealing gives, WrongShape for what no store keeps."""
    require_storable(submission.policy_version)
    check_item(submission.item)
    _check_text(submission.memo, (MEMO_SIZE,))


def post_sent(body: bytes) -> Post:
    """A post of the one length that all have, whose every text has a padded length; raises as `read_shape`.

    Raises `MailboxFull` by the number that an item gives itself, whether there is a mailbox or not: one of another
    number than the next goes nowhere.
    """

    def read(value: object) -> Post:
        post = read_post(value)
        if post.item is not None:
            check_item(post.item)
            if post.item.place.seq > MOST_ITEMS:
                raise MailboxFull
        for memo in (post.memo, *([post.moved.memo] if post.moved else [])):
            _check_text(memo, (MEMO_SIZE,))
        check_sent(body, value, POST_SIZE)
        return post

    return read_shape(body, POST_SIZE, read)


def require_storable(text: str) -> str:
    """The text, if every back end keeps it; raises WrongShape for U+0000, at which PostgreSQL stumbles."""
    if "\0" in text:
        raise WrongShape("a text that cannot be stored")
    return text


def poll_of(value: object) -> tuple[bytes, int]:
    """Token and first slot."""
    return read_poll(value)


def draft_sent(body: bytes) -> tuple[bytes, Sealed]:
    """Token and draft of a call of the one length that all have; raises as `read_shape`."""

    def read(value: object) -> tuple[bytes, Sealed]:
        token, draft = read_draft_put(value)
        _check_text(draft, (DRAFT_SIZE,))
        check_sent(body, value, DRAFT_PUT_SIZE)
        return token, draft

    return read_shape(body, DRAFT_PUT_SIZE, read)


def blob_request_of(value: object) -> tuple[bytes, bytes, int]:
    """Token, blob id and part of an attachment that the office sent."""
    fields = Fields(value, "v", "token", "blob", "part")
    fields.version()
    return fields.bytes("token", 32), fields.bytes("blob", 16), fields.integer("part", 0, 2**20)


def check_item(item: Item) -> None:
    """Raises `NotSealed` unless the item's body has one of the lengths that padding gives."""
    if item.place.is_office_key:
        # It has a length of its own, and was read as nothing else.
        return
    stanzas = STANZAS[item.place.direction]
    if len(item.body) not in {sealed_size(size, stanzas) for size in TEXT_SIZES}:
        raise NotSealed


def _check_text(note: Sealed, sizes: tuple[int, ...]) -> None:
    if len(note.body) not in {sealed_size(size, 1) for size in sizes}:
        raise NotSealed


def compact(value: object) -> bytes:
    """JSON as it is stored and given back: no spaces, keys in the order of the specification."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def submission_hash(submission: Submission) -> bytes:
    """Tells the same submission, sent again, from another one under the same ids."""
    content = (
        submission.case, submission.mailbox, submission.office, submission.item.hash, submission.access_hash,
        hashlib.sha256(submission.packet).digest(), submission.memo.mac, submission.entity.encode(),
        submission.policy.encode(), submission.policy_version.encode(), bytes([submission.urgent]),
        hashlib.sha256(submission.identity).digest(), hashlib.sha256(submission.protection).digest(),
        *(part for claim in submission.blobs for part in (claim.blob, *claim.parts)),
    )  # fmt: skip
    digest = hashlib.sha256()
    for part in content:
        digest.update(len(part).to_bytes(4, "big") + part)
    return digest.digest()
