"""What arrives and through which channels, what a report must bring, and what is written down about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.legal_sources import Ground
from casework.rules.roles import RoleId
from casework.words import Words


class IntakeKind(StrEnum):
    """What arrives: one policy may know several kinds, in one register or in several."""

    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    OPINION = "opinion"
    COLLECTIVE = "collective"


@dataclass(frozen=True, slots=True)
class IntakeKindRule:
    """A kind of intake, the register that keeps it, and whether a breach that is only imminent counts."""

    id: IntakeKind
    name: Words
    source: Ground
    register: str = "reports"
    imminent: bool = False
    unreasonable: bool = False


class IdentityMode(StrEnum):
    """What a policy asks of a reporter's name."""

    REQUIRED = "required"
    REQUESTED = "requested"
    CONFIDENTIAL = "confidential"
    ANONYMOUS_ALLOWED = "anonymous-allowed"


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity mode; sealing the name is always possible, whatever the text asks."""

    mode: IdentityMode
    source: Ground


@dataclass(frozen=True, slots=True)
class Form:
    """Whether a report must come in writing, and the form or slip that the text names."""

    written: bool
    source: Ground
    name: Words | None = None


class ChannelKind(StrEnum):
    """How a report arrives."""

    TELEPHONE = "telephone"
    EMAIL = "email"
    ONLINE = "online"
    MESSAGE = "message"
    LETTER = "letter"
    COUNTER = "counter"
    BOX = "box"
    ORAL = "oral"
    SUPERIOR = "superior"
    STAFF = "staff"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: to whom it leads, and the clock of a duty that hangs on it (a box that is emptied daily)."""

    id: str
    kind: ChannelKind
    name: Words
    source: Ground
    to: tuple[RoleId, ...] = ()
    published: bool = False
    daily: bool = False


class Need(StrEnum):
    """How much a field is needed."""

    REQUIRED = "required"
    ASKED = "asked"
    BEST_EFFORT = "best-effort"


class FieldPlace(StrEnum):
    """Whether the reporter supplies it or the office writes it into the register."""

    SUBMISSION = "submission"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class RegisterField:
    """A field that the text names. The account apart, no field is ever a condition of being heard.

    `asked_as` are the questions of the page that ask for the same: a member who logs a report is asked once.
    """

    id: str
    name: Words
    need: Need
    place: FieldPlace
    source: Ground
    asked_as: tuple[str, ...] = ()
