"""Keepers' key files: carried away from the machine after `office init`, brought back to sign."""

from __future__ import annotations

from pathlib import Path

from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode
from crypto.office.signed_notes import KeeperKey
from crypto.shape import Fields
from crypto.text import read_json, write_json
from portal.office.errors import KeeperFileRefused
from portal.office.files import write_published, write_secret

_LIMIT = 4096


def write_keeper(path: Path, office: bytes, keeper: KeeperKey) -> None:
    """Write the key for its keeper alone (0600)."""
    document: dict[str, object] = {
        "v": 1,
        "office": b64encode(office),
        "keeper": keeper.id,
        "seed": b64encode(keeper.seed),
        "nonce": b64encode(keeper.nonce),
    }
    write_secret(path, write_json(document) + b"\n")


def read_keeper(path: Path, office: bytes) -> KeeperKey:
    """Read a keeper's file; raises OSError where it can't be read, KeeperFileRefused for what is no key of ours."""
    content = path.read_bytes().rstrip(b"\n")
    try:
        fields = Fields(read_json(content, _LIMIT), "v", "office", "keeper", "seed", "nonce")
        fields.version()
        found = fields.bytes("office", 16)
        keeper = KeeperKey(fields.id("keeper"), b64decode(fields.text("seed"), 32), fields.bytes("nonce", 32))
    except CryptoError as error:
        raise KeeperFileRefused(("{path} is not a keeper's key file", {"path": path})) from error
    if found != office:
        raise KeeperFileRefused(("{path} is the key of another office", {"path": path}))
    return keeper


def write_public(path: Path, office: bytes, keeper: KeeperKey) -> None:
    """Write what others may know of a keeper's key: for the root that will name it."""
    document: dict[str, object] = {
        "v": 1,
        "office": b64encode(office),
        "keeper": keeper.id,
        "key": b64encode(keeper.key),
        "nonce": b64encode(keeper.nonce),
    }
    write_published(path, write_json(document) + b"\n")


def read_public(path: Path, office: bytes) -> tuple[str, tuple[bytes, bytes]]:
    """Id of a coming keeper, public key and nonce; raises OSError and KeeperFileRefused as `read_keeper`."""
    content = path.read_bytes().rstrip(b"\n")
    try:
        fields = Fields(read_json(content, _LIMIT), "v", "office", "keeper", "key", "nonce")
        fields.version()
        found, keeper = fields.bytes("office", 16), fields.id("keeper")
        said = fields.bytes("key", 32), fields.bytes("nonce", 32)
    except CryptoError as error:
        raise KeeperFileRefused(("{path} is not the public key of a keeper", {"path": path})) from error
    if found != office:
        raise KeeperFileRefused(("{path} is the key of another office", {"path": path}))
    return keeper, said
