"""What the policy asks in a case beside its next step: by grade, of lateness, of secrecy, of those who work on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from casework.engine.refusal_words import refusal_words
from casework.engine.refusals import Refusal, RefusalReason
from casework.engine.sealed_steps import check_end
from casework.ids import MemberId
from casework.obligations.callback import reopens_case, rounds
from casework.obligations.grade_duties import GradeDuties, grade_duties
from casework.protection.conduct import Overdue, duties_of, guards_against_revenge, overdue
from casework.protection.secrecy import About, Disclosure, disclosure, is_pledge_due, protected
from casework.protection.view import Hearing, view
from casework.rules.acts import ACT_WORDS, Act
from casework.rules.clauses import DisclosureGround, DutyOf
from casework.rules.roles import RoleId
from portal.cli.desk.case_state import RuledCase
from portal.cli.words import Catalogue, one_or_more

VIEWS: Final[Mapping[Hearing, str]] = {
    Hearing.TOO_EARLY: "The policy asks for the reporter's view of the result, once there is one.",
    Hearing.DUE: "The reporter's view of the result is still to be recorded.",
    Hearing.HEARD: "The reporter's view of the result is on the record.",
}
SUBJECTS: Final[Mapping[About, str]] = {
    About.REPORTER: "the reporter's identity",
    About.CONTENT: "what the case is about",
    About.RESPONDENT: "the person concerned",
}
GROUNDS: Final[Mapping[DisclosureGround, str]] = {
    DisclosureGround.NEED: "need to know",
    DisclosureGround.LAW: "the law",
    DisclosureGround.CONSENT: "consent",
}


@dataclass(frozen=True)
class FurtherDuties:
    """What the case asks of this member, as data and as lines."""

    document: dict[str, object]
    lines: list[str]


def further_duties(ruled: RuledCase, member: str, words: Catalogue) -> FurtherDuties:
    """Everything at the moment of the ruling; an empty list of lines where the policy asks nothing more."""
    policy, case, ruling = ruled.policy, ruled.case, ruled.ruling
    grade, heard = grade_duties(policy, case), view(policy, case).hearing
    late, pledge = overdue(policy, case, ruling.office, ruling.now), is_pledge_due(policy, case, MemberId(member))
    mine = [role.id for role in policy.rules.roles if member in policy.bound.holders.get(role.id, ())]
    duties = dict.fromkeys(duty.text for role in mine for duty in duties_of(policy, DutyOf.HANDLER, role))
    before, sets = _before_end(ruled), Act.MEASURE_SET in ruled.allowed(member)
    document: dict[str, object] = {
        "grade": None if grade.grade is None else {"id": grade.grade.id, "owed": [act.value for act in grade.due]},
        "view": heard.value,
        "overdue": [{"clock": one.clock, "who": one.who, "days": one.late, "answers": one.answers} for one in late],
        "pledge": pledge,
        "disclosure": _grounds(ruled),
        "guards": guards_against_revenge(policy),
        "round": rounds(case),
        "measures": None if before is None else {"reason": before.reason.value, "names": list(before.names)},
    }
    lines = [
        *_of_rounds(ruled, words),
        *_of_grade(ruled, grade, words),
        *_of_measures(ruled, before, words, command=sets),
    ]
    if heard in VIEWS:
        lines.append(words(VIEWS[heard]))
    lines += [line for one in late for line in _of_lateness(ruled, one, words)]
    if pledge and Act.PLEDGED in ruled.allowed(member):
        lines.append(words("Give the pledge of confidentiality first: `yanlu desk act CASE pledged`."))
    lines += [words("Your duty: {text}", text=words.of(text)) for text in duties]
    return FurtherDuties(document, [*lines, *_of_secrecy(ruled, words), *_of_guards(ruled, words)])


def _names(ruled: RuledCase, roles: Iterable[RoleId | None], words: Catalogue) -> str:
    known = {role.id: words.of(role.name) for role in ruled.policy.rules.roles}
    return ", ".join(known.get(role, role) for role in roles if role is not None)


def _of_grade(ruled: RuledCase, found: GradeDuties, words: Catalogue) -> list[str]:
    if found.grade is None:
        return []
    lines = [words("Grade: {grade}.", grade=words.of(found.grade.name))]
    for role, sentence in (
        (found.handled_by, "It is handled by {role}."),
        (found.attended_by, "{role} attends to it in person."),
        (found.to, "It is reported up to {role}."),
    ):
        if role is not None:
            lines.append(words(sentence, role=_names(ruled, [role], words)))
    acts = ", ".join(words.of(ACT_WORDS[act]) for act in found.due)
    return [*lines, *([words("Owed for this grade: {acts}.", acts=acts)] if acts else [])]


def _of_rounds(ruled: RuledCase, words: Catalogue) -> list[str]:
    if not reopens_case(ruled.policy):
        return []
    said = "Round {n}: a reporter who is not satisfied sends the case back to work, as often as it takes."
    return [words(said, n=rounds(ruled.case))]


def _before_end(ruled: RuledCase) -> Refusal | None:
    """What the verdict that stands asks for before the case may end."""
    ends = (stage.id for stage in ruled.policy.rules.stages if stage.end and stage.id != ruled.case.stage)
    return next((found for one in ends if (found := check_end(ruled.policy, ruled.sealed, one)) is not None), None)


def _of_measures(ruled: RuledCase, before: Refusal | None, words: Catalogue, *, command: bool) -> list[str]:
    if before is None:
        return []
    reason = words.of(refusal_words(ruled.policy, before))
    if not command:
        return [words("{reason}.", reason=reason)]
    said = "{reason}. By command: `yanlu desk act CASE measure-set --measure ID`."
    none = "{reason}. By command: `yanlu desk act CASE measure-set`, with `--measure ID` or `--measure none`."
    sentence = none if before.reason is RefusalReason.MEASURES_OR_NONE else said
    return [words(sentence, reason=reason)]


def _of_lateness(ruled: RuledCase, one: Overdue, words: Catalogue) -> list[str]:
    name = next((words.of(rule.name) for rule in ruled.policy.rules.clocks if rule.id == one.clock), one.clock)
    facts = {"clock": name, "days": one.late, "role": _names(ruled, [one.who], words)}
    late = one_or_more(one.late, "Late by {days} day: {clock} ({role}).", "Late by {days} days: {clock} ({role}).")
    lines = [words(late if one.late else "Past its limit since today: {clock} ({role}).", **facts)]
    if one.clause is None:
        return lines
    said = {"roles": _names(ruled, one.answers, words), "text": words.of(one.clause.text)}
    return [*lines, words("Answerable for it: {roles}. {text}", **said)]


def _grounds(ruled: RuledCase) -> dict[str, list[str]]:
    """What is confidential, each with the grounds on which it may be disclosed."""
    covered = protected(ruled.policy)
    return {
        one.value: [ground.value for ground in GROUNDS if _may(ruled, one, ground)] for one in About if one in covered
    }


def _may(ruled: RuledCase, about: About, ground: DisclosureGround) -> bool:
    found: Disclosure = disclosure(ruled.policy, about, ground)
    return found.why is None


def _of_secrecy(ruled: RuledCase, words: Catalogue) -> list[str]:
    lines: list[str] = []
    for about, grounds in _grounds(ruled).items():
        said = ", ".join(words(GROUNDS[DisclosureGround(one)]) for one in grounds)
        what = words(SUBJECTS[About(about)])
        if said:
            lines.append(words("Confidential: {what}. Grounds for disclosure: {grounds}.", what=what, grounds=said))
        else:
            lines.append(words("Confidential: {what}. The policy gives no ground for disclosure.", what=what))
    return lines


def _of_guards(ruled: RuledCase, words: Catalogue) -> list[str]:
    guards = guards_against_revenge(ruled.policy)
    said = _names(ruled, guards, words)
    return [words("Answerable that nobody is punished for reporting: {roles}.", roles=said)] if guards else []
