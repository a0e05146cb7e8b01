"""The receipt: 27 random digits, one check digit, and every key that follows from them (SPEC §3)."""

import re
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from crypto.errors import WrongReceipt
from crypto.framing import Rng, hkdf, sha256, sign, verify_key
from crypto.sealing.recipients import Identity

DIGITS = 28
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
# Frozen: a receipt typed in ten years reads as it does today. SPEC §3 lists the same points.
_SEPARATORS = re.compile(
    r"[\u0009-\u000d\u0020\u00a0\u2000-\u200b\u202f\u3000\ufeff"
    r"\u002d\u00ad\u2010-\u2015\u2212\uff0d"
    r"\u002e\u00b7\u3002\u30fb\uff0e\uff61]"
)


@dataclass(frozen=True)
class ReceiptCost:
    """Argon2id: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int


RECEIPT_COST = ReceiptCost(19456, 2, 1)


@dataclass(frozen=True, repr=False)
class Receipt:
    """28 ASCII digits whose check digit fits; made by `draw_receipt` and `read_receipt` only."""

    digits: str

    def groups(self) -> list[str]:
        """Seven groups of four digits, as shown to people."""
        return [self.digits[at : at + 4] for at in range(0, DIGITS, 4)]


@dataclass(frozen=True, repr=False)
class MacKeys:
    """The two MAC keys of an epoch, 32 bytes each."""

    to_office: bytes
    to_reporter: bytes


@dataclass(frozen=True, repr=False)
class ReporterKeys:
    """Everything that follows from a receipt for one office; never leaves the device."""

    office: bytes
    mailbox_token: bytes
    identity: Identity
    act_seed: bytes
    memo_key: bytes
    macs: MacKeys
    watch_handle: bytes

    @property
    def mailbox_id(self) -> bytes:
        """SHA-256 of the token: all that the server keeps."""
        return sha256(self.mailbox_token)

    @property
    def recipient(self) -> str:
        """The reporter recipient, `age1pq1…`."""
        return self.identity.recipient.text

    @property
    def act_key(self) -> bytes:
        """The Ed25519 public key of the act key."""
        return verify_key(self.act_seed)

    def sign_message(self, message: bytes) -> bytes:
        """Signature of the act key over a frame."""
        return sign(self.act_seed, message)


def damm(digits: str) -> int:
    """The Damm check digit of ASCII digits; 0 when the last one already is theirs."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def draw_receipt(rng: Rng) -> Receipt:
    """27 uniform digits by rejection sampling (bytes ≥ 250 are thrown away) and the check digit."""
    digits = ""
    while len(digits) < DIGITS - 1:
        byte = rng(1)[0]
        if byte < 250:
            digits += str(byte % 10)
    return Receipt(digits + str(damm(digits)))


def read_receipt(text: str) -> Receipt:
    """What a person typed, normalised and checked; raises WrongReceipt."""
    digits = _SEPARATORS.sub("", text.translate(_FULL_WIDTH))
    if re.fullmatch(r"[0-9]{28}", digits) is None:
        raise WrongReceipt("not 28 digits")
    if damm(digits) != 0:
        raise WrongReceipt("the check digit does not fit")
    return Receipt(digits)


def derive_reporter(receipt: Receipt, office: bytes, cost: ReceiptCost = RECEIPT_COST) -> ReporterKeys:
    """All keys of a receipt at one office (16-byte id); takes about 40 ms at the real cost."""
    root = hash_secret_raw(
        receipt.digits.encode("ascii"),
        office,
        time_cost=cost.passes,
        memory_cost=cost.memory,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
    return ReporterKeys(
        office=office,
        mailbox_token=hkdf(root, "yanlu/v1/mailbox"),
        identity=Identity(hkdf(root, "yanlu/v1/reporter-key")),
        act_seed=hkdf(root, "yanlu/v1/act"),
        memo_key=hkdf(root, "yanlu/v1/memo"),
        macs=MacKeys(hkdf(root, "yanlu/v1/mac/to-office"), hkdf(root, "yanlu/v1/mac/to-reporter")),
        watch_handle=hkdf(root, "yanlu/v1/watch")[:16],
    )
