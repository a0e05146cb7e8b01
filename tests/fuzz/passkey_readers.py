"""What the server reads of a passkey: an authenticator's CBOR and its signed bytes, with well-formed beginnings."""

from __future__ import annotations

from crypto.framing import b64decode, b64encode
from portal.accounts.assertions import Assertion, Attestation, KnownKey, count_of, new_key
from portal.accounts.errors import PasskeyRefused
from tests.support.browsers.software_authenticator import SoftKey

KEY = SoftKey("fuzzed")
CHALLENGE = bytes(32)
SECRET = b64encode(bytes(32))


def _attestation(content: bytes) -> Attestation:
    told = b64decode(KEY.made(b64encode(CHALLENGE))["client_data"])
    return Attestation(KEY.credential, CHALLENGE, told, content)


def read_attestation(content: bytes) -> KnownKey:
    """A new passkey's key; raises `PasskeyRefused`."""
    return new_key(_attestation(content), KEY.origin)


def attestation() -> bytes:
    """What an authenticator gives with a new passkey."""
    return b64decode(KEY.made(b64encode(CHALLENGE))["attestation"])


def read_assertion(content: bytes) -> int:
    """The count in what an authenticator signed; raises `PasskeyRefused`."""
    signed = {name: b64decode(value) for name, value in KEY.signed(b64encode(CHALLENGE)).items()}
    given = Assertion(KEY.credential, CHALLENGE, signed["client_data"], content, signed["signature"])
    count = count_of(given, read_attestation(attestation()))
    if count is None:
        raise PasskeyRefused
    return count


def assertion() -> bytes:
    """What an authenticator signs."""
    return b64decode(KEY.signed(b64encode(CHALLENGE))["authenticator_data"])


def sign_in_body(member: str) -> dict[str, object]:
    """What a page sends at the door."""
    return {"member": member, "secret": SECRET, "stands_in": True} | KEY.signed(b64encode(CHALLENGE))


def new_body() -> dict[str, object]:
    """What a page sends with a new passkey."""
    key = {name: b64encode(bytes(size)) for name, size in (("salt", 16), ("nonce", 12), ("box", 48))}
    stand_in = {"signin_secret": SECRET, "wrapped_key": {"v": 1} | key}
    return {"secret": SECRET, "name": "laptop", "stand_in": stand_in} | KEY.made(b64encode(CHALLENGE))
