"""Payloads of the steps that a policy knows: what a reporter declares, what the office decides and tells (SPEC §6)."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from crypto.errors import WrongShape
from crypto.sealing.attachment_shape import Attachment, attachment_documents, attachments_of
from crypto.shape import Fields, dated, day_member, day_of, id_of, list_of, text_of

# As policies print a limit: a number and an English unit, the plural for all but one.
_LIMIT = re.compile(r"(1|[1-9][0-9]{0,5}) (minute|hour|day|week|month|year|working day)(s?)")
_LIMIT_BYTES = 40
_COUNTED = 366


class Declaration(StrEnum):
    """What a reporter can declare."""

    CONFIRM = "confirm"
    CONTEST = "contest"
    AGREE = "agree"
    REFUSE = "refuse"
    SUPPLY = "supply"
    SEEN = "seen"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"


class DecisionAct(StrEnum):
    """The acts of the office whose content would tell the verdict."""

    DECIDED = "decided"
    APPEAL_DECIDED = "appeal-decided"
    MEASURE_SET = "measure-set"
    COMPENSATED = "compensated"
    REWARDED = "rewarded"
    MALICE_PROPOSED = "malice-proposed"
    MALICE_APPROVED = "malice-approved"
    CLEARED = "cleared"


@dataclass(frozen=True)
class ActText:
    """A reporter's declaration."""

    act: Declaration
    text: str

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"act": self.act.value, "text": self.text}


@dataclass(frozen=True)
class Decision:
    """What the office decides; outcomes, measures and reward are ids of the policy.

    `own_words` tells that `text` describes a measure beside its id.
    """

    act: DecisionAct
    text: str = ""
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    outcomes: list[str] = field(default_factory=list[str])
    measures: list[str] = field(default_factory=list[str])
    own_words: bool = False
    reward: str | None = None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "act": self.act.value,
            "text": self.text,
            "attachments": attachment_documents(self.attachments),
            "outcomes": self.outcomes,
            "measures": self.measures,
            "own_words": self.own_words,
            "reward": self.reward,
        }


@dataclass(frozen=True)
class Until:
    """The last day on which the reporter can do what a notice asks.

    `provisional` where the day rests on a calendar without official data; `limit` as the policy
    prints it, such as `5 working days`. `counts` are the days that count towards a limit in working
    days, up to `day`: the office has the calendar, the reporter has not.
    """

    day: str
    provisional: bool
    limit: str
    counts: list[str] | None = None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"day": self.day, "provisional": self.provisional, "limit": self.limit, "counts": self.counts}


@dataclass(frozen=True)
class Notice:
    """What the office tells the reporter with an act, and what the reporter can do then.

    `act` is an act of the policy, `stage` and `next` are its stages.
    """

    act: str
    stage: str
    next: str | None = None
    due: str | None = None
    text: str = ""
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    outcomes: list[str] = field(default_factory=list[str])
    measures: list[str] = field(default_factory=list[str])
    asks: list[Declaration] = field(default_factory=list[Declaration])
    until: Until | None = None
    day: str | None = None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "act": self.act,
            "stage": self.stage,
            "next": self.next,
            "due": self.due,
            "text": self.text,
            "attachments": attachment_documents(self.attachments),
            "outcomes": self.outcomes,
            "measures": self.measures,
            "asks": [act.value for act in self.asks],
            "until": None if self.until is None else self.until.document(),
            **day_member(self.day),
        }


def read_act(value: object) -> ActText:
    """The payload of an `act`; raises WrongShape."""
    fields = Fields(value, "act", "text")
    return ActText(Declaration(fields.word("act", *Declaration)), fields.text("text"))


def read_decision(value: object) -> Decision:
    """The payload of a `decision`; raises WrongShape."""
    fields = Fields(value, "act", "text", "attachments", "outcomes", "measures", "own_words", "reward")
    return Decision(
        DecisionAct(fields.word("act", *DecisionAct)),
        fields.text("text"),
        attachments_of(fields),
        fields.ids("outcomes"),
        fields.ids("measures"),
        fields.flag("own_words"),
        fields.maybe("reward", id_of),
    )


def read_notice(value: object) -> Notice:
    """The payload of a `notice`; raises WrongShape."""
    fields, day = dated(
        value, "act", "stage", "next", "due", "text", "attachments", "outcomes", "measures", "asks", "until"
    )  # fmt: skip
    return Notice(
        fields.id("act"),
        fields.id("stage"),
        fields.maybe("next", id_of),
        fields.maybe("due", day_of),
        fields.text("text"),
        attachments_of(fields),
        fields.ids("outcomes"),
        fields.ids("measures"),
        _asks(fields),
        fields.maybe("until", _until),
        day,
    )


def _asks(fields: Fields) -> list[Declaration]:
    known = {act.value: act for act in Declaration}
    found = fields.ids("asks")
    if not set(found) <= known.keys():
        raise WrongShape("not an act of a reporter")
    return [known[word] for word in found]


def _until(value: object) -> Until:
    fields = Fields(value, "day", "provisional", "limit", "counts")
    last, counts = fields.day("day"), fields.maybe("counts", lambda days: list_of(days, _COUNTED, day_of))
    # Days as text sort as days do.
    if counts is not None and (counts[-1:] != [last] or sorted(set(counts)) != counts):
        raise WrongShape("not the days up to the last one")
    return Until(last, fields.flag("provisional"), _limit(fields["limit"]), counts)


def _limit(value: object) -> str:
    limit = text_of(value, _LIMIT_BYTES)
    found = _LIMIT.fullmatch(limit)
    if found is None or (found[3] == "s") == (found[1] == "1"):
        raise WrongShape("not a limit")
    return limit
