"""The roster: everybody who works here, as columns of numbers beside their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
import polars as pl

from retaliation_watch.arrays import Ints
from retaliation_watch.errors import Fault, FileRefused
from retaliation_watch.hr_formats import columns
from retaliation_watch.hr_formats.columns import EMPTY, Receipt, known_columns, quarantine_flawed
from retaliation_watch.hr_formats.dates import OPEN_END, Order, day_number
from retaliation_watch.hr_formats.names import ROSTER

NEVER: Final = day_number(OPEN_END)
LONG_AGO: Final = -100_000
GROUPS: Final = ("org_unit", "location", "job_family", "grade", "contract_type")
"""What people are put together by; a team is told and kept, and compares nobody."""
DAYS: Final = ("hire_date", "termination_date")


@dataclass(frozen=True)
class Roster:
    """People in the order of their ids.

    `ids` are texts; `groups` holds for each of `GROUPS` the number of each person's group, from 0 (one group where
    the column is missing); `manager` the place of the manager in `ids`, or -1; `hired` and `left` are days since
    1970, `LONG_AGO` and `NEVER` where unknown.
    """

    ids: pl.Series
    groups: Mapping[str, Ints]
    manager: Ints
    hired: Ints
    left: Ints
    receipt: Receipt

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: pl.Series) -> pl.Series:
        """The place of each id in the roster; null for one that is not there."""
        table = pl.DataFrame({"id": self.ids, "place": pl.arange(len(self.ids), eager=True, dtype=pl.Int32)})
        return pl.DataFrame({"id": ids}).join(table, on="id", how="left", maintain_order="left")["place"]


def read_roster(stream: BinaryIO, order: Order | None = None, extra: Mapping[str, str] | None = None) -> Roster:
    """Reads a roster file; a person who stands there twice counts as the last row says. Raises `FileRefused`."""
    receipt = Receipt()
    day = columns.dates(order)
    parts: list[pl.DataFrame] = []
    for chunk in known_columns(stream, ROSTER, ("employee_id",), receipt, extra):
        frame = quarantine_flawed(chunk, columns.id_flaw("employee_id"), receipt, malformed=True)
        present = [name for name in DAYS if name in frame.columns]
        frame = frame.with_columns(day(frame[name]).alias(name) for name in present)
        for name in present:
            frame = quarantine_flawed(frame, columns.date_flaw(name), receipt, malformed=True)
        wanted = ["employee_id", *(name for name in (*GROUPS, "manager_id", *DAYS) if name in frame.columns)]
        parts.append(frame.select(wanted))
    receipt.judge()
    whole = pl.concat(parts)
    if not whole.height:
        raise FileRefused(Fault.EMPTY)
    people = whole.unique("employee_id", keep="last").sort("employee_id")
    receipt.accepted, receipt.repeated = whole.height, whole.height - people.height
    return roster_of(people, receipt)


def roster_of(people: pl.DataFrame, receipt: Receipt) -> Roster:
    """The roster from columns of texts and days (days since 1970, null where unknown), one row for each id, sorted."""
    ids = people["employee_id"]
    groups = {name: _numbers(people, name) for name in GROUPS}
    roster = Roster(
        ids,
        groups,
        np.empty(0, np.int32),
        _days(people, "hire_date", LONG_AGO),
        _days(people, "termination_date", NEVER),
        receipt,
    )
    if "manager_id" not in people.columns:
        return _with_manager(roster, np.full(len(ids), -1, np.int32))
    place = roster.places(people["manager_id"])
    # A spreadsheet that met an empty cell in a column of numbers writes 17 as 17.0.
    if people["manager_id"].str.ends_with(".0").any():
        place = place.fill_null(roster.places(people["manager_id"].str.replace(r"^(\d+)\.0$", "$1")))
    return _with_manager(roster, place.fill_null(-1).to_numpy().astype(np.int32))


def _with_manager(roster: Roster, manager: Ints) -> Roster:
    return Roster(roster.ids, roster.groups, manager, roster.hired, roster.left, roster.receipt)


def _numbers(people: pl.DataFrame, name: str) -> Ints:
    """The groups of a column as numbers, in the order of their names."""
    if name not in people.columns:
        return np.zeros(people.height, np.int32)
    texts = people[name].fill_null("")
    labels = sorted(texts.unique().to_list(), key=_natural)
    return texts.replace_strict(labels, range(len(labels)), return_dtype=pl.Int32).to_numpy()


def _natural(label: str) -> list[tuple[int, str]]:
    """P9 stands before P10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,9})", label)]


def _days(people: pl.DataFrame, name: str, missing: int) -> Ints:
    if name not in people.columns:
        return np.full(people.height, missing, np.int32)
    days = people[name].fill_null(EMPTY).to_numpy()
    return np.where(days == EMPTY, missing, days).astype(np.int32)
