"""A passkey in place of the device secret: its PRF output wraps the member's seed a second time (SPEC §8)."""

from dataclasses import dataclass

from crypto.errors import WrongShape
from crypto.framing import Rng, frame, hkdf, sha256
from crypto.keys.staff import box_seed, signin_salt, stretch, unbox_seed

PRF_SIZE = 32
CREDENTIAL_LIMIT = 1023


@dataclass(frozen=True, repr=False)
class PasskeySecret:
    """A passkey's id (16 to 1,023 bytes, WebAuthn) and what its PRF extension gives for our input (32 bytes)."""

    credential: bytes
    output: bytes

    def __post_init__(self) -> None:
        if len(self.output) != PRF_SIZE or not 16 <= len(self.credential) <= CREDENTIAL_LIMIT:
            raise WrongShape("not what a passkey gives")


def passkey_input(office: bytes, member: str) -> bytes:
    """The input to the PRF extension (32 bytes), the same for all of a member's passkeys; it is no secret."""
    return sha256(frame("yanlu/v1/passkey-prf", office, member))


def passkey_user(office: bytes, member: str) -> bytes:
    """The user handle under which an authenticator keeps the passkey (32 bytes); it names nobody by itself."""
    return sha256(frame("yanlu/v1/passkey-user", office, member))


def _kek(passphrase: str, secret: PasskeySecret, salt: bytes) -> bytes:
    return hkdf(stretch(passphrase, salt) + secret.output, "yanlu/v1/kek-passkey")


def _aad(office: bytes, member: str, secret: PasskeySecret, salt: bytes) -> bytes:
    return frame("yanlu/v1/passkey-wrapped-key", office, member, secret.credential, salt)


def wrap_for_passkey(
    seed: bytes, passphrase: str, secret: PasskeySecret, office: bytes, member: str, rng: Rng
) -> dict[str, object]:
    """The wrapped key beside a passkey; never the only one: that under the device secret stays."""
    salt = rng(16)
    return box_seed(seed, _kek(passphrase, secret, salt), salt, _aad(office, member, secret, salt), rng)


def unwrap_with_passkey(wrapped: object, passphrase: str, secret: PasskeySecret, office: bytes, member: str) -> bytes:
    """The seed; raises WrappedKeyRefused when passphrase, passkey or key do not fit."""

    def keyed(salt: bytes) -> tuple[bytes, bytes]:
        return _kek(passphrase, secret, salt), _aad(office, member, secret, salt)

    return unbox_seed(wrapped, keyed)


def passkey_signin_secret(passphrase: str, secret: PasskeySecret, office: bytes, member: str) -> bytes:
    """The 32-byte secret that signs in with this passkey; the server keeps a slow hash of it beside the passkey."""
    return hkdf(stretch(passphrase, signin_salt(office, member)) + secret.output, "yanlu/v1/passkey-signin")
