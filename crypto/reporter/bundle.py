"""Sealed bundles: a submission and its attachments as one file that travels by any road (SPEC §7)."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from crypto.errors import BundleDamaged
from crypto.framing import u64
from crypto.reporter.lengths import SUBMISSION_SIZES, read_sent_submission, write_submission
from crypto.reporter.submission import Submission, read_submission
from crypto.sealing.attachments import PIECE, BlobListing, PartHashes

MAGIC = b"yanlu-bundle/v1\n"


def _copy(source: BinaryIO, size: int, sink: BinaryIO) -> None:
    while size:
        piece = source.read(min(PIECE, size))
        if not piece:
            raise BundleDamaged("an attachment is shorter than its submission says")
        sink.write(piece)
        size -= len(piece)


def write_bundle(submission: Mapping[str, object], blobs: Sequence[BinaryIO], sink: BinaryIO) -> None:
    """Write a bundle; `blobs` are the sealed attachments in the submission's order."""
    listed = read_submission(submission).blobs
    content = write_submission(submission)
    if len(listed) != len(blobs):
        raise BundleDamaged("not the attachments of this submission")
    sink.write(MAGIC + u64(len(content)) + content)
    for listing, blob in zip(listed, blobs, strict=True):
        sink.write(u64(listing.size))
        _copy(blob, listing.size, sink)
        if blob.read(1):
            raise BundleDamaged("an attachment is longer than its submission says")


class _Blob(io.BytesIO):
    """The next `size` bytes of a bundle, hashed by part as they pass."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        super().__init__()
        self._source = source
        self._left = size
        self.hashes = PartHashes()

    def read(self, size: int | None = -1, /) -> bytes:
        """The next piece, `b""` at the end; raises BundleDamaged when the bundle ends early."""
        limit = PIECE if size is None or size < 0 else size
        if not self._left or not limit:
            return b""
        piece = self._source.read(min(limit, self._left))
        if not piece:
            raise BundleDamaged("the bundle is cut")
        self.hashes.update(piece)
        self._left -= len(piece)
        return piece

    @property
    def drained(self) -> bool:
        """Whether all of it was read."""
        return not self._left


class Bundle:
    """A bundle being read: the submission at once, then its attachments in order."""

    def __init__(self, source: BinaryIO) -> None:
        """Read the submission; raises BundleDamaged and the stages of `read_sent_submission`."""
        self._source = source
        if self._take(len(MAGIC)) != MAGIC:
            raise BundleDamaged("not a bundle")
        size = int.from_bytes(self._take(8), "big")
        if size not in SUBMISSION_SIZES:
            raise BundleDamaged("not the length of a submission")
        self.submission: Submission = read_sent_submission(self._take(size))

    def _take(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            piece = self._source.read(size - len(parts))
            if not piece:
                raise BundleDamaged("the bundle is cut")
            parts += piece
        return bytes(parts)

    def blobs(self) -> Iterator[tuple[BlobListing, BinaryIO]]:
        """Each attachment's listing and a reader of exactly its bytes, to be read to its end.

        Part hashes are checked after each, and that nothing follows the last: only when the
        iterator has ended is the bundle whole.
        """
        for listing in self.submission.blobs:
            if int.from_bytes(self._take(8), "big") != listing.size:
                raise BundleDamaged("a length that is not the submission's")
            blob = _Blob(self._source, listing.size)
            yield listing, blob
            if not blob.drained or blob.hashes.parts() != listing.parts:
                raise BundleDamaged("an attachment is not the one that the submission names")
        if self._source.read(1):
            raise BundleDamaged("something stands behind the bundle")


def read_bundle(source: BinaryIO) -> Bundle:
    """Begin to read a bundle."""
    return Bundle(source)
