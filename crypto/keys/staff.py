"""Staff keys: one seed, wrapped under passphrase and device secret (SPEC §8)."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.codes import read_code, write_code
from crypto.errors import WrappedKeyRefused, WrongShape
from crypto.framing import (
    Rng,
    b64encode,
    check_signature,
    frame,
    hkdf,
    sha256,
    sign,
    verify_key,
)
from crypto.keys.receipt import ReceiptCost
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields

# Constants on purpose: a cost read from a server is a cost that the server can lower.
STAFF_COST = ReceiptCost(65536, 3, 1)
DEVICE_SECRET_SIZE = 16
SEED_SIZE = 32
SEEDS = 4
"""Seeds in one wrapped key: the one in force, and such as are coming or were before."""
BOX_LIMIT = SEEDS * SEED_SIZE + 16
_SEEDS_SIZES = tuple(SEED_SIZE * (at + 1) for at in range(SEEDS))


@dataclass(frozen=True, repr=False)
class StaffKeys:
    """The keys of a member of an office."""

    office: bytes
    member: str
    identity: Identity
    signing_seed: bytes
    keyring_key: bytes
    # The same member's keys from before a change of keys, or those that still wait for it.
    others: tuple["StaffKeys", ...] = ()

    @property
    def recipient(self) -> str:
        """`age1pq1…`, for the directory."""
        return self.identity.recipient.text

    @property
    def signing_key(self) -> bytes:
        """The Ed25519 public key, for the directory."""
        return verify_key(self.signing_seed)

    def sign(self, message: bytes) -> bytes:
        """Signature over a frame."""
        return sign(self.signing_seed, message)


def draw_staff_seed(rng: Rng) -> bytes:
    """32 random bytes; never leaves the member's device unwrapped."""
    return rng(32)


def draw_device_secret(rng: Rng) -> bytes:
    """16 random bytes; printed on the recovery sheet, never sent."""
    return rng(DEVICE_SECRET_SIZE)


def device_secret_text(secret: bytes) -> str:
    """The device secret as a code."""
    return write_code(secret)


def read_device_secret(text: str) -> bytes:
    """The device secret from its code; raises WrongShape."""
    return read_code(text, DEVICE_SECRET_SIZE)


def staff_keys(seeds: bytes, office: bytes, member: str) -> StaffKeys:
    """All keys that follow from a member's seed; of several (32 bytes each) the first signs, and all open."""
    seed, rest = seeds[:SEED_SIZE], range(SEED_SIZE, len(seeds), SEED_SIZE)
    others = tuple(staff_keys(seeds[at : at + SEED_SIZE], office, member) for at in rest)
    return StaffKeys(
        office,
        member,
        Identity(hkdf(seed, "yanlu/v1/staff-seal"), [one.identity for one in others]),
        hkdf(seed, "yanlu/v1/staff-sign"),
        hkdf(seed, "yanlu/v1/staff-keyring"),
        others,
    )


def normal_passphrase(passphrase: str) -> str:
    """NFKC, lower case, runs of white space to one space, trimmed."""
    text = unicodedata.normalize("NFKC", passphrase).lower()
    return re.sub(r"[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+", " ", text).strip(" ")


def stretch(passphrase: str, salt: bytes) -> bytes:
    """32 bytes from a passphrase and a salt of 16, by Argon2id at the cost of staff keys."""
    return hash_secret_raw(
        normal_passphrase(passphrase).encode(),
        salt,
        time_cost=STAFF_COST.passes,
        memory_cost=STAFF_COST.memory,
        parallelism=STAFF_COST.lanes,
        hash_len=32,
        type=Type.ID,
    )


def _aad(office: bytes, member: str, salt: bytes) -> bytes:
    return frame("yanlu/v1/wrapped-key", office, member, salt)


def wrap_staff_seed(
    seed: bytes, passphrase: str, device_secret: bytes, office: bytes, member: str, rng: Rng
) -> dict[str, object]:
    """The wrapped key, `{"v","salt","nonce","box"}`, that the server keeps; `seed` may be up to four, 32 bytes each."""
    salt = rng(16)
    kek = hkdf(stretch(passphrase, salt) + device_secret, "yanlu/v1/kek")
    return box_seed(seed, kek, salt, _aad(office, member, salt), rng)


def unwrap_staff_seed(wrapped: object, passphrase: str, device_secret: bytes, office: bytes, member: str) -> bytes:
    """The seed; raises WrappedKeyRefused when passphrase, device secret or key do not fit."""

    def keyed(salt: bytes) -> tuple[bytes, bytes]:
        return hkdf(stretch(passphrase, salt) + device_secret, "yanlu/v1/kek"), _aad(office, member, salt)

    return unbox_seed(wrapped, keyed)


def box_seed(seed: bytes, kek: bytes, salt: bytes, aad: bytes, rng: Rng) -> dict[str, object]:
    """A wrapped key under a KEK that was made with this salt; raises WrongShape for what is no seeds."""
    if len(seed) not in _SEEDS_SIZES:
        raise WrongShape("not one to four seeds")
    nonce = rng(12)
    box = ChaCha20Poly1305(kek).encrypt(nonce, seed, aad)
    return {"v": 1, "salt": b64encode(salt), "nonce": b64encode(nonce), "box": b64encode(box)}


def box_of(fields: Fields) -> bytes:
    """The box of a wrapped key: a tag of 16 bytes behind one to four seeds; raises WrongShape."""
    box = fields.bytes("box", limit=BOX_LIMIT)
    if len(box) - 16 not in _SEEDS_SIZES:
        raise WrongShape("not a box of one to four seeds")
    return box


def unbox_seed(wrapped: object, keyed: Callable[[bytes], tuple[bytes, bytes]]) -> bytes:
    """The seed of a wrapped key; `keyed` gives KEK and aad for its salt. Raises WrappedKeyRefused."""
    fields = Fields(wrapped, "v", "salt", "nonce", "box")
    fields.version()
    salt, nonce = fields.bytes("salt", 16), fields.bytes("nonce", 12)
    box = box_of(fields)
    kek, aad = keyed(salt)
    try:
        return ChaCha20Poly1305(kek).decrypt(nonce, box, aad)
    except InvalidTag as error:
        raise WrappedKeyRefused("passphrase, or what a device or passkey gives, does not fit") from error


def signin_secret(passphrase: str, device_secret: bytes, office: bytes, member: str) -> bytes:
    """The 32-byte secret that signs in; the server keeps a slow hash of it."""
    return hkdf(stretch(passphrase, signin_salt(office, member)) + device_secret, "yanlu/v1/signin")


def signin_salt(office: bytes, member: str) -> bytes:
    """The 16-byte salt of sign-in secrets, which no server is asked for."""
    return sha256(frame("yanlu/v1/signin-salt", office, member))[:16]


def _enrolment_frame(office: bytes, member: str, recipient: str, code: str) -> bytes:
    return frame("yanlu/v1/enrol", office, member, recipient, sha256(code.encode()))


def prove_keys(staff: StaffKeys, invite_code: str) -> bytes:
    """Proof at enrolment that recipient and signing key belong together (64 bytes)."""
    message = _enrolment_frame(staff.office, staff.member, staff.recipient, invite_code)
    return staff.sign(message)


def check_proof_of_keys(
    office: bytes, member: str, recipient: str, signing: bytes, invite_code: str, proof: bytes
) -> None:
    """Raise WrongShape or SignatureRefused unless the proof fits; the server's part."""
    Recipient.read(recipient)
    check_signature(signing, _enrolment_frame(office, member, recipient, invite_code), proof)
