"""The watch once a week, from its store: `python -m tests.bench.weekly fill|look FOLDER DAY`.

`fill` puts a company's files into a store, looks at all but the last week, and delivers that week; `look` is the
weekly look, a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Engine, Table, insert

from portal.stores import open_engine
from retaliation_watch.cover.coins import CoinKey
from retaliation_watch.feed.names import kind_table, plain
from retaliation_watch.looking.kept import Shelf
from retaliation_watch.looking.look import Means, look
from retaliation_watch.store import AGREEMENTS, DELIVERIES, ENTRIES, EVENTS, METADATA, PEOPLE, SOURCES

ENTITY, SOURCE = "works", "hr"
AT_ONCE = 20_000


def name(text: object) -> bytes:
    """A pseudonym."""
    return sha256(str(text).encode()).digest()


def put(engine: Engine, table: Table, rows: Any) -> None:
    """Inserts rows, thousands at a time."""
    part: list[dict[str, object]] = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            with engine.begin() as tx:
                tx.execute(insert(table), part)
            part = []
    if part:
        with engine.begin() as tx:
            tx.execute(insert(table), part)


def people(folder: Path, day: date) -> Any:
    """The roster as the drop keeps it."""
    sheet = pl.read_csv(folder / "employees.csv", infer_schema=False).fill_null("")
    words = ("org_unit", "team", "location", "job_family", "grade", "contract_type")
    for row in sheet.iter_rows(named=True):
        manager = row.get("manager_id", "")
        days = {kept: row.get(told) for kept, told in (("hired", "hire_date"), ("contract_end", "contract_end"), ("ended", "termination_date"))}  # fmt: skip  # noqa: E501
        yield {
            "person": name(row["employee_id"]), "entity": ENTITY, "box": b"", "sequence": 1, "seen": day,
            "manager": name(manager) if manager else None, **{word: row.get(word, "") for word in words},
            **{kept: date.fromisoformat(told) if told else None for kept, told in days.items()},
        }  # fmt: skip


def events(sheet: pl.DataFrame, sequence: int) -> Any:
    """Events as the drop keeps them."""
    kinds, delivery = kind_table(), sha256(bytes([sequence])).digest()
    for row in sheet.iter_rows(named=True):
        kind = kinds.get(plain(row["event_type"]))
        yield {
            "event": name(row["event_id"]), "content": name(row["event_id"]), "source": SOURCE, "sequence": sequence,
            "delivery": delivery, "person": name(row["employee_id"]), "kind_text": row["event_type"],
            "kind": None if kind is None else kind.value, "effective": date.fromisoformat(row["effective_date"]),
            "recorded": date.fromisoformat(row["recorded_on"]), "before": row["value_before"] or "",
            "after": row["value_after"] or "", "reason": "", "batch": "", "initiator": None,
        }  # fmt: skip


def deliver(engine: Engine, sheet: pl.DataFrame, sequence: int, day: date) -> None:
    """One delivery of events."""
    put(engine, EVENTS, events(sheet, sequence))
    row = {"delivery": sha256(bytes([sequence])).digest(), "source": SOURCE, "kind": "events", "sequence": sequence}
    row |= {"day": day, "accepted": sheet.height, "state": "taken", "receipt": ""}
    put(engine, DELIVERIES, [row])


def fill(folder: Path, last: date) -> dict[str, object]:
    """Fills a store, looks at all but the last week, and delivers that week; says how many rows it has."""
    engine = open_engine(f"sqlite:///{folder}/watch.sqlite")
    METADATA.create_all(engine)
    put(engine, AGREEMENTS, [{"entity": ENTITY, "body": "c", "day": last, "paper": bytes(32), "health": False}])
    put(engine, SOURCES, [{"source": SOURCE, "entity": ENTITY, "key": bytes(32), "ended": False}])
    put(engine, PEOPLE, people(folder, last))
    watched = pl.read_csv(folder / "watchlist.csv", infer_schema=False)
    put(engine, ENTRIES, map(entry, watched.iter_rows(named=True)))
    sheet = pl.read_csv(folder / "hr_events.csv", infer_schema=False)
    week = last - timedelta(days=7)
    recorded = pl.col("recorded_on")
    deliver(engine, sheet.filter(recorded <= str(week)), 1, week)
    look_once(engine, folder, week)
    new = sheet.filter((recorded > str(week)) & (recorded <= str(last)))
    deliver(engine, new, 2, last)
    return {"rows": new.height}


def entry(row: dict[str, str]) -> dict[str, object]:
    """An entry of the list."""
    days = {
        kept: date.fromisoformat(row[told])
        for kept, told in (("start", "protected_from"), ("until", "protected_until"))
    }
    return {
        "entry_id": os.urandom(16),
        "person": name(row["employee_id"]),
        "handle_mark": os.urandom(32),
        "link": b"",
        **days,
    }


def look_once(engine: Engine, folder: Path, day: date) -> dict[str, object]:
    """One look, as the timer makes it."""
    with engine.begin() as tx:
        found = look(tx, ENTITY, day, Means(os.urandom, CoinKey(bytes(32)), Shelf(folder / "shelf")))
    return {"watched": found.watched}


if __name__ == "__main__":
    where, when = Path(sys.argv[2]), date.fromisoformat(sys.argv[3])
    if sys.argv[1] == "fill":
        done = fill(where, when)
    else:
        done = look_once(open_engine(f"sqlite:///{where}/watch.sqlite"), where, when)
    print(json.dumps(done))  # noqa: T201
