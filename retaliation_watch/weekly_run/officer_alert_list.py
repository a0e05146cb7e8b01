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
from retaliation_watch.host_key import HostKey
from retaliation_watch.locks import advisory_lock
from retaliation_watch.store import ALERTS, NAMINGS, PEOPLE
from retaliation_watch.weekly_run.link_requests import LINKS

NAMES_A_DAY: Final = 5
"""Anyone who could have everybody named would have the list."""


MOST_SHOWN: Final = 1000
"""What the officer's page reads of an answer: years of alerts are more, and would keep it from all of them."""
LETTERS: Final = b"letters-to-hr".ljust(16, b"\0")
"""In the place of an alert where a week's letters were read, whose numbers are mostly those of people not protected."""


class AlertState(StrEnum):
    """How far the officer is with an alert."""

    NEW = "new"
    # Checked at the desk alone: nobody outside can notice.
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
    """The alerts whose day has come, the last notified first, `MOST_SHOWN` at most; under no name."""
    notified_on = func.coalesce(ALERTS.c.notified_on, ALERTS.c.shown)
    query = select(ALERTS).where(ALERTS.c.shown <= today).order_by(notified_on.desc(), ALERTS.c.alert)
    query = query.limit(MOST_SHOWN)
    return [
        {
            "alert": b64encode(bytes(row.alert)),
            "shown": row.shown.isoformat(),
            "told": (row.notified_on or row.shown).isoformat(),
            "state": row.state,
            "evidence": json.loads(row.evidence),
        }
        for row in connection.execute(query)
    ]


def name_person(tx: Connection, key: HostKey, alert: bytes, naming: Naming, rng: Rng) -> dict[str, str]:
    """Entity and employee number behind an alert; raises `AlertUnknown`, `TooManyNames`. It is kept who asked.

    Whom this officer had named today already is told again and not counted twice.
    """
    row = tx.execute(
        select(ALERTS.c.person, PEOPLE.c.entity, PEOPLE.c.ciphertext)
        .join(PEOPLE, PEOPLE.c.person == ALERTS.c.person)
        .where((ALERTS.c.alert == alert) & (ALERTS.c.shown <= naming.day))
    ).first()
    if row is None:
        raise AlertUnknown
    # Many calls at once would each count the few before them.
    advisory_lock(tx, "naming", naming.officer)
    if not _was_named(tx, alert, naming):
        if names_left(tx, naming.officer, naming.day) == 0:
            raise TooManyNames
        record = {"naming": rng(16), "officer": naming.officer, "day": naming.day, "alert": alert}
        tx.execute(insert(NAMINGS), [record])
    return {"entity": row.entity, "employee": key.decrypt_text(bytes(row.person), bytes(row.ciphertext))}


def _was_named(tx: Connection, alert: bytes, naming: Naming) -> bool:
    mine = (NAMINGS.c.officer == naming.officer) & (NAMINGS.c.day == naming.day) & (NAMINGS.c.alert == alert)
    return tx.scalar(select(NAMINGS.c.naming).where(mine).limit(1)) is not None


def names_left(connection: Connection, officer: str, day: date) -> int:
    """How many more people this officer may have named on a day."""
    mine = (NAMINGS.c.officer == officer) & (NAMINGS.c.day == day) & NAMINGS.c.alert.not_in((LETTERS, LINKS))
    return max(NAMES_A_DAY - (connection.scalar(select(func.count()).select_from(NAMINGS).where(mine)) or 0), 0)


def record_letters_read(tx: Connection, naming: Naming, rng: Rng) -> None:
    """Records that the letters of these weeks were read, once a day."""
    advisory_lock(tx, "naming", naming.officer)
    mine = (NAMINGS.c.officer == naming.officer) & (NAMINGS.c.day == naming.day) & (NAMINGS.c.alert == LETTERS)
    if tx.scalar(select(func.count()).select_from(NAMINGS).where(mine)):
        return
    record = {"naming": rng(16), "officer": naming.officer, "day": naming.day, "alert": LETTERS}
    tx.execute(insert(NAMINGS), [record])


def set_state(tx: Connection, alert: bytes, state: AlertState) -> None:
    """Notes how far the officer is; raises `AlertUnknown`."""
    if tx.execute(update(ALERTS).where(ALERTS.c.alert == alert).values(state=state.value)).rowcount == 0:
        raise AlertUnknown
