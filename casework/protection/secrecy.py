"""Whether something of a case may be told to somebody else, and who must sign secrecy before opening one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.engine.case import Case
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import Act
from casework.rules.clauses import DisclosureGround, Secrecy
from casework.words import Words


class About(StrEnum):
    """What would be told."""

    REPORTER = "reporter"
    CONTENT = "content"
    RESPONDENT = "respondent"


class Silence(StrEnum):
    """Why it is not told."""

    NO_GROUND = "no-ground"
    """The text knows no such ground, or none at all."""
    NEVER = "never"
    """The text lets it be told on no ground."""
    REPORTER_NOT_ASKED = "reporter-not-asked"
    """The reporter's identity leaves the office on the reporter's consent or by law alone."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The answer: `rule` is the clause that allows or forbids it, `why` is None where it may be told."""

    why: Silence | None
    rule: Secrecy | None = None

    @property
    def text(self) -> Words | None:
        """The clause in words."""
        return self.rule.text if self.rule is not None else None


def disclosure(policy: Policy, about: About, ground: DisclosureGround) -> Disclosure:
    """Whether a member may tell somebody outside the case what it is about, on this ground.

    A policy that says nothing of grounds gives none. Need alone never opens who reported: anyone who must
    know the matter need not know the person.
    """
    rules = [rule for rule in policy.rules.secrecy if about is not About.RESPONDENT or rule.respondent_too]
    never = next((rule for rule in rules if DisclosureGround.NEVER in rule.disclosed_on), None)
    if never is not None:
        return Disclosure(Silence.NEVER, never)
    found = next((rule for rule in rules if ground in rule.disclosed_on), None)
    if found is None:
        return Disclosure(Silence.NO_GROUND, next(iter(rules), None))
    if about is About.REPORTER and ground is DisclosureGround.NEED:
        return Disclosure(Silence.REPORTER_NOT_ASKED, found)
    return Disclosure(None, found)


def protected(policy: Policy) -> frozenset[About]:
    """What secrecy covers under this policy; empty where the text says nothing of it."""
    rules = policy.rules.secrecy
    covered = {About.REPORTER, About.CONTENT} if rules else set[About]()
    return frozenset(covered | ({About.RESPONDENT} if any(rule.respondent_too for rule in rules) else set()))


def is_pledge_due(policy: Policy, case: Case, member: MemberId) -> bool:
    """Whether this member must sign a pledge of secrecy before opening the case."""
    asked = any(rule.pledge for rule in policy.rules.secrecy)
    return asked and member not in case.done_by(Act.PLEDGED)
