"""What somebody writes down when a report comes in, and what the policy makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from casework.json_tables import read_table
from casework.rules.intake_form import Channel, ChannelKind, IntakeKind, IntakeKindRule, RegisterField
from casework.rules.roles import RoleId, Subject
from casework.words import DEFAULT, SOURCE, LocalizedText, Words, code_language, localized

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
    `recorded_by` is the role in which a member wrote it down, None where the reporter did. `concerned` are
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
    recorded_by: RoleId | None = None
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


_ROWS: Final = read_table("casework.intake", "refusals")
WORDS: Final = {reason: localized(_ROWS[reason], SOURCE) for reason in IntakeReason}


@dataclass(frozen=True, slots=True)
class IntakeRefusal:
    """Why an entry cannot be taken in as it stands, and the ids that would do."""

    reason: IntakeReason
    names: tuple[str, ...] = ()

    @property
    def words(self) -> LocalizedText:
        """The sentence in each language of the table, ids under their codes."""
        texts = ((tag, self._sentence(tag, sentence)) for tag, sentence in WORDS[self.reason].texts)
        return localized(dict(texts), SOURCE)

    def _sentence(self, tag: str, sentence: str) -> str:
        return sentence.format(names=("、" if code_language(tag) == DEFAULT else ", ").join(self.names))
