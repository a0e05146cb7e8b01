"""What an authenticator signs, checked by py_webauthn: user verified, our challenge, our page, a known key."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.exceptions import WebAuthnException

from crypto.framing import b64encode
from portal.accounts.errors import PasskeyRefused

ALGORITHMS = [Algorithm.EDDSA, Algorithm.ECDSA_SHA_256, Algorithm.RSASSA_PKCS1_v1_5_SHA_256]


@dataclass(frozen=True)
class Assertion:
    """A passkey's signature at the door, as the browser gives it."""

    credential: bytes
    challenge: bytes
    client_data: bytes = field(repr=False)
    authenticator_data: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class Attestation:
    """A new passkey, as the browser gives it; who made the authenticator is neither asked for nor kept."""

    credential: bytes
    challenge: bytes
    client_data: bytes = field(repr=False)
    attestation: bytes = field(repr=False)


@dataclass(frozen=True)
class KnownKey:
    """A passkey's public key (COSE), the page that it is for, and how often it has signed (0: it does not count)."""

    public_key: bytes
    origin: str
    sign_count: int


def new_key(given: Attestation, origin: str) -> KnownKey:
    """The key of a new passkey; raises `PasskeyRefused` for what is none, or did not verify its user."""
    response = {"attestationObject": b64encode(given.attestation), "clientDataJSON": b64encode(given.client_data)}
    try:
        found = verify_registration_response(
            credential=_credential(given.credential, response),
            expected_challenge=given.challenge,
            expected_rp_id=relying_party(origin),
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, IndexError) as error:
        raise PasskeyRefused from error
    if found.credential_id != given.credential:
        raise PasskeyRefused
    return KnownKey(found.credential_public_key, origin, found.sign_count)


def count_of(given: Assertion, key: KnownKey) -> int | None:
    """The passkey's new count when the signature is right and its user was verified, else None."""
    response = {
        "clientDataJSON": b64encode(given.client_data),
        "authenticatorData": b64encode(given.authenticator_data),
        "signature": b64encode(given.signature),
    }
    try:
        found = verify_authentication_response(
            credential=_credential(given.credential, response),
            expected_challenge=given.challenge,
            expected_rp_id=relying_party(key.origin),
            expected_origin=key.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, IndexError):
        return None
    return found.new_sign_count


def relying_party(origin: str) -> str:
    """The host of an origin: passkeys are bound to it by the browser."""
    return urlsplit(origin).hostname or ""


def _credential(credential: bytes, response: dict[str, str]) -> dict[str, object]:
    name = b64encode(credential)
    return {"id": name, "rawId": name, "type": "public-key", "response": response}
