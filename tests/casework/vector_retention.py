"""The vectors of how long an ended case is kept: by months of its text or the bindings, a hold and an authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random  # noqa: TID251  # lots that fall the same way every time
from typing import Final

from casework.engine.case import fold, opening
from casework.legal_sources import Supplied
from casework.obligations.retention import retention
from casework.policy.policy import Policy
from casework.rules.rulebook import Retention
from casework.words import Words
from tests.casework.vector_rows import Row, point

ROWS: Final = 300
GROUND: Final = Supplied(Words("样例", "sample"))


def _row(policies: Sequence[Policy], number: int) -> Row:
    lots = Random(f"retention {number}")
    policy = lots.choice(policies)
    own, operator = lots.choice((None, None, 1, 12, 36)), lots.choice((None, 1, 6, 60))
    rule = None if own is None and lots.random() < 0.5 else Retention(Words("留存", "kept"), GROUND, own)
    policy = replace(
        policy, rules=replace(policy.rules, retention=rule), bound=replace(policy.bound, retention_months=operator)
    )
    ended = date(2023, 1, 28) + timedelta(days=lots.randrange(500))
    stages = [one for one in policy.rules.stages if one.end == (number % 8 > 0)]
    stage = lots.choice(stages or policy.rules.stages)
    case = fold([opening(policy.id, policy.version, ended)])
    case = replace(
        case,
        stage=stage.id,
        entered=1,
        events=(case.events[0], replace(case.events[0], n=1, at=ended)),
        held=lots.random() < 0.2,
        frozen=lots.random() < 0.2,
    )
    months = own or operator or 3
    today = ended + timedelta(days=lots.choice((0, 20, 30 * months, 30 * months + 31, lots.randrange(2000))))
    found = retention(policy, case, today)
    # The very last day and the day after it, where there is one.
    if found.until is not None and lots.random() < 0.5:
        today = found.until + timedelta(days=lots.choice((0, 1)))
        found = retention(policy, case, today)
    row: Row = {"policy": policy.id, "rule": rule is not None, "own": own, "bound": operator, "stage": stage.id}
    row |= {"held": case.held, "frozen": case.frozen, "ended": point(ended), "today": point(today)}
    return row | {"why": found.why, "since": point(found.ended), "until": point(found.until)}


def retentions(policies: Sequence[Policy]) -> list[Row]:
    """Cases by lot: in every kind of stage, with and without months, held or with an authority, around the last day."""
    return [_row(policies, number) for number in range(ROWS)]
