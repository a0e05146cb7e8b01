"""A case is what its events say: nothing is kept that folding them would not give again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from casework.errors import NotAHistory
from casework.ids import MemberId
from casework.rules.acts import TRAITS, Act, Attribute, Party
from casework.rules.flow import FIRST_STAGE, ClockId, StageId
from casework.rules.roles import RoleId

SEPARATOR: Final = ","
"""Between the departments of one code."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `by` is the member who signed it, None for worker and reporter; `to` the stage it leads to.

    `at` is a day, or a moment where staff caused it. `item` is the hash of the sealed item that
    holds the words. `signed` tells that the signature of anyone who acted was verified: the member's
    on the event, the reporter's inside the item. The worker signs nothing.
    """

    n: int
    act: Act
    at: date
    by: MemberId | None = None
    role: RoleId | None = None
    to: StageId | None = None
    codes: Mapping[Attribute, str] = field(default_factory=dict[Attribute, str])
    item: bytes | None = None
    signed: bool = True
    withdraws: int | None = None
    """The number of the request that this event takes back; only its own maker's event has one."""
    said: date | None = field(default=None, compare=False)
    """The day that its signer wrote, which is the office's: of a moment in UTC alone nobody knows that day."""

    @property
    def day(self) -> date:
        """The office's day of the event."""
        if self.said is not None:
            return self.said
        return self.at.date() if isinstance(self.at, datetime) else self.at


@dataclass(frozen=True, slots=True)
class Case:
    """The projection of a stream. `entered` is the event that led into the stage."""

    policy: str
    version: str
    stage: StageId = FIRST_STAGE
    entered: int = 0
    codes: Mapping[Attribute, str] = field(default_factory=dict[Attribute, str])
    frozen: bool = False
    held: bool = False
    recused: frozenset[MemberId] = frozenset()
    extended: Mapping[ClockId, str] = field(default_factory=dict[ClockId, str])
    counts: Mapping[Act, int] = field(default_factory=dict[Act, int])
    events: tuple[Event, ...] = ()
    uncounted: frozenset[int] = frozenset()
    """Acts without the signature of anyone who is said to have done them, and answers to another asking than waits.

    They are shown, never counted.
    """

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments that the case was routed to."""
        return tuple(filter(None, self.codes.get(Attribute.DEPARTMENTS, "").split(SEPARATOR)))

    def since_entry(self) -> tuple[Event, ...]:
        """The counted events after the one that led into this stage."""
        fresh = self.events[self.entered + 1 :]
        return tuple(event for event in fresh if event.n not in self.uncounted)

    def happened(self, act: Act) -> bool:
        """Whether an act was done in the case; where it was reopened, since then. What was asked for stays asked."""
        if act in ANSWERS.values():
            return self.counts.get(act, 0) > 0
        counted = [event for event in self.events if event.n not in self.uncounted]
        again = max((event.n for event in counted if event.act is Act.REOPENED), default=-1)
        return any(event.act is act and event.n > again for event in counted)

    def self_assigned(self) -> tuple[MemberId, ...]:
        """The members who took the case since somebody last named its handler, each once, the first in front."""
        counted = [event for event in self.events if event.n not in self.uncounted]
        named = max((event.n for event in counted if event.act in NAMES_HANDLER), default=0)
        fresh = (event for event in counted if event.act is Act.SELF_ASSIGNED and event.n > named)
        return tuple(dict.fromkeys(event.by for event in fresh if event.by is not None))

    def done_by(self, act: Act) -> frozenset[MemberId]:
        """The members who did an act, ever."""
        return frozenset(
            event.by for event in self.events if event.act is act and event.by and event.n not in self.uncounted
        )


def opening(policy: str, version: str, at: date, item: bytes | None = None) -> Event:
    """The first event of a case: what arrived, and under which version of which policy it will be handled."""
    return Event(
        0, Act.RECEIVED, at, codes={Attribute.POLICY: policy, Attribute.VERSION: version}, item=item, signed=False
    )


def counts(event: Event) -> bool:
    """Whether an event counts as an act: the arrival, and what was signed by anyone who did it."""
    party = TRAITS[event.act].party
    return party is Party.WORKER or (event.signed and (party is Party.REPORTER or event.by is not None))


ANSWERS: Final[Mapping[Act, Act]] = {
    Act.RELEASED: Act.RELEASE_ASKED,
    Act.EXPORT_APPROVED: Act.EXPORT_ASKED,
    Act.EXPORTED: Act.EXPORT_APPROVED,
    Act.DELETION_APPROVED: Act.DELETION_ASKED,
}
"""Each act that has to be asked for, and what asks for it; a rule says so by naming that in `ever`."""
ENDS: Final[Mapping[Act, frozenset[Act]]] = {
    # A hold ends it only where the case was under none: who sets it again wipes no request to end it.
    Act.RELEASED: frozenset({Act.RELEASED, Act.HELD}),
    Act.EXPORT_APPROVED: frozenset({Act.EXPORT_APPROVED}),
    # Anyone who asks again, for another addressee say, needs a new approval.
    Act.EXPORTED: frozenset({Act.EXPORTED, Act.EXPORT_ASKED}),
    Act.DELETION_APPROVED: frozenset({Act.DELETION_APPROVED, Act.HELD}),
}
"""What ends the asking for an act: the answer to it, or what makes it another question."""
BY_TWO: Final = frozenset({Act.RELEASED, Act.EXPORT_APPROVED, Act.DELETION_APPROVED})
"""Answers that the one who asked can't give."""


