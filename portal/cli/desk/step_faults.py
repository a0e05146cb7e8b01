"""Steps under which every signature holds and which are not what they claim, at the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from casework.engine.sealed_steps import SealedCase, SealedStep, fold_sealed
from casework.engine.step_items import is_wrong_type, says_nothing, tells_otherwise
from casework.ids import MemberId
from casework.rules.acts import DECIDING, Act
from casework.rules.flow import MeasureId, OutcomeId
from casework.rules.roles import RoleId
from crypto import Event, Message, ReadEvent, Thread, ThreadEntry, b64encode
from crypto.case.payloads import Direction
from crypto.case.step_payloads import Decision, Notice


class StepFault(StrEnum):
    """What is wrong with the item of a step."""

    TYPE = "type"
    BLANK = "blank"
    OUTCOME = "outcome"


SAID: Final = {
    StepFault.TYPE: "Entry {number} of the record: what was written with this step is not what belongs to it. The case "
    "has moved on by it all the same; no promise counts as kept by it. Do not rely on it.",
    StepFault.BLANK: "Entry {number} of the record: nothing was written with this step. The case has moved on by it "
    "all the same; no promise counts as kept by it. Do not rely on it.",
    StepFault.OUTCOME: "The reporter was told another outcome or measure than was decided, in entry {number} of the "
    "record. Speak with the other readers before anything else is done in this case.",
}


def step_faults(events: Sequence[ReadEvent], thread: Thread) -> list[tuple[int, StepFault]]:
    """The number of each such event, with what is wrong; of an item that does not verify nothing is said here."""
    there = {
        b64encode(entry.item.hash): entry for entry in thread.entries if entry.item is not None and entry.mark is None
    }
    found: list[tuple[int, StepFault]] = []
    decided: list[SealedStep] = []
    hidden = False
    for event in _acts(events):
        entry = there.get(str(event.data.get("item")))
        hidden = hidden or (entry is None and (Act(event.kind) in DECIDING or event.kind == Act.SEALED))
        fault = None if entry is None else _fault(event, entry, None if hidden else fold_sealed(decided))
        if fault is not None:
            found.append((event.n, fault))
        if entry is not None and fault is None:
            decided += _decided(event, entry)
    return found


def _acts(events: Sequence[ReadEvent]) -> Iterator[Event]:
    for read in events:
        if read.event is not None and read.wrong is None and read.event.kind in set(Act) and read.event.n > 0:
            yield read.event


def _fault(event: Event, entry: ThreadEntry, sealed: SealedCase | None) -> StepFault | None:
    """`sealed` is what was decided before; None where that can't be known here."""
    if entry.inner is None:
        return None
    content, to_reporter = entry.inner.content, entry.direction is Direction.TO_REPORTER
    if is_wrong_type(Act(event.kind), entry.inner.type, to_reporter=to_reporter):
        return StepFault.TYPE
    if isinstance(content, Message) and says_nothing(entry.inner.type, content.text, files=bool(content.attachments)):
        return StepFault.BLANK
    if isinstance(content, Notice) and sealed is not None and content.outcomes + content.measures:
        return StepFault.OUTCOME if tells_otherwise(sealed, content.outcomes, content.measures) else None
    return None


def _decided(event: Event, entry: ThreadEntry) -> Iterator[SealedStep]:
    if entry.inner is None or entry.inner.signer != event.actor or not isinstance(entry.inner.content, Decision):
        return
    content = entry.inner.content
    outcomes, measures = tuple(map(OutcomeId, content.outcomes)), tuple(map(MeasureId, content.measures))
    role = RoleId(str(event.data.get("role", "")))
    yield SealedStep(Act(content.act.value), MemberId(event.actor), role, outcomes, measures)
