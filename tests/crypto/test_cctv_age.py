"""The public age vectors (npm `cctv-age`) against the strict codec.

Applied whole: every `hybrid*` vector. Applied to the payload, under the file key that a vector names:
every `stream*` vector. All others use recipient types that are never ours (X25519, scrypt, grease) or
armor: the codec must refuse each of them before any key is used.
"""

import base64
import hashlib
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto import CheckStage, CryptoError, read_header
from crypto.sealing.age import open_payload, open_stream
from crypto.sealing.recipients import Identity

SOURCE = Path(__file__).resolve().parents[2] / "node_modules/cctv-age/index.js"
EXPORT = re.compile(r"^var (\w+)_default = __toBinary\(\"([^\"]*)\"\)", re.MULTILINE)
REFUSED_BEFORE_ANY_KEY = {CheckStage.HEADER, CheckStage.STANZAS}


@dataclass(frozen=True)
class Vector:
    """One public vector: its head and the age file."""

    head: dict[str, str]
    file: bytes


def load() -> dict[str, Vector]:
    """All vectors; an installation without them is an error."""
    found: dict[str, Vector] = {}
    for name, text in EXPORT.findall(SOURCE.read_text(encoding="utf-8")):
        head, _, file = base64.b64decode(text).partition(b"\n\n")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\n"))
        found[name] = Vector(lines, zlib.decompress(file) if lines.get("compressed") == "zlib" else file)
    return found


VECTORS = load()
HYBRID = sorted(name for name in VECTORS if name.startswith("hybrid"))
STREAM = sorted(name for name in VECTORS if name.startswith("stream"))
OTHERS = sorted(set(VECTORS) - set(HYBRID) - set(STREAM))
# Valid age, but with a stanza of another type beside ours: the strict codec refuses it.
STRICTER = {"hybrid_and_x25519", "hybrid_grease", "hybrid_uppercase"}
STAGES = {
    "no match": {CheckStage.NO_MATCH},
    "HMAC failure": {CheckStage.HEADER_MAC},
    "header failure": REFUSED_BEFORE_ANY_KEY | {CheckStage.NO_MATCH},
    "payload failure": {CheckStage.PAYLOAD},
}


def test_all_public_vectors_are_there() -> None:
    """The package holds what these tests were written for."""
    assert (len(HYBRID), len(STREAM)) == (HYBRID_COUNT, STREAM_COUNT)
    assert len(OTHERS) > 80


HYBRID_COUNT, STREAM_COUNT = 18, 28


@pytest.mark.parametrize("name", HYBRID)
def test_hybrid_vectors(name: str) -> None:
    """Each post-quantum vector opens or fails as it says, or is refused for a foreign stanza."""
    vector = VECTORS[name]
    identity = Identity.read(vector.head["identity"])
    pieces = open_stream(io.BytesIO(vector.file), identity, *range(1, 33))
    if vector.head["expect"] == "success" and name not in STRICTER:
        assert hashlib.sha256(b"".join(pieces)).hexdigest() == vector.head["payload"]
        return
    with pytest.raises(CryptoError) as refused:
        list(pieces)
    assert refused.value.stage in ({CheckStage.STANZAS} if name in STRICTER else STAGES[vector.head["expect"]])


@pytest.mark.parametrize("name", STREAM)
def test_stream_vectors(name: str) -> None:
    """Each payload opens to what it says, or fails at the stage it says."""
    vector = VECTORS[name]
    end = vector.file.index(b"\n", vector.file.index(b"\n--- ") + 1) + 1
    payload = io.BytesIO(vector.file[end:])
    pieces = open_payload(payload, bytes.fromhex(vector.head["file key"]))
    if vector.head["expect"] == "success":
        assert hashlib.sha256(b"".join(pieces)).hexdigest() == vector.head["payload"]
        return
    with pytest.raises(CryptoError) as refused:
        list(pieces)
    assert refused.value.stage is (
        CheckStage.PAYLOAD if vector.head["expect"] == "payload failure" else CheckStage.HEADER
    )


@pytest.mark.parametrize("name", OTHERS)
def test_everything_else_is_refused_before_any_key(name: str) -> None:
    """A file with another recipient type, armor or a broken header gets no further than its header."""
    with pytest.raises(CryptoError) as refused:
        read_header(VECTORS[name].file)
    assert refused.value.stage in REFUSED_BEFORE_ANY_KEY
