"""Which alerts there are after a run, on which day the officer is shown each, and when the officer is notified again.

An episode whose score crosses the control limit gets an alert. Red is shown on the day; amber up to two weeks later, by
chance. The officer is notified again when an alert turned red, when its evidence grew by half, and once in 13 weeks
while it persists. Only the first crossing counts as an alarm: later notifications are in no figure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row, insert, select, update

from crypto.framing import Rng
from retaliation_watch.detector.detector import AlertLevel, DetectorRun
from retaliation_watch.detector.renotification import (
    AlertStatus,
    Notification,
    NotificationReason,
    maximum_score,
    renotification_reason,
    status_of,
)
from retaliation_watch.hr_formats.dates import day_number, day_of
from retaliation_watch.store import ALERTS, PEOPLE
from retaliation_watch.weekly_run.alert_evidence import AlertEvidence
from retaliation_watch.weekly_run.history import History
from retaliation_watch.weekly_run.officer_alert_list import AlertState

MOST_DELAY: Final = 14
"""Days after which an amber alert is shown at the latest."""


@dataclass(frozen=True)
class _AlertCandidate:
    """An episode that has an alert or crossed the control limit: its place in the run, and its row if it has one."""

    watch: int
    row: Row[Any] | None = field(repr=False)


def decide_alerts(
    tx: Connection, found: tuple[DetectorRun, History, dict[str, Any]], today: date, rng: Rng
) -> tuple[int, int]:
    """Inserts new alerts and updates existing ones; returns how many were inserted, and how many notified again.

    `found` is the run, the history it read, and what goes into each alert's evidence (`entity`, `gaps`, `rate`).
    """
    run, history, more = found
    candidates = _candidates(tx, run, history, str(more["entity"]))
    if not candidates:
        return 0, 0
    persons = np.unique(run.episodes.person[[one.watch for one in candidates]])
    shown = AlertEvidence(run, history, persons, day_number(today))
    made = again = 0
    for one in candidates:
        status = status_of(run, one.watch)
        evidence = shown.evidence(status, one.watch) | more
        if one.row is None:
            _insert_alert(tx, (run, history, one.watch), (status, evidence), today, rng)
            made += 1
        else:
            again += _update_alert(tx, one.row, _notifications(run, one.watch, one.row), (status, evidence), today)
    return made, again


def _candidates(tx: Connection, run: DetectorRun, history: History, entity: str) -> list[_AlertCandidate]:
    """Those who crossed the limit, and those who have an alert of this term, the newest if there are several."""
    query = select(ALERTS).join(PEOPLE, PEOPLE.c.person == ALERTS.c.person).where(PEOPLE.c.entity == entity)
    rows: dict[bytes, Row[Any]] = {bytes(row.person): row for row in tx.execute(query.order_by(ALERTS.c.day))}
    found: list[_AlertCandidate] = []
    for watch in np.flatnonzero(~run.episodes.is_control).tolist():
        row = rows.get(history.person(int(run.episodes.person[watch]))) if rows else None
        if row is not None and day_number(row.day) < int(run.episodes.start_day[watch]):
            row = None
        if row is not None or run.crossings.week[watch] >= 0:
            found.append(_AlertCandidate(watch, row))
    return found


def _insert_alert(
    tx: Connection,
    found: tuple[DetectorRun, History, int],
    now: tuple[AlertStatus, dict[str, Any]],
    today: date,
    rng: Rng,
) -> None:
    (run, history, watch), (status, evidence) = found, now
    since = day_of(run.calendar.end(int(run.crossings.week[watch])))
    # Red is shown at once; amber by lot up to two weeks later, so that the day of it says nothing.
    delay = 0 if status.alert.level is AlertLevel.RED else rng(1)[0] * (MOST_DELAY + 1) // 256
    shown = since + timedelta(days=delay)
    row = {"alert": rng(16), "person": history.person(status.alert.person), "day": since, "level": evidence["level"]}
    row |= {"state": AlertState.NEW.value, "shown": shown, "notified_on": max(shown, today)}
    row["evidence"] = _document(evidence, since, [_notification(status, today, NotificationReason.CROSSED)])
    tx.execute(insert(ALERTS), [row])


def _notifications(run: DetectorRun, watch: int, row: Row[Any]) -> list[dict[str, Any]]:
    """All notifications of an alert; a score that older code did not store is that of its day."""
    calendar, notifications = run.calendar, json.loads(row.evidence)["told"]
    for one in notifications:
        if one["score"] is None:
            week = int(calendar.week(np.array([day_number(date.fromisoformat(one["day"]))]))[0])
            one["score"] = round(maximum_score(run, watch, max(week, 0)), 3)
    return notifications


def _update_alert(
    tx: Connection,
    row: Row[Any],
    notifications: list[dict[str, Any]],
    found: tuple[AlertStatus, dict[str, Any]],
    today: date,
) -> bool:
    """Updates an alert with the evidence of the day; returns whether the officer is notified again."""
    status, evidence = found
    earlier = [
        Notification(day_number(date.fromisoformat(one["day"])), AlertLevel(one["level"]), one["score"])
        for one in notifications
    ]
    why = renotification_reason(earlier, status)
    if why is NotificationReason.PERSISTS and row.state == AlertState.CLOSED.value:
        why = None
    shown, state = row.shown, row.state
    if why is not None:
        notifications.append(_notification(status, today, why))
        # What grew after it was closed is open again.
        state = AlertState.NEW.value if state == AlertState.CLOSED.value else state
        shown = min(shown, today) if status.alert.level is AlertLevel.RED else shown
    notified_on = max(today, shown) if why is not None else row.notified_on
    values = {"level": evidence["level"], "shown": shown, "notified_on": notified_on, "state": state}
    document = _document(evidence, row.day, notifications)
    tx.execute(update(ALERTS).where(ALERTS.c.alert == row.alert).values(**values, evidence=document))
    return why is not None


def _notification(status: AlertStatus, day: date, why: NotificationReason) -> dict[str, Any]:
    alert = status.alert
    return {
        "day": day.isoformat(), "why": why.value, "level": alert.level.value, "odds": alert.odds,
        "measures": status.observed, "score": round(status.score, 3),
    }  # fmt: skip


def _document(evidence: dict[str, Any], since: date, notifications: Sequence[dict[str, Any]]) -> str:
    return json.dumps(evidence | {"since": since.isoformat(), "told": list(notifications)}, ensure_ascii=False)
