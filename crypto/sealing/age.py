"""A strict age v1 codec: binary, `mlkem768x25519` stanzas only (SPEC §2).

Written from the age specification (C2SP age.md). Nothing here accepts another recipient type,
armor, or a number of stanzas that the caller does not expect.
"""

import base64
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import (
    HeaderAltered,
    MacRefused,
    MalformedHeader,
    NotAddressed,
    PayloadDamaged,
    UnexpectedStanzas,
)
from crypto.framing import Rng, base64_strict, check_mac, mac
from crypto.sealing.recipients import ENC_SIZE, Identity, Recipient

HEADER_LIMIT = 65536
STANZA_LIMIT = 32
CHUNK = 65536
TAG = 16
NONCE = 16
INFO = "age-encryption.org/mlkem768x25519"
_VERSION = b"age-encryption.org/v1\n"
_TYPE = b"mlkem768x25519"
_STANZA = re.compile(rb"-> ([\x21-\x7e]+(?: [\x21-\x7e]+)*)\n")
_MAC_LINE = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")


@dataclass(frozen=True)
class Header:
    """A parsed header: each stanza's enc ‖ body, the bytes under the MAC, the MAC, its length."""

    stanzas: list[bytes]
    covered: bytes
    tag: bytes
    length: int


def _encode(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    try:
        return base64_strict(text)
    except ValueError as error:
        raise MalformedHeader("not base64") from error


def _line(content: bytes, at: int) -> bytes:
    end = content.find(b"\n", at)
    if end < 0:
        raise MalformedHeader("the header ends too early")
    return content[at : end + 1]


def _read_stanza(content: bytes, at: int) -> tuple[bytes, int]:
    """One stanza from `at`: its enc ‖ body, and where the next line begins."""
    first = _line(content, at)
    match = _STANZA.fullmatch(first)
    if match is None:
        raise MalformedHeader("not a stanza")
    kind, *arguments = match[1].split(b" ")
    if kind != _TYPE:
        raise UnexpectedStanzas("a stanza of another type")
    body_line = _line(content, at + len(first))
    if len(arguments) != 1 or len(enc := _decode(arguments[0])) != ENC_SIZE:
        raise MalformedHeader("not the argument of this stanza type")
    body = _decode(body_line[:-1])
    if len(body) != 32:
        raise MalformedHeader("not the body of this stanza type")
    return enc + body, at + len(first) + len(body_line)


def read_header(content: bytes) -> Header:
    """Parse the header at the start of `content`; touches no key.

    Raises MalformedHeader, or UnexpectedStanzas for other types and more than 32 stanzas.
    """
    window = content[:HEADER_LIMIT]
    if not window.startswith(_VERSION):
        raise MalformedHeader("not an age v1 file")
    stanzas: list[bytes] = []
    at = len(_VERSION)
    while not window.startswith(b"---", at):
        stanza, at = _read_stanza(window, at)
        stanzas.append(stanza)
        if len(stanzas) > STANZA_LIMIT:
            raise UnexpectedStanzas("more than 32 stanzas")
    match = _MAC_LINE.fullmatch(last := _line(window, at))
    if match is None or not stanzas:
        raise MalformedHeader("no MAC, or nobody is addressed")
    return Header(stanzas, window[: at + 3], _decode(match[1]), at + len(last))


def check_envelope(content: bytes, *counts: int) -> Header:
    """Check the header's shape and that its number of stanzas is one of `counts`; needs no key.

    `content` is the file or at least its first 65,536 bytes. This is all that a server can check.
    """
    header = read_header(content)
    if len(header.stanzas) not in counts:
        raise UnexpectedStanzas("not the number of stanzas of this place")
    return header


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=salt, info=info).derive(key)


def _wrap(recipients: Sequence[Recipient], file_key: bytes) -> bytes:
    lines = [_VERSION]
    for recipient in recipients:
        sealed = recipient.seal(file_key, INFO)
        argument, body = _encode(sealed[:ENC_SIZE]), _encode(sealed[ENC_SIZE:])
        lines.append(b"-> " + _TYPE + b" " + argument + b"\n" + body + b"\n")
    covered = b"".join(lines) + b"---"
    return covered + b" " + _encode(mac(_hkdf(file_key, b"", b"header"), covered)) + b"\n"


