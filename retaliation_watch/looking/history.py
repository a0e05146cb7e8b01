"""The store's rows as the method reads them: people and events under pseudonyms, of every event the newest version."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from sqlalchemy import Connection, func, select

from retaliation_watch.errors import NobodyToWatch
from retaliation_watch.feed.columns import Receipt
from retaliation_watch.feed.dates import day_number
from retaliation_watch.feed.events import Events, read_events
from retaliation_watch.feed.roster import Roster, read_roster
from retaliation_watch.feed.watchlist import Watchlist
from retaliation_watch.kinds import HEALTH, Kind
from retaliation_watch.store import ENTRIES, EVENTS, PEOPLE

_ROSTER = ("employee_id", "org_unit", "team", "location", "job_family", "grade", "manager_id", "hire_date", "contract_type", "contract_end", "termination_date")  # noqa: E501  # fmt: skip
_EVENTS = ("event_id", "employee_id", "event_type", "effective_date", "recorded_on", "value_before", "value_after")


@dataclass(frozen=True)
class History:
    """What the method needs of one entity; `persons` are the pseudonyms in the roster's order."""

    roster: Roster
    events: Events
    persons: list[bytes]


def read_history(connection: Connection, entity: str, *, health: bool) -> History:
    """Everybody and everything that HR told of an entity; raises `NobodyToWatch` while there is no roster."""
    people = connection.execute(select(PEOPLE).where(PEOPLE.c.entity == entity).order_by(PEOPLE.c.person)).all()
    if not people:
        raise NobodyToWatch
    newest = max(row.seen for row in people)
    rows = [
        (
            bytes(row.person).hex(), row.org_unit, row.team, row.location, row.job_family, row.grade,
            "" if row.manager is None else bytes(row.manager).hex(), _text(row.hired), row.contract_type,
            _text(row.contract_end), _text(row.ended or (None if row.seen == newest else row.seen)),
        )
        for row in people
    ]  # fmt: skip
    roster = read_roster(_sheet(_ROSTER, rows))
    on = HEALTH if health else frozenset[Kind]()
    events = read_events(_sheet(_EVENTS, _events(connection, entity)), roster, switched_on=on)
    return History(roster, events, [bytes.fromhex(name) for name in roster.ids])


def _events(connection: Connection, entity: str) -> Iterable[tuple[str, ...]]:
    newest = func.row_number().over(
        partition_by=EVENTS.c.event, order_by=(EVENTS.c.sequence.desc(), EVENTS.c.content.desc())
    )
    ranked = (
        select(EVENTS, newest.label("place"))
        .join(PEOPLE, PEOPLE.c.person == EVENTS.c.person)
        .where((PEOPLE.c.entity == entity) & EVENTS.c.kind.is_not(None))
        .subquery()
    )
    for row in connection.execute(select(ranked).where(ranked.c.place == 1)):
        yield (
            bytes(row.event).hex(), bytes(row.person).hex(), row.kind, _text(row.effective), _text(row.recorded),
            row.before, row.after,
        )  # fmt: skip


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _sheet(header: Sequence[str], rows: Iterable[tuple[str, ...]]) -> io.BytesIO:
    file = io.BytesIO()
    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(header, pl.String), orient="row")
    frame.write_csv(file, quote_style="necessary")
    file.seek(0)
    return file


def watched_people(connection: Connection, history: History) -> Watchlist:
    """Whom entries protect, each once, from the first to the last of their terms; raises `NobodyToWatch`."""
    places = {person: place for place, person in enumerate(history.persons)}
    terms: dict[int, tuple[date, date]] = {}
    for row in connection.execute(select(ENTRIES.c.person, ENTRIES.c.start, ENTRIES.c.until)):
        place = places.get(bytes(row.person))
        if place is not None:
            start, until = terms.get(place, (row.start, row.until))
            terms[place] = (min(start, row.start), max(until, row.until))
    if not terms:
        raise NobodyToWatch
    ordered = sorted(terms)
    start, until = (np.array([day_number(terms[place][at]) for place in ordered], np.int32) for at in (0, 1))
    return Watchlist(np.array(ordered, np.int32), start, until, Receipt())
