"""The stream of a case as the engine's history: one number of the stream is one number of the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from casework.engine.case import ANSWERS, BY_TWO, Case, Event, apply_events, fold, opening
from casework.errors import NotAHistory
from casework.event_store.claims import StoredEvent
from casework.ids import MemberId
from casework.rules.acts import TRAITS, Act, Attribute, Party
from casework.rules.flow import StageId
from casework.rules.roles import RoleId
from crypto.case import events as stream
from crypto.errors import CryptoError
from crypto.framing import b64decode

MESSAGE: Final = "message-received"
ACT_READ: Final = "act-read"
STEP_DECLINED: Final = "step-declined"
CODES: Final = frozenset(code.value for code in Attribute)
ACTS: Final = {act.value: act for act in Act}
MOMENT: Final = "%Y-%m-%dT%H:%MZ"
ASKED: Final = frozenset(ANSWERS[answer].value for answer in BY_TWO)
BY_ANYBODY: Final = frozenset({Act.REGRANTED})
"""Who may open a case is no matter of the policy: a change of keys is never held up by it, and moves nothing else."""


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """An event of the stream, and whether it carries the signature of the member whom it names."""

    event: stream.Event
    signed: bool


def stored_entries(rows: Iterable[StoredEvent]) -> list[StreamEntry]:
    """The stream as the store holds it, whose signatures were verified when it came; raises `NotAHistory`."""
    try:
        return [StreamEntry(stream.read_event(row.payload), row.signature is not None) for row in rows]
    except CryptoError as error:
        raise NotAHistory from error


def verified_entries(read: Iterable[stream.ReadEvent]) -> list[StreamEntry]:
    """The stream as verified; who could not read the case has not signed.

    Raises `NotAHistory` where anything else is wrong with any of it.
    """
    entries: list[StreamEntry] = []
    for one in read:
        if one.event is None or not one.stands:
            raise NotAHistory
        entries.append(StreamEntry(one.event, one.wrong is None and one.event.actor != stream.WORKER))
    return entries


def history(policy: str, version: str, entries: Sequence[StreamEntry]) -> Case:
    """The case that a stream gives; policy and version are those of its opening, where the stream names none.

    What the engine does not know (messages, reminders, proposals) keeps its number and counts as nothing.
    An `act-read` is the reporter's act, on the day on which the message with it arrived. Raises `NotAHistory`.
    """
    if not entries or entries[0].event.kind != Act.RECEIVED:
        raise NotAHistory
    first = _first_messages(entries)
    return fold(_engine_event(policy, version, entries, n, first) for n in range(len(entries)))


def with_last(case: Case, entries: Sequence[StreamEntry]) -> Case:
    """What `history` gives of `entries`, where `case` is what it gives of all but the last. Raises `NotAHistory`.

    Which event tells of a message first is not changed by any that comes after it, so no other event counts otherwise.
    """
    last = _engine_event(case.policy, case.version, entries, len(entries) - 1, _first_messages(entries))
    return apply_events(case, [last])


def neutral(entries: Sequence[StreamEntry]) -> frozenset[int]:
    """The numbers of the events that are no act at all, so that nobody calls them unsigned."""
    first = _first_messages(entries)
    return frozenset(n for n in range(len(entries)) if _act_of(entries, n, first) is None)


def _engine_event(policy: str, version: str, entries: Sequence[StreamEntry], n: int, first: Mapping[int, int]) -> Event:
    entry = entries[n]
    event = entry.event
    if event.n != n:
        raise NotAHistory
    if n == 0:
        begun = opening(
            _text(event, Attribute.POLICY) or policy, _text(event, Attribute.VERSION) or version, day_of(event)
        )
        return Event(0, begun.act, begun.at, codes=begun.codes, item=item_of(event), signed=False)
    act = _act_of(entries, n, first)
    if act is None:
        # Of no party and without signature: it has its place and counts as nothing.
        return Event(n, Act.NOTED, day_of(event), signed=False, withdraws=_withdrawn(entries, n))
    if event.kind == ACT_READ:
        message = message_of(entries, event)
        at = day_of(message if message is not None else event)
        return Event(n, act, at, to=_stage(event), item=item_of(event), signed=entry.signed)
    if act in BY_ANYBODY:
        return Event(n, act, day_of(event), by=MemberId(event.actor), item=item_of(event), signed=entry.signed)
    return Event(
        n,
        act,
        moment_of(event) or day_of(event),
        by=MemberId(event.actor),
        role=None if (role := _text(event, "role")) is None else RoleId(role),
        to=_stage(event),
        codes=codes_of(event),
        item=item_of(event),
        signed=entry.signed,
        said=day_of(event),
    )


def _withdrawn(entries: Sequence[StreamEntry], n: int) -> int | None:
    """The request that the event at `n` takes back: by the no of its own maker, each under a signature."""
    entry = entries[n]
    asking = entry.event.data.get("n") if entry.event.kind == STEP_DECLINED else None
    if type(asking) is not int or not 0 <= asking < n or not entry.signed:
        return None
    made = entries[asking]
    own = made.signed and made.event.actor == entry.event.actor
    return asking if own and made.event.kind in ASKED else None


def _act_of(entries: Sequence[StreamEntry], n: int, first: Mapping[int, int]) -> Act | None:
    """The act that an event stands for; None for one that is none."""
    event = entries[n].event
    if event.kind == ACT_READ:
        act = read_act(event)
        message = message_of(entries, event)
        return act if message is not None and first.get(message.n) == n else None
    if n == 0:
        return Act.RECEIVED
    act = ACTS.get(event.kind)
    if act is None or event.actor == stream.WORKER:
        return None
    return act if TRAITS[act].party is Party.MEMBER else None


def read_act(event: stream.Event) -> Act | None:
    """The reporter's act that an `act-read` names; None where it names none of theirs."""
    with suppress(ValueError):
        act = Act(str(event.data.get("act")))
        return act if TRAITS[act].party is Party.REPORTER else None
    return None


