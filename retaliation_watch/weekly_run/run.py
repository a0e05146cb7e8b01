"""The weekly run over an entity: new alerts, the current status of every alert, and the drawing of reviews.

With each run the level, sentence, chart and odds of an alert are those of the day. The officer is notified again when
it turned red, when the evidence grew by half, and once in 13 weeks while it persists. Only the first crossing counts
as an alarm: later notifications are in no figure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row, insert, select, update

from crypto.framing import Rng
from retaliation_watch.cover.randomization import CoinKey
from retaliation_watch.detector.alert_updates import (
    AlertStatus,
    Notification,
    NotificationReason,
    maximum_score,
    renotification_reason,
    status_of,
)
from retaliation_watch.detector.detector import AlertLevel, DetectorRun, Schedule, run_detector
from retaliation_watch.errors import NoAgreement, NobodyToWatch, NoHistory
from retaliation_watch.feed.dates import day_number, day_of
from retaliation_watch.hr_ingest.feed_gaps import gaps_of
from retaliation_watch.store import AGREEMENTS, ALERTS, PEOPLE
from retaliation_watch.weekly_run.alerts import AlertState
from retaliation_watch.weekly_run.event_cache import CacheDir
from retaliation_watch.weekly_run.history import History, read_history, watched_people
from retaliation_watch.weekly_run.review_sampling import draw_reviews
from retaliation_watch.weekly_run.showing import Shown

AMBER: Final = 0.10
"""False alarms per protected year of the amber level."""
MOST_DELAY: Final = 14
EVERY: Final = 7
"""Days between two runs."""


@dataclass(frozen=True)
class RunSummary:
    """Counts for the log of the command: people watched, new alerts, and alerts that were notified again."""

    watched: int
    alerts: int
    again: int = 0


@dataclass(frozen=True)
class Means:
    """What a run depends on: random numbers, the key of the randomization, and the event cache."""

    rng: Rng
    coins: CoinKey
    shelf: CacheDir | None = None


@dataclass(frozen=True)
class _Standing:
    """A protected watch that has an alert, or crossed the line: its place in the run, and its row if it has one."""

    watch: int
    row: Row[Any] | None = field(repr=False)


def run_weekly(tx: Connection, entity: str, today: date, means: Means) -> RunSummary:
    """Draws reviews, inserts new alerts and updates existing ones; raises `NoAgreement`.

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
            return RunSummary(len(watched.person), 0)
        # What fell silent is asked of the database meanwhile.
        with ThreadPoolExecutor(1) as beside:
            # The last week ends today, or the evidence would be as of a day before.
            schedule = Schedule(first + (last - first) % EVERY, last, EVERY, AMBER)
            running = beside.submit(run_detector, history.roster, history.events, watched, schedule)
            found = gaps_of(tx, entity, today)
            run = running.result()
    except (NobodyToWatch, NoHistory):
        return RunSummary(0, 0)
    gaps = [{"source": gap.source, "kind": gap.kind, "since": gap.since.isoformat()} for gap in found]
    more = {"entity": entity, "gaps": gaps, "rate": AMBER}
    return RunSummary(len(watched.person), *_kept(tx, (run, history, more), today, means.rng))


def _kept(tx: Connection, found: tuple[DetectorRun, History, dict[str, Any]], today: date, rng: Rng) -> tuple[int, int]:
    """Makes what is new, renews what is there; gives how many were made, and told again."""
    run, history, more = found
    standing = _standing(tx, run, history, str(more["entity"]))
    if not standing:
        return 0, 0
    persons = np.unique(run.episodes.person[[one.watch for one in standing]])
    shown = Shown(run, history, persons, day_number(today))
    made = again = 0
    for one in standing:
        stand = status_of(run, one.watch)
        evidence = shown.evidence(stand, one.watch) | more
        if one.row is None:
            _make(tx, (run, history, one.watch), (stand, evidence), today, rng)
            made += 1
        else:
            again += _renew(tx, one.row, _told(run, one.watch, one.row), (stand, evidence), today)
    return made, again