def _unwrap(header: Header, identity: Identity, *, from_last: bool) -> bytes:
    for stanza in reversed(header.stanzas) if from_last else header.stanzas:
        try:
            file_key = identity.open(stanza, INFO)
        except NotAddressed:
            continue
        try:
            check_mac(_hkdf(file_key, b"", b"header"), header.covered, header.tag)
        except MacRefused as error:
            raise HeaderAltered("the header was altered") from error
        return file_key
    raise NotAddressed("not addressed to this key")


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Full chunks of `size` bytes and whether each is the last; the last may be shorter."""
    ahead = _read_full(source, size)
    while True:
        chunk, ahead = ahead, _read_full(source, size)
        yield chunk, not ahead
        if not ahead:
            return


def _read_full(source: BinaryIO, size: int) -> bytes:
    """Exactly `size` bytes unless the source ends: sockets and pipes give short reads."""
    parts: list[bytes] = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _nonce(counter: int, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([last])


def seal_stream(source: BinaryIO, recipients: Sequence[Recipient], rng: Rng) -> Iterator[bytes]:
    """The age file of what `source` holds, piece by piece, in constant memory."""
    file_key, nonce = rng(16), rng(NONCE)
    yield _wrap(recipients, file_key) + nonce
    cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
    for counter, (chunk, last) in enumerate(_chunks(source, CHUNK)):
        yield cipher.encrypt(_nonce(counter, last), chunk, None)


def open_stream(source: BinaryIO, identity: Identity, *counts: int, from_last: bool = False) -> Iterator[bytes]:
    """The plaintext piece by piece, in constant memory; `from_last` tries the last stanza first.

    Nothing may be used before the iterator has ended: only then is the end verified. Write under
    a temporary name and rename. Raises the stages `header`, `stanzas`, `no-match`, `header-mac`
    and `payload`.
    """
    start = _read_full(source, HEADER_LIMIT)
    header = check_envelope(start, *counts)
    file_key = _unwrap(header, identity, from_last=from_last)
    yield from open_payload(_Joined(start[header.length :], source), file_key)


def open_payload(rest: BinaryIO, file_key: bytes) -> Iterator[bytes]:
    """What follows the header (nonce and STREAM chunks), under an unwrapped file key."""
    nonce = _read_full(rest, NONCE)
    if len(nonce) != NONCE:
        raise MalformedHeader("the payload's nonce is missing")
    cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
    for counter, (chunk, last) in enumerate(_chunks(rest, CHUNK + TAG)):
        if len(chunk) < TAG or (counter and last and len(chunk) == TAG):
            raise PayloadDamaged("the payload was cut, or ends in an empty chunk")
        try:
            yield cipher.decrypt(_nonce(counter, last), chunk, None)
        except InvalidTag as error:
            raise PayloadDamaged("the payload was altered or cut") from error


class _Joined(io.BytesIO):
    """Bytes already read, then the rest of their source."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        super().__init__(start)
        self._rest = rest

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size) or self._rest.read(-1 if size is None else size)


def seal(plaintext: bytes, recipients: Sequence[Recipient], rng: Rng) -> bytes:
    """The age file of `plaintext` for all of `recipients`, in that order."""
    if not 1 <= len(recipients) <= STANZA_LIMIT:
        raise UnexpectedStanzas("1 to 32 recipients")
    return b"".join(seal_stream(io.BytesIO(plaintext), recipients, rng))


def open_sealed(content: bytes, identity: Identity, *counts: int, from_last: bool = False) -> bytes:
    """Open a whole age file that has one of `counts` stanzas; see `open_stream` for order and stages."""
    return b"".join(open_stream(io.BytesIO(content), identity, *counts, from_last=from_last))


def sealed_size(length: int, stanzas: int) -> int:
    """Bytes of the age file of `length` plaintext bytes for that many recipients."""
    stanza = len("-> mlkem768x25519 ") + -(-ENC_SIZE * 8 // 6) + 1 + 43 + 1
    header = len(_VERSION) + stanzas * stanza + len("--- ") + 43 + 1
    return header + NONCE + length + TAG * max(1, -(-length // CHUNK))
