"""The vectors of what an office owes again and again: the duties of each policy, and where one stands on a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random  # noqa: TID251  # lots that fall the same way every time
from typing import Final, cast

from casework.deadlines.limits import Limit, Unit
from casework.obligations.recurring import OfficeDuty, duties_of, duty_state, missed_days
from casework.policy.document import rules_document
from casework.policy.policy import Policy
from casework.rules.clauses import Rhythm
from casework.rules.rulebook import Rulebook
from casework.words import Words
from tests.casework.vector_rows import OFFICES, Row, point, without_grounds

STATES: Final = 300
EVERY: Final = (
    None, Limit(1, Unit.DAYS), Limit(1, Unit.WEEKS), Limit(1, Unit.MONTHS), Limit(3, Unit.MONTHS),
    Limit(5, Unit.WORKING_DAYS), Limit(12, Unit.MONTHS),
)  # fmt: skip


def _rules(policy: Policy) -> str:
    """The rules document with the tables that duties are read from, and one holder for each role."""
    rules = Rulebook(**{name: getattr(policy.rules, name) for name in ("roles", "channels", "recurring")})
    holders = {role.id: (f"holder-{number}",) for number, role in enumerate(policy.rules.roles)}
    bound = replace(policy.bound, holders=holders, effective=date(2026, 9, 30))
    bare = replace(policy, rules=rules, bound=bound, questions=(), readers=(), promises=(), summary=None)
    return rules_document(cast("Policy", without_grounds(bare))).decode()


def _duties(policy: Policy) -> Row:
    rows = [
        [one.id, one.text.zh, one.text.en, one.by, one.to, one.every and [one.every.amount, one.every.unit], one.word]
        for one in duties_of(policy)
    ]
    return {"policy": policy.id, "rules": _rules(policy), "duties": rows}


def _twice(policy: Policy) -> Policy:
    """A policy that names one rhythm twice."""
    first = next(row for row in policy.rules.recurring if row.what is Rhythm.STATISTICS)
    return replace(policy, rules=replace(policy.rules, recurring=(*policy.rules.recurring, first)))


def _state(number: int) -> Row:
    lots = Random(f"duty {number}")
    name = lots.choice(sorted(OFFICES))
    every = lots.choice(EVERY)
    since = date(2026, 1, 1) + timedelta(days=lots.randrange(300))
    today = since + timedelta(days=lots.choice((0, 1, 2, 7, 30, 90, lots.randrange(200))))
    # Some before it was owed and some that lie ahead: neither counts.
    done = [since + timedelta(days=lots.randrange(-9, 120)) for _ in range(lots.choice((0, 0, 1, 2, 9)))]
    done += [today] if lots.random() < 0.2 else []
    duty = OfficeDuty("statistics", Words("统计", "statistics"), None, None, every, None)
    state = duty_state(duty, since, done, OFFICES[name], today)
    return {
        "office": name,
        "every": every and [every.amount, every.unit],
        "since": point(since),
        "done": [point(one) for one in done],
        "today": point(today),
        "status": state.status,
        "due": None if state.due is None else point(state.due.day),
        "late": state.late,
        "missed": [point(one) for one in missed_days(duty, since, done, OFFICES[name], today)],
    }


def duties(policies: Callable[[], list[Policy]]) -> list[Row]:
    """The policies that have duties, one that names a rhythm twice, and many states by lot."""
    owing = [policy for policy in policies() if duties_of(policy)]
    twice = next(one for one in owing if any(row.what is Rhythm.STATISTICS for row in one.rules.recurring))
    return [*map(_duties, owing), _duties(_twice(twice)), *map(_state, range(STATES))]
