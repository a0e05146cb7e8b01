"""The keys of a case's earlier epochs: one sealed document, kept with the case and named by its grant (SPEC §5)."""

from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.case.grant_body import EPOCH_LIMIT, EpochKeys, GrantBody, HistoryName, keys_of
from crypto.errors import PayloadDamaged, WrongPadding, WrongShape, WrongSuccessor
from crypto.framing import Rng, frame, sha256, u64
from crypto.shape import Fields
from crypto.text import pad_exactly, read_json, write_json

TEXT_SIZES = tuple(4096 << k for k in range(6))
NONCE_SIZE = 12
SEALED_SIZES = tuple(NONCE_SIZE + size + 16 for size in TEXT_SIZES)
"""The lengths (bytes) that a history document can have; the largest holds the keys of 255 epochs."""


def _bound_to(case: bytes, epoch: int) -> bytes:
    return frame("yanlu/v1/history", case, u64(epoch))


def seal_history(past: Sequence[EpochKeys], case: bytes, rng: Rng) -> tuple[HistoryName, bytes]:
    """The keys of epochs 0…n − 1 for the grant of epoch n, under a new key; its name, and the document as sealed."""
    text = write_json({"v": 1, "epochs": [keys.document() for keys in past]})
    key, nonce = rng(32), rng(NONCE_SIZE)
    padded = pad_exactly(text, _padded_size(len(text)))
    sealed = nonce + ChaCha20Poly1305(key).encrypt(nonce, padded, _bound_to(case, len(past)))
    return HistoryName(sha256(sealed), key), sealed


def check_history_size(sealed: bytes) -> bytes:
    """Give a history document back when it has a length that one can have, else WrongShape; needs no key."""
    if len(sealed) not in SEALED_SIZES:
        raise WrongShape("not the size of a history document")
    return sealed


def open_history(body: GrantBody, sealed: bytes | None) -> tuple[EpochKeys, ...]:
    """The keys of epochs 0…epoch − 1, by the document that a grant names; None and nothing for a first grant.

    Raises WrongSuccessor for another document than the one named, and stages payload, padding, json, schema.
    """
    name = body.history
    if name is None or sealed is None:
        if name is not None or sealed is not None:
            raise WrongSuccessor("a re-grant has a history document, a first grant none")
        return ()
    if sha256(check_history_size(sealed)) != name.hash:
        raise WrongSuccessor("another history document than the one that the grant names")
    nonce, box = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:]
    try:
        text = ChaCha20Poly1305(name.key).decrypt(nonce, box, _bound_to(body.case, body.epoch))
    except InvalidTag as error:
        raise PayloadDamaged("the history of another case or epoch, or a damaged one") from error
    if len(text) != _padded_size(len(text.rstrip(b" "))):
        raise WrongPadding("filled up to another size than the smallest that holds the keys")
    return _read(read_json(text, len(text)), body.epoch)


def _padded_size(length: int) -> int:
    return next(size for size in TEXT_SIZES if length <= size)


def _read(value: object, epoch: int) -> tuple[EpochKeys, ...]:
    fields = Fields(value, "v", "epochs")
    fields.version()
    past = fields.list("epochs", EPOCH_LIMIT, _keys)
    if len(past) != epoch or any(keys.office is None for keys in past[1:]):
        raise WrongShape("not the keys of every epoch before")
    return tuple(past)


def _keys(value: object) -> EpochKeys:
    return keys_of(Fields(value, "seed", "office_seed", "macs"))
