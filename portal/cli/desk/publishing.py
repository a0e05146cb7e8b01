"""Whether a text may be signed as published: what the policy withholds, and who publishes by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from casework.engine.holders import roles_of
from casework.ids import MemberId
from casework.protection.publicity import Withheld, publication, publication_in, recorded_as, withheld
from casework.rules.acts import Act
from casework.rules.clauses import Audience, Published
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import RuledCase
from portal.cli.errors import CommandError, Exit
from portal.cli.words import Catalogue

SUBJECTS: Final[Mapping[Published, str]] = {
    Published.RESULT: "the result",
    Published.CASES: "cases as examples",
    Published.FIGURES: "figures",
}
AUDIENCES: Final[Mapping[Audience, str]] = {
    Audience.POSTS: "the departments concerned",
    Audience.COMPANY: "the company",
    Audience.CONSTITUENCY: "everybody whom the policy serves",
}
REASONS: Final[Mapping[Withheld, str]] = {
    Withheld.NOT_IN_POLICY: "The policy does not publish this to these readers. What it publishes: {rules}.",
    Withheld.NOT_ENDED: "A case is published as an example only after it has ended.",
    Withheld.FROZEN: "The case is with an authority: nothing of it is published.",
    Withheld.NO_RESULT: "The reporter is told the result first: nothing is published before.",
}
ONLY_TEXTS: Final = (
    "This step signs the text that is published, and no other words: prepare and record it with "
    "`yanlu desk publication CASE ACCOUNT --record`."
)


def rule_lines(ruled: RuledCase, words: Catalogue) -> list[str]:
    """Each thing that the policy publishes: what, to whom, in its words."""
    return [
        words("{what} to {audience}: {text}", what=words(SUBJECTS[one.what]), audience=words(AUDIENCES[one.audience]),
              text=words.of(one.text))
        for one in ruled.policy.rules.publications
    ]  # fmt: skip


def refused_publication(words: Catalogue, ruled: RuledCase, why: Withheld) -> CommandError:
    """Why something is not published, in words."""
    return CommandError(Exit.REFUSED, REASONS[why], rules="; ".join(rule_lines(ruled, words)) or "-")


def as_published(ruled: RuledCase, member: str, request: ActionRequest, words: Catalogue) -> ActionRequest:
    """The request whose words are sealed as a publication, where its act signs one; any other as it is.

    Raises CommandError where the policy withholds it, has another publish it, or the words are none of a publication.
    """
    kind = publication_in(request.text) if request.readers == "office" else None
    if kind is None and request.act is Act.PUBLISHED and _publishes_cases(ruled):
        raise CommandError(Exit.REFUSED, ONLY_TEXTS)
    if kind is None or request.act not in {Act.PUBLISHED, Act.POSTS_NOTIFIED}:
        return request
    return publishing(ruled, member, request, kind, words)


def publishing(
    ruled: RuledCase, member: str, request: ActionRequest, kind: tuple[Published, Audience], words: Catalogue
) -> ActionRequest:
    """The request as a publication of this kind; raises CommandError where the policy has none, or by another act."""
    why = withheld(ruled.policy, ruled.case, *kind)
    rule = publication(ruled.policy, *kind)
    if why is not None or isinstance(rule, Withheld):
        raise refused_publication(words, ruled, why or Withheld.NOT_IN_POLICY)
    act = recorded_as(ruled.policy, ruled.case, kind[1])
    if request.act is not act or request.files:
        raise CommandError(Exit.REFUSED, ONLY_TEXTS)
    stage = ruled.policy.rules.stage(ruled.case.stage)
    # Where the policy has no act for it, anyone who publishes by the rule, else anyone who has the stage.
    actors = stage.actors if act is Act.NOTED and stage is not None else ()
    may = [rule.by] if rule.by is not None else list(actors)
    if may and not set(may) & roles_of(ruled.policy, ruled.case, MemberId(member)):
        names = {role.id: words.of(role.name) for role in ruled.policy.rules.roles}
        raise CommandError(
            Exit.REFUSED,
            "The policy has this published by: {roles}.",
            roles=words.listed(*(names.get(one, one) for one in may)),
        )
    return replace(request, publication=True)


def _publishes_cases(ruled: RuledCase) -> bool:
    return any(one.what is not Published.FIGURES for one in ruled.policy.rules.publications)
