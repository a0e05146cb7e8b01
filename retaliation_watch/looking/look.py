"""One look at an entity: who crossed the line since the last one, with the evidence as it stands that day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, insert, select

from crypto.framing import Rng
from retaliation_watch.cover.coins import CoinKey
from retaliation_watch.drop.coverage import gaps_of
from retaliation_watch.errors import NoAgreement, NobodyToWatch, NoHistory
from retaliation_watch.evidence.sentence import sentence
from retaliation_watch.evidence.watching import Alert, Level, Plan, Run, run_watch
from retaliation_watch.feed.dates import day_number, day_of
from retaliation_watch.kinds import KINDS, MEANINGS
from retaliation_watch.looking.draws import draw_reviews
from retaliation_watch.looking.history import History, read_history, watched_people
from retaliation_watch.looking.kept import Shelf
from retaliation_watch.store import AGREEMENTS, ALERTS

AMBER: Final = 0.10
"""False alarms per protected year of the amber level."""
MOST_DELAY: Final = 14
WEEKS_DRAWN: Final = 52
AGAIN_DAYS: Final = 180
"""Somebody who was told of is told of again at the earliest after so long."""


@dataclass(frozen=True)
class Looked:
    """What a look found; numbers alone, for the log of the command."""

    watched: int
    alerts: int


@dataclass(frozen=True)
class Means:
    """What a look works with: chance, the key of the coins, and where earlier looks left their columns."""

    rng: Rng
    coins: CoinKey
    shelf: Shelf | None = None


def look(tx: Connection, entity: str, today: date, means: Means) -> Looked:
    """Looks, puts up for review what was drawn, and keeps what is new; raises `NoAgreement`.

    Where nobody is watched or nothing is known, no alert is made; measures are drawn whether anybody is watched or not.
    """
    agreed = tx.execute(select(AGREEMENTS).where(AGREEMENTS.c.entity == entity)).first()
    if agreed is None:
        raise NoAgreement
    try:
        history = read_history(tx, entity, health=agreed.health, shelf=means.shelf)
        draw_reviews(tx, history, today, means.coins)
        watched = watched_people(tx, history)
        first, last = int(watched.start.min()), day_number(today)
        if first > last:
            return Looked(len(watched.person), 0)
        # What fell silent is asked of the database meanwhile.
        with ThreadPoolExecutor(1) as beside:
            plan = Plan(first, last, 7, AMBER)
            running = beside.submit(run_watch, history.roster, history.events, watched, plan)
            found = gaps_of(tx, entity, today)
            run = running.result()
    except (NobodyToWatch, NoHistory):
        return Looked(0, 0)
    gaps = [{"source": gap.source, "kind": gap.kind, "since": gap.since.isoformat()} for gap in found]
    made = 0
    for alert in run.alerts:
        if _is_new(tx, history.person(alert.person), day_of(alert.day)):
            evidence = _evidence(run, alert, history) | {"entity": entity, "gaps": gaps}
            _keep(tx, history.person(alert.person), alert, evidence, means.rng)
            made += 1
    return Looked(len(watched.person), made)


def _is_new(tx: Connection, person: bytes, day: date) -> bool:
    recent = (ALERTS.c.person == person) & (ALERTS.c.day > day - timedelta(days=AGAIN_DAYS))
    return tx.scalar(select(ALERTS.c.alert).where(recent)) is None


def _keep(tx: Connection, person: bytes, alert: Alert, evidence: dict[str, Any], rng: Rng) -> None:
    day = day_of(alert.day)
    # Red is shown at once; amber by lot up to two weeks later, so that the day of it says nothing.
    delay = 0 if alert.level is Level.RED else rng(1)[0] * (MOST_DELAY + 1) // 256
    row = {"alert": rng(16), "person": person, "day": day, "level": alert.level.value, "state": "new"}
    row |= {"shown": day + timedelta(days=delay), "evidence": json.dumps(evidence, ensure_ascii=False)}
    tx.execute(insert(ALERTS), [row])


def _evidence(run: Run, alert: Alert, history: History) -> dict[str, Any]:
    """Everything that the page and the file show: counts, comparison, measures, both lines of the drawing."""
    told = sentence(alert)
    return {
        "v": 1,
        "level": alert.level.value,
        "day": day_of(alert.day).isoformat(),
        "observed": {kind.value: count for kind, count in alert.observed.items()},
        "expected": round(alert.expected, 4),
        "cohort": alert.cohort,
        "placebos": alert.placebos,
        "odds": alert.odds,
        "rate": AMBER,
        "sentence": {"zh": told.zh, "en": told.en},
        "measures": _measures(history, alert),
        "weeks": _weeks(run, alert, history),
    }


def _mine(history: History, alert: Alert, days: int) -> Sequence[int]:
    events = history.events
    here = (events.person == alert.person) & (events.recorded <= alert.day) & (events.recorded > alert.day - days)
    return [int(place) for place in np.flatnonzero(here)]


def _measures(history: History, alert: Alert) -> list[dict[str, Any]]:
    """The person's adverse measures of a year, each with its letter of art. 19 and whether it was backdated."""
    events, rows = history.events, list[dict[str, Any]]()
    for place in _mine(history, alert, 7 * WEEKS_DRAWN):
        kind = KINDS[int(events.kind[place])]
        recorded, effective = (int(events.recorded[place]), int(events.effective[place]))
        rows.append(
            {
                "kind": kind.value,
                "zh": MEANINGS[kind].zh,
                "en": MEANINGS[kind].en,
                "letter": MEANINGS[kind].letter,
                "recorded": day_of(recorded).isoformat(),
                "effective": day_of(effective).isoformat(),
                "backdated": effective < recorded - 31,
            }
        )
    return rows


def _weeks(run: Run, alert: Alert, history: History) -> list[dict[str, Any]]:
    """For each week of a year: the person's measures, and how many a comparable colleague had on average."""
    people, events = run.company.people, history.events
    like = ~people.watched
    for name in ("unit", "band"):
        like &= people.groups[name] == people.groups[name][alert.person]
    since = alert.day - 7 * WEEKS_DRAWN
    # Events stand in the order of their recording.
    year = slice(*np.searchsorted(events.recorded, [since + 1, alert.day + 1]))
    person, week = events.person[year], (events.recorded[year] - since - 1) // 7
    mine = np.bincount(week[person == alert.person], minlength=WEEKS_DRAWN)
    theirs = np.bincount(week[like[person]], minlength=WEEKS_DRAWN)
    size = max(int(like.sum()), 1)
    ends = (day_of(since + 7 * (at + 1)).isoformat() for at in range(WEEKS_DRAWN))
    return [
        {"end": end, "person": int(mine[at]), "cohort": round(float(theirs[at]) / size, 4)}
        for at, end in enumerate(ends)
    ]
