"""The options of response to one alert, and what each would disclose, given all earlier answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, func, select

from retaliation_watch.errors import AlertUnknown
from retaliation_watch.hr_formats.dates import day_number
from retaliation_watch.hr_ingest.rosters import NewestRoster, newest_rosters
from retaliation_watch.kinds import INDEX, Measure
from retaliation_watch.review_sampling.classes import REPEATED_DAYS, RULE, Class, class_of
from retaliation_watch.review_sampling.measure_reviews import person_draw, repeated
from retaliation_watch.review_sampling.randomization import RandomizationKey
from retaliation_watch.review_sampling.ratio import COVER, listed_chance, most, multiplied
from retaliation_watch.review_sampling.steps import Judgement, Refusal, ReviewRequest, judge
from retaliation_watch.store import ALERTS, DRAWS, ENTRIES, PEOPLE, REVIEWS
from retaliation_watch.weekly_run.measure_review_sampling import FRESH_DAYS

LATE: Final = Judgement(Refusal.LATE, 1.0, 1.0)


@dataclass(frozen=True)
class ResponseOption:
    """One measure behind an alert: when HR was asked about it, or how a wish to ask would be judged."""

    kind: Measure
    recorded: date
    asked: date | None
    judgement: Judgement


@dataclass(frozen=True)
class ResponseOptions:
    """All measures of an alert, and the most that the answers of this protection period multiply the odds by."""

    cumulative_odds_ratio: float
    steps: tuple[ResponseOption, ...]


@dataclass(frozen=True)
class _Person:
    """What the judgement needs of the person behind an alert."""

    pseudonym: bytes
    draw: float
    # First day and day of leaving of everybody in the unit, None where unknown.
    unit: tuple[tuple[date | None, date | None], ...]
    # What the lot said for all measures of middle gravity; None where it was never thrown.
    answered: bool | None
    # Kind and day of what HR was asked about, and when.
    asked: Mapping[tuple[str, date], date]
    # Kind, planned day and day of receipt of what HR proposed itself: it was asked for the grounds then.
    proposed: tuple[tuple[str, date, date], ...]

    def asked_on(self, kind: Measure, recorded: date) -> date | None:
        """When HR was asked about a measure, before or after it was recorded."""
        found = self.asked.get((kind.value, recorded))
        if found is not None:
            return found
        near = timedelta(days=REPEATED_DAYS)
        return next((on for name, day, on in self.proposed if name == kind.value and abs(day - recorded) < near), None)


def response_options(connection: Connection, key: RandomizationKey, alert: bytes, today: date) -> ResponseOptions:
    """The steps about one alert whose day has come; raises `AlertUnknown`.

    Nobody can order a review: a step that is allowed comes by itself, with the next ones of everybody.
    """
    row = connection.execute(select(ALERTS).where((ALERTS.c.alert == alert) & (ALERTS.c.shown <= today))).first()
    if row is None:
        raise AlertUnknown
    person = _person(connection, key, bytes(row.person))
    earlier = _earlier(connection, person, today)
    measures = _measures(json.loads(row.evidence)["measures"])
    thirds = _thirds(measures)
    steps = [
        _step(person, earlier, (kind, recorded, third), today)
        for (kind, recorded), third in zip(measures, thirds, strict=True)
    ]
    return ResponseOptions(multiplied(earlier), tuple(steps))


def _measures(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Measure, date]]:
    """Each measure of the evidence once, the newest first."""
    found = {(Measure(one["kind"]), date.fromisoformat(one["recorded"])) for one in rows}
    return sorted(found, key=lambda one: (one[1], one[0]), reverse=True)


def _thirds(measures: Sequence[tuple[Measure, date]]) -> list[bool]:
    """Which of them is the third of middle gravity in thirteen weeks: those are reviewed, no matter whom they hit."""
    kinds = np.array([INDEX[kind] for kind, _ in measures], np.int32)
    days = np.array([day_number(day) for _, day in measures], np.int32)
    return repeated(np.zeros(len(measures), np.int32), kinds, days).tolist()


def _person(connection: Connection, key: RandomizationKey, pseudonym: bytes) -> _Person:
    answered = connection.scalar(select(DRAWS.c.reviewed).where(DRAWS.c.person == pseudonym))
    mine = select(REVIEWS).where(REVIEWS.c.person == pseudonym).order_by(REVIEWS.c.received, REVIEWS.c.review)
    rows = connection.execute(mine).all()
    return _Person(
        pseudonym,
        person_draw(key, pseudonym.hex()),
        _unit(connection, pseudonym),
        None if answered is None else bool(answered),
        {(str(row.kind), row.planned): row.received for row in rows if row.source == RULE},
        tuple((str(row.kind), row.planned, row.received) for row in rows if row.source != RULE),
    )


def _earlier(connection: Connection, person: _Person, today: date) -> tuple[float, ...]:
    """What the answers so far multiply the odds by: the one lot of all middle measures, once HR was asked by it.

    Counted as if the person had been on the list when it fell, which is the most that it can be. What everybody is
    asked about multiplies nothing.
    """
    start = connection.scalar(
        select(func.min(ENTRIES.c.start)).where((ENTRIES.c.person == person.pseudonym) & (ENTRIES.c.until > today))
    )
    drawn = any(
        class_of(Measure(kind)) is Class.SAMPLED and (start is None or received >= start)
        for (kind, _), received in person.asked.items()
    )
    return (most(listed_chance(), COVER),) if drawn and person.answered else ()


def _step(
    person: _Person, earlier: tuple[float, ...], measure: tuple[Measure, date, bool], today: date
) -> ResponseOption:
    kind, recorded, third = measure
    asked = person.asked_on(kind, recorded)
    if asked is not None:
        return ResponseOption(kind, recorded, asked, Judgement(None, 1.0, multiplied(earlier)))
    found = judge(ReviewRequest(kind, _size(person.unit, recorded), person.draw, person.answered, third, earlier))
    if found.refusal is not Refusal.DAILY and (today - recorded).days >= FRESH_DAYS:
        found = LATE
    return ResponseOption(kind, recorded, None, found)


def _unit(connection: Connection, pseudonym: bytes) -> tuple[tuple[date | None, date | None], ...]:
    """Everybody of a person's unit; whom the newest roster does not name any more has left."""
    person = connection.execute(select(PEOPLE).where(PEOPLE.c.person == pseudonym)).one()
    mine, day = PEOPLE.c.entity == person.entity, newest_rosters(connection, person.entity)
    last = select(PEOPLE.c.roster, func.max(PEOPLE.c.seen)).where(mine).group_by(PEOPLE.c.roster)
    newest = max(_seen(day, roster, seen) for roster, seen in connection.execute(last))
    query = select(PEOPLE.c.hired, PEOPLE.c.ended, PEOPLE.c.roster, PEOPLE.c.seen)
    rows = connection.execute(query.where(mine & (PEOPLE.c.org_unit == person.org_unit)))
    seen = ((row.hired, row.ended, _seen(day, row.roster, row.seen)) for row in rows)
    return tuple((hired, ended or (None if last == newest else last)) for hired, ended, last in seen)


def _seen(newest: Mapping[str, NewestRoster], roster: str | None, seen: date) -> date:
    """When a roster named somebody last; `roster` and `seen` as the person's row has them."""
    return newest[roster].day if roster is not None and roster in newest else seen


def _size(unit: Sequence[tuple[date | None, date | None]], day: date) -> int:
    """How many people a unit had on a day."""
    return sum((hired is None or hired <= day) and (left is None or left > day) for hired, left in unit)
