"""What HR's system signs beside each file: whose it is, which kind, in which order, and its hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from crypto.errors import CryptoError
from crypto.framing import b64encode, check_signature, frame, sha256, u64
from crypto.shape import Fields
from crypto.text import read_json, write_json
from retaliation_watch.errors import ManifestRefused

LIMIT = 4096


class FeedFile(StrEnum):
    """The two files that HR pushes."""

    ROSTER = "roster"
    EVENTS = "events"


@dataclass(frozen=True)
class Manifest:
    """One delivery, as announced and signed; `sequence` rises from one delivery of a kind to the next."""

    source: str
    kind: FeedFile
    sequence: int
    day: date
    file: bytes = field(repr=False)

    @property
    def delivery(self) -> bytes:
        """Names this delivery among all (32 bytes): the same file may come again, under another number or source."""
        return sha256(frame("yanlu/v1/hr-delivery", self.source, self.kind, u64(self.sequence), self.file))

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "source": self.source,
            "kind": self.kind.value,
            "sequence": self.sequence,
            "day": self.day.isoformat(),
            "file": b64encode(self.file),
        }


def manifest_frame(payload: bytes) -> bytes:
    """What the source's key signs."""
    return frame("yanlu/v1/hr-manifest", sha256(payload))


def write_manifest(manifest: Manifest) -> bytes:
    """The bytes that are signed and sent."""
    return write_json(manifest.document())


def read_manifest(payload: bytes) -> Manifest:
    """The manifest, not believed yet; raises `ManifestRefused`."""
    try:
        fields = Fields(read_json(payload, LIMIT), "v", "source", "kind", "sequence", "day", "file")
        fields.version()
        return Manifest(
            fields.id("source"),
            FeedFile(fields.word("kind", *FeedFile)),
            fields.integer("sequence", 1, 2**31 - 1),
            date.fromisoformat(fields.day("day")),
            fields.bytes("file", 32),
        )
    except CryptoError as error:
        raise ManifestRefused from error


def check_manifest(payload: bytes, signature: bytes, key: bytes) -> None:
    """Raises `ManifestRefused` unless the source's key signed exactly these bytes."""
    try:
        check_signature(key, manifest_frame(payload), signature)
    except CryptoError as error:
        raise ManifestRefused from error
