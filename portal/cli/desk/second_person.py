"""What one member asks and another answers, at the command line: who asked, why, who may agree, who does not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Final

from casework.engine.case import Case, Event, open_askings
from casework.engine.dual_approval import BY_TWO
from casework.event_store.declining import declines, may_agree
from casework.event_store.event_kinds import EventKind
from casework.ids import MemberId
from casework.rules.acts import Act, Attribute
from crypto import Message, b64encode
from portal.cli.desk.acting import ActionRequest, act_words, member_words
from portal.cli.desk.case_state import RuledCase
from portal.cli.desk.client import OpenedCase
from portal.cli.desk.readers import AtCase, office_ready, write_note
from portal.cli.errors import CommandError, Exit
from portal.cli.words import Catalogue

WAITS: Final = "Waiting for a second person: {act}. Asked by {person} on {day}: {reason}"
CAN_AGREE: Final = "Can agree: {people}"
NOBODY: Final = "nobody who reads this case"
REFUSED: Final = "Declined by {person} on {day}: {reason}"
NOTHING_WAITS: Final = "Nothing in this case waits for a second person under {act}."
NOT_YOURS: Final = "Only somebody who could agree can decline. That is: {people}"
TWICE: Final = "You have declined this already."
DECLINED: Final = (
    "Recorded: you declined. The request is not cancelled: somebody else who may do so can still agree, and so can you."
)
WITHDRAWN: Final = "Recorded: you withdrew your request. Nobody can agree to it any more; you can ask again."


@dataclass(frozen=True)
class SecondPerson:
    """What waits for a second person, as data and as lines."""

    document: list[dict[str, object]]
    lines: list[str]


def second_person(at: AtCase, ruled: RuledCase, opened: OpenedCase) -> SecondPerson:
    """Everything that was asked and is not answered, with the reason of each, as this member can read it."""
    rows: list[dict[str, object]] = []
    lines: list[str] = []
    for answer in sorted(BY_TWO):
        for asking in open_askings(ruled.case.events, ruled.case.uncounted, answer):
            row = _waiting(ruled, opened, answer, asking)
            rows.append(row.document())
            lines += row.lines(at)
    return SecondPerson(rows, lines)


@dataclass(frozen=True)
class _Said:
    """What somebody asked or refused: who, when, why; no reason where it can't be read."""

    by: str
    day: str
    reason: str | None


@dataclass(frozen=True)
class _Waiting:
    """One asking, who could agree to it, and who does not."""

    answer: Act
    n: int
    asked: _Said
    able: list[str]
    refusals: list[_Said]

    def document(self) -> dict[str, object]:
        """The JSON document; `n` is the number of the asking in the record."""
        return {
            "act": self.answer.value, "n": self.n, **asdict(self.asked), "can_agree": self.able,
            "declined": [asdict(one) for one in self.refusals],
        }  # fmt: skip

    def lines(self, at: AtCase) -> list[str]:
        """The same in words."""
        words = at.terminal.words
        able = [_named(at, one) for one in self.able]
        waits = words(WAITS, act=words.of(act_words(self.answer)), **_facts(at, self.asked))
        said = [words(REFUSED, **_facts(at, one)) for one in self.refusals]
        return [waits, words(CAN_AGREE, people=_people(words, able)), *said]


def _waiting(ruled: RuledCase, opened: OpenedCase, answer: Act, asking: Event) -> _Waiting:
    by, item = asking.by or "", None if asking.item is None else b64encode(asking.item)
    asked = _Said(by, asking.day.isoformat(), reason_of(opened, item, by))
    refusals = [
        _Said(one.actor, one.day, reason_of(opened, one.data.get("item"), one.actor))
        for one in declines(ruled.policy, ruled.case, ruled.entries, answer, asking)
    ]
    return _Waiting(answer, asking.n, asked, able_to_agree(ruled, opened, answer, asking), refusals)


def _facts(at: AtCase, said: _Said) -> dict[str, str]:
    return {"person": _named(at, said.by), "day": said.day, "reason": said.reason or "-"}


def _named(at: AtCase, member: str) -> str:
    return at.terminal.words.of(member_words(at.session.directory, member))


def _people(words: Catalogue, named: list[str]) -> str:
    return words.listed(*named) if named else words(NOBODY)


def with_asking(case: Case, request: ActionRequest, member: str) -> ActionRequest:
    """An answer names the request of another that it answers; of several only the one who answers can say which."""
    if request.act not in BY_TWO or Attribute.ASKING.value in request.codes:
        return request
    found = open_askings(case.events, case.uncounted, request.act)
    waiting = [one for one in found if one.by != member]
    if len(waiting) != 1:
        return request
    return replace(request, codes={**request.codes, Attribute.ASKING.value: str(waiting[0].n)})


def able_to_agree(ruled: RuledCase, opened: OpenedCase, answer: Act, asking: Event) -> list[str]:
    """The readers of the case whose agreement it waits for."""
    readers = opened.grant.body.holders
    return [one for one in readers if may_agree(ruled.policy, ruled.case, answer, MemberId(one), asking)]


def reason_of(opened: OpenedCase, item: object, signer: str) -> str | None:
    """The words of a note by this member; None where they can't be read, or are somebody else's."""
    for entry in opened.thread.verified:
        if entry.item is None or entry.inner is None or b64encode(entry.item.hash) != item:
            continue
        content = entry.inner.content
        if isinstance(content, Message) and entry.inner.signer == signer:
            return content.text
    return None


def decline(at: AtCase, ruled: RuledCase, opened: OpenedCase, answer: Act, text: str) -> None:
    """Puts on the record that this member does not agree to what waits for this act; raises CommandError.

    Where nothing of another's waits for them, it takes back what they asked for themselves.
    """
    words, member = at.terminal.words, MemberId(at.staff.member)
    waiting = open_askings(ruled.case.events, ruled.case.uncounted, answer) if answer in BY_TWO else []
    fit = [one for one in waiting if may_agree(ruled.policy, ruled.case, answer, member, one)]
    own = [one for one in waiting if one.by == member]
    asking = next(iter(fit + own + waiting), None)
    if asking is None:
        raise CommandError(Exit.NOTHING_THERE, NOTHING_WAITS, act=act_words(answer))
    if asking.by != member:
        _check_may_decline(at, ruled, opened, answer, asking)
    ready = office_ready(at, needs_key=True)
    if ready is None:
        return
    write_note(at, ready, text, (), EventKind.STEP_DECLINED.value, {"n": asking.n})
    is_own = asking.by == member
    document: dict[str, object] = {
        "case": at.case, "act": answer.value, "withdrawn" if is_own else "declined": asking.n,
    }  # fmt: skip
    at.terminal.result(document, words(WITHDRAWN if is_own else DECLINED))


def _check_may_decline(at: AtCase, ruled: RuledCase, opened: OpenedCase, answer: Act, asking: Event) -> None:
    """Raises `CommandError` where this member's no to another's request would not count, or stands there already."""
    member = MemberId(at.staff.member)
    if not may_agree(ruled.policy, ruled.case, answer, member, asking):
        people = [_named(at, one) for one in able_to_agree(ruled, opened, answer, asking)]
        raise CommandError(Exit.REFUSED, NOT_YOURS, people=_people(at.terminal.words, people))
    if any(one.actor == member for one in declines(ruled.policy, ruled.case, ruled.entries, answer, asking)):
        raise CommandError(Exit.REFUSED, TWICE)
