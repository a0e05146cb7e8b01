"""A sealed bundle comes in: its attachments are cut into parts as they stream past, then it is a submission."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO

from flask import request

from crypto.reporter.bundle import Bundle, read_bundle
from crypto.sealing.attachment_shape import PART_SIZE
from crypto.sealing.attachments import BlobListing
from portal.edge.bodies import CHUNK, read_some
from portal.edge.directory_lookup import DirectoryLookup
from portal.mailroom.context import Mailroom
from portal.mailroom.service import accept_submission, put_part
from portal.mailroom.shapes import check_submission

BUNDLE_LIMIT = 16 * 1024**3


class _Body(io.RawIOBase):
    """The request's body as a file that can be read again to its end."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        found = read_some(len(buffer))
        buffer[: len(found)] = found
        return len(found)


def accept_bundle(mailroom: Mailroom, directory_lookup: DirectoryLookup, now: datetime) -> tuple[date, bool]:
    """Takes the bundle that the request carries; gives the day and whether it is new.

    Raises what `accept_submission` and `put_part` raise, and `BundleDamaged`. Parts of a bundle that
    was refused or cut are removed after seven days, like those of any upload.
    """
    request.max_content_length = BUNDLE_LIMIT
    source = io.BufferedReader(_Body(), CHUNK)
    try:
        bundle = read_bundle(source)
        check_submission(bundle.submission)
        day = directory_lookup.admit_submission(bundle.submission, now)
        _store_blobs(mailroom, bundle, day)
        return day, accept_submission(mailroom, bundle.submission, day).new
    except Exception:
        while source.read(CHUNK):
            continue
        raise


def _store_blobs(mailroom: Mailroom, bundle: Bundle, day: date) -> None:
    for listing, blob in bundle.blobs():
        for k, part_hash in enumerate(listing.parts):
            put_part(mailroom, listing.blob, k, part_hash, _part(listing, k, blob), day)


def _part(listing: BlobListing, k: int, blob: BinaryIO) -> Iterator[bytes]:
    left = min(PART_SIZE, listing.size - k * PART_SIZE)
    while left and (piece := blob.read(min(CHUNK, left))):
        left -= len(piece)
        yield piece
