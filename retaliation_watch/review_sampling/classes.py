"""Which measures are reviewed: all grave ones, a drawn part of the middle ones, none of the daily ones."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from retaliation_watch.kinds import DERIVED, MEANINGS, Measure


class Class(StrEnum):
    """A cover class: what makes a review say nothing about the person."""

    UNIVERSAL = "universal"
    SAMPLED = "sampled"
    DAILY = "daily"


GRAVE, SLIGHT = 6, 1
REPEATED: Final = 3
REPEATED_DAYS: Final = 91
"""So many sampled measures against one person in so many days are reviewed, no matter who the person is."""


def class_of(kind: Measure) -> Class:
    """The class of a single measure; what comes to everybody in rounds (ratings, raises) counts as daily."""
    severity = MEANINGS[kind].severity
    if severity >= GRAVE:
        return Class.UNIVERSAL
    return Class.DAILY if severity <= SLIGHT or kind in DERIVED else Class.SAMPLED


RULE: Final = "FR-2"
WORDING_EN: Final = (
    "Routine fairness review. This measure was drawn under rule FR-2 (all dismissals and other grave measures; "
    "all that follow each other closely; a quarter of warnings and the like). Please attach the grounds, the decision "
    "date and two comparable cases."
)
WORDING_ZH: Final = (
    "例行公正性抽查。本项处理依规则 FR-2 抽中（辞退等重大处理及短期内接连发生的处理全部复核，"
    "警告等一般处理抽取四分之一）。请附上理由、决定日期及两个可比案例。"
)
"""The only words that HR ever reads, the same for every review."""
