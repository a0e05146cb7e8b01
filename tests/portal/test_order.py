"""Nobody who holds every store can tell in which order reports came, nor when, but for the day."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from portal.settings import StoreName
from portal.stores.engines import Store
from tests.support.offices.edge import Edge, open_edge
from tests.support.offices.many_reports import Visitor, crowd, send_message, send_report
from tests.support.privacy.order_leaks import (
    Ranks,
    Row,
    blob_clues,
    file_clues,
    learn,
    row_clues,
    rows_of,
    times_of,
)
from tests.support.privacy.rank_correlation import BY_CHANCE, deviations, tau
from tests.support.stores.backends import Stores

# Twenty a day are so many that even one day's true order is beyond chance.
DAYS = (5, 20, 20)
# The worker's own: up to which full hour slots are filled, whatever comes in.
WORKERS_OWN = {("mailroom.slots", "hour")}
PLAIN = 0.9
# A clue of each kind that must be seen before the day is over, or else the thief is no good.
SEEN = {
    "sqlite-folder": ("mailroom.sqlite: ", "mailroom.sqlite-wal: ", "blobs ctime "),
    "postgres-s3": ("mailroom.items._ctid ", "mailroom.memos._xmin ", "mailroom.grants._toast_sealed_id ", "log: "),
}
CLOCK_TIME = re.compile(r"\d\d:\d\d")


@dataclass
class Life:
    """Three days of an office: who reported and who wrote again, in which order, on which day."""

    edge: Edge
    stores: Stores
    visitors: list[Visitor] = field(default_factory=list)
    reported: list[list[int]] = field(default_factory=list)
    wrote: list[list[int]] = field(default_factory=list)
    # Between which of the office's own seconds everybody came, and in which real nanoseconds the last day's.
    real: tuple[int, int] = (0, 0)
    told: tuple[int, int] = (0, 0)

    def go_on(self, *days: int) -> None:
        """Reports through each day; on later days those of the day before write again, in another order."""
        hands, source = self.edge.hands, crowd(self.edge)
        began, start = 0, int(hands.now.timestamp())
        for day, number_today in enumerate(days):
            morning = hands.now.replace(hour=1, minute=0) + timedelta(days=bool(day))
            # On the last day all come within one hour: until it is over their order can still be seen.
            gap = timedelta(hours=1 if day == len(days) - 1 else 13) / (number_today + 1)
            today = [self._new(next(source)) for _ in range(number_today)]
            again = [] if day == 0 else sorted(self.reported[-1], key=lambda one: self.visitors[one].token)
            self.reported.append(today)
            self.wrote.append(again)
            for number, (new, old) in enumerate(itertools.zip_longest(today, again)):
                hands.now = morning + number * gap
                send_report(self.edge, self.visitors[new])
                self.work()
                # With the first of a day the worker notices its turn: what is older was settled then.
                began = began if number else time.time_ns()
                if old is not None:
                    send_message(self.edge, self.visitors[old])
                    self.work()
        self.real, self.told = (began, time.time_ns()), (start, int(hands.now.timestamp()))

    def seen_at_once(self) -> set[str]:
        """Clues that give the last day's order away, as long as that day lasts."""
        last = (self.reported[-1:], self.wrote[-1:])
        return {name for name, clue in self.clues().items() if any(abs(tau(groups, clue)) > PLAIN for groups in last)}

    def _new(self, visitor: Visitor) -> int:
        self.visitors.append(visitor)
        return len(self.visitors) - 1

    def turn_the_day(self) -> None:
        """The worker goes on past midnight, wherever the office is."""
        self.edge.hands.now += timedelta(hours=17)
        self.work()

    def work(self) -> None:
        """The worker, until there is nothing left to do."""
        while self.edge.worker.work_once():
            continue

    def opened(self) -> list[Store]:
        """Every store that reporters cause something in."""
        names = (StoreName.MAILROOM, StoreName.ERASURE, StoreName.CASES, StoreName.IDENTITY, StoreName.WATCH)
        return [self.edge.eyes(name) for name in names]

    def rows(self) -> list[Row]:
        """All rows there are."""
        return [row for store in self.opened() for row in rows_of(store)]

    def files(self) -> dict[str, list[Path]]:
        """All raw files, those of one log together."""
        if self.stores.server is None:
            return {path.name: [path] for path in sorted(self.edge.settings.data.glob("*.sqlite*"))}
        found = {"log": sorted((self.stores.server.folder / "pg_wal").glob("0*"))}
        return found | {path.name: [path] for path in _relations(self.opened(), self.stores.server.folder)}

    def clues(self) -> Ranks:
        """Whatever a thief may try, by name."""
        rows = self.rows()
        known = learn(rows, {number: visitor.seeds for number, visitor in enumerate(self.visitors)})
        return row_clues(rows, known) | file_clues(self.files(), rows, known) | blob_clues(self.stores, known)

    def restored(self) -> dict[str, str]:
        """The clues that agree with the true order more than chance does: of all days, or of one."""
        tries = {"reports": self.reported, "messages": self.wrote}
        tries |= {f"{what} of one day": groups[-1:] for what, groups in tries.items()}
        return {
            f"{name} ({what})": f"tau {tau(groups, clue):.2f}"
            for name, clue in self.clues().items()
            for what, groups in tries.items()
            if deviations(groups, clue) > BY_CHANCE
        }


