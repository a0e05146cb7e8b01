"""One act of a policy from the command line: judged here, sealed as the page seals it, signed and sent."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from casework.engine.case import Event, apply_events
from casework.engine.engine import Command, decide, migrate
from casework.engine.policy_clocks import needs_minute
from casework.engine.refusal_words import allowed_words, refusal_words
from casework.engine.refusals import Refusal, RefusalReason
from casework.engine.reporter_options import SPOKEN, asked_of_reporter, last_day
from casework.engine.sealed_steps import check_end, check_sealed, with_step
from casework.engine.step_items import check_day
from casework.engine.waiting import waiting_names
from casework.event_store.history import MOMENT
from casework.event_store.step_check import above_roles, check_record_rules, decide_read
from casework.obligations.callback import against_verdict
from casework.obligations.grade_duties import check_grade_duties
from casework.rules.acts import ACT_WORDS, BY_VERDICT, DECIDING, NOTE_KINDS, TRAITS, Act, Attribute, Item
from casework.rules.flow import StageId
from casework.rules.roles import RoleId
from casework.words import DEFAULT, SOURCE, Words
from crypto import (
    Direction,
    Grant,
    Message,
    StaffKeys,
    Thread,
    VerifiedDirectory,
    b64encode,
    seal_decision,
    seal_note,
    seal_notice,
)
from crypto import Item as SealedItem
from crypto.case.step_payloads import Decision, DecisionAct, Notice, Until
from crypto.sealing.attachment_shape import Attachment
from portal.cli.desk.case_state import PLACE, RuledCase, Waiting, sealed_step
from portal.cli.errors import CommandError, Exit
from portal.cli.words import Catalogue
from portal.languages import in_language

DIRECTIONS: Final = {"office": Direction.OFFICE_ONLY, "reporter": Direction.TO_REPORTER}


@dataclass(frozen=True)
class ActionRequest:
    """What a member wants to do: the act, what stands in clear, what is sealed and for whom."""

    act: Act
    to: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    audience: str | None = None
    text: str = ""
    files: Sequence[Path] = ()
    outcomes: Sequence[str] = ()
    measures: Sequence[str] = ()
    own_words: bool = False
    reward: str | None = None
    next: str | None = None
    due: str | None = None
    yes: bool = False
    """A case is closed though the reporter was told another outcome than was decided."""
    publication: bool = False
    """The words are the text of a publication, word for word."""

    @property
    def readers(self) -> str | None:
        """Who reads the words: `office`, `reporter`, or None for a step without any."""
        match TRAITS[self.act].item:
            case Item.TO_REPORTER:
                return "reporter"
            case Item.OFFICE_ONLY:
                return "office"
            case Item.OPTIONAL:
                return self.audience or ("office" if self.text or self.files else None)
            case Item.NONE | Item.TO_OFFICE:
                return None


def act_words(act: Act) -> Words:
    """What an act is called, with the name under which a command knows it."""
    name = ACT_WORDS[act]
    return Words(f"{name.zh}（{act.value}）", f"{name.en} ({act.value})")


def member_words(directory: VerifiedDirectory, member: str) -> Words:
    """What a member is called, with the id under which a command knows them; the id alone of a stranger."""
    known = directory.member(member)
    if known is None:
        return Words(member, member)
    zh, en = (in_language(known.name, language) for language in (DEFAULT, SOURCE))
    return Words(f"{zh}（{member}）", f"{en} ({member})")


def refused(ruled: RuledCase, refusal: Refusal, words: Catalogue, directory: VerifiedDirectory) -> CommandError:
    """The policy's refusal in words, with what would be allowed."""
    people = {one: member_words(directory, one) for one in refusal.names if directory.member(one) is not None}
    when = ruled.ruling.office, ruled.ruling.now
    said = refusal_words(ruled.policy, refusal, people | waiting_names(ruled.policy, ruled.case, refusal, when))
    allowed = [words.of(act_words(act)) for act, _ in allowed_words(refusal)]
    return CommandError(
        Exit.REFUSED,
        "The policy does not allow this now: {reason}. Allowed: {acts}.",
        reason=words.of(said),
        acts=words.listed(*allowed) or "-",
    )


def attempt(ruled: RuledCase, member: str, request: ActionRequest) -> Event | Refusal:
    """The event that a request would leave in the case as it stands, or why not; nothing is sealed yet."""
    command = ruled.command(member, request.act)
    command = replace(
        command,
        roles=_roles_for(ruled, member, request, command.roles),
        at=_when(ruled, request.act),
        to=None if request.to is None else StageId(request.to),
        codes={Attribute(name): value for name, value in request.codes.items()},
        item=None if request.readers is None else PLACE,
    )
    found = _judged(ruled, command)
    if isinstance(found, Refusal):
        return replace(found, allowed=ruled.allowed(member))
    event = found[0]
    unfit = (
        check_record_rules(ruled.ruling, ruled.case, event)
        or check_grade_duties(ruled.policy, ruled.case, event, command.roles)
        or _unfit(ruled, member, request, event)
    )
    return event if unfit is None else replace(unfit, allowed=ruled.allowed(member))


