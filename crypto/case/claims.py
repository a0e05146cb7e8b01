"""Who has opened a case, as each of them signed it, and whether all of them were shown the same (SPEC §9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crypto.case.events import CLAIMED, Event, ReadEvent
from crypto.case.grant import Grant
from crypto.case.payloads import Direction, EpochNotice, Report
from crypto.case.thread import Thread
from crypto.codes import write_code
from crypto.errors import CryptoError
from crypto.framing import b64encode, frame, sha256
from crypto.shape import Fields

MARK_BYTES = 10


@dataclass(frozen=True)
class Claimed:
    """What a member signs on opening a case: its epoch, the hash of the grant, the hash of the report's item."""

    epoch: int
    grant: bytes
    item: bytes

    def document(self) -> dict[str, object]:
        """`data` of the event `claimed`."""
        return {"epoch": self.epoch, "grant": b64encode(self.grant), "item": b64encode(self.item)}


def read_claimed(data: Mapping[str, object]) -> Claimed:
    """Read `data` of an event `claimed`; raises WrongShape."""
    fields = Fields(dict(data), "epoch", "grant", "item")
    return Claimed(fields.integer("epoch"), fields.bytes("grant", 32), fields.bytes("item", 32))


@dataclass(frozen=True)
class Claims:
    """Who has opened a case: `own` is what its reader signs, None where no report verified.

    `mark` is the case mark, None where nothing verified tells the first grant. `opened` gives the day on which each
    member first opened this epoch; `differing` names who was shown another grant or another report under this case
    id: then nothing may be written into it.
    """

    own: Claimed | None
    mark: str | None
    opened: Mapping[str, str] = field(default_factory=dict[str, str])
    differing: Sequence[str] = ()


def claims_of(grant: Grant, thread: Thread, events: Sequence[ReadEvent]) -> Claims:
    """Who has opened the case, by the verified events of its stream.

    Somebody excluded never was a reader: what they sign counts for nothing. Without a report that verifies everybody
    who signed that there is one was shown something else, where the key that it came under is there.
    """
    item, claimed = _report_of(thread), [one for one in _claimed(events) if one.actor not in grant.body.excluded]
    if item is None:
        shown = {one.actor for one in claimed} if 0 in grant.keys else set[str]()
        return Claims(None, None, {}, sorted(shown, key=str.encode))
    grants = grants_of(grant, thread)
    opened: dict[str, str] = {}
    differing: set[str] = set()
    for event in claimed:
        claim = _read(event)
        if claim is None or claim.item != item or grants.get(claim.epoch, claim.grant) != claim.grant:
            differing.add(event.actor)
        elif claim.epoch == grant.epoch and event.actor in grant.body.holders:
            opened.setdefault(event.actor, event.day)
    first = grants.get(0)
    mark = None if first is None else case_mark(grant.case, first, item)
    return Claims(Claimed(grant.epoch, grant.hash, item), mark, opened, sorted(differing, key=str.encode))


def case_mark(case: bytes, grant: bytes, item: bytes) -> str:
    """Sixteen characters to compare by telephone, of the case id, the grant hash of epoch 0 and the report's item."""
    return write_code(sha256(frame("yanlu/v1/case-mark", case, grant, item))[:MARK_BYTES])


def _report_of(thread: Thread) -> bytes | None:
    """The hash of the first item to the office, where it verified and is a report."""
    for entry in thread.verified:
        first = (entry.direction, entry.seq) == (Direction.TO_OFFICE, 1)
        if first and entry.item is not None and entry.inner is not None and isinstance(entry.inner.content, Report):
            return entry.item.hash
    return None


def grants_of(grant: Grant, thread: Thread) -> dict[int, bytes]:
    """The grant hashes that are known, by epoch: from the grant and from each change of keys that verified."""
    found: dict[int, bytes] = {}
    for entry in thread.verified:
        content = None if entry.inner is None else entry.inner.content
        if isinstance(content, EpochNotice):
            found |= {content.epoch - 1: content.previous, content.epoch: content.grant}
    if grant.body.previous is not None:
        found[grant.epoch - 1] = grant.body.previous
    return found | {grant.epoch: grant.hash}


def _claimed(events: Sequence[ReadEvent]) -> list[Event]:
    return [one.event for one in events if one.event and one.wrong is None and one.event.kind == CLAIMED]


def _read(event: Event) -> Claimed | None:
    try:
        return read_claimed(event.data)
    except CryptoError:
        return None
