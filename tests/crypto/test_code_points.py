"""The code points of SPEC: what the twins seal opens by RFC 9180 with the suite id that stands there."""

import hmac
import re
from hashlib import sha3_256, sha256, shake_256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import crypto
from tests.crypto.sample import Drawn

SPECS = [Path(__file__).resolve().parents[2] / "crypto" / name for name in ("SPEC.md", "SPEC.zh-CN.md")]
INFO = "yanlu/v1/test"


def suite_of(spec: Path) -> bytes:
    """The suite id as written, which must be the three code points above it."""
    text = spec.read_text("utf-8")
    found = re.findall(r"^\| (?:KEM|KDF|AEAD) \| `0x([0-9a-f]{4})` \|", text, re.MULTILINE)
    (written,) = re.findall(r"`suite_id`[^|]*\| `([0-9a-f ]+)`", text)
    suite = bytes.fromhex(written)
    assert suite == b"HPKE" + bytes.fromhex("".join(found))
    return suite


def shared_secret(seed: bytes, enc: bytes) -> bytes:
    """X-Wing's, as SPEC tells it."""
    expanded = shake_256(seed).digest(96)
    first = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(enc[:1088])
    own = X25519PrivateKey.from_private_bytes(expanded[64:])
    second = own.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    public = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return sha3_256(first + second + enc[1088:] + public + bytes.fromhex("5c2e2f2f5e5c")).digest()


def opened(suite: bytes, secret: bytes, sealed: bytes) -> bytes:
    """RFC 9180, base mode, single shot."""

    def extract(salt: bytes, label: bytes, content: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + content, sha256)

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", INFO.encode())
    base = extract(secret, b"secret", b"")

    def expand(label: bytes, size: int) -> bytes:
        labeled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
        return hmac.digest(base, labeled + b"\1", sha256)[:size]

    return ChaCha20Poly1305(expand(b"key", 32)).decrypt(expand(b"base_nonce", 12), sealed, b"")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_what_is_sealed_opens_by_the_code_points_that_stand_there(spec: Path) -> None:
    """Nothing but SPEC's numbers, hash functions and the two exchanges are needed; another suite opens nothing."""
    seed = Drawn("code points")(32)
    sealed = crypto.Identity(seed).recipient.seal(b"a text", INFO)
    suite, secret = suite_of(spec), shared_secret(seed, sealed[:1120])
    assert opened(suite, secret, sealed[1120:]) == b"a text"
    with pytest.raises(InvalidTag):
        opened(suite[:-1] + b"\2", secret, sealed[1120:])
