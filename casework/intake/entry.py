"""What somebody writes down when a report comes in, and what the policy makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from casework.rules.people import Channel, ChannelKind, IntakeKind, IntakeKindRule, RegisterField, RoleId, Subject
from casework.words import Words

STAFF_WRITES: Final = frozenset(
    {
        ChannelKind.TELEPHONE,
        ChannelKind.LETTER,
        ChannelKind.COUNTER,
        ChannelKind.BOX,
        ChannelKind.ORAL,
        ChannelKind.STAFF,
    }
)
"""By these channels nothing comes in unless a member of the staff writes it down."""
SPOKEN: Final = frozenset({ChannelKind.TELEPHONE, ChannelKind.COUNTER, ChannelKind.ORAL, ChannelKind.STAFF})
"""By these channels nothing is written until somebody writes it."""


@dataclass(frozen=True, slots=True)
class IncomingReport:
    """One report as it comes in, in the browser that will seal it: nothing of this is stored in clear.

    `subject`, `kind`, `category` and `fields` are ids of the policy, `entity` is the company or department
    concerned; none of them is a condition of being heard. `left_out` tells that anyone who took it in
    holds it to fall under what the text leaves out.
    `taken_by` is the role in which a member wrote it down, None where the reporter did. `concerned` are
    the roles that anyone who is complained of holds: none of them receives it.
    """

    channel: str
    received: date
    subject: str | None = None
    kind: IntakeKind | None = None
    category: str | None = None
    entity: str | None = None
    imminent: bool = False
    left_out: bool = False
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    taken_by: RoleId | None = None
    concerned: frozenset[RoleId] = frozenset()


class Outside(StrEnum):
    """Where a report lies outside what the text says; triage decides, and the form turns nobody away."""

    SUBJECT = "subject"
    """The text does not name such a reporter."""
    IMMINENT = "imminent"
    """It has not happened yet, and the text speaks of what has."""
    ENTITY = "entity"
    """It concerns a company or department to which the policy does not apply."""
    SCOPE = "scope"
    """Anyone who took it in holds it to fall under what the text leaves out."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What the policy makes of an entry.

    `gaps` are the fields still to be asked for, `unknown` those written down where they could be had
    and nobody could. `to_be_written` tells that the text wants it in writing and it was spoken.
    """

    channel: Channel
    kind: IntakeKindRule
    subject: Subject | None
    category: Words | None
    addressees: tuple[RoleId, ...]
    diverted: bool
    gaps: tuple[RegisterField, ...]
    unknown: tuple[RegisterField, ...]
    to_be_written: bool
    outside: tuple[Outside, ...]

    @property
    def register(self) -> str:
        """The register that keeps it."""
        return self.kind.register

    @property
    def complete(self) -> bool:
        """Whether nothing is left that the text asks for."""
        return not self.gaps


class IntakeReason(StrEnum):
    """Why an entry cannot be taken in as it stands."""

    NO_SUCH_CHANNEL = "no-such-channel"
    WHICH_KIND = "which-kind"
    NO_SUCH_KIND = "no-such-kind"
    NO_SUCH_CATEGORY = "no-such-category"
    NO_SUCH_FIELD = "no-such-field"
    NOTHING_LEFT_OUT = "nothing-left-out"
    WHO_WROTE_IT = "who-wrote-it"
    NOT_THEIR_CHANNEL = "not-their-channel"
    NOBODY_IMPARTIAL = "nobody-impartial"


WORDS: Final[dict[IntakeReason, Words]] = {
    IntakeReason.NO_SUCH_CHANNEL: Words("本制度的渠道是：{names}", "The channels of this policy are: {names}"),
    IntakeReason.WHICH_KIND: Words("请选择类别：{names}", "Say which kind it is: {names}"),
    IntakeReason.NO_SUCH_KIND: Words("本制度只受理：{names}", "This policy takes in: {names}"),
    IntakeReason.NO_SUCH_CATEGORY: Words("本制度的分类是：{names}", "The categories of this policy are: {names}"),
    IntakeReason.NOTHING_LEFT_OUT: Words("本制度没有除外事项", "This policy leaves nothing out"),
    IntakeReason.NO_SUCH_FIELD: Words("登记表没有这一项：{names}", "The register has no field {names}"),
    IntakeReason.WHO_WROTE_IT: Words(
        "此渠道须由受理人员代为登记", "By this channel a member of the staff writes it down"
    ),
    IntakeReason.NOT_THEIR_CHANNEL: Words("此渠道由 {names} 登记", "By this channel {names} writes it down"),
    IntakeReason.NOBODY_IMPARTIAL: Words(
        "各受理方均与被反映人有关，请提交上级单位",
        "Everybody who could receive it is concerned; send it to the superior entity",
    ),
}


@dataclass(frozen=True, slots=True)
class IntakeRefusal:
    """Why an entry cannot be taken in as it stands, and the ids that would do."""

    reason: IntakeReason
    names: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        """The sentence in both languages, ids under their codes."""
        sentence = WORDS[self.reason]
        return Words(sentence.zh.format(names="、".join(self.names)), sentence.en.format(names=", ".join(self.names)))
