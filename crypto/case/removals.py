"""Who reads a case no longer, and who decided that: proven to anyone who knows the members, without a key (SPEC §9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.case.claims import Claimed, read_claimed
from crypto.case.events import CLAIMED, Event, SignedEvent, check_placed, read_signed_event
from crypto.case.regrants import RegrantStatement, key_of, proof_in
from crypto.errors import EventRefused, SignatureRefused, WrongShape
from crypto.framing import b64decode
from crypto.office.directory import VerifiedDirectory
from crypto.shape import Fields

CHANGES = 255
GRANTING = ("regranted", "regrant-countersigned")


@dataclass(frozen=True)
class Change:
    """A change of readers: its day, who signed it, and how many fewer these are than were asked for on that day."""

    day: str
    by: Sequence[str]
    missing: int


@dataclass(frozen=True)
class Removal:
    """A member who opened a case on that day and, as the server says, has not opened it since the changes.

    `epoch` is that of the last one.
    """

    case: bytes
    member: str
    opened: str
    changes: Sequence[Change]
    epoch: int


@dataclass(frozen=True)
class _Placed:
    n: int
    prev: bytes
    event: SignedEvent


def _placed(value: object) -> _Placed:
    fields = Fields(value, "n", "prev", "event")
    return _Placed(fields.integer("n"), fields.bytes("prev", 32), read_signed_event(fields["event"]))


def read_removal(directory: VerifiedDirectory, value: object) -> Removal:
    """Read `{"case","member","claim","changes"}`; raises WrongShape, EventRefused or SignatureRefused.

    The claim binds the changes: the first one follows the grant that its member signed for, each other the one before.
    """
    fields = Fields(value, "case", "member", "claim", "changes")
    case, member = fields.bytes("case", 16), fields.id("member")
    claim, changes = _placed(fields["claim"]), fields.list("changes", CHANGES, _placed)
    if not changes:
        raise WrongShape("nothing has changed")
    event = _checked(directory, case, claim)
    if event.kind != CLAIMED or event.actor != member:
        raise EventRefused("not what this member signed on opening the case")
    known, last, found = read_claimed(event.data), claim.n, list[Change]()
    for change in changes:
        if change.n <= last:
            raise EventRefused("changes are in their order")
        known, proven = _moved(directory, case, known, _checked(directory, case, change))
        last = change.n
        found.append(proven)
    return Removal(case, member, event.day, found, known.epoch)


def _checked(directory: VerifiedDirectory, case: bytes, placed: _Placed) -> Event:
    return check_placed(directory, case, placed.n, placed.prev, placed.event)


def _moved(directory: VerifiedDirectory, case: bytes, before: Claimed, event: Event) -> tuple[Claimed, Change]:
    """The grant after a change, and who signed it; every signature has to hold, and nobody counts twice."""
    grant = event.data.get("grant")
    if event.kind not in GRANTING or not isinstance(grant, str):
        raise EventRefused("no change of readers")
    after = Claimed(before.epoch + 1, b64decode(grant, 32), before.item)
    proof = proof_in(event.data)
    move = RegrantStatement(directory.office, case, after.epoch, before.grant, after.grant)
    for entry in proof.signatures:
        key_of(directory, entry, move, proof)
    by = list(dict.fromkeys(entry.member for entry in proof.signatures))
    if not by:
        raise SignatureRefused("a change of readers that nobody signed")
    return after, Change(proof.day, by, max(0, directory.content.signers_needed(proof.day) - len(by)))
