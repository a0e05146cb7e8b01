"""Samples recorded measures for review: by class and random draw, for everybody alike; HR reads the result."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from sqlalchemy import Connection, insert, select

from crypto.framing import frame, mac
from retaliation_watch.arrays import Bools, Ints
from retaliation_watch.hr_formats.dates import day_number, day_of
from retaliation_watch.hr_ingest.proposals import Verdict
from retaliation_watch.kinds import KINDS
from retaliation_watch.review_sampling.classes import REPEATED_DAYS, RULE, Class, class_of
from retaliation_watch.review_sampling.measure_reviews import SamplingFrame, repeated, sampled, sticky_assignment
from retaliation_watch.review_sampling.randomization import RandomizationKey, uniform_draws
from retaliation_watch.review_sampling.ratio import SMALLEST_UNIT
from retaliation_watch.store import DRAWS, REVIEWS
from retaliation_watch.weekly_run.history import History, listed

FRESH_DAYS: Final = 28
"""Measures recorded so long ago are still drawn, should a run or a delivery have come late."""
_AT_ONCE: Final = 500
_NEVER: Final = 1 << 21
_UNIVERSAL = np.array([class_of(kind) is Class.UNIVERSAL for kind in KINDS])


def draw_reviews(tx: Connection, history: History, today: date, key: RandomizationKey) -> int:
    """Inserts reviews of what was drawn among the measures of the last weeks; returns how many are new.

    Everybody is drawn once, at the first measure of middle gravity in the feed, and the answer is stored. A measure
    that was proposed before is not reviewed again.
    """
    events, last = history.events, day_number(today)
    near = np.flatnonzero((events.recorded > last - FRESH_DAYS - REPEATED_DAYS) & (events.recorded <= last))
    person, kind, recorded = events.person[near], events.kind[near], events.recorded[near]
    fresh = recorded > last - FRESH_DAYS
    reviewed = _UNIVERSAL[kind] | repeated(person, kind, recorded)
    drawn = fresh & sampled(kind)
    people = np.unique(person[drawn])
    reviewed[drawn] |= _answers(tx, history, people, last, key)[np.searchsorted(people, person[drawn])]
    chosen = np.flatnonzero(fresh & reviewed)
    return _insert_reviews(tx, history, (person[chosen], kind[chosen], recorded[chosen]), today, key)


def _answers(tx: Connection, history: History, people: Ints, last: int, key: RandomizationKey) -> Bools:
    """Each person's answer, drawn now for those who have none."""
    persons = [history.person(one) for one in people.tolist()]
    known: dict[bytes, bool] = {}
    for start in range(0, len(persons), _AT_ONCE):
        rows = tx.execute(select(DRAWS).where(DRAWS.c.person.in_(persons[start : start + _AT_ONCE])))
        known |= {bytes(row.person): bool(row.reviewed) for row in rows}
    new = np.array([one for one, name in zip(people.tolist(), persons, strict=True) if name not in known], np.int32)
    if len(new):
        drawn = _draw(tx, history, new, last, key)
        answers = {history.person(one): bool(drawn[at]) for at, one in enumerate(new.tolist())}
        tx.execute(insert(DRAWS), [{"person": person, "reviewed": said} for person, said in answers.items()])
        known |= answers
    return np.array([known[name] for name in persons], bool)


def _draw(tx: Connection, history: History, people: Ints, last: int, key: RandomizationKey) -> Bools:
    """Draws against the chance that each person had at the first sampled measure, in a unit that is large enough."""
    events, population = history.events, _sampling_frame(tx, history)
    mine = np.flatnonzero(sampled(events.kind) & np.isin(events.person, people) & (events.recorded <= last))
    _, first = np.unique(events.person[mine], return_index=True)
    when = events.recorded[mine[first]]
    answer = sticky_assignment(
        uniform_draws(key, [population.ids[one] for one in people.tolist()], "review"), population.listed(people, when)
    )
    return answer & (population.unit_size(people, when) >= SMALLEST_UNIT)


def _sampling_frame(connection: Connection, history: History) -> SamplingFrame:
    terms = pl.DataFrame({"person": history.persons}).join(
        listed(connection), on="person", how="left", maintain_order="left"
    )
    roster = history.roster
    return SamplingFrame(
        roster.ids.to_list(),
        terms["start"].fill_null(_NEVER).to_numpy(),
        terms["until"].fill_null(0).to_numpy() - 1,
        roster.groups["org_unit"],
        roster.hired,
        roster.left,
    )


def _insert_reviews(
    tx: Connection, history: History, chosen: tuple[Ints, Ints, Ints], today: date, key: RandomizationKey
) -> int:
    there, proposed = _existing_reviews(tx, today)
    rows: dict[bytes, dict[str, object]] = {}
    columns: list[list[int]] = [column.tolist() for column in chosen]
    for place, kind, recorded in zip(*columns, strict=True):
        person, day = history.person(place), day_of(recorded)
        name = str(KINDS[int(kind)])
        # The same measure has the same number, whichever run finds it.
        review = mac(key.octets, frame("yanlu/v1/watch-review", person, name, day.isoformat()))[:16]
        if review not in there and (person, name) not in proposed:
            rows[review] = {
                "review": review, "source": RULE, "person": person, "kind": name, "planned": day, "received": today,
                "due": today, "answer": Verdict.GROUNDS.value,
            }  # fmt: skip
    if rows:
        tx.execute(insert(REVIEWS), list(rows.values()))
    return len(rows)


def _existing_reviews(tx: Connection, today: date) -> tuple[set[bytes], set[tuple[bytes, str]]]:
    """What was drawn in these weeks, and which measures against whom were proposed in a quarter."""
    since = today - timedelta(days=REPEATED_DAYS)
    query = select(REVIEWS.c.review, REVIEWS.c.source, REVIEWS.c.person, REVIEWS.c.kind)
    there, proposed = set[bytes](), set[tuple[bytes, str]]()
    for row in tx.execute(query.where(REVIEWS.c.received > since)):
        if row.source == RULE:
            there.add(bytes(row.review))
        else:
            proposed.add((bytes(row.person), str(row.kind)))
    return there, proposed
