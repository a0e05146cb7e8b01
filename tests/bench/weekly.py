"""The watch once a week, from its store: `python -m tests.bench.weekly fill|week FOLDER DAY`.

`fill` puts a company's files through HR's upload's door into a store and looks at all but the last week; `week` is what
one more week takes, a process of its own, so that its memory is its own: the roster again, the week's events, the look.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from time import process_time

import polars as pl
from sqlalchemy import insert, update

from crypto.framing import b64encode, sign
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.settings import StoreName
from portal.stores.engines import Store, open_engine
from portal.watch.app import watch_app
from portal.watch.context import WatchContext
from portal.watch.hr_upload_views import MANIFEST, SIGNATURE, hr_upload_views
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_ingest.delivery_state import DeliveryState
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest
from retaliation_watch.store import DELIVERIES, ENTRIES, METADATA
from retaliation_watch.weekly_run.event_cache import CacheDir
from retaliation_watch.weekly_run.weekly_run import RunContext, run_weekly
from tests.support.offices.watch import ENTITY, SEED, SOURCE, agree_and_register, payload_of

AT_ONCE = 2_500_000
"""Rows of a file: a long history comes in several."""


@dataclass(frozen=True)
class Host:
    """The watch's host as it is on a day."""

    folder: Path
    day: date
    context: WatchContext

    def push(self, kind: FeedFile, path: Path, sequence: int) -> int:
        """Delivers a file at the door, again if it was held and released; gives how many rows were taken."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        payload = write_manifest(Manifest(SOURCE, kind, sequence, self.day, digest))
        headers = {MANIFEST: b64encode(payload), SIGNATURE: b64encode(sign(SEED, manifest_frame(payload)))}
        client = watch_app(hr_upload_views(self.context), behind_tls=False).test_client()
        told = {"state": DeliveryState.HELD.value}
        while told["state"] == DeliveryState.HELD.value:
            with self.context.store.write() as tx:
                held = DELIVERIES.c.state == DeliveryState.HELD.value
                tx.execute(update(DELIVERIES).where(held).values(state=DeliveryState.RELEASED.value))
            with path.open("rb") as file:
                length = path.stat().st_size
                answer = client.put("/api/deliveries", input_stream=file, content_length=length, headers=headers)
            told = payload_of(answer.text)
        assert told["state"] == DeliveryState.ACCEPTED.value, told
        return int(told["accepted"])

    def look(self) -> int:
        """One look, as the timer makes it; gives how many are watched."""
        with self.context.store.write() as tx:
            return run_weekly(
                tx,
                ENTITY,
                self.day,
                RunContext(os.urandom, self.context.key.randomization_key, CacheDir(self.folder / "shelf")),
            ).watched


def host(folder: Path, day: date) -> Host:
    """The host over the store of a folder."""
    store = Store(StoreName.WATCH, open_engine(f"sqlite:///{folder}/watch.sqlite"))
    noon = datetime.combine(day, time(12), UTC)
    office = CurrentDirectory(OfficeFolder(folder / "office"))
    return Host(folder, day, WatchContext(store, HostKey(bytes([3]) * 32), office, lambda: noon, os.urandom))


def parts(folder: Path, first: str, last: str) -> Iterator[Path]:
    """The events recorded after the first day up to the last one, as files of so many rows."""
    rows = pl.scan_csv(folder / "hr_events.csv", infer_schema=False)
    wanted = rows.filter((pl.col("recorded_on") > first) & (pl.col("recorded_on") <= last))
    part = folder / "part.csv"
    for start in count(0, AT_ONCE):
        wanted.slice(start, AT_ONCE).sink_csv(part)
        with part.open("rb") as file:
            size = sum(1 for _ in file) - 1
        if size:
            yield part
        if size < AT_ONCE:
            return


def entries(at: Host) -> None:
    """The list, under pseudonyms."""
    sheet = pl.read_csv(at.folder / "watchlist.csv", infer_schema=False)
    rows = [
        {
            "entry_id": os.urandom(16),
            "person": at.context.key.pseudonym(ENTITY, row["employee_id"]),
            "handle_mark": os.urandom(32),
            "start": date.fromisoformat(row["protected_from"]),
            "until": date.fromisoformat(row["protected_until"]),
            "link": b"",
        }
        for row in sheet.iter_rows(named=True)
    ]
    with at.context.store.write() as tx:
        tx.execute(insert(ENTRIES), rows)


def fill(folder: Path, last: date) -> dict[str, object]:
    """Fills a store with everything but the last week, and looks; says how many rows the door took."""
    before = host(folder, last - timedelta(days=7))
    METADATA.create_all(before.context.store.engine)
    agree_and_register(before.context.store)
    entries(before)
    began = process_time()
    taken = before.push(FeedFile.ROSTER, folder / "employees.csv", 1)
    for number, part in enumerate(parts(folder, "", str(before.day)), 1):
        taken += before.push(FeedFile.EVENTS, part, number)
    door = process_time() - began
    return {"rows": taken, "door": door, "watched": before.look()}


def week(folder: Path, last: date) -> dict[str, object]:
    """The last week through the door and the analysis after it; says what each took of the processor, in seconds."""
    now = host(folder, last)
    (new,) = parts(folder, str(last - timedelta(days=7)), str(last))
    began = process_time()
    now.push(FeedFile.ROSTER, folder / "employees.csv", 2)
    roster = process_time()
    rows = now.push(FeedFile.EVENTS, new, 1000)
    events = process_time()
    watched = now.look()
    times = {"roster": roster - began, "events": events - roster, "analysis": process_time() - events}
    return {"rows": rows, "watched": watched, **times}


if __name__ == "__main__":
    step = {"fill": fill, "week": week}[sys.argv[1]]
    print(json.dumps(step(Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))))  # noqa: T201