def _relations(stores: Sequence[Store], folder: Path) -> Iterator[Path]:
    """The files of every table, index and store of long values."""
    query = text(
        "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't')"
        " AND (relnamespace = 'public'::regnamespace OR oid IN (SELECT reltoastrelid FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace))"
    )
    for store in stores:
        with store.read() as connection:
            for place in connection.scalars(query):
                yield from sorted(folder.parent.joinpath(folder.name, place).parent.glob(f"{Path(place).name}*"))


@pytest.fixture
def life(stores: Stores, tmp_path: Path) -> Iterator[Life]:
    """An office before its first report, on each pair of stores."""
    edge = open_edge(stores, tmp_path)
    yield Life(edge, stores)
    edge.close()


def finer_times(life: Life) -> list[str]:
    """Every cell, file and statistic that holds a moment at which reporters came, finer than the day."""
    moments = [span for second in (life.told, tuple(at // 10**9 for at in life.real)) for span in _units(second)]
    found = [
        f"{row.table}.{name} = {value}"
        for row in life.rows()
        for name, value in row.cells.items()
        if (row.table, name) not in WORKERS_OWN and _is_moment(value, moments)
    ]
    found += [f"{path}: {which}" for path in _paths(life) for which, at in times_of(path).items() if _within(at, life)]
    return found + [f"{name} = {at}" for name, at in _statistics(life) if _within(int(at.timestamp() * 10**9), life)]


def _units(seconds: tuple[int, ...]) -> list[tuple[int, int]]:
    """A span of seconds also in milli-, micro- and nanoseconds."""
    return [(seconds[0] * unit, (seconds[1] + 1) * unit) for unit in (1, 10**3, 10**6, 10**9)]


def _is_moment(value: Any, moments: list[tuple[int, int]]) -> bool:
    if isinstance(value, int | float):
        return any(start <= value <= end for start, end in moments)
    return isinstance(value, datetime) or (isinstance(value, str) and CLOCK_TIME.search(value) is not None)


def _within(nanoseconds: int, life: Life) -> bool:
    return life.real[0] <= nanoseconds <= life.real[1]


def _paths(life: Life) -> list[Path]:
    """Raw files, attachments and the folders that they lie in."""
    files = [path for paths in life.files().values() for path in paths]
    blobs = Path(life.stores.blobs.removeprefix("file://"))
    return files + (list(blobs.rglob("*")) if life.stores.server is None else [])


def _statistics(life: Life) -> list[tuple[str, datetime]]:
    """What PostgreSQL remembers of when a table or index was used."""
    found: list[tuple[str, datetime]] = []
    for store in life.opened() if life.stores.server else []:
        with store.read() as connection:
            assert connection.exec_driver_sql("SHOW track_commit_timestamp").scalar_one() == "off"
            found += [*_used(connection, "pg_stat_user_tables"), *_used(connection, "pg_stat_user_indexes")]
    return found


def _used(connection: Connection, view: str) -> Iterator[tuple[str, datetime]]:
    for row in connection.exec_driver_sql(f"SELECT * FROM {view}").mappings():
        yield from ((f"{view}.{name}", at) for name, at in row.items() if isinstance(at, datetime))


@pytest.mark.timeout(900)
def test_when_its_day_is_over_nothing_tells_the_order_in_which_reports_came(life: Life) -> None:
    """Rows, pages, logs, files and statistics give the order away on the same day only, and no time but the day."""
    life.go_on(*DAYS)
    seen = life.seen_at_once()
    assert [kind for kind in SEEN[life.stores.kind] if not any(kind in clue for clue in seen)] == []
    assert finer_times(life)
    life.turn_the_day()
    assert life.restored() == {}
    assert finer_times(life) == []


def number_the_mailboxes(life: Life) -> None:
    """A build whose mailboxes have an autoincrement id."""
    with life.edge.mailroom.store.write() as tx:
        if life.stores.server:
            tx.exec_driver_sql("ALTER TABLE mailboxes ADD COLUMN id bigserial")
            return
        (made,) = tx.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'mailboxes'").one()
        made = made.replace("(", "(id INTEGER PRIMARY KEY AUTOINCREMENT,", 1).replace("WITHOUT ROWID", "")
        tx.exec_driver_sql("DROP TABLE mailboxes")
        tx.exec_driver_sql(made.replace("PRIMARY KEY (mailbox_id)", "UNIQUE (mailbox_id)"))


def test_a_build_that_numbers_its_rows_is_caught(life: Life) -> None:
    """With autoincrement ids the same thief restores the order, however often the worker shuffles."""
    number_the_mailboxes(life)
    life.go_on(DAYS[-1])
    life.turn_the_day()
    assert life.restored()["mailroom.mailboxes.id first (reports)"] == "tau 1.00"
