"""Former keys of a member: proven by both keys, good for what is from before the change (SPEC §4, §8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from crypto.errors import SignatureRefused, WrongShape
from crypto.framing import b64encode, check_signature, frame, sha256
from crypto.sealing.recipients import Recipient
from crypto.shape import Fields, OrderedFields

FORMER_LIMIT = 8


@dataclass(frozen=True)
class FormerKey:
    """A key that a member had: the hash of its recipient, its last day, and the last directory that named it.

    `expires` is that directory's last day but one: until then a page may have sealed to the former recipient.
    `by_former` and `by_new` are the two signatures under the change to the key that came next.
    """

    recipient: bytes
    signing: bytes
    until: str
    sequence: int
    expires: str
    by_former: bytes
    by_new: bytes


@dataclass(frozen=True)
class NextKeys:
    """Public keys that wait for the keepers' signature, signed by the key before and by themselves."""

    recipient: str
    signing: bytes
    by_former: bytes
    by_new: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "recipient": self.recipient,
            "signing": b64encode(self.signing),
            "by_former": b64encode(self.by_former),
            "by_new": b64encode(self.by_new),
        }


def hash_of_recipient(recipient: str) -> bytes:
    """SHA-256 of a recipient as it is written, `age1pq1…`."""
    return sha256(recipient.encode())


def new_keys_frame(office: bytes, member: str, former: bytes, recipient: bytes, signing: bytes) -> bytes:
    """What both keys sign: the former signing key, the hash of the new recipient, the new signing key."""
    return frame("yanlu/v1/new-keys", office, member, former, recipient, signing)


def read_next_keys(value: object) -> NextKeys:
    """Read `{"recipient","signing","by_former","by_new"}`; raises WrongShape."""
    fields = Fields(value, "recipient", "signing", "by_former", "by_new")
    recipient = Recipient.read(fields.text("recipient"))
    signatures = fields.bytes("by_former", 64), fields.bytes("by_new", 64)
    return NextKeys(recipient.text, fields.bytes("signing", 32), *signatures)


def check_next_keys(office: bytes, member: str, former: bytes, keys: NextKeys) -> None:
    """Raise SignatureRefused unless the member's signing key `former` and the new one both signed the change."""
    message = new_keys_frame(office, member, former, hash_of_recipient(keys.recipient), keys.signing)
    check_signature(former, message, keys.by_former)
    check_signature(keys.signing, message, keys.by_new)


def read_former_key(value: object) -> FormerKey:
    """Read one of a member's former keys; raises WrongShape."""
    fields = OrderedFields(value, "recipient", "signing", "until", "sequence", "expires", "by_former", "by_new")
    return FormerKey(
        recipient=fields.bytes("recipient", 32),
        signing=fields.bytes("signing", 32),
        until=fields.day("until"),
        sequence=fields.integer("sequence", 1),
        expires=fields.day("expires"),
        by_former=fields.bytes("by_former", 64),
        by_new=fields.bytes("by_new", 64),
    )


def check_former_keys(
    office: bytes, member: str, former: Sequence[FormerKey], recipient: str, signing: bytes, sequence: int
) -> None:
    """Raise SignatureRefused or WrongShape unless each key, the oldest first, handed over to the one behind it.

    `sequence` is the number of the directory that holds them.
    """
    if not former:
        return
    behind = [(key.recipient, key.signing) for key in former[1:]] + [(hash_of_recipient(recipient), signing)]
    numbers = [*(key.sequence for key in former), sequence]
    if any(one >= other for one, other in pairwise(numbers)):
        raise WrongShape("former keys that do not stand in their order")
    if sorted(key.until for key in former) != [key.until for key in former]:
        raise WrongShape("former keys that do not stand in their order")
    for key, (then_recipient, then_signing) in zip(former, behind, strict=True):
        message = new_keys_frame(office, member, key.signing, then_recipient, then_signing)
        check_signature(key.signing, message, key.by_former)
        check_signature(then_signing, message, key.by_new)


@dataclass
class KeyOrder:
    """Which of its keys each member has come to in a thread, by direction and by announced epoch; never back."""

    _directions: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    _epochs: dict[str, list[tuple[int, int]]] = field(default_factory=dict[str, list[tuple[int, int]]])

    def check(self, member: str, direction: str, epoch: int, key: int) -> None:
        """Raise SignatureRefused for a key older than one that the member has used before this place."""
        announced = [newer for start, newer in self._epochs.get(member, []) if start <= epoch]
        if key < max([self._directions.get((member, direction), 0), *announced]):
            raise SignatureRefused("signed with a former key after a newer one")

    def follow(self, member: str, direction: str, key: int) -> None:
        """A verified item of that member: what comes behind it in that direction has this key or a newer one."""
        self._directions[member, direction] = key

    def announce(self, member: str, key: int, epoch: int) -> None:
        """A verified re-grant that the member signed: from that epoch on everything has this key or a newer one."""
        self._epochs.setdefault(member, []).append((epoch, key))
