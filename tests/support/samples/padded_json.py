"""JSON as page and command send it: what a reporter sends has its one length, also where a test has spoilt it."""

from __future__ import annotations

import json
from typing import Any

from crypto import POST_SIZE, SUBMISSION_SIZES, CryptoError, read_submission, submission_size
from crypto.reporter.lengths import DRAFT_PUT_SIZE


def as_sent(path: str, body: object) -> bytes:
    """The body of a call to that path."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    return content.ljust(_size(path, body))


def _size(path: str, body: object) -> int:
    if path == "/api/posts":
        return POST_SIZE
    if path == "/api/drafts":
        return DRAFT_PUT_SIZE
    if path != "/api/submissions":
        return 0
    try:
        return submission_size(read_submission(body))
    except CryptoError:
        return SUBMISSION_SIZES[0]


def sent(path: str, body: object) -> dict[str, Any]:
    """What a client of tests hands on: the bytes and their type."""
    return {"data": as_sent(path, body), "content_type": "application/json"}
