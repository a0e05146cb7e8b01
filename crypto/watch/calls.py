"""Signed calls to the watch's officer face (SPEC §13): who calls, which route, when, and with what body."""

from crypto.framing import b64encode, frame, sha256, u64

CALL_LABEL = "yanlu/v1/watch-call"


def call_frame(office: bytes, member: str, route: str, seconds: int, nonce: bytes, body: bytes) -> bytes:
    """What the officer signs: `route` is `METHOD /path?query`, `seconds` count from 1970, the nonce has 16 bytes."""
    return frame(CALL_LABEL, office, member, route, u64(seconds), nonce, sha256(body))


def call_header(member: str, seconds: int, nonce: bytes, signature: bytes) -> str:
    """The value of the header `Yanlu-Call`."""
    return f"{member}.{seconds}.{b64encode(nonce)}.{b64encode(signature)}"
