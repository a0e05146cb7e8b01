"""Alerts as the officer gets them: on their day, without a name; names one at a time, counted and kept on record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from crypto.framing import Rng, b64encode
from retaliation_watch.errors import AlertUnknown, TooManyNames
from retaliation_watch.host import HostKey
from retaliation_watch.store import ALERTS, NAMINGS, PEOPLE
from retaliation_watch.turns import one_at_a_time

NAMES_A_DAY: Final = 5
"""Whoever could have everybody named would have the list."""


class AlertState(StrEnum):
    """How far the officer is with an alert."""

    NEW = "new"
    # Looked at the desk alone: nobody outside can notice.
    CHECKED = "checked"
    # The governing body was asked to hold or undo the measure.
    HOLD = "hold"
    CLOSED = "closed"


@dataclass(frozen=True)
class Naming:
    """Who asks for a name, and when."""

    officer: str
    day: date


def shown_alerts(connection: Connection, today: date) -> list[dict[str, object]]:
    """Every alert whose day has come, the newest first; under no name."""
    query = select(ALERTS).where(ALERTS.c.shown <= today).order_by(ALERTS.c.shown.desc(), ALERTS.c.alert)
    return [
        {
            "alert": b64encode(bytes(row.alert)),
            "shown": row.shown.isoformat(),
            "state": row.state,
            "evidence": json.loads(row.evidence),
        }
        for row in connection.execute(query)
    ]


def name_person(tx: Connection, key: HostKey, alert: bytes, naming: Naming, rng: Rng) -> dict[str, str]:
    """Entity and employee number behind an alert; raises `AlertUnknown`, `TooManyNames`. It is kept who asked."""
    row = tx.execute(
        select(ALERTS.c.person, PEOPLE.c.entity, PEOPLE.c.box)
        .join(PEOPLE, PEOPLE.c.person == ALERTS.c.person)
        .where((ALERTS.c.alert == alert) & (ALERTS.c.shown <= naming.day))
    ).first()
    if row is None:
        raise AlertUnknown
    # Many calls at once would each count the few before them.
    one_at_a_time(tx, "naming", naming.officer)
    mine = (NAMINGS.c.officer == naming.officer) & (NAMINGS.c.day == naming.day)
    if (tx.scalar(select(func.count()).select_from(NAMINGS).where(mine)) or 0) >= NAMES_A_DAY:
        raise TooManyNames
    kept = {"naming": rng(16), "officer": naming.officer, "day": naming.day, "alert": alert}
    tx.execute(insert(NAMINGS), [kept])
    return {"entity": row.entity, "employee": key.unbox(bytes(row.person), bytes(row.box))}


def set_state(tx: Connection, alert: bytes, state: AlertState) -> None:
    """Notes how far the officer is; raises `AlertUnknown`."""
    if tx.execute(update(ALERTS).where(ALERTS.c.alert == alert).values(state=state.value)).rowcount == 0:
        raise AlertUnknown
