"""Steps under which every signature holds and which are not what they claim, at the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Final

from casework.engine.sealed_steps import SealedCase, SealedStep, fold_sealed
from casework.engine.step_items import is_wrong_type, says_nothing, tells_otherwise
from casework.rules.acts import DECIDING, Act
from casework.rules.flow import StageId
from crypto import Event, Message, ReadEvent, Thread, ThreadEntry, b64encode
from crypto.case.payloads import Direction
from crypto.case.step_payloads import Decision, Notice
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import RuledCase, fits_kind, ruled_case, satisfied_in, sealed_step
from portal.cli.desk.client import DeskSession, OpenedCase
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal


class StepFault(StrEnum):
    """What is wrong with the item of a step."""

    TYPE = "type"
    BLANK = "blank"
    OUTCOME = "outcome"
    EARLY = "early"
    VERDICT = "verdict"


SAID: Final = {
    StepFault.TYPE: "Entry {number} of the record: what was written with this step is not what belongs to it. The case "
    "has moved on by it all the same; no promise counts as kept by it. Do not rely on it.",
    StepFault.BLANK: "Entry {number} of the record: nothing was written with this step. The case has moved on by it "
    "all the same; no promise counts as kept by it. Do not rely on it.",
    StepFault.OUTCOME: "The reporter was told another outcome or measure than was decided, in entry {number} of the "
    "record. Speak with the other readers before anything else is done in this case.",
    StepFault.EARLY: "Entry {number} of the record ended the case before anybody had recorded the measures that its "
    "verdict asks for, or that none is needed. Speak with the other readers.",
    StepFault.VERDICT: "Entry {number} of the record ended this round of the handling against what the reporter had "
    "said, or before the visit that was agreed. Speak with the other readers.",
}


CLOSES_OVER: Final = "The reporter was told another outcome than was decided. Close the case all the same?"
NOT_DECIDED: Final = "Not decided in this case: {names}. Decided: {decided}. The reporter is told what was decided."
Takes = Callable[[Event, SealedCase, SealedStep], bool]
"""Whether a decision counts under the policy, after what was decided before it."""
Ends = Callable[[Event, SealedCase], bool]
"""Whether a step ended the case before what is decided allowed it."""


def faults_by_rules(session: DeskSession | None, opened: OpenedCase) -> list[tuple[int, StepFault]]:
    """The same as `step_faults`, by the rules of the case where they can be had: not without a session."""
    if session is not None:
        with suppress(CommandError):
            ruled = ruled_case(session, opened)
            found = step_faults(opened.events, opened.thread, ruled.takes, ruled.ends_early)
            return sorted([*found, *_against_reporter(ruled, opened)])
    return step_faults(opened.events, opened.thread)


def _against_reporter(ruled: RuledCase, opened: OpenedCase) -> Iterator[tuple[int, StepFault]]:
    for event in _acts(opened.events):
        if ruled.ends_against(event, lambda before: satisfied_in(before, opened)):
            yield event.n, StepFault.VERDICT


def require_decided(ruled: RuledCase, opened: OpenedCase, request: ActionRequest) -> None:
    """A notice names no outcome or measure that was not decided; raises CommandError.

    Where a decision can't be opened here nobody knows here what was decided.
    """
    if request.act in DECIDING or request.readers != "reporter" or _is_hidden(opened.events, opened.thread):
        return
    other = [one for one in request.outcomes if one not in ruled.sealed.outcomes]
    other += [one for one in request.measures if one not in ruled.sealed.measures]
    if other:
        decided = [*ruled.sealed.outcomes, *ruled.sealed.measures]
        raise CommandError(Exit.REFUSED, NOT_DECIDED, names=", ".join(other), decided=", ".join(decided) or "-")


def confirm_closing(terminal: Terminal, ruled: RuledCase, opened: OpenedCase, to: StageId | None, *, yes: bool) -> None:
    """Asks before a step closes a case whose reporter was told another outcome than was decided; `to` is its stage.

    Raises CommandError where nobody is there to answer, and click's Abort for a no.
    """
    stages = ruled.policy.rules.stage(ruled.case.stage), None if to is None else ruled.policy.rules.stage(to)
    before, after = (stage is not None and stage.end for stage in stages)
    if before or not after:
        return
    if any(fault is StepFault.OUTCOME for _, fault in step_faults(opened.events, opened.thread, ruled.takes)):
        terminal.confirm(CLOSES_OVER, yes=yes)


def _is_hidden(events: Sequence[ReadEvent], thread: Thread) -> bool:
    there = {b64encode(entry.item.hash) for entry in thread.verified if entry.item is not None}
    decisions = (one for one in _acts(events) if Act(one.kind) in DECIDING or one.kind == Act.SEALED)
    return not all(read.stands for read in events) or any(str(one.data.get("item")) not in there for one in decisions)


def _takes_all(_event: Event, _sealed: SealedCase, _step: SealedStep) -> bool:
    """Where no rules are at hand."""
    return True


def _ends_none(_event: Event, _sealed: SealedCase) -> bool:
    """Where no rules are at hand."""
    return False


def step_faults(
    events: Sequence[ReadEvent], thread: Thread, takes: Takes = _takes_all, ends: Ends = _ends_none
) -> list[tuple[int, StepFault]]:
    """The number of each such event, with what is wrong; of an item that does not verify nothing is said here.

    In a record of which something does not verify nobody knows what was decided: nothing is compared with it there.
    """
    there = {
        b64encode(entry.item.hash): entry for entry in thread.entries if entry.item is not None and entry.mark is None
    }
    found: list[tuple[int, StepFault]] = []
    decided: list[SealedStep] = []
    hidden = not all(read.stands for read in events)
    for event in _acts(events):
        entry = there.get(str(event.data.get("item")))
        hidden = hidden or (entry is None and (Act(event.kind) in DECIDING or event.kind == Act.SEALED))
        before = fold_sealed(decided)
        fault = None if entry is None else _fault(event, entry, None if hidden else before)
        if fault is not None:
            found.append((event.n, fault))
        step = None if entry is None or fault is not None else _decided(event, entry)
        if step is not None and takes(event, before, step):
            decided.append(step)
        if not hidden and ends(event, fold_sealed(decided)):
            found.append((event.n, StepFault.EARLY))
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


def _decided(event: Event, entry: ThreadEntry) -> SealedStep | None:
    """What a member decided under their own signature, as the act that the event tells."""
    inner = entry.inner
    if inner is None or inner.signer != event.actor or not isinstance(inner.content, Decision):
        return None
    decision = inner.content
    role = str(event.data.get("role", ""))
    return sealed_step(decision, event.actor, role) if fits_kind(event, decision) else None
