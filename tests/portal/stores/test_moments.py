"""No store tells at which moment a reporter came: every value of every row is looked at, whatever its column is called.

`tests/portal/test_order.py` asks the same of files, statistics and the order of rows; here it is all eight stores, and
the faults that a look at types and names of columns does not find.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select, update

import crypto
from casework.event_store.store import CASES, EVENTS
from portal.accounts.tables import MEMBERS
from portal.mailroom.tables import ITEMS, MAILBOXES
from portal.settings import StoreName
from tests.support.offices.desk import DeskRoom, desk_room
from tests.support.offices.edge import report
from tests.support.offices.many_reports import crowd, send_message, send_report
from tests.support.privacy.order_leaks import Row, rows_of
from tests.support.stores.backends import Stores

CAME = datetime.fromisoformat("2026-11-24T10:23:17+00:00")
CLOCK = re.compile(r"(?<!\d)10:2[234]")
NUMBER = re.compile(r"\d{9,19}")
Span = tuple[int, int]


def spans_of(began: int, ended: int) -> list[Span]:
    """Two moments in seconds since 1970, a minute wider, also in milli-, micro- and nanoseconds and half minutes."""
    wide = (began - 60, ended + 60)
    return [(wide[0] * unit, wide[1] * unit) for unit in (1, 10**3, 10**6, 10**9)] + [(wide[0] // 30, wide[1] // 30)]


def tells(value: Any, spans: list[Span]) -> bool:
    """Whether a value is or holds one of these moments: a number, a time, or either within a text."""
    match value:
        case datetime():
            return True
        case int() | float():
            return any(first <= value <= last for first, last in spans)
        case bytes():
            return tells(value.decode("latin-1"), spans) or _packed(value, spans)
        case str():
            numbers = [int(found) for found in NUMBER.findall(value)]
            return CLOCK.search(value) is not None or any(tells(number, spans) for number in numbers)
        case _:
            return False


def _packed(value: bytes, spans: list[Span]) -> bool:
    return len(value) in (4, 8) and any(tells(int.from_bytes(value, order), spans) for order in ("big", "little"))


@dataclass
class Visited:
    """A desk whose office had two reporters at one moment, and what a value may not tell of it."""

    room: DeskRoom
    spans: list[Span]

    def rows(self) -> list[Row]:
        """Every row of every store."""
        return [row for name in StoreName for row in rows_of(self.room.edge.eyes(name))]

    def found(self) -> set[tuple[str, str]]:
        """Tables and columns in which the moment stands."""
        return {
            (row.table, name) for row in self.rows() for name, value in row.cells.items() if tells(value, self.spans)
        }


@pytest.fixture
def visited(stores: Stores, tmp_path: Path) -> Iterator[Visited]:
    """Two reports, an attachment and a message within a second; hours later a member signs in, reads and answers."""
    with desk_room(stores, tmp_path) as room:
        member = room.sign_in("li-wei")
        edge = room.edge
        edge.hands.now, began = CAME, int(time.time())
        visitor, case = next(crowd(edge)), report(edge, "ann")
        send_report(edge, visitor)
        edge.submit(case)
        edge.worker.work_once()
        send_message(edge, visitor)
        while edge.worker.work_once():
            continue
        ended = int(time.time())
        edge.hands.now = CAME + timedelta(hours=3)
        assert member.attempt().status_code == 200
        member.take_in()
        number = crypto.b64decode(case.sealed.submission["case"])
        file = member.case(number).json
        item, event = member.reply(file, "请问哪一天?")
        assert member.step(number, event, item=item).status_code == 201
        yield Visited(room, spans_of(int(CAME.timestamp()), int(CAME.timestamp())) + spans_of(began, ended)[1:4])


def test_no_value_in_any_store_tells_when_a_reporter_came(visited: Visited) -> None:
    """Numbers, texts and bytes of all stores, casework and accounts too, hold no moment of the reporters' calls."""
    tables = {row.table.partition(".")[0] for row in visited.rows()}
    assert {"mailroom", "erasure", "cases", "accounts", "identity"} <= tables
    assert visited.found() == set()


PLANTED: list[tuple[StoreName, Table, str, object]] = [
    (StoreName.MAILROOM, MAILBOXES, "first_seq", int(CAME.timestamp())),
    (StoreName.MAILROOM, ITEMS, "hint", f"v{int(CAME.timestamp() * 1000)}"),
    (StoreName.CASES, CASES, "next_due", int(CAME.timestamp() * 10**6)),
    (StoreName.CASES, EVENTS, "payload", '{"at":"2026-11-24T10:23Z"}'),
    (StoreName.ACCOUNTS, MEMBERS, "totp_step", int(CAME.timestamp()) // 30),
    (StoreName.ACCOUNTS, MEMBERS, "name", str(int(CAME.timestamp()))),
]


def test_a_moment_in_any_kind_of_column_is_found(visited: Visited) -> None:
    """Planted as seconds, milliseconds, microseconds, half minutes or a clock's time, in numbers and in texts."""
    planted: set[tuple[str, str]] = set()
    for name, table, column, value in PLANTED:
        store = visited.room.edge.eyes(name)
        key = next(iter(table.primary_key))
        with store.write() as connection:
            one = connection.execute(select(key).limit(1)).scalar_one()
            connection.execute(update(table).where(key == one).values({column: value}))
        planted.add((f"{store.name}.{table.name}", column))
        assert visited.found() == planted