def open_askings(events: Sequence[Event], uncounted: Collection[int], answer: Act) -> list[Event]:
    """The askings for an act, one of `ANSWERS`, that nothing has ended and nobody took back, the newest first."""
    found: list[Event] = []
    withdrawn = {event.withdraws for event in events}
    counted = [event for event in events if event.n not in uncounted]
    for at, event in reversed([*enumerate(counted)]):
        if event.act is ANSWERS[answer]:
            found += [event] if event.n not in withdrawn else []
        elif event.act in ENDS[answer] and not (answer is Act.RELEASED and _holds_on(counted[: at + 1])):
            break
    return found


def _holds_on(events: Sequence[Event]) -> bool:
    """Whether the last of these counted events sets a hold in a case that was under one."""
    about = [event.act for event in events if event.act in (Act.HELD, Act.RELEASED)]
    return events[-1].act is Act.HELD and about[-2:] == [Act.HELD, Act.HELD]


def answers_what_waits(answer: Event, waiting: Sequence[Event]) -> bool:
    """Whether the answer means an asking by another that waits: it names one, or none where nobody has asked again.

    `waiting` is what `open_askings` gives of the stream before the answer. Where nothing waits there is no answer,
    whatever the rules: a reader of the record cannot know which of them a server showed to who signed.
    """
    named = answer.codes.get(Attribute.ASKING)
    meant = [asking for asking in waiting if named in (None, str(asking.n))]
    return len(meant) == 1 and (answer.by is None or meant[0].by != answer.by)


def fold(events: Iterable[Event]) -> Case:
    """The case that a whole stream gives; raises `NotAHistory` when it does not begin with an arrival or has gaps."""
    stream = tuple(events)
    if (
        not stream
        or stream[0].act is not Act.RECEIVED
        or not {Attribute.POLICY, Attribute.VERSION} <= stream[0].codes.keys()
    ):
        raise NotAHistory
    first = stream[0].codes
    return apply_events(Case(first[Attribute.POLICY], first[Attribute.VERSION]), stream)


def apply_events(case: Case, events: Sequence[Event]) -> Case:
    """The case after further events, which must go on where its stream ends; raises `NotAHistory`.

    So does an event that moves a clock, a member or a version and does not say which, or to which day.
    """
    tally, uncounted, start = Counter(case.counts), set(case.uncounted), len(case.events)
    for n, event in enumerate(events, start=start):
        if event.n != n:
            raise NotAHistory
        counted = counts(event)
        if counted and event.act in BY_TWO:
            before = (*case.events, *events[: n - start])
            counted = answers_what_waits(event, open_askings(before, uncounted, event.act))
        if counted:
            tally[event.act] += 1
            case = _apply(case, event)
        else:
            uncounted.add(event.n)
    return replace(case, counts=dict(tally), events=(*case.events, *events), uncounted=frozenset(uncounted))


_NEEDED: Final[Mapping[Act, tuple[Attribute, ...]]] = {
    Act.RECUSED: (Attribute.MEMBER,),
    Act.EXTENDED: (Attribute.CLOCK, Attribute.UNTIL),
    Act.MIGRATED: (Attribute.VERSION,),
}
"""What such an event must name for the case to be what it says."""


def is_day(value: str) -> bool:
    """Whether it is a day as a code tells one, such as `2026-01-31`."""
    with suppress(ValueError):
        return date.fromisoformat(value).isoformat() == value
    return False


_CODES_SET: Final = (
    Attribute.KIND,
    Attribute.CLASSIFICATION,
    Attribute.GRADE,
    Attribute.DEPARTMENTS,
    Attribute.HANDLER,
    Attribute.DEPUTY,
)


NAMES_HANDLER: Final = frozenset({Act.ASSIGNED, Act.REASSIGNED})
"""After these nobody is the deputy, unless they name one: a deputy has the roles of that very handler."""


def _without_handlers(codes: Mapping[Attribute, str]) -> dict[Attribute, str]:
    return {code: value for code, value in codes.items() if code not in (Attribute.HANDLER, Attribute.DEPUTY)}


def _apply(case: Case, event: Event) -> Case:
    until = event.codes.get(Attribute.UNTIL)
    if not event.codes.keys() >= set(_NEEDED.get(event.act, ())) or not (until is None or is_day(until)):
        raise NotAHistory
    attributes = {code: value for code, value in event.codes.items() if code in _CODES_SET}
    before = _without_handlers(case.codes) if event.act in NAMES_HANDLER else case.codes
    if attributes or len(before) < len(case.codes):
        case = replace(case, codes={**before, **attributes})
    if event.to is not None:
        case = replace(case, stage=event.to, entered=event.n)
    match event.act:
        case Act.HANDED_OVER | Act.HANDED_BACK:
            return replace(case, frozen=event.act is Act.HANDED_OVER)
        case Act.HELD | Act.RELEASED:
            return replace(case, held=event.act is Act.HELD)
        case Act.RECUSED:
            return replace(case, recused=case.recused | {MemberId(event.codes[Attribute.MEMBER])})
        case Act.EXTENDED:
            return replace(
                case, extended={**case.extended, ClockId(event.codes[Attribute.CLOCK]): event.codes[Attribute.UNTIL]}
            )
        case Act.MIGRATED:
            return replace(case, version=event.codes[Attribute.VERSION])
        case _:
            return case
