"""What the watch refuses, named after the fact."""

from __future__ import annotations

from enum import StrEnum


class WatchError(Exception):
    """Base of every refusal of this package."""


class Fault(StrEnum):
    """Why a whole file is refused."""

    EMPTY = "empty"
    NOT_TEXT = "not-text"
    COLUMN_MISSING = "column-missing"
    COLUMN_TWICE = "column-twice"
    TOO_MANY_COLUMNS = "too-many-columns"
    MALFORMED = "malformed"
    AMBIGUOUS_DATES = "ambiguous-dates"
    TOO_MANY_ROWS = "too-many-rows"


class FileRefused(WatchError):
    """A file is refused whole: why, and the column or share that it is about."""

    def __init__(self, fault: Fault, about: str = "") -> None:
        super().__init__(f"{fault}: {about}" if about else str(fault))
        self.fault = fault
        self.about = about


class ColumnsUnread(WatchError):
    """The rows of a file could not be worked on: what went wrong by its kind alone, since its words quote rows."""


class NobodyToWatch(WatchError):
    """No person of the watchlist is in the roster."""


class NoHistory(WatchError):
    """The events end before the first run: nothing could be compared."""


class KeyDiffers(WatchError):
    """The host's key is not the one under which this was kept."""


class NoAgreement(WatchError):
    """Nobody has agreed to a watch at this entity, so that none may work there."""


class ManifestRefused(WatchError):
    """No source that is known signed this, or not exactly this."""


class SequenceUsed(WatchError):
    """Another file was delivered under this number."""


class SourceUnknown(WatchError):
    """No HR system of this name was registered."""


class FormChanged(WatchError):
    """Another version of the form is in force than the one that was to be changed."""


class FormRefused(WatchError):
    """A form that names columns or kinds which nobody knows."""


class TooManyRequests(WatchError):
    """This seat had as many requests for links entered this month as a month takes."""


class ReviewUnknown(WatchError):
    """No measure was proposed under this number."""


class AlertUnknown(WatchError):
    """No such alert, or one that is not to be shown yet."""


class TooManyNames(WatchError):
    """An officer had as many people named today as a day allows."""
