"""An authenticator in software: makes ES256 passkeys and signs with them, as a browser hands it over."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256

import crypto
from tests.crypto.sample import Drawn

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One passkey; `flags` tells what the authenticator did with its user."""

    name: str
    origin: str = "http://localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    key: EllipticCurvePrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.key = derive_private_key(int.from_bytes(Drawn(self.name)(31), "big"), SECP256R1())

    @property
    def credential(self) -> bytes:
        """Its id."""
        return hashlib.sha256(self.name.encode()).digest()

    def _host(self) -> bytes:
        return hashlib.sha256((urlsplit(self.origin).hostname or "").encode()).digest()

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _state(self, flags: int) -> bytes:
        return self._host() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def made(self, challenge: str) -> dict[str, str]:
        """What a page sends of a passkey that was just made."""
        place = len(self.credential).to_bytes(2, "big") + self.credential
        state = self._state(self.flags | ATTESTED) + bytes(16) + place + self._public()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": state})
        return self._named(challenge, "webauthn.create") | {"attestation": crypto.b64encode(attestation)}

    def signed(self, challenge: str) -> dict[str, str]:
        """What a page sends of a passkey that was just used."""
        state = self._state(self.flags)
        hashed = hashlib.sha256(self._client_data("webauthn.get", challenge)).digest()
        signature = self.key.sign(state + hashed, ECDSA(SHA256()))
        proof = {"authenticator_data": crypto.b64encode(state), "signature": crypto.b64encode(signature)}
        return self._named(challenge, "webauthn.get") | proof

    def _named(self, challenge: str, kind: str) -> dict[str, str]:
        told = crypto.b64encode(self._client_data(kind, challenge))
        return {"challenge": challenge, "credential": crypto.b64encode(self.credential), "client_data": told}