def _standing(tx: Connection, run: DetectorRun, history: History, entity: str) -> list[_Standing]:
    """Who crossed the line, and anyone who has an alert of this term, the newest if there are several."""
    query = select(ALERTS).join(PEOPLE, PEOPLE.c.person == ALERTS.c.person).where(PEOPLE.c.entity == entity)
    rows: dict[bytes, Row[Any]] = {bytes(row.person): row for row in tx.execute(query.order_by(ALERTS.c.day))}
    found: list[_Standing] = []
    for watch in np.flatnonzero(~run.episodes.is_control).tolist():
        row = rows.get(history.person(int(run.episodes.person[watch]))) if rows else None
        if row is not None and day_number(row.day) < int(run.episodes.start_day[watch]):
            row = None
        if row is not None or run.crossings.week[watch] >= 0:
            found.append(_Standing(watch, row))
    return found


def _make(
    tx: Connection,
    found: tuple[DetectorRun, History, int],
    now: tuple[AlertStatus, dict[str, Any]],
    today: date,
    rng: Rng,
) -> None:
    (run, history, watch), (stand, evidence) = found, now
    since = day_of(run.calendar.end(int(run.crossings.week[watch])))
    # Red is shown at once; amber by lot up to two weeks later, so that the day of it says nothing.
    delay = 0 if stand.alert.level is AlertLevel.RED else rng(1)[0] * (MOST_DELAY + 1) // 256
    shown = since + timedelta(days=delay)
    row = {"alert": rng(16), "person": history.person(stand.alert.person), "day": since, "level": evidence["level"]}
    row |= {"state": AlertState.NEW.value, "shown": shown, "told": max(shown, today)}
    row["evidence"] = _document(evidence, since, [_telling(stand, today, NotificationReason.CROSSED)])
    tx.execute(insert(ALERTS), [row])


def _told(run: DetectorRun, watch: int, row: Row[Any]) -> list[dict[str, Any]]:
    """Everything that an alert said; a score that older code did not keep is that of its day."""
    calendar, tellings = run.calendar, json.loads(row.evidence)["told"]
    for one in tellings:
        if one["score"] is None:
            week = int(calendar.week(np.array([day_number(date.fromisoformat(one["day"]))]))[0])
            one["score"] = round(maximum_score(run, watch, max(week, 0)), 3)
    return tellings


def _renew(
    tx: Connection,
    row: Row[Any],
    tellings: list[dict[str, Any]],
    found: tuple[AlertStatus, dict[str, Any]],
    today: date,
) -> bool:
    """Puts the evidence of the day into an alert that is there; says whether it is told again."""
    stand, evidence = found
    told = [
        Notification(day_number(date.fromisoformat(one["day"])), AlertLevel(one["level"]), one["score"])
        for one in tellings
    ]
    why = renotification_reason(told, stand)
    if why is NotificationReason.PERSISTS and row.state == AlertState.CLOSED.value:
        why = None
    shown, state = row.shown, row.state
    if why is not None:
        tellings.append(_telling(stand, today, why))
        # What grew after it was closed is open again.
        state = AlertState.NEW.value if state == AlertState.CLOSED.value else state
        shown = min(shown, today) if stand.alert.level is AlertLevel.RED else shown
    told_on = max(today, shown) if why is not None else row.told
    kept = {"level": evidence["level"], "shown": shown, "told": told_on, "state": state}
    document = _document(evidence, row.day, tellings)
    tx.execute(update(ALERTS).where(ALERTS.c.alert == row.alert).values(**kept, evidence=document))
    return why is not None


def _telling(stand: AlertStatus, day: date, why: NotificationReason) -> dict[str, Any]:
    alert = stand.alert
    return {
        "day": day.isoformat(), "why": why.value, "level": alert.level.value, "odds": alert.odds,
        "measures": stand.observed, "score": round(stand.score, 3),
    }  # fmt: skip


def _document(evidence: dict[str, Any], since: date, tellings: Sequence[dict[str, Any]]) -> str:
    return json.dumps(evidence | {"since": since.isoformat(), "told": list(tellings)}, ensure_ascii=False)
