"""What may be counted without opening anything: how many cases came in and ended, by entity and by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from casework.statistics.figures import Period
from casework.statistics.suppression import SMALL
from casework.statistics.tables import Category, Dimension, Table, listed, tabulate
from casework.words import Words

MONTHS: Final = 12
_ENTITY: Final = Words(zh="单位", en="Entity")
_MONTH: Final = Words(zh="收件月份", en="Month of receipt")
_STATE: Final = Words(zh="办理情况", en="Standing")
_DELETED: Final = Words(zh="已销毁案件的原因", en="Why cases were deleted")
_OPEN: Final = Category("open", Words(zh="在办", en="in work"))
_ENDED: Final = Category("ended", Words(zh="办结", en="ended"))
REASONS: Final[Mapping[str, Words]] = {
    "retention": Words(zh="保存期满", en="their term was over"),
    "request": Words(zh="应请求", en="on request"),
    "court": Words(zh="依司法文书", en="by order of a court"),
    "mistake": Words(zh="误收", en="by mistake here"),
    "unstated": Words(zh="未说明", en="not stated"),
    "unopened": Words(zh="无人能够打开", en="nobody could open them"),
    "resumed": Words(zh="补完中断的销毁", en="a deletion that was cut short, ended"),
}
"""What `casework.event_store.deletion.DeletionReason` is called."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases of one entity and month, in work or ended."""

    entity: str
    month: str
    ended: bool
    number: int


def period_before(today: date) -> Period:
    """The twelve whole months before this one: a month that still runs would tell of each arrival on its day."""
    last = today.replace(day=1) - timedelta(days=1)
    number = last.year * 12 + last.month - MONTHS
    return Period(date(number // 12, number % 12 + 1, 1), last)


def overview(
    cases: Iterable[Counted],
    gone: Iterable[tuple[str, int]],
    entities: Mapping[str, Words],
    period: Period,
    small: int = SMALL,
) -> tuple[Table, ...]:
    """The tables; no two of them share a dimension, so that none gives anything away about another.

    A case of an entity that the directory does not name any more is counted in none. Raises nothing.
    """
    known = [one for one in cases if one.entity in entities]
    by_entity = Dimension("entity", _ENTITY, tuple(Category(one, name) for one, name in entities.items()))
    by_month = Dimension("month", _MONTH, tuple(Category(one, Words(one, one)) for one in period.months()))
    by_state = Dimension("standing", _STATE, (_OPEN, _ENDED))
    by_reason = Dimension("deleted", _DELETED, tuple(Category(one, name) for one, name in REASONS.items()))
    received = [(one.entity, one.month) for one in known for _ in range(one.number)]
    states = [(_ENDED if one.ended else _OPEN).id for one in known for _ in range(one.number)]
    return (
        tabulate("received", received, by_entity, by_month, small),
        listed("standing", states, by_state, small),
        listed("deleted", [one for one, number in gone for _ in range(number)], by_reason, small),
    )