def _unfit(ruled: RuledCase, member: str, request: ActionRequest, event: Event) -> Refusal | None:
    """What only those can judge who open the sealed items, or write this one."""
    undated = check_day(ruled.policy, ruled.case.stage, request.act, request.due)
    if undated is not None and request.readers == "reporter":
        return undated
    if request.act in DECIDING:
        step = sealed_step(decision_of(request, []), member, event.role or "")
        unfit = check_sealed(ruled.policy, ruled.sealed, step, event.to)
        return unfit or check_end(ruled.policy, with_step(ruled.sealed, step), event.to)
    early = check_end(ruled.policy, ruled.sealed, event.to)
    if early is not None or request.act not in BY_VERDICT:
        return early
    if any(one.act is Act.RATED and _may_be_read(ruled, one) for one in ruled.waiting):
        # The verdict rests on what the reporter said of the handling: that goes on the record first.
        return Refusal(RefusalReason.FIRST, (Act.RATED,))
    return against_verdict(ruled.policy, ruled.case, satisfied=ruled.satisfied, to=event.to)


def _may_be_read(ruled: RuledCase, waiting: Waiting) -> bool:
    message = ruled.entries[waiting.n].event
    return not isinstance(decide_read(ruled.ruling, ruled.case, waiting.act, message, None), Refusal)


def _judged(ruled: RuledCase, command: Command) -> tuple[Event, ...] | Refusal:
    """The engine's answer; a move to another version is judged under both."""
    if command.act is not Act.MIGRATED:
        return decide(ruled.policy, ruled.case, command)
    target = ruled.ruling.version(command.codes.get(Attribute.VERSION, ""))
    if target is None:
        return Refusal(RefusalReason.WRONG_CODE, (Attribute.VERSION,), ruled.allowed(command.by or ""))
    return migrate(ruled.policy, target, ruled.case, command)


def _roles_for(ruled: RuledCase, member: str, request: ActionRequest, held: frozenset[RoleId]) -> frozenset[RoleId]:
    """The roles to act in: of others only a role above them says that they step back, so that one where there is."""
    above = held & set(above_roles(ruled.policy))
    others = request.act is Act.RECUSED and request.codes.get(Attribute.MEMBER) != member
    return above if others and above else held


def _when(ruled: RuledCase, act: Act) -> date:
    """The minute where a clock of hours or minutes runs from this act or stops with it; else the day is all."""
    now = ruled.ruling.now
    fine = needs_minute(ruled.policy, act)
    return now.replace(second=0, microsecond=0) if fine else ruled.ruling.office.day_of(now)


def decision_of(request: ActionRequest, attachments: list[Attachment]) -> Decision:
    """The decision as it is sealed for the office."""
    act = DecisionAct(request.act.value)
    outcomes, measures = list(request.outcomes), list(request.measures)
    return Decision(act, request.text, attachments, outcomes, measures, request.own_words, request.reward)


def notice_of(ruled: RuledCase, request: ActionRequest, event: Event, attachments: list[Attachment]) -> Notice:
    """What the reporter is told, with what the policy leaves open after the step, and until when."""
    ruling, after = ruled.ruling, apply_events(ruled.case, [event])
    acts = asked_of_reporter(ruled.policy, after, ruling.office, ruling.now)
    asks = [word for act in acts for word in SPOKEN[act]]
    last = last_day(ruled.policy, after, ruling.office, ruling.now)
    until = None
    if last is not None:
        counts = None if last.counts is None else [day.isoformat() for day in last.counts]
        until = Until(last.day.isoformat(), last.provisional, last.limit.words.en, counts)
    stage = event.to or ruled.case.stage
    day = ruling.office.day_of(ruling.now).isoformat()
    verdict = list(request.outcomes), list(request.measures)
    # Of an extension the reporter hears the new day.
    due = event.codes.get(Attribute.UNTIL, request.due)
    return Notice(request.act.value, stage, request.next, due, request.text, attachments, *verdict, asks, until, day)


Where = tuple[StaffKeys, VerifiedDirectory, Grant, Thread]
"""Who seals, and behind what: the first arguments of every sealing verb."""


def seal_action(
    where: Where, ruled: RuledCase, request: ActionRequest, event: Event, files: list[Attachment]
) -> SealedItem | None:
    """The item that the step brings; None for one without words."""
    if request.readers is None:
        return None
    if request.act in DECIDING:
        return seal_decision(*where, decision_of(request, files), os.urandom)
    if request.readers == "office":
        kind = "publication" if request.publication else NOTE_KINDS[request.act]
        return seal_note(*where, Message(request.text, files), os.urandom, kind)
    return seal_notice(*where, notice_of(ruled, request, event, files), os.urandom)


def names_of(event: Event) -> dict[str, object]:
    """What the signed event names in clear beside its item: role, stage, minute and codes."""
    at = event.at.astimezone(UTC).strftime(MOMENT) if isinstance(event.at, datetime) else None
    named = {"role": event.role, "to": event.to, "at": at, **{code.value: value for code, value in event.codes.items()}}
    return {name: value for name, value in named.items() if value is not None}


def read_names(event: Event, item: bytes, n: int) -> dict[str, object]:
    """What the signed `act-read` names."""
    named: dict[str, object] = {"item": b64encode(item), "n": n, "act": event.act.value}
    return named if event.to is None else named | {"to": event.to}
