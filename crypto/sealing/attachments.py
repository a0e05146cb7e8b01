"""Attachments: padded, sealed and opened in constant memory (SPEC §2)."""

import hashlib
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crypto.errors import PayloadDamaged, WrongPadding, WrongShape
from crypto.framing import Rng, b64encode
from crypto.sealing.age import open_stream, seal_stream
from crypto.sealing.attachment_shape import PART_SIZE, Attachment
from crypto.sealing.attachment_sizes import padded_attachment
from crypto.sealing.file_names import clean_file_name
from crypto.sealing.recipients import Identity, Recipient

PIECE = 65536


class PaddedSource(io.BytesIO):
    """Exactly `size` bytes of a source, then zeros until the age file has one of its few lengths."""

    def __init__(self, source: BinaryIO, size: int, stanzas: int) -> None:
        super().__init__()
        self._source = source
        self._left = size
        self._zeros = padded_attachment(size, stanzas) - size

    def read(self, size: int | None = -1, /) -> bytes:
        """The next piece; raises WrongShape when the source is shorter or longer than said."""
        limit = PIECE if size is None or size < 0 else size
        if self._left:
            piece = self._source.read(min(limit, self._left))
            if not piece:
                raise WrongShape("the file is shorter than it was said to be")
            self._left -= len(piece)
            return piece
        if self._zeros and self._source.read(1):
            raise WrongShape("the file is longer than it was said to be")
        zeros = min(limit, self._zeros)
        self._zeros -= zeros
        return bytes(zeros)


class PartHashes:
    """SHA-256 of each 8 MiB part of what passes through."""

    def __init__(self) -> None:
        self.size = 0
        self._done: list[bytes] = []
        self._current = hashlib.sha256()

    def update(self, piece: bytes) -> None:
        """Take the next bytes."""
        while piece:
            free = PART_SIZE - self.size % PART_SIZE
            chunk, piece = piece[:free], piece[free:]
            self._current.update(chunk)
            self.size += len(chunk)
            if self.size % PART_SIZE == 0:
                self._done.append(self._current.digest())
                self._current = hashlib.sha256()

    def parts(self) -> list[bytes]:
        """The hashes so far, the last part's included."""
        open_part = [self._current.digest()] if self.size % PART_SIZE else []
        return self._done + open_part


@dataclass(frozen=True)
class BlobListing:
    """A sealed attachment as a submission or post lists it: nothing but id, size, part hashes."""

    blob: bytes
    size: int
    parts: list[bytes]

    def document(self) -> dict[str, object]:
        """The JSON document."""
        parts = [b64encode(part) for part in self.parts]
        return {"blob": b64encode(self.blob), "size": self.size, "parts": parts}


def blob_listing(attachment: Attachment) -> BlobListing:
    """What the server may know of an attachment."""
    return BlobListing(attachment.blob, attachment.sealed_size, attachment.parts)


def seal_attachment(
    source: BinaryIO,
    size: int,
    name: str,
    media_type: str,
    recipients: Sequence[Recipient],
    sink: BinaryIO,
    rng: Rng,
) -> Attachment:
    """Seal `size` bytes of `source` into `sink`; gives what the item has to name.

    Recipients as for the item: the case; reporter and case; or the office. `name` is cleaned of what a reader
    would refuse or be deceived by. Raises WrongShape when the source is not `size` bytes long,
    WrongPadding when it has more parts than any attachment has.
    """
    hashes = PartHashes()
    for piece in seal_stream(PaddedSource(source, size, len(recipients)), recipients, rng):
        sink.write(piece)
        hashes.update(piece)
    return Attachment(rng(16), clean_file_name(name), media_type, size, hashes.size, hashes.parts())


class _NamedParts(io.BytesIO):
    """The sealed parts as the item names them: no byte of another one is handed on. Holds one part."""

    def __init__(self, source: BinaryIO, attachment: Attachment) -> None:
        super().__init__()
        self._source = source
        self._left = attachment.sealed_size
        self._named = iter(attachment.parts)
        self._part = io.BytesIO()

    def read(self, size: int | None = -1, /) -> bytes:
        """The next piece; raises PayloadDamaged for a part that is not the one named, or one too many."""
        limit = PIECE if size is None or size < 0 else size
        piece = self._part.read(limit)
        if piece or not limit:
            return piece
        self._part = io.BytesIO(self._next_part())
        return self._part.read(limit)

    def _next_part(self) -> bytes:
        part = bytearray()
        wanted = min(PART_SIZE, self._left)
        while len(part) < wanted and (piece := self._source.read(min(PIECE, wanted - len(part)))):
            part += piece
        self._left -= len(part)
        if wanted and hashlib.sha256(part).digest() != next(self._named, b""):
            raise PayloadDamaged("a part is not the one that the item names")
        if not self._left and self._source.read(1):
            raise PayloadDamaged("something stands behind the attachment")
        return bytes(part)


def _unpadded(pieces: Iterator[bytes], size: int, stanzas: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        content = piece[: max(0, size - total)]
        if piece[len(content) :].strip(b"\0"):
            raise WrongPadding("something stands behind the attachment")
        total += len(piece)
        yield content
    if total != padded_attachment(size, stanzas):
        raise WrongPadding("not the padded size of this attachment")


def open_attachment_stream(
    source: BinaryIO, identity: Identity, attachment: Attachment, stanzas: int
) -> Iterator[bytes]:
    """The attachment piece by piece; nothing may be used before the iterator has ended.

    Each part is checked against the hash that the item names before any of it is opened.
    """
    yield from _unpadded(open_stream(_NamedParts(source, attachment), identity, stanzas), attachment.size, stanzas)


def open_attachment(source: BinaryIO, identity: Identity, attachment: Attachment, stanzas: int, path: Path) -> None:
    """Open an attachment into `path`, which appears only when all of it has verified.

    Raises any CryptoError; then neither `path` nor a temporary file remains.
    """
    with tempfile.NamedTemporaryFile(prefix=".yanlu-", dir=path.parent, delete=False) as sink:
        temporary = Path(sink.name)
        try:
            for piece in open_attachment_stream(source, identity, attachment, stanzas):
                sink.write(piece)
        except BaseException:
            temporary.unlink()
            raise
    temporary.replace(path)
