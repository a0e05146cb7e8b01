"""What casework refuses, named after the fact; `portal/errors.py` turns each into an answer."""

from __future__ import annotations

from casework.words import Words


class CaseworkError(Exception):
    """Base of every refusal of this package."""


class PolicyError(CaseworkError):
    """A policy file or its bindings are wrong: which file, which key, and why."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason
        # What was refused beside it, where reading went on.
        self.others: tuple[PolicyError, ...] = ()

    @property
    def all(self) -> tuple[PolicyError, ...]:
        """This one and what was refused beside it."""
        return (self, *self.others)


class RulesRefused(CaseworkError):
    """A rules document is not what we would have written: which key, and why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


class PolicyUnbound(CaseworkError):
    """A policy leaves parameters open that the operator has not bound yet."""

    def __init__(self, policy: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"{policy}: not bound: {', '.join(missing)}")
        self.policy = policy
        self.missing = missing


class LetterIncomplete(CaseworkError):
    """A letter lacks what it needs: the ids of its fields."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class LetterUnfit(CaseworkError):
    """What was given for a field of a letter cannot stand there; `reason` is a fixed code."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class FontMissing(CaseworkError):
    """No font of this machine has Chinese characters: a paper would show blanks."""


class CaseUnknown(CaseworkError):
    """No case has this id."""


class CaseDiffers(CaseworkError):
    """A case with this id is open already and was opened from something else."""


class HeadMoved(CaseworkError):
    """The event does not continue the head of the chain: somebody else wrote first."""


class EventRefused(CaseworkError):
    """The event is not one that this member may write here; `reason` is a fixed code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProposalOpen(CaseworkError):
    """Another re-grant of this case waits for its second signature."""


class EpochPassed(CaseworkError):
    """The grant or item belongs to another epoch than the one the case needs next."""


class ItemOutOfOrder(CaseworkError):
    """The item is not the next one of its direction."""


class BeyondCalendar(CaseworkError):
    """A date lies outside of 1900 to 2999: no clock runs there."""


class CalendarUnknown(CaseworkError):
    """No calendar of this name ships with the product."""


class LimitRefused(CaseworkError):
    """A text is no time limit, or one that nobody means."""


class StartRefused(CaseworkError):
    """A limit cannot be counted from this start: minutes need a moment that staff caused."""


class RulesAway(CaseworkError):
    """The rules or calendars of a case cannot be read just now."""


class CaseHeld(CaseworkError):
    """A legal hold lies on the case, or an authority has it: it is not deleted."""


class NotAHistory(CaseworkError):
    """Events that do not begin with an arrival, leave a gap, or do not say what they move are the stream of no case."""


class CalendarRefused(CaseworkError):
    """A calendar file is wrong, has a gap or an overlap: which file, which key, and why, in both languages."""

    def __init__(self, file: str, key: str, reason: Words) -> None:
        super().__init__(f"{file}: {key}: {reason.en}")
        self.file = file
        self.key = key
        self.reason = reason
