"""Keys of a member in the next directory: those of the one before, or others to which these handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, cast

from crypto.codes import write_code
from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode, frame, sha256
from crypto.keys.former import NextKeys, check_next_keys, hash_of_recipient
from portal.office.errors import KeysNotProven

Document = dict[str, object]
CHECK_SIZE = 10
ZONES = timedelta(days=1)
"""A former key counts for a day more, since it was still the key wherever that day had begun at the signing."""


@dataclass(frozen=True)
class AccountKeys:
    """Recipient and signing key as the accounts have them, and the keys that wait there."""

    recipient: str
    signing: bytes
    waiting: NextKeys | None = None


UNPROVEN: Final = "other keys than the directory's lie here for {member}, and nothing proves them"
UNSIGNED: Final = "new keys wait for {member} that the key in the directory did not sign"


def keys_in(directory: Document, before: Document | None, member: str, held: AccountKeys, issued: date) -> Document:
    """What a member's entry says of keys: `recipient`, `signing`, and `former` where there are such.

    `directory` is the one before (office, sequence, expiry), `before` this member's entry in it, `issued` the day of
    the next. Only what stands there and what that key has signed counts: the accounts belong to the server. Raises
    KeysNotProven for other keys.
    """
    own: Document = {"recipient": held.recipient, "signing": b64encode(held.signing)}
    if before is None:
        return own
    present = {key: before[key] for key in ("recipient", "signing")}
    former = cast("list[Document]", before.get("former", []))
    waiting = held.waiting
    coming = waiting and {"recipient": waiting.recipient, "signing": b64encode(waiting.signing)}
    if waiting is not None and coming is not None and coming != present:
        _check(directory, before, member, waiting)
        ended = _former(directory, before, waiting, ends_on(issued))
        return {**coming, "former": [*former, ended]}
    if present not in (own, coming):
        raise KeysNotProven((UNPROVEN, {"member": member}))
    return {**present, "former": former} if former else present


def _check(directory: Document, before: Document, member: str, waiting: NextKeys) -> None:
    office, signing = b64decode(cast("str", directory["office"]), 16), b64decode(cast("str", before["signing"]), 32)
    try:
        check_next_keys(office, member, signing, waiting)
    except CryptoError as error:
        raise KeysNotProven((UNSIGNED, {"member": member})) from error


def _former(directory: Document, before: Document, waiting: NextKeys, until: str) -> Document:
    return {
        "recipient": b64encode(hash_of_recipient(cast("str", before["recipient"]))),
        "signing": before["signing"],
        "until": until,
        "sequence": directory["sequence"],
        "expires": directory["expires"],
        "by_former": b64encode(waiting.by_former),
        "by_new": b64encode(waiting.by_new),
    }


def ends_on(issued: date) -> str:
    """The last day of keys that a directory issued on that day replaces."""
    return (issued + ZONES).isoformat()


def handed_over(before: Document, after: Document) -> bool:
    """Whether the second entry of a member has other keys than the first, and the first handed over to them.

    That its signatures hold is seen by anyone who reads the directory; here it counts that the chain begins at what
    this keeper knows.
    """
    old = cast("list[Document]", before.get("former", []))
    new = cast("list[Document]", after.get("former", []))
    begins = new[: len(old)] == old and len(new) > len(old) and new[len(old)]["signing"] == before["signing"]
    named = begins and new[len(old)]["recipient"] == b64encode(hash_of_recipient(cast("str", before["recipient"])))
    return named and changes_keys(before, after)


def check_code(recipient: str, signing: bytes) -> str:
    """The check code of keys, as the desk shows it (80 bits): member and keepers compare it by telephone."""
    return write_code(sha256(frame("yanlu/v1/key-check", recipient, signing))[:CHECK_SIZE])


def changes_keys(before: Document, after: Document) -> bool:
    """Whether recipient or signing key are others."""
    return any(before[key] != after[key] for key in ("recipient", "signing"))
