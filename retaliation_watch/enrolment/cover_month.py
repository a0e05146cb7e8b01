"""The month's cover entries, planned from the roster in the store: whom the officer enters beside the real ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from sqlalchemy import Connection, select

from retaliation_watch.arrays import Bools
from retaliation_watch.detector.population import grade_bands
from retaliation_watch.enrolment.entries import entered_so_far
from retaliation_watch.enrolment.months import first_counted, first_of_next_month
from retaliation_watch.errors import NoAgreement, NobodyToWatch
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_formats.columns import Receipt
from retaliation_watch.hr_formats.dates import day_number
from retaliation_watch.hr_formats.roster import roster_of
from retaliation_watch.review_sampling.decoys import RosterGroups, least_a_month
from retaliation_watch.review_sampling.unknown import plan_with_unknown
from retaliation_watch.store import AGREEMENTS, PEOPLE
from retaliation_watch.weekly_run.history import listed, read_people

AT_ONCE = 500


@dataclass(frozen=True)
class Cover:
    """Employee numbers of colleagues to enter, in an order that tells nothing, and how many more there should be."""

    employees: list[str] = field(repr=False)
    missing: int


def plan_cover(connection: Connection, key: HostKey, entity: str, near: Collection[str], today: date) -> Cover:
    """Whom to enter as cover today; `near` are the numbers that are entered now.

    What is entered every month in any case comes in two halves, one for each first day that a month's sittings give:
    a first day that only real entries brought about would tell that there was one.

    Raises `NoAgreement`. Nothing of it is kept: who is cover stands nowhere but in the sealed link of each entry.
    """
    if connection.scalar(select(AGREEMENTS.c.entity).where(AGREEMENTS.c.entity == entity)) is None:
        raise NoAgreement
    try:
        people = read_people(connection, entity)
    except NobodyToWatch:
        return Cover([], 0)
    month = first_of_next_month(today)
    first, roster = day_number(month), roster_of(people, Receipt())
    running = people.select("person").join(listed(connection), on="person", how="left", maintain_order="left")
    real = {key.pseudonym(entity, employee) for employee in near}
    place = RosterGroups(
        roster.ids.to_list(),
        roster.groups["org_unit"],
        grade_bands(roster.groups["grade"]),
        (roster.hired <= first) & (roster.left > first),
        _marks(people["person"].is_in(list(real))),
        _marks(running["until"].fill_null(-1) > first),
    )
    same = (running["start"] == first) & (running["counted"] == day_number(first_counted(today)))
    entered = int(same.sum()) + least_a_month(int(place.at_work.sum())) // 2
    opened = entered_so_far(connection, entity) + int((place.real & ~place.decoys).sum())
    planned = plan_with_unknown(place, f"{month:%Y-%m}", key.randomization_key, opened, entered)
    persons = [bytes(people["person"][one]) for one in planned.persons.tolist()]
    return Cover(_numbers_of(connection, key, persons), planned.missing)


def _marks(column: pl.Series) -> Bools:
    return column.to_numpy().astype(np.bool_)


def _numbers_of(connection: Connection, key: HostKey, persons: list[bytes]) -> list[str]:
    found: dict[bytes, str] = {}
    for start in range(0, len(persons), AT_ONCE):
        part = persons[start : start + AT_ONCE]
        rows = connection.execute(select(PEOPLE.c.person, PEOPLE.c.ciphertext).where(PEOPLE.c.person.in_(part)))
        found |= {bytes(row.person): key.decrypt_text(bytes(row.person), bytes(row.ciphertext)) for row in rows}
    return [found[person] for person in persons if person in found]