def message_of(entries: Sequence[StreamEntry], event: stream.Event) -> stream.Event | None:
    """The arrival of the message that an `act-read` tells of: before it, and with the very same item."""
    n = event.data.get("n")
    if type(n) is not int or not 0 < n < event.n:
        return None
    found = entries[n].event
    same = found.kind == MESSAGE and found.actor == stream.WORKER and found.data.get("item") == event.data.get("item")
    return found if same else None


def _first_messages(entries: Sequence[StreamEntry]) -> dict[int, int]:
    """For each message whose act was told, the number of the first event that tells of it: that one counts."""
    found: dict[int, int] = {}
    for at, entry in enumerate(entries):
        n = entry.event.data.get("n") if entry.event.kind == ACT_READ else None
        if type(n) is int and n < at:
            found.setdefault(n, at)
    return found


def codes_of(event: stream.Event) -> dict[Attribute, str]:
    """The engine's codes beside an event."""
    return {Attribute(name): value for name, value in event.data.items() if name in CODES and isinstance(value, str)}


def day_of(event: stream.Event) -> date:
    """The day of an event."""
    return date.fromisoformat(event.day)


def moment_of(event: stream.Event) -> datetime | None:
    """The minute that a member's event tells, UTC; None where it tells none or no such minute exists."""
    value = event.data.get("at")
    with suppress(ValueError):
        if isinstance(value, str):
            found = datetime.strptime(value, MOMENT).replace(tzinfo=UTC)
            return found if found.strftime(MOMENT) == value else None
    return None


def item_of(event: stream.Event) -> bytes | None:
    """The hash of the item that an event names."""
    value = event.data.get("item")
    with suppress(CryptoError):
        return b64decode(value, 32) if isinstance(value, str) else None
    return None


def _text(event: stream.Event, name: str) -> str | None:
    value = event.data.get(name)
    return value if isinstance(value, str) else None


def _stage(event: stream.Event) -> StageId | None:
    value = _text(event, "to")
    return None if value is None else StageId(value)
